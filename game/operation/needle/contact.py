"""What the needle's point meets, and what that does to the patient and to the record."""

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments import needle as shaft
from game.instruments.hub import tear_vein
from game.instruments.needle import BurredTip, Entered, Needle, Point, Punctured, TouchedBone, tip_mm
from game.operation.events import CriticalError, Sounded
from game.operation.needle.events import Answer, DuralPuncture, NerveAnswered, NerveLeft, NerveTouched, VeinTorn
from game.operation.needle.geometry import angles_of, midline_x_mm, run_error_mm, sac_middle_mm, stand_at
from game.operation.needle.state import NeedleStep, Paraesthesia, Pass, Puncture
from game.operation.strain import hurt, shock
from game.operation.theatre import Theatre
from game.patient import Tissue

POP_SOUND = {Tissue.SKIN: "pop_skin", Tissue.FASCIA: "pop_fascia", Tissue.FLAVUM: "pop_flavum", Tissue.DURA: "pop_dura"}
# Pain of a layer in which no anaesthetic works, 0 to 10 (expert judgement)
STING = {Tissue.SKIN: 8.0, Tissue.FASCIA: 3.0, Tissue.FLAVUM: 3.0, Tissue.DURA: 2.0, Tissue.DISC: 5.0, Tissue.MUSCLE: 3.0}
NICKED_STING = 3.0  # the nick has cut the skin already (expert judgement)
PERIOSTEUM_STING = 5.0  # expert judgement
WITHIN_SAC = (Tissue.CSF, Tissue.ROOT, Tissue.CORD)
FREE_TISSUES = (*WITHIN_SAC, Tissue.EPIDURAL, Tissue.VEIN, Tissue.OUTSIDE, Tissue.GAS)
BACK_MM = 10.0  # a redirection after more than 1 cm back is another pass (simulator tolerance)
FORWARD_MM = 5.0  # and so far on again (simulator tolerance)
ADVANCE_LIMIT_MM = 2.0  # going on further after paraesthesia is a critical error (simulator tolerance)
WITHDRAW_MM = 2.0  # the rescue is to withdraw 2 to 3 mm (expert judgement)
ANSWER_S = 10.0  # the rescue's window, 5 to 10 s (expert judgement)
RUN_ON_S = 0.5  # nobody stops a hand sooner (expert judgement)
ROOT_CLEARANCE = 0.5  # of the shaft's radius: a rootlet slides off a point that only grazes it (expert judgement)
PLUG_MM = 2.0  # tissue that fills an open bevel 3 mm long (expert judgement)
CORD_SHOCK = 1.0  # the greatest shock there is
BONE_LAG_MM = 3.0  # less is a point that only rests on bone (simulator tolerance)
WORDS = ((0.6, "none"), (3.0, "soft"), (7.0, "firm"))  # lag of the hand in mm below which a resistance reads so (simulator tolerance)


def advance(theatre: Theatre, step: NeedleStep) -> list[Event]:
    """Move the needle by one tick and follow up what it met."""
    needle = theatre.needle
    if needle is None or needle.entry_mm is None:
        return _leave_nerve(theatre, step)
    if shaft.settled(needle):
        return []
    before = needle.depth_mm
    met = shaft.advance(needle, theatre.patient, theatre.tick)
    events: list[Event] = list(met)
    for event in met:
        events.extend(_follow(theatre, step, needle, event))
    moved = needle.depth_mm - before
    _count_passes(step, needle)
    if moved > 0.0:
        events.extend(_hollow(theatre, step, needle, moved))
    if abs(moved) > 1e-4:
        events.extend(_touch(theatre, step, needle, moved))
    return events


def _follow(theatre: Theatre, step: NeedleStep, needle: Needle, event: Event) -> list[Event]:
    place = tip_mm(needle)
    match event:
        case TouchedBone():
            step.worst_pain = max(step.worst_pain, hurt(theatre, PERIOSTEUM_STING, place))
            return [Sounded(tick=event.tick, sound="bone", loudness=0.8)]
        case BurredTip():
            return [Sounded(tick=event.tick, sound="bone", loudness=1.0)]
        case Punctured():
            return _through(theatre, step, needle, event, place)
        case Entered(tissue=Tissue.DISC) | Entered(tissue=Tissue.VEIN):
            return _ventral_target(theatre, step)
    return []


