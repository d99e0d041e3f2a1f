"""Hands on a theatre whose anchoring step is open: acts through the rules, and lets ticks pass."""

import math

from game.operation import actions as act
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.anchoring.holding import anchor_xy, free_way
from game.operation.anchoring.refusals import hub_xy
from game.operation.anchoring.rules import RULES
from game.operation.anchoring.state import Anchoring, Place
from game.operation.implant import Catheter
from tests.operation.hands import Hands


class Surgeon(Hands):
    """A pair of hands that does what it is told, whether that is wise or not."""

    rules = RULES
    step: Anchoring

    @property
    def catheter(self) -> Catheter:
        assert self.theatre.implant.catheter is not None
        return self.theatre.implant.catheter

    def take(self, instrument: str) -> None:
        self.do(act.TakeInstrument(instrument))

    # the three small games

    def cut(self, blade_mm: float, strokes: int = 1, half_mm: float = 25.0, y: float | None = None) -> None:
        self.take("blade")
        while abs(blade_mm - self.step.blade_mm) > 1e-6:
            self.do(act.Roll(10.0 * min(17.0, max(-17.0, blade_mm - self.step.blade_mm))))
        x = 0.5 * (self.step.entry_xy[0] + self.step.exit_xy[0])
        for k in range(strokes):
            way = 1.0 if k % 2 == 0 else -1.0
            self.at((x - way * half_mm, self.step.entry_xy[1] if y is None else y))
            self.drag(way * 2.0 * half_mm, 0.0, 40)
            self.do(act.LetGo())

    def burn(self, place: Place, ticks: int = 90) -> None:
        self.take("cautery")
        self.at(place)
        self.wait(ticks)
        self.do(act.LetGo())

    def stop_bleeding(self) -> None:
        for bleeding in self.step.bleedings:
            if not bleeding.sealed:
                self.burn(bleeding.place)
        self.take("gauze")
        self.at(self.step.exit_xy)
        for k in range(12):
            self.drag(30.0 if k % 2 == 0 else -30.0, 0.0, 6)
        self.do(act.LetGo())

    def open_wound(self) -> None:
        self.cut(4.0)
        self.do(Spread())
        self.cut(8.0, 2)
        self.take("cautery")
        x = 0.5 * (self.step.entry_xy[0] + self.step.exit_xy[0])
        self.at((x - 25.0, self.step.entry_xy[1]))
        for k in range(6):
            self.drag(50.0 if k % 2 == 0 else -50.0, 0.0, 240)
        self.do(act.LetGo())
        self.stop_bleeding()

    def bite(self, middle: Place, along: Place, bulge_mm: float = 3.6, half_mm: float = 2.4) -> None:
        self.take("suture")
        self.at((middle[0] - half_mm * along[0], middle[1] - half_mm * along[1]))
        for k in range(1, 21):
            a, b = (math.pi * n / 20.0 for n in (k - 1, k))
            out, side = 2.0 * half_mm / 20.0, bulge_mm * (math.sin(b) - math.sin(a))
            self.do(act.MoveHand(out * along[0] - side * along[1], out * along[1] + side * along[0]))
            self.wait(1)
        self.do(act.LetGo())

    def purse(self, bites: int = 4, radius_mm: float = 5.0, bulge_mm: float = 3.6) -> None:
        x, y = self.step.exit_xy
        for k in range(bites):
            turn = 2.0 * math.pi * (k + 0.5) / bites
            self.bite((x + radius_mm * math.cos(turn), y + radius_mm * math.sin(turn)), (-math.sin(turn), math.cos(turn)), bulge_mm)

    def needle_out(self, pinned: bool = True, speed_mm_s: float = 15.0, every: int = 1) -> None:
        if pinned:
            self.do(act.OtherHand(True, *self.step.exit_xy))
        self.take("hands")
        x, y = free_way(self.step)
        move = self.step.shown * speed_mm_s / 120.0 * every
        while self.theatre.needle is not None:
            self.at(hub_xy(self.step))
            for _ in range(round(60 / every)):
                if self.theatre.needle is None:
                    break
                self.do(act.MoveHand(move * x, move * y))
                self.wait(every)
            self.do(act.LetGo())
            self.wait(30)

    def wire_out(self) -> None:
        self.take("hands")
        while self.catheter.wire_in:
            self.at(self.step.end_xy)
            self.drag(20.0, 0.0, 40)
            self.do(act.LetGo())

    def tie(self, drawn_mm: float) -> None:
        self.take("hands")
        self.at(self.step.exit_xy)
        self.drag(drawn_mm, 0.0, 120)
        self.do(act.LetGo())

    def anchor(self, gap_mm: float = 3.0, turn_deg: float = 0.0, kind: str = "self_grip") -> None:
        self.take(kind)
        self.do(act.Roll(turn_deg - self.step.anchor_turn_deg))
        (ex, ey), (wx, wy) = self.step.exit_xy, free_way(self.step)
        self.at((ex + 30.0 * wx, ey + 30.0 * wy))
        self.drag((gap_mm - 30.0) * wx, (gap_mm - 30.0) * wy, 40)
        self.do(act.LetGo())

    def fix(self, stitches: int = 3, bulge_mm: float = 3.6) -> None:
        (ax, ay), (wx, wy) = anchor_xy(self.step), free_way(self.step)
        for side in (-6.0, 6.0, 0.0)[:stitches]:
            self.bite((ax - side * wy, ay + side * wx), (wx, wy), bulge_mm)

    def tug(self, pull_mm: float) -> None:
        self.take("forceps")
        (ex, ey), (wx, wy) = self.step.exit_xy, free_way(self.step)
        self.at((ex + 15.0 * wx, ey + 15.0 * wy))
        self.drag(pull_mm * wx, pull_mm * wy, 60)
        self.wait(60)
        self.do(act.LetGo())

    def loop(self, radius_mm: float = 16.0, turns: float = 1.2) -> None:
        self.take("forceps")
        (ex, ey), (wx, wy) = self.step.exit_xy, free_way(self.step)
        self.at((ex + 34.0 * wx, ey + 34.0 * wy))
        for k in range(1, round(turns * 40) + 1):
            a, b = (2.0 * math.pi * n / 40.0 for n in (k - 1, k))
            self.do(act.MoveHand(radius_mm * (math.cos(b) - math.cos(a)), radius_mm * (math.sin(b) - math.sin(a))))
            self.wait(1)
        self.do(act.LetGo())


def tied(drawn_mm: float, bites: int = 4, radius_mm: float = 5.0) -> Surgeon:
    """Return hands that have opened the back, taken needle and wire out and tied the purse-string."""
    surgeon = Surgeon()
    surgeon.open_wound()
    surgeon.purse(bites, radius_mm)
    surgeon.needle_out()
    surgeon.wire_out()
    surgeon.tie(drawn_mm)
    surgeon.wait(24)
    return surgeon


def good_hand() -> Surgeon:
    surgeon = tied(30.0)
    surgeon.do(Clamp(), act.OtherHand(False))
    surgeon.anchor()
    surgeon.fix()
    surgeon.tug(1.6)
    surgeon.loop()
    return surgeon
