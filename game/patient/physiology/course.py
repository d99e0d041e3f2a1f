"""The body in time: one step, one dose, and what can be read off it."""

import math

from game.patient import csf
from game.patient.physiology import responses
from game.patient.physiology.drugs import STEP_S, step_drug
from game.patient.physiology.state import Physiology, Stimuli, Vitals

CUFF_EVERY_S = 180.0
"""The cuff is set to three minutes (monitoring standards: at most five)."""
HR_PER_PAIN_BPM = 2.5
MAP_PER_PAIN_MMHG = 2.25
RR_PER_PAIN = 0.75
"""Pain of 8 raises heart rate by 20, pressure by 18, breathing by 6 (expert judgement for an unblocked incision)."""
SHOCK_HR, SHOCK_MAP = 0.15, 0.20
"""A touched root raises heart rate by 15 % and pressure by 20 % (expert judgement)."""
SHOCK_FADES_S = 22.0
BREATH_HOLD_S = 4.0
AUTONOMIC_FLOOR = 0.3
"""Part of a body's reaction that stays when it sleeps (expert judgement)."""
LOW_VENTILATION = 0.35
DESATURATION_PERCENT_PER_S = 3.0 / 60.0
OXYGEN_STORE_S = {"air": 60.0, "nose": 120.0, "mask": 480.0}
"""How long too little breath goes unnoticed: 60 s on air, 8 min after preoxygenation (expert judgement)."""
MASK_L_MIN = 6.0
DOSES_TO_HALVE = {"naloxone": 80.0, "flumazenil": 0.3}
"""Naloxone ug and flumazenil mg that halve what they oppose (expert judgement: 40 to 80 ug; 0.2 mg steps)."""
PRESSOR_MMHG = {"ephedrine": 20.0 / 6.0, "phenylephrine": 20.0 / 100.0}
"""Rise of pressure per mg of ephedrine and per ug of phenylephrine (expert judgement)."""
COLLAPSES_S, EXPANDS_S = 150.0, 120.0
"""A lung collapses over minutes, and comes up again on a drain (expert judgement)."""
COLLAPSED_HR, COLLAPSED_MAP, COLLAPSED_RR, COLLAPSED_CO2 = 0.20, -0.15, 0.50, 0.15
"""What a collapsed lung adds: pulse, pressure, breaths, carbon dioxide (expert judgement)."""
COLLAPSED_SPO2 = {"air": 9.0, "nose": 8.0, "mask": 7.0}
"""Saturation that a collapsed lung costs: 88 % on air (expert judgement); oxygen does little for blood that passes no air."""
CO2_EXPONENT = 0.6
"""Carbon dioxide rises less than ventilation falls, because it drives breathing and less of it is made asleep (expert judgement)."""
VENTILATOR_RR, VENTILATOR_PACO2 = 12.0, 35.0

_DRUGS = {"propofol": 1.0, "fentanyl": 1.0, "midazolam": 1000.0}
_STEP_MIN = STEP_S / 60.0


def _gain(tau_s: float) -> float:
    """Return how much of a gap closes in one step with a time constant."""
    return 1.0 - math.exp(-STEP_S / tau_s)


_COLLAPSE_GAIN, _EXPAND_GAIN = _gain(COLLAPSES_S), _gain(EXPANDS_S)
_HR_GAIN, _MAP_GAIN, _RR_GAIN, _CO2_GAIN = _gain(2.0), _gain(4.0), _gain(5.0), _gain(150.0)
_SPO2_GAIN, _TEMPERATURE_GAIN, _STRAIN_GAIN, _HEADACHE_GAIN = _gain(15.0), _gain(2400.0), _gain(1.0), _gain(120.0)
_ANTAGONIST_IN, _ANTAGONIST_OUT = _gain(60.0), _gain(3600.0 / math.log(2.0))
_PRESSOR_IN, _PRESSOR_OUT = _gain(40.0), _gain(420.0)
_SHOCK_KEPT = math.exp(-STEP_S / SHOCK_FADES_S)


