"""What an author writes: the scenario, and the tables that come with it."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from game.assessment.criteria import Criteria
from game.instruments.equipment import Equipment
from game.operation.built import BUILT_STEPS, StepId
from game.operation.plan import Plan
from game.patient.spec import PatientSpec, Range

Level = Literal["core", "intermediate", "advanced", "complication"]
ChartLine = Annotated[str, Range(1, 90, "characters", "one line of the chart")]
Weight = Annotated[float, Range(0.1, 10, "", "weight of this step in the overall mark")]
Speaker = Literal["surgeon", "patient", "anaesthetist", "scrub", "circulating", "radiographer", "hint"]
"""Who speaks; `hint` is guided mode's line on the screen, which nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables that change what happens or what it is worth; a recording keeps them with the scenario."""

    criteria: Criteria
    equipment: Equipment


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One case.

    Attributes:
        format: Version of this file's layout.
        level: Which shelf of the library it stands on.
        patient: The body; the seed draws what is not said here.
        plan: What was agreed before the operation.
        steps: The steps that are played, in the order of the operation.
        weights: Weight of a step in the overall mark, 1 where nothing is said.
        tables: Criteria and equipment; not part of the author's file.
    """

    format: Literal[1]
    id: Annotated[str, Range(1, 40, "characters", "short name in reports and recordings: small letters, digits and hyphens")]
    title: Annotated[str, Range(1, 40, "characters", "name in the library")]
    summary: Annotated[str, Range(1, 80, "characters", "one line under the title")]
    level: Level
    minutes: Annotated[int, Range(1, 120, "minutes", "how long a first attempt takes")]
    chart: Annotated[tuple[ChartLine, ...], Range(1, 8, "lines", "what the surgeon knows of the patient")]
    patient: PatientSpec = field(default_factory=PatientSpec)
    plan: Plan = field(default_factory=Plan)
    steps: Annotated[tuple[StepId, ...], Range(1, len(BUILT_STEPS), "steps", "the steps that are played")] = BUILT_STEPS
    weights: dict[StepId, Weight] = field(default_factory=dict)
    tables: Tables = field(metadata={"authored": False})

    def weight_of(self, step: str) -> float:
        """Return the weight of a step in the overall mark."""
        return {str(key): value for key, value in self.weights.items()}.get(step, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechLine:
    """One thing that somebody says.

    Attributes:
        speaker: Who says it.
        text: The words; {0}, {1} are gaps that the event's words fill.
    """

    speaker: Speaker
    text: Annotated[str, Range(1, 160, "characters", "the words, with {0}, {1} for gaps")]
    seconds: Annotated[float, Range(0.2, 20, "s", "how long it takes to say")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Everything that a person says; wording only, it changes no result.

    Attributes:
        lines: The lines by their key.
    """

    lines: dict[str, SpeechLine]
