"""Contrast medium in and round the sac: where it runs, and how it looks while it spreads and thins.

A smooth free column that leaves out cord and roots is intrathecal, a patchy foam round the dura epidural,
thin dense lines along it subdural, a streak that is gone in seconds a vein (expert judgement). The iodine
that was given is kept: the longer a column, the thinner it is.
"""

import math

import numpy as np

from game.frames import Array
from game.imaging import Tube
from game.operation.implant import Bolus, Pattern
from game.operation.theatre import Theatre
from game.patient import Patient
from game.streams import stream

MOST_ML = 10.0  # of iohexol 180 drawn up (expert judgement)
MATERIAL, MG_PER_ML = "iohexol40", 40.0  # in a wide space; thinner columns are drawn thinner
DENSE, DENSE_MG_PER_ML = "iohexol90", 90.0
GIVEN_MG_PER_ML = 180.0
STEP_MM = 4.0
STRANDS, ROOM_MM = 72, 0.9  # strands of a free column, and what a root keeps clear round it
START_MM, SPREAD_MM = 26.0, 9.0  # length of a free column at once, and its growth with the root of seconds (expert judgement)
FOAM_MM, FOAM_SPREAD_MM, FOAM = 24.0, 2.0, 130
RAIL_MM, RAIL_SPREAD_MM = 44.0, 5.0
RAIL_DEG = (-172.0, -96.0, -84.0, 84.0, 96.0, 172.0)  # round the sac from the back; at its sides, rays run along them
VEIN_S, VEIN_MM_PER_S = 8.0, 14.0  # washed away in seconds (expert judgement)
GOLDEN_RAD = math.pi * (3.0 - math.sqrt(5.0))


def give(theatre: Theatre, volume_ml: float, place_mm: tuple[float, float, float], pattern: Pattern) -> None:
    """Inject contrast medium at a place."""
    grain = int(theatre.chance("contrast").integers(2**31))
    theatre.implant.contrast.append(Bolus(volume_ml, theatre.theatre_s, place_mm, pattern, grain))


def left_ml(theatre: Theatre) -> float:
    """Return what is left of the contrast medium that was drawn up."""
    return MOST_ML - math.fsum(bolus.volume_ml for bolus in theatre.implant.contrast)


def columns(theatre: Theatre) -> tuple[Tube, ...]:
    """Return the contrast medium as it lies now, theatre frame."""
    found: list[Tube] = []
    for bolus in theatre.implant.contrast:
        for line, radius_mm, material in spread(theatre.patient, bolus, max(theatre.theatre_s - bolus.at_s, 0.0)):
            points = theatre.patient_pose.apply(line)
            found.append(Tube(tuple((float(x), float(y), float(z)) for x, y, z in points), radius_mm, material))
    return tuple(found)


def spread(patient: Patient, bolus: Bolus, since_s: float) -> list[tuple[Array, float, str]]:
    """Return lines, patient frame, shape (n, 3), with radius and material of each."""
    match bolus.pattern:
        case "intrathecal":
            return _column(patient, bolus, since_s)
        case "epidural":
            return _foam(patient, bolus, since_s)
        case "subdural":
            return _rails(patient, bolus, since_s)
        case "vein":
            return _streak(patient, bolus, since_s)
    end = np.asarray(bolus.place_mm)
    size = (3.0 * bolus.volume_ml * 1000.0 / (4.0 * math.pi)) ** (1.0 / 3.0)
    return [(np.stack([end, end + np.array([0.0, 0.0, size])]), size, DENSE)]


def _radius_mm(bolus: Bolus, length_mm: float, mg_per_ml: float) -> float:
    """Return the radius of bars of so much length together that hold the iodine of a bolus."""
    area = bolus.volume_ml * 1000.0 * GIVEN_MG_PER_ML / mg_per_ml / max(length_mm, 1.0)
    return math.sqrt(area / math.pi)


def _heights(bolus: Bolus, length_mm: float) -> Array:
    """Return heights of a stretch round a bolus; it runs a little more to the head than to the feet."""
    z = bolus.place_mm[2]
    return np.arange(z - 0.45 * length_mm, z + 0.55 * length_mm, STEP_MM)


def _round_sac(patient: Patient, z: Array, angle_rad: Array, beyond_mm: Array) -> Array:
    """Return points round the sac at heights: angles from its back to the patient's left, and how far beyond the dura."""
    x, y, half_width, half_depth, _ = patient.canal.sac.read(z).T
    place_x = x + (half_width + beyond_mm) * np.sin(angle_rad)
    return np.stack([place_x, y + (half_depth + beyond_mm) * np.cos(angle_rad), z], axis=1)


