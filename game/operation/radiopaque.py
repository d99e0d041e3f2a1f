"""What the theatre brings into the beam that pictures show: needle, stylet, marker."""

import numpy as np

from game.frames import Array
from game.imaging import Tube
from game.instruments.needle import Needle, axis, tip_mm
from game.operation.theatre import Theatre

MARKER_LENGTH_MM = 60.0  # a metal rod as drawn (expert judgement)


def tubes(theatre: Theatre) -> tuple[Tube, ...]:
    """Return everything radio-opaque, theatre frame: the needle, its stylet, the metal marker."""
    shown = [_marker(theatre, mark.patient_mm) for mark in theatre.marks if mark.kind == "metal"]
    needle = theatre.needle
    if needle is not None and needle.entry_mm is not None:
        points = _as_points(theatre.patient_pose.apply(shaft(needle)))
        shown.append(Tube(points, needle.od_mm / 2.0, "steel", bore_mm=needle.bore_mm / 2.0))
        if needle.stylet_in:
            shown.append(Tube(points, needle.bore_mm / 2.0 - 0.05, "steel"))
    return tuple(shown)


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
