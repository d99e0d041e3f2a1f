"""The wisp of smoke over a cautery tip. Values chosen by eye."""

import functools

import cv2
import numpy as np

from game.view.field.noise import fractal
from game.view.field.plane import Float32, Plane, clip_box
from game.view.field.sprite import Patch

LASTS_S = 2.2
TALL_MM = 46.0
WIDE_MM = 22.0
GRAIN = 4.0
"""Pixels a mm of the smoke's own grain; it is soft, so that few do."""


@functools.lru_cache(maxsize=1)
def _grain() -> Float32:
    return fractal(Plane(256, 768, 1.0 / GRAIN), (2.2, 5.0, 11.0), (0.30, 0.50, 0.55), 71)


def smoke_at(origin_px: tuple[float, float], px_per_mm: float, age_s: float, bounds: tuple[int, int], amount: float = 1.0) -> Patch | None:
    """Return smoke rising from a place.

    Args:
        origin_px: Where it rises, (column, row).
        px_per_mm: Scale of the picture.
        age_s: Time since the tip began to burn; the wisp climbs, spreads and thins.
        bounds: Rows and columns of the picture.
        amount: 1 while it burns; let it fall to 0 afterwards.
    """
    if amount <= 0.0 or age_s < 0.0:
        return None
    rows, columns = int(TALL_MM * GRAIN), int(WIDE_MM * GRAIN)
    y = (np.arange(rows, dtype=np.float32)[::-1] / GRAIN)[:, None]
    x = ((np.arange(columns, dtype=np.float32) - columns / 2) / GRAIN)[None, :]
    risen = 34.0 * min(age_s, LASTS_S) / LASTS_S + 5.0
    lift = int(age_s * 46.0 * GRAIN / 8.0) % 500
    grain = _grain()[lift : lift + rows, 60 : 60 + columns]
    wander = 0.16 * y * np.sin(0.21 * y - 3.1 * age_s) + 0.9 * grain * np.clip(y / 12.0, 0.0, 1.0)
    spread = 0.7 + 0.15 * y
    column = np.exp(-(((x - wander) / spread) ** 2)) / (1.0 + 0.055 * y)
    fade = np.clip(1.0 - y / risen, 0.0, 1.0) * np.clip(y / 1.2, 0.0, 1.0)
    alpha = np.asarray(np.clip(column * fade * (0.75 + 0.6 * grain * np.clip(y / 9.0, 0.0, 1.0)) * 1.35 * amount, 0.0, 0.66), np.float32)
    scale = px_per_mm / GRAIN
    large = cv2.resize(alpha, (max(int(columns * scale), 2), max(int(rows * scale), 2)), interpolation=cv2.INTER_LINEAR)
    left, top = int(origin_px[0] - large.shape[1] / 2), int(origin_px[1] - large.shape[0])
    box = clip_box((left, top, left + large.shape[1], top + large.shape[0]), bounds)
    if box is None:
        return None
    seen = large[box[1] - top : box[3] - top, box[0] - left : box[2] - left, None]
    layer = np.concatenate([seen * np.array([212.0, 216.0, 220.0], np.float32), seen * 255.0], axis=-1)
    return Patch(np.asarray(np.clip(layer, 0.0, 255.0), np.uint8), box[0], box[1])
