"""Fingerprints of the events: the same for the same history, and each event is read once."""

import math

import pytest

import game.session.digest as digest_module
from game.errors import ImpossibleStateError
from game.operation.events import Sounded, Waited
from game.session.digest import History, digests
from tests.session.sessions import begun, played

EVENTS = [Sounded(tick=k, sound="click", loudness=k / 10) for k in range(7)]


def test_a_history_read_bit_by_bit_has_the_value_of_one_read_at_once():
    bit_by_bit = History()
    for count in (0, 2, 2, 5, 7):
        value = bit_by_bit.of(EVENTS[:count])
        assert value == History().of(EVENTS[:count])
    assert value == bit_by_bit.of(EVENTS)


def test_another_event_another_kind_and_another_order_give_another_value():
    known = History().of(EVENTS)
    assert History().of([*EVENTS[:-1], Sounded(tick=6, sound="clock", loudness=0.6)]) != known
    assert History().of([*EVENTS[:-1], Waited(tick=6, duration_s=1.0, reason="waiting")]) != known
    assert History().of(EVENTS[::-1]) != known
    assert History().of([]) != known


def test_a_history_that_lost_an_event_is_read_anew():
    history = History()
    history.of(EVENTS)
    assert history.of(EVENTS[:-1]) == History().of(EVENTS[:-1])


def test_a_second_digest_reads_new_events_alone(monkeypatch):
    session = played("needle")
    digests(session)
    read = []
    real = digest_module.encode
    monkeypatch.setattr(digest_module, "encode", lambda value: (read.append(value), real(value))[1])
    known = len(session.events)
    session.advance(240)
    digests(session)
    assert [value for value in read if isinstance(value, type(session.events[0])) or value in session.events] == session.events[known:]


def test_a_number_that_is_none_is_told_with_tick_and_section():
    session = begun("needle")
    session.events.append(Sounded(tick=0, sound="click", loudness=math.nan))
    with pytest.raises(ImpossibleStateError, match="tick 0: events holds a number that is not finite"):
        digests(session)
