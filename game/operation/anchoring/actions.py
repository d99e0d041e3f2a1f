"""Actions of the anchoring step beyond the theatre's own."""

from dataclasses import dataclass

from game.base import Action


@dataclass(frozen=True, slots=True)
class Clamp(Action):
    """K: put the shod clamp on the catheter's free end, or take it off."""


@dataclass(frozen=True, slots=True)
class Spread(Action):
    """Set the self-retaining retractor into the wound, or take it out."""
