"""Patterns that a body carries into every picture: fixed to the patient by the seed, never to the screen."""

import numpy as np

from game.imaging.sheets import Image
from game.streams import stream

TILE = 64  # voxels after which the pattern repeats; longer than a vertebra is wide
TRABECULAR_CONTRAST = 0.45  # standard deviation of the local bone share (expert judgement)
TRABECULAR_SCALES = ((1.1, 0.6), (2.6, 0.8))  # correlation lengths in voxels, weights


def trabecular_texture(seed: int) -> Image:
    """Return a seamless tile of factors round 1 for spongy bone, never negative, shape (TILE, TILE, TILE)."""
    white = stream(seed, "xray-trabecular").standard_normal((TILE, TILE, TILE))
    pattern = np.sum([weight * _smooth(white, scale) for scale, weight in TRABECULAR_SCALES], axis=0)
    pattern = pattern / np.std(pattern)
    return np.asarray(np.clip(1.0 + TRABECULAR_CONTRAST * pattern, 0.0, None), dtype=np.float32)


def _smooth(white: np.ndarray[tuple[int, ...], np.dtype[np.float64]], scale: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Blur noise on the torus to a correlation length and unit spread."""
    frequency = np.fft.fftfreq(TILE) * 2.0 * np.pi
    kernel = np.exp(-0.5 * (scale * frequency) ** 2)
    spectrum = np.fft.fftn(white) * kernel[:, None, None] * kernel[None, :, None] * kernel[None, None, :]
    smooth = np.fft.ifftn(spectrum).real
    return np.asarray(smooth / np.std(smooth))
