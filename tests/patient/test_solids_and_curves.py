"""Known answers of the simple solids and of the curves through knots."""

import numpy as np
import pytest

from game.patient.curves import Column, smooth_curve
from game.patient.solids import cone, ellipse, ellipsoid, rounded, rounded_box, smooth_union, superellipse


def test_a_sphere_is_an_ellipsoid_with_equal_radii():
    x = np.array([0.0, 3.0, 5.0, 9.0])
    assert ellipsoid(x, 0.0 * x, 0.0 * x, 5.0, 5.0, 5.0) == pytest.approx([-5.0, -2.0, 0.0, 4.0], abs=1e-5)
    assert ellipse(x, 0.0 * x, 5.0, 5.0) == pytest.approx([-5.0, -2.0, 0.0, 4.0], abs=1e-5)


def test_an_ellipsoid_ends_on_its_axes():
    x, y, z = np.diag([4.0, 2.0, 7.0])
    assert ellipsoid(x, y, z, 4.0, 2.0, 7.0) == pytest.approx(0.0, abs=1e-6)


def test_a_superellipse_of_power_two_is_a_circle():
    distance, level = superellipse(np.array([3.0, 0.0]), np.array([4.0, 10.0]), 5.0, 5.0, 2.0)
    assert distance == pytest.approx([0.0, 5.0], abs=1e-3)
    assert level == pytest.approx([1.0, 2.0], abs=1e-3)


def test_a_cone_is_round_at_its_ends_and_narrows():
    x = np.array([-4.0, 0.0, 10.0, 13.0])
    y = np.array([0.0, 3.0, 3.0, 0.0])
    assert cone(x, y, 0.0 * x, (10.0, 0.0, 0.0), 3.0, 1.0) == pytest.approx([1.0, 0.0, 2.0, 2.0])


def test_a_rounded_box_is_a_box_with_less_corner():
    assert rounded_box(np.array(-1.0), np.array(-2.0), np.array(-3.0), 0.5) == pytest.approx(-1.0)
    assert rounded_box(np.array(0.0), np.array(0.0), np.array(0.0), 0.5) == pytest.approx(0.5 * (np.sqrt(3.0) - 1.0))
    assert rounded(np.array(0.0), np.array(0.0), 1.0) == pytest.approx(np.sqrt(2.0) - 1.0)


def test_a_smooth_union_is_the_nearer_solid_away_from_the_seam_and_fuller_at_it():
    assert smooth_union(np.array(1.0), np.array(9.0), 2.0) == pytest.approx(1.0)
    assert smooth_union(np.array(1.0), np.array(1.0), 2.0) == pytest.approx(0.5)


def test_a_smooth_curve_meets_its_knots_and_keeps_straight_lines_straight():
    knots = np.array([0.0, 2.0, 5.0, 9.0])
    values = np.array([1.0, -1.0, 4.0, 0.0])
    assert smooth_curve(knots, values, knots) == pytest.approx(values)
    assert smooth_curve(knots, 3.0 * knots + 1.0, np.array([1.0, 4.5, 7.0])) == pytest.approx([4.0, 14.5, 22.0])
    assert smooth_curve(knots, values, np.array([-5.0, 20.0])) == pytest.approx([1.0, 0.0])


def test_a_column_reads_between_its_rows_and_holds_its_ends():
    column = Column(10.0, 2.0, np.array([[0.0, 1.0], [4.0, 1.0], [8.0, 1.0]]))
    assert column.read(np.array([11.0, 13.0]))[:, 0] == pytest.approx([2.0, 6.0])
    assert column.read(np.array([-50.0, 99.0]))[:, 0] == pytest.approx([0.0, 8.0], abs=0.01)
