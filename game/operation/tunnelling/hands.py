"""What hands do in the tunnelling step: blade, syringe, rod, sheath and catheter."""

import math

import numpy as np

from game.base import Action, Event
from game.instruments import tunneller as rods
from game.instruments.needle import Point
from game.instruments.tunneller import MOST_ASIDE_DEG, MOST_BEND_DEG, MOST_LIFT_DEG, Layers, Rod, layers_at
from game.operation import actions as act
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.implant import Wound
from game.operation.needle.geometry import as_point
from game.operation.strain import hurt
from game.operation.theatre import Theatre
from game.operation.tunnelling import catheter, harm
from game.operation.tunnelling.actions import BendRod, DrawRod, DrawSheath, OpenFreeEnd, SetDown
from game.operation.tunnelling.events import SkinCut
from game.operation.tunnelling.ground import (
    ARC_MM,
    middle_of,
    nearest_mouth,
    off_mouth_mm,
    place_of,
    rod_way,
    skin_at,
    start_depth_mm,
    under,
)
from game.operation.tunnelling.state import Blade, Mouth, Tunnelling, WoundName

RODS = {"tunneller": "long", "tunneller_short": "short"}
TRAY = ("lidocaine", "blade", "tunneller", "tunneller_short", "catheter")
AT_WOUND_MM = 30.0  # a hand that is set down so near to a wound means it (simulator tolerance)
STROKE_MM = 5.0  # depth that a stroke of the blade opens in skin, fat and muscle (expert judgement)
LEAST_CUT_MM = 8.0  # a shorter stroke is a prick (simulator tolerance)
SAME_CUT_MM = 14.0  # a stroke that begins so near to a wound runs on in it (simulator tolerance)
STOP_CUT_MM = 40.0  # longest cut that is a stop incision; a longer one opens the belly (simulator tolerance)
CUT_PAIN, PRICK_PAIN = 7.0, 2.0  # without anaesthetic (expert judgement)
SPILL_MM, SPILL_ML = 10.0, 0.5  # infiltrated on the move: half a millilitre every centimetre (expert judgement)
SPILL_DEPTH_MM = 10.0
SLOW_S_PER_ML = 3.0
REFILL_S, BEND_S = 20.0, 10.0
ASIDE_DEG_PER_MM = 0.4  # of a hand that moves across the rod (simulator tolerance)
MOST_AIM_DEG = 60.0
FIELD_X_MM = 400.0


def refuse(theatre: Theatre, step: Tunnelling, action: Action) -> str | None:
    """Say why a hand cannot do this now, or None."""
    rod, held = step.rod, theatre.hand.instrument
    match action:
        case SetDown(x_mm, y_mm):
            return _refuse_set_down(theatre, step, x_mm, y_mm)
        case act.Grip():
            return _refuse_grip(theatre, step)
        case act.Aim(sagittal_deg, medial_deg):
            if held not in RODS:
                return "Take the tunneller to aim it."
            return "A wrist turns at most 30 degrees at once." if max(abs(sagittal_deg), abs(medial_deg)) > 30.0 else None
        case act.Roll(angle_deg):
            if held not in RODS and held != "catheter":
                return "There is nothing in the hand to roll."
            return "A wrist turns at most 180 degrees at once." if abs(angle_deg) > 180.0 else None
        case BendRod(bend_deg):
            if held not in RODS:
                return "Take the tunneller to bend it."
            if rod.entry_mm is not None and rod.inside_mm > 5.0:
                return "The rod is in: draw it out to bend it."
            return "Hands bend it at most 90 degrees at once." if abs(bend_deg) > 90.0 else None
        case act.TakeInstrument(instrument) if instrument in RODS and instrument != held:
            return (
                "Draw the other rod out first."
                if rod.entry_mm is not None and step.rod.length_mm != _length_mm(theatre, instrument)
                else None
            )
        case DrawRod() | DrawSheath() | OpenFreeEnd():
            return catheter.refuse(theatre, step, action)
        case _:
            return None


