"""The X-ray panel: live or held picture, stored view, figures and the buttons that work on them."""

import dataclasses
import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pygame

from game.base import Action
from game.imaging.recursion import press_before
from game.operation.actions import AskView, StoreView
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.layout import Box, columns
from game.view.monitors.fluoroscopy import Turned, dose_rows, draw_blades, draw_hold, draw_markers, draw_picture, draw_rows, picture_surface
from game.view.monitors.signs import sign
from game.view.screens.operative.places import Places
from game.view.screens.operative.pulses import Pixels, Press, Pulses
from game.view.theme import ACCENT, ACCENT_SOFT, EDGE, PANEL, RAISED, TEXT, TEXT_SECOND, WARNING, WELL

if TYPE_CHECKING:
    from game.session.session import Session

BUTTONS = (
    ("store_ap", "Keep AP", "Keep AP"),
    ("store_lateral", "Keep lateral", "Keep lat"),
    ("rotate", "", ""),
    ("flip", "", ""),
    ("swap", "", ""),
    ("console", "Console", "Console"),
)
"""Id, words and shorter words; where there are none, a sign stands for them."""
BUTTON_HELP = {
    "store_ap": "Keeps this picture as the AP, with the place of the C-arm. K",
    "store_lateral": "Keeps this picture as the lateral, with the place of the C-arm. Shift + K",
    "rotate": "Turns the pictures by a quarter, for looking. Comma",
    "flip": "Swaps left and right of the pictures, for looking. Full stop",
    "swap": "Shows the kept picture large, and the held one small, until the next X-rays. H",
    "console": "Opens or folds the console of the C-arm. Shift + X",
    "recall": "Asks the radiographer for this view: back to its place, and one pulse. V, Shift + V",
    "small": "Click for the other kept view.",
}
POINT_AT_HELD = "This picture was kept earlier. H brings the last one back: levels are named on that."
NOTHING_TO_SWAP = "No other view is kept yet. K keeps this picture as the AP, Shift + K as the lateral."
VIEW_NAMES = {"ap": "AP", "lateral": "Lateral"}


