"""What the theatre brings into the beam that pictures show: needle, stylet, catheter with its wire, marker."""

import numpy as np

from game.frames import Array
from game.imaging import Tube
from game.instruments import catheter as rods
from game.instruments.needle import Needle, Point, axis, tip_mm
from game.operation.implant import Catheter
from game.operation.theatre import Theatre

MARKER_LENGTH_MM = 60.0  # a metal rod as drawn (expert judgement)
TIP_MM = 10.0  # the tungsten-loaded tip over the side holes (expert judgement)
WIRE_RADIUS_MM = 0.15  # solid steel 0.30 mm (expert judgement)
TIP_MATERIAL = "polyurethane_tungsten"
BODY = {"silicone": "silicone_barium"}
"""Wall of a catheter by its model; the others are bare polymer, which only what is in them shows."""


def tubes(theatre: Theatre) -> tuple[Tube, ...]:
    """Return everything radio-opaque, theatre frame: the needle, its stylet, the catheter, the metal marker."""
    shown = [_marker(theatre, mark.patient_mm) for mark in theatre.marks if mark.kind == "metal"]
    needle = theatre.needle
    if needle is not None and needle.entry_mm is not None:
        points = _as_points(theatre.patient_pose.apply(shaft(needle)))
        shown.append(Tube(points, needle.od_mm / 2.0, "steel", bore_mm=needle.bore_mm / 2.0))
        if needle.stylet_in:
            shown.append(Tube(points, needle.bore_mm / 2.0 - 0.05, "steel"))
    if theatre.implant.catheter is not None:
        shown.extend(_catheter(theatre, theatre.implant.catheter))
    return tuple(shown)


def _catheter(theatre: Theatre, catheter: Catheter) -> list[Tube]:
    """Return the catheter's tip, its body with what lies in the needle, the wire in it, and pieces that were cut off."""
    spec = theatre.equipment.catheters[catheter.model]
    rod, needle = theatre.implant.rod, theatre.needle
    inside = rods.shape.in_needle(rod, needle) if rod is not None and needle is not None else []
    parts = (catheter.canal_mm, inside, catheter.track_mm, catheter.back_mm, catheter.tunnel_mm)
    whole = [point for part in parts for point in part]
    material = BODY.get(catheter.model, "polyurethane")
    sheared = rod is not None and rod.sheared_mm > 0.0
    found: list[Tube] = []
    for line, dense_mm in (*((piece, TIP_MM) for piece in theatre.implant.fragments_mm), (whole, 0.0 if sheared else TIP_MM)):
        if len(line) > 1:
            points = theatre.patient_pose.apply(_array(line))
            found += [
                Tube(part, spec.outer_mm / 2.0, name, bore_mm=spec.bore_mm / 2.0) for part, name in _tipped(points, dense_mm, material)
            ]
    if catheter.wire_in and len(whole) > 1:
        found.append(Tube(_as_points(theatre.patient_pose.apply(_array(whole))), WIRE_RADIUS_MM, "steel"))
    return found


def _tipped(points: Array, tip_mm: float, material: str) -> list[tuple[tuple[Point, ...], str]]:
    """Return the dense end of a line, the tip first, and the rest of it, each with its material."""
    along = np.concatenate([[0.0], np.cumsum(np.sqrt((np.diff(points, axis=0) ** 2).sum(axis=1)))])
    end_mm = min(tip_mm, float(along[-1]))
    end = np.array([[np.interp(end_mm, along, points[:, i]) for i in range(3)]])
    inner, outer = points[along < end_mm], points[along > end_mm]
    found = [(_as_points(np.concatenate([inner, end])), TIP_MATERIAL)] if len(inner) else []
    return [*found, (_as_points(np.concatenate([end, outer])), material)] if len(outer) else found


def shaft(needle: Needle) -> Array:
    """Return the needle from hub to point, patient frame, shape (n, 3)."""
    if needle.entry_mm is None:
        return np.zeros((0, 3))
    inside = [point for k, point in enumerate(needle.track_mm) if k * 0.5 < needle.depth_mm]
    hub = hub_mm(needle)
    return np.array([hub, *inside[::8], tip_mm(needle)])


def hub_mm(needle: Needle) -> tuple[float, float, float]:
    """Return where the hub meets the shaft, patient frame."""
    if needle.entry_mm is None:
        raise ValueError("a needle that is off the skin has no place in the patient")
    dx, dy, dz = axis(needle)
    outside = needle.length_mm - needle.depth_mm
    x, y, z = needle.entry_mm
    return (x - dx * outside, y - dy * outside, z - dz * outside)


def _marker(theatre: Theatre, centre_mm: tuple[float, float, float]) -> Tube:
    """Return the metal marker: a rod laid across the back."""
    x, y, z = centre_mm
    half = MARKER_LENGTH_MM / 2.0
    ends = theatre.patient_pose.apply(_array([(x - half, y + 2.0, z), (x + half, y + 2.0, z)]))
    return Tube(_as_points(ends), 1.5, "steel")


def _array(points: list[tuple[float, float, float]]) -> Array:
    return np.array(points, dtype=np.float64)


def _as_points(points: Array) -> tuple[tuple[float, float, float], ...]:
    return tuple((float(p[0]), float(p[1]), float(p[2])) for p in points)
