"""A picture of the real screen, drawn off-screen by the same code as the window's."""

import os
from pathlib import Path

from game.errors import GameError
from game.scenario import Scenario
from game.session import expert_at


def shoot(scenario: Scenario, *, step: str, at: str, size: tuple[int, int], projector: bool, seed: int, mode: str, out: Path) -> None:
    """Draw a step's screen with the expert's hands at a moment of it, and write it as PNG.

    Raises:
        GameError: If the scenario has no such step or the file cannot be written.
    """
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    import pygame  # after the environment says that no window is wanted

    from game.view.screens.operation import render_screen

    session = expert_at(scenario, seed, step, at, mode)
    hand = session.theatre.hand
    surface = render_screen(session, size, projector, at_mm=(hand.x_mm, hand.y_mm))
    try:
        pygame.image.save(surface, str(out))
    except (pygame.error, OSError) as error:
        raise GameError(f"{out} cannot be written: {error}.") from error
