import dataclasses
import math

import numpy as np
import pytest
from phantoms import EllipseBody

from game.frames import Rigid, rigid_about_z
from game.imaging import FIELD_SIZES_MM, PULSE_RATES, Blades, CArm, Technique, settle, settled
from game.imaging.technique import KD_NGY, chord_mm, metal_mm, technique_at
from game.imaging.tube import Tube
from game.patient.attenuation import mu_per_mm
from game.patient.variation.hardware import Bar

TABLE = [  # thickness in cm, kVp, entrance microgray a pulse in low, normal, boost, and mGy/min at 8, 8, 15 and 30 a second
    (14, 62, (2.3, 4.6, 9.2), (1.1, 2.2, 4.1, 17)),
    (18, 68, (5.5, 11.0, 22.0), (2.6, 5.2, 9.8, 39)),
    (20, 72, (8.0, 16.0, 32.0), (3.8, 7.7, 14, 58)),
    (22, 76, (11.0, 23.0, 46.0), (5.5, 11, 21, 82)),
    (26, 85, (22.0, 44.0, 89.0), (11, 21, 40, 160)),
    (30, 96, (41.0, 81.0, 162.0), (20, 39, 73, 176)),
    (34, 106, (76.0, 152.0, None), (36, 73, 88, 176)),
    (38, 115, (142.0, None, None), (68, 88, 88, 176)),
]
RATES = (("low", 8), ("normal", 8), ("normal", 15), ("boost", 30))


def entrance_rate(technique: Technique) -> float:
    """Return the entrance air kerma rate, mGy a minute."""
    return technique.entrance_ugy * technique.pulses_per_s * 60.0 / 1000.0


@pytest.mark.parametrize(("thickness_cm", "kvp", "entrance_ugy", "mgy_per_min"), TABLE)
def test_each_row_of_the_reference_table_within_a_tenth(
    thickness_cm: float, kvp: float, entrance_ugy: tuple[float | None, ...], mgy_per_min: tuple[float, ...]
) -> None:
    thickness_mm = 10.0 * thickness_cm
    for mode, expected in zip(("low", "normal", "boost"), entrance_ugy, strict=True):
        technique = technique_at(thickness_mm, thickness_mm, mode)
        assert technique.kvp == pytest.approx(kvp, rel=0.1)
        assert technique.energy_kev == pytest.approx(20.0 + 0.4 * technique.kvp, abs=0.05)
        if expected is not None:
            assert technique.entrance_ugy == pytest.approx(expected, rel=0.1)
            assert technique.kd_ngy == KD_NGY[mode]
    for (mode, rate), expected in zip(RATES, mgy_per_min, strict=True):
        technique = technique_at(thickness_mm, thickness_mm, mode, pulses_per_s=rate)  # type: ignore[arg-type]
        assert entrance_rate(technique) == pytest.approx(expected, rel=0.1)


def test_voltage_rises_first_and_then_only_the_current() -> None:
    pulses = [technique_at(thickness_mm, thickness_mm, "normal") for thickness_mm in (60.0, 140.0, 220.0, 300.0, 340.0)]
    assert [pulse.kvp for pulse in pulses] == sorted({pulse.kvp for pulse in pulses})
    assert [pulse.ma for pulse in pulses] == sorted({pulse.ma for pulse in pulses})
    assert (pulses[1].ma, pulses[-1].ma) == (pytest.approx(1.0, abs=0.3), pytest.approx(5.0, abs=0.5))
    low = [technique_at(thickness_mm, thickness_mm, "low") for thickness_mm in (365.0, 380.0)]
    assert low[0].kvp == low[1].kvp == 110.0
    assert low[1].ma > 1.05 * low[0].ma


def test_a_smaller_field_asks_for_more_kerma_at_the_detector_and_the_skin() -> None:
    body = EllipseBody()
    pulses = [settled(CArm(field_mm=size_mm), body, Rigid(), "low") for size_mm in FIELD_SIZES_MM.values()]
    assert [pulse.kd_ngy for pulse in pulses] == pytest.approx([20.0, 28.0, 39.2])
    per_thickness = [pulse.entrance_ugy / technique_at(pulse.thickness_mm, pulse.thickness_mm, "low").entrance_ugy for pulse in pulses]
    assert per_thickness == pytest.approx([1.0, 1.4, 1.96], rel=1e-3)


