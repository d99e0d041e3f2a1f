"""Screws, rods and cages of an old fusion, as round bars of metal and blocks of plastic.

Dimensions are those of common pedicle screw systems: shanks of 6.5 mm (5.5 mm thoracic) with a core of 0.7 and a
thread every 2.8 mm, heads of 13 mm, rods of 5.5 mm titanium (expert judgement). Bars serve needle and X-rays alike:
their distance stops a needle, and their path is integrated exactly across each pixel.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from game.frames import Array
from game.patient import reference as ref
from game.patient.skeleton import Spine
from game.patient.solids import Field, rounded_box
from game.patient.spec import Fusion
from game.patient.tissue import Tissue
from game.patient.variation.solid import Solid

LUMBAR_SCREW_MM, THORACIC_SCREW_MM = (6.5, 45.0), (5.5, 38.0)
CORE = 0.70
PITCH_MM, THREAD_MM = 2.8, 0.9
POINT_MM = 6.0  # the shank narrows over its last part
HEAD_RADIUS_MM, HEAD_MM = 6.5, 15.0
HEAD_BEHIND_MM = 14.5  # of the middle of the pedicle, along the screw: where the bone ends
ROD_RADIUS_MM, ROD_BEYOND_MM = 2.75, 5.0
LEAST_WIDTH_SHARE = 0.85  # widest screw of a pedicle, share of its width
S1_PEDICLE_MM = (23.0, 22.0, -9.0)  # middle of the first sacral pedicle in the sacrum's frame, tables' mm
S1_MEDIAL_DEG, S1_DOWN_DEG = 22.0, 10.0
CAGE_HALF_MM = (13.0, 5.0)  # half width and half depth of a cage
CAGE_DORSAL_MM = 2.0  # behind the middle of the disc
MARKER_RADIUS_MM = 0.8
NEAR_MM = 15.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A straight round bar of titanium with flat ends; bars do not overlap, so that their paths add.

    Attributes:
        start_mm, end_mm: Patient frame, shape (3,).
        radius_mm: Outer radius.
        bore_mm: Inner radius of a ring; what fills it is another bar.
    """

    start_mm: Array
    end_mm: Array
    radius_mm: float
    bore_mm: float = 0.0


def build_hardware(fusion: Fusion, spine: Spine) -> tuple[Bar, ...]:
    """Return the metal of a fusion: screws on both sides, a rod through the heads, markers of the cages."""
    order = [*ref.LEVELS, "S1"]
    levels = sorted(fusion.levels, key=order.index)
    bars: list[Bar] = []
    for sign in (1.0, -1.0):
        heads = []
        for level in levels:
            screw, head = _screw(spine, level, sign)
            bars += screw
            heads.append(head)
        if len(heads) > 1:
            bars += _rod(np.array(heads))
    for space in fusion.cages:
        bars += _markers(spine, ref.SPACES.index(space))
    return tuple(bars)


def _screw(spine: Spine, level: str, sign: float) -> tuple[list[Bar], Array]:
    """Return the bars of a screw and the middle of its head, where the rod passes."""
    middle, forward, width_mm = _pedicle(spine, level, sign)
    diameter, length = THORACIC_SCREW_MM if level.startswith("T") else LUMBAR_SCREW_MM
    radius = 0.5 * min(diameter, LEAST_WIDTH_SHARE * width_mm)
    length *= spine.scale
    entry = middle - HEAD_BEHIND_MM * spine.scale * forward
    core = CORE * radius
    shank = length - POINT_MM
    bars = [_bar(entry, forward, 0.0, shank, core), _bar(entry, forward, shank, length, 0.55 * core)]
    for start in np.arange(1.0, length - 1.5, PITCH_MM):
        wide = radius if start < shank else 0.75 * radius
        bars.append(_bar(entry, forward, float(start), float(start) + THREAD_MM, wide, core if start < shank else 0.55 * core))
    bars.append(_bar(entry, forward, -HEAD_MM, 0.0, HEAD_RADIUS_MM, ROD_RADIUS_MM))
    bars.append(_bar(entry, forward, -0.35 * HEAD_MM, 0.0, ROD_RADIUS_MM))
    return bars, entry - 0.60 * HEAD_MM * forward


def _bar(entry: Array, forward: Array, start_mm: float, end_mm: float, radius_mm: float, bore_mm: float = 0.0) -> Bar:
    return Bar(entry + start_mm * forward, entry + end_mm * forward, radius_mm, bore_mm)


def _pedicle(spine: Spine, level: str, sign: float) -> tuple[Array, Array, float]:
    """Return the middle of a pedicle, the unit direction of its axis forwards, and its width."""
    if level == "S1":
        x, y, z = np.array(S1_PEDICLE_MM) * spine.scale
        medial, down = np.radians(S1_MEDIAL_DEG), np.radians(S1_DOWN_DEG)
        axis = np.array([-sign * np.sin(medial) * np.cos(down), -np.cos(medial) * np.cos(down), np.sin(down)])
        return spine.from_sacrum((sign * x, y, z)), spine.sacrum_rotation @ axis, 20.0
    index = ref.LEVELS.index(level)
    v = spine.shape(index)
    middle = spine.to_patient(index, (sign * v.pedicle_x, v.wall + 4.5, v.pedicle_z))
    return middle, spine.rotation[index] @ np.array([-sign * v.pedicle_sin, -v.pedicle_cos, 0.0]), 2.0 * v.pedicle_half_width