def _refuse_set_down(theatre: Theatre, step: Tunnelling, x_mm: float, y_mm: float) -> str | None:
    held = theatre.hand.instrument
    if held == "":
        return "Take an instrument from the tray first."
    if theatre.hand.gripping:
        return "Let go before you set it down elsewhere."
    if not (abs(x_mm) < FIELD_X_MM and ARC_MM[0] <= y_mm <= ARC_MM[1]):
        return "There is no skin at that place."
    if held in ("blade", "lidocaine"):
        return None
    near = nearest_mouth(theatre, step, x_mm, y_mm)
    if held == "catheter":
        return catheter.refuse_tie(theatre, step)
    if step.sheath_in:
        return "The sheath lies in the tunnel: the way is made."
    if step.rod.entry_mm is not None and step.rod.inside_mm > 1.0:
        return "The rod is in: draw it out before you set it elsewhere."
    if near is None or near[1] > AT_WOUND_MM:
        return "The rod goes in at a wound: there is none at that place."
    if len(step.mouths) < 2:
        return "There is no other wound to come out at: open the belly first."
    return None


def _refuse_grip(theatre: Theatre, step: Tunnelling) -> str | None:
    match theatre.hand.instrument:
        case "tunneller" | "tunneller_short":
            return None if step.rod.entry_mm is not None else "Set the rod's point into a wound first."
        case "blade":
            return None if step.blade is not None else "Set the blade on the skin first."
        case "lidocaine":
            return None if step.syringe_mm is not None else "Set the syringe's needle on the skin first."
        case "catheter":
            return None if step.draw is not None else "Tie the catheter to the sheath at the back wound first."
    return None


def apply(theatre: Theatre, step: Tunnelling, action: Action) -> list[Event]:
    """Do what a hand does."""
    rod = step.rod
    match action:
        case SetDown(x_mm, y_mm):
            theatre.hand.x_mm, theatre.hand.y_mm = x_mm, y_mm
            return _set_down(theatre, step, x_mm, y_mm)
        case act.TakeInstrument(instrument):
            return _take(theatre, step, instrument)
        case act.Grip():
            return _grip(theatre, step)
        case act.LetGo():
            return _let_go(theatre, step)
        case act.MoveHand(dx_mm, dy_mm):
            return _move(theatre, step, dx_mm, dy_mm)
        case act.Aim(sagittal_deg, medial_deg):
            _aim(theatre, step, sagittal_deg, medial_deg)
        case act.Roll(angle_deg):
            if theatre.hand.instrument in RODS:
                rod.roll_deg = (rod.roll_deg + angle_deg + 180.0) % 360.0 - 180.0
            elif step.draw is not None:
                step.draw.twist_deg += angle_deg
        case BendRod(bend_deg):
            rod.bend_deg = min(max(rod.bend_deg + bend_deg, 0.0), MOST_BEND_DEG)
        case act.OtherHand(down, x_mm, y_mm):
            if down:
                _palpate(theatre, step, x_mm, y_mm)
        case act.Say():
            return harm.said(theatre, step, action)
        case DrawRod() | DrawSheath() | OpenFreeEnd():
            return catheter.apply(theatre, step, action)
    return []


def _length_mm(theatre: Theatre, instrument: str) -> float:
    return theatre.equipment.tunnellers[RODS[instrument]].length_mm


def _take(theatre: Theatre, step: Tunnelling, instrument: str) -> list[Event]:
    step.blade, step.syringe_mm = None, None
    if instrument in RODS and step.rod.entry_mm is None:
        spec = theatre.equipment.tunnellers[RODS[instrument]]
        step.rod = Rod(spec.length_mm, spec.outer_mm, spec.stiffness_n_m2, step.rod.bend_deg, step.rod.roll_deg)
    syringe = theatre.equipment.syringes["lidocaine"]
    if instrument == "lidocaine" and theatre.lidocaine.left_ml <= syringe.volume_ml / 2.0:
        theatre.lidocaine.left_ml = syringe.volume_ml
        return [wait(theatre, REFILL_S, "syringe filled")] if theatre.lidocaine.deposits else []
    return []


