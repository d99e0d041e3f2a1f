"""Events of the connection step."""

from dataclasses import dataclass

from game.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CatheterCut(Event):
    """A piece of the catheter was cut off.

    Attributes:
        length_mm: Of the piece.
        off_deg: From square.
        crushed: Whether slow blades crushed the end.
    """

    length_mm: float
    off_deg: float
    crushed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorShut(Event):
    """The connector clicked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorOff(Event):
    """The connector came off the pump's stem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspirated(Event):
    """The first millilitre of something came into the syringe: csf, air or drug."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolesCovered(Event):
    """Too much suction laid tissue on the catheter's holes: nothing comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpSeated(Event):
    """The pump lies in its pocket."""

    fits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopSutured(Event):
    """A suture loop of the pump was stitched to what the bite held."""

    holds: str
    pierced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed(Event):
    """A narrow place of the catheter was opened; `cause` says which."""

    cause: str
