"""Actions of the positioning step."""

from dataclasses import dataclass
from typing import Literal

from game.base import Action
from game.operation.actions import Ink, MarkKind

Level = Literal["T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5"]


@dataclass(frozen=True, slots=True)
class PlacePatient(Action):
    """Bend the hips and roll the trunk to new values, then let go.

    Attributes:
        hip_flexion_deg: 0 to 110.
        roll_deg: Turn of the trunk from where the patient lies now, positive rolls the belly down.
    """

    hip_flexion_deg: float
    roll_deg: float


@dataclass(frozen=True, slots=True)
class NameLevel(Action):
    """Point at a vertebra on the held picture and say its name.

    Attributes:
        level: What it is called.
        u, v: Place on the picture, -1 to 1 from the centre, right and up.
    """

    level: Level
    u: float
    v: float


@dataclass(frozen=True, slots=True)
class PlaceMarker(Action):
    """Lay the metal marker on the skin, or slide it to a new place."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class MarkSkin(Action):
    """Ink a mark on the skin.

    Attributes:
        kind: What it stands for; two marks make the line of an incision or of the midline.
    """

    kind: Ink
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class WipeMark(Action):
    """Take back the last mark of a kind; the metal marker is lifted off."""

    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Palpate(Action):
    """Press a finger on the skin and feel what lies under it."""

    x_mm: float
    y_mm: float
