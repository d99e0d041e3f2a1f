"""What guided mode says next. It may know the truth; no other mode asks it. The words are in the speech table."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from game.frames import Side
from game.imaging import Exposure, ViewQuality, view_quality
from game.imaging.carm import up_sign
from game.instruments.applicator import prepared
from game.operation.antisepsis.measures import coverage, fold_friction_s
from game.operation.antisepsis.sight import AntisepsisSight
from game.operation.information import ROTATION_TARGET_MM, TILT_TARGET_DEG, is_lateral, upper_vertebra
from game.operation.needle.sight import NeedleSight
from game.operation.needle.state import NeedleStep
from game.operation.positioning.measures import lateral_error_deg, level_count, window_mark_error_mm
from game.operation.positioning.sight import PositioningSight
from game.operation.radiopaque import shaft
from game.operation.views.judging import corrections, judge
from game.operation.views.sight import ViewsSight
from game.operation.views.tasks import CountTo
from game.patient import Patient, Tissue
from game.session.observation import Observation

if TYPE_CHECKING:
    from game.session.session import Session

Wish = tuple[str, ...]
"""Key of a line in the speech table, without its prefix, and the words or keys that fill its gaps."""
PREFIX = "hint_"
CORRECTIONS = {
    "orbit": ("view_orbit", "left", "right"),
    "tilt": ("view_tilt", "head", "feet"),
    "along": ("view_along", "head", "feet"),
}
"""The hint for each correction of a view, and what a positive and a negative one are called."""
PLACES: dict[Tissue, str] = {
    Tissue.SKIN: "in_skin",
    Tissue.FAT: "in_fat",
    Tissue.FASCIA: "in_fascia",
    Tissue.MUSCLE: "in_muscle",
    Tissue.SUPRASPINOUS: "in_supraspinous",
    Tissue.INTERSPINOUS: "in_interspinous",
    Tissue.FLAVUM: "in_flavum",
    Tissue.EPIDURAL: "in_epidural",
    Tissue.DURA: "in_dura",
    Tissue.CSF: "in_sac",
    Tissue.DISC: "in_disc",
    Tissue.SCAR: "in_scar",
    Tissue.LYTIC: "in_tumour",
    Tissue.TITANIUM: "in_metal",
}
ELSEWHERE = "in_bone"
COVERED, FOLD_S = 0.99, 120.0
"""Share of the field, and seconds of friction in the moist fold, that are enough: the targets of the criteria."""
PARTS = ("belly", "flank", "back")
"""Thirds of the marked field, from the belly's edge."""
WINDOW_MM = 5.0
"""A mark farther than this from the planned window is off target."""
SYRINGE_IN_MM = 0.5
"""With more of its needle in the skin, the syringe cannot be laid down."""


def positioning_hint(session: "Session", observation: Observation) -> Wish:
    """Return what fits now while the patient is positioned."""
    sight = observation.sight
    if not isinstance(sight, PositioningSight):
        return ()
    kinds = [mark.kind for mark in observation.marks]
    off = _off_target(session)
    ways = (
        (sight.hip_flexion_deg < 60.0, "bend_hips"),
        (observation.exposures == 0, "first_picture"),
        ("ap" not in observation.stored, "square_ap"),
        ("ap" in off, "square_ap_again"),
        ("count" in off, "count_again"),
        (len(sight.named) < 2, "count_levels"),
        ("lateral" not in observation.stored, "keep_lateral"),
        ("lateral" in off, "lateral_again"),
        ("window" not in kinds, "mark_window"),
        ("window" in off, "window_again"),
        ("entry" not in kinds, "mark_entry"),
        (kinds.count("incision") < 2, "mark_incision"),
    )
    lean_deg = sight.trunk_lean_deg
    if abs(lean_deg) > 4.0 and sight.hip_flexion_deg >= 60.0 and observation.exposures == 0:
        return ("trunk_leans", *(("forward", "down") if lean_deg > 0.0 else ("back", "up")))
    return (next((wish for open_now, wish in ways if open_now), "go_on"),)


def _off_target(session: "Session") -> set[str]:
    """Return what was done and is not good: ap, lateral, count, window. Pictures of another posture are not judged."""
    theatre, state = session.theatre, session.states["positioning"]
    fluoroscope = theatre.fluoroscope
    off = {"count"} if level_count(state) == "wrong" else set()
    if (window_mark_error_mm(theatre) or 0.0) > WINDOW_MM:
        off.add("window")
    upper = upper_vertebra(theatre.plan.window)
    for view, index in fluoroscope.stored.items():
        lies_so = fluoroscope.postures_deg[index] == theatre.spec.hip_flexion_deg
        if lies_so and not _true(view, fluoroscope.exposures[index], theatre.patient, upper):
            off.add(view)
    return off


def _true(view: str, exposure: Exposure, patient: Patient, upper: str) -> bool:
    """Say whether a kept picture is its view at all, and square to the vertebra above the window."""
    lateral = is_lateral(exposure.carm, exposure.pose)
    if lateral != (view == "lateral"):
        return False
    if lateral:
        return lateral_error_deg(exposure, patient, upper) <= TILT_TARGET_DEG
    return _square(view_quality(exposure, patient, upper))


def _square(quality: ViewQuality) -> bool:
    return abs(quality.rotation_mm) <= ROTATION_TARGET_MM and abs(quality.tilt_deg) <= TILT_TARGET_DEG


