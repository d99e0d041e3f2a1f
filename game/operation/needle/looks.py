"""Which X-ray pictures answered a question in the needle step."""

import math

from game.clock import TICKS_PER_S
from game.imaging import CArm
from game.instruments.needle import Needle, tip_mm
from game.operation.needle.geometry import sac_reach_mm
from game.operation.needle.state import Looked, NeedleStep
from game.operation.theatre import Theatre

# What makes a further picture of one view answer a new question, and a picture count as a view (simulator tolerances)
TIP_MOVED_MM = 3.0
TURNED_DEG = 2.0
ARM_MOVED_MM = 8.0
ARM_TURNED_DEG = 3.0
STANDARD_DEG = 15.0
APPROACH_MM = 20.0  # deep enough to show where the needle runs
NEAR_DURA_MM = 22.0  # close enough to judge the last stretch
PRESS_S = 2.0  # of a held pedal are one picture


def view_of(carm: CArm) -> str:
    """Return ap, lateral or oblique."""
    if abs(carm.orbit_deg) <= STANDARD_DEG:
        return "ap"
    return "lateral" if abs(abs(carm.orbit_deg) - 90.0) <= STANDARD_DEG else "oblique"


def note_exposures(theatre: Theatre, step: NeedleStep) -> None:
    """Judge the pulses made since the last look: each press, and each further 2 s of it, is one picture."""
    exposures = theatre.fluoroscope.exposures
    while step.seen_exposures < len(exposures):
        index = step.seen_exposures
        step.seen_exposures += 1
        if _same_press(theatre, step, index):
            continue
        step.looked.append(_look(theatre, step, index))


def _same_press(theatre: Theatre, step: NeedleStep, index: int) -> bool:
    if not step.looked or index == 0:
        return False
    exposures, last = theatre.fluoroscope.exposures, step.looked[-1]
    before, now = exposures[index - 1], exposures[index]
    close = now.tick - before.tick <= TICKS_PER_S // before.technique.pulses_per_s
    held = close and now.tick - exposures[last.exposure].tick < PRESS_S * TICKS_PER_S
    return held and view_of(exposures[index].carm) == last.view


def _look(theatre: Theatre, step: NeedleStep, index: int) -> Looked:
    needle, carm = theatre.needle, theatre.fluoroscope.exposures[index].carm
    inside = needle is not None and needle.entry_mm is not None
    return Looked(
        exposure=index,
        view=view_of(carm),
        depth_mm=needle.depth_mm if needle is not None and inside else -1.0,
        heading=needle.heading if needle is not None else (0.0, 0.0, 1.0),
        before_dura=step.holes == 0,
        to_dura_mm=sac_reach_mm(theatre.patient, tip_mm(needle)) if needle is not None and inside else 99.0,
        answered=_answers(theatre, step, needle, carm),
    )


def _answers(theatre: Theatre, step: NeedleStep, needle: Needle | None, carm: CArm) -> bool:
    """Return whether something moved since the last picture of the same view."""
    view = view_of(carm)
    same = [look for look in step.looked if look.view == view]
    if not same:
        return True
    last = same[-1]
    old = theatre.fluoroscope.exposures[last.exposure].carm
    arm = math.dist(old.isocentre_mm, carm.isocentre_mm) > ARM_MOVED_MM
    turned = abs(old.orbit_deg - carm.orbit_deg) + abs(old.tilt_deg - carm.tilt_deg) > ARM_TURNED_DEG
    if needle is None or needle.entry_mm is None:
        return arm or turned
    moved = abs(needle.depth_mm - last.depth_mm) > TIP_MOVED_MM
    bent = math.degrees(math.acos(min(1.0, sum(a * b for a, b in zip(needle.heading, last.heading, strict=True))))) > TURNED_DEG
    holed = last.before_dura and step.holes > 0
    return arm or turned or moved or bent or holed


def views_missing(step: NeedleStep, last_depth_mm: float) -> int:
    """Count the views that were needed and are not there: 0 to 4.

    Needed are an AP on the way in, a lateral near the dura before it is pierced, and one of each of the
    needle where it finally lies.
    """
    ways = [
        any(look.view == "ap" and look.before_dura and look.depth_mm >= APPROACH_MM for look in step.looked),
        any(look.view == "lateral" and look.before_dura and look.depth_mm > 0 and look.to_dura_mm <= NEAR_DURA_MM for look in step.looked),
        any(look.view == "ap" and not look.before_dura and abs(look.depth_mm - last_depth_mm) < TIP_MOVED_MM for look in step.looked),
        any(look.view == "lateral" and not look.before_dura and abs(look.depth_mm - last_depth_mm) < TIP_MOVED_MM for look in step.looked),
    ]
    return sum(1 for there in ways if not there)
