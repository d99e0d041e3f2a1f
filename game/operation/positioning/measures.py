"""What the positioning step measures, on the true geometry."""

import math

import numpy as np

from game.imaging import Exposure, view_quality
from game.imaging.carm import up_sign
from game.operation.information import COUNTED_FROM, informative_share, is_lateral, lying, upper_vertebra
from game.operation.needle.geometry import midline_x_mm, run_error_mm
from game.operation.positioning.state import Positioning
from game.operation.steps import Measure
from game.operation.theatre import Theatre
from game.patient import Patient

WINDOWS = ("T12-L1", "L1-2", "L2-3", "L3-4", "L4-5", "L5-S1")  # from head to feet
CONUS_WINDOWS = WINDOWS[:2]  # where the cord may still be
USABLE_ROTATION_MM, USABLE_TILT_DEG = 5.0, 8.0  # beyond that the process nears a pedicle, or contours are plainly double
RUN_DEG = (35.0, 45.0)  # angles to the skin that an entry is planned for: about 40, steeper where the needle is short


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
        "entry_level": entry_level(theatre),
        "window_mark_error_mm": window_mark_error_mm(theatre),
        "entry_mark_run_mm": entry_mark_run_mm(theatre),
        "entry_mark_aside_mm": entry_mark_aside_mm(theatre),
        "incision_off_entry_mm": incision_off_entry_mm(theatre),
        "views_stored": float(sum(_usable(theatre, view, level) for view in ("ap", "lateral"))),
        "informative_share": informative_share(state.looks),
    }


def _usable(theatre: Theatre, view: str, level: str) -> bool:
    """Say whether a stored view shows the vertebra as that view, whole and not plainly off true."""
    index = _kept(theatre, view)
    if index is None:
        return False
    exposure, patient = theatre.fluoroscope.exposures[index], lying(theatre, index)
    seen = view_quality(exposure, patient, level)
    if not seen.in_field:
        return False
    if view == "lateral":
        return lateral_error_deg(exposure, patient, level) <= USABLE_TILT_DEG
    return abs(seen.rotation_mm) <= USABLE_ROTATION_MM and abs(seen.tilt_deg) <= USABLE_TILT_DEG


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


def entry_level(theatre: Theatre) -> str:
    """Return where the window's mark lies against the plan: planned, other (the next one, below the conus), conus, beyond or none."""
    found = marked_window(theatre)
    if found in (theatre.plan.window, "none"):
        return "planned" if found != "none" else found
    if found in CONUS_WINDOWS:
        return "conus"
    return "other" if abs(WINDOWS.index(found) - WINDOWS.index(theatre.plan.window)) == 1 else "beyond"


def entry_mark_run_mm(theatre: Theatre) -> float | None:
    """Return how far the entry's mark lies outside the caudal run that true depth and a planned angle ask for."""
    mark = last_mark(theatre, "entry")
    return None if mark is None else run_error_mm(theatre.patient, mark, theatre.plan.window, *RUN_DEG)


def entry_mark_aside_mm(theatre: Theatre) -> float | None:
    """Return how far the entry's mark lies beside the line of the spinous processes, towards the upper side positive."""
    mark = last_mark(theatre, "entry")
    return None if mark is None else up_sign(theatre.plan.side) * (mark[0] - midline_x_mm(theatre.patient, mark[2]))


def incision_off_entry_mm(theatre: Theatre) -> float | None:
    """Return the way along the skin from the entry's mark to the line of the back incision, its ends included."""
    ends = [mark.patient_mm for mark in theatre.marks if mark.kind == "incision"]
    mark = last_mark(theatre, "entry")
    if mark is None or len(ends) < 2:
        return None
    places = np.array([*ends[-2:], mark])
    start, end, entry = np.stack([theatre.patient.skin_arc(places, theatre.plan.side), places[:, 2]], axis=1)
    way, offset = end - start, entry - start
    share = min(max(float(way @ offset) / max(float(way @ way), 1e-9), 0.0), 1.0)
    return math.dist(offset, share * way)


def marked_window(theatre: Theatre) -> str:
    """Return the window that the window's mark is nearest to, or none."""
    mark = last_mark(theatre, "window")
    if mark is None:
        return "none"
    heights = {window: theatre.patient.landmarks.get(f"window.{window}") for window in WINDOWS}
    there = {window: abs(float(point[2]) - mark[2]) for window, point in heights.items() if point is not None}
    return min(there, key=lambda window: there[window])


def last_mark(theatre: Theatre, kind: str) -> tuple[float, float, float] | None:
    """Return the newest mark of a kind, patient frame."""
    return next((mark.patient_mm for mark in reversed(theatre.marks) if mark.kind == kind), None)
