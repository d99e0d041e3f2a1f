"""The window and its loop: events to the top screen, whole ticks to the session, sixty pictures a second."""

import dataclasses
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pygame

from game import __version__
from game.errors import GameError
from game.view.desk import Desk
from game.view.gamepad import Context
from game.view.hush import system_silent
from game.view.keys import meaning_of
from game.view.overlay import Overlay, read_only
from game.view.pace import Pace
from game.view.screen import Change, Push, Screen, apply_change
from game.view.screens.calibration import CalibrationScreen
from game.view.settings import data_folder, is_writable, load_settings
from game.view.sound import open_sounds
from game.view.synthesis import RATE_HZ
from game.view.theme import SMALLEST_WINDOW
from game.view.work import finish_all

FRAMES_PER_S = 60
WINDOWLESS = ("dummy", "offscreen")
USUAL_WINDOW = (1600, 900)
FRAME_PX = 48
"""Of a desktop's height, for the window's title bar (by eye)."""


def check_pygame() -> None:
    """Refuse the older library of the same name.

    Raises:
        GameError: If `import pygame` is not pygame-ce.
    """
    if not getattr(pygame, "IS_CE", False):
        raise GameError(
            "This program needs pygame-ce, but 'import pygame' found pygame. Mend it: "
            "pip uninstall -y pygame pygame-ce && pip install pygame-ce"
        )


def usual_window(desktop_px: tuple[int, int]) -> tuple[int, int]:
    """Return the size of a window that nobody chose a size for: on a small desktop, as much as it shows."""
    return min(USUAL_WINDOW[0], desktop_px[0]), min(USUAL_WINDOW[1], desktop_px[1] - FRAME_PX)


def open_window(size_px: tuple[int, int] | None) -> pygame.Surface:
    """Open the window, in the usual size if None.

    Raises:
        GameError: If there is no display.
    """
    os.environ.setdefault("SDL_VIDEO_CENTERED", "1")
    pygame.mixer.pre_init(RATE_HZ, -16, 2, 512)
    try:
        with system_silent():
            pygame.display.init()
            pygame.joystick.init()
        if pygame.display.get_driver() in WINDOWLESS and "SDL_VIDEODRIVER" not in os.environ:
            raise pygame.error("there is no window system")
        pygame.display.set_caption(f"Spinal Infusion Trainer {__version__} - for training only, not a medical device")
        asked = size_px or usual_window(pygame.display.get_desktop_sizes()[0])
        size = max(asked[0], SMALLEST_WINDOW[0]), max(asked[1], SMALLEST_WINDOW[1])
        surface = pygame.display.set_mode(size, pygame.RESIZABLE)
    except pygame.error as error:
        raise GameError(
            f"No display to open a window on ({error}). Try 'simulate' for a run without one, or 'shot' for a picture."
        ) from error
    return surface


def open_desk(data_dir: Path | None = None, projector: bool = False) -> Desk:
    """Read the settings and open the sound card."""
    folder = data_folder(data_dir)
    settings = load_settings(folder)
    desk = Desk(settings, folder, is_writable(folder), open_sounds(), projector=projector)
    desk.sounds.set_volume(0.0 if settings.mute else settings.volume)
    desk.captions.with_sounds = settings.captions
    desk.gamepads.rumbles, desk.gamepads.gain = settings.rumble, settings.stick_gain
    return desk


