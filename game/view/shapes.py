"""Antialiased shapes: drawn four times too large, reduced, and kept."""

import functools
from typing import Literal

import pygame

from game.view.theme import ACCENT, BACKGROUND, DANGER, GOOD, TEXT_FAINT, WARNING, Colour

OVER = 4
"""Times larger that a shape is drawn before it is reduced."""
Status = Literal["good", "warning", "danger", "none", "accent"]
STATUS_COLOURS: dict[Status, Colour] = {"good": GOOD, "warning": WARNING, "danger": DANGER, "none": TEXT_FAINT, "accent": ACCENT}


def _blank(width: int, height: int) -> pygame.Surface:
    return pygame.Surface((width * OVER, height * OVER), pygame.SRCALPHA)


def _tinted(surface: pygame.Surface, colour: Colour) -> pygame.Surface:
    """Give every pixel the colour and keep its alpha, so that reducing blends no black into rims."""
    surface.fill((0, 0, 0, 255), special_flags=pygame.BLEND_RGBA_MIN)
    surface.fill((*colour, 0), special_flags=pygame.BLEND_RGBA_ADD)
    return surface


def _reduced(surface: pygame.Surface) -> pygame.Surface:
    return pygame.transform.smoothscale(surface, (surface.get_width() // OVER, surface.get_height() // OVER))


def _mask(draw_on: pygame.Surface, colour: Colour) -> pygame.Surface:
    return _tinted(_reduced(draw_on), colour)


@functools.lru_cache(maxsize=256)
def rounded(width: int, height: int, radius: int, colour: Colour, alpha: int = 255) -> pygame.Surface:
    """Return a filled rounded rectangle."""
    if max(width, height) <= 4 * radius + 64:
        return _rounded_whole(width, height, radius, colour, alpha)
    small = _rounded_whole(2 * radius + 2, 2 * radius + 2, radius, colour, alpha)
    return _stretched(small, width, height, radius)


def _rounded_whole(width: int, height: int, radius: int, colour: Colour, alpha: int) -> pygame.Surface:
    surface = _blank(width, height)
    pygame.draw.rect(surface, (255, 255, 255, 255), surface.get_rect(), border_radius=radius * OVER)
    shape = _mask(surface, colour)
    shape.fill((255, 255, 255, alpha), special_flags=pygame.BLEND_RGBA_MULT)
    return shape


def _stretched(corners: pygame.Surface, width: int, height: int, radius: int) -> pygame.Surface:
    """Make a large rounded rectangle from the four corners of a small one."""
    surface = pygame.Surface((width, height), pygame.SRCALPHA)
    middle = corners.get_at((radius, radius))
    surface.fill(middle, (radius, 0, width - 2 * radius, height))
    surface.fill(middle, (0, radius, width, height - 2 * radius))
    far = corners.get_width() - radius
    for source_x, x in ((0, 0), (far, width - radius)):
        for source_y, y in ((0, 0), (far, height - radius)):
            surface.fill((0, 0, 0, 0), (x, y, radius, radius))
            surface.blit(corners, (x, y), (source_x, source_y, radius, radius), special_flags=pygame.BLEND_RGBA_ADD)
    return surface


@functools.lru_cache(maxsize=256)
def framed(width: int, height: int, radius: int, fill: Colour, edge: Colour, line: int) -> pygame.Surface:
    """Return a filled rounded rectangle with an edge of another colour."""
    outer = rounded(width, height, radius, edge).copy()
    inner = rounded(max(1, width - 2 * line), max(1, height - 2 * line), max(1, radius - line), fill)
    outer.blit(inner, (line, line))
    return outer


@functools.lru_cache(maxsize=128)
def outline(width: int, height: int, radius: int, colour: Colour, line: int) -> pygame.Surface:
    """Return the edge of a rounded rectangle alone."""
    surface = _blank(width, height)
    pygame.draw.rect(surface, (255, 255, 255, 255), surface.get_rect(), width=line * OVER, border_radius=radius * OVER)
    return _mask(surface, colour)


@functools.lru_cache(maxsize=256)
def disc(radius: int, colour: Colour) -> pygame.Surface:
    """Return a filled circle."""
    surface = _blank(2 * radius, 2 * radius)
    pygame.draw.circle(surface, (255, 255, 255, 255), (radius * OVER, radius * OVER), radius * OVER)
    return _mask(surface, colour)


@functools.lru_cache(maxsize=128)
def circle(radius: int, line: int, colour: Colour) -> pygame.Surface:
    """Return the edge of a circle."""
    surface = _blank(2 * radius, 2 * radius)
    pygame.draw.circle(surface, (255, 255, 255, 255), (radius * OVER, radius * OVER), radius * OVER, width=line * OVER)
    return _mask(surface, colour)


@functools.lru_cache(maxsize=256)
def ring(radius: int, line: int, part_percent: int, colour: Colour) -> pygame.Surface:
    """Return part of a ring, clockwise from the top, with round ends."""
    surface = _blank(2 * radius, 2 * radius)
    middle = pygame.Vector2(radius * OVER, radius * OVER)
    path = (radius - line / 2) * OVER
    for step in range(round(part_percent * 7.2) + 1):
        spot = middle + pygame.Vector2(0, -path).rotate(step / 2)
        pygame.draw.circle(surface, (255, 255, 255, 255), spot, line * OVER / 2)
    return _mask(surface, colour)


@functools.lru_cache(maxsize=128)
def status(kind: Status, size: int) -> pygame.Surface:
    """Return the sign of a grade; each has its own shape beside its colour."""
    surface = _blank(size, size)
    whole = size * OVER
    colour = STATUS_COLOURS[kind]
    if kind == "warning":
        pygame.draw.polygon(surface, colour, [(whole * 0.5, whole * 0.04), (whole, whole * 0.95), (0, whole * 0.95)])
        _strokes(surface, whole, [((0.5, 0.36), (0.5, 0.62)), ((0.5, 0.77), (0.5, 0.78))])
    elif kind == "danger":
        pygame.draw.rect(surface, colour, surface.get_rect(), border_radius=round(whole * 0.18))
        _strokes(surface, whole, [((0.29, 0.29), (0.71, 0.71)), ((0.71, 0.29), (0.29, 0.71))])
    elif kind == "none":
        pygame.draw.circle(surface, colour, (whole / 2, whole / 2), whole / 2, width=round(whole * 0.12))
        _strokes(surface, whole, [((0.32, 0.5), (0.68, 0.5))], colour)
    else:
        pygame.draw.circle(surface, colour, (whole / 2, whole / 2), whole / 2)
        if kind == "good":
            _strokes(surface, whole, [((0.28, 0.52), (0.44, 0.69)), ((0.44, 0.69), (0.73, 0.33))])
    return _reduced(surface)


def _strokes(
    surface: pygame.Surface, whole: int, lines: list[tuple[tuple[float, float], tuple[float, float]]], colour: Colour = BACKGROUND
) -> None:
    for start, end in lines:
        first, last = pygame.Vector2(start) * whole, pygame.Vector2(end) * whole
        thick = max(2, round(whole * 0.12))
        pygame.draw.line(surface, colour, first, last, thick)
        for end_point in (first, last):
            pygame.draw.circle(surface, colour, end_point, thick / 2)


def rounded_picture(picture: pygame.Surface, radius: int) -> pygame.Surface:
    """Return a copy of a picture with rounded corners."""
    shape = rounded(picture.get_width(), picture.get_height(), radius, (255, 255, 255)).copy()
    shape.blit(picture, (0, 0), special_flags=pygame.BLEND_RGB_MIN)
    return shape
