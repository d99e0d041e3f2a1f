"""Ribs 4 to 12: flat bars from the vertebrae round the body wall. Courses are expert judgement."""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array, Side
from game.patient import reference as ref
from game.patient import trunk as trunks
from game.patient.canal import Segments
from game.patient.draws import Draws
from game.patient.skeleton import Spine
from game.patient.solids import Floats, Mask, ellipse
from game.patient.spec import PatientSpec
from game.patient.trunk import Trunk
from game.patient.variation.spine_changes import rib12_mm

RIB_SHELL_MM = 1.0
STEP_MM = 8.0
UNDER_FASCIA_MM = 6.0
BEFORE_HEAD_MM = 20.0  # the middle of the chest lies at least so far before a rib's head
MARGIN_MM = 15.0
FREE = ref.RIB_LEVELS.index("T11")  # from here on ribs meet no transverse process


@dataclass(frozen=True, slots=True)
class Ribs:
    """The ribs as short bars with an oval section.

    Attributes:
        segments: Starts and ends in mm; the owner is 2 x rib + side, left 0; the radius is half the thickness.
        outward: Directions of the thin side, shape (n, 3).
        half_height_mm: Half heights, shape (n,).
        tips: Ends of the ribs by owner.
    """

    segments: Segments
    outward: Array
    half_height_mm: Array
    tips: dict[int, Array]


def build_ribs(spec: PatientSpec, draws: Draws, spine: Spine, trunk: Trunk) -> Ribs:
    """Lay every rib from its vertebra to the body wall and along it."""
    lengths = np.array([[length * spine.scale] * 2 for length in ref.RIB_LENGTH_MM])
    lengths[-1] = np.array(rib12_mm(spec.variation, draws.rib12_mm)) * spine.scale
    paths = _paths(spine, trunk, float(lengths.max()))
    starts, ends, thick, tall, owner = [], [], [], [], []
    tips: dict[int, Array] = {}
    for rib in range(len(ref.RIB_LEVELS)):
        for side in range(2):
            count = round(float(lengths[rib, side]) / STEP_MM)
            if count < 2:
                continue
            path = paths[: count + 1, 2 * rib + side]
            starts.append(path[:-1])
            ends.append(path[1:])
            thin = np.linspace(1.0, 0.8, count)
            thick.append(0.5 * ref.RIB_THICKNESS_MM[rib] * thin)
            tall.append(0.5 * ref.RIB_HEIGHT_MM[rib] * thin)
            owner.append(np.full(count, 2 * rib + side))
            tips[2 * rib + side] = path[-1]
    segments = Segments(np.concatenate(starts), np.concatenate(ends), np.concatenate(thick), np.concatenate(owner))
    return Ribs(segments, _outward(segments), np.concatenate(tall), tips)


def _outward(segments: Segments) -> Array:
    """Return unit directions away from the trunk's axis, square to each bar."""
    middle = 0.5 * (segments.start_mm + segments.end_mm) - np.array([0.0, trunks.AXIS_Y_MM, 0.0])
    middle[:, 2] = 0.0
    bar = segments.end_mm - segments.start_mm
    bar = bar / np.linalg.norm(bar, axis=1)[:, None]
    out = middle - bar * (middle * bar).sum(axis=1)[:, None]
    return np.asarray(out / np.linalg.norm(out, axis=1)[:, None])