def _column(patient: Patient, bolus: Bolus, since_s: float) -> list[tuple[Array, float, str]]:
    length = START_MM + 12.0 * bolus.volume_ml + SPREAD_MM * math.sqrt(since_s)
    z = _heights(bolus, length)
    sac, cord = patient.canal.sac.read(z), patient.canal.cord.read(z)
    roots = patient.canal.rootlets.read(z)
    free: list[Array] = []
    for k in range(STRANDS):
        out = 0.92 * math.sqrt((k + 0.5) / STRANDS)
        place = np.stack(
            [sac[:, 0] + out * sac[:, 2] * math.sin(k * GOLDEN_RAD), sac[:, 1] + out * sac[:, 3] * math.cos(k * GOLDEN_RAD)], axis=1
        )
        apart = roots - place[:, None, :]
        in_cord = ((place - cord[:, :2]) / np.maximum(cord[:, 2:4], 1e-3)) ** 2
        clear = (np.sqrt((apart * apart).sum(axis=2)).min(axis=1) > ROOM_MM) & (in_cord.sum(axis=1) > 1.0)
        clear &= np.abs(z - bolus.place_mm[2] - 0.05 * length) < 0.5 * length * (0.55 + 0.45 * math.sin(7.0 * k) ** 2)
        free += _runs(np.column_stack([place, z]), clear)
    total = math.fsum(STEP_MM * (len(line) - 1) for line in free)
    return [(line, min(_radius_mm(bolus, total, MG_PER_ML), 2.2), MATERIAL) for line in free]


def _runs(line: Array, clear: Array) -> list[Array]:
    """Return the stretches of a line whose points are all clear."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], clear.astype(np.int8), [0]])))
    return [line[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True) if last - first > 1]


def _foam(patient: Patient, bolus: Bolus, since_s: float) -> list[tuple[Array, float, str]]:
    grain = stream(bolus.grain, "contrast foam")
    length = FOAM_MM + 10.0 * bolus.volume_ml + FOAM_SPREAD_MM * math.sqrt(since_s)
    z = bolus.place_mm[2] + length * (grain.random(FOAM) - 0.45)
    middle, half_width = patient.canal.sac.read(z)[:, 0], patient.canal.sac.read(z)[:, 2]
    side = np.clip((bolus.place_mm[0] - middle) / half_width, -0.8, 0.8)
    angle = side + 1.1 * grain.standard_normal(FOAM)
    start = _round_sac(patient, z, angle, 0.6 + 1.8 * grain.random(FOAM))
    size = 0.4 + grain.random(FOAM) ** 2
    ends = start + np.stack([grain.standard_normal(FOAM), 0.5 * grain.standard_normal(FOAM), 0.8 + 1.4 * grain.random(FOAM)], axis=1)
    way = np.sqrt(((ends - start) ** 2).sum(axis=1))
    scale = _radius_mm(bolus, float((way * size * size).sum()), DENSE_MG_PER_ML)
    return [(np.stack([a, b]), min(float(scale * s), 2.0), DENSE) for a, b, s in zip(start, ends, size, strict=True)]


def _rails(patient: Patient, bolus: Bolus, since_s: float) -> list[tuple[Array, float, str]]:
    length = RAIL_MM + 24.0 * bolus.volume_ml + RAIL_SPREAD_MM * math.sqrt(since_s)
    z = _heights(bolus, length)
    radius = min(_radius_mm(bolus, length * len(RAIL_DEG), DENSE_MG_PER_ML), 0.8)
    return [(_round_sac(patient, z, np.full_like(z, math.radians(a)), np.full_like(z, -0.5)), radius, DENSE) for a in RAIL_DEG]


def _streak(patient: Patient, bolus: Bolus, since_s: float) -> list[tuple[Array, float, str]]:
    if since_s > VEIN_S:
        return []
    z = np.arange(0.0, 18.0 + VEIN_MM_PER_S * since_s, STEP_MM) + bolus.place_mm[2]
    veins = patient.canal.ventral_veins.read(z)
    nearest = int(np.argmin(np.abs(veins[0, :, 0] - bolus.place_mm[0])))
    line = np.column_stack([veins[:, nearest, :2], z])
    line[0] = bolus.place_mm
    radius = min(_radius_mm(bolus, STEP_MM * len(z), DENSE_MG_PER_ML), 1.6) * (1.0 - since_s / (VEIN_S + 1.0))
    return [(line, radius, DENSE)]