def advance_physiology(state: Physiology, stimuli: Stimuli) -> None:
    """Move the body on by 0.1 s (12 ticks) under what is done to it."""
    state.steps += 1
    step_drug(state.propofol)
    step_drug(state.fentanyl)
    step_drug(state.midazolam)
    _pass_through(state.naloxone, _ANTAGONIST_IN, _ANTAGONIST_OUT)
    _pass_through(state.flumazenil, _ANTAGONIST_IN, _ANTAGONIST_OUT)
    _pass_through(state.pressor_mmhg, _PRESSOR_IN, _PRESSOR_OUT)
    state.effect = _effect(state)
    state.collapsed += (1.0 - state.collapsed) * _COLLAPSE_GAIN if stimuli.pleura_open else -state.collapsed * _EXPAND_GAIN
    _feel(state, stimuli)
    _circulate(state, stimuli)
    _breathe(state, stimuli)
    _keep_fluid(state, stimuli)
    _keep_warm(state)
    if (state.steps - state.cuff_step) * STEP_S >= CUFF_EVERY_S:
        read_cuff(state)


def give(state: Physiology, drug: str, dose: float) -> None:
    """Give a drug into the vein, or set the oxygen.

    Args:
        state: The body.
        drug: propofol (mg), fentanyl (ug), midazolam (mg), naloxone (ug), flumazenil (mg), ephedrine (mg),
            phenylephrine (ug), oxygen (L/min by nose or mask; replaces the flow), propofol_target (ug/mL that the
            pump holds in the blood; 0 stops it).
        dose: Amount in the drug's unit, not negative.

    Raises:
        ValueError: If the drug is unknown, or the dose negative or not finite.
    """
    if not math.isfinite(dose) or dose < 0.0:
        raise ValueError(f"dose of {drug} is {dose}, must be 0 or more")
    if drug in _DRUGS:
        compartments = getattr(state, drug)
        compartments.x1 += dose * _DRUGS[drug]
    elif drug in DOSES_TO_HALVE:
        getattr(state, drug)[1] += dose / DOSES_TO_HALVE[drug]
    elif drug in PRESSOR_MMHG:
        state.pressor_mmhg[1] += dose * PRESSOR_MMHG[drug]
    elif drug == "oxygen":
        state.oxygen_l_min = dose
    elif drug == "propofol_target":
        state.propofol.target = dose
    else:
        raise ValueError(f"unknown drug {drug!r}")


def vitals(state: Physiology) -> Vitals:
    """Return what the monitor shows; draws nothing."""
    breathing = state.no_breath_s < 10.0
    return Vitals(
        hr_bpm=state.hr_bpm,
        sbp_mmhg=state.cuff_sbp_mmhg,
        dbp_mmhg=state.cuff_dbp_mmhg,
        map_mmhg=state.cuff_map_mmhg,
        bp_age_s=(state.steps - state.cuff_step) * STEP_S,
        spo2_percent=state.spo2_percent,
        etco2_mmhg=state.paco2_mmhg if breathing else 0.0,
        rr_per_min=state.rr_per_min if breathing else 0.0,
        temperature_c=state.temperature_c,
    )


def read_cuff(state: Physiology) -> None:
    """Take the blood pressure now; a cuff is off by a few mmHg, which the slow waves stand for."""
    error_mmhg = 2.5 * _wave(state, 4) + 1.5 * _wave(state, 2)
    mean = state.map_mmhg + error_mmhg
    pulse = state.rest.pulse_mmhg * max(0.4, state.map_mmhg / state.rest.map_mmhg)
    state.cuff_map_mmhg = mean
    state.cuff_sbp_mmhg = mean + pulse * 2.0 / 3.0
    state.cuff_dbp_mmhg = mean - pulse / 3.0
    state.cuff_step = state.steps


def awareness(state: Physiology) -> float:
    """Return alertness by the observer's scale: 5 awake, 3 answers to a loud voice, below 2 to nothing but pain, 0 asleep."""
    if state.anaesthesia == "general" and state.effect > 1.0:
        return 0.0
    return responses.sedation_score(state.effect)


