"""What hands do in the needle step: needle, syringe, blade and stylet."""

import math

import numpy as np

from game.base import Action, Event
from game.instruments import needle as shaft
from game.instruments.hub import flap_chance
from game.instruments.needle import Needle, Point
from game.operation import actions as act
from game.operation import contrast_syringe
from game.operation.catheter.actions import InjectContrast
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.needle import plunger
from game.operation.needle.actions import Inject, PlaceNeedle, PressPlunger, TakeOut
from game.operation.needle.flow import opening_in_sac
from game.operation.needle.geometry import angles_of, as_point, heading_of, stand_at, unit
from game.operation.needle.state import NeedleStep, Pass
from game.operation.radiopaque import hub_mm
from game.operation.strain import hurt
from game.operation.theatre import Theatre

NICK_REACH_MM = 6.0  # a no. 11 blade opens about a centimetre (expert judgement)
STEEPEST_DEG, FLATTEST_DEG, WIDEST_DEG = 90.0, 10.0, 45.0  # what a wrist over a back can do (expert judgement)
REFILL_S = 20.0  # the scrub nurse draws up another syringe (expert judgement)
SLOW_S_PER_ML = 3.0  # a slow injection (expert judgement)
LEAST_GRIP = 0.04  # squared shortening of a shaft that points at the camera, below which the hand's motion counts no more


def refuse(theatre: Theatre, step: NeedleStep, action: Action) -> str | None:
    """Say why a hand cannot do this now, or None."""
    needle, held = theatre.needle, theatre.hand.instrument
    match action:
        case PlaceNeedle(x_mm, y_mm):
            return _refuse_place(theatre, step, x_mm, y_mm)
        case act.Grip():
            return _refuse_grip(theatre, step)
        case act.Aim(sagittal_deg, medial_deg):
            if held not in ("tuohy", "lidocaine"):
                return "There is nothing in the hand to aim."
            return "A wrist turns at most 30 degrees at once." if max(abs(sagittal_deg), abs(medial_deg)) > 30.0 else None
        case act.Roll(angle_deg):
            if held != "tuohy":
                return "Take the Tuohy needle to roll it."
            return "A wrist turns at most 180 degrees at once." if abs(angle_deg) > 180.0 else None
        case act.Stylet():
            return None if held == "tuohy" else "Take the Tuohy needle first."
        case TakeOut():
            return None if needle is not None and needle.entry_mm is not None else "The needle is out already."
        case Inject(volume_ml):
            return _refuse_inject(theatre, step, volume_ml)
        case InjectContrast(volume_ml):
            return contrast_syringe.refuse(theatre, volume_ml)
        case PressPlunger():
            return plunger.refuse(theatre)
        case act.TakeInstrument(instrument):
            if instrument in ("blade", "lidocaine", "tuohy", "contrast", "lor", ""):
                return None
            return f"There is no {instrument} on this tray."
        case _:
            return None


def _refuse_place(theatre: Theatre, step: NeedleStep, x_mm: float, y_mm: float) -> str | None:
    needle = theatre.needle
    if theatre.hand.instrument == "":
        return "Take an instrument from the tray first."
    if theatre.hand.gripping:
        return "Let go before you set the point elsewhere."
    if theatre.hand.instrument == "tuohy" and needle is not None and needle.entry_mm is not None and needle.depth_mm > 0.5:
        return "The needle is in: draw it out before you set it elsewhere."
    if theatre.hand.instrument == "lidocaine" and step.syringe_depth_mm > 0.5:
        return "The syringe's needle is in: draw it back first."
    if skin_under(theatre, x_mm, y_mm) is None:
        return "There is no skin at that place."
    return None


def _refuse_grip(theatre: Theatre, step: NeedleStep) -> str | None:
    held, needle = theatre.hand.instrument, theatre.needle
    if held == "tuohy":
        return None if needle is not None and needle.entry_mm is not None else "Set the needle's point on the skin first."
    if held == "lidocaine":
        return None if step.syringe_mm is not None else "Set the syringe's needle on the skin first."
    if held == "blade":
        return None if step.blade_mm is not None else "Set the blade on the skin first."
    return "The hand is empty: take an instrument from the tray."


def _refuse_inject(theatre: Theatre, step: NeedleStep, volume_ml: float) -> str | None:
    if theatre.hand.instrument != "lidocaine":
        return "Take the syringe of lidocaine first."
    if step.syringe_mm is None or step.syringe_depth_mm < 0.5:
        return "The syringe's needle is not in the skin."
    if not 0.1 <= volume_ml <= 10.0:
        return "One push gives 0.1 to 10 mL."
    left_ml = theatre.lidocaine.left_ml
    return None if volume_ml <= left_ml + 1e-9 else f"Only {left_ml:.1f} mL are left: take the syringe anew and the nurse fills it."


