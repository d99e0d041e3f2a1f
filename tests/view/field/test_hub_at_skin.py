"""A needle pushed in up to its hub is still seen, and still answers the arrows."""

import math
from dataclasses import replace

import pytest

from game.operation import actions as act
from game.operation.needle.actions import PlaceNeedle
from game.operation.needle.sight import NeedleSight
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.session.look import observe
from game.view.screens.operative.needle_view import NeedleView, drawn_stand


def test_a_needle_that_is_wholly_in_lies_as_it_lay_just_before() -> None:
    scenario = load_scenario(shipped("scenarios") / "standard.yaml")
    session = Session(replace(scenario, steps=("needle",)), 7)
    for action in (act.StartStep("needle"), act.TakeInstrument("tuohy"), PlaceNeedle(20.0, 10.0)):
        session.act(action)
    seen = observe(session, read_pictures=False)
    sight = seen.sight
    assert isinstance(sight, NeedleSight)
    before = drawn_stand(sight)
    wholly = replace(sight, outside_mm=0.0, hub_mm=sight.entry_mm)
    inward = NeedleView().along_axis(session, replace(seen, sight=wholly))
    assert inward is not None
    after = drawn_stand(wholly, inward)
    assert after.squeeze == pytest.approx(before.squeeze, rel=0.03)
    assert math.dist(after.axis, before.axis) < 0.03
    assert after.inside_mm == wholly.length_mm