@dataclass
class App:
    """The stack of screens and the loop's own state.

    Attributes:
        stack: Screens, the top one last.
        full_screen: Asked for; the loop opens the window anew.
    """

    desk: Desk
    stack: list[Screen]
    pace: Pace = field(default_factory=Pace)
    overlay: Overlay = field(default_factory=Overlay)
    full_screen: bool = False

    def change(self, change: Change | None) -> None:
        """Apply what a screen answered."""
        self.stack = apply_change(self.stack, change)

    def frame(
        self, events: Iterable[pygame.event.Event], elapsed_s: float, surface: pygame.Surface, pointer: tuple[int, int] | None
    ) -> None:
        """Take the events of one frame, let its time pass, and draw."""
        for event in events:
            self._pad_event(event)
            if not self.stack:
                return
        self._pass(elapsed_s)
        if self.stack:
            self.stack[-1].on_draw(surface)
            self.overlay.draw(self.desk.canvas_again(surface), pointer)

    def _pad_event(self, event: pygame.event.Event) -> None:
        """Answer an event, or those that it stands for where it comes from a gamepad."""
        top = self.stack[-1]
        context: Context = getattr(top, "pad_context", "menu")
        lateral: frozenset[str] = getattr(top, "pad_lateral", frozenset())
        for meant in self.desk.gamepads.translated(event, context, lateral):
            if self.stack:
                self._event(meant)

    def _event(self, event: pygame.event.Event) -> None:
        self.overlay.on_event(event)
        if event.type == pygame.QUIT:
            self.stack = _emptied(self.stack)
        elif event.type == pygame.WINDOWFOCUSLOST:
            for held in self.desk.gamepads.release():
                self.change(self.stack[-1].on_event(held))
            self.stack[-1].on_focus_lost()
            self.desk.sounds.quiet()
        elif event.type == pygame.KEYDOWN and meaning_of(event.key) == "mute":
            self.desk.choose(dataclasses.replace(self.desk.settings, mute=not self.desk.settings.mute))
        elif event.type == pygame.KEYDOWN and meaning_of(event.key) == "full_screen":
            self.full_screen = not self.full_screen
        else:
            self.change(self.stack[-1].on_event(event))

    def _pass(self, elapsed_s: float) -> None:
        self.overlay.on_tick(elapsed_s)
        self.desk.captions.on_tick(elapsed_s)
        was_writable = self.desk.writable
        self.change(self.stack[-1].on_tick(elapsed_s))
        ticks = self.pace.ticks_due(elapsed_s)
        if self.stack and ticks:
            self.change(self.stack[-1].on_advance(ticks))
        if was_writable and not self.desk.writable:
            self.desk.tell(read_only(self.desk.data_dir))
        if self.desk.notice:
            self.overlay.tell(self.desk.notice)
            self.desk.notice = ""


def _emptied(stack: list[Screen]) -> list[Screen]:
    for screen in reversed(stack):
        screen.on_leave()
    return []


def run_app(
    first_screen: Callable[[Desk], Screen],
    window: tuple[int, int] | None = None,
    projector: bool = False,
    time_scale: float = 1.0,
    data_dir: Path | None = None,
) -> None:
    """Open the window and run until the last screen leaves.

    Args:
        first_screen: Makes the screen to begin with.
        window: Size in pixels, at least 1280 x 720; None for the usual one.
        projector: Draw everything 1.6 times larger.
        time_scale: Session seconds per real second.
        data_dir: Where files are kept; the system's place if None.

    Raises:
        GameError: If there is no display, or the wrong pygame.
    """
    check_pygame()
    surface = open_window(window)
    desk = open_desk(data_dir, projector)
    app = App(desk, [], Pace(time_scale))
    app.change(Push(first_screen(desk)))
    if not desk.writable:
        desk.tell(read_only(desk.data_dir))
    elif not desk.settings.calibrated:
        app.change(Push(CalibrationScreen(desk)))
    try:
        _loop(app, surface)
    finally:
        app.stack = _emptied(app.stack)
        pygame.quit()
        finish_all()


def _loop(app: App, surface: pygame.Surface) -> None:
    clock, full = pygame.time.Clock(), False
    while app.stack:
        elapsed_s = clock.tick(FRAMES_PER_S) / 1000.0
        pointer = pygame.mouse.get_pos() if pygame.mouse.get_focused() else None
        app.frame(pygame.event.get(), elapsed_s, surface, pointer)
        pygame.display.flip()
        if app.full_screen != full:
            full = app.full_screen
            pygame.display.toggle_fullscreen()
        surface = _large_enough(pygame.display.get_surface() or surface)


def _large_enough(surface: pygame.Surface) -> pygame.Surface:
    """Return the window, opened anew where it was drawn smaller than any screen fits."""
    size = max(surface.get_width(), SMALLEST_WINDOW[0]), max(surface.get_height(), SMALLEST_WINDOW[1])
    return surface if size == surface.get_size() else pygame.display.set_mode(size, pygame.RESIZABLE)
