"""Behind and round the pump: the coil, the seat, the stitches."""

import math

from game.base import Event
from game.instruments.coiling import Coiling
from game.instruments.coiling import wind as wind_coil
from game.operation import bites
from game.operation.connection import layout
from game.operation.connection.events import Freed, LoopSutured, PumpSeated
from game.operation.connection.state import Connection, Place
from game.operation.events import Sounded
from game.operation.implant import Bite, Kink
from game.operation.theatre import Theatre

STEM_GUARD_MM = 6.0
"""A bite that passes nearer to the stem goes through the catheter (expert judgement)."""
STITCHED_MM = 15.0
"""Such a bite meets it so far from its end (simulator tolerance)."""
SPARE_RIM_MM = 2.0
"""A pocket must be so much wider than the pump."""
LEAST_KINK_SHARE = 0.02
LOOP_REACH_MM = 9.0
"""A needle so near to a suture loop is set at it (simulator tolerance)."""
OPENED_MM = 15.0
"""Pull at the tunnel's mouth that opens the coil (simulator tolerance)."""
LOOSE_MM = 120.0
"""More catheter than this beside the pump is pinched under its rim when it is pushed in (expert judgement)."""


def wind(theatre: Theatre, step: Connection, dx_mm: float, dy_mm: float) -> None:
    """Wind the spare by circling: way over turn is the radius, and what was turned lies in the coil."""
    wind_coil(step.coil, dx_mm, dy_mm, _windable_mm(theatre, step))


def _windable_mm(theatre: Theatre, step: Connection) -> float:
    """Return the spare that is not needed to reach the pump."""
    catheter = theatre.implant.catheter
    assert catheter is not None
    return max(0.0, catheter.free_mm - layout.gap(layout.MOUTH, layout.stem(step)))


def unwind(theatre: Theatre, step: Connection) -> None:
    """Pull the coil out again, with the kinks that it made."""
    step.coil = Coiling()
    _unkink(theatre, "coil")


def pull_open(theatre: Theatre, step: Connection) -> list[Event]:
    """Pull the coil open once the forceps have drawn far enough on the catheter; what they drew is used up by it."""
    if math.hypot(*step.drag_xy) < OPENED_MM:
        return []
    catheter = theatre.implant.catheter
    assert catheter is not None
    kinked = any(kink.cause == "coil" for kink in catheter.kinks)
    unwind(theatre, step)
    step.drag_mm, step.drag_xy = 0.0, (0.0, 0.0)
    return [Freed(tick=theatre.tick, cause="coil")] if kinked else []


def settle_coil(theatre: Theatre, step: Connection) -> None:
    """Let the coil lie: where its tightest turn is below the tube's radius, the flow falls with the fourth power of the share."""
    catheter = theatre.implant.catheter
    assert catheter is not None
    _unkink(theatre, "coil")
    tightest = step.coil.tightest_mm
    limit = theatre.equipment.catheters[catheter.model].bend_radius_mm
    if 0.0 < tightest < limit:
        share = max(LEAST_KINK_SHARE, (tightest / limit) ** 4)
        catheter.kinks.append(Kink(catheter.length_mm - 0.5 * step.coil.wound_mm, share, "coil"))


def _unkink(theatre: Theatre, cause: str) -> None:
    catheter = theatre.implant.catheter
    assert catheter is not None
    catheter.kinks = [kink for kink in catheter.kinks if kink.cause != cause]


def carry(theatre: Theatre, step: Connection, dx_mm: float, dy_mm: float) -> None:
    """Move the pump, no further than the catheter on its stem reaches."""
    catheter, old = theatre.implant.catheter, step.pump_xy
    assert catheter is not None
    start = layout.MOUTH
    before = layout.gap(start, layout.stem(step))
    step.pump_xy = (old[0] + dx_mm, old[1] + dy_mm)
    after = layout.gap(start, layout.stem(step))
    if step.joint.travel_mm > 0.0 and after > max(before, catheter.free_mm - step.coil.wound_mm):
        step.pump_xy = old


def over_pocket(theatre: Theatre, step: Connection) -> bool:
    """Return whether the pump lies over its pocket."""
    pocket = theatre.implant.pocket
    assert pocket is not None
    return layout.gap(step.pump_xy, layout.POCKET_AT) < 0.4 * pocket.radius_mm


