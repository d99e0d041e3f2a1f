"""What screens without hands have in common: a desk, a focus, and a session that stands still."""

import pygame

from game.view.desk import Desk
from game.view.screen import Change
from game.view.widgets.focus import Focus
from game.view.widgets.kinds import Response, Widget


class MenuScreen:
    """Base of title, report, pause, settings, help and calibration; each adds what it answers and how it is drawn."""

    def __init__(self, desk: Desk, first: str) -> None:
        """Begin with the keyboard on one widget.

        Args:
            desk: What screens share.
            first: Id of that widget.
        """
        self._desk = desk
        self._focus = Focus(id=first)
        self._widgets: tuple[Widget, ...] = ()

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Give keys to the screen first, then let the widgets answer."""
        if event.type == pygame.KEYDOWN and (change := self._key(event)):
            return change
        response = self._focus.on_event(event, self._widgets)
        return self._answer(response) if response else None

    def _key(self, event: pygame.event.Event) -> Change | None:
        """Answer a key of the screen's own."""
        return None

    def _answer(self, response: Response) -> Change | None:
        """Do what a widget says."""
        return None

    def on_tick(self, elapsed_s: float) -> Change | None:
        """Let lights come and go."""
        self._focus.on_tick(elapsed_s)
        return None

    def on_advance(self, ticks: int) -> Change | None:
        """Let the session stand still."""
        return None

    def on_focus_lost(self) -> None:
        """Let go of the mouse."""
        self._focus.release()

    def on_shown(self) -> None:
        """Read again what may have changed below: nothing, unless a screen says otherwise."""

    def on_leave(self) -> None:
        """Let go of what is held: nothing, unless a screen says otherwise."""
