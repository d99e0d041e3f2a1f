"""Purse-string, the needle out over the catheter, the wire out, and the two drips that tell of the tie."""

import math
from dataclasses import replace

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments import tie
from game.instruments.catheter import flow as flow_of
from game.instruments.catheter import shape
from game.instruments.needle import Point
from game.operation import bites, lumen
from game.operation.anchoring.events import BiteMade, EndFell, NeedleOut, TieCut, Tied, WireOut
from game.operation.anchoring.incision import open_to_fascia
from game.operation.anchoring.state import Anchoring, Place
from game.operation.bites import FASCIA_MM, bulge_mm, is_bite, passes_mm
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.implant import Bite, Catheter, Kink, PurseString, drawn_down, line_mm
from game.operation.prepared import crossing, loop
from game.operation.theatre import Theatre
from game.patient import Tissue
from game.patient.csf import DROP_ML

PIERCES_MM = 1.0
PIERCED_SHARE = 0.3
"""What a thread through the tube leaves of its flow (expert judgement)."""
PIERCED_CUT = 0.8
"""How much of its wall the needle of a suture opens (expert judgement)."""
PIN_REACH_MM = 12.0
DRAG_PINNED, DRAG_FREE = 0.02, 0.22
"""Share of the needle's way by which it takes the catheter along, held at the fascia or not (bore friction 0.15, expert judgement)."""
FAST_MM_S, DRAG_FAST = 40.0, 0.25
SPEED_SHARE = 0.08
"""A quick stroke takes more of it along."""
WIRE_PER_HAND = 12.0
"""A wire is drawn hand over hand; the hand shows one part in so many (compressed repetition)."""
WIRE_DRAG_PINNED, WIRE_DRAG_FREE = 0.0015, 0.02
WIRE_CUTS = 0.4
"""Damage of the tube by a wire that is drawn back while the needle's heel still bends it (makers warn of it; size expert judgement)."""
FALLS_AFTER_S, FALLEN_CMH2O = 180.0, 12.0
KNOTS_S = 45.0


def bite(theatre: Theatre, step: Anchoring) -> list[Event]:
    """End a bite of the purse-string."""
    way, step.way = step.way, []
    if not is_bite(way):
        return []
    middle = ((way[0][0] + way[-1][0]) / 2.0, (way[0][1] + way[-1][1]) / 2.0)
    depth = bulge_mm(way)
    bare = open_to_fascia(step, middle[0])
    holds = "fascia" if depth >= FASCIA_MM and bare else "fat"
    pierced = passes_mm(way, step.exit_xy) < PIERCES_MM and theatre.needle is None
    implant = theatre.implant
    if implant.purse_string is None:
        implant.purse_string = PurseString()
    string = implant.purse_string
    string.bites.append(Bite(in_patient(theatre, way[0]), in_patient(theatre, way[-1]), depth, "fascia" if holds == "fascia" else "fat"))
    if holds == "fascia":
        step.stitches.append((middle[0], middle[1], depth))
        string.ooze_share = tie.ooze_share(string.tension_n, *ring(step))
    events: list[Event] = [BiteMade(tick=theatre.tick, for_anchor=False, holds=holds, pierced=pierced)]
    if pierced:
        _pierce(theatre, step)
    return [*events, wait(theatre, 8.0, "next bite"), Sounded(tick=theatre.tick, sound=bites.sound(holds), loudness=0.5)]


def _pierce(theatre: Theatre, step: Anchoring) -> None:
    catheter = theatre.implant.catheter
    step.pierced += 1
    if catheter is not None:
        catheter.cut_wall(catheter.implanted_mm, PIERCED_CUT)
        catheter.kinks.append(Kink(catheter.implanted_mm, PIERCED_SHARE, "stitch"))


def in_patient(theatre: Theatre, place: Place) -> Point:
    """Return a place of the field at the depth of the fascia, patient frame."""
    right, up, _ = theatre.camera.axes()
    there = np.asarray(theatre.camera.centre_mm) + right * place[0] + up * place[1]
    x, y, z = theatre.patient_pose.inverse().apply(there)
    return (float(x), float(y), float(z))


def radius_mm(step: Anchoring) -> float:
    """Return the mean distance of the bites that hold from the exit; 0 without any."""
    return ring(step)[1]


def ring(step: Anchoring) -> tuple[int, float, float]:
    """Return number, radius and widest gap of the bites that hold, as `tie.ring`."""
    return tie.ring([(x, y) for x, y, _ in step.stitches], step.exit_xy)


def tied_n(theatre: Theatre) -> float | None:
    """Return the tension of the tie, or None."""
    string = theatre.implant.purse_string
    return None if string is None else string.tension_n


