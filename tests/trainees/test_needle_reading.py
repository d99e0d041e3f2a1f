"""What two pictures and a look at the needle tell, on places that are known."""

import math

import numpy as np
import pytest

from game.frames import Array, FieldCamera
from game.imaging import CArm, ReadableLandmark
from game.operation.needle.sight import NeedleSight
from game.session.observation import PictureSight
from game.session.trainees.needle_reading import needle_direction, target_mm, turn_deg

PLACES = {
    "L3.spinous_base": (2.0, 10.0, 18.0),
    "L4.spinous_base": (2.0, 10.0, -18.0),
    "L3.pedicle_left": (20.0, -15.0, 30.0),
    "L3.pedicle_right": (-16.0, -15.0, 30.0),
    "L4.pedicle_left": (20.0, -15.0, -30.0),
    "L4.pedicle_right": (-16.0, -15.0, -30.0),
}


def picture(orbit_deg: float, names: tuple[str, ...] = tuple(PLACES)) -> PictureSight:
    carm = CArm(orbit_deg=orbit_deg)
    places = {name: carm.picture(np.array(PLACES[name])) for name in names}
    return PictureSight(0, 0, carm, tuple(ReadableLandmark(name, float(p[0]), float(p[1]), 0.5) for name, p in places.items()))


def drawn(camera: FieldCamera, direction: Array) -> NeedleSight:
    """Return the sight of a needle with 60 mm outside, hub at the back of its entry."""
    entry, hub = camera.to_field(np.zeros(3)), camera.to_field(-60.0 * direction)
    return NeedleSight(
        on_skin=True, entry_mm=(float(entry[0]), float(entry[1])), hub_mm=(float(hub[0]), float(hub[1])), length_mm=114.3, outside_mm=60.0,
        sagittal_deg=40.0, medial_deg=13.0, bevel_deg=0.0, stylet_in=True, ghost_mm=0.0, word="none", hub="closed", drops_per_min=0.0,
        csf_lost_ml=0.0, bent_mm=0.0, nicked=True, numb=True, passes=1,
    )  # fmt: skip


def test_the_target_lies_in_front_of_the_spinous_processes_and_above_their_middle() -> None:
    target = target_mm(picture(0.0), picture(-90.0), "L3-4", 0.0)
    assert target is not None
    assert target == pytest.approx([2.0, -2.5, 12.0], abs=0.05)


def test_a_target_asked_for_higher_moves_along_the_spine_alone() -> None:
    low, high = (target_mm(picture(0.0), picture(-90.0), "L3-4", by_mm) for by_mm in (0.0, 5.0))
    assert low is not None
    assert high is not None
    assert high - low == pytest.approx([0.0, 0.0, 5.0], abs=1e-6)


def test_without_a_spinous_process_on_one_view_there_is_no_target() -> None:
    assert target_mm(picture(0.0, ("L3.spinous_base",)), picture(-90.0), "L3-4", 0.0) is None


@pytest.mark.parametrize("side", ["right", "left"])
def test_the_eye_takes_a_needle_s_direction_off_the_field(side: str) -> None:
    camera = FieldCamera("right" if side == "right" else "left", 35.0, (0.0, 90.0, 0.0), 316.0)
    across = 0.2 if side == "right" else -0.2
    direction = np.array([across, -math.sin(math.radians(40.0)), math.cos(math.radians(40.0))])
    direction /= math.sqrt(float(direction @ direction))
    seen = needle_direction(camera, drawn(camera, direction))
    assert seen is not None
    assert seen == pytest.approx(direction, abs=1e-9)


def test_a_turn_is_steeper_positive_and_inwards_positive_on_both_sides() -> None:
    flat, steep = np.array([0.0, -0.5, 1.0]), np.array([0.0, -1.0, 1.0])
    assert turn_deg("right", flat, steep)[0] == pytest.approx(45.0 - math.degrees(math.atan(0.5)))
    to_the_left = np.array([0.2, -0.5, 1.0])
    assert turn_deg("right", flat, to_the_left)[1] > 0.0
    assert turn_deg("left", flat, to_the_left)[1] < 0.0