def csf_pressure_cmh2o(state: Physiology) -> float:
    """Return the lumbar pressure of the spinal fluid now, with its beat and its breath (about 1 cmH2O: textbook value)."""
    rest = state.rest
    deficit_ml = state.csf_lost_ml - state.csf_made_ml
    mean = csf.pressure_cmh2o(rest.csf_opening_cmh2o, deficit_ml, state.head_up_deg, state.strain)
    time_s = state.steps * STEP_S
    beat = math.sin(2.0 * math.pi * time_s * rest.hr_bpm / 60.0 + rest.wave_phases_rad[0])
    breath = math.sin(2.0 * math.pi * time_s * rest.rr_per_min / 60.0 + rest.wave_phases_rad[1])
    return mean * (1.0 + 0.03 * beat + 0.04 * breath)


def _pass_through(pair: list[float], inward: float, outward: float) -> None:
    """Let what was given reach its place, and leave it."""
    if pair[0] == 0.0 and pair[1] == 0.0:
        return
    arrives = pair[1] * inward
    pair[1] -= arrives
    pair[0] += arrives - pair[0] * outward


def _effect(state: Physiology) -> float:
    fentanyl = state.fentanyl.ce / (responses.OPIOID_TOLERANCE * (1.0 + state.naloxone[0]))
    midazolam = state.midazolam.ce / (1.0 + state.flumazenil[0])
    return responses.combined_effect(state.propofol.ce, midazolam, fentanyl, state.rest.sensitivity)


def _reactivity(state: Physiology) -> float:
    """Return how strongly the body answers to harm: 1 awake, a floor asleep."""
    return AUTONOMIC_FLOOR + (1.0 - AUTONOMIC_FLOOR) * min(1.0, awareness(state) / 4.0)


def _feel(state: Physiology, stimuli: Stimuli) -> None:
    alert = min(1.0, awareness(state) / 4.0)
    opioid = state.fentanyl.ce * state.rest.sensitivity / (responses.OPIOID_TOLERANCE * (1.0 + state.naloxone[0]))
    state.felt_pain = min(10.0, stimuli.pain * alert * responses.analgesia_ratio(opioid) + 6.0 * stimuli.nerve_shock * alert)
    if stimuli.nerve_shock > state.touch + 0.1 and alert > 0.3:
        state.breath_hold_s = BREATH_HOLD_S
    state.touch = stimuli.nerve_shock
    state.shock = max(state.shock * _SHOCK_KEPT, stimuli.nerve_shock)
    headache = min(8.0, 0.35 * max(0.0, state.csf_lost_ml - 5.0)) * alert
    state.headache += (headache - state.headache) * _HEADACHE_GAIN


def _circulate(state: Physiology, stimuli: Stimuli) -> None:
    rest, reactivity = state.rest, _reactivity(state)
    blood_hr, blood_map, _ = responses.blood_loss_ratios(stimuli.blood_lost_ml, rest.weight_kg)
    pain = stimuli.pain * reactivity * responses.analgesia_ratio(state.fentanyl.ce / responses.OPIOID_TOLERANCE)
    shock = state.shock * reactivity
    tilt = math.sin(math.radians(stimuli.trunk_head_up_deg))
    hr = rest.hr_bpm * responses.heart_ratio(state.effect) * (1.0 + SHOCK_HR * shock) * blood_hr * (1.0 + 0.08 * state.strain)
    hr += HR_PER_PAIN_BPM * pain + 1.0 * state.headache + 8.0 * tilt + 1.6 * _wave(state, 0) + 1.2 * _wave(state, 1) + 1.4 * _wave(state, 2)
    pressure = rest.map_mmhg * responses.pressure_ratio(state.effect) * (1.0 + SHOCK_MAP * shock) * blood_map * (1.0 - 0.05 * state.strain)
    pressure += MAP_PER_PAIN_MMHG * pain - 9.0 * tilt + state.pressor_mmhg[0] + 1.2 * _wave(state, 1) + 1.8 * _wave(state, 5)
    hr *= 1.0 + COLLAPSED_HR * state.collapsed
    pressure *= 1.0 + COLLAPSED_MAP * state.collapsed
    state.hr_bpm += (hr - state.hr_bpm) * _HR_GAIN
    state.map_mmhg += (pressure - state.map_mmhg) * _MAP_GAIN


