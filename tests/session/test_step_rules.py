"""What a step may tell of itself beyond what every step must: whether it stands still, and its plain numbers."""

from dataclasses import replace

import pytest

from game.operation.registry import STEPS
from game.session.digest import numbers
from tests.session.sessions import begun


@pytest.mark.parametrize(("still", "calls"), [(True, 10), (False, 120)])
def test_time_passes_tick_by_tick_while_something_of_the_open_step_moves(monkeypatch: pytest.MonkeyPatch, still: bool, calls: int) -> None:
    ticks: list[int] = []
    rules = replace(STEPS["views"], still=lambda theatre, state: still, advance=lambda theatre, state: ticks.append(theatre.tick) or [])
    monkeypatch.setitem(STEPS, "views", rules)
    session = begun("views")
    session.advance(12)
    ticks.clear()
    session.advance(120)
    assert len(ticks) == calls


def test_the_plain_numbers_of_the_open_step_stand_beside_those_of_the_theatre(monkeypatch: pytest.MonkeyPatch) -> None:
    session = begun("views")
    before = numbers(session)
    monkeypatch.setitem(STEPS, "views", replace(STEPS["views"], numbers=lambda theatre, state: {"shown": float(len(state.presented))}))
    assert numbers(session) == before | {"shown": 0.0}
