"""Vertebrae turned by known angles, and what view quality says of them."""

import dataclasses
import math

import numpy as np
import pytest
from phantoms import EllipseBody

from game.frames import Array, Rigid
from game.imaging import Blades, CArm, Exposure, view_quality
from game.imaging.quality import disc_quality, level_at, neighbours, oblique_quality, views_in_field
from game.imaging.technique import technique_at

LAMINA_DEG = 40.0
STEP = math.tan(math.radians(LAMINA_DEG))


def turn(axis: str, angle_deg: float) -> Array:
    """A rotation about the body's x (nods to the front), y (bends to the side) or z (twists), right-handed."""
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    rows = {"x": [[1, 0, 0], [0, c, -s], [0, s, c]], "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]], "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]]}
    return np.array(rows[axis], dtype=np.float64)


class TurnedBody(EllipseBody):
    """The phantom with laminae, and one vertebra turned about its own middle."""

    def __init__(self, level: str = "L3", axis: str = "z", angle_deg: float = 0.0) -> None:
        super().__init__()
        for name in ("L2", "L3", "L4"):
            root = self.landmarks[f"{name}.spinous_base"]
            for side, sign in (("left", 1.0), ("right", -1.0)):
                self.landmarks[f"{name}.pars_{side}"] = root + np.array([sign * 10.0, -10.0 * STEP, 2.0])
        middle = self.landmarks[f"{level}.body"]
        matrix = turn(axis, angle_deg)
        for name in [name for name in self.landmarks if name.startswith(level)]:
            self.landmarks[name] = middle + matrix @ (self.landmarks[name] - middle)
        for space, z in (("L2-3", 19.0), ("L3-4", -19.0)):
            self.landmarks[f"disc.{space}"] = np.array([0.0, 0.0, z])
            self.landmarks[f"window.{space}"] = np.array([0.0, 40.0, z])


def taken(orbit_deg: float = 0.0, tilt_deg: float = 0.0, z_mm: float = 0.0, y_mm: float = 0.0, field_mm: float = 230.0) -> Exposure:
    carm = CArm(orbit_deg, tilt_deg, (0.0, y_mm, z_mm), field_mm)
    return Exposure(0, carm, Rigid(), technique_at(220.0, 220.0, "low"))


@pytest.mark.parametrize("angle_deg", [-17.0, 3.0, 12.0])
def test_a_twisted_vertebra_is_rotated_by_its_own_angle_and_squared_by_turning_the_arm_with_it(angle_deg: float) -> None:
    body = TurnedBody(angle_deg=angle_deg)
    for orbit_deg in (0.0, -90.0, 90.0):
        assert abs(view_quality(taken(orbit_deg), body, "L3").rotation_deg) == pytest.approx(abs(angle_deg), abs=1e-6)
        squared = view_quality(taken(orbit_deg + angle_deg), body, "L3")
        assert squared.rotation_deg == pytest.approx(0.0, abs=1e-6)
        assert squared.rotation_mm == pytest.approx(0.0, abs=1e-6)


def test_rotation_in_degrees_has_the_sign_of_rotation_in_millimetres() -> None:
    body = TurnedBody()
    for orbit_deg in (5.0, -5.0, -85.0, -95.0, 85.0, 95.0):
        seen = view_quality(taken(orbit_deg), body, "L3")
        assert seen.rotation_deg * seen.rotation_mm > 0.0
        assert abs(seen.rotation_deg) == pytest.approx(5.0)


def test_a_lateral_is_no_ap_of_ninety_degrees_rotation_unless_one_was_meant() -> None:
    body = TurnedBody()
    assert view_quality(taken(-90.0), body, "L3").rotation_deg == pytest.approx(0.0, abs=1e-6)
    assert abs(view_quality(taken(-90.0), body, "L3", "ap").rotation_deg) == pytest.approx(90.0)
    assert abs(view_quality(taken(-20.0), body, "L3", "lateral").rotation_deg) == pytest.approx(70.0)


def test_a_nodding_vertebra_is_tilted_in_the_ap_and_its_endplate_doubles() -> None:
    # Its top goes 8 degrees to the belly; endplates are 35 mm deep: 35 x sin 8 = 4.87 mm between front and back rim.
    body = TurnedBody(axis="x", angle_deg=8.0)
    seen = view_quality(taken(), body, "L3")
    assert abs(seen.tilt_deg) == pytest.approx(8.0)
    assert abs(seen.tilt_mm) == pytest.approx(35.0 * math.sin(math.radians(8.0)), abs=1e-6)
    assert view_quality(taken(tilt_deg=-seen.tilt_deg), body, "L3").tilt_deg == pytest.approx(0.0, abs=1e-6)
    assert view_quality(taken(-90.0), body, "L3").tilt_deg == pytest.approx(0.0, abs=1e-6)


def test_a_vertebra_bent_to_the_side_is_tilted_in_the_lateral_and_one_pedicle_stands_higher() -> None:
    body = TurnedBody(axis="y", angle_deg=6.0)
    seen = view_quality(taken(-90.0), body, "L3")
    assert abs(seen.tilt_deg) == pytest.approx(6.0)
    assert abs(seen.tilt_mm) == pytest.approx(32.0 * math.sin(math.radians(6.0)), abs=1e-6)
    assert view_quality(taken(), body, "L3").tilt_deg == pytest.approx(0.0, abs=1e-6)


