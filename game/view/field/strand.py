"""Catheter, thread, wire and rod along a line on the picture, drops at their ends, bites and knots. Sizes mm, light chosen by eye."""

import math
from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np

from game.view.field.light import unit
from game.view.field.plane import Float32
from game.view.field.sprite import DARK_STEEL, STEEL, Colour, Patch, gradient, shadow_of
from game.view.field.trace import Points, Run, box_round, smoothed, trace

Bounds = tuple[int, int]
Shade = Callable[[Run, Float32], tuple[Float32, Float32]]
"""Colour 0 to 255, shape (k, 3), and opacity, shape (k,), of a run's pixels; it is given their height over the radius."""
KEY = unit(-0.20, -0.66, 0.80)
GLEAM = unit(KEY[0], KEY[1], KEY[2] + 1.0)
SUTURES: dict[str, Colour] = {"violet": (104, 62, 148), "blue": (44, 92, 170), "black": (34, 34, 40), "white": (226, 224, 214)}


def strand_patch(
    points_px: Points,
    radius_px: float,
    px_per_mm: float,
    bounds: Bounds,
    shade: Shade,
    fade_mm: tuple[float, float],
    flat_ends: bool = True,
) -> Patch | None:
    """Return a round thing along a line; where it crosses itself, the later part lies on top and shades the earlier.

    Args:
        points_px: The line, (column, row), shape (n, 2).
        radius_px: Its radius.
        px_per_mm: Scale of the picture.
        bounds: Rows and columns of the picture.
        shade: Its surface.
        fade_mm: Over how much of its length each end sinks into what it lies in.
        flat_ends: Whether its ends are cut straight.
    """
    points = np.asarray(points_px, dtype=np.float64).reshape(-1, 2)
    box = None if len(points) < 2 else box_round(points, radius_px + 1.0, bounds)
    if box is None:
        return None
    layer = np.zeros((box[3] - box[1], box[2] - box[0], 4), np.float32)
    length = float(np.hypot(*np.diff(points, axis=0).T).sum())
    for number, run in enumerate(trace(points, radius_px, box, flat_ends)):
        high = np.sqrt(np.clip(1.0 - np.sum(run.off * run.off, axis=1), 0.0, 1.0))
        colour, opacity = shade(run, np.asarray(high, np.float32))
        alpha = opacity * run.cover
        for fade, place in zip(fade_mm, (run.arc_px, length - run.arc_px), strict=True):
            if fade > 0.0:
                alpha = alpha * np.clip(place / (fade * px_per_mm), 0.0, 1.0) ** 0.8
        if number:
            _shade_under(layer, run, alpha, radius_px)
        under = layer[run.rows, run.columns]
        keep = (1.0 - alpha)[:, None]
        laid = np.concatenate([np.clip(colour, 0.0, 255.0), np.full((len(alpha), 1), 255.0, np.float32)], axis=1)
        layer[run.rows, run.columns] = under * keep + laid * alpha[:, None]
    return Patch(np.clip(layer, 0, 255).astype(np.uint8), box[0], box[1])


def _shade_under(layer: Float32, run: Run, alpha: Float32, radius_px: float) -> None:
    top, left, bottom, right = int(run.rows.min()), int(run.columns.min()), int(run.rows.max()) + 1, int(run.columns.max()) + 1
    pad = int(2.5 * radius_px) + 2
    top, left = max(top - pad, 0), max(left - pad, 0)
    bottom, right = min(bottom + pad, layer.shape[0]), min(right + pad, layer.shape[1])
    mask = np.zeros((bottom - top, right - left), np.float32)
    mask[run.rows - top, run.columns - left] = alpha
    move = np.array([[1.0, 0.0, 0.25 * radius_px], [0.0, 1.0, 0.8 * radius_px]], np.float32)
    soft = cv2.GaussianBlur(cv2.warpAffine(mask, move, mask.shape[::-1]), (0, 0), max(0.8 * radius_px, 0.6))
    layer[top:bottom, left:right, :3] *= (1.0 - 0.55 * soft)[..., None]


def _facing(run: Run, high: Float32, direction: tuple[float, float, float]) -> Float32:
    return np.asarray(run.off[:, 0] * direction[0] + run.off[:, 1] * direction[1] + high * direction[2], np.float32)


@lru_cache(maxsize=8)
def strand_shadow(patch: Patch, px_per_mm: float, lift_mm: float) -> Patch:
    """Return the soft shadow of a patch that lies some mm over the ground; lay it first, offset by (0.25, 0.95) x lift."""
    return shadow_of(patch, max((0.35 + 0.45 * lift_mm) * px_per_mm, 0.8), 0.62 / (1.0 + 0.12 * lift_mm))


