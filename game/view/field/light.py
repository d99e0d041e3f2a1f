"""Light on height fields: lamp, fill, highlights, hollows, tone.

Directions are picture axes: x right, y down, z towards the viewer. Colours are linear, 0 to about 1.
Values without a source are chosen by eye.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.view.field.noise import blur
from game.view.field.plane import Float32, Plane

Vector = tuple[float, float, float]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Lamp:
    """The surgical lamp and what the room sends back.

    Attributes:
        key: Unit direction to the lamp.
        fill: Unit direction to the room's light.
        key_strength, fill_strength: Their weights.
        spot_mm: Half axes of the lit ellipse on the field plane.
        dark: Brightness outside the ellipse.
    """

    key: Vector
    fill: Vector
    key_strength: float
    fill_strength: float
    spot_mm: tuple[float, float]
    dark: float


def unit(x: float, y: float, z: float) -> Vector:
    """Return a vector of length 1."""
    length = (x * x + y * y + z * z) ** 0.5
    return x / length, y / length, z / length


UPRIGHT: Vector = (0.0, 0.0, 1.0)


def theatre_lamp(width_mm: float, aim: Vector = UPRIGHT) -> Lamp:
    """Return the lamp over the field, its spot filling a picture of a width.

    It stands up and to the left of the direction in which the skin faces, so that ridges along the body show.
    """
    key = unit(aim[0] - 0.20, aim[1] - 0.82, aim[2])
    return Lamp(key, unit(0.5, 0.55, 0.66), 1.02, 0.72, (0.56 * width_mm, 0.40 * width_mm), 0.46)


def raking_lamp(width_mm: float, aim: Vector = UPRIGHT) -> Lamp:
    """Return the lamp held low, as when the surgeon leans in."""
    key = unit(aim[0] - 2.3, aim[1] - 0.9, aim[2])
    return Lamp(key, unit(0.6, 0.45, 0.66), 1.25, 0.55, (0.60 * width_mm, 0.42 * width_mm), 0.40)


def aim_at(height_mm: Float32, mm_per_px: float) -> Vector:
    """Return the unit direction in which the middle of a field faces: the lamp is turned to it."""
    rows, columns = height_mm.shape
    middle = height_mm[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]
    down = float(np.mean(middle[-1] - middle[0])) / (max(middle.shape[0] - 1, 1) * mm_per_px)
    across = float(np.mean(middle[:, -1] - middle[:, 0])) / (max(middle.shape[1] - 1, 1) * mm_per_px)
    return unit(-across, -down, 1.0)


def spot(plane: Plane, lamp: Lamp) -> Float32:
    """Return the brightness of the lamp's pool of light, shape of the plane."""
    x, y = plane.axes_mm()
    away = ((x - plane.centre_mm[0]) / lamp.spot_mm[0]) ** 2 + ((y - plane.centre_mm[1]) / lamp.spot_mm[1]) ** 2
    return np.asarray(lamp.dark + 0.64 * np.exp(-(away**1.35)), np.float32)


def normals(height_mm: Float32, mm_per_px: float) -> tuple[Float32, Float32, Float32]:
    """Return the x, y, z planes of the unit normals of a height field; y points down the picture."""
    scale = 0.5 / mm_per_px
    slope_x = cv2.filter2D(height_mm, cv2.CV_32F, np.array([[-scale, 0.0, scale]], np.float32), borderType=cv2.BORDER_REPLICATE)
    slope_y = cv2.filter2D(height_mm, cv2.CV_32F, np.array([[-scale], [0.0], [scale]], np.float32), borderType=cv2.BORDER_REPLICATE)
    z = 1.0 / np.sqrt(slope_x * slope_x + slope_y * slope_y + 1.0)
    return -slope_x * z, -slope_y * z, z


def facing(normal: tuple[Float32, Float32, Float32], direction: Vector) -> Float32:
    """Return the cosine between normals and a direction."""
    return np.asarray(normal[0] * direction[0] + normal[1] * direction[1] + normal[2] * direction[2], np.float32)


def halfway(direction: Vector) -> Vector:
    """Return the direction halfway between a light and the viewer."""
    return unit(direction[0], direction[1], direction[2] + 1.0)


def hollows(height_mm: Float32, mm_per_px: float) -> Float32:
    """Return the ambient light that reaches a place: less in hollows, a little more on ridges."""
    far = blur(height_mm, 18.0, mm_per_px) - height_mm
    wide = blur(height_mm, 6.0, mm_per_px) - height_mm
    near = blur(height_mm, 1.2, mm_per_px) - height_mm
    return np.clip(1.0 - 0.010 * far - 0.040 * wide - 0.30 * near, 0.5, 1.12)


# Wrap of the diffuse term per channel: red light travels farthest under skin, so shadow edges glow red (by eye).
SKIN_WRAP = (0.48, 0.27, 0.20)
CLOTH_WRAP = (0.10, 0.10, 0.10)
FILL_COLOUR = (0.29, 0.31, 0.34)
AMBIENT = 0.07


def light_channel(key: Float32, fill: Float32, wrap: float, lamp: Lamp, fill_colour: float) -> Float32:
    """Return the light one colour channel receives by wrapped diffuse reflection."""
    lit = np.clip((key + wrap) / (1.0 + wrap), 0.0, None) * lamp.key_strength
    room = np.clip((fill + wrap) / (1.0 + wrap), 0.0, None) * (lamp.fill_strength * fill_colour)
    return np.asarray(lit + room + AMBIENT, np.float32)


def power(values: Float32, exponent: int) -> Float32:
    """Return positive values to a whole power, fast."""
    return np.asarray(cv2.pow(np.maximum(values, 0.0), exponent), np.float32)


_TONE_STEPS = 4096
_TONE_REACH = 3.0


def _tone_table() -> Picture:
    linear = np.linspace(0.0, _TONE_REACH, _TONE_STEPS) * 0.76
    # Filmic curve: fit of the ACES reference rendering transform, K. Narkowicz, "ACES Filmic Tone Mapping Curve", 2015.
    film = np.clip((linear * (2.51 * linear + 0.03)) / (linear * (2.43 * linear + 0.59) + 0.14), 0.0, 1.0)
    return np.round(film * 255.0).astype(np.uint8)


_TONE = _tone_table()


def tone(linear: Float32) -> Picture:
    """Return display values of linear colour, same shape, uint8."""
    index = (np.clip(linear, 0.0, _TONE_REACH - 1e-3) * (_TONE_STEPS / _TONE_REACH)).astype(np.uint16)
    return np.take(_TONE, index)


def vignette(plane: Plane) -> Float32:
    """Return the gentle darkening towards the picture's corners, shape of the plane."""
    x = np.linspace(-1.0, 1.0, plane.width_px, dtype=np.float32)[None, :]
    y = np.linspace(-1.0, 1.0, plane.height_px, dtype=np.float32)[:, None]
    return np.asarray(1.0 - 0.24 * np.clip(0.72 * (x * x + y * y) - 0.42, 0.0, 1.0), np.float32)
