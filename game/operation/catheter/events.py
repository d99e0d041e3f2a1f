"""Events of the catheter step, beside those of the needle and of the catheter as a thing."""

from dataclasses import dataclass

from game.base import Event
from game.instruments.catheter import Looped, Sheared, WallCut
from game.operation.needle import events as needle
from game.operation.steps import Told

SPACE_WORDS = {
    "intrathecal": "catheter in the sac",
    "epidural": "catheter outside the dura",
    "subdural": "catheter under the dura",
    "vein": "catheter in a vein",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threaded(Event):
    """The catheter lies a few centimetres deep in a space; told once for each way in.

    Attributes:
        space: intrathecal, epidural, subdural or vein.
    """

    space: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TipCalled(Event):
    """The level of the tip was called.

    Attributes:
        level: What was said.
        exposure: Of which picture.
    """

    level: str
    exposure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastGiven(Event):
    """Contrast medium was injected.

    Attributes:
        volume_ml: How much.
    """

    volume_ml: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WireDrawn(Event):
    """The guide wire was drawn back inside a standing needle."""


def told(event: Event) -> Told | None:
    """Return what the timeline says of an event of this step."""
    match event:
        case Threaded(space=space):
            return Told(SPACE_WORDS.get(space, "catheter blocked"))
        case TipCalled(level=level, exposure=exposure):
            return Told(f"tip called at {level}", exposure)
        case ContrastGiven(volume_ml=volume_ml):
            return Told(f"contrast {volume_ml:.1f} mL")
        case Looped():
            return Told("loop")
        case WallCut():
            return Told("catheter's wall cut")
        case Sheared():
            return Told("catheter sheared off")
        case WireDrawn():
            return Told("wire drawn in the needle")
    return needle.told(event)
