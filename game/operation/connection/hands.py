"""What hands do in the connection step."""

import math

from game.base import Action, Event
from game.clock import TICKS_PER_S
from game.instruments import aspiration, connector
from game.instruments.aspiration import Aspiration
from game.instruments.coiling import begin_anew
from game.operation import actions as act
from game.operation.connection import back, cutting, flow, layout, pocket
from game.operation.connection.actions import LookAt, SetSyringe, TurnOver, WriteTrimmed
from game.operation.connection.events import ConnectorShut
from game.operation.connection.refusals import SYRINGES, forceps_on, port_at
from game.operation.connection.state import Connection, Stitch
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.theatre import Theatre

BARRELS_MM = {"cap_10": 14.5, "cap_3": 8.7}
"""Inner diameters of 10 and 3 mL syringes (nominal)."""
UNPACKED_S, TIED_S = 60.0, 75.0
"""Theatre time of a needle set into the port, and of four throws (expert judgement)."""
STRETCHED_MM = 20.0
"""End that a plug has stretched: 2 to 3 cm are cut off before it goes on again (Prometra II manual)."""
CARRIED_OFF_MM = 3.0
"""A hand that draws a loose plug so far back carries it away (simulator tolerance)."""
TUG_N = 1.5
"""A pull that tries a joint; the target is 2 N (clinical criterion, expert judgement)."""


def apply(theatre: Theatre, step: Connection, action: Action) -> list[Event]:
    """Do what a hand does."""
    match action:
        case WriteTrimmed(length_mm):
            assert theatre.implant.catheter is not None
            theatre.implant.catheter.typed_trim_mm = length_mm
            return [Sounded(tick=theatre.tick, sound="click", loudness=0.3)]
        case SetSyringe(x_mm, y_mm):
            theatre.hand.x_mm, theatre.hand.y_mm = x_mm, y_mm
            step.port = port_at(step, (x_mm, y_mm))
            step.draws += 1
            step.syringe = Aspiration(BARRELS_MM[theatre.hand.instrument])
            return [wait(theatre, UNPACKED_S, "port cleaned, kit unpacked"), Sounded(tick=theatre.tick, sound="pop_skin", loudness=0.3)]
        case TurnOver():
            step.outwards = not step.outwards
        case LookAt(site):
            step.site = site
            theatre.camera = layout.belly_camera(theatre) if site == "belly" else layout.back_camera(theatre)
        case act.TakeInstrument():
            step.syringe, step.port = None, ""
        case act.Roll(angle_deg):
            _roll(theatre, step, angle_deg)
        case act.Grip():
            _grip(theatre, step)
        case act.MoveHand(dx_mm, dy_mm):
            return _move(theatre, step, dx_mm, dy_mm)
        case act.LetGo():
            return _let_go(theatre, step)
    return []


def _roll(theatre: Theatre, step: Connection, angle_deg: float) -> None:
    match theatre.hand.instrument:
        case "scissors":
            step.blades_deg = (step.blades_deg + angle_deg) % 180.0
        case "pump":
            step.pump_deg = (step.pump_deg + angle_deg + 180.0) % 360.0 - 180.0
            if theatre.implant.pump is not None:
                theatre.implant.pump.turned_deg = step.pump_deg
        case "forceps" if not step.joint.shut and step.joint.travel_mm <= connector.STOP_MM:
            step.joint.roll_deg = (step.joint.roll_deg + angle_deg + 180.0) % 360.0 - 180.0


def _grip(theatre: Theatre, step: Connection) -> None:
    place, held = (theatre.hand.x_mm, theatre.hand.y_mm), theatre.hand.instrument
    step.drag_mm, step.drag_xy = 0.0, (0.0, 0.0)
    step.holding = ""
    if step.site == "back":
        step.holding = {"forceps": "loop", "suture": "thread", "scissors": "blades"}.get(held, "")
        step.closing_mm, step.closing_ticks = 0.0, 0
        return
    match held:
        case "forceps":
            step.holding = forceps_on(theatre, step, place)
            if step.holding == "plug":
                _take_plug(step)
            elif step.holding == "coil":
                begin_anew(step.coil)
        case "scissors":
            step.holding, step.closing_mm, step.closing_ticks = "blades", 0.0, 0
        case "pump":
            step.holding = "pump"
            if theatre.implant.pump is not None and theatre.implant.pump.seated:
                pocket.lift(theatre, step)
        case "suture":
            loop = pocket.loop_near(step, place)
            step.holding, step.stitch = "stitch", Stitch(loop if loop is not None else 0, [place])
        case _ if held in SYRINGES and step.syringe is not None:
            step.holding, step.syringe.gripped, step.syringe.hand_mm = "plunger", True, step.syringe.plunger_mm