def _breathe(state: Physiology, stimuli: Stimuli) -> None:
    rest = state.rest
    held = state.breath_hold_s > 0.0 or state.strain > 0.3
    state.breath_hold_s = max(0.0, state.breath_hold_s - STEP_S)
    if state.anaesthesia == "general":
        ventilation, rate, paco2 = 1.0, VENTILATOR_RR, VENTILATOR_PACO2
    else:
        ventilation = 0.0 if held else responses.ventilation_ratio(state.effect)
        _, _, blood_rr = responses.blood_loss_ratios(stimuli.blood_lost_ml, rest.weight_kg)
        rate = (rest.rr_per_min * blood_rr + RR_PER_PAIN * state.felt_pain + 0.5 * _wave(state, 3)) * math.pow(ventilation, 0.7)
        rate *= 1.0 + COLLAPSED_RR * state.collapsed
        paco2 = rest.paco2_mmhg * math.pow(max(ventilation, 0.25), -CO2_EXPONENT)
    paco2 *= 1.0 + COLLAPSED_CO2 * state.collapsed
    state.rr_per_min += (rate - state.rr_per_min) * _RR_GAIN
    state.paco2_mmhg += (paco2 - state.paco2_mmhg) * _CO2_GAIN
    state.no_breath_s = state.no_breath_s + STEP_S if ventilation == 0.0 else 0.0
    _saturate(state, ventilation)


def _saturate(state: Physiology, ventilation: float) -> None:
    """Let the oxygen store empty while too little is breathed, then the saturation fall by 2 to 4 % a minute."""
    oxygen = "air" if state.oxygen_l_min < 1.0 else "nose" if state.oxygen_l_min < MASK_L_MIN else "mask"
    if ventilation < LOW_VENTILATION:
        state.low_breath_s += STEP_S
    else:
        state.low_breath_s = max(0.0, state.low_breath_s - 4.0 * STEP_S)
    if state.low_breath_s > OXYGEN_STORE_S[oxygen]:
        depth = 1.33 - 0.66 * ventilation / LOW_VENTILATION
        state.spo2_percent = max(40.0, state.spo2_percent - DESATURATION_PERCENT_PER_S * depth * STEP_S)
        return
    ceiling = {"air": 0.0, "nose": 2.0, "mask": 2.5}[oxygen]
    displaced = 0.15 * max(0.0, state.paco2_mmhg - 45.0) if oxygen == "air" else 0.0
    target = min(100.0, state.rest.spo2_percent + ceiling) - displaced + 0.25 * _wave(state, 2)
    target -= COLLAPSED_SPO2[oxygen] * state.collapsed
    state.spo2_percent += (min(100.0, target) - state.spo2_percent) * _SPO2_GAIN


def _keep_fluid(state: Physiology, stimuli: Stimuli) -> None:
    state.csf_lost_ml = stimuli.csf_lost_ml
    deficit_ml = state.csf_lost_ml - state.csf_made_ml
    if deficit_ml > 0.0:
        state.csf_made_ml += min(deficit_ml, csf.PRODUCTION_ML_PER_MIN * _STEP_MIN)
    state.head_up_deg = stimuli.trunk_head_up_deg
    state.strain += ((1.0 if stimuli.valsalva else 0.0) - state.strain) * _STRAIN_GAIN


def _keep_warm(state: Physiology) -> None:
    """Cool slowly under a warming blanket: 0.2 degrees awake, 0.6 asleep (expert judgement)."""
    fall_c = 0.6 if state.anaesthesia == "general" else 0.2
    state.temperature_c += (state.rest.temperature_c - fall_c - state.temperature_c) * _TEMPERATURE_GAIN


def _wave(state: Physiology, index: int) -> float:
    """Return one of the body's slow waves, -1 to 1, at this step."""
    rest = state.rest
    return math.sin(2.0 * math.pi * state.steps * STEP_S / rest.wave_periods_s[index] + rest.wave_phases_rad[index])
