"""Events of the needle step."""

from dataclasses import dataclass
from typing import Literal

from game.base import Event
from game.operation.steps import Told

Answer = Literal["right", "late", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuralPuncture(Event):
    """The dura was pierced.

    Attributes:
        hole: How many holes there are now.
        outwards: Whether it was pierced from inside, through its front or side.
    """

    hole: int
    outwards: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NerveTouched(Event):
    """A root or the cord was touched; `side` is left, right or both."""

    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NerveAnswered(Event):
    """What the hand did after it touched a nerve: right, late or wrong; told once a touch."""

    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class NerveLeft(Event):
    """The point was drawn off the nerve that it had touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VeinTorn(Event):
    """An epidural vein was torn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubChanged(Event):
    """What shows at the open hub changed.

    Attributes:
        kind: dry, drops, stream, blood or pink.
        cause: Why it is dry, or "".
    """

    kind: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlungerPressed(Event):
    """The plunger of the loss-of-resistance syringe was pressed.

    Attributes:
        word: holds, gives slowly or gives way.
        force_n: That it took.
    """

    word: str
    force_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dripped(Event):
    """A drop fell from the hub."""


HUB_WORDS = {"drops": "CSF drops", "stream": "CSF", "pink": "pink CSF", "blood": "blood"}


def told(event: Event) -> Told | None:
    """Return what the timeline says of an event of this step."""
    match event:
        case DuralPuncture(hole=hole, outwards=outwards):
            return Told("out through the front" if outwards else ("dura" if hole == 1 else f"hole {hole}"))
        case NerveTouched():
            return Told("nerve touched")
        case VeinTorn():
            return Told("vein torn")
        case PlungerPressed(word=word):
            return Told(f"plunger {word}")
        case HubChanged(kind=kind) if kind in HUB_WORDS:
            return Told(HUB_WORDS[kind])
    return None
