"""Direct hands on the catheter step: they act through the rules, and let ticks pass."""

import numpy as np

from game.instruments import needle as shaft
from game.instruments.catheter import Rod
from game.operation import actions as act
from game.operation.catheter.rules import RULES
from game.operation.catheter.state import CatheterStep
from tests.operation.hands import Hands

TICK_MM = 120.0


class Surgeon(Hands):
    """Hands on a theatre in which nothing was done but the needle, which lies well."""

    rules = RULES
    step: CatheterStep

    @property
    def rod(self) -> Rod:
        assert self.theatre.implant.rod is not None
        return self.theatre.implant.rod

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