@dataclass
class MonitorPanel:
    """What the panel remembers: how pictures are turned, which stored view is beside, surfaces made.

    Attributes:
        pulses: The darkroom of live pictures; `kept` that of the stored views, whose patient and place stay.
        turned: Rotation and flip for looking.
        beside: Stored view that was chosen for the small monitor, or "" for the one that is not on the large one.
        swapped: Whether the stored view is on the large monitor and the held picture on the small one.
        hovered: Button under the pointer.
        complete: Whether the newest picture and all kept ones were there when the panel was drawn last.
    """

    pulses: Pulses = field(default_factory=Pulses)
    kept: Pulses = field(default_factory=Pulses)
    turned: Turned = field(default_factory=Turned)
    beside: str = ""
    swapped: bool = False
    hovered: str = ""
    complete: bool = True
    _surfaces: dict[tuple[int, int, Turned], pygame.Surface] = field(default_factory=dict)
    _presses: dict[int, Press] = field(default_factory=dict)
    _buttons: dict[str, Box] = field(default_factory=dict)
    _picture: Box = field(default_factory=lambda: Box(0, 0, 0, 0))
    _named_view: str = ""
    _swapped_at: int = -1

    def key(self, session: "Session", observation: Observation, cross: tuple[float, float] | None, console: bool) -> Hashable:
        """Return what the panel's look depends on; asks for the newest picture and the kept ones."""
        fluoroscope = session.theatre.fluoroscope
        last = len(fluoroscope.exposures) - 1
        view = self._beside(session, last)
        beside = fluoroscope.stored.get(view, -1)
        self._see_swap(last, beside)
        newest, kept = self._ask(session, last, True), self._ask(session, beside, False)
        # The other kept view is made as well: it comes beside as soon as the arm swings over, and pulses should not wait for it then.
        others = [] if self.kept.at_once else [self._ask(session, index, False) for index in fluoroscope.stored.values() if index != beside]
        self.complete = (newest or last < 0) and (kept or beside < 0) and all(others)
        named = len(getattr(session.states.get(session.step), "named", ()))
        stored = tuple(sorted(fluoroscope.stored.items()))
        shown = (self.pulses.shown, newest, kept, self.turned, view, self.swapped, stored, named)
        set_now = (observation.console, observation.carm.blades, observation.carm.field_mm)
        return (*shown, last, self._moved(session, last), observation.pedal, self.hovered, cross, fluoroscope.technique, set_now, console)

    def _see_swap(self, last: int, stored: int) -> None:
        """Put the pictures back in their places at the next X-rays, or where no view is kept."""
        if self.swapped and self._swapped_at < 0:
            self._swapped_at = last
        self.swapped = self.swapped and stored >= 0 and last == self._swapped_at

    def _seen(self, last: int) -> int:
        """Return which picture is on the large monitor, where that is the newest that is made."""
        return self.pulses.shown if 0 <= self.pulses.shown < last else last

    def _moved(self, session: "Session", last: int) -> bool:
        """Say whether arm or patient stand otherwise than in the picture that is seen."""
        if last < 0:
            return False
        theatre = session.theatre
        seen, now = theatre.fluoroscope.exposures[self._seen(last)], theatre.fluoroscope.carm
        stood = (seen.carm.orbit_deg, seen.carm.tilt_deg, seen.carm.isocentre_mm, seen.pose)
        return stood != (now.orbit_deg, now.tilt_deg, now.isocentre_mm, theatre.patient_pose)

    def _ask(self, session: "Session", index: int, live: bool) -> bool:
        if index < 0:
            return False
        return self._pixels(session, index, live) is not None

    def _pixels(self, session: "Session", index: int, live: bool) -> Pixels | None:
        """Return a picture where it is ready; a stored one is not begun while a live one is made, of the same body."""
        press = self._press(session, index)
        if live:
            return self.pulses.live(index, press, lambda: session.patient_at(index))
        return self.kept.get(index, press, lambda: session.patient_at(index), may_begin=not self.pulses.busy)

    def _press(self, session: "Session", index: int) -> Press:
        """Return a pulse after the earlier ones of its press; the last few are remembered, for the press may be long."""
        exposures = session.theatre.fluoroscope.exposures
        press = self._presses.get(index)
        if press is None or press[-1] is not exposures[index]:
            press = (*press_before(exposures, index), exposures[index])
            self._presses = {**dict(list(self._presses.items())[-2:]), index: press}
        return press

    def draw(
        self,
        canvas: Canvas,
        places: Places,
        session: "Session",
        observation: Observation,
        cross: tuple[float, float] | None,
        console: bool = False,
    ) -> None:
        """Draw the panel; `cross` is the keyboard's place on the picture, `console` whether the console stands open."""
        canvas.panel(places.monitor, WELL, EDGE, 14)
        head = Box(places.buttons.x, places.monitor.y + canvas.px(4), places.buttons.width, canvas.px(34))
        last = len(session.theatre.fluoroscope.exposures) - 1
        used = 0 if places.tight and last >= 0 else canvas.label("Fluoroscopy", head, "small", TEXT_SECOND) + canvas.px(20)
        self._named_view = self._beside(session, last)
        stored = session.theatre.fluoroscope.stored.get(self._named_view, -1)
        if last >= 0 and self.swapped:
            canvas.label(f"{VIEW_NAMES[self._named_view]}, kept", head.after(used), "small", ACCENT, "bold")
        elif last >= 0:
            room = head.after(used).left(canvas.width_of("Last image hold", "small") + canvas.px(30))
            draw_hold(canvas, room, observation.pedal, self._moved(session, last))
        self._draw_head(canvas, head, observation)
        large, small = (stored, last) if self.swapped else (last, stored)
        self._draw_large(canvas, places.picture, session, observation, large, cross)
        self._draw_small(canvas, places, session, small, stored)
        draw_rows(canvas, places.figures, dose_rows(observation.console))
        self._draw_buttons(canvas, places.buttons, console)

    def _draw_large(
        self, canvas: Canvas, box: Box, session: "Session", observation: Observation, index: int, cross: tuple[float, float] | None
    ) -> None:
        """Draw the large picture with what stands on it: letters, named levels, cross, and where the blades will be."""
        picture = self._surface(session, index, box.width, not self.swapped) if index >= 0 else None
        draw_picture(canvas, box, picture, "No picture yet\nF: X-ray pedal" if index < 0 else "The picture\nis on its way")
        self._picture = box
        if index >= 0:
            seen = index if self.swapped else self._seen(index)
            shown = session.theatre.fluoroscope.exposures[seen].carm
            draw_markers(canvas, box, shown, self.turned)
            if not observation.pedal and not self.swapped:
                draw_blades(canvas, box, observation.carm, shown, self.turned)
        self._draw_named(canvas, box, session, index)
        if cross is not None and not self.swapped:
            self._draw_cross(canvas, box, cross)

    def _draw_head(self, canvas: Canvas, head: Box, observation: Observation) -> None:
        """Say which views are kept, or that the buzzer waits."""
        kept = [view for view in ("ap", "lateral") if view in observation.stored]
        names = "AP and lateral" if len(kept) > 1 else "".join(VIEW_NAMES[view] for view in kept)
        words = "5 min of X-rays: Z" if observation.console.buzzing else f"{names} kept" if kept else "No view kept"
        colour = WARNING if observation.console.buzzing else ACCENT if kept else TEXT_SECOND
        canvas.label(words, head, "small", colour, "bold" if kept or observation.console.buzzing else "regular", "right")

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

    def _draw_small(self, canvas: Canvas, places: Places, session: "Session", index: int, stored: int) -> None:
        """Draw the small picture, and under it the button that brings the stored view back, or that there is none."""
        picture = self._surface(session, index, places.small.width, self.swapped) if index >= 0 else None
        draw_picture(canvas, places.small, picture)
        self._buttons = {"small": places.small}
        name = VIEW_NAMES[self._named_view]
        if stored < 0:
            canvas.label(f"No {name if name == 'AP' else 'lateral'} yet", places.recall, "small", TEXT_SECOND, align="centre")
            return
        words = next(w for w in (f"{name}: bring back", f"{name} back", name) if self._fits(canvas, w, places.recall) or w == name)
        self._draw_button(canvas, "recall", places.recall, words, False)

    def _fits(self, canvas: Canvas, words: str, box: Box) -> bool:
        return canvas.width_of(words, "small") <= box.width - canvas.px(10)

    def _beside(self, session: "Session", last: int) -> str:
        if self.beside:
            return self.beside
        fluoroscope = session.theatre.fluoroscope
        carm = fluoroscope.exposures[last].carm if last >= 0 else fluoroscope.carm
        return "lateral" if abs(math.sin(math.radians(carm.orbit_deg))) < 0.7 else "ap"

    def view_beside(self, session: "Session") -> str:
        """Return the view that the small monitor is for: `ap` or `lateral`."""
        return self._beside(session, len(session.theatre.fluoroscope.exposures) - 1)

    def _draw_buttons(self, canvas: Canvas, box: Box, console: bool) -> None:
        square = canvas.px(44)
        boxes = columns(box, [1.0 if label else square for _, label, _ in BUTTONS], canvas.px(6))
        lit = {"flip": self.turned.flipped, "rotate": self.turned.quarter_turns > 0, "swap": self.swapped, "console": console}
        for spot, (name, label, short) in zip(boxes, BUTTONS, strict=True):
            self._draw_button(canvas, name, spot, label if self._fits(canvas, label, spot) else short, lit.get(name, False))

    def _draw_button(self, canvas: Canvas, name: str, spot: Box, words: str, on: bool) -> None:
        warm = name == self.hovered
        canvas.panel(spot, ACCENT_SOFT if on else RAISED if warm else PANEL, ACCENT if on else EDGE, 8)
        colour = TEXT if warm or on else TEXT_SECOND
        if words:
            canvas.label(words, spot, "small", colour, align="centre", shorten=True)
        else:
            size = min(spot.width, spot.height) - canvas.px(8)
            canvas.surface.blit(sign(name, size, colour), (spot.centre[0] - size // 2, spot.centre[1] - size // 2))
        self._buttons[name] = spot

    def hover(self, at: tuple[float, float]) -> str:
        """Learn where the pointer is, and return what the button there does."""
        self.hovered = next((name for name, box in self._buttons.items() if box.contains(at)), "")
        return BUTTON_HELP.get(self.hovered, "")

    def place_on_picture(self, at: tuple[float, float]) -> tuple[float, float] | None:
        """Return the place of the picture under the pointer, (u, v), or None beside it."""
        box = self._picture
        if not box.contains(at) or self.swapped:
            return None
        x, y = 2.0 * (at[0] - box.x) / box.width - 1.0, 1.0 - 2.0 * (at[1] - box.y) / box.height
        return self.turned.picture_place(x, y) if math.hypot(x, y) <= 1.0 else None

    def press(self, at: tuple[float, float]) -> Action | str:
        """Answer a click: an action for the session, or the id of the button that changed the view alone, or ""."""
        name = next((name for name, box in self._buttons.items() if box.contains(at)), "")
        match name:
            case "store_ap":
                return StoreView("ap")
            case "store_lateral":
                return StoreView("lateral")
            case "recall":
                return AskView("ap" if self._named_view == "ap" else "lateral")
            case "small":
                self.beside = "lateral" if self._named_view == "ap" else "ap"
        return name

    def look(self, how: str, session: "Session") -> str:
        """Turn, flip or swap the pictures, for looking: `rotate`, `flip` or `swap`; return why that can not be, or ""."""
        match how:
            case "swap" if self.view_beside(session) not in session.theatre.fluoroscope.stored:
                return NOTHING_TO_SWAP
            case "rotate":
                self.turned = dataclasses.replace(self.turned, quarter_turns=(self.turned.quarter_turns + 1) % 4)
            case "flip":
                self.turned = dataclasses.replace(self.turned, flipped=not self.turned.flipped)
            case "swap":
                self.swapped, self._swapped_at = not self.swapped, -1
        return ""

    @property
    def picture_box(self) -> Box:
        """Where the large picture was drawn."""
        return self._picture
