"""Faults of hands in the connection step."""

from collections.abc import Callable
from dataclasses import replace

from faults import Fault, Look

from game.base import Action
from game.operation import actions as act
from game.operation.connection.actions import LookAt, SetSyringe, TurnOver
from game.operation.connection.sight import ConnectionSight
from game.session.observation import Observation


def seen(observation: Observation) -> ConnectionSight:
    assert isinstance(observation.sight, ConnectionSight)
    return observation.sight


def changed(change: Callable[[Observation, Action, list[Look]], list[Action]]) -> Callable[[], Fault]:
    """Return a hand whose every action goes through a change that sees what it sees."""

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if not isinstance(observation.sight, ConnectionSight):
            return actions
        return [new for action in actions for new in change(observation, action, own)]

    return lambda: fault


def turned(instrument: str, by_deg: float) -> Callable[[], Fault]:
    """What is in the hand is turned too far each time."""
    return changed(
        lambda o, a, own: [act.Roll(_short(a.angle_deg + by_deg))] if isinstance(a, act.Roll) and o.instrument == instrument else [a]
    )


def _short(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0


def moved(holding: str, change: Callable[[ConnectionSight, act.MoveHand], list[Action]]) -> Callable[[], Fault]:
    """The hand moves otherwise while it holds something."""
    return changed(lambda o, a, own: change(seen(o), a) if isinstance(a, act.MoveHand) and seen(o).holding == holding else [a])


def slow_scissors() -> Fault:
    """The blades close at a quarter of their speed."""

    def quarter(observation: Observation, action: Action, own: list[Look]) -> list[Action]:
        if not isinstance(action, act.MoveHand) or observation.instrument != "scissors":
            return [action]
        part = replace(action, dx_mm=0.25 * action.dx_mm, dy_mm=0.25 * action.dy_mm)
        own.extend([lambda o: [part]] * 3)
        return [part]

    return changed(quarter)()


never_cut = changed(lambda o, a, own: [] if isinstance(a, act.Grip) and o.instrument == "scissors" else [a])
never_turned = changed(lambda o, a, own: [] if isinstance(a, act.Roll) and o.instrument == "forceps" else [a])
tight_coil = moved("coil", lambda s, a: [replace(a, dx_mm=0.15 * a.dx_mm, dy_mm=0.15 * a.dy_mm)])
timid_plunger = moved("plunger", lambda s, a: [] if s.force_n > 0.9 else [a])
flat_bites = moved("stitch", lambda s, a: [replace(a, dy_mm=0.1 * a.dy_mm)])
wrong_port = changed(lambda o, a, own: [SetSyringe(*seen(o).pump_xy)] if isinstance(a, SetSyringe) else [a])
upside_down = changed(
    lambda o, a, own: [a, TurnOver()] if isinstance(a, act.TakeInstrument) and a.instrument == "pump" and seen(o).shut else [a]
)


def tie_undone(drawn_mm: float | None) -> list[Look]:
    """Before the end the purse-string is cut, and drawn anew by so much, or left open."""

    def at_tie(observation: Observation) -> list[Action]:
        return [act.PointHand(*seen(observation).tail[0]), act.Grip()]

    def with_hand(instrument: str, way_mm: float) -> list[Look]:
        moves: list[Look] = [lambda o: [act.MoveHand(way_mm / 8.0, 0.0)]] * 8
        return [lambda o: [act.TakeInstrument(instrument)], at_tie, *moves, lambda o: [act.LetGo()]]

    drawn = with_hand("suture", drawn_mm) if drawn_mm is not None else []
    return [lambda o: [LookAt("back")], *with_hand("scissors", 12.0), *drawn, lambda o: [LookAt("belly")]]


def through_the_stem(sight: ConnectionSight, action: act.MoveHand) -> list[Action]:
    """Return a bite's motion towards the stem instead of an arc."""
    (x, y), (sx, sy) = sight.loops_xy[0], sight.stem_xy
    return [act.MoveHand(0.12 * (sx - x), 0.12 * (sy - y))]


def at_the_stem() -> Fault:
    """Every bite begins at the loop beside the stem and runs to it."""
    bites = moved("stitch", through_the_stem)()

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if isinstance(observation.sight, ConnectionSight) and observation.instrument == "suture":
            place = seen(observation).loops_xy[0]
            actions = [act.PointHand(*place) if isinstance(a, act.PointHand) else a for a in actions]
        return bites(observation, actions, own)

    return fault
