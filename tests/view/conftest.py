"""The view's tests run without a screen and without a sound card."""

import os

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from game.view.desk import Desk
from game.view.settings import Settings
from game.view.sound import Sounds


@pytest.fixture(scope="session", autouse=True)
def pygame_ready() -> Iterator[None]:
    pygame.init()
    yield
    pygame.quit()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings(), tmp_path, True, Sounds(ready=False))
