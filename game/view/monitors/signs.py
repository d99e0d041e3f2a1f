"""The small signs on the buttons that only turn pictures for looking: rotate, flip, swap."""

import functools
import itertools
import math

import pygame

from game.view.shapes import OVER
from game.view.theme import Colour


@functools.lru_cache(maxsize=32)
def sign(name: str, size_px: int, colour: Colour) -> pygame.Surface:
    """Return a sign, drawn large and reduced.

    Args:
        name: rotate, flip or swap.
        size_px: Side of its square.
        colour: Of its lines.
    """
    whole = size_px * OVER
    surface = pygame.Surface((whole, whole), pygame.SRCALPHA)
    surface.fill((*colour, 0))
    {"rotate": _rotate, "flip": _flip, "swap": _swap}[name](surface, whole, colour)
    return pygame.transform.smoothscale(surface, (size_px, size_px))


def _line(surface: pygame.Surface, colour: Colour, points: list[tuple[float, float]], thick: float) -> None:
    for start, end in itertools.pairwise(points):
        way = math.atan2(end[1] - start[1], end[0] - start[0])
        aside = (-math.sin(way) * thick / 2, math.cos(way) * thick / 2)
        corners = [(x + s * aside[0], y + s * aside[1]) for (x, y), s in ((start, 1), (end, 1), (end, -1), (start, -1))]
        pygame.draw.polygon(surface, colour, corners)
    for point in points:
        pygame.draw.circle(surface, colour, point, thick / 2)


def _head(surface: pygame.Surface, colour: Colour, tip: tuple[float, float], turn: float, size: float) -> None:
    """Draw an arrow's head that points along an angle."""
    corners = [(tip[0] + size * math.cos(turn + way), tip[1] + size * math.sin(turn + way)) for way in (0.0, 2.3, -2.3)]
    pygame.draw.polygon(surface, colour, corners)


def _rotate(surface: pygame.Surface, whole: int, colour: Colour) -> None:
    """A counter-clockwise arrow, as the quarter turns go."""
    middle, radius = whole / 2, whole * 0.32
    turns = [math.radians(step) for step in range(-20, 251, 6)]
    points = [(middle + radius * math.cos(turn), middle + radius * math.sin(turn)) for turn in turns]
    _line(surface, colour, points, whole * 0.085)
    _head(surface, colour, points[0], turns[0] - math.pi / 2, whole * 0.19)


def _flip(surface: pygame.Surface, whole: int, colour: Colour) -> None:
    """Two halves that mirror each other, one full and one hollow."""
    low, high, near, far = whole * 0.24, whole * 0.76, whole * 0.41, whole * 0.10
    pygame.draw.polygon(surface, colour, [(near, low), (near, high), (far, high)])
    mirrored = [(whole - near, low), (whole - near, high), (whole - far, high), (whole - near, low)]
    _line(surface, colour, mirrored, whole * 0.06)
    for step in range(4):
        start = whole * (0.14 + 0.2 * step)
        _line(surface, colour, [(whole / 2, start), (whole / 2, start + whole * 0.10)], whole * 0.05)


def _swap(surface: pygame.Surface, whole: int, colour: Colour) -> None:
    """Two arrows that pass each other."""
    for y, way in ((0.36, 1.0), (0.64, -1.0)):
        start, end = (0.18, 0.70) if way > 0 else (0.82, 0.30)
        _line(surface, colour, [(whole * start, whole * y), (whole * end, whole * y)], whole * 0.085)
        _head(surface, colour, (whole * end, whole * y), 0.0 if way > 0 else math.pi, whole * 0.17)
