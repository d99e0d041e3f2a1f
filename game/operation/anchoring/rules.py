"""The anchoring step: from the incision round the needle to a catheter that is tied, anchored and looped."""

import math

import numpy as np

from game.base import Action, Event
from game.frames import FieldCamera
from game.operation import actions as act
from game.operation import prepared
from game.operation.anchoring import hands, incision, purse
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.anchoring.measures import measures, missing, told
from game.operation.anchoring.refusals import refuse
from game.operation.anchoring.seeing import sight
from game.operation.anchoring.state import Anchoring
from game.operation.steps import StepRules
from game.operation.theatre import Theatre
from game.patient import Tissue

ELEVATION_DEG, WIDTH_MM = 35.0, 132.0
FLOW_TICKS = 12
BOOKED_S = 1.0


def start(theatre: Theatre) -> Anchoring:
    """Look closely at the needle in the back, the catheter in it."""
    prepared.threaded_catheter(theatre)
    needle = prepared.needle_in_sac(theatre)
    assert needle.entry_mm is not None
    skin_mm, fascia_mm = incision.layers_here(theatre, needle.entry_mm)
    fascia = prepared.crossing(needle, Tissue.FASCIA)
    centre = theatre.patient_pose.apply(np.array(fascia))
    x, y, z = (float(round(v)) for v in centre)
    theatre.camera = FieldCamera(theatre.plan.side, ELEVATION_DEG, (x, y, z), WIDTH_MM)
    shown = theatre.camera.to_field(theatre.patient_pose.apply(np.array([fascia, needle.entry_mm])))
    step = Anchoring(
        exit_xy=(float(shown[0, 0]), float(shown[0, 1])),
        entry_xy=(float(shown[1, 0]), float(shown[1, 1])),
        fascia_mm=fascia_mm,
        skin_mm=skin_mm,
        needle_from_mm=needle.depth_mm,
        outside_mm=needle.length_mm - needle.depth_mm,
        shown=float(np.hypot(*(shown[1] - shown[0]))) / max(math.dist(fascia, needle.entry_mm), 1.0),
        flowed_s=theatre.theatre_s,
    )
    rod = theatre.implant.rod
    if rod is not None:
        step.wire_mm, step.wire_in_needle_mm = rod.wire_mm, rod.wire_in_needle_mm
    step.end_xy = (step.exit_xy[0] + 46.0 * (-1.0 if step.entry_xy[0] >= step.exit_xy[0] else 1.0), -32.0)
    return step


def apply(theatre: Theatre, step: Anchoring, action: Action) -> list[Event]:
    """Do the step's part of an action; what was booked in theatre time bleeds and drips as well."""
    events: list[Event] = []
    booked_s = theatre.theatre_s - step.flowed_s
    if booked_s > BOOKED_S:
        incision.bleed(theatre, step, booked_s)
        events = purse.flow(theatre, step)
    return [*events, *hands.apply(theatre, step, action)]


def advance(theatre: Theatre, step: Anchoring) -> list[Event]:
    """Let the hand work, and ten times a second let blood and fluid run."""
    events = hands.advance(theatre, step)
    purse.feel_speed(step)
    if theatre.tick % FLOW_TICKS == 0:
        incision.bleed(theatre, step, theatre.theatre_s - step.flowed_s)
        events.extend(purse.flow(theatre, step))
    return events


def unsafe(theatre: Theatre, step: Anchoring) -> str | None:
    """Refuse to end with the needle in, a vessel spurting, or an open end."""
    if theatre.hand.gripping:
        return "Let go first."
    if theatre.needle is not None:
        return "The needle is in still."
    catheter = theatre.implant.catheter
    if catheter is not None and catheter.wire_in:
        return "The guide wire is in the catheter still."
    if catheter is not None and catheter.end == "open":
        return "The catheter's end is open."
    return "The wound bleeds." if any(not b.sealed for b in step.bleedings) else None


RULES = StepRules(
    id="anchoring",
    title="Anchoring",
    state_type=Anchoring,
    actions=(act.Roll, Clamp, Spread),
    tray=("blade", "cautery", "gauze", "scissors", "suture", "hands", "self_grip", "winged", "forceps"),
    start=start,
    refuse=refuse,
    apply=apply,
    advance=advance,
    unsafe=unsafe,
    measures=measures,
    sight=sight,
    missing=missing,
    told=told,
)
