"""What going back to a finished step does to its marks: measures anew, time added, faults kept."""

import pytest

from game.errors import ActionRefused
from game.operation.actions import FinishStep, ReopenStep, Say, StartStep, Stylet, Wait
from game.operation.events import Complication, CriticalError
from game.session import resume, verify
from game.session.recorder import Recorder
from tests.session.sessions import NEEDLE, begun, play


def finished(recorder=None):
    session = play(begun("needle", recorder=recorder), NEEDLE)
    session.advance(60)
    session.act(FinishStep())
    return session


def test_measures_are_taken_anew_when_the_step_is_finished_again():
    session = finished()
    first = session.measured("needle")
    session.advance(1200)
    assert session.measured("needle") == first
    session.act(ReopenStep("needle"))
    session.theatre.lidocaine.given_mg += 16.0
    session.act(FinishStep())
    again = session.measured("needle")
    assert again["lidocaine_ratio"] == pytest.approx(first["lidocaine_ratio"] + 16.0 / session.theatre.plan.lidocaine_max_mg)
    assert {name for name in first if first[name] != again[name]} == {"lidocaine_ratio"}


def test_time_adds_up_and_the_pause_between_does_not_count():
    session = finished()
    first_s = session.durations_s["needle"]
    session.advance(2400)
    session.act(ReopenStep("needle"))
    session.act(Wait(45.0))
    session.act(FinishStep())
    assert session.durations_s["needle"] == pytest.approx(first_s + 45.0)
    [step] = session.report().steps
    assert step.duration_s == pytest.approx(first_s + 45.0)


def test_critical_errors_and_complications_stay():
    session = finished()
    session.events.append(CriticalError(tick=session.tick, id="csf-over-10-ml"))
    session.events.append(Complication(tick=session.tick, id="C3", name="Multiple dural punctures", step="needle", cause="two holes"))
    session.act(ReopenStep("needle"))
    session.act(FinishStep())
    report = session.report()
    assert [error.id for error in report.critical_errors] == ["csf-over-10-ml"]
    assert "C3" in [item.id for item in report.complications]
    assert not report.passed


def test_a_reopened_step_goes_on_as_it_was_left_and_plays_again(tmp_path):
    path = tmp_path / "reopened.jsonl"
    session = finished(Recorder(path))
    state = session.states["needle"]
    session.act(ReopenStep("needle"))
    assert session.states["needle"] is state
    session.act(Stylet())
    session.advance(240)
    session.act(Stylet())
    session.act(Say("ask_pain"))
    session.advance(1200)
    session.act(FinishStep())
    session.close()
    assert verify(path) is None
    assert resume(path).durations_s == session.durations_s


def test_only_the_step_finished_last_can_be_reopened():
    session = finished()
    for step in ("positioning", "closure"):
        with pytest.raises(ActionRefused, match="finished last"):
            session.act(ReopenStep(step))
    session.act(ReopenStep("needle"))
    with pytest.raises(ActionRefused, match="Finish needle first"):
        session.act(StartStep("needle"))
