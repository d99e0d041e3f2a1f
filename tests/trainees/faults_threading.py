"""Faults of a hand that threads the catheter."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from faults import Fault, Look, once_when

from game.base import Action
from game.clock import ticks
from game.operation import actions as act
from game.operation.catheter.actions import DrawWire
from game.operation.catheter.sight import CatheterSight
from game.operation.plan import TipLevel
from game.session import make_trainee
from game.session.observation import Observation


def past_mm(observation: Observation) -> float:
    """Return the catheter past the needle, by its mark at the hub."""
    return observation.sight.beyond_mm if isinstance(observation.sight, CatheterSight) else -1.0


def threaded(mm: float) -> Callable[[Observation, list[Action]], bool]:
    """The catheter is so far in, and the hand is about to take hold."""
    return lambda observation, actions: past_mm(observation) > mm and act.Grip() in actions


def along(observation: Observation, by_mm: float) -> act.MoveHand:
    assert isinstance(observation.sight, CatheterSight)
    needle = observation.sight.needle
    way = (np.array(needle.entry_mm) - np.array(needle.hub_mm)) / needle.outside_mm * by_mm
    return act.MoveHand(float(way[0]), float(way[1]))


def fed(by_mm: float, over_s: float) -> list[Look]:
    """A stroke, or a pull of the catheter alone, at a steady speed."""
    looks = max(1, ticks(over_s) // 4)
    return [lambda o: [act.Grip()], *[lambda o: [along(o, by_mm / looks)]] * looks, lambda o: [act.LetGo()]]


def meant_for(level: TipLevel) -> Callable[[], Fault]:
    """The order card is read wrong."""

    def make() -> Fault:
        other = make_trainee("expert", 11)

        def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
            return other.next_actions(replace(observation, plan=replace(observation.plan, tip_level=level)))

        return fault

    return make


def looking(turn_deg: float) -> Callable[[], Fault]:
    """The curved tip is turned one way at the hub, and no turn mends it."""

    def make() -> Fault:
        begun: list[bool] = []

        def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
            kept = [action for action in actions if not isinstance(action, act.Roll)]
            if not begun and past_mm(observation) > 2.0 and act.Grip() in kept:
                begun.append(True)
                kept = [act.Roll(turn_deg), *kept]
            return kept

        return fault

    return make


def sideways(bevel_deg: float, turn_deg: float) -> Callable[[], Fault]:
    """The needle's opening looks to one side, the curved tip too, and no turn mends it."""

    def make() -> Fault:
        bent, begun = looking(turn_deg)(), []

        def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
            kept = bent(observation, actions, own)
            if begun or act.TakeInstrument("catheter") not in kept:
                return kept
            begun.append(True)
            return [act.TakeInstrument("tuohy"), act.Roll(bevel_deg), *kept]

        return fault

    return make


def blind(by_mm: float) -> Callable[[], Fault]:
    """So much is threaded in a row without a picture."""
    return once_when(threaded(15.0), lambda: fed(19.0, 0.6) * round(by_mm / 19.0))


def never_from_the_side() -> Fault:
    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        return [a for a in actions if not (isinstance(a, act.Pedal) and a.down and abs(observation.carm.orbit_deg) > 45.0)]

    return fault


def wire_back() -> Callable[[], Fault]:
    return once_when(threaded(60.0), lambda: [lambda o: [DrawWire(50.0)]] * 4)


def jabbed() -> list[Look]:
    """A short hard push."""
    return [lambda o: [act.Grip()], lambda o: [along(o, 8.0)], lambda o: [act.LetGo()]]


def unplugs(observation: Observation, actions: list[Action]) -> bool:
    """The stylet comes out."""
    return act.Stylet() in actions


def pushes_into_pain() -> Fault:
    """The curved tip is turned to the front, where roots lie, and the first cry is answered by pushing on."""
    bent, cried = looking(180.0)(), []

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        kept = bent(observation, actions, own)
        if not cried and any(heard.line.startswith(("cry_nerve", "leg_jumped")) for heard in observation.heard):
            cried.append(True)
            own.extend([lambda o: [act.LetGo()] if o.gripping else [], *[lambda o: []] * 20, *fed(8.0, 0.4)])
            return []
        return kept

    return fault
