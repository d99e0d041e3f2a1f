"""Patterns that a body carries into every picture: fixed to the patient by the seed, never to the screen."""

import numpy as np

from game.frames import Array as Field
from game.imaging.sheets import Image
from game.streams import stream

TILE = 64  # cells after which the pattern repeats
BOWEL_SCALES = ((1.0, 0.5), (1.9, 1.0))  # in cells of the bowel grid
CONTENT = (-0.6, 0.8, 0.8)  # of gas: pattern where content begins and is full, greatest share of a cell that it fills
BUBBLE = (1.2, 2.4, 0.55)  # of bowel: pattern where a bubble begins and is full, greatest share of gas (expert judgement)


def bowel_texture(seed: int) -> tuple[Image, Image]:
    """Return seamless tiles of the share of gas that content fills, and of the bubbles in what is full, shape (TILE, TILE, TILE)."""
    pattern = _pattern(seed, "xray-bowel", BOWEL_SCALES)
    return _step(pattern, *CONTENT), _step(pattern, *BUBBLE)


def _step(pattern: Field, begin: float, full: float, greatest: float) -> Image:
    share = np.clip((pattern - begin) / (full - begin), 0.0, 1.0)
    return np.asarray(greatest * share * share * (3.0 - 2.0 * share), dtype=np.float32)


def _pattern(seed: int, name: str, scales: tuple[tuple[float, float], ...]) -> Field:
    """Return seamless noise of unit spread with some correlation lengths."""
    white = stream(seed, name).standard_normal((TILE, TILE, TILE))
    pattern = np.sum([weight * _smooth(white, scale) for scale, weight in scales], axis=0)
    return np.asarray(pattern / np.std(pattern))


def _smooth(white: Field, scale: float) -> Field:
    """Blur noise on the torus to a correlation length and unit spread."""
    frequency = np.fft.fftfreq(TILE) * 2.0 * np.pi
    kernel = np.exp(-0.5 * (scale * frequency) ** 2)
    spectrum = np.fft.fftn(white) * kernel[:, None, None] * kernel[None, :, None] * kernel[None, None, :]
    smooth = np.fft.ifftn(spectrum).real
    return np.asarray(smooth / np.std(smooth))
