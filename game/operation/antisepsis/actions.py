"""Actions of the antisepsis step. Scrubbing itself is `Grip`, `MoveHand`, `LetGo` with an applicator in the hand.

The field of this step is the skin unrolled: x along the body as the camera shows it, y the arc from the
dorsal midline over the upper flank to the belly, both mm.
"""

from dataclasses import dataclass
from typing import Literal

from game.base import Action


@dataclass(frozen=True, slots=True)
class RemoveHair(Action):
    """Deal with hair before the skin is prepared."""

    how: Literal["clip", "razor"]


@dataclass(frozen=True, slots=True)
class WashHands(Action):
    """Scrub the surgeon's own hands for some theatre minutes, 0.5 to 10."""

    minutes: float


@dataclass(frozen=True, slots=True)
class PutOnGloves(Action):
    """Put on sterile gloves, one pair or two."""

    pairs: int


@dataclass(frozen=True, slots=True)
class FreshApplicator(Action):
    """Drop the used applicator and take a fresh one.

    Attributes:
        agent: `chlorhexidine` or `iodine`.
    """

    agent: Literal["chlorhexidine", "iodine"]


@dataclass(frozen=True, slots=True)
class WipeOff(Action):
    """Wipe wet antiseptic off the skin with a swab, as the impatient do."""


@dataclass(frozen=True, slots=True)
class LayDrape(Action):
    """Lay or move one edge of the drape window; drapes stick and move outward only.

    Attributes:
        edge: Which side of the window.
        at_mm: Where its rim comes to lie: x for head and feet, y (arc) for down and belly.
    """

    edge: Literal["head", "feet", "down", "belly"]
    at_mm: float


@dataclass(frozen=True, slots=True)
class LayIncisionFilm(Action):
    """Stick the adhesive film over the draped window."""


@dataclass(frozen=True, slots=True)
class CoverCArm(Action):
    """Put the sterile cover on the C-arm."""
