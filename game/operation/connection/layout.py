"""Where things lie on the field of the connection step, field-plane mm, and what is near what."""

import math

import numpy as np

from game.frames import FieldCamera
from game.instruments.connector import SHUT_MM
from game.operation.connection.state import Connection, Place
from game.operation.theatre import Theatre

ELEVATION_DEG, BACK_ELEVATION_DEG = 120.0, 35.0
WIDTH_MM, BACK_WIDTH_MM = 300.0, 120.0
POCKET_AT: Place = (-62.0, 22.0)
MOUTH: Place = (-84.0, 4.0)
"""Where the tunnel opens into the pocket: at its lower, dorsal rim."""
MOUTH_REACH_MM = 30.0
"""Forceps so near to it draw the catheter out of the tunnel (simulator tolerance)."""
TOWEL_PUMP: Place = (84.0, 22.0)
PUMP_RADIUS_MM = 43.75
RULER_Y, RULER_ZERO_X, RULER_MM = -70.0, 138.0, 270.0
RULER_BAND_MM = 9.0
LOOP_ANGLES_DEG = (45.0, 135.0, 225.0, 315.0)
"""Suture loops round the pump, against its stem."""
SEPTUM_REACH_MM = 6.0
CAP_PORT_MM, CAP_REACH_MM = (30.0, 9.0), 5.0
"""The access port lies beside the line from septum to stem, along and across it (maker's drawings, roughly)."""
DOCKED_MM = 16.0
"""An end so near to the stem has its plug before it (simulator tolerance)."""
COLLAR_MM, SLEEVE_MM = 8.0, 25.0
"""Where the plug's seat is beyond the stem's place, and how long the plug with its sleeve is (maker's drawings, roughly)."""


def belly_camera(theatre: Theatre) -> FieldCamera:
    """Return the look at the belly's wound, with room for the towel beside it."""
    assert theatre.implant.pocket is not None
    camera = FieldCamera(theatre.plan.side, ELEVATION_DEG, (0.0, 0.0, 0.0), WIDTH_MM)
    right, up, _ = camera.axes()
    pocket = theatre.patient_pose.apply(np.asarray(theatre.implant.pocket.centre_mm))
    x, y, z = (float(round(v)) for v in pocket - right * POCKET_AT[0] - up * POCKET_AT[1])
    return FieldCamera(theatre.plan.side, ELEVATION_DEG, (x, y, z), WIDTH_MM)


def back_camera(theatre: Theatre) -> FieldCamera:
    """Return the look at the back's wound."""
    catheter = theatre.implant.catheter
    assert catheter is not None
    x, y, z = (float(round(v)) for v in theatre.patient_pose.apply(np.asarray(catheter.back_mm[0])))
    return FieldCamera(theatre.plan.side, BACK_ELEVATION_DEG, (x, y, z), BACK_WIDTH_MM)


def stem(step: Connection, reach_mm: float = 6.0) -> Place:
    """Return a place so far along the pump's stem from its rim."""
    return _around(step, step.pump_deg, PUMP_RADIUS_MM + reach_mm)


def docked(stem_xy: Place, end_xy: Place) -> bool:
    """Return whether the plug at the catheter's end stands before the stem."""
    return gap(stem_xy, end_xy) < DOCKED_MM


def plug_gap_mm(travel_mm: float) -> float:
    """Return how far a plug that is so far on stands off its seat."""
    return max(0.0, SHUT_MM - travel_mm)


def off_plug_mm(step: Connection, place: Place) -> float:
    """Return how far a place lies from the plug that is on the stem or stands before it."""
    out_x, out_y = outward(step)
    x, y = stem(step)
    along = (place[0] - x) * out_x + (place[1] - y) * out_y
    on = min(max(along, 0.0), COLLAR_MM + plug_gap_mm(step.joint.travel_mm) + SLEEVE_MM)
    return gap(place, (x + on * out_x, y + on * out_y))


def outward(step: Connection) -> Place:
    """Return the unit direction in which the stem points."""
    turn = math.radians(step.pump_deg)
    return (step.head_x * math.cos(turn), math.sin(turn))


def cap_port(step: Connection) -> Place:
    """Return where the access port is."""
    (x, y), (along, across) = outward(step), CAP_PORT_MM
    return (step.pump_xy[0] + along * x + across * y, step.pump_xy[1] + along * y - across * x)


def loop_at(step: Connection, index: int) -> Place:
    """Return where one of the pump's suture loops is."""
    return _around(step, step.pump_deg + LOOP_ANGLES_DEG[index], PUMP_RADIUS_MM + 2.0)


def _around(step: Connection, angle_deg: float, reach_mm: float) -> Place:
    """Return a place about the pump; 0 degrees looks to the head, 90 to the belly's midline, which is up."""
    turn = math.radians(angle_deg)
    return (step.pump_xy[0] + step.head_x * reach_mm * math.cos(turn), step.pump_xy[1] + reach_mm * math.sin(turn))


def gap(a: Place, b: Place) -> float:
    """Return the distance of two places."""
    return math.dist(a, b)


def tail_line(theatre: Theatre, step: Connection) -> list[Place]:
    """Return the free catheter from the tunnel's mouth to its end; what lies on the ruler lies straight."""
    catheter = theatre.implant.catheter
    assert catheter is not None
    start = MOUTH
    if step.joint.travel_mm > 0.0:
        return [start, stem(step)]
    end = step.tail_xy
    if not on_ruler(end):
        return [start, end]
    free_mm = catheter.free_mm
    knee_x = max(RULER_ZERO_X - RULER_MM, end[0] - max(0.0, free_mm - gap(start, (end[0] - 0.5 * free_mm, RULER_Y))))
    return [start, (min(knee_x, end[0]), RULER_Y), (end[0], RULER_Y)]


def on_ruler(place: Place) -> bool:
    """Return whether a place lies at the ruler."""
    return abs(place[1] - RULER_Y) <= RULER_BAND_MM and RULER_ZERO_X - RULER_MM <= place[0] <= RULER_ZERO_X + 12.0


def along_tail(line: list[Place], place: Place) -> tuple[float, float, float]:
    """Return the nearest point of a line: its way from the line's end, its distance, and the line's direction there in degrees."""
    best = (0.0, math.inf, 0.0)
    beyond = 0.0
    for a, b in zip(reversed(line[:-1]), reversed(line[1:]), strict=True):
        length = gap(a, b)
        if length < 1e-6:
            continue
        share = ((place[0] - b[0]) * (a[0] - b[0]) + (place[1] - b[1]) * (a[1] - b[1])) / length**2
        share = min(1.0, max(0.0, share))
        foot = (b[0] + share * (a[0] - b[0]), b[1] + share * (a[1] - b[1]))
        if gap(foot, place) < best[1]:
            best = (beyond + share * length, gap(foot, place), math.degrees(math.atan2(b[1] - a[1], b[0] - a[0])))
        beyond += length
    return best
