"""What hands do in the catheter step: strokes at the hub, turns, needle and catheter as one, the needle by itself, contrast."""

import math
from dataclasses import replace

import numpy as np

from game.base import Action, Event
from game.instruments import catheter as rods
from game.instruments import needle as shaft
from game.instruments.catheter import Rod
from game.instruments.needle import Needle
from game.operation import actions as act
from game.operation import contrast_syringe
from game.operation.catheter.actions import DrawWire, InjectContrast, NewCatheter
from game.operation.catheter.events import ContrastGiven, TipCalled, WireDrawn
from game.operation.catheter.state import CatheterStep
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.implant import Catheter
from game.operation.information import use
from game.operation.naming import named_on_held, refuse_naming
from game.operation.needle import hands as needle_hands
from game.operation.needle.actions import PlaceNeedle, TakeOut
from game.operation.positioning.actions import NameLevel
from game.operation.theatre import Theatre

STROKE_MM = 20.0  # what two fingers at a hub can feed in one grip (expert judgement: strokes of 1 to 2 cm)
CLEAN_STROKES = 3  # after so many a held stroke runs on (the grammar of two clocks)
IN_HUB_MM = 2.0  # less is a catheter that only stands in the hub (simulator tolerance)
NEW_S = 90.0  # another catheter is opened, flushed and handed over (expert judgement)
WIRE_PULL_MM = (1.0, 50.0)


def refuse(theatre: Theatre, step: CatheterStep, action: Action) -> str | None:
    """Say why a hand cannot do this now, or None."""
    rod, held = theatre.implant.rod, theatre.hand.instrument
    match action:
        case act.Grip() if held == "catheter":
            return _refuse_grip(theatre, rod)
        case act.Roll(angle_deg) if held == "catheter":
            if abs(angle_deg) > 180.0:
                return "Fingers turn at most 180 degrees at once."
            return None if in_needle(rod) else "The catheter is not in the needle yet."
        case act.Stylet():
            return "The catheter is in the needle: the stylet has no room." if in_needle(rod) else None
        case TakeOut():
            return needle_hands.refuse(theatre, step.needle, action)
        case InjectContrast(volume_ml):
            return _refuse_contrast(theatre, rod, volume_ml)
        case DrawWire(back_mm):
            return _refuse_wire(theatre, rod, back_mm)
        case NewCatheter():
            return "The catheter is in the patient: both have to come out first." if rod is not None and rod.free_mm > 0.0 else None
        case NameLevel(level, u, v):
            return refuse_naming(theatre, level, u, v)
        case act.Grip() | act.Aim() | act.Roll() | PlaceNeedle():
            return _refuse_needle(theatre, step, action)
    return None


def in_needle(rod: Rod | None) -> bool:
    """Say whether a catheter lies in the needle."""
    return rod is not None and rod.in_mm > IN_HUB_MM


def _refuse_grip(theatre: Theatre, rod: Rod | None) -> str | None:
    needle = theatre.needle
    if needle is None or needle.entry_mm is None or needle.depth_mm < 1.0:
        return "The needle is not in: there is nothing to thread the catheter through."
    if needle.stylet_in:
        return "The stylet fills the needle: take it out first."
    if rod is not None and rod.sheared_mm > 0.0:
        return "This catheter is cut off: ask for a new one."
    return None


def _refuse_needle(theatre: Theatre, step: CatheterStep, action: Action) -> str | None:
    if theatre.hand.instrument not in ("tuohy", "catheter"):
        return "Take the needle or the catheter first."
    if in_needle(theatre.implant.rod):
        return "The catheter is in the needle: hold both as one, with the other hand at the hub."
    return needle_hands.refuse(theatre, step.needle, action)


def _refuse_contrast(theatre: Theatre, rod: Rod | None, volume_ml: float) -> str | None:
    if theatre.hand.instrument == "contrast" and in_needle(rod):
        return "The catheter fills the needle and its wire fills the catheter."
    return contrast_syringe.refuse(theatre, volume_ml)


