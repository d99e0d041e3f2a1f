"""The report as a file (format 1) and as plain text."""

import json
from typing import Any

from game.assessment.facts import ComplicationFact, Dose, MotionFacts
from game.assessment.marks import Measure
from game.assessment.report import CriticalReport, MeasureReport, Report, StepReport
from game.clock import TICKS_PER_S
from game.plain import encode

FORMAT = 1
_UNMARKED_UNITS = ("count", "ratio", "score", "")
_SIGNS = {"target": "=", "acceptable": "+", "poor": "-", "fail": "x", "not_measured": "."}


def report_plain(report: Report) -> dict[str, Any]:
    """Return the report file's content as JSON types.

    Beyond the fields that every reader needs it names the input device, carries the notice, says with each
    measure that was not measured why, and with each complication what its signs and its rescue are.
    """
    return {
        "format": FORMAT,
        "notice": report.notice,
        "scenario": report.scenario,
        "seed": report.seed,
        "mode": report.mode,
        "trainee": report.trainee,
        "device": report.device,
        "retries": report.retries,
        "overall_percent": report.overall_percent,
        "passed": report.passed,
        "critical_errors": [_critical(error) for error in report.critical_errors],
        "steps": [_step(step) for step in report.steps],
        "complications": [_complication(item) for item in report.complications],
        "global_rating": dict(report.global_rating),
        "dose": _dose(report.dose),
        "duration_s": _rounded(report.duration_s),
        "digest": report.digest,
    }


def report_json(report: Report) -> str:
    """Return the report file's text."""
    return json.dumps(report_plain(report), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _critical(error: CriticalReport) -> dict[str, Any]:
    return {"id": error.id, "step": error.step, "tick": error.tick}


def _complication(item: ComplicationFact) -> dict[str, Any]:
    """Return a complication; what nothing is known of is left out."""
    told = {"id": item.id, "name": item.name, "step": item.step, "tick": item.tick, "cause": item.cause}
    known = {"signs": item.signs, "rescue": item.rescue, "incidence": item.incidence}
    return told | {name: text for name, text in known.items() if text}


def _step(step: StepReport) -> dict[str, Any]:
    return {
        "id": step.id,
        "percent": step.percent,
        "duration_s": _rounded(step.duration_s),
        "measures": [_measure(measure) for measure in step.measures],
        "motion": None if step.motion is None else {name: _rounded(value) for name, value in encode(step.motion).items()},
    }


def _dose(dose: Dose) -> dict[str, Any]:
    told: dict[str, Any] = {name: _rounded(value) for name, value in encode(dose).items() if name != "staff_usv"}
    return told | {"staff_usv": {name: _rounded(usv) for name, usv in dose.staff_usv.items()}}


def _measure(measure: MeasureReport) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": measure.id,
        "value": int(measure.value) if measure.unit == "count" and isinstance(measure.value, float) else _rounded(measure.value),
        "unit": measure.unit,
        "grade": measure.grade,
        "target": measure.target,
        "acceptable": measure.acceptable,
        "source": measure.source,
    }
    return told | {"reason": measure.reason} if measure.reason else told


def _rounded(value: Measure) -> Measure:
    return round(value, 4) if isinstance(value, float) else value


def as_text(report: Report) -> str:
    """Return the report as plain text for a terminal."""
    lines = [
        f"{report.title}, {report.mode}, seed {report.seed}, {report.trainee}, {report.device}",
        *([f"Went back for another try: {report.retries} times"] if report.retries else []),
        f"Overall {report.overall_percent:.1f} %: {'passed' if report.passed else 'not passed'} ({report.pass_rule})",
        *[f"CRITICAL  {_clock(error.tick)}  {error.text}. {error.why}." for error in report.critical_errors],
        *[line for step in report.steps for line in _step_lines(step)],
        *_complication_lines(report),
        *_rating_lines(report),
        "",
        f"Dose: fluoroscopy {report.dose.fluoroscopy_s:.1f} s, {report.dose.exposures} exposures, "
        f"air kerma {report.dose.air_kerma_mgy:.1f} mGy, area product {report.dose.dap_gy_cm2:.2f} Gy cm2 (shown, not marked)",
        *_people_lines(report.dose),
        f"Theatre time: {report.duration_s / 60.0:.0f} min",
        *_practise_lines(report),
        "",
        report.notice,
    ]
    return "\n".join(lines) + "\n"


def _people_lines(dose: Dose) -> list[str]:
    """Return what the dose did to people, and how much of it answered a question."""
    staff = ", ".join(f"{name} {usv:.1f} uSv" for name, usv in dose.staff_usv.items())
    lines = [f"Skin: {dose.skin_peak_mgy:.1f} mGy at most; hands in the beam in {dose.hand_pulses} pulses, {dose.hand_ugy:.0f} uGy"]
    lines += [f"Scatter outside the lead: {staff}"] if staff else []
    return lines + ([f"Of the dose {dose.answered_share:.0%} answered a question"] if dose.answered_share is not None else [])


def with_unit(shown: str, unit: str) -> str:
    """Return a value with its unit, where the unit says anything."""
    return shown if unit in _UNMARKED_UNITS else f"{shown} {unit}"


def _step_lines(step: StepReport) -> list[str]:
    head = f"{step.title}  {step.percent:.1f} %  ({step.duration_s / 60.0:.0f} min)"
    return ["", head, *[_measure_line(measure) for measure in step.measures], *_motion_lines(step)]


def _motion_lines(step: StepReport) -> list[str]:
    return [] if step.motion is None else [f"    Hands, not marked: {motion_words(step.motion)}"]


def motion_words(motion: MotionFacts) -> str:
    """Return how the hands moved, for people."""
    words = [f"way {motion.path_mm / 1000.0:.1f} m", f"{motion.motions} motions"]
    if motion.smoothness is not None:
        words.append(f"smoothness {motion.smoothness:.1f}")
    if motion.tissue_mm > 0.0:
        words += [f"{motion.tissue_mm:.0f} mm in tissue", f"{motion.swept_mm2:.0f} mm2 swept"]
    return ", ".join(words)


def _measure_line(measure: MeasureReport) -> str:
    if not measure.counted:
        return f"  . {measure.label:<38} does not apply: {measure.reason}"
    value = with_unit(measure.shown, measure.unit if measure.value is not None else "")
    return (
        f"  {_SIGNS[measure.grade]} {measure.label:<38} {value:<20} target {with_unit(measure.target, measure.unit):<24} {measure.source}"
    )


def _complication_lines(report: Report) -> list[str]:
    told = [line for item in report.complications for line in _told(item)]
    return ["", "Complications", *told] if told else []


def _told(item: ComplicationFact) -> list[str]:
    known = (("Signs", item.signs), ("Rescue", item.rescue), ("How often", item.incidence))
    return [f"  {_clock(item.tick)}  {item.name}: {item.cause}", *(f"         {name}: {text}" for name, text in known if text)]


def _rating_lines(report: Report) -> list[str]:
    items = [f"  {name.replace('_', ' '):<28} {score}" for name, score in report.global_rating.items()]
    return ["", "Global rating, 1 to 5, proposed for the instructor", *items]


def _practise_lines(report: Report) -> list[str]:
    told = [f"  {index}. {item.title}: {item.advice}" for index, item in enumerate(report.practise_next, start=1)]
    return ["", "Practise next", *told] if told else []


def _clock(tick: int) -> str:
    minutes, left_s = divmod(tick // TICKS_PER_S, 60)
    return f"{minutes:02d}:{left_s:02d}"
