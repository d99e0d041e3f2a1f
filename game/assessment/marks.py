"""The one function from a measure to a mark, and what marks are called and written as."""

import math
from typing import Literal

from game.assessment.criteria import Bounds, CategoryCriterion, Criterion

Measure = float | str | None
Grade = Literal["target", "acceptable", "poor", "fail", "not_measured"]
ACCEPTABLE = 0.6  # mark at the edge of the acceptable range; simulator tolerance


def mark(criterion: Criterion, value: Measure) -> float:
    """Return what a measure is worth.

    Args:
        criterion: How it is judged.
        value: What was measured; None when the trainee never did it.

    Returns:
        0 to 1: 1 in the target, straight to 0.6 at the edge of the acceptable range, straight to 0 at the fail bound.

    Raises:
        ValueError: If the value is not of the criterion's kind, not finite, or an outcome without a mark.
    """
    if value is None:
        return 0.0
    if isinstance(criterion, CategoryCriterion):
        return _category_mark(criterion, value)
    if isinstance(value, str) or not math.isfinite(value):
        raise ValueError(f"{criterion.label} is {value!r}, must be a finite number")
    judged = abs(value) if criterion.magnitude else float(value)
    low = _side_mark(judged, criterion.target.low, criterion.acceptable.low, criterion.fail.low, -1.0)
    high = _side_mark(judged, criterion.target.high, criterion.acceptable.high, criterion.fail.high, 1.0)
    return min(low, high)


def _category_mark(criterion: CategoryCriterion, value: float | str) -> float:
    if not isinstance(value, str) or value not in criterion.marks:
        raise ValueError(f"{criterion.label} is {value!r}, must be one of {', '.join(criterion.marks)}")
    return criterion.marks[value]


def _side_mark(value: float, target: float | None, acceptable: float | None, fail: float | None, sign: float) -> float:
    """Return the mark that one side of a range allows; `sign` is 1 for the high side and -1 for the low side."""
    if target is None or acceptable is None or fail is None:
        return 1.0
    beyond_target, beyond_acceptable = sign * (value - target), sign * (value - acceptable)
    if beyond_target <= 0.0:
        return 1.0
    if beyond_acceptable <= 0.0:
        return max(ACCEPTABLE, 1.0 - (1.0 - ACCEPTABLE) * beyond_target / (sign * (acceptable - target)))
    left = sign * (fail - value)
    return ACCEPTABLE * left / (sign * (fail - acceptable)) if left > 0.0 else 0.0


def grade(value: Measure, given: float) -> Grade:
    """Return what a mark is called."""
    if value is None:
        return "not_measured"
    if given >= 1.0:
        return "target"
    if given >= ACCEPTABLE:
        return "acceptable"
    return "poor" if given > 0.0 else "fail"


def target_text(criterion: Criterion) -> str:
    """Return the target as people read it."""
    if isinstance(criterion, CategoryCriterion):
        return " or ".join(_word(criterion, name) for name, worth in criterion.marks.items() if worth >= 1.0)
    return _bounds_text(criterion.target)


def acceptable_text(criterion: Criterion) -> str:
    """Return the acceptable range as people read it, empty where only the target will do."""
    if isinstance(criterion, CategoryCriterion):
        return " or ".join(_word(criterion, name) for name, worth in criterion.marks.items() if ACCEPTABLE <= worth < 1.0)
    return "" if criterion.acceptable == criterion.target else _bounds_text(criterion.acceptable)


def value_text(criterion: Criterion, value: Measure) -> str:
    """Return a measure as people read it, without its unit."""
    if value is None:
        return "not done"
    if isinstance(value, str):
        return _word(criterion, value)
    if isinstance(criterion, CategoryCriterion):
        return str(value)
    text = f"{abs(value) if criterion.magnitude else value:.{criterion.decimals}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text


def _word(criterion: Criterion, name: str) -> str:
    return criterion.words.get(name, name) if isinstance(criterion, CategoryCriterion) else name


def _bounds_text(bounds: Bounds) -> str:
    low, high = (None if edge is None else f"{edge:g}" for edge in (bounds.low, bounds.high))
    if low is None:
        return "0" if high == "0" else f"<= {high}"
    if high is None:
        return f">= {low}"
    return low if low == high else f"{low} to {high}"
