"""Slabs seen at an angle: no comb of edges, nothing lost."""

import numpy as np
import pytest

from game.imaging import CArm
from game.imaging.grids import cut_sheets, mineral_sheets, pieces_of
from game.imaging.sheets import path_per_mm, spread_over_slab, sum_sheets, whole
from game.patient.mineral import collected


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


def plate_edge_on(orbit_deg: float, lean: int) -> np.ndarray:
    """Return a line across the picture of a plate of bone that stands along the rays."""
    x, y = np.meshgrid(np.arange(60) - 29.5, np.arange(60) - 29.5, indexing="ij")
    away = x * np.cos(np.radians(orbit_deg)) + y * np.sin(np.radians(orbit_deg))
    share = np.clip(1.5 - np.abs(away), 0.0, 1.0)
    labels = np.repeat((255 * share).astype(np.uint8)[:, :, None], 20, axis=2)
    sheets = mineral_sheets(collected(labels), labels.shape, 1.0, np.array([-29.5, -29.5, -9.5]), 1, lean)
    geometry = CArm(orbit_deg=orbit_deg, field_mm=60.0).geometry(256, 256)
    forward = bool(geometry.pixel_matrix()[1] @ [127.5, 127.5, 1.0] > 0.0)
    return spread_over_slab(sum_sheets(sheets, geometry, forward, whole(geometry)), sheets, geometry)[128]


@pytest.mark.parametrize(("orbit_deg", "lean"), [(40.0, -1), (-44.0, 1)])
def test_slabs_that_lean_with_the_rays_keep_a_plate_sharp_and_in_its_place(orbit_deg: float, lean: int) -> None:
    straight, leaning = plate_edge_on(orbit_deg, 0), plate_edge_on(orbit_deg, lean)
    assert leaning.sum() == pytest.approx(straight.sum(), rel=0.01)
    assert leaning.max() > 1.1 * straight.max()
    columns = np.arange(256)
    assert (leaning * columns).sum() / leaning.sum() == pytest.approx(127.5, abs=1.0)


def test_pieces_hold_all_that_is_filled_once() -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        filled = np.zeros((90, 120), dtype=bool)
        for _ in range(int(rng.integers(0, 6))):
            row, column = int(rng.integers(0, 80)), int(rng.integers(0, 100))
            filled[row : row + int(rng.integers(1, 30)), column : column + int(rng.integers(1, 60))] = True
        times = np.zeros(filled.shape, dtype=int)
        for row, row_end, column, column_end in pieces_of(filled):
            times[row:row_end, column:column_end] += 1
        assert times.max(initial=0) <= 1
        assert (times[filled] == 1).all()
        rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
        assert times.sum() <= (np.ptp(rows) + 1) * (np.ptp(columns) + 1) if len(rows) else times.sum() == 0
