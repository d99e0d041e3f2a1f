"""Repeatable texture, laid out in mm so that a patient looks the same at every window size."""

import math

import cv2
import numpy as np

from game.view.field.plane import Float32, Plane


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
            out += amplitude * _lattice(plane, (scale_mm * stretch, scale_mm), seed * 101 + index)
    return out


def _lattice(plane: Plane, cell_mm: tuple[float, float], seed: int) -> Float32:
    columns = math.ceil(plane.width_px * plane.mm_per_px / cell_mm[0]) + 5
    rows = math.ceil(plane.height_px * plane.mm_per_px / cell_mm[1]) + 5
    grains = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)
    step = (plane.mm_per_px / cell_mm[0], plane.mm_per_px / cell_mm[1])
    if max(step) < 0.25:
        # The smooth curve below has about 0.55 of the spread of the interpolating one.
        return spread(grains, 1.5 + step[0] * np.arange(plane.width_px), 1.5 + step[1] * np.arange(plane.height_px)) * np.float32(1.8)
    back = np.array([[step[0], 0.0, 2.0], [0.0, step[1], 2.0]], np.float32)
    size = (plane.width_px, plane.height_px)
    return np.asarray(cv2.warpAffine(grains, back, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP), np.float32)


def spread(values: Float32, columns: Float32, rows: Float32) -> Float32:
    """Return a grid of values as a smooth surface (uniform cubic B-spline) at places given in grid cells, shape (rows, columns)."""
    down, across = _spline_weights(rows, values.shape[0]), _spline_weights(columns, values.shape[1])
    return np.asarray(down @ (np.asarray(values, np.float32) @ across.T), np.float32)


def _spline_weights(places: Float32, count: int) -> Float32:
    first = np.floor(places).astype(int)
    part = places - first
    weights = ((1 - part) ** 3, 3 * part**3 - 6 * part**2 + 4, -3 * part**3 + 3 * part**2 + 3 * part + 1, part**3)
    out = np.zeros((len(places), count), np.float32)
    for offset, weight in enumerate(weights):
        np.add.at(out, (np.arange(len(places)), np.clip(first - 1 + offset, 0, count - 1)), weight / 6.0)
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
