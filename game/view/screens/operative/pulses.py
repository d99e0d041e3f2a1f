"""X-ray pictures made beside the frame: the newest pulse first, stored views when there is time."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from game.imaging import Exposure, Renderer
from game.patient import Patient
from game.view.stills import warmed
from game.view.work import ROOM, Work

Pixels = NDArray[np.uint8]
Press = tuple[Exposure, ...]
"""The pulses of a press of the pedal up to the one to look at: the filter still shows the earlier ones."""
SIZE_PX = 512
KEPT = 6
BODY = -2
"""Stands for no picture: the body itself is being made ready."""


@dataclass
class Pulses:
    """The darkroom: one picture at a time, the newest request first, older live pulses skipped.

    Attributes:
        at_once: Make pictures in the asking thread: for stills and tests.
        shown: Index of the picture that `live` returned last.
    """

    at_once: bool = False
    shown: int = -1
    _renderer: Renderer | None = None
    _patient: Patient | None = None
    _ready: dict[int, Pixels] = field(default_factory=dict)
    _coming: tuple[int, Work[Pixels]] | None = None
    _prepared: Patient | None = None

    def prepare(self, patient: Patient) -> None:
        """Make a body that was moved ready for its first picture, once nothing else is being made."""
        self._collect()
        if not self.at_once and self._coming is None and patient is not self._prepared:
            self._prepared = patient
            self._coming = (BODY, Work(lambda: warmed(patient)))

    def live(self, index: int, press: Press, patient: Callable[[], Patient]) -> Pixels | None:
        """Return the newest picture that is ready, asking for the one of an index: while the arm moves, pulses are faster than pictures."""
        self.get(index, press, patient)
        self.shown = max((made for made in self._ready if made <= index), default=self.shown)
        return self._ready.get(self.shown)

    @property
    def busy(self) -> bool:
        """Whether something is being made."""
        self._collect()
        return self._coming is not None

    def get(self, index: int, press: Press, patient: Callable[[], Patient], may_begin: bool = True) -> Pixels | None:
        """Return the picture of a press's last pulse, or None while it is being made or, where it may not be begun, waits for that."""
        self._collect()
        if index in self._ready:
            self._ready[index] = self._ready.pop(index)
            return self._ready[index]
        if self.at_once:
            self._keep(index, self._make(press, patient()))
            return self._ready[index]
        if self._coming is None and may_begin:
            body = patient()
            self._coming = (index, Work(lambda: self._make(press, body)))
        return None

    def _make(self, press: Press, patient: Patient) -> Pixels:
        *before, exposure = press
        if self._renderer is None or self._patient is not patient:
            self._renderer, self._patient = Renderer(patient, SIZE_PX), patient
            with ROOM:
                return self._renderer.render(exposure, before)
        return self._renderer.render(exposure, before)

    def _collect(self) -> None:
        if self._coming is not None and self._coming[1].done:
            index, work = self._coming
            self._coming = None
            if index != BODY:
                self._keep(index, work.result())

    def _keep(self, index: int, pixels: Pixels) -> None:
        self._ready[index] = pixels
        for old in list(self._ready)[:-KEPT]:
            if old != self.shown:
                del self._ready[old]

    def close(self) -> None:
        """Wait for the picture in the making: a thread inside OpenCV must not outlive the program."""
        if self._coming is not None:
            self._coming[1].result()
            self._coming = None
