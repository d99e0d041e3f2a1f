"""The edge of the skin on pictures: cells of three millimetres must not rib it."""

import numpy as np
from numpy.typing import NDArray

from game.imaging.grids import _block_mean, _soften_skin

SLOPE = 0.37


def slanted_back() -> NDArray[np.float32]:
    """Return the water cells of a flat back, wide along x, that leans by `SLOPE`, shape (20, 40, 40)."""
    _, y, z = np.meshgrid(np.arange(60), np.arange(120), np.arange(120), indexing="ij")
    labels = (y < 60.0 + SLOPE * (z - 60.0)).astype(np.uint8)
    return _block_mean(labels, np.array([0.0, 1.0], dtype=np.float32), 3)


def ripple(grid: NDArray[np.float32]) -> float:
    """Return how unevenly the linear samples along lines that lean with the back go up and down, summed over x."""
    plane, worst = grid.sum(axis=0), 0.0
    for away in np.arange(-1.0, 1.01, 0.25):
        z = np.arange(8.0, 32.0, 0.1)
        y = (59.5 + SLOPE * (3.0 * z + 1.0 - 60.0) - 1.0) / 3.0 + away
        low = y.astype(int)
        column, below = np.clip(z.astype(int), 0, 38), z - z.astype(int)
        sample = sum(
            weight * plane[low + j, column + k]
            for j, k, weight in (
                (0, 0, (1 - (y - low)) * (1 - below)),
                (1, 0, (y - low) * (1 - below)),
                (0, 1, (1 - (y - low)) * below),
                (1, 1, (y - low) * below),
            )
        )
        worst = max(worst, float(np.std(sample)))
    return worst


def test_a_leaning_flat_back_has_less_than_half_the_ripple_of_its_cells() -> None:
    hard, soft = slanted_back(), slanted_back()
    _soften_skin(soft)
    assert ripple(hard) > 0.4
    assert ripple(soft) < 0.5 * ripple(hard)


def test_softening_moves_no_water_and_nothing_beyond_the_skin() -> None:
    hard, soft = slanted_back(), slanted_back()
    hard[:, 2:6, 10:14] = soft[:, 2:6, 10:14] = 0.2  # a lung, well inside
    _soften_skin(soft)
    assert abs(soft.sum() / hard.sum() - 1.0) < 1e-3
    assert np.array_equal(soft[:, :10], hard[:, :10])
    assert np.array_equal(soft[:, 30:], hard[:, 30:])
