"""Patients and probes shared by the tests of this room."""

import functools

import numpy as np

from game.frames import Array
from game.patient import Patient, PatientSpec, build_patient
from game.patient.reference import LEVELS


@functools.cache
def body(seed: int = 1, **fields: object) -> Patient:
    return build_patient(PatientSpec(**fields), seed)


def local(patient: Patient, level: str, *points: tuple[float, float, float]) -> Array:
    i = LEVELS.index(level)
    return np.array([patient.spine.to_patient(i, point) for point in points])


def free_run(patient: Patient, start: Array, direction: Array, reach_mm: float = 60.0, step_mm: float = 0.05) -> float:
    """Return how far one can go from a point before bone and air change places."""
    path = start + np.arange(0.0, reach_mm, step_mm)[:, None] * direction / np.linalg.norm(direction)
    inside = patient.bone_distance_mm(path) < 0.0
    return float(np.argmax(inside != inside[0])) * step_mm


def span(patient: Patient, start: Array, direction: Array) -> float:
    return free_run(patient, start, direction) + free_run(patient, start, -np.asarray(direction))


def outer_span(patient: Patient, centre: Array, direction: Array, reach_mm: float, step_mm: float = 0.05) -> float:
    """Return the distance of the outermost bone on both sides of a point, within a reach."""
    place = np.arange(-reach_mm, reach_mm, step_mm)
    solid = np.flatnonzero(patient.bone_distance_mm(centre + place[:, None] * direction) < 0.0)
    return float(place[solid[-1]] - place[solid[0]])


def dorsal_path(target: Array, patient: Patient, step_mm: float = 0.1, beyond_mm: float = 0.0) -> Array:
    """Return points from the skin straight forward to a target and beyond it."""
    hit = patient.skin_hit_mm(target + np.array([0.0, 300.0, 0.0]), np.array([0.0, -1.0, 0.0]))
    assert hit is not None
    return hit + np.arange(0.0, hit[1] - target[1] + beyond_mm, step_mm)[:, None] * np.array([0.0, -1.0, 0.0])


def runs(values: Array) -> list[tuple[int, int]]:
    """Return (value, count) of the stretches of equal values."""
    edges = np.flatnonzero(np.diff(values)) + 1
    return [(int(part[0]), len(part)) for part in np.split(values, edges)]