def seat(theatre: Theatre, step: Connection) -> list[Event]:
    """Push the pump into the pocket that it lies over; loose catheter beside it is pinched under its rim."""
    pump, pocket, catheter = theatre.implant.pump, theatre.implant.pocket, theatre.implant.catheter
    assert pump is not None
    assert pocket is not None
    assert catheter is not None
    fits = pocket.radius_mm >= layout.PUMP_RADIUS_MM + SPARE_RIM_MM
    step.pump_xy = layout.POCKET_AT
    pump.seated, pump.turned_deg, pump.septum_outwards = fits, step.pump_deg, step.outwards
    _unkink(theatre, "seat")
    loose = _windable_mm(theatre, step) - step.coil.wound_mm
    if fits and step.joint.travel_mm > 0.0 and loose > LOOSE_MM:
        catheter.kinks.append(Kink(catheter.length_mm - 20.0, 0.04, "seat"))
    return [PumpSeated(tick=theatre.tick, fits=fits), Sounded(tick=theatre.tick, sound="thud", loudness=0.6)]


def lift(theatre: Theatre, step: Connection) -> None:
    """Take the pump out of its pocket; a kink under its rim is gone."""
    pump = theatre.implant.pump
    assert pump is not None
    pump.seated = False
    _unkink(theatre, "seat")


def loop_near(step: Connection, place: Place) -> int | None:
    """Return the suture loop at a place of the field, or None."""
    gaps = [layout.gap(place, layout.loop_at(step, k)) for k in range(len(layout.LOOP_ANGLES_DEG))]
    nearest = min(range(len(gaps)), key=gaps.__getitem__)
    return nearest if gaps[nearest] < LOOP_REACH_MM else None


def stitched_near(step: Connection, place: Place) -> int | None:
    """Return the loop with a stitch at a place of the field, or None."""
    loop = loop_near(step, place)
    return loop if loop in step.sewn else None


def unstitch(theatre: Theatre, step: Connection, loop: int) -> list[Event]:
    """Cut the stitches through a loop; a hole that one of them made in the catheter stays."""
    pump = theatre.implant.pump
    assert pump is not None
    pump.loops = [made for made, at in zip(pump.loops, step.sewn, strict=True) if at != loop]
    step.sewn = [at for at in step.sewn if at != loop]
    step.stitched = [at for at in step.stitched if at != loop]
    return [Sounded(tick=theatre.tick, sound="scissors", loudness=0.5)]


def bulge_mm(step: Connection) -> float:
    """Return how far the arc of the bite that is being made has bulged from its chord."""
    return bites.bulge_mm(step.stitch.way) if step.stitch is not None else 0.0


def bite(theatre: Theatre, step: Connection) -> list[Event]:
    """End a bite: its depth is how far its arc bulged from its chord."""
    stitch, pump, bulge = step.stitch, theatre.implant.pump, bulge_mm(step)
    step.stitch = None
    if stitch is None or pump is None or not bites.is_bite(stitch.way):
        return []
    start, end = stitch.way[0], stitch.way[-1]
    depth_mm = bulge
    holds = "fascia" if depth_mm >= bites.FASCIA_MM else "fat"
    pierced = bites.passes_mm(stitch.way, layout.stem(step, 3.0)) < STEM_GUARD_MM
    pump.loops.append(Bite(_in_patient(theatre, start), _in_patient(theatre, end), depth_mm, "fascia" if holds == "fascia" else "fat"))
    step.sewn.append(stitch.loop)
    if holds == "fascia" and stitch.loop not in step.stitched:
        step.stitched.append(stitch.loop)
    if pierced:
        _pierce(theatre, step)
    event = LoopSutured(tick=theatre.tick, holds=holds, pierced=pierced)
    return [event, Sounded(tick=theatre.tick, sound=bites.sound(holds), loudness=0.5)]


def _pierce(theatre: Theatre, step: Connection) -> None:
    catheter = theatre.implant.catheter
    assert catheter is not None
    step.pierced += 1
    at_mm = catheter.length_mm - STITCHED_MM
    catheter.cut_wall(at_mm, 1.0)
    catheter.kinks.append(Kink(at_mm, LEAST_KINK_SHARE, "stitch"))


def _in_patient(theatre: Theatre, place: Place) -> tuple[float, float, float]:
    """Return a place of the field on the pocket's floor, patient frame."""
    pocket = theatre.implant.pocket
    assert pocket is not None
    right, up, _ = theatre.camera.axes()
    back = theatre.patient_pose.inverse()
    shift = back.turn(right * (place[0] - layout.POCKET_AT[0]) + up * (place[1] - layout.POCKET_AT[1]))
    x, y, z = pocket.centre_mm
    return (x + float(shift[0]), y + float(shift[1]), z + float(shift[2]))
