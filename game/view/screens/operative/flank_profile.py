"""A look along the body from the feet: the flank's outline with the rod held against it; in guided mode what lies under the skin."""

import math
from typing import TYPE_CHECKING

import numpy as np
import pygame

from game.frames import Array
from game.operation.tunnelling.sight import TunnellingSight
from game.operation.tunnelling.state import Tunnelling
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.theme import ACCENT, BACKGROUND, TEXT_SECOND, WARNING, Colour

if TYPE_CHECKING:
    from game.session.session import Session

SIZE_PX, WORDS_PX = (250, 206), 30
ARCS_MM = np.arange(-40.0, 461.0, 10.0)
SKIN: Colour = (206, 152, 124)
FASCIA: Colour = (214, 214, 206)
SCARPA: Colour = (168, 150, 104)
HELD_MM = 330.0
"""Length of the rod that is laid against the flank."""


def draw_profile(canvas: Canvas, box: Box, session: "Session", sight: TunnellingSight) -> None:
    """Draw the inset in the field's upper right corner."""
    step = session.states.get("tunnelling")
    if not isinstance(step, Tunnelling):
        return
    width, height = canvas.px(SIZE_PX[0]), canvas.px(SIZE_PX[1])
    spot = Box(box.right - width - canvas.px(16), box.y + canvas.px(62), width, height)
    canvas.panel(spot, BACKGROUND)
    theatre, rod = session.theatre, step.rod
    z_mm = rod.entry_mm[2] if rod.entry_mm is not None else theatre.plan.pocket_mark.z_mm
    ring = np.stack([theatre.patient.skin_point(float(arc), float(z_mm), theatre.plan.side) for arc in ARCS_MM])
    fit = _Fit(spot.inset(canvas.px(18), canvas.px(26)), ring, 1.0 if theatre.plan.side == "left" else -1.0)
    canvas.curve(fit.px(ring), SKIN, 3.0)
    if session.mode == "guided":
        _draw_layers(canvas, fit, session, ring)
    if rod.entry_mm is None:
        words = "From the feet"
    elif rod.inside_mm < 5.0:
        _draw_held(canvas, Box(spot.x, spot.y, width, height - canvas.px(WORDS_PX)).inset(canvas.px(3)), fit.px(_held(step, ring)))
        words = "Held against the flank"
    else:
        words = "From the feet"
        if session.mode == "guided":
            canvas.curve(fit.px(np.array([*rod.track_mm[::6], rod.point_mm])), WARNING, 4.0)
            canvas.disc(fit.px(np.array([rod.point_mm]))[0], canvas.px(5), WARNING)
        elif sight.rod.tip_mm is not None:
            canvas.disc(fit.px(np.array([rod.point_mm]))[0], canvas.px(5), ACCENT)
    canvas.label(words, Box(spot.x, spot.bottom - canvas.px(WORDS_PX), width, canvas.px(24)), "small", TEXT_SECOND, align="centre")


def _draw_held(canvas: Canvas, area: Box, points: list[tuple[float, float]]) -> None:
    """Draw the rod as far as the inset goes: it is longer."""
    clip = canvas.surface.get_clip()
    canvas.surface.set_clip(pygame.Rect(area.rect).clip(clip))
    canvas.curve(points, ACCENT, 4.0)
    canvas.surface.set_clip(clip)


class _Fit:
    """How a slice of the body lies in the inset: the pump's side up, the back to the left."""

    def __init__(self, area: Box, ring: Array, side: float) -> None:
        """Fit a ring of points, shape (n, 3), into a box."""
        self.side = side
        flat = self._flat(ring)
        low, high = flat.min(axis=0), flat.max(axis=0)
        self.scale = min(area.width / (high[0] - low[0]), (area.height - 12) / (high[1] - low[1]))
        self.low, self.area = low, area
        self.shift = 0.5 * (area.width - self.scale * (high[0] - low[0]))

    def _flat(self, points: Array) -> Array:
        return np.column_stack([-points[:, 1], self.side * points[:, 0]])

    def px(self, points: Array) -> list[tuple[float, float]]:
        """Return window places of patient points, shape (n, 3)."""
        at = (self._flat(points) - self.low) * self.scale
        return [(self.area.x + self.shift + float(x), self.area.bottom - 12 - float(y)) for x, y in at]


def _draw_layers(canvas: Canvas, fit: _Fit, session: "Session", ring: Array) -> None:
    """Draw Scarpa's fascia and that of the muscle under the skin."""
    patient = session.theatre.patient
    _, rows = patient.layers_mm(ring)
    inward = -np.stack([patient.skin_normal(point) for point in ring])
    for depth, colour in ((rows[:, 0] + 0.6 * (rows[:, 1] - rows[:, 0]), SCARPA), (rows[:, 1], FASCIA)):
        canvas.curve(fit.px(ring + inward * depth[:, None]), colour, 1.5)


def _held(step: Tunnelling, ring: Array) -> Array:
    """Return the rod as it is held over the skin from where it will go in, bent in the plane of its roll."""
    rod = step.rod
    assert rod.entry_mm is not None
    entry = np.array(rod.entry_mm)
    near = int(np.argmin(((ring - entry) ** 2).sum(axis=1)))
    start = ring[near]
    along = ring[max(near - 1, 0)] - ring[min(near + 1, len(ring) - 1)]
    along = along / math.sqrt(float(along @ along))
    if float(along @ np.array(rod.heading)) < 0.0:
        along = -along
    inward = entry - start
    inward = inward - along * float(inward @ along)
    inward = inward / max(math.sqrt(float(inward @ inward)), 1e-6)
    bend = math.radians(rod.bend_deg) / 100.0 * math.cos(math.radians(rod.roll_deg))
    way = np.arange(0.0, HELD_MM, 8.0)
    turn = bend * way
    points = np.concatenate([[np.zeros(3)], np.cumsum(8.0 * (np.cos(turn)[:, None] * along + np.sin(turn)[:, None] * inward), axis=0)])
    return np.asarray(start - 6.0 * inward + points)
