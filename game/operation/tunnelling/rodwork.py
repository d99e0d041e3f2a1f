"""The rod on its way: what it meets, what is felt of it, and where it comes out."""

import math

import numpy as np

from game.base import Event
from game.instruments import tunneller as rods
from game.instruments.tunneller import GaveWay, MetBone, tip_mm
from game.operation.events import Sounded
from game.operation.strain import hurt
from game.operation.theatre import Theatre
from game.operation.tunnelling import harm
from game.operation.tunnelling.events import RodIn, RodThrough
from game.operation.tunnelling.ground import REACH_MM, WHITE_MM, led_by, off_mouth_mm, place_of, tip_depth_mm
from game.operation.tunnelling.state import Tunnelling
from game.patient.numbness import numbness

SOUNDS = {"skin": "pop_skin", "scarpa": "pop_scarpa", "fascia": "pop_fascia", "peritoneum": "give"}
NUMB = 0.5
LOOK_MM = 3.0  # numbness is looked up so often on the way (simulator tolerance)
PUSH_PAIN, BONE_PAIN, FASCIA_PAIN = 5.0, 7.0, 7.0  # without anaesthetic (expert judgement)
BACK_MM, FORWARD_MM = 30.0, 5.0  # a way back that makes the next advance a new pass (simulator tolerance)
ROOM_MM = 40.0  # a point that has come less far is still in the wound it went in at (simulator tolerance)
OPEN_MM = 6.0  # a point no deeper than this below a wound's floor is seen in it (simulator tolerance)


def advance(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Move the rod by one tick and follow up what it met."""
    rod = step.rod
    if rod.entry_mm is None or step.reached:
        return []
    before = rod.inside_mm
    if rods.settled(rod):
        rod.speed_mm_s = 0.0
        return harm.notice(theatre, step) if step.harms else []
    led = led_by(theatre, step)
    met = rods.advance(rod, theatre.patient, step.strengths, theatre.tick, led)
    events: list[Event] = list(met)
    for event in met:
        events.extend(_follow(theatre, step, event))
    moved = rod.inside_mm - before
    if abs(moved) > 1e-6:
        step.moved_s = theatre.theatre_s
    if moved > 0.0:
        _book(theatre, step, moved, led is not None)
        events.extend(_arrive(theatre, step))
    events.extend(_count(theatre, step))
    events.extend(harm.notice(theatre, step))
    return events


def _follow(theatre: Theatre, step: Tunnelling, event: Event) -> list[Event]:
    match event:
        case GaveWay(face=face):
            if face == "fascia":
                step.worst_pain = max(step.worst_pain, hurt(theatre, FASCIA_PAIN, tip_mm(step.rod)))
            return [Sounded(tick=theatre.tick, sound=SOUNDS[face], loudness=0.9)]
        case MetBone():
            step.worst_pain = max(step.worst_pain, hurt(theatre, BONE_PAIN, tip_mm(step.rod)))
            return [Sounded(tick=theatre.tick, sound="bone", loudness=0.8)]
    return []


def _book(theatre: Theatre, step: Tunnelling, moved_mm: float, felt: bool) -> None:
    """Keep account of the way: felt or lost, numb or not, how deep."""
    rod = step.rod
    step.booked_mm += moved_mm
    if step.booked_mm >= LOOK_MM or step.ahead_mm == 0.0:
        step.booked_mm = 0.0
        step.numb = float(numbness(theatre.lidocaine.deposits, np.array([tip_mm(rod)]), theatre.theatre_s)[0])
        if step.numb < 1.0:
            step.worst_pain = max(step.worst_pain, hurt(theatre, PUSH_PAIN, tip_mm(rod)))
    step.ahead_mm += moved_mm
    step.numb_mm += moved_mm if step.numb >= NUMB else 0.0
    step.felt_mm += moved_mm if felt else 0.0
    step.lost_since_mm = 0.0 if felt else step.lost_since_mm + moved_mm
    step.lost_mm = max(step.lost_mm, step.lost_since_mm)
    depth_mm = tip_depth_mm(theatre, rod)
    step.shallow_mm += moved_mm if depth_mm < WHITE_MM else 0.0
    step.under_mm += moved_mm if rod.bed in ("muscle", "cavity") else 0.0


def _arrive(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Let the point come out where it runs into another wound."""
    rod = step.rod
    if rod.inside_mm < ROOM_MM or rod.bed not in ("camper", "deep"):
        return []
    x, y = place_of(theatre, tip_mm(rod))
    depth_mm = tip_depth_mm(theatre, rod)
    for mouth in step.mouths:
        near = mouth.name != step.began and off_mouth_mm(theatre, mouth, x, y)[0] <= REACH_MM
        if near and depth_mm <= mouth.depth_mm + OPEN_MM:
            step.reached = mouth.name
            rods.let_go(rod)
            rod.gripped = theatre.hand.gripping
            return [RodThrough(tick=theatre.tick, wound=mouth.name), Sounded(tick=theatre.tick, sound="click", loudness=0.6)]
    return []


def _count(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Count a pass when the rod goes in, or on after more than 3 cm back."""
    inside_mm = step.rod.inside_mm
    again = step.back and inside_mm > step.deepest_mm + FORWARD_MM
    if (not step.entered and inside_mm > FORWARD_MM) or again:
        step.passes += 1
        step.entered, step.back, step.deepest_mm = True, False, inside_mm
        return [RodIn(tick=theatre.tick, wound=step.began, count=step.passes)]
    if step.back:
        step.deepest_mm = min(step.deepest_mm, inside_mm)
    else:
        step.deepest_mm = max(step.deepest_mm, inside_mm)
        step.back = inside_mm < step.deepest_mm - BACK_MM
        step.deepest_mm = inside_mm if step.back else step.deepest_mm
    return []


WORDS = ((4.0, "none"), (26.0, "soft"), (45.0, "firm"))


def resistance_word(step: Tunnelling) -> str:
    """Return how a resistance reads to the hand; bone is the one that stops dead."""
    lag = abs(step.rod.ghost_mm)
    if step.rod.on_bone and lag > 4.0:
        return "bone"
    return next((word for limit, word in WORDS if lag < limit), "hard")


def tent_mm(theatre: Theatre, step: Tunnelling) -> float:
    """Return how high the skin stands over the point."""
    depth_mm = tip_depth_mm(theatre, step.rod)
    outwards = max(-step.rod.press_n, 0.0) / rods.TENT_N_PER_MM
    return min(max(0.0, 3.4 * math.exp(-max(depth_mm - 3.0, 0.0) / 7.0)) + outwards * math.exp(-depth_mm / 14.0), rods.MOST_TENT_MM)
