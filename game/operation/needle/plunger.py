"""The loss-of-resistance syringe on the open hub: saline that goes in, or does not."""

from typing import Literal

import numpy as np

from game.base import Event
from game.instruments.needle import BONES, Needle, tip_mm
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.needle.events import PlungerPressed
from game.operation.needle.state import NeedleStep
from game.operation.theatre import Theatre
from game.patient import Tissue

Word = Literal["holds", "gives slowly", "gives way"]

PLUNGER_N: dict[Word, float] = {"holds": 11.0, "gives slowly": 4.0, "gives way": 0.8}
"""Thrust on the plunger: about 11 N in the ligament and under 1 N beyond it; fat and muscle between (expert judgement)."""
LOOSE = (Tissue.EPIDURAL, Tissue.CSF, Tissue.ROOT, Tissue.CORD, Tissue.VEIN, Tissue.OUTSIDE, Tissue.GAS, Tissue.LUNG)
SLOW = (Tissue.FAT, Tissue.MUSCLE, Tissue.VISCERA, Tissue.LYTIC)
SET_ON_S = 8.0  # filled, set on the hub, pressed and taken off again (expert judgement)


def refuse(theatre: Theatre) -> str | None:
    """Say why the plunger cannot be pressed now, or None."""
    needle = theatre.needle
    if theatre.hand.instrument != "lor":
        return "Take the loss-of-resistance syringe first."
    if needle is None or needle.entry_mm is None or needle.stylet_in:
        return "There is no open hub to set the syringe on."
    return None


def press(theatre: Theatre, step: NeedleStep, needle: Needle) -> list[Event]:
    """Press once, and keep how it felt as long as the needle stays there; a cavity in the ligament gives as fat does."""
    word = _word(theatre, needle)
    if (step.plunger, step.plunger_mm) == (word, needle.depth_mm):
        return []  # the thumb is still on it
    step.plunger, step.plunger_mm = word, needle.depth_mm
    booked = wait(theatre, SET_ON_S, "loss-of-resistance syringe")
    felt = PlungerPressed(tick=theatre.tick, word=word, force_n=PLUNGER_N[word])
    return [booked, felt, Sounded(tick=theatre.tick, sound="click", loudness=0.3)]


def _word(theatre: Theatre, needle: Needle) -> Word:
    tissue = Tissue(int(theatre.patient.tissue(np.asarray([tip_mm(needle)]))[0]))
    if needle.on_bone or tissue in BONES:
        return "holds"
    return "gives way" if tissue in LOOSE else "gives slowly" if tissue in SLOW else "holds"
