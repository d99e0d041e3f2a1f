"""Actions of the connection step beyond the theatre's own."""

from dataclasses import dataclass
from typing import Literal

from game.base import Action

Site = Literal["belly", "back"]


@dataclass(frozen=True, slots=True)
class WriteTrimmed(Action):
    """Write on the chart how much of the catheter was cut off.

    Attributes:
        length_mm: As the trainee says, right or wrong.
    """

    length_mm: float


@dataclass(frozen=True, slots=True)
class SetSyringe(Action):
    """Put the needle of the syringe in the hand into the pump at a place of the field."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class TurnOver(Action):
    """Turn the pump in the hand over: its septum to the skin or to the fascia."""


@dataclass(frozen=True, slots=True)
class LookAt(Action):
    """Go over to the wound of the belly or to that of the back."""

    site: Site
