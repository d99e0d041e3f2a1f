"""Pause: the case stands still behind it."""

from collections.abc import Callable

import pygame

from game.view.desk import Desk
from game.view.layout import Box
from game.view.screen import Change, Pop, Push
from game.view.screens.help import HelpScreen
from game.view.screens.menu import MenuScreen
from game.view.screens.settings import SettingsScreen
from game.view.theme import BACKGROUND, PANEL, TEXT, TEXT_SECOND
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Button, Pressed, Response

LINES: tuple[tuple[str, str, str], ...] = (
    ("continue", "Continue", "Esc"),
    ("again", "Try again", "A"),
    ("settings", "Settings", ""),
    ("help", "Keys and mouse", "F1"),
    ("leave", "Leave the case", ""),
)
SURE = {"again": "Again: what was done is lost", "leave": "Leave: this attempt ends here"}
"""What can not be undone is asked for twice."""


class PauseScreen(MenuScreen):
    """Buttons over the darkened picture of the case."""

    def __init__(
        self,
        desk: Desk,
        behind: pygame.Surface | None,
        subtitle: str,
        leave: Callable[[], Change],
        again: Callable[[], Change] | None = None,
    ) -> None:
        """Keep a picture of the case.

        Args:
            desk: What screens share.
            behind: The picture to lie on; None for a plain ground.
            subtitle: Case, mode and step, in a few words.
            leave: What leaving the case does.
            again: Goes back to where the open step, or view, began, where that is allowed.
        """
        super().__init__(desk, "continue")
        self._behind = behind.copy() if behind else None
        self._subtitle, self._sure = subtitle, {"leave": leave} | ({"again": again} if again is not None else {})
        self._asked = ""

    def on_shown(self) -> None:
        """Silence what lasts: pedal and load."""
        self._desk.sounds.quiet()

    def _key(self, event: pygame.event.Event) -> Change | None:
        if event.key in (pygame.K_ESCAPE, pygame.K_p):
            return Pop()
        if event.key == pygame.K_a:
            return self._ask("again")
        return Push(HelpScreen(self._desk)) if event.key == pygame.K_F1 else None

    def _ask(self, name: str) -> Change | None:
        if name not in self._sure:
            return None
        if self._asked == name:
            return self._sure[name]()
        self._asked = name
        return None

    def _answer(self, response: Response) -> Change | None:
        self._desk.play("click")
        match response:
            case Pressed("continue"):
                return Pop()
            case Pressed("settings"):
                return Push(SettingsScreen(self._desk))
            case Pressed("help"):
                return Push(HelpScreen(self._desk))
            case Pressed("again" | "leave" as name):
                return self._ask(name)
        return None

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw the buttons over the darkened case."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        if self._behind:
            surface.blit(pygame.transform.smoothscale(self._behind, surface.get_size()), (0, 0))
            canvas.shade(170)
        lines = [line for line in LINES if line[0] != "again" or "again" in self._sure]
        height = canvas.px(48) + canvas.px(44) + len(lines) * canvas.px(72) + canvas.px(48)
        page = canvas.box.middle(canvas.px(480), height)
        canvas.panel(page, PANEL, radius=16)
        inner = page.inset(canvas.px(32), canvas.px(24))
        canvas.label("Paused", inner.top(canvas.px(48)), "heading", TEXT, "bold")
        canvas.label(self._subtitle, Box(inner.x, inner.y + canvas.px(48), inner.width, canvas.px(28)), "small", TEXT_SECOND, shorten=True)
        buttons = inner.below(canvas.px(92))
        self._widgets = tuple(
            self._button(name, label, hint, buttons.moved(0, number * canvas.px(72)).top(canvas.px(60)))
            for number, (name, label, hint) in enumerate(lines)
        )
        draw_widgets(canvas, self._widgets, self._focus)

    def _button(self, name: str, label: str, hint: str, box: Box) -> Button:
        if name == self._asked:
            return Button(id=name, box=box, label=SURE[name], style="danger")
        return Button(id=name, box=box, label=label, hint=hint, style="accent" if name == "continue" else "plain")
