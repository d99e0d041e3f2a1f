"""What an open wound looks like, said plainly: the steps fill this in, the painter draws it. Places are field-plane mm."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from game.view.field.plane import Box, Float32, Plane, clip_box

Places = tuple[tuple[float, float], ...]
RIM_MM = 9.0
"""How far round the opening the skin looks different: rolled, reddened, smeared (by eye)."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Depths below the skin at which layers begin, mm.

    Attributes:
        fat_mm: The skin's thickness.
        scarpa_mm: Scarpa's fascia between the superficial and the deep fat; 0 where none is seen.
        fascia_mm: Thoracolumbar fascia, rectus sheath or external oblique aponeurosis.
    """

    fat_mm: float = 2.5
    scarpa_mm: float = 0.0
    fascia_mm: float = 14.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A round place where something was done.

    Attributes:
        x_mm, y_mm: Its middle.
        radius_mm: Its size.
        strength: 0 to 1.
    """

    x_mm: float
    y_mm: float
    radius_mm: float
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Bleed:
    """A cut vessel.

    Attributes:
        x_mm, y_mm: Where it bleeds.
        flow: How much, 0 to 1.
    """

    x_mm: float
    y_mm: float
    flow: float = 1.0


@dataclass(frozen=True, slots=True)
class WoundLook:
    """An open wound.

    Attributes:
        line_mm: The cut, two or more points in order.
        depths_mm: Depth reached at each of them; no deeper than the fascia is drawn.
        layers: Where the layers lie.
        gape_mm: Full width of the opening at its middle.
        retracted: Whether blades pull it open: blunt corners and steep walls instead of a spindle.
        cleared: Where fat was swept off the fascia.
        slits: Cuts through the fascia (x0, y0, x1, y1); muscle shows in them.
        pocket_mm: Outline of a dissected pocket; where it reaches under the skin's edge, the wall overhangs.
        blood_ml: Blood that stands in the wound.
        bleeds: Cut vessels.
        ooze: Thin smear on raw tissue, 0 to 1.
        wiped: Places swabbed a moment ago.
        burns: Cautery marks.
        punctures: Holes of needles in the floor.
        up: How far up the picture, and how far towards the viewer, the vertical points; a unit vector.
    """

    line_mm: Places
    depths_mm: tuple[float, ...]
    layers: Layers = Layers()
    gape_mm: float = 4.0
    retracted: bool = False
    cleared: tuple[Spot, ...] = ()
    slits: tuple[tuple[float, float, float, float], ...] = ()
    pocket_mm: Places = ()
    blood_ml: float = 0.0
    bleeds: tuple[Bleed, ...] = ()
    ooze: float = 0.25
    wiped: tuple[Spot, ...] = ()
    burns: tuple[Spot, ...] = ()
    punctures: tuple[Spot, ...] = ()
    up: tuple[float, float] = (0.71, 0.71)

    @property
    def length_mm(self) -> float:
        """Length of the cut."""
        return sum(math.dist(a, b) for a, b in pairwise(self.line_mm))


def stretch_of(look: WoundLook) -> tuple[float, float, float, float]:
    """Return the field-plane box (left, low, right, high) that a wound changes, mm."""
    away = look.gape_mm / 2 + RIM_MM
    xs, ys = [p[0] for p in look.line_mm], [p[1] for p in look.line_mm]
    return min(xs) - away, min(ys) - away, max(xs) + away, max(ys) + away


def wound_box(look: WoundLook, plane: Plane) -> Box | None:
    """Return the pixels that a wound changes, or None outside the picture."""
    return mm_box(stretch_of(look), plane)


def mm_box(stretch_mm: tuple[float, float, float, float], plane: Plane) -> Box | None:
    """Return the pixels of a field-plane box (left, low, right, high), or None outside the picture."""
    left, low, right, high = stretch_mm
    corner = plane.to_px(np.array([[left, high], [right, low]]))
    box = (int(corner[0, 0]) - 1, int(corner[0, 1]) - 1, int(corner[1, 0]) + 3, int(corner[1, 1]) + 3)
    return clip_box(box, plane.shape)


