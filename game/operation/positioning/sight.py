"""What a trainee sees and feels while positioning."""

from dataclasses import dataclass

from game.operation.actions import MarkKind


@dataclass(frozen=True, slots=True)
class MarkSight:
    """A mark where the camera shows it, field-plane mm."""

    kind: MarkKind
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class PositioningSight:
    """The patient on the table.

    Attributes:
        hip_flexion_deg: Read off the thighs.
        trunk_lean_deg: How the shoulders and pelvis look rolled, read to the nearest 5 degrees.
        marks: Ink and metal on the skin.
        named: Levels named so far with (u, v) on their exposure.
        felt: What the last palpating finger felt: bone, gap, crest, soft, or "" before any.
        felt_xy_mm: Where that was.
    """

    hip_flexion_deg: float
    trunk_lean_deg: float
    marks: tuple[MarkSight, ...]
    named: tuple[tuple[str, float, float], ...]
    felt: str = ""
    felt_xy_mm: tuple[float, float] = (0.0, 0.0)
