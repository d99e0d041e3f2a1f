"""Blood that wells up from a cut vessel. Values chosen by eye."""

import math

import numpy as np

from game.view.field.plane import Float32, clip_box
from game.view.field.sprite import Patch

BEATS_PER_S = 1.1
REACH_MM, LEAST_MM, MORE_MM = 3.4, 0.9, 1.0
"""How far a beat's ripple runs, and the bright middle of a slow vessel and how much wider a brisk one's is."""
BRIGHT, DEEP = (226.0, 36.0, 30.0), (150.0, 10.0, 12.0)


def well_patch(at_px: tuple[float, float], px_per_mm: float, bounds: tuple[int, int], seconds: float, flow: float) -> Patch | None:
    """Return fresh blood at a vessel: brighter than what stands round it, and moving with each beat.

    Args:
        at_px: The vessel, (column, row).
        px_per_mm: Scale of the picture.
        bounds: Rows and columns of the picture.
        seconds: Time, s; beats are counted from 0.
        flow: How briskly it bleeds, 0 to 1.
    """
    beat = seconds * BEATS_PER_S % 1.0
    reach = REACH_MM * px_per_mm
    column, row = at_px
    box = clip_box((int(column - reach), int(row - reach), int(column + reach) + 2, int(row + reach) + 2), bounds)
    if box is None:
        return None
    x = (np.arange(box[0], box[2], dtype=np.float32) - column)[None, :] / px_per_mm
    y = (np.arange(box[1], box[3], dtype=np.float32) - row)[:, None] / px_per_mm
    away = np.asarray(np.hypot(x, y), np.float32)
    wide = (LEAST_MM + MORE_MM * flow) * (0.8 + 0.4 * math.exp(-4.0 * beat))
    dome = np.clip((wide - away) / 0.35 + 0.5, 0.0, 1.0)
    ripple = np.exp(-(((away - wide - (REACH_MM - wide) * beat) / 0.45) ** 2)) * (1.0 - beat) * np.clip((REACH_MM - away) / 0.6, 0.0, 1.0)
    return _laid(away / wide, x, y, dome, np.asarray(ripple, np.float32), box)


def _laid(part: Float32, x: Float32, y: Float32, dome: Float32, ripple: Float32, box: tuple[int, int, int, int]) -> Patch:
    high = np.sqrt(np.clip(1.0 - part * part, 0.0, 1.0))[..., None]
    colour = np.array(DEEP, np.float32) + (np.array(BRIGHT, np.float32) - np.array(DEEP, np.float32)) * high
    gleam = np.exp(-(((x + 0.35) ** 2 + (y + 0.4) ** 2) / 0.05))[..., None] * 150.0
    alpha = np.clip(0.96 * dome + 0.6 * ripple, 0.0, 1.0)[..., None]
    light = np.where(dome[..., None] > 0.5, colour + gleam, np.array(BRIGHT, np.float32) * 0.9)
    layer = np.concatenate([np.clip(light, 0.0, 255.0) * alpha, alpha * 255.0], axis=-1)
    return Patch(np.asarray(layer, np.uint8), box[0], box[1])
