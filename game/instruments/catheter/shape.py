"""How the catheter lies: read from its centre line and nothing else. Lines run from the tip."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from game.frames import Array
from game.instruments.catheter.rod import Rod, Space, as_point, line
from game.instruments.needle import TRACK_STEP_MM, Needle, Point
from game.patient import Patient
from game.patient import reference as ref

REVERSED_COS = -0.87  # 150 degrees
REVERSED_WITHIN_MM = 60.0  # simulator tolerance
RESAMPLE_MM = 3.0
CLOSED_SHARE = 1.0 / 3.0  # of the least bend radius: the lumen is shut (expert judgement)
Third = Literal["dorsal", "middle", "ventral"]


@dataclass(frozen=True, slots=True)
class TipPlace:
    """Where a tip lies.

    Attributes:
        level: Nearest vertebra.
        level_number: Vertebrae from T1 = 1 downwards, with the fraction between their centres: T9 = 9, L1 = 13.
        third: Of the sac's depth.
        depth_share: 0 at the back of the sac, 1 at its front.
        aside_mm: From the sac's middle, positive to the patient's left.
        in_sac: Whether it lies inside the dura.
    """

    level: str
    level_number: float
    third: Third
    depth_share: float
    aside_mm: float
    in_sac: bool


def points(rod: Rod) -> Array:
    """Return the centre line in the patient from the tip to the opening, shape (n, 3): for physics and pictures alike."""
    return np.asarray(line(rod)[::-1]) if rod.opening is not None and rod.free_mm > 0.0 else np.empty((0, 3))


def in_needle(rod: Rod, needle: Needle) -> list[Point]:
    """Return the line of what lies inside a needle, its bevel first, about every 5 mm."""
    if rod.opening is None or needle.entry_mm is None:
        return []
    far = needle.depth_mm - needle.length_mm  # the hub, as path length from the skin
    front = min(needle.depth_mm, far + rod.in_mm)
    if front <= far:
        return []
    along = np.linspace(front, far, max(int((front - far) / 5.0), 1) + 1)
    track = np.asarray(needle.track_mm)
    at = np.arange(len(track)) * TRACK_STEP_MM
    inside = np.stack([np.interp(along, at, track[:, i]) for i in range(3)], axis=1)
    outside = np.minimum(along, 0.0)[:, None] * _shaft(needle)
    found = [as_point(point) for point in inside + outside]
    return [rod.opening.place_mm, *found[1:]] if rod.free_mm > 0.0 else found


def _shaft(needle: Needle) -> Array:
    """Return the unit direction of the shaft at the skin, inwards."""
    if len(needle.track_mm) > 1:
        way = np.asarray(needle.track_mm[1]) - np.asarray(needle.track_mm[0])
        return np.asarray(way / np.sqrt((way * way).sum()))
    return np.asarray(needle.heading)


def tip_mm(rod: Rod) -> Point:
    """Return where the tip is; the opening while it is still in the needle.

    Raises:
        ValueError: If it is in no needle.
    """
    return as_point(line(rod)[-1])


def tip_heading(rod: Rod) -> Point:
    """Return the unit direction in which the tip points."""
    found = points(rod)
    if len(found) < 2:
        return rod.opening.heading if rod.opening is not None else (0.0, 0.0, 1.0)
    way = found[0] - found[1]
    return as_point(way / np.sqrt((way * way).sum()))


def way(sagittal_rad: float, coronal_rad: float) -> Point:
    """Return the unit direction of a segment from its angles in the two planes."""
    cos = math.cos(coronal_rad)
    return (math.sin(coronal_rad), cos * math.sin(sagittal_rad), cos * math.cos(sagittal_rad))


def length_mm(line_mm: Array) -> float:
    """Return the length of a line, shape (n, 3)."""
    steps = np.diff(line_mm, axis=0)
    return float(np.sqrt((steps * steps).sum(axis=1)).sum())


def resample(line_mm: Array, step_mm: float = RESAMPLE_MM) -> Array:
    """Return points at equal steps along a line, the first point kept, shape (m, 3)."""
    steps = np.diff(line_mm, axis=0)
    along = np.concatenate([[0.0], np.cumsum(np.sqrt((steps * steps).sum(axis=1)))])
    at = np.arange(0.0, along[-1] + 1e-9, step_mm)
    return np.stack([np.interp(at, along, line_mm[:, i]) for i in range(3)], axis=1)


def loops(line_mm: Array) -> int:
    """Return how many loops a line lies in: it turns back on itself within 60 mm, and two such turns make one loop."""
    if len(line_mm) < 3:
        return 0
    found = resample(line_mm)
    steps = np.diff(found, axis=0)
    ways = steps / np.maximum(np.sqrt((steps * steps).sum(axis=1)), 1e-9)[:, None]
    turned = ways @ ways.T < REVERSED_COS
    if not turned.any():
        return 0
    reach = int(REVERSED_WITHIN_MM / RESAMPLE_MM)
    count, begin = 0, 0
    for i in range(len(ways)):
        if turned[i, max(begin, i - reach) : i].any():
            count, begin = count + 1, i
    return (count + 1) // 2


def bend_radius_mm(line_mm: Array) -> tuple[float, float]:
    """Return the smallest radius of a line, taken over 6 mm, and how far from its first point that is; infinite where it is straight."""
    if len(line_mm) < 3:
        return math.inf, 0.0
    found = resample(line_mm)
    if len(found) < 3:
        return math.inf, 0.0
    steps = np.diff(found, axis=0)
    ways = steps / np.maximum(np.sqrt((steps * steps).sum(axis=1)), 1e-9)[:, None]
    turn = np.arccos(np.clip((ways[:-1] * ways[1:]).sum(axis=1), -1.0, 1.0))
    at = int(turn.argmax())
    return (RESAMPLE_MM / float(turn[at]) if turn[at] > 1e-9 else math.inf), RESAMPLE_MM * (at + 1)


def open_share(radius_mm: float, limit_mm: float) -> float:
    """Return what a bend leaves of the lumen's flow: all above the limit, nothing at a third of it (expert judgement).

    Args:
        radius_mm: Of the bend.
        limit_mm: Least radius that leaves the lumen whole, by its maker.
    """
    closed_mm = CLOSED_SHARE * limit_mm
    return max(0.0, min(1.0, (radius_mm - closed_mm) / (limit_mm - closed_mm)))


def place(patient: Patient, line_mm: Array) -> TipPlace:
    """Return where the tip of a line lies in a patient.

    Args:
        patient: Whose spine.
        line_mm: The tip first, shape (n, 3), n at least 1.
    """
    tip = line_mm[0]
    heights = patient.spine.centre_mm[: len(ref.LEVELS), 2]
    at = float(np.interp(-tip[2], -heights, np.arange(len(heights))))
    x, y, _, half_depth, _ = (float(a) for a in patient.canal.sac.read(tip[2:3])[0])
    share = (y + half_depth - float(tip[1])) / (2.0 * half_depth)
    third: Third = "dorsal" if share < 1.0 / 3.0 else "middle" if share < 2.0 / 3.0 else "ventral"
    inside = bool(patient.sac_distance_mm(tip[None])[0] < 0.0)
    first = int(ref.LEVELS[0][1:])
    return TipPlace(ref.LEVELS[round(at)], first + at, third, share, float(tip[0]) - x, inside)


def inside_mm(patient: Patient, line_mm: Array, space: Space) -> float:
    """Return the length of a line that lies inside the dura; none of one that runs in another space and dents the sac."""
    if len(line_mm) < 2 or space != "intrathecal":
        return 0.0
    fine = resample(line_mm, 0.5)
    return 0.5 * float((patient.sac_distance_mm(fine) < 0.0).sum())
