"""One piece of work beside the window's own thread; leaving the program does not wait for it."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Work(Generic[Result]):
    """A thread that makes one thing."""

    def __init__(self, make: Callable[[], Result]) -> None:
        """Begin.

        Args:
            make: What is done; what it raises is raised again by `result`.
        """
        self._make = make
        self._made: list[Result] = []
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._made.append(self._make())
        except BaseException as error:
            self._failed.append(error)

    @property
    def done(self) -> bool:
        """Whether it is made, or has failed."""
        return bool(self._made or self._failed)

    def result(self) -> Result:
        """Return what was made, waiting for it where it is not done."""
        self._thread.join()
        if self._failed:
            raise self._failed[0]
        return self._made[0]
