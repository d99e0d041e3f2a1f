"""Scripted hands that tunnel, from what an expert left: good ones, poor ones, and one fault at a time."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from faults import Fault, Look, Saboteur, left_out, once_when

from game.assessment import Report
from game.base import Action
from game.operation import actions as act
from game.operation.tunnelling.actions import BendRod, DrawRod, DrawSheath, OpenFreeEnd, SetDown
from game.operation.tunnelling.sight import TunnellingSight
from game.scenario import Scenario
from game.session import Session, make_trainee, run
from game.session.drill import some_steps
from game.session.observation import Observation
from game.session.trainees.hands import Hands

SEED = 3
BESIDE_MM = 62.0


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
    reports = [played(flank, seed, trainee="novice").report() for seed in (1, 4)]
    assert all(report.overall_percent < 80.0 for report in reports)
    assert sum(report.overall_percent for report in reports) / 2.0 < 70.0
    assert any(error.id == "tunnelled-into-cavity" for report in reports for error in report.critical_errors)


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


def needle_off_the_skin(observation: Observation, action: Action) -> list[Action]:
    """The way is gone along with the syringe, its needle never in the skin; the incision is numb already."""
    if not held(observation, "lidocaine") or len(sight(observation).mouths) < 2:
        return [action]
    if isinstance(action, act.MoveHand):
        x, y = observation.hand_xy_mm
        return [act.PointHand(x + action.dx_mm, y + action.dy_mm)]
    return [] if isinstance(action, act.Grip) else [action]


def four_more_syringes() -> list[Look]:
    """Four more syringes are emptied where the belly will be opened."""

    def at_mark(observation: Observation) -> list[Action]:
        return [SetDown(*sight(observation).mark_mm[0])]

    there_and_back: list[Look] = [lambda o: [act.MoveHand(12.0, 0.0)], lambda o: [act.MoveHand(-12.0, 0.0)]]
    filled: list[Look] = [lambda o: [act.TakeInstrument("")], lambda o: [act.TakeInstrument("lidocaine")], at_mark]
    return [*filled, lambda o: [act.Grip()], *there_and_back * 8, lambda o: [act.LetGo()]] * 4


def takes_the_rod(observation: Observation, actions: list[Action]) -> bool:
    return act.TakeInstrument("tunneller") in actions


def skin_alone(observation: Observation, action: Action) -> list[Action]:
    """One stroke of the blade, and no more: the rod begins under the skin."""
    again = held(observation, "blade") and isinstance(action, SetDown | act.Grip) and len(sight(observation).mouths) > 1
    return [] if again else [action]


def beside_the_ink(dx_mm: float, dy_mm: float) -> Callable[[], Fault]:
    """The belly is opened in one stroke beside its ink; what follows is done with the blade up."""

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if not held(observation, "blade"):
            return actions
        if any(isinstance(action, SetDown) for action in actions):
            (ax, ay), (bx, by) = sight(observation).mark_mm
            stroke: list[Look] = [lambda o: [act.MoveHand((bx - ax) / 25.0, (by - ay) / 25.0)]] * 25
            own.extend(
                [
                    lambda o: [SetDown(ax + dx_mm, ay + dy_mm), act.Grip()],
                    *stroke,
                    lambda o: [act.LetGo()],
                    lambda o: [act.PointHand(ax, ay)],
                ]
            )
            return []
        x, y = observation.hand_xy_mm
        return [act.PointHand(x + a.dx_mm, y + a.dy_mm) if isinstance(a, act.MoveHand) else a for a in actions]

    return lambda: fault


def dabbing(observation: Observation, action: Action) -> list[Action]:
    """Fingers that look for the point now and then: one centimetre in three."""
    away = isinstance(action, act.OtherHand) and held(observation, "tunneller") and int(sight(observation).rod.inside_mm / 10.0) % 3
    return [act.OtherHand(False)] if away else [action]


def to_and_fro() -> Fault:
    """Half-way the rod is drawn back 4 cm and pushed on again, three times."""
    back: list[bool] = []

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if not held(observation, "tunneller"):
            return actions
        rod = sight(observation).rod
        if (rod.inside_mm > 90.0 and len(back) < 6) if len(back) % 2 == 0 else rod.inside_mm < 50.0:
            back.append(True)
        if len(back) % 2 == 0:
            return actions
        by_mm = -4.0 if rod.ghost_mm > -45.0 else 0.0
        drawn = act.MoveHand(by_mm * rod.way[0], by_mm * rod.way[1])
        return [drawn if isinstance(action, act.MoveHand) else action for action in actions]

    return fault


def out_of_the_skin() -> Fault:
    """A straight rod is forced out of the skin, with its handle down, and goes in again as if nothing had been."""
    straightened: list[bool] = []
    out: list[bool] = []

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if not held(observation, "tunneller"):
            return actions
        rod = sight(observation).rod
        if "pop_skin" in observation.sounds:
            out.append(True)
        if out:
            return [action for action in actions if action != act.Say("order_prep")]
        if not straightened and any(isinstance(action, BendRod) for action in actions):
            straightened.append(True)
            return [BendRod(-rod.bend_deg) if isinstance(action, BendRod) else action for action in actions]
        if rod.inside_mm < 10.0:
            return actions
        by_mm = min(2.8, 118.0 - rod.ghost_mm)
        lift = [act.Aim(25.0 - rod.lift_deg, 0.0)] if rod.lift_deg < 24.0 else []
        fingers = [action for action in actions if isinstance(action, act.OtherHand)]
        return [*lift, *fingers, act.MoveHand(by_mm * rod.way[0], by_mm * rod.way[1])]

    return fault


def under_the_fascia() -> Fault:
    """A rod bent too much is forced through the fascia, and rolled over in the muscle until it comes up again."""
    rolls_deg: list[float] = [0.0, 90.0, 180.0, 0.0]
    lengths_mm = [None, 24.0, None, 15.0]  # of each stretch; else it is over when the fascia gives
    begun_mm: list[float] = []
    bent: list[bool] = []

    def forced(observation: Observation, own: list[Look]) -> list[Action]:
        rod, stretch = sight(observation).rod, len(begun_mm) - 1
        length_mm = lengths_mm[stretch]
        if "pop_fascia" in observation.sounds if length_mm is None else rod.inside_mm > begun_mm[-1] + length_mm:
            begun_mm.append(rod.inside_mm)
            stretch += 1
        if stretch == len(rolls_deg):
            return [act.Aim(-rod.lift_deg, 0.0)]
        own.append(lambda o: forced(o, own))
        by_mm = min(2.8, 118.0 - rod.ghost_mm)
        x, y = rod.tip_mm or (0.0, 0.0)
        fingers = [act.OtherHand(True, x + 8.0 * rod.way[0], y + 8.0 * rod.way[1])] if rod.tip_mm else []
        sunk = [act.Aim(-10.0, 0.0)] if stretch == 3 and rod.lift_deg > -9.0 else []
        turned = (rolls_deg[stretch] - rod.roll_deg + 180.0) % 360.0 - 180.0
        return [*sunk, *fingers, *([act.Roll(turned)] if turned else []), act.MoveHand(by_mm * rod.way[0], by_mm * rod.way[1])]

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if not held(observation, "tunneller") or begun_mm:
            return actions
        rod = sight(observation).rod
        if not bent and any(isinstance(action, BendRod) for action in actions):
            bent.append(True)
            return [BendRod(70.0 - rod.bend_deg) if isinstance(action, BendRod) else action for action in actions]
        if rod.inside_mm < 10.0:
            return actions
        begun_mm.append(rod.inside_mm)
        return forced(observation, own)

    return fault


def cuts_on() -> Fault:
    """The blade goes over the wound again and again, down into the muscle."""
    done: list[bool] = []

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if done or not held(observation, "blade") or observation.gripping or len(sight(observation).mouths) < 2:
            return actions
        done.append(True)
        belly = sight(observation).mouths[1]
        middle = (0.5 * (belly.start_mm[0] + belly.end_mm[0]), 0.5 * (belly.start_mm[1] + belly.end_mm[1]))
        stroke: list[Look] = [lambda o: [SetDown(*middle), act.Grip()], *[lambda o: [act.MoveHand(0.0, 3.0)]] * 6, lambda o: [act.LetGo()]]
        own.extend([*stroke * 4, lambda o: actions])
        return []

    return fault


def draws_it_taut() -> Fault:
    """The catheter is drawn on, gently, until it lies straight in the back wound."""

    def drawn_on(observation: Observation, own: list[Look]) -> list[Action]:
        catheter = sight(observation).catheter
        if catheter.slack_mm <= 0.5:
            return [act.LetGo()]
        own.append(lambda o: drawn_on(o, own))
        (ax, ay), (bx, by) = (mouth_middle(observation, name) for name in ("back", "belly"))
        step = min(1.0, max(4.0 - catheter.ghost_mm, 0.0)) / math.dist((ax, ay), (bx, by))
        return [act.MoveHand(step * (bx - ax), step * (by - ay))]

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if act.LetGo() not in actions or not held(observation, "catheter"):
            return actions
        return drawn_on(observation, own)

    return fault


def mouth_middle(observation: Observation, name: str) -> tuple[float, float]:
    mouth = next(mouth for mouth in sight(observation).mouths if mouth.name == name)
    return 0.5 * (mouth.start_mm[0] + mouth.end_mm[0]), 0.5 * (mouth.start_mm[1] + mouth.end_mm[1])


def round_a_corner() -> Fault:
    """A stop incision is made beside the belly's wound: the way turns back there, as sharp as a corner."""
    begun: list[bool] = []

    def place(observation: Observation) -> tuple[float, float]:
        x, y = mouth_middle(observation, "belly")
        return x + BESIDE_MM * (-1.0 if observation.plan.side == "right" else 1.0), y + 10.0

    def led_there(observation: Observation, own: list[Look]) -> list[Action]:
        rod = sight(observation).rod
        if rod.reached:
            own.extend([lambda o: [act.LetGo(), act.OtherHand(False)], lambda o: [DrawRod()]])
            return []
        own.append(lambda o: led_there(o, own))
        fingers = [act.OtherHand(True, *rod.tip_mm)] if rod.tip_mm else []
        by_mm = min(1.0, 60.0 - rod.ghost_mm)
        return [*fingers, act.MoveHand(by_mm * rod.way[0], by_mm * rod.way[1])]

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if takes_the_rod(observation, actions) and not begun:
            begun.append(True)
            x, y = place(observation)
            cut: list[Look] = [
                lambda o: [SetDown(x, y - 15.0), act.Grip()],
                *[lambda o: [act.MoveHand(0.0, 3.0)]] * 10,
                lambda o: [act.LetGo()],
            ]
            belly = sight(observation).mouths[1]
            own.extend([lambda o: [act.TakeInstrument("blade")], *cut * 3, lambda o: actions])
            own.append(lambda o: [SetDown(*belly.start_mm), act.Grip()])
            own.append(lambda o: led_there(o, own))
            return []
        if actions and isinstance(actions[0], SetDown) and held(observation, "tunneller"):
            bend = [action for action in actions if isinstance(action, BendRod)]
            return [SetDown(*mouth_middle(observation, "stop")), *bend, act.Grip()]
        return actions

    return fault


