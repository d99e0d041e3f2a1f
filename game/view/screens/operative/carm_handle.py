"""The C-arm's drawing as its handle: drag turns it, right drag tilts it, the wheel lifts it; arm and table are dragged along."""

import math
from dataclasses import dataclass
from typing import Literal

from game.base import Action
from game.frames import Side
from game.imaging import CArm
from game.operation.actions import MoveBlades, MoveCArm, MoveTable
from game.view.layout import Box
from game.view.monitors.carm import REFUSED_S, CArmPlaces, on_arm

TILT_DEG_PER_PX = 0.15
HUB_PX = 8.0
"""Nearer to the arc's middle a pointer sweeps no angle that a hand could mean."""
LIFT_MM = 5.0
STEP_LIMIT = 55.0
FINE = 0.2
"""Share of a drag's way with Shift held."""
KEY_DEG_PER_S, KEY_MM_PER_S = 12.0, 40.0
KEY_BLADE, KEY_BLADE_PER_S = 0.05, 0.4
Way = tuple[tuple[float, float], tuple[float, float]]
Part = Literal["", "orbit", "tilt", "arm", "table"]
PART_HELP: dict[Part, str] = {
    "orbit": "Drag turns the C-arm, right drag tilts it, the wheel lifts it; with Shift finely. X gives it the arrows.",
    "arm": "Drag moves the C-arm along and across, right drag tilts it, the wheel lifts it; with Shift finely. Beside its ring: the table.",
    "table": "Drag moves the table, and the patient with it, under the C-arm; with Shift finely. Right drag tilts the C-arm.",
}


