import dataclasses
import math

import numpy as np
import pytest
from phantoms import EllipseBody

from game.frames import Rigid, rigid_about_z
from game.imaging import Blades, CArm, DoseAccount, Exposure, Technique
from game.imaging.dose import BACKSCATTER, HEIGHTS_MM, SECTORS, irradiated, kerma_rate_mgy_per_min, kerma_ugy, skin_dose_mgy
from game.imaging.staff import STAFF, StaffPlace, room_mm, scatter_usv, scatter_usv_per_min, standing
from game.imaging.technique import technique_at
from game.patient import PatientSpec, build_patient


def exposure_with(technique: Technique, **carm: float) -> Exposure:
    return Exposure(0, CArm(**carm), Rigid(), technique)  # type: ignore[arg-type]


def test_the_account_adds_time_pulses_kerma_and_area() -> None:
    account = DoseAccount()
    pulse = exposure_with(technique_at(220.0, 220.0, "normal"))
    for _ in range(8):
        account.add(pulse, 0.125)
    assert account.fluoroscopy_s == pytest.approx(1.0)
    assert account.exposures == 8
    # 23 microgray on a skin 660 mm from the spot are 20.4 at 700 mm; the round field there is 282 mm wide.
    assert account.air_kerma_mgy == pytest.approx(8 * 0.0204, rel=0.02)
    assert account.dap_gy_cm2 == pytest.approx(account.air_kerma_mgy / 1000 * math.pi * 14.12**2, rel=0.01)


def test_half_the_field_width_is_a_quarter_of_the_area() -> None:
    whole, half = DoseAccount(), DoseAccount()
    technique = technique_at(220.0, 220.0, "low")
    whole.add(exposure_with(technique), 0.1)
    half.add(exposure_with(technique, field_mm=115.0), 0.1)
    assert half.dap_gy_cm2 == pytest.approx(whole.dap_gy_cm2 / 4.0)
    assert half.air_kerma_mgy == whole.air_kerma_mgy


def test_blades_take_away_area_and_nothing_else() -> None:
    whole, part = DoseAccount(), DoseAccount()
    technique = technique_at(220.0, 220.0, "low")
    whole.add(exposure_with(technique), 0.1)
    part.add(Exposure(0, CArm(blades=Blades(0.5, 0.5, 0.5, 0.5)), Rigid(), technique), 0.1)
    assert part.dap_gy_cm2 == pytest.approx(whole.dap_gy_cm2 / math.pi)
    assert part.air_kerma_mgy == whole.air_kerma_mgy


def test_a_spot_picture_costs_kerma_and_no_fluoroscopy_time() -> None:
    account = DoseAccount()
    account.add(exposure_with(technique_at(220.0, 220.0, "spot")), 0.125)
    assert (account.fluoroscopy_s, account.exposures) == (0.0, 1)
    assert account.air_kerma_mgy == pytest.approx(0.0204 * 250.0 / 40.0, rel=0.02)


def test_the_consoles_kerma_rate_is_that_of_the_account() -> None:
    account, technique = DoseAccount(), technique_at(220.0, 220.0, "normal", pulses_per_s=15)
    for _ in range(15):
        account.add(exposure_with(technique), 1.0 / 15.0)
    assert kerma_rate_mgy_per_min(CArm(), technique) == pytest.approx(60.0 * account.air_kerma_mgy)


def test_low_dose_is_half_of_normal() -> None:
    low, normal = DoseAccount(), DoseAccount()
    technique = technique_at(220.0, 220.0, "normal")
    normal.add(exposure_with(technique), 0.1)
    low.add(exposure_with(dataclasses.replace(technique_at(220.0, 220.0, "low"))), 0.1)
    assert low.air_kerma_mgy == pytest.approx(normal.air_kerma_mgy / 2.0, rel=0.001)


# The patient's skin


def pulse_at(thickness_mm: float = 220.0, pose: Rigid | None = None, **carm: object) -> Exposure:
    technique = technique_at(thickness_mm, thickness_mm, "normal")
    return Exposure(0, CArm(**carm), pose or Rigid(), technique)  # type: ignore[arg-type]


@pytest.mark.parametrize("depth_mm", [140.0, 180.0, 220.0, 260.0, 300.0])
def test_skin_gets_the_entrance_kerma_of_the_table_with_backscatter(depth_mm: float) -> None:
    body = EllipseBody(half_depth_mm=depth_mm / 2.0)
    account, pulse = DoseAccount(), pulse_at(depth_mm)
    for _ in range(8):
        account.add_people(pulse, body, "right")
    distance_mm = 570.0 - depth_mm / 2.0  # the detector stands 320 mm beyond the skin, not the table's 120
    expected_mgy = 8 * pulse.technique.entrance_ugy / 1000.0 * 1.35 * ((880.0 - depth_mm) / distance_mm) ** 2
    assert account.peak_skin_mgy == pytest.approx(expected_mgy, rel=0.01)


