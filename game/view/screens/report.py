"""The debrief: marks, what happened, the needle over the true anatomy, what to practise next."""

import dataclasses
from collections.abc import Callable, Sequence

import pygame

from game.assessment import Dose, MeasureReport, Report, TimelineEntry, as_text, report_json, with_unit
from game.clock import TICKS_PER_S, seconds
from game.imaging import CArm
from game.view.bests import case_key, keep_best, load_bests, step_key
from game.view.canvas import Canvas
from game.view.debrief import SAC, Debrief, Picture, picture_of, truth_picture
from game.view.desk import Desk
from game.view.layout import Box, columns, rows, tiles
from game.view.monitors.fluoroscopy import Turned, draw_markers
from game.view.screen import Change, Push
from game.view.screens.help import HelpScreen
from game.view.screens.menu import MenuScreen
from game.view.shapes import STATUS_COLOURS, Status
from game.view.stills import Shelf
from game.view.text import with_signs
from game.view.theme import (
    ACCENT,
    ACCENT_FILL,
    ACCENT_SOFT,
    BACKGROUND,
    DANGER,
    DANGER_FILL,
    DANGER_TEXT,
    EDGE,
    GOOD,
    PANEL,
    TEXT,
    TEXT_FAINT,
    TEXT_SECOND,
    WARNING,
    Colour,
    blend,
    mark_colour,
)
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Area, Button, Pressed, Response, Tab, Widget

