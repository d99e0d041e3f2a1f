"""Actions of the catheter step beyond the theatre's own and the needle's."""

from dataclasses import dataclass

from game.base import Action


@dataclass(frozen=True, slots=True)
class InjectContrast(Action):
    """Press the plunger of the contrast medium that is set on the open hub.

    Attributes:
        volume_ml: 0.1 to 3, of iohexol 180, which is safe in the sac.
    """

    volume_ml: float


@dataclass(frozen=True, slots=True)
class DrawWire(Action):
    """Draw the guide wire out of the catheter.

    Attributes:
        back_mm: 1 to 50.
    """

    back_mm: float


@dataclass(frozen=True, slots=True)
class NewCatheter(Action):
    """Have a fresh catheter opened for one that is spoilt."""
