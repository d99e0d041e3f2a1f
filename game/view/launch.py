"""What the title asks for: a case, from which step, with which hands helped."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from game.scenario import Scenario
from game.view.screen import Screen
from game.view.settings import Mode


@dataclass(frozen=True, slots=True)
class Launch:
    """One case to be opened.

    Attributes:
        path: Its scenario file.
        scenario: The case.
        seed: Draws the patient and all chance.
        mode: guided, practice or exam.
        step: The one step of a drill, or "" for the whole case.
    """

    path: Path
    scenario: Scenario
    seed: int
    mode: Mode
    step: str = ""


Opener = Callable[[Launch], Screen]


def step_title(step: str) -> str:
    """Return a step's name for people."""
    return step.replace("_", " ").capitalize()
