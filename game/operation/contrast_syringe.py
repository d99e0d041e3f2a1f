"""The syringe of contrast medium on the open hub of a needle."""

from game.base import Event
from game.instruments.catheter import opening_at
from game.instruments.needle import Needle, tip_mm
from game.operation.contrast import give, left_ml
from game.operation.core import wait
from game.operation.theatre import Theatre

PUSH_ML, S_PER_ML = (0.1, 3.0), 10.0  # at one push; drawn up, set on the hub, injected slowly (expert judgement)


def refuse(theatre: Theatre, volume_ml: float) -> str | None:
    """Say why contrast medium cannot be given through the needle now, or None."""
    needle = theatre.needle
    if theatre.hand.instrument != "contrast":
        return "Take the syringe of contrast first."
    if needle is None or needle.entry_mm is None or needle.stylet_in:
        return "There is no open hub to set the syringe on."
    low, high = PUSH_ML
    if not low <= volume_ml <= high:
        return f"One push gives {low:g} to {high:g} mL."
    return None if volume_ml <= left_ml(theatre) + 1e-9 else "The contrast is used up."


def through_needle(theatre: Theatre, needle: Needle, volume_ml: float) -> list[Event]:
    """Inject where the needle opens; the time that takes is booked."""
    place = opening_at(needle, theatre.patient)
    booked = wait(theatre, S_PER_ML * volume_ml, "contrast drawn up and injected slowly")
    give(theatre, volume_ml, tip_mm(needle), "tissue" if place is None or place.space == "" else place.space)
    return [booked]
