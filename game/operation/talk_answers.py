"""What people answer and do, found out at the tick of the answer; they can be wrong as people are."""

import dataclasses
from collections.abc import Callable

import numpy as np

from game.base import Event
from game.imaging import CArm, Exposure
from game.instruments.needle import tip_mm
from game.operation.events import CriticalError
from game.operation.fluoroscopy import problem
from game.operation.naming import LEVELS
from game.operation.talk_lines import later, spoken
from game.operation.theatre import Theatre
from game.patient.physiology import awareness, give, read_cuff, vitals
from game.patient.tissue import Tissue

Answer = Callable[[Theatre, tuple[str, ...], np.random.Generator], list[Event]]

ANSWERS_ABOVE = 2.5
"""Alertness at or below which a patient answers nothing (observer's scale: 3 to a loud voice, 2 to prodding only)."""
DROWSY_BELOW = 3.2
"""Alertness below which an answer comes only every second time, in a mumble."""
GLANCE_FINDS = {"circulating": 0.40, "scrub": 0.55}
"""Chance that a glance from the table finds the last wet patch (expert judgement)."""
GLANCE_PER_WET = 4.0
LEAN_ADDS = 0.40
FALSE_WET = 0.05
LEVEL_RIGHT = 0.93
"""How often a radiographer counts right when a landmark is in the picture (expert judgement)."""
DOUBT = 0.6
"""How often somebody speaks up at a wrong time-out (expert judgement)."""
MISCOUNT = 0.08
HAND_DEG, HAND_MM = 0.8, 3.0
"""How far from what was said a radiographer's hand stops (simulator tolerance)."""
FRESH_CUFF_S, CUFF_TAKES_S = 60.0, 30.0
VALSALVA_S = 12.0


def _quiet(theatre: Theatre, chance: np.random.Generator) -> bool:
    """Return whether the patient does not answer: asleep, or drowsy and not in the mood."""
    alert = awareness(theatre.physiology)
    return alert <= ANSWERS_ABOVE or (alert < DROWSY_BELOW and float(chance.random()) < 0.5)


