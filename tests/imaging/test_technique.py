import dataclasses
import math

import pytest
from phantoms import EllipseBody

from game.frames import Rigid, rigid_about_z
from game.imaging import CArm, DoseAccount, Exposure, Technique, settle, settled
from game.imaging.technique import KD_NGY, chord_mm, technique_at

REFERENCE = [  # thickness in cm, kVp, entrance kerma in microgray a pulse for low and normal
    (14, 62, 2.3, 4.6),
    (18, 68, 5.5, 11.0),
    (22, 76, 11.0, 23.0),
    (26, 85, 22.0, 44.0),
    (30, 96, 41.0, 81.0),
    (34, 106, 76.0, 152.0),
]


@pytest.mark.parametrize(("thickness_cm", "kvp", "low_ugy", "normal_ugy"), REFERENCE)
def test_settled_technique_follows_the_reference_table(thickness_cm: float, kvp: float, low_ugy: float, normal_ugy: float) -> None:
    low, normal = (technique_at(10.0 * thickness_cm, 10.0 * thickness_cm, mode) for mode in ("low", "normal"))
    assert low.kvp == pytest.approx(kvp, abs=0.5)
    assert low.energy_kev == pytest.approx(20.0 + 0.4 * kvp, abs=0.3)
    assert low.entrance_ugy == pytest.approx(low_ugy, rel=0.05)
    assert normal.entrance_ugy == pytest.approx(normal_ugy, rel=0.03)
    assert (low.kd_ngy, normal.kd_ngy) == (20.0, 40.0)


def test_the_legal_cap_holds_and_noise_pays_for_it() -> None:
    thick = technique_at(400.0, 400.0, "normal")
    assert thick.entrance_ugy * 8 * 60 / 1000 == pytest.approx(88.0, rel=0.001)
    assert thick.kd_ngy < 0.7 * KD_NGY["normal"]
    assert thick.kvp == 110.0


def test_entrance_dose_doubles_about_every_four_centimetres() -> None:
    ratio = technique_at(280.0, 280.0, "low").entrance_ugy / technique_at(240.0, 240.0, "low").entrance_ugy
    assert ratio == pytest.approx(2.0, rel=0.1)


def test_chord_of_the_middle_ray_is_the_bodys_depth_and_width() -> None:
    body = EllipseBody()
    middle = ((0.0, 0.0),)
    assert chord_mm(CArm(), body, Rigid(), middle) == pytest.approx(220.0, abs=0.5)
    assert chord_mm(CArm(-90.0), body, Rigid(), middle) == pytest.approx(320.0, abs=2.5)
    assert chord_mm(CArm(), body, rigid_about_z(90.0), middle) == pytest.approx(320.0, abs=2.5)


def test_brightness_settles_in_about_half_a_second_and_not_at_once() -> None:
    body, carm = EllipseBody(), CArm(-90.0)
    technique = settled(CArm(), body, Rigid(), "low")
    levels = []
    for _ in range(16):
        technique = settle(technique, carm, body, Rigid(), "low")
        levels.append(technique.level)
    assert levels[0] < 0.5
    assert levels == sorted(levels)
    assert abs(math.log(levels[4])) < abs(math.log(levels[0])) * math.exp(-0.8)
    assert levels[-1] == pytest.approx(1.0, abs=0.2)


def test_the_first_pulse_of_a_case_starts_from_the_standing_technique() -> None:
    body = EllipseBody(half_depth_mm=150.0)
    first = settle(None, CArm(), body, Rigid(), "low")
    assert 220.0 < first.setpoint_mm < first.thickness_mm


def test_thickness_is_whole_millimetres_so_that_dose_does_not_depend_on_the_processor() -> None:
    technique = settled(CArm(13.0, 4.0), EllipseBody(), rigid_about_z(3.0), "normal")
    assert technique.thickness_mm == int(technique.thickness_mm)


def test_more_tissue_costs_more_dose() -> None:
    doses = [settled(CArm(), EllipseBody(half_depth_mm=half), Rigid(), "low").entrance_ugy for half in (90.0, 110.0, 130.0)]
    assert doses == sorted(doses)
    assert doses[0] < doses[2]


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="'boost' is not one of low, normal"):
        settle(None, CArm(), EllipseBody(), Rigid(), "boost")


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


def test_low_dose_is_half_of_normal() -> None:
    low, normal = DoseAccount(), DoseAccount()
    technique = technique_at(220.0, 220.0, "normal")
    normal.add(exposure_with(technique), 0.1)
    low.add(exposure_with(dataclasses.replace(technique_at(220.0, 220.0, "low"))), 0.1)
    assert low.air_kerma_mgy == pytest.approx(normal.air_kerma_mgy / 2.0, rel=0.001)
