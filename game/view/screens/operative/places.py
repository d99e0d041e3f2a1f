"""Where things are on the operative screen: the same places on every step, computed from the window."""

import functools
from dataclasses import dataclass

import pygame

from game.view.canvas import Canvas
from game.view.layout import Box, Ledger, columns, rows
from game.view.theme import Look

FIGURE_LINES = 10  # names and values of the dose display
LEAST_SMALL = 0.8  # of its size, to which the stored picture gives way to them


@dataclass(frozen=True, slots=True)
class Places:
    """Boxes in window pixels.

    Attributes:
        title, line, clock: The top bar's three parts.
        field: The operative field.
        monitor: The X-ray panel.
        picture: Its large round picture; `small` the stored view beside it; `figures` the dose display; `buttons` a row under them.
        carm, vitals: The panels under it.
        captions: Speech, hints and refusals.
        tray: Instruments.
        tight: Whether the window is too small for every figure.
    """

    title: Box
    line: Box
    clock: Box
    field: Box
    monitor: Box
    picture: Box
    small: Box
    figures: Box
    buttons: Box
    carm: Box
    vitals: Box
    captions: Box
    tray: Box
    tight: bool


@functools.lru_cache(maxsize=4)
def places(box: Box, look: Look) -> Places:
    """Return the places for a window."""
    canvas = Canvas(pygame.Surface((1, 1)), look, Ledger())
    px, tight = canvas.px, canvas.look.tight
    margin, gap = px(16 if tight else 24), px(8 if tight else 12)
    whole = box.inset(margin, px(8))
    top_height, caption_height, tray_height = px(56 if tight else 68), px(40 if tight else 44), px(64 if tight else 78)
    top, middle, captions, tray = rows(whole, [top_height, 1.0, caption_height, tray_height], gap)
    title, line, clock = _top(canvas, top)
    side = px(392) if tight else round(whole.width * 0.3376)
    field, right = columns(middle, [1.0, side], px(12 if tight else 24))
    monitor, lower = rows(right, [1.58, 1.0], gap)
    carm, vitals = columns(lower, [round(side * (0.34 if tight else 0.31)), 1.0], gap)
    picture, small, figures, buttons = _monitor(canvas, monitor, tight)
    return Places(title, line, clock, field, monitor, picture, small, figures, buttons, carm, vitals, captions, tray, tight)


def _top(canvas: Canvas, top: Box) -> tuple[Box, Box, Box]:
    clock_width = canvas.width_of("theatre   hands 00:00", "small") + canvas.px(24)
    title_width = round(top.width * 0.30)
    title, line, clock = columns(top, [title_width, 1.0, clock_width], canvas.px(12))
    return title, line, clock


def _monitor(canvas: Canvas, monitor: Box, tight: bool) -> tuple[Box, Box, Box, Box]:
    header, row = canvas.px(34 if tight else 44), canvas.px(36)
    inner = monitor.inset(canvas.px(10 if tight else 16), canvas.px(6 if tight else 8))
    body = Box(inner.x, inner.y + header - canvas.px(8), inner.width, inner.height - header - row)
    beside = canvas.px(118 if tight else 150)
    size = min(body.height, body.width - beside - canvas.px(10))
    picture = Box(body.x, body.y + (body.height - size) // 2, size, size)
    rest = Box(picture.right + canvas.px(10), body.y, body.right - picture.right - canvas.px(10), body.height)
    small_size = min(rest.width, canvas.px(104 if tight else 150), rest.height // 2)
    beside_all = rest.height - canvas.px(30) - FIGURE_LINES * canvas.line_of("small")
    small_size = min(small_size, beside_all) if beside_all >= LEAST_SMALL * small_size else small_size
    small = Box(rest.x + (rest.width - small_size) // 2, rest.y, small_size, small_size)
    figures = Box(rest.x, small.bottom + canvas.px(30), rest.width, max(0, rest.bottom - small.bottom - canvas.px(30)))
    return picture, small, figures, Box(inner.x, inner.bottom - row + canvas.px(4), inner.width, row - canvas.px(4))
