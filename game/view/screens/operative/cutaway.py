"""Guided mode's cutaway: the true tissue in the needle's plane, with needle and catheter in it. Folds away."""

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pygame
from numpy.typing import NDArray

from game.operation.radiopaque import shaft
from game.patient import Patient, Tissue
from game.view.canvas import Canvas
from game.view.field.instruments import TUOHY_RADIUS_MM
from game.view.layout import Box
from game.view.screens.operative.drawing import chip
from game.view.screens.operative.stage import opaque
from game.view.theme import BACKGROUND, EDGE, TEXT, TEXT_SECOND
from game.view.work import Work

if TYPE_CHECKING:
    from game.session.session import Session

COLOURS: dict[Tissue, tuple[int, int, int]] = {
    Tissue.OUTSIDE: (15, 19, 22),
    Tissue.SKIN: (198, 150, 128),
    Tissue.FAT: (212, 190, 142),
    Tissue.FASCIA: (186, 182, 170),
    Tissue.MUSCLE: (142, 84, 76),
    Tissue.SUPRASPINOUS: (184, 176, 158),
    Tissue.INTERSPINOUS: (172, 152, 134),
    Tissue.FLAVUM: (208, 172, 92),
    Tissue.EPIDURAL: (186, 160, 116),
    Tissue.DURA: (228, 230, 226),
    Tissue.CSF: (104, 150, 182),
    Tissue.ROOT: (222, 206, 138),
    Tissue.CORD: (216, 198, 152),
    Tissue.DISC: (126, 148, 150),
    Tissue.CORTICAL: (230, 222, 204),
    Tissue.TRABECULAR: (202, 187, 160),
    Tissue.VEIN: (92, 96, 150),
    Tissue.VISCERA: (110, 76, 72),
    Tissue.LUNG: (64, 74, 82),
    Tissue.GAS: (34, 40, 44),
    Tissue.SCAR: (168, 140, 128),
    Tissue.LYTIC: (150, 104, 96),
    Tissue.SCLEROTIC: (226, 216, 194),
    Tissue.PEEK: (206, 200, 180),
    Tissue.TITANIUM: (150, 160, 172),
}
NAMES: dict[Tissue, str] = {
    Tissue.SKIN: "skin",
    Tissue.FAT: "fat",
    Tissue.FASCIA: "fascia",
    Tissue.MUSCLE: "muscle",
    Tissue.SUPRASPINOUS: "supraspinous ligament",
    Tissue.INTERSPINOUS: "interspinous ligament",
    Tissue.FLAVUM: "ligamentum flavum",
    Tissue.EPIDURAL: "epidural space",
    Tissue.DURA: "dura",
    Tissue.CSF: "spinal fluid",
    Tissue.ROOT: "nerve root",
    Tissue.CORD: "spinal cord",
    Tissue.DISC: "disc",
    Tissue.CORTICAL: "bone",
    Tissue.TRABECULAR: "bone",
    Tissue.VEIN: "vein",
    Tissue.VISCERA: "viscera",
    Tissue.SCAR: "scar",
    Tissue.LYTIC: "tumour",
    Tissue.SCLEROTIC: "bone",
    Tissue.PEEK: "cage",
    Tissue.TITANIUM: "metal",
}
ALONG_MM, DEEP_MM = 128.0, 92.0
ENTRY_AT = 0.76
"""Where across the panel the needle enters: most of it is beyond, on the side of the head."""
GRID = (352, 253)
FINE = 2
"""How much finer the picture is than its samples: outlines are drawn between them."""
LINE_SHARE = 0.34
NEEDLE_MM = 2 * TUOHY_RADIUS_MM
BEVEL_MM = 4.2
CATHETER, CATHETER_EDGE = (248, 244, 226), (34, 16, 14)


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
        catheter = theatre.implant.catheter
        if catheter is not None and len(catheter.canal_mm) > 1:
            line = [self._place(picture, theatre.plan.side, np.asarray(point)) for point in catheter.canal_mm]
            _draw_catheter(canvas, picture, line)
        self._draw_needle(canvas, picture, drawn)
        tissue = Tissue(int(theatre.patient.tissue(points[-1:])[0]))
        if tissue in NAMES:
            _draw_name(canvas, picture, drawn[-1], NAMES[tissue])

    def _draw_needle(self, canvas: Canvas, picture: Box, drawn: list[tuple[float, float]]) -> None:
        """Draw the shaft with its thickness, the hole that it made and its bevel."""
        layer = _needle_layer(picture, drawn, NEEDLE_MM * picture.width / ALONG_MM, BEVEL_MM * picture.width / ALONG_MM)
        canvas.surface.blit(layer, (picture.x, picture.y))

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
        across = (sign * (point[2] - self._centre[2]) / ALONG_MM + ENTRY_AT) * box.width
        down = (self._centre[1] - point[1] + 8.0) / DEEP_MM * box.height
        return box.x + float(across), box.y + float(down)


