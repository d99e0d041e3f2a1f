"""What guided mode says next. It may know the truth; no other mode asks it. The words are in the speech table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from game.operation.antisepsis.sight import AntisepsisSight
from game.operation.needle.sight import NeedleSight
from game.operation.needle.state import NeedleStep
from game.operation.positioning.sight import PositioningSight
from game.operation.radiopaque import shaft
from game.patient import Tissue
from game.scenario import SpeechLine
from game.session.observation import Observation

if TYPE_CHECKING:
    from game.session.session import Session

Wish = tuple[str, ...]
"""Key of a line in the speech table, without its prefix, and the words or keys that fill its gaps."""
PREFIX = "hint_"
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
}
ELSEWHERE = "in_bone"
SYRINGE_IN_MM = 0.5
"""With more of its needle in the skin, the syringe cannot be laid down."""


def hint(session: "Session", observation: Observation, lines: Mapping[str, SpeechLine]) -> str:
    """Return one sentence for guided mode, or "" in the others."""
    if session.mode != "guided":
        return ""
    wish = wanted(session, observation)
    if not wish:
        return ""
    words = (lines[PREFIX + word].text if PREFIX + word in lines else word for word in wish[1:])
    return lines[PREFIX + wish[0]].text.format(*words)


def wanted(session: "Session", observation: Observation) -> Wish:
    """Return which hint fits now, () for none."""
    match observation.sight:
        case PositioningSight():
            return _positioning(observation, observation.sight)
        case AntisepsisSight():
            return _antisepsis(observation.sight)
        case NeedleSight():
            return _needle(session, observation, observation.sight)
    return ()


def _positioning(observation: Observation, sight: PositioningSight) -> Wish:
    kinds = [mark.kind for mark in observation.marks]
    ways = (
        (sight.hip_flexion_deg < 60.0, "bend_hips"),
        (abs(sight.trunk_lean_deg) > 4.0, "trunk_leans"),
        (observation.picture is None, "first_picture"),
        ("ap" not in observation.stored, "square_ap"),
        (len(sight.named) < 2, "count_levels"),
        ("lateral" not in observation.stored, "keep_lateral"),
        ("window" not in kinds, "mark_window"),
        ("entry" not in kinds, "mark_entry"),
        (kinds.count("incision") < 2, "mark_incision"),
    )
    return (next((wish for open_now, wish in ways if open_now), "go_on"),)


def _antisepsis(sight: AntisepsisSight) -> Wish:
    tint, planned = np.asarray(sight.tint), np.asarray(sight.planned, bool)
    laid = [rim for rim in sight.drape_mm if rim is not None]
    if laid:
        return _draped(sight, len(laid))
    share = float((tint[planned] > 0.6).mean()) if planned.any() else 0.0
    ways: tuple[tuple[bool, Wish], ...] = (
        (sight.hair == "hairy", ("clip_hair",)),
        (sight.scrub_min < 3.0, ("scrub_hands",)),
        (sight.gloves < 2, ("two_gloves",)),
        (not sight.agent, ("open_applicator",)),
        (share < 0.97, ("scrub_field", str(round(100 * share)))),
        (float(np.asarray(sight.gloss)[planned].max(initial=0.0)) > 0.1, ("let_dry",)),
    )
    return next((wish for open_now, wish in ways if open_now), ("lay_drapes",))


def _draped(sight: AntisepsisSight, laid: int) -> Wish:
    ways = (
        (laid < 4, "more_drapes"),
        (not sight.carm_covered, "cover_carm"),
        (not sight.film, "stick_film"),
        (not sight.time_out, "time_out"),
    )
    return (next((wish for open_now, wish in ways if open_now), "go_on"),)


def _needle(session: "Session", observation: Observation, sight: NeedleSight) -> Wish:
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
