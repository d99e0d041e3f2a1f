"""One sheet of all widgets and signs against a kept picture; write it anew with `python -m tests.view.test_golden`, and look at it."""

import os
from pathlib import Path

import numpy as np
import pygame

from game.view.canvas import Canvas
from game.view.layout import Box, Ledger
from game.view.theme import ACCENT, BACKGROUND, GOOD, TEXT_SECOND, Look
from game.view.widgets.draw import draw_widgets
from game.view.widgets.focus import Focus
from game.view.widgets.kinds import Button, Slider, Tab, TextField, Toggle

GOLDEN = Path(__file__).with_name("golden") / "widgets.png"
MOST_RMS = 4.0
"""Grey levels, of 255: another version of the font rasteriser stays under it, a moved or missing widget does not."""


def draw_sheet() -> pygame.Surface:
    surface = pygame.Surface((640, 360))
    surface.fill(BACKGROUND)
    canvas = Canvas(surface, Look(1280, 720), Ledger())
    widgets = (
        Button(id="needle", box=Box(16, 16, 300, 60), label="Put a needle in", note="3 minutes, no reading", hint="Enter", style="primary"),
        Button(id="plain", box=Box(16, 92, 140, 44), label="Settings"),
        Button(id="chosen", box=Box(176, 92, 140, 44), label="Guided", note="hints", selected=True),
        Button(id="next", box=Box(16, 152, 140, 44), label="Continue", hint="Esc", style="accent"),
        Button(id="danger", box=Box(176, 152, 140, 44), label="Leave", style="danger"),
        Tab(id="tab", box=Box(16, 212, 100, 30), label="All 7", selected=True),
        Slider(id="slider", box=Box(16, 258, 300, 24), value=0.7, low=0.0, high=1.0, step=0.05),
        Toggle(id="toggle", box=Box(16, 300, 120, 30), on=True),
        TextField(id="field", box=Box(340, 300, 284, 34), text="osteoporosis"),
    )
    draw_widgets(canvas, widgets, Focus(id="plain", by_keyboard=True))
    for number, kind in enumerate(("good", "warning", "danger", "none", "accent")):
        canvas.status(kind, (360 + 40 * number, 40), 36)  # type: ignore[arg-type]
    canvas.ring((420, 160), 60, 12, 0.81, ACCENT)
    canvas.bar(Box(500, 120, 124, 8), 0.6, GOOD)
    canvas.paragraph("Stop at the pop; the bevel needs 3 to 8 mm, no more", Box(500, 150, 124, 120), "small", TEXT_SECOND)
    return surface


def test_widgets_look_as_they_did() -> None:
    assert GOLDEN.exists(), "the golden picture is missing"
    kept = pygame.surfarray.array3d(pygame.image.load(GOLDEN)).astype(float)
    now = pygame.surfarray.array3d(draw_sheet()).astype(float)
    assert now.shape == kept.shape
    assert float(np.sqrt(np.mean((now - kept) ** 2))) < MOST_RMS


if __name__ == "__main__":
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    pygame.init()
    GOLDEN.parent.mkdir(exist_ok=True)
    pygame.image.save(draw_sheet(), GOLDEN)
