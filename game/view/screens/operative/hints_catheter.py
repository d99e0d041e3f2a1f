"""What guided mode says while the catheter is threaded; it may know the truth."""

from typing import TYPE_CHECKING

from game.instruments import catheter as rods
from game.operation.catheter.measures import level_number, lying_line
from game.operation.catheter.sight import CatheterSight
from game.operation.catheter.state import CatheterStep
from game.session.observation import Observation
from game.view.screens.operative.hints import Wish

if TYPE_CHECKING:
    from game.session.session import Session

EARLY_MM, ASIDE_MM, NEAR_LEVELS, PICTURE_MM = 25.0, 4.0, 0.5, 30.0


def catheter_hint(session: "Session", observation: Observation) -> Wish:
    """Return what fits now on the catheter's way."""
    sight, step = observation.sight, session.states.get("catheter")
    if not isinstance(sight, CatheterSight) or not isinstance(step, CatheterStep):
        return ()
    if step.touch is not None and not step.touch.answer:
        return ("root_touched",)
    rod = session.theatre.implant.rod
    if rod is not None and rod.sheared_mm > 0.0:
        return ("catheter_cut",)
    if not sight.needle.on_skin:
        return ("puncture_again",)
    if sight.needle.stylet_in:
        return ("open_for_catheter",)
    if sight.beyond_mm < 1.0 or rod is None:
        return ("take_catheter",) if observation.instrument != "catheter" else ("thread_needle",)
    return _past_needle(session, step, sight)


def _past_needle(session: "Session", step: CatheterStep, sight: CatheterSight) -> Wish:
    theatre, line = session.theatre, lying_line(session.theatre)
    catheter = theatre.implant.catheter
    if catheter is None or len(line) < 2:
        return ("thread_needle",)
    if catheter.space != "intrathecal":
        return ("outside_sac",)
    place = rods.shape.place(theatre.patient, line)
    left = place.level_number - level_number(theatre.patient, theatre.plan.tip_level)
    lateral = any(look.view == "lateral" and "catheter_tip" in look.shown for look in step.looks)
    ways: tuple[tuple[bool, Wish], ...] = (
        (rods.shape.loops(line) > 0, ("loop_seen",)),
        (left < -1.0, ("too_high",)),
        (abs(left) <= NEAR_LEVELS and not sight.called, ("call_tip",)),
        (abs(left) <= NEAR_LEVELS, ("catheter_done",)),
        (sight.beyond_mm > EARLY_MM and not lateral, ("early_lateral",)),
        (place.third == "ventral", ("ventral_run",)),
        (abs(place.aside_mm) > ASIDE_MM, ("turn_to_midline", "right" if place.aside_mm > 0.0 else "left")),
        (step.unseen_mm > PICTURE_MM, ("look_at_tip",)),
    )
    return next((wish for open_now, wish in ways if open_now), ("thread_on", place.level, theatre.plan.tip_level))