def catheter_patch(
    points_px: Points,
    px_per_mm: float,
    bounds: Bounds,
    *,
    radius_mm: float = 0.7,
    marks_from_mm: float | None = None,
    fade_mm: tuple[float, float] = (0.0, 0.0),
    wet: bool = True,
    wire: bool = False,
) -> Patch | None:
    """Return the catheter: a soft translucent tube with centimetre marks.

    Args:
        points_px: Its line, (column, row), shape (n, 2).
        px_per_mm: Scale of the picture.
        bounds: Rows and columns of the picture.
        radius_mm: Its outer radius.
        marks_from_mm: Its own length at the first point, from which marks are counted; None without marks.
        fade_mm: Over how much of its length each end sinks into tissue.
        wet: Whether it gleams.
        wire: Whether the guide wire lies in it.
    """
    points = np.asarray(points_px, dtype=np.float64).reshape(-1, 2)
    return _catheter(points.tobytes(), px_per_mm, bounds, radius_mm, marks_from_mm, fade_mm, wet, wire)


@lru_cache(maxsize=8)  # a frame in which the catheter lies still paints nothing
def _catheter(
    points_px: bytes,
    px_per_mm: float,
    bounds: Bounds,
    radius_mm: float,
    marks_from_mm: float | None,
    fade_mm: tuple[float, float],
    wet: bool,
    wire: bool,
) -> Patch | None:
    def shade(run: Run, high: Float32) -> tuple[Float32, Float32]:
        side = np.hypot(*run.off.T)
        key = np.clip((_facing(run, high, KEY) + 0.55) / 1.55, 0.0, 1.0)
        bore = np.clip((0.52 - side) / 0.16, 0.0, 1.0)
        glass = np.clip((side - 0.50) / 0.4, 0.0, 1.0)
        body = np.array([232.0, 234.0, 226.0], np.float32) * (0.36 + 0.70 * key - 0.10 * bore)[:, None]
        body += np.array([26.0, 20.0, 12.0], np.float32) * (np.clip(_facing(run, high, (-KEY[0], -KEY[1], 0.3)), 0.0, 1.0) ** 2)[:, None]
        opacity = 0.70 + 0.26 * glass - 0.20 * bore
        if wire:
            steel = np.clip((0.36 - side) / 0.14, 0.0, 1.0)[:, None]
            body = body * (1.0 - steel) + np.array([58.0, 64.0, 70.0], np.float32) * steel * (0.4 + 0.9 * key)[:, None]
            opacity = np.maximum(opacity, 0.95 * steel[:, 0])
        if marks_from_mm is not None:
            mark = _marks(run.arc_px / px_per_mm + marks_from_mm, px_per_mm)
            body = body * (1.0 - 0.88 * mark)[:, None] + 10.0 * mark[:, None]
            opacity = opacity + (0.97 - opacity) * mark
        gleam = np.clip(_facing(run, high, GLEAM), 0.0, 1.0)
        light = gleam**70 * (190.0 if wet else 60.0) + gleam**12 * 22.0
        return np.asarray(body + light[:, None], np.float32), np.asarray(opacity, np.float32)

    points = np.frombuffer(points_px).reshape(-1, 2)
    patch = strand_patch(points, radius_mm * px_per_mm, px_per_mm, bounds, shade, fade_mm)
    if patch is not None:
        patch.layer.flags.writeable = False
    return patch


def _marks(length_mm: Float32, px_per_mm: float) -> Float32:
    """Return how much of a pixel is printed: a line at each centimetre, a wider one at five, two wide ones at ten."""
    soft = max(0.5 / px_per_mm, 0.05)
    whole = np.round(length_mm / 10.0)
    away = np.abs(length_mm - whole * 10.0)
    half = np.where(np.mod(whole, 10.0) == 0.0, 1.1, np.where(np.mod(whole, 5.0) == 0.0, 0.8, 0.30))
    line = np.clip((half - away) / soft + 0.5, 0.0, 1.0)
    gap = np.where(np.mod(whole, 10.0) == 0.0, np.clip((0.22 - away) / soft + 0.5, 0.0, 1.0), 0.0)
    return np.asarray((line - gap) * (whole >= 1.0), np.float32)


