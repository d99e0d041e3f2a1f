"""The X-ray panel: live or held picture, stored view, figures and the buttons that work on them."""

import dataclasses
import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pygame

from game.base import Action
from game.imaging.recursion import press_before
from game.operation.actions import SetDoseMode, StoreView
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.layout import Box, columns
from game.view.monitors.fluoroscopy import Turned, dose_rows, draw_hold, draw_markers, draw_picture, draw_rows, picture_surface
from game.view.screens.operative.places import Places
from game.view.screens.operative.pulses import Pixels, Press, Pulses
from game.view.theme import ACCENT, ACCENT_SOFT, EDGE, PANEL, TEXT, TEXT_SECOND, WELL

if TYPE_CHECKING:
    from game.session.session import Session

BUTTONS = (
    ("store_ap", "Keep AP", "Keep AP"),
    ("store_lateral", "Keep lateral", "Keep lat"),
    ("rotate", "Rotate", "Rotate"),
    ("flip", "Flip", "Flip"),
    ("dose", "Dose", "Dose"),
)
VIEW_NAMES = {"ap": "AP", "lateral": "Lateral"}


@dataclass
class MonitorPanel:
    """What the panel remembers: how pictures are turned, which stored view is beside, surfaces made.

    Attributes:
        pulses: The darkroom of live pictures; `kept` that of the stored views, whose patient and place stay.
        turned: Rotation and flip for looking.
        beside: Stored view that was chosen for the small monitor, or "" for the one that is not on the large one.
        hovered: Button under the pointer.
    """

    pulses: Pulses = field(default_factory=Pulses)
    kept: Pulses = field(default_factory=Pulses)
    turned: Turned = field(default_factory=Turned)
    beside: str = ""
    hovered: str = ""
    _surfaces: dict[tuple[int, int, Turned], pygame.Surface] = field(default_factory=dict)
    _presses: dict[bool, Press] = field(default_factory=dict)
    _buttons: dict[str, Box] = field(default_factory=dict)
    _picture: Box = field(default_factory=lambda: Box(0, 0, 0, 0))
    _small: Box = field(default_factory=lambda: Box(0, 0, 0, 0))

    def key(self, session: "Session", observation: Observation, cross: tuple[float, float] | None) -> Hashable:
        """Return what the panel's look depends on; asks for the newest picture."""
        fluoroscope = session.theatre.fluoroscope
        last = len(fluoroscope.exposures) - 1
        ready = [
            self._ask(session, index, live)
            for index, live in ((last, True), (fluoroscope.stored.get(self._beside(session, last), -1), False))
        ]
        named = len(getattr(session.states.get(session.step), "named", ()))
        stored = tuple(sorted(fluoroscope.stored.items()))
        shown = (self.pulses.shown, *ready, self.turned, self.beside, stored, named)
        return (*shown, last, observation.pedal, fluoroscope.mode, self.hovered, cross, fluoroscope.technique)

    def _ask(self, session: "Session", index: int, live: bool) -> bool:
        if index < 0:
            return False
        return self._pixels(session, index, live) is not None

    def _pixels(self, session: "Session", index: int, live: bool) -> Pixels | None:
        """Return a picture where it is ready; a stored one is not begun while a live one is made, of the same body."""
        press = self._press(session, index, live)
        if live:
            return self.pulses.live(index, press, lambda: session.patient_at(index))
        return self.kept.get(index, press, lambda: session.patient_at(index), may_begin=not self.pulses.busy)

    def _press(self, session: "Session", index: int, live: bool) -> Press:
        """Return a pulse after the earlier ones of its press; looked up once, for the press may be long."""
        exposures = session.theatre.fluoroscope.exposures
        press = self._presses.get(live)
        if press is None or press[-1] is not exposures[index]:
            press = self._presses[live] = (*press_before(exposures, index), exposures[index])
        return press

    def draw(self, canvas: Canvas, places: Places, session: "Session", observation: Observation, cross: tuple[float, float] | None) -> None:
        """Draw the panel; `cross` is the keyboard's place on the picture."""
        canvas.panel(places.monitor, WELL, EDGE, 14)
        head = Box(places.buttons.x, places.monitor.y + canvas.px(4), places.buttons.width, canvas.px(34))
        last = len(session.theatre.fluoroscope.exposures) - 1
        used = 0 if places.tight and last >= 0 else canvas.label("Fluoroscopy", head, "small", TEXT_SECOND) + canvas.px(20)
        if last >= 0:
            draw_hold(canvas, head.after(used).left(canvas.width_of("Last image hold", "small") + canvas.px(30)), observation.pedal)
        self._draw_stored_words(canvas, head, observation)
        fluoroscope = session.theatre.fluoroscope
        picture = self._surface(session, last, places.picture.width, True) if last >= 0 else None
        draw_picture(canvas, places.picture, picture, "No picture yet\nF: X-ray pedal" if last < 0 else "The picture\nis on its way")
        self._picture, self._small = places.picture, places.small
        if last >= 0:
            draw_markers(canvas, places.picture, fluoroscope.exposures[last].carm, session.theatre.plan.side, self.turned)
        self._draw_named(canvas, places.picture, session, last)
        if cross is not None:
            self._draw_cross(canvas, places.picture, cross)
        self._draw_small(canvas, places, session, observation, last)
        rows = dose_rows(fluoroscope.dose, fluoroscope.technique, fluoroscope.mode)
        draw_rows(canvas, places.figures, rows)
        self._draw_buttons(canvas, places.buttons, observation)

    def _draw_stored_words(self, canvas: Canvas, head: Box, observation: Observation) -> None:
        kept = [VIEW_NAMES[view] for view in ("ap", "lateral") if view in observation.stored]
        canvas.label(
            f"{' and '.join(kept)} kept" if kept else "No view kept",
            head,
            "small",
            ACCENT if kept else TEXT_SECOND,
            "bold" if kept else "regular",
            "right",
        )

    def _surface(self, session: "Session", index: int, size_px: int, live: bool) -> pygame.Surface | None:
        """Return a picture as a surface; while it is being made, the one shown last."""
        pixels = self._pixels(session, index, live)
        if pixels is None:
            return None
        key = (self.pulses.shown if live else index, size_px, self.turned)
        if key not in self._surfaces:
            for old in list(self._surfaces)[:-5]:
                del self._surfaces[old]
            self._surfaces[key] = picture_surface(pixels, size_px, self.turned)
        return self._surfaces[key]

    def _draw_named(self, canvas: Canvas, box: Box, session: "Session", last: int) -> None:
        """Write the levels named on the picture that is shown beside what was pointed at."""
        state = session.states.get(session.step)
        for named in getattr(state, "named", ()):
            if named.exposure != last:
                continue
            at = self._at(box, named.u, named.v)
            width = canvas.width_of(named.level, "small", "bold") + canvas.px(14)
            spot = Box(round(at[0]) + canvas.px(10), round(at[1]) - canvas.px(13), width, canvas.px(26))
            canvas.disc(at, canvas.px(5), ACCENT)
            canvas.chip(spot, WELL, 210)
            canvas.label(named.level, spot, "small", ACCENT, "bold", "centre")

    def _draw_cross(self, canvas: Canvas, box: Box, uv: tuple[float, float]) -> None:
        x, y = self._at(box, *uv)
        arm = canvas.px(14)
        canvas.curve([(x - arm, y), (x + arm, y)], ACCENT, 2.0)
        canvas.curve([(x, y - arm), (x, y + arm)], ACCENT, 2.0)

    def _at(self, box: Box, u: float, v: float) -> tuple[float, float]:
        x, y = self.turned.shown(u, v)
        return box.x + (x + 1.0) / 2.0 * box.width, box.y + (1.0 - y) / 2.0 * box.height

    def _draw_small(self, canvas: Canvas, places: Places, session: "Session", observation: Observation, last: int) -> None:
        view = self._beside(session, last)
        index = session.theatre.fluoroscope.stored.get(view, -1)
        picture = self._surface(session, index, places.small.width, False) if index >= 0 else None
        draw_picture(canvas, places.small, picture)
        words = Box(places.figures.x, places.small.bottom + canvas.px(2), places.figures.width, canvas.px(26))
        text = f"{VIEW_NAMES[view]}, kept" if index >= 0 else f"No {VIEW_NAMES[view] if view == 'ap' else 'lateral'} yet"
        canvas.label(text, words, "small", TEXT_SECOND, align="centre")

    def _beside(self, session: "Session", last: int) -> str:
        if self.beside:
            return self.beside
        fluoroscope = session.theatre.fluoroscope
        carm = fluoroscope.exposures[last].carm if last >= 0 else fluoroscope.carm
        return "lateral" if abs(math.sin(math.radians(carm.orbit_deg))) < 0.7 else "ap"

    def _draw_buttons(self, canvas: Canvas, box: Box, observation: Observation) -> None:
        boxes = columns(box, [1.0] * len(BUTTONS), canvas.px(6))
        self._buttons = {}
        for spot, (name, label, short) in zip(boxes, BUTTONS, strict=True):
            words = f"{observation.dose_mode.capitalize()} dose" if name == "dose" else label
            if canvas.width_of(words, "small") > spot.width - canvas.px(8):
                words = observation.dose_mode.capitalize() if name == "dose" else short
            on = (name == "flip" and self.turned.flipped) or (name == "rotate" and self.turned.quarter_turns > 0)
            warm = name == self.hovered
            canvas.panel(spot, ACCENT_SOFT if on else (36, 45, 51) if warm else PANEL, ACCENT if on else EDGE, 8)
            canvas.label(words, spot, "small", TEXT if warm or on else TEXT_SECOND, align="centre", shorten=True)
            self._buttons[name] = spot

    def hover(self, at: tuple[float, float]) -> None:
        """Learn where the pointer is."""
        self.hovered = next((name for name, box in self._buttons.items() if box.contains(at)), "")

    def place_on_picture(self, at: tuple[float, float]) -> tuple[float, float] | None:
        """Return the place of the picture under the pointer, (u, v), or None beside it."""
        box = self._picture
        if not box.contains(at):
            return None
        x, y = 2.0 * (at[0] - box.x) / box.width - 1.0, 1.0 - 2.0 * (at[1] - box.y) / box.height
        return self.turned.picture_place(x, y) if math.hypot(x, y) <= 1.0 else None

    def press(self, at: tuple[float, float], observation: Observation) -> Action | bool:
        """Answer a click: an action for the session, True when the view alone changed, False when nothing is there."""
        name = next((name for name, box in self._buttons.items() if box.contains(at)), "")
        match name:
            case "store_ap":
                return StoreView("ap")
            case "store_lateral":
                return StoreView("lateral")
            case "dose":
                return SetDoseMode("low" if observation.dose_mode == "normal" else "normal")
            case "rotate":
                self.turned = dataclasses.replace(self.turned, quarter_turns=(self.turned.quarter_turns + 1) % 4)
                return True
            case "flip":
                self.turned = dataclasses.replace(self.turned, flipped=not self.turned.flipped)
                return True
        if self._small.contains(at):
            self.beside = {"": "ap", "ap": "lateral", "lateral": "ap"}[self.beside]
            return True
        return False

    @property
    def picture_box(self) -> Box:
        """Where the large picture was drawn."""
        return self._picture
