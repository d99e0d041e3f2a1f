"""What the catheter meets while it is threaded, and what that does to the patient and to the record."""

import math
from dataclasses import replace

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments import catheter as rods
from game.instruments.catheter import Buckled, CordTouched, Opening, Passed, Resistance, Rod, RootTouched, Sheared, TipLeft, WallCut
from game.instruments.needle import Needle
from game.operation.catheter.events import Threaded
from game.operation.catheter.hands import STROKE_MM
from game.operation.catheter.state import CatheterStep, Touch
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.implant import Hole
from game.operation.needle import contact as needle_contact
from game.operation.needle.events import Answer, NerveAnswered, NerveLeft, NerveTouched
from game.operation.strain import hurt, shock
from game.operation.theatre import Theatre

RUN_ON_MM = 40.0  # of one hold; then it is time for a picture (the grammar of two clocks)
RUN_ON_MM_S = 35.0  # how fast a stroke that runs on feeds (the grammar of two clocks)
BOOKED_S_PER_MM = 0.25  # a stroke of 2 cm with its new grip takes 5 s (expert judgement)
HOLE_COS, HELD_MM = 0.5, 5.0  # slope of the way through the dura, and what must lie beyond the hole (simulator tolerance)
THREADED_MM = 20.0  # past the opening; the space is told then (simulator tolerance)
CORD_HARD_N = 0.5  # gliding on the cord is silent, pressing on it is not (expert judgement)
RUN_ON_S = 0.5  # nobody stops a hand sooner (expert judgement)
ANSWER_S = 20.0  # the rescue's window (expert judgement)
ADVANCE_LIMIT_MM = 3.0  # going on into a root (simulator tolerance)
WITHDRAW_MM = 2.0  # as one, at least; the rescue is 1 to 2 cm or until it fades (expert judgement)
ALONE_MM = 5.0  # pulled back alone by more is the critical error
TURN_DEG = 45.0  # turned enough to look past the root (expert judgement)


def advance(theatre: Theatre, step: CatheterStep) -> list[Event]:
    """Move needle and catheter by one tick and follow up what they met."""
    needle, rod = theatre.needle, theatre.implant.rod
    events = needle_contact.advance(theatre, step.needle)
    if needle is None or rod is None:
        return events
    if needle.entry_mm is not None and needle.depth_mm != step.depth_before_mm:
        rods.move_as_unit(rod, _opening(theatre, rod, needle))
    step.depth_before_mm = needle.depth_mm
    if step.runs_on:
        events.extend(_run_on(theatre, step, rod))
    met = rods.advance(rod, theatre.patient, theatre.tick, theatre.chance("catheter")) if needle.entry_mm is not None else []
    events.extend(met)
    for event in met:
        events.extend(_follow(theatre, step, rod, event))
    events.extend(_keep(theatre, step, rod))
    events.extend(_follow_touch(theatre, step, rod, needle))
    return events


def _opening(theatre: Theatre, rod: Rod, needle: Needle) -> Opening | None:
    """Return where the needle opens now; a catheter that is through the dura stays in the sac until its tip is drawn out as well."""
    found = rods.opening_at(needle, theatre.patient)
    if found is None or rod.opening is None or rod.opening.space != "intrathecal" or found.space == "intrathecal":
        return found
    out_mm = float(theatre.patient.sac_distance_mm(np.array([found.place_mm]))[0]) / HOLE_COS
    return replace(found, space="intrathecal") if rod.free_mm > max(out_mm, 0.0) + HELD_MM else found


def still(theatre: Theatre, step: CatheterStep) -> bool:
    """Say whether the catheter rests."""
    rod = theatre.implant.rod
    return not step.runs_on and (rod is None or rod.opening is None or rods.settled(rod))


def _run_on(theatre: Theatre, step: CatheterStep, rod: Rod) -> list[Event]:
    """Feed on as in the strokes before, until resistance changes; the time of those strokes is booked."""
    if rods.word(rod) not in ("none", "soft") or rod.snag is not None or not theatre.hand.gripping:
        step.runs_on, step.clean = False, 0
        return []
    way_mm = RUN_ON_MM_S / TICKS_PER_S
    rods.feed(rod, way_mm)
    step.booked_mm += way_mm
    step.ran_on_mm += way_mm
    if step.ran_on_mm >= RUN_ON_MM:
        step.runs_on = False
    if step.booked_mm < STROKE_MM:
        return []
    step.booked_mm -= STROKE_MM
    return [wait(theatre, BOOKED_S_PER_MM * STROKE_MM, "strokes as before")]


def _follow(theatre: Theatre, step: CatheterStep, rod: Rod, event: Event) -> list[Event]:
    match event:
        case TipLeft():
            step.ever = True
            return [Sounded(tick=theatre.tick, sound="pop_bevel", loudness=0.5)]
        case RootTouched(side=side, force_n=force_n):
            return _touch(theatre, step, rod, side, force_n)
        case CordTouched(force_n=force_n):
            return _touch(theatre, step, rod, "both", force_n) if force_n > CORD_HARD_N else []
        case Resistance() | Buckled():
            step.clean, step.clean_now, step.runs_on = 0, False, False
        case Passed():
            return [Sounded(tick=theatre.tick, sound="snag", loudness=0.5)]
        case WallCut():
            return [Sounded(tick=theatre.tick, sound="snag", loudness=0.8)]
        case Sheared():
            return _sheared(theatre, step, rod)
    return []


