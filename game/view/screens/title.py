"""The first screen: a needle at once, the case library, the drills."""

import dataclasses
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pygame

from game import __version__
from game.operation.built import BUILT_STEPS, StepId
from game.operation.views.tasks import task_short
from game.session import can_drill
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
from game.view.screens.titling.cards import Cards
from game.view.screens.titling.drills import SHORT, STEP_KEYS, Drill, draw_steps, draw_views, step_boxes, view_boxes
from game.view.screens.titling.places import Places, places
from game.view.settings import Mode
from game.view.shapes import rounded
from game.view.stills import Shelf
from game.view.theme import (
    ACCENT,
    BACKGROUND,
    EDGE,
    PANEL,
    RAISED,
    TEXT,
    TEXT_FAINT,
    TEXT_SECOND,
    blend,
)
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Area, Button, Erased, Pressed, Response, Tab, TextField, Typed, Widget

MODES: tuple[tuple[Mode, str, str], ...] = (
    ("guided", "Guided", "hints, cutaway"),
    ("practice", "Practice", "no hints, retry"),
    ("exam", "Exam", "marks at the end"),
)
SHELF_TITLES = {
    "core": "Core",
    "intermediate": "Intermediate",
    "advanced": "Advanced",
    "complication": "Complications",
    "mine": "Mine",
}
NOTICE = "For training only. Not a medical device."
LONGEST_SEARCH = 60


