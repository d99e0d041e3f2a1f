"""Naming vertebrae on a picture: a finger points, a name is said, and the nearest vertebra is the truth."""

from dataclasses import dataclass
from typing import get_args

import numpy as np

from game.imaging.quality import level_at
from game.operation.positioning.actions import Level
from game.operation.theatre import Theatre
from game.patient import Patient

LEVELS: tuple[Level, ...] = get_args(Level)
REACH_MM = 45.0  # from the middle of a body on the picture: its processes still belong to it (expert judgement)


@dataclass(frozen=True, slots=True)
class Named:
    """A vertebra named on a picture.

    Attributes:
        level: What was said.
        truth: The vertebra that the finger pointed at; "" where it pointed past them all.
        exposure: Index of that picture.
        u, v: Where the finger pointed.
    """

    level: str
    truth: str
    exposure: int
    u: float
    v: float


def refuse_naming(theatre: Theatre, level: str, u: float, v: float) -> str | None:
    """Say why a vertebra cannot be named on the held picture, or None."""
    if level not in LEVELS:
        return f"There is no vertebra called {level} here; say {LEVELS[0]} to {LEVELS[-1]}."
    if not theatre.fluoroscope.exposures:
        return "There is no picture to point at yet."
    shown = theatre.fluoroscope.exposures[-1].carm.blades.shows(np.array([u, v]))
    return None if shown else "That is outside the picture."


def named_on_held(theatre: Theatre, lying: Patient, level: str, u: float, v: float) -> Named:
    """Return what naming a vertebra on the held picture comes to; `lying` is the patient as he lay in it."""
    index = len(theatre.fluoroscope.exposures) - 1
    return Named(level, level_at(theatre.fluoroscope.exposures[index], lying, u, v, REACH_MM), index, u, v)
