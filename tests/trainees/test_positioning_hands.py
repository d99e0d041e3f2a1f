"""Scripted hands at positioning."""

import dataclasses

import pytest

from game.operation.positioning.rules import RULES
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session, make_trainee, run


def played(skill: str, seed: int, side: str = "right", case: str = "standard") -> tuple[dict, float]:
    scenario = load_scenario(shipped("scenarios") / f"{case}.yaml")
    scenario = dataclasses.replace(scenario, steps=("positioning",), plan=dataclasses.replace(scenario.plan, side=side))
    session = Session(scenario, seed, "exam", trainee=skill)
    run(session, make_trainee(skill, seed))
    return RULES.measures(session.theatre, session.states["positioning"]), session.report().overall_percent


@pytest.mark.parametrize(("seed", "side"), [(3, "right"), (4, "left")])
def test_the_expert_squares_counts_and_marks_whatever_the_seed(seed, side):
    measured, percent = played("expert", seed, side)
    assert percent >= 99.0
    assert measured["spine_rotation_mm"] <= 2.0
    assert measured["endplate_tilt_deg"] <= 3.0
    assert measured["lateral_tilt_deg"] <= 3.0
    assert 60.0 <= measured["hip_flexion_deg"] <= 90.0
    assert (measured["level_count"], measured["entry_level"], measured["views_stored"]) == ("two_agree", "planned", 2.0)
    assert measured["window_mark_error_mm"] <= 5.0
    assert measured["informative_share"] >= 0.8


def test_the_expert_marks_a_window_a_level_above_where_the_crest_led_to():
    measured, _ = played("expert", 4, case="post-laminectomy")
    assert measured["window_mark_error_mm"] <= 5.0


def test_the_novice_bends_and_counts_less_well_than_the_expert():
    measured, percent = played("novice", 4)
    assert measured["hip_flexion_deg"] < 60.0
    assert percent < 90.0