def screwed_out(observation: Observation, action: Action) -> list[Action]:
    """The catheter is turned with the sheath as that is screwed out."""
    return [*[act.Roll(170.0)] * 4, action] if isinstance(action, DrawSheath) else [action]


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
    Case("incision_layer", cuts_on),
    Case("catheter_slack", draws_it_taut),
    # What was numbed is another way, and a catheter round a corner kinks.
    Case("curve_radius_mm", round_a_corner, ("tunnel_passes", "track_numb_ratio", "flow_check")),
    Case("incision_off_mm", beside_the_ink(0.0, -45.0)),
    # Opened so far towards the feet, the way to the back runs over the crest, and partly beside what was numbed.
    Case("bone_clearance_mm", beside_the_ink(95.0, 0.0), ("incision_off_mm", "track_numb_ratio")),
    Case("track_numb_ratio", each(needle_off_the_skin)),
    Case("tunnel_lidocaine_ratio", once_when(takes_the_rod, four_more_syringes)),
    # A wound that is open to the skin alone lets the rod begin there, and it stays in what it began in.
    Case("plane_depth_ratio", each(skin_alone), ("incision_layer", "shallowest_mm")),
    Case("shallowest_mm", each(skin_alone), ("incision_layer", "plane_depth_ratio")),
    Case("tip_felt_ratio", each(dabbing), ("tip_lost_mm",)),
    # Fingers fall behind a point that hurries, and one that left the skin has to go in anew.
    Case("perforation_answer", out_of_the_skin, ("tunnel_passes", "tip_felt_ratio", "tip_lost_mm")),
    # No finger feels a point under the fascia, and it comes up steeply, close to the skin.
    Case("below_fascia_mm", under_the_fascia, ("shallowest_mm", "tip_felt_ratio", "tip_lost_mm")),
    Case("tunnel_passes", to_and_fro),
    Case("catheter_twist_deg", each(screwed_out), ("flow_check",)),  # twisted so far, it kinks
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


def test_a_rod_bent_too_much_and_pushed_hard_without_fingers_makes_no_tunnel(flank: Scenario) -> None:
    """A careless hand: overbent, no fingers, pushed with all its weight."""

    def overbent(observation: Observation, action: Action) -> list[Action]:
        if isinstance(action, BendRod):
            return [BendRod(80.0 - sight(observation).rod.bend_deg)]
        if isinstance(action, act.MoveHand) and held(observation, "tunneller"):
            return [act.MoveHand(4.0 * action.dx_mm, 4.0 * action.dy_mm)]
        return no_fingers(observation, action)

    session = Session(flank, 2, "exam", trainee="novice")
    run(session, Saboteur(2, each(overbent)()))
    assert session.report().overall_percent < 60.0
    assert session.theatre.implant.tunnel is not None
    assert not session.theatre.implant.tunnel.path_mm