def _refuse_wire(theatre: Theatre, rod: Rod | None, back_mm: float) -> str | None:
    low, high = WIRE_PULL_MM
    if theatre.hand.instrument != "catheter" or not in_needle(rod) or rod is None:
        return "There is no wire to draw: the catheter is not in."
    if not low <= back_mm <= high:
        return f"One pull draws {low:g} to {high:g} mm of wire."
    return None if rod.wire_mm < rod.supplied_mm else "The wire is out."


def apply(theatre: Theatre, step: CatheterStep, action: Action) -> list[Event]:
    """Do what a hand does."""
    needle, rod = theatre.needle, theatre.implant.rod
    assert needle is not None  # the step's start saw to it
    match action:
        case act.Grip() if theatre.hand.instrument == "catheter":
            _take_hold(theatre, step, needle)
        case act.LetGo():
            _let_go(theatre, step, needle)
        case act.MoveHand(dx_mm, dy_mm) if theatre.hand.instrument == "catheter":
            _move(theatre, step, needle, dx_mm, dy_mm)
        case act.OtherHand() if theatre.hand.instrument == "catheter" and theatre.hand.gripping:
            _other_hand(theatre, needle, rod)
        case act.Roll(angle_deg) if theatre.hand.instrument == "catheter" and rod is not None:
            if theatre.hand.other_down:
                shaft.roll(needle, angle_deg)
            rods.twist(rod, angle_deg)
            if step.touch is not None:
                step.touch.turned_deg += abs(angle_deg)
        case TakeOut():
            return _take_out(theatre, step, needle)
        case InjectContrast(volume_ml):
            return _inject(theatre, step, needle, volume_ml)
        case DrawWire(back_mm) if rod is not None:
            rods.withdraw_wire(rod, back_mm)
            step.wire_drawn = True
            return [WireDrawn(tick=theatre.tick)]
        case NewCatheter():
            return [*_new_catheter(theatre, step), wait(theatre, NEW_S, "a new catheter is opened and flushed")]
        case NameLevel(level, u, v):
            return _name(theatre, step, level, u, v)
        case act.TakeInstrument():
            pass
        case _:
            return needle_hands.apply(theatre, step.needle, action)
    return []


def _take_hold(theatre: Theatre, step: CatheterStep, needle: Needle) -> None:
    rod = _rod(theatre, step, needle)
    step.stroke_mm, step.ran_on_mm, step.runs_on, step.clean_now = 0.0, 0.0, False, True
    if theatre.hand.other_down:
        shaft.grip(needle)
    else:
        rods.grip(rod)


def _rod(theatre: Theatre, step: CatheterStep, needle: Needle) -> Rod:
    """Return the catheter at the hub, taken from its wrap where there is none."""
    implant = theatre.implant
    model, spec = next(iter(theatre.equipment.catheters.items()))
    if implant.rod is None:
        implant.rod = rods.start(spec, rods.opening_at(needle, theatre.patient))
    if implant.catheter is None:
        implant.catheter = Catheter(model, spec.supplied_mm)
    if not in_needle(implant.rod):
        implant.rod.opening = rods.opening_at(needle, theatre.patient)
    return implant.rod


def _let_go(theatre: Theatre, step: CatheterStep, needle: Needle) -> None:
    if theatre.implant.rod is not None:
        rods.let_go(theatre.implant.rod)
    shaft.let_go(needle)
    if step.stroke_mm > 0.5 * STROKE_MM:
        step.clean = step.clean + 1 if step.clean_now else 0
    step.runs_on = False


def _other_hand(theatre: Theatre, needle: Needle, rod: Rod | None) -> None:
    """Pass the grip from the catheter to needle and catheter as one, or back."""
    if rod is not None:
        rods.let_go(rod)
    if theatre.hand.other_down:
        shaft.grip(needle)
    else:
        shaft.let_go(needle)
        if rod is not None:
            rods.grip(rod)


