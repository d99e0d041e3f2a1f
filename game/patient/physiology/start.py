"""The body as it comes into theatre, drawn from the seed."""

import math

import numpy as np

from game.patient import csf
from game.patient.physiology.course import advance_physiology, read_cuff
from game.patient.physiology.drugs import Drug, fentanyl, midazolam, propofol, run_drug
from game.patient.physiology.responses import OLD_SENSITIVITY, OLD_Y
from game.patient.physiology.state import Physiology, Rest, Stimuli
from game.patient.spec import PatientSpec
from game.streams import stream

WAVES = 6
DRY_SHARE = 0.08
"""Share of people so dry after fasting that the pressure is 6 cmH2O lower (share: expert judgement)."""
DRY_FALL_CMH2O = 6.0
_WAVE_S = (9.5, 31.0, 118.0, 14.0, 71.0, 240.0)


def start_physiology(spec: PatientSpec, seed: int, anaesthesia: str) -> Physiology:
    """Return the body at the start of the case.

    For `sedation` midazolam and a little fentanyl are on board, for `general` propofol runs and the lungs are
    ventilated, for `local` there is nothing but the drip.

    Args:
        spec: The patient.
        seed: The session's seed; draws come from the stream `physiology`.
        anaesthesia: local, sedation or general.

    Raises:
        ValueError: If the anaesthesia is none of these.
    """
    if anaesthesia not in ("local", "sedation", "general"):
        raise ValueError(f"anaesthesia is {anaesthesia!r}, must be local, sedation or general")
    chance = stream(seed, "physiology")
    rest = _rest(spec, chance)
    small_dose = spec.age_y >= OLD_Y
    drugs = {"propofol": propofol(spec), "fentanyl": fentanyl(), "midazolam": midazolam(spec)}
    if anaesthesia == "sedation":
        _sedate(drugs, small_dose)
    elif anaesthesia == "general":
        _put_to_sleep(drugs, small_dose)
    state = Physiology(
        anaesthesia=anaesthesia,
        rest=rest,
        propofol=drugs["propofol"],
        fentanyl=drugs["fentanyl"],
        midazolam=drugs["midazolam"],
        hr_bpm=rest.hr_bpm,
        map_mmhg=rest.map_mmhg,
        rr_per_min=12.0 if anaesthesia == "general" else rest.rr_per_min,
        spo2_percent=rest.spo2_percent,
        paco2_mmhg=35.0 if anaesthesia == "general" else rest.paco2_mmhg,
        temperature_c=rest.temperature_c,
        oxygen_l_min={"local": 0.0, "sedation": 2.0, "general": 10.0}[anaesthesia],
    )
    _settle(state)
    return state


def _rest(spec: PatientSpec, chance: np.random.Generator) -> Rest:
    """Draw resting values: HR 72 +- 10, MAP 93 +- 10, RR 14, SpO2 97 on air, EtCO2 38, 36.6 degrees (textbook values)."""
    pressure = csf.OPENING_MEAN_CMH2O + csf.OPENING_SD_CMH2O * _bounded(chance)
    if float(chance.random()) < DRY_SHARE:
        pressure = max(pressure - DRY_FALL_CMH2O, 1.0)
    return Rest(
        weight_kg=spec.weight_kg,
        hr_bpm=72.0 + 10.0 * _bounded(chance),
        map_mmhg=93.0 + 10.0 * _bounded(chance),
        pulse_mmhg=53.0 + 6.0 * _bounded(chance),
        rr_per_min=14.0 + 1.2 * _bounded(chance),
        spo2_percent=97.0 + 0.6 * _bounded(chance),
        paco2_mmhg=38.0 + 1.2 * _bounded(chance),
        temperature_c=36.6 + 0.15 * _bounded(chance),
        csf_opening_cmh2o=pressure,
        wave_periods_s=[period * (0.85 + 0.3 * float(chance.random())) for period in _WAVE_S],
        wave_phases_rad=[2.0 * math.pi * float(chance.random()) for _ in range(WAVES)],
        sensitivity=OLD_SENSITIVITY if spec.age_y >= OLD_Y else 1.0,
    )


def _bounded(chance: np.random.Generator) -> float:
    """Draw a standard normal value and bound it at two deviations."""
    return min(2.0, max(-2.0, float(chance.standard_normal())))


def _sedate(drugs: dict[str, Drug], small_dose: bool) -> None:
    """Give midazolam 2 mg (1 mg from 70 years) and fentanyl 25 ug eight minutes before the case."""
    drugs["midazolam"].x1 = 1000.0 if small_dose else 2000.0
    drugs["fentanyl"].x1 = 25.0
    for name in ("midazolam", "fentanyl"):
        run_drug(drugs[name], 480.0)


def _put_to_sleep(drugs: dict[str, Drug], small_dose: bool) -> None:
    """Run propofol at 6 ug/mL (3.75 from 70 years) and give fentanyl 150 ug (75), twenty minutes before the case."""
    drugs["propofol"].target = 3.75 if small_dose else 6.0
    drugs["fentanyl"].x1 = 75.0 if small_dose else 150.0
    for name in ("propofol", "fentanyl"):
        run_drug(drugs[name], 1200.0)


def _settle(state: Physiology) -> None:
    """Bring the body to where its drugs hold it, so that the first minute shows no drift, and read the cuff once."""
    quiet = Stimuli()
    for _ in range(1200):
        advance_physiology(state, quiet)
    state.steps = 0
    state.csf_made_ml = 0.0
    read_cuff(state)
