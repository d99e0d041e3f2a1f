"""Behind and round the pump: the coil, the seat, the stitches."""

import math

from game.base import Event
from game.operation.connection import layout
from game.operation.connection.events import LoopSutured, PumpSeated
from game.operation.connection.state import Coiling, Connection, Place
from game.operation.events import Sounded
from game.operation.implant import Bite, Kink
from game.operation.theatre import Theatre

LEAST_MOTION_MM = 0.3
"""Shorter motions have no direction worth the name (simulator tolerance)."""
FASCIA_MM = 3.0
"""A shallower arc holds only fat (expert judgement)."""
STEM_GUARD_MM = 6.0
"""A bite that passes nearer to the stem goes through the catheter (expert judgement)."""
SPARE_RIM_MM = 2.0
"""A pocket must be so much wider than the pump."""
LEAST_KINK_SHARE = 0.02
LOOSE_MM = 120.0
"""More catheter than this beside the pump is pinched under its rim when it is pushed in (expert judgement)."""


def wind(theatre: Theatre, step: Connection, dx_mm: float, dy_mm: float) -> None:
    """Wind the spare by circling: way over turn is the radius, and what was turned lies in the coil."""
    coil, catheter = step.coil, theatre.implant.catheter
    assert catheter is not None
    way = math.hypot(dx_mm, dy_mm)
    if way < LEAST_MOTION_MM or coil.wound_mm >= _windable_mm(theatre, step):
        return
    heading = math.atan2(dy_mm, dx_mm)
    if coil.heading_rad is not None:
        turn = math.remainder(heading - coil.heading_rad, 2.0 * math.pi)
        if abs(turn) < 1.5:
            _turn(coil, turn, way)
    coil.heading_rad = heading
    coil.wound_mm = min(coil.wound_mm + way, _windable_mm(theatre, step)) if abs(coil.turned_rad) > 1.0 else coil.wound_mm


def _turn(coil: Coiling, turn: float, way_mm: float) -> None:
    coil.turned_rad += turn
    coil.way_mm += way_mm
    coil.quarter_rad += abs(turn)
    coil.quarter_mm += way_mm
    if coil.quarter_rad >= math.pi / 2.0:
        radius = coil.quarter_mm / coil.quarter_rad
        coil.tightest_mm = radius if coil.tightest_mm == 0.0 else min(coil.tightest_mm, radius)
        coil.quarter_rad = coil.quarter_mm = 0.0


def _windable_mm(theatre: Theatre, step: Connection) -> float:
    """Return the spare that is not needed to reach the pump."""
    catheter = theatre.implant.catheter
    assert catheter is not None
    return max(0.0, catheter.spare_mm - layout.gap(layout.mouth(theatre, catheter), layout.stem(step)))


def unwind(theatre: Theatre, step: Connection) -> None:
    """Pull the coil out again, with the kinks that it made."""
    step.coil = Coiling()
    _unkink(theatre, "coil")


def settle_coil(theatre: Theatre, step: Connection) -> None:
    """Let the coil lie: where its tightest turn is below the tube's radius, the bore narrows with the square of the share."""
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
    start = layout.mouth(theatre, catheter)
    before = layout.gap(start, layout.stem(step))
    step.pump_xy = (old[0] + dx_mm, old[1] + dy_mm)
    after = layout.gap(start, layout.stem(step))
    if step.joint.travel_mm > 0.0 and after > max(before, catheter.spare_mm - step.coil.wound_mm):
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
    return nearest if gaps[nearest] < 9.0 else None


def bulge_mm(step: Connection) -> float:
    """Return how far the arc of the bite that is being made has bulged from its chord."""
    way = step.stitch.way if step.stitch is not None else []
    return max((_off_chord(way[0], way[-1], place) for place in way), default=0.0)


def bite(theatre: Theatre, step: Connection) -> list[Event]:
    """End a bite: its depth is how far its arc bulged from its chord."""
    stitch, pump, bulge = step.stitch, theatre.implant.pump, bulge_mm(step)
    step.stitch = None
    if stitch is None or pump is None or len(stitch.way) < 2:
        return []
    start, end = stitch.way[0], stitch.way[-1]
    depth_mm = bulge
    if layout.gap(start, end) < 2.0 and depth_mm < 1.0:
        return []
    holds = "fascia" if depth_mm >= FASCIA_MM else "fat"
    pierced = layout.along_tail([start, end], layout.stem(step, 3.0))[1] < STEM_GUARD_MM
    pump.loops.append(Bite(_in_patient(theatre, start), _in_patient(theatre, end), depth_mm, "fascia" if holds == "fascia" else "fat"))
    if holds == "fascia" and stitch.loop not in step.stitched:
        step.stitched.append(stitch.loop)
    if pierced:
        _pierce(theatre, step)
    event = LoopSutured(tick=theatre.tick, holds=holds, pierced=pierced)
    return [event, Sounded(tick=theatre.tick, sound="stitch", loudness=0.5)]


def _pierce(theatre: Theatre, step: Connection) -> None:
    catheter = theatre.implant.catheter
    assert catheter is not None
    step.pierced += 1
    catheter.wall_cut = 1.0
    catheter.cut_at_mm = catheter.length_mm - 15.0
    catheter.kinks.append(Kink(catheter.cut_at_mm, LEAST_KINK_SHARE, "seat"))


def _off_chord(start: Place, end: Place, place: Place) -> float:
    """Return the distance of a place from the line through two others."""
    length = layout.gap(start, end)
    if length < 1e-6:
        return layout.gap(start, place)
    return abs((end[0] - start[0]) * (place[1] - start[1]) - (end[1] - start[1]) * (place[0] - start[0])) / length


def _in_patient(theatre: Theatre, place: Place) -> tuple[float, float, float]:
    """Return a place of the field on the pocket's floor, patient frame."""
    pocket = theatre.implant.pocket
    assert pocket is not None
    right, up, _ = theatre.camera.axes()
    back = theatre.patient_pose.inverse()
    shift = back.turn(right * (place[0] - layout.POCKET_AT[0]) + up * (place[1] - layout.POCKET_AT[1]))
    x, y, z = pocket.centre_mm
    return (x + float(shift[0]), y + float(shift[1]), z + float(shift[2]))
