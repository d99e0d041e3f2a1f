"""Guided mode's cutaway: the true tissue in the needle's plane, with the needle in it. Folds away."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pygame
from numpy.typing import NDArray

from game.operation.core import shaft
from game.patient import Patient, Tissue
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.screens.operative.stage import opaque
from game.view.theme import BACKGROUND, EDGE, TEXT, TEXT_SECOND
from game.view.work import Work

if TYPE_CHECKING:
    from game.session.session import Session

COLOURS: dict[Tissue, tuple[int, int, int]] = {
    Tissue.OUTSIDE: (14, 18, 21),
    Tissue.SKIN: (214, 160, 132),
    Tissue.FAT: (214, 184, 110),
    Tissue.FASCIA: (206, 204, 196),
    Tissue.MUSCLE: (134, 62, 56),
    Tissue.SUPRASPINOUS: (196, 190, 176),
    Tissue.INTERSPINOUS: (172, 150, 132),
    Tissue.FLAVUM: (222, 178, 62),
    Tissue.EPIDURAL: (196, 158, 92),
    Tissue.DURA: (240, 240, 236),
    Tissue.CSF: (86, 146, 190),
    Tissue.ROOT: (236, 220, 120),
    Tissue.CORD: (230, 208, 150),
    Tissue.DISC: (110, 150, 160),
    Tissue.CORTICAL: (236, 230, 214),
    Tissue.TRABECULAR: (196, 182, 156),
    Tissue.VEIN: (84, 84, 170),
    Tissue.VISCERA: (104, 62, 60),
    Tissue.LUNG: (60, 70, 78),
    Tissue.GAS: (30, 36, 40),
}
ALONG_MM, DEEP_MM = 128.0, 92.0
GRID = (220, 158)


def _palette() -> NDArray[np.uint8]:
    table = np.zeros((max(int(t) for t in Tissue) + 1, 3), np.uint8)
    for tissue, colour in COLOURS.items():
        table[int(tissue)] = colour
    return table


PALETTE = _palette()


@dataclass
class Cutaway:
    """The panel's memory: the slice is made again only when the needle's plane has moved.

    Attributes:
        folded: Whether it is out of the way.
        at_once: Sample in the drawing thread: for stills and tests.
    """

    folded: bool = False
    at_once: bool = False
    _key: tuple[float, ...] = ()
    _picture: pygame.Surface | None = None
    _scaled: pygame.Surface | None = None
    _centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    _slope: float = 0.0
    _coming: Work[NDArray[np.uint8]] | None = None

    def draw(self, canvas: Canvas, field_box: Box, session: "Session") -> None:
        """Draw the slice in the field's lower left corner, above the chips."""
        theatre = session.theatre
        needle = theatre.needle
        if self.folded or needle is None or needle.entry_mm is None:
            return
        width = min(canvas.px(330), round(0.30 * field_box.width))
        picture = Box(field_box.x + canvas.px(20), 0, width, round(width * GRID[1] / GRID[0]))
        picture = Box(picture.x, field_box.bottom - canvas.px(62) - picture.height, picture.width, picture.height)
        frame = Box(picture.x - canvas.px(4), picture.y - canvas.px(34), picture.width + canvas.px(8), picture.height + canvas.px(38))
        canvas.panel(frame, BACKGROUND, EDGE, 10)
        head = Box(frame.x, frame.y, frame.width, canvas.px(34)).inset(canvas.px(12), 0)
        canvas.label("Inside", head, "small", TEXT, "bold")
        canvas.label("G folds", head, "small", TEXT_SECOND, align="right")
        points = shaft(needle)
        self._collect()
        self._slice(session, points)
        if self._picture is not None:
            if self._scaled is None or self._scaled.get_size() != (picture.width, picture.height):
                self._scaled = pygame.transform.smoothscale(self._picture, (picture.width, picture.height))
            canvas.surface.blit(self._scaled, (picture.x, picture.y))
        drawn = [self._place(picture, theatre.plan.side, point) for point in points]
        clip = canvas.surface.get_clip()
        canvas.surface.set_clip(picture.rect)
        canvas.curve([(x + 1, y + 1) for x, y in drawn], (20, 24, 28), 4.0)
        canvas.curve(drawn, (240, 244, 246), 2.0)
        canvas.surface.set_clip(clip)

    def _collect(self) -> None:
        if self._coming is not None and self._coming.done:
            self._picture, self._coming, self._scaled = opaque(self._coming.result()), None, None

    def _slice(self, session: "Session", points: NDArray[np.float64]) -> None:
        """Sample the tissue on the plane through the needle that holds the body's depth."""
        theatre = session.theatre
        if theatre.needle is None or theatre.needle.entry_mm is None:
            return
        entry = np.asarray(theatre.needle.entry_mm)
        run = points[-1] - points[0]
        slope = float(run[0] / run[2]) if abs(run[2]) > 5.0 else 0.0
        key = (*(round(float(v), 0) for v in entry), round(slope, 2), theatre.spec.hip_flexion_deg)
        if key == self._key or self._coming is not None:
            return
        self._key, self._slope = key, slope
        self._centre = (float(entry[0]), float(entry[1]), float(entry[2]))
        place = (theatre.patient, theatre.plan.side, self._centre, slope)
        if self.at_once:
            self._picture, self._scaled = opaque(_sampled(*place)), None
        else:
            self._coming = Work(lambda: _sampled(*place))

    def _place(self, box: Box, side: str, point: NDArray[np.float64]) -> tuple[float, float]:
        sign = -1.0 if side == "right" else 1.0
        across = (sign * (point[2] - self._centre[2]) / ALONG_MM + 0.62) * box.width
        down = (self._centre[1] - point[1] + 8.0) / DEEP_MM * box.height
        return box.x + float(across), box.y + float(down)


def _sampled(patient: Patient, side: str, centre_mm: tuple[float, float, float], slope: float) -> NDArray[np.uint8]:
    """Return the colours of the tissue on the plane, shape (rows, columns, 3)."""
    columns, rows = GRID
    sign = -1.0 if side == "right" else 1.0
    along = sign * np.linspace(-0.62, 0.38, columns) * ALONG_MM
    deep = np.linspace(-8.0, DEEP_MM - 8.0, rows)
    z = centre_mm[2] + along[None, :] + np.zeros((rows, 1))
    y = centre_mm[1] - deep[:, None] + np.zeros((1, columns))
    x = centre_mm[0] + slope * (z - centre_mm[2])
    tissue = patient.tissue(np.stack([x, y, z], axis=-1).reshape(-1, 3)).reshape(rows, columns)
    return PALETTE[tissue]
