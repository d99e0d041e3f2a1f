"""Opening the program: at the title, straight in a case, or at a recording."""

from pathlib import Path
from typing import cast

from game.errors import GameError
from game.scenario import Scenario
from game.session import can_drill, read_recording
from game.view.app import run_app
from game.view.case import make_title, opening, watching
from game.view.desk import Desk
from game.view.launch import Launch
from game.view.screens.title import TitleScreen
from game.view.settings import Mode


def open_title(
    data_dir: Path | None,
    window: tuple[int, int] | None = None,
    projector: bool = False,
    time_scale: float = 1.0,
    seed: int | None = None,
) -> int:
    """Open the title and return the exit code; a seed gives everybody in a room the same patient.

    Raises:
        GameError: If there is no display.
    """

    def first(desk: Desk) -> TitleScreen:
        desk.seed = seed
        return make_title(desk)

    run_app(first, window, projector, time_scale, data_dir)
    return 0


def open_case(
    path: Path,
    scenario: Scenario,
    *,
    seed: int,
    mode: str,
    step: str = "",
    data_dir: Path | None = None,
    window: tuple[int, int] | None = None,
    projector: bool = False,
    time_scale: float = 1.0,
) -> int:
    """Open straight into a case, or one step of it, and return the exit code.

    Raises:
        GameError: If there is no display, or no such step.
    """
    if step and not can_drill(scenario, step):
        raise GameError(f"'{scenario.id}' has no step '{step}'; it has {', '.join(scenario.steps)}.")
    launch = Launch(path, scenario, seed, cast(Mode, mode), step)
    run_app(lambda desk: opening(desk, launch), window, projector, time_scale, data_dir)
    return 0


def open_recording(
    recording: Path,
    window: tuple[int, int] | None = None,
    projector: bool = False,
    time_scale: float = 1.0,
    data_dir: Path | None = None,
) -> int:
    """Open a recording to be watched and return the exit code.

    Raises:
        GameError: If there is no display.
        RecordingError: If the recording is damaged, foreign or newer than this program.
    """
    read_recording(recording)
    run_app(lambda desk: watching(desk, recording), window, projector, time_scale, data_dir)
    return 0
