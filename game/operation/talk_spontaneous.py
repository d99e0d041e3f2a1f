"""What people say unasked: the patient in pain, the anaesthetist at the monitor, the nurse who counts."""

from game.base import Event
from game.clock import ticks
from game.operation.talk_answers import DROWSY_BELOW, of_leg
from game.operation.talk_lines import later, spoken, theatre_ticks
from game.operation.theatre import Theatre
from game.patient.physiology import awareness, vitals

NERVE_SPEAKS, NERVE_QUIET = 0.25, 0.10
"""Nerve shock that makes a patient cry out, and below which the next touch is a new one."""
GROANS_ABOVE = 2.0
"""Alertness below which not even pain brings a sound."""
SHARP_PAIN, STRONG_PAIN = 4.0, 7.0
AGAIN_S = {"pain": 8.0, "headache": 90.0, "saturation": 45.0, "breathing": 60.0, "pressure": 120.0, "pulse": 90.0}
"""How long each kind of speech keeps quiet after it was heard."""
LOW_SPO2, LOW_RR, LOW_MAP, LOW_HR = 94.0, 8.0, 60.0, 45.0
COUNT_FROM_ML = 2
EYE_SPREAD = 0.12
"""How well a volume in a tray is guessed, as a share of it (expert judgement)."""


def spontaneous(theatre: Theatre) -> list[Event]:
    """Return what is said unasked now."""
    return [*_cry_out(theatre), *_hurt(theatre), *_watch(theatre), *_count_csf(theatre)]


def _free(theatre: Theatre, kind: str) -> bool:
    """Return whether a kind of speech may be heard again, and note that it is."""
    now = theatre_ticks(theatre)
    last = theatre.talk.said.get(kind)
    if last is not None and now - last < ticks(AGAIN_S[kind]):
        return False
    theatre.talk.said[kind] = now
    return True


def _cry_out(theatre: Theatre) -> list[Event]:
    """Call out a leg pain once per touch; a sleeping patient's leg jumps instead."""
    body, talk = theatre.physiology, theatre.talk
    if body.touch < NERVE_QUIET:
        talk.nerve_called = False
    if talk.nerve_called or body.touch < NERVE_SPEAKS:
        return []
    talk.nerve_called = True
    if awareness(body) < GROANS_ABOVE:
        return [of_leg(theatre, "anaesthetist", "leg_jumped")]
    return [of_leg(theatre, "patient", "cry_nerve")]


def _hurt(theatre: Theatre) -> list[Event]:
    body = theatre.physiology
    alert = awareness(body)
    if alert < GROANS_ABOVE or theatre.talk.nerve_called:
        return []
    if body.felt_pain >= SHARP_PAIN and _free(theatre, "pain"):
        if alert < DROWSY_BELOW:
            return [spoken(theatre, "patient", "cry_drowsy")]
        return [spoken(theatre, "patient", "cry_strong" if body.felt_pain >= STRONG_PAIN else "cry_sharp")]
    if body.headache >= 3.0 and alert >= DROWSY_BELOW and _free(theatre, "headache"):
        return [spoken(theatre, "patient", "cry_head")]
    return []


def _watch(theatre: Theatre) -> list[Event]:
    """Let the anaesthetist warn, and treat what cannot wait; one warning at a time."""
    body = theatre.physiology
    shown = vitals(body)
    if shown.spo2_percent < LOW_SPO2 and _free(theatre, "saturation"):
        body.oxygen_l_min = max(body.oxygen_l_min, 10.0)
        return [spoken(theatre, "anaesthetist", "warn_saturation", f"{shown.spo2_percent:.0f}")]
    too_deep = body.anaesthesia != "general" and shown.rr_per_min < LOW_RR and awareness(body) < DROWSY_BELOW
    if too_deep and body.breath_hold_s == 0.0 and body.strain < 0.1 and _free(theatre, "breathing"):
        later(theatre, 30.0, "treat_depth")
        return [spoken(theatre, "anaesthetist", "warn_breathing", f"{shown.rr_per_min:.0f}")]
    if shown.map_mmhg < LOW_MAP and _free(theatre, "pressure"):
        later(theatre, 20.0, "treat_pressure")
        return [spoken(theatre, "anaesthetist", "warn_pressure", f"{shown.map_mmhg:.0f}")]
    if shown.hr_bpm < LOW_HR and _free(theatre, "pulse"):
        return [spoken(theatre, "anaesthetist", "warn_pulse", f"{shown.hr_bpm:.0f}")]
    return []


def _count_csf(theatre: Theatre) -> list[Event]:
    """Count the lost spinal fluid aloud past 2 mL, as an eye guesses it."""
    talk = theatre.talk
    lost_ml = theatre.strain.csf_lost_ml
    if lost_ml < 0.7 * COUNT_FROM_ML:
        return []
    if talk.csf_eye == 0.0:
        talk.csf_eye = max(0.75, min(1.25, 1.0 + EYE_SPREAD * float(theatre.chance("talk").standard_normal())))
    guess_ml = int(lost_ml * talk.csf_eye)
    if guess_ml <= talk.csf_called_ml:
        return []
    talk.csf_called_ml = guess_ml
    return [spoken(theatre, "scrub", "csf_count_high" if guess_ml >= 8 else "csf_count", str(guess_ml))]
