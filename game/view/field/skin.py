"""Skin: its colour and fine relief by patient, and how it takes the light.

Values without a source are chosen by eye.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from game.patient.spec import PatientSpec
from game.view.field import light
from game.view.field.features import Drawn
from game.view.field.light import Lamp, Picture
from game.view.field.noise import blur, blur_down, fractal
from game.view.field.plane import Box, Float32, Plane
from game.view.field.terrain import Relief

TONES = (
    (0.89, 0.650, 0.500),
    (0.85, 0.600, 0.445),
    (0.79, 0.535, 0.385),
    (0.64, 0.410, 0.285),
    (0.45, 0.270, 0.180),
)
TONE_WEIGHTS = (0.26, 0.34, 0.20, 0.12, 0.08)
MOTTLE_COLOUR = (0.016, 0.030, 0.034)
MOLE_COLOUR = (0.42, 0.60, 0.66)
FORM_MM = 26.0
NET = ((1.9, 62.0), (2.2, -58.0), (3.1, 84.0))
"""Sets of fine lines: their distance in mm and their turn from the body's axis; on the back they run across the body and cross."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A surface ready to be lit.

    Attributes:
        plane: Where the picture lies.
        height_mm: Relief with its fine grain, float32, shape of the plane.
        film_mm: The same relief as a film of liquid levels it, float32.
        albedo: Linear colour, float32, shape of the plane + (3,).
        ambient: Light left in hollows, times vignette, float32.
        shine: Weight of the highlights, float32.
    """

    plane: Plane
    height_mm: Float32
    film_mm: Float32
    albedo: Float32
    ambient: Float32
    shine: Float32


@dataclass(frozen=True, slots=True)
class Wash:
    """Antiseptic on a part of the skin.

    Attributes:
        tint: How stained, 0 to 1, float32.
        wet: How much it gleams, 0 to 1, float32.
        colour: What the stain leaves of red, green and blue.
    """

    tint: Float32
    wet: Float32
    colour: tuple[float, float, float]


CHLORHEXIDINE_COLOUR = (1.0, 0.63, 0.40)
IODINE_COLOUR = (0.74, 0.42, 0.16)


def skin_tone(seed: int) -> tuple[float, float, float]:
    """Return the linear colour of a patient's skin."""
    rng = np.random.default_rng([seed, 0x5C1])
    index = int(rng.choice(len(TONES), p=TONE_WEIGHTS))
    shift = rng.normal(0.0, 0.012, 3)
    red, green, blue = (float(c + s) for c, s in zip(TONES[index], shift, strict=True))
    return red, green, blue


def skin_surface(relief: Relief, spec: PatientSpec, seed: int, form: float = 0.0) -> Surface:
    """Return a patient's skin over a relief; `form` deepens the ridges and hollows that run along the body."""
    plane = relief.plane
    grain = fine_relief(plane, spec, seed)
    body = relief.height_mm if form == 0.0 else _deepened(relief.height_mm, form, plane.mm_per_px)
    height = body + grain
    return Surface(
        plane,
        height,
        body + blur(grain, 0.9, plane.mm_per_px) * 0.45,
        skin_colour(plane, spec, seed),
        light.hollows(height, plane.mm_per_px) * light.vignette(plane),
        np.clip(1.0 + fractal(plane, (1.1, 3.0, 12.0), (0.22, 0.16, 0.12), seed + 61), 0.2, 2.0),
    )


def _deepened(height_mm: Float32, form: float, mm_per_px: float) -> Float32:
    return np.asarray(height_mm + form * (height_mm - blur_down(height_mm, FORM_MM, mm_per_px)), np.float32)


