"""The adhesive film over a draped window: clear, with a gleam, wrinkles and an edge. Values chosen by eye."""

import cv2
import numpy as np

from game.view.field import light
from game.view.field.drape import Edges, window_distance_mm
from game.view.field.light import Lamp, Picture
from game.view.field.noise import blur, fractal
from game.view.field.plane import Float32, Plane

OVERLAP_MM = 16.0
HAZE = 3.0
GLEAM = 26.0
GLINT = 20.0
EDGE = 34.0
WRINKLES = 3


def film_light(plane: Plane, height_mm: Float32, edges_mm: Edges, lamp: Lamp, pool: Float32, seed: int) -> Picture:
    """Return the light that a film over a window sends back, to be added to the picture, shape of the plane, uint8.

    Args:
        plane: Where the picture lies.
        height_mm: What the film lies on, shape of the plane.
        edges_mm: Rims of the drape window.
        lamp: The light.
        pool: Its pool of light, shape of the plane.
        seed: Draws wrinkles and edge.
    """
    beyond = window_distance_mm(plane, edges_mm, seed) - OVERLAP_MM + fractal(plane, (48.0,), (0.7,), seed + 401)
    cover = np.clip(-beyond * plane.px_per_mm + 0.5, 0.0, 1.0)
    body = blur(height_mm, 5.0, plane.mm_per_px) - 0.85 * blur(height_mm, 26.0, plane.mm_per_px)
    halfway = light.halfway(lamp.key)
    gleam = light.facing(light.normals(np.asarray(body, np.float32), plane.mm_per_px), halfway)
    glint = light.facing(light.normals(_wrinkles(plane, edges_mm, seed), plane.mm_per_px), halfway)
    sheen = GLEAM * light.power(gleam, 60) + GLINT * np.clip(light.power(glint, 90) - halfway[2] ** 90, 0.0, 0.8) + HAZE
    rim = EDGE * np.exp(-(((beyond + 0.6) / max(0.45, plane.mm_per_px)) ** 2))
    return np.asarray(np.clip((sheen * cover + rim) * pool, 0, 255), np.uint8)


def _wrinkles(plane: Plane, edges_mm: Edges, seed: int) -> Float32:
    """Return trapped folds that run inwards from the rim, and a little slack, mm."""
    rng = np.random.default_rng([seed, 0xF11A])
    x, y = plane.axes_mm()
    sides = [side if side is not None else fallback for side, fallback in zip(edges_mm, (x.min(), x.max(), y.min(), y.max()), strict=True)]
    left, right, low, high = (float(side) for side in sides)
    wide = max(1.3, 2.2 * plane.mm_per_px)
    out = fractal(plane, (5.0, 14.0), (0.010, 0.05), seed + 403)
    for _ in range(WRINKLES):
        at = (
            (rng.choice((left, right)), rng.uniform(low, high))
            if rng.random() < 0.5
            else (rng.uniform(left, right), rng.choice((low, high)))
        )
        turn = np.arctan2((low + high) / 2 - at[1], (left + right) / 2 - at[0]) + rng.normal(0.0, 0.35)
        along = (x - at[0]) * np.cos(turn) + (y - at[1]) * np.sin(turn)
        across = (y - at[1]) * np.cos(turn) - (x - at[0]) * np.sin(turn) + rng.normal(0.0, 0.004) * along * along
        fade = np.clip(1.0 - np.abs(along - 12.0) / rng.uniform(16.0, 34.0), 0.0, 1.0)
        out += wide * rng.uniform(0.35, 0.75) * np.exp(-((across / wide) ** 2)) * fade
    return np.asarray(out, np.float32)


def add_light(picture: Picture, shine: Picture) -> Picture:
    """Return a picture with light added to all three colours."""
    return np.asarray(cv2.add(picture, cv2.merge((shine, shine, shine))), np.uint8)
