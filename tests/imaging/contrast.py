"""How well a structure stands out of a picture, measured on the detector's signal."""

import cv2
import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.imaging.carm import CArm
from game.imaging.sheets import Image

CELL_MM = 1.0  # at the isocentre: eyes at a monitor do not see single pixels


def distance_in_picture_mm(carm: CArm, line_mm: Array, size: int) -> Array:
    """Return how far each pixel is from the shadow of a line.

    Args:
        carm: In the frame of the line.
        line_mm: Points along the line, shape (n, 3); one point is a line too.
        size: Rows and columns of the picture.

    Returns:
        Millimetres at the isocentre, shape (size, size).
    """
    places = (carm.picture(line_mm) * (1.0, -1.0) + 1.0) * (size / 2.0) - 0.5
    drawn = np.full((size, size), 255, dtype=np.uint8)
    corners = np.rint(places * 16).astype(np.int32)
    cv2.polylines(drawn, [corners.reshape(-1, 1, 2)], False, 0, 1, shift=4)
    for corner in corners:
        cv2.circle(drawn, (int(corner[0]), int(corner[1])), 8, 0, -1, shift=4)
    pixels = cv2.distanceTransform(drawn, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(pixels, dtype=np.float64) * (carm.field_mm / size)


def contrast_to_noise(signal: Image, carm: CArm, inside: NDArray[np.bool_], outside: NDArray[np.bool_]) -> float:
    """Return the contrast between two areas over the noise in the second.

    Contrast is the difference of the mean log signal, positive where the inside is darker. Noise is the spread of
    cells of 1 mm, taken from the second difference of three in a row so that a slow shade is no noise.

    Args:
        signal: From the detector, shape (size, size).
        carm: Gives the scale.
        inside: Mask of the structure, shape (size, size).
        outside: Mask of its surroundings.

    Raises:
        ValueError: If an area holds fewer than eight pixels.
    """
    if min(int(inside.sum()), int(outside.sum())) < 8:
        raise ValueError(f"areas of {int(inside.sum())} and {int(outside.sum())} pixels are too small to measure, must be 8 or more")
    darkness = -np.log(signal)
    contrast = float(darkness[inside].mean() - darkness[outside].mean())
    cell_px = max(round(CELL_MM * len(signal) / carm.field_mm), 1)
    cells = cv2.blur(darkness, (cell_px, cell_px))
    left, right = np.roll(cells, cell_px, axis=1), np.roll(cells, -cell_px, axis=1)
    inner = outside & np.roll(outside, cell_px, axis=1) & np.roll(outside, -cell_px, axis=1)
    bend = (left - 2.0 * cells + right)[inner if inner.any() else outside]
    noise = float(np.sqrt((bend**2).mean() / 6.0))
    return contrast / noise
