"""Where things are on the operative screen: the same places on every step, computed from the window."""

import functools
from dataclasses import dataclass

import pygame

from game.view.canvas import Canvas
from game.view.layout import Box, Ledger, columns, rows
from game.view.theme import Look

FIGURE_LINES = 7  # of the dose display
LEAST_LINES = 4  # of it, for which the stored picture gives way however small it gets
LEAST_SMALL = 0.7  # of its size, to which the stored picture gives way to them


@dataclass(frozen=True, slots=True)
class Places:
    """Boxes in window pixels.

    Attributes:
        title, line, clock: The top bar's three parts.
        field: The operative field.
        monitor: The X-ray panel.
        picture: Its large round picture; `small` the stored view beside it, `recall` the button under that; `figures` the dose
            display; `buttons` a row under them.
        carm, vitals: The panels under it.
        console: The C-arm's console where it stands open, between the C-arm and one line of vital signs; else of no size.
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
    recall: Box
    figures: Box
    buttons: Box
    carm: Box
    vitals: Box
    console: Box
    captions: Box
    tray: Box
    tight: bool


@functools.lru_cache(maxsize=8)
def places(box: Box, look: Look, console: bool = False) -> Places:
    """Return the places for a window, with or without the C-arm's console open."""
    canvas = Canvas(pygame.Surface((1, 1)), look, Ledger())
    px, tight = canvas.px, canvas.look.tight
    margin, gap = px(16 if tight else 24), px(8 if tight else 12)
    whole = box.inset(margin, px(8))
    top_height, caption_height, tray_height = px(56 if tight else 68), px(40 if tight else 44), px(64 if tight else 78)
    top, middle, captions, tray = rows(whole, [top_height, 1.0, caption_height, tray_height], gap)
    title, line, clock = _top(canvas, top)
    side = px(392) if tight else round(whole.width * 0.3376)
    field, right = columns(middle, [1.0, side], px(12 if tight else 24))
    monitor, lower = rows(right, [(1.3 if tight else 1.45) if console else 1.58, 1.0], gap)
    carm, vitals, board = _lower(canvas, lower, side, console)
    picture, small, recall, figures, buttons = _monitor(canvas, monitor, tight)
    return Places(title, line, clock, field, monitor, picture, small, recall, figures, buttons, carm, vitals, board, captions, tray, tight)


def _lower(canvas: Canvas, lower: Box, side: int, console: bool) -> tuple[Box, Box, Box]:
    """Return C-arm, vital signs and console."""
    tight, gap = canvas.look.tight, canvas.px(8 if canvas.look.tight else 12)
    if not console:
        carm, vitals = columns(lower, [round(side * (0.34 if tight else 0.31)), 1.0], gap)
        return carm, vitals, Box(vitals.x, vitals.bottom, vitals.width, 0)
    upper, strip = rows(lower, [1.0, canvas.px(40 if tight else 44)], gap)
    carm, board = columns(upper, [round(side * (0.33 if tight else 0.40)), 1.0], gap)
    return carm, strip, board


def _top(canvas: Canvas, top: Box) -> tuple[Box, Box, Box]:
    clock_width = canvas.width_of("theatre   hands 00:00", "small") + canvas.px(24)
    title_width = round(top.width * 0.30)
    title, line, clock = columns(top, [title_width, 1.0, clock_width], canvas.px(12))
    return title, line, clock


def _monitor(canvas: Canvas, monitor: Box, tight: bool) -> tuple[Box, Box, Box, Box, Box]:
    header, row = canvas.px(34 if tight else 44), canvas.px(36)
    inner = monitor.inset(canvas.px(10 if tight else 16), canvas.px(6 if tight else 8))
    body = Box(inner.x, inner.y + header - canvas.px(8), inner.width, inner.height - header - row)
    beside = canvas.px(118 if tight else 176)
    size = min(body.height, body.width - beside - canvas.px(10))
    picture = Box(body.x, body.y + (body.height - size) // 2, size, size)
    rest = Box(picture.right + canvas.px(10), body.y, body.right - picture.right - canvas.px(10), body.height)
    recall_height, gap = canvas.px(30), canvas.px(6)
    small_size = min(rest.width, canvas.px(104 if tight else 176), rest.height // 2)
    step = canvas.line_of("small") + canvas.px(2)
    free = rest.height - recall_height - 2 * gap
    lines = FIGURE_LINES if free - FIGURE_LINES * step >= LEAST_SMALL * small_size else LEAST_LINES
    small_size = min(small_size, max(free - lines * step, canvas.px(64)))
    small = Box(rest.x + (rest.width - small_size) // 2, rest.y, small_size, small_size)
    recall = Box(rest.x, small.bottom + gap, rest.width, recall_height)
    figures = Box(rest.x, recall.bottom + gap, rest.width, max(0, rest.bottom - recall.bottom - gap))
    return picture, small, recall, figures, Box(inner.x, inner.bottom - row + canvas.px(4), inner.width, row - canvas.px(4))
