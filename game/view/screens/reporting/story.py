"""What happened: the timeline, and under it pictures that were taken, with what each told."""

from collections.abc import Sequence

from game.assessment import TimelineEntry
from game.view.canvas import Canvas
from game.view.debrief import Picture
from game.view.layout import Box, tiles
from game.view.screens.reporting.pictures import lay_taken
from game.view.screens.reporting.words import clock
from game.view.shapes import Status
from game.view.stills import Shelf
from game.view.theme import ACCENT, EDGE, TEXT, TEXT_FAINT, TEXT_SECOND

ENTRY_SIGNS: dict[str, Status] = {
    "started": "accent",
    "finished": "good",
    "critical": "danger",
    "complication": "warning",
    "moment": "accent",
    "answered": "accent",
    "unanswered": "none",
}
LOOKS = ("answered", "unanswered")
LEAST_PICTURES = 3
"""So many places for pictures side by side at least, so that two do not stand as small as five."""
MOST_PICTURES = 5
PICTURE_SHARE = 0.36  # of its tile's width; the rest says what it told


def draw_story(canvas: Canvas, box: Box, timeline: Sequence[TimelineEntry], taken: Sequence[Picture], shelf: Shelf) -> None:
    """Draw the timeline, and under it pictures that were taken."""
    canvas.panel(box)
    inner = box.inset(canvas.px(24), canvas.px(12))
    canvas.label("What happened", inner.top(canvas.px(36)), "body", TEXT, "bold")
    entries = [entry for entry in timeline if entry.kind not in ("finished", *LOOKS)]
    last = max((entry.tick for entry in timeline), default=1) or 1
    line = Box(inner.x + canvas.px(12), 0, inner.width - canvas.px(24), 0)
    pictures = _chosen(taken, entries)
    step = canvas.line_of("small")
    spare = inner.height - canvas.px(36 + 32) - step
    deep = spare - 4 * step >= canvas.px(80)
    side = min(canvas.px(180), spare - (4 if deep else 2) * step) if pictures else 0
    pictures_y = inner.bottom - side - step
    middle = (inner.y + canvas.px(36) + (pictures_y if pictures else inner.bottom)) // 2
    canvas.bar(Box(line.x, middle - canvas.px(2), line.width, max(2, canvas.px(4))), 0.0, EDGE)
    looks = {entry.tick: entry for entry in timeline if entry.kind in LOOKS}
    for look in looks.values():
        spot = (line.x + round(line.width * look.tick / last), middle)
        canvas.disc(spot, max(3, canvas.px(5)), ACCENT if look.kind == "answered" else TEXT_FAINT)
    lanes = lanes_of(
        [(line.x + round(line.width * entry.tick / last), canvas.width_of(entry.text, "small")) for entry in entries],
        line,
        canvas.px(18),
        4 if deep else 2,
    )
    for entry, (at, x, lane) in zip(entries, lanes, strict=True):
        canvas.status(ENTRY_SIGNS[entry.kind], (at, middle), 16)
        if lane is not None:
            y = middle - canvas.px(14) - step * (1 + lane // 2) if lane % 2 == 0 else middle + canvas.px(14) + step * (lane // 2)
            colour = TEXT if entry.kind in ("critical", "complication") else TEXT_SECOND
            canvas.label(entry.text, Box(x, y, canvas.width_of(entry.text, "small"), step), "small", colour)
    words = {tick: look.text for tick, look in looks.items()}
    _draw_pictures(canvas, Box(inner.x, pictures_y, inner.width, side), pictures, words, shelf)


def _draw_pictures(canvas: Canvas, box: Box, pictures: Sequence[Picture], words: dict[int, str], shelf: Shelf) -> None:
    """Draw pictures, under each when it was taken and what it told."""
    if not pictures or box.height < canvas.px(40):
        return
    gap, step = canvas.px(16), canvas.line_of("small")
    across = max(LEAST_PICTURES, len(pictures))
    side = min(box.height, round(box.width / across * PICTURE_SHARE))
    for place, picture in zip(tiles(box, across, len(pictures), box.height, gap), pictures, strict=True):
        spot = Box(place.x, place.y, side, side)
        lay_taken(canvas, spot, picture, shelf)
        beside = Box(spot.right + canvas.px(8), spot.y, place.right - spot.right - canvas.px(8), step)
        canvas.label(clock(picture.tick), beside, "small", TEXT_FAINT, shorten=True)
        lines = max(1, box.height // step)
        told = Box(beside.x, beside.y + step, beside.width, lines * step)
        canvas.lines(words.get(picture.tick, ""), told, lines, "small", TEXT_SECOND)


def _chosen(pictures: Sequence[Picture], entries: Sequence[TimelineEntry]) -> list[Picture]:
    """Return the pictures that the timeline speaks of, then others evenly, in the order of time."""
    spoken = {entry.tick for entry in entries if entry.exposure is not None}
    first = [picture for picture in pictures if picture.tick in spoken][:MOST_PICTURES]
    rest = [picture for picture in pictures if picture not in first]
    free = MOST_PICTURES - len(first)
    if len(rest) > free:
        rest = [rest[round(number * (len(rest) - 1) / max(1, free - 1))] for number in range(free)]
    return sorted(first + rest, key=lambda picture: picture.tick)


def _spread(wanted: Sequence[int], end: int, apart: int) -> list[int]:
    """Push points on a line apart without passing its end."""
    placed = list(wanted)
    for number in range(1, len(placed)):
        placed[number] = max(placed[number], placed[number - 1] + apart)
    limit = end
    for number in reversed(range(len(placed))):
        placed[number] = min(placed[number], limit)
        limit = placed[number] - apart
    return placed


def lanes_of(labels: Sequence[tuple[int, int]], line: Box, apart: int, lanes: int) -> list[tuple[int, int, int | None]]:
    """Place labels over and under a line so that none touches another.

    Args:
        labels: Point on the line and width of each, from left to right.
        line: Its extent.
        apart: Least distance between two points, so that each sign can be seen.
        lanes: 2 or 4.

    Returns:
        Point, left edge, and lane of each: 0 just above, 1 just below, 2 and 3 farther out; None where no lane has room.
    """
    ends = [line.x - line.width] * lanes
    placed: list[tuple[int, int, int | None]] = []
    for at, (_, width) in zip(_spread([wanted for wanted, _ in labels], line.right, apart), labels, strict=True):
        x = min(max(at - width // 2, line.x), max(line.x, line.right - width))
        lane = next((number for number, end in enumerate(ends) if x > end), None)
        if lane is not None:
            ends[lane] = x + width + 12
        placed.append((at, x, lane))
    return placed
