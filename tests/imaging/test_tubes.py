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
    return image / (mu_per_mm(tube.material, 60.0) - mu_per_mm("soft", 60.0))


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


def test_attenuation_is_path_times_what_the_material_has_beyond_the_tissue_it_displaces() -> None:
    tube = Tube(((-10.0, 0.0, 0.0), (10.0, 0.0, 0.0)), 0.5, "titanium")
    geometry = CArm().geometry(64, 64)
    image = np.full((64, 64), 2.0, np.float32)
    add_tubes(image, (tube,), geometry, 55.0)
    beyond = mu_per_mm("titanium", 55.0) - mu_per_mm("soft", 55.0)
    np.testing.assert_allclose(image, 2.0 + beyond * tube_path_mm(tube, geometry), rtol=1e-5)


# Percent of the signal lost at 48, 52, 56 and 60 keV beside soft tissue, from the cross-sections of the Elam tables and the
# nominal sizes of the devices: outer and inner diameter in mm.
LOSSES = {
    "wall of a 15 G needle": (1.83, 1.45, "steel", (50, 43, 36, 31)),
    "steel stylet or wire": (0.3, 0.0, "steel", (42, 35, 30, 26)),
    "polyurethane catheter with barium": (1.2, 0.53, "polyurethane_barium", (15, 12, 10, 9)),
    "silicone catheter with barium": (1.4, 0.53, "silicone_barium", (12, 10, 8, 7)),
    "iohexol 180 in the lumen": (0.53, 0.0, "iohexol180", (12, 10, 8, 7)),
    "iohexol 240 in the lumen": (0.53, 0.0, "iohexol240", (16, 13, 11, 9)),
    "iohexol 300 in the lumen": (0.53, 0.0, "iohexol300", (20, 16, 14, 11)),
    "platinum-iridium band": (1.2, 1.1, "platinum_iridium", (81, 74, 67, 60)),
}


@pytest.mark.parametrize(("outer_mm", "inner_mm", "material", "percent"), LOSSES.values(), ids=LOSSES)
def test_instruments_take_off_the_signal_what_the_reference_says(
    outer_mm: float, inner_mm: float, material: str, percent: tuple[int, ...]
) -> None:
    tube = Tube(((0.0, 0.0, -20.0), (0.0, 0.0, 20.0)), outer_mm / 2.0, material, bore_mm=inner_mm / 2.0)
    for energy_kev, expected in zip((48.0, 52.0, 56.0, 60.0), percent, strict=True):
        image = np.zeros((5, 201), np.float32)
        add_tubes(image, (tube,), CArm(field_mm=4.0).geometry(5, 201), energy_kev)
        assert 100.0 * (1.0 - math.exp(-float(image[2, 100]))) == pytest.approx(expected, abs=1.0)


def test_a_wire_in_the_catheter_adds_to_it() -> None:
    points = ((0.0, 0.0, -20.0), (0.0, 0.0, 20.0))
    catheter, wire = Tube(points, 0.6, "polyurethane_barium", bore_mm=0.265), Tube(points, 0.15, "steel")
    pictures = []
    for tubes in ((catheter,), (wire,), (catheter, wire)):
        image = np.zeros((5, 201), np.float32)
        add_tubes(image, tubes, CArm(field_mm=4.0).geometry(5, 201), 56.0)
        pictures.append(image)
    np.testing.assert_allclose(pictures[2], pictures[0] + pictures[1], atol=1e-6)
    assert pictures[2][2, 100] > 4.0 * pictures[0][2, 100]


def test_pieces_of_one_tube_that_cross_add_up() -> None:
    geometry = CArm().geometry(200, 200)
    first, second, back = (-10.0, 0.0, 0.0), (10.0, 0.0, 0.0), (-10.0, 0.0, 0.4)
    both = tube_path_mm(Tube((first, second, back), 0.9, "steel"), geometry)
    apart = tube_path_mm(Tube((first, second), 0.9, "steel"), geometry) + tube_path_mm(Tube((second, back), 0.9, "steel"), geometry)
    np.testing.assert_allclose(both, apart, atol=1e-4)


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
