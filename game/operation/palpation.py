"""What a finger feels through the skin of the back."""

import math
from typing import Literal

import numpy as np

from game.frames import Array
from game.patient import Patient

Feel = Literal["bone", "crest", "gap", "soft"]

PRESS_MM = 22.0  # how far a finger sinks into a back of soft fat and muscle (expert judgement)
PRESS_ERROR_MM = 2.0  # standard deviation of that from press to press (expert judgement)
FINGERTIP_MM = 4.0  # bone that near to the fingertip's middle is felt (expert judgement)
DIP_MM = 3.0  # a finger tells a dip between two bumps when it is that much deeper than they are (expert judgement)
HAND_MM = 70.0  # how far the edge of a hand sinks into a flank above the iliac crest (expert judgement)
CREST_ASIDE_MM = 30.0
MIDLINE_MM = 10.0
STEP_MM = 2.0


def feel(patient: Patient, skin_mm: Array, push: float, crest_high_mm: float = 0.0) -> Feel:
    """Return what a finger makes of one place.

    Fat blunts: only bone that the sunken fingertip comes near to is felt, so that a stout back is soft everywhere.

    Args:
        patient: Whose back.
        skin_mm: Where the finger presses, patient frame, shape (3,).
        push: Standard normal draw: how hard this press happens to be.
        crest_high_mm: How far above the iliac crest's bone a hand meets it, through what lies over it.
    """
    press_mm = PRESS_MM + PRESS_ERROR_MM * push
    inward = -patient.skin_normal(skin_mm)
    depths = np.arange(0.0, press_mm, STEP_MM)
    path = skin_mm + np.append(depths, press_mm)[:, None] * inward
    if _crest_under(patient, skin_mm - np.array([0.0, 0.0, crest_high_mm]), inward):
        return "crest"
    met = np.flatnonzero(patient.bone_distance_mm(path) <= FINGERTIP_MM)
    bumps_mm = _bumps_mm(patient, skin_mm, press_mm)
    if bumps_mm is not None and (len(met) == 0 or float(depths[min(met[0], len(depths) - 1)]) > bumps_mm + DIP_MM):
        return "gap"
    return "bone" if len(met) else "soft"


def _crest_under(patient: Patient, skin_mm: Array, inward: Array) -> bool:
    """Say whether an iliac crest lies under the hand."""
    for side in ("left", "right"):
        offset = patient.landmarks[f"iliac_crest_{side}"] - skin_mm
        deep_mm = float(offset @ inward)
        aside_mm = math.sqrt(max(0.0, float(offset @ offset) - deep_mm**2))
        if 0.0 <= deep_mm <= HAND_MM and aside_mm <= CREST_ASIDE_MM:
            return True
    return False


def _bumps_mm(patient: Patient, skin_mm: Array, press_mm: float) -> float | None:
    """Return how deep the deeper of the bumps above and below a place of the midline is felt; None without two."""
    tips = np.array([point for name, point in patient.landmarks.items() if name.endswith(".spinous_tip")])
    above, below = tips[tips[:, 2] >= skin_mm[2]], tips[tips[:, 2] < skin_mm[2]]
    if len(above) == 0 or len(below) == 0:
        return None
    pair = np.stack([above[np.argmin(above[:, 2])], below[np.argmax(below[:, 2])]])
    depths = -patient.skin_distance_mm(pair) - FINGERTIP_MM
    if float(depths.max()) > press_mm or float(np.abs(pair[:, 0] - skin_mm[0]).max()) > MIDLINE_MM:
        return None
    return float(depths.max())
