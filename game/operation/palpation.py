"""What a finger feels through the skin of the back."""

import math
from typing import Literal

import numpy as np

from game.frames import Array
from game.patient import Patient

Feel = Literal["bone", "crest", "gap", "soft"]

FINGER_REACH_MM = 20.0  # a fingertip that presses finds bone through this much soft tissue (expert judgement)
FINGER_ERROR_MM = 2.0  # standard deviation of that reach from press to press (expert judgement)
MIDLINE_MM = 10.0
CREST_MM = 35.0


def feel(patient: Patient, skin_mm: Array, reach_error: float) -> Feel:
    """Return what a finger makes of one place.

    Fat blunts: only bone within the finger's reach is felt, so that in a stout back every place is soft.

    Args:
        patient: Whose back.
        skin_mm: Where the finger presses, patient frame, shape (3,).
        reach_error: Standard normal draw: how hard this press happens to be.
    """
    reach_mm = FINGER_REACH_MM + FINGER_ERROR_MM * reach_error
    if float(patient.bone_distance_mm(skin_mm[None])[0]) <= reach_mm:
        return "crest" if _near_crest(patient, skin_mm) else "bone"
    return "gap" if _between_bumps(patient, skin_mm, reach_mm) else "soft"


def _near_crest(patient: Patient, skin_mm: Array) -> bool:
    crests = [patient.landmarks[f"iliac_crest_{side}"] for side in ("left", "right")]
    return any(math.hypot(float(skin_mm[0] - crest[0]), float(skin_mm[2] - crest[2])) <= CREST_MM for crest in crests)


def _between_bumps(patient: Patient, skin_mm: Array, reach_mm: float) -> bool:
    """Say whether a spinous process is near enough above and below, in the midline."""
    tips = np.array([point for name, point in patient.landmarks.items() if name.endswith(".spinous_tip")])
    above, below = tips[tips[:, 2] >= skin_mm[2]], tips[tips[:, 2] < skin_mm[2]]
    return all(_bump_near(patient, skin_mm, side, reach_mm) for side in (above, below))


def _bump_near(patient: Patient, skin_mm: Array, tips: Array, reach_mm: float) -> bool:
    if len(tips) == 0:
        return False
    tip = tips[np.argmin(np.abs(tips[:, 2] - skin_mm[2]))]
    depth_mm = -float(patient.skin_distance_mm(tip[None])[0])
    aside_mm, along_mm = abs(float(tip[0] - skin_mm[0])), abs(float(tip[2] - skin_mm[2]))
    return aside_mm <= MIDLINE_MM and along_mm <= 2.0 * reach_mm and depth_mm <= reach_mm
