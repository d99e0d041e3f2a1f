"""The first screen: a needle at once, the case library, the drills."""

import dataclasses
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pygame

from game import __version__
from game.operation.built import BUILT_STEPS
from game.operation.views.tasks import task_short
from game.view.bests import case_key, load_bests, step_key
from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.keys import digit_of, meaning_of
from game.view.launch import Launch, Opener, step_title
from game.view.layout import Box, columns, tiles
from game.view.library import Case, find_cases, find_drills, matching, read_case, shelves, with_case
from game.view.screen import Change, Push, Quit
from game.view.screens.help import HelpScreen
from game.view.screens.menu import MenuScreen
from game.view.screens.settings import SettingsScreen
from game.view.settings import Mode
from game.view.shapes import STATUS_COLOURS, Status, rounded
from game.view.stills import Shelf, quiet, scaled, still
from game.view.theme import (
    ACCENT,
    BACKGROUND,
    EDGE,
    PANEL,
    RAISED,
    TEXT,
    TEXT_FAINT,
    TEXT_SECOND,
    WARNING,
    Size,
    blend,
    mark_colour,
)
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Area, Button, Erased, Pressed, Response, Tab, TextField, Typed, Widget

MODES: tuple[tuple[Mode, str, str], ...] = (
    ("guided", "Guided", "hints, cutaway"),
    ("practice", "Practice", "no hints, retry"),
    ("exam", "Exam", "marks at the end"),
)
LEVEL_SIGNS: dict[str, Status] = {"core": "good", "intermediate": "accent", "advanced": "warning", "complication": "danger"}
SHELF_TITLES = {
    "core": "Core",
    "intermediate": "Intermediate",
    "advanced": "Advanced",
    "complication": "Complications",
    "mine": "Mine",
}
NOTICE = "For training only. Not a medical device."
LATERAL_DEG = 90.0
LONGEST_SEARCH = 60
CENTRE_MM = (0.0, 12.0, -10.0)
CARD_MM = (0.0, -12.0, -10.0)
"""A card is wide: its picture is centred a little ventral of the spine, so that less bare air shows behind the back."""
PICTURE_SEED = 1
"""The library's pictures show one draw of each case's patient, not the one that the next seed will bring."""


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of the title are."""

    name: Box
    subtitle: Box
    needle: Box
    small: Box
    footer: Box
    heading: Box
    search: Box
    tabs: Box
    cases: Box
    modes: Box
    drills_heading: Box
    drills: Box
    views: Box
    hint: Box


class TitleScreen(MenuScreen):
    """Title and library."""

    def __init__(
        self,
        desk: Desk,
        open_case: Opener,
        seed: int | None = None,
        shelf: Shelf | None = None,
        prepare: Callable[[Launch], None] = lambda _: None,
    ) -> None:
        """Read the library.

        Args:
            desk: What screens share.
            open_case: Makes the screen that plays a case.
            seed: Of every case that is opened; None draws a new one each time.
            shelf: Makes the pictures.
            prepare: Told which launch is likely to come next.
        """
        super().__init__(desk, "needle")
        self._open_case, self._seed, self._prepare = open_case, seed, prepare
        self._next_seed = self._draw_seed()
        self._prepared: tuple[Path, int] | None = None
        self._shelf = shelf or Shelf()
        self._cases, self._view_drills = find_cases(desk.data_dir), find_drills()
        self._bests = load_bests(desk.data_dir)
        self._chosen = next((case.path for case in self._cases if case.scenario), Path())
        self._words, self._tab, self._first_row = "", "", 0
        self._scroll: tuple[float, float] | None = None

    def on_shown(self) -> None:
        """Read the best marks again: a case may have been played."""
        self._bests = load_bests(self._desk.data_dir)

    def on_leave(self) -> None:
        """Stop making pictures."""
        self._shelf.close()

    def on_tick(self, elapsed_s: float) -> Change | None:
        """Let lights and pictures come and go."""
        super().on_tick(elapsed_s)
        self._shelf.on_tick(elapsed_s)
        if self._widgets and not self._shelf.busy:
            self._prepare_needle()
        return None

    def _prepare_needle(self) -> None:
        """Let what the large button needs be made ready, once the pictures are there."""
        case = self._playable()
        if case is not None and case.scenario is not None and self._prepared != (case.path, self._next_seed):
            self._prepared = case.path, self._next_seed
            self._prepare(Launch(case.path, case.scenario, self._next_seed, "guided", "needle"))

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Answer keys, mouse and dropped files."""
        if event.type == pygame.DROPFILE:
            self._dropped(Path(event.file))
            return None
        if event.type == pygame.MOUSEWHEEL:
            self._first_row = max(0, self._first_row - event.y)
            return None
        return super().on_event(event)

    def _dropped(self, path: Path) -> None:
        case = read_case(path, own=True)
        self._cases = with_case(self._cases, case)
        self._words, self._tab = "", ""
        self._chosen = path
        self._desk.play("click")

    def _key(self, event: pygame.event.Event) -> Change | None:
        typing = self._focus.id == "search"
        if event.key == pygame.K_ESCAPE and typing:
            self._words, self._focus.id = "", "needle"
            return None
        if meaning_of(event.key) == "help":
            return Push(HelpScreen(self._desk))
        if event.key in (pygame.K_PAGEUP, pygame.K_PAGEDOWN):
            self._first_row = max(0, self._first_row + (1 if event.key == pygame.K_PAGEDOWN else -1))
            return None
        number = digit_of(event.key)
        if number and not typing:
            return self._numbered(number - 1)
        return None

    def _numbered(self, index: int) -> Change | None:
        """Open a drill by its number: the steps first, then the standard views."""
        if index < len(BUILT_STEPS):
            return self._drill(BUILT_STEPS[index])
        index -= len(BUILT_STEPS)
        return self._view_drill(self._view_drills[index]) if index < len(self._view_drills) else None

    def _answer(self, response: Response) -> Change | None:
        match response:
            case Typed("search", text):
                self._words, self._first_row = (self._words + text)[:LONGEST_SEARCH], 0
            case Erased("search"):
                self._words, self._first_row = self._words[:-1], 0
            case Pressed(name):
                self._desk.play("click")
                return self._pressed(*name.partition(" ")[::2])
        return None

    def _pressed(self, kind: str, which: str) -> Change | None:
        match kind:
            case "needle":
                return self._drill("needle", "guided")
            case "settings":
                return Push(SettingsScreen(self._desk))
            case "help":
                return Push(HelpScreen(self._desk))
            case "quit":
                return Quit()
            case "tab":
                self._tab, self._first_row = which, 0
            case "mode":
                self._desk.choose(dataclasses.replace(self._desk.settings, mode=next(mode for mode, _, _ in MODES if mode == which)))
            case "case":
                return self._case_pressed(Path(which))
            case "drill":
                return self._drill(which)
            case "view":
                return self._view_drill(next(case for case in self._view_drills if str(case.path) == which))
            case "open":
                return self._open("", self._desk.settings.mode)
        return None

    def _case_pressed(self, path: Path) -> Change | None:
        """Choose a case; chosen already, it opens."""
        if path == self._chosen and len(self._cases) > 1:
            return self._open("", self._desk.settings.mode)
        self._chosen = path
        return None

    def _case(self) -> Case | None:
        return next((case for case in self._cases if case.path == self._chosen), None)

    def _playable(self) -> Case | None:
        """Return the chosen case, or where it is broken the first sound one."""
        chosen = self._case()
        return chosen if chosen and chosen.scenario else next((case for case in self._cases if case.scenario), None)

    def _drill(self, step: str, mode: Mode | None = None) -> Change | None:
        return self._open(step, mode or self._desk.settings.mode)

    def _view_drill(self, case: Case) -> Change | None:
        return self._launch(case, "", self._desk.settings.mode)

    def _open(self, step: str, mode: Mode) -> Change | None:
        return self._launch(self._playable() if step else self._case(), step, mode)

    def _launch(self, case: Case | None, step: str, mode: Mode) -> Change | None:
        if case is None or case.scenario is None:
            return None
        seed, self._next_seed = self._next_seed, self._draw_seed()
        return Push(self._open_case(Launch(case.path, case.scenario, seed, mode, step)))

    def _draw_seed(self) -> int:
        return random.SystemRandom().randrange(1, 10_000) if self._seed is None else self._seed

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw the title."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        places = _places(canvas, bool(shelves(self._cases)), bool(self._view_drills))
        self._draw_spine(canvas)
        self._widgets = self._make(canvas, places)
        self._draw_left(canvas, places)
        self._draw_library(canvas, places)
        for widget in self._widgets:
            if isinstance(widget, Area):
                self._draw_case(canvas, widget)
        if self._scroll:
            self._draw_scroll(canvas, places.cases, *self._scroll)
        draw_widgets(canvas, self._widgets, self._focus)
        self._draw_drills(canvas, places)

    def _make(self, canvas: Canvas, places: Places) -> tuple[Widget, ...]:
        """Return the widgets in the order of Tab."""
        left: list[Widget] = [
            Button(id="needle", box=places.needle, label="Put a needle in", note="3 minutes, no reading", hint="Enter", style="primary")
        ]
        for (name, label), box in zip(
            (("settings", "Settings"), ("help", "Help"), ("quit", "Quit")),
            columns(places.small, [1.0, 1.0, 1.0], canvas.px(12)),
            strict=True,
        ):
            left.append(Button(id=name, box=box, label=label))
        return (*left, *self._make_library(canvas, places), *self._make_drills(canvas, places))

    def _make_library(self, canvas: Canvas, places: Places) -> list[Widget]:
        made: list[Widget] = []
        if len(self._cases) > 1:
            made.append(TextField(id="search", box=places.search, text=self._words, placeholder="Search, or drop a scenario file"))
        made.extend(self._make_tabs(canvas, places))
        made.extend(self._make_cases(canvas, places.cases))
        case = self._case()
        can_open = bool(case and case.scenario)
        *modes, start = columns(places.modes, [1.0, 1.0, 1.0, 0.9], canvas.px(12))
        for (mode, label, note), box in zip(MODES, modes, strict=True):
            made.append(Button(id=f"mode {mode}", box=box, label=label, note=note, selected=mode == self._desk.settings.mode))
        made.append(Button(id="open", box=start, label="Open" if canvas.look.tight else "Open the case", style="accent", enabled=can_open))
        return made

    def _make_tabs(self, canvas: Canvas, places: Places) -> list[Widget]:
        """Return a tab for each shelf, or none where they have no room: then searching must do."""
        names = ("", *shelves(self._cases))
        labels = [SHELF_TITLES[name] if name else f"All {len(self._cases)}" for name in names]
        widths = [canvas.width_of(label, "body", "bold") + canvas.px(36) for label in labels]
        gap = canvas.px(8)
        if len(names) == 1 or sum(widths) + gap * (len(widths) - 1) > places.tabs.width:
            self._tab = ""
            return []
        return [
            Tab(id=f"tab {name}", box=box, label=label, selected=name == self._tab)
            for name, label, box in zip(names, labels, columns(places.tabs, widths, gap), strict=True)
        ]

    def _make_cases(self, canvas: Canvas, box: Box) -> list[Widget]:
        shown = matching(self._cases, self._words, self._tab)
        if len(self._cases) == 1:
            return [Area(id=f"case {case.path}", box=box) for case in shown]
        across = 2 if canvas.look.tight else 3
        gap = canvas.px(16)
        lines = max(1, (box.height + gap) // (canvas.px(200) + gap))
        height = (box.height - (lines - 1) * gap) // lines
        rows = -(-len(shown) // across)
        self._first_row = min(self._first_row, max(0, rows - lines))
        self._scroll = (self._first_row / rows, lines / rows) if rows > lines else None
        visible = shown[self._first_row * across : (self._first_row + lines) * across]
        return [
            Area(id=f"case {case.path}", box=place)
            for case, place in zip(visible, tiles(box, across, len(visible), height, gap), strict=True)
        ]

    def _make_drills(self, canvas: Canvas, places: Places) -> list[Widget]:
        boxes = columns(places.drills, [1.0] * len(BUILT_STEPS), canvas.px(12))
        enabled = self._playable() is not None
        made: list[Widget] = [
            Button(id=f"drill {step}", box=box, label="", enabled=enabled) for step, box in zip(BUILT_STEPS, boxes, strict=True)
        ]
        return made + [Button(id=f"view {case.path}", box=box, label="") for case, box in self._view_places(canvas, places)]

    def _view_places(self, canvas: Canvas, places: Places) -> list[tuple[Case, Box]]:
        """Return the drills of standard views with their places."""
        boxes = columns(places.views, [1.0] * len(self._view_drills), canvas.px(12))
        return list(zip(self._view_drills, boxes, strict=True))

    def _draw_spine(self, canvas: Canvas) -> None:
        """Draw the chosen case's own spine as a quiet picture at the left."""
        case = self._playable()
        if case is None or case.scenario is None:
            return
        spec, size = case.scenario.patient, round(canvas.box.height * 1.12)
        picture = self._shelf.get(
            f"spine {case.path} {size}", lambda: quiet(still(spec, PICTURE_SEED, LATERAL_DEG, CENTRE_MM, 200.0, 640), size)
        )
        if picture:
            picture.lay(canvas.surface, (-round(size * 0.22), -round(size * 0.05)))

    def _draw_left(self, canvas: Canvas, places: Places) -> None:
        half = places.name.height // 2
        canvas.label("Spinal Infusion", places.name.top(half), "display", TEXT, "bold")
        canvas.label("Trainer", places.name.below(half), "display", TEXT, "bold")
        canvas.label("The implant, by hand, on your laptop.", places.subtitle, "body", TEXT_SECOND)
        version = f"Version {__version__}"
        width = canvas.width_of(version, "small")
        canvas.label(NOTICE, Box(places.footer.x, places.footer.y, places.footer.width - width, places.footer.height), "small", TEXT_FAINT)
        canvas.label(version, places.footer, "small", TEXT_FAINT, align="right")

    def _draw_library(self, canvas: Canvas, places: Places) -> None:
        canvas.label("Cases" if len(self._cases) != 1 else "The case", places.heading, "heading", TEXT, "bold")
        if len(self._cases) <= 1:
            canvas.label("drop a scenario file on the window to add it", places.search, "small", TEXT_FAINT, align="right")
        if not self._cases:
            canvas.label("No scenario was found.", places.cases.top(canvas.px(40)), "body", TEXT_SECOND)
        elif not matching(self._cases, self._words, self._tab):
            canvas.label("Nothing matches.", places.cases.top(canvas.px(40)), "body", TEXT_SECOND)
        canvas.label("Drills", places.drills_heading, "body", TEXT, "bold")
        words = "one step, 3 to 7 minutes"
        canvas.label(words, places.drills_heading.after(canvas.width_of("Drills", "body", "bold") + canvas.px(16)), "small", TEXT_SECOND)
        canvas.label("Number keys open a drill.  Tab moves, Enter opens, F1 helps.", places.hint, "small", TEXT_FAINT, align="right")

    def _draw_case(self, canvas: Canvas, area: Area) -> None:
        case = next(case for case in self._cases if area.id == f"case {case.path}")
        chosen = case.path == self._chosen and len(self._cases) > 1
        warm = self._focus.warm(area.id)
        canvas.panel(area.box, blend(PANEL, RAISED, warm), ACCENT if chosen else EDGE, area.radius, 2.5 if chosen else 1.0)
        if case.scenario is None:
            self._draw_broken(canvas, case, area.box.inset(canvas.px(20), canvas.px(16)))
        elif len(self._cases) == 1:
            self._draw_feature(canvas, case, area.box.inset(canvas.px(8)))
        else:
            self._draw_card(canvas, case, area.box.inset(canvas.px(6)))

    def _draw_scroll(self, canvas: Canvas, cases: Box, start: float, part: float) -> None:
        """Draw which rows of the library are seen; wheel and page keys move it."""
        rail = Box(cases.right + canvas.px(10), cases.y, max(3, canvas.px(5)), cases.height)
        canvas.surface.blit(rounded(rail.width, rail.height, rail.width // 2, EDGE), (rail.x, rail.y))
        knob = Box(rail.x, rail.y + round(start * rail.height), rail.width, round(part * rail.height))
        canvas.surface.blit(rounded(knob.width, knob.height, knob.width // 2, TEXT_FAINT), (knob.x, knob.y))

    def _draw_broken(self, canvas: Canvas, case: Case, box: Box) -> None:
        line = canvas.line_of("body")
        canvas.status("danger", (box.x + canvas.px(10), box.y + line // 2), 20)
        canvas.label(case.path.name, box.top(line).after(canvas.px(32)), "body", TEXT, "bold", shorten=True)
        step, y = canvas.line_of("small"), box.y + line + canvas.px(6)
        for count, problem in enumerate(case.problems):
            place = f"{problem.line}:{problem.column}  " if problem.line else ""
            height = canvas.paragraph_height(place + problem.text, box.width, "small")
            more = count < len(case.problems) - 1
            if y + height + (step if more else 0) > box.bottom:
                canvas.label(
                    f"and {len(case.problems) - count} more" if count else f"{len(case.problems)} problems",
                    Box(box.x, y, box.width, step),
                    "small",
                    WARNING,
                )
                return
            canvas.paragraph(place + problem.text, Box(box.x, y, box.width, height), "small", TEXT_SECOND)
            y += height + canvas.px(4)

    def _draw_thumbnail(self, canvas: Canvas, case: Case, box: Box, orbit_deg: float) -> None:
        assert case.scenario
        spec, radius = case.scenario.patient, canvas.px(10)
        centre_mm = CENTRE_MM if box.height > box.width else CARD_MM
        canvas.panel(box, BACKGROUND, EDGE, 10)
        picture = self._shelf.get(
            f"{case.path} {orbit_deg} {box.width} {box.height}",
            lambda: scaled(still(spec, PICTURE_SEED, orbit_deg, centre_mm, 230.0, 640), box.width, box.height),
        )
        if picture:
            picture.lay(canvas.surface, (box.x, box.y), radius)

    def _draw_card(self, canvas: Canvas, case: Case, box: Box) -> None:
        """Draw one card of several: picture, title, summary, level, minutes, best."""
        assert case.scenario
        text = canvas.line_of("body") + 2 * canvas.line_of("small") + canvas.px(24)
        self._draw_thumbnail(canvas, case, Box(box.x, box.y, box.width, box.height - text), LATERAL_DEG)
        words = Box(box.x, box.bottom - text, box.width, text).inset(canvas.px(14), canvas.px(8))
        canvas.label(case.scenario.title, words.top(canvas.line_of("body")), "body", TEXT, "bold", shorten=True)
        under = words.below(canvas.line_of("body"))
        canvas.label(case.scenario.summary, under.top(canvas.line_of("small")), "small", TEXT_SECOND, shorten=True)
        self._draw_level(canvas, case, under.below(canvas.line_of("small")))

    def _draw_level(self, canvas: Canvas, case: Case, box: Box) -> None:
        assert case.scenario
        canvas.disc((box.x + canvas.px(6), box.centre[1]), canvas.px(6), STATUS_COLOURS[LEVEL_SIGNS[case.scenario.level]])
        level = canvas.label(case.scenario.level.capitalize(), box.after(canvas.px(22)), "small", TEXT)
        canvas.label(f"{case.scenario.minutes} min", box.after(canvas.px(46) + level), "small", TEXT_SECOND)
        best = self._bests.get(case_key(case.scenario.id))
        if best is not None:
            canvas.label(f"best {best:.0f} %", box, "small", mark_colour(best), "bold", "right")

    def _draw_feature(self, canvas: Canvas, case: Case, box: Box) -> None:
        """Draw the only case large: two pictures and what the chart says."""
        assert case.scenario
        square = min(box.height, round(box.width * 0.34))
        pictures = columns(box.left(round(box.width * 0.56)), [1.0, 1.0], canvas.px(8)) if not canvas.look.tight else [box.left(square)]
        for place, orbit_deg in zip(pictures, (0.0, LATERAL_DEG), strict=False):
            self._draw_thumbnail(canvas, case, place, orbit_deg)
        words = box.after(pictures[-1].right - box.x).inset(canvas.px(24), canvas.px(16))
        y = words.y
        canvas.label(case.scenario.title, Box(words.x, y, words.width, canvas.line_of("heading")), "heading", TEXT, "bold", shorten=True)
        y += canvas.line_of("heading")
        height = canvas.paragraph_height(case.scenario.summary, words.width, "small")
        canvas.paragraph(case.scenario.summary, Box(words.x, y, words.width, height), "small", TEXT_SECOND)
        y += height + canvas.px(12)
        foot = words.bottom - canvas.line_of("small")
        self._draw_chart(canvas, case.scenario.chart, Box(words.x, y, words.width, foot - y - canvas.px(8)))
        self._draw_level(canvas, case, Box(words.x, foot, words.width, canvas.line_of("small")))

    def _draw_chart(self, canvas: Canvas, lines: Sequence[str], box: Box) -> None:
        """Draw the lines of the chart, as large as the room allows; what has no room is counted."""
        width, gap = box.width - canvas.px(18), canvas.px(6)
        large = sum(canvas.paragraph_height(line, width, "body") + gap for line in lines)
        size: Size = "body" if large <= box.height else "small"
        y, step = box.y, canvas.line_of(size)
        for count, line in enumerate(lines):
            height, more = canvas.paragraph_height(line, width, size), count < len(lines) - 1
            if y + height + (step if more else 0) > box.bottom:
                canvas.label(f"and {len(lines) - count} more lines", Box(box.x + canvas.px(18), y, width, step), size, TEXT_FAINT)
                return
            canvas.disc((box.x + canvas.px(4), y + step // 2), max(2, canvas.px(3)), TEXT_FAINT)
            canvas.paragraph(line, Box(box.x + canvas.px(18), y, width, height), size, TEXT)
            y += height + gap

    def _draw_drills(self, canvas: Canvas, places: Places) -> None:
        """Draw what is inside the drills' buttons: name, key, bar and best mark."""
        for number, (step, box) in enumerate(
            zip(BUILT_STEPS, columns(places.drills, [1.0] * len(BUILT_STEPS), canvas.px(12)), strict=True), start=1
        ):
            inner = box.inset(canvas.px(16), canvas.px(10))
            best = self._bests.get(step_key(step))
            upper = inner.top(inner.height // 2)
            canvas.label(str(number), upper, "small", TEXT_FAINT, align="right")
            canvas.label(step_title(step), upper, "body", TEXT, "bold")
            lower = inner.below(inner.height // 2)
            mark = f"{best:.0f} %" if best is not None else "new"
            width = canvas.width_of("100 %", "small")
            thick = max(4, canvas.px(6))
            bar = Box(lower.x, lower.centre[1] - thick // 2, lower.width - width - canvas.px(12), thick)
            canvas.bar(bar, (best or 0.0) / 100.0, mark_colour(best or 0.0))
            canvas.label(mark, lower, "small", TEXT_SECOND, align="right")
        for number, (case, box) in enumerate(self._view_places(canvas, places), start=len(BUILT_STEPS) + 1):
            self._draw_view_drill(canvas, case, number, box.inset(canvas.px(12), canvas.px(4)))

    def _draw_view_drill(self, canvas: Canvas, case: Case, number: int, inner: Box) -> None:
        """Draw what is inside the button of a standard view: name, key, and the best mark as a bar along its foot."""
        assert case.scenario
        best, key = self._bests.get(case_key(case.scenario.id)), canvas.width_of("8", "small") + canvas.px(8)
        thick = max(3, canvas.px(4))
        words = Box(inner.x, inner.y, inner.width, inner.height - thick)
        room, title = words.left(words.width - key), case.scenario.title
        if canvas.width_of(title, "small", "bold") > room.width:
            title = ", ".join(task_short(task) for task in case.scenario.plan.views)
        canvas.label(title, room, "small", TEXT, "bold", shorten=True)
        canvas.label(str(number), words, "small", TEXT_FAINT, align="right")
        canvas.bar(Box(inner.x, inner.bottom - thick, inner.width, thick), (best or 0.0) / 100.0, mark_colour(best or 0.0))


def _places(canvas: Canvas, tabs: bool, views: bool) -> Places:
    """Compute the boxes from the window."""
    px, box = canvas.px, canvas.box
    tight = canvas.look.tight
    edge = px(32 if tight else 96)
    left = Box(edge, px(32), px(470), box.height - px(64))
    right_x = left.right + px(32 if tight else 94)
    right = Box(right_x, px(28 if tight else 56), box.width - right_x - px(32 if tight else 60), box.height - px(60 if tight else 88))
    foot = canvas.line_of("small")
    y = left.bottom - foot
    footer = Box(left.x, y, left.width, foot)
    small = Box(left.x, y - px(48) - px(56), left.width, px(56))
    needle = Box(left.x, small.y - px(16) - px(92), left.width, px(92))
    subtitle = Box(left.x, needle.y - px(24) - canvas.line_of("body"), left.width, canvas.line_of("body"))
    name_height = 2 * round(canvas.look.text_px("display") * 1.12)
    name = Box(left.x, subtitle.y - px(8) - name_height, left.width, name_height)
    heading = Box(right.x, right.y, px(160), px(48))
    search = Box(heading.right, right.y, right.width - heading.width, px(48))
    if not tight:
        search = Box(right.right - px(550), right.y, px(550), px(48))
    tab_row = Box(right.x, right.y + px(60), right.width, px(40))
    hint = Box(right.x, right.bottom - foot, right.width, foot)
    view_row = Box(right.x, hint.y - px(12) - px(48), right.width, px(48) if views else 0)
    drills = Box(right.x, (view_row.y if views else hint.y) - px(12) - px(84), right.width, px(84))
    drills_heading = Box(right.x, drills.y - px(8) - px(32), right.width, px(32))
    modes = Box(right.x, drills_heading.y - px(16) - px(72), right.width, px(72))
    upper = (tab_row.bottom if tabs else heading.bottom) + px(16)
    cases = Box(right.x, upper, right.width, modes.y - px(16) - upper)
    return Places(name, subtitle, needle, small, footer, heading, search, tab_row, cases, modes, drills_heading, drills, view_row, hint)
