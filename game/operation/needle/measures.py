"""What was done in the needle step, by measure id."""

from game.instruments.needle import tip_mm
from game.operation.needle.geometry import canal_ratio
from game.operation.needle.looks import views_missing
from game.operation.needle.state import NeedleStep
from game.operation.steps import Measure
from game.operation.theatre import Theatre

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
        "views_missing": float(views_missing(step, needle.depth_mm if needle is not None else -1.0)) if step.passes else None,
        "idle_exposures": float(sum(1 for look in step.looked if not look.answered)) if step.looked else None,
        "paraesthesia_answer": _worst_answer(step),
    }


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
