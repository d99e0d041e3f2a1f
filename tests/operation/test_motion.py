"""How the hands moved: known ways, counts and smoothness; whole cases name it and the device."""

import math

import pytest

from game.assessment import report_plain
from game.operation import motion, prepared
from game.operation.motion import Motion, moved
from game.operation.theatre import Theatre
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.session.drill import some_steps
from game.session.playing import run
from game.session.start import new_theatre
from game.session.trainees.trainee import make_trainee

STANDARD = load_scenario(shipped("scenarios") / "standard.yaml")


def reached(speeds_mm_s: list[float]) -> Motion:
    """Return the account of a hand that moves at so many speeds, a tick each."""
    theatre: Theatre = new_theatre(STANDARD, 1)
    account = Motion()
    for speed in speeds_mm_s:
        moved(account, speed / 120.0, 0.0)
        theatre.tick += 1
        motion.advance(account, theatre)
    return account


def bell(length_mm: float, ticks: int) -> list[float]:
    """Return the speeds of the smoothest reach (minimum jerk: Flash and Hogan 1985)."""
    times = [(k + 0.5) / ticks for k in range(ticks)]
    return [length_mm / (ticks / 120.0) * 30.0 * t * t * (1.0 - t) ** 2 for t in times]


def test_the_way_is_the_sum_of_the_motions() -> None:
    assert reached(bell(80.0, 240)).path_mm == pytest.approx(80.0, rel=1e-3)


def test_strokes_with_rests_between_them_are_counted() -> None:
    stroke = [*bell(60.0, 60), *([0.0] * 60)]
    assert reached(stroke * 5).motions == 5


def test_one_smooth_reach_is_smoother_than_a_trembling_one_of_the_same_length() -> None:
    smooth = bell(120.0, 360)
    trembling = [speed * (1.0 + 0.8 * math.sin(2.0 * math.pi * k / 40.0)) for k, speed in enumerate(smooth)]
    first, second = reached(smooth).smoothness, reached(trembling).smoothness
    assert first is not None
    assert second is not None
    assert first > second + 2.0


def test_smoothness_does_not_depend_on_size_or_speed() -> None:
    small, large = reached(bell(60.0, 360)).smoothness, reached(bell(180.0, 720)).smoothness
    assert small == pytest.approx(large, abs=0.35)


def test_a_hand_that_hardly_moves_has_no_smoothness() -> None:
    assert reached([0.0] * 600).smoothness is None
    assert reached(bell(3.0, 24)).smoothness is None


def test_a_case_reports_it_for_each_step_beside_the_device() -> None:
    session = Session(some_steps(STANDARD, ("needle",)), 3, "exam", trainee="expert")
    run(session, make_trainee("expert", 3))
    report = report_plain(session.report())
    assert report["device"] == "script"
    needle = report["steps"][0]["motion"]
    assert 60.0 < needle["tissue_mm"] < 600.0
    assert needle["path_mm"] >= needle["tissue_mm"] * 0.5
    assert needle["motions"] >= 3


def test_a_shaft_that_is_turned_while_deep_sweeps_half_its_depth_times_its_points_way() -> None:
    theatre = new_theatre(STANDARD, 1)
    needle, account = prepared.needle_in_sac(theatre), Motion()
    motion.advance(account, theatre)
    needle.cut_mm += 4.0
    motion.advance(account, theatre)
    assert account.swept_mm2 == pytest.approx(2.0 * needle.depth_mm)
    assert account.tissue_mm == pytest.approx(needle.depth_mm)


def test_a_step_that_was_never_begun_has_none() -> None:
    assert [step["motion"] for step in report_plain(Session(STANDARD, 1).report())["steps"]] == [None] * len(STANDARD.steps)