def _rod(heads: Array) -> list[Bar]:
    """Return a rod from head to head and a little beyond; where it passes a head's wall the wall counts."""
    steps = np.diff(heads, axis=0)
    steps = steps / np.linalg.norm(steps, axis=1)[:, None]
    before, after = np.concatenate([steps[:1], steps]), np.concatenate([steps, steps[-1:]])
    bars = [Bar(head - ROD_RADIUS_MM * a, head + ROD_RADIUS_MM * b, ROD_RADIUS_MM) for head, a, b in zip(heads, before, after, strict=True)]
    bars += [
        Bar(low + HEAD_RADIUS_MM * step, high - HEAD_RADIUS_MM * step, ROD_RADIUS_MM)
        for low, high, step in zip(heads[:-1], heads[1:], steps, strict=True)
    ]
    for head, out in ((heads[0], -steps[0]), (heads[-1], steps[-1])):
        bars.append(Bar(head + HEAD_RADIUS_MM * out, head + (HEAD_RADIUS_MM + ROD_BEYOND_MM) * out, ROD_RADIUS_MM))
    return bars


def _markers(spine: Spine, space: int) -> list[Bar]:
    """Return the pins by which a cage of plastic is seen: two behind, one in front."""
    low, high = _cage_heights(spine, space)
    places = ((-0.8, 0.75), (0.8, 0.75), (0.0, -0.75))
    bars = []
    for u, v in places:
        x, y = u * CAGE_HALF_MM[0] * spine.scale, (v * CAGE_HALF_MM[1] + CAGE_DORSAL_MM) * spine.scale
        ends = spine.discs.centre_mm[space] + np.array([[x, y, low + 0.6], [x, y, high - 0.6]]) @ spine.discs.rotation[space].T
        bars.append(Bar(ends[0], ends[1], MARKER_RADIUS_MM))
    return bars


def _cage_heights(spine: Spine, space: int) -> tuple[float, float]:
    half = 0.25 * float(spine.discs.height_ventral_mm[space] + spine.discs.height_dorsal_mm[space]) + 1.0
    return -half, half


def build_cages(fusion: Fusion, spine: Spine) -> tuple[Solid, ...]:
    """Return the cages' blocks of plastic."""
    found = []
    for space in (ref.SPACES.index(name) for name in fusion.cages):
        high = _cage_heights(spine, space)[1]
        half = (CAGE_HALF_MM[0] * spine.scale, CAGE_HALF_MM[1] * spine.scale, high)
        block = partial(_block, half=half, dorsal_mm=CAGE_DORSAL_MM * spine.scale)
        found.append(Solid(Tissue.PEEK, spine.discs.centre_mm[space], spine.discs.rotation[space], half[0] + 8.0, block))
    return tuple(found)


def _block(x: Field, y: Field, z: Field, half: tuple[float, float, float], dorsal_mm: float) -> Field:
    return rounded_box(np.abs(x) - half[0], np.abs(y - dorsal_mm) - half[1], np.abs(z) - half[2], 1.0)


def bars_distance(bars: tuple[Bar, ...], points: Array, reach_mm: float = NEAR_MM) -> Array:
    """Return the distance to the nearest metal, shape (n,); `reach_mm` where none is as near as that to the points' box."""
    best = np.full(len(points), reach_mm)
    if not bars or len(points) == 0:
        return best
    low, high = points.min(axis=0) - reach_mm, points.max(axis=0) + reach_mm
    for bar in bars:
        first, last = bar_box(bar)
        if (last > low).all() and (first < high).all():
            np.minimum(best, bar_distance(bar, points), out=best)
    return best


def bar_box(bar: Bar) -> tuple[Array, Array]:
    """Return two corners between which a bar lies, patient frame, each shape (3,)."""
    return np.minimum(bar.start_mm, bar.end_mm) - bar.radius_mm, np.maximum(bar.start_mm, bar.end_mm) + bar.radius_mm


def bar_distance(bar: Bar, points: Array) -> Array:
    """Return the distance to a bar, negative in its metal, shape (n,)."""
    along = bar.end_mm - bar.start_mm
    length = float(np.linalg.norm(along))
    rel = points - bar.start_mm
    t = rel @ (along / length)
    radius = np.sqrt(np.maximum((rel * rel).sum(axis=1) - t * t, 0.0))
    side = np.maximum(radius - bar.radius_mm, bar.bore_mm - radius) if bar.bore_mm > 0.0 else radius - bar.radius_mm
    ends = np.abs(t - 0.5 * length) - 0.5 * length
    outside = np.hypot(np.maximum(side, 0.0), np.maximum(ends, 0.0))
    return np.asarray(outside + np.minimum(np.maximum(side, ends), 0.0))
