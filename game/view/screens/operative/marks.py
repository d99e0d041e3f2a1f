"""Ink on the skin, from what is seen of the marks."""

import math
from collections.abc import Iterable, Sequence

from game.operation.positioning.sight import MarkSight
from game.view.field.features import Feature, Ink, mark_ink

MARK_NAMES: dict[str, str] = {
    "window": "Window mark (cross)",
    "level": "Level mark (cross)",
    "entry": "Entry mark (ring)",
    "incision": "Incision",
    "midline": "Midline",
    "pocket": "Pump pocket",
    "metal": "Metal rod",
}
LINES = ("incision", "midline")
NAMED_WITHIN_MM = 7.0
"""A pointer nearer than this to a mark is on it: a little more than a ring's radius."""


def mark_at(marks: Sequence[MarkSight], x_mm: float, y_mm: float) -> str:
    """Return the name of the mark that a field-plane place is on, the nearest where there are more, or "" off them all."""
    near: list[tuple[float, str]] = [
        (math.dist((mark.x_mm, mark.y_mm), (x_mm, y_mm)), mark.kind) for mark in marks if mark.kind in MARK_NAMES
    ]
    for line in LINES:
        ends = [(mark.x_mm, mark.y_mm) for mark in marks if mark.kind == line][-2:]
        if len(ends) == 2:
            near.append((_off_line(ends[0], ends[1], (x_mm, y_mm)), line))
    away, kind = min(near, default=(math.inf, ""))
    return MARK_NAMES[kind] if away < NAMED_WITHIN_MM else ""


def _off_line(start: tuple[float, float], end: tuple[float, float], at: tuple[float, float]) -> float:
    """Return the distance of a place from a stretch of line."""
    run, off = (end[0] - start[0], end[1] - start[1]), (at[0] - start[0], at[1] - start[1])
    squared = run[0] ** 2 + run[1] ** 2
    part = min(max((off[0] * run[0] + off[1] * run[1]) / squared, 0.0), 1.0) if squared > 0.0 else 0.0
    return math.dist(off, (part * run[0], part * run[1]))


def ink_of(marks: Sequence[MarkSight], heavier_mm: float = 0.0) -> list[Feature]:
    """Return the ink of marks as they are seen."""
    return inked([(mark.kind, mark.x_mm, mark.y_mm) for mark in marks], heavier_mm)


def inked(places: Iterable[tuple[str, float, float]], heavier_mm: float = 0.0) -> list[Feature]:
    """Return the ink of kinds of marks at field-plane places; the last two incision or midline marks are joined by a line."""
    placed = [(kind, round(x_mm, 1), round(y_mm, 1)) for kind, x_mm, y_mm in places]
    found: list[Feature] = [ink for mark in placed if (ink := mark_ink(*mark, heavier_mm)) is not None]
    for kind in ("incision", "midline"):
        ends = [(x_mm, y_mm) for own, x_mm, y_mm in placed if own == kind][-2:]
        if len(ends) == 2:
            found.append(Ink(((*ends[0], *ends[1]),), 1.3 + heavier_mm))
    return found
