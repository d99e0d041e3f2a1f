"""A recording as a session that plays itself, to be watched on the operative screen."""

from collections.abc import Callable

import pygame

from game.base import Action
from game.session.recorder import Recording
from game.session.replay import play_line, session_of
from game.session.session import Session
from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.keys import meaning_of
from game.view.layout import Box
from game.view.screen import Change
from game.view.screens.operation import OperationScreen
from game.view.screens.operative.places import places
from game.view.theme import ACCENT, BACKGROUND

SPEEDS = (1, 4, 16)
FASTER = (pygame.K_PLUS, pygame.K_EQUALS, pygame.K_KP_PLUS)
SLOWER = (pygame.K_MINUS, pygame.K_KP_MINUS)


class Playback:
    """Lines of a recording, handed to its session when their tick has come.

    Attributes:
        session: What the screen shows.
        over: Whether all lines were played.
    """

    def __init__(self, recording: Recording) -> None:
        """Begin where the recording begins, with the first step open.

        Raises:
            RecordingError: If it does not fit this program.
        """
        self.session = session_of(recording)
        self._lines = tuple(line for line in recording.lines if line.kind == "do")
        self._end = max((line.tick for line in recording.lines), default=0)
        self._next = 0
        self.pass_to(0)

    @property
    def over(self) -> bool:
        """Whether nothing is left to play."""
        return self._next == len(self._lines) and self.session.tick >= self._end

    def pass_to(self, tick: int) -> None:
        """Let ticks pass, with the actions that belong to them.

        Raises:
            RecordingError: If an action is damaged or is refused now.
        """
        last = min(tick, self._end)
        while self._next < len(self._lines) and self._lines[self._next].tick <= last:
            play_line(self.session, self._lines[self._next])
            self._next += 1
        if self.session.tick < last:
            self.session.advance(last - self.session.tick)


class ReplayScreen(OperationScreen):
    """The operative screen with the recording's hands in the place of the watcher's."""

    def __init__(self, desk: Desk, playback: Playback, finished: Callable[[Session], Change], leave: Callable[[], Change]) -> None:
        """Begin to watch.

        Args:
            desk: What screens share.
            playback: What is watched.
            finished: What comes after the last line.
            leave: What leaving does.
        """
        self._playback = playback
        self._speed, self._held = SPEEDS[0], False
        super().__init__(desk, playback.session, finished, leave)

    def act(self, action: Action) -> bool:
        """Do nothing: these hands only watch."""
        return True

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Answer speed, hold, leave and help alone; nothing is lost by leaving, so nobody is asked."""
        if event.type != pygame.KEYDOWN:
            return None
        if event.key == pygame.K_ESCAPE:
            return self._leave()
        if event.key == pygame.K_p:
            self._held = not self._held
            self._desk.sounds.quiet()
        elif event.key in FASTER or event.unicode == "+":
            self._change_speed(1)
        elif event.key in SLOWER or event.unicode == "-":
            self._change_speed(-1)
        elif meaning_of(event.key) == "help":
            return super().on_event(event)
        return None

    def _change_speed(self, by: int) -> None:
        place = SPEEDS.index(self._speed) + by
        self._speed = SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw the case, and over its field that it is a replay."""
        super().on_draw(surface)
        canvas = self._desk.canvas_again(surface)
        draw_band(canvas, places(canvas.box, canvas.look).field, self._speed, self._held)

    def on_advance(self, ticks: int) -> Change | None:
        """Play on, at the chosen speed."""
        if self._held:
            return None
        self._playback.pass_to(self.session.tick + ticks * self._speed)
        self._hear()
        return self._finished(self.session) if self._playback.over else None


def draw_band(canvas: Canvas, field: Box, speed: int, held: bool) -> None:
    """Draw a band that says what is watched, how fast, and which keys there are, under the chips of head and feet."""
    name = "Replay, held" if held else f"Replay {speed}x"
    keys = f"+ - speed   P {'goes on' if held else 'holds'}   Esc leaves"
    first, rest = canvas.width_of(name, "small", "bold"), canvas.width_of(keys, "small")
    edge, gap = canvas.px(18), canvas.px(20)
    width, height = first + rest + 2 * edge + gap, canvas.px(36)
    band = Box(field.centre[0] - width // 2, field.y + canvas.px(60), width, height)
    canvas.panel(band, ACCENT, ACCENT, 10)
    canvas.label(name, Box(band.x + edge, band.y, first, height), "small", BACKGROUND, "bold")
    canvas.label(keys, Box(band.x + edge + first + gap, band.y, rest, height), "small", BACKGROUND)
