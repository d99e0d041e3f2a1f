"""Ink and metal on the skin, from what is seen of the marks."""

from collections.abc import Sequence

from game.operation.positioning.sight import MarkSight
from game.view.field.features import Feature, Ink, mark_ink


def ink_of(marks: Sequence[MarkSight], heavier_mm: float = 0.0) -> list[Feature]:
    """Return the ink of marks; two incision or midline marks are joined by a line."""
    found: list[Feature] = []
    for mark in marks:
        ink = mark_ink(mark.kind, round(mark.x_mm, 1), round(mark.y_mm, 1), heavier_mm)
        if ink is not None:
            found.append(ink)
    for kind in ("incision", "midline"):
        ends = [(round(mark.x_mm, 1), round(mark.y_mm, 1)) for mark in marks if mark.kind == kind]
        if len(ends) >= 2:
            found.append(Ink(((*ends[0], *ends[1]),), 1.3 + heavier_mm))
    return found