def _paths(spine: Spine, trunk: Trunk, longest_mm: float) -> Array:
    """Return the courses of all ribs in steps of equal length, shape (steps + 1, ribs, 3); ribs run left, right, left, ..."""
    heads, knees = [], []
    for rib in range(len(ref.RIB_LEVELS)):
        v = spine.shape(rib)
        rise = (0.32 if rib < FREE else 0.12) * (v.height_ventral + v.height_dorsal) * 0.5
        for hand in (1.0, -1.0):
            heads.append(spine.to_patient(rib, (hand * (v.half_width_upper + 1.0), v.wall - 3.0, rise)))
            reach = v.transverse_left if rib < FREE else v.half_width_upper + 13.0
            knees.append(spine.to_patient(rib, (hand * reach, v.wall + (7.0 if rib < FREE else 8.0), rise + 1.0)))
    place: Array = np.array(heads)
    knee: Array = np.array(knees)
    sign = np.tile([1.0, -1.0], len(ref.RIB_LEVELS))
    slope = np.radians(np.repeat(ref.RIB_SLOPE_DEG, 2))
    axis_y = np.minimum(trunks.AXIS_Y_MM, place[:, 1] - BEFORE_HEAD_MM)
    paths = [place]
    reached: Mask = np.zeros(len(sign), dtype=np.bool_)
    for step in range(math.ceil(longest_mm / STEP_MM)):
        steep = min(0.45 + 0.06 * step, 1.1) - 0.05 * max(step - 20, 0)
        ahead = _along_wall(trunk, place, axis_y, sign, slope * steep)
        to_knee = knee - place
        gap = np.linalg.norm(to_knee, axis=1)
        reached |= gap < STEP_MM
        direction = np.where(reached[:, None], ahead - place, to_knee)
        place = place + direction * (STEP_MM / np.linalg.norm(direction, axis=1))[:, None]
        paths.append(place)
    return np.array(paths)


def _along_wall(trunk: Trunk, place: Array, axis_y: Array, sign: Array, slope_rad: Array) -> Array:
    """Return points one stride on: round an axis, downwards, and towards the depth of the ribs in the body wall."""
    angle = np.arctan2(place[:, 0], place[:, 1] - axis_y)
    radius = np.hypot(place[:, 0], place[:, 1] - axis_y)
    depth, row = trunks.read(trunk, place)
    gap = (depth - row[:, trunks.FASCIA] - UNDER_FASCIA_MM) / row[:, trunks.LEAN]
    stride = STEP_MM * np.clip(1.0 - gap / 35.0, 0.2, 1.0)
    angle = angle + sign * stride * np.cos(slope_rad) / np.maximum(radius, 40.0)
    height = place[:, 2] - STEP_MM * np.sin(slope_rad)
    radius = radius + np.clip(gap, -0.9 * STEP_MM, 0.9 * STEP_MM)
    return np.column_stack([radius * np.sin(angle), axis_y + radius * np.cos(angle), height])


def ribs_distance(ribs: Ribs, points: Array) -> Array:
    """Return the distance to the nearest rib, shape (n,); 15 mm where none is near the points."""
    low, high = points.min(axis=0) - MARGIN_MM, points.max(axis=0) + MARGIN_MM
    bars = ribs.segments
    keep = (np.maximum(bars.start_mm, bars.end_mm) > low).all(axis=1) & (np.minimum(bars.start_mm, bars.end_mm) < high).all(axis=1)
    best = np.full(len(points), MARGIN_MM)
    for i in np.flatnonzero(keep):
        np.minimum(best, bar_distance(ribs, int(i), points), out=best)
    return best


def bar_distance(ribs: Ribs, i: int, points: Floats) -> Floats:
    """Return the distance to one bar of the ribs, shape (n,)."""
    bars = ribs.segments
    bar = bars.end_mm[i] - bars.start_mm[i]
    rel = points - bars.start_mm[i]
    t = np.clip(rel @ bar / (bar @ bar), 0.0, 1.0)
    rel = rel - t[:, None] * bar
    thin = rel @ ribs.outward[i]
    rest = np.sqrt(np.maximum((rel * rel).sum(axis=1) - thin * thin, 0.0))
    return np.asarray(ellipse(thin, rest, bars.radius_mm[i], ribs.half_height_mm[i]))


def ribs_edge_mm(ribs: Ribs, side: Side) -> Array:
    """Return the lower edges of the ribs of one side at the middles of their bars, patient frame, shape (n, 3)."""
    mine = ribs.segments.owner % 2 == (0 if side == "left" else 1)
    middle = 0.5 * (ribs.segments.start_mm + ribs.segments.end_mm)[mine]
    middle[:, 2] -= ribs.half_height_mm[mine]
    return np.asarray(middle)