class TitleScreen(MenuScreen):
    """Title and library."""

    def __init__(
        self,
        desk: Desk,
        open_case: Opener,
        seed: int | None = None,
        shelf: Shelf | None = None,
        prepare: Callable[[Launch], None] = lambda _: None,
        ready: Callable[[Launch], bool] = lambda _: True,
    ) -> None:
        """Read the library.

        Args:
            desk: What screens share.
            open_case: Makes the screen that plays a case.
            seed: Of every case that is opened; None draws a new one each time.
            shelf: Makes the pictures.
            prepare: Told which launch is likely to come next; what its case's other drills begin from is made ready with it.
            ready: Says whether a launch would begin at once.
        """
        super().__init__(desk, "needle")
        self._open_case, self._seed, self._prepare, self._ready = open_case, seed, prepare, ready
        self._next_seed = self._draw_seed()
        self._prepared: tuple[Path, int] | None = None
        self._shelf = shelf or Shelf()
        self._cases, self._view_drills = find_cases(desk.data_dir), find_drills()
        self._bests = load_bests(desk.data_dir)
        self._chosen = next((case.path for case in self._cases if case.scenario), Path())
        self._words, self._tab, self._first_row = "", "", 0
        self._scroll: tuple[float, float] | None = None
        self._spare: Box | None = None

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
        case = self._playable("needle")
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
        if typing:
            return None
        return self._view_key(event.key) if event.mod & pygame.KMOD_SHIFT else self._step_key(event.key)

    def _step_key(self, key: int) -> Change | None:
        """Open the drill of a step by its number; 0 is the tenth."""
        place = 9 if key == pygame.K_0 else (digit_of(key) or 0) - 1
        return self._drill(BUILT_STEPS[place]) if 0 <= place < len(BUILT_STEPS) else None

    def _view_key(self, key: int) -> Change | None:
        """Open the drill of a standard view by its number."""
        number = digit_of(key)
        return self._view_drill(self._view_drills[number - 1]) if number and number <= len(self._view_drills) else None

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

    def _playable(self, step: str) -> Case | None:
        """Return the chosen case where it has a step, or the first case that has it; else the first on which it can be drilled."""
        cases = [case for case in (self._case(), *self._cases) if case and case.scenario]
        having = (case for case in cases if case.scenario and (not step or step in case.scenario.steps))
        able = (case for case in cases if case.scenario and can_drill(case.scenario, step))
        return next(having, None) or next(able, None)

    def _drill(self, step: str, mode: Mode | None = None) -> Change | None:
        return self._open(step, mode or self._desk.settings.mode)

    def _view_drill(self, case: Case) -> Change | None:
        return self._launch(case, "", self._desk.settings.mode)

    def _open(self, step: str, mode: Mode) -> Change | None:
        return self._launch(self._playable(step) if step else self._case(), step, mode)

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
        steps, views = self._step_drills(), self._views()
        at = places(canvas, bool(shelves(self._cases)), steps, bool(views))
        cards = Cards(self._shelf, self._bests)
        if (shown := self._playable("")) is not None:
            cards.spine(canvas, shown)
        self._widgets = self._make(canvas, at, steps, views)
        self._draw_left(canvas, at)
        self._draw_library(canvas, at)
        for widget in self._widgets:
            if isinstance(widget, Area):
                self._draw_case(canvas, cards, widget)
        if self._scroll:
            self._draw_scroll(canvas, at.cases, *self._scroll)
        if self._spare and (chosen := self._case()) and chosen.scenario:
            cards.chart(canvas, chosen, self._spare)
        draw_widgets(canvas, self._widgets, self._focus)
        draw_steps(canvas, steps, at.steps)
        if views:
            draw_views(canvas, views, at.views)

    def _step_drills(self) -> tuple[Drill, ...]:
        """Return the tiles of the steps."""
        return tuple(
            Drill(
                title=step_title(step),
                short=SHORT.get(step, step_title(step)),
                key=STEP_KEYS[place] if place < len(STEP_KEYS) else "",
                best=self._bests.get(step_key(step)),
                ready=self._begins_at_once(step),
            )
            for place, step in enumerate(BUILT_STEPS)
        )

    def _begins_at_once(self, step: StepId) -> bool:
        case = self._playable(step)
        return not (case and case.scenario) or self._ready(Launch(case.path, case.scenario, self._next_seed, "guided", step))

    def _views(self) -> tuple[Drill, ...]:
        """Return the tiles of the standard views."""
        return tuple(
            Drill(
                title=case.scenario.title,
                short=", ".join(task_short(task) for task in case.scenario.plan.views),
                key=str(number),
                best=self._bests.get(case_key(case.scenario.id)),
            )
            for number, case in enumerate(self._view_drills, start=1)
            if case.scenario is not None
        )

    def _make(self, canvas: Canvas, places: Places, steps: Sequence[Drill], views: Sequence[Drill]) -> tuple[Widget, ...]:
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
        return (*left, *self._make_library(canvas, places), *self._make_drills(canvas, places, steps, views))

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
            made.append(
                Button(
                    id=f"mode {mode}",
                    box=box,
                    label=label,
                    note="" if canvas.look.tight else note,
                    selected=mode == self._desk.settings.mode,
                )
            )
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
        self._spare = None
        if len(self._cases) == 1:
            return [Area(id=f"case {case.path}", box=box) for case in shown]
        across = 2 if canvas.look.tight else 3
        gap = canvas.px(16)
        lines = max(1, (box.height + gap) // (canvas.px(200) + gap))
        height = (box.height - (lines - 1) * gap) // lines
        rows = -(-len(shown) // across)
        self._first_row = min(self._first_row, max(0, rows - lines))
        self._scroll = (self._first_row / rows, lines / rows) if rows > lines else None
        self._spare = box.below(rows * (height + gap)) if 0 < rows < lines else None
        visible = shown[self._first_row * across : (self._first_row + lines) * across]
        return [
            Area(id=f"case {case.path}", box=place)
            for case, place in zip(visible, tiles(box, across, len(visible), height, gap), strict=True)
        ]

    def _make_drills(self, canvas: Canvas, places: Places, steps: Sequence[Drill], views: Sequence[Drill]) -> list[Widget]:
        boxes = step_boxes(canvas, steps, places.steps)
        made: list[Widget] = [
            Button(id=f"drill {step}", box=box, label="", enabled=self._playable(step) is not None)
            for step, box in zip(BUILT_STEPS, boxes, strict=True)
        ]
        _, boxes = view_boxes(canvas, views, places.views)
        return made + [Button(id=f"view {case.path}", box=box, label="") for case, box in zip(self._view_drills, boxes, strict=True)]

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
        canvas.label("Drills", places.steps_heading, "body", TEXT, "bold")
        words = "one step, 3 to 7 minutes, from an expert's hands"
        canvas.label(words, places.steps_heading.after(canvas.width_of("Drills", "body", "bold") + canvas.px(16)), "small", TEXT_SECOND)
        canvas.label(self._keys(canvas.look.tight), places.hint, "small", TEXT_FAINT, align="right")

    def _keys(self, tight: bool) -> str:
        """Return the line that says what keys do."""
        last = min(len(BUILT_STEPS), len(STEP_KEYS) - 1)
        steps, views = f"1 to {last}{' and 0' if len(BUILT_STEPS) > last else ''}", f"Shift + 1 to {len(self._view_drills)}"
        told = f"Keys {steps} open a step" + (f", {views} a view." if self._view_drills else ".")
        return told if tight else f"{told}  Tab moves, Enter opens, F1 helps."

    def _draw_case(self, canvas: Canvas, cards: Cards, area: Area) -> None:
        case = next(case for case in self._cases if area.id == f"case {case.path}")
        chosen = case.path == self._chosen and len(self._cases) > 1
        warm = self._focus.warm(area.id)
        canvas.panel(area.box, blend(PANEL, RAISED, warm), ACCENT if chosen else EDGE, area.radius, 2.5 if chosen else 1.0)
        cards.draw(canvas, case, area.box, len(self._cases) == 1)

    def _draw_scroll(self, canvas: Canvas, cases: Box, start: float, part: float) -> None:
        """Draw which rows of the library are seen; wheel and page keys move it."""
        rail = Box(cases.right + canvas.px(10), cases.y, max(3, canvas.px(5)), cases.height)
        canvas.surface.blit(rounded(rail.width, rail.height, rail.width // 2, EDGE), (rail.x, rail.y))
        knob = Box(rail.x, rail.y + round(start * rail.height), rail.width, round(part * rail.height))
        canvas.surface.blit(rounded(knob.width, knob.height, knob.width // 2, TEXT_FAINT), (knob.x, knob.y))
