"""What a screen is, and the one function that changes the stack of screens."""

from dataclasses import dataclass
from typing import Protocol

import pygame


@dataclass(frozen=True, slots=True)
class Push:
    """Lay a screen on top of this one."""

    screen: "Screen"


@dataclass(frozen=True, slots=True)
class Pop:
    """Go back to the screen below."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Forget all screens and start again with one."""

    screen: "Screen"


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave the program."""


Change = Push | Pop | Reset | Quit


class Screen(Protocol):
    """One full window: reads, draws, and says what comes next. The optional calls do nothing by default."""

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Answer one event of the window system."""

    def on_tick(self, elapsed_s: float) -> Change | None:
        """Move what only the eye sees on by real time."""

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw everything."""

    def on_advance(self, ticks: int) -> Change | None:
        """Let whole session ticks pass."""

    def on_focus_lost(self) -> None:
        """Release pedal, keys and hands: the window is no longer in front."""

    def on_shown(self) -> None:
        """Learn that this screen is on top, for the first time or again."""

    def on_leave(self) -> None:
        """Let go of threads and sounds: this screen leaves the stack."""


def apply_change(stack: list[Screen], change: Change | None) -> list[Screen]:
    """Return the stack after a change; an empty stack ends the program."""
    if change is None:
        return stack
    kept = _kept(stack, change)
    for screen in reversed(stack):
        if not any(screen is other for other in kept):
            screen.on_leave()
    if kept:
        kept[-1].on_shown()
    return kept


def _kept(stack: list[Screen], change: Change) -> list[Screen]:
    match change:
        case Push(screen):
            return [*stack, screen]
        case Pop():
            return stack[:-1]
        case Reset(screen):
            return [screen]
        case Quit():
            return []
