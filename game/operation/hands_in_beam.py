"""Whose hands an X-ray pulse meets, and what it costs them."""

import math

import numpy as np

from game.base import Event
from game.frames import Array
from game.imaging import Exposure
from game.imaging.dose import irradiated, kerma_ugy
from game.operation.events import HandInBeam, Spoken
from game.operation.radiopaque import hub_mm
from game.operation.theatre import Theatre

HAND_MM = 190.0  # fingertip to wrist, male median 193, female 181 (ANSUR II, Gordon 2014)
STEP_MM = 10.0
HALVING_MM = 30.0  # tissue that halves the beam, 0.23 per cm for muscle at 52 keV


def hands_mm(theatre: Theatre) -> dict[str, Array]:
    """Return points from fingertip to wrist of each hand at work, theatre frame, shape (n, 3).

    The working hand is on the field while it grips, the other while it is down; else hands are drawn back. Fingers
    hold a needle that is in at its hub and touch the skin otherwise; the hand comes from the surgeon's side.
    """
    hand = theatre.hand
    at_work = {"working": _tip_mm(theatre) if hand.gripping else None}
    at_work["other"] = _skin_mm(theatre, hand.other_x_mm, hand.other_y_mm) if hand.other_down else None
    towards = theatre.camera.axes()[2]
    reach = np.arange(0.0, HAND_MM + STEP_MM, STEP_MM)[:, None]
    return {name: tip + reach * towards for name, tip in at_work.items() if tip is not None}


def _tip_mm(theatre: Theatre) -> Array | None:
    needle = theatre.needle
    if needle is not None and needle.entry_mm is not None and theatre.hand.instrument in theatre.equipment.needles:
        return theatre.patient_pose.apply(np.array(hub_mm(needle)))
    return _skin_mm(theatre, theatre.hand.x_mm, theatre.hand.y_mm)


def _skin_mm(theatre: Theatre, x_mm: float, y_mm: float) -> Array | None:
    """Return the skin under a place of the field, theatre frame, or None beside the patient."""
    start, direction = theatre.camera.ray(x_mm, y_mm)
    to_patient = theatre.patient_pose.inverse()
    found = theatre.patient.skin_hit_mm(to_patient.apply(start), to_patient.turn(direction))
    return None if found is None else theatre.patient_pose.apply(found)


def meet_hands(theatre: Theatre, exposure: Exposure) -> list[Event]:
    """Count the hands in the beam of a pulse; the radiographer, who watches the picture, says so when one comes in."""
    dose, index = theatre.fluoroscope.dose, len(theatre.fluoroscope.exposures) - 1
    events: list[Event] = []
    for name, points in hands_mm(theatre).items():
        inside = irradiated(exposure.carm, points)
        if inside.any():
            kerma_ugy = round(max(_kerma_ugy(theatre, exposure, point) for point in points[inside]), 3)
            events.append(HandInBeam(tick=theatre.tick, exposure=index, hand=name, seen_by="radiographer", kerma_ugy=kerma_ugy))
            dose.hand_kerma_ugy += kerma_ugy
    dose.hand_pulses += bool(events)
    if events and not theatre.fluoroscope.hand_seen:
        events.append(Spoken(tick=theatre.tick, speaker="radiographer", line="hand_in_beam"))
    theatre.fluoroscope.hand_seen = bool(events)
    return events


def _kerma_ugy(theatre: Theatre, exposure: Exposure, point: Array) -> float:
    """Return the air kerma of the pulse at a point: by the inverse square, and halved by tissue on the way."""
    carm = exposure.carm
    way = point - carm.source_mm
    distance_mm = math.sqrt(float(way @ way))
    samples = (np.arange(0.0, distance_mm, STEP_MM) + STEP_MM / 2.0)[:, None] / distance_mm
    on_way = theatre.patient_pose.inverse().apply(carm.source_mm + samples * way)
    tissue_mm = STEP_MM * float((theatre.patient.skin_distance_mm(on_way) < 0.0).sum())
    return kerma_ugy(carm, exposure.technique, distance_mm) * math.pow(0.5, tissue_mm / HALVING_MM)