def test_skin_nearer_to_the_tube_gets_more_by_the_inverse_square() -> None:
    body, technique = EllipseBody(), technique_at(220.0, 220.0, "normal")
    peaks = [skin_dose_mgy(Exposure(0, CArm(isocentre_mm=(0.0, y, 0.0)), Rigid(), technique), body).max() for y in (0.0, -100.0)]
    assert peaks[0] / peaks[1] == pytest.approx((360.0 / 460.0) ** 2, rel=0.01)


def test_only_skin_in_the_beam_on_the_side_where_it_enters_is_dosed() -> None:
    dose = skin_dose_mgy(pulse_at(), EllipseBody())
    slices, sectors = np.nonzero(dose)
    reach_mm = 115.0 * 460.0 / 570.0  # the half field where the beam enters
    assert np.abs(HEIGHTS_MM[slices]).max() == pytest.approx(reach_mm, abs=11.0)
    assert set(sectors.tolist()) < set(range(SECTORS // 4)) | set(range(3 * SECTORS // 4, SECTORS))  # sector 0 is the back
    blades = Blades(top=0.5, bottom=0.5)
    assert np.count_nonzero(skin_dose_mgy(pulse_at(blades=blades), EllipseBody())) == pytest.approx(0.6 * len(slices), rel=0.15)


def test_doses_add_only_where_beams_overlap() -> None:
    body = EllipseBody()
    shots = [pulse_at(field_mm=115.0), pulse_at(field_mm=115.0, orbit_deg=-90.0), pulse_at(field_mm=115.0, tilt_deg=3.0)]
    ap, lateral, ap_again = (skin_dose_mgy(pulse, body) for pulse in shots)
    apart, over = DoseAccount(), DoseAccount()
    for account, pulses in ((apart, shots[:2]), (over, shots[::2])):
        for pulse in pulses:
            account.add_people(pulse, body, "right")
    assert not ((ap > 0.0) & (lateral > 0.0)).any()
    assert apart.peak_skin_mgy == max(ap.max(), lateral.max())
    assert over.peak_skin_mgy == (ap + ap_again).max()
    assert over.peak_skin_mgy > 1.9 * ap.max()


def test_the_dose_stays_with_the_skin_when_the_patient_is_turned() -> None:
    body = EllipseBody(120.0, 120.0)
    still, moved = (skin_dose_mgy(pulse_at(field_mm=60.0, pose=rigid_about_z(turn)), body).sum(axis=0) for turn in (0.0, 25.0))
    turns_deg = (np.arange(SECTORS) + 0.5) * 360.0 / SECTORS
    turns_deg[turns_deg > 180.0] -= 360.0  # about the axis of the patches, which lies 20 mm before the body's own
    assert np.average(turns_deg, weights=still) == pytest.approx(0.0, abs=0.5)
    seen_deg = math.degrees(math.atan2(120.0 * math.sin(math.radians(25.0)), 120.0 * math.cos(math.radians(25.0)) + 20.0))
    assert np.average(turns_deg, weights=moved) == pytest.approx(seen_deg, abs=1.5)


def test_the_beam_enters_the_back_of_a_patient_at_the_skin_itself() -> None:
    patient = build_patient(PatientSpec(), 5)
    dose = skin_dose_mgy(pulse_at(orbit_deg=0.0), patient)
    back = patient.skin_hit_mm(np.array([0.0, 300.0, 0.0]), np.array([0.0, -1.0, 0.0]))
    assert back is not None
    pulse = pulse_at()
    middle = dose[int(np.argmin(np.abs(HEIGHTS_MM)))]
    expected_mgy = BACKSCATTER * kerma_ugy(pulse.carm, pulse.technique, 570.0 - float(back[1])) / 1000.0
    assert middle[0] == pytest.approx(expected_mgy, rel=0.02)


def test_kerma_falls_with_the_square_of_the_distance() -> None:
    technique = technique_at(220.0, 220.0, "normal")
    assert kerma_ugy(CArm(), technique, 660.0) == pytest.approx(23.0)
    assert kerma_ugy(CArm(), technique, 330.0) == pytest.approx(92.0)


def test_the_cone_ends_at_blades_source_and_detector() -> None:
    carm = CArm(blades=Blades(left=0.5))
    places = np.array([[0.0, 0.0, 0.0], [-50.0, 0.0, 0.0], [-65.0, 0.0, 0.0], [110.0, 0.0, 0.0], [0.0, 600.0, 0.0], [0.0, -500.0, 0.0]])
    assert irradiated(carm, places).tolist() == [True, True, False, True, False, False]


# The people round the table


def at(distance_mm: float, direction: tuple[float, float, float]) -> np.ndarray:
    return distance_mm * np.array([direction])


def test_scatter_is_a_thousandth_of_the_entrance_kerma_at_a_metre_and_follows_the_inverse_square() -> None:
    technique = technique_at(220.0, 220.0, "normal")  # 11 mGy/min at 8 pulses a second
    carm = CArm(field_mm=250.0)
    rates = [float(scatter_usv_per_min(carm, technique, at(mm, (0.0, 0.0, 1.0)))[0]) for mm in (250.0, 500.0, 1000.0, 2000.0)]
    assert rates == pytest.approx([44.0, 44.0, 11.0, 2.75], rel=0.02)


def test_the_tubes_side_gets_several_times_what_the_receptors_side_gets() -> None:
    technique = technique_at(340.0, 340.0, "normal")
    for orbit_deg, towards_tube in ((0.0, (0.0, 1.0, 0.0)), (90.0, (-1.0, 0.0, 0.0)), (-90.0, (1.0, 0.0, 0.0))):
        carm = CArm(orbit_deg=orbit_deg)
        tube, receptor = (scatter_usv(carm, technique, at(sign * 1000.0, towards_tube))[0] for sign in (1.0, -1.0))
        assert 3.0 <= tube / receptor <= 5.0


def test_scatter_grows_with_the_area_that_the_blades_leave_open() -> None:
    technique = technique_at(220.0, 220.0, "low")
    whole, half = (CArm(blades=blades) for blades in (Blades(), Blades(left=0.02, right=1.0)))
    doses = [scatter_usv(carm, technique, at(1000.0, (0.0, 0.0, 1.0)))[0] for carm in (whole, half)]
    assert doses[1] / doses[0] == pytest.approx((half.open_share / whole.open_share) ** 0.8)
    assert half.open_share == pytest.approx(0.51, abs=0.01)


@pytest.mark.parametrize(("lead_mm", "passes"), [(0.25, 0.08), (0.35, 0.04), (0.5, 0.02)])
def test_lead_and_the_ceiling_screen_let_their_share_through(lead_mm: float, passes: float) -> None:
    technique, place = technique_at(220.0, 220.0, "low"), at(700.0, (0.0, 1.0, 0.0))
    bare = scatter_usv(CArm(), technique, place)[0]
    assert scatter_usv(CArm(), technique, place, lead_mm)[0] == pytest.approx(passes * bare)
    assert scatter_usv(CArm(), technique, place, screen=True)[0] == pytest.approx(0.1 / 3.5 * bare)


def test_lead_that_no_apron_has_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0, 0\.25, 0\.35, 0\.5 mm of lead, not 0\.4"):
        scatter_usv(CArm(), technique_at(220.0, 220.0, "low"), at(700.0, (0.0, 1.0, 0.0)), lead_mm=0.4)


def test_the_account_adds_what_each_person_gets_where_he_stands() -> None:
    account, pulse = DoseAccount(), pulse_at()
    aside = standing(pulse.carm)
    assert (aside[0].headwards_mm, aside[1:]) == (-350.0, STAFF[1:])
    for _ in range(3):
        account.add_people(pulse, EllipseBody(), "right")
    places = np.array([person.place_mm("right") for person in aside])
    assert list(account.staff_usv.values()) == pytest.approx((3 * scatter_usv(pulse.carm, pulse.technique, places)).tolist())
    assert account.staff_usv["surgeon"] > 5.0 * account.staff_usv["radiographer"]


@pytest.mark.parametrize("side", ["left", "right"])
def test_chests_are_above_the_patient_whichever_side_is_up(side) -> None:
    up = {"left": 1.0, "right": -1.0}[side]
    assert StaffPlace("a", 100.0, -50.0).place_mm(side) == (up * 300.0, 100.0, -50.0)
    grid = room_mm(side, np.array([[0.0, 500.0]]), np.array([[-100.0], [100.0]]))
    assert grid.shape == (2, 2, 3)
    assert grid[1, 1].tolist() == [up * 300.0, 500.0, 100.0]


def test_a_later_account_leaves_an_earlier_copy_alone() -> None:
    account = DoseAccount()
    account.add_people(pulse_at(), EllipseBody(), "right")
    copy = dataclasses.replace(account)
    account.add_people(pulse_at(), EllipseBody(), "right")
    assert account.peak_skin_mgy == pytest.approx(2.0 * copy.peak_skin_mgy)
    assert account.staff_usv["surgeon"] == pytest.approx(2.0 * copy.staff_usv["surgeon"])
