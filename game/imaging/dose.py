"""What pictures cost: the machine's account, the patient's skin, and the people in the room."""

import math
import weakref
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from game.frames import Array, Side
from game.imaging.body import Distances
from game.imaging.carm import CArm
from game.imaging.exposure import Exposure
from game.imaging.staff import scatter_usv, standing
from game.imaging.technique import SPOT, Technique, skin_distance_mm

REFERENCE_FROM_RECEPTOR_MM = 300.0  # patient entrance reference point of a C-arm, IEC 60601-2-43
BACKSCATTER = 1.35  # skin over free air, 1.3-1.4 for such fields and voltages (expert judgement)

# Patches of skin: sectors about the body's long axis times slices, about 10 mm each way (simulator tolerance)
SECTORS, SLICE_MM = 72, 10.0
HEIGHTS_MM = np.arange(-340.0, 470.0, SLICE_MM)
SKIN_PATCHES = (len(HEIGHTS_MM), SECTORS)
AXIS_Y_MM = -20.0
SEARCH_FROM_MM, SEARCH_STEPS = 150.0, 12
NORMAL_STEP_MM = 2.0


@dataclass(slots=True)
class DoseAccount:
    """What the case has cost so far.

    Attributes:
        fluoroscopy_s: Beam time as the machine counts it.
        exposures: Number of pulses and spot pictures.
        air_kerma_mgy: At the reference point, 30 cm from the receptor.
        dap_gy_cm2: Dose-area product of what the blades leave open of the round field.
        hand_pulses: Pulses that met a hand of the surgeon.
        hand_kerma_ugy: Air kerma at those hands.
        skin_mgy: Dose of each patch of the patient's skin, shape (0, 0) before the first picture and then (slices,
            sectors); replaced, never changed in place.
        staff_usv: Scatter at the chest of each person in the room, outside the lead.
    """

    fluoroscopy_s: float = 0.0
    exposures: int = 0
    air_kerma_mgy: float = 0.0
    dap_gy_cm2: float = 0.0
    hand_pulses: int = 0
    hand_kerma_ugy: float = 0.0
    skin_mgy: Array = field(default_factory=lambda: np.zeros((0, 0)), compare=False)
    staff_usv: dict[str, float] = field(default_factory=dict)

    def add(self, exposure: Exposure, duration_s: float) -> None:
        """Count one pulse that stands for a duration of fluoroscopy; a spot picture is no fluoroscopy and adds no time."""
        kerma_mgy = reference_kerma_ugy(exposure) / 1000.0
        self.fluoroscopy_s += 0.0 if exposure.technique.mode == SPOT else duration_s
        self.exposures += 1
        self.air_kerma_mgy += kerma_mgy
        self.dap_gy_cm2 += kerma_mgy / 1000.0 * reference_field_cm2(exposure.carm)

    def add_people(self, exposure: Exposure, patient: Distances, side_up: Side) -> None:
        """Count what a pulse does to the patient's skin and to the staff round the table."""
        dose_mgy = skin_dose_mgy(exposure, patient)
        self.skin_mgy = self.skin_mgy + dose_mgy if self.skin_mgy.size else dose_mgy
        people, before = standing(exposure.carm), self.staff_usv
        scatter = scatter_usv(exposure.carm, exposure.technique, np.array([person.place_mm(side_up) for person in people]))
        self.staff_usv = {person.name: before.get(person.name, 0.0) + float(dose) for person, dose in zip(people, scatter, strict=True)}

    @property
    def peak_skin_mgy(self) -> float:
        """Entrance skin dose with backscatter, of the patch that got most."""
        return float(self.skin_mgy.max()) if self.skin_mgy.size else 0.0


def reference_kerma_ugy(exposure: Exposure) -> float:
    """Return the pulse's air kerma at the reference point: the entrance kerma by the inverse square."""
    return _reference_ugy(exposure.carm, exposure.technique)


