"""When a hand cannot do what it is asked for in the anchoring step."""

import math

from game.base import Action
from game.operation import actions as act
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.anchoring.holding import near_anchor
from game.operation.anchoring.incision import cells_of, depth_at, length_mm
from game.operation.anchoring.state import Anchoring, Place
from game.operation.theatre import Theatre

NEAR_EXIT_MM, RING_MM, HUB_MM, END_MM = 22.0, 22.0, 24.0, 16.0
LEAST_WOUND_MM = 20.0
ANCHORS = ("self_grip", "winged")
STITCHED = "Its stitches hold the anchor: cut them with scissors first."


def refuse(theatre: Theatre, step: Anchoring, action: Action) -> str | None:
    """Say why a hand cannot do this now, or None."""
    match action:
        case Clamp():
            return "The catheter's end is in the needle still." if theatre.needle is not None else None
        case Spread():
            return None if length_mm(step) >= LEAST_WOUND_MM else "There is no wound yet that a retractor could hold."
        case act.Roll(angle_deg):
            if theatre.hand.instrument not in ("blade", *ANCHORS):
                return "There is nothing in the hand to turn."
            if theatre.hand.instrument in ANCHORS and step.anchor_stitches:
                return STITCHED
            return "A wrist turns at most 180 degrees at once." if abs(angle_deg) > 180.0 else None
        case act.Grip():
            return _refuse_grip(theatre, step, theatre.hand.instrument, (theatre.hand.x_mm, theatre.hand.y_mm))
        case _:
            return None


def _refuse_grip(theatre: Theatre, step: Anchoring, held: str, place: Place) -> str | None:
    near_exit = math.dist(place, step.exit_xy)
    match held:
        case "blade" | "cautery" | "gauze":
            return None if abs(place[0]) < 60.0 else "That is too far from the needle."
        case "scissors":
            if tie_near(theatre, step, place):
                return None
            return None if depth_at(step, place[0]) > step.skin_mm else "Scissors work in the wound."
        case "suture":
            return _refuse_stitch(step, place)
        case "hands":
            return _refuse_hands(theatre, step, place)
        case "forceps":
            if theatre.needle is not None:
                return "The needle stands over the catheter still."
            return None if near_exit > 4.0 else "Take hold of the catheter beyond the fascia."
        case "self_grip" | "winged":
            if theatre.needle is not None:
                return "An anchor goes on when the needle is off."
            if step.anchor_stitches:
                return STITCHED
            return None if near_exit <= 45.0 else "Slide it along the catheter, towards the fascia."
        case _:
            return None


def tie_near(theatre: Theatre, step: Anchoring, place: Place) -> bool:
    """Return whether a place lies at a tied purse-string."""
    string = theatre.implant.purse_string
    return string is not None and string.tension_n is not None and math.dist(place, step.exit_xy) <= 6.0


def _refuse_stitch(step: Anchoring, place: Place) -> str | None:
    if near_anchor(step, place) or math.dist(place, step.exit_xy) <= RING_MM:
        wound = any(step.cut[index] >= step.skin_mm for index in cells_of(place[0], place[0]))
        return None if wound else "There is only skin: open the wound first."
    return "A stitch goes round the needle at the fascia, or through the anchor."


def _refuse_hands(theatre: Theatre, step: Anchoring, place: Place) -> str | None:
    if theatre.needle is not None and math.dist(place, hub_xy(step)) <= HUB_MM:
        return None
    catheter, string = theatre.implant.catheter, theatre.implant.purse_string
    if math.dist(place, step.end_xy) <= END_MM:
        shut = catheter is not None and catheter.wire_in and catheter.end == "clamped"
        return "The clamp holds the wire: open it first." if shut else None
    if math.dist(place, step.exit_xy) <= NEAR_EXIT_MM:
        if string is not None and string.tension_n is not None:
            return "The thread is knotted: cut it with scissors to draw it anew."
        return None if step.stitches else "There is no thread to draw there."
    return "The bare hand takes the needle's hub, the free end, or the ends of the thread."


def hub_xy(step: Anchoring) -> Place:
    """Return where the needle's hub is, as far as it is drawn back."""
    x, y = step.entry_xy[0] - step.exit_xy[0], step.entry_xy[1] - step.exit_xy[1]
    length = math.hypot(x, y)
    if length < 1.0:
        return step.entry_xy
    away = step.shown * (step.outside_mm + step.pulled_mm)
    return (step.entry_xy[0] + away * x / length, step.entry_xy[1] + away * y / length)
