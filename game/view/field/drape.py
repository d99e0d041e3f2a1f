"""Surgical drapes round a window: folds, weave, hem, shadow, spots. Values chosen by eye."""

import math
from dataclasses import dataclass

import numpy as np

from game.view.field import light
from game.view.field.light import Lamp, Picture
from game.view.field.noise import blur, fractal
from game.view.field.plane import Float32, Plane
from game.view.field.terrain import Relief, raise_to

CLOTH_COLOUR = (0.080, 0.285, 0.320)
FOLDS = 16
PACKED_MM = 118.0
BLANKET_COLOUR = (0.34, 0.45, 0.47)
Edges = tuple[float | None, float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Cloth:
    """Drapes over a field.

    Attributes:
        cover: How much of each pixel is cloth, 0 to 1, float32.
        shadow: Light that the cloth's edge leaves on the skin beside it, float32.
        colour: The lit cloth, uint8, shape + (3,).
    """

    cover: Float32
    shadow: Float32
    colour: Picture


def window_distance_mm(plane: Plane, edges_mm: Edges, seed: int) -> Float32:
    """Return how far each pixel lies outside the window's rim, negative inside, with the rim's waviness.

    Args:
        plane: Where the picture lies.
        edges_mm: Left, right, lower and upper rims in field-plane mm; None where no drape lies.
        seed: Draws the waviness.
    """
    x, y = plane.axes_mm()
    wave = fractal(plane, (34.0, 76.0), (0.6, 1.7), seed + 31)
    far = np.float32(-1e3)
    parts = [
        far if edges_mm[0] is None else edges_mm[0] - x,
        far if edges_mm[1] is None else x - edges_mm[1],
        far if edges_mm[2] is None else edges_mm[2] - y,
        far if edges_mm[3] is None else y - edges_mm[3],
    ]
    out = np.full(plane.shape, far, np.float32)
    for part in parts:
        out = np.maximum(out, part)
    return np.asarray(out + wave, np.float32)


def lay_cloth(relief: Relief, edges_mm: Edges, lamp: Lamp, seed: int, base: tuple[float, float, float] = CLOTH_COLOUR) -> Cloth:
    """Return drapes lying over a relief with a window in them."""
    plane = relief.plane
    outside = window_distance_mm(plane, edges_mm, seed)
    hem = np.exp(-(((outside - 3.4) / 0.5) ** 2)) * -0.16 + np.exp(-(((outside - 0.7) / 0.8) ** 2)) * 0.22
    height = _cloth_height(relief, outside, seed)
    colour = lit_cloth(plane, height, lamp, seed, base, np.asarray(hem, np.float32))
    shadow = 0.40 + 0.60 * np.clip(1.0 - np.exp(-np.clip(-outside, 0.0, 99.0) / 4.6), 0.0, 1.0)
    cover = np.clip(outside * plane.px_per_mm + 0.5, 0.0, 1.0)
    return Cloth(np.asarray(cover, np.float32), np.asarray(shadow, np.float32), colour)


def lit_cloth(
    plane: Plane, height_mm: Float32, lamp: Lamp, seed: int, base: tuple[float, float, float] | Float32, hem: Float32 | None = None
) -> Picture:
    """Return woven cloth over a height, lit.

    Args:
        plane: Where the picture lies.
        height_mm: Shape of the plane.
        lamp: The light.
        seed: Draws the weave.
        base: Linear colour, one for all or shape of the plane + (3,).
        hem: Added to the brightness, shape of the plane.

    Returns:
        Shape of the plane + (3,), uint8.
    """
    normal = light.normals(height_mm, plane.mm_per_px)
    key, fill = light.facing(normal, lamp.key), light.facing(normal, lamp.fill)
    gleam = light.facing(normal, light.halfway(lamp.key))
    ambient = np.clip(light.hollows(height_mm, plane.mm_per_px), 0.6, 1.1) * light.vignette(plane) * light.spot(plane, lamp)
    weave = 1.0 + _weave(plane, seed) + (0.0 if hem is None else hem)
    linear = np.empty((*plane.shape, 3), np.float32)
    for channel in range(3):
        own = base[channel] if isinstance(base, tuple) else base[..., channel]
        lit = light.light_channel(key, fill, light.CLOTH_WRAP[channel], lamp, light.FILL_COLOUR[channel] * 1.1)
        linear[..., channel] = own * weave * lit * ambient + light.power(gleam, 12) * 0.022 * ambient
    return light.tone(linear)


def _cloth_height(relief: Relief, outside: Float32, seed: int) -> Float32:
    plane = relief.plane
    body = blur(_bridged(relief.height_mm), 9.0, plane.mm_per_px) * 0.8
    large = max(1.0, plane.width_px * plane.mm_per_px / 480.0)  # a wide view of a whole sheet shows its large folds
    calm = np.clip((outside - 4.0) / 26.0, 0.06, 1.0)
    return np.asarray(body + (folds(plane, seed, large) + packing(plane, seed)) * calm, np.float32)


def folds(plane: Plane, seed: int, large: float) -> Float32:
    """Return a few long, nearly straight folds and a gentle swell in mm, shape of the plane.

    Args:
        plane: Where the picture lies.
        seed: Draws the folds.
        large: How much larger they are than on a small drape.
    """
    rng = np.random.default_rng([seed, 0xF01D])
    grid_mm = 2.0 * large
    coarse = Plane(
        int(plane.width_px * plane.mm_per_px / grid_mm) + 6, int(plane.height_px * plane.mm_per_px / grid_mm) + 6, grid_mm, plane.centre_mm
    )
    x, y = coarse.axes_mm()
    x, y = x - plane.centre_mm[0], y - plane.centre_mm[1]
    reach = (plane.width_px * plane.mm_per_px / 2, plane.height_px * plane.mm_per_px / 2)
    out = fractal(coarse, (36.0 * large, 90.0 * large), (0.7 * large, 2.6 * large), seed + 37)
    for index in range(FOLDS):
        base = 0.0 if index % 3 else 0.5 * np.pi
        turn = base + rng.normal(0.0, 0.20)
        middle = (rng.uniform(-1.0, 1.0) * reach[0], rng.uniform(-1.0, 1.0) * reach[1])
        along = (x - middle[0]) * math.cos(turn) + (y - middle[1]) * math.sin(turn)
        across = (y - middle[1]) * math.cos(turn) - (x - middle[0]) * math.sin(turn)
        across = across + rng.normal(0.0, 0.0006 / large) * along * along
        width, half = rng.uniform(5.0, 11.0) * large, rng.uniform(70.0, 150.0) * large
        profile = np.exp(-((across / width) ** 2)) - 0.55 * np.exp(-(((across - 1.9 * width) / (1.3 * width)) ** 2))
        out += rng.uniform(1.2, 3.4) * large * profile * np.exp(-(((along / half) ** 2) ** 2))
    return raise_to(np.asarray(out, np.float32), coarse, plane)


def packing(plane: Plane, seed: int) -> Float32:
    """Return the creases of a sheet that was folded for packing: straight, square, some up and some down, mm."""
    rng = np.random.default_rng([seed, 0xBAC7])
    x, y = plane.axes_mm()
    start = rng.uniform(0.0, PACKED_MM, 2).astype(np.float32)
    out = np.zeros(plane.shape, np.float32)
    for across, offset, waver in ((x, start[0], y), (y, start[1], x)):
        place = across + 0.8 * np.sin(waver / 55.0) - offset
        nearest = np.round(place / PACKED_MM)
        away = np.abs(place - nearest * PACKED_MM)
        out += np.where(nearest.astype(np.int32) & 1, np.float32(-0.45), np.float32(0.55)) * np.exp(-away / 1.6)
    return out


def _bridged(height_mm: Float32) -> Float32:
    # Cloth hangs from the edge of the body to the table instead of following the skin round it.
    floor = np.float32(np.median(height_mm[::4, ::4]) - 42.0)
    over = (height_mm - floor) / 14.0
    return np.asarray(floor + 14.0 * (np.maximum(over, 0.0) + np.log(1.0 + np.exp(-np.abs(over)))), np.float32)


def _weave(plane: Plane, seed: int) -> Float32:
    grain = fractal(plane, (0.5, 0.9), (0.016, 0.012), seed + 41)
    threads = fractal(plane, (0.55,), (0.018,), seed + 45, stretch=7.0) + fractal(plane, (3.85,), (0.012,), seed + 46, stretch=1.0 / 7.0)
    return np.asarray(grain + threads, np.float32)
