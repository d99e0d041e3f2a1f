"""Work beside the window's own thread. Leaving the program asks for an end to all of it, and waits for that."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from game.errors import GameError

Result = TypeVar("Result")

ROOM = threading.Lock()
"""Held while a field is painted or a new body is cut for X-rays: each needs hundreds of MB, so they take turns."""


class GivenUpError(GameError):
    """The program is being left: nobody waits for this work any more."""


class Worker(threading.Thread):
    """The thread of a work.

    Attributes:
        unwanted: Whether it was asked to end.
    """

    unwanted = False


class Work(Generic[Result]):
    """A thread that makes one thing."""

    def __init__(self, make: Callable[[], Result]) -> None:
        """Begin.

        Args:
            make: What is done; what it raises is raised again by `result`.
        """
        self._made: list[Result] = []
        self._failed: list[BaseException] = []
        self._thread = Worker(target=self._run, args=(make,), daemon=True)
        self._thread.start()

    def _run(self, make: Callable[[], Result]) -> None:
        try:
            self._made.append(make())
        except BaseException as error:
            self._failed.append(error)

    @property
    def done(self) -> bool:
        """Whether it is made, or has failed."""
        return bool(self._made or self._failed)

    def give_up(self) -> None:
        """Ask it to end: nobody wants it any more."""
        self._thread.unwanted = True

    def result(self) -> Result:
        """Return what was made, waiting for it where it is not done."""
        self._thread.join()
        if self._failed:
            raise self._failed[0]
        return self._made[0]


def go_on() -> None:
    """Let long work ask, now and then, whether it is still wanted.

    Raises:
        GivenUpError: If it is not.
    """
    thread = threading.current_thread()
    if isinstance(thread, Worker) and thread.unwanted:
        raise GivenUpError("The program is being left.")


def finish_all() -> None:
    """End all work: a thread inside OpenCV must not outlive the program."""
    while running := [thread for thread in threading.enumerate() if isinstance(thread, Worker)]:
        for thread in running:
            thread.unwanted = True
        running[0].join()
