"""A syringe that draws spinal fluid through the pump's access port: suction by the pull on its plunger.

A pull of F newtons on a plunger of area A makes a suction of F / A, so a thin syringe sucks harder than its
user knows. Too much of it lays the sac's wall or a rootlet on the catheter's holes, and a free catheter
looks blocked (expert judgement for the threshold).
"""

import math
from dataclasses import dataclass

from game.patient.csf import flow_ml_per_min

HAND_N_PER_MM = 1.0
PLUNGER_N = 1.0
"""Friction of a wet plunger (expert judgement)."""
CMH2O_PER_KPA = 10.197
SUCKED_ON_CMH2O, LETS_GO_CMH2O = 200.0, 40.0
"""Suction at which the holes are covered, and below which they come free (expert judgement)."""
AIR_ML_PER_MIN = 40.0
"""What a plunger draws past a joint that does not seal (expert judgement)."""


@dataclass
class Aspiration:
    """A syringe on the access port.

    Attributes:
        bore_mm: Inner diameter of the barrel.
        drawn_ml: Spinal fluid in it; `air_ml` and `drug_ml` what else came.
        plunger_mm: How far the plunger is out.
        hand_mm: Where the hand would have it.
        gripped: Whether a hand holds it.
        covered: Whether suction has laid tissue on the holes.
        pulled_s: Seconds of pulling since it was set.
    """

    bore_mm: float
    drawn_ml: float = 0.0
    air_ml: float = 0.0
    drug_ml: float = 0.0
    plunger_mm: float = 0.0
    hand_mm: float = 0.0
    gripped: bool = False
    covered: bool = False
    pulled_s: float = 0.0

    @property
    def area_mm2(self) -> float:
        """Of the plunger."""
        return math.pi * self.bore_mm**2 / 4.0

    @property
    def suction_cmh2o(self) -> float:
        """Below the room's pressure, from the hand's pull beyond friction."""
        force_n = HAND_N_PER_MM * (self.hand_mm - self.plunger_mm) - PLUNGER_N
        return max(0.0, force_n) / self.area_mm2 * 1000.0 * CMH2O_PER_KPA if self.gripped else 0.0


def pull(syringe: Aspiration, out_mm: float) -> None:
    """Move the hand on the plunger; nobody pulls with more than 40 N."""
    syringe.hand_mm = min(max(syringe.hand_mm + out_mm, syringe.plunger_mm), syringe.plunger_mm + 40.0)


def advance(
    syringe: Aspiration, seconds: float, pressure_cmh2o: float, bore_mm: float, length_mm: float, passes: float, leaks: bool
) -> float:
    """Draw for a while; return the spinal fluid that came, mL.

    Args:
        syringe: Changed in place.
        seconds: How long.
        pressure_cmh2o: In the sac.
        bore_mm: Of the catheter.
        length_mm: Of the catheter.
        passes: Share of a free catheter's flow that this one lets through.
        leaks: Whether the joint draws air, which then comes instead.
    """
    suction = syringe.suction_cmh2o
    if suction <= 0.0:
        syringe.covered = syringe.covered and suction > LETS_GO_CMH2O
        return 0.0
    syringe.pulled_s += seconds
    if leaks:
        _take(syringe, air_ml=AIR_ML_PER_MIN * seconds / 60.0)
        return 0.0
    syringe.covered = suction > (LETS_GO_CMH2O if syringe.covered else SUCKED_ON_CMH2O)
    if syringe.covered:
        return 0.0
    came_ml = passes * flow_ml_per_min(pressure_cmh2o + suction, bore_mm, length_mm) * seconds / 60.0
    _take(syringe, csf_ml=came_ml)
    return came_ml


def draw_drug(syringe: Aspiration, seconds: float) -> None:
    """Draw from the pump's chamber, which gives freely: the needle stands in the wrong port."""
    if syringe.suction_cmh2o > 0.0:
        _take(syringe, drug_ml=AIR_ML_PER_MIN * seconds / 60.0)


def _take(syringe: Aspiration, csf_ml: float = 0.0, air_ml: float = 0.0, drug_ml: float = 0.0) -> None:
    syringe.drawn_ml += csf_ml
    syringe.air_ml += air_ml
    syringe.drug_ml += drug_ml
    syringe.plunger_mm += (csf_ml + air_ml + drug_ml) * 1000.0 / syringe.area_mm2
    syringe.hand_mm = max(syringe.hand_mm, syringe.plunger_mm)
