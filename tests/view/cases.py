"""Scenario files, reports and pictures for the view's tests."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.assessment import CaseFacts, ComplicationFact, CriticalFact, Dose, Moment, Report, StepFacts, make_report
from game.assessment.criteria import Criterion
from game.resources import shipped
from game.scenario import load_tables

STANDARD = (shipped("scenarios") / "standard.yaml").read_text(encoding="utf-8")


def write_case(folder: Path, name: str, title: str, level: str = "core") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = STANDARD.replace("id: standard", f"id: {name}").replace('title: "Plain case"', f'title: "{title}"')
    path = folder / f"{name}.yaml"
    path.write_text(text.replace("level: core", f"level: {level}"), encoding="utf-8")
    return path


def grey_picture(*_: object) -> NDArray[np.uint8]:
    """Return a picture in the place of an X-ray."""
    return np.tile(np.linspace(40, 220, 64, dtype=np.uint8), (64, 1))


def _value(criterion: Criterion, good: bool) -> float | str:
    if criterion.kind == "category":
        return (max if good else min)(criterion.marks, key=lambda name: criterion.marks[name])
    if good:
        return next(bound for bound in (criterion.target.high, criterion.target.low) if bound is not None)
    return criterion.fail.high * 1.5 if criterion.fail.high is not None else 0.0


def make_case_report(good: bool = False) -> Report:
    criteria = load_tables().criteria
    steps = tuple(
        StepFacts(
            id=str(step),
            duration_s=700.0,
            measures={
                name: _value(entry, good or number % 3 > 0) for number, (name, entry) in enumerate(criteria.steps[step].measures.items())
            },
            started_tick=60_000 * place,
            finished_tick=60_000 * place + 59_000,
        )
        for place, step in enumerate(criteria.steps)
    )
    facts = CaseFacts(
        scenario="standard",
        title="Plain case",
        seed=7,
        mode="exam",
        trainee="you",
        device="mouse",
        steps=steps,
        criticals=() if good else (CriticalFact(id="hollow-into-canal", step="needle", tick=150_000),),
        complications=()
        if good
        else tuple(
            ComplicationFact(id=f"C{number}", name="Paraesthesia", step="needle", tick=151_000 + number, cause="the point met a root")
            for number in range(4)
        ),
        moments=(
            Moment(tick=30_000, step="positioning", text="AP stored", exposure=0),
            Moment(tick=9_000, step="positioning", text="lateral: level, depth, marker", exposure=0, kind="answered"),
            Moment(tick=18_000, step="positioning", text="AP: nothing new", exposure=1, kind="unanswered"),
        ),
        dose=Dose(
            fluoroscopy_s=141.2,
            exposures=380,
            air_kerma_mgy=39.1,
            dap_gy_cm2=11.3,
            skin_peak_mgy=148.8,
            staff_usv={"surgeon": 138.8, "radiographer": 28.8, "anaesthetist": 48.8},
            hand_pulses=128,
            hand_ugy=4880.0,
            answered_share=0.88,
        ),
        duration_s=8980.0,
        digest="sha256:0",
    )
    return make_report(facts, criteria)