def _sampled(patient: Patient, side: str, centre_mm: tuple[float, float, float], slope: float) -> NDArray[np.uint8]:
    """Return the colours of the tissue on the plane, shape (rows, columns, 3)."""
    columns, rows = GRID
    sign = -1.0 if side == "right" else 1.0
    along = sign * np.linspace(-ENTRY_AT, 1.0 - ENTRY_AT, columns) * ALONG_MM
    deep = np.linspace(-8.0, DEEP_MM - 8.0, rows)
    z = centre_mm[2] + along[None, :] + np.zeros((rows, 1))
    y = centre_mm[1] - deep[:, None] + np.zeros((1, columns))
    x = centre_mm[0] + slope * (z - centre_mm[2])
    return _painted(patient.tissue(np.stack([x, y, z], axis=-1).reshape(-1, 3)).reshape(rows, columns))


def _painted(tissue: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return tissues as calm colours with soft outlines, shape (FINE rows, FINE columns, 3)."""
    rows, columns = tissue.shape
    size = (columns * FINE, rows * FINE)
    best, fine = np.full((size[1], size[0]), -1.0, np.float32), np.zeros((size[1], size[0]), np.uint8)
    for kind in np.unique(tissue):
        share = cv2.resize(np.asarray(tissue == kind, np.float32), size, interpolation=cv2.INTER_LINEAR)
        share = cv2.GaussianBlur(share, (0, 0), 0.45 * FINE)
        nearer = share > best
        best[nearer], fine[nearer] = share[nearer], kind
    colours = PALETTE[fine].astype(np.float32)
    changes = cv2.morphologyEx(fine, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)) > 0
    line = cv2.GaussianBlur(np.asarray(changes, np.float32), (0, 0), 0.8)
    grain = np.asarray(np.random.default_rng(0).standard_normal(fine.shape), np.float32)
    grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), sigmaX=4.0, sigmaY=1.0), np.float32)
    colours *= (1.0 - LINE_SHARE * np.clip(line, 0.0, 1.0) + 0.14 * grain)[..., None]
    return np.asarray(np.clip(cv2.GaussianBlur(colours, (0, 0), 0.7), 0, 255), np.uint8)


def _draw_catheter(canvas: Canvas, picture: Box, line: list[tuple[float, float]]) -> None:
    """Draw the catheter ahead of the needle as far as the slice shows, laid on its plane: it runs a little beside it."""
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(pygame.Rect(picture.rect).clip(clip))
    canvas.curve(line, CATHETER_EDGE, 5.0)
    canvas.curve(line, CATHETER, 2.5)
    canvas.surface.set_clip(clip)


def _needle_layer(picture: Box, drawn: list[tuple[float, float]], thick_px: float, bevel_px: float) -> pygame.Surface:
    """Return hole, shaft and bevelled tip with alpha, drawn four times too large and reduced."""
    over = 4
    layer = pygame.Surface((picture.width * over, picture.height * over), pygame.SRCALPHA)
    points = [pygame.Vector2((x - picture.x) * over, (y - picture.y) * over) for x, y in drawn]
    ahead = points[-1] - points[-2]
    if ahead.length() < 1e-6:
        return pygame.Surface((picture.width, picture.height), pygame.SRCALPHA)
    ahead = ahead.normalize()
    side, half = pygame.Vector2(-ahead.y, ahead.x), max(thick_px, 3.0) * over / 2
    heel = points[-1] - ahead * min(bevel_px, thick_px * 2.5) * over
    shaft_line = [*points[:-1], heel]
    for width, shift, colour in (
        (half + 1.2 * over, 0.0, (34, 16, 14, 190)),
        (half, 0.0, (112, 122, 130, 255)),
        (0.62 * half, -0.22 * half, (214, 221, 225, 255)),
        (0.22 * half, -0.34 * half, (252, 254, 254, 255)),
    ):
        for start, end in itertools.pairwise(shaft_line):
            ends = [point + side * (shift + sign * width) for point, sign in ((start, -1), (start, 1), (end, 1), (end, -1))]
            pygame.draw.polygon(layer, colour, ends)
    face = [heel - side * half, heel + side * half, points[-1] + side * 0.75 * half]
    pygame.draw.polygon(
        layer, (34, 16, 14, 190), [heel - side * 1.3 * half, heel + side * 1.3 * half, points[-1] + (ahead + side) * 0.6 * half]
    )
    pygame.draw.polygon(layer, (176, 186, 192, 255), face)
    pygame.draw.polygon(
        layer, (62, 70, 77, 255), [heel - side * 0.62 * half, heel + side * 0.3 * half, points[-1] + (side - ahead) * 0.55 * half]
    )
    return pygame.transform.smoothscale(layer, (picture.width, picture.height))


def _draw_name(canvas: Canvas, picture: Box, tip: tuple[float, float], name: str) -> None:
    """Draw the name of the layer at the tip, on the side where there is room."""
    width = canvas.width_of(name, "small") + canvas.px(24)
    left = min(max(tip[0] + canvas.px(14), picture.x + canvas.px(6)), picture.right - width - canvas.px(6))
    middle = tip[1] + canvas.px(30)
    if middle > picture.bottom - canvas.px(22):
        middle = tip[1] - canvas.px(28)
    chip(canvas, name, left, middle)
