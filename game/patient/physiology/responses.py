"""What drugs, pain, a touched nerve and lost blood do to a body, as pure functions.

Drug responses are design values (expert judgement) shaped by the interaction of propofol, midazolam and
fentanyl (Short 1992; McEwan 1993) and by the loss of response to midazolam (Albrecht 1999).
"""

import math

OLD_Y = 70.0
OLD_SENSITIVITY = 1.6
"""Concentrations that do the same from 70 years on are smaller by this factor (expert judgement)."""
OPIOID_TOLERANCE = 2.0
"""People who come for a pump take opioids: twice the concentration does the same (expert judgement: 2 to 4)."""
APNOEA_EFFECT = 1.3
"""Combined effect beyond which nobody breathes by himself (expert judgement)."""
BLOOD_ML_PER_KG = 70.0
"""Blood volume of an adult (textbook value)."""


def combined_effect(propofol_ug_ml: float, midazolam_ng_ml: float, fentanyl_ng_ml: float, sensitivity: float = 1.0) -> float:
    """Return the joint depressant effect U of three drugs; 1 halves the ventilation.

    `U = P/3.5 + M/250 + F/3.5 + 0.5 (P/3.5)(F/3.5) + 0.4 (P/3.5)(M/250)`, expert judgement; the products are the
    synergy of propofol with the other two.
    """
    propofol = propofol_ug_ml * sensitivity / 3.5
    midazolam = midazolam_ng_ml * sensitivity / 250.0
    fentanyl = fentanyl_ng_ml * sensitivity / 3.5
    return propofol + midazolam + fentanyl + 0.5 * propofol * fentanyl + 0.4 * propofol * midazolam


def ventilation_ratio(effect: float) -> float:
    """Return the part of the resting minute ventilation that is left: `1 / (1 + U^1.6)`, none beyond U 1.3."""
    if effect > APNOEA_EFFECT:
        return 0.0
    return 1.0 / (1.0 + math.pow(effect, 1.6)) if effect > 0.0 else 1.0


def pressure_ratio(effect: float) -> float:
    """Return the part of the resting arterial pressure that is left: `1 - 0.35 U^1.3 / (1 + U^1.3)`."""
    if effect <= 0.0:
        return 1.0
    part = math.pow(effect, 1.3)
    return 1.0 - 0.35 * part / (1.0 + part)


def heart_ratio(effect: float) -> float:
    """Return the part of the resting heart rate that is left: `1 - 0.10 U`, never under 0.9 (general anaesthesia: -10 %)."""
    return 1.0 - 0.10 * min(effect, 1.0)


def sedation_score(effect: float) -> float:
    """Return the observer's assessment of alertness and sedation, 5 awake: `5 - 4 U / (0.6 + U)`."""
    return 5.0 - 4.0 * effect / (0.6 + effect) if effect > 0.0 else 5.0


def analgesia_ratio(fentanyl_ng_ml: float) -> float:
    """Return the part of a pain that is still felt under fentanyl; half at 3 ng/mL (expert judgement)."""
    return 3.0 / (3.0 + fentanyl_ng_ml)


def blood_loss_ratios(lost_ml: float, weight_kg: float) -> tuple[float, float, float]:
    """Return the factors of heart rate, arterial pressure and respiratory rate after losing blood.

    Knots at 15, 30 and 40 % of the blood volume: classes I to IV of ATLS, 10th edition, and expert judgement.
    """
    share = lost_ml / (BLOOD_ML_PER_KG * weight_kg)
    heart = _between(share, (0.0, 0.15, 0.30, 0.40), (1.0, 1.10, 1.35, 1.70))
    pressure = _between(share, (0.0, 0.15, 0.30, 0.40), (1.0, 1.0, 0.75, 0.55))
    breathing = _between(share, (0.0, 0.15, 0.30, 0.40), (1.0, 1.10, 1.40, 1.80))
    return heart, pressure, breathing


def _between(value: float, knots: tuple[float, ...], results: tuple[float, ...]) -> float:
    """Interpolate linearly between knots; constant beyond the ends."""
    if value <= knots[0]:
        return results[0]
    for low, high, first, second in zip(knots, knots[1:], results, results[1:], strict=False):
        if value <= high:
            return first + (second - first) * (value - low) / (high - low)
    return results[-1]
