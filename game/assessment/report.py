"""From the facts of a case to its report. The report states; it never judges again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from game.assessment.criteria import Criteria, Criterion, StepCriteria
from game.assessment.facts import CaseFacts, ComplicationFact, Dose, MotionFacts, StepFacts
from game.assessment.marks import Grade, Measure, acceptable_text, grade, mark, target_text, value_text

NOTICE = "For training only. Not a medical device."
NEVER_DONE = "never done"
PRACTISE_MOST = 3
COMPETENT, SUPERIOR = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReport:
    """One measure beside its target.

    Attributes:
        shown: The value as people read it, without its unit.
        mark: 0 to 1.
        counted: Whether it is part of the step's mean.
        reason: Why it was not measured, else empty.
        rating: Item of the global rating that it speaks for.
        advice: What to practise.
    """

    id: str
    label: str
    value: Measure
    shown: str
    unit: str
    grade: Grade
    mark: float
    weight: int
    counted: bool
    target: str
    acceptable: str
    source: str
    reason: str
    rating: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """One step.

    Attributes:
        percent: Weighted mean of the marks, one decimal.
        passed: Whether it reaches the least mark of a step.
        motion: How the hands moved, not marked; None where the step was never begun.
    """

    id: str
    title: str
    percent: float
    passed: bool
    duration_s: float
    measures: tuple[MeasureReport, ...]
    motion: MotionFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalReport:
    """A critical error with its words."""

    id: str
    step: str
    tick: int
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Practise:
    """One thing to practise next; it opens the drill of its step.

    Attributes:
        step: Id of the step whose drill it opens.
        title: The step's name for people.
        cause: Id of the measure or critical error behind it.
        advice: What to practise, as one order.
    """

    step: str
    title: str
    cause: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """A point on the timeline.

    Attributes:
        exposure: Index of the picture that belongs to it, or None.
    """

    tick: int
    step: str
    kind: Literal["started", "finished", "critical", "complication", "moment", "answered", "unanswered"]
    text: str
    exposure: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole debrief.

    Attributes:
        overall_percent: Mean of the steps by their weights, one decimal.
        passed: Whether the pass rule is met.
        pass_rule: The rule in words.
        global_rating: OSATS items 1 to 5 proposed from the marks; the instructor accepts or changes them.
        practise_next: Three things at most, the dearest first.
        retries: How often the trainee went back for another try, in practice.
        notice: What every report must say.
    """

    scenario: str
    title: str
    seed: int
    mode: str
    trainee: str
    device: str
    overall_percent: float
    passed: bool
    pass_rule: str
    critical_errors: tuple[CriticalReport, ...]
    steps: tuple[StepReport, ...]
    complications: tuple[ComplicationFact, ...]
    global_rating: dict[str, int]
    dose: Dose
    duration_s: float
    digest: str
    practise_next: tuple[Practise, ...]
    timeline: tuple[TimelineEntry, ...]
    retries: int = 0
    notice: str = NOTICE


def make_report(facts: CaseFacts, criteria: Criteria) -> Report:
    """Judge a case.

    Args:
        facts: What was done.
        criteria: What counts as good.

    Raises:
        ValueError: If the facts name a step, measure, outcome or critical error that the criteria do not know.
    """
    steps = tuple(_step_report(step, criteria) for step in facts.steps)
    if not steps:
        raise ValueError("a case without steps cannot be judged")
    weights = [facts.weights.get(step.id, 1.0) for step in steps]
    overall = round(_mean([_share(step.measures) * 100.0 for step in steps], weights), 1)
    criticals = tuple(_critical_report(fact.id, fact.step, fact.tick, criteria) for fact in facts.criticals)
    rule = criteria.passing
    return Report(
        scenario=facts.scenario,
        title=facts.title,
        seed=facts.seed,
        mode=facts.mode,
        trainee=facts.trainee,
        device=facts.device,
        retries=facts.retries,
        overall_percent=overall,
        passed=overall >= rule.overall_percent and all(step.passed for step in steps) and not criticals,
        pass_rule=f"overall {rule.overall_percent:g} %, every step {rule.step_percent:g} %, no critical error",
        critical_errors=criticals,
        steps=steps,
        complications=facts.complications,
        global_rating=_global_rating(steps, bool(criticals)),
        dose=facts.dose,
        duration_s=facts.duration_s,
        digest=facts.digest,
        practise_next=_practise_next(steps, weights, criticals, criteria),
        timeline=_timeline(facts, criticals, steps),
    )


def _mean(values: Sequence[float], weights: Sequence[float]) -> float:
    total = math.fsum(weights)
    return math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / total if total > 0.0 else 0.0


def _share(measures: Sequence[MeasureReport]) -> float:
    """Return the weighted mean of the marks that count, 0 to 1."""
    counted = [measure for measure in measures if measure.counted]
    return _mean([measure.mark for measure in counted], [float(measure.weight) for measure in counted])


