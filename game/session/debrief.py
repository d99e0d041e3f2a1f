"""From a session to the facts that are judged."""

from typing import TYPE_CHECKING

from game.assessment import (
    CaseFacts,
    ComplicationFact,
    CriticalFact,
    Dose,
    Moment,
    MotionFacts,
    Report,
    StepFacts,
    impossible_measures,
    make_report,
)
from game.base import Event
from game.complications import CATALOGUE
from game.operation.events import Complication, CriticalError, StepFinished, StepStarted, ViewStored, WentBack
from game.operation.information import Look, answers, in_words, informative_share, upper_vertebra
from game.operation.registry import STEPS
from game.operation.steps import Told
from game.session.digest import digest

if TYPE_CHECKING:
    from game.session.session import Session


def build_report(session: "Session") -> Report:
    """Judge what was done so far; steps never begun count as never done."""
    return make_report(case_facts(session), session.scenario.tables.criteria)


def case_facts(session: "Session") -> CaseFacts:
    """Collect the facts of a session."""
    theatre, scenario = session.theatre, session.scenario
    impossible = impossible_measures(theatre.plan, theatre.sterility.agent)
    return CaseFacts(
        scenario=scenario.id,
        title=scenario.title,
        seed=session.seed,
        mode=session.mode,
        trainee=session.trainee,
        device=session.device,
        steps=tuple(_step_facts(session, step, impossible.get(step, {})) for step in scenario.steps),
        criticals=tuple(
            CriticalFact(id=event.id, step=_step_at(session, event.tick), tick=event.tick)
            for event in session.events
            if isinstance(event, CriticalError)
        ),
        complications=tuple(_complication(event) for event in session.events if isinstance(event, Complication)),
        retries=sum(1 for event in session.events if isinstance(event, WentBack)),
        moments=(*(moment for event in session.events for moment in _moments(session, event)), *_pictures(session)),
        dose=_dose(session),
        duration_s=theatre.theatre_s - session.began_s,
        digest=digest(session),
        weights={step: scenario.weight_of(step) for step in scenario.steps},
    )


def _dose(session: "Session") -> Dose:
    dose = session.theatre.fluoroscope.dose
    return Dose(
        fluoroscopy_s=dose.fluoroscopy_s,
        exposures=dose.exposures,
        air_kerma_mgy=dose.air_kerma_mgy,
        dap_gy_cm2=dose.dap_gy_cm2,
        skin_peak_mgy=dose.peak_skin_mgy,
        staff_usv=dict(dose.staff_usv),
        hand_pulses=dose.hand_pulses,
        hand_ugy=dose.hand_kerma_ugy,
        answered_share=informative_share([look for _, look in _looks(session)]),
    )


def _looks(session: "Session") -> list[tuple[str, Look]]:
    """Return the looks at pictures with their steps, in the order of the steps."""
    begun = [step for step in session.scenario.steps if step in session.states]
    return [(step, look) for step in begun for look in STEPS[step].looks(session.states[step])]


def _pictures(session: "Session") -> list[Moment]:
    """Return each look with the questions that it answered."""
    target = upper_vertebra(session.theatre.plan.window)
    return [
        Moment(
            tick=look.last_tick,
            step=step,
            text=in_words(look, target),
            exposure=look.last,
            kind="answered" if answers(look) else "unanswered",
        )
        for step, look in _looks(session)
        if look.over
    ]


def _complication(event: Complication) -> ComplicationFact:
    """Return what happened, with what the catalogue knows of its kind."""
    entry = CATALOGUE[event.id]
    return ComplicationFact(
        id=event.id,
        name=event.name,
        step=event.step,
        tick=event.tick,
        cause=event.cause,
        signs="; ".join(entry.signs),
        rescue=entry.rescue_in_words(),
        incidence=entry.incidence,
    )


def _step_facts(session: "Session", step: str, impossible: dict[str, str]) -> StepFacts:
    state = session.states.get(step)
    spent = session.durations_s.get(step, 0.0)
    if session.step == step:
        spent += session.theatre.theatre_s - session.started_s[step]
    return StepFacts(
        id=step,
        duration_s=spent,
        measures=session.measured(step) if state is not None else {},
        impossible=impossible,
        missing=STEPS[step].missing(state) if state is not None else {},
        motion=_motion(session, step),
        started_tick=_tick_of(session, StepStarted, step),
        finished_tick=_tick_of(session, StepFinished, step),
    )


def _motion(session: "Session", step: str) -> MotionFacts | None:
    motion = session.motions.get(step)
    if motion is None:
        return None
    return MotionFacts(
        path_mm=motion.path_mm,
        tissue_mm=motion.tissue_mm,
        swept_mm2=motion.swept_mm2,
        motions=motion.motions,
        smoothness=motion.smoothness,
    )


def _tick_of(session: "Session", kind: type[StepStarted] | type[StepFinished], step: str) -> int | None:
    return next((event.tick for event in session.events if isinstance(event, kind) and event.step == step), None)


def _step_at(session: "Session", tick: int) -> str:
    step: str = session.scenario.steps[0]
    for event in session.events:
        if event.tick > tick:
            break
        if isinstance(event, StepStarted):
            step = event.step
    return step


def _moments(session: "Session", event: Event) -> list[Moment]:
    """Return what an event adds to the timeline."""
    told = _told(event) or next((told for rules in STEPS.values() if (told := rules.told(event)) is not None), None)
    if told is None:
        return []
    return [Moment(tick=event.tick, step=_step_at(session, event.tick), text=told.text, exposure=told.exposure)]


def _told(event: Event) -> Told | None:
    """Return what the timeline says of an event of the whole theatre."""
    match event:
        case ViewStored(view=view):
            return Told(f"{'AP' if view == 'ap' else 'lateral'} stored", event.exposure)
        case WentBack(to=to):
            return Told("back to the bookmark" if to == "bookmark" else "tried again")
    return None