def test_the_brightness_settles_in_the_same_time_at_every_rate() -> None:
    body, carm = EllipseBody(), CArm(-90.0)
    after_s = 2.0
    setpoints = []
    for rate in PULSE_RATES:
        technique = settled(CArm(), body, Rigid(), "low")
        for _ in range(round(after_s * rate)):
            technique = settle(technique, carm, body, Rigid(), "low", rate)
        setpoints.append(technique.setpoint_mm)
        assert technique.asked_ngy == 20.0
    assert setpoints == pytest.approx([setpoints[0]] * len(PULSE_RATES), abs=0.1)


def test_a_spot_picture_is_right_at_once_and_clearer() -> None:
    spot = settle(None, CArm(-90.0), EllipseBody(), Rigid(), "spot")
    assert spot.level == pytest.approx(1.0)
    assert spot.kd_ngy == 250.0
    assert spot.setpoint_mm == spot.thickness_mm


def test_blades_keep_open_air_out_of_the_measuring_field() -> None:
    body, carm = EllipseBody(), CArm(0.0, 0.0, (130.0, 0.0, 0.0))
    closed = dataclasses.replace(carm, blades=Blades(right=0.15))
    assert settled(closed, body, Rigid(), "low").thickness_mm > settled(carm, body, Rigid(), "low").thickness_mm + 20.0


def test_the_legal_cap_holds_and_noise_pays_for_it() -> None:
    thick = technique_at(400.0, 400.0, "normal")
    assert entrance_rate(thick) == pytest.approx(88.0, rel=0.001)
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
    with pytest.raises(ValueError, match="'turbo' is not one of low, normal, boost, spot"):
        settle(None, CArm(), EllipseBody(), Rigid(), "turbo")


# What lies in the measuring field


def plate(half_mm: float, thickness_mm: float, material: str) -> tuple[Tube, ...]:
    """Return a square plate across the beam at the isocentre, of bars side by side."""
    bars = np.arange(-half_mm + thickness_mm / 2.0, half_mm, thickness_mm)
    return tuple(Tube(((x, 0.0, -half_mm), (x, 0.0, half_mm)), thickness_mm / 2.0, material) for x in bars.tolist())


NEEDLE = (Tube(((0.0, 100.0, -80.0), (0.0, 20.0, 15.0)), 0.85, "steel"),)
GLOVE = plate(30.0, 0.5, "lead")
PUMP = plate(38.0, 19.0, "titanium")


def test_a_needle_is_too_thin_to_move_the_brightness_and_lead_or_a_pump_is_not() -> None:
    body, bare = EllipseBody(), settled(CArm(), EllipseBody(), Rigid(), "low")
    assert settled(CArm(), body, Rigid(), "low", tubes=NEEDLE).entrance_ugy == pytest.approx(bare.entrance_ugy, rel=0.06)
    for tubes in (GLOVE, PUMP):
        over = settled(CArm(), body, Rigid(), "low", tubes=tubes)
        assert over.thickness_mm == bare.thickness_mm
        assert over.kvp > bare.kvp + 5.0
        assert over.entrance_ugy > 1.7 * bare.entrance_ugy
        assert over.level > 1.5  # tissue beside it is blown out


