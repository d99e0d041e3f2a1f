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
GATHERED_MM = 9.0
TENT_MM = 0.9
"""The film bridges the step from hem to skin."""


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
    """Return the film's slack, mm: it lies close on the skin and gathers in soft waves where it comes down from the drapes' hem."""
    outside = window_distance_mm(plane, edges_mm, seed)
    gathered = np.exp(-((outside / GATHERED_MM) ** 2))
    waves = fractal(plane, (6.0, 11.0), (0.16, 0.30), seed + 403) + fractal(plane, (22.0,), (0.9,), seed + 405)
    tented = TENT_MM * np.exp(-(((outside + 2.0) / 2.6) ** 2))
    return np.asarray(waves * (0.12 + gathered) + tented, np.float32)


def add_light(picture: Picture, shine: Picture) -> Picture:
    """Return a picture with light added to all three colours."""
    return np.asarray(cv2.add(picture, cv2.merge((shine, shine, shine))), np.uint8)
