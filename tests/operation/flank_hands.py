"""Hands that tunnel through a theatre by direct calls: no session, no tray."""

import math

from game.base import Action, Event
from game.errors import ActionRefused
from game.operation import actions as act
from game.operation import core
from game.operation.theatre import Theatre
from game.operation.tunnelling.actions import BendRod, DrawRod, DrawSheath, SetDown
from game.operation.tunnelling.catheter import pull_way
from game.operation.tunnelling.ground import drawn_way, place_of, rod_way
from game.operation.tunnelling.rules import RULES
from game.operation.tunnelling.seeing import sight
from game.operation.tunnelling.sight import TunnellingSight
from game.operation.tunnelling.state import Tunnelling
from game.resources import shipped
from game.scenario import Scenario, load_scenario
from game.session.start import new_theatre

STANDARD = load_scenario(shipped("scenarios") / "standard.yaml")


class Flank:
    """One theatre with the step open."""

    def __init__(self, seed: int = 1, scenario: Scenario = STANDARD) -> None:
        self.theatre: Theatre = new_theatre(scenario, seed)
        self.step: Tunnelling = RULES.start(self.theatre)
        self.events: list[Event] = []

    def act(self, *actions: Action) -> None:
        for action in actions:
            why = core.refuse(self.theatre, action, RULES.tray) or RULES.refuse(self.theatre, self.step, action)
            if why:
                raise ActionRefused(why)
            self.events += core.apply(self.theatre, action)
            self.events += RULES.apply(self.theatre, self.step, action)

    def advance(self, ticks: int) -> None:
        for _ in range(ticks):
            self.theatre.tick += 1
            self.events += core.advance(self.theatre)
            self.events += RULES.advance(self.theatre, self.step)

    @property
    def sight(self) -> TunnellingSight:
        return sight(self.theatre, self.step)

    @property
    def measures(self) -> dict[str, object]:
        return dict(RULES.measures(self.theatre, self.step))

    def told(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def sounds(self) -> list[str]:
        return [event.sound for event in self.events if hasattr(event, "sound")]

    def drag(self, *steps: tuple[float, float], every: int = 4) -> None:
        for dx_mm, dy_mm in steps:
            self.act(act.MoveHand(dx_mm, dy_mm))
            self.advance(every)

    def cut(self, strokes: int = 3, half_mm: float = 48.0, off_mm: tuple[float, float] = (0.0, 0.0)) -> None:
        (x, low), (_, high) = self.sight.mark_mm
        middle = 0.5 * (low + high) + off_mm[1]
        self.act(act.TakeInstrument("blade"))
        for _ in range(strokes):
            self.act(SetDown(x + off_mm[0], middle - half_mm), act.Grip())
            self.drag(*[(0.0, half_mm / 5.0)] * 10)
            self.act(act.LetGo())

    def numb(self) -> None:
        """Infiltrate from the belly to the back."""
        (x0, y0), (x1, y1) = self.way()
        self.act(act.TakeInstrument("lidocaine"))
        steps = round(math.dist((x0, y0), (x1, y1)) / 10.0)
        for part in range(2):
            self.act(act.TakeInstrument("lidocaine"))
            at = part * (steps // 2)
            self.act(SetDown(x0 + (x1 - x0) * at / steps, y0 + (y1 - y0) * at / steps), act.Grip())
            self.drag(*[((x1 - x0) / steps, (y1 - y0) / steps)] * (steps // 2))
            self.act(act.LetGo())
        self.act(act.Wait(120.0))

    def way(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return where the tunnel should begin in the belly, and the upper end of the back wound."""
        belly = next(mouth for mouth in self.sight.mouths if mouth.name == "belly")
        back = next(mouth for mouth in self.sight.mouths if mouth.name == "back")
        start = min((belly.start_mm, belly.end_mm), key=lambda place: place[1])
        goal = min((back.start_mm, back.end_mm), key=lambda place: abs(place[0]))
        return start, goal

    def enter(self, bend_deg: float = 40.0, aim_deg: float = -14.0, instrument: str = "tunneller", back: bool = False) -> None:
        start, goal = self.way()
        self.act(act.TakeInstrument(instrument), SetDown(*(goal if back else start)))
        self.act(BendRod(bend_deg - self.step.rod.bend_deg), act.Aim(0.0, aim_deg))
        self.act(act.Grip())

    def push(self, mm: float, mm_s: float = 40.0, fingers: bool = True, steer: bool = True, limit_mm: float = 60.0) -> None:
        """Push on by so much at the handle, fingers on the way ahead, the point led to the other wound."""
        began = self.step.rod.inside_mm
        for tick in range(100000):
            rod = self.step.rod
            if rod.inside_mm - began >= mm or self.step.reached or rod.bed == "outside" or rod.on_bone or tick > 120 * 60:
                return
            if fingers and tick % 12 == 0:
                self.act(act.OtherHand(True, *self._fingers(steer)))
            if tick % 4 == 0:
                along = min(mm_s / 30.0, max(limit_mm - rod.ghost_mm, 0.0))
                if along == 0.0:
                    return
                self.act(act.MoveHand(*self._along(along, steer)))
            self.advance(1)

    def _fingers(self, steer: bool) -> tuple[float, float]:
        """Return a place on the point, to that side of it where it should go."""
        x, y = place_of(self.theatre, self.step.rod.point_mm)
        way = drawn_way(self.theatre, self.step.rod)
        assert way is not None
        aside = 14.0 * max(-1.0, min(1.0, 6.0 * self._off_rad())) if steer else 0.0
        return x - way[1] * aside, y + way[0] * aside

    def _off_rad(self) -> float:
        """Return how far the point should turn to the left to run at the other wound."""
        x, y = place_of(self.theatre, self.step.rod.point_mm)
        start, goal = self.way()
        if self.step.began == "back":
            goal = start
        way = drawn_way(self.theatre, self.step.rod)
        assert way is not None
        return (math.atan2(goal[1] - y, goal[0] - x) - math.atan2(way[1], way[0]) + math.pi) % (2 * math.pi) - math.pi

    def _along(self, along_mm: float, steer: bool) -> tuple[float, float]:
        way = rod_way(self.theatre, self.step.rod)
        assert way is not None
        across = max(-4.0, min(4.0, 6.0 * self._off_rad())) if steer else 0.0
        return along_mm * way[0] - across * way[1], along_mm * way[1] + across * way[0]

    def draw_through(self, mm: float, mm_s: float = 60.0, held: bool = True) -> None:
        back = next(mouth for mouth in self.sight.mouths if mouth.name == "back")
        self.act(act.OtherHand(held, *back.start_mm))
        self.act(act.TakeInstrument("catheter"), SetDown(*back.start_mm), act.Grip())
        done = 0.0
        ux, uy = pull_way(self.theatre, self.step)
        while done < mm:
            self.drag((ux * mm_s / 30.0, uy * mm_s / 30.0))
            done += mm_s / 30.0
        self.act(act.LetGo())

    def whole(self, mm_s: float = 40.0) -> None:
        """Everything as it should be done."""
        self.numb_cut()
        self.enter()
        self.push(600.0, mm_s)
        self.act(act.LetGo(), act.OtherHand(False), DrawRod())

    def numb_cut(self) -> None:
        self.cut()
        self.numb()

    def sheath_out(self, held: bool = True) -> None:
        back = next(mouth for mouth in self.sight.mouths if mouth.name == "back")
        self.act(act.OtherHand(held, *back.start_mm), DrawSheath())