def _reference_ugy(carm: CArm, technique: Technique) -> float:
    return kerma_ugy(carm, technique, carm.source_detector_mm - REFERENCE_FROM_RECEPTOR_MM)


def kerma_ugy(carm: CArm, technique: Technique, distance_mm: float) -> float:
    """Return the air kerma of a pulse in the beam at a distance from the focal spot, nothing in the way: the inverse square."""
    skin_mm = skin_distance_mm(carm.source_detector_mm, technique.setpoint_mm)
    return technique.entrance_ugy * (skin_mm / distance_mm) ** 2


def kerma_rate_mgy_per_min(carm: CArm, technique: Technique) -> float:
    """Return the air kerma rate at the reference point, as the console shows it."""
    return _reference_ugy(carm, technique) * technique.pulses_per_s * 60.0 / 1000.0


def reference_field_cm2(carm: CArm) -> float:
    """Return the irradiated area at the reference point: of the round field, what the blades leave open."""
    reference_mm = carm.source_detector_mm - REFERENCE_FROM_RECEPTOR_MM
    radius_cm = carm.field_mm / 2.0 * reference_mm / carm.source_isocentre_mm / 10.0
    return math.pi * radius_cm**2 * carm.open_share


def irradiated(carm: CArm, points_mm: Array) -> NDArray[np.bool_]:
    """Return which points lie between source and detector in the open cone, frame of the arm, shape (n,)."""
    depth_mm = (points_mm - carm.source_mm) @ carm.axes()[2]
    return np.asarray(carm.blades.shows(carm.picture(points_mm)) & (depth_mm > 0.0) & (depth_mm < carm.source_detector_mm))


def skin_dose_mgy(exposure: Exposure, patient: Distances) -> Array:
    """Return what a pulse adds to each patch of skin where the beam enters, shape (slices, sectors).

    By the inverse square from the focal spot to the patch itself, with backscatter; skin on the far side gets
    little and is left out.
    """
    points, normals = _skin(patient)
    carm, pose = exposure.carm, exposure.pose
    places = pose.apply(points)
    way = places - carm.source_mm
    entered = irradiated(carm, places) & (np.sum(way * pose.turn(normals), axis=1) < 0.0)
    squared_mm2 = np.sum(way**2, axis=1)
    at_1_mm = kerma_ugy(carm, exposure.technique, 1.0)
    dose = np.where(entered, BACKSCATTER * at_1_mm / 1000.0 / squared_mm2, 0.0)
    return np.asarray(dose.reshape(SKIN_PATCHES))


_SKINS: "weakref.WeakKeyDictionary[Distances, tuple[Array, Array]]" = weakref.WeakKeyDictionary()


def _skin(patient: Distances) -> tuple[Array, Array]:
    """Return middle and outward normal of each patch, patient frame, shapes (n, 3); worked out once for each body."""
    if patient not in _SKINS:
        points = _patches(patient)
        shifts = NORMAL_STEP_MM * np.eye(3)
        rise = [patient.skin_distance_mm(points + step) - patient.skin_distance_mm(points - step) for step in shifts]
        _SKINS[patient] = points, np.stack(rise, axis=1)
    return _SKINS[patient]


def _patches(patient: Distances) -> Array:
    """Return the middle of each patch: from the body's axis outwards, step by step by the distance that is left."""
    turn = np.radians((np.arange(SECTORS) + 0.5) * 360.0 / SECTORS)
    heights, turns = (grid.ravel() for grid in np.meshgrid(HEIGHTS_MM, turn, indexing="ij"))
    out = np.stack([np.sin(turns), np.cos(turns), np.zeros_like(turns)], axis=1)
    axis = np.stack([np.zeros_like(heights), np.full_like(heights, AXIS_Y_MM), heights], axis=1)
    reach = np.full_like(heights, SEARCH_FROM_MM)
    for _ in range(SEARCH_STEPS):
        reach = reach - patient.skin_distance_mm(axis + reach[:, None] * out)
    return np.asarray(axis + reach[:, None] * out)
