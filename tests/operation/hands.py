"""Direct hands on one open step: they act through the rules, and let ticks pass."""

from typing import Any

from game.base import Action, Event
from game.errors import ActionRefused
from game.operation import actions as act
from game.operation import core
from game.operation.events import Sounded
from game.operation.steps import Measure, StepRules
from game.operation.theatre import Theatre
from game.resources import shipped
from game.scenario import load_scenario
from game.session.start import new_theatre

STANDARD = load_scenario(shipped("scenarios") / "standard.yaml")


class Hands:
    """A pair of hands that does what it is told, whether that is wise or not; each kind names the rules of its step."""

    rules: StepRules

    def __init__(self, seed: int = 7) -> None:
        self.theatre: Theatre = new_theatre(STANDARD, seed)
        self.step: Any = self.rules.start(self.theatre)
        self.events: list[Event] = []

    @property
    def measured(self) -> dict[str, Measure]:
        return dict(self.rules.measures(self.theatre, self.step))

    def refusal(self, action: Action) -> str | None:
        return core.refuse(self.theatre, action, self.rules.tray) or self.rules.refuse(self.theatre, self.step, action)

    def do(self, *actions: Action) -> None:
        for action in actions:
            why = self.refusal(action)
            if why:
                raise ActionRefused(why)
            self.events += core.apply(self.theatre, action)
            self.events += self.rules.apply(self.theatre, self.step, action)

    def wait(self, ticks: int) -> None:
        for _ in range(ticks):
            self.theatre.tick += 1
            self.events += core.advance(self.theatre)
            self.events += self.rules.advance(self.theatre, self.step)

    def at(self, place: tuple[float, float]) -> None:
        self.do(act.PointHand(*place), act.Grip())

    def drag(self, dx_mm: float, dy_mm: float, ticks: int) -> None:
        for _ in range(ticks):
            self.do(act.MoveHand(dx_mm / ticks, dy_mm / ticks))
            self.wait(1)

    def told(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def sounds(self) -> list[str]:
        return [event.sound for event in self.told(Sounded)]