def _sheared(theatre: Theatre, step: CatheterStep, rod: Rod) -> list[Event]:
    catheter = theatre.implant.catheter
    if catheter is not None:
        theatre.implant.fragments_mm.append(list(rod.fragment_mm))
        catheter.sheared_mm = rod.sheared_mm
        catheter.canal_mm = []
    return [
        Sounded(tick=theatre.tick, sound="cut", loudness=0.8),
        *needle_contact.critical(theatre, step.needle, "pulled-back-through-needle"),
    ]


def _keep(theatre: Theatre, step: CatheterStep, rod: Rod) -> list[Event]:
    """Keep the catheter's line, what was threaded unseen, and which space it came into."""
    catheter = theatre.implant.catheter
    moved = rod.in_mm - step.in_before_mm
    step.in_before_mm = rod.in_mm
    if catheter is None or rod.still_s > 0.05:
        return []
    catheter.canal_mm = [(float(x), float(y), float(z)) for x, y, z in rods.shape.points(rod)]
    catheter.wire_in = rod.wire_mm < rod.supplied_mm
    if rod.wall_cut > catheter.wall_cut:
        catheter.holes = [Hole(rod.cut_at_mm, rod.wall_cut)]  # of one pull through the needle, the worst place
    if moved > 0.0 and rod.free_mm > 0.0:
        step.unseen_mm += moved
        step.most_unseen_mm = max(step.most_unseen_mm, step.unseen_mm)
    step.unseen_mm = max(step.unseen_mm + min(moved, 0.0), 0.0)
    catheter.space = rod.opening.space if rod.opening is not None and rod.free_mm > 0.0 else ""
    events: list[Event] = []
    if rod.pulled_alone_mm > ALONE_MM and rod.in_mm > 0.0:
        events.extend(needle_contact.critical(theatre, step.needle, "pulled-back-through-needle"))
    if rod.free_mm > THREADED_MM and rod.opening is not None and step.threaded != rod.opening.space:
        step.threaded = rod.opening.space
        events.append(Threaded(tick=theatre.tick, space=rod.opening.space))
    return events


def _touch(theatre: Theatre, step: CatheterStep, rod: Rod, side: str, force_n: float) -> list[Event]:
    """Shock the patient; begin an answer that is awaited, or sharpen the one that is open."""
    step.clean, step.clean_now, step.runs_on = 0, False, False
    shock(theatre, min(1.0, 0.35 + 0.5 * force_n))
    theatre.talk.nerve_called = theatre.talk.nerve_called and step.touch is not None and not step.touch.answer
    if theatre.implant.catheter is not None and theatre.implant.catheter.canal_mm:
        step.needle.worst_pain = max(
            step.needle.worst_pain, hurt(theatre, min(8.0, 3.0 + 4.0 * force_n), theatre.implant.catheter.canal_mm[0])
        )
    events: list[Event] = [NerveTouched(tick=theatre.tick, side=side)]
    if step.touch is None or step.touch.answer:
        depth_mm = theatre.needle.depth_mm if theatre.needle is not None else 0.0
        step.touch = Touch(tick=theatre.tick, side=side, in_mm=rod.in_mm, depth_mm=depth_mm)
    return events


def _follow_touch(theatre: Theatre, step: CatheterStep, rod: Rod, needle: Needle) -> list[Event]:
    """Answer a touch right by drawing back as one, late after 20 s, wrongly by pushing on or pulling the catheter alone."""
    touch = step.touch
    if touch is None or touch.answer:
        return []
    if theatre.tick - touch.tick <= RUN_ON_S * TICKS_PER_S:
        touch.in_mm = max(touch.in_mm, rod.in_mm)
        return []
    drawn = touch.depth_mm - needle.depth_mm >= WITHDRAW_MM or needle.entry_mm is None
    pushed, pulled = rod.in_mm > touch.in_mm + ADVANCE_LIMIT_MM, rod.in_mm < touch.in_mm - ALONE_MM
    if not drawn and (pushed or pulled):
        if pushed:
            shock(theatre, 1.0)
        turned = pushed and touch.turned_deg >= TURN_DEG and rod.snag is None
        return _answer(theatre, step, touch, "late" if turned else "wrong", left=turned or pulled)
    if drawn:
        soon = theatre.tick - touch.tick <= ANSWER_S * TICKS_PER_S
        return _answer(theatre, step, touch, "right" if soon else "late", left=True)
    return []


def _answer(theatre: Theatre, step: CatheterStep, touch: Touch, answer: Answer, left: bool) -> list[Event]:
    touch.answer = answer
    step.answers.append(answer)
    told: list[Event] = [NerveAnswered(tick=theatre.tick, answer=answer)]
    return [*told, NerveLeft(tick=theatre.tick)] if left else told


def annulus_share(outer_mm: float, bore_mm: float) -> float:
    """Return what a tube that lies against the wall of a bore leaves of its flow (Poiseuille of a ring, 2.5 times for lying aside)."""
    k = outer_mm / bore_mm
    if k >= 1.0:
        return 0.0
    ring = 1.0 - k**4 - (1.0 - k * k) ** 2 / math.log(1.0 / k)
    return min(1.0, 2.5 * max(ring, 0.0))
