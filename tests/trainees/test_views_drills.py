"""Scripted hands at the drills of standard views: the expert shows what is asked for, the novice less of it."""

from pathlib import Path

import pytest

from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session, make_trainee, run

DRILLS = ("true-ap-l3", "true-lateral-l2-3", "oblique-l3-4", "count-to-t10", "square-l2")
SEEDS = (3, 5)


def played(drill: str, trainee: str, seed: int) -> Session:
    scenario = load_scenario(Path(shipped("scenarios")) / "views" / f"{drill}.yaml")
    session = Session(scenario, seed, "exam", trainee=trainee)
    run(session, make_trainee(trainee, seed))
    return session


@pytest.mark.parametrize("drill", DRILLS)
def test_the_expert_shows_what_is_asked_for_and_the_novice_does_worse(drill: str) -> None:
    expert = [played(drill, "expert", seed).report() for seed in SEEDS]
    novice = [played(drill, "novice", seed).report() for seed in SEEDS]
    assert all(report.passed and report.overall_percent >= 85.0 for report in expert)
    assert sum(report.overall_percent for report in novice) < sum(report.overall_percent for report in expert) - 10.0


def test_an_expert_is_done_within_the_three_minutes_of_a_drill() -> None:
    session = played("true-lateral-l2-3", "expert", 4)
    assert session.report().duration_s < 180.0
    assert session.theatre.fluoroscope.dose.exposures > 0


def test_hands_that_begin_at_the_ribs_are_misled_where_ribs_are_missing() -> None:
    misled = [session for session in (played("count-to-t10", "novice", seed) for seed in range(3, 8)) if _unfounded(session)]
    assert misled
    assert all(session.measured("views")["level_right"] == "none" for session in misled)


def _unfounded(session: Session) -> bool:
    return session.measured("views")["count_chain"] == "unfounded"


def test_an_expert_who_sees_nothing_on_the_pictures_cannot_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("game.session.look.readable_landmarks", lambda exposure, patient: ())
    blind = [played(drill, "expert", 3).report().overall_percent for drill in DRILLS]
    assert max(blind) < 85.0
    assert sum(blind) / len(blind) < 60.0
