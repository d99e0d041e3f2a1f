"""What hands do in the anchoring step."""

import math

from game.base import Action, Event
from game.operation import actions as act
from game.operation.anchoring import holding, incision, purse
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.anchoring.refusals import ANCHORS, END_MM, HUB_MM, NEAR_EXIT_MM, hub_xy, tie_near
from game.operation.anchoring.state import Anchoring, Place
from game.operation.events import Sounded
from game.operation.implant import Bleeder, Layer, Wound
from game.operation.needle.hands import skin_under
from game.operation.theatre import Theatre

BLADE_MM_PER_DEG = 0.1
"""A notch of the wheel, 10 degrees, sets the blade 1 mm deeper."""
MOST_BLADE_MM, LEAST_BLADE_MM = 40.0, 1.0
LOOP_FROM_MM = 22.0
"""Forceps that take the catheter farther out lay its loop; nearer they try the anchor."""


def apply(theatre: Theatre, step: Anchoring, action: Action) -> list[Event]:
    """Do what a hand does."""
    match action:
        case Clamp():
            return _clamp(theatre, step)
        case Spread():
            step.retracted = not step.retracted
            keep_wound(theatre, step)
            return [Sounded(tick=theatre.tick, sound="click", loudness=0.5)]
        case act.Roll(angle_deg):
            if theatre.hand.instrument == "blade":
                step.blade_mm = min(MOST_BLADE_MM, max(LEAST_BLADE_MM, step.blade_mm + BLADE_MM_PER_DEG * angle_deg))
            else:
                step.anchor_turn_deg = math.remainder(step.anchor_turn_deg + angle_deg, 180.0)
        case act.Grip():
            _grip(theatre, step)
        case act.MoveHand(dx_mm, dy_mm):
            return _move(theatre, step, dx_mm, dy_mm)
        case act.LetGo():
            return _let_go(theatre, step)
    return []


def _clamp(theatre: Theatre, step: Anchoring) -> list[Event]:
    catheter = theatre.implant.catheter
    if catheter is not None:
        catheter.end = "open" if catheter.end == "clamped" else "clamped"
    return [Sounded(tick=theatre.tick, sound="click", loudness=0.6)]


def _grip(theatre: Theatre, step: Anchoring) -> None:
    place: Place = (theatre.hand.x_mm, theatre.hand.y_mm)
    step.drag_xy = (0.0, 0.0)
    match theatre.hand.instrument:
        case "blade":
            step.holding = "cut"
        case "cautery":
            step.holding = "burn"
        case "gauze":
            step.holding = "wipe"
        case "scissors":
            step.holding = _scissors(theatre, step, place)
        case "suture":
            step.holding = "stitch" if holding.near_anchor(step, place) else "bite"
            step.way = [place]
        case "hands":
            step.holding = _bare_hand(theatre, step, place)
        case "forceps":
            step.holding = "loop" if math.dist(place, step.exit_xy) > LOOP_FROM_MM and step.anchor_mm is not None else "tug"
            step.slip_before_mm = step.slip_mm
            if step.holding == "loop":
                holding.undo_loop(theatre, step)
        case kind if kind in ANCHORS:
            step.holding = "anchor"
        case _:
            step.holding = ""


def _scissors(theatre: Theatre, step: Anchoring, place: Place) -> str:
    if tie_near(theatre, step, place):
        return "untie"
    return "unstitch" if step.anchor_stitches and holding.near_anchor(step, place) else "clear"


def _bare_hand(theatre: Theatre, step: Anchoring, place: Place) -> str:
    if theatre.needle is not None and math.dist(place, hub_xy(step)) <= HUB_MM:
        return "hub"
    if math.dist(place, step.exit_xy) <= NEAR_EXIT_MM and step.stitches:
        return "ends"
    return "wire" if math.dist(place, step.end_xy) <= END_MM else ""


def _move(theatre: Theatre, step: Anchoring, dx_mm: float, dy_mm: float) -> list[Event]:
    after: Place = (theatre.hand.x_mm, theatre.hand.y_mm)
    before: Place = (after[0] - dx_mm, after[1] - dy_mm)
    way = math.hypot(dx_mm, dy_mm)
    step.drag_xy = (step.drag_xy[0] + dx_mm, step.drag_xy[1] + dy_mm)
    match step.holding:
        case "cut":
            return incision.cut(theatre, step, before, after)
        case "wipe":
            incision.wipe(step, way)
        case "clear":
            incision.clear(step, after)
        case "bite" | "stitch":
            step.way.append(after)
        case "ends":
            step.drawing_mm = math.hypot(*step.drag_xy)
        case "hub":
            x, y = holding.free_way(step)
            return purse.draw_needle(theatre, step, max(0.0, dx_mm * x + dy_mm * y) / max(step.shown, 0.2))
        case "wire":
            return purse.draw_wire(theatre, step, way)
        case "loop":
            holding.circle(theatre, step, dx_mm, dy_mm)
    return []


def _let_go(theatre: Theatre, step: Anchoring) -> list[Event]:
    doing, step.holding = step.holding, ""
    match doing:
        case "cut" | "burn" | "clear":
            keep_wound(theatre, step)
        case "untie":
            return purse.cut_tie(theatre, step)
        case "unstitch":
            return holding.unstitch(theatre, step)
        case "bite":
            return purse.bite(theatre, step)
        case "stitch":
            return holding.stitch(theatre, step, midline_y(theatre))
        case "ends":
            return purse.tie_knot(theatre, step)
        case "hub":
            step.speed_mm_s = 0.0
        case "anchor":
            return holding.set_anchor(theatre, step, (theatre.hand.x_mm, theatre.hand.y_mm))
        case "loop":
            holding.lay_loop(theatre, step)
    return []


def midline_y(theatre: Theatre) -> float:
    """Return where the line of spinous processes runs on the field."""
    tip = theatre.patient.landmarks.get(f"{theatre.plan.window[:2]}.spinous_tip")
    if tip is None:
        return 1e3
    shown = theatre.camera.to_field(theatre.patient_pose.apply(tip))
    return float(shown[1])


def keep_wound(theatre: Theatre, step: Anchoring) -> None:
    """Keep the incision for later steps, as it lies on the skin now."""
    cut = [index for index, depth in enumerate(step.cut) if depth >= step.skin_mm]
    if not cut or step.cut_y is None:
        return
    ends = [incision.CELL_MM * index - incision.HALF_MM for index in (cut[0], cut[-1] + 1)]
    places = [skin_under(theatre, x, step.cut_y) for x in ends]
    if places[0] is None or places[1] is None:
        return
    deepest = max(step.cut)
    layer: Layer = "muscle" if step.fascia_cut else "fascia" if deepest >= step.fascia_mm - 0.6 else "fat"
    theatre.implant.back_wound = Wound(
        places[0],
        places[1],
        layer=layer,
        fascia_cut_mm=incision.CELL_MM * len(step.fascia_cut),
        retracted=step.retracted,
        bleeders=[Bleeder(purse.in_patient(theatre, b.place), b.ml_per_min, b.sealed) for b in step.bleedings],
        blood_ml=step.blood_ml,
    )


def advance(theatre: Theatre, step: Anchoring) -> list[Event]:
    """Let cautery burn and a tug pull for one tick."""
    if step.holding == "burn":
        return incision.burn(theatre, step, (theatre.hand.x_mm, theatre.hand.y_mm))
    return holding.tug(theatre, step) if step.holding == "tug" else []
