import numpy as np
import pytest
from numpy.typing import NDArray
from phantoms import facing, pixels_mm

from game.imaging import CArm, ProjectionGeometry, line_integrals

Array = NDArray[np.float64]


def march(volume: NDArray[np.float32], spacing: Array, origin: Array, geometry: ProjectionGeometry, step_mm: float = 0.3) -> Array:
    """Integrate by small steps through the trilinear volume: slow, plain, independent."""
    padded = np.pad(volume.astype(np.float64), 1)
    start = geometry.source
    away = pixels_mm(geometry) - start
    length = np.linalg.norm(away, axis=-1)
    total = np.zeros(length.shape)
    count = int(length.max() / step_mm)
    for share in (np.arange(count) + 0.5) / count:
        place = (start + share * away - origin) / spacing + 1.0
        if not ((place > -1.0) & (place < np.array(padded.shape))).all(axis=-1).any():
            continue
        cell = np.clip(np.floor(place).astype(int), 0, np.array(padded.shape) - 2)
        part = place - cell
        inside = ((place >= 0.0) & (place <= np.array(padded.shape) - 1.0)).all(axis=-1)
        value = np.zeros(length.shape)
        for corner in np.ndindex(2, 2, 2):
            weight = np.prod(np.where(np.array(corner) == 1, part, 1.0 - part), axis=-1)
            at = cell + np.array(corner)
            value += weight * padded[at[..., 0], at[..., 1], at[..., 2]]
        total += value * inside * length / count
    return total


def blurred_box(shape: tuple[int, int, int], spacing: Array, half_mm: Array, rotation: Array) -> tuple[NDArray[np.float32], Array]:
    """Return the part of each voxel inside a turned box, on voxels round the origin."""
    origin = -spacing * (np.array(shape) - 1) / 2.0
    grid = np.stack(np.meshgrid(*(origin[axis] + spacing[axis] * np.arange(shape[axis]) for axis in range(3)), indexing="ij"), -1)
    offsets = (np.arange(4) - 1.5) / 4.0
    inside = np.zeros(shape)
    for shift in np.stack(np.meshgrid(offsets, offsets, offsets), -1).reshape(-1, 3):
        inside += (np.abs((grid + shift * spacing) @ rotation) <= half_mm).all(axis=-1)
    return (inside / 64.0).astype(np.float32), origin


def box_path(geometry: ProjectionGeometry, half_mm: Array, rotation: Array) -> Array:
    """Exact path through a turned box."""
    source, pixels = geometry.source @ rotation, pixels_mm(geometry) @ rotation
    away = pixels - source
    with np.errstate(divide="ignore"):
        one, two = (-half_mm - source) / away, (half_mm - source) / away
    enter, leave = np.minimum(one, two).max(axis=-1), np.maximum(one, two).min(axis=-1)
    return np.asarray(np.clip(leave - enter, 0.0, None) * np.linalg.norm(away, axis=-1))


def test_a_slab_of_n_voxels_integrates_to_value_times_thickness() -> None:
    volume = np.zeros((60, 30, 60), np.float32)
    volume[:, 5:25, :] = 0.02
    image = line_integrals(volume, 2.0, (-59.0, -29.0, -59.0), facing(40, 40, 2.0))
    geometry = facing(40, 40, 2.0)
    away = pixels_mm(geometry) - geometry.source
    oblique = np.linalg.norm(away, axis=-1) / np.abs(away[..., 1])
    np.testing.assert_allclose(image, 0.02 * 20 * 2.0 * oblique, rtol=1e-5)
    assert image.dtype == np.float32


@pytest.mark.parametrize("orbit_deg", [0.0, -45.0, 70.0, 180.0])
def test_a_sphere_keeps_its_mass_its_place_and_its_middle_chord(orbit_deg: float) -> None:
    spacing, radius, centre = np.array([1.5, 1.0, 1.2]), 24.0, np.array([6.0, -4.0, 9.0])
    shape = (60, 80, 70)
    origin = -spacing * (np.array(shape) - 1) / 2.0
    grid = np.stack(np.meshgrid(*(origin[axis] + spacing[axis] * np.arange(shape[axis]) for axis in range(3)), indexing="ij"), -1)
    volume = np.clip((radius - np.linalg.norm(grid - centre, axis=-1)) / 1.2 + 0.5, 0.0, 1.0).astype(np.float32)
    geometry = CArm(orbit_deg, 8.0, field_mm=90.0).geometry(120, 120)
    image = line_integrals(volume, spacing, origin, geometry)
    ray = pixels_mm(geometry) - geometry.source
    ray /= np.linalg.norm(ray, axis=-1)[..., None]
    away = centre - geometry.source
    apart = np.linalg.norm(away - (ray @ away)[..., None] * ray, axis=-1)
    exact = 2.0 * np.sqrt(np.clip(radius**2 - apart**2, 0.0, None))
    assert image.mean() == pytest.approx(exact.mean(), rel=0.01)
    rows, columns = np.mgrid[:120, :120]
    for index in (rows, columns):
        assert (image * index).sum() / image.sum() == pytest.approx((exact * index).sum() / exact.sum(), abs=0.1)
    assert image.max() == pytest.approx(2.0 * radius, rel=0.01)


