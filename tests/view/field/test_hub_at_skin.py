"""A needle pushed in up to its hub is still seen, and still answers the arrows."""

import math
from dataclasses import replace

import numpy as np
import pytest

from game.operation import actions as act
from game.operation.needle.actions import PlaceNeedle
from game.operation.needle.sight import NeedleSight
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.session.look import observe
from game.view.field.sprite import Sprite, place
from game.view.screens.operative.needle_view import NeedleView, drawn_bow_mm, drawn_stand


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


@pytest.mark.parametrize(("outside_mm", "most_mm"), [(80.0, 2.0), (20.0, 0.6), (0.0, 0.0)])
def test_a_needle_aimed_while_deep_bows_two_millimetres_at_most_and_less_when_short(outside_mm: float, most_mm: float) -> None:
    sight = NeedleSight(
        on_skin=True, entry_mm=(0.0, 0.0), hub_mm=(outside_mm, 0.0), length_mm=90.0, outside_mm=outside_mm, sagittal_deg=40.0,
        medial_deg=12.0, bevel_deg=0.0, stylet_in=True, ghost_mm=0.0, word="none", hub="closed", drops_per_min=0.0, csf_lost_ml=0.0,
        bent_mm=8.0, nicked=True, numb=True, passes=1,
    )  # fmt: skip
    assert drawn_bow_mm(sight) == pytest.approx(most_mm)
    assert drawn_bow_mm(replace(sight, bent_mm=0.0)) == 0.0


def test_a_bowed_bar_is_one_arc_between_its_straight_ends() -> None:
    layer = np.zeros((21, 801, 4), np.uint8)
    layer[8:13] = 255
    patch = place(Sprite(layer, 10.0, 0.0), (50.0, 200.0), (1.0, 0.0), 10.0, (400, 900), 1.0, 2.0, (0.0, 80.0))
    assert patch is not None
    rows = np.arange(patch.layer.shape[0])[:, None]
    alpha = patch.layer[:, 60 - patch.left : 840 - patch.left, 3].astype(float)
    middle = (rows * alpha).sum(axis=0) / alpha.sum(axis=0) + patch.top
    assert abs(middle - 200.0).max() == pytest.approx(20.0, abs=1.0)
    smooth = np.diff(middle[::60], 2)
    assert (smooth > 0.0).all() or (smooth < 0.0).all()
