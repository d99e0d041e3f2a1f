"""The unrolled skin has a ruler, since twenty centimetres must be judged."""

import numpy as np
import pygame
import pytest

from game.view.canvas import Canvas
from game.view.field.plane import Plane
from game.view.layout import Box, Ledger
from game.view.screens.operative.antisepsis_view import draw_ruler
from game.view.theme import TEXT, Look


@pytest.mark.parametrize("mm_per_px", [0.5, 0.9])
def test_the_ruler_is_twenty_centimetres_of_the_skin_that_is_shown(mm_per_px: float) -> None:
    canvas = Canvas(pygame.Surface((900, 760)), Look(1920, 1080), Ledger())
    box = Box(20, 30, 800, 700)
    draw_ruler(canvas, box, Plane(800, 700, mm_per_px))
    white = (pygame.surfarray.array3d(canvas.surface) == np.array(TEXT)).all(axis=2)
    spine = int(np.argmax(white.sum(axis=1)))
    rows = np.flatnonzero(white[spine])
    assert rows[-1] - rows[0] == pytest.approx(200.0 / mm_per_px, abs=2.0)
    across = white[spine - 6]
    assert len(np.flatnonzero(np.diff(across.astype(int)) == 1)) == 21
    assert canvas.ledger.too_large() == []