GRADE_SIGNS: dict[str, Status] = {"target": "good", "acceptable": "warning", "poor": "warning", "fail": "danger", "not_measured": "none"}
ENTRY_SIGNS: dict[str, Status] = {
    "started": "accent",
    "finished": "good",
    "critical": "danger",
    "complication": "warning",
    "moment": "accent",
    "answered": "accent",
    "unanswered": "none",
}
PAGES: tuple[tuple[str, str], ...] = (
    ("marks", "Marks"),
    ("story", "What happened"),
    ("truth", "Anatomy and next"),
    ("rating", "Rating and dose"),
)
DOSE_PX = 204  # height of the panel with three rows
LOOKS = ("answered", "unanswered")
RATING_PX = 56  # most of a row of the rating
LEAST_PICTURES = 3
"""So many places for pictures side by side at least, so that two do not stand as small as five."""
MOST_FAULTS = 3
MOST_PICTURES = 5
PICTURE_SHARE = 0.36  # of its tile's width; the rest says what it told


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


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """A critical error or a complication, in words."""

    sign: Status
    text: str
    why: str


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
        if len(self._report.steps) > 1:
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
        steps_height = canvas.px(44 + 24 + 54 * len(self._report.steps))
        score, steps, rating = rows(left, [canvas.px(280), steps_height, 1.0], canvas.px(16))
        self._draw_score(canvas, score)
        widgets = self._steps(canvas, steps)
        faults = self._faults()
        fault_height = self._faults_height(canvas, faults)
        parts = rows(middle, [fault_height, 1.0, canvas.px(300)] if faults else [1.0, canvas.px(300)], canvas.px(16))
        if faults:
            self._draw_faults(canvas, faults, parts[0])
        self._draw_measures(canvas, parts[-2])
        self._draw_story(canvas, parts[-1])
        truth, dose, practise = rows(right, [canvas.px(396), canvas.px(DOSE_PX), 1.0], canvas.px(16))
        self._draw_truth(canvas, truth)
        self._draw_dose(canvas, dose)
        return widgets + self._ratings(canvas, rating) + self._practise(canvas, practise)

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
            self._draw_score(canvas, score)
            self._draw_measures(canvas, right)
            return widgets + self._steps(canvas, steps)
        if self._page == "story":
            faults = self._faults()
            parts = rows(rest, [self._faults_height(canvas, faults), 1.0] if faults else [1.0], canvas.px(12))
            if faults:
                self._draw_faults(canvas, faults, parts[0])
            self._draw_story(canvas, parts[-1])
            return widgets
        if self._page == "truth":
            truth, right = columns(rest, [1.0, canvas.px(420)], canvas.px(12))
            self._draw_truth(canvas, truth)
            return widgets + self._practise(canvas, right)
        rating, dose = columns(rest, [1.0, canvas.px(420)], canvas.px(12))
        self._draw_dose(canvas, dose.top(canvas.px(DOSE_PX)))
        return widgets + self._ratings(canvas, rating.top(canvas.px(340)))

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

    def _draw_score(self, canvas: Canvas, box: Box) -> None:
        report = self._report
        canvas.panel(box)
        radius = min(canvas.px(92), box.height // 2 - canvas.px(20))
        middle = (box.x + canvas.px(28) + radius, box.centre[1])
        thick = max(4, canvas.px(16))
        canvas.ring(middle, radius, thick, 1.0, EDGE)
        canvas.ring(middle, radius, thick, report.overall_percent / 100.0, GOOD if report.passed else ACCENT)
        inner = Box(middle[0] - radius, middle[1] - canvas.px(46), 2 * radius, canvas.px(64))
        canvas.label(f"{report.overall_percent:.0f}", inner, "display", TEXT, "bold", "centre")
        canvas.label("per cent", inner.moved(0, canvas.px(58)).top(canvas.px(28)), "small", TEXT_SECOND, align="centre")
        words = Box(middle[0] + radius + canvas.px(24), box.y, box.right - middle[0] - radius - canvas.px(40), box.height)
        self._draw_verdict(canvas, words)

    def _draw_verdict(self, canvas: Canvas, box: Box) -> None:
        report = self._report
        number = len(report.critical_errors)
        weak = sum(not step.passed for step in report.steps)
        why = (
            f"{number} critical error{'s' if number > 1 else ''}"
            if number
            else f"{weak} step{'s' if weak > 1 else ''} too weak"
            if weak
            else ""
        )
        hands_s = seconds(max((entry.tick for entry in report.timeline), default=0))
        lines = [f"{in_minutes(report.duration_s)} theatre", f"{in_minutes(hands_s)} hands"]
        lines += [f"best before {self._before:.0f} %"] if self._before is not None else []
        step = canvas.line_of("small") + canvas.px(3)
        height = canvas.line_of("heading") + (step if why else 0) + canvas.px(10) + step * len(lines)
        y = box.centre[1] - height // 2
        passed = "Passed" if report.passed else "Not passed"
        canvas.label(passed, Box(box.x, y, box.width, canvas.line_of("heading")), "heading", GOOD if report.passed else DANGER, "bold")
        y += canvas.line_of("heading")
        if why:
            canvas.label(why, Box(box.x, y, box.width, step), "small", TEXT)
            y += step
        for line in lines:
            canvas.label(line, Box(box.x, y + canvas.px(10), box.width, step), "small", TEXT_SECOND)
            y += step

    def _steps(self, canvas: Canvas, box: Box) -> list[Widget]:
        """Draw the panel of the steps and return a place to press for each."""
        canvas.panel(box)
        inner = box.inset(canvas.px(12), canvas.px(12))
        head = canvas.px(44)
        canvas.label("Steps", inner.top(head).inset(canvas.px(12), 0), "body", TEXT, "bold")
        high = min(canvas.px(56), (inner.height - head) // max(1, len(self._report.steps)))
        return [
            Area(id=f"step {step.id}", box=Box(inner.x, inner.y + head + number * high, inner.width, high - canvas.px(6)), radius=8)
            for number, step in enumerate(self._report.steps)
        ]

    def _draw_on_widgets(self, canvas: Canvas) -> None:
        """Draw what lies on the areas: steps and ratings."""
        for widget in self._widgets:
            kind, _, which = widget.id.partition(" ")
            if kind == "step":
                self._draw_step(canvas, which, widget.box)
            elif kind == "rating":
                self._draw_rating(canvas, which, widget.box)

    def _draw_step(self, canvas: Canvas, name: str, box: Box) -> None:
        step = next(step for step in self._report.steps if step.id == name)
        if name == self._step:
            canvas.panel(box, ACCENT_SOFT, ACCENT, 8)
        elif self._focus.warm(f"step {name}") > 0.05:
            canvas.panel(box, PANEL, EDGE, 8)
        title, bar, mark = columns(box.inset(canvas.px(12), 0), [0.36, 0.48, 0.16], canvas.px(8))
        canvas.label(step.title, title, "body", TEXT, "bold" if name == self._step else "regular", shorten=True)
        thick = max(4, canvas.px(8))
        canvas.bar(Box(bar.x, bar.centre[1] - thick // 2, bar.width, thick), step.percent / 100.0, mark_colour(step.percent))
        canvas.label(f"{step.percent:.0f}", mark, "body", TEXT, "bold", "right")

    def _faults(self) -> list[Fault]:
        """Return critical errors first, then complications, in the order of time."""
        criticals = [
            Fault("danger", f"{_clock(error.tick)}  {error.text}", f"Critical. {error.why}") for error in self._report.critical_errors
        ]
        return criticals + [Fault("warning", f"{_clock(item.tick)}  {item.name}", item.cause) for item in self._report.complications]

    def _faults_height(self, canvas: Canvas, faults: Sequence[Fault]) -> int:
        lines = min(len(faults), MOST_FAULTS)
        more = canvas.line_of("small") if len(faults) > MOST_FAULTS else 0
        return lines * canvas.px(68) + more + canvas.px(20)

    def _draw_faults(self, canvas: Canvas, faults: Sequence[Fault], box: Box) -> None:
        critical = faults[0].sign == "danger"
        canvas.panel(box, DANGER_FILL if critical else PANEL, DANGER if critical else WARNING, 14, 1.5)
        inner = box.inset(canvas.px(24), canvas.px(10))
        for number, fault in enumerate(faults[:MOST_FAULTS]):
            row = Box(inner.x, inner.y + number * canvas.px(68), inner.width, canvas.px(68))
            canvas.status(fault.sign, (row.x + canvas.px(16), row.centre[1]), 30)
            words = row.after(canvas.px(52)).middle(row.width - canvas.px(52), canvas.line_of("body") + canvas.line_of("small"))
            canvas.label(fault.text, words.top(canvas.line_of("body")), "body", TEXT, "bold", shorten=True)
            canvas.label(
                fault.why,
                words.below(canvas.line_of("body")),
                "small",
                DANGER_TEXT if fault.sign == "danger" else TEXT_SECOND,
                shorten=True,
            )
        if len(faults) > MOST_FAULTS:
            more = Box(inner.x + canvas.px(52), inner.y + MOST_FAULTS * canvas.px(68), inner.width - canvas.px(52), canvas.line_of("small"))
            canvas.label(f"and {len(faults) - MOST_FAULTS} more, in the saved report", more, "small", TEXT_SECOND)

    def _draw_measures(self, canvas: Canvas, box: Box) -> None:
        step = next(step for step in self._report.steps if step.id == self._step)
        canvas.panel(box)
        inner = box.inset(canvas.px(24), canvas.px(12))
        head = canvas.px(44)
        wishes: list[int | float] = [canvas.px(28), 0.41, 0.165, 0.17, 0.255]
        places = columns(inner.top(head), wishes, canvas.px(12))
        canvas.label(step.title, Box(places[0].x, inner.y, places[1].right - places[0].x, head), "body", TEXT, "bold")
        for place, word, side in zip(places[2:], ("yours", "target", "source"), ("right", "left", "left"), strict=True):
            canvas.label(word, place, "small", TEXT_FAINT, align="right" if side == "right" else "left")
        measures = sorted(step.measures, key=lambda measure: (not measure.counted, measure.mark, measure.value is None))
        least = canvas.line_of("small") + canvas.px(8)
        shown = min(len(measures), (inner.height - head) // least)
        self._first = min(self._first, len(measures) - shown)
        high = min(canvas.px(48), (inner.height - head) // max(1, shown))
        for number, measure in enumerate(measures[self._first : self._first + shown]):
            self._draw_measure(canvas, measure, Box(inner.x, inner.y + head + number * high, inner.width, high), wishes)
        if shown < len(measures):
            self._draw_scroll(
                canvas, Box(box.right - canvas.px(12), inner.y + head, max(3, canvas.px(4)), high * shown), shown, len(measures)
            )

    def _draw_scroll(self, canvas: Canvas, rail: Box, shown: int, count: int) -> None:
        canvas.surface.fill(EDGE, rail.rect)
        canvas.surface.fill(
            TEXT_FAINT, (rail.x, rail.y + round(rail.height * self._first / count), rail.width, round(rail.height * shown / count))
        )

    def _draw_measure(self, canvas: Canvas, measure: MeasureReport, row: Box, wishes: list[int | float]) -> None:
        canvas.rule((row.x, row.y), (row.right, row.y))
        if row.contains(self._pointer):
            self._pointed = f"{measure.label}: {measure.source}"
        sign, label, yours, target, source = columns(row, wishes, canvas.px(12))
        kind = GRADE_SIGNS[measure.grade]
        canvas.status(kind, (sign.x + canvas.px(10), row.centre[1]), 20)
        canvas.label(measure.label, label, "small", TEXT if measure.counted else TEXT_FAINT, shorten=True)
        if measure.value is None:
            rest = Box(yours.x, row.y, source.right - yours.x, row.height)
            canvas.label(measure.reason, rest, "small", TEXT_SECOND, shorten=True)
            return
        colour: Colour = TEXT if kind == "good" else STATUS_COLOURS[kind]
        canvas.label(with_signs(with_unit(measure.shown, measure.unit)), yours, "small", colour, "bold", "right", shorten=True)
        canvas.label(with_signs(with_unit(measure.target, measure.unit)), target, "small", TEXT_SECOND, shorten=True)
        canvas.label(measure.source, source, "small", TEXT_FAINT, shorten=True)

    def _draw_story(self, canvas: Canvas, box: Box) -> None:
        """Draw the timeline, and under it pictures that were taken."""
        canvas.panel(box)
        inner = box.inset(canvas.px(24), canvas.px(12))
        canvas.label("What happened", inner.top(canvas.px(36)), "body", TEXT, "bold")
        entries = [entry for entry in self._report.timeline if entry.kind not in ("finished", *LOOKS)]
        last = max((entry.tick for entry in self._report.timeline), default=1) or 1
        line = Box(inner.x + canvas.px(12), 0, inner.width - canvas.px(24), 0)
        pictures = _chosen(self._debrief.pictures, entries)
        step = canvas.line_of("small")
        spare = inner.height - canvas.px(36 + 32) - step
        deep = spare - 4 * step >= canvas.px(80)
        side = min(canvas.px(180), spare - (4 if deep else 2) * step) if pictures else 0
        pictures_y = inner.bottom - side - step
        middle = (inner.y + canvas.px(36) + (pictures_y if pictures else inner.bottom)) // 2
        canvas.bar(Box(line.x, middle - canvas.px(2), line.width, max(2, canvas.px(4))), 0.0, EDGE)
        looks = {entry.tick: entry for entry in self._report.timeline if entry.kind in LOOKS}
        for look in looks.values():
            spot = (line.x + round(line.width * look.tick / last), middle)
            canvas.disc(spot, max(3, canvas.px(5)), ACCENT if look.kind == "answered" else TEXT_FAINT)
        lanes = _lanes(
            [(line.x + round(line.width * entry.tick / last), canvas.width_of(entry.text, "small")) for entry in entries],
            line,
            canvas.px(18),
            4 if deep else 2,
        )
        for entry, (at, x, lane) in zip(entries, lanes, strict=True):
            canvas.status(ENTRY_SIGNS[entry.kind], (at, middle), 16)
            if lane is not None:
                y = middle - canvas.px(14) - step * (1 + lane // 2) if lane % 2 == 0 else middle + canvas.px(14) + step * (lane // 2)
                colour = TEXT if entry.kind in ("critical", "complication") else TEXT_SECOND
                canvas.label(entry.text, Box(x, y, canvas.width_of(entry.text, "small"), step), "small", colour)
        words = {tick: look.text for tick, look in looks.items()}
        self._draw_pictures(canvas, pictures, words, Box(inner.x, pictures_y, inner.width, side))

    def _draw_pictures(self, canvas: Canvas, pictures: Sequence[Picture], words: dict[int, str], box: Box) -> None:
        """Draw pictures, under each when it was taken and what it told."""
        if not pictures or box.height < canvas.px(40):
            return
        gap, step = canvas.px(16), canvas.line_of("small")
        across = max(LEAST_PICTURES, len(pictures))
        side = min(box.height, round(box.width / across * PICTURE_SHARE))
        for place, picture in zip(tiles(box, across, len(pictures), box.height, gap), pictures, strict=True):
            spot = Box(place.x, place.y, side, side)
            canvas.surface.fill((0, 0, 0), spot.rect)
            made = self._shelf.get(f"taken {picture.tick} {side}", lambda picture=picture: picture_of(picture, side))  # type: ignore[misc]
            if made:
                made.lay(canvas.surface, (spot.x, spot.y))
            beside = Box(spot.right + canvas.px(8), spot.y, place.right - spot.right - canvas.px(8), step)
            canvas.label(_clock(picture.tick), beside, "small", TEXT_FAINT, shorten=True)
            lines = max(1, box.height // step)
            told = Box(beside.x, beside.y + step, beside.width, lines * step)
            canvas.lines(words.get(picture.tick, ""), told, lines, "small", TEXT_SECOND)

    def _draw_truth(self, canvas: Canvas, box: Box) -> None:
        canvas.panel(box)
        inner = box.inset(canvas.px(24), canvas.px(12))
        truth, pictures = self._debrief.truth, self._debrief.pictures[-2:]
        title = "Needle over the true anatomy" if truth or not pictures else "Your last pictures"
        canvas.label(title, inner.top(canvas.px(40)), "body", TEXT, "bold")
        foot = canvas.line_of("small")
        room = Box(inner.x, inner.y + canvas.px(44), inner.width, inner.height - canvas.px(44) - 2 * foot - canvas.px(8))
        if truth is None:
            if not pictures:
                canvas.label("No needle was placed.", room.top(canvas.px(32)), "small", TEXT_SECOND)
            self._draw_last(canvas, pictures, Box(room.x, room.y, room.width, inner.bottom - room.y))
            return
        side = min(room.height, (room.width - canvas.px(16)) // 2)
        line = canvas.look.line(3)
        spare = (room.width - 2 * side - canvas.px(16)) // 2
        for number, (name, orbit_deg) in enumerate(truth.views):
            place = Box(room.x + spare + number * (side + canvas.px(16)), room.y, side, side)
            canvas.surface.fill((0, 0, 0), place.rect)
            made = self._shelf.get(f"truth {name} {side}", lambda orbit_deg=orbit_deg: truth_picture(truth, orbit_deg, side, line))  # type: ignore[misc]
            if made:
                made.lay(canvas.surface, (place.x, place.y))
            draw_markers(canvas, place, CArm(orbit_deg=orbit_deg), truth.side, Turned())
            canvas.label(name, Box(place.x, place.bottom, side, foot), "small", TEXT_SECOND, align="centre")
        self._draw_legend(canvas, Box(room.x + spare, room.y + side + foot + canvas.px(4), room.width - 2 * spare, foot))

    def _draw_last(self, canvas: Canvas, pictures: Sequence[Picture], box: Box) -> None:
        """Draw the last pictures large, lettered as on the monitor, where no needle is to be shown."""
        gap, foot = canvas.px(16), canvas.line_of("small")
        side = min(box.height - foot, (box.width - gap) // 2)
        for number, picture in enumerate(pictures):
            place = Box(box.x + number * (side + gap), box.y, side, side)
            canvas.surface.fill((0, 0, 0), place.rect)
            made = self._shelf.get(f"taken {picture.tick} {side}", lambda picture=picture: picture_of(picture, side))  # type: ignore[misc]
            if made:
                made.lay(canvas.surface, (place.x, place.y))
            draw_markers(canvas, place, picture.exposure.carm, "right", Turned())
            canvas.label(_clock(picture.tick), Box(place.x, place.bottom, side, foot), "small", TEXT_SECOND, align="centre")

    def _draw_legend(self, canvas: Canvas, box: Box) -> None:
        x = box.x
        for colour, word in ((ACCENT, "your needle"), (WARNING, "its point"), (SAC, "dural sac")):
            if colour == WARNING:
                canvas.disc((x + canvas.px(12), box.centre[1]), canvas.px(7), colour)
            else:
                thick = max(2, canvas.px(6 if colour == ACCENT else 3))
                canvas.bar(Box(x, box.centre[1] - thick // 2, canvas.px(24), thick), 1.0, colour)
            width = canvas.label(word, Box(x + canvas.px(34), box.y, box.right - x - canvas.px(34), box.height), "small", TEXT_SECOND)
            x += canvas.px(34) + width + canvas.px(36)

    def _draw_dose(self, canvas: Canvas, box: Box) -> None:
        canvas.panel(box)
        inner = box.inset(canvas.px(24), canvas.px(12))
        name = canvas.label("Dose", inner.top(canvas.px(36)), "body", TEXT, "bold")
        canvas.label(
            "not marked; staff outside lead",
            inner.top(canvas.px(36)).after(name + canvas.px(12)),
            "small",
            TEXT_FAINT,
            align="right",
            shorten=True,
        )
        places = rows(inner.below(canvas.px(36)), [1.0] * 3, canvas.px(4))
        for figures, row in zip(dose_figures(self._report.dose), places, strict=True):
            for figure, place in zip(figures, columns(row, [1.0] * len(figures), canvas.px(8)), strict=True):
                upper = round(place.height * 0.54)
                canvas.label(figure[0], place.top(upper), "body", TEXT, "bold", shorten=True)
                canvas.label(figure[1], place.below(upper), "small", TEXT_SECOND, shorten=True)

    def _ratings(self, canvas: Canvas, box: Box) -> list[Widget]:
        """Draw the rating's panel and return a place to press for each item."""
        canvas.panel(box)
        inner = box.inset(canvas.px(24), canvas.px(12))
        head = canvas.px(40)
        name = canvas.label("Rating", inner.top(head), "body", TEXT, "bold")
        note = "proposed; press to change"
        canvas.label(note, inner.top(head).after(name + canvas.px(12)), "small", TEXT_FAINT, align="right", shorten=True)
        room = inner.below(head)
        places = (
            rows(room.top(min(room.height, canvas.px(RATING_PX) * len(self._rating))), [1.0] * len(self._rating)) if self._rating else []
        )
        return [Area(id=f"rating {item}", box=place, radius=6) for item, place in zip(self._rating, places, strict=True)]

    def _draw_rating(self, canvas: Canvas, item: str, box: Box) -> None:
        name = item.replace("_", " ").capitalize()
        dots = 5 * canvas.px(22)
        warm = self._focus.warm(f"rating {item}")
        canvas.label(
            name,
            Box(box.x, box.y, box.width - dots - canvas.px(40), box.height),
            "small",
            TEXT if warm > 0.05 else TEXT_SECOND,
            shorten=True,
        )
        canvas.label(
            str(self._rating[item]), Box(box.right - dots - canvas.px(36), box.y, canvas.px(24), box.height), "small", TEXT, "bold", "right"
        )
        for number in range(5):
            spot = (box.right - dots + number * canvas.px(22) + canvas.px(11), box.centre[1])
            canvas.disc(spot, max(3, canvas.px(6)), ACCENT if number < self._rating[item] else EDGE)

    def _practise(self, canvas: Canvas, box: Box) -> list[Widget]:
        canvas.panel(box)
        inner = box.inset(canvas.px(24), canvas.px(12))
        canvas.label("Practise next", inner.top(canvas.px(40)), "body", TEXT, "bold")
        items = self._report.practise_next
        if not items:
            canvas.label("Nothing stands out: take a harder case.", inner.below(canvas.px(40)).top(canvas.px(32)), "small", TEXT_SECOND)
            return []
        places = [
            place.top(min(place.height, canvas.px(132))) for place in rows(inner.below(canvas.px(44)), [1.0] * len(items), canvas.px(10))
        ]
        for number, (item, place) in enumerate(zip(items, places, strict=True)):
            warm = self._focus.warm(f"drill {number}")
            canvas.panel(place, blend(ACCENT_SOFT if number == 0 else PANEL, ACCENT_FILL, warm), ACCENT if number == 0 else EDGE)
            step = canvas.line_of("small")
            lines = 2 if place.height >= canvas.line_of("body") + 2 * step + canvas.px(8) else 1
            words = place.inset(canvas.px(18), 0).middle(place.width - canvas.px(36), canvas.line_of("body") + lines * step)
            canvas.label(item.title, words.top(canvas.line_of("body")), "body", TEXT, "bold", shorten=True)
            canvas.label("drill", words.top(canvas.line_of("body")), "small", ACCENT, "bold", "right")
            canvas.lines(item.advice, words.below(canvas.line_of("body")), lines, "small", TEXT_SECOND)
        return [Area(id=f"drill {number}", box=place) for number, place in enumerate(places)]


def dose_figures(dose: Dose) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the panel's rows of figures and words: the machine, the patient and hands, the staff."""
    told = "none" if dose.answered_share is None else f"{dose.answered_share:.0%}"
    machine = (
        (f"{dose.fluoroscopy_s:.1f} s", "beam"),
        (f"{dose.exposures}", "pulses"),
        (f"{dose.air_kerma_mgy:.1f} mGy", "air kerma"),
        (f"{dose.dap_gy_cm2:.2f}", "Gy·cm²"),
    )
    people = (
        (told, "answered"),
        (f"{dose.skin_peak_mgy:.1f} mGy", "skin, most"),
        (f"{dose.hand_ugy:.0f} µGy", "hands"),
        (f"{dose.hand_pulses}", "met hands"),
    )
    return machine, people, tuple((f"{usv:.1f} µSv", name) for name, usv in dose.staff_usv.items())


def in_minutes(seconds_s: float) -> str:
    """Return a time in seconds below two minutes, with seconds below ten, else in whole minutes."""
    whole = round(seconds_s)
    if whole < 120:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{whole / 60:.0f} min"


def _clock(tick: int) -> str:
    whole = tick // TICKS_PER_S
    return f"{whole // 60:02d}:{whole % 60:02d}"


def _chosen(pictures: Sequence[Picture], entries: Sequence[TimelineEntry]) -> list[Picture]:
    """Return the pictures that the timeline speaks of, then others evenly, in the order of time."""
    spoken = {entry.tick for entry in entries if entry.exposure is not None}
    first = [picture for picture in pictures if picture.tick in spoken][:MOST_PICTURES]
    rest = [picture for picture in pictures if picture not in first]
    free = MOST_PICTURES - len(first)
    if len(rest) > free:
        rest = [rest[round(number * (len(rest) - 1) / max(1, free - 1))] for number in range(free)]
    return sorted(first + rest, key=lambda picture: picture.tick)


def _spread(wanted: Sequence[int], end: int, apart: int) -> list[int]:
    """Push points on a line apart without passing its end."""
    placed = list(wanted)
    for number in range(1, len(placed)):
        placed[number] = max(placed[number], placed[number - 1] + apart)
    limit = end
    for number in reversed(range(len(placed))):
        placed[number] = min(placed[number], limit)
        limit = placed[number] - apart
    return placed


def _lanes(labels: Sequence[tuple[int, int]], line: Box, apart: int, lanes: int) -> list[tuple[int, int, int | None]]:
    """Place labels over and under a line so that none touches another.

    Args:
        labels: Point on the line and width of each, from left to right.
        line: Its extent.
        apart: Least distance between two points, so that each sign can be seen.
        lanes: 2 or 4.

    Returns:
        Point, left edge, and lane of each: 0 just above, 1 just below, 2 and 3 farther out; None where no lane has room.
    """
    ends = [line.x - line.width] * lanes
    placed: list[tuple[int, int, int | None]] = []
    for at, (_, width) in zip(_spread([wanted for wanted, _ in labels], line.right, apart), labels, strict=True):
        x = min(max(at - width // 2, line.x), max(line.x, line.right - width))
        lane = next((number for number, end in enumerate(ends) if x > end), None)
        if lane is not None:
            ends[lane] = x + width + 12
        placed.append((at, x, lane))
    return placed


def _retried(report: Report) -> str:
    """Return how often the trainee went back, or nothing."""
    return f", {report.retries} retries" if report.retries > 1 else ", one retry" if report.retries else ""
