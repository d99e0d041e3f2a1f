"""Pain, touched nerves and losses as the operation causes them."""

import math

import numpy as np

from game.base import Event
from game.operation.events import CriticalError
from game.operation.implant import Way
from game.operation.theatre import Theatre
from game.patient.numbness import numbness
from game.patient.physiology import Stimuli

PAIN_FADE_S = 4.0  # expert judgement: a needle's sting is gone in a few breaths
SHOCK_FADE_S = 3.0
CSF_LIMIT_ML = 10.0  # critical loss of a case (expert judgement)


def pain_now(theatre: Theatre) -> float:
    """Return the pain that is left of the last sting, 0 to 10."""
    return theatre.strain.pain * math.exp(-(theatre.theatre_s - theatre.strain.pain_s) / PAIN_FADE_S)


def shock_now(theatre: Theatre) -> float:
    """Return what is left of the last touch of a nerve, 0 to 1."""
    return theatre.strain.shock * math.exp(-(theatre.theatre_s - theatre.strain.shock_s) / SHOCK_FADE_S)


def hurt(theatre: Theatre, pain: float, at_mm: tuple[float, float, float]) -> float:
    """Hurt the patient at a place, less where local anaesthetic works; return what is felt there."""
    numb = float(numbness(theatre.lidocaine.deposits, np.array([at_mm]), theatre.theatre_s)[0])
    felt = pain * (1.0 - numb)
    if felt > pain_now(theatre):
        theatre.strain.pain, theatre.strain.pain_s = felt, theatre.theatre_s
    return felt


def shock(theatre: Theatre, amount: float) -> None:
    """Touch a nerve root, 0 to 1 hard."""
    if amount > shock_now(theatre):
        theatre.strain.shock, theatre.strain.shock_s = amount, theatre.theatre_s


def lose_csf(theatre: Theatre, way: Way, volume_ml: float) -> list[Event]:
    """Let spinal fluid run out of the patient, and remember which way it went; tell when the case has lost too much."""
    before_ml = theatre.strain.csf_lost_ml
    theatre.strain.csf_lost_ml += volume_ml
    theatre.implant.lost_ml[way] = theatre.implant.lost_ml.get(way, 0.0) + volume_ml
    over = before_ml <= CSF_LIMIT_ML < theatre.strain.csf_lost_ml
    return [CriticalError(tick=theatre.tick, id="csf-over-10-ml")] if over else []


def stimuli(theatre: Theatre) -> Stimuli:
    """Return what acts on the body now."""
    strain = theatre.strain
    return Stimuli(
        pain=pain_now(theatre),
        nerve_shock=shock_now(theatre),
        csf_lost_ml=strain.csf_lost_ml,
        trunk_head_up_deg=strain.head_up_deg,
        valsalva=theatre.theatre_s < strain.valsalva_until_s,
        blood_lost_ml=strain.blood_lost_ml,
        pleura_open=strain.pleura_open,
    )
