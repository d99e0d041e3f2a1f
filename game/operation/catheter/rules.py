"""The catheter step: from the open hub to a tip at its level, needle and guide wire still in."""

from game.base import Action, Event
from game.operation import actions as act
from game.operation import prepared
from game.operation.catheter import contact, hands
from game.operation.catheter.actions import DrawWire, InjectContrast, NewCatheter
from game.operation.catheter.events import told
from game.operation.catheter.measures import measures, missing, numbers
from game.operation.catheter.seeing import sight
from game.operation.catheter.state import CatheterStep
from game.operation.information import watch
from game.operation.needle import flow
from game.operation.needle.actions import PlaceNeedle, TakeOut
from game.operation.needle.contact import measure
from game.operation.needle.geometry import angles_of, stand_at
from game.operation.needle.rules import BOOKED_S, FLOW_TICKS, needle_camera
from game.operation.needle.state import NeedleStep, Pass
from game.operation.positioning.actions import NameLevel
from game.operation.steps import StepRules
from game.operation.theatre import Theatre

GIVEN_UP_N = 3.0  # a hand that pushed so hard against what the needle opens into may hand the case over (expert judgement)


def start(theatre: Theatre) -> CatheterStep:
    """Find the needle in the sac, stylet in, and look where the needle step looked."""
    needle = prepared.needle_in_sac(theatre)
    theatre.camera = needle_camera(theatre)
    assert needle.entry_mm is not None
    stand = stand_at(theatre.patient, needle.entry_mm)
    own = NeedleStep(flowed_s=theatre.theatre_s, stand=stand, offsets_deg=angles_of(stand, needle.heading), nicks=[needle.entry_mm])
    own.now, own.passes = Pass(entered=True, deepest_mm=needle.depth_mm), 1
    own.puncture, own.holes = measure(theatre, needle), 1
    return CatheterStep(
        needle=own,
        seen=len(theatre.fluoroscope.exposures),
        depth_before_mm=needle.depth_mm,
        lost_before_ml=theatre.strain.csf_lost_ml,
    )


def apply(theatre: Theatre, step: CatheterStep, action: Action) -> list[Event]:
    """Do the step's part of an action; what was booked for it in theatre time runs from an open hub as well."""
    events = _flow(theatre, step) if theatre.theatre_s - step.needle.flowed_s > BOOKED_S else []
    return [*events, *hands.apply(theatre, step, action)]


def advance(theatre: Theatre, step: CatheterStep) -> list[Event]:
    """Move needle and catheter, judge new pictures, and ten times a second let fluid flow."""
    events = contact.advance(theatre, step)
    before = step.seen
    step.seen = watch(theatre, step.looks, step.seen, 1, counting=False)
    if step.seen > before:
        step.unseen_mm = 0.0
    if theatre.tick % FLOW_TICKS == 0:
        events.extend(_flow(theatre, step))
    return events


def _flow(theatre: Theatre, step: CatheterStep) -> list[Event]:
    """Let fluid run out of the hub, beside the catheter where one is in it."""
    rod, needle = theatre.implant.rod, theatre.needle
    filled = 0.0
    if rod is not None and needle is not None and hands.in_needle(rod):
        filled = 1.0 - contact.annulus_share(rod.outer_mm, needle.bore_mm) ** 0.5
    step.needle.filled = filled
    return flow.advance(theatre, step.needle)


def unsafe(theatre: Theatre, step: CatheterStep) -> str | None:
    """Refuse to end with an open hub, or before there was any try."""
    needle, rod = theatre.needle, theatre.implant.rod
    if theatre.hand.gripping:
        return "Let go of the catheter first."
    if rod is not None and rod.free_mm <= 0.0 and rod.peak_n > GIVEN_UP_N:
        return None
    if not step.ever:
        return "No catheter has come past the needle yet."
    if needle is None or needle.entry_mm is None or rod is None or rod.free_mm <= 0.0:
        return "There is no catheter in the patient."
    return None


RULES = StepRules(
    id="catheter",
    title="Catheter",
    state_type=CatheterStep,
    actions=(act.Aim, act.Roll, act.Stylet, PlaceNeedle, TakeOut, InjectContrast, DrawWire, NewCatheter, NameLevel),
    tray=("catheter", "tuohy", "contrast"),
    start=start,
    refuse=hands.refuse,
    apply=apply,
    advance=advance,
    unsafe=unsafe,
    measures=measures,
    sight=sight,
    still=contact.still,
    looks=lambda step: step.looks,
    missing=missing,
    told=told,
    numbers=numbers,
)