def test_a_tilted_box_is_met_within_one_percent_and_half_a_pixel() -> None:
    turn, _ = np.linalg.qr(np.random.default_rng(4).standard_normal((3, 3)))
    half, spacing = np.array([20.0, 14.0, 25.0]), np.array([1.0, 1.3, 0.9])
    volume, origin = blurred_box((80, 66, 84), spacing, half, turn)
    geometry = CArm(35.0, -15.0, field_mm=90.0).geometry(100, 100)
    image, exact = line_integrals(volume, spacing, origin, geometry), box_path(geometry, half, turn)
    assert image.mean() == pytest.approx(exact.mean(), rel=0.01)
    middle = exact > 0.5 * exact.max()
    assert np.abs(image - exact)[middle].mean() < 0.01 * exact.max()
    rows, columns = np.mgrid[:100, :100]
    for index in (rows, columns):
        assert (image * index).sum() / image.sum() == pytest.approx((exact * index).sum() / exact.sum(), abs=0.5)


def test_a_wire_between_voxels_falls_on_its_projected_line() -> None:
    volume = np.zeros((41, 41, 41), np.float32)
    volume[20, 14, :], volume[21, 14, :] = 0.75, 0.25
    origin = np.array([-20.0, -20.0, -20.0])
    geometry = facing(120, 120, 0.9)
    image = line_integrals(volume, 1.0, origin, geometry)
    ends = geometry.project(np.array([[0.25, -6.0, -10.0], [0.25, -6.0, 10.0]]))
    for row in range(int(ends[1, 0]) + 1, int(ends[0, 0])):
        found = (image[row] * np.arange(120)).sum() / image[row].sum()
        assert found == pytest.approx(ends[0, 1], abs=0.05)


@pytest.mark.parametrize("kind", ["blocks", "noise"])
def test_ten_random_poses_off_the_axes_agree_with_a_plain_ray_march(kind: str) -> None:
    rng = np.random.default_rng(8)
    volume = np.zeros((36, 30, 40), np.float32)
    volume[6:30, 5:25, 8:33] = 0.02 if kind == "blocks" else 0.02 * rng.random((24, 20, 25))
    volume[12:20, 9:14, 12:26] = 0.06
    for pose in range(10):
        spacing = rng.uniform(0.7, 2.4, 3)
        centre = np.array([14.0, -33.0, 9.0])
        origin = centre - spacing * (np.array(volume.shape) - 1) / 2.0
        carm = CArm(rng.uniform(-180, 180), rng.uniform(-60, 60), tuple(centre + rng.uniform(-8, 8, 3)), field_mm=100.0)
        geometry = carm.geometry(26, 22)
        image, exact = line_integrals(volume, spacing, origin, geometry), march(volume, spacing, origin, geometry)
        assert np.corrcoef(image.ravel(), exact.ravel())[0, 1] >= 0.9995, pose
        error = np.abs(image - exact) / exact.max()
        assert np.sqrt((error**2).mean()) <= 0.005, pose
        assert np.quantile(error, 0.999) <= 0.02, pose


def test_what_lies_behind_the_source_or_the_detector_does_not_count() -> None:
    volume = np.full((41, 41, 41), 0.01, np.float32)
    origin = np.array([-20.0, -20.0, -20.0])
    from_inside = ProjectionGeometry((0.0, 0.0, 0.0), (-4.0, -100.0, 4.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), 9, 9)
    assert line_integrals(volume, 1.0, origin, from_inside)[4, 4] == pytest.approx(0.01 * 20.5, rel=0.005)
    onto_inside = ProjectionGeometry((0.0, 300.0, 0.0), (-4.0, 10.0, 4.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), 9, 9)
    assert line_integrals(volume, 1.0, origin, onto_inside)[4, 4] == pytest.approx(0.01 * 10.5, rel=0.005)
    away = ProjectionGeometry((0.0, 300.0, 0.0), (-4.0, 400.0, 4.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), 9, 9)
    assert not line_integrals(volume, 1.0, origin, away).any()


def test_a_source_inside_a_wide_fan_meets_every_side() -> None:
    volume = np.full((41, 41, 41), 0.01, np.float32)
    origin = np.array([-20.0, -20.0, -20.0])
    wide = ProjectionGeometry((3.0, -2.0, 1.0), (-96.0, -22.0, 96.0), (8.0, 0.0, 0.0), (0.0, 0.0, -8.0), 25, 25)
    image, exact = line_integrals(volume, 1.0, origin, wide), march(volume, np.ones(3), origin, wide)
    assert np.isfinite(image).all()
    assert image.mean() == pytest.approx(exact.mean(), rel=0.01)


def test_doubling_all_lengths_doubles_the_integral() -> None:
    volume = np.random.default_rng(1).random((12, 14, 10)).astype(np.float32)
    origin, geometry = np.array([-6.0, -7.0, -5.0]), facing(20, 20, 1.0)
    doubled = ProjectionGeometry(2 * geometry.source, 2 * geometry.origin, 2 * geometry.column, 2 * geometry.row, 20, 20)
    np.testing.assert_allclose(
        line_integrals(volume, 2.0, 2 * origin, doubled), 2 * line_integrals(volume, 1.0, origin, geometry), rtol=2e-4, atol=1e-4
    )


def test_a_volume_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        line_integrals(np.zeros((3, 3, 3), np.float32), 0.0, (0, 0, 0), facing())
    with pytest.raises(ValueError, match=r"must be \(nx, ny, nz\)"):
        line_integrals(np.zeros((3, 3), np.float32), 1.0, (0, 0, 0), facing())
