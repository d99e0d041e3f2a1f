"""The choices that outlive the program."""

import dataclasses

import pygame

from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.layout import Box, columns, rows
from game.view.screen import Change, Pop, Push
from game.view.screens.calibration import CalibrationScreen
from game.view.screens.menu import MenuScreen
from game.view.settings import Settings, TextSize
from game.view.theme import BACKGROUND, TEXT, TEXT_FAINT, TEXT_SECOND
from game.view.widgets.draw import draw_widgets
from game.view.widgets.kinds import Button, Pressed, Response, Slid, Slider, Switched, Tab, Toggle, Widget

TEXT_SIZES: tuple[tuple[TextSize, str], ...] = (("normal", "Normal"), ("large", "Large"), ("projector", "Projector"))
LINES: tuple[tuple[str, str, str], ...] = (
    ("volume", "Volume", "beeps, alarms, pops"),
    ("mute", "Mute", "F8 at any time"),
    ("captions", "Captions of sounds", "speech is always written"),
    ("mouse_gain", "Mouse", "how far the hand goes with it"),
    ("click_to_grab", "Click to grab", "for trackpads"),
    ("stick_gain", "Gamepad", "how fast its sticks move"),
    ("rumble", "Rumble", "of a gamepad"),
    ("text_size", "Size of everything", "for the back row"),
)


class SettingsScreen(MenuScreen):
    """Eight lines; each acts at once."""

    def __init__(self, desk: Desk) -> None:
        """Begin at the way back."""
        super().__init__(desk, "back")

    def _key(self, event: pygame.event.Event) -> Change | None:
        return Pop() if event.key == pygame.K_ESCAPE else None

    def _answer(self, response: Response) -> Change | None:
        match response:
            case Pressed("back"):
                return Pop()
            case Pressed("calibrate"):
                return Push(CalibrationScreen(self._desk))
            case Pressed(name):
                self._choose(text_size=next(size for size, _ in TEXT_SIZES if name == f"size {size}"))
            case Slid(name, value):
                self._choose(**{name: value})
            case Switched(name, on):
                self._choose(**{name: on})
                self._desk.play("click")
        return None

    def _choose(self, **changes: float | bool | str) -> None:
        kept: Settings = dataclasses.replace(self._desk.settings, **changes)  # type: ignore[arg-type]
        self._desk.choose(kept)
        if "volume" in changes:
            self._desk.sounds.play_pulse(98.0)
        if changes.get("rumble"):
            self._desk.gamepads.feel("pop_flavum")

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw the lines."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        page = canvas.box.middle(
            min(canvas.px(1040), canvas.box.width - canvas.px(64)), min(canvas.px(720), canvas.box.height - canvas.px(48))
        )
        canvas.label("Settings", page.top(canvas.px(48)), "heading", TEXT, "bold")
        back = Box(page.right - canvas.px(180), page.y, canvas.px(180), canvas.px(48))
        panel = page.below(canvas.px(64)).top(page.height - canvas.px(64) - canvas.px(48))
        canvas.panel(panel)
        widgets: list[Widget] = []
        for number, (line, row) in enumerate(zip(LINES, rows(panel.inset(canvas.px(32), canvas.px(16)), [1.0] * len(LINES)), strict=True)):
            if number:
                canvas.rule((row.x, row.y), (row.right, row.y))
            words, value = columns(row, [0.36, 0.64], canvas.px(16))
            self._draw_words(canvas, line[1], line[2], words)
            widgets.extend(self._controls(canvas, line[0], value))
        widgets.append(Button(id="back", box=back, label="Back", hint="Esc"))
        self._widgets = tuple(widgets)
        draw_widgets(canvas, self._widgets, self._focus)
        where = (
            f"Kept in {self._desk.data_dir}" if self._desk.writable else "The data folder can not be written: choices last until you quit."
        )
        canvas.label(where, Box(page.x, page.bottom - canvas.px(36), page.width, canvas.px(36)), "small", TEXT_FAINT, shorten=True)

    def _draw_words(self, canvas: Canvas, name: str, note: str, box: Box) -> None:
        both = canvas.line_of("body") + canvas.line_of("small")
        inner = box.middle(box.width, both)
        canvas.label(name, inner.top(canvas.line_of("body")), "body", TEXT, "bold")
        canvas.label(note, inner.below(canvas.line_of("body")), "small", TEXT_SECOND)

    def _controls(self, canvas: Canvas, name: str, box: Box) -> list[Widget]:
        settings = self._desk.settings
        if name == "volume":
            return self._slider(
                canvas, Slider(id=name, box=box, value=settings.volume, low=0.0, high=1.0, step=0.05), f"{settings.volume * 100:.0f} %"
            )
        if name == "mouse_gain":
            slide, button = columns(box, [1.0, canvas.px(220)], canvas.px(16))
            slider = Slider(id=name, box=slide, value=settings.mouse_gain, low=0.25, high=4.0, step=0.05)
            calibrate = Button(id="calibrate", box=button.middle(button.width, canvas.px(44)), label="Measure again")
            return [*self._slider(canvas, slider, f"x {settings.mouse_gain:.2f}"), calibrate]
        if name == "stick_gain":
            slider = Slider(id=name, box=box, value=settings.stick_gain, low=0.25, high=4.0, step=0.05)
            return self._slider(canvas, slider, f"x {settings.stick_gain:.2f}")
        if name == "text_size":
            places = columns(box.middle(box.width, canvas.px(44)), [1.0, 1.0, 1.0], canvas.px(8))
            chosen = "projector" if self._desk.projector else settings.text_size
            return [
                Tab(id=f"size {size}", box=place, label=label, selected=size == chosen, enabled=not self._desk.projector)
                for (size, label), place in zip(TEXT_SIZES, places, strict=True)
            ]
        return [Toggle(id=name, box=box.left(canvas.px(120)).middle(canvas.px(120), canvas.px(40)), on=bool(getattr(settings, name)))]

    def _slider(self, canvas: Canvas, slider: Slider, value: str) -> list[Widget]:
        track, words = columns(slider.box, [1.0, canvas.px(84)], canvas.px(12))
        canvas.label(value, words, "small", TEXT, align="right")
        high = canvas.px(36)
        return [dataclasses.replace(slider, box=Box(track.x - high // 2, track.centre[1] - high // 2, track.width + high // 2, high))]