def _through(theatre: Theatre, step: NeedleStep, needle: Needle, event: Punctured, place: Point) -> list[Event]:
    tissue = event.tissue
    sting = NICKED_STING if tissue is Tissue.SKIN and needle.nicked else STING.get(tissue, 1.0)
    step.worst_pain = max(step.worst_pain, hurt(theatre, sting, place))
    events: list[Event] = []
    if tissue in POP_SOUND:
        events.append(Sounded(tick=theatre.tick, sound=POP_SOUND[tissue]))
    if tissue is Tissue.SKIN and not step.now.entered:
        step.passes += 1
        step.now = Pass(entered=True, deepest_mm=needle.depth_mm)
    if tissue is Tissue.DURA:
        events.extend(_dura(theatre, step, needle, event.depth_mm))
    if tissue is Tissue.DISC:
        events.extend(_ventral_target(theatre, step))
    return events


def _dura(theatre: Theatre, step: NeedleStep, needle: Needle, depth_mm: float) -> list[Event]:
    """Count a hole, and say which way it was made; the first one inwards is measured."""
    walls = [k for k, span in enumerate(needle.spans) if span.tissue is Tissue.DURA and span.start_mm < depth_mm]
    outwards = bool(walls) and walls[-1] > 0 and needle.spans[walls[-1] - 1].tissue in WITHIN_SAC
    step.holes += 1
    if outwards:
        step.ventral = True
    elif step.puncture is None:
        step.puncture = measure(theatre, needle)
        step.flap_luck = float(theatre.chance("needle").random())
    return [DuralPuncture(tick=theatre.tick, hole=step.holes, outwards=outwards)]


def measure(theatre: Theatre, needle: Needle) -> Puncture:
    """Take the needle's angles and places as it goes through the dura."""
    assert needle.entry_mm is not None
    patient, place = theatre.patient, tip_mm(needle)
    chord = tuple(b - a for a, b in zip(needle.entry_mm, place, strict=True))
    sagittal, medial = angles_of(stand_at(patient, needle.entry_mm), (chord[0], chord[1], chord[2]))
    off = sac_middle_mm(patient, place)
    return Puncture(
        tick=theatre.tick,
        run_error_mm=run_error_mm(patient, needle.entry_mm, theatre.plan.window),
        offset_mm=abs(needle.entry_mm[0] - midline_x_mm(patient, needle.entry_mm[2])),
        skin_angle_deg=sagittal,
        convergence_deg=medial,
        tip_midline_mm=abs(off) if off is not None else 20.0,
    )


def _ventral_target(theatre: Theatre, step: NeedleStep) -> list[Event]:
    """Fail the case when the point runs through the front of the sac into a disc or a vessel."""
    if not step.ventral:
        return []
    return critical(theatre, step, "through-ventral-dura")


def critical(theatre: Theatre, step: NeedleStep, name: str) -> list[Event]:
    """Say once that a critical error was made."""
    if name in step.criticals:
        return []
    step.criticals.append(name)
    return [CriticalError(tick=theatre.tick, id=name)]


def _count_passes(step: NeedleStep, needle: Needle) -> None:
    """Count another pass when the needle goes on after more than a centimetre back."""
    now = step.now
    if not now.entered:
        return
    if needle.depth_mm > now.deepest_mm and not now.back:
        now.deepest_mm = needle.depth_mm
    elif needle.depth_mm < now.deepest_mm - BACK_MM and not now.back:
        now.back, now.deepest_mm = True, needle.depth_mm
    elif now.back:
        now.deepest_mm = min(now.deepest_mm, needle.depth_mm)
        if needle.depth_mm > now.deepest_mm + FORWARD_MM:
            step.passes += 1
            step.now = Pass(entered=True, deepest_mm=needle.depth_mm)


def _hollow(theatre: Theatre, step: NeedleStep, needle: Needle, moved_mm: float) -> list[Event]:
    """Plug a bore that is pushed through solid tissue without its stylet; fail it in the canal."""
    if needle.stylet_in:
        return []
    tissue = shaft.tissue_at(needle, needle.depth_mm)
    if tissue not in FREE_TISSUES and needle.hollow_mm > PLUG_MM:
        step.plug = True
    into_canal = tissue in (Tissue.EPIDURAL, Tissue.DURA) and needle.opened_mm >= needle.depth_mm - 1.0
    return critical(theatre, step, "hollow-into-canal") if into_canal and step.puncture is None and needle.hollow_mm > PLUG_MM else []


