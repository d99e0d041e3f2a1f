"""The debrief: marks, what happened, the needle over the true anatomy, what to practise next."""

import dataclasses
from collections.abc import Callable

import pygame

from game.assessment import Report, as_text, report_json
from game.view.bests import case_key, keep_best, load_bests, step_key
from game.view.canvas import Canvas
from game.view.debrief import Debrief
from game.view.desk import Desk
from game.view.layout import Box, columns, rows
from game.view.screen import Change, Push
from game.view.screens.help import HelpScreen
from game.view.screens.menu import MenuScreen
from game.view.screens.reporting import dose, faults, marks, teaching
from game.view.screens.reporting.anatomy import draw_anatomy
from game.view.screens.reporting.measures import draw_measures
from game.view.screens.reporting.story import draw_story
from game.view.stills import Shelf
from game.view.theme import ACCENT, BACKGROUND, TEXT, TEXT_FAINT, TEXT_SECOND
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Button, Pressed, Response, Tab, Widget

STEPS_PX = 300
"""Most room for the bars of the steps; many share it, so that the rating keeps its own."""
PAGES: tuple[tuple[str, str], ...] = (
    ("marks", "Marks"),
    ("story", "What happened"),
    ("truth", "Anatomy and next"),
    ("rating", "Rating and dose"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Ways:
    """Where the report leads.

    Attributes:
        drill: Opens the drill of a step.
        leave: Goes on, to the title.
        replay: Shows the case again; None where nothing was recorded.
    """

    drill: Callable[[str], Change]
    leave: Callable[[], Change]
    replay: Callable[[], Change] | None = None


class ReportScreen(MenuScreen):
    """One case, judged."""

    def __init__(self, desk: Desk, report: Report, debrief: Debrief, ways: Ways, shelf: Shelf | None = None) -> None:
        """Begin at the step that lost most.

        Args:
            desk: What screens share.
            report: What is told.
            debrief: Pictures and truth.
            ways: Where it leads.
            shelf: Makes the pictures.
        """
        super().__init__(desk, "leave")
        self._report, self._debrief, self._ways = report, debrief, ways
        self._shelf = shelf or Shelf()
        self._rating = dict(report.global_rating)
        self._step = min(report.steps, key=lambda step: step.percent).id
        self._page = "marks"
        self._first = 0
        self._said = ""
        self._pointer = (-1, -1)
        self._pointed = ""
        self._before = load_bests(desk.data_dir).get(case_key(report.scenario))
        self._keep()

    def _keep(self) -> None:
        """Keep the marks that are the best so far."""
        marks = {step_key(step.id): step.percent for step in self._report.steps}
        drill = {step.id for step in self._report.steps} == {"views"}  # its one step is the whole of it
        if len(self._report.steps) > 1 or drill:
            marks[case_key(self._report.scenario)] = self._report.overall_percent
        if self._desk.writable:
            self._desk.writable = keep_best(self._desk.data_dir, marks)

    def on_leave(self) -> None:
        """Stop making pictures."""
        self._shelf.close()

    def on_tick(self, elapsed_s: float) -> Change | None:
        """Let lights and pictures come and go."""
        self._shelf.on_tick(elapsed_s)
        return super().on_tick(elapsed_s)

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Scroll the measures; the rest answers as everywhere."""
        if event.type == pygame.MOUSEMOTION:
            self._pointer = event.pos
        if event.type == pygame.MOUSEWHEEL:
            self._first = max(0, self._first - event.y)
            return None
        return super().on_event(event)

    def _key(self, event: pygame.event.Event) -> Change | None:
        if event.key == pygame.K_s:
            self._save()
        elif event.key == pygame.K_r and self._ways.replay:
            return self._ways.replay()
        elif event.key == pygame.K_ESCAPE:
            return self._ways.leave()
        elif event.key == pygame.K_F1:
            return Push(HelpScreen(self._desk))
        elif event.key in (pygame.K_PAGEUP, pygame.K_PAGEDOWN):
            self._first = max(0, self._first + (1 if event.key == pygame.K_PAGEDOWN else -1))
        return None

    def _answer(self, response: Response) -> Change | None:
        self._desk.play("click")
        if not isinstance(response, Pressed):
            return None
        kind, _, which = response.id.partition(" ")
        match kind:
            case "leave":
                return self._ways.leave()
            case "save":
                self._save()
            case "replay" if self._ways.replay:
                return self._ways.replay()
            case "step":
                self._step, self._first = which, 0
            case "page":
                self._page = which
            case "drill":
                return self._ways.drill(self._report.practise_next[int(which)].step)
            case "rating":
                self._rating[which] = self._rating[which] % 5 + 1
        return None

    def _save(self) -> None:
        """Write the report as JSON and as text, with the rating as it stands now."""
        told = dataclasses.replace(self._report, global_rating=dict(self._rating))
        folder = self._desk.data_dir / "reports"
        stem = f"{told.scenario}-{told.mode}-seed-{told.seed}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            taken = {path.stem for path in folder.iterdir()}
            name = next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-{number}") not in taken)
            (folder / f"{name}.json").write_text(report_json(told), encoding="utf-8")
            (folder / f"{name}.txt").write_text(as_text(told), encoding="utf-8")
        except OSError as error:
            self._said = f"Not saved: {error.strerror or error}"
        else:
            self._said = f"Saved as {name}.json and .txt in {folder}"

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw the debrief, on three pages where the window is small."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        self._pointed = ""
        edge = canvas.px(48 if not canvas.look.tight else 24)
        page = canvas.box.inset(edge, canvas.px(24))
        widgets = self._draw_head(canvas, page.top(canvas.px(52)))
        foot = canvas.line_of("small")
        body = Box(page.x, page.y + canvas.px(68), page.width, page.height - canvas.px(68) - foot - canvas.px(8))
        widgets += self._draw_pages(canvas, body) if canvas.look.tight else self._draw_whole(canvas, body)
        last = Box(page.x, page.bottom - foot, page.width, foot)
        notice = canvas.label(self._report.notice, last, "small", TEXT_FAINT)
        canvas.label(
            self._pointed or self._said,
            last.after(notice + canvas.px(32)),
            "small",
            TEXT_SECOND if self._pointed else ACCENT,
            align="right",
            shorten=True,
        )
        self._widgets = tuple(widgets)
        draw_widgets(canvas, self._widgets, self._focus)
        self._draw_on_widgets(canvas)

    def _draw_whole(self, canvas: Canvas, body: Box) -> list[Widget]:
        left, middle, right = columns(body, [canvas.px(420), 1.0, canvas.px(612)], canvas.px(16))
        count = len(self._report.steps)
        bars = max(canvas.px(min(54 * count, STEPS_PX)), count * (canvas.line_of("small") + canvas.px(12)))
        steps_height = canvas.px(44 + 24) + bars
        score_height = canvas.px(280 if 54 * count <= STEPS_PX else 220)
        score, steps, rating = rows(left, [score_height, steps_height, 1.0], canvas.px(16))
        marks.draw_score(canvas, score, self._report, self._before)
        widgets = marks.steps_panel(canvas, steps, self._report)
        wrong = faults.faults_of(self._report)
        fault_height = faults.faults_height(canvas, wrong)
        parts = rows(middle, [fault_height, 1.0, canvas.px(300)] if wrong else [1.0, canvas.px(300)], canvas.px(16))
        if wrong:
            faults.draw_faults(canvas, parts[0], wrong)
        self._draw_measures(canvas, parts[-2])
        self._draw_story(canvas, parts[-1])
        truth, cost, practise = rows(right, [canvas.px(396), canvas.px(dose.DOSE_PX), 1.0], canvas.px(16))
        draw_anatomy(canvas, truth, self._debrief, self._shelf)
        dose.draw_dose(canvas, cost, self._report.dose)
        return widgets + teaching.rating_panel(canvas, rating, self._rating) + self._practise(canvas, practise)

    def _draw_pages(self, canvas: Canvas, body: Box) -> list[Widget]:
        widths = [canvas.width_of(label, "body", "bold") + canvas.px(36) for _, label in PAGES]
        names = columns(body.top(canvas.px(40)), widths, canvas.px(8))
        widgets: list[Widget] = [
            Tab(id=f"page {name}", box=box, label=label, selected=name == self._page)
            for (name, label), box in zip(PAGES, names, strict=True)
        ]
        rest = body.below(canvas.px(52))
        if self._page == "marks":
            left, right = columns(rest, [canvas.px(400), 1.0], canvas.px(12))
            score, steps = rows(left, [canvas.px(232), 1.0], canvas.px(12))
            marks.draw_score(canvas, score, self._report, self._before)
            self._draw_measures(canvas, right)
            return widgets + marks.steps_panel(canvas, steps, self._report)
        if self._page == "story":
            wrong = faults.faults_of(self._report)
            parts = rows(rest, [faults.faults_height(canvas, wrong), 1.0] if wrong else [1.0], canvas.px(12))
            if wrong:
                faults.draw_faults(canvas, parts[0], wrong)
            self._draw_story(canvas, parts[-1])
            return widgets
        if self._page == "truth":
            truth, right = columns(rest, [1.0, canvas.px(420)], canvas.px(12))
            draw_anatomy(canvas, truth, self._debrief, self._shelf)
            return widgets + self._practise(canvas, right)
        rating, cost = columns(rest, [1.0, canvas.px(420)], canvas.px(12))
        dose.draw_dose(canvas, cost.top(canvas.px(dose.DOSE_PX)), self._report.dose)
        return widgets + teaching.rating_panel(canvas, rating.top(canvas.px(340)), self._rating)

    def _draw_head(self, canvas: Canvas, box: Box) -> list[Widget]:
        report = self._report
        buttons = [("save", "Save", "S")] + ([("replay", "Replay", "R")] if self._ways.replay else []) + [("leave", "Continue", "Enter")]
        widths = [canvas.width_of(label, "body", "bold") + canvas.width_of(hint, "small") + canvas.px(64) for _, label, hint in buttons]
        room = sum(widths) + canvas.px(12) * (len(widths) - 1)
        places = columns(Box(box.right - room, box.y, room, box.height), widths, canvas.px(12))
        name = canvas.label("Report", box, "heading", TEXT, "bold")
        told = Box(box.x + name + canvas.px(16), box.y, box.width - room - name - canvas.px(32), box.height)
        canvas.label(
            f"{report.title}, {report.mode}, seed {report.seed}, {report.device}{_retried(report)}", told, "body", TEXT_SECOND, shorten=True
        )
        return [
            Button(id=name, box=place, label=label, hint=hint, style="accent" if name == "leave" else "plain")
            for (name, label, hint), place in zip(buttons, places, strict=True)
        ]

    def _draw_measures(self, canvas: Canvas, box: Box) -> None:
        step = next(step for step in self._report.steps if step.id == self._step)
        self._first, self._pointed = draw_measures(canvas, box, step, self._first, self._pointer)

    def _draw_story(self, canvas: Canvas, box: Box) -> None:
        draw_story(canvas, box, self._report.timeline, self._debrief.pictures, self._shelf)

    def _practise(self, canvas: Canvas, box: Box) -> list[Widget]:
        return teaching.practise_panel(canvas, box, self._report.practise_next, self._focus.warm)

    def _draw_on_widgets(self, canvas: Canvas) -> None:
        """Draw what lies on the areas: steps and ratings."""
        for widget in self._widgets:
            kind, _, which = widget.id.partition(" ")
            if kind == "step":
                step = next(step for step in self._report.steps if step.id == which)
                marks.draw_step(canvas, widget.box, step, which == self._step, self._focus.warm(widget.id))
            elif kind == "rating":
                teaching.draw_rating(canvas, widget.box, which, self._rating[which], self._focus.warm(widget.id))


def _retried(report: Report) -> str:
    """Return how often the trainee went back, or nothing."""
    return f", {report.retries} retries" if report.retries > 1 else ", one retry" if report.retries else ""
