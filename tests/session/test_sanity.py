"""Numbers that cannot be are found wherever they stand, at the next step of the body, and named with tick and path."""

import dataclasses
import math

import numpy as np
import pytest

from game.complications.course import Course
from game.errors import ImpossibleStateError
from game.session.sanity import fault
from tests.session.sessions import STEPS, begun, played


@pytest.mark.parametrize("step", STEPS)
def test_a_state_that_can_be_has_no_fault(step):
    session = played(step)
    assert [fault(part) for part in (session.theatre, session.courses, session.states[step])] == ["", "", ""]


def _needle_track(session):
    session.theatre.needle.track_mm[3] = (0.0, math.inf, 0.0)


def _deposit(session):
    session.theatre.lidocaine.deposits[0] = (0.0, 0.0, 0.0, math.nan, 1.0)


def _carm(session):
    session.theatre.fluoroscope.carm = dataclasses.replace(session.theatre.fluoroscope.carm, tilt_deg=math.nan)


def _pain(session):
    session.states["needle"].worst_pain = math.inf


def _course(session):
    session.courses.live["C6"] = Course(started_s=math.nan, cause="plug")


def _lost(session):
    session.theatre.strain.blood_lost_ml = -0.5


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (_needle_track, r"needle\.track_mm\[3\]\[1\] is not a finite number"),
        (_deposit, r"lidocaine\.deposits\[0\]\[3\] is not a finite number"),
        (_carm, r"fluoroscope\.carm\.tilt_deg is not a finite number"),
        (_pain, r"step\.needle\.worst_pain is not a finite number"),
        (_course, r"courses\.live\[C6\]\.started_s is not a finite number"),
        (_lost, r"strain\.blood_lost_ml is -0\.5, below nothing"),
    ],
)
def test_what_cannot_be_ends_the_case_with_tick_and_field(break_it, told):
    session = played("needle")
    session.advance(24)
    break_it(session)
    with pytest.raises(ImpossibleStateError, match=rf"^tick \d+: {told}$"):
        session.advance(12)


def test_a_number_in_an_array_of_the_open_step_is_found():
    session = begun("antisepsis")
    session.advance(12)
    session.states["antisepsis"].skin.wet[2, 3] = np.nan
    with pytest.raises(ImpossibleStateError, match=r"step\.antisepsis\.skin\.wet holds a number that is not finite"):
        session.advance(12)


@pytest.mark.parametrize("values", [[1.0, -2.0], [(1.0, 2.0), (3.0, 4.0)], [], [(), ()], ["a", 1.0], [1e308, 1e308], {"a": 0.0}, (None, 3)])
def test_plain_values_that_can_be_have_no_fault(values):
    assert fault(values) == ""


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ([1.0, math.inf, -math.inf], "[1] is not a finite number"),
        ([(1.0, 2.0), (3.0, math.nan)], "[1][1] is not a finite number"),
        ({"a": [0.0], "b": (math.nan,)}, "[b][0] is not a finite number"),
        (np.array([1.0, np.inf]), " holds a number that is not finite"),
    ],
)
def test_a_fault_is_named_with_its_path(value, path):
    assert fault(value) == path
