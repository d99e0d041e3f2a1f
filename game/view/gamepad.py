"""Gamepads: buttons become the keys that mean the same, sticks an event of their own, and what is felt is rumble."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import pygame

Context = Literal["menu", "hands", "carm"]
"""What the pad works on: lists and buttons of a screen, the field, or the C-arm."""
STICKS = pygame.USEREVENT + 31
"""Event with `left` and `right`, each right and up, -1 to 1, and `depth`, the right trigger less the left one; 0 at rest."""
DEAD, PRESSED, LET_GO = 0.18, 0.5, 0.3
"""Of a stick's way that is rest; of a trigger's at which it is pressed, and let go."""
Key = tuple[int, int]
"""Key code and modifiers."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Numbers of a pad's parts, as SDL reports them.

    Attributes:
        buttons: Names by number; the names are those of an Xbox pad.
        right: Axes of the right stick; the left one's are 0 and 1.
        triggers: Axes of the left and the right trigger, -1 at rest.
    """

    buttons: tuple[str, ...]
    right: tuple[int, int]
    triggers: tuple[int, int]


# Numbers: pygame-ce documentation, joystick, "common controller axis mappings".
XBOX = Layout(("a", "b", "x", "y", "lb", "rb", "back", "start", "l3", "r3"), (3, 4), (2, 5))
PLAYSTATION = Layout(("a", "b", "x", "y", "back", "guide", "start", "l3", "r3", "lb", "rb", "up", "down", "left", "right"), (2, 3), (4, 5))
PLAYSTATION_NAMES = ("ps4", "ps5", "dualshock", "dualsense", "playstation", "sony", "switch pro")
"""In the names of pads with that layout; Nintendo's Switch Pro has it too."""

CTRL, SHIFT = pygame.KMOD_CTRL, pygame.KMOD_SHIFT
HANDS: dict[str, Key] = {
    "a": (pygame.K_f, 0),
    "x": (pygame.K_x, 0),
    "y": (pygame.K_t, 0),
    "lb": (pygame.K_q, 0),
    "rb": (pygame.K_e, 0),
    "back": (pygame.K_b, 0),
    "start": (pygame.K_ESCAPE, 0),
    "l3": (pygame.K_l, 0),
    "lt": (pygame.K_SPACE, 0),
    "rt": (pygame.K_RETURN, 0),
    "left": (pygame.K_TAB, SHIFT),
    "right": (pygame.K_TAB, 0),
    "up": (pygame.K_s, 0),
    "down": (pygame.K_i, 0),
}
CARM: dict[str, Key] = {
    **{name: HANDS[name] for name in ("a", "x", "y", "lb", "rb", "back", "start")},
    "l3": (pygame.K_m, 0),
    "left": (pygame.K_LEFT, CTRL),
    "right": (pygame.K_RIGHT, CTRL),
    "up": (pygame.K_UP, CTRL),
    "down": (pygame.K_DOWN, CTRL),
}
MENU: dict[str, Key] = {
    "a": (pygame.K_RETURN, 0),
    "b": (pygame.K_ESCAPE, 0),
    "start": (pygame.K_ESCAPE, 0),
    "lb": (pygame.K_TAB, SHIFT),
    "rb": (pygame.K_TAB, 0),
    "left": (pygame.K_LEFT, 0),
    "right": (pygame.K_RIGHT, 0),
    "up": (pygame.K_UP, 0),
    "down": (pygame.K_DOWN, 0),
}
KEYS: dict[Context, dict[str, Key]] = {"menu": MENU, "hands": HANDS, "carm": CARM}
VIEWS = {"b": pygame.K_v, "r3": pygame.K_k}
"""Buttons that ask for, and keep, whichever of the two views fits: Shift is the lateral."""
NONE: frozenset[str] = frozenset()
RUMBLES: dict[str, tuple[float, float, int]] = {
    "pop_skin": (0.2, 0.5, 60),
    "pop_fascia": (0.4, 0.4, 80),
    "pop_scarpa": (0.5, 0.3, 90),
    "give": (1.0, 0.2, 220),
    "pop_flavum": (0.9, 0.6, 140),
    "pop_dura": (0.3, 0.9, 70),
    "pop_bevel": (0.1, 0.4, 50),
    "snag": (0.2, 0.5, 60),
    "cut": (0.6, 0.8, 140),
    "bone": (0.2, 1.0, 50),
    "buzzer": (0.5, 0.5, 400),
}
"""Low and high motor, 0 to 1, and milliseconds of sounds that hands would feel; each is heard and written as well."""


@dataclass
class Pad:
    """One pad: what of it is held, and where its sticks are.

    Attributes:
        layout: Its numbers.
        device: SDL's joystick, or None for a pad that only events tell of.
        held: The key that each held button stands for.
        axes: Where each axis is.
        hat: Where the direction pad is.
    """

    layout: Layout
    device: Any = None
    held: dict[str, Key] = field(default_factory=dict)
    axes: dict[int, float] = field(default_factory=dict)
    hat: tuple[int, int] = (0, 0)


