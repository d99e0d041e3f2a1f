"""Events of the tunnelling step."""

from dataclasses import dataclass
from typing import Literal

from game.base import Event
from game.instruments.tunneller import GaveWay
from game.operation.steps import Told

HarmKind = Literal["peritoneum", "bowel", "kidney", "pleura", "skin"]
HarmAnswer = Literal["right", "late", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinCut(Event):
    """The blade opened the skin; `wound` is belly or stop."""

    wound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RodIn(Event):
    """The rod went into the fat of a wound."""

    wound: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RodThrough(Event):
    """The rod's point came out in another wound."""

    wound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmed(Event):
    """The rod went where it must not go."""

    kind: HarmKind


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmAnswered(Event):
    """What the hands did after that; told once."""

    kind: HarmKind
    answer: HarmAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CatheterThrough(Event):
    """The catheter's end came out at the belly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatheterSlipped(Event):
    """A pull on the catheter drew it through its anchor."""

    slip_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDripped(Event):
    """A drop of spinal fluid fell from the free end."""


HARM_WORDS = {
    "peritoneum": "through the peritoneum",
    "bowel": "into bowel",
    "kidney": "into the kidney",
    "pleura": "through the pleura",
    "skin": "out through the skin",
}


def told(event: Event) -> Told | None:
    """Return what the timeline says of an event of this step."""
    match event:
        case SkinCut(wound=wound):
            return Told("belly opened" if wound == "belly" else "stop incision")
        case RodIn(count=count):
            return Told("rod in" if count == 1 else f"rod in, pass {count}")
        case GaveWay(face="fascia", inwards=True):
            return Told("fascia gave way")
        case RodThrough():
            return Told("rod through")
        case Harmed(kind=kind):
            return Told(HARM_WORDS[kind])
        case CatheterThrough():
            return Told("catheter through")
        case CatheterSlipped():
            return Told("catheter slipped in its anchor")
    return None
