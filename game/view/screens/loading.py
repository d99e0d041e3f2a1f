"""A case being made ready beside the window's own thread."""

from collections.abc import Callable

import pygame

from game.errors import GameError
from game.view.desk import Desk
from game.view.layout import Box
from game.view.screen import Change, Pop, Reset, Screen
from game.view.screens.menu import MenuScreen
from game.view.theme import ACCENT, BACKGROUND, TEXT, TEXT_SECOND, ease_out
from game.view.work import Work, go_on

USUAL_S = 8.0
"""An expert's two steps and a patient built the first time; the bar is an estimate and stops short of its end until it is done."""


class LoadingScreen(MenuScreen):
    """Says what is being made, and opens it."""

    def __init__(
        self, desk: Desk, title: str, make: Callable[[Callable[[str], None]], Callable[[], Screen]], failed: Callable[[], Change] = Pop
    ) -> None:
        """Begin to work.

        Args:
            desk: What screens share.
            title: What is being opened.
            make: Runs beside the window, may say what it is doing, and returns what makes the screen inside the window's thread.
            failed: Where to go when that can not be made, its sentence is shown there, or when nobody wants to wait for it.
        """
        super().__init__(desk, "")
        self._title, self._elapsed_s, self._failed = title, 0.0, failed
        self._doing = "The patient is brought in"
        self._work: Work[Callable[[], Screen]] = Work(lambda: make(self._tell))

    def _tell(self, doing: str) -> None:
        go_on()
        self._doing = doing

    def on_tick(self, elapsed_s: float) -> Change | None:
        """Open the screen once all is made; a bug that showed there shows here."""
        self._elapsed_s += elapsed_s
        if not self._work.done:
            return None
        try:
            return Reset(self._work.result()())
        except GameError as error:
            self._desk.tell(str(error))
            return self._failed()

    def _key(self, event: pygame.event.Event) -> Change | None:
        return self._failed() if event.key == pygame.K_ESCAPE else None

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw title and bar."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        page = canvas.box.middle(canvas.px(560), canvas.px(160))
        canvas.label(self._title, page.top(canvas.px(48)), "heading", TEXT, "bold", "centre", shorten=True)
        canvas.label(self._doing, Box(page.x, page.y + canvas.px(52), page.width, canvas.px(32)), "body", TEXT_SECOND, align="centre")
        canvas.bar(Box(page.x, page.y + canvas.px(112), page.width, canvas.px(8)), 0.95 * ease_out(self._elapsed_s / USUAL_S / 2), ACCENT)
