"""The tiles of the drills: a row of the operation's steps, and a slimmer one of standard views."""

from collections.abc import Sequence
from dataclasses import dataclass

from game.view.canvas import Canvas
from game.view.layout import Box, columns, split
from game.view.text import Face
from game.view.theme import TEXT, TEXT_FAINT, TEXT_SECOND, Size, mark_colour

SHORT = {
    "positioning": "Position",
    "anchoring": "Anchor",
    "tunnelling": "Tunnel",
    "connection": "Connect",
    "closure": "Close",
}
"""What a tile is called where there is no room for the step's whole name."""
FACES: tuple[tuple[Size, Face, bool], ...] = (
    ("body", "bold", False),
    ("small", "bold", False),
    ("small", "bold", True),
    ("small", "regular", True),
)
"""How names are set, tried in this order until all fit beside each other: size, weight, whether short."""
LARGE_PX, SLIM_PX, GAP_PX, PAD_PX, TIGHT_PAD_PX = 92, 40, 12, 16, 7
STEP_KEYS = "1234567890"


@dataclass(frozen=True, slots=True)
class Drill:
    """One tile.

    Attributes:
        title: What is drilled; `short` where there is no room for it.
        key: What opens it, or "".
        best: The best mark in per cent, or None.
        ready: Whether it opens at once; else somebody is still making ready what it begins from.
    """

    title: str
    short: str
    key: str
    best: float | None
    ready: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """How the tiles of steps are set: how many beside each other, and in what type."""

    across: int
    size: Size
    face: Face
    short: bool
    pad_px: int
    gap_px: int

    def lines(self, count: int) -> int:
        """Return how many rows so many tiles make."""
        return -(-count // self.across)


def _widest(canvas: Canvas, drills: Sequence[Drill], size: Size, face: Face, short: bool) -> int:
    return max(canvas.width_of(drill.short if short else drill.title, size, face) for drill in drills)


def setting(canvas: Canvas, drills: Sequence[Drill], width: int) -> Setting:
    """Return how tiles are set in a width: in one row as long as any type fits there, else in as few rows as hold the names."""
    for (size, face, short), pad, gap in ((way, pad, gap) for pad, gap in ((PAD_PX, GAP_PX), (TIGHT_PAD_PX, 8)) for way in FACES):
        pad_px, gap_px = canvas.px(pad), canvas.px(gap)
        tile = split(width, [1.0] * len(drills), gap_px)[0][1]
        if _widest(canvas, drills, size, face, short) + 2 * pad_px <= tile:
            return Setting(len(drills), size, face, short, pad_px, gap_px)
    pad_px, gap_px = canvas.px(TIGHT_PAD_PX), canvas.px(8)
    key = canvas.width_of("0", "small") + pad_px
    most = max(1, (width + gap_px) // (_widest(canvas, drills, "small", "bold", True) + key + 2 * pad_px + gap_px))
    across = -(-len(drills) // -(-len(drills) // most))
    tile = split(width, [1.0] * across, gap_px)[0][1]
    short = _widest(canvas, drills, "small", "bold", False) + key + 2 * pad_px > tile
    return Setting(across, "small", "bold", short, pad_px, gap_px)


def tiles_height(canvas: Canvas, drills: Sequence[Drill], width: int) -> int:
    """Return how high the tiles of steps are together."""
    way = setting(canvas, drills, width)
    lines = way.lines(len(drills))
    return canvas.px(LARGE_PX) if lines == 1 else lines * canvas.px(SLIM_PX) + (lines - 1) * way.gap_px


def step_boxes(canvas: Canvas, drills: Sequence[Drill], box: Box) -> list[Box]:
    """Return the tiles of the steps, row by row."""
    way = setting(canvas, drills, box.width)
    lines = way.lines(len(drills))
    height = box.height if lines == 1 else canvas.px(SLIM_PX)
    places = split(box.width, [1.0] * way.across, way.gap_px)
    return [
        Box(box.x + places[i % way.across][0], box.y + i // way.across * (height + way.gap_px), places[i % way.across][1], height)
        for i in range(len(drills))
    ]


def draw_steps(canvas: Canvas, drills: Sequence[Drill], box: Box) -> None:
    """Draw what is inside the steps' tiles: name, key, bar and best mark."""
    way = setting(canvas, drills, box.width)
    one_row = way.lines(len(drills)) == 1
    for drill, tile in zip(drills, step_boxes(canvas, drills, box), strict=True):
        if one_row:
            _large(canvas, drill, tile.inset(way.pad_px, canvas.px(8)), way)
        else:
            _slim(canvas, drill, tile.inset(way.pad_px, canvas.px(4)), way)


def _bar(canvas: Canvas, drill: Drill, box: Box) -> None:
    best = drill.best or 0.0
    canvas.bar(box, best / 100.0, mark_colour(best))


def _large(canvas: Canvas, drill: Drill, inner: Box, way: Setting) -> None:
    """Draw a high tile: the name, the bar under it, and the key and the mark at its foot."""
    line = canvas.line_of("small")
    canvas.label(drill.short if way.short else drill.title, inner.top(canvas.line_of(way.size)), way.size, TEXT, way.face)
    thick = max(4, canvas.px(6))
    foot = Box(inner.x, inner.bottom - line, inner.width, line)
    between = (inner.y + canvas.line_of(way.size) + foot.y) // 2
    _bar(canvas, drill, Box(inner.x, between - thick // 2, inner.width, thick))
    key = canvas.label(drill.key, foot, "small", TEXT_FAINT) if drill.key else 0
    room = foot.after(key + canvas.px(8) if key else 0)
    mark = f"{drill.best:.0f} %" if drill.best is not None else "new"
    words = (mark,) if drill.ready else ("being prepared", "preparing", "...")
    shown = next((text for text in words if canvas.width_of(text, "small") <= room.width), words[-1])
    canvas.label(shown, room, "small", TEXT_SECOND if drill.ready else TEXT_FAINT, align="right")


def _slim(canvas: Canvas, drill: Drill, inner: Box, way: Setting) -> None:
    """Draw a low tile: name and key, and the best mark as a bar along its foot; its key comes once it is ready."""
    thick = max(3, canvas.px(4))
    words = Box(inner.x, inner.y, inner.width, inner.height - thick)
    canvas.label(drill.short if way.short else drill.title, words, way.size, TEXT, way.face)
    canvas.label(drill.key if drill.ready else "...", words, "small", TEXT_FAINT, align="right")
    _bar(canvas, drill, Box(inner.x, inner.bottom - thick, inner.width, thick))


def view_boxes(canvas: Canvas, drills: Sequence[Drill], row: Box) -> tuple[Box, list[Box]]:
    """Return the place of the row's own words, without width where it is tight, and the tiles of the views.

    All are as wide, or each as its title needs where only so every title is whole.
    """
    words = row.left(0 if canvas.look.tight else canvas.px(112))
    room, gap = row.after(words.width), canvas.px(8 if canvas.look.tight else GAP_PX)
    needs = [canvas.width_of(drill.title + drill.key, "small", "bold") + canvas.px(2 * _view_pad(canvas) + 8) for drill in drills]
    free = room.width - gap * (len(drills) - 1)
    unequal = sum(needs) <= free < len(needs) * max(needs, default=0)
    return words, columns(room, [float(need) if unequal else 1.0 for need in needs], gap)


def _view_pad(canvas: Canvas) -> int:
    return 8 if canvas.look.tight else 12


def draw_views(canvas: Canvas, drills: Sequence[Drill], row: Box) -> None:
    """Draw the row's words and what is inside its tiles."""
    words, boxes = view_boxes(canvas, drills, row)
    if words.width:
        half = words.height // 2
        canvas.label("Views", words.top(half), "body", TEXT, "bold")
        canvas.label(f"Shift + 1 to {len(drills)}", words.below(half), "small", TEXT_SECOND)
    for drill, box in zip(drills, boxes, strict=True):
        _view(canvas, drill, box.inset(canvas.px(_view_pad(canvas)), canvas.px(4)))


def _view(canvas: Canvas, drill: Drill, inner: Box) -> None:
    """Draw a view's name, its key, and the best mark as a bar along its foot."""
    thick = max(3, canvas.px(4))
    words = Box(inner.x, inner.y, inner.width, inner.height - thick)
    room = words.left(words.width - canvas.width_of(drill.key, "small") - canvas.px(8))
    title = drill.title if canvas.width_of(drill.title, "small", "bold") <= room.width else drill.short
    canvas.label(title, room, "small", TEXT, "bold", shorten=True)
    canvas.label(drill.key, words, "small", TEXT_FAINT, align="right")
    _bar(canvas, drill, Box(inner.x, inner.bottom - thick, inner.width, thick))