@dataclass
class CArmHandle:
    """Motion of C-arm, table and blades that no tick has taken yet.

    Attributes:
        part: What is being dragged.
        focus: Whether the arm is in the hands: arrows and sticks move it.
        travels: What they move along: arm or table.
        refused_s: For how long the panel still shows that it could not go on.
    """

    part: Part = ""
    focus: bool = False
    travels: Literal["arm", "table"] = "arm"
    orbit_deg: float = 0.0
    tilt_deg: float = 0.0
    lift_mm: float = 0.0
    along_mm: float = 0.0
    across_mm: float = 0.0
    table_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    blades: tuple[float, float, float] = (0.0, 0.0, 0.0)
    refused_s: float = 0.0

    def part_at(
        self, at: tuple[float, float], box: Box, places: CArmPlaces, carm: CArm, side_up: Side, table_mm: tuple[float, float, float]
    ) -> Part:
        """Return what is under the pointer, or ""."""
        if not box.contains(at):
            return ""
        if at[1] < places.plan.y:
            return "orbit"
        return "arm" if on_arm(places, at, carm, side_up, table_mm) else "table"

    def begin(self, part: Part, button: int) -> None:
        """Take hold of what is under the pointer."""
        self.part = "tilt" if part and button == 3 else part
        self.focus = True

    def drag(self, way: Way, centre: tuple[float, float], plan_px_per_mm: float, scale: float, side_up: Side, fine: bool = False) -> None:
        """Follow the pointer: the arc turns by the angle that it sweeps, arm and table go as far on the plan as it does.

        Args:
            way: Where the pointer was and is, window pixels.
            centre: Of the drawn arc, window pixels.
            plan_px_per_mm: Scale of the plan.
            scale: Of the window, for the tilt, which the drawing shows edge on.
            side_up: Which side of the patient is up.
            fine: Whether only a share of the way counts.
        """
        share = FINE if fine else 1.0
        dx, dy = (share * (now - before) for before, now in zip(*way, strict=True))
        sign = 1.0 if side_up == "right" else -1.0
        match self.part:
            case "orbit":
                self.orbit_deg += sign * share * swept_deg(way, centre)
            case "tilt":
                self.tilt_deg += -sign * dx / scale * TILT_DEG_PER_PX
            case "arm":
                self.along_mm += -sign * dx / plan_px_per_mm
                self.across_mm += dy / plan_px_per_mm
            case "table":
                self.move_table(-sign * dx / plan_px_per_mm, dy / plan_px_per_mm, 0.0)

    def move_table(self, along_mm: float, across_mm: float, lift_mm: float) -> None:
        """Add a motion of the table."""
        along, across, lift = self.table_mm
        self.table_mm = (along + along_mm, across + across_mm, lift + lift_mm)

    def turn(self, arrow: tuple[float, float], turn_deg: float, side_up: Side) -> None:
        """Follow arrows or a stick: across the drawing turns, up tilts to the head."""
        self.orbit_deg += (1.0 if side_up == "right" else -1.0) * arrow[0] * turn_deg
        self.tilt_deg += arrow[1] * turn_deg

    def travel(self, arrow: tuple[float, float], depth: float, travel_mm: float, side_up: Side) -> None:
        """Follow arrows or a stick: along as the field lies, up lifts, and depth goes towards the back; the arm, or the table."""
        along_mm = (-1.0 if side_up == "right" else 1.0) * arrow[0] * travel_mm
        across_mm, lift_mm = depth * travel_mm, arrow[1] * travel_mm
        if self.travels == "table":
            self.move_table(along_mm, across_mm, lift_mm)
            return
        self.along_mm += along_mm
        self.across_mm += across_mm
        self.lift_mm += lift_mm

    def move_blades(self, across: float, along: float, iris: float) -> None:
        """Add a motion of the blades."""
        self.blades = (self.blades[0] + across, self.blades[1] + along, self.blades[2] + iris)

    def take(self) -> list[Action]:
        """Return the motion gathered so far, one action for each thing that moves; what is too much for one stays for the next."""
        arm = _held((self.orbit_deg, self.tilt_deg, self.lift_mm, self.along_mm, self.across_mm), STEP_LIMIT)
        self.orbit_deg, self.tilt_deg, self.lift_mm, self.along_mm, self.across_mm = (
            _rest(gathered, taken)
            for gathered, taken in zip((self.orbit_deg, self.tilt_deg, self.lift_mm, self.along_mm, self.across_mm), arm, strict=True)
        )
        table = _held(self.table_mm, STEP_LIMIT)
        along, across, lift = (_rest(gathered, taken) for gathered, taken in zip(self.table_mm, table, strict=True))
        self.table_mm = (along, across, lift)
        blades, self.blades = self.blades, (0.0, 0.0, 0.0)
        actions: list[Action] = []
        if _moves(arm):
            actions.append(MoveCArm(*arm))
        if _moves(table):
            actions.append(MoveTable(*table))
        if _moves(blades):
            actions.append(MoveBlades(*_held(blades, 1.0)))
        return actions

    def refuse(self) -> None:
        """Show that it could not go on, and forget what is left of the way; a new refusal while one is shown does not shake it again."""
        self.orbit_deg = self.tilt_deg = self.lift_mm = self.along_mm = self.across_mm = 0.0
        self.table_mm = (0.0, 0.0, 0.0)
        self.refused_s = REFUSED_S if self.refused_s <= 0.0 else max(self.refused_s, REFUSED_S / 2.0)


def swept_deg(way: Way, centre: tuple[float, float]) -> float:
    """Return by how much a pointer's way turned about a place of the window, clockwise positive; 0 close to it."""
    if min(math.dist(place, centre) for place in way) < HUB_PX:
        return 0.0
    before, now = (math.degrees(math.atan2(y - centre[1], x - centre[0])) for x, y in way)
    return math.remainder(now - before, 360.0)


def _rest(gathered: float, taken: float) -> float:
    """Return what is left of a motion; roundings are not."""
    return gathered - taken if abs(gathered) > STEP_LIMIT else 0.0


def _moves(parts: tuple[float, ...]) -> bool:
    return any(abs(part) >= 1e-6 for part in parts)


def _held(parts: tuple[float, ...], limit: float) -> tuple[float, ...]:
    return tuple(min(max(round(part, 4), -limit), limit) for part in parts)
