"""An expert whose hand commits one fault: what he does passes through a function that changes it."""

import math
from collections.abc import Callable

from game.base import Action
from game.clock import ticks
from game.operation import actions as act
from game.operation.antisepsis import actions as skin
from game.operation.antisepsis.sight import AntisepsisSight
from game.operation.needle import actions as puncture
from game.operation.needle.sight import NeedleSight
from game.operation.positioning import actions as place
from game.session import make_trainee
from game.session.observation import Observation

Look = Callable[[Observation], list[Action]]
Fault = Callable[[Observation, list[Action], list[Look]], list[Action]]


class Saboteur:
    """Plays as the expert does, but for one fault.

    A fault may put looks of its own on a list; they are done first, one each time the hands look up, while
    the expert waits.
    """

    def __init__(self, seed: int, fault: Fault) -> None:
        self.expert, self.fault = make_trainee("expert", seed), fault
        self.own: list[Look] = []

    def next_actions(self, observation: Observation) -> list[Action]:
        if self.own:
            return self.own.pop(0)(observation)
        return self.fault(observation, self.expert.next_actions(observation), self.own)


def altered(kind: type[Action], change: Callable[[Action], list[Action]]) -> Callable[[], Fault]:
    """Every action of a kind is done otherwise, or not at all."""

    def fault(_: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        return [new for action in actions for new in (change(action) if isinstance(action, kind) else [action])]

    return lambda: fault


def left_out(kind: type[Action]) -> Callable[[], Fault]:
    return altered(kind, lambda action: [])


def held(for_s: float) -> list[Look]:
    """The X-ray pedal, held on and on over the same thing."""
    return [lambda o: [act.Pedal(True)], *[lambda o: []] * (ticks(for_s) // 4), lambda o: [act.Pedal(False)]]


def before_finish(looks: list[Look]) -> Callable[[], Fault]:
    """Something is done before the step is ended."""

    def make() -> Fault:
        done: list[bool] = []

        def fault(_: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
            if done or not any(isinstance(action, act.FinishStep) for action in actions):
                return actions
            done.append(True)
            own.extend([*looks, lambda o: [act.FinishStep()]])
            return []

        return fault

    return make


def stored_after(view: str, orbit_deg: float, tilt_deg: float) -> Callable[[], Fault]:
    """A view is stored when the C-arm has been moved off it and another picture was taken."""

    def make() -> Fault:
        def fault(_: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
            if act.StoreView(view) not in actions:
                return actions
            own.extend([lambda o: [act.Pedal(True)], lambda o: [], lambda o: [act.Pedal(False)], lambda o: [act.StoreView(view)]])
            return [*(a for a in actions if a != act.StoreView(view)), act.MoveCArm(orbit_deg=orbit_deg, tilt_deg=tilt_deg)]

        return fault

    return make


def inked_away(kinds: tuple[str, ...], x_mm: float, y_mm: float = 0.0) -> Callable[[], Fault]:
    """Ink is put too far along the body, or across it."""

    def change(action: Action) -> list[Action]:
        assert isinstance(action, place.MarkSkin)
        if action.kind not in kinds:
            return [action]
        return [place.MarkSkin(action.kind, action.x_mm + x_mm, action.y_mm + y_mm)]

    return altered(place.MarkSkin, change)


def lifted(where: Callable[[Observation, list[Action]], bool]) -> Callable[[], Fault]:
    """The hand goes through the motions of scrubbing, in one place with the sponge off the skin."""

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        moves = any(isinstance(action, act.MoveHand) for action in actions)
        if not where(observation, actions):
            return [act.Grip(), *actions] if moves and not observation.gripping and scrubbing(observation) else actions
        new: list[Action] = [act.LetGo()] if observation.gripping else []
        x, y = observation.hand_xy_mm
        for action in actions:
            match action:
                case act.MoveHand(dx_mm, dy_mm):
                    new.append(act.PointHand(x + dx_mm, y + dy_mm))
                case act.Grip() | act.LetGo():
                    pass
                case _:
                    new.append(action)
        return new

    return lambda: fault


def draped_at_once(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
    """The first drape is laid half a minute after the scrub."""
    sight = scrubbing(observation)
    if sight is None or not any(isinstance(a, act.Wait) and a.duration_s > 100.0 for a in actions):
        return actions
    columns = [column for row in sight.planned for column, planned in enumerate(row) if planned]
    edge_mm = sight.left_mm + (max(columns) + 1) * sight.cell_mm - 20.0
    return [act.Wait(30.0), skin.LayDrape("feet" if observation.plan.side == "right" else "head", edge_mm), *actions]


def back_from_dirt() -> Fault:
    """After the scrub the sponge goes out to skin that was not prepared, and straight back to the incision."""
    done: list[bool] = []

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        if done or not any(isinstance(a, act.Wait) and a.duration_s > 100.0 for a in actions):
            return actions
        done.append(True)
        x_mm = next(m.x_mm for m in observation.marks if m.kind == "incision")
        own.append(lambda o: [act.PointHand(x_mm + 240.0, 0.0), act.Grip()])
        own.extend([lambda o: [act.MoveHand(-12.0, 0.0)]] * 20)
        own.extend([lambda o: [act.LetGo()], lambda o: actions])
        return []

    return fault


def on_the_way_back(observation: Observation, actions: list[Action]) -> bool:
    """Every stroke back: the sponge glides one way only."""
    return scrubbing(observation) is not None and any(isinstance(a, act.MoveHand) and a.dx_mm < 0.0 for a in actions)


def scrubbing(observation: Observation) -> AntisepsisSight | None:
    return observation.sight if isinstance(observation.sight, AntisepsisSight) else None


def near_fold(observation: Observation, actions: list[Action]) -> bool:
    """The moist fold's own scrubbing: short strokes about its middle, with a hand that came there for it."""
    sight = scrubbing(observation)
    if sight is None or sight.fold_mm is None:
        return False
    places = [(a.x_mm, a.y_mm) for a in actions if isinstance(a, act.PointHand)] or [observation.hand_xy_mm]
    return math.dist(places[-1], sight.fold_mm) < 16.0


def from_incision(observation: Observation, actions: list[Action]) -> bool:
    """Skin further than a hand's breadth from the incision over the spine."""
    if scrubbing(observation) is None:
        return False
    marks = [(m.x_mm, 0.0) for m in observation.marks if m.kind == "incision"]
    return bool(marks) and min(math.dist(observation.hand_xy_mm, mark) for mark in marks) > 90.0


def island(size_mm: float) -> Callable[[Observation, list[Action]], bool]:
    """A patch of skin beside the incision over the spine."""

    def where(observation: Observation, actions: list[Action]) -> bool:
        if scrubbing(observation) is None:
            return False
        x, y = observation.hand_xy_mm
        return abs(x) < size_mm and abs(y - 120.0) < size_mm / 2.0

    return where


def along(observation: Observation, by_mm: float) -> act.MoveHand:
    """The motion of the hand that pushes so much along the drawn needle."""
    sight = observation.sight
    assert isinstance(sight, NeedleSight)
    step = [(e - h) / max(sight.outside_mm, 1.0) * by_mm for e, h in zip(sight.entry_mm, sight.hub_mm, strict=True)]
    return act.MoveHand(step[0], step[1])


def pushed(by_mm: float, over_s: float) -> list[Look]:
    """A push or a pull of the needle at a steady speed, grip and all."""
    looks = max(1, ticks(over_s) // 4)
    return [lambda o: [act.Grip()], *[lambda o: [along(o, by_mm / looks)]] * looks, lambda o: [act.LetGo()]]


def inside_mm(observation: Observation) -> float:
    sight = observation.sight
    return sight.length_mm - sight.outside_mm if isinstance(sight, NeedleSight) and sight.on_skin else 0.0


def once_when(
    when: Callable[[Observation, list[Action]], bool], looks: Callable[[], list[Look]], replace: bool = False
) -> Callable[[], Fault]:
    """Something is done once, when a moment has come; before the expert goes on, or instead of what he would do."""

    def make() -> Fault:
        done: list[bool] = []

        def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
            if done or not when(observation, actions):
                return actions
            done.append(True)
            own.extend(looks())
            if not replace:
                own.append(lambda o: actions)
            return [act.LetGo()] if observation.gripping else []

        return fault

    return make


def deep(depth_mm: float) -> Callable[[Observation, list[Action]], bool]:
    return lambda observation, actions: inside_mm(observation) > depth_mm and observation.gripping


def opens(observation: Observation, actions: list[Action]) -> bool:
    """The expert is about to take the stylet out for the first time."""
    return act.Stylet() in actions and isinstance(observation.sight, NeedleSight) and observation.sight.stylet_in


def closes(observation: Observation, actions: list[Action]) -> bool:
    return act.Stylet() in actions and isinstance(observation.sight, NeedleSight) and not observation.sight.stylet_in


def set_elsewhere(dx_mm: float, dy_mm: float) -> Callable[[], Fault]:
    """Everything is set on the skin beside its mark."""

    def change(action: Action) -> list[Action]:
        assert isinstance(action, puncture.PlaceNeedle)
        return [puncture.PlaceNeedle(action.x_mm + dx_mm, action.y_mm + dy_mm)]

    return altered(puncture.PlaceNeedle, change)


def another_syringe(observation: Observation) -> list[Look]:
    """One more syringe of local anaesthetic, emptied under the entry."""
    mark = next(m for m in observation.marks if m.kind == "entry")
    to_head = -1.0 if observation.plan.side == "right" else 1.0
    return [
        lambda o: [act.TakeInstrument("lidocaine")],
        lambda o: [puncture.PlaceNeedle(mark.x_mm, mark.y_mm)],
        lambda o: [act.Grip()],
        lambda o: [act.MoveHand(10.0 * to_head, 0.0)],
        lambda o: [puncture.Inject(9.0)],
        lambda o: [act.LetGo()],
    ]


def numbed_too_much(times: int) -> Callable[[], Fault]:
    """The syringe is filled and emptied again and again before the nick."""

    def make() -> Fault:
        done: list[bool] = []

        def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
            if done or act.TakeInstrument("blade") not in actions:
                return actions
            done.append(True)
            own.extend([*another_syringe(observation) * times, lambda o: actions])
            return []

        return fault

    return make


def without_pictures_below(depth_mm: float) -> Callable[[], Fault]:
    """No view is asked for once the needle is deeper than where it is aimed."""

    def fault(observation: Observation, actions: list[Action], own: list[Look]) -> list[Action]:
        return [a for a in actions if not (isinstance(a, act.AskView) and inside_mm(observation) > depth_mm)]

    return lambda: fault
