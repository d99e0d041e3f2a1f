"""Guided mode's hints: every one is in the speech table, and no other mode is told any."""

import inspect
import re
import sys
from dataclasses import replace

import numpy as np
import pytest

from game.operation import actions as act
from game.operation.antisepsis.actions import FreshApplicator, PutOnGloves, RemoveHair, WashHands
from game.operation.needle.actions import Inject, PlaceNeedle
from game.operation.positioning.actions import NameLevel, PlacePatient
from game.resources import shipped
from game.scenario import load_scenario, load_speech
from game.session import Session
from game.session.look import observe
from game.view.screens.operative import hints
from game.view.screens.operative.registry import SCREENS, hint, wanted

LINES = load_speech().lines
SCENARIO = load_scenario(shipped("scenarios") / "standard.yaml")
FIRST = {"positioning": "hips", "antisepsis": "hair", "needle": "Lidocaine"}


def started(step: str, mode: str) -> Session:
    session = Session(replace(SCENARIO, steps=(step,)), 7, mode)
    session.act(act.StartStep(step))
    return session


def test_every_hint_of_the_table_can_be_given_and_every_hint_given_is_in_the_table():
    modules = {screen.hint.__module__ for screen in SCREENS.values()}
    named = {name for module in modules for name in re.findall(r'"([a-z_]+)"', inspect.getsource(sys.modules[module]))}
    listed = {key.removeprefix(hints.PREFIX) for key, line in LINES.items() if line.speaker == "hint"}
    assert all(key.startswith(hints.PREFIX) for key, line in LINES.items() if line.speaker == "hint")
    assert listed <= named
    assert set(hints.PLACES.values()) | {hints.ELSEWHERE} <= listed


@pytest.mark.parametrize("step", sorted(FIRST))
def test_guided_mode_says_what_comes_first(step):
    session = started(step, "guided")
    wish = wanted(session, observe(session, read_pictures=False))
    assert hints.PREFIX + wish[0] in LINES
    assert FIRST[step] in hint(session, observe(session, read_pictures=False), LINES)


@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_no_other_mode_is_told_anything(mode):
    session = started("needle", mode)
    assert hint(session, observe(session, read_pictures=False), LINES) == ""


def test_the_lidocaine_hint_goes_on_once_the_skin_is_numb_and_says_when_it_went_too_deep():
    session = started("needle", "guided")

    def wish() -> str:
        return wanted(session, observe(session, read_pictures=False))[0]

    session.act(act.TakeInstrument("lidocaine"))
    session.act(PlaceNeedle(20.0, 10.0))
    step = session.states["needle"]
    assert wish() == "numb_first"
    step.syringe_depth_mm = 15.0
    session.act(Inject(0.5))
    assert wish() == "too_deep_to_numb"
    assert "not numb" in hint(session, observe(session, read_pictures=False), LINES)
    step.syringe_depth_mm = 4.0
    session.act(Inject(0.5))
    assert wish() == "draw_syringe_back"
    step.syringe_depth_mm = 0.0
    assert wish() == "nick_skin"


def test_hints_call_the_marks_by_their_shapes():
    assert "ring" in LINES["hint_mark_entry"].text
    assert "ring" in LINES["hint_numb_first"].text
    assert "cross" in LINES["hint_mark_window"].text


def test_who_named_or_kept_something_wrong_is_led_back():
    session = started("positioning", "guided")

    def wish() -> hints.Wish:
        return wanted(session, observe(session, read_pictures=False))

    session.act(PlacePatient(75.0, 0.0))
    assert wish()[0] == "trunk_leans"
    assert wish()[2] == ("down" if wish()[1] == "forward" else "up")
    session.act(act.Pedal(True))
    session.advance(40)
    session.act(act.Pedal(False))
    assert wish() == ("square_ap",)
    session.act(act.StoreView("ap"))
    assert wish() == ("square_ap_again",)
    session.act(NameLevel("T10", 0.0, 0.0))
    session.theatre.fluoroscope.stored.clear()
    session.act(act.StoreView("lateral"))
    assert {"count", "lateral"} <= hints._off_target(session)


def test_the_scrub_goes_on_until_the_skin_is_prepared_and_then_the_fold():
    session = started("antisepsis", "guided")
    state = session.states["antisepsis"]

    def wish() -> str:
        return wanted(session, observe(session, read_pictures=False))[0]

    for action in (RemoveHair("clip"), WashHands(3.0), PutOnGloves(2), FreshApplicator("chlorhexidine")):
        session.act(action)
    state.skin.tint[:] = 1.0
    assert wish() == "scrub_field"
    rows = np.flatnonzero(state.planned.any(axis=1))
    for left_out, part in ((rows[:6], "belly"), (rows[-6:], "back"), (rows[len(rows) // 2 - 3 :][:6], "flank")):
        state.skin.passes[:] = 3
        state.skin.passes[left_out] = 0
        assert wanted(session, observe(session, read_pictures=False))[2] == part
    state.skin.passes[:] = 3
    assert wish() == "rub_fold"
    state.skin.friction_s[state.fold] = 1000.0
    assert wish() == "lay_drapes"
