import math
from dataclasses import replace

import pytest
from hypothesis import example, given, settings

from game.assessment.criteria import Bounds, CategoryCriterion, RangeCriterion
from game.assessment.marks import acceptable_text, grade, mark, target_text, value_text
from game.scenario import load_criteria
from tests.strategies import range_criteria, values

CRITERIA = load_criteria()
fixed = settings(derandomize=True, max_examples=150, deadline=None)


def worth(step: str, measure: str, value: float | str | None) -> float:
    return mark(CRITERIA.steps[step].measures[measure], value)  # type: ignore[index]


@pytest.mark.parametrize(
    ("step", "measure", "value", "expected"),
    [
        ("positioning", "spine_rotation_mm", 0.0, 1.0),
        ("positioning", "spine_rotation_mm", 2.0, 1.0),
        ("positioning", "spine_rotation_mm", 3.0, 0.8),
        ("positioning", "spine_rotation_mm", 4.0, 0.6),
        ("positioning", "spine_rotation_mm", 4.5, 0.3),
        ("positioning", "spine_rotation_mm", 5.0, 0.0),
        ("positioning", "spine_rotation_mm", 50.0, 0.0),
        ("positioning", "spine_rotation_mm", -3.0, 0.8),
        ("positioning", "hip_flexion_deg", 52.5, 0.8),
        ("positioning", "hip_flexion_deg", 95.0, 0.8),
        ("positioning", "hip_flexion_deg", 0.0, 0.0),
        ("positioning", "views_stored", 1.0, 0.6),
        ("positioning", "entry_level", "other", 0.5),
        ("positioning", "entry_level", "conus", 0.0),
        ("positioning", "entry_mark_aside_mm", 2.5, 0.3),
        ("positioning", "entry_mark_aside_mm", -4.0, 0.0),
        ("antisepsis", "coverage", 0.99, 1.0),
        ("antisepsis", "coverage", 0.97, 0.8),
        ("antisepsis", "coverage", 0.95, 0.6),
        ("antisepsis", "coverage", 0.949, 0.0),
        ("antisepsis", "drying_s", 150.0, 0.8),
        ("antisepsis", "drying_s", 90.0, 0.3),
        ("antisepsis", "drying_s", 60.0, 0.0),
        ("antisepsis", "dirty_returns", 1.0, 0.0),
        ("needle", "skin_angle_deg", 40.0, 1.0),
        ("needle", "skin_angle_deg", 47.5, 0.8),
        ("needle", "skin_angle_deg", 55.0, 0.3),
        ("needle", "skin_angle_deg", 22.5, 0.3),
        ("needle", "dural_punctures", 1.0, 1.0),
        ("needle", "dural_punctures", 2.0, 0.6),
        ("needle", "dural_punctures", 3.0, 0.0),
        ("needle", "dural_punctures", 0.0, 0.0),
        ("needle", "convergence_deg", -4.0, 0.0),
        ("needle", "csf_lost_ml", 6.0, 0.8),
        ("needle", "csf_lost_ml", 10.0, 0.6),
        ("needle", "csf_lost_ml", 10.01, 0.0),
        ("needle", "tip_midline_mm", -7.0, 0.3),
        ("needle", "csf_flow", "brisk", 1.0),
        ("needle", "csf_flow", "blood", 0.0),
        ("needle", "csf_flow", None, 0.0),
    ],
)
def test_marks_are_those_worked_by_hand(step: str, measure: str, value: float | str | None, expected: float) -> None:
    assert worth(step, measure, value) == pytest.approx(expected, abs=1e-9)


@fixed
@given(range_criteria(), values)
def test_a_mark_is_between_nothing_and_one(criterion: RangeCriterion, value: float) -> None:
    assert 0.0 <= mark(criterion, value) <= 1.0


@fixed
@given(range_criteria(), values, values)
def test_a_mark_never_rises_away_from_the_target(criterion: RangeCriterion, first: float, second: float) -> None:
    low = criterion.target.low if criterion.target.low is not None else -math.inf
    high = criterion.target.high if criterion.target.high is not None else math.inf
    nearer, further = sorted((first, second), key=lambda value: max(low - value, value - high, 0.0))
    if (nearer > high) == (further > high) and (nearer < low) == (further < low):
        assert mark(criterion, nearer) >= mark(criterion, further)