def along_line(line_mm: Places, x: Float32, y: Float32) -> tuple[Float32, Float32]:
    """Return place along a line from its start, and distance from it, mm; before and beyond the line the place runs on.

    Args:
        line_mm: Two or more points.
        x: Places that broadcast with `y`, mm.
        y: The same up the picture, mm.
    """
    shape = np.broadcast_shapes(x.shape, y.shape)
    nearest, place = np.full(shape, 1e6, np.float32), np.zeros(shape, np.float32)
    start, last = 0.0, len(line_mm) - 2
    for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(line_mm)):
        length = max(math.hypot(x1 - x0, y1 - y0), 1e-6)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        run = (x - x0) * ux + (y - y0) * uy
        run = np.clip(run, 0.0 if index else -np.inf, length if index < last else np.inf)
        away = np.hypot(x - x0 - run * ux, y - y0 - run * uy)
        closer = away < nearest
        nearest = np.where(closer, away, nearest)
        place = np.where(closer, run + start, place)
        start += length
    return np.asarray(place, np.float32), np.asarray(nearest, np.float32)


def edge_mm(look: WoundLook, x: Float32, y: Float32) -> tuple[Float32, Float32]:
    """Return the distance inside the skin's edge, negative outside, and the place along the cut, 0 to 1; without waviness."""
    length = max(look.length_mm, 0.1)
    place, away = along_line(look.line_mm, x, y)
    part = np.clip(place / length, 0.0, 1.0)
    half, reach = max(look.gape_mm / 2, 0.05), length / 2
    off = np.abs(place - reach) / reach
    # First-order distance to the level line 1 of a blunt oval or of a pointed spindle.
    if look.retracted:
        level = np.sqrt(off**2.9 + (away / half) ** 2) + 1e-4
        slope = np.hypot(1.45 * off**1.9 / reach, away / half**2) / level
        within = half * np.sqrt(np.clip(1.0 - off**2.9, 0.0, 1.0)) - away
    else:
        away = np.hypot(away, np.float32(0.3))  # a sharp ridge along the cut would show where it is not open yet
        level = off**1.9 + away / half
        slope = np.hypot(1.9 * off**0.9 / reach, np.float32(1.0 / half))
        within = half * (1.0 - off**1.9) - away
    beyond = np.maximum(np.maximum(-place, place - length), 0.0)
    edge = (1.0 - level) / np.maximum(slope, 1e-4)
    edge = np.where(level < 1.0, np.minimum(edge, within), edge)
    if not look.retracted:
        edge = np.where(beyond > 0.0, np.minimum(edge, -np.hypot(beyond, away)), edge)
    return np.asarray(edge, np.float32), np.asarray(part, np.float32)


def inside(look: WoundLook, x_mm: float, y_mm: float) -> bool:
    """Say whether a point lies in the opening."""
    edge, _ = edge_mm(look, np.array([[x_mm]], np.float32), np.array([[y_mm]], np.float32))
    return bool(edge[0, 0] > 0.0)


def outline_key(look: WoundLook) -> tuple[object, ...]:
    """Return all that the opening's edge depends on."""
    return look.line_mm, look.gape_mm, look.retracted, look.pocket_mm, look.layers, look.up, len(look.depths_mm)


def dug_stretch(before: WoundLook, look: WoundLook) -> tuple[float, float, float, float] | None:
    """Return the field-plane box in which the ground of two looks with one outline differs, or None where it does not."""
    boxes: list[tuple[float, float, float, float]] = []
    for name in ("cleared", "punctures", "burns"):
        for spot in set(getattr(before, name)) ^ set(getattr(look, name)):
            away = 1.4 * spot.radius_mm + 0.5
            boxes.append((spot.x_mm - away, spot.y_mm - away, spot.x_mm + away, spot.y_mm + away))
    for slit in set(before.slits) ^ set(look.slits):
        away = 6.0
        boxes.append((min(slit[::2]) - away, min(slit[1::2]) - away, max(slit[::2]) + away, max(slit[1::2]) + away))
    moved = [k for k, (a, b) in enumerate(zip(before.depths_mm, look.depths_mm, strict=True)) if a != b]
    if moved:
        near = look.line_mm[max(moved[0] - 1, 0) : moved[-1] + 2]
        shallow = min(min(d[k] for k in moved) for d in (before.depths_mm, look.depths_mm)) < look.layers.fat_mm
        away = look.gape_mm / 2 + (RIM_MM if shallow else 0.8)
        xs, ys = [p[0] for p in near], [p[1] for p in near]
        boxes.append((min(xs), min(ys) - away, max(xs), max(ys) + away))
    if not boxes:
        return None
    table = np.array(boxes)
    return float(table[:, 0].min()), float(table[:, 1].min()), float(table[:, 2].max()), float(table[:, 3].max())