def along_mm(theatre: Theatre, needle: Needle, dx_mm: float, dy_mm: float) -> float:
    """Return the part of a motion of the hand that runs along the needle, positive inwards."""
    right, up, _ = theatre.camera.axes()
    turned = theatre.patient_pose.turn(np.asarray(shaft.axis(needle)))
    drawn = np.array([float(turned @ right), float(turned @ up)])
    return float(np.array([dx_mm, dy_mm]) @ drawn) / max(float(drawn @ drawn), needle_hands.LEAST_GRIP)


def _move(theatre: Theatre, step: CatheterStep, needle: Needle, dx_mm: float, dy_mm: float) -> None:
    along, rod = along_mm(theatre, needle, dx_mm, dy_mm), theatre.implant.rod
    if theatre.hand.other_down:
        shaft.move_hand(needle, along)
        return
    if rod is None:
        return
    if step.stroke_mm + along > STROKE_MM:
        along = max(STROKE_MM - step.stroke_mm, 0.0)
        step.runs_on |= step.clean >= CLEAN_STROKES and step.clean_now and step.ran_on_mm == 0.0
    step.stroke_mm += along
    if along < 0.0:
        step.runs_on = False
    rods.feed(rod, along)


def _take_out(theatre: Theatre, step: CatheterStep, needle: Needle) -> list[Event]:
    """Draw the needle out, and with it whatever lies in it."""
    events = needle_hands.apply(theatre, step.needle, TakeOut())
    step.needle.puncture = None
    rod = theatre.implant.rod
    if rod is not None and in_needle(rod):
        whole = rod.sheared_mm == 0.0
        events += _new_catheter(theatre, step, same=rod if whole else None)
        events += [] if whole else [wait(theatre, NEW_S, "a new catheter is opened and flushed")]
    return events


def _new_catheter(theatre: Theatre, step: CatheterStep, same: Rod | None = None) -> list[Event]:
    """Lay a catheter at hand: the same, wiped, or a fresh one; what was cut off stays in the patient."""
    implant = theatre.implant
    rod = implant.rod
    if rod is not None:
        step.peak_n, step.pulled_mm = max(step.peak_n, rod.peak_n), max(step.pulled_mm, rod.pulled_alone_mm)
    holes = implant.catheter.holes if implant.catheter is not None else []
    model, spec = next(iter(theatre.equipment.catheters.items()))
    implant.rod = None
    implant.catheter = Catheter(model, spec.supplied_mm)
    if same is not None:
        implant.rod = replace(
            rods.start(spec, None),
            wall_cut=same.wall_cut,
            cut_at_mm=same.cut_at_mm,
            wire_mm=same.wire_mm,
            wire_in_needle_mm=same.wire_in_needle_mm,
        )
    step.threaded, step.in_before_mm = "", 0.0
    if same is None:
        step.catheters += 1
    else:
        implant.catheter.holes = holes
    return [Sounded(tick=theatre.tick, sound="click", loudness=0.4)]


def _inject(theatre: Theatre, step: CatheterStep, needle: Needle, volume_ml: float) -> list[Event]:
    step.contrast_ml += volume_ml
    return [ContrastGiven(tick=theatre.tick, volume_ml=volume_ml), *contrast_syringe.through_needle(theatre, needle, volume_ml)]


def _name(theatre: Theatre, step: CatheterStep, level: str, u: float, v: float) -> list[Event]:
    named = named_on_held(theatre, theatre.patient, level, u, v)
    step.named.append(named)
    use(step.looks, named.exposure, "level")
    if theatre.implant.catheter is not None:
        theatre.implant.catheter.called_level = level
    return [TipCalled(tick=theatre.tick, level=level, exposure=named.exposure)]


def hub_distance_mm(theatre: Theatre, x_mm: float, y_mm: float) -> float:
    """Return how far a place of the field is from the drawn hub."""
    needle = theatre.needle
    assert needle is not None
    return math.dist((x_mm, y_mm), needle_hands.hub_field_mm(theatre, needle))
