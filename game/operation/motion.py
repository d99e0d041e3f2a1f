"""How economically the hands moved: shown beside the marks, never marked, and compared only within one input device.

Path length and number of motions are those of the Imperial College assessment device (Datta 2001; for spinal
anaesthesia Corvetto 2017), the path in tissue and the tissue that a shaft sweeps those of Perk Tutor (Ungi
2012), the smoothness is the log dimensionless jerk of the speed (Hogan and Sternad 2009; Balasubramanian 2015).
"""

import math
from dataclasses import dataclass

from game.clock import TICKS_PER_S, ticks
from game.operation.theatre import Theatre

WINDOW_TICKS = ticks(0.1)
"""Speed is read over a tenth of a second: a mouse's own steps are no motions."""
WINDOW_S = WINDOW_TICKS / TICKS_PER_S
STARTS_MM_S, ENDS_MM_S = 15.0, 5.0
"""A motion begins above the first speed and ends below the second (simulator tolerance)."""
LEAST_S = 0.5
"""Less moving than this has no smoothness."""


@dataclass
class Motion:
    """One step's account.

    Attributes:
        path_mm: Way of the working hand while it gripped, in the plane of the field.
        tissue_mm: Way of the needle's point in tissue, both ways.
        swept_mm2: Area that the shaft swept sideways through tissue.
        motions: Separate motions of the hand.
        moving_s: Time that it moved.
        peak_mm_s: Its greatest speed.
        jerk_mm2_s5: Integral of the squared jerk of its speed while it moved.
        window_mm: Way since the last reading of the speed.
        speeds_mm_s: The last two speeds, the older first.
        moves: Whether a motion is under way.
        depth_mm, cut_mm: Of the needle at the last look.
    """

    path_mm: float = 0.0
    tissue_mm: float = 0.0
    swept_mm2: float = 0.0
    motions: int = 0
    moving_s: float = 0.0
    peak_mm_s: float = 0.0
    jerk_mm2_s5: float = 0.0
    window_mm: float = 0.0
    speeds_mm_s: tuple[float, float] = (0.0, 0.0)
    moves: bool = False
    depth_mm: float = 0.0
    cut_mm: float = 0.0

    @property
    def smoothness(self) -> float | None:
        """Log dimensionless jerk, about -5 for one smooth reach and lower for a trembling hand; None for hardly any motion."""
        if self.moving_s < LEAST_S or self.peak_mm_s <= 0.0 or self.jerk_mm2_s5 <= 0.0:
            return None
        return -math.log(self.moving_s**3 / self.peak_mm_s**2 * self.jerk_mm2_s5)


def moved(motion: Motion, dx_mm: float, dy_mm: float) -> None:
    """Count one motion of the gripping hand."""
    way = math.hypot(dx_mm, dy_mm)
    motion.path_mm += way
    motion.window_mm += way


def advance(motion: Motion, theatre: Theatre) -> None:
    """Follow the needle at every look, and read the hand's speed at the end of every window."""
    _follow_needle(motion, theatre)
    if theatre.tick % WINDOW_TICKS == 0:
        _read_speed(motion)


def _follow_needle(motion: Motion, theatre: Theatre) -> None:
    needle = theatre.needle
    if needle is None or needle.entry_mm is None:
        motion.depth_mm = 0.0
        motion.cut_mm = needle.cut_mm if needle is not None else 0.0
        return
    motion.tissue_mm += abs(needle.depth_mm - motion.depth_mm)
    motion.swept_mm2 += 0.5 * needle.depth_mm * max(0.0, needle.cut_mm - motion.cut_mm)
    motion.depth_mm, motion.cut_mm = needle.depth_mm, needle.cut_mm


def _read_speed(motion: Motion) -> None:
    older, old = motion.speeds_mm_s
    speed = motion.window_mm / WINDOW_S
    motion.window_mm = 0.0
    motion.speeds_mm_s = (old, speed)
    if not motion.moves and speed > STARTS_MM_S:
        motion.moves = True
        motion.motions += 1
    if motion.moves:
        motion.moving_s += WINDOW_S
        motion.peak_mm_s = max(motion.peak_mm_s, speed)
        motion.jerk_mm2_s5 += ((speed - 2.0 * old + older) / WINDOW_S**2) ** 2 * WINDOW_S
    if speed < ENDS_MM_S:
        motion.moves = False