def _set_down(theatre: Theatre, step: Tunnelling, x_mm: float, y_mm: float) -> list[Event]:
    match theatre.hand.instrument:
        case "blade":
            skin = skin_at(theatre, x_mm, y_mm)
            step.blade = Blade(skin, skin)
        case "lidocaine":
            step.syringe_mm, step.spilled_mm = skin_at(theatre, x_mm, y_mm), SPILL_MM
        case "tunneller" | "tunneller_short":
            return _enter(theatre, step, x_mm, y_mm)
        case "catheter":
            return catheter.tie(theatre, step)
    return []


def _enter(theatre: Theatre, step: Tunnelling, x_mm: float, y_mm: float) -> list[Event]:
    """Set the rod's point into the wound nearest to a place, on its way to the next one."""
    found = nearest_mouth(theatre, step, x_mm, y_mm)
    if found is None:
        return []
    mouth, _, at = found
    step.began, step.reached = mouth.name, ""
    step.target = next_wound(step, mouth.name)
    step.aim_deg, step.set_xy = 0.0, at
    _lay(theatre, step, mouth, at)
    step.deepest_mm, step.back, step.entered = 0.0, False, False
    return harm.goes_in_again(theatre, step)


def next_wound(step: Tunnelling, start: str) -> str:
    """Return the wound that a rod from another one is meant for: the stop incision where there is one on the way."""
    names = [mouth.name for mouth in step.mouths]
    done = [{leg.start, leg.end} for leg in step.legs]
    if "stop" in names and start != "stop":
        return "stop" if {start, "stop"} not in done else ("belly" if start == "back" else "back")
    if start == "stop":
        return "back" if {"stop", "back"} not in done else "belly"
    return "belly" if start == "back" else "back"


def _lay(theatre: Theatre, step: Tunnelling, mouth: Mouth, at: tuple[float, float]) -> None:
    """Lay the rod from a place of a wound along its aimed way, along the layers."""
    goal = next(other for other in step.mouths if other.name == step.target)
    gx, gy = middle_of(theatre, goal)
    turn = math.atan2(gy - at[1], gx - at[0]) + math.radians(step.aim_deg)
    depth_mm = start_depth_mm(theatre, mouth, *at)
    start = under(theatre, *at, depth_mm)
    ahead = under(theatre, at[0] + 6.0 * math.cos(turn), at[1] + 6.0 * math.sin(turn), depth_mm)
    way = (ahead - start) / math.dist(ahead, start)
    rods.put_in(step.rod, theatre.patient, as_point(start), as_point(way))


def _aim(theatre: Theatre, step: Tunnelling, sagittal_deg: float, medial_deg: float) -> None:
    """Turn the rod's way before it goes in, or its handle when it is in."""
    rod = step.rod
    if rod.entry_mm is not None and rod.inside_mm > 5.0:
        rod.lift_deg = min(max(rod.lift_deg + sagittal_deg, -MOST_LIFT_DEG), MOST_LIFT_DEG)
        rod.aside_deg = min(max(rod.aside_deg + medial_deg, -MOST_ASIDE_DEG), MOST_ASIDE_DEG)
        return
    step.aim_deg = min(max(step.aim_deg + medial_deg, -MOST_AIM_DEG), MOST_AIM_DEG)
    rod.bend_deg = min(max(rod.bend_deg + sagittal_deg, 0.0), MOST_BEND_DEG)
    mouth = next((mouth for mouth in step.mouths if mouth.name == step.began), None)
    if rod.entry_mm is not None and mouth is not None:
        _lay(theatre, step, mouth, step.set_xy)  # what lies deep shows a little beside it: read back, it would wander


def _grip(theatre: Theatre, step: Tunnelling) -> list[Event]:
    match theatre.hand.instrument:
        case "tunneller" | "tunneller_short":
            rods.grip(step.rod)
        case "lidocaine" if step.syringe_mm is not None:
            return _spill(theatre, step)
        case "catheter" if step.draw is not None:
            step.draw.hand_mm = step.draw.drawn_mm
    return []


