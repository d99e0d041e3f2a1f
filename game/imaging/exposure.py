"""One X-ray pulse as a recipe, and the account of dose."""

import math
from dataclasses import dataclass

from game.frames import Rigid
from game.imaging.carm import CArm
from game.imaging.technique import SPOT, Technique, skin_distance_mm
from game.imaging.tube import Tube

REFERENCE_FROM_RECEPTOR_MM = 300.0  # patient entrance reference point of a C-arm, IEC 60601-2-43


@dataclass(frozen=True, slots=True)
class Exposure:
    """Everything that a picture depends on, apart from the patient; theatre frame.

    Attributes:
        tick: Session tick of the pulse.
        carm: Where the C-arm stood.
        pose: Patient to theatre.
        technique: What the generator did.
        tubes: Needle, stylet, wires, markers.
        contrast: Columns of contrast medium; `material` is its name, such as `iohexol180`.
        noise_seed: Drawn when the pulse was made.
    """

    tick: int
    carm: CArm
    pose: Rigid
    technique: Technique
    tubes: tuple[Tube, ...] = ()
    contrast: tuple[Tube, ...] = ()
    noise_seed: int = 0


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
    """

    fluoroscopy_s: float = 0.0
    exposures: int = 0
    air_kerma_mgy: float = 0.0
    dap_gy_cm2: float = 0.0
    hand_pulses: int = 0
    hand_kerma_ugy: float = 0.0

    def add(self, exposure: Exposure, duration_s: float) -> None:
        """Count one pulse that stands for a duration of fluoroscopy; a spot picture is no fluoroscopy and adds no time."""
        kerma_mgy = reference_kerma_ugy(exposure) / 1000.0
        self.fluoroscopy_s += 0.0 if exposure.technique.mode == SPOT else duration_s
        self.exposures += 1
        self.air_kerma_mgy += kerma_mgy
        self.dap_gy_cm2 += kerma_mgy / 1000.0 * reference_field_cm2(exposure.carm)


def reference_kerma_ugy(exposure: Exposure) -> float:
    """Return the pulse's air kerma at the reference point: the entrance kerma by the inverse square."""
    return _reference_ugy(exposure.carm, exposure.technique)


def _reference_ugy(carm: CArm, technique: Technique) -> float:
    skin_mm = skin_distance_mm(carm.source_detector_mm, technique.setpoint_mm)
    reference_mm = carm.source_detector_mm - REFERENCE_FROM_RECEPTOR_MM
    return technique.entrance_ugy * (skin_mm / reference_mm) ** 2


def kerma_rate_mgy_per_min(carm: CArm, technique: Technique) -> float:
    """Return the air kerma rate at the reference point, as the console shows it."""
    return _reference_ugy(carm, technique) * technique.pulses_per_s * 60.0 / 1000.0


def reference_field_cm2(carm: CArm) -> float:
    """Return the irradiated area at the reference point: of the round field, what the blades leave open."""
    reference_mm = carm.source_detector_mm - REFERENCE_FROM_RECEPTOR_MM
    radius_cm = carm.field_mm / 2.0 * reference_mm / carm.source_isocentre_mm / 10.0
    return math.pi * radius_cm**2 * carm.open_share