@dataclass
class Gamepads:
    """All pads that are plugged in.

    Attributes:
        rumbles: Whether they may rumble.
        gain: How fast their sticks move, 1 as usual.
    """

    rumbles: bool = True
    gain: float = 1.0
    pads: dict[int, Pad] = field(default_factory=dict)
    _load: int = 0

    def translated(self, event: pygame.event.Event, context: Context, lateral: frozenset[str] = frozenset()) -> list[pygame.event.Event]:
        """Return the events that a pad's event stands for; any other event as it is.

        Args:
            event: Of the window system.
            context: What the pad works on now.
            lateral: The buttons for views that mean the lateral now.
        """
        match event.type:
            case pygame.JOYDEVICEADDED:
                self._open(event.device_index)
                return []
            case pygame.JOYDEVICEREMOVED:
                return self._let_go(self.pads.pop(event.instance_id, None))
            case pygame.JOYBUTTONDOWN | pygame.JOYBUTTONUP:
                pad = self._pad(event.instance_id)
                if event.button >= len(pad.layout.buttons):
                    return []
                return self._button(pad, pad.layout.buttons[event.button], event.type == pygame.JOYBUTTONDOWN, context, lateral)
            case pygame.JOYHATMOTION:
                return list(self._hat(self._pad(event.instance_id), event.value, context))
            case pygame.JOYAXISMOTION:
                return self._axis(self._pad(event.instance_id), event.axis, event.value, context)
        return [event]

    def release(self) -> list[pygame.event.Event]:
        """Let go of everything: the window is no longer in front, or another screen is."""
        return [event for pad in self.pads.values() for event in self._let_go(pad)]

    def feel(self, sound: str) -> None:
        """Let the pads rumble as a sound is felt by hands."""
        if self.rumbles and sound in RUMBLES:
            self._rumble(*RUMBLES[sound])

    def feel_load(self, load: float) -> None:
        """Let the load on the needle be felt, 0 to 1, anew whenever it has changed clearly."""
        step = math.ceil(min(load, 1.0) * 8) if self.rumbles else 0
        if step != self._load:
            self._load = step
            self._rumble(0.5 * step / 8, 0.0, 2000 if step else 1)

    def _rumble(self, low: float, high: float, duration_ms: int) -> None:
        for pad in self.pads.values():
            if pad.device is not None:
                pad.device.rumble(low, high, duration_ms)

    def _open(self, device_index: int) -> None:
        device = pygame.joystick.Joystick(device_index)
        name = device.get_name().lower()
        layout = PLAYSTATION if any(word in name for word in PLAYSTATION_NAMES) else XBOX
        self.pads[device.get_instance_id()] = Pad(layout, device)

    def _pad(self, instance_id: int) -> Pad:
        return self.pads.setdefault(instance_id, Pad(XBOX))

    def _button(self, pad: Pad, name: str, down: bool, context: Context, lateral: frozenset[str]) -> list[pygame.event.Event]:
        if not down:
            key = pad.held.pop(name, None)
            return [] if key is None else [_event(pygame.KEYUP, key)]
        key = (VIEWS[name], SHIFT if name in lateral else 0) if name in VIEWS and context != "menu" else KEYS[context].get(name)
        if key is None:
            return []
        if name in ("left", "right", "up", "down"):
            return [_event(pygame.KEYDOWN, key), _event(pygame.KEYUP, key)]
        pad.held[name] = key
        return [_event(pygame.KEYDOWN, key)]

    def _hat(self, pad: Pad, value: tuple[int, int], context: Context) -> Iterable[pygame.event.Event]:
        """Yield a tap for each direction that was not held before."""
        across, up = value
        ways = {
            "left": across < 0 <= pad.hat[0],
            "right": across > 0 >= pad.hat[0],
            "down": up < 0 <= pad.hat[1],
            "up": up > 0 >= pad.hat[1],
        }
        pad.hat = value
        for name, fresh in ways.items():
            if fresh:
                yield from self._button(pad, name, True, context, NONE)

    def _axis(self, pad: Pad, axis: int, value: float, context: Context) -> list[pygame.event.Event]:
        pad.axes[axis] = value
        events = []
        if axis in pad.layout.triggers and context == "hands":
            name, way = ("lt", "rt")[pad.layout.triggers.index(axis)], (value + 1.0) / 2.0
            if way >= PRESSED and name not in pad.held:
                events = self._button(pad, name, True, context, NONE)
            elif way <= LET_GO and name in pad.held:
                events = self._button(pad, name, False, context, NONE)
        elif axis in pad.layout.triggers:
            events = self._button(pad, ("lt", "rt")[pad.layout.triggers.index(axis)], False, context, NONE)
        return [*events, self._sticks(pad)]

    def _sticks(self, pad: Pad) -> pygame.event.Event:
        left, right = (self._stick(pad, axes) for axes in ((0, 1), pad.layout.right))
        low, high = ((pad.axes.get(axis, -1.0) + 1.0) / 2.0 for axis in pad.layout.triggers)
        return pygame.event.Event(STICKS, left=left, right=right, depth=_lively(high - low) * self.gain)

    def _stick(self, pad: Pad, axes: tuple[int, int]) -> tuple[float, float]:
        """Return where a stick is, right and up: 0 near its middle, and fine before it is fast."""
        x, y = pad.axes.get(axes[0], 0.0), -pad.axes.get(axes[1], 0.0)
        size = math.hypot(x, y)
        share = _lively(size) / size * self.gain if size else 0.0
        return x * share, y * share

    def _let_go(self, pad: Pad | None) -> list[pygame.event.Event]:
        if pad is None:
            return []
        events = [_event(pygame.KEYUP, key) for key in pad.held.values()]
        pad.held.clear()
        pad.axes.clear()
        return [*events, self._sticks(pad)]


def _lively(way: float) -> float:
    """Return the speed of a stick's way, -1 to 1."""
    size = min(max((abs(way) - DEAD) / (1.0 - DEAD), 0.0), 1.0)
    return math.copysign(size * size, way)


def _event(kind: int, key: Key) -> pygame.event.Event:
    return pygame.event.Event(kind, key=key[0], mod=key[1], unicode="", scancode=0, pad=True)
