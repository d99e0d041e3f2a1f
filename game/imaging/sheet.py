"""Still pictures outside a case: one settled view of a level, and a contact sheet of the standard views."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from game.frames import Rigid, Side
from game.imaging.body import Body
from game.imaging.carm import CArm
from game.imaging.exposure import Exposure
from game.imaging.quality import view_quality
from game.imaging.render import Renderer
from game.imaging.technique import SPOT, settled
from game.imaging.tube import Tube

VIEWS = ("ap", "lateral", "oblique")
LATERAL_DEG = 90.0
OBLIQUE_DEG = 45.0  # contralateral oblique, 45 to 50 degrees, as for an interlaminar window in profile
BEHIND_BODY_MM = 25.0  # the canal, so that skin and front of the body both lie in the field
MARGIN_PX = 2
HELD_PULSES = 8  # a second of fluoroscopy: the recursive filter has come to rest


def standing(view: str, patient: Body, level: str, side_up: Side) -> CArm:
    """Return where the C-arm stands for a true view of a level, patient frame.

    Args:
        view: ap, lateral (tube under the table) or oblique.
        patient: Who lies there.
        level: Vertebra in the middle of the picture, such as `L3`.
        side_up: Which side of the patient is up.

    Raises:
        ValueError: If there is no such view or no such vertebra.
    """
    if view not in VIEWS:
        raise ValueError(f"view {view!r} is not one of {', '.join(VIEWS)}")
    if f"{level}.body" not in patient.landmarks:
        raise ValueError(f"level {level!r} is not one of {', '.join(name[:-5] for name in patient.landmarks if name.endswith('.body'))}")
    away = -1.0 if side_up == "right" else 1.0
    orbit_deg = away * {"ap": 0.0, "lateral": LATERAL_DEG, "oblique": OBLIQUE_DEG}[view]
    x, y, z = (float(value) for value in patient.landmarks[f"{level}.body"])
    carm = CArm(orbit_deg, 0.0, (x, y + BEHIND_BODY_MM, z))
    for _ in range(3):
        quality = view_quality(exposure_at(carm, patient), patient, level)
        carm = CArm(orbit_deg, round(carm.tilt_deg - quality.tilt_deg, 2), carm.isocentre_mm)
    return carm


def exposure_at(carm: CArm, patient: Body, tubes: tuple[Tube, ...] = (), mode: str = "normal", noise_seed: int = 0) -> Exposure:
    """Return a settled pulse of a patient who lies perfectly: patient frame and theatre frame are one."""
    return Exposure(0, carm, Rigid(), settled(carm, patient, Rigid(), mode), tubes, noise_seed=noise_seed)


def held(exposure: Exposure, pulses: int = HELD_PULSES) -> tuple[Exposure, ...]:
    """Return the pulses of a press of the pedal that ends with a pulse, all still, each with grain of its own."""
    earlier = range(pulses - 1, 0, -1)
    return (*(dataclasses.replace(exposure, noise_seed=exposure.noise_seed + number) for number in earlier), exposure)


def picture(
    view: str, patient: Body, level: str = "L3", side_up: Side = "right", size: int = 512, mode: str = "normal"
) -> NDArray[np.uint8]:
    """Return one settled, true view of a level as the last image hold shows it, shape (size, size)."""
    exposure = exposure_at(standing(view, patient, level, side_up), patient, mode=mode, noise_seed=patient.seed)
    press = held(exposure) if mode != SPOT else (exposure,)
    return Renderer(patient, size).render(exposure, press[:-1])


def contact_sheet(patient: Body, level: str = "L3", side_up: Side = "right", size: int = 512, mode: str = "normal") -> NDArray[np.uint8]:
    """Return AP, lateral and oblique side by side with a thin black margin between, shape (size, 3 size + 4)."""
    gap = np.zeros((size, MARGIN_PX), dtype=np.uint8)
    first, second, third = (picture(view, patient, level, side_up, size, mode) for view in VIEWS)
    return np.hstack([first, gap, second, gap, third])
