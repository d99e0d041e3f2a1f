"""The needle over the true anatomy, or where there is none the last pictures."""

from collections.abc import Sequence

from game.imaging import CArm
from game.view.canvas import Canvas
from game.view.debrief import SAC, Debrief, Picture, Truth, truth_picture
from game.view.layout import Box
from game.view.monitors.fluoroscopy import Turned, draw_markers
from game.view.screens.reporting.pictures import lay_taken
from game.view.screens.reporting.words import clock
from game.view.stills import Shelf
from game.view.theme import ACCENT, TEXT, TEXT_SECOND, WARNING


def draw_anatomy(canvas: Canvas, box: Box, debrief: Debrief, shelf: Shelf) -> None:
    """Draw what was hidden, or the last pictures large."""
    canvas.panel(box)
    inner = box.inset(canvas.px(24), canvas.px(12))
    truth, pictures = debrief.truth, debrief.pictures[-2:]
    title = "Needle over the true anatomy" if truth or not pictures else "Your last pictures"
    canvas.label(title, inner.top(canvas.px(40)), "body", TEXT, "bold")
    room = inner.below(canvas.px(44))
    if truth is not None:
        _draw_truth(canvas, room, truth, shelf)
    elif pictures:
        _draw_last(canvas, room, pictures, shelf)
    else:
        canvas.label("No needle was placed.", room.top(canvas.px(32)), "small", TEXT_SECOND)


def _draw_truth(canvas: Canvas, room: Box, truth: Truth, shelf: Shelf) -> None:
    """Draw the needle from the front and from the side, lettered as on the monitor, and what the colours mean."""
    foot = canvas.line_of("small")
    side = min(room.height - 2 * foot - canvas.px(8), (room.width - canvas.px(16)) // 2)
    line = canvas.look.line(3)
    spare = (room.width - 2 * side - canvas.px(16)) // 2
    for number, (name, orbit_deg) in enumerate(truth.views):
        place = Box(room.x + spare + number * (side + canvas.px(16)), room.y, side, side)
        canvas.surface.fill((0, 0, 0), place.rect)
        made = shelf.get(f"truth {name} {side}", lambda orbit_deg=orbit_deg: truth_picture(truth, orbit_deg, side, line))  # type: ignore[misc]
        if made:
            made.lay(canvas.surface, (place.x, place.y))
        draw_markers(canvas, place, CArm(orbit_deg=orbit_deg), Turned())
        canvas.label(name, Box(place.x, place.bottom, side, foot), "small", TEXT_SECOND, align="centre")
    _draw_legend(canvas, Box(room.x + spare, room.y + side + foot + canvas.px(4), room.width - 2 * spare, foot))


def _draw_last(canvas: Canvas, box: Box, pictures: Sequence[Picture], shelf: Shelf) -> None:
    """Draw the last pictures large, lettered as on the monitor, where no needle is to be shown."""
    gap, foot = canvas.px(16), canvas.line_of("small")
    side = min(box.height - foot, (box.width - gap) // 2)
    for number, picture in enumerate(pictures):
        place = Box(box.x + number * (side + gap), box.y, side, side)
        lay_taken(canvas, place, picture, shelf)
        draw_markers(canvas, place, picture.exposure.carm, Turned())
        canvas.label(clock(picture.tick), Box(place.x, place.bottom, side, foot), "small", TEXT_SECOND, align="centre")


def _draw_legend(canvas: Canvas, box: Box) -> None:
    x = box.x
    for colour, word in ((ACCENT, "your needle"), (WARNING, "its point"), (SAC, "dural sac")):
        if colour == WARNING:
            canvas.disc((x + canvas.px(12), box.centre[1]), canvas.px(7), colour)
        else:
            thick = max(2, canvas.px(6 if colour == ACCENT else 3))
            canvas.bar(Box(x, box.centre[1] - thick // 2, canvas.px(24), thick), 1.0, colour)
        width = canvas.label(word, Box(x + canvas.px(34), box.y, box.right - x - canvas.px(34), box.height), "small", TEXT_SECOND)
        x += canvas.px(34) + width + canvas.px(36)