def test_rods_in_the_patient_drive_the_brightness_as_the_same_bars_over_him_would() -> None:
    class Fused(EllipseBody):
        @property
        def hardware(self) -> tuple[Bar, ...]:  # type: ignore[override]
            thread = Bar(np.array([0.0, 0.0, 0.0]), np.array([0.0, 0.9, 0.0]), 3.0)
            rods = (Bar(np.array([x, 10.0, -40.0]), np.array([x, 10.0, 40.0]), 2.75) for x in (-20.0, 20.0))
            return (*rods, thread)

    body, pose = Fused(), Rigid(shift_mm=(4.0, 0.0, 3.0))
    over = tuple(Tube(((x + 4.0, 10.0, -37.0), (x + 4.0, 10.0, 43.0)), 2.75, "titanium") for x in (-20.0, 20.0))
    fused = settled(CArm(), body, pose, "low")
    assert fused == settled(CArm(), EllipseBody(), pose, "low", tubes=over)
    assert fused.kvp > settled(CArm(), EllipseBody(), pose, "low").kvp + 1.0


def test_lead_outside_the_measuring_field_and_behind_the_blades_does_not_count() -> None:
    body, bare = EllipseBody(), settled(CArm(), EllipseBody(), Rigid(), "low")
    aside = tuple(dataclasses.replace(bar, points_mm=tuple((x + 90.0, y, z) for x, y, z in bar.points_mm)) for bar in GLOVE)
    assert settled(CArm(), body, Rigid(), "low", tubes=aside) == bare
    beside = tuple(dataclasses.replace(bar, points_mm=tuple((x + 45.0, y, z) for x, y, z in bar.points_mm)) for bar in GLOVE)
    closed = CArm(blades=Blades(left=0.25, right=0.25))
    assert metal_mm(CArm(), beside, 50.0) > 20.0
    assert metal_mm(closed, beside, 50.0) == 0.0


def test_the_shadow_of_a_thin_plate_is_its_attenuation_and_share_of_the_field() -> None:
    # A plate of 20 x 20 mm is as large at the isocentre; bars attenuate on their mean path, pi / 4 of their width.
    expected = mu_per_mm("aluminium", 50.0) * math.pi / 4.0 * 2.0 * 20.0**2 / 115.0**2 / mu_per_mm("soft", 50.0)
    assert metal_mm(CArm(), plate(10.0, 2.0, "aluminium"), 50.0) == pytest.approx(expected, abs=0.51)
    nearer = metal_mm(CArm(0.0, 0.0, (0.0, -285.0, 0.0)), plate(10.0, 2.0, "steel"), 50.0)
    assert nearer == pytest.approx(4.0 * metal_mm(CArm(), plate(10.0, 2.0, "steel"), 50.0), abs=2.5)


def test_a_field_full_of_lead_drives_the_generator_up_and_no_further_than_scatter_lets_it() -> None:
    body = EllipseBody(half_depth_mm=125.0)
    full = settled(CArm(), body, Rigid(), "normal", tubes=plate(70.0, 2.0, "lead"))
    assert entrance_rate(full) == pytest.approx(88.0, rel=0.01)
    thicker = settled(CArm(), body, Rigid(), "normal", tubes=plate(70.0, 8.0, "lead"))
    assert all(100.0 < each.setpoint_mm - each.thickness_mm < 140.0 for each in (full, thicker))


def test_open_air_drives_the_generator_down_and_tissue_dark() -> None:
    body, beside = EllipseBody(), CArm(0.0, 0.0, (150.0, 0.0, 0.0))
    technique = settled(beside, body, Rigid(), "low")
    assert technique.kvp < settled(CArm(), body, Rigid(), "low").kvp - 10.0
    in_air = settled(CArm(0.0, 0.0, (149.0, 0.0, 0.0)), EllipseBody(40.0, 40.0), Rigid(), "low")
    assert in_air.kvp == 55.0


@pytest.mark.parametrize(("mode", "rate", "cap"), [("normal", 15, 88.0), ("normal", 30, 88.0), ("boost", 15, 176.0), ("boost", 30, 176.0)])
def test_a_capped_pulse_has_less_kerma_and_so_more_noise(mode: str, rate: int, cap: float) -> None:
    free, capped = (technique_at(360.0, 360.0, mode, pulses_per_s=each) for each in (3, rate))  # type: ignore[arg-type]
    assert entrance_rate(capped) == pytest.approx(cap, rel=0.001)
    assert capped.kd_ngy < 0.75 * free.kd_ngy