def views_hint(session: "Session", observation: Observation) -> Wish:
    """Return what the last picture asks for, first to the middle, then square, as an arm is set."""
    sight = observation.sight
    if not isinstance(sight, ViewsSight):
        return ()
    state, exposures = session.states[session.step], session.theatre.fluoroscope.exposures
    last = len(exposures) - 1
    if sight.asked is None:
        return ("go_on",)
    if last < state.asked_from:
        return ("first_picture",)
    if isinstance(sight.asked, CountTo):
        named = any(level == sight.asked.level and exposure == last for level, exposure, _, _ in sight.named)
        return ("this_is_it",) if named else ("count_up", sight.asked.level)
    patient = session.patient_at(last)
    if not judge(exposures[last], patient, sight.asked).in_field:
        return ("bring_level", sight.asked.level)
    wanted = corrections(exposures[last], patient, sight.asked, session.theatre.plan.side)
    if not wanted:
        return ("this_is_it",)
    if wanted[0].part == "across":
        return _across(exposures[last], wanted[0].by, session.theatre.plan.side)
    name, more, less = CORRECTIONS[wanted[0].part]
    return (name, f"{abs(wanted[0].by):.0f}", more if wanted[0].by > 0.0 else less)


def _across(exposure: Exposure, by_mm: float, side_up: Side) -> Wish:
    """Return which motion of the arm brings to the middle what lies beside it on a picture: on a patient's side that is lift, or depth."""
    right = exposure.carm.axes()[0]
    up_mm, back_mm = by_mm * up_sign(side_up) * float(right[0]), by_mm * float(right[1])
    if abs(up_mm) >= abs(back_mm):
        return ("view_lift", f"{abs(up_mm):.0f}", "raise" if up_mm > 0.0 else "lower")
    return ("view_across", f"{abs(back_mm):.0f}", "back" if back_mm > 0.0 else "belly")


def antisepsis_hint(session: "Session", observation: Observation) -> Wish:
    """Return what fits now while the skin is prepared and draped."""
    sight = observation.sight
    if not isinstance(sight, AntisepsisSight):
        return ()
    planned = np.asarray(sight.planned, bool)
    laid = [rim for rim in sight.drape_mm if rim is not None]
    if laid:
        return _draped(sight, len(laid))
    state = session.states["antisepsis"]
    share, folded_s = coverage(state), fold_friction_s(state)
    ways: tuple[tuple[bool, Wish], ...] = (
        (sight.hair == "hairy", ("clip_hair",)),
        (sight.scrub_min < 3.0, ("scrub_hands",)),
        (sight.gloves < 2, ("two_gloves",)),
        (not sight.agent, ("open_applicator",)),
        (share < COVERED, ("scrub_field", str(math.floor(100 * share)), _least_done(planned & ~prepared(state.skin), planned))),
        (sight.agent == "chlorhexidine" and sight.fold_mm is not None and folded_s < FOLD_S, ("rub_fold", str(round(folded_s)))),
        (float(np.asarray(sight.gloss)[planned].max(initial=0.0)) > 0.1, ("let_dry",)),
    )
    return next((wish for open_now, wish in ways if open_now), ("lay_drapes",))


def _least_done(missing: NDArray[np.bool_], planned: NDArray[np.bool_]) -> str:
    """Return which third of the marked field has most left to scrub, from the belly's edge; shapes (rows, columns)."""
    thirds = np.array_split(np.flatnonzero(planned.any(axis=1)), len(PARTS))
    return PARTS[int(np.argmax([missing[rows].sum() for rows in thirds]))]


def _draped(sight: AntisepsisSight, laid: int) -> Wish:
    ways = (
        (laid < 4, "more_drapes"),
        (not sight.carm_covered, "cover_carm"),
        (not sight.film, "stick_film"),
        (not sight.time_out, "time_out"),
    )
    return (next((wish for open_now, wish in ways if open_now), "go_on"),)


def needle_hint(session: "Session", observation: Observation) -> Wish:
    """Return what fits now on the needle's way."""
    sight = observation.sight
    if not isinstance(sight, NeedleSight):
        return ()
    if not sight.on_skin:
        return _before_needle(session, observation, sight)
    if not sight.stylet_in:
        return ("fluid_flows",) if sight.hub in ("drops", "stream") else ("nothing_flows",)
    needle = session.theatre.needle
    if needle is None or needle.depth_mm < 0.5:
        return ("aim_and_push",)
    where = Tissue(int(session.theatre.patient.tissue(shaft(needle)[-1:])[0]))
    if needle.on_bone:
        return ("on_bone",)
    if where == Tissue.CSF:
        return ("tip_in_sac",)
    place = PLACES.get(where, ELSEWHERE)
    return ("tip_near", place) if where in (Tissue.FLAVUM, Tissue.EPIDURAL, Tissue.DURA) else ("tip_on_its_way", place)


def _before_needle(session: "Session", observation: Observation, sight: NeedleSight) -> Wish:
    step = session.states.get("needle")
    if not sight.numb:
        return ("too_deep_to_numb",) if session.theatre.lidocaine.deposits else ("numb_first",)
    if isinstance(step, NeedleStep) and step.syringe_depth_mm > SYRINGE_IN_MM:
        return ("draw_syringe_back",)
    if not sight.nicked:
        return ("nick_skin",)
    return ("set_point",) if observation.instrument == "tuohy" else ("take_tuohy",)