def skin_under(theatre: Theatre, x_mm: float, y_mm: float) -> Point | None:
    """Return the skin point that the camera shows at a place of the field, patient frame."""
    start, direction = theatre.camera.ray(x_mm, y_mm)
    back = theatre.patient_pose.inverse()
    hit = theatre.patient.skin_hit_mm(back.apply(start), back.turn(direction))
    return None if hit is None else as_point(hit)


def apply(theatre: Theatre, step: NeedleStep, action: Action) -> list[Event]:
    """Do what a hand does."""
    needle = theatre.needle
    assert needle is not None  # the step's start laid it on the tray
    match action:
        case PlaceNeedle(x_mm, y_mm):
            return _place(theatre, step, needle, x_mm, y_mm)
        case act.TakeInstrument(instrument):
            _lay_down(step)
            return _fill(theatre) if instrument == "lidocaine" else []
        case act.Grip():
            return _grip(theatre, step, needle)
        case act.LetGo():
            shaft.let_go(needle)
        case act.MoveHand(dx_mm, dy_mm):
            _move(theatre, step, needle, dx_mm, dy_mm)
        case act.Aim(sagittal_deg, medial_deg):
            _aim(theatre, step, needle, sagittal_deg, medial_deg)
        case act.Roll(angle_deg):
            shaft.roll(needle, angle_deg)
            step.turned_deg += abs(angle_deg)
        case act.Stylet():
            return _stylet(theatre, step, needle)
        case TakeOut():
            _take_out(step, needle)
        case Inject(volume_ml):
            return _inject(theatre, step, volume_ml)
        case InjectContrast(volume_ml):
            return contrast_syringe.through_needle(theatre, needle, volume_ml)
        case PressPlunger():
            return plunger.press(theatre, step, needle)
    return []


def _place(theatre: Theatre, step: NeedleStep, needle: Needle, x_mm: float, y_mm: float) -> list[Event]:
    place = skin_under(theatre, x_mm, y_mm)
    if place is None:
        return []
    theatre.hand.x_mm, theatre.hand.y_mm = x_mm, y_mm
    step.stand = stand_at(theatre.patient, place)
    match theatre.hand.instrument:
        case "tuohy":
            nicked = any(math.dist(place, nick) < NICK_REACH_MM for nick in step.nicks)
            shaft.set_on_skin(needle, place, nicked)
            needle.heading = heading_of(step.stand, *step.offsets_deg)
        case "lidocaine":
            step.syringe_mm, step.syringe_depth_mm = place, 0.0
            step.syringe_heading = heading_of(step.stand, *step.offsets_deg)
        case "blade":
            step.blade_mm = place
    return []


def _lay_down(step: NeedleStep) -> None:
    step.syringe_mm, step.syringe_depth_mm, step.blade_mm = None, 0.0, None


def _fill(theatre: Theatre) -> list[Event]:
    """Have the syringe filled again when it is half empty; the running total stays."""
    volume_ml = theatre.equipment.syringes["lidocaine"].volume_ml
    if theatre.lidocaine.left_ml > volume_ml / 2.0:
        return []
    theatre.lidocaine.left_ml = volume_ml
    return [wait(theatre, REFILL_S, "syringe filled")] if theatre.lidocaine.deposits else []


def _grip(theatre: Theatre, step: NeedleStep, needle: Needle) -> list[Event]:
    match theatre.hand.instrument:
        case "tuohy":
            shaft.grip(needle)
        case "blade" if step.blade_mm is not None:
            step.nicks.append(step.blade_mm)
            step.worst_pain = max(step.worst_pain, hurt(theatre, 6.0, step.blade_mm))
            return [Sounded(tick=theatre.tick, sound="pop_skin", loudness=0.4)]
    return []


def _inward(theatre: Theatre, heading: Point) -> np.ndarray:
    """Return the drawn inward direction of a shaft, field-plane mm per mm of shaft, shape (2,)."""
    right, up, _ = theatre.camera.axes()
    turned = theatre.patient_pose.turn(np.asarray(heading))
    return np.array([float(turned @ right), float(turned @ up)])


def _move(theatre: Theatre, step: NeedleStep, needle: Needle, dx_mm: float, dy_mm: float) -> None:
    hand = np.array([dx_mm, dy_mm])
    if theatre.hand.instrument == "lidocaine" and step.syringe_mm is not None:
        drawn = _inward(theatre, step.syringe_heading)
        along = float(hand @ drawn) / max(float(drawn @ drawn), LEAST_GRIP)
        entering = step.syringe_depth_mm < 0.5
        step.syringe_depth_mm = min(max(step.syringe_depth_mm + along, 0.0), _infiltrating_mm(theatre))
        if entering and step.syringe_depth_mm >= 0.5:
            step.worst_pain = max(step.worst_pain, hurt(theatre, 2.0, step.syringe_mm))
        return
    if theatre.hand.instrument != "tuohy" or needle.entry_mm is None:
        return
    drawn = _inward(theatre, shaft.axis(needle))
    along = float(hand @ drawn) / max(float(drawn @ drawn), LEAST_GRIP)
    across = hand - along * drawn
    shaft.move_hand(needle, along)
    if float(across @ across) > 1e-12:
        _push_aside(theatre, step, needle, across)


