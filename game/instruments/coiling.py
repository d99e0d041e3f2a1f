"""Rings that a tube is laid in by circling: way over turn is their radius."""

import math
from dataclasses import dataclass

LEAST_MOTION_MM = 0.3
"""Shorter motions have no direction worth the name (simulator tolerance)."""
SHARPEST_RAD = 1.5
"""A sharper turn from one motion to the next is a new beginning, not a ring (simulator tolerance)."""


@dataclass
class Coiling:
    """Winding by circling.

    Attributes:
        turned_rad: Turned so far, left about.
        way_mm: Way of the hand meanwhile; over the turn it gives the coil's radius.
        wound_mm: Length that lies in the coil.
        tightest_mm: Radius of the tightest quarter turn.
        quarter_rad, quarter_mm: Turn and way since the last quarter turn.
        heading_rad: Direction of the last motion; None before the first.
    """

    turned_rad: float = 0.0
    way_mm: float = 0.0
    wound_mm: float = 0.0
    tightest_mm: float = 0.0
    quarter_rad: float = 0.0
    quarter_mm: float = 0.0
    heading_rad: float | None = None

    @property
    def radius_mm(self) -> float:
        """Mean radius of what was wound; 0 before anything was."""
        return self.way_mm / abs(self.turned_rad) if abs(self.turned_rad) > 1.0 else 0.0


def wind(coil: Coiling, dx_mm: float, dy_mm: float, most_mm: float) -> None:
    """Wind by one motion of the hand, up to a length."""
    way = math.hypot(dx_mm, dy_mm)
    if way < LEAST_MOTION_MM or coil.wound_mm >= most_mm:
        return
    heading = math.atan2(dy_mm, dx_mm)
    if coil.heading_rad is not None:
        turn = math.remainder(heading - coil.heading_rad, 2.0 * math.pi)
        if abs(turn) < SHARPEST_RAD:
            _turn(coil, turn, way)
    coil.heading_rad = heading
    coil.wound_mm = min(coil.wound_mm + way, most_mm) if abs(coil.turned_rad) > 1.0 else coil.wound_mm


def _turn(coil: Coiling, turn: float, way_mm: float) -> None:
    coil.turned_rad += turn
    coil.way_mm += way_mm
    coil.quarter_rad += abs(turn)
    coil.quarter_mm += way_mm
    if coil.quarter_rad >= math.pi / 2.0:
        radius = coil.quarter_mm / coil.quarter_rad
        coil.tightest_mm = radius if coil.tightest_mm == 0.0 else min(coil.tightest_mm, radius)
        coil.quarter_rad = coil.quarter_mm = 0.0