@fixed
@given(range_criteria(sloped=True), values)
def test_a_mark_with_room_between_its_edges_has_no_jumps(criterion: RangeCriterion, value: float) -> None:
    steepest_per_unit = 0.6 / 0.5
    assert abs(mark(criterion, value + 1e-6) - mark(criterion, value)) <= steepest_per_unit * 1e-6 + 1e-9


@fixed
@given(range_criteria())
def test_the_edges_are_worth_what_the_table_says(criterion: RangeCriterion) -> None:
    for side in ("low", "high"):
        target, acceptable = getattr(criterion.target, side), getattr(criterion.acceptable, side)
        if target is not None:
            assert mark(criterion, target) == 1.0
            assert mark(criterion, acceptable) == (1.0 if acceptable == target else pytest.approx(0.6))


@fixed
@given(range_criteria(), values)
@example(CRITERIA.steps["needle"].measures["csf_lost_ml"], 6.0)
def test_another_unit_of_length_leaves_the_mark_alone(criterion: RangeCriterion, value: float) -> None:
    def scaled(bounds: Bounds) -> Bounds:
        return Bounds(low=None if bounds.low is None else 4.0 * bounds.low, high=None if bounds.high is None else 4.0 * bounds.high)

    in_quarters = replace(criterion, target=scaled(criterion.target), acceptable=scaled(criterion.acceptable), fail=scaled(criterion.fail))
    assert mark(in_quarters, 4.0 * value) == mark(criterion, value)


@pytest.mark.parametrize("value", [math.nan, math.inf, "much"])
def test_a_measure_that_is_no_number_is_refused(value: float | str) -> None:
    with pytest.raises(ValueError, match=r"Tip off the midline is .*, must be a finite number"):
        worth("needle", "tip_midline_mm", value)


@pytest.mark.parametrize("value", ["gushing", 1.0])
def test_an_outcome_without_a_mark_is_refused(value: float | str) -> None:
    with pytest.raises(ValueError, match="must be one of brisk, slow, none, blood"):
        worth("needle", "csf_flow", value)


@pytest.mark.parametrize(
    ("given_mark", "expected"), [(1.0, "target"), (0.99, "acceptable"), (0.6, "acceptable"), (0.59, "poor"), (0.01, "poor"), (0.0, "fail")]
)
def test_grades_follow_marks(given_mark: float, expected: str) -> None:
    assert grade(3.0, given_mark) == expected
    assert grade(None, given_mark) == "not_measured"


@pytest.mark.parametrize(
    ("step", "measure", "target", "acceptable"),
    [
        ("antisepsis", "coverage", ">= 0.99", ">= 0.95"),
        ("positioning", "spine_rotation_mm", "<= 2", "<= 4"),
        ("positioning", "hip_flexion_deg", "60 to 90", "45 to 100"),
        ("needle", "dural_punctures", "1", "1 to 2"),
        ("antisepsis", "dirty_returns", "0", ""),
        ("positioning", "entry_level", "as planned", ""),
        ("antisepsis", "time_out", "done", ""),
    ],
)
def test_targets_read_as_people_write_them(step: str, measure: str, target: str, acceptable: str) -> None:
    criterion = CRITERIA.steps[step].measures[measure]  # type: ignore[index]
    assert target_text(criterion) == target
    assert acceptable_text(criterion) == acceptable


@pytest.mark.parametrize(
    ("step", "measure", "value", "shown"),
    [
        ("needle", "tip_midline_mm", -4.46, "4.5"),
        ("needle", "canal_depth_ratio", -0.001, "0.00"),
        ("needle", "convergence_deg", -4.0, "-4"),
        ("needle", "dural_punctures", 1.0, "1"),
        ("needle", "csf_flow", "slow", "clear, slow"),
        ("positioning", "entry_level", "other", "the next one"),
        ("needle", "csf_flow", None, "not done"),
    ],
)
def test_values_read_as_people_say_them(step: str, measure: str, value: float | str | None, shown: str) -> None:
    assert value_text(CRITERIA.steps[step].measures[measure], value) == shown  # type: ignore[index]


def test_every_outcome_of_every_category_has_a_grade() -> None:
    for entry in CRITERIA.steps.values():
        for criterion in entry.measures.values():
            if isinstance(criterion, CategoryCriterion):
                assert {grade(name, mark(criterion, name)) for name in criterion.marks} <= {"target", "acceptable", "poor", "fail"}
