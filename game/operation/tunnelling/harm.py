"""A rod that went where it must not go: how it is noticed, and what answers it."""

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments import tunneller as rods
from game.operation.actions import Say
from game.operation.core import wait
from game.operation.events import CriticalError
from game.operation.strain import hurt
from game.operation.theatre import Theatre
from game.operation.tunnelling.events import HarmAnswer, HarmAnswered, Harmed, HarmKind
from game.operation.tunnelling.state import Harm, Tunnelling
from game.patient import Tissue
from game.patient.organs import in_organ
from game.patient.ribs import ribs_edge_mm

RUN_ON_S = 0.6  # nobody stops a rod before the give is felt (expert judgement)
LEFT_MM = 15.0  # a rod that moved less was left where it was (simulator tolerance)
ON_MM = 10.0  # pushed on by more is a wrong answer (simulator tolerance)
LATE_S = 120.0  # theatre time in which help should be called (simulator tolerance)
SURGEON_S, PREP_S, DRAIN_S = 1500.0, 300.0, 300.0  # laparoscopy; preparing the skin anew; a drain in the chest (expert judgement)
SPLASH: dict[HarmKind, float] = {"peritoneum": 7.0, "bowel": 5.0, "kidney": 7.0, "pleura": 8.0, "skin": 4.0}
CRITICAL = "tunnelled-into-cavity"
KIDNEYS = slice(2, 4)


def where(theatre: Theatre, step: Tunnelling) -> HarmKind | None:
    """Return what the point is in that it must not be in, or None."""
    rod = step.rod
    if rod.bed == "outside":
        return "skin"
    if rod.bed != "cavity":
        return None
    point = np.array([rods.tip_mm(rod)])
    x, y, z = point[:, 0], point[:, 1], point[:, 2]
    if any(in_organ(organ, x, y, z)[0] for organ in theatre.patient.trunk.organs.solids[KIDNEYS]):
        return "kidney"
    tissue = int(theatre.patient.tissue(point)[0])
    if tissue == Tissue.LUNG or _above_rib(theatre, point[0]):
        return "pleura"
    if tissue == Tissue.GAS or _run_in_belly_mm(theatre, step) > step.bowel_mm:
        return "bowel"
    return "peritoneum" if tissue == Tissue.VISCERA else None


def _above_rib(theatre: Theatre, point: np.ndarray) -> bool:
    """Say whether a point lies above the lower edge of a rib at its place round the flank."""
    patient, side = theatre.patient, theatre.plan.side
    edge = ribs_edge_mm(patient.bones.ribs, side)
    arcs = patient.skin_arc(np.concatenate([edge, point[None]]), side)
    near = np.abs(arcs[:-1] - arcs[-1]) < 10.0
    return bool((near & (edge[:, 2] < point[2])).any())


def _run_in_belly_mm(theatre: Theatre, step: Tunnelling) -> float:
    """Return how far the point has run inside the muscular wall."""
    track = np.array(step.rod.track_mm[-80:])
    depth, rows = theatre.patient.layers_mm(track)
    return float((depth > rows[:, 3]).sum())


def notice(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Find a new perforation, and follow one that is open."""
    kind = where(theatre, step) if step.rod.entry_mm is not None else None
    events: list[Event] = []
    if kind is not None and not _known(step, kind):
        events = _begin(theatre, step, kind)
    return [*events, *_follow(theatre, step)]


def _known(step: Tunnelling, kind: HarmKind) -> bool:
    """Say whether this pass has done that harm, or one that counts more, already."""
    open_now = [harm.kind for harm in step.harms if not harm.prepared]
    return kind in open_now or (kind == "peritoneum" and "bowel" in open_now)


def _begin(theatre: Theatre, step: Tunnelling, kind: HarmKind) -> list[Event]:
    open_now = next((harm for harm in step.harms if not harm.prepared), None)
    if open_now is None:
        step.harms.append(Harm(kind, theatre.tick, theatre.theatre_s, step.rod.inside_mm))
    else:
        open_now.kind = kind
    step.worst_pain = max(step.worst_pain, hurt(theatre, SPLASH[kind], rods.tip_mm(step.rod)))
    tunnel = theatre.implant.tunnel
    if tunnel is not None and kind != "skin":
        tunnel.perforated.append(kind)
    theatre.strain.pleura_open |= kind == "pleura"
    if kind == "skin":
        theatre.sterility.breaks += 1
        return [Harmed(tick=theatre.tick, kind=kind)]
    fatal = [] if CRITICAL in step.criticals else [CriticalError(tick=theatre.tick, id=CRITICAL)]
    step.criticals.append(CRITICAL)
    return [Harmed(tick=theatre.tick, kind=kind), *fatal]


def _follow(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Answer an open perforation wrongly where the rod is pushed on, or is drawn out of a cavity before help came."""
    events: list[Event] = []
    for harm in step.harms:
        if harm.answer:
            continue
        if theatre.tick - harm.tick <= RUN_ON_S * TICKS_PER_S:
            harm.inside_mm = max(harm.inside_mm, step.rod.inside_mm)
            continue
        pushed = step.rod.inside_mm > harm.inside_mm + ON_MM
        drawn = harm.kind != "skin" and step.rod.inside_mm < harm.inside_mm - LEFT_MM
        if pushed or drawn:
            events.extend(_answer(theatre, harm, "wrong"))
    return events


def _answer(theatre: Theatre, harm: Harm, answer: HarmAnswer) -> list[Event]:
    harm.answer = answer
    return [HarmAnswered(tick=theatre.tick, kind=harm.kind, answer=answer)]


def said(theatre: Theatre, step: Tunnelling, action: Say) -> list[Event]:
    """Answer open perforations by what is said: the surgeon is called, or the skin is prepared anew."""
    events: list[Event] = []
    if action.line == "call_surgeon" and theatre.strain.pleura_open:
        theatre.strain.pleura_open = False
        events.append(wait(theatre, DRAIN_S, "the surgeon drains the chest"))
    for harm in step.harms:
        if harm.prepared or action.line != ("order_prep" if harm.kind == "skin" else "call_surgeon"):
            continue
        if harm.kind == "skin" and step.rod.entry_mm is not None:
            continue
        harm.prepared = True
        if not harm.answer:
            late = theatre.theatre_s - harm.theatre_s > LATE_S
            events.extend(_answer(theatre, harm, "late" if late else "right"))
        if harm.kind != "skin" and step.rod.entry_mm is not None:
            rods.take_out(step.rod)
            step.began = step.reached = ""
        events.append(
            wait(
                theatre, PREP_S if harm.kind == "skin" else SURGEON_S, "skin prepared anew" if harm.kind == "skin" else "the surgeon looks"
            )
        )
    return events


def goes_in_again(theatre: Theatre, step: Tunnelling) -> list[Event]:
    """Answer open perforations wrongly when a rod goes in again as if nothing had been."""
    events: list[Event] = []
    for harm in step.harms:
        if not harm.answer:
            events.extend(_answer(theatre, harm, "wrong"))
        harm.prepared = True
    return events


def answered(step: Tunnelling) -> str | None:
    """Return the worst answer to the perforations so far, or None where there was none."""
    if not step.harms:
        return None
    order = {"wrong": 0, "": 1, "late": 2, "right": 3}
    worst = min((harm.answer for harm in step.harms), key=lambda answer: order[answer])
    return worst or "late"
