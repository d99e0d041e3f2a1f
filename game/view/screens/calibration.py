"""Ten seconds that set the mouse: a comfortable sweep stands for ten centimetres of the hand."""

import dataclasses

import pygame

from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.layout import Box
from game.view.screen import Change, Pop
from game.view.screens.menu import MenuScreen
from game.view.theme import ACCENT, ACCENT_FILL, BACKGROUND, EDGE, GOOD, TEXT, TEXT_FAINT, TEXT_SECOND, WARNING
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Button, Pressed

SWEEPS = 3
LONGEST_S = 10.0
LEAST_SWEEP_PX = 40.0
"""A shorter press is a click, not a sweep."""
USUAL_SWEEP_PX = 800.0
"""Design pixels of a sweep at gain 1: what a hand moves without lifting on a desk; expert judgement."""


def gain_from(sweeps_px: list[float]) -> float:
    """Return the mouse gain that makes the middle one of some sweeps the usual one, 0.25 to 4."""
    middle = sorted(sweeps_px)[len(sweeps_px) // 2]
    return round(min(max(USUAL_SWEEP_PX / middle, 0.25), 4.0), 2)


class CalibrationScreen(MenuScreen):
    """Press, sweep to the side as far as is easy, let go; three times."""

    def __init__(self, desk: Desk) -> None:
        """Begin with no sweep."""
        super().__init__(desk, "skip")
        self._sweeps: list[float] = []
        self._sweep_px: float | None = None
        self._left_s = LONGEST_S
        self._scale = 1.0

    def on_focus_lost(self) -> None:
        """Forget the sweep that was under way."""
        super().on_focus_lost()
        self._sweep_px = None

    def on_tick(self, elapsed_s: float) -> Change | None:
        """Count down; what was swept by then counts."""
        super().on_tick(elapsed_s)
        if self._sweeps or self._sweep_px is not None:
            self._left_s -= elapsed_s
        return self._done() if self._left_s <= 0.0 and self._sweeps else None

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Measure sweeps; skipping leaves the gain as it is."""
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            return self._skip()
        if isinstance(self._focus.on_event(event, self._widgets), Pressed):
            return self._skip()
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and not self._focus.held:
            self._sweep_px = 0.0
        elif event.type == pygame.MOUSEMOTION and self._sweep_px is not None:
            self._sweep_px += (event.rel[0] ** 2 + event.rel[1] ** 2) ** 0.5 / self._scale
        elif event.type == pygame.MOUSEBUTTONUP and event.button == 1 and self._sweep_px is not None:
            return self._swept()
        return None

    def _swept(self) -> Change | None:
        length, self._sweep_px = self._sweep_px or 0.0, None
        if length < LEAST_SWEEP_PX:
            return None
        self._sweeps.append(length)
        self._desk.play("click")
        return self._done() if len(self._sweeps) == SWEEPS else None

    def _done(self) -> Change:
        self._desk.choose(dataclasses.replace(self._desk.settings, mouse_gain=gain_from(self._sweeps), calibrated=True))
        return Pop()

    def _skip(self) -> Change:
        self._desk.choose(dataclasses.replace(self._desk.settings, calibrated=True))
        return Pop()

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw what to do and how far it is done."""
        canvas = self._desk.canvas(surface)
        self._scale = canvas.look.scale / canvas.look.text_scale
        surface.fill(BACKGROUND)
        page = canvas.box.middle(min(canvas.px(960), canvas.box.width - canvas.px(64)), canvas.px(460))
        canvas.label("Your hand", page.top(canvas.px(56)), "heading", TEXT, "bold", "centre")
        words = "Press the left button, sweep sideways as far as is easy without lifting the mouse, let go. Three times."
        canvas.paragraph(
            words, Box(page.x, page.y + canvas.px(72), page.width, 2 * canvas.line_of("body")), "body", TEXT_SECOND, align="centre"
        )
        self._draw_track(canvas, Box(page.x, page.y + canvas.px(200), page.width, canvas.px(12)))
        self._draw_count(canvas, (page.centre[0], page.y + canvas.px(280)))
        skip = Box(page.centre[0] - canvas.px(120), page.bottom - canvas.px(96), canvas.px(240), canvas.px(48))
        self._widgets = (Button(id="skip", box=skip, label="Keep it as it is", hint="Esc"),)
        draw_widgets(canvas, self._widgets, self._focus)
        note = "Ten seconds, once. It can be measured again in the settings."
        canvas.label(note, Box(page.x, page.bottom - canvas.px(36), page.width, canvas.px(36)), "small", TEXT_FAINT, align="centre")

    def _draw_track(self, canvas: Canvas, box: Box) -> None:
        part = min((self._sweep_px or 0.0) / (1.5 * USUAL_SWEEP_PX), 1.0)
        canvas.bar(box, part, ACCENT if part < 1.0 else WARNING, EDGE)
        canvas.disc((box.x + part * box.width, box.centre[1]), canvas.px(16), ACCENT)
        canvas.disc((box.x + part * box.width, box.centre[1]), canvas.px(7), ACCENT_FILL)

    def _draw_count(self, canvas: Canvas, middle: tuple[int, int]) -> None:
        for number in range(SWEEPS):
            spot = (middle[0] + (number - 1) * canvas.px(44), middle[1])
            if number < len(self._sweeps):
                canvas.status("good", spot, 28)
            else:
                canvas.circle(spot, canvas.px(14), EDGE if number > len(self._sweeps) else GOOD, 2.5)
