"""What was done in the needle step, by measure id."""

from game.instruments.needle import tip_mm
from game.operation.information import TIP_MM, Look, informative_share
from game.operation.needle.geometry import canal_ratio, sac_reach_mm
from game.operation.needle.state import NeedleStep
from game.operation.steps import Measure
from game.operation.theatre import Theatre
from game.patient import Patient

APPROACH_MM = 20.0  # deep enough to show where the needle runs (simulator tolerance)
NEAR_DURA_MM = 22.0  # close enough to judge the last stretch (simulator tolerance)
ANSWER_ORDER = ("wrong", "late", "right")
AT_THE_DURA = (
    "entry_run_error_mm",
    "entry_offset_mm",
    "skin_angle_deg",
    "convergence_deg",
    "tip_midline_mm",
    "canal_depth_ratio",
    "dural_punctures",
    "csf_flow",
    "csf_lost_ml",
)
"""Measures that are taken at or beyond the dura."""


def measures(theatre: Theatre, step: NeedleStep) -> dict[str, Measure]:
    """Return every measure of the step; None for what was never done."""
    needle, puncture = theatre.needle, step.puncture
    depth_mm = needle.depth_mm if needle is not None else -1.0
    inside = needle is not None and needle.entry_mm is not None and puncture is not None
    return {
        "entry_run_error_mm": puncture.run_error_mm if puncture else None,
        "entry_offset_mm": puncture.offset_mm if puncture else None,
        "skin_angle_deg": puncture.skin_angle_deg if puncture else None,
        "convergence_deg": puncture.convergence_deg if puncture else None,
        "tip_midline_mm": puncture.tip_midline_mm if puncture else None,
        "canal_depth_ratio": canal_ratio(theatre.patient, tip_mm(needle)) if inside and needle is not None else None,
        "dural_punctures": float(step.holes) if puncture else None,
        "needle_passes": float(step.passes) if step.passes else None,
        "csf_flow": step.best_flow if puncture else None,
        "csf_lost_ml": theatre.strain.csf_lost_ml if puncture else None,
        "hollow_advance_mm": needle.hollow_mm if needle is not None and step.passes else None,
        "lidocaine_ratio": theatre.lidocaine.given_mg / theatre.plan.lidocaine_max_mg if theatre.lidocaine.deposits else None,
        "worst_pain": step.worst_pain if step.passes else None,
        "views_missing": float(views_missing(theatre.patient, step.looks, depth_mm)) if step.passes else None,
        "informative_share": informative_share(step.looks),
        "paraesthesia_answer": _worst_answer(step),
    }


def views_missing(patient: Patient, looks: list[Look], last_depth_mm: float) -> int:
    """Count the views that were needed and are not there: 0 to 4.

    Needed are an AP on the way in, a lateral near the dura before it is pierced, and one of each of the needle where
    it finally lies. A picture on which the point cannot be made out is none of them.
    """
    seen = [look for look in looks if "needle_tip" in look.shown]
    outside = [look for look in seen if look.scene.holes == 0]
    final = [look for look in seen if look.scene.holes > 0 and abs(look.scene.depth_mm - last_depth_mm) < TIP_MM]
    there = (
        any(look.view == "ap" and look.scene.depth_mm >= APPROACH_MM for look in outside),
        any(look.view == "lateral" and _near_dura(patient, look) for look in outside),
        any(look.view == "ap" for look in final),
        any(look.view == "lateral" for look in final),
    )
    return sum(1 for view in there if not view)


def _near_dura(patient: Patient, look: Look) -> bool:
    return look.scene.tip_mm is not None and sac_reach_mm(patient, look.scene.tip_mm) <= NEAR_DURA_MM


def missing(step: NeedleStep) -> dict[str, str]:
    """Return why measures are None although a needle was passed, by measure id."""
    return dict.fromkeys(AT_THE_DURA, "dura not reached") if step.passes and step.puncture is None else {}


def _worst_answer(step: NeedleStep) -> Measure:
    """Return how the touched roots were answered, the worst of them; an open one was not answered right."""
    if step.passes == 0:
        return None
    if step.paraesthesia is None:
        return "none_needed"
    answers = [*step.answers, *([] if step.paraesthesia.answer else ["late"])]
    return next(word for word in ANSWER_ORDER if word in answers)
