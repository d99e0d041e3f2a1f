"""The dried stain of an antiseptic on the skin. Values chosen by eye."""

import cv2
import numpy as np

from game.view.field.noise import fractal
from game.view.field.plane import Float32, Plane
from game.view.field.skin import CHLORHEXIDINE_COLOUR, IODINE_COLOUR, Wash

SPONGE_MM = 46.0
DEPTH = 0.60
DRY_GLOSS = 0.03


def colour_of(agent: str) -> tuple[float, float, float]:
    """Return what an agent's stain leaves of red, green and blue."""
    return IODINE_COLOUR if agent == "iodine" else CHLORHEXIDINE_COLOUR


def streaks(plane: Plane, seed: int) -> Float32:
    """Return how much more or less a stroke of the sponge left, about 1: bristle lines along the body, laps where strokes meet."""
    fine = fractal(plane, (1.3, 3.0, 8.0), (0.028, 0.036, 0.055), seed + 211, stretch=14.0)
    blotch = fractal(plane, (16.0, 44.0), (0.05, 0.07), seed + 213, stretch=1.6)
    _, y = plane.axes_mm()
    waver = fractal(plane, (60.0,), (3.0,), seed + 215, stretch=3.0)
    start = float(np.random.default_rng([seed, 0x57A1]).uniform(0.0, SPONGE_MM))
    away = np.abs((y + waver - start + SPONGE_MM / 2) % SPONGE_MM - SPONGE_MM / 2)
    lap = 0.16 * np.exp(-((away / 3.5) ** 2)) + 0.10 * np.exp(-(((away - 4.6) / 0.9) ** 2))
    return np.asarray(1.0 + fine + blotch + lap, np.float32)


def dried(plane: Plane, agent: str, seed: int, share: Float32 | None = None) -> Wash:
    """Return the matt stain that a preparation left.

    Args:
        plane: Where the picture lies.
        agent: chlorhexidine or iodine.
        seed: Draws the streaks.
        share: How stained each place is, 0 to 1, shape of the plane; None where only the agent is known.
    """
    tint = DEPTH * streaks(plane, seed) * (1.0 if share is None else share)
    return Wash(np.asarray(np.clip(tint, 0.0, 1.0), np.float32), np.full(plane.shape, DRY_GLOSS, np.float32), colour_of(agent))


def ragged(plane: Plane, seed: int) -> tuple[Float32, Float32]:
    """Return how far, in mm across and down, the rim of a stain strays from the cells that it was reckoned in."""
    across, down = (fractal(plane, (6.0, 15.0), (1.6, 2.6), seed + 221 + k, stretch=1.8) for k in (0, 7))
    return across, down


def cells_at(cells: Float32, columns: Float32, rows: Float32) -> Float32:
    """Return cells at any places in cell widths, smoothly, 0 outside them, shape of the places."""
    places = np.asarray(columns, np.float32), np.asarray(rows, np.float32)
    near = cv2.remap(cells, *places, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=0.0)
    return np.clip(np.asarray(near, np.float32), 0.0, None)