def fine_relief(plane: Plane, spec: PatientSpec, seed: int) -> Float32:
    """Return pores, the net of fine lines and loose folds in mm; age deepens the lines and adds folds."""
    age = float(np.clip((spec.age_y - 30.0) / 50.0, 0.0, 1.2))
    pores = fractal(plane, (0.6, 1.1, 2.4, 4.8), (0.020, 0.034, 0.036, 0.036), seed + 5)
    depth = np.clip(1.0 + fractal(plane, (6.0, 20.0), (0.45, 0.45), seed + 13), 0.15, 2.2) * (0.036 + 0.028 * age)
    net = sum((_lines(plane, length, turn, seed + 200 + k) for k, (length, turn) in enumerate(NET)), np.zeros(plane.shape, np.float32))
    loose = fractal(plane, (7.0, 15.0), (0.05, 0.06 + 0.08 * age), seed + 17, stretch=1.8)
    wander = fractal(plane, (16.0, 40.0), (1.4, 4.0), seed + 77)
    _, y = plane.axes_mm()
    folds = np.sin((y + wander) * 1.05) * np.clip(fractal(plane, (35.0,), (0.9,), seed + 78) - 0.1, 0.0, 1.2) * (0.012 + 0.040 * age)
    far = np.float32(
        np.clip(1.0 + 2.4 * (plane.mm_per_px - 0.3), 1.0, 2.0)
    )  # a wide view shows less of it, so it must be deeper to be seen
    return np.asarray((net * depth + pores) * far + loose + folds, np.float32)


def _lines(plane: Plane, length_mm: float, turn_deg: float, seed: int) -> Float32:
    """Return one set of wavering fine furrows, 0 to -1, a length apart, turned from the body's axis; none where too fine to be seen."""
    if length_mm < 3.2 * plane.mm_per_px:
        return np.zeros(plane.shape, np.float32)
    x, y = plane.axes_mm()
    waver = fractal(plane, (2.6, 7.0, 22.0), (0.42, 0.85, 1.6), seed)
    turn = math.radians(turn_deg)
    phase = (x * math.sin(turn) + y * math.cos(turn) + waver) * np.float32(math.pi / length_mm)
    return np.asarray(-((1.0 - np.abs(np.sin(phase))) ** 2), np.float32)


def skin_colour(plane: Plane, spec: PatientSpec, seed: int) -> Float32:
    """Return quietly mottled skin with freckles and moles, linear, shape of the plane + (3,)."""
    age = float(np.clip((spec.age_y - 25.0) / 50.0, 0.2, 1.3))
    mottle = fractal(plane, (0.7, 3.2, 9.0, 24.0), (0.55, 0.50, 0.40, 0.25), seed + 21)
    flush = np.clip(fractal(plane, (14.0, 46.0), (0.25, 0.25), seed + 23), -1.0, 1.0)
    spots = blemishes(plane, seed, age)
    out = np.empty((*plane.shape, 3), np.float32)
    for channel, base in enumerate(skin_tone(seed)):
        patchy = 1.0 + mottle * MOTTLE_COLOUR[channel] - flush * (0.0, 0.030, 0.022)[channel]
        out[..., channel] = base * patchy * (1.0 - spots * MOLE_COLOUR[channel])
    return out


def blemishes(plane: Plane, seed: int, age: float) -> Float32:
    """Return freckles, sun spots and a few moles as darkness 0 to 1, about one in 20 cm2."""
    rng = np.random.default_rng([seed, 0xF2EC])
    layer = np.zeros(plane.shape, np.float32)
    extent = np.array([plane.width_px, plane.height_px]) * plane.mm_per_px
    for _ in range(int(extent[0] * extent[1] / 2000.0 * age) + 6):
        place = plane.to_px((rng.random(2) - 0.5) * extent + np.asarray(plane.centre_mm))
        size = float(rng.choice((0.4, 0.7, 1.3, 2.4), p=(0.45, 0.35, 0.15, 0.05))) * plane.px_per_mm
        axes = (max(size * rng.uniform(0.8, 1.3), 0.6), max(size, 0.6))
        dark = float(rng.uniform(0.08, 0.34) / (1.0 + 0.25 * size * plane.mm_per_px))
        _soft_ellipse(layer, place, axes, float(rng.uniform(0, 180)), dark)
    return np.asarray(np.clip(blur(layer, 0.25, plane.mm_per_px), 0.0, 0.9), np.float32)


def _soft_ellipse(layer: Float32, place: np.ndarray, axes: tuple[float, float], angle_deg: float, value: float) -> None:
    centre = (round(float(place[0]) * 16), round(float(place[1]) * 16))
    sizes = (max(round(axes[0] * 16), 8), max(round(axes[1] * 16), 8))
    cv2.ellipse(layer, centre, sizes, angle_deg, 0, 360, value, -1, cv2.LINE_AA, 4)


