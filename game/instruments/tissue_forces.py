"""What each layer does to the point and the shaft of a 16 G needle with its stylet in, at 2 mm/s.

Stiffness, peak, cutting force and shaft friction are design values (expert judgement) scaled to the
measured peak of the ligamentum flavum (Vaughan 2012, Wee 2017) and to the dura's indentation of 2 to
6 mm (Zarzur 1992). Muscle's stiffness is its peak over its indentation of 2 mm.
"""

import math
from dataclasses import dataclass

from game.patient import Tissue

REFERENCE_OD_MM = 1.65
DIAMETER_EXPONENT = 1.2
REFERENCE_SPEED_MM_S = 2.0
SPEED_EXPONENT = 0.1
BURRED = 1.25  # a burred point needs more force (expert judgement)
ACROSS_FIBRES = 1.3  # the dura's peak with the bevel across its fibres, Lewis 2000 for the direction


@dataclass(frozen=True, slots=True)
class Layer:
    """How one tissue resists.

    Attributes:
        stiffness_n_per_mm: Push back per mm of indentation before the point is through.
        peak_n: Force at which the point is through; infinite for bone, 0 where it cuts at once.
        cut_n: Force while the point cuts on.
        friction_n_per_mm: Drag on each mm of shaft.
        grain_n: Size of the gritty ripple on the cutting force.
    """

    stiffness_n_per_mm: float
    peak_n: float
    cut_n: float
    friction_n_per_mm: float
    grain_n: float = 0.0


BONE = Layer(250.0, math.inf, math.inf, 0.0)
NICKED_SKIN = Layer(1.5, 1.5, 0.8, 0.03)
LAYERS: dict[Tissue, Layer] = {
    Tissue.OUTSIDE: Layer(0.0, 0.0, 0.0, 0.0),
    Tissue.SKIN: Layer(1.4, 11.0, 3.0, 0.10),
    Tissue.FAT: Layer(0.05, 0.0, 0.6, 0.010),
    Tissue.FASCIA: Layer(1.0, 4.5, 1.5, 0.06),
    Tissue.MUSCLE: Layer(1.25, 2.5, 1.8, 0.03, grain_n=0.2),
    Tissue.SUPRASPINOUS: Layer(1.8, 7.0, 4.0, 0.09, grain_n=0.5),
    Tissue.INTERSPINOUS: Layer(0.5, 0.0, 3.5, 0.07, grain_n=0.8),
    Tissue.FLAVUM: Layer(2.5, 11.0, 6.0, 0.12),
    Tissue.EPIDURAL: Layer(0.02, 0.0, 0.3, 0.005),
    Tissue.DURA: Layer(0.8, 2.8, 0.4, 0.01),
    Tissue.CSF: Layer(0.0, 0.0, 0.05, 0.002),
    Tissue.ROOT: Layer(0.0, 0.0, 0.1, 0.002),
    Tissue.CORD: Layer(0.1, 0.0, 0.2, 0.01),
    Tissue.DISC: Layer(1.5, 9.0, 5.0, 0.12, grain_n=0.5),
    Tissue.CORTICAL: BONE,
    Tissue.TRABECULAR: BONE,
    Tissue.VEIN: Layer(0.02, 0.0, 0.3, 0.005),
    Tissue.VISCERA: Layer(0.2, 0.0, 0.8, 0.01),
    Tissue.LUNG: Layer(0.1, 0.0, 0.3, 0.005),
    Tissue.GAS: Layer(0.0, 0.0, 0.0, 0.0),
    Tissue.SCAR: Layer(1.5, 4.5, 3.6, 0.09, grain_n=0.6),  # stiffer than muscle and ligament by half, and no sudden end
    Tissue.LYTIC: Layer(0.2, 0.0, 0.8, 0.02),
    Tissue.SCLEROTIC: BONE,
    Tissue.PEEK: BONE,
    Tissue.TITANIUM: BONE,
}


def diameter_scale(od_mm: float) -> float:
    """Return how much a shaft of another diameter raises peak and cutting force."""
    return math.pow(od_mm / REFERENCE_OD_MM, DIAMETER_EXPONENT)


def speed_scale(speed_mm_s: float) -> float:
    """Return how much a speed raises peak and cutting force; held between 0.05 and 60 mm/s."""
    return math.pow(min(max(speed_mm_s, 0.05), 60.0) / REFERENCE_SPEED_MM_S, SPEED_EXPONENT)
