"""A recording as a session that plays itself, to be watched on the operative screen."""

from collections.abc import Callable

import pygame

from game.base import Action
from game.session.recorder import Recording
from game.session.replay import play_line, session_of
from game.session.session import Session
from game.view.desk import Desk
from game.view.keys import meaning_of
from game.view.screen import Change
from game.view.screens.operation import OperationScreen


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
        super().__init__(desk, playback.session, finished, leave)

    def act(self, action: Action) -> bool:
        """Do nothing: these hands only watch."""
        return True

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Answer pause and help alone."""
        if event.type == pygame.KEYDOWN and meaning_of(event.key) in ("pause", "help"):
            return super().on_event(event)
        return None

    def on_advance(self, ticks: int) -> Change | None:
        """Play on."""
        self._playback.pass_to(self.session.tick + ticks)
        self._hear()
        return self._finished(self.session) if self._playback.over else None
