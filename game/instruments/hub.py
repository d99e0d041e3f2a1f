"""What comes out of an open needle hub: spinal fluid, blood, both, or nothing, each with its true cause."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from game.patient.csf import DROP_ML, flow_ml_per_min
from game.patient.tissue import Tissue

HubKind = Literal["dry", "drops", "stream", "blood", "pink"]

SURFACE_CMH2O = 1.2
"""Pressure that a drop needs to leave a hub 2.5 mm wide (Laplace: 2 x 0.07 N/m / 1.25 mm)."""
HUB_BORES_MM, HUB_FACTORS = (0.41, 0.95, 1.45), (1.0, 3.0, 10.0)
"""Real hubs and rootlets let through so many times less than a free tube, by bore (expert judgement: 3 to 10 from 18 G up)."""
STREAM_DROPS_PER_MIN = 120.0
SLOWEST_DROPS_PER_MIN = 2.0
"""Fewer drops than this read as a dry hub."""
LEAST_OPENING = 0.1
"""Part of the bevel that has to lie in the sac before anything comes."""
FLAP_KEEPS = 0.002
FREE_TURN_DEG = 70.0
"""A turn of the bevel that brings it away from a rootlet or flap: a quarter turn, roughly done."""
FLAP_AWAY, FLAP_PARTLY_IN = 0.04, 0.30
"""Chance of something against the bevel at the puncture: fully in, and hardly in (expert judgement; dry taps 1 to 5 %)."""
PINK_FROM, BLOOD_FROM = 0.02, 0.45
"""Share of blood in what drips from which it looks pink, and like blood."""
BLEEDING_ML_PER_MIN = 2.0
CLEARS_WAITING, CLEARS_TURNED = 0.5, 0.75
"""Share of bloody taps that clear by waiting, and by turning the bevel and waiting (expert judgement)."""
CLEARING_S = (60.0, 120.0)
"""Blood that clears does so in one to two minutes (expert judgement)."""


@dataclass(frozen=True, slots=True)
class HubInputs:
    """All that decides what shows at a hub.

    Attributes:
        tip_tissue: At the point of the needle.
        opening_in_sac: Part of the bevel's opening that lies inside the sac, 0 to 1.
        plug: Part of the bore that tissue blocks after a hollow advance, 0 to 1.
        rootlet_on_bevel: Whether a rootlet, flap or the wall lies against the opening.
        turned_deg: How far the bevel was turned since, either way.
        pressure_cmh2o: In the sac.
        hub_height_mm: Of the hub above the sac.
        bore_mm, length_mm: Of the needle.
        stylet_in: Whether the stylet fills the bore.
        blood_ml_per_min: Of a torn vein that finds its way into the needle.
    """

    tip_tissue: Tissue
    opening_in_sac: float
    pressure_cmh2o: float
    bore_mm: float
    length_mm: float
    stylet_in: bool
    plug: float = 0.0
    rootlet_on_bevel: bool = False
    turned_deg: float = 0.0
    hub_height_mm: float = 0.0
    blood_ml_per_min: float = 0.0


@dataclass(frozen=True, slots=True)
class HubFlow:
    """What shows at the hub.

    Attributes:
        kind: dry, drops, stream, blood or pink.
        ml_per_min: Of spinal fluid.
        blood_ml_per_min: Of blood.
        drops_per_min: Of both together.
        cause: Why there is no free flow: stylet, plug, flap, not_in, low_pressure, blood; "" when it is free.
    """

    kind: HubKind
    ml_per_min: float
    blood_ml_per_min: float
    drops_per_min: float
    cause: str


def hub_flow(inputs: HubInputs) -> HubFlow:
    """Return what comes out of a hub now."""
    if inputs.stylet_in:
        return HubFlow("dry", 0.0, 0.0, 0.0, "stylet")
    csf, cause = _fluid(inputs)
    blood = inputs.blood_ml_per_min * _free_bore(inputs.plug)
    drops = (csf + blood) / DROP_ML
    if drops < SLOWEST_DROPS_PER_MIN:
        return HubFlow("dry", 0.0, 0.0, 0.0, cause)
    share = blood / (csf + blood)
    if share >= BLOOD_FROM:
        return HubFlow("blood", csf, blood, drops, "blood")
    if share >= PINK_FROM:
        return HubFlow("pink", csf, blood, drops, "blood")
    return HubFlow("stream" if drops >= STREAM_DROPS_PER_MIN else "drops", csf, blood, drops, "")


def _fluid(inputs: HubInputs) -> tuple[float, str]:
    """Return the flow of spinal fluid in mL/min and, where there is hardly any, why: the first obstacle from the hub inwards."""
    drive = inputs.pressure_cmh2o - inputs.hub_height_mm / 10.0 - SURFACE_CMH2O
    free = flow_ml_per_min(drive, inputs.bore_mm, inputs.length_mm) / hub_factor(inputs.bore_mm)
    obstacles = (
        ("plug", _free_bore(inputs.plug)),
        ("not_in", _free_opening(inputs.opening_in_sac)),
        ("flap", FLAP_KEEPS if inputs.rootlet_on_bevel and inputs.turned_deg < FREE_TURN_DEG else 1.0),
    )
    for name, passes in obstacles:
        free *= passes
        if passes < 0.05:
            return free, name
    return free, "low_pressure" if free / DROP_ML < SLOWEST_DROPS_PER_MIN else ""


def hub_factor(bore_mm: float) -> float:
    """Return by how much a real hub and its surroundings slow the flow, by bore."""
    return float(np.interp(bore_mm, HUB_BORES_MM, HUB_FACTORS))


def _free_bore(plug: float) -> float:
    """Return what a bore plugged over a part of its area lets through: the square of the open area (Poiseuille)."""
    return (1.0 - min(1.0, max(0.0, plug))) ** 2


def _free_opening(inside: float) -> float:
    return 0.0 if inside < LEAST_OPENING else min(1.0, inside)


def flap_chance(opening_in_sac: float) -> float:
    """Return how likely a rootlet or the dorsal wall lies against the bevel just after the puncture."""
    return FLAP_AWAY + (FLAP_PARTLY_IN - FLAP_AWAY) * (1.0 - min(1.0, max(0.0, opening_in_sac)))


@dataclass(frozen=True, slots=True)
class Bleed:
    """A torn vein that bleeds into the needle; its course is drawn when it tears.

    Attributes:
        luck: 0 to 1: below 0.5 it clears by waiting, below 0.75 if the bevel is turned as well, else never.
        lasts_s: How long it takes to clear.
    """

    luck: float
    lasts_s: float


def tear_vein(chance: np.random.Generator) -> Bleed:
    """Draw the course of a torn vein."""
    low, high = CLEARING_S
    return Bleed(luck=float(chance.random()), lasts_s=low + (high - low) * float(chance.random()))


def bleeding_ml_per_min(bleed: Bleed, since_s: float, turned_deg: float, in_vein: bool) -> float:
    """Return the blood that comes through an open needle.

    Args:
        bleed: Course of the torn vein.
        since_s: Theatre seconds since it tore.
        turned_deg: How far the bevel was turned since.
        in_vein: Whether the point still lies in the vein; then it never clears.
    """
    if in_vein:
        return BLEEDING_ML_PER_MIN
    turned = abs(turned_deg) >= FREE_TURN_DEG
    if bleed.luck >= (CLEARS_TURNED if turned else CLEARS_WAITING):
        return BLEEDING_ML_PER_MIN
    return BLEEDING_ML_PER_MIN * max(0.0, 1.0 - since_s / bleed.lasts_s)
