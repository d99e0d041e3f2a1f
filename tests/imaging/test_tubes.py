import math

import numpy as np
import pytest
from phantoms import facing

from game.imaging import CArm, Tube
from game.imaging.geometry import ProjectionGeometry
from game.imaging.tubes import add_tubes, straightened
from game.patient.attenuation import mu_per_mm


def tube_path_mm(tube: Tube, geometry: ProjectionGeometry) -> np.ndarray:
    """Return the mean path of each pixel's rays through a tube's wall, shape (rows, columns)."""
    image = np.zeros((geometry.rows, geometry.columns), np.float32)
    add_tubes(image, (tube,), geometry, 60.0)
    return image / mu_per_mm(tube.material, 60.0)


def volume_mm3(tube: Tube, carm: CArm, size: int = 300) -> float:
    image = tube_path_mm(tube, carm.geometry(size, size))
    return float(image.sum()) * (carm.field_mm / size) ** 2


@pytest.mark.parametrize("radius_mm", [0.05, 0.4, 0.9, 3.0])
def test_a_bar_across_the_beam_keeps_its_volume_however_thin(radius_mm: float) -> None:
    tube = Tube(((-30.0, 0.0, -7.3), (30.0, 0.0, 11.1)), radius_mm, "steel")
    length = math.dist(*tube.points_mm)
    assert volume_mm3(tube, CArm()) == pytest.approx(math.pi * radius_mm**2 * length, rel=0.01)


@pytest.mark.parametrize("place_mm", [0.0, 0.13, 0.31])
def test_a_piece_shorter_than_a_pixel_keeps_its_volume_wherever_it_lies(place_mm: float) -> None:
    tube = Tube(((place_mm, 0.0, 0.0), (place_mm + 0.2, 0.0, 0.0)), 0.9, "steel")
    assert volume_mm3(tube, CArm()) == pytest.approx(math.pi * 0.81 * 0.2, rel=0.1)


def test_a_bore_takes_its_volume_away() -> None:
    solid, hollow = (Tube(((-30.0, 0.0, 0.0), (30.0, 0.0, 0.0)), 0.9, "steel", bore_mm=bore) for bore in (0.0, 0.7))
    assert volume_mm3(hollow, CArm()) == pytest.approx(volume_mm3(solid, CArm()) * (1.0 - (0.7 / 0.9) ** 2), rel=0.01)


def test_looking_down_a_bar_its_whole_length_is_seen() -> None:
    tube = Tube(((0.0, 40.0, 0.0), (0.0, -40.0, 0.0)), 2.0, "steel")
    image = tube_path_mm(tube, CArm().geometry(301, 301))
    assert image[150, 150] == pytest.approx(80.0, rel=0.02)
    assert volume_mm3(tube, CArm()) == pytest.approx(math.pi * 4.0 * 80.0, rel=0.05)


def test_a_joint_is_neither_a_gap_nor_a_knot() -> None:
    straight = Tube(((-30.0, 0.0, 0.0), (30.0, 0.0, 0.0)), 0.9, "steel")
    jointed = Tube(((-30.0, 0.0, 0.0), (0.5, 0.04, 0.0), (30.0, 0.0, 0.0)), 0.9, "steel")
    geometry = CArm().geometry(200, 200)
    np.testing.assert_allclose(tube_path_mm(jointed, geometry), tube_path_mm(straight, geometry), atol=0.02)


def test_the_shadow_lies_where_the_bar_is() -> None:
    tube = Tube(((20.0, 0.0, -20.0), (20.0, 0.0, 20.0)), 0.9, "steel")
    image = tube_path_mm(tube, CArm().geometry(200, 200))
    column = (image.sum(axis=0) * np.arange(200)).sum() / image.sum()
    assert column == pytest.approx((20.0 / 115.0 + 1.0) * 100.0 - 0.5, abs=0.05)


def test_attenuation_is_path_times_that_of_the_material() -> None:
    tube = Tube(((-10.0, 0.0, 0.0), (10.0, 0.0, 0.0)), 0.5, "titanium")
    geometry = CArm().geometry(64, 64)
    image = np.full((64, 64), 2.0, np.float32)
    add_tubes(image, (tube,), geometry, 55.0)
    np.testing.assert_allclose(image, 2.0 + mu_per_mm("titanium", 55.0) * tube_path_mm(tube, geometry), rtol=1e-5)


def test_what_is_outside_the_picture_or_behind_the_source_is_left_out() -> None:
    geometry = facing(32, 32, 3.0)
    far = Tube(((500.0, 0.0, 0.0), (600.0, 0.0, 0.0)), 1.0, "steel")
    behind = Tube(((0.0, 600.0, 0.0), (5.0, 800.0, 0.0)), 1.0, "steel")
    through = Tube(((0.5, 800.0, 0.5), (0.5, 0.0, 0.5)), 1.0, "steel")
    assert not tube_path_mm(far, geometry).any()
    assert not tube_path_mm(behind, geometry).any()
    assert np.isfinite(tube_path_mm(through, geometry)).all()


def test_an_unknown_material_is_an_error() -> None:
    with pytest.raises(KeyError, match="unobtainium"):
        add_tubes(np.zeros((8, 8), np.float32), (Tube(((0, 0, 0), (1, 0, 0)), 1.0, "unobtainium"),), facing(8, 8), 60.0)


def test_points_on_a_line_are_dropped_and_bends_are_kept() -> None:
    line = np.stack([np.linspace(0.0, 50.0, 26), np.zeros(26), np.zeros(26)], axis=-1)
    assert len(straightened(line)) == 2
    bent = line.copy()
    bent[13:, 1] = 0.2 * (line[13:, 0] - line[13, 0])
    np.testing.assert_allclose(straightened(bent), bent[[0, 13, 25]])
