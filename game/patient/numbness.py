"""Where local anaesthetic has made the body numb, and how much."""

import math
from collections.abc import Sequence

import numpy as np

from game.frames import Array

Deposit = tuple[float, float, float, float, float]
"""Patient x, y, z in mm, mg of lidocaine, theatre second of the injection."""

CONCENTRATION_MG_PER_ML = 10.0
"""Lidocaine 1 %."""
TISSUE_SHARE = 0.2
"""Part of a tissue that injected fluid can fill (interstitial fluid: textbook value)."""
RIM_MM = 5.0
"""Beyond the filled ball numbness fades over this distance (expert judgement)."""
STARTS_S, ONSET_S = 15.0, 120.0
LASTS_S, FADES_S = 5400.0, 1800.0
"""Full after two minutes, for 90 minutes, gone half an hour later (expert judgement for infiltrated lidocaine)."""


def spread_mm(dose_mg: float) -> float:
    """Return the radius of the ball of tissue that a deposit fills: 1 mL fills 10.6 mm."""
    volume_mm3 = 1000.0 * dose_mg / CONCENTRATION_MG_PER_ML
    return float((3.0 * volume_mm3 / (4.0 * math.pi * TISSUE_SHARE)) ** (1.0 / 3.0))


def strength(age_s: float) -> float:
    """Return how much of its full effect a deposit has at an age, 0 to 1."""
    if age_s <= STARTS_S:
        return 0.0
    if age_s < ONSET_S:
        return (age_s - STARTS_S) / (ONSET_S - STARTS_S)
    return max(0.0, min(1.0, 1.0 - (age_s - LASTS_S) / FADES_S))


def numbness(deposits: Sequence[Deposit], points_mm: Array, theatre_s: float) -> Array:
    """Return how numb points are.

    Args:
        deposits: Every injection of the case.
        points_mm: Patient frame, shape (n, 3).
        theatre_s: Theatre second now.

    Returns:
        0 (feels all) to 1 (feels nothing), shape (n,); deposits add up as 1 - (1 - a)(1 - b).
    """
    points = np.asarray(points_mm, dtype=np.float64)
    feeling = np.ones(points.shape[0])
    for x, y, z, dose_mg, given_s in deposits:
        effect = strength(theatre_s - given_s)
        if effect == 0.0:
            continue
        away_mm = np.sqrt(((points - (x, y, z)) ** 2).sum(axis=1)) - spread_mm(dose_mg)
        feeling = feeling * (1.0 - effect * np.clip(1.0 - away_mm / RIM_MM, 0.0, 1.0))
    return 1.0 - feeling
