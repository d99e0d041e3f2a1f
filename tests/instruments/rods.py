import math

import numpy as np

from game.base import Event
from game.instruments import catheter
from game.instruments.catheter import Opening, Rod
from game.instruments.equipment import CatheterSpec
from game.patient import Patient, PatientSpec, build_patient

BORE_MM = 114.3
BRAIDED = CatheterSpec(
    label="braided",
    outer_mm=1.2,
    bore_mm=0.53,
    supplied_mm=1140.0,
    stiffness_n_m2=8e-6,
    wire_n_m2=3e-5,
    bend_radius_mm=6.0,
    break_n=30.0,
    source="test",
)


def body(seed: int = 7) -> Patient:
    return build_patient(PatientSpec(), seed)


def opening(patient: Patient, down_deg: float = 10.0, inside_mm: float = 3.0, aside_deg: float = 0.0, space: str = "L3-4") -> Opening:
    """An opening below the dura's back, the catheter leaving it `down_deg` towards the belly."""
    down, aside = math.radians(down_deg), math.radians(aside_deg)
    heading = np.array([math.sin(aside), -math.cos(aside) * math.sin(down), math.cos(aside) * math.cos(down)])
    place = patient.landmarks[f"sac.{space}"] + np.array([0.0, -inside_mm, 0.0])
    return Opening(tuple(place.tolist()), tuple(heading.tolist()), BORE_MM, "intrathecal")


def held(patient: Patient, **how: float) -> Rod:
    """A catheter in the hub, in the hand."""
    rod = catheter.start(BRAIDED, opening(patient, **how))
    catheter.grip(rod)
    return rod


def push(rod: Rod, patient: Patient, free_mm: float, speed_mm_s: float = 60.0, most_s: float = 30.0) -> list[Event]:
    """Feed until so much is past the bevel; a negative speed pulls until so little is."""
    chance, events, way_mm = np.random.default_rng(1), [], speed_mm_s / 120.0
    for tick in range(int(most_s * 120)):
        if (rod.free_mm - free_mm) * way_mm >= 0.0 and (way_mm < 0.0 or rod.in_mm > BORE_MM or free_mm == 0.0):
            break
        catheter.feed(rod, way_mm)
        events += catheter.advance(rod, patient, tick, chance)
    return events


def rest(rod: Rod, patient: Patient, seconds: float = 1.0) -> list[Event]:
    return [event for tick in range(int(seconds * 120)) for event in catheter.advance(rod, patient, tick, np.random.default_rng(1))]