def _let_go(theatre: Theatre, step: Tunnelling) -> list[Event]:
    events: list[Event] = []
    if step.blade is not None:
        events = _stroke(theatre, step, step.blade)
    step.blade, step.syringe_mm = None, None
    if step.draw is not None:
        step.draw.hand_mm, step.draw.speed_mm_s = step.draw.drawn_mm, 0.0
    rods.let_go(step.rod)
    if step.rod.entry_mm is not None and step.rod.inside_mm < 1.0 and step.entered:
        rods.take_out(step.rod)
        step.began, step.entered = "", False
    return events


def _move(theatre: Theatre, step: Tunnelling, dx_mm: float, dy_mm: float) -> list[Event]:
    match theatre.hand.instrument:
        case "tunneller" | "tunneller_short":
            _push(theatre, step, dx_mm, dy_mm)
        case "blade" if step.blade is not None:
            step.blade.now_mm = _under_hand(theatre)
        case "lidocaine" if step.syringe_mm is not None:
            step.syringe_mm = _under_hand(theatre)
            step.spilled_mm += math.hypot(dx_mm, dy_mm)
            return _spill(theatre, step)
        case "catheter" if step.draw is not None:
            catheter.move_hand(theatre, step, dx_mm, dy_mm)
    return []


def _under_hand(theatre: Theatre) -> Point:
    """Return the skin under the working hand, at the field's edge where the hand is beyond it."""
    x_mm = min(max(theatre.hand.x_mm, -FIELD_X_MM), FIELD_X_MM)
    return skin_at(theatre, x_mm, min(max(theatre.hand.y_mm, ARC_MM[0]), ARC_MM[1]))


def _push(theatre: Theatre, step: Tunnelling, dx_mm: float, dy_mm: float) -> None:
    """Push or pull along the rod as it goes in; what the hand does across leads the point aside."""
    way = rod_way(theatre, step.rod)
    if way is None:
        return
    rods.move_hand(step.rod, dx_mm * way[0] + dy_mm * way[1])
    across = way[0] * dy_mm - way[1] * dx_mm
    aside = step.rod.aside_deg + across * ASIDE_DEG_PER_MM
    step.rod.aside_deg = min(max(aside, -MOST_ASIDE_DEG), MOST_ASIDE_DEG)


def _stroke(theatre: Theatre, step: Tunnelling, blade: Blade) -> list[Event]:
    """End a stroke of the blade: it opens the skin, or deepens the wound that it ran in."""
    length_mm = math.dist(blade.start_mm, blade.now_mm)
    if length_mm < LEAST_CUT_MM:
        return []
    middle = place_of(theatre, as_point(0.5 * (np.array(blade.start_mm) + np.array(blade.now_mm))))
    step.worst_pain = max(step.worst_pain, hurt(theatre, CUT_PAIN, skin_at(theatre, *middle)))
    heard: list[Event] = [Sounded(tick=theatre.tick, sound="pop_skin", loudness=0.4)]
    for mouth in step.mouths:
        if mouth.name != "back" and off_mouth_mm(theatre, mouth, *middle)[0] <= SAME_CUT_MM:
            return [*heard, *_deepen(theatre, mouth, blade)]
    name: WoundName = "stop" if length_mm <= STOP_CUT_MM or any(mouth.name == "belly" for mouth in step.mouths) else "belly"
    step.mouths = [mouth for mouth in step.mouths if mouth.name != name]
    here = layers_at(theatre.patient, under(theatre, *middle, 5.0))
    mouth = Mouth(name, blade.start_mm, blade.now_mm, stroke_mm(here, 0.0))
    step.mouths.append(mouth)
    _note_layer(theatre, mouth, here)
    return [*heard, SkinCut(tick=theatre.tick, wound=name)]


