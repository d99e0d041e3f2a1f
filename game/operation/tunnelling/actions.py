"""Actions of the tunnelling step beyond the theatre's own."""

from dataclasses import dataclass

from game.base import Action


@dataclass(frozen=True, slots=True)
class SetDown(Action):
    """Bring what the hand holds to a place of the field: blade and syringe on the skin, rod and catheter to a wound."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class BendRod(Action):
    """Bend the rod while it is out, over a table's edge or with both hands.

    Attributes:
        bend_deg: Added to its bend per 100 mm.
    """

    bend_deg: float


@dataclass(frozen=True, slots=True)
class DrawRod(Action):
    """Draw the rod out of its sheath, which stays where it is."""


@dataclass(frozen=True, slots=True)
class DrawSheath(Action):
    """Draw the sheath out over the catheter."""


@dataclass(frozen=True, slots=True)
class OpenFreeEnd(Action):
    """Take the clamp off the catheter's free end, or put it back.

    Attributes:
        open: Whether fluid may run.
    """

    open: bool
