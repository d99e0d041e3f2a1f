"""What a finished step was worth, at once: its mark and the three measures that cost most. Exams go straight on."""

from collections.abc import Callable

import pygame

from game.assessment import MeasureReport, Report, StepReport, with_unit
from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.layout import Box
from game.view.screen import Change, Pop
from game.view.screens.menu import MenuScreen
from game.view.shapes import Status
from game.view.text import with_signs
from game.view.theme import ACCENT_TEXT, BACKGROUND, DANGER, PANEL, TEXT, TEXT_SECOND, mark_colour
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Button, Pressed, Response

WORST = 3
SIGNS: dict[str, Status] = {"acceptable": "accent", "poor": "warning", "fail": "danger", "not_measured": "danger"}


class FeedbackScreen(MenuScreen):
    """A card over the darkened picture of the step that is over."""

    def __init__(
        self, desk: Desk, behind: pygame.Surface | None, report: Report, step: str, again: Callable[[], Change] | None = None
    ) -> None:
        """Keep what the step was worth.

        Args:
            desk: What screens share.
            behind: The picture to lie on; None for a plain ground.
            report: As it stands now.
            step: Id of the step that was finished.
            again: Goes back to the step's start, where that is allowed.
        """
        super().__init__(desk, "go")
        self._behind = behind.copy() if behind else None
        self._step = next(item for item in report.steps if item.id == step)
        self._criticals = tuple(error.text for error in report.critical_errors if error.step == step)
        self._again = again

    def _key(self, event: pygame.event.Event) -> Change | None:
        if event.key == pygame.K_a and self._again is not None:
            return self._again()
        return Pop() if event.key == pygame.K_ESCAPE else None

    def _answer(self, response: Response) -> Change | None:
        self._desk.play("click")
        if response == Pressed("again") and self._again is not None:
            return self._again()
        return Pop()

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw the card."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        if self._behind:
            surface.blit(pygame.transform.smoothscale(self._behind, surface.get_size()), (0, 0))
            canvas.shade(170)
        worst, small = worst_of(self._step), canvas.line_of("small")
        row = small * 2 + canvas.px(22)
        body = max(1, len(worst)) * row + len(self._criticals) * (small + canvas.px(8))
        page = canvas.box.middle(min(canvas.px(900), canvas.box.width - canvas.px(32)), canvas.px(232) + body)
        canvas.panel(page, PANEL, radius=16)
        inner = page.inset(canvas.px(32), canvas.px(24))
        self._draw_head(canvas, inner.top(canvas.px(64)))
        y = inner.y + canvas.px(84)
        for text in self._criticals:
            canvas.status("danger", (inner.x + canvas.px(10), y + small // 2), 18)
            line = Box(inner.x + canvas.px(32), y, inner.width - canvas.px(32), small)
            canvas.label(text, line, "small", DANGER, "bold", shorten=True)
            y += small + canvas.px(8)
        for measure in worst:
            self._draw_measure(canvas, Box(inner.x, y, inner.width, row), measure)
            y += row
        if not worst:
            canvas.label("Every measure is on its target.", Box(inner.x, y, inner.width, row), "body", TEXT_SECOND)
        self._draw_buttons(canvas, inner)

    def _draw_head(self, canvas: Canvas, box: Box) -> None:
        percent = self._step.percent
        canvas.label(self._step.title, box, "heading", TEXT, "bold")
        canvas.label(f"{percent:.0f} %", box, "heading", mark_colour(percent), "bold", "right")
        thick = max(4, canvas.px(8))
        canvas.bar(Box(box.x, box.bottom - thick, box.width, thick), percent / 100.0, mark_colour(percent))

    def _draw_measure(self, canvas: Canvas, box: Box, measure: MeasureReport) -> None:
        """Draw a measure beside its target, and under it what to do about it."""
        small = canvas.line_of("small")
        canvas.status(SIGNS[measure.grade], (box.x + canvas.px(10), box.y + small // 2), 18)
        line = Box(box.x + canvas.px(32), box.y, box.width - canvas.px(32), small)
        name, yours, target = line.left(round(line.width * 0.46)), round(line.width * 0.22), round(line.width * 0.30)
        canvas.label(measure.label, name, "small", TEXT, "bold", shorten=True)
        shown = measure.reason if measure.value is None else with_signs(with_unit(measure.shown, measure.unit))
        canvas.label(shown, Box(name.right, line.y, yours, small), "small", TEXT, align="right", shorten=True)
        aim = with_signs(f"target {measure.target}")
        canvas.label(aim, Box(line.right - target, line.y, target, small), "small", TEXT_SECOND, align="right", shorten=True)
        canvas.label(measure.advice, line.moved(0, small), "small", ACCENT_TEXT, shorten=True)

    def _draw_buttons(self, canvas: Canvas, inner: Box) -> None:
        height, width, gap = canvas.px(60), canvas.px(240), canvas.px(16)
        go = Box(inner.right - width, inner.bottom - height, width, height)
        made = [Button(id="go", box=go, label="Go on", hint="Enter", style="accent")]
        if self._again is not None:
            made.append(Button(id="again", box=go.moved(-width - gap, 0), label="Again", hint="A"))
        self._widgets = tuple(made)
        draw_widgets(canvas, self._widgets, self._focus)


def worst_of(step: StepReport) -> tuple[MeasureReport, ...]:
    """Return the measures that took most from a step's mark, the dearest first."""
    lost = [measure for measure in step.measures if measure.counted and measure.mark < 1.0]
    return tuple(sorted(lost, key=lambda measure: -measure.weight * (1.0 - measure.mark))[:WORST])
