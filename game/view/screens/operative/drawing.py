"""Laying instruments and signs on the field's surface."""

import functools
import math

import numpy as np
import pygame

from game.operation.plan import Plan
from game.view.canvas import Canvas
from game.view.field.plane import Plane
from game.view.field.sprite import Patch, Sprite, outline_of, place, shadow_of
from game.view.layout import Box
from game.view.screens.operative.stage import lay_patch
from game.view.theme import ACCENT, BACKGROUND, TEXT, TEXT_SECOND, Colour

SHADOW_PER_MM = (0.34, 0.50)
"""Field-plane mm that a shadow falls aside, right and down, per mm of height: the lamp stands up and left."""


def to_screen(plane: Plane, box: Box, x_mm: float, y_mm: float) -> tuple[float, float]:
    """Return the window place of a field point."""
    column, row = plane.to_px(np.array([x_mm, y_mm]))
    return box.x + float(column), box.y + float(row)


def to_field(plane: Plane, box: Box, at: tuple[float, float]) -> tuple[float, float]:
    """Return the field point at a window place."""
    x_mm, y_mm = plane.to_mm(np.array([at[0] - box.x, at[1] - box.y]))
    return float(x_mm), float(y_mm)


def sprite_scale(plane: Plane) -> float:
    """Return the scale at which sprites are drawn for a field: twice the field's, so that reducing smooths them."""
    return round(plane.px_per_mm * 2.0, 2)


def lay_instrument(
    surface: pygame.Surface,
    plane: Plane,
    box: Box,
    sprite: Sprite,
    origin_mm: tuple[float, float],
    axis: tuple[float, float],
    height_mm: float,
    squeeze: float = 1.0,
    bow_mm: float = 0.0,
    bow_span_mm: tuple[float, float] = (0.0, 1.0),
) -> None:
    """Lay an instrument with its shadow.

    Args:
        surface: The window.
        plane: The field's.
        box: Where the field is in the window.
        sprite: The instrument.
        origin_mm: Field place of its axis place 0.
        axis: Unit direction of its axis in field-plane mm, y up.
        height_mm: How high it is over the skin, for the shadow.
        squeeze: Foreshortening.
        bow_mm: Sideways bow.
        bow_span_mm: Axis places between which it is bowed.
    """
    laid = _laid(sprite, plane, origin_mm, axis, height_mm, squeeze, bow_mm, bow_span_mm)
    if laid is None:
        return
    patch, shadow = laid
    fall = height_mm * plane.px_per_mm
    lay_patch(surface, shadow, (box.x + round(SHADOW_PER_MM[0] * fall), box.y + round(SHADOW_PER_MM[1] * fall)))
    lay_patch(surface, patch, (box.x, box.y))


@functools.lru_cache(maxsize=12)  # what lies still, or is held still, is turned and shaded once
def _laid(
    sprite: Sprite,
    plane: Plane,
    origin_mm: tuple[float, float],
    axis: tuple[float, float],
    height_mm: float,
    squeeze: float,
    bow_mm: float,
    bow_span_mm: tuple[float, float],
) -> tuple[Patch, Patch] | None:
    """Return an instrument on the field and its shadow, or None outside the field."""
    patch = _placed(sprite, plane, origin_mm, axis, squeeze, bow_mm, bow_span_mm)
    if patch is None:
        return None
    blur_px = max(1.2, (0.10 * height_mm + 0.5) * plane.px_per_mm)
    return patch, shadow_of(patch, blur_px, 0.50 / (1.0 + 0.004 * height_mm))


def _placed(
    sprite: Sprite,
    plane: Plane,
    origin_mm: tuple[float, float],
    axis: tuple[float, float],
    squeeze: float,
    bow_mm: float = 0.0,
    bow_span_mm: tuple[float, float] = (0.0, 1.0),
) -> Patch | None:
    """Return a sprite at a field place, turned along an axis with y up, or None outside the field."""
    column, row = plane.to_px(np.array(origin_mm))
    way = (axis[0], -axis[1])
    return place(sprite, (float(column), float(row)), way, plane.px_per_mm, plane.shape, squeeze, bow_mm, bow_span_mm)


