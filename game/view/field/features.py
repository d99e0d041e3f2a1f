"""Small things on the skin: ink, wheals, nicks, blood, dimples. Each adds to height or takes from colour near one place.

Places are field-plane mm; sizes are the objects' own or chosen by eye.
"""

import math
from dataclasses import dataclass

import numpy as np

from game.view.field.plane import Box, Float32, Plane

INK_LEFT = (0.30, 0.20, 0.46)
BLOOD_LEFT = (0.40, 0.045, 0.035)
PALE = (1.10, 1.18, 1.22)
DERMIS = (1.05, 0.72, 0.66)
PRESSED = (0.98, 0.80, 0.76)
NICK_LEFT = (0.34, 0.06, 0.05)


@dataclass(frozen=True, slots=True)
class Ink:
    """Strokes of the skin marker.

    Attributes:
        strokes_mm: Ends (x0, y0, x1, y1) of each stroke; a dot has equal ends.
        width_mm: Of a stroke.
    """

    strokes_mm: tuple[tuple[float, float, float, float], ...]
    width_mm: float = 1.5


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle drawn with the skin marker, with a dot in its middle where it is small."""

    x_mm: float
    y_mm: float
    radius_mm: float
    width_mm: float = 1.2


@dataclass(frozen=True, slots=True)
class Wheal:
    """A pale blister of local anaesthetic."""

    x_mm: float
    y_mm: float
    radius_mm: float = 6.5


@dataclass(frozen=True, slots=True)
class Nick:
    """A cut of a few millimetres through the skin, across the picture."""

    x_mm: float
    y_mm: float
    length_mm: float = 3.6


@dataclass(frozen=True, slots=True)
class Blood:
    """Blood at a hole; more of it runs down the picture, which is downhill."""

    x_mm: float
    y_mm: float
    amount: float


@dataclass(frozen=True, slots=True)
class Dimple:
    """Skin pushed in by a point or a finger."""

    x_mm: float
    y_mm: float
    depth_mm: float
    radius_mm: float


@dataclass(frozen=True, slots=True)
class Navel:
    """The navel on the belly."""

    x_mm: float
    y_mm: float


Feature = Ink | Ring | Wheal | Nick | Blood | Dimple | Navel


def stretch_of(feature: Feature) -> tuple[float, float, float, float]:
    """Return the field-plane box (left, low, right, high) that a feature changes, mm."""
    if isinstance(feature, Ink):
        xs = [s[i] for s in feature.strokes_mm for i in (0, 2)]
        ys = [s[i] for s in feature.strokes_mm for i in (1, 3)]
        away = feature.width_mm + 1.0
        return min(xs) - away, min(ys) - away, max(xs) + away, max(ys) + away
    reach, down = _reach(feature)
    return feature.x_mm - reach, feature.y_mm - reach - down, feature.x_mm + reach, feature.y_mm + reach


def _reach(feature: Ring | Wheal | Nick | Blood | Dimple | Navel) -> tuple[float, float]:
    match feature:
        case Ring():
            return feature.radius_mm + feature.width_mm + 1.0, 0.0
        case Wheal():
            return 1.8 * feature.radius_mm, 0.0
        case Dimple():
            return 2.8 * feature.radius_mm, 0.0
        case Blood():
            return 7.0, _run_mm(feature.amount)
        case Nick():
            return feature.length_mm + 3.0, 0.0
        case Navel():
            return 24.0, 0.0


def _run_mm(amount: float) -> float:
    return 26.0 * max(amount - 0.25, 0.0)


def box_of(feature: Feature, plane: Plane) -> Box | None:
    """Return the pixels that a feature changes, or None outside the picture."""
    left, low, right, high = stretch_of(feature)
    corner = plane.to_px(np.array([[left, high], [right, low]]))
    box = (int(corner[0, 0]) - 1, int(corner[0, 1]) - 1, int(corner[1, 0]) + 3, int(corner[1, 1]) + 3)
    clipped = (max(box[0], 0), max(box[1], 0), min(box[2], plane.width_px), min(box[3], plane.height_px))
    return clipped if clipped[2] > clipped[0] and clipped[3] > clipped[1] else None


def overlaps(first: Box, second: Box) -> bool:
    """Say whether two boxes share a pixel."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What features change in a box.

    Attributes:
        bump_mm: Added to the height, float32, shape of the box.
        ink: What is left of the colour, float32, shape of the box + (3,).
        wet: How much it gleams, 0 to 1, float32, shape of the box.
    """

    bump_mm: Float32
    ink: Float32
    wet: Float32


def draw_features(features: tuple[Feature, ...], plane: Plane, box: Box) -> Drawn | None:
    """Return what features change in a box, or None where they change nothing."""
    near = [f for f in features if (b := box_of(f, plane)) is not None and overlaps(b, box)]
    if not near:
        return None
    x, y = plane.axes_mm()
    x, y = x[:, box[0] : box[2]], y[box[1] : box[3]]
    shape = (box[3] - box[1], box[2] - box[0])
    drawn = Drawn(np.zeros(shape, np.float32), np.ones((*shape, 3), np.float32), np.zeros(shape, np.float32))
    for feature in near:
        _draw(feature, x, y, plane, drawn)
    return drawn


def _draw(feature: Feature, x: Float32, y: Float32, plane: Plane, drawn: Drawn) -> None:
    bump, ink = drawn.bump_mm, drawn.ink
    match feature:
        case Ink():
            for stroke in feature.strokes_mm:
                away = _from_stroke(x, y, stroke)
                ragged = 0.10 * np.sin(x * 1.9 + y * 1.3) + 0.05 * np.sin(x * 4.3 - y * 3.7)
                _stain(ink, _edge(feature.width_mm / 2 + ragged - away, plane, 0.35) * 0.82, INK_LEFT)
        case Ring():
            from_middle = np.hypot(x - feature.x_mm, y - feature.y_mm)
            ragged = 0.10 * np.sin(x * 1.9 + y * 1.3) + 0.05 * np.sin(x * 4.3 - y * 3.7)
            away = np.minimum(np.abs(from_middle - feature.radius_mm), from_middle if feature.radius_mm < 10.0 else np.inf)
            _stain(ink, _edge(feature.width_mm / 2 + ragged - away, plane, 0.35) * 0.82, INK_LEFT)
        case Wheal():
            away = np.hypot(x - feature.x_mm, y - feature.y_mm)
            rise = np.exp(-((away / feature.radius_mm) ** 4))
            pits = np.sin(3.3 * x + 1.7 * np.sin(1.9 * y)) * np.sin(3.0 * y + 1.5 * np.sin(1.6 * x))
            bump += (1.6 * rise - 0.07 * np.clip(pits - 0.25, 0.0, None) * rise).astype(np.float32)
            _stain(ink, (rise * 0.95).astype(np.float32), PALE)
            _stain(ink, (np.exp(-(((away - feature.radius_mm - 1.2) / 3.0) ** 2)) * 0.30).astype(np.float32), PRESSED)
        case Nick():
            _draw_nick(feature, x, y, plane, bump, ink)
        case Blood():
            _draw_blood(feature, x, y, plane, drawn)
        case Dimple():
            away = np.sqrt((x - feature.x_mm) ** 2 + (y - feature.y_mm) ** 2 + 0.25) / feature.radius_mm
            bump += (-feature.depth_mm * np.exp(-1.6 * away) + 0.16 * feature.depth_mm * np.exp(-(((away - 1.7) / 0.5) ** 2))).astype(
                np.float32
            )
            _stain(ink, (np.exp(-(away**2)) * min(0.12 * feature.depth_mm, 0.5)).astype(np.float32), PRESSED)
        case Navel():
            away = np.hypot((x - feature.x_mm) / 1.25, y - feature.y_mm)
            bump += (-9.0 * np.exp(-((away / 6.0) ** 2)) + 1.6 * np.exp(-(((away - 10.0) / 4.0) ** 2))).astype(np.float32)
            _stain(ink, (np.exp(-((away / 5.0) ** 2)) * 0.8).astype(np.float32), (0.55, 0.36, 0.30))


def _draw_nick(feature: Nick, x: Float32, y: Float32, plane: Plane, bump: Float32, ink: Float32) -> None:
    half = feature.length_mm / 2
    along = np.clip(np.abs(x - feature.x_mm) / half, 0.0, 1.0)
    gape = 0.55 * np.sqrt(1.0 - along * along)
    away = _from_stroke(x, y, (feature.x_mm - half, feature.y_mm, feature.x_mm + half, feature.y_mm))
    inside = gape - away
    bump += (-1.1 * np.clip(inside / 0.5, 0.0, 1.0) + 0.22 * np.exp(-(((away - 1.2) / 0.5) ** 2))).astype(np.float32)
    _stain(ink, (np.exp(-((away / 2.6) ** 2)) * 0.35).astype(np.float32), PRESSED)
    _stain(ink, _edge(np.asarray(inside + 0.22, np.float32), plane, 0.2) * 0.8, DERMIS)
    _stain(ink, _edge(np.asarray(inside, np.float32), plane, 0.2), NICK_LEFT)


def _draw_blood(feature: Blood, x: Float32, y: Float32, plane: Plane, drawn: Drawn) -> None:
    radius = 0.7 + 1.9 * math.sqrt(min(feature.amount, 1.5))
    turn = np.arctan2(y - feature.y_mm, x - feature.x_mm)
    ragged = 1.0 + 0.10 * np.sin(2.0 * turn + feature.x_mm) + 0.07 * np.sin(5.0 * turn + feature.y_mm)
    away = np.hypot(x - feature.x_mm, (y - feature.y_mm) * 1.1) - radius * ragged
    run = _run_mm(feature.amount)
    if run > 0.0:
        end = (feature.x_mm + 0.08 * run, feature.y_mm - run)
        below = np.clip((feature.y_mm - y) / run, 0.0, 1.0)
        wander = (0.9 * np.sin((y - feature.y_mm) * 0.31) + 0.25 * np.sin(y * 1.3)) * below
        wide = 0.95 - 0.50 * np.sin(np.pi * below) + 0.12 * np.sin(y * 0.9)
        track = _from_stroke(x + wander, y, (feature.x_mm, feature.y_mm, *end)) - wide
        drop = np.hypot((x + wander - end[0]) * 1.15, (y - end[1]) * 0.8) - 1.35
        away = _joined(away, _joined(track, drop, 0.8), 1.2)
    deep = np.clip(-away, 0.0, 1.4)
    cover = _edge(np.asarray(-away, np.float32), plane, 0.25)
    drawn.bump_mm[...] += (0.85 * np.sqrt(deep)).astype(np.float32)
    drawn.wet[...] = np.maximum(drawn.wet, cover)
    _stain(drawn.ink, cover * (0.80 + 0.16 * np.clip(deep / 0.7, 0.0, 1.0)).astype(np.float32), BLOOD_LEFT)


def _joined(first: Float32, second: Float32, width_mm: float) -> Float32:
    """Return the distance to two shapes that run into each other."""
    mix = np.clip(0.5 + 0.5 * (second - first) / width_mm, 0.0, 1.0)
    return np.asarray(second + (first - second) * mix - width_mm * mix * (1.0 - mix), np.float32)


def _from_stroke(x: Float32, y: Float32, stroke: tuple[float, float, float, float]) -> Float32:
    dx, dy = stroke[2] - stroke[0], stroke[3] - stroke[1]
    along = np.clip(((x - stroke[0]) * dx + (y - stroke[1]) * dy) / max(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    return np.asarray(np.hypot(x - stroke[0] - along * dx, y - stroke[1] - along * dy), np.float32)


def _edge(inside_mm: Float32, plane: Plane, soft_mm: float) -> Float32:
    return np.asarray(np.clip(inside_mm / max(soft_mm, plane.mm_per_px) + 0.5, 0.0, 1.0), np.float32)


def _stain(ink: Float32, cover: Float32, left: tuple[float, float, float]) -> None:
    ink *= 1.0 - cover[..., None] * (1.0 - np.asarray(left, np.float32))


def mark_ink(kind: str, x_mm: float, y_mm: float, heavier_mm: float = 0.0) -> Ink | Ring | None:
    """Return how a mark of a kind is drawn, or None for what is not ink; a wide view wants heavier strokes."""
    match kind:
        case "window" | "level":
            arm = 4.2
            strokes = ((x_mm - arm, y_mm - arm, x_mm + arm, y_mm + arm), (x_mm - arm, y_mm + arm, x_mm + arm, y_mm - arm))
            return Ink(strokes, 1.3 + heavier_mm)
        case "entry":
            return Ring(x_mm, y_mm, 4.6, 1.2 + heavier_mm)
        case "midline" | "incision":
            return Ink(((x_mm, y_mm, x_mm, y_mm),), 1.7 + heavier_mm)
        case "pocket":
            return Ring(x_mm, y_mm, 38.0, 1.6 + heavier_mm)
        case _:
            return None
