"""What a step is: the functions by which the theatre runs it, and the steps that exist."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from game.base import Action, Event
from game.operation.theatre import Theatre

Measure = float | str | None


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
