"""Actions of the needle step beyond the theatre's own: the needle and syringes answer to the grammar of the hands."""

from dataclasses import dataclass

from game.base import Action


@dataclass(frozen=True, slots=True)
class Inject(Action):
    """Press the plunger of the local anaesthetic where the syringe's needle is.

    Attributes:
        volume_ml: 0.1 to 10, of lidocaine 10 mg/mL.
    """

    volume_ml: float


@dataclass(frozen=True, slots=True)
class PressPlunger(Action):
    """Press the plunger of the loss-of-resistance syringe, full of saline, on the open hub."""


@dataclass(frozen=True, slots=True)
class PlaceNeedle(Action):
    """Set the point of the instrument in the hand on the skin."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class TakeOut(Action):
    """Draw the needle out of the skin altogether."""
