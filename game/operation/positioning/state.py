"""What the positioning step alone remembers."""

from dataclasses import dataclass, field

from game.operation.information import Look
from game.operation.naming import Named


@dataclass
class Positioning:
    """The patient on the table, as far as this step goes.

    Attributes:
        named: Levels named, oldest first.
        looks: Presses of the pedal since the step began.
        seen: Number of exposures that `looks` accounts for.
        felt: What the last press of a finger felt, "" before any.
        felt_xy_mm: Where that was, field plane.
        twist_deg: How far shoulders and pelvis lie rolled beyond the lumbar spine, positive with the belly down.
        crest_high_mm: How far above its bone hands meet this patient's iliac crest.
    """

    named: list[Named] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    seen: int = 0
    felt: str = ""
    felt_xy_mm: tuple[float, float] = (0.0, 0.0)
    twist_deg: float = 0.0
    crest_high_mm: float = 0.0
