"""Angles and places of the needle against the true body; everything in the patient frame."""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.instruments.needle import Point
from game.patient import Patient

SHALLOWEST_DEG, STEEPEST_DEG = 30.0, 45.0  # angles that the run from entry to window may imply (expert judgement)
PLANE_MM = 60.0  # length of the protractor's foot on the back (simulator tolerance)


def as_point(place: Array) -> Point:
    """Return an array of three numbers as plain floats."""
    return (float(place[0]), float(place[1]), float(place[2]))


def midline_x_mm(patient: Patient, z_mm: float) -> float:
    """Return where the line of the spinous processes runs at a height."""
    tips = sorted((float(p[2]), float(p[0])) for name, p in patient.landmarks.items() if name.endswith(".spinous_tip"))
    return float(np.interp(z_mm, [tip[0] for tip in tips], [tip[1] for tip in tips]))


def skin_slope_deg(patient: Patient, entry_mm: Point) -> float:
    """Return how far the skin falls away towards the head, in the sagittal plane.

    The skin's plane runs from the entry to a point 60 mm nearer the head, as a protractor laid on the
    back takes it; small bumps do not count.
    """
    x, y, z = entry_mm
    far = patient.skin_hit_mm(np.array([x, y + 200.0, z + PLANE_MM]), np.array([0.0, -1.0, 0.0]))
    return 0.0 if far is None else math.degrees(math.atan2(y - float(far[1]), PLANE_MM))


@dataclass(frozen=True, slots=True)
class Stand:
    """What angles at a skin point are measured against.

    Attributes:
        slope_deg: Of the skin, see `skin_slope_deg`.
        medial: +1 where the midline lies to the patient's left of the point, else -1.
    """

    slope_deg: float
    medial: float


def stand_at(patient: Patient, entry_mm: Point) -> Stand:
    """Take skin and midline at an entry."""
    return Stand(skin_slope_deg(patient, entry_mm), -1.0 if entry_mm[0] > midline_x_mm(patient, entry_mm[2]) else 1.0)


def heading_of(stand: Stand, sagittal_deg: float, medial_deg: float) -> Point:
    """Return the unit direction of a needle that stands at given angles to the skin and to the midline.

    Args:
        stand: Skin and midline at its entry.
        sagittal_deg: Angle to the skin in the sagittal plane, 0 lies flat and points to the head.
        medial_deg: Angle to the sagittal plane as an AP picture shows it; positive runs to the midline.
    """
    rise_rad = math.radians(sagittal_deg + stand.slope_deg)
    along = math.cos(rise_rad)
    across = math.tan(math.radians(medial_deg)) * max(along, 0.05)
    return unit((stand.medial * across, -math.sin(rise_rad), along))


def angles_of(stand: Stand, heading: Point) -> tuple[float, float]:
    """Return the angles that `heading_of` takes, from a direction."""
    sagittal = math.degrees(math.atan2(-heading[1], heading[2])) - stand.slope_deg
    return sagittal, math.degrees(math.atan2(stand.medial * heading[0], max(heading[2], 0.05)))


def unit(vector: tuple[float, float, float]) -> Point:
    """Return a vector of length 1."""
    norm = math.sqrt(sum(v * v for v in vector))
    return (vector[0] / norm, vector[1] / norm, vector[2] / norm)


def sac_middle_mm(patient: Patient, place_mm: Point) -> float | None:
    """Return how far a point lies from the middle of the sac, to the patient's left positive; None off the sac."""
    x = np.arange(-20.0, 20.0, 0.25) + place_mm[0]
    line = np.stack([x, np.full_like(x, place_mm[1]), np.full_like(x, place_mm[2])], axis=1)
    inside = x[patient.sac_distance_mm(line) < 0.0]
    return None if inside.size == 0 else place_mm[0] - 0.5 * float(inside[0] + inside[-1])


def canal_ratio(patient: Patient, place_mm: Point) -> float:
    """Return the depth of a point in the sac: 0 at its dorsal wall, 1 at its ventral wall, at the sac's own middle."""
    y = np.arange(-45.0, 45.0, 0.25) + place_mm[1]
    off = sac_middle_mm(patient, place_mm)
    x = place_mm[0] - (off or 0.0)
    line = np.stack([np.full_like(y, x), y, np.full_like(y, place_mm[2])], axis=1)
    inside = y[patient.sac_distance_mm(line) < 0.0]
    if inside.size == 0:
        return 1.0
    return (float(inside[-1]) - place_mm[1]) / float(inside[-1] - inside[0] + 0.25)


def sac_reach_mm(patient: Patient, place_mm: Point) -> float:
    """Return the distance of a point from the sac, 0 inside."""
    return max(0.0, float(patient.sac_distance_mm(np.array([place_mm]))[0]))


def run_error_mm(
    patient: Patient, entry_mm: Point, window: str, shallowest_deg: float = SHALLOWEST_DEG, steepest_deg: float = STEEPEST_DEG
) -> float:
    """Return how far the entry lies outside the caudal run d / tan(angle) for a range of angles to the skin.

    d is the perpendicular way from skin to dura at the window.
    """
    sac = patient.landmarks[f"sac.{window}"]
    surface = patient.skin_hit_mm(np.array([sac[0], sac[1] + 300.0, sac[2]]), np.array([0.0, -1.0, 0.0]))
    depth = abs(float(surface[1] - sac[1])) if surface is not None else 55.0
    run = float(sac[2]) - entry_mm[2]
    shortest = depth / math.tan(math.radians(steepest_deg))
    longest = depth / math.tan(math.radians(shallowest_deg))
    return max(0.0, shortest - run, run - longest)