def tie_knot(theatre: Theatre, step: Anchoring) -> list[Event]:
    """Knot the ends as they are drawn now."""
    string, catheter = theatre.implant.purse_string, theatre.implant.catheter
    drawn, step.drawing_mm = step.drawing_mm, 0.0
    tension = tie.tension_n(drawn)
    if string is None or catheter is None or tension <= 0.1:
        return []
    _tighten(theatre, step, string, catheter, tension)
    return [Tied(tick=theatre.tick, tension_n=tension), wait(theatre, KNOTS_S, "knots")]


def _tighten(theatre: Theatre, step: Anchoring, string: PurseString, catheter: Catheter, tension_n: float) -> None:
    """Let the string hold with a tension: what it lets past, and what it leaves of the tube, unless that is in the needle."""
    string.tension_n = tension_n
    string.ooze_share = tie.ooze_share(tension_n, *ring(step))
    catheter.kinks = [kink for kink in catheter.kinks if kink.cause != "tie"]
    if theatre.needle is None and tie.bore_share(tension_n) < 1.0:
        catheter.kinks.append(Kink(line_mm(catheter.canal_mm) + line_mm(catheter.track_mm), tie.bore_share(tension_n), "tie"))


def cut_tie(theatre: Theatre, step: Anchoring) -> list[Event]:
    """Cut the purse-string's knot; its bites stay, and can be drawn anew, unless one went through the catheter: then all is out."""
    string, catheter = theatre.implant.purse_string, theatre.implant.catheter
    if string is None or catheter is None or string.tension_n is None:
        return []
    string.tension_n, string.ooze_share = None, 1.0
    catheter.kinks = [kink for kink in catheter.kinks if kink.cause not in ("tie", "stitch")]
    if step.pierced:
        string.bites, step.stitches = [], []
    return [TieCut(tick=theatre.tick), Sounded(tick=theatre.tick, sound="scissors", loudness=0.5)]


def pinned(theatre: Theatre, step: Anchoring) -> bool:
    """Return whether the other hand pins the catheter at the fascia."""
    hand = theatre.hand
    return hand.other_down and math.dist((hand.other_x_mm, hand.other_y_mm), step.exit_xy) <= PIN_REACH_MM


def draw_needle(theatre: Theatre, step: Anchoring, back_mm: float) -> list[Event]:
    """Draw the needle back over the catheter; friction takes the catheter along."""
    needle, catheter = theatre.needle, theatre.implant.catheter
    if needle is None or catheter is None or back_mm <= 0.0:
        return []
    step.moved_mm += back_mm
    share = DRAG_PINNED if pinned(theatre, step) else DRAG_FREE
    if step.speed_mm_s > FAST_MM_S:
        share += DRAG_FAST * (0.3 if pinned(theatre, step) else 1.0)
    step.pulled_mm += back_mm
    needle.depth_mm = max(0.0, step.needle_from_mm - step.pulled_mm)
    needle.opened_mm = needle.hand_mm = needle.depth_mm
    draw_tip(step, catheter, share * back_mm)
    if step.pulled_mm < step.needle_from_mm:
        return []
    return _off(theatre, step, catheter)


def feel_speed(step: Anchoring) -> None:
    """Read the needle's speed over a tenth of a second, so that it does not hang on how often a hand's moves arrive."""
    step.speed_mm_s += SPEED_SHARE * (step.moved_mm * TICKS_PER_S - step.speed_mm_s)
    step.moved_mm = 0.0


def _off(theatre: Theatre, step: Anchoring, catheter: Catheter) -> list[Event]:
    """Take the needle off: what it held is bare now from the dura to the fascia."""
    needle = theatre.needle
    assert needle is not None
    _bends(theatre, catheter)
    hole, fascia = crossing(needle, Tissue.DURA), crossing(needle, Tissue.FASCIA)
    catheter.canal_mm = [*catheter.canal_mm[:-1], hole]
    catheter.track_mm = [hole, fascia]
    catheter.back_mm = loop(fascia, theatre)[:2]
    theatre.needle = None
    string = theatre.implant.purse_string
    if string is not None and string.tension_n is not None:
        _tighten(theatre, step, string, catheter, max(0.0, string.tension_n - tie.LOOSENS_N))
    return [NeedleOut(tick=theatre.tick, tip_shift_mm=step.tip_shift_mm), Sounded(tick=theatre.tick, sound="stylet", loudness=0.4)]


