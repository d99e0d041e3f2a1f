"""Anchor, its stitches, the tug that tries it, and the strain-relief loop."""

import math

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments.coiling import Coiling, wind
from game.operation.anchoring.events import AnchorSet, AnchorSlipped, BiteMade
from game.operation.anchoring.incision import open_to_fascia
from game.operation.anchoring.purse import draw_tip, in_patient
from game.operation.anchoring.state import Anchoring, Place
from game.operation.bites import FASCIA_MM, bulge_mm, is_bite, sound
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.implant import Anchor, Bite, Catheter, Kink, line_mm
from game.operation.prepared import loop
from game.operation.theatre import Theatre

MIDLINE_MM = 7.0
"""So near the line of the spinous processes a bite holds the ligament (half its width, expert judgement)."""
EYELETS_MM = 16.0
"""A stitch farther from the anchor's middle holds something else (simulator tolerance)."""
HAND_N_PER_MM = 1.0
SLIDE_MM_S_PER_N = 12.0
"""How fast a catheter slides in an anchor that is pulled over its grip (simulator tolerance)."""
RING_RAD = math.radians(270.0)
"""Less than this of a circle is an arc that springs open again (expert judgement)."""
LOOP_TURN_RAD, LOOP_ENDS_MM = math.radians(450.0), 60.0
"""How far a loop in the back turns, and what its ends take besides (as it is laid by `prepared.loop`)."""
LOOP_LEFT_MM = 160.0
"""Most of the free catheter that goes into the loop."""
LEAST_SHARE = 0.02
STITCH_S = 45.0


def set_anchor(theatre: Theatre, step: Anchoring, place: Place) -> list[Event]:
    """Let the anchor lie where the hand leaves it along the catheter."""
    gap = max(0.0, math.dist(place, step.exit_xy))
    step.anchor_mm = gap
    model = theatre.hand.instrument
    anchor = theatre.implant.anchor
    if anchor is None or anchor.kind != model:
        theatre.implant.anchor = anchor = Anchor(model, gap, abs(step.anchor_turn_deg), grip_n=theatre.equipment.anchors[model].bare_grip_n)
        step.anchor_stitches = []
    anchor.gap_mm, anchor.off_line_deg = gap, abs(step.anchor_turn_deg)
    _untried(step)
    step.seen_from = len(theatre.fluoroscope.exposures)
    return [AnchorSet(tick=theatre.tick, gap_mm=gap, off_line_deg=anchor.off_line_deg)]


def anchor_xy(step: Anchoring) -> Place:
    """Return where the anchor's middle is: along the catheter, towards the feet."""
    away = (step.anchor_mm or 0.0) + 11.0
    x, y = free_way(step)
    return (step.exit_xy[0] + away * x, step.exit_xy[1] + away * y)


def free_way(step: Anchoring) -> Place:
    """Return the unit direction in which the catheter leaves the fascia: back along the needle's way."""
    dx, dy = step.entry_xy[0] - step.exit_xy[0], step.entry_xy[1] - step.exit_xy[1]
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length > 1.0 else (1.0, 0.0)


def stitch(theatre: Theatre, step: Anchoring, midline_y: float) -> list[Event]:
    """End a stitch of the anchor: what it holds is what lies under it."""
    way, step.way = step.way, []
    anchor = theatre.implant.anchor
    if anchor is None or not is_bite(way):
        return []
    end, depth = way[-1], bulge_mm(way)
    holds = "fat"
    if depth >= FASCIA_MM and open_to_fascia(step, end[0]):
        holds = "ligament" if abs(end[1] - midline_y) <= MIDLINE_MM else "fascia"
    step.anchor_stitches.append(holds)
    _untried(step)
    anchor.sutures.append(
        Bite(
            in_patient(theatre, way[0]),
            in_patient(theatre, end),
            depth,
            "ligament" if holds == "ligament" else "fascia" if holds == "fascia" else "fat",
        )
    )
    spec = theatre.equipment.anchors[anchor.kind]
    good = sum(name in ("ligament", "fascia") for name in step.anchor_stitches)
    anchor.grip_n = spec.bare_grip_n + (spec.grip_n - spec.bare_grip_n) * min(1.0, good / spec.eyelets)
    return [
        BiteMade(tick=theatre.tick, for_anchor=True, holds=holds, pierced=False),
        wait(theatre, STITCH_S, "assistant ties and cuts"),
        Sounded(tick=theatre.tick, sound=sound(holds), loudness=0.5),
    ]