def _rate_pain(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    if _quiet(theatre, chance):
        return []
    rating = round(theatre.physiology.felt_pain + 0.7 * float(chance.standard_normal()))
    rating = max(0, min(10, rating))
    if awareness(theatre.physiology) < DROWSY_BELOW:
        return [spoken(theatre, "patient", "pain_drowsy" if rating >= 3 else "no_drowsy")]
    if rating == 0:
        return [spoken(theatre, "patient", "pain_none")]
    return [spoken(theatre, "patient", "pain_some" if rating < 4 else "pain_strong", str(rating))]


def _feel_leg(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    if _quiet(theatre, chance):
        return []
    shock = theatre.physiology.shock
    if shock > 0.2:
        return [of_leg(theatre, "patient", "leg_hurts")]
    if shock > 0.03:
        return [spoken(theatre, "patient", "leg_fading")]
    return [spoken(theatre, "patient", "leg_fine")]


def _feel_numb(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    if _quiet(theatre, chance):
        return []
    if theatre.physiology.shock > 0.1:
        return [of_leg(theatre, "patient", "numb_tingles")]
    return [spoken(theatre, "patient", "numb_no")]


def _feel_head(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    if _quiet(theatre, chance):
        return []
    headache = theatre.physiology.headache + 0.5 * float(chance.standard_normal())
    return [spoken(theatre, "patient", "head_aches" if headache >= 2.0 else "head_fine")]


def struck_side(theatre: Theatre) -> str:
    """Return the side of the root nearest to the needle's point, `both` in the cord; the pump side without a needle in the patient."""
    needle = theatre.needle
    if needle is None or needle.entry_mm is None:
        return theatre.plan.side
    tip = np.array([tip_mm(needle)])
    if int(theatre.patient.tissue(tip)[0]) == Tissue.CORD:
        return "both"
    _, roots = theatre.patient.root_distance_mm(tip)
    return theatre.patient.root_side(int(roots[0]))


def of_leg(theatre: Theatre, speaker: str, line: str) -> Event:
    """Return a line about the leg whose root the needle's point touches, or about both legs."""
    side = struck_side(theatre)
    return spoken(theatre, speaker, f"{line}_both") if side == "both" else spoken(theatre, speaker, line, side)


def _agree(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    """Read back what was said, and note whether it was right; a wrong one fails the case once, and is doubted more often than not."""
    side, window = words
    right = side == theatre.plan.side and window == theatre.plan.window
    talk = theatre.talk
    talk.time_out = "done" if right else "wrong"
    if not right and float(chance.random()) < DOUBT:
        later(theatre, 3.0, "doubt", words)
    minutes = round(theatre.plan.antibiotic_min_before + theatre.theatre_s / 60.0)
    failed = [] if right or talk.time_out_failed else [CriticalError(tick=theatre.tick, id="wrong-side-or-level")]
    talk.time_out_failed = talk.time_out_failed or not right
    return [*failed, spoken(theatre, "circulating", "time_out_read", side, window, str(minutes))]


def _doubt(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    return [spoken(theatre, "scrub", "time_out_doubt", theatre.plan.side, theatre.plan.window)]


def _read_band(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    if theatre.plan.allergy == "none":
        return [spoken(theatre, "circulating", "allergy_none")]
    return [spoken(theatre, "circulating", "allergy_yes", theatre.plan.allergy)]


def _glance(speaker: str) -> Answer:
    """Return the answer of one person who looks at the skin."""

    def answer(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
        if not theatre.sterility.agent:
            return [spoken(theatre, speaker, "dry_nothing")] if speaker == "circulating" else []
        wet = 1.0 - theatre.sterility.dry_fraction
        finds = FALSE_WET if wet <= 0.0 else GLANCE_FINDS[speaker] + GLANCE_PER_WET * wet + (LEAN_ADDS if theatre.hand.lean else 0.0)
        return [spoken(theatre, speaker, f"dry_{'no' if float(chance.random()) < finds else 'yes'}_{speaker}")]

    return answer


def _tell_lidocaine(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    given = 5.0 * round(theatre.lidocaine.given_mg / 5.0)
    if given > 0.0 and float(chance.random()) < MISCOUNT:
        given += 10.0 if float(chance.random()) < 0.5 else -10.0
    return [spoken(theatre, "scrub", "lidocaine_total", f"{max(given, 0.0):.0f}", f"{theatre.plan.lidocaine_max_mg:.0f}")]


def _read_label(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    if words[0] == "lidocaine":
        return [spoken(theatre, "circulating", "label_lidocaine")]
    agent = theatre.sterility.agent
    return [spoken(theatre, "circulating", f"label_{agent}" if agent else "label_nothing")]


def _count(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    in_use = theatre.needle is not None and theatre.needle.entry_mm is not None
    return [spoken(theatre, "scrub", "count_needle_in" if in_use else "count_right")]


def _echo(line: str, speaker: str, then: str, delay_s: tuple[float, float]) -> Answer:
    """Return the answer of somebody who reads back what was said and does it some seconds later."""

    def answer(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
        low, high = delay_s
        later(theatre, low + (high - low) * float(chance.random()), then, words)
        return [spoken(theatre, speaker, line, *words)]

    return answer


def _move(theatre: Theatre, carm: CArm) -> list[Event]:
    """Bring the C-arm to a place, or say why it does not go there."""
    if problem(theatre, carm) is not None:
        return [spoken(theatre, "radiographer", "carm_stuck")]
    theatre.fluoroscope.carm = carm
    return [spoken(theatre, "radiographer", "carm_there")]


def _swing(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    """Bring the arm to AP, or to the lateral with the tube under the table."""
    lateral = -90.0 if theatre.plan.side == "right" else 90.0
    orbit = (0.0 if words[0] == "AP" else lateral) + HAND_DEG * float(chance.standard_normal())
    return _move(theatre, dataclasses.replace(theatre.fluoroscope.carm, orbit_deg=orbit))


def _turn(name: str, positive: str) -> Answer:
    """Return the deed of turning the arm by an angle; `positive` is the way in which the angle grows."""

    def answer(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
        carm = theatre.fluoroscope.carm
        turn = float(words[0]) * (1.0 if words[1] == positive else -1.0) + HAND_DEG * float(chance.standard_normal())
        if name == "tilt":
            return _move(theatre, dataclasses.replace(carm, tilt_deg=carm.tilt_deg + turn))
        return _move(theatre, dataclasses.replace(carm, orbit_deg=carm.orbit_deg + turn))

    return answer


def _travel(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    """Move the arm along the body, or up and down; up is the patient's upper side."""
    x, y, z = theatre.fluoroscope.carm.isocentre_mm
    distance = float(words[0]) + HAND_MM * float(chance.standard_normal())
    upwards = -1.0 if theatre.plan.side == "right" else 1.0
    shift = {"head": (0.0, distance), "feet": (0.0, -distance), "up": (upwards * distance, 0.0), "down": (-upwards * distance, 0.0)}
    dx, dz = shift[words[1]]
    return _move(theatre, dataclasses.replace(theatre.fluoroscope.carm, isocentre_mm=(x + dx, y, z + dz)))


def _name_level(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    """Count to the vertebra in the middle of the last picture, from the sacrum or the lowest rib if one shows."""
    if not theatre.fluoroscope.exposures:
        return [spoken(theatre, "radiographer", "level_no_picture")]
    exposure = theatre.fluoroscope.exposures[-1]
    landmark = _counting_landmark(theatre, exposure)
    if not landmark:
        return [spoken(theatre, "radiographer", "level_no_landmark")]
    bodies = [name for name in LEVELS if f"{name}.body" in theatre.patient.landmarks]
    places = _on_picture(theatre, exposure, [f"{name}.body" for name in bodies])
    index = int(np.argmin((places**2).sum(axis=1)))
    if float(chance.random()) > LEVEL_RIGHT:
        index += 1 if float(chance.random()) < 0.5 else -1
    return [spoken(theatre, "radiographer", f"level_from_{landmark}", bodies[max(0, min(len(bodies) - 1, index))])]


def _counting_landmark(theatre: Theatre, exposure: Exposure) -> str:
    for landmark, names in (("sacrum", ("S1.superior_endplate",)), ("rib", ("rib12_left", "rib12_right"))):
        known = [name for name in names if name in theatre.patient.landmarks]
        if known and bool((np.abs(_on_picture(theatre, exposure, known)).max(axis=1) < 0.95).any()):
            return landmark
    return ""


def _on_picture(theatre: Theatre, exposure: Exposure, names: list[str]) -> np.ndarray:
    points = np.stack([theatre.patient.landmarks[name] for name in names])
    return exposure.carm.picture(exposure.pose.apply(points))


def _tell_pressure(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    shown = vitals(theatre.physiology)
    if shown.bp_age_s > FRESH_CUFF_S:
        later(theatre, CUFF_TAKES_S, "cuff_read")
        return [spoken(theatre, "anaesthetist", "pressure_cycling")]
    return [spoken(theatre, "anaesthetist", "pressure_is", f"{shown.sbp_mmhg:.0f}", f"{shown.dbp_mmhg:.0f}")]


def _read_cuff(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    read_cuff(theatre.physiology)
    return _tell_pressure(theatre, words, chance)


def _drug(drug: str) -> Answer:
    """Return the deed of giving a sedative, unless the patient is too deep already."""

    def answer(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
        body = theatre.physiology
        if body.anaesthesia != "general" and (vitals(body).rr_per_min < 9.0 or awareness(body) < 3.0):
            return [spoken(theatre, "anaesthetist", "drug_refused")]
        give(body, drug, float(words[0]))
        return [spoken(theatre, "anaesthetist", f"{drug}_in")]

    return answer


def _lighten(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    body = theatre.physiology
    if body.anaesthesia == "general":
        give(body, "propofol_target", 0.75 * body.propofol.target)
        return [spoken(theatre, "anaesthetist", "lighten_pump")]
    if awareness(body) < 3.0:
        give(body, "flumazenil", 0.2)
        return [spoken(theatre, "anaesthetist", "lighten_reversal")]
    return [spoken(theatre, "anaesthetist", "lighten_wait")]


def _bear_down(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    body = theatre.physiology
    if body.anaesthesia != "general" and awareness(body) < DROWSY_BELOW:
        return [spoken(theatre, "anaesthetist", "valsalva_too_sleepy")]
    theatre.strain.valsalva_until_s = theatre.theatre_s + VALSALVA_S
    return [spoken(theatre, "anaesthetist", "valsalva_bag" if body.anaesthesia == "general" else "valsalva_push")]


def _tilt_table(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    theatre.strain.head_up_deg = float(words[0])
    return [spoken(theatre, "anaesthetist", "table_there")]


def _stop(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    """Everybody stops: what was ordered and not done is dropped."""
    theatre.talk.pending.clear()
    return [spoken(theatre, "anaesthetist", "stopping")]


def _help(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    later(theatre, 120.0, "help_comes")
    return [spoken(theatre, "circulating", "help_called")]


def _help_comes(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    return [spoken(theatre, "circulating", "help_here")]


def _surgeon(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    return [spoken(theatre, "circulating", "surgeon_here")]


def _prepare(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    return [spoken(theatre, "scrub", "prepared_anew")]


def _treat_depth(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    give(theatre.physiology, "flumazenil", 0.2)
    give(theatre.physiology, "naloxone", 80.0)
    return [spoken(theatre, "anaesthetist", "reversal_given")]


def _treat_pressure(theatre: Theatre, words: tuple[str, ...], chance: np.random.Generator) -> list[Event]:
    give(theatre.physiology, "phenylephrine", 100.0)
    return [spoken(theatre, "anaesthetist", "pressor_given")]


REPLIES: dict[str, tuple[str, ...]] = {
    "ask_pain": ("pain",),
    "ask_leg": ("leg",),
    "ask_numb": ("numb",),
    "ask_headache": ("head",),
    "time_out": ("agree",),
    "ask_allergy": ("band",),
    "ask_dry": ("dry_circulating", "dry_scrub"),
    "ask_lidocaine": ("lidocaine",),
    "ask_reader": ("label",),
    "ask_count": ("count",),
    "carm_view": ("swing_heard",),
    "carm_tilt": ("tilt_heard",),
    "carm_orbit": ("orbit_heard",),
    "carm_along": ("along_heard",),
    "carm_lift": ("lift_heard",),
    "ask_level": ("level",),
    "ask_pressure": ("pressure",),
    "order_midazolam": ("midazolam_heard",),
    "order_fentanyl": ("fentanyl_heard",),
    "order_lighten": ("lighten",),
    "order_valsalva": ("valsalva",),
    "order_head_up": ("head_up_heard",),
    "order_stop": ("stop",),
    "order_help": ("help",),
    "call_surgeon": ("surgeon",),
    "order_prep": ("prepare",),
}
"""The first answers that each line of the talk list calls for."""

ANSWERS: dict[str, Answer] = {
    "pain": _rate_pain,
    "leg": _feel_leg,
    "numb": _feel_numb,
    "head": _feel_head,
    "agree": _agree,
    "doubt": _doubt,
    "band": _read_band,
    "dry_circulating": _glance("circulating"),
    "dry_scrub": _glance("scrub"),
    "lidocaine": _tell_lidocaine,
    "label": _read_label,
    "count": _count,
    "swing_heard": _echo("carm_view_heard", "radiographer", "swing", (4.0, 7.0)),
    "tilt_heard": _echo("carm_tilt_heard", "radiographer", "tilt", (1.5, 3.0)),
    "orbit_heard": _echo("carm_orbit_heard", "radiographer", "orbit", (1.5, 3.0)),
    "along_heard": _echo("carm_along_heard", "radiographer", "travel", (1.5, 3.0)),
    "lift_heard": _echo("carm_lift_heard", "radiographer", "travel", (1.5, 3.0)),
    "swing": _swing,
    "tilt": _turn("tilt", "cranial"),
    "orbit": _turn("orbit", "left"),
    "travel": _travel,
    "level": _name_level,
    "pressure": _tell_pressure,
    "cuff_read": _read_cuff,
    "midazolam_heard": _echo("midazolam_heard", "anaesthetist", "midazolam", (12.0, 25.0)),
    "fentanyl_heard": _echo("fentanyl_heard", "anaesthetist", "fentanyl", (12.0, 25.0)),
    "midazolam": _drug("midazolam"),
    "fentanyl": _drug("fentanyl"),
    "lighten": _lighten,
    "valsalva": _bear_down,
    "head_up_heard": _echo("head_up_heard", "anaesthetist", "table", (12.0, 20.0)),
    "table": _tilt_table,
    "stop": _stop,
    "help": _help,
    "help_comes": _help_comes,
    "surgeon": _surgeon,
    "prepare": _prepare,
    "treat_depth": _treat_depth,
    "treat_pressure": _treat_pressure,
}
"""Every answer and deed by name."""
