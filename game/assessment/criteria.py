"""What counts as good: the shape of `assets/criteria.yaml`, which holds the numbers and their sources."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from game.operation.built import StepId
from game.patient.spec import Range

RatingItem = Literal[
    "respect_for_tissue",
    "time_and_motion",
    "instrument_handling",
    "knowledge_of_instruments",
    "use_of_assistants",
    "flow_and_forward_planning",
    "knowledge_of_procedure",
]
CriticalId = Literal[
    "wrong-side-or-level",
    "antiseptic-against-allergy",
    "draped-wet",
    "needle-in-wet",
    "through-ventral-dura",
    "advanced-after-paraesthesia",
    "hollow-into-canal",
    "csf-over-10-ml",
    "catheter-cut-by-blade",
    "lidocaine-over-maximum",
    "pulled-back-through-needle",
    "tunnelled-into-cavity",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A stretch of values; an absent side is open.

    Attributes:
        low: Lowest value that belongs to it.
        high: Highest value that belongs to it.
    """

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeCriterion:
    """How a number is judged: full marks in the target, none beyond the fail bounds, straight lines between.

    Attributes:
        kind: Always `range`.
        label: Its name for people.
        unit: Unit of the value, `ratio` or `count`.
        decimals: Decimals that people are shown.
        magnitude: Whether only the size of the value is judged, not its sign.
        target: Values with full marks.
        acceptable: Values with at least 0.6; holds the target.
        fail: Bounds beyond which there are no marks; at the acceptable edge there is a step, as in a rule that says "less than".
        weight: 1, 2 or 3.
        rating: Item of the global rating that it speaks for.
        advice: What to practise, as one order.
        source: Publication of the target, or `expert judgement`, or `simulator tolerance`.
    """

    kind: Literal["range"]
    label: Annotated[str, Range(1, 48, "characters", "its name for people")]
    unit: Annotated[str, Range(1, 16, "characters", "unit of the value, or ratio or count")]
    decimals: Annotated[int, Range(0, 3, "decimals", "decimals that people are shown")] = 0
    magnitude: bool = False
    target: Bounds
    acceptable: Bounds
    fail: Bounds
    weight: Annotated[int, Range(1, 3, "", "how much it counts")]
    rating: RatingItem
    advice: Annotated[str, Range(1, 80, "characters", "what to practise, as one order")]
    source: Annotated[str, Range(1, 160, "characters", "publication, expert judgement or simulator tolerance")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCriterion:
    """How a named outcome is judged.

    Attributes:
        kind: Always `category`.
        label: Its name for people.
        marks: The mark of each outcome that can be.
        words: What people read for an outcome; without one they read its name.
        weight: 1, 2 or 3.
        rating: Item of the global rating that it speaks for.
        advice: What to practise, as one order.
        source: Publication of the target, or `expert judgement`, or `simulator tolerance`.
    """

    kind: Literal["category"]
    label: Annotated[str, Range(1, 48, "characters", "its name for people")]
    marks: dict[str, Annotated[float, Range(0, 1, "", "mark of this outcome")]]
    words: dict[str, Annotated[str, Range(1, 40, "characters", "what people read")]] = field(default_factory=dict)
    weight: Annotated[int, Range(1, 3, "", "how much it counts")]
    rating: RatingItem
    advice: Annotated[str, Range(1, 80, "characters", "what to practise, as one order")]
    source: Annotated[str, Range(1, 160, "characters", "publication, expert judgement or simulator tolerance")]


Criterion = RangeCriterion | CategoryCriterion


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCriteria:
    """How one step is judged.

    Attributes:
        title: Its name for people.
        measures: The criterion of each measure, in the order of the report.
    """

    title: Annotated[str, Range(1, 24, "characters", "its name for people")]
    measures: dict[str, Criterion]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRule:
    """What a case needs to be passed, beside no critical error."""

    overall_percent: Annotated[float, Range(0, 100, "%", "least overall mark")]
    step_percent: Annotated[float, Range(0, 100, "%", "least mark of every step")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalText:
    """What people read about a critical error.

    Attributes:
        text: What happened, as a sentence without its full stop.
        why: Why it is critical.
        advice: What to practise, as one order.
    """

    text: Annotated[str, Range(1, 80, "characters", "what happened")]
    why: Annotated[str, Range(1, 120, "characters", "why it is critical")]
    advice: Annotated[str, Range(1, 80, "characters", "what to practise, as one order")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """The whole table.

    Attributes:
        format: Version of this file's layout.
        passing: The pass rule.
        critical: The critical errors that exist.
        steps: How each built step is judged.
    """

    format: Literal[1]
    passing: PassRule
    critical: dict[CriticalId, CriticalText]
    steps: dict[StepId, StepCriteria]
