"""Ink on the skin, from what is seen of the marks."""

from collections.abc import Iterable, Sequence

from game.operation.positioning.sight import MarkSight
from game.view.field.features import Feature, Ink, mark_ink


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