def _take_plug(step: Connection) -> None:
    """Bring the plug to the stem: a fresh end or the old one."""
    joint = step.joint
    joint.gripped, joint.hand_mm = True, joint.travel_mm
    if joint.travel_mm <= 0.0:
        last = step.cuts[-1] if step.cuts else None
        joint.cut_off_deg, joint.crushed = (last.off_deg, last.crushed) if last is not None else (0.0, False)


def _move(theatre: Theatre, step: Connection, dx_mm: float, dy_mm: float) -> list[Event]:
    step.drag_mm += math.hypot(dx_mm, dy_mm)
    step.drag_xy = (step.drag_xy[0] + dx_mm, step.drag_xy[1] + dy_mm)
    match step.holding:
        case "tail":
            if step.joint.travel_mm <= 0.0:
                cutting.drag_end(theatre, step, dx_mm, dy_mm)
            elif step.coil.wound_mm > 0.0:
                return pocket.pull_open(theatre, step)
            return back.straighten(theatre, step)
        case "plug":
            x, y = layout.outward(step)
            connector.push(step.joint, -(dx_mm * x + dy_mm * y))
            if step.joint.travel_mm <= 0.0 and step.joint.hand_mm < -CARRIED_OFF_MM:
                step.holding, step.joint.gripped, step.joint.hand_mm = "tail", False, 0.0
        case "coil":
            pocket.wind(theatre, step, dx_mm, dy_mm)
        case "pump":
            pocket.carry(theatre, step, dx_mm, dy_mm)
        case "stitch" if step.stitch is not None:
            step.stitch.way.append((theatre.hand.x_mm, theatre.hand.y_mm))
        case "plunger" if step.syringe is not None:
            x, y = layout.outward(step)
            aspiration.pull(step.syringe, dx_mm * x + dy_mm * y)
        case "blades":
            return _close(theatre, step, math.hypot(dx_mm, dy_mm))
        case "loop":
            return back.widen(theatre, step)
    return []


def _close(theatre: Theatre, step: Connection, way_mm: float) -> list[Event]:
    if step.site == "belly":
        return cutting.close_blades(theatre, step, way_mm)
    was, step.closing_mm = step.closing_mm, step.closing_mm + way_mm
    return back.cut_tie(theatre) if was < cutting.BLADES_MM <= step.closing_mm else []


def _let_go(theatre: Theatre, step: Connection) -> list[Event]:
    holding, step.holding = step.holding, ""
    events: list[Event] = []
    match holding:
        case "plug":
            step.joint.gripped, step.joint.hand_mm = False, step.joint.travel_mm
        case "coil":
            pocket.settle_coil(theatre, step)
        case "pump" if pocket.over_pocket(theatre, step):
            events = pocket.seat(theatre, step)
        case "stitch":
            events = pocket.bite(theatre, step)
            if events:
                events.append(wait(theatre, TIED_S, "assistant ties and cuts"))
        case "plunger" if step.syringe is not None:
            step.syringe.gripped, step.syringe.hand_mm, step.syringe.covered = False, step.syringe.plunger_mm, False
        case "thread":
            events = back.draw_tie(theatre, step)
    return events


def advance(theatre: Theatre, step: Connection) -> list[Event]:
    """Let plug and plunger follow the hand for one tick."""
    if step.holding == "blades":
        step.closing_ticks += 1
    if step.holding == "plug":
        return _advance_plug(theatre, step)
    return flow.aspirate(theatre, step) if step.holding == "plunger" else []


def _advance_plug(theatre: Theatre, step: Connection) -> list[Event]:
    joint, catheter, pump = step.joint, theatre.implant.catheter, theatre.implant.pump
    assert catheter is not None
    assert pump is not None
    was, slipped = joint.travel_mm, joint.slipped_mm
    clicked = connector.advance(joint, 1.0 / TICKS_PER_S)
    events: list[Event] = []
    if was <= 0.0 < joint.travel_mm:
        step.rejoined_uncut = step.used_mm > 0.0
    if clicked:
        step.used_mm = STRETCHED_MM
        step.tugged = "untested"
        events += [ConnectorShut(tick=theatre.tick), Sounded(tick=theatre.tick, sound="connector", loudness=0.9)]
    if joint.slipped_mm > slipped:
        step.tugged = "slips"
    elif joint.shut and joint.pulled_n >= TUG_N and step.tugged == "untested":
        step.tugged = "holds"
    if was > 0.0 >= joint.travel_mm:
        events.append(cutting.come_off(theatre, step))
    pump.joined = joint.seals
    if joint.travel_mm > 0.0 or was > 0.0:
        catheter.end = "connected" if joint.seals else "open"
    return events
