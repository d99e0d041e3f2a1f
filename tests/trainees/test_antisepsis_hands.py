"""Scripted hands at antisepsis."""

import dataclasses

from game.operation.antisepsis.rules import RULES
from game.operation.events import CriticalError
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session, make_trainee, run


def played(skill: str, seed: int, allergy: str = "none") -> dict:
    scenario = load_scenario(shipped("scenarios") / "standard.yaml")
    scenario = dataclasses.replace(scenario, steps=("antisepsis",), plan=dataclasses.replace(scenario.plan, allergy=allergy))
    session = Session(scenario, seed, "exam", trainee=skill)
    run(session, make_trainee(skill, seed))
    assert not [event for event in session.events if isinstance(event, CriticalError)]
    return RULES.measures(session.theatre, session.states["antisepsis"])


def test_the_expert_prepares_the_whole_field_from_the_centre_out_and_waits():
    measured = played("expert", 3)
    assert measured["coverage"] >= 0.99
    assert measured["margin_mm"] >= 200.0
    assert measured["dirty_returns"] == 0.0
    assert measured["friction_s"] >= 30.0
    assert measured["fold_friction_s"] >= 120.0
    assert measured["drying_s"] >= 180.0
    assert measured["hand_scrub_min"] >= 3.0
    words = [measured[name] for name in ("hair", "gloves", "time_out", "carm_cover")]
    assert words == ["clipped", "double", "done", "yes"]


def test_the_expert_takes_iodine_when_chlorhexidine_is_an_allergen():
    measured = played("expert", 2, allergy="chlorhexidine")
    assert measured["iodine_scrub_min"] >= 5.0
    assert measured["iodine_dry_min"] >= 3.0
    assert measured["drying_s"] is None


def test_the_novice_hurries():
    measured = played("novice", 1)
    assert measured["coverage"] < 0.95
    assert measured["drying_s"] < 120.0
    assert measured["friction_s"] < 30.0
