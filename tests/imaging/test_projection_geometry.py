import numpy as np
import pytest
from phantoms import facing, pixels_mm

from game.frames import Rigid, rigid_about_z
from game.imaging import CArm, ProjectionGeometry


def test_a_pixel_centre_falls_on_its_own_row_and_column() -> None:
    geometry = CArm(30.0, 10.0, (5.0, -8.0, 12.0)).geometry(7, 9)
    places = geometry.project(pixels_mm(geometry))
    rows, columns = np.mgrid[:7, :9]
    np.testing.assert_allclose(places[..., 0], rows, atol=1e-9)
    np.testing.assert_allclose(places[..., 1], columns, atol=1e-9)


def test_points_on_one_ray_fall_on_one_place() -> None:
    geometry = facing()
    near = geometry.source + 0.3 * (pixels_mm(geometry)[20, 30] - geometry.source)
    np.testing.assert_allclose(geometry.project(near), [20.0, 30.0], atol=1e-9)


def test_a_point_behind_the_source_falls_nowhere() -> None:
    assert np.isnan(facing().project(np.array([0.0, 600.0, 0.0]))).all()


def test_an_object_halfway_is_shown_twice_as_large() -> None:
    geometry = ProjectionGeometry((0, 0, 0), (-50, 100, 50), (1, 0, 0), (0, 0, -1), 101, 101)
    ends = geometry.project(np.array([[-10.0, 50.0, 0.0], [10.0, 50.0, 0.0]]))
    assert ends[1, 1] - ends[0, 1] == pytest.approx(40.0)


def test_moving_body_and_geometry_together_changes_no_place() -> None:
    geometry, move = CArm(20.0, -5.0).geometry(64, 64), rigid_about_z(11.0, (3.0, -4.0, 5.0))
    point = np.array([12.0, 30.0, -20.0])
    np.testing.assert_allclose(geometry.moved(move).project(move.apply(point)), geometry.project(point), atol=1e-8)
    assert geometry.moved(Rigid()).pitch_mm() == pytest.approx(geometry.pitch_mm())


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"rows": 0}, "at least 1 x 1"),
        ({"row_step_mm": (2.0, 0.0, 0.0)}, "parallel"),
        ({"column_step_mm": (0.0, 0.0, 0.0)}, "parallel or zero"),
        ({"source_mm": (5.0, -400.0, 7.0)}, "plane of the detector"),
        ({"source_mm": (0.0, float("nan"), 0.0)}, "three finite numbers"),
        ({"detector_origin_mm": (0.0, 1.0)}, "three finite numbers"),
    ],
)
def test_a_geometry_that_makes_no_picture_is_refused(change: dict[str, object], text: str) -> None:
    fields: dict[str, object] = {
        "source_mm": (0.0, 570.0, 0.0),
        "detector_origin_mm": (0.0, -400.0, 0.0),
        "column_step_mm": (1.0, 0.0, 0.0),
        "row_step_mm": (0.0, 0.0, -1.0),
        "rows": 4,
        "columns": 4,
    }
    with pytest.raises(ValueError, match=text):
        ProjectionGeometry(**(fields | change))  # type: ignore[arg-type]
