"""Which exposures answered a question.

A *look* is one press of the pedal. It answered a question when it was used (a level was named on it, it
was stored, or the marker was moved by it), or when C-arm, patient or marker had changed since the look
before and the picture then either was clearly truer than the last of its view or showed where the moved
marker lies. Anything else is idle: the same picture again, or hunting.
"""

import dataclasses
import math

from game.frames import Rigid
from game.imaging import CArm, Exposure, view_quality
from game.operation.positioning.state import Look, Positioning
from game.operation.theatre import Theatre
from game.patient import Patient, build_patient

PAUSE_TICKS = 24  # pulses closer than this belong to one press: pulses come every 15 ticks
TURN_DEG = 1.0  # less is no change of view (simulator tolerance)
SHIFT_MM = 5.0  # less is no change of field (simulator tolerance)
MARKER_MM = 2.0  # less is no move of the marker (simulator tolerance)
ROTATION_TARGET_MM, TILT_TARGET_DEG = 2.0, 3.0  # square view (expert judgement)
TRUER = 0.7  # a view is clearly truer when its worst error fell by a third (simulator tolerance)


def upper_vertebra(window: str) -> str:
    """Return the vertebra above a window: `L3` for `L3-4`."""
    return window.split("-")[0]


def lying(theatre: Theatre, exposure: int) -> Patient:
    """Return the patient as he lay when a picture was taken."""
    posture_deg = theatre.fluoroscope.postures_deg[exposure]
    if posture_deg == theatre.spec.hip_flexion_deg:
        return theatre.patient
    return build_patient(dataclasses.replace(theatre.spec, hip_flexion_deg=posture_deg), theatre.seed)


def is_lateral(carm: CArm, pose: Rigid) -> bool:
    """Say whether the beam runs across the body rather than through the back."""
    _, beam = carm.ray(0.0, 0.0)
    across = pose.inverse().turn(beam)
    return abs(float(across[0])) > math.sqrt(0.5)


def watch(theatre: Theatre, state: Positioning) -> None:
    """Account for the exposures made since the last tick, and for views that were stored."""
    exposures = theatre.fluoroscope.exposures
    for index in range(state.seen, len(exposures)):
        _account(theatre, state, index)
    state.seen = len(exposures)
    for index in theatre.fluoroscope.stored.values():
        use(state, index)


def use(state: Positioning, exposure: int) -> None:
    """Note that a picture was used; of looks at the same thing the first answered the question."""
    at = next((k for k, look in enumerate(state.looks) if look.first <= exposure <= look.last), None)
    while at is not None and at > 0 and not state.looks[at].changed:
        at -= 1
    if at is not None:
        state.looks[at].used = True


def idle_looks(state: Positioning) -> int:
    """Return the number of presses that answered no question."""
    return sum(not (look.used or (look.changed and (look.better or look.marked))) for look in state.looks)


def _account(theatre: Theatre, state: Positioning, index: int) -> None:
    exposure = theatre.fluoroscope.exposures[index]
    last = state.looks[-1] if state.looks else None
    if last is not None and exposure.tick - last.last_tick <= PAUSE_TICKS:
        before = state.looks[-2] if len(state.looks) > 1 else None
        state.looks[-1] = _look(theatre, state, index, before, last.first, last.used)
    else:
        state.looks.append(_look(theatre, state, index, last, index, False))


def _look(theatre: Theatre, state: Positioning, index: int, before: Look | None, first: int, used: bool) -> Look:
    exposure = theatre.fluoroscope.exposures[index]
    metal_mm = next((mark.patient_mm for mark in theatre.marks if mark.kind == "metal"), None)
    lateral = is_lateral(exposure.carm, exposure.pose)
    error = _error(theatre, index)
    same_view = [look for look in state.looks if look.lateral == lateral and look.first < first]
    marked = _moved(before.metal_mm if before is not None else None, metal_mm)
    return Look(
        first=first,
        last=index,
        last_tick=exposure.tick,
        carm=exposure.carm,
        pose=exposure.pose,
        metal_mm=metal_mm,
        lateral=lateral,
        error=error,
        changed=before is None or marked or _stands_differently(before, exposure),
        better=not same_view or _truer(same_view[-1].error, error),
        marked=marked,
        used=used,
    )


def _error(theatre: Theatre, index: int) -> float | None:
    """Return the worst of rotation and tilt in units of their targets, at least 1; None while not in the field."""
    exposure = theatre.fluoroscope.exposures[index]
    quality = view_quality(exposure, lying(theatre, index), upper_vertebra(theatre.plan.window))
    if not quality.in_field:
        return None
    return max(1.0, abs(quality.rotation_mm) / ROTATION_TARGET_MM, abs(quality.tilt_deg) / TILT_TARGET_DEG)


def _truer(before: float | None, now: float | None) -> bool:
    if now is None:
        return False
    return before is None or now < TRUER * before or (now == 1.0 and before > 1.0)


def _moved(before: tuple[float, float, float] | None, now: tuple[float, float, float] | None) -> bool:
    if before is None or now is None:
        return now is not None
    return math.dist(before, now) >= MARKER_MM


def _stands_differently(before: Look, exposure: Exposure) -> bool:
    carm, pose = exposure.carm, exposure.pose
    turned = max(abs(carm.orbit_deg - before.carm.orbit_deg), abs(carm.tilt_deg - before.carm.tilt_deg)) >= TURN_DEG
    return turned or math.dist(carm.isocentre_mm, before.carm.isocentre_mm) >= SHIFT_MM or pose != before.pose
