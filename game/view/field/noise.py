"""Repeatable texture, laid out in mm so that a patient looks the same at every window size."""

import math

import cv2
import numpy as np

from game.view.field.plane import Float32, Plane

BAND = 12
"""Places that lie in so many rows of a grid are found in one product: more would mostly multiply by nothing, fewer cost more calls."""


def fractal(plane: Plane, scales_mm: tuple[float, ...], amplitudes: tuple[float, ...], seed: int, stretch: float = 1.0) -> Float32:
    """Return smooth noise with several grain sizes, shape of the plane.

    Args:
        plane: Where the picture lies.
        scales_mm: Grain sizes; those finer than 1.3 pixels are left out.
        amplitudes: Standard deviation of each grain before interpolation.
        seed: Same seed, same texture.
        stretch: Grain length along x over its width along y.
    """
    out = np.zeros(plane.shape, np.float32)
    for index, (scale_mm, amplitude) in enumerate(zip(scales_mm, amplitudes, strict=True)):
        if scale_mm >= 1.3 * plane.mm_per_px:
            out += _lattice(plane, (scale_mm * stretch, scale_mm), amplitude, seed * 101 + index)
    return out


def _lattice(plane: Plane, cell_mm: tuple[float, float], amplitude: float, seed: int) -> Float32:
    columns = math.ceil(plane.width_px * plane.mm_per_px / cell_mm[0]) + 5
    rows = math.ceil(plane.height_px * plane.mm_per_px / cell_mm[1]) + 5
    grains = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32) * np.float32(amplitude)
    step = (plane.mm_per_px / cell_mm[0], plane.mm_per_px / cell_mm[1])
    if max(step) < 0.25:
        # The smooth curve below has about 0.55 of the spread of the interpolating one.
        grains *= np.float32(1.8)
        return spread(grains, 1.5 + step[0] * np.arange(plane.width_px), 1.5 + step[1] * np.arange(plane.height_px))
    back = np.array([[step[0], 0.0, 2.0], [0.0, step[1], 2.0]], np.float32)
    size = (plane.width_px, plane.height_px)
    return np.asarray(cv2.warpAffine(grains, back, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP), np.float32)


def spread(values: Float32, columns: Float32, rows: Float32) -> Float32:
    """Return a grid of values as a smooth surface (uniform cubic B-spline) at places given in grid cells, shape (rows, columns)."""
    return _spread_down(np.ascontiguousarray(_spread_down(np.asarray(values, np.float32).T, columns).T), rows)


def _spread_down(values: Float32, places: Float32) -> Float32:
    """Return rows of values as smooth curves down the picture at places given in rows, shape (places, columns)."""
    first = np.floor(places).astype(int)
    part = places - first
    weights = np.stack([(1 - part) ** 3, 3 * part**3 - 6 * part**2 + 4, -3 * part**3 + 3 * part**2 + 3 * part + 1, part**3], axis=1) / 6.0
    near = np.clip(first[:, None] + np.arange(-1, 3), 0, len(values) - 1)
    out = np.empty((len(places), values.shape[1]), np.float32)
    count = max(BAND * len(places) // len(values), 1)
    for start in range(0, len(places), count):
        these = slice(start, start + count)
        low = int(near[these].min())
        own = near[these] - low
        wide = int(own.max()) + 1
        cells = own + np.arange(len(own))[:, None] * wide
        band = np.bincount(cells.ravel(), weights[these].ravel(), len(own) * wide).reshape(len(own), wide).astype(np.float32)
        np.matmul(band, values[low : low + wide], out=out[these])
    return out


def blur_down(values: Float32, sigma_mm: float, mm_per_px: float) -> Float32:
    """Return a wide Gaussian blur down the picture only; it works on a reduced picture."""
    height, width = values.shape
    shrink = max(int(sigma_mm / mm_per_px // 6), 1)
    size = (max(width // shrink, 4), max(height // shrink, 4))
    reduced = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(reduced, (1, 0), sigmaX=0.01, sigmaY=sigma_mm / mm_per_px * size[1] / height)
    columns, rows = ((np.arange(n) + 0.5) * m / n - 0.5 for n, m in ((width, size[0]), (height, size[1])))
    return spread(np.asarray(small, np.float32), columns, rows)


def blur(values: Float32, sigma_mm: float, mm_per_px: float) -> Float32:
    """Return a Gaussian blur by a length in mm; wide blurs work on a reduced picture."""
    sigma_px = sigma_mm / mm_per_px
    if sigma_px < 0.3:
        return values
    shrink = int(sigma_px // 4)
    if shrink < 2:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma_px), np.float32)
    height, width = values.shape[:2]
    reduced = cv2.resize(values, (max(width // shrink, 4), max(height // shrink, 4)), interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(reduced, (0, 0), sigma_px * reduced.shape[1] / width), np.float32)
    columns = (np.arange(width) + 0.5) * small.shape[1] / width - 0.5
    rows = (np.arange(height) + 0.5) * small.shape[0] / height - 0.5
    return spread(small, columns, rows)
