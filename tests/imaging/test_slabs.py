"""Slabs seen at an angle: no comb of edges, nothing lost."""

import numpy as np
import pytest

from game.imaging import CArm
from game.imaging.grids import cut_sheets
from game.imaging.sheets import path_per_mm, spread_over_slab, sum_sheets, whole


def seen(orbit_deg: float, tilt_deg: float, slab: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the picture of a cube of 60 mm in slabs before and after spreading."""
    geometry = CArm(orbit_deg=orbit_deg, tilt_deg=tilt_deg, field_mm=120.0).geometry(256, 256)
    sheets = cut_sheets(np.ones((60, 60, 60), np.float32), 1.0, np.full(3, -29.5), 1, slab)
    image = sum_sheets(sheets, geometry, bool(geometry.pixel_matrix()[1] @ [127.5, 127.5, 1.0] > 0.0), whole(geometry))
    path = path_per_mm(geometry, 1)
    return image * path, spread_over_slab(image, sheets, geometry) * path


def ripple(image: np.ndarray) -> float:
    """Return how far the flank of the cube's profile leaves a straight line, over the greatest value."""
    row = image[128, :128]
    rise = np.flatnonzero((row > 0.15 * row.max()) & (row < 0.85 * row.max()))
    line = np.polyval(np.polyfit(rise, row[rise], 2), rise)
    return float(np.abs(row[rise] - line).max() / row.max())


@pytest.mark.parametrize(("orbit_deg", "tilt_deg"), [(42.0, 0.0), (-42.0, 6.0), (30.0, -8.0)])
def test_slabs_of_two_voxels_leave_no_comb(orbit_deg: float, tilt_deg: float) -> None:
    raw, spread = seen(orbit_deg, tilt_deg, slab=2)
    assert ripple(spread) < 0.002
    assert ripple(spread) < 0.5 * ripple(raw)
    assert spread.sum() == pytest.approx(raw.sum(), rel=1e-3)


def test_a_picture_along_the_slabs_axis_stays_as_it_is() -> None:
    raw, spread = seen(0.0, 0.0, slab=2)
    assert np.array_equal(raw, spread)