def _push_aside(theatre: Theatre, step: NeedleStep, needle: Needle, across_mm: np.ndarray) -> None:
    """Slide a point that only touches the skin; turn or bow a shaft that is in."""
    assert needle.entry_mm is not None
    right, up, _ = theatre.camera.axes()
    sideways = theatre.patient_pose.inverse().turn(right * across_mm[0] + up * across_mm[1])
    if needle.depth_mm < 0.5:
        start, direction = theatre.camera.ray(*(float(v) for v in field_of(theatre, needle.entry_mm) + across_mm))
        back = theatre.patient_pose.inverse()
        hit = theatre.patient.skin_hit_mm(back.apply(start), back.turn(direction))
        if hit is not None:
            heading, hand_mm = needle.heading, needle.hand_mm
            nicked = any(math.dist(as_point(hit), nick) < NICK_REACH_MM for nick in step.nicks)
            shaft.set_on_skin(needle, as_point(hit), nicked)
            needle.heading, needle.hand_mm = heading, hand_mm
            step.stand = stand_at(theatre.patient, as_point(hit))
        return
    outside = max(needle.length_mm - needle.depth_mm, 20.0)
    hx, hy, hz = (h * outside - s for h, s in zip(needle.heading, sideways, strict=True))
    turned = unit((float(hx), float(hy), float(hz)))
    old = angles_of(step.stand, needle.heading)
    new = angles_of(step.stand, turned)
    shaft.aim(needle, turned, new[0] - old[0], new[1] - old[1])


def field_of(theatre: Theatre, place_mm: Point) -> np.ndarray:
    """Return where the camera shows a patient point, field-plane mm, shape (2,)."""
    return theatre.camera.to_field(theatre.patient_pose.apply(np.asarray(place_mm)))


def _aim(theatre: Theatre, step: NeedleStep, needle: Needle, sagittal_deg: float, medial_deg: float) -> None:
    old_sagittal, old_medial = step.offsets_deg
    if theatre.hand.instrument == "tuohy" and needle.entry_mm is not None:
        old_sagittal, old_medial = angles_of(step.stand, needle.heading)
    sagittal = min(max(old_sagittal + sagittal_deg, FLATTEST_DEG), STEEPEST_DEG)
    medial = min(max(old_medial + medial_deg, -WIDEST_DEG), WIDEST_DEG)
    step.offsets_deg = (sagittal, medial)
    if theatre.hand.instrument == "lidocaine" and step.syringe_mm is not None and step.syringe_depth_mm < 2.0:
        step.syringe_heading = heading_of(step.stand, sagittal, medial)
    if theatre.hand.instrument == "tuohy" and needle.entry_mm is not None:
        wanted = heading_of(step.stand, sagittal, medial)
        shaft.aim(needle, wanted, sagittal - old_sagittal, medial - old_medial)


def _stylet(theatre: Theatre, step: NeedleStep, needle: Needle) -> list[Event]:
    needle.stylet_in = not needle.stylet_in
    if needle.stylet_in:
        step.plug = False
        step.open_s = None
    else:
        step.open_s, step.first_drop_s, step.turned_deg = theatre.theatre_s, None, 0.0
        tissue = shaft.tissue_at(needle, min(needle.depth_mm, needle.opened_mm))
        step.root_on_bevel = step.flap_luck < flap_chance(opening_in_sac(theatre, needle, tissue))
    return [Sounded(tick=theatre.tick, sound="stylet", loudness=0.5)]


def _take_out(step: NeedleStep, needle: Needle) -> None:
    shaft.take_off(needle)
    step.now = Pass()
    step.bleed = None


def _inject(theatre: Theatre, step: NeedleStep, volume_ml: float) -> list[Event]:
    assert step.syringe_mm is not None
    at = tuple(s + h * step.syringe_depth_mm for s, h in zip(step.syringe_mm, step.syringe_heading, strict=True))
    mg = volume_ml * theatre.equipment.syringes["lidocaine"].lidocaine_mg_per_ml
    step.worst_pain = max(step.worst_pain, hurt(theatre, 3.0, (at[0], at[1], at[2])))
    theatre.lidocaine.given_mg += mg
    theatre.lidocaine.left_ml -= volume_ml
    theatre.lidocaine.deposits.append((at[0], at[1], at[2], mg, theatre.theatre_s))
    if step.syringe_depth_mm < 8.0:
        step.wheal_mm = step.syringe_mm
    return [wait(theatre, SLOW_S_PER_ML * volume_ml, "injecting slowly")]


def _infiltrating_mm(theatre: Theatre) -> float:
    """Return the length of the needle on the syringe."""
    equipment = theatre.equipment
    return equipment.needles[equipment.syringes["lidocaine"].needle].length_mm


def hub_field_mm(theatre: Theatre, needle: Needle) -> tuple[float, float]:
    """Return where the camera shows the hub."""
    place = field_of(theatre, hub_mm(needle))
    return (float(place[0]), float(place[1]))