def _touch(theatre: Theatre, step: NeedleStep, needle: Needle, moved_mm: float) -> list[Event]:
    """Meet roots, cord and veins where the point is; follow a paraesthesia that is under way."""
    tissue = shaft.tissue_at(needle, min(needle.depth_mm, needle.opened_mm))
    events = _follow_paraesthesia(theatre, step, needle, moved_mm)
    if tissue in (*WITHIN_SAC, Tissue.EPIDURAL, Tissue.VEIN, Tissue.DURA):
        place = np.array([tip_mm(needle)])
        events.extend(_touch_root(theatre, step, needle, place, tissue))
        events.extend(_touch_vein(theatre, step, needle, place, tissue))
    return events


def _touch_root(theatre: Theatre, step: NeedleStep, needle: Needle, place: np.ndarray, tissue: Tissue) -> list[Event]:
    if step.paraesthesia is not None and step.paraesthesia.answer == "":
        return []
    if tissue is Tissue.CORD:
        side = "both"
    else:
        distances, roots = theatre.patient.root_distance_mm(place)
        if float(distances[0]) > ROOT_CLEARANCE * needle.od_mm / 2.0:
            return []
        side = theatre.patient.root_side(int(roots[0]))
    step.paraesthesia = Paraesthesia(tick=theatre.tick, side=side, depth_mm=needle.depth_mm)
    shock(theatre, CORD_SHOCK if side == "both" else min(1.0, 0.5 + abs(needle.speed_mm_s) / 40.0))
    return [NerveTouched(tick=theatre.tick, side=side)]


def _touch_vein(theatre: Theatre, step: NeedleStep, needle: Needle, place: np.ndarray, tissue: Tissue) -> list[Event]:
    if step.bleed is not None or tissue in WITHIN_SAC:
        return []
    if tissue is not Tissue.VEIN and float(theatre.patient.vein_distance_mm(place)[0]) > 0.2 * needle.od_mm:
        return []
    step.bleed, step.torn_s, step.turned_deg = tear_vein(theatre.chance("needle")), theatre.theatre_s, 0.0
    return [VeinTorn(tick=theatre.tick), *_ventral_target(theatre, step)]


def _follow_paraesthesia(theatre: Theatre, step: NeedleStep, needle: Needle, moved_mm: float) -> list[Event]:
    """Answer it right by drawing back 2 mm, late after 10 s, wrongly by pushing on; drawing back takes the point off the nerve."""
    touched = step.paraesthesia
    if touched is None or touched.left:
        return []
    if theatre.tick - touched.tick <= RUN_ON_S * TICKS_PER_S:
        # The hand's spring still runs on; nobody stops a needle before the shock is felt.
        touched.depth_mm = max(touched.depth_mm, needle.depth_mm)
        return []
    touched.advanced_mm = max(touched.advanced_mm, needle.depth_mm - touched.depth_mm)
    if needle.depth_mm <= touched.depth_mm + touched.advanced_mm - WITHDRAW_MM:
        return _leave_nerve(theatre, step)
    if touched.answer == "" and moved_mm > 0.0 and touched.advanced_mm > ADVANCE_LIMIT_MM:
        shock(theatre, 1.0)
        return [*_answer_nerve(theatre, step, touched, "wrong"), *critical(theatre, step, "advanced-after-paraesthesia")]
    return []


def _leave_nerve(theatre: Theatre, step: NeedleStep) -> list[Event]:
    """Note that the point is off the nerve that it touched, which answers a touch that was still open."""
    touched = step.paraesthesia
    if touched is None or touched.left:
        return []
    touched.left = True
    if touched.answer:
        return [NerveLeft(tick=theatre.tick)]
    answer: Answer = "right" if theatre.tick - touched.tick <= ANSWER_S * TICKS_PER_S else "late"
    if touched.advanced_mm > ADVANCE_LIMIT_MM:
        answer = "wrong"
    return [*_answer_nerve(theatre, step, touched, answer), NerveLeft(tick=theatre.tick)]


def _answer_nerve(theatre: Theatre, step: NeedleStep, touched: Paraesthesia, answer: Answer) -> list[Event]:
    touched.answer = answer
    step.answers.append(answer)
    return [NerveAnswered(tick=theatre.tick, answer=answer)]


def resistance_word(needle: Needle) -> str:
    """Return how a resistance reads to the hand; bone is the one that stops dead."""
    push_mm = abs(needle.ghost_mm)
    if needle.on_bone and push_mm > BONE_LAG_MM:
        return "bone"
    return next((word for limit_mm, word in WORDS if push_mm < limit_mm), "hard")
