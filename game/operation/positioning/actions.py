"""Actions of the positioning step."""

from dataclasses import dataclass

from game.base import Action


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
        level: Such as `L5`.
        u, v: Place on the picture, -1 to 1 from the centre, right and up.
    """

    level: str
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
        kind: `window`, `entry`, `incision` (two marks make the line) or `midline`.
    """

    kind: str
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class WipeMark(Action):
    """Take back the last mark of a kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class Palpate(Action):
    """Press a finger on the skin and feel what lies under it."""

    x_mm: float
    y_mm: float
