"""Stills for handouts: the arm stands where it was asked to, instruments lie where they would."""

import dataclasses
import math

import numpy as np
import pytest
from phantoms import EllipseBody

from game.imaging import Blades, render, view_quality
from game.imaging.handout import (
    IN_SAC_MM,
    Setting,
    catheter_tubes,
    exposure_at,
    exposure_of,
    held,
    needle_tubes,
    needle_way,
    stand,
    standing,
    still,
)
from game.patient import Patient, PatientSpec, build_patient

LENGTH_MM, OUTER_MM, BORE_MM = 114.3, 1.83, 1.45
BODY = EllipseBody()


@pytest.fixture(scope="module")
def patient() -> Patient:
    return build_patient(PatientSpec(), 1)


@pytest.mark.parametrize("view", ["ap", "lateral", "oblique"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_each_view_is_true_centred_and_within_reach(view: str, side: str) -> None:
    carm = standing(view, BODY, "L3", side)  # type: ignore[arg-type]
    seen = view_quality(exposure_at(carm, BODY), BODY, "L3")
    assert abs(seen.tilt_deg) < 0.1
    assert seen.in_field
    assert carm.problem(side, BODY) is None  # type: ignore[arg-type]


def test_the_lateral_has_the_tube_under_the_table() -> None:
    assert standing("lateral", BODY, "L3", "right").machine_orbit_deg("right") == 0.0
    assert standing("lateral", BODY, "L3", "left").machine_orbit_deg("left") == 0.0


def test_an_unknown_view_or_level_is_refused() -> None:
    with pytest.raises(ValueError, match="view is 'axial', must be one of ap, lateral, oblique"):
        standing("axial", BODY, "L3", "right")
    with pytest.raises(ValueError, match="level is 'C2', must be one of L2, L3, L4"):
        standing("ap", BODY, "C2", "right")


def test_a_still_has_the_grain_of_a_held_pedal_and_a_spot_picture_is_one_pulse(patient: Patient) -> None:
    exposure, spot = (exposure_of(Setting(mode=mode), patient) for mode in ("normal", "spot"))
    press = held(exposure)
    assert press[-1] == exposure
    assert len({pulse.noise_seed for pulse in press}) == len(press) == 8
    assert (still(exposure, patient, 64) != render(exposure, patient, 64)).mean() > 0.1
    np.testing.assert_array_equal(still(spot, patient, 64), render(spot, patient, 64))


def test_a_plain_setting_is_the_standard_view(patient: Patient) -> None:
    assert stand(Setting(view="lateral"), patient) == standing("lateral", patient, "L3", "right")


@pytest.mark.parametrize(("side", "up"), [("right", -1.0), ("left", 1.0)])
def test_angles_replace_those_of_the_view_and_travel_adds_to_its_place(patient: Patient, side: str, up: float) -> None:
    base = Setting(level="L2", side_up=side)  # type: ignore[arg-type]
    moved = dataclasses.replace(base, orbit_deg=-20.0, tilt_deg=7.0, along_mm=30.0, across_mm=-12.0, lift_mm=5.0, field_mm=115.0)
    first, then = stand(base, patient), stand(moved, patient)
    assert (then.orbit_deg, then.tilt_deg, then.field_mm) == (-20.0, 7.0, 115.0)
    # Lift is away from the floor: to the patient's right where that side is up.
    assert np.subtract(then.isocentre_mm, first.isocentre_mm) == pytest.approx((up * 5.0, -12.0, 30.0))


def test_a_needle_goes_in_beside_the_midline_at_forty_degrees_and_ends_in_the_sac(patient: Patient) -> None:
    target = patient.landmarks["sac.L3-4"]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        way = needle_way(patient, "L3-4", side)  # type: ignore[arg-type]
        assert abs(float(patient.skin_distance_mm(way.entry_mm[None])[0])) < 1.0
        assert way.entry_mm[0] - target[0] == pytest.approx(sign * 15.0, abs=0.5)
        assert way.entry_mm + way.reach_mm * way.heading == pytest.approx(target)
        assert float(patient.sac_distance_mm((way.entry_mm + (way.reach_mm + IN_SAC_MM) * way.heading)[None])[0]) < -2.0
        angle_deg = math.degrees(math.atan2(-way.heading[1], way.heading[2]))
        assert angle_deg == pytest.approx(40.0, abs=6.0)


def test_the_tip_lies_as_deep_as_was_asked_and_the_hub_as_far_out_as_the_needle_is_long(patient: Patient) -> None:
    way = needle_way(patient, "L3-4", "right")
    shaft, stylet = needle_tubes(way, 60.0, LENGTH_MM, OUTER_MM, BORE_MM, stylet=True)
    hub, tip = (np.array(point) for point in shaft.points_mm)
    assert tip == pytest.approx(way.entry_mm + 60.0 * way.heading)
    assert math.dist(hub, tip) == pytest.approx(LENGTH_MM)
    assert (shaft.radius_mm, shaft.bore_mm) == pytest.approx((OUTER_MM / 2.0, BORE_MM / 2.0))
    assert (stylet.bore_mm, stylet.points_mm) == (0.0, shaft.points_mm)
    assert len(needle_tubes(way, 60.0, LENGTH_MM, OUTER_MM, BORE_MM, stylet=False)) == 1


def test_a_catheter_runs_in_the_sac_to_the_height_of_its_vertebra(patient: Patient) -> None:
    way = needle_way(patient, "L3-4", "right")
    [tube] = catheter_tubes(patient, way, "L3-4", "T10", wire=False)
    points = np.array(tube.points_mm)
    assert points[-1][2] == pytest.approx(patient.landmarks["T10.body"][2])
    assert float(patient.sac_distance_mm(points[4:]).max()) < 0.0
    assert (np.diff(points[2:, 2]) > 0.0).all()
    steps = np.diff(points[2:], axis=0)
    turns = np.einsum("ni,ni->n", steps[1:], steps[:-1]) / (np.linalg.norm(steps[1:], axis=1) * np.linalg.norm(steps[:-1], axis=1))
    assert float(turns.min()) > math.cos(math.radians(25.0))
    assert tube.material == "polyurethane_barium"


def test_the_wire_makes_the_catheter_plain_to_see(patient: Patient) -> None:
    way = needle_way(patient, "L3-4", "right")
    setting = Setting(level="L1", mode="spot", field_mm=160.0)
    pictures = {}
    for name, tubes in (
        ("bare", ()),
        ("barium", catheter_tubes(patient, way, "L3-4", "T12", wire=False)),
        ("wire", catheter_tubes(patient, way, "L3-4", "T12", wire=True)),
    ):
        pictures[name] = still(exposure_of(setting, patient, tubes), patient, 192).astype(float)
    faint, plain = (np.abs(pictures[name] - pictures["bare"]).max() for name in ("barium", "wire"))
    assert plain > 1.5 * faint > 0.0


def test_blades_blacken_what_they_cover(patient: Patient) -> None:
    shut = still(exposure_of(Setting(blades=Blades(left=0.3, right=0.3)), patient), patient, 128)
    assert shut[:, 8].max() < 20
    assert shut[64, 64] > 20


@pytest.mark.parametrize("level", ["L4", "C3"])
def test_a_catheter_only_goes_up(patient: Patient, level: str) -> None:
    with pytest.raises(ValueError, match=f"catheter tip is '{level}', must be a vertebra above the window L3-4"):
        catheter_tubes(patient, needle_way(patient, "L3-4", "right"), "L3-4", level, wire=False)


def test_what_cannot_be_is_said_with_its_range(patient: Patient) -> None:
    with pytest.raises(ValueError, match="window is 'L8-9', must be one of"):
        needle_way(patient, "L8-9", "right")
    with pytest.raises(ValueError, match="depth is 200 mm, must be 0 to 114 mm"):
        needle_tubes(needle_way(patient, "L3-4", "right"), 200.0, LENGTH_MM, OUTER_MM, BORE_MM, stylet=False)