def test_a_disc_is_open_in_the_middle_of_a_lateral_and_shut_by_tilting() -> None:
    body = TurnedBody()
    seen = disc_quality(taken(-90.0, z_mm=19.0), body, "L2-3")
    assert (seen.rotation_deg, seen.tilt_deg, seen.centring_mm) == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)
    assert seen.in_field
    tilted = disc_quality(taken(-83.0, 5.0, z_mm=19.0), body, "L2-3")
    assert abs(tilted.rotation_deg) == pytest.approx(7.0, abs=0.2)
    assert tilted.tilt_deg == pytest.approx(5.0)


def test_neighbours_that_lean_apart_cannot_both_be_parallel() -> None:
    body = TurnedBody("L2", "y", 6.0)
    seen = disc_quality(taken(-90.0, z_mm=19.0), body, "L2-3")
    assert abs(seen.upper_tilt_deg - seen.lower_tilt_deg) == pytest.approx(6.0, abs=1e-6)
    assert seen.tilt_deg == pytest.approx((seen.upper_tilt_deg + seen.lower_tilt_deg) / 2.0, abs=1e-3)


@pytest.mark.parametrize(("needle_side", "sign"), [("left", -1.0), ("right", 1.0)])
def test_a_contralateral_oblique_runs_along_the_laminae_opposite_to_the_needle(needle_side: str, sign: float) -> None:
    body = TurnedBody()
    across_mm = sign * (90.0 - LAMINA_DEG)
    seen = oblique_quality(taken(across_mm, z_mm=-19.0, y_mm=40.0), body, "L3-4", needle_side)  # type: ignore[arg-type]
    assert (seen.angle_deg, seen.tilt_deg, seen.centring_mm) == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)
    assert seen.in_field
    early = oblique_quality(taken(across_mm - sign * 8.0, z_mm=-19.0, y_mm=40.0), body, "L3-4", needle_side)  # type: ignore[arg-type]
    assert early.angle_deg == pytest.approx(-8.0)
    wrong = oblique_quality(taken(-across_mm, z_mm=-19.0, y_mm=40.0), body, "L3-4", needle_side)  # type: ignore[arg-type]
    assert wrong.angle_deg == pytest.approx(-2.0 * (90.0 - LAMINA_DEG))


def test_the_oblique_follows_a_twisted_spine() -> None:
    body = TurnedBody(angle_deg=10.0)
    seen = oblique_quality(taken(-50.0, z_mm=19.0, y_mm=40.0), body, "L2-3", "left")
    # One of the window's two neighbours is twisted by 10 degrees: the mean of both is 5 degrees off.
    assert abs(seen.angle_deg) == pytest.approx(5.0, abs=1e-6)


def test_only_vertebrae_inside_the_field_are_judged() -> None:
    body = TurnedBody()
    assert tuple(views_in_field(taken(), body)) == ("L2", "L3", "L4")
    assert tuple(views_in_field(taken(field_mm=60.0), body)) == ("L3",)


@pytest.mark.parametrize("blades", [Blades(left=0.1), Blades(right=0.1), Blades(top=0.05), Blades(bottom=0.1), Blades(iris=0.15)])
def test_what_the_blades_hide_is_not_in_the_field(blades: Blades) -> None:
    # Pedicles stand at 0.29 of the half field to the sides and 0.07 above its middle, the tip 0.16 below.
    shown = taken()
    assert view_quality(shown, TurnedBody(), "L3").in_field
    shut = dataclasses.replace(shown, carm=dataclasses.replace(shown.carm, blades=blades, field_mm=115.0))
    assert not view_quality(shut, TurnedBody(), "L3").in_field


def test_a_finger_points_at_the_nearest_vertebra() -> None:
    body = TurnedBody()
    assert level_at(taken(), body, 0.0, 0.4) == "L2"
    assert level_at(taken(), body, 0.3, -0.05) == "L3"


def test_spaces_name_their_neighbours() -> None:
    assert neighbours("L2-3") == ("L2", "L3")
    assert neighbours("T12-L1") == ("T12", "L1")
    assert neighbours("L5-S1") == ("L5", "S1")


def test_an_unknown_space_is_an_error() -> None:
    with pytest.raises(KeyError, match="L7"):
        disc_quality(taken(), TurnedBody(), "L7-8")


def test_moving_the_patient_with_the_arm_changes_nothing() -> None:
    body, still = TurnedBody(angle_deg=9.0), taken(4.0, 3.0)
    moved = dataclasses.replace(still, pose=Rigid(shift_mm=(12.0, -7.0, 20.0)), carm=CArm(4.0, 3.0, (12.0, -7.0, 20.0)))
    first, second = (dataclasses.astuple(view_quality(exposure, body, "L3")) for exposure in (still, moved))
    assert first == pytest.approx(second, abs=1e-9)
