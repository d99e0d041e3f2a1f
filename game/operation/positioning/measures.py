"""What the positioning step measures, on the true geometry."""

import math

from game.imaging import Exposure, view_quality
from game.operation.positioning.looks import idle_looks, is_lateral, lying, upper_vertebra
from game.operation.positioning.state import Positioning
from game.operation.steps import Measure
from game.operation.theatre import Theatre
from game.patient import Patient

COUNTED_FROM = ("L5", "T12")  # the two landmarks of a count: the vertebra on the sacrum, the vertebra of the last rib
WINDOWS = ("L1-2", "L2-3", "L3-4", "L4-5")


def measures(theatre: Theatre, state: Positioning) -> dict[str, Measure]:
    """Return every measure of the step; None when it was never done."""
    level = upper_vertebra(theatre.plan.window)
    ap, lateral = _kept(theatre, "ap"), _kept(theatre, "lateral")
    square = view_quality(theatre.fluoroscope.exposures[ap], lying(theatre, ap), level) if ap is not None else None
    return {
        "spine_rotation_mm": abs(square.rotation_mm) if square else None,
        "endplate_tilt_deg": abs(square.tilt_deg) if square else None,
        "lateral_tilt_deg": _lateral_deg(theatre, lateral, level) if lateral is not None else None,
        "hip_flexion_deg": theatre.patient.spec.hip_flexion_deg,
        "level_count": level_count(state),
        "entry_level": marked_window(theatre),
        "window_mark_error_mm": window_mark_error_mm(theatre),
        "views_stored": float((ap is not None) + (lateral is not None)),
        "idle_exposures": float(idle_looks(state)),
    }


def _kept(theatre: Theatre, view: str) -> int | None:
    """Return the stored exposure of a view, if it is that view at all."""
    index = theatre.fluoroscope.stored.get(view)
    if index is None:
        return None
    exposure = theatre.fluoroscope.exposures[index]
    return index if is_lateral(exposure.carm, exposure.pose) == (view == "lateral") else None


def _lateral_deg(theatre: Theatre, index: int, level: str) -> float:
    return lateral_error_deg(theatre.fluoroscope.exposures[index], lying(theatre, index), level)


def lateral_error_deg(exposure: Exposure, patient: Patient, level: str) -> float:
    """Return the angle between the beam through a vertebra and the line through its two pedicles."""
    left, right = (exposure.pose.apply(patient.landmarks[f"{level}.pedicle_{side}"]) for side in ("left", "right"))
    beam = 0.5 * (left + right) - exposure.carm.ray(0.0, 0.0)[0]
    cosine = abs(float(beam @ (left - right))) / math.sqrt(float(beam @ beam) * float((left - right) @ (left - right)))
    return math.degrees(math.acos(min(1.0, cosine)))


def level_count(state: Positioning) -> str:
    """Return two_agree, one, wrong or none, by the last word on each level."""
    last = {named.level: named.truth for named in state.named}
    if any(level != truth for level, truth in last.items()):
        return "wrong"
    agreeing = sum(level in last for level in COUNTED_FROM)
    return ("none", "one", "two_agree")[agreeing]


def window_mark_error_mm(theatre: Theatre) -> float | None:
    """Return how far along the body the window's mark is from the planned window, seen straight from behind."""
    mark = last_mark(theatre, "window")
    if mark is None:
        return None
    return abs(mark[2] - float(theatre.patient.landmarks[f"window.{theatre.plan.window}"][2]))


def marked_window(theatre: Theatre) -> str:
    """Return the lumbar window that the window's mark is nearest to, or none."""
    mark = last_mark(theatre, "window")
    if mark is None:
        return "none"
    heights = {window: theatre.patient.landmarks.get(f"window.{window}") for window in WINDOWS}
    there = {window: abs(float(point[2]) - mark[2]) for window, point in heights.items() if point is not None}
    return min(there, key=lambda window: there[window])


def last_mark(theatre: Theatre, kind: str) -> tuple[float, float, float] | None:
    """Return the newest mark of a kind, patient frame."""
    return next((mark.patient_mm for mark in reversed(theatre.marks) if mark.kind == kind), None)
