"""A thread that is drawn tight round a tube in tissue: what it lets past, and what it leaves of the bore.

A purse-string of 2 to 4 N closes the fascia (surgical practice); above it the tube is squeezed (expert judgement).
"""

CLOSES_N, TIGHT_N, STRANGLES_N = 2.0, 4.0, 8.0
BITES_LEAK = {0: 1.0, 1: 0.7, 2: 0.4, 3: 0.12}
"""Share of the ooze that a string of so few bites can not stop; four close the ring (expert judgement)."""
WIDE_MM, FAR_MM, FAR_LEAKS = 8.0, 14.0, 0.6
"""A ring wider than the first lets past more and more, at the second this share (expert judgement)."""
N_PER_MM = 0.12
"""Tension of a thread per mm that its ends are drawn apart, beyond its slack (expert judgement)."""
SLACK_MM = 6.0


def tension_n(drawn_mm: float) -> float:
    """Return the tension of a thread whose ends were drawn so far apart."""
    return N_PER_MM * max(0.0, drawn_mm - SLACK_MM)


def ooze_share(tension: float | None, bites: int, radius_mm: float) -> float:
    """Return what still runs past along the track, 0 to 1."""
    if tension is None or bites == 0:
        return 1.0
    wide = FAR_LEAKS * min(1.0, max(0.0, (radius_mm - WIDE_MM) / (FAR_MM - WIDE_MM)))
    least = max(BITES_LEAK.get(bites, 0.0), wide)
    return max(least, 1.0 - tension / CLOSES_N)


def bore_share(tension: float | None) -> float:
    """Return what a tie leaves of the bore's flow, 1 to 0."""
    if tension is None:
        return 1.0
    return 1.0 - min(1.0, max(0.0, (tension - TIGHT_N) / (STRANGLES_N - TIGHT_N)))
