"""Events of the anchoring step."""

from dataclasses import dataclass
from typing import Literal

from game.base import Event

Struck = Literal["needle", "catheter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BladeStruck(Event):
    """The blade struck the needle, which shields what is in it, or the bare catheter."""

    what: Struck


@dataclass(frozen=True, slots=True, kw_only=True)
class VesselCut(Event):
    """A vessel of the fat was cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VesselSealed(Event):
    """A bleeder was closed by cautery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FasciaOpened(Event):
    """The blade went through the fascia."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BiteMade(Event):
    """A stitch went through tissue.

    Attributes:
        for_anchor: Whether it fixes the anchor; otherwise it belongs to the purse-string.
        holds: What it holds.
        pierced: Whether it went through the bare catheter.
    """

    for_anchor: bool
    holds: str
    pierced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied(Event):
    """The purse-string was tied."""

    tension_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TieCut(Event):
    """The purse-string was cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedleOut(Event):
    """The needle is off the catheter; the tip has come back by so much since the step began."""

    tip_shift_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WireOut(Event):
    """The guide wire is out."""

    through_needle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EndFell(Event):
    """The open end slid off the drape: it hangs low and is no longer sterile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorSet(Event):
    """The anchor lies at so much from the fascia, turned so far from the catheter's line."""

    gap_mm: float
    off_line_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorSlipped(Event):
    """The catheter slid in its anchor under a pull."""

    slip_mm: float
