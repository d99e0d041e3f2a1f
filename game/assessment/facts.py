"""What a session hands over to be judged: plain facts of one case, no thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from game.assessment.marks import Measure
from game.operation.plan import Plan

CHLORHEXIDINE_ONLY = ("friction_s", "fold_friction_s", "drying_s")
IODINE_ONLY = ("iodine_scrub_min", "iodine_dry_min")
VIEW_MEASURES: dict[str, tuple[str, ...]] = {
    "view_rotation_deg": ("true-ap", "square", "true-lateral"),
    "view_oblique_deg": ("contralateral-oblique",),
    "view_tilt_deg": ("true-ap", "square", "true-lateral", "contralateral-oblique"),
    "view_centring_mm": ("true-ap", "square", "true-lateral", "contralateral-oblique"),
    "count_chain": ("count-to",),
}
"""Which kinds of standard view have a measure."""
NOT_ASKED = "no such view was asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """What pictures cost, and what they told.

    Attributes:
        fluoroscopy_s, exposures, air_kerma_mgy, dap_gy_cm2: What the C-arm's dose display says at the end.
        skin_peak_mgy: Dose of the patch of skin that got most, with backscatter.
        staff_usv: Scatter at the chest of each person round the table, outside the lead.
        hand_pulses, hand_ugy: Pulses that met a hand of the surgeon, and their air kerma there.
        answered_share: Part of the air kerma that went into pictures that answered a question; None without pictures.
    """

    fluoroscopy_s: float = 0.0
    exposures: int = 0
    air_kerma_mgy: float = 0.0
    dap_gy_cm2: float = 0.0
    skin_peak_mgy: float = 0.0
    staff_usv: Mapping[str, float] = field(default_factory=dict)
    hand_pulses: int = 0
    hand_ugy: float = 0.0
    answered_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionFacts:
    """How the hands moved in a step; shown, never marked.

    Attributes:
        path_mm: Way of the working hand.
        tissue_mm: Way of the needle's point in tissue.
        swept_mm2: Tissue that its shaft swept sideways.
        motions: Separate motions of the hand.
        smoothness: Log dimensionless jerk, the higher the smoother; None for hardly any motion.
    """

    path_mm: float
    tissue_mm: float
    swept_mm2: float
    motions: int
    smoothness: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """One step as it was done.

    Attributes:
        id: The step's id.
        duration_s: Theatre seconds that it took.
        measures: Measures by id; None, or absent, when the trainee never did it.
        impossible: Reason by measure id where patient or scenario made the measure impossible.
        missing: Reason by measure id where the trainee began but did not come to it; such a measure counts.
        motion: How the hands moved; None for a step that was never begun.
        started_tick, finished_tick: Session ticks; None where it never came to that.
    """

    id: str
    duration_s: float
    measures: Mapping[str, Measure]
    impossible: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    motion: MotionFacts | None = None
    started_tick: int | None = None
    finished_tick: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalFact:
    """A critical error that happened."""

    id: str
    step: str
    tick: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplicationFact:
    """A complication that happened, what caused it, and what is known of its kind.

    Attributes:
        signs: What is seen, heard or felt of it.
        rescue: What to do, in order.
        incidence: How often it comes in practice, with its source.
    """

    id: str
    name: str
    step: str
    tick: int
    cause: str
    signs: str = ""
    rescue: str = ""
    incidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something worth a place on the timeline.

    Attributes:
        text: A few words for people.
        exposure: Index of the picture that belongs to it, or None.
        kind: `answered` or `unanswered` where it is a picture itself, with the questions that it answered or why none.
    """

    tick: int
    step: str
    text: str
    exposure: int | None = None
    kind: Literal["moment", "answered", "unanswered"] = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One case as it was done.

    Attributes:
        scenario: The scenario's id.
        title: Its name for people.
        seed: Seed of the session.
        mode: guided, practice or exam.
        trainee: Who did it.
        device: The input device; motion is compared only within one.
        steps: The steps that were to be done, in order.
        criticals: Critical errors in the order of time.
        complications: Complications in the order of time.
        moments: What else the timeline shows.
        retries: How often the trainee went back for another try, in practice.
        dose: Shown, never marked.
        duration_s: Theatre seconds of the whole case.
        digest: Digest of the final state.
        weights: Weight of a step in the overall mark, 1 where absent.
    """

    scenario: str
    title: str
    seed: int
    mode: str
    trainee: str
    device: str
    steps: tuple[StepFacts, ...]
    criticals: tuple[CriticalFact, ...] = ()
    complications: tuple[ComplicationFact, ...] = ()
    moments: tuple[Moment, ...] = ()
    retries: int = 0
    dose: Dose = field(default_factory=Dose)
    duration_s: float = 0.0
    digest: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)


def impossible_measures(plan: Plan, agent: str) -> dict[str, dict[str, str]]:
    """Return which measures this case could not have, and why.

    Args:
        plan: The order card.
        agent: Antiseptic that was used, or "" when none was; then the one that the allergy leaves counts.

    Returns:
        Reason by measure id, by step id.
    """
    meant = agent or ("iodine" if plan.allergy == "chlorhexidine" else "chlorhexidine")
    other = IODINE_ONLY if meant == "chlorhexidine" else CHLORHEXIDINE_ONLY
    found = {"antisepsis": dict.fromkeys(other, f"the skin is prepared with {meant}")}
    if plan.anaesthesia == "general":
        found["needle"] = {"worst_pain": "the patient is asleep"}
        found["tunnelling"] = {"track_numb_ratio": "the patient is asleep"}
    kinds = {task.kind for task in plan.views}
    found["views"] = {name: NOT_ASKED for name, of in VIEW_MEASURES.items() if not kinds.intersection(of)}
    return found
