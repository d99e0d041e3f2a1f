"""Who has the focus, what the mouse is over, and what an event makes of that."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pygame

from game.view.layout import Box
from game.view.theme import EASE_S, ease_out
from game.view.widgets.kinds import Erased, Pressed, Response, Slid, Slider, Switched, TextField, Toggle, Typed, Widget

_ARROWS = {pygame.K_LEFT: (-1, 0), pygame.K_RIGHT: (1, 0), pygame.K_UP: (0, -1), pygame.K_DOWN: (0, 1)}
_ENTER = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE)


@dataclass
class Focus:
    """The state that widgets share on one screen.

    Attributes:
        id: Widget that the keyboard talks to, or "".
        hovered: Widget under the mouse, or "".
        held: Widget that the left button went down on, or "".
        by_keyboard: Whether the ring is shown: only to those who move by keyboard.
        warmth: Per widget 0 to 1: how far it has lit up under the mouse.
    """

    id: str = ""
    hovered: str = ""
    held: str = ""
    by_keyboard: bool = False
    warmth: dict[str, float] = field(default_factory=dict)

    def on_tick(self, elapsed_s: float) -> None:
        """Let what is under the mouse light up, and the rest fade."""
        for name in sorted({*self.warmth, self.hovered} - {""}):
            aim = 1.0 if name == self.hovered else 0.0
            now, step = self.warmth.get(name, 0.0), elapsed_s / EASE_S
            self.warmth[name] = min(aim, now + step) if aim > now else max(aim, now - step)
        self.warmth = {name: warm for name, warm in self.warmth.items() if warm > 0.0}

    def warm(self, name: str) -> float:
        """Return how lit a widget is, 0 to 1."""
        return ease_out(self.warmth.get(name, 0.0))

    def release(self) -> None:
        """Forget a button held down."""
        self.held = ""

    def on_event(self, event: pygame.event.Event, widgets: Sequence[Widget]) -> Response | None:
        """Answer an event, or return None where it means nothing to the widgets."""
        live = [widget for widget in widgets if widget.enabled]
        if event.type == pygame.MOUSEMOTION:
            return self._moved(event.pos, live)
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            return self._down(event.pos, live)
        if event.type == pygame.MOUSEBUTTONUP and event.button == 1:
            return self._up(event.pos, live)
        if event.type == pygame.TEXTINPUT:
            return self._typed(event.text, live)
        if event.type == pygame.KEYDOWN:
            return self._key(event, live)
        return None

    def _moved(self, at: tuple[int, int], live: Sequence[Widget]) -> Response | None:
        under = _under(at, live)
        self.hovered = under.id if under else ""
        held = _named(self.held, live)
        return _slid_to(held, at[0]) if isinstance(held, Slider) else None

    def _down(self, at: tuple[int, int], live: Sequence[Widget]) -> Response | None:
        self.by_keyboard = False
        under = _under(at, live)
        self.id = self.held = under.id if under else ""
        return _slid_to(under, at[0]) if isinstance(under, Slider) else None

    def _up(self, at: tuple[int, int], live: Sequence[Widget]) -> Response | None:
        held, self.held = _named(self.held, live), ""
        if held is None or isinstance(held, Slider | TextField) or not held.box.contains(at):
            return None
        return _pressed(held)

    def _typed(self, text: str, live: Sequence[Widget]) -> Response | None:
        focused = _named(self.id, live)
        if not isinstance(focused, TextField):
            return None
        return Typed(focused.id, text)

    def _key(self, event: pygame.event.Event, live: Sequence[Widget]) -> Response | None:
        focused = _named(self.id, live)
        if event.key == pygame.K_TAB:
            self._step(-1 if event.mod & pygame.KMOD_SHIFT else 1, live)
        elif isinstance(focused, Slider) and event.key in (pygame.K_LEFT, pygame.K_RIGHT):
            return _nudged(focused, -1 if event.key == pygame.K_LEFT else 1)
        elif isinstance(focused, TextField) and event.key == pygame.K_BACKSPACE:
            return Erased(focused.id)
        elif event.key in _ARROWS:
            self._towards(_ARROWS[event.key], live)
        elif event.key in _ENTER and focused and not isinstance(focused, Slider | TextField):
            return _pressed(focused)
        return None

    def _step(self, by: int, live: Sequence[Widget]) -> None:
        if not live:
            return
        names = [widget.id for widget in live]
        self.by_keyboard = True
        if self.id in names:
            self.id = names[(names.index(self.id) + by) % len(names)]
        else:
            self.id = names[0 if by > 0 else -1]

    def _towards(self, way: tuple[int, int], live: Sequence[Widget]) -> None:
        focused = _named(self.id, live)
        if focused is None:
            self._step(1, live)
            return
        self.by_keyboard = True
        ahead = [(cost, widget.id) for widget in live if (cost := _cost(focused.box, widget.box, way)) is not None]
        if ahead:
            self.id = min(ahead, key=lambda item: item[0])[1]


def _cost(start: Box, end: Box, way: tuple[int, int]) -> float | None:
    """Return how far a box lies ahead; sideways counts three times; None for what is not ahead."""
    right, down = end.x - start.right, end.y - start.bottom
    left, up = start.x - end.right, start.y - end.bottom
    along = {(1, 0): right, (-1, 0): left, (0, 1): down, (0, -1): up}[way]
    if along < 0:
        return None
    apart, shift = (max(0, down, up), end.centre[1] - start.centre[1]) if way[0] else (max(0, right, left), end.centre[0] - start.centre[0])
    return along + 3.0 * (apart + 0.1 * abs(shift))


def _under(at: tuple[int, int], widgets: Sequence[Widget]) -> Widget | None:
    return next((widget for widget in reversed(widgets) if widget.box.contains(at)), None)


def _named(name: str, widgets: Sequence[Widget]) -> Widget | None:
    return next((widget for widget in widgets if widget.id == name), None)


def _pressed(widget: Widget) -> Response:
    return Switched(widget.id, not widget.on) if isinstance(widget, Toggle) else Pressed(widget.id)


def track(slider: Slider) -> tuple[int, int]:
    """Return the first and last pixel column that the middle of a slider's knob can reach."""
    half = slider.box.height // 2
    return slider.box.x + half, slider.box.right - half


def _slid_to(slider: Slider, x: int) -> Slid:
    first, last = track(slider)
    part = min(max((x - first) / max(1, last - first), 0.0), 1.0)
    return Slid(slider.id, _on_step(slider, slider.low + part * (slider.high - slider.low)))


def _nudged(slider: Slider, by: int) -> Slid:
    return Slid(slider.id, _on_step(slider, slider.value + by * slider.step))


def _on_step(slider: Slider, value: float) -> float:
    steps = round((min(max(value, slider.low), slider.high) - slider.low) / slider.step)
    return round(min(slider.low + steps * slider.step, slider.high), 6)
