"""What each press of the pedal told, for the view that was asked for then."""

import math

from game.clock import TICKS_PER_S
from game.imaging import CArm, Exposure, views_in_field
from game.imaging.quality import neighbours
from game.operation.theatre import Theatre
from game.operation.views.judging import errors_of, judge
from game.operation.views.state import IDLE, Look, Told, Views
from game.operation.views.tasks import ContralateralOblique, CountTo, TrueAp, TrueLateral, ViewTask

SLACK_TICKS = 9  # a pulse later than its rate allows by more than this belongs to another press
TURN_DEG = 0.5  # less is no change of view (simulator tolerance)
SHIFT_MM = 3.0  # less is no change of field (simulator tolerance)
TRUER = 0.85  # a view is truer when an error fell by a seventh (simulator tolerance)
AP_WITHIN_DEG = 30.0  # a beam nearer to straight through the back than this is an AP
SACRUM = "S1.superior_endplate"


def watch(theatre: Theatre, state: Views) -> None:
    """Account for the exposures made since the last tick; once all is shown nothing is asked of a picture."""
    exposures = theatre.fluoroscope.exposures
    for index in range(state.seen, len(exposures)):
        if len(state.presented) < len(theatre.plan.views):
            _account(theatre, state, index)
    state.seen = len(exposures)


def idle_looks(state: Views) -> int:
    """Return the number of presses that told nothing."""
    return sum(look.told in IDLE for look in state.looks)


def _account(theatre: Theatre, state: Views, index: int) -> None:
    exposure = theatre.fluoroscope.exposures[index]
    last = state.looks[-1] if state.looks else None
    pause_ticks = TICKS_PER_S // exposure.technique.pulses_per_s + SLACK_TICKS
    goes_on = last is not None and last.task == len(state.presented) and exposure.tick - last.last_tick <= pause_ticks
    if goes_on and last is not None:
        state.looks[-1] = _look(theatre, state, index, state.looks[:-1], last.first)
    else:
        state.looks.append(_look(theatre, state, index, state.looks, index))


def _look(theatre: Theatre, state: Views, index: int, before: list[Look], first: int) -> Look:
    exposure, number = theatre.fluoroscope.exposures[index], len(state.presented)
    asked = theatre.plan.views[number]
    counts = isinstance(asked, CountTo)
    way = _on_the_way(exposure, asked)
    errors = () if counts else errors_of(judge(exposure, theatre.patient, way or asked))
    levels = tuple(views_in_field(exposure, theatre.patient))
    sacrum = _shows_sacrum(exposure, theatre)
    own = [look for look in before if look.task == number]
    told = _counted(own, levels, exposure.carm) if counts else _told(own, way is not None, errors, exposure.carm)
    return Look(number, first, index, exposure.tick, exposure.carm, levels, sacrum, way is not None, errors, told)


def _on_the_way(exposure: Exposure, asked: ViewTask) -> TrueAp | None:
    """Return the AP that a picture is on the way to a lateral or an oblique: from there the turn is known."""
    if not isinstance(asked, TrueLateral | ContralateralOblique):
        return None
    near = math.cos(math.radians(exposure.carm.orbit_deg)) > math.cos(math.radians(AP_WITHIN_DEG))
    return TrueAp("true-ap", neighbours(asked.level)[0]) if near else None  # type: ignore[arg-type]


def _shows_sacrum(exposure: Exposure, theatre: Theatre) -> bool:
    point = theatre.patient.landmarks.get(SACRUM)
    if point is None:
        return False
    return bool(exposure.carm.blades.shows(exposure.carm.picture(exposure.pose.apply(point))))


def _told(before: list[Look], as_ap: bool, errors: tuple[float, ...], carm: CArm) -> Told:
    """Say what a picture told: a fault that is less than ever before is progress, whatever the others are."""
    if not before:
        return "found"
    if _stands_still(before[-1].carm, carm):
        return "same"
    if not errors:
        return "nothing"
    known = [look.errors for look in before if look.errors and look.as_ap == as_ap]
    if not known:
        return "found"
    for now, past in zip(errors, zip(*known, strict=True), strict=True):
        size, least = max(1.0, abs(now)), min(max(1.0, abs(error)) for error in past)
        if size < TRUER * least or (size == 1.0 and least > 1.0):
            return "truer"
    return "crossed" if max(errors, key=abs) * max(known[-1], key=abs) < 0.0 else "nothing"


def _counted(before: list[Look], levels: tuple[str, ...], carm: CArm) -> Told:
    """Say whether a picture carried a count on: it shows a vertebra that is new and one that was seen before."""
    known = {level for look in before for level in look.levels}
    if not before:
        return "found"
    if _stands_still(before[-1].carm, carm):
        return "same"
    return "counted" if any(level in known for level in levels) and not all(level in known for level in levels) else "nothing"


def _stands_still(before: CArm, now: CArm) -> bool:
    turned = max(abs(now.orbit_deg - before.orbit_deg), abs(now.tilt_deg - before.tilt_deg)) >= TURN_DEG
    changed = turned or math.dist(now.isocentre_mm, before.isocentre_mm) >= SHIFT_MM
    return not changed and now.field_mm == before.field_mm and now.blades == before.blades


def count_chain(state: Views, task: int, level: str, order: tuple[str, ...]) -> str:
    """Return how a count was founded: `whole` from sacrum to level without a gap, `gap`, or `unfounded` without the sacrum.

    Args:
        state: What was looked at.
        task: Number of the view.
        level: Vertebra counted to.
        order: The patient's vertebrae from head to feet.
    """
    own = [look for look in state.looks if look.task == task]
    if not any(look.sacrum and order[-1] in look.levels for look in own):
        return "unfounded"
    linked = {order[-1]}
    for _ in own:
        for look in own:
            if any(seen in linked for seen in look.levels):
                linked.update(look.levels)
    return "whole" if level in linked else "gap"
