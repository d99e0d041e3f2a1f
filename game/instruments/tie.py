"""A thread that is drawn tight round a tube in tissue: what it lets past, and what it leaves of the bore.

A purse-string of 2 to 4 N closes the fascia (surgical practice); above it the tube is squeezed (expert judgement).
"""

import itertools
import math

import numpy as np

CLOSES_N, TIGHT_N, STRANGLES_N = 2.0, 4.0, 8.0
BITES_LEAK = {0: 1.0, 1: 0.7, 2: 0.4, 3: 0.12}
"""Share of the ooze that a string of so few bites can not stop; four close the ring (expert judgement)."""
WIDE_MM, FAR_MM, FAR_LEAKS = 8.0, 14.0, 0.6
"""A ring wider than the first lets past more and more, at the second this share (expert judgement)."""
GAPS_DEG, GAPS_LEAK = (120.0, 180.0, 360.0), (0.0, 0.4, 0.7)
"""A ring that is open over so much of its round lets past so much: as many bites on one side close nothing (expert judgement)."""
LOOSENS_N = 2.0
"""Tension that a thread tied round the needle has lost when the needle is out and only the thinner tube in it (expert judgement)."""
N_PER_MM = 0.12
"""Tension of a thread per mm that its ends are drawn apart, beyond its slack (expert judgement)."""
SLACK_MM = 6.0


def tension_n(drawn_mm: float) -> float:
    """Return the tension of a thread whose ends were drawn so far apart."""
    return N_PER_MM * max(0.0, drawn_mm - SLACK_MM)


def ring(places: list[tuple[float, float]], centre: tuple[float, float]) -> tuple[int, float, float]:
    """Return how many bites lie round a place, their mean distance from it, mm, and the widest gap between them, degrees."""
    if not places:
        return 0, 0.0, 360.0
    turns = sorted(math.degrees(math.atan2(y - centre[1], x - centre[0])) for x, y in places)
    gaps = [after - before for before, after in itertools.pairwise([*turns, turns[0] + 360.0])]
    return len(places), sum(math.dist(place, centre) for place in places) / len(places), max(gaps)


def ooze_share(tension: float | None, bites: int, radius_mm: float, gap_deg: float) -> float:
    """Return what still runs past along the track, 0 to 1.

    Args:
        tension: Of the thread, N; None while it is not tied.
        bites: That hold.
        radius_mm: Of their ring.
        gap_deg: The widest between two of them, seen from the track.
    """
    if tension is None or bites == 0:
        return 1.0
    wide = FAR_LEAKS * min(1.0, max(0.0, (radius_mm - WIDE_MM) / (FAR_MM - WIDE_MM)))
    least = max(BITES_LEAK.get(bites, 0.0), wide, float(np.interp(gap_deg, GAPS_DEG, GAPS_LEAK)))
    return max(least, 1.0 - tension / CLOSES_N)


def bore_share(tension: float | None) -> float:
    """Return what a tie leaves of the bore's flow, 1 to 0."""
    if tension is None:
        return 1.0
    return 1.0 - min(1.0, max(0.0, (tension - TIGHT_N) / (STRANGLES_N - TIGHT_N)))
