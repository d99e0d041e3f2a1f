"""A mark under the pointer has a name."""

import pytest

from game.operation.positioning.sight import MarkSight
from game.view.screens.operative.marks import mark_at

MARKS = (
    MarkSight("window", 0.0, 0.0),
    MarkSight("entry", 50.0, 12.0),
    MarkSight("incision", 30.0, -40.0),
    MarkSight("incision", 70.0, -40.0),
)


@pytest.mark.parametrize(
    ("x_mm", "y_mm", "name"),
    [
        (3.0, 3.0, "Window mark (cross)"),
        (50.0, 17.0, "Entry mark (ring)"),
        (50.0, -38.0, "Incision"),
        (70.0, -40.0, "Incision"),
        (80.0, -40.0, ""),
        (25.0, 6.0, ""),
    ],
)
def test_a_place_on_a_mark_or_between_the_ends_of_the_incision_is_named(x_mm, y_mm, name):
    assert mark_at(MARKS, x_mm, y_mm) == name


def test_the_nearer_of_two_marks_is_named_and_bare_skin_has_no_name():
    close = (MarkSight("window", 0.0, 0.0), MarkSight("entry", 6.0, 0.0))
    assert mark_at(close, 2.0, 0.0) == "Window mark (cross)"
    assert mark_at(close, 4.0, 0.0) == "Entry mark (ring)"
    assert mark_at((), 0.0, 0.0) == ""
