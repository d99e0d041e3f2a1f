import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.frames import FieldCamera, Rigid, rigid_about_z, rotation_about

LEFT, BACK, HEAD = np.eye(3)
lengths = st.floats(-500.0, 500.0)
angles = st.floats(-180.0, 180.0)
points = st.tuples(lengths, lengths, lengths)


@st.composite
def rigids(draw):
    turn = rotation_about("x", draw(angles)) @ rotation_about("y", draw(angles)) @ rotation_about("z", draw(angles))
    return Rigid(tuple(tuple(float(v) for v in row) for row in turn), draw(points))


def camera(side_up, elevation_deg=35.0):
    return FieldCamera(side_up, elevation_deg, (3.0, 80.0, -20.0), 316.0)


def test_the_axes_of_the_patient_are_right_handed():
    assert np.cross(LEFT, BACK).tolist() == HEAD.tolist()


@pytest.mark.parametrize(("axis", "first", "second"), [("x", BACK, HEAD), ("y", HEAD, LEFT), ("z", LEFT, BACK)])
def test_a_quarter_turn_about_an_axis_takes_the_next_axis_to_the_one_after(axis, first, second):
    np.testing.assert_allclose(rotation_about(axis, 90.0) @ first, second, atol=1e-12)


def test_a_roll_about_the_long_axis_takes_the_left_side_towards_the_back():
    rolled = rigid_about_z(90.0, (0.0, 0.0, 5.0)).apply(LEFT)
    np.testing.assert_allclose(rolled, BACK + 5.0 * HEAD, atol=1e-12)


@given(rigids(), points)
def test_undoing_a_rigid_motion_gives_the_point_back(rigid, point):
    np.testing.assert_allclose(rigid.inverse().apply(rigid.apply(np.array(point))), point, atol=1e-8)
    np.testing.assert_allclose(rigid.apply(rigid.inverse().apply(np.array(point))), point, atol=1e-8)


@given(rigids(), rigids(), points)
def test_after_does_the_first_motion_first(second, first, point):
    np.testing.assert_allclose(second.after(first).apply(np.array(point)), second.apply(first.apply(np.array(point))), atol=1e-8)


@given(rigids(), rigids())
def test_undoing_two_motions_undoes_the_second_first(second, first):
    whole, parts = second.after(first).inverse(), first.inverse().after(second.inverse())
    np.testing.assert_allclose(whole.rotation, parts.rotation, atol=1e-9)
    np.testing.assert_allclose(whole.shift_mm, parts.shift_mm, atol=1e-7)


@given(rigids(), points, points)
def test_a_rigid_motion_keeps_lengths_and_handedness(rigid, first, second):
    a, b = np.array(first), np.array(second)
    assert math.dist(rigid.apply(a), rigid.apply(b)) == pytest.approx(math.dist(a, b), abs=1e-8)
    np.testing.assert_allclose(rigid.turn(np.cross(a, b)), np.cross(rigid.turn(a), rigid.turn(b)), atol=1e-6)


@given(rigids(), points)
def test_directions_are_turned_and_never_shifted(rigid, direction):
    np.testing.assert_allclose(rigid.turn(np.array(direction)), rigid.apply(np.array(direction)) - np.array(rigid.shift_mm), atol=1e-8)


def test_doubling_all_lengths_doubles_a_motions_result():
    rigid = rigid_about_z(30.0, (1.0, 2.0, 3.0))
    double = rigid_about_z(30.0, (2.0, 4.0, 6.0))
    np.testing.assert_allclose(double.apply(2.0 * BACK), 2.0 * rigid.apply(BACK))


def test_with_the_right_side_up_the_head_is_on_the_left_and_the_patients_right_is_up():
    look = camera("right")
    middle = np.array(look.centre_mm)
    head, right_side, back = (look.to_field(middle + 10.0 * d) for d in (HEAD, -LEFT, BACK))
    assert head.tolist() == pytest.approx([-10.0, 0.0])
    assert right_side[1] > 0.0
    assert right_side[0] == pytest.approx(0.0)
    assert back[1] < 0.0  # seen from above: what lies nearer to the surgeon is lower in the picture


def test_with_the_left_side_up_the_picture_is_mirrored():
    look = camera("left")
    middle = np.array(look.centre_mm)
    head, left_side = (look.to_field(middle + 10.0 * d) for d in (HEAD, LEFT))
    assert head.tolist() == pytest.approx([10.0, 0.0])
    assert left_side[1] > 0.0


@given(points)
def test_a_mirrored_patient_gives_a_mirrored_picture(point):
    mirrored = (-point[0], point[1], point[2])
    right_up = FieldCamera("right", 35.0, (0.0, 0.0, 0.0), 316.0).to_field(np.array(point))
    left_up = FieldCamera("left", 35.0, (0.0, 0.0, 0.0), 316.0).to_field(np.array(mirrored))
    np.testing.assert_allclose(left_up, right_up * [-1.0, 1.0], atol=1e-9)


@pytest.mark.parametrize("side_up", ["left", "right"])
@pytest.mark.parametrize("elevation_deg", [0.0, 35.0, 80.0])
def test_right_up_and_towards_the_viewer_are_right_handed_unit_axes(side_up, elevation_deg):
    right, up, viewer = camera(side_up, elevation_deg).axes()
    np.testing.assert_allclose(np.stack([right, up, viewer]) @ np.stack([right, up, viewer]).T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(np.cross(right, up), viewer, atol=1e-12)
    assert viewer @ BACK >= math.cos(math.radians(elevation_deg)) - 1e-12  # from behind the patient
    assert viewer @ (LEFT if side_up == "left" else -LEFT) == pytest.approx(math.sin(math.radians(elevation_deg)))  # and from above


@given(st.sampled_from(["left", "right"]), lengths, lengths, st.floats(0.0, 1200.0))
def test_every_point_of_a_line_of_sight_is_seen_at_its_place(side_up, x_mm, y_mm, reach_mm):
    look = camera(side_up)
    start, direction = look.ray(x_mm, y_mm)
    np.testing.assert_allclose(look.to_field(start + reach_mm * direction), [x_mm, y_mm], atol=1e-8)
    assert math.sqrt(float(direction @ direction)) == pytest.approx(1.0)


def test_a_line_of_sight_starts_on_the_viewers_side():
    look = camera("right")
    start, direction = look.ray(0.0, 0.0)
    viewer = look.axes()[2]
    assert (start - np.array(look.centre_mm)) @ viewer > 500.0
    assert direction @ viewer == pytest.approx(-1.0)


def test_shared_axes_cannot_be_written_to():
    right, _, _ = camera("right").axes()
    with pytest.raises(ValueError, match="read-only"):
        right[0] = 1.0
