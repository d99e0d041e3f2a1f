"""What happens while the skin is prepared and draped."""

from dataclasses import dataclass

from game.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HairRemoved(Event):
    """Hair was dealt with: `clip` or `razor`."""

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicatorOpened(Event):
    """A fresh applicator came into the hand."""

    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpongeReturned(Event):
    """A sponge came back on prepared skin from skin that was not, or from the bed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WipedOff(Event):
    """Wet antiseptic was wiped off; `cells` must be done again."""

    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draped(Event):
    """An edge of the window was laid or moved."""

    edge: str
    at_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GloveTorn(Event):
    """A glove tore; it shows, and a fresh pair mends it."""
