"""Stitches as a hand makes them: press, arc, release. How far the arc bulges from its chord is how deep it runs."""

import math

Place = tuple[float, float]
FASCIA_MM = 3.0
"""A shallower arc holds only the fat on the fascia (expert judgement)."""
LEAST_MM = 2.0
"""A shorter and flatter way is no bite (simulator tolerance)."""


def off_chord(start: Place, end: Place, place: Place) -> float:
    """Return the distance of a place from the line through two others, mm."""
    length = math.dist(start, end)
    if length < 1e-6:
        return math.dist(start, place)
    return abs((end[0] - start[0]) * (place[1] - start[1]) - (end[1] - start[1]) * (place[0] - start[0])) / length


def bulge_mm(way: list[Place]) -> float:
    """Return how far the arc of a way bulges from its chord."""
    return max((off_chord(way[0], way[-1], place) for place in way), default=0.0)


def is_bite(way: list[Place]) -> bool:
    """Return whether a way is long or deep enough to be one."""
    return len(way) >= 2 and (math.dist(way[0], way[-1]) >= LEAST_MM or bulge_mm(way) >= 1.0)


def passes_mm(way: list[Place], place: Place) -> float:
    """Return how near a bite's chord passes to a place."""
    (ax, ay), (bx, by) = way[0], way[-1]
    length2 = (bx - ax) ** 2 + (by - ay) ** 2
    share = 0.0 if length2 < 1e-9 else min(1.0, max(0.0, ((place[0] - ax) * (bx - ax) + (place[1] - ay) * (by - ay)) / length2))
    return math.dist(place, (ax + share * (bx - ax), ay + share * (by - ay)))


def sound(holds: str) -> str:
    """Return what a bite sounds like: a thread that holds, or one that tears out of fat."""
    return "tears" if holds == "fat" else "stitch"
