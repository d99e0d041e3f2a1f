"""The words that every room shares: action, event, effect."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """What a person does: plain values only, so that a recording can hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened.

    Attributes:
        tick: Session tick at which it happened.
    """

    tick: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a complication does to the patient or the field; applied at the next tick."""
