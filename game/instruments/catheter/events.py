"""What happens to a catheter while it is threaded."""

from dataclasses import dataclass
from typing import Literal

from game.base import Event
from game.frames import Side

Contact = Literal["free", "wall", "cord", "root", "septum", "adhesion", "bone"]
"""What the tip touches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TipLeft(Event):
    """The tip popped past the bevel."""

    force_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RootTouched(Event):
    """The tip met a root; whoever is awake feels it there."""

    side: Side
    root: str
    force_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CordTouched(Event):
    """The tip pressed on the cord."""

    force_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resistance(Event):
    """The push became firm or hard."""

    contact: Contact
    force_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed(Event):
    """What held the tip gave way."""

    contact: Contact
    force_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Looped(Event):
    """The catheter lies in one more loop than before."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckled(Event):
    """It folds between the walls: the tip stands and the length goes sideways."""

    force_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WallCut(Event):
    """The needle's heel cut into the wall of a catheter that was pulled back alone."""

    damage: float
    at_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheared(Event):
    """The heel cut the catheter through; the piece stays in the patient."""

    fragment_mm: float