def _deepen(theatre: Theatre, mouth: Mouth, blade: Blade) -> list[Event]:
    """Deepen a wound, and lengthen it where the stroke ran beyond its ends; through the fascia it is heard."""
    ends = sorted((mouth.start_mm, mouth.end_mm, blade.start_mm, blade.now_mm), key=lambda place: place_of(theatre, place)[1])
    mouth.start_mm, mouth.end_mm = ends[0], ends[-1]
    here = layers_at(theatre.patient, under(theatre, *middle_of(theatre, mouth), 5.0))
    before = mouth.depth_mm
    mouth.depth_mm = stroke_mm(here, before)
    _note_layer(theatre, mouth, here)
    through = before < here.muscle_mm <= mouth.depth_mm
    return [Sounded(tick=theatre.tick, sound="pop_fascia", loudness=0.6)] if through else []


def stroke_mm(here: Layers, before_mm: float) -> float:
    """Return how deep a wound is after one more stroke: fat parts down to the fascia, which takes a stroke of its own."""
    floor = next((face for face in (here.fascia_mm, here.muscle_mm) if before_mm < face), here.wall_mm)
    return here.muscle_mm if floor == here.muscle_mm else min(before_mm + STROKE_MM, floor)


def _note_layer(theatre: Theatre, mouth: Mouth, here: Layers) -> None:
    """Write down what lies bare in a wound, and hand the belly's on to later steps."""
    deep = mouth.depth_mm
    mouth.layer = "skin" if deep < here.skin_mm else "fat" if deep < here.fascia_mm else "fascia" if deep < here.muscle_mm else "muscle"
    if mouth.name == "belly":
        theatre.implant.belly_wound = Wound(mouth.start_mm, mouth.end_mm, layer=mouth.layer, retracted=True)


def _spill(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Let the moving syringe leave its drug under the skin every centimetre."""
    if step.spilled_mm < SPILL_MM or theatre.lidocaine.left_ml < SPILL_ML or step.syringe_mm is None:
        return []
    step.spilled_mm = 0.0
    step.numbed.append(tuple(round(v, 1) for v in place_of(theatre, step.syringe_mm)))  # type: ignore[arg-type]
    at = as_point(under(theatre, *place_of(theatre, step.syringe_mm), SPILL_DEPTH_MM))
    mg = SPILL_ML * theatre.equipment.syringes["lidocaine"].lidocaine_mg_per_ml
    step.worst_pain = max(step.worst_pain, hurt(theatre, PRICK_PAIN, at))
    theatre.lidocaine.given_mg += mg
    theatre.lidocaine.left_ml -= SPILL_ML
    theatre.lidocaine.deposits.append((*at, mg, theatre.theatre_s))
    return [wait(theatre, SLOW_S_PER_ML * SPILL_ML, "injecting slowly")]


def _palpate(theatre: Theatre, step: Tunnelling, x_mm: float, y_mm: float) -> None:
    """Remember rib and crest where the fingers found them."""
    found = bone_under(theatre, x_mm, y_mm)
    step.fingers = found or "soft"
    under_way = step.rod.entry_mm is not None and step.rod.inside_mm > 1.0
    if found in ("rib", "crest") and not under_way and all(math.dist((x_mm, y_mm), place[:2]) > 8.0 for place in step.felt_bones):
        step.felt_bones.append((round(x_mm, 1), round(y_mm, 1), found))


FINGERTIP_MM = 8.0
SPINE_MM = 80.0  # bone nearer to the midline is spine or sacrum
FINGER_SINKS_MM = 62.0  # into a flank, with the side of a fingertip (expert judgement)


def bone_under(theatre: Theatre, x_mm: float, y_mm: float) -> str:
    """Return rib, crest or spine where fingers that press on a place feel it, or ""."""
    skin = np.array(skin_at(theatre, x_mm, y_mm))
    inward = -theatre.patient.skin_normal(skin)
    line = skin + np.arange(6.0, FINGER_SINKS_MM, 2.0)[:, None] * inward
    if float(theatre.patient.bone_distance_mm(line).min()) > FINGERTIP_MM:
        return ""
    if y_mm < SPINE_MM:
        return "spine"
    return "crest" if skin[2] < float(theatre.patient.landmarks["L4.body"][2]) + 12.0 else "rib"
