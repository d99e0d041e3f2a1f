"""How wet tissue and blood in a wound take the light. Values chosen by eye."""

from dataclasses import dataclass

import cv2
import numpy as np

from game.view.field import light
from game.view.field.light import Lamp
from game.view.field.plane import Float32

Part = tuple[slice, slice]
BLOOD = (0.205, 0.007, 0.008)
BRIGHT_BLOOD = (0.42, 0.016, 0.014)
BLOOD_TAKES = (1.1, 4.4, 4.8)
"""What a mm of blood takes of red, green and blue; oxygenated blood lets red through."""
WRAP = (0.55, 0.38, 0.27)
SEEN_DEEP = (0.50, 0.30, 0.16)
GLOW = (0.15, 0.085, 0.05)
"""Light that wanders through fat into the shade."""


@dataclass(frozen=True, slots=True)
class Tissues:
    """A part of a wound ready to be lit, float32; a margin round it is cut off after lighting.

    Attributes:
        height_mm: The ground.
        colour: Its linear colour, shape + (3,).
        gloss_mm: Small waves of its wet film.
        film_mm: Blood that clings to it.
        standing_mm: Blood that stands on it.
        running_mm: Blood that runs over it.
        burnt: How charred, 0 to 1.
        inner: The part without its margin.
    """

    height_mm: Float32
    colour: Float32
    gloss_mm: Float32
    film_mm: Float32
    standing_mm: Float32
    running_mm: Float32
    burnt: Float32
    inner: Part


@dataclass(frozen=True, slots=True)
class Reach:
    """What reaches the part without its margin: the lamp's pool of light, its share over the edges, the room's light; 0 to 1."""

    pool: Float32
    shadow: Float32
    room: Float32


def lit_tissue(part: Tissues, reach: Reach, lamp: Lamp, mm_per_px: float) -> Float32:
    """Return the linear light that a part of a wound sends back, shape of the inner part + (3,)."""
    inner = part.inner
    liquid = part.standing_mm + part.running_mm
    deep = np.clip(liquid / 0.35, 0.0, 1.0)
    wet_height = _wet_height(part, liquid, deep, mm_per_px)
    normal = _normals(part.height_mm, mm_per_px, inner)
    wet = _normals(wet_height, mm_per_px, inner)
    colour = _stained(part, liquid)[inner]
    key, fill, soft = light.facing(normal, lamp.key), light.facing(normal, lamp.fill), light.facing(wet, lamp.key)
    sheen = _sheen(wet, lamp, reach.shadow) * (1.0 - 0.85 * np.clip(part.burnt[inner] * 1.6, 0.0, 1.0)) * (0.72 + 0.6 * deep[inner])
    if part.running_mm.any():
        sheen = sheen + _beaded(part, lamp, mm_per_px) * (0.5 + 0.5 * reach.shadow)
    sheen = sheen * reach.room * reach.pool
    lamp_left = (0.46 + 0.54 * reach.shadow) * lamp.key_strength
    out = np.empty(colour.shape, np.float32)
    for channel in range(3):
        wrap = WRAP[channel]
        seen = key + SEEN_DEEP[channel] * (soft - key)
        lit = np.clip((seen + wrap) / (1.0 + wrap), 0.0, None) * lamp_left
        around = np.clip((fill + wrap) / (1.0 + wrap), 0.0, None) * (lamp.fill_strength * light.FILL_COLOUR[channel])
        glow = GLOW[channel] * (1.0 - reach.shadow)
        out[..., channel] = colour[..., channel] * (lit + around + light.AMBIENT + glow) * reach.room * reach.pool + sheen
    return out


def _wet_height(part: Tissues, liquid: Float32, deep: Float32, mm_per_px: float) -> Float32:
    """Return the height of the film over the ground: liquid levels what is fine."""
    skin = cv2.GaussianBlur(part.height_mm, (0, 0), max(0.16 / mm_per_px, 0.5)) + part.gloss_mm * (1.0 - 0.9 * deep)
    return np.asarray(skin + liquid + 0.25 * np.sqrt(np.clip(liquid, 0.0, 0.5)), np.float32)


def _normals(height_mm: Float32, mm_per_px: float, inner: Part) -> tuple[Float32, Float32, Float32]:
    x, y, z = light.normals(np.asarray(height_mm, np.float32), mm_per_px)
    return x[inner], y[inner], z[inner]


def _stained(part: Tissues, liquid: Float32) -> Float32:
    """Return the ground's colour through the blood on it."""
    bright = np.clip(part.running_mm / 0.5, 0.0, 1.0)
    amount = part.film_mm + liquid
    out = np.empty(part.colour.shape, np.float32)
    for channel in range(3):
        blood = BLOOD[channel] + (BRIGHT_BLOOD[channel] - BLOOD[channel]) * bright
        out[..., channel] = blood + (part.colour[..., channel] - blood) * np.exp(-BLOOD_TAKES[channel] * amount)
    return out


def _sheen(wet: tuple[Float32, Float32, Float32], lamp: Lamp, shadow: Float32) -> Float32:
    gleam = light.facing(wet, light.halfway(lamp.key))
    second = light.facing(wet, light.halfway(light.unit(lamp.key[0] + 0.5, lamp.key[1] * 0.35, lamp.key[2])))
    room = light.facing(wet, light.halfway(lamp.fill))
    sharp = light.power(gleam, 190) * 1.15 + light.power(second, 240) * 0.55
    broad = light.power(gleam, 36) * 0.10 + light.power(second, 40) * 0.05
    return np.asarray((sharp + broad) * (0.25 + 0.75 * shadow) + light.power(room, 120) * 0.16, np.float32)


def _beaded(part: Tissues, lamp: Lamp, mm_per_px: float) -> Float32:
    """Return the highlight on running blood: surface tension rounds it, however steep the ground."""
    dome = np.asarray(cv2.GaussianBlur(part.running_mm, (0, 0), max(0.22 / mm_per_px, 0.6)), np.float32)
    gleam = light.facing(_normals(dome, mm_per_px, part.inner), light.halfway(lamp.key))
    return np.asarray(light.power(gleam, 90) * np.clip(part.running_mm[part.inner] / 0.25 - 0.4, 0.0, 1.0) * 0.75, np.float32)