def suture_patch(
    points_px: Points,
    px_per_mm: float,
    bounds: Bounds,
    *,
    colour: str = "black",
    radius_mm: float = 0.2,
    fade_mm: tuple[float, float] = (0.0, 0.0),
) -> Patch | None:
    """Return a thread; black, violet and white are braided, blue is a single filament."""
    tint = np.asarray(SUTURES[colour], np.float32)

    def shade(run: Run, high: Float32) -> tuple[Float32, Float32]:
        key = np.clip((_facing(run, high, KEY) + 0.3) / 1.3, 0.0, 1.0)
        gleam = np.clip(_facing(run, high, GLEAM), 0.0, 1.0)
        twist = np.ones(len(key))
        if colour != "blue":
            side = run.off[:, 0] - run.off[:, 1]
            twist = 1.0 + 0.24 * np.sin(run.arc_px / (px_per_mm * radius_mm * 0.42) + 2.6 * side)
        body = tint * ((0.38 + 0.85 * key) * twist)[:, None]
        shine = gleam ** (50 if colour == "blue" else 14) * (150.0 if colour == "blue" else 46.0)
        shine = shine * min(1.0, 0.45 * radius_mm * px_per_mm)  # on a thread of two pixels a glint would look like beads
        return np.asarray(body + shine[:, None], np.float32), np.ones(len(key), np.float32)

    return strand_patch(points_px, max(radius_mm * px_per_mm, 0.7), px_per_mm, bounds, shade, fade_mm, flat_ends=False)


def _metal(stops: tuple[Colour, ...], opacity: float = 1.0) -> Shade:
    def shade(run: Run, high: Float32) -> tuple[Float32, Float32]:
        turn = 0.5 + 0.5 * (run.off[:, 0] * 0.42 + run.off[:, 1] * 0.90)
        body = gradient(np.asarray(turn, np.float32), stops) * (0.72 + 0.28 * high)[:, None]
        return np.asarray(body, np.float32), np.full(len(high), opacity, np.float32)

    return shade


def wire_patch(
    points_px: Points, px_per_mm: float, bounds: Bounds, *, radius_mm: float = 0.2, fade_mm: tuple[float, float] = (0.0, 0.0)
) -> Patch | None:
    """Return the guide wire."""
    return strand_patch(points_px, max(radius_mm * px_per_mm, 0.6), px_per_mm, bounds, _metal(DARK_STEEL), fade_mm, flat_ends=False)


def rod_patch(
    points_px: Points,
    px_per_mm: float,
    bounds: Bounds,
    *,
    radius_mm: float = 1.6,
    kind: str = "rod",
    fade_mm: tuple[float, float] = (0.0, 0.0),
) -> Patch | None:
    """Return the tunneller's steel rod, or with kind "sheath" the clear tube over it, along its own curve."""
    return strand_patch(points_px, radius_mm * px_per_mm, px_per_mm, bounds, _clear if kind == "sheath" else _metal(STEEL), fade_mm)


def _clear(run: Run, high: Float32) -> tuple[Float32, Float32]:
    side = np.hypot(*run.off.T)
    gleam = np.clip(_facing(run, high, GLEAM), 0.0, 1.0)
    key = np.clip((_facing(run, high, KEY) + 0.5) / 1.5, 0.0, 1.0)
    body = np.array([196.0, 216.0, 224.0], np.float32) * (0.45 + 0.6 * key)[:, None] + (gleam**60 * 170.0)[:, None]
    opacity = 0.26 + 0.50 * np.clip((side - 0.62) / 0.3, 0.0, 1.0) + 0.6 * gleam**60
    return np.asarray(body, np.float32), np.asarray(np.clip(opacity, 0.0, 0.95), np.float32)


def _canvas(centre_px: tuple[float, float], reach_px: float, bounds: Bounds) -> tuple[Float32, Float32, tuple[int, int]] | None:
    """Return offsets (columns, rows) of pixels round a place and their corner, or None outside the picture."""
    box = box_round(np.array([centre_px]), reach_px, bounds)
    if box is None:
        return None
    x = np.arange(box[0], box[2], dtype=np.float32)[None, :] - np.float32(centre_px[0])
    y = np.arange(box[1], box[3], dtype=np.float32)[:, None] - np.float32(centre_px[1])
    return x, y, (box[0], box[1])


def _patch(colour: Float32, alpha: Float32, corner: tuple[int, int]) -> Patch:
    layer = np.concatenate([np.clip(colour, 0, 255) * alpha[..., None], 255.0 * alpha[..., None]], axis=-1)
    return Patch(np.clip(layer, 0, 255).astype(np.uint8), *corner)


