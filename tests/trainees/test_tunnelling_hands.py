"""Scripted hands that tunnel, from what an expert left: good ones, poor ones, and one fault at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from faults import Fault, Saboteur, left_out

from game.assessment import Report
from game.base import Action
from game.operation import actions as act
from game.operation.events import CriticalError
from game.operation.tunnelling.actions import BendRod, OpenFreeEnd, SetDown
from game.operation.tunnelling.sight import TunnellingSight
from game.scenario import Scenario
from game.session import Session, make_trainee, run
from game.session.drill import some_steps
from game.session.observation import Observation
from game.session.trainees.hands import Hands

SEED = 3


@pytest.fixture(scope="module")
def flank(standard: Scenario) -> Scenario:
    return some_steps(standard, ("tunnelling",))


def played(scenario: Scenario, seed: int, hands: Hands | None = None, trainee: str = "expert") -> Session:
    session = Session(scenario, seed, "exam", trainee=trainee)
    run(session, hands or make_trainee(trainee, seed))
    return session


@pytest.fixture(scope="module")
def expert(flank: Scenario) -> Report:
    return played(flank, SEED).report()


@pytest.mark.parametrize("seed", [1, 5])
def test_an_expert_makes_a_good_tunnel(flank: Scenario, seed: int) -> None:
    session = played(flank, seed)
    report = session.report()
    assert report.overall_percent >= 95.0
    assert not report.critical_errors
    assert session.theatre.implant.tunnel.passes == 1
    assert session.theatre.implant.catheter.tunnel_mm


def test_a_novice_is_far_below_and_some_go_where_they_must_not(flank: Scenario) -> None:
    reports = [played(flank, seed, trainee="novice").report() for seed in (1, 2, 4)]
    assert all(report.overall_percent < 80.0 for report in reports)
    assert sum(report.overall_percent for report in reports) / 3.0 < 70.0
    assert any(report.critical_errors or report.overall_percent < 60.0 for report in reports)


def each(change: Callable[[Observation, Action], list[Action]]) -> Callable[[], Fault]:
    """Return a fault that changes each action by what is seen."""

    def fault(observation: Observation, actions: list[Action], own: list) -> list[Action]:
        return [changed for action in actions for changed in change(observation, action)]

    return lambda: fault


def held(observation: Observation, *instruments: str) -> bool:
    return observation.instrument in instruments


def sight(observation: Observation) -> TunnellingSight:
    assert isinstance(observation.sight, TunnellingSight)
    return observation.sight


def shrunk_cut(observation: Observation, action: Action) -> list[Action]:
    if isinstance(action, SetDown) and held(observation, "blade"):
        return [SetDown(action.x_mm, action.y_mm + 40.0)]
    if isinstance(action, act.MoveHand) and held(observation, "blade") and sight(observation).cut:
        (_, low), (_, now) = sight(observation).cut
        return [act.MoveHand(0.0, 0.0) if now - low > 48.0 else action]
    return [action]


def no_fingers(observation: Observation, action: Action) -> list[Action]:
    return [] if isinstance(action, act.OtherHand) and held(observation, "tunneller") else [action]


def no_fingers_half_way(observation: Observation, action: Action) -> list[Action]:
    lost = isinstance(action, act.OtherHand) and 50.0 < sight(observation).rod.inside_mm < 190.0
    return [act.OtherHand(False)] if lost else [action]


def jerked(observation: Observation, action: Action) -> list[Action]:
    if isinstance(action, act.MoveHand) and held(observation, "catheter") and sight(observation).catheter.ghost_mm < 2.0:
        return [act.MoveHand(12.0 * action.dx_mm, 12.0 * action.dy_mm)]
    return [action]


@dataclass(frozen=True)
class Case:
    """A fault of one hand and the measures that may change with it."""

    measure: str
    hand: Callable[[], Fault]
    neighbours: tuple[str, ...] = field(default_factory=tuple)


CASES = (
    Case("incision_length_mm", each(shrunk_cut), ("incision_off_mm", "track_numb_ratio")),
    Case("tip_lost_mm", each(no_fingers_half_way), ("tip_felt_ratio", "track_numb_ratio", "bone_clearance_mm", "shallowest_mm")),
    Case("catheter_pull_n", each(jerked), ("catheter_slack",)),
    Case("flow_check", left_out(OpenFreeEnd)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.measure)
def test_one_fault_fails_its_measure_and_few_neighbours(case: Case, flank: Scenario, expert: Report) -> None:
    after = played(flank, SEED, Saboteur(SEED, case.hand())).report().steps[0]
    before = expert.steps[0]
    marks = {measure.id: measure.mark for measure in before.measures}
    spoiled = next(measure for measure in after.measures if measure.id == case.measure)
    assert spoiled.mark == 0.0
    changed = {m.id for m in after.measures if m.mark is not None and m.mark < (marks[m.id] or 0.0) - 0.05} - {case.measure}
    assert changed <= set(case.neighbours)
    assert after.percent < before.percent


def test_a_rod_pushed_straight_and_hard_through_the_flank_is_a_critical_error_on_some_patients(flank: Scenario) -> None:
    """A careless hand: overbent, no fingers, pushed with all its weight."""

    def overbent(observation: Observation, action: Action) -> list[Action]:
        if isinstance(action, BendRod):
            return [BendRod(80.0 - sight(observation).rod.bend_deg)]
        if isinstance(action, act.MoveHand) and held(observation, "tunneller"):
            return [act.MoveHand(4.0 * action.dx_mm, 4.0 * action.dy_mm)]
        return no_fingers(observation, action)

    harmed = 0
    for seed in (1, 2):
        session = Session(flank, seed, "exam", trainee="novice")
        run(session, Saboteur(seed, each(overbent)()))
        report = session.report()
        harmed += bool(report.critical_errors) or report.overall_percent < 60.0 or any(isinstance(e, CriticalError) for e in session.events)
    assert harmed >= 1