def _step_report(facts: StepFacts, criteria: Criteria) -> StepReport:
    known = {str(step): entry for step, entry in criteria.steps.items()}
    if facts.id not in known:
        raise ValueError(f"there are no criteria for the step '{facts.id}'")
    entry = known[facts.id]
    unknown = sorted(set(facts.measures) - set(entry.measures))
    if unknown:
        raise ValueError(f"the step '{facts.id}' has no criterion for '{unknown[0]}'")
    measures = tuple(_measure_report(name, facts, entry) for name in entry.measures)
    percent = round(_share(measures) * 100.0, 1)
    return StepReport(
        id=facts.id,
        title=entry.title,
        percent=percent,
        passed=percent >= criteria.passing.step_percent,
        duration_s=facts.duration_s,
        measures=measures,
        motion=facts.motion,
    )


def _measure_report(name: str, facts: StepFacts, entry: StepCriteria) -> MeasureReport:
    criterion: Criterion = entry.measures[name]
    impossible = name in facts.impossible
    value = None if impossible else facts.measures.get(name)
    given = mark(criterion, value)
    missing = facts.missing.get(name, "") if value is None else ""
    return MeasureReport(
        id=name,
        label=criterion.label,
        value=value,
        shown="-" if impossible else missing or value_text(criterion, value),
        unit=criterion.unit if criterion.kind == "range" else "",
        grade=grade(value, given),
        mark=given,
        weight=criterion.weight,
        counted=not impossible,
        target=target_text(criterion),
        acceptable=acceptable_text(criterion),
        source=criterion.source,
        reason="" if value is not None else facts.impossible.get(name, missing or NEVER_DONE),
        rating=criterion.rating,
        advice=criterion.advice,
    )


def _critical_report(name: str, step: str, tick: int, criteria: Criteria) -> CriticalReport:
    words = {str(key): entry for key, entry in criteria.critical.items()}.get(name)
    if words is None:
        raise ValueError(f"there is no critical error '{name}'")
    return CriticalReport(id=name, step=step, tick=tick, text=words.text, why=words.why)


def _global_rating(steps: Sequence[StepReport], critical: bool) -> dict[str, int]:
    """Propose the OSATS items.

    Each measure names the item that it speaks for; an item is 1 plus four times the weighted mean of the marks of
    its measures, to the nearest whole number, halves up. An item that no measure spoke for is left out. Nobody is
    superior, 5, in an item of which a measure got no mark, nor better than competent, 3, in a case with a critical error.
    Scale: OSATS, 1 to 5, anchored at 1, 3 and 5; the mapping is a simulator tolerance.
    """
    by_item: dict[str, list[MeasureReport]] = {}
    for step in steps:
        for measure in step.measures:
            if measure.counted:
                by_item.setdefault(measure.rating, []).append(measure)
    return {
        item: min(
            math.floor(1.5 + 4.0 * _share(measures)),
            COMPETENT if critical else SUPERIOR,
            SUPERIOR - 1 if any(measure.mark == 0.0 for measure in measures) else SUPERIOR,
        )
        for item, measures in sorted(by_item.items())
    }


def _practise_next(
    steps: Sequence[StepReport], weights: Sequence[float], criticals: Sequence[CriticalReport], criteria: Criteria
) -> tuple[Practise, ...]:
    """Return what cost most: critical errors in the order of time, then measures by what they took from the overall mark."""
    titles = {step.id: step.title for step in steps}
    words = {str(key): entry for key, entry in criteria.critical.items()}
    found = [
        Practise(step=error.step, title=titles.get(error.step, error.step), cause=error.id, advice=words[error.id].advice)
        for error in criticals
    ]
    losses = [
        (weight * loss, Practise(step=step.id, title=step.title, cause=measure.id, advice=measure.advice))
        for step, weight in zip(steps, weights, strict=True)
        for measure, loss in _losses(step)
    ]
    found += [item for _, item in sorted(losses, key=lambda pair: -pair[0])]
    first = {(item.step, item.advice): item for item in reversed(found)}
    return tuple(item for item in found if first.get((item.step, item.advice)) is item)[:PRACTISE_MOST]


def _losses(step: StepReport) -> list[tuple[MeasureReport, float]]:
    """Return the measures with less than the full mark, with the part of the step's mark that each took."""
    total = math.fsum(measure.weight for measure in step.measures if measure.counted)
    lost = [measure for measure in step.measures if measure.counted and measure.mark < 1.0]
    return [(measure, measure.weight * (1.0 - measure.mark) / total) for measure in lost]


def _timeline(facts: CaseFacts, criticals: Sequence[CriticalReport], steps: Sequence[StepReport]) -> tuple[TimelineEntry, ...]:
    entries: list[TimelineEntry] = []
    for step, told in zip(facts.steps, steps, strict=True):
        if step.started_tick is not None:
            entries.append(TimelineEntry(tick=step.started_tick, step=step.id, kind="started", text=told.title))
        if step.finished_tick is not None:
            entries.append(TimelineEntry(tick=step.finished_tick, step=step.id, kind="finished", text=f"{told.title} finished"))
    entries += [TimelineEntry(tick=item.tick, step=item.step, kind="critical", text=item.text) for item in criticals]
    entries += [TimelineEntry(tick=item.tick, step=item.step, kind="complication", text=item.name) for item in facts.complications]
    entries += [
        TimelineEntry(tick=item.tick, step=item.step, kind=item.kind, text=item.text, exposure=item.exposure) for item in facts.moments
    ]
    return tuple(sorted(entries, key=lambda entry: entry.tick))