def bite_patch(
    in_px: tuple[float, float], out_px: tuple[float, float], px_per_mm: float, bounds: Bounds, colour: str = "black"
) -> Patch | None:
    """Return a stitch seen from above: two holes with thread in them, the tissue over the thread between them a little raised."""
    middle = ((in_px[0] + out_px[0]) / 2, (in_px[1] + out_px[1]) / 2)
    half = math.dist(in_px, out_px) / 2
    found = _canvas(middle, half + 2.0 * px_per_mm, bounds)
    if found is None:
        return None
    x, y, corner = found
    ux, uy = ((out_px[0] - in_px[0]) / max(2 * half, 1e-6), (out_px[1] - in_px[1]) / max(2 * half, 1e-6))
    along = np.clip(x * ux + y * uy, -half, half)
    across = np.hypot(x - along * ux, y - along * uy) / px_per_mm
    lit = (x - along * ux) * KEY[0] + (y - along * uy) * KEY[1]
    ridge = np.exp(-((across / 0.55) ** 2)) * np.clip(lit / px_per_mm / 0.35, -1.0, 1.0) * 0.34
    alpha = np.abs(ridge)
    tone = np.where(ridge > 0.0, 235.0, 40.0)
    colours = np.stack([tone, tone * 0.86, tone * 0.80], axis=-1)
    for sign in (-1.0, 1.0):
        away = np.hypot(x - sign * half * ux, y - sign * half * uy) / px_per_mm
        dimple = np.exp(-((away / 0.75) ** 2)) * 0.55
        hole = np.clip((0.32 - away) * px_per_mm + 0.5, 0.0, 1.0)
        dark = np.asarray(SUTURES[colour], np.float32) * 0.5 * hole[..., None] + np.array([70.0, 18.0, 16.0]) * (1.0 - hole)[..., None]
        share = np.maximum(dimple, hole * 0.95)
        colours = colours * (1.0 - share)[..., None] + dark * share[..., None]
        alpha = alpha + (1.0 - alpha) * share
    return _patch(np.asarray(colours, np.float32), np.asarray(alpha, np.float32), corner)


KNOT = (
    (-2.4, 0.5),
    (-1.2, 0.3),
    (-0.5, -0.5),
    (0.35, -0.5),
    (0.5, 0.4),
    (-0.35, 0.55),
    (-0.6, -0.1),
    (0.1, -0.75),
    (0.75, -0.1),
    (0.3, 0.6),
    (-0.4, 0.2),
    (0.0, -0.35),
    (0.9, -0.35),
    (2.4, 0.4),
)


def knot_patch(
    at_px: tuple[float, float],
    px_per_mm: float,
    bounds: Bounds,
    colour: str = "black",
    tails: bool = True,
    turn_deg: float = 0.0,
    radius_mm: float = 0.2,
) -> Patch | None:
    """Return a knot of several throws with its cut tails."""
    shape = np.array(KNOT if tails else KNOT[1:-1]) * np.array([1.0 if tails else 0.8, 1.0])
    cos, sin = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    size = 4.2 * radius_mm * px_per_mm
    turned = shape @ np.array([[cos, sin], [-sin, cos]]) * size + np.asarray(at_px)
    return suture_patch(smoothed(turned, 2.0), px_per_mm, bounds, colour=colour, radius_mm=radius_mm)


def drop_patch(at_px: tuple[float, float], px_per_mm: float, bounds: Bounds, *, size: float = 1.0, kind: str = "csf") -> Patch | None:
    """Return a drop that hangs at a place: clear fluid or blood; size 0 to 1 grows it to the 2.3 mm at which it falls."""
    radius = (0.5 + 1.8 * size) * px_per_mm
    found = _canvas((at_px[0], at_px[1] + radius * 0.9), radius * 1.9, bounds)
    if found is None or radius < 1.0:
        return None
    x, y, corner = found
    neck = np.clip((-y / radius - 0.1) / 1.1, 0.0, 1.0)
    wide = radius * (1.0 - 0.62 * size * neck)
    flat = np.hypot(x / wide, np.where(y < 0.0, y / (radius * (1.0 + 0.35 * size)), y / radius))
    alpha = np.clip((1.0 - flat) * radius + 0.5, 0.0, 1.0)
    high = np.sqrt(np.clip(1.0 - flat * flat, 0.0, 1.0))
    gleam = np.clip(x / radius * GLEAM[0] + y / radius * GLEAM[1] + high * GLEAM[2], 0.0, 1.0)
    through = np.clip((y / radius + 0.75) / 1.6, 0.0, 1.0) ** 2 * (1.0 - flat**4)
    if kind == "blood":
        colour = np.array([120.0, 8.0, 10.0], np.float32) * (0.5 + 0.7 * through)[..., None]
        opacity = alpha * 0.96
    else:
        colour = np.array([168.0, 186.0, 192.0], np.float32) * (0.42 + 0.75 * through)[..., None]
        opacity = alpha * (0.34 + 0.42 * flat**3 + 0.28 * through)
    light = gleam**90 * 235.0 + gleam**14 * 20.0
    return _patch(
        np.asarray(colour + light[..., None], np.float32), np.asarray(np.clip(opacity + alpha * gleam**90, 0, 1), np.float32), corner
    )
