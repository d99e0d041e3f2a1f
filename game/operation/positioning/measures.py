"""What the positioning step measures, on the true geometry."""

import math

import numpy as np

from game.frames import Array
from game.imaging import Exposure, view_quality
from game.operation.positioning.looks import idle_looks, upper_vertebra
from game.operation.positioning.state import Positioning
from game.operation.steps import Measure
from game.operation.theatre import Theatre
from game.patient import Patient

COUNTED_FROM = ("L5", "T12")  # the two landmarks of a count: the vertebra on the sacrum, the vertebra of the last rib
SKIN_SEARCH_MM = 300.0
WINDOWS = ("L1-2", "L2-3", "L3-4", "L4-5")


def measures(theatre: Theatre, state: Positioning) -> dict[str, Measure]:
    """Return every measure of the step; None when it was never done."""
    ap, lateral = _stored(theatre, "ap"), _stored(theatre, "lateral")
    level = upper_vertebra(theatre.plan.window)
    square = view_quality(ap, theatre.patient, level) if ap is not None else None
    return {
        "spine_rotation_mm": abs(square.rotation_mm) if square else None,
        "endplate_tilt_deg": abs(square.tilt_deg) if square else None,
        "lateral_tilt_deg": lateral_error_deg(lateral, theatre.patient, level) if lateral is not None else None,
        "hip_flexion_deg": theatre.patient.spec.hip_flexion_deg,
        "level_count": level_count(state),
        "entry_level": marked_window(theatre),
        "window_mark_error_mm": window_mark_error_mm(theatre),
        "views_stored": float(len(theatre.fluoroscope.stored)),
        "idle_exposures": float(idle_looks(state)),
    }


def _stored(theatre: Theatre, view: str) -> Exposure | None:
    index = theatre.fluoroscope.stored.get(view)
    return None if index is None else theatre.fluoroscope.exposures[index]


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


def skin_over(patient: Patient, point_mm: Array) -> Array:
    """Return the skin of the back that lies squarely over a point inside, shape (3,)."""
    dorsal = patient.skin_hit_mm(point_mm + np.array([0.0, SKIN_SEARCH_MM, 0.0]), np.array([0.0, -1.0, 0.0]))
    if dorsal is None:
        raise ValueError(f"there is no skin behind {point_mm}")
    normal = patient.skin_normal(dorsal)
    square = patient.skin_hit_mm(point_mm + SKIN_SEARCH_MM * normal, -normal)
    return dorsal if square is None else square


def window_mark_error_mm(theatre: Theatre) -> float | None:
    """Return how far along the body the window's mark is from the planned window under the skin."""
    mark = last_mark(theatre, "window")
    if mark is None:
        return None
    truth = skin_over(theatre.patient, theatre.patient.landmarks[f"window.{theatre.plan.window}"])
    return abs(mark[2] - float(truth[2]))


def marked_window(theatre: Theatre) -> str:
    """Return the lumbar window that the window's mark is nearest to, or none."""
    mark = last_mark(theatre, "window")
    if mark is None:
        return "none"
    heights = {window: float(skin_over(theatre.patient, theatre.patient.landmarks[f"window.{window}"])[2]) for window in WINDOWS}
    return min(WINDOWS, key=lambda window: abs(heights[window] - mark[2]))


def last_mark(theatre: Theatre, kind: str) -> tuple[float, float, float] | None:
    """Return the newest mark of a kind, patient frame."""
    return next((mark.patient_mm for mark in reversed(theatre.marks) if mark.kind == kind), None)