def lit_skin(
    surface: Surface,
    lamp: Lamp,
    pool: Float32,
    box: Box | None = None,
    drawn: Drawn | None = None,
    wash: Wash | None = None,
    shadow: Float32 | None = None,
) -> Picture:
    """Return lit skin as display colours.

    Args:
        surface: The skin.
        lamp: The light.
        pool: The lamp's pool of light over the whole plane.
        box: Part of the picture, (left, top, right, bottom); None for all of it.
        drawn: Small things on it, in the box.
        wash: Antiseptic, shape of the box.
        shadow: Light that cloth beside it leaves, shape of the box.

    Returns:
        Shape of the box + (3,), uint8.
    """
    left, top, right, bottom = box or (0, 0, surface.plane.width_px, surface.plane.height_px)
    at = (slice(top, bottom), slice(left, right))
    height, film = _with_rim(surface, (left, top, right, bottom), None if drawn is None else drawn.bump_mm)
    per_px = surface.plane.mm_per_px
    inner = (slice(top - max(top - 2, 0), None), slice(left - max(left - 2, 0), None))
    rows, columns = bottom - top, right - left
    normal = tuple(n[inner][:rows, :columns] for n in light.normals(height, per_px))
    smooth = tuple(n[inner][:rows, :columns] for n in light.normals(film, per_px))
    key, fill = light.facing(normal, lamp.key), light.facing(normal, lamp.fill)  # type: ignore[arg-type]
    soft = light.facing(smooth, lamp.key)  # type: ignore[arg-type]
    reach = pool[at] if shadow is None else pool[at] * shadow
    ambient = surface.ambient[at] * reach
    sheen = _highlight(normal, lamp, surface.shine[at], wash, smooth) * reach
    if drawn is not None:
        liquid = light.facing(smooth, light.halfway(lamp.key))  # type: ignore[arg-type]
        sheen = sheen * (1.0 - 0.6 * drawn.wet) + (light.power(liquid, 150) * 0.75 + light.power(liquid, 24) * 0.07) * drawn.wet * reach
    linear = np.empty((rows, columns, 3), np.float32)
    for channel in range(3):
        # Red light has spread under the skin and sees the smoother relief; blue sees every pore.
        deep = (0.46, 0.26, 0.14)[channel]
        seen = key + deep * (soft - key)
        lit = light.light_channel(seen, fill, light.SKIN_WRAP[channel], lamp, light.FILL_COLOUR[channel])
        colour = surface.albedo[at][..., channel]
        if wash is not None:
            colour = colour * (1.0 - wash.tint * (1.0 - wash.colour[channel]))
        if drawn is not None:
            colour = colour * drawn.ink[..., channel]
        linear[..., channel] = colour * lit * ambient + sheen
    return light.tone(linear)


def _with_rim(surface: Surface, box: Box, bump_mm: Float32 | None) -> tuple[Float32, Float32]:
    left, top, right, bottom = box
    rim = (slice(max(top - 2, 0), bottom + 2), slice(max(left - 2, 0), right + 2))
    height, film = surface.height_mm[rim], surface.film_mm[rim]
    if bump_mm is None:
        return height, film
    lift = np.zeros(height.shape, np.float32)
    lift[top - max(top - 2, 0) :, left - max(left - 2, 0) :][: bottom - top, : right - left] = bump_mm
    return height + lift, film + lift


def _highlight(normal: tuple[Float32, ...], lamp: Lamp, shine: Float32, wash: Wash | None, smooth: tuple[Float32, ...]) -> Float32:
    halfway = light.halfway(lamp.key)
    gleam = light.facing(normal, halfway)  # type: ignore[arg-type]
    sheen = (light.power(gleam, 90) * 0.070 + light.power(gleam, 34) * 0.115 + light.power(gleam, 9) * 0.040) * shine
    if wash is None:
        return np.asarray(sheen, np.float32)
    liquid = light.facing(smooth, halfway)  # type: ignore[arg-type]
    film = light.power(liquid, 110) * 0.55 + light.power(liquid, 20) * 0.20 + 0.035
    return np.asarray(sheen * (1.0 - 0.4 * wash.wet) + film * wash.wet, np.float32)
