"""What was done in the catheter step, by measure id."""

import numpy as np

from game.frames import Array
from game.instruments.catheter import flow, shape
from game.operation.catheter.state import CatheterStep
from game.operation.information import TIP_MM, informative_share
from game.operation.needle.geometry import as_point
from game.operation.steps import Measure
from game.operation.theatre import Theatre
from game.patient import Patient
from game.patient import reference as ref
from game.patient.physiology import csf_pressure_cmh2o

EARLY_MM = (10.0, 70.0)  # an early lateral shows the catheter so far past the needle (simulator tolerance)
FREE_DROPS_PER_MIN = 2.0  # a drop within 30 s
SLOW_DROPS_PER_MIN = 0.2  # what a syringe still draws with ease (expert judgement)
FREE_HOLES = 0.15  # share of the side holes below which fluid only comes to a syringe (simulator tolerance)
ANSWER_ORDER = ("wrong", "late", "right")
AT_THE_TIP = (
    "tip_off_levels",
    "tip_third",
    "tip_aside_mm",
    "inside_dura_mm",
    "patency",
    "loops_left",
    "called_level",
    "views_missing",
    "most_unseen_mm",
    "peak_push_n",
    "pulled_alone_mm",
)
"""Measures that need a catheter past the needle."""


def measures(theatre: Theatre, step: CatheterStep) -> dict[str, Measure]:
    """Return every measure of the step; None for what was never done."""
    line, rod = lying_line(theatre), theatre.implant.rod
    peak_n = max(step.peak_n, rod.peak_n if rod is not None else 0.0)
    pulled_mm = max(step.pulled_mm, rod.pulled_alone_mm if rod is not None else 0.0)
    found: dict[str, Measure] = dict.fromkeys(AT_THE_TIP)
    if len(line) > 1:
        found |= _of_tip(theatre, step, line)
    if step.ever:
        found |= {"peak_push_n": peak_n, "pulled_alone_mm": pulled_mm, "most_unseen_mm": step.most_unseen_mm}
    return found | {
        "csf_lost_ml": theatre.strain.csf_lost_ml - step.lost_before_ml,
        "paraesthesia_answer": _worst_answer(step),
        "informative_share": informative_share(step.looks),
    }


def lying_line(theatre: Theatre) -> Array:
    """Return the catheter past the needle, the tip first, shape (n, 3)."""
    catheter = theatre.implant.catheter
    return np.asarray(catheter.canal_mm, dtype=np.float64).reshape(-1, 3) if catheter is not None else np.zeros((0, 3))


def _of_tip(theatre: Theatre, step: CatheterStep, line: Array) -> dict[str, Measure]:
    place = shape.place(theatre.patient, line)
    called = theatre.implant.catheter.called_level if theatre.implant.catheter is not None else ""
    space = theatre.implant.catheter.space if theatre.implant.catheter is not None else ""
    inside = place.in_sac and space == "intrathecal"
    return {
        "tip_off_levels": abs(place.level_number - level_number(theatre.patient, theatre.plan.tip_level)),
        "tip_third": place.third if inside else "outside",
        "tip_aside_mm": abs(place.aside_mm),
        "inside_dura_mm": shape.inside_mm(theatre.patient, line, space) if inside else 0.0,
        "patency": patency(theatre, line, inside),
        "loops_left": float(shape.loops(line)),
        "called_level": None if not called else "right" if called == place.level else "wrong",
        "views_missing": float(views_missing(step, line)),
    }


def level_number(patient: Patient, level: str) -> float:
    """Return a vertebra's number, T1 = 1, as `shape.place` counts."""
    return float(int(ref.LEVELS[0][1:]) + ref.LEVELS.index(level))


def patency(theatre: Theatre, line: Array, inside: bool) -> str:
    """Return how fluid will come to the free end once wire and needle are out: free, slow or none."""
    rod, catheter = theatre.implant.rod, theatre.implant.catheter
    if not inside or catheter is None:
        return "none"
    spec = theatre.equipment.catheters[catheter.model]
    holes = flow.holes_open(line, theatre.patient, spec.outer_mm)
    bend = shape.open_share(shape.bend_radius_mm(line)[0], spec.bend_radius_mm)
    pressure = csf_pressure_cmh2o(theatre.physiology)
    drops = flow.drops_per_min(
        pressure,
        catheter.length_mm,
        spec.bore_mm,
        bend * (flow.CURLED_WIRE if rod is not None and rod.wire_in_needle_mm > 0.0 else 1.0),
        False,
        holes,
    )
    if drops >= FREE_DROPS_PER_MIN and holes > FREE_HOLES:
        return "free"
    return "slow" if drops >= SLOW_DROPS_PER_MIN else "none"


def views_missing(step: CatheterStep, line: Array) -> int:
    """Count the views that were needed and are not there: 0 to 3.

    Needed are an early lateral, which shows whether the catheter runs along the back of the sac, and an AP and a
    lateral of the tip where it finally lies. A picture on which the tip cannot be made out is none of them.
    """
    tip = line[0]
    seen = [
        (look, np.asarray(look.scene.catheter_mm))
        for look in step.looks
        if "catheter_tip" in look.shown and look.scene.catheter_mm is not None
    ]
    start = line[-1]
    early = any(look.view == "lateral" and EARLY_MM[0] <= float(np.linalg.norm(at - start)) <= EARLY_MM[1] for look, at in seen)
    final = {look.view for look, at in seen if float(np.linalg.norm(at - tip)) < TIP_MM}
    return sum((not early, "ap" not in final, "lateral" not in final))


def missing(step: CatheterStep) -> dict[str, str]:
    """Return why measures are None although the step was begun, by measure id."""
    return {} if step.ever else dict.fromkeys(AT_THE_TIP, "no catheter past the needle")


def numbers(theatre: Theatre, step: CatheterStep) -> dict[str, float]:
    """Return plain numbers for digests."""
    rod, line = theatre.implant.rod, lying_line(theatre)
    x, y, z = as_point(line[0]) if len(line) else (0.0, 0.0, 0.0)
    return {
        "in_mm": rod.in_mm if rod is not None else 0.0,
        "tip_x_mm": x,
        "tip_y_mm": y,
        "tip_z_mm": z,
        "most_unseen_mm": step.most_unseen_mm,
    }


def _worst_answer(step: CatheterStep) -> Measure:
    """Return how touched roots were answered, the worst of them; an open one was not answered right."""
    if not step.ever:
        return None
    answers = [*step.answers, *(["late"] if step.touch is not None and not step.touch.answer else [])]
    return next((word for word in ANSWER_ORDER if word in answers), "none_needed")
