"""Motion of the hand between frames: a to-and-fro is as long at any frame rate."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.view.screens.operative.strokes import MOST_HAND_MM, Step, at_most, joined, spread

steps = st.tuples(st.floats(-20.0, 20.0), st.floats(-20.0, 20.0))


def strokes_of(motions: list[Step]) -> tuple[Step, ...]:
    strokes: tuple[Step, ...] = ()
    for motion in motions:
        strokes = joined(strokes, motion)
    return strokes


def test_a_motion_goes_on_until_it_turns_back() -> None:
    assert strokes_of([(1.0, 0.0), (2.0, 0.5), (-3.0, 0.0), (-1.0, 1.0)]) == ((3.0, 0.5), (-4.0, 1.0))


def test_a_to_and_fro_within_one_frame_is_two_strokes_in_its_ticks() -> None:
    planned, rest = spread(strokes_of([(6.0, 0.0), (-6.0, 0.0)]), 6)
    assert rest == ()
    assert [tick for tick, _ in planned] == [0, 1, 2, 3, 4, 5]
    assert [step[0] for _, step in planned] == pytest.approx([2.0, 2.0, 2.0, -2.0, -2.0, -2.0])


def test_a_slow_motion_is_not_cut_finer_than_before() -> None:
    assert spread(((0.3, 0.0),), 16)[0] == [(0, (0.3, 0.0))]


def test_trembling_goes_into_the_strokes_around_it() -> None:
    assert at_most(((5.0, 0.0), (-0.1, 0.0), (4.0, 0.0)), 1) == ((8.9, 0.0),)
    assert at_most(((5.0, 0.0), (-4.0, 0.0), (0.2, 0.0)), 2) == ((5.0, 0.0), (-3.8, 0.0))


@given(st.lists(steps, max_size=12), st.integers(1, 24))
def test_no_motion_is_lost_and_no_tick_moves_twice_or_too_far(motions: list[Step], ticks: int) -> None:
    planned, rest = spread(strokes_of(motions), ticks)
    at = [tick for tick, _ in planned]
    assert at == sorted(set(at))
    assert all(0 <= tick < ticks for tick in at)
    assert all(math.hypot(*step) <= MOST_HAND_MM + 1e-9 for _, step in planned)
    for axis in (0, 1):
        told = sum(step[axis] for _, step in planned) + sum(stroke[axis] for stroke in rest)
        assert told == pytest.approx(sum(motion[axis] for motion in motions), abs=1e-9)
