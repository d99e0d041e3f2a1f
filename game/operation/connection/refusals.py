"""When a hand cannot do what it is asked for in the connection step."""

from game.base import Action
from game.operation import actions as act
from game.operation.connection import layout
from game.operation.connection.actions import LookAt, SetSyringe, TurnOver, WriteTrimmed
from game.operation.connection.back import near_loop, near_tie
from game.operation.connection.cutting import tail_near
from game.operation.connection.pocket import loop_near, stitched_near
from game.operation.connection.state import Connection, Place
from game.operation.theatre import Theatre

LONGEST_MM = 2000.0
SYRINGES = ("cap_10", "cap_3")
PLUG_REACH_MM, PLUG_HALF_MM = 16.0, 6.0
"""Forceps take the plug so near to the stem, and so near to its own axis (simulator tolerance)."""


def refuse(theatre: Theatre, step: Connection, action: Action) -> str | None:
    """Say why a hand cannot do this now, or None."""
    match action:
        case WriteTrimmed(length_mm):
            return None if 0.0 <= length_mm <= LONGEST_MM else f"A trimmed length lies between 0 and {LONGEST_MM / 10.0:.0f} cm."
        case SetSyringe(x_mm, y_mm):
            return _refuse_syringe(theatre, step, (x_mm, y_mm))
        case TurnOver():
            return None if theatre.hand.instrument == "pump" and not _seated(theatre) else "Take the pump to turn it over."
        case LookAt(site):
            return f"You stand at the {site} already." if site == step.site else _held(theatre)
        case act.Roll(angle_deg):
            if theatre.hand.instrument not in ("scissors", "pump", "forceps"):
                return "There is nothing in the hand to turn."
            if theatre.hand.instrument == "pump" and step.sewn:
                return "Its stitches hold the pump: cut them with scissors at its loops first."
            return "A wrist turns at most 180 degrees at once." if abs(angle_deg) > 180.0 else None
        case act.Grip():
            return _refuse_grip(theatre, step)
        case _:
            return None


def _held(theatre: Theatre) -> str | None:
    return "Let go first." if theatre.hand.gripping else None


def _seated(theatre: Theatre) -> bool:
    return theatre.implant.pump is not None and theatre.implant.pump.seated


def _refuse_syringe(theatre: Theatre, step: Connection, place: Place) -> str | None:
    if theatre.hand.instrument not in SYRINGES:
        return "Take a syringe first."
    if theatre.hand.gripping:
        return "Let go of the plunger first."
    if step.site != "belly":
        return "The pump lies at the belly."
    if not step.outwards:
        return "The ports look away: turn the pump over."
    if port_at(step, place) == "":
        return "A needle goes into one of the pump's two ports."
    return None


def port_at(step: Connection, place: Place) -> str:
    """Return the port at a place of the field: cap, septum or ""."""
    if layout.gap(place, layout.cap_port(step)) <= layout.CAP_REACH_MM:
        return "cap"
    return "septum" if layout.gap(place, step.pump_xy) <= layout.SEPTUM_REACH_MM else ""


def _refuse_grip(theatre: Theatre, step: Connection) -> str | None:
    held, place = theatre.hand.instrument, (theatre.hand.x_mm, theatre.hand.y_mm)
    if held == "":
        return None
    if step.site == "back":
        return _refuse_at_back(theatre, held, place)
    match held:
        case "forceps":
            return None if forceps_on(theatre, step, place) else "There is nothing for the forceps there."
        case "scissors":
            found = stitched_near(step, place) is not None or tail_near(theatre, step, place) is not None
            return None if found else "There is nothing to cut there."
        case "pump":
            if step.sewn:
                return "Its stitches hold the pump: cut them with scissors at its loops first."
            return None if layout.gap(place, step.pump_xy) < layout.PUMP_RADIUS_MM else "The pump lies elsewhere."
        case "suture":
            if not _seated(theatre):
                return "The pump does not lie in its pocket yet."
            return None if loop_near(step, place) is not None else "Set the needle at one of the pump's loops."
        case "cap_10" | "cap_3":
            return None if step.syringe is not None else "Put the needle into a port first."
        case _:
            return None


def _refuse_at_back(theatre: Theatre, held: str, place: Place) -> str | None:
    if held == "forceps":
        return None if near_loop(theatre, place) else "Take hold of the loop."
    if held in ("scissors", "suture"):
        return None if near_tie(theatre, place) else "The purse-string lies elsewhere."
    return "That is of no use in this wound."


def forceps_on(theatre: Theatre, step: Connection, place: Place) -> str:
    """Return what forceps take hold of at a place of the belly's field: plug, coil, tail or ""."""
    on_plug = layout.gap(place, layout.stem(step)) <= PLUG_REACH_MM or layout.off_plug_mm(step, place) <= PLUG_HALF_MM
    if step.joint.travel_mm > 0.0:
        if on_plug:
            return "plug"
        if layout.gap(place, layout.MOUTH) <= layout.MOUTH_REACH_MM:
            return "tail"
        return "coil" if layout.gap(place, layout.stem(step)) < 130.0 else ""
    near_end = layout.gap(place, step.tail_xy) <= PLUG_REACH_MM
    if layout.docked(layout.stem(step), step.tail_xy) and on_plug:
        return "plug"
    return "tail" if near_end or tail_near(theatre, step, place) is not None else ""
