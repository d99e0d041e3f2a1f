"""Sheets of X-ray pictures for handouts: rows of stills, with names and captions in the program's own type where wanted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from game.errors import GameError
from game.imaging import Exposure, Tube, views_in_field
from game.patient import Patient
from game.view.canvas import Canvas
from game.view.layout import Box, Ledger
from game.view.monitors.fluoroscopy import Turned, draw_markers
from game.view.theme import ACCENT, DESIGN_HEIGHT, DESIGN_WIDTH, TEXT, TEXT_SECOND, WELL, Look

GAP_PX = 2
DESIGN_PX = 560.0
"""Side of a picture for which type has its design size."""
BESIDE_MM = 31.0
"""In a view from front or back a name stands that far beside the vertebra, clear of its pedicles and process (by eye)."""
NAMED_WITHIN = 0.9
"""Of the field's radius; nearer to the rim a name has no room."""
UNDER_MARKER = 0.7
"""Above that share of the field the words for a tip stand under it, clear of the marker of the head (by eye)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture of a sheet.

    Attributes:
        pixels: Grey, shape (size, size).
        exposure: Its recipe; theatre and patient frame are one.
        patient: Whose picture it is.
        caption: What is written under it.
    """

    pixels: NDArray[np.uint8]
    exposure: Exposure
    patient: Patient
    caption: str


def write_sheet(rows: Sequence[Sequence[Cell]], titles: Sequence[str], labels: bool, out: Path) -> None:
    """Write pictures as one PNG, rows under each other; see `sheet`.

    Raises:
        GameError: If the file cannot be written.
    """
    try:
        pygame.image.save(sheet(rows, titles, labels), str(out), "sheet.png")
    except (pygame.error, OSError) as error:
        raise GameError(f"{out} cannot be written: {error}.") from error


def sheet(rows: Sequence[Sequence[Cell]], titles: Sequence[str], labels: bool) -> pygame.Surface:
    """Return pictures side by side with a thin black margin between, rows under each other.

    Args:
        rows: The pictures, all of one size.
        titles: What is written over each row, where labels are wanted.
        labels: Whether vertebrae, instruments and sides are named, and captions written.
    """
    size, widest = rows[0][0].pixels.shape[0], max(len(row) for row in rows)
    scale = size / DESIGN_PX
    look = Look(round(DESIGN_WIDTH * scale), round(DESIGN_HEIGHT * scale))
    bare = Canvas(pygame.Surface((1, 1)), look, Ledger())
    head, foot = (bare.line_of("body") + bare.px(8), bare.line_of("small") + bare.px(8)) if labels else (0, GAP_PX)
    step = head + size + foot
    surface = pygame.Surface((widest * (size + GAP_PX) - GAP_PX, len(rows) * step - (0 if labels else GAP_PX)))
    surface.fill(WELL if labels else (0, 0, 0))
    canvas = Canvas(surface, look, bare.ledger)
    for number, (row, title) in enumerate(zip(rows, titles, strict=True)):
        top = number * step
        if labels:
            canvas.label(title, Box(bare.px(10), top, surface.get_width() - bare.px(20), head), "body", TEXT, "bold", shorten=True)
        for column, cell in enumerate(row):
            box = Box(column * (size + GAP_PX), top + head, size, size)
            rgb = np.repeat(cell.pixels[..., None], 3, axis=2)
            surface.blit(pygame.image.frombuffer(np.ascontiguousarray(rgb).tobytes(), (size, size), "RGB"), (box.x, box.y))
            if labels:
                _name(canvas, box, cell)
                canvas.label(cell.caption, Box(box.x, box.bottom, size, foot), "small", TEXT_SECOND, align="centre", shorten=True)
    return surface


def _name(canvas: Canvas, box: Box, cell: Cell) -> None:
    """Write sides, vertebrae and the tips of instruments on a picture."""
    exposure = cell.exposure
    draw_markers(canvas, box, exposure.carm, Turned())
    beside = BESIDE_MM / (exposure.carm.field_mm / 2.0) * abs(math.cos(math.radians(exposure.carm.orbit_deg))) ** 4
    for level in views_in_field(exposure, cell.patient):
        u, v = (float(part) for part in exposure.carm.picture(exposure.pose.apply(cell.patient.landmarks[f"{level}.body"])))
        if math.hypot(u + beside, v) < NAMED_WITHIN:
            _chip(canvas, _at(box, u + beside, v), level)
    for words, place in _tips(exposure):
        x, y = _at(box, *place)
        canvas.circle((x, y), canvas.px(8), ACCENT, 2.0)
        away = -1.0 if beside > 0.5 * BESIDE_MM / exposure.carm.field_mm or _bodies_on_the_right(cell, place[0]) else 1.0
        down = canvas.px(14) * (1 if place[1] > UNDER_MARKER else -1)
        _chip(canvas, (x + away * (canvas.px(22) + canvas.width_of(words, "small") / 2), y + down), words)


def _bodies_on_the_right(cell: Cell, u: float) -> bool:
    """Say whether the vertebrae, where their names stand, lie to the right of a place: words for it go to the other side."""
    exposure, levels = cell.exposure, list(views_in_field(cell.exposure, cell.patient))
    places = [exposure.carm.picture(exposure.pose.apply(cell.patient.landmarks[f"{level}.body"]))[0] for level in levels]
    return bool(places) and float(np.mean(places)) > u


def _tips(exposure: Exposure) -> list[tuple[str, tuple[float, float]]]:
    """Return the tips of needle and catheter that are in the field."""
    found = []
    for tube in exposure.tubes:
        words = _tip_words(tube)
        u, v = (float(part) for part in exposure.carm.picture(np.asarray(tube.points_mm[-1])))
        if words and math.hypot(u, v) < NAMED_WITHIN:
            found.append((words, (u, v)))
    return found


def _tip_words(tube: Tube) -> str:
    if tube.bore_mm <= 0.0:
        return ""
    return "needle tip" if tube.material == "steel" else "catheter tip"


def _chip(canvas: Canvas, middle: tuple[float, float], words: str) -> None:
    width, height = canvas.width_of(words, "small") + canvas.px(12), canvas.px(24)
    spot = Box(round(middle[0] - width / 2), round(middle[1] - height / 2), width, height)
    canvas.chip(spot, WELL, 165)
    canvas.label(words, spot, "small", TEXT, align="centre")


def _at(box: Box, u: float, v: float) -> tuple[float, float]:
    return box.x + (u + 1.0) / 2.0 * box.width, box.y + (1.0 - v) / 2.0 * box.height
