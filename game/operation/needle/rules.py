"""The needle step: from the first wheal to spinal fluid."""

import numpy as np

from game.base import Action, Event
from game.frames import FieldCamera
from game.instruments.needle import Needle
from game.operation import actions as act
from game.operation.catheter.actions import InjectContrast
from game.operation.information import watch
from game.operation.needle import contact, flow, hands
from game.operation.needle.actions import Inject, PlaceNeedle, PressPlunger, TakeOut
from game.operation.needle.events import told
from game.operation.needle.measures import measures, missing
from game.operation.needle.seeing import sight
from game.operation.needle.state import NeedleStep
from game.operation.steps import StepRules
from game.operation.theatre import Theatre

FLOW_TICKS = 12
ELEVATION_DEG = 35.0
WIDTH_MM = 316.0
WET_S = 60.0
BOOKED_S = 1.0  # theatre time beyond what the clock of the hands makes between two looks at the hub


def start(theatre: Theatre) -> NeedleStep:
    """Lay out needle, syringe and blade, and look at the window's part of the back."""
    spec = theatre.equipment.needles["tuohy"]
    roll = theatre.chance("needle").uniform(-180.0, 180.0)
    theatre.needle = Needle(
        length_mm=spec.length_mm,
        od_mm=spec.outer_mm,
        bore_mm=spec.bore_mm,
        drift=spec.drift_mm_per_cm / 10.0,
        burr_n=spec.burr_force_n,
        bevel_deg=float(round(roll)),
    )
    theatre.camera = needle_camera(theatre)
    return NeedleStep(seen=len(theatre.fluoroscope.exposures), flowed_s=theatre.theatre_s)


def needle_camera(theatre: Theatre) -> FieldCamera:
    """Return the surgeon's look at the skin a little below the window, where the needle will stand."""
    window = theatre.patient.landmarks[f"window.{theatre.plan.window}"]
    start_mm = np.array([window[0], window[1] + 300.0, window[2] - 35.0])
    skin = theatre.patient.skin_hit_mm(start_mm, np.array([0.0, -1.0, 0.0]))
    centre = theatre.patient_pose.apply(window if skin is None else skin)
    x, y, z = (float(round(v)) for v in centre)
    return FieldCamera(theatre.plan.side, ELEVATION_DEG, (x, y, z), WIDTH_MM)


def apply(theatre: Theatre, step: NeedleStep, action: Action) -> list[Event]:
    """Do the step's part of an action; what was booked for it in theatre time runs from an open hub as well."""
    events = flow.advance(theatre, step) if theatre.theatre_s - step.flowed_s > BOOKED_S else []
    events.extend(hands.apply(theatre, step, action))
    if theatre.lidocaine.given_mg > theatre.plan.lidocaine_max_mg:
        events.extend(contact.critical(theatre, step, "lidocaine-over-maximum"))
    return events


def advance(theatre: Theatre, step: NeedleStep) -> list[Event]:
    """Move the needle, judge new pictures, and ten times a second let fluid flow."""
    events = contact.advance(theatre, step)
    wetted_s = theatre.sterility.wetted_s
    if step.passes == 1 and wetted_s is not None and theatre.theatre_s - wetted_s < WET_S:
        events.extend(contact.critical(theatre, step, "needle-in-wet"))
    step.seen = watch(theatre, step.looks, step.seen, step.holes, counting=False)
    if theatre.tick % FLOW_TICKS == 0:
        events.extend(flow.advance(theatre, step))
    return events


def unsafe(theatre: Theatre, step: NeedleStep) -> str | None:
    """Refuse to end with an open hub, or before there was any try."""
    needle = theatre.needle
    if needle is not None and not needle.stylet_in:
        return "The hub is open: put the stylet back first."
    if step.passes == 0:
        return "The needle has not been in the skin yet."
    if theatre.hand.gripping:
        return "Let go of the needle first."
    return None


RULES = StepRules(
    id="needle",
    title="Needle",
    state_type=NeedleStep,
    actions=(act.Aim, act.Roll, act.Stylet, PlaceNeedle, TakeOut, Inject, InjectContrast, PressPlunger),
    tray=("lidocaine", "blade", "tuohy", "contrast", "lor"),
    start=start,
    refuse=hands.refuse,
    apply=apply,
    advance=advance,
    unsafe=unsafe,
    measures=measures,
    sight=sight,
    looks=lambda step: step.looks,
    missing=missing,
    told=told,
)
