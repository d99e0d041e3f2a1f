"""What a trainee sees of the standard views: what is asked for, and the vertebrae named so far."""

from dataclasses import dataclass

from game.operation.views.tasks import ViewTask


@dataclass(frozen=True, slots=True)
class ViewsSight:
    """The list of views.

    Attributes:
        asked: The view that is asked for now; None when all were shown.
        shown: How many were shown.
        named: Vertebrae named so far: level, exposure, (u, v) on it.
    """

    asked: ViewTask | None
    shown: int
    named: tuple[tuple[str, int, float, float], ...]
