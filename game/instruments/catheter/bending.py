"""One step of the rod in its canal: what it is, what it meets, how it gives way, what it hands back to the needle."""

import math

import numpy as np

from game.frames import Array
from game.instruments.catheter import elastic, shape, walls
from game.instruments.catheter.elastic import KINDS, Hold, Line, Walls
from game.instruments.catheter.rod import (
    PRECURVE_DEG,
    PRECURVE_MM,
    SET_RADIUS_MM,
    Rod,
    as_point,
    base_angles,
    bending_n_mm2,
    directions,
    lengths_mm,
)
from game.patient import Patient

# In fluid and in fat by design, the rest expert judgement.
WALL_FRICTION = {"intrathecal": 0.05, "epidural": 0.3, "subdural": 0.1, "vein": 0.05, "": 0.3}


def make_line(rod: Rod) -> Line:
    """Return the elastic line of what is past the opening.

    Raises:
        ValueError: If it is in no needle.
    """
    if rod.opening is None:
        raise ValueError("a catheter that has left no needle has no line in the patient")
    length = lengths_mm(rod.free_mm)
    joint_from_tip = np.cumsum(length[::-1])[::-1]
    tip_curve = math.radians(PRECURVE_DEG) / PRECURVE_MM if rod.wire_mm < 2.0 else 0.0
    curve = length * (1.0 / SET_RADIUS_MM + np.where(joint_from_tip < PRECURVE_MM, tip_curve, 0.0))
    if len(length) > 1:
        curve[0] = 0.0
    look_rad = math.radians(rod.twist_deg)
    rest = np.stack([math.cos(look_rad) * curve, math.sin(look_rad) * curve])
    return elastic.make_line(np.asarray(rod.opening.place_mm), base_angles(rod.opening), length, bending_n_mm2(rod, joint_from_tip), rest)


def bend(rod: Rod, patient: Patient, step_s: float, moved_mm: float) -> float:
    """Let the rod give way; return its largest turn, rad.

    Args:
        rod: Changed in place.
        patient: Whose canal it lies in.
        step_s: Time since it last did.
        moved_mm: How far it was fed since then.
    """
    line = make_line(rod)
    sagittal, coronal = np.asarray(rod.sagittal_rad), np.asarray(rod.coronal_rad)
    place = elastic.nodes(line, sagittal, coronal)
    touched = walls.read_walls(rod, patient, place)
    hold = None if rod.snag is None else Hold(np.asarray(rod.snag.place_mm), walls.HOLD_N_PER_MM)
    drag_n = _friction(rod, touched, place, sagittal, coronal, moved_mm)
    new = elastic.relax(line, sagittal, coronal, touched, drag_n, step_s, hold)
    rod.sagittal_rad, rod.coronal_rad = new[0].tolist(), new[1].tolist()
    place = elastic.nodes(line, *new)
    push_n, each_n = elastic.wall_forces(touched, place, len(place))
    if hold is not None:
        push_n[-1] += hold.stiffness_n_per_mm * (hold.place_mm - place[-1])
    _hand_back(rod, push_n.sum(axis=0), float(each_n.sum()))
    _feel_tip(rod, touched, each_n, len(place) - 1)
    rod.tip_at_mm = as_point(place[-1])
    return max(float(np.abs(new[0] - sagittal).max()), float(np.abs(new[1] - coronal).max()))


def _friction(rod: Rod, touched: Walls, place: Array, sagittal: Array, coronal: Array, moved_mm: float) -> Array:
    """Return the drag of the walls along the rod on its nodes, shape (n, 3), N."""
    if moved_mm == 0.0 or rod.opening is None:
        return np.zeros_like(place)
    push_n, _ = elastic.wall_forces(touched, place, len(place))
    drag_n = -math.copysign(WALL_FRICTION[rod.opening.space], moved_mm) * np.sqrt(elastic.dot(push_n, push_n))
    return np.asarray(drag_n[:, None] * directions(sagittal, coronal))


def _hand_back(rod: Rod, total_n: Array, pressing_n: float) -> None:
    """Keep what the rod hands back to the needle along it and across it, and what it presses on the walls with."""
    if rod.opening is None:
        return
    heading = np.asarray(rod.opening.heading)
    rod.axial_n = -float((total_n * heading).sum())
    across = total_n + rod.axial_n * heading
    rod.sideways_n = math.sqrt(float((across * across).sum()))
    rod.pressing_n = pressing_n


def _feel_tip(rod: Rod, touched: Walls, each_n: Array, tip: int) -> None:
    """Keep what the tip presses on, and how stiffly that holds it against going on."""
    at = np.flatnonzero((touched.node == tip) & (each_n > 0.0))
    rod.pressed_kind, rod.pressed_n, rod.ahead_n_per_mm = "free", 0.0, 0.0
    if not at.size:
        return
    facing = (touched.normal[at] * np.asarray(shape.way(rod.sagittal_rad[-1], rod.coronal_rad[-1]))).sum(axis=1)
    rod.ahead_n_per_mm = float((touched.stiffness_n_per_mm[at] * facing * facing).sum())
    hardest = int(at[each_n[at].argmax()])
    rod.pressed_kind, rod.pressed_n = KINDS[int(touched.kind[hardest])], float(each_n[hardest])
