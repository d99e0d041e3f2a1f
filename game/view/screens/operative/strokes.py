"""Motion of the hand between two frames: every stroke of it keeps its direction and gets its share of the ticks."""

import math
from collections.abc import Sequence

Step = tuple[float, float]
"""Millimetres to the right and up."""
MOST_HAND_MM = 36.0
"""Of one tick, below what the theatre refuses; what is more follows in the next ticks."""
FINEST_MM = 0.5
"""A stroke is not cut finer: slow hands need no more lines in a recording than before."""


def joined(strokes: Sequence[Step], step: Step) -> tuple[Step, ...]:
    """Return strokes with one more motion: it goes on with the last one, or turns back and begins its own."""
    if strokes and strokes[-1][0] * step[0] + strokes[-1][1] * step[1] >= 0.0:
        return (*strokes[:-1], _sum(strokes[-1], step))
    return (*strokes, step)


def at_most(strokes: Sequence[Step], count: int) -> tuple[Step, ...]:
    """Return no more strokes than so many: the shortest, a trembling, go into those around them."""
    kept = list(strokes)
    while len(kept) > count:
        shortest = min(range(len(kept)), key=lambda k: math.hypot(*kept[k]))
        first, last = max(shortest - 1, 0), min(shortest + 1, len(kept) - 1)
        kept[first : last + 1] = [_sum(*kept[first : last + 1])]
    return tuple(kept)


def spread(strokes: Sequence[Step], ticks: int) -> tuple[list[tuple[int, Step]], tuple[Step, ...]]:
    """Spread strokes over the ticks of a frame, at even speed within each stroke.

    Args:
        strokes: In order.
        ticks: Of the frame, 1 or more.

    Returns:
        Tick of the frame, 0 first, and motion of each step, one a tick at most; and what was too far for these ticks.
    """
    kept = at_most(strokes, ticks)
    steps: list[tuple[int, Step]] = []
    rest: tuple[Step, ...] = ()
    start = 0
    for stroke, share in zip(kept, _shares([math.hypot(*stroke) for stroke in kept], ticks), strict=True):
        length = math.hypot(*stroke)
        part = min(1.0, share * MOST_HAND_MM / length) if length else 0.0
        count = min(share, max(1, math.ceil(part * length / FINEST_MM)))
        step = (stroke[0] * part / count, stroke[1] * part / count)
        if part:
            steps += [(start + k * share // count, step) for k in range(count)]
        if part < 1.0 and length:
            rest = joined(rest, (stroke[0] * (1.0 - part), stroke[1] * (1.0 - part)))
        start += share
    return steps, rest


def _shares(lengths: Sequence[float], ticks: int) -> list[int]:
    """Return how many of the ticks each stroke gets: one at least, the others by its length."""
    whole = sum(lengths)
    free = ticks - len(lengths)
    ends = [round(free * sum(lengths[: k + 1]) / whole) if whole else 0 for k in range(len(lengths))]
    return [1 + end - before for before, end in zip([0, *ends], ends, strict=False)]


def _sum(*steps: Step) -> Step:
    return sum(step[0] for step in steps), sum(step[1] for step in steps)