def near_anchor(step: Anchoring, place: Place) -> bool:
    """Return whether a place lies at the anchor."""
    return step.anchor_mm is not None and math.dist(place, anchor_xy(step)) <= EYELETS_MM


def pull_mm(step: Anchoring) -> float:
    """Return how far the hand has drawn the catheter taut in this pull, beyond what slid after it."""
    along = sum(a * b for a, b in zip(step.drag_xy, free_way(step), strict=True))
    return max(0.0, along - (step.slip_mm - step.slip_before_mm))


def _untried(step: Anchoring) -> None:
    """Forget pulls at what held before: only one on the anchor as it is now tries it."""
    step.tug_n = step.slip_mm = step.slip_before_mm = 0.0


def unstitch(theatre: Theatre, step: Anchoring) -> list[Event]:
    """Cut the anchor's stitches; it can be moved again."""
    anchor = theatre.implant.anchor
    if anchor is None:
        return []
    step.anchor_stitches, anchor.sutures = [], []
    anchor.grip_n = theatre.equipment.anchors[anchor.kind].bare_grip_n
    return [Sounded(tick=theatre.tick, sound="scissors", loudness=0.5)]


def tug(theatre: Theatre, step: Anchoring) -> list[Event]:
    """Pull at the catheter for one tick: over the anchor's grip it slides, and the tip with it."""
    catheter, anchor = theatre.implant.catheter, theatre.implant.anchor
    if catheter is None:
        return []
    force = HAND_N_PER_MM * pull_mm(step)
    grip = theatre.implant.holds_n
    step.tug_n = max(step.tug_n, min(force, grip))
    if force <= grip:
        return []
    slide = SLIDE_MM_S_PER_N * (force - grip) / TICKS_PER_S
    was = step.slip_mm
    step.slip_mm += draw_tip(step, catheter, slide)
    if anchor is not None:
        anchor.slip_mm = step.slip_mm
    return [AnchorSlipped(tick=theatre.tick, slip_mm=step.slip_mm)] if int(was) != int(step.slip_mm) else []


def circle(theatre: Theatre, step: Anchoring, dx_mm: float, dy_mm: float) -> None:
    """Lay the strain-relief loop by circling."""
    catheter = theatre.implant.catheter
    if catheter is not None:
        wind(step.coil, dx_mm, dy_mm, _windable_mm(catheter))


def _windable_mm(catheter: Catheter) -> float:
    """Return the free catheter that goes into the loop."""
    return min(LOOP_LEFT_MM, catheter.spare_mm)


def lay_loop(theatre: Theatre, step: Anchoring) -> None:
    """Let the loop lie: it becomes part of the catheter's way, and kinks it where it is too tight."""
    catheter, coil = theatre.implant.catheter, step.coil
    if catheter is None:
        return
    if abs(coil.turned_rad) < RING_RAD and coil.wound_mm < 0.99 * _windable_mm(catheter):
        step.coil = Coiling()
        return
    catheter.kinks = [kink for kink in catheter.kinks if kink.cause != "loop"]
    if catheter.track_mm:
        left_mm = catheter.spare_mm + line_mm(catheter.back_mm)
        widest_mm = (left_mm - LOOP_ENDS_MM) / LOOP_TURN_RAD
        catheter.back_mm = loop(catheter.track_mm[-1], theatre, 2.0 * min(coil.radius_mm, widest_mm))
    limit = theatre.equipment.catheters[catheter.model].bend_radius_mm
    if 0.0 < coil.tightest_mm < limit:
        share = max(LEAST_SHARE, (coil.tightest_mm / limit) ** 4)
        catheter.kinks.append(Kink(catheter.implanted_mm, share, "loop"))


def undo_loop(theatre: Theatre, step: Anchoring) -> None:
    """Pull the loop open to lay it anew."""
    catheter = theatre.implant.catheter
    step.coil = Coiling()
    if catheter is not None:
        catheter.kinks = [kink for kink in catheter.kinks if kink.cause != "loop"]
