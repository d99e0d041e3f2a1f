"""Faults of hands in the anchoring step."""

import math
from collections.abc import Callable
from dataclasses import replace

from faults import Fault, Look, once_when

from game.base import Action
from game.operation import actions as act
from game.operation.anchoring.sight import AnchoringSight
from game.session.observation import Observation

Change = Callable[[Observation, AnchoringSight, Action], list[Action]]


def changed(change: Change) -> Callable[[], Fault]:
    """Return a hand whose every action goes through a change that sees what it sees."""

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        sight = observation.sight
        if not isinstance(sight, AnchoringSight):
            return actions
        return [new for action in actions for new in change(observation, sight, action)]

    return lambda: fault


def scaled(holding: str, along: float, across: float | None = None) -> Callable[[], Fault]:
    """The hand moves so many times as far while it does something."""
    up = along if across is None else across
    return changed(
        lambda o, s, a: (
            [replace(a, dx_mm=along * a.dx_mm, dy_mm=up * a.dy_mm)] if isinstance(a, act.MoveHand) and s.holding == holding else [a]
        )
    )


def left_still(holding: str) -> Callable[[], Fault]:
    return changed(lambda o, s, a: [] if isinstance(a, act.MoveHand) and s.holding == holding else [a])


def turned(instrument: str, by_deg: float) -> Callable[[], Fault]:
    return changed(lambda o, s, a: [act.Roll(a.angle_deg + by_deg)] if isinstance(a, act.Roll) and o.instrument == instrument else [a])


def _long(o: Observation, s: AnchoringSight, a: Action) -> list[Action]:
    middle = 0.5 * (s.entry_xy[0] + s.exit_xy[0])
    if o.instrument != "blade":
        return [a]
    if isinstance(a, act.PointHand):
        return [replace(a, x_mm=middle + 1.9 * (a.x_mm - middle))]
    return [replace(a, dx_mm=1.9 * a.dx_mm)] if isinstance(a, act.MoveHand) else [a]


def _flat(holding: str) -> Callable[[], Fault]:
    """A bite's arc is drawn straight: only the part along its chord is left."""

    def flat(o: Observation, s: AnchoringSight, a: Action) -> list[Action]:
        if not isinstance(a, act.MoveHand) or s.holding != holding:
            return [a]
        return [act.MoveHand(0.4, 0.0)]

    return changed(flat)


def _wide(o: Observation, s: AnchoringSight, a: Action) -> list[Action]:
    if not isinstance(a, act.PointHand) or o.instrument != "suture" or s.anchor_mm is not None:
        return [a]
    (ex, ey), far = s.exit_xy, 2.5
    return [act.PointHand(ex + far * (a.x_mm - ex), ey + far * (a.y_mm - ey))]


def _unpinned(o: Observation, s: AnchoringSight, a: Action) -> list[Action]:
    if isinstance(a, act.OtherHand):
        return []
    return [replace(a, dx_mm=3.0 * a.dx_mm, dy_mm=3.0 * a.dy_mm)] if isinstance(a, act.MoveHand) and s.holding == "hub" else [a]


def sight_of(observation: Observation) -> AnchoringSight | None:
    return observation.sight if isinstance(observation.sight, AnchoringSight) else None


def when(condition: Callable[[AnchoringSight, Observation], bool]) -> Callable[[Observation, list[Action]], bool]:
    def comes(observation: Observation, actions: list[Action]) -> bool:
        sight = sight_of(observation)
        return sight is not None and not observation.gripping and condition(sight, observation)

    return comes


def at_exit(observation: Observation, dx_mm: float = 0.0, dy_mm: float = 0.0) -> list[Action]:
    sight = sight_of(observation)
    assert sight is not None
    return [act.PointHand(sight.exit_xy[0] + dx_mm, sight.exit_xy[1] + dy_mm), act.Grip()]


def at_end(observation: Observation) -> list[Action]:
    sight = sight_of(observation)
    assert sight is not None
    return [act.PointHand(*sight.end_xy), act.Grip()]


def blade_over(beside_mm: float, turn_deg: float) -> list[Look]:
    """A stroke of the blade through the open wound, so far beside the catheter."""
    stroke: list[Look] = [lambda o: [act.MoveHand(2.0, 0.0)]] * 20
    return [
        lambda o: [act.TakeInstrument("blade"), act.Roll(turn_deg)],
        lambda o: at_exit(o, -20.0, beside_mm),
        *stroke,
        lambda o: [act.LetGo()],
        lambda o: [act.TakeInstrument("cautery")],
    ]


def bite_over_the_catheter() -> list[Look]:
    bite: list[Look] = [lambda o: [act.MoveHand(0.5, 0.0)]] * 12
    return [lambda o: [act.TakeInstrument("suture")], lambda o: at_exit(o, -3.0), *bite, lambda o: [act.LetGo()]]


def wire_first() -> list[Look]:
    draw: list[Look] = [lambda o: [act.MoveHand(3.0, 0.0)]] * 6
    return [at_end, *draw, lambda o: [act.LetGo()]]


long_cut = changed(_long)
deep_cut = once_when(when(lambda s, o: not s.wire_in and s.tied), lambda: blade_over(6.0, 170.0))
cuts_catheter = once_when(when(lambda s, o: not s.wire_in and s.tied), lambda: blade_over(0.0, 90.0))
pierces = once_when(when(lambda s, o: not s.wire_in and s.tied), bite_over_the_catheter)
lets_bleed = once_when(when(lambda s, o: sum(b[2] for b in s.bleeding) > 0.0), lambda: [lambda o: [act.Wait(1800.0)]])
flat_purse, flat_fixing = _flat("bite"), _flat("stitch")
wide_purse = changed(_wide)
never_drawn = left_still("ends")
overdrawn = scaled("ends", 12.0)
unpinned = changed(_unpinned)
wire_in_needle = once_when(when(lambda s, o: o.instrument == "hands" and s.needle_in), wire_first)
far_anchor = scaled("anchor", 0.35)
skew_anchor = turned("self_grip", 60.0)
no_tug = left_still("tug")
large_loop = scaled("loop", 3.2)
idle_open = once_when(when(lambda s, o: not s.needle_in and s.wire_in), lambda: [lambda o: [act.Wait(480.0)]])
forgotten_end = once_when(when(lambda s, o: not s.wire_in and s.end == "open" and s.tied), lambda: [lambda o: [act.Wait(240.0)]])


def tight_turn() -> Fault:
    """The loop begins with a whole turn as tight as a pencil."""
    turn: list[Look] = [
        lambda o, k=k: [
            act.MoveHand(3.0 * (math.cos(0.5 * (k + 1)) - math.cos(0.5 * k)), 3.0 * (math.sin(0.5 * (k + 1)) - math.sin(0.5 * k)))
        ]  # type: ignore[misc]
        for k in range(14)
    ]
    done: list[bool] = []

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        sight = sight_of(observation)
        if done or sight is None or sight.holding != "loop" or sight.looped_mm < 20.0:
            return actions
        done.append(True)
        own.extend([*turn, lambda o: actions])
        return []

    return fault