def _bends(theatre: Theatre, catheter: Catheter) -> None:
    """Note where a loop in the canal narrows the catheter, or a wire that curled in the needle and went through its wall."""
    line = np.asarray(catheter.canal_mm)
    radius_mm, at_mm = shape.bend_radius_mm(line)
    share = shape.open_share(radius_mm, theatre.equipment.catheters[catheter.model].bend_radius_mm)
    rod = theatre.implant.rod
    if rod is not None and rod.wire_in_needle_mm > 0.0:
        share *= flow_of.CURLED_WIRE
    if share < 1.0:
        catheter.kinks.append(Kink(at_mm, share, "canal"))


def draw_tip(step: Anchoring, catheter: Catheter, shift_mm: float) -> float:
    """Bring the tip down by a way; return how far it came, mm."""
    came_mm = drawn_down(catheter, shift_mm)
    step.tip_shift_mm += came_mm
    return came_mm


def draw_wire(theatre: Theatre, step: Anchoring, hand_mm: float) -> list[Event]:
    """Draw the guide wire out of the free end."""
    catheter = theatre.implant.catheter
    if catheter is None or not catheter.wire_in or hand_mm <= 0.0:
        return []
    way = WIRE_PER_HAND * hand_mm
    step.wire_mm += way
    share = WIRE_DRAG_PINNED if pinned(theatre, step) else WIRE_DRAG_FREE
    draw_tip(step, catheter, share * way)
    if theatre.needle is not None:
        step.wire_in_needle_mm += way
        catheter.cut_wall(line_mm(catheter.canal_mm), min(WIRE_CUTS, WIRE_CUTS * step.wire_in_needle_mm / 300.0))
    if step.wire_mm < catheter.length_mm:
        return []
    catheter.wire_in = False
    return [WireOut(tick=theatre.tick, through_needle=theatre.needle is not None), Sounded(tick=theatre.tick, sound="stylet", loudness=0.4)]


def passes(theatre: Theatre, step: Anchoring) -> float:
    """Return the share of a free catheter's flow that comes through to its end, with the tie as it is drawn now."""
    catheter = theatre.implant.catheter
    return 0.0 if catheter is None else lumen.passes(theatre, catheter, _squeezed(step))


def _squeezed(step: Anchoring) -> float:
    """Return what the thread that is being drawn leaves of the bore."""
    return tie.bore_share(tie.tension_n(step.drawing_mm) if step.holding == "ends" else None)


def ooze(theatre: Theatre, step: Anchoring) -> float:
    """Return what runs beside the catheter at the fascia, mL/min, with the tie as it is drawn now."""
    if step.holding != "ends":
        return lumen.ooze(theatre)
    return lumen.ooze(theatre, tie.ooze_share(tie.tension_n(step.drawing_mm), *ring(step)))


def flow(theatre: Theatre, step: Anchoring) -> list[Event]:
    """Let fluid run at both places for the theatre time since the last look."""
    since_s = theatre.theatre_s - step.flowed_s
    step.flowed_s = theatre.theatre_s
    catheter = theatre.implant.catheter
    if catheter is None:
        return []
    open_end = catheter.end == "open" and theatre.needle is None
    now = lumen.running(theatre, catheter, open_end, _squeezed(step), FALLEN_CMH2O if step.fallen else 0.0)
    now = replace(now, ooze=ooze(theatre, step))
    step.drops_per_min, step.ooze_per_min = now.end / DROP_ML, (now.hole + now.ooze) / DROP_ML
    before_ml = theatre.strain.csf_lost_ml
    events = lumen.spill(theatre, now, since_s)
    lost_ml = theatre.strain.csf_lost_ml - before_ml
    step.lost_ml += lost_ml
    return [*events, *_drips(theatre, step, lost_ml), *_end_lies(theatre, step, open_end and not catheter.wire_in)]


def _drips(theatre: Theatre, step: Anchoring, volume_ml: float) -> list[Event]:
    step.drop_ml += volume_ml
    if step.drop_ml < DROP_ML:
        return []
    step.drop_ml %= DROP_ML
    return [Sounded(tick=theatre.tick, sound="drip", loudness=0.4)]


def _end_lies(theatre: Theatre, step: Anchoring, is_open: bool) -> list[Event]:
    """Let an open end that nobody minds slide off the drape."""
    if not is_open:
        step.open_s = None
        return []
    if step.open_s is None:
        step.open_s = theatre.theatre_s
    if step.fallen or theatre.theatre_s - step.open_s < FALLS_AFTER_S:
        return []
    step.fallen = True
    theatre.sterility.breaks += 1
    return [EndFell(tick=theatre.tick), Sounded(tick=theatre.tick, sound="thud", loudness=0.3)]
