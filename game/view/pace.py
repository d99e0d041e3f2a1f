"""Real time into whole session ticks; the only place where the wall clock meets the session."""

from dataclasses import dataclass

from game.clock import TICKS_PER_S

LONGEST_FRAME_S = 0.2
"""A slower frame makes a slower game, never a jump of the hand."""


@dataclass
class Pace:
    """Adds up real time and hands out whole ticks.

    Attributes:
        time_scale: Session seconds per real second.
        rest_ticks: Part of a tick not handed out yet.
    """

    time_scale: float = 1.0
    rest_ticks: float = 0.0

    def ticks_due(self, elapsed_s: float) -> int:
        """Return the whole ticks that a frame of that length brings."""
        total = self.rest_ticks + min(max(elapsed_s, 0.0), LONGEST_FRAME_S) * self.time_scale * TICKS_PER_S
        whole = int(total)
        self.rest_ticks = total - whole
        return whole
