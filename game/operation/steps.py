"""What a step is: the functions by which the theatre runs it, and the steps that exist."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from game.base import Action, Event
from game.operation.information import Look
from game.operation.theatre import Theatre

Measure = float | str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the timeline of a report says of an event.

    Attributes:
        text: A few words for people.
        exposure: Index of the picture that belongs to it, or None.
    """

    text: str
    exposure: int | None = None


def _still(theatre: Theatre, state: Any) -> bool:
    return True


def _no_looks(state: Any) -> Sequence[Look]:
    return ()


def _nothing_missing(state: Any) -> dict[str, str]:
    return {}


def _nothing_told(event: Event) -> Told | None:
    return None


def _no_numbers(theatre: Theatre, state: Any) -> dict[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class StepRules:
    """One part of the operation, as functions on the theatre and on the step's own state.

    Attributes:
        id: Its name in scenarios, criteria and reports.
        title: Its name for people.
        state_type: The mutable dataclass that holds what the step alone remembers.
        actions: The action types, beyond the theatre-wide ones, that it understands.
        tray: Instruments that lie on the tray while it is open, in order.
        start: Make the state when the step begins; may place hands and camera.
        refuse: Say in a sentence for the trainee why an action is not possible now, or None. Must change nothing.
        apply: Do an action that was not refused; return what happened.
        advance: Move the step on by one tick; return what happened.
        unsafe: Say why the step cannot be finished now, or None.
        measures: What was done, by measure id; None when it was never done.
        sight: What the trainee can see and feel of it now; a frozen dataclass from its `sight` module.
        still: Say whether nothing of its own moves, so that time may pass in strides.
        looks: The looks at pictures that it has kept.
        missing: Why the trainee never came to a measure, by measure id.
        told: What the timeline of the report says of an event, or None.
        numbers: Its plain numbers for digests, by name.
    """

    id: str
    title: str
    state_type: type[Any]
    actions: tuple[type[Action], ...]
    tray: tuple[str, ...]
    start: Callable[[Theatre], Any]
    refuse: Callable[[Theatre, Any, Action], str | None]
    apply: Callable[[Theatre, Any, Action], list[Event]]
    advance: Callable[[Theatre, Any], list[Event]]
    unsafe: Callable[[Theatre, Any], str | None]
    measures: Callable[[Theatre, Any], dict[str, Measure]]
    sight: Callable[[Theatre, Any], Any]
    still: Callable[[Theatre, Any], bool] = _still
    looks: Callable[[Any], Sequence[Look]] = _no_looks
    missing: Callable[[Any], dict[str, str]] = _nothing_missing
    told: Callable[[Event], Told | None] = _nothing_told
    numbers: Callable[[Theatre, Any], dict[str, float]] = _no_numbers