@functools.lru_cache(maxsize=4)
def _ghost(sprite: Sprite, line_px: float) -> Sprite:
    """Return the outline of a sprite, on a canvas with room round it."""
    patch = outline_of(Patch(sprite.layer, 0, 0), ACCENT, line_px, 0.9)
    return Sprite(patch.layer, sprite.px_per_mm, sprite.start_mm + patch.left / sprite.px_per_mm)


def lay_ghost(
    surface: pygame.Surface,
    plane: Plane,
    box: Box,
    sprite: Sprite,
    origin_mm: tuple[float, float],
    axis: tuple[float, float],
    squeeze: float,
    line_px: float,
) -> None:
    """Lay the outline of an instrument: the ghost of the hand that holds it; the line is as wide as sprites are large."""
    lay_patch(surface, _placed(_ghost(sprite, line_px), plane, origin_mm, axis, squeeze), (box.x, box.y))


def chip(canvas: Canvas, text: str, left: float, middle_y: float, colour: Colour = TEXT, align: str = "left") -> int:
    """Draw a few words on a dark rounded ground and return their width with it."""
    width, height = canvas.width_of(text, "small") + canvas.px(28), canvas.px(34)
    x = {"left": left, "centre": left - width / 2, "right": left - width}[align]
    spot = Box(round(x), round(middle_y - height / 2), width, height)
    canvas.chip(spot, BACKGROUND, 205)
    canvas.label(text, spot, "small", colour, align="centre")
    return width


def plan_chip(canvas: Canvas, box: Box, plan: Plan, taken_px: float) -> None:
    """Draw what the order card asks for in the field's lower right corner, shorter and then a row higher beside chips up to `taken_px`."""
    right = box.right - canvas.px(20)

    def fits(words: str) -> bool:
        return right - canvas.width_of(words, "small") - canvas.px(28 + 12) >= taken_px

    words = f"Order card: needle at {plan.window}, pump on the {plan.side}"
    if not fits(words):
        words = f"Order: {plan.window}, pump {plan.side}"
    row = 0 if fits(words) else 1
    chip(canvas, words, right, box.bottom - canvas.px(33 + 44 * row), TEXT_SECOND, "right")


def arc_points(centre: tuple[float, float], radius: float, start_deg: float, end_deg: float, steps: int = 48) -> list[tuple[float, float]]:
    """Return points of an arc, clockwise on the screen from start to end, 0 to the right."""
    turns = [math.radians(start_deg + (end_deg - start_deg) * k / steps) for k in range(steps + 1)]
    return [(centre[0] + radius * math.cos(t), centre[1] + radius * math.sin(t)) for t in turns]


def dashed(canvas: Canvas, start: tuple[float, float], end: tuple[float, float], colour: Colour, line: float = 2.0) -> None:
    """Draw a dashed line."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    dash = canvas.px(12)
    count = max(1, int(length // (2 * dash)))
    for k in range(count):
        first, last = k / count, (k + 0.55) / count
        points = [(start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part) for part in (first, last)]
        canvas.curve(points, colour, line)


def round_corners(canvas: Canvas, box: Box, radius: float = 14) -> None:
    """Cut a picture's corners round by drawing the background over them."""
    size = canvas.px(radius)
    corner = _corners(size)
    for index, at in enumerate(
        ((box.x, box.y), (box.right - size, box.y), (box.x, box.bottom - size), (box.right - size, box.bottom - size))
    ):
        canvas.surface.blit(corner, at, ((index % 2) * size, (index // 2) * size, size, size))


@functools.lru_cache(maxsize=8)
def _corners(size: int) -> pygame.Surface:
    """Return a square of background with a round hole, drawn four times too large and reduced; nobody draws on it."""
    large = pygame.Surface((size * 8, size * 8), pygame.SRCALPHA)
    large.fill((*BACKGROUND, 255))
    pygame.draw.circle(large, (*BACKGROUND, 0), (size * 4, size * 4), size * 4)
    return pygame.transform.smoothscale(large, (size * 2, size * 2))
