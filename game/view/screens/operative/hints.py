"""What guided mode says next. It may know the truth; no other mode asks it."""

from typing import TYPE_CHECKING

import numpy as np

from game.operation.antisepsis.sight import AntisepsisSight
from game.operation.core import shaft
from game.operation.needle.sight import NeedleSight
from game.operation.positioning.sight import PositioningSight
from game.patient import Tissue
from game.session.observation import Observation

if TYPE_CHECKING:
    from game.session.session import Session

TISSUE_WORDS: dict[Tissue, str] = {
    Tissue.SKIN: "in the skin",
    Tissue.FAT: "in fat",
    Tissue.FASCIA: "in the fascia",
    Tissue.MUSCLE: "in muscle",
    Tissue.SUPRASPINOUS: "in the supraspinous ligament",
    Tissue.INTERSPINOUS: "in the interspinous ligament",
    Tissue.FLAVUM: "in the ligamentum flavum",
    Tissue.EPIDURAL: "in the epidural space",
    Tissue.DURA: "in the dura",
    Tissue.CSF: "in the sac",
    Tissue.DISC: "in the disc",
}


def hint(session: "Session", observation: Observation, tool: str) -> str:
    """Return one sentence for guided mode, or "" in the others."""
    if session.mode != "guided":
        return ""
    match observation.sight:
        case PositioningSight():
            return _positioning(observation, observation.sight)
        case AntisepsisSight():
            return _antisepsis(observation, observation.sight, tool)
        case NeedleSight():
            return _needle(session, observation, observation.sight)
    return ""


def _positioning(observation: Observation, sight: PositioningSight) -> str:
    kinds = [mark.kind for mark in observation.marks]
    if sight.hip_flexion_deg < 60.0:
        return "Bend the hips to 60 to 90 degrees: take 1, drag up, let go."
    if abs(sight.trunk_lean_deg) > 4.0:
        return "The trunk leans: take 2 and drag until shoulders and pelvis stand upright."
    if observation.picture is None:
        return "Hold F for a first picture."
    if "ap" not in observation.stored:
        return "Square the upper vertebra of the window: drag the C-arm, one pulse, compare; then K keeps the AP."
    if len(sight.named) < 2:
        return "Count the levels: click L5 and T12 on a picture and name them."
    if "lateral" not in observation.stored:
        return "Turn the C-arm to the lateral, one pulse, and keep it with Shift + K."
    if "window" not in kinds:
        return "Slide the metal rod on the skin until it lies over the window on the picture; mark the window."
    if "entry" not in kinds:
        return "Mark the entry: 1 to 2 cm to the pump side, depth / tan 40 degrees towards the feet."
    return "Mark the back incision, then N goes on."


def _antisepsis(observation: Observation, sight: AntisepsisSight, tool: str) -> str:
    tint, planned = np.asarray(sight.tint), np.asarray(sight.planned, bool)
    laid = [rim for rim in sight.drape_mm if rim is not None]
    if laid:
        return _draped(sight, len(laid))
    if sight.hair == "hairy":
        return "Clip the hair before anything is painted."
    if sight.scrub_min < 3.0:
        return "Scrub your hands for 3 to 5 minutes."
    if sight.gloves < 2:
        return "Two pairs of gloves."
    if not sight.agent:
        return "Ask about allergies, then open an applicator."
    share = float((tint[planned] > 0.6).mean()) if planned.any() else 0.0
    if share < 0.97:
        return f"Scrub to and fro from the incisions outwards; {round(100 * share)} % of the marked field is stained."
    if float(np.asarray(sight.gloss)[planned].max(initial=0.0)) > 0.1:
        return "Let it dry: three minutes on the theatre clock. W lets a minute pass, L looks along the skin."
    return "Matt everywhere: lay the four drapes, from the edges of the field."


def _draped(sight: AntisepsisSight, laid: int) -> str:
    if laid < 4:
        return "Lay the other drapes: move the pointer towards an edge and press."
    if not sight.carm_covered:
        return "Cover the C-arm."
    if not sight.film:
        return "Stick the incise film over the window."
    return "N goes on." if sight.time_out else "Time-out, aloud: T."


def _needle(session: "Session", observation: Observation, sight: NeedleSight) -> str:
    if not sight.on_skin:
        return _before_needle(observation, sight)
    if not sight.stylet_in:
        flows = sight.hub in ("drops", "stream")
        return "Clear fluid: stylet back in, then keep both views." if flows else "Nothing comes: stylet back in. Ask for a picture."
    needle = session.theatre.needle
    if needle is None or needle.depth_mm < 0.5:
        return "Aim 40 degrees to the skin and 10 to 15 to the midline with the right button; then hold left and push."
    where = Tissue(int(session.theatre.patient.tissue(shaft(needle)[-1:])[0]))
    if sight.word == "bone":
        return "Tip on bone. Come back to fat before you change the angle by five degrees."
    if where == Tissue.CSF:
        return "Tip in the sac. Let go; S takes the stylet out."
    if where in (Tissue.FLAVUM, Tissue.EPIDURAL, Tissue.DURA):
        return f"Tip {TISSUE_WORDS[where]}: two millimetres at a time, ready to stop."
    return f"Tip {TISSUE_WORDS.get(where, 'in bone')}. A picture every 1 to 1.5 cm."


def _before_needle(observation: Observation, sight: NeedleSight) -> str:
    if not sight.numb:
        return "Lidocaine first: press at the entry mark, push in a little, I pushes the plunger."
    if not sight.nicked:
        return "Nick the skin at the wheal with the blade."
    return (
        "Take the Tuohy and set its point on the nick." if observation.instrument != "tuohy" else "Press on the nick to set the point down."
    )
