"""Direct hands on the catheter step: they act through the rules, and let ticks pass."""

import numpy as np

from game.base import Action, Event
from game.instruments import needle as shaft
from game.instruments.catheter import Rod
from game.operation import actions as act
from game.operation import core
from game.operation.catheter.measures import measures
from game.operation.catheter.rules import RULES
from game.operation.catheter.state import CatheterStep
from game.operation.events import Sounded
from game.operation.steps import Measure
from game.operation.theatre import Theatre
from game.resources import shipped
from game.scenario import load_scenario
from game.session.start import new_theatre

TICK_MM = 120.0


class Surgeon:
    """Hands on a theatre in which nothing was done but the needle, which lies well."""

    def __init__(self, seed: int = 7) -> None:
        self.theatre: Theatre = new_theatre(load_scenario(shipped("scenarios") / "standard.yaml"), seed)
        self.step: CatheterStep = RULES.start(self.theatre)
        self.events: list[Event] = []

    @property
    def rod(self) -> Rod:
        assert self.theatre.implant.rod is not None
        return self.theatre.implant.rod

    @property
    def measured(self) -> dict[str, Measure]:
        return measures(self.theatre, self.step)

    def refusal(self, action: Action) -> str | None:
        return core.refuse(self.theatre, action, RULES.tray) or RULES.refuse(self.theatre, self.step, action)

    def do(self, *actions: Action) -> None:
        for action in actions:
            assert self.refusal(action) is None, f"{action}: {self.refusal(action)}"
            self.events += core.apply(self.theatre, action)
            self.events += RULES.apply(self.theatre, self.step, action)

    def wait(self, ticks: int) -> None:
        for _ in range(ticks):
            self.theatre.tick += 1
            self.events += core.advance(self.theatre)
            self.events += RULES.advance(self.theatre, self.step)

    def told(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def sounds(self) -> list[str]:
        return [event.sound for event in self.events if isinstance(event, Sounded)]

    def open_hub(self) -> None:
        self.do(act.TakeInstrument("catheter"), act.Stylet())

    def slide(self, by_mm: float, speed_mm_s: float) -> None:
        """Move the gripping hand along the needle, inwards positive."""
        assert self.theatre.needle is not None
        right, up, _ = self.theatre.camera.axes()
        turned = self.theatre.patient_pose.turn(np.asarray(shaft.axis(self.theatre.needle)))
        count = max(1, round(abs(by_mm) * TICK_MM / speed_mm_s))
        for _ in range(count):
            self.do(act.MoveHand(float(turned @ right) * by_mm / count, float(turned @ up) * by_mm / count))
            self.wait(1)

    def stroke(self, by_mm: float = 18.0, speed_mm_s: float = 40.0) -> None:
        self.do(act.Grip())
        self.slide(by_mm, speed_mm_s)
        self.do(act.LetGo())
        self.wait(6)

    def thread(self, past_mm: float, stroke_mm: float = 18.0, speed_mm_s: float = 40.0, most: int = 60) -> None:
        """Feed strokes until so much is past the needle."""
        assert self.theatre.needle is not None
        for _ in range(most):
            left = past_mm + self.theatre.needle.length_mm - (self.theatre.implant.rod.in_mm if self.theatre.implant.rod else 0.0)
            if left <= 0.5:
                return
            self.stroke(min(stroke_mm, left), speed_mm_s)

    def back_as_one(self, by_mm: float, speed_mm_s: float = 15.0) -> None:
        """Draw needle and catheter back together."""
        self.do(act.Grip(), act.OtherHand(True))
        self.slide(-by_mm, speed_mm_s)
        self.do(act.OtherHand(False), act.LetGo())
        self.wait(12)
