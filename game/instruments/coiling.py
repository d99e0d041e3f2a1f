"""Rings that a tube is laid in by circling: way over turn is their radius."""

import math
from dataclasses import dataclass, field

CHORD_MM = 2.0
"""Motions are summed up to such a chord: a shorter one has no direction on a screen's pixels (simulator tolerance)."""
SHARPEST_RAD = 2.2
"""A sharper turn from one motion to the next is a new beginning, not a ring (simulator tolerance)."""
QUARTER_RAD, MOST_CHORDS = math.pi / 2.0, 200


@dataclass
class Coiling:
    """Winding by circling.

    Attributes:
        turned_rad: Turned so far, left about.
        way_mm: Way of the hand meanwhile; over the turn it gives the coil's radius.
        wound_mm: Length that lies in the coil.
        tightest_mm: Radius of the tightest quarter turn, wherever it began.
        chords: Turn, rad, and way, mm, of the last chords.
        heading_rad: Direction of the last chord; None before the first.
        rest_xy_mm: Motion since the last chord.
    """

    turned_rad: float = 0.0
    way_mm: float = 0.0
    wound_mm: float = 0.0
    tightest_mm: float = 0.0
    chords: list[tuple[float, float]] = field(default_factory=list)
    heading_rad: float | None = None
    rest_xy_mm: tuple[float, float] = (0.0, 0.0)

    @property
    def radius_mm(self) -> float:
        """Mean radius of what was wound; 0 before anything was."""
        return self.way_mm / abs(self.turned_rad) if abs(self.turned_rad) > 1.0 else 0.0


def wind(coil: Coiling, dx_mm: float, dy_mm: float, most_mm: float) -> None:
    """Wind by one motion of the hand, up to a length."""
    x_mm, y_mm = coil.rest_xy_mm = (coil.rest_xy_mm[0] + dx_mm, coil.rest_xy_mm[1] + dy_mm)
    way = math.hypot(x_mm, y_mm)
    if way < CHORD_MM or coil.wound_mm >= most_mm:
        return
    coil.rest_xy_mm = (0.0, 0.0)
    heading = math.atan2(y_mm, x_mm)
    if coil.heading_rad is not None:
        turn = math.remainder(heading - coil.heading_rad, 2.0 * math.pi)
        if abs(turn) < SHARPEST_RAD:
            way = _arc_mm(way, turn)
            _turn(coil, turn, way)
    coil.heading_rad = heading
    coil.wound_mm = min(coil.wound_mm + way, most_mm) if abs(coil.turned_rad) > 1.0 else coil.wound_mm


def begin_anew(coil: Coiling) -> None:
    """Let the next motion follow on no other: the hand was lifted in between."""
    coil.heading_rad, coil.rest_xy_mm = None, (0.0, 0.0)


def _arc_mm(chord_mm: float, turn: float) -> float:
    """Return the way along the arc that a chord cuts short, which matters where motions are long for their ring."""
    half = abs(turn) / 2.0
    return chord_mm * half / math.sin(half) if half > 0.0 else chord_mm


def _turn(coil: Coiling, turn: float, way_mm: float) -> None:
    coil.turned_rad += turn
    coil.way_mm += way_mm
    coil.chords = [*coil.chords[-MOST_CHORDS:], (turn, way_mm)]
    turned = mm = 0.0
    for rad, chord_mm in reversed(coil.chords):  # back from now, so that a turn the other way before it takes nothing off it
        turned, mm = turned + rad, mm + chord_mm
        if abs(turned) >= QUARTER_RAD:
            radius = mm / abs(turned)
            coil.tightest_mm = radius if coil.tightest_mm == 0.0 else min(coil.tightest_mm, radius)
            return
