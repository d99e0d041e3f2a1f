"""The free end of the catheter: laid out with forceps, cut with scissors."""

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments.connector import Joint
from game.operation.connection import layout, pocket
from game.operation.connection.events import CatheterCut, ConnectorOff
from game.operation.connection.state import Connection, Cut, Place
from game.operation.core import wait
from game.operation.events import Sounded
from game.operation.implant import Catheter
from game.operation.theatre import Theatre

NEAR_TAIL_MM = 9.0
"""Forceps and blades so near to the catheter have it between them (simulator tolerance)."""
BLADES_MM = 7.0
"""Way of the hand that closes the scissors."""
CRUSHES_BELOW_MM_S = 25.0
"""Blades that close more slowly squeeze the tube before they cut it (expert judgement)."""
LEAST_SPARE_MM = 5.0
STUMP_S = 30.0
"""Theatre time in which plug and stump are drawn off the stem (expert judgement)."""


def tail_near(theatre: Theatre, step: Connection, place: Place) -> float | None:
    """Return the way from the free end to the point of the tail at a place of the field; None where it does not lie."""
    away_mm, distance_mm, _ = layout.along_tail(layout.tail_line(theatre, step), place)
    return away_mm if distance_mm <= NEAR_TAIL_MM else None


def drag_end(theatre: Theatre, step: Connection, dx_mm: float, dy_mm: float) -> None:
    """Draw the free end over the towel, no further than the catheter reaches."""
    catheter = theatre.implant.catheter
    assert catheter is not None
    start = layout.MOUTH
    x, y = step.tail_xy[0] + dx_mm, step.tail_xy[1] + dy_mm
    reach = layout.gap(start, (x, y))
    if reach > catheter.free_mm:
        share = catheter.free_mm / reach
        x, y = start[0] + share * (x - start[0]), start[1] + share * (y - start[1])
    step.tail_xy = (x, y)


def close_blades(theatre: Theatre, step: Connection, way_mm: float) -> list[Event]:
    """Close the scissors on whatever lies between their blades; they cut at the end of their way."""
    if step.closing_mm >= BLADES_MM:
        return []
    step.closing_mm += way_mm
    if step.closing_mm < BLADES_MM:
        return []
    place = (theatre.hand.x_mm, theatre.hand.y_mm)
    loop = pocket.stitched_near(step, (place[0] - step.drag_xy[0], place[1] - step.drag_xy[1]))
    if loop is not None:
        return pocket.unstitch(theatre, step, loop)
    away_mm, distance_mm, direction_deg = layout.along_tail(layout.tail_line(theatre, step), place)
    if distance_mm > NEAR_TAIL_MM + BLADES_MM:
        return [Sounded(tick=theatre.tick, sound="scissors", loudness=0.4)]
    speed = step.closing_mm / max(step.closing_ticks / TICKS_PER_S, 1.0 / TICKS_PER_S)
    return cut(theatre, step, away_mm, direction_deg, crushed=speed < CRUSHES_BELOW_MM_S)


def cut(theatre: Theatre, step: Connection, away_mm: float, direction_deg: float, crushed: bool) -> list[Event]:
    """Cut the catheter so far from its end; the piece is thrown away, with whatever was wrong with it.

    A catheter that is on the pump falls free: its stump goes with the plug, and fluid runs from it. What the plug
    stretched beyond the cut stays stretched.
    """
    catheter = theatre.implant.catheter
    assert catheter is not None
    length_mm = min(away_mm, catheter.free_mm - LEAST_SPARE_MM)
    if length_mm <= 0.5:
        return []
    off_deg = abs(abs((step.blades_deg - direction_deg + 90.0) % 180.0 - 90.0) - 90.0)
    line = layout.tail_line(theatre, step)
    catheter.trimmed_mm += length_mm
    step.tail_xy = _point_at(line, length_mm)
    step.cuts.append(Cut(length_mm, off_deg, crushed))
    step.used_mm = max(0.0, step.used_mm - length_mm)
    if catheter.end == "clamped":
        catheter.end = "open"
    _leave_damage(step, catheter)
    event = CatheterCut(tick=theatre.tick, length_mm=length_mm, off_deg=off_deg, crushed=crushed)
    return [event, Sounded(tick=theatre.tick, sound="scissors", loudness=0.8), *_drop_stump(theatre, step)]


def _leave_damage(step: Connection, catheter: Catheter) -> None:
    """Forget holes and narrow places that lie in the piece that was cut off."""
    catheter.holes = [hole for hole in catheter.holes if hole.at_mm <= catheter.length_mm]
    gone = [kink for kink in catheter.kinks if kink.at_mm > catheter.length_mm and kink.cause == "stitch"]
    catheter.kinks = [kink for kink in catheter.kinks if kink not in gone]
    step.pierced -= len(gone)


def _drop_stump(theatre: Theatre, step: Connection) -> list[Event]:
    """Let a catheter that was cut on the pump lie where it was cut, its plug drawn off the stem."""
    catheter, pump, free_end = theatre.implant.catheter, theatre.implant.pump, step.tail_xy
    if step.joint.travel_mm <= 0.0 or catheter is None or pump is None:
        return []
    step.joint = Joint(roll_deg=step.joint.roll_deg)
    step.tugged, pump.joined, catheter.end = "untested", False, "open"
    off = come_off(theatre, step)
    step.tail_xy = free_end
    return [off, wait(theatre, STUMP_S, "plug and stump drawn off the stem")]


def come_off(theatre: Theatre, step: Connection) -> Event:
    """Let the catheter hang free before the stem; its coil falls apart."""
    step.tail_xy = layout.stem(step, 14.0)
    step.joint.slipped_mm = 0.0
    pocket.unwind(theatre, step)
    return ConnectorOff(tick=theatre.tick)


def _point_at(line: list[Place], away_mm: float) -> Place:
    """Return the point of a line so far from its end."""
    left = away_mm
    for a, b in zip(reversed(line[:-1]), reversed(line[1:]), strict=True):
        length = layout.gap(a, b)
        if length >= left and length > 0.0:
            share = left / length
            return (b[0] + share * (a[0] - b[0]), b[1] + share * (a[1] - b[1]))
        left -= length
    return line[0]
