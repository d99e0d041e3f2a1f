"""Where the parts of the title are, computed from the window."""

from dataclasses import dataclass

from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.screens.titling.drills import Drill, tiles_height

VIEW_ROW_PX = 48
GAP_PX = 12


@dataclass(frozen=True, slots=True)
class Places:
    """The boxes of the title's parts; `views` has no height where there are no drills of views."""

    name: Box
    subtitle: Box
    needle: Box
    small: Box
    footer: Box
    heading: Box
    search: Box
    tabs: Box
    cases: Box
    modes: Box
    steps_heading: Box
    steps: Box
    views: Box
    hint: Box


def places(canvas: Canvas, tabs: bool, steps: tuple[Drill, ...], views: bool) -> Places:
    """Compute the boxes from the window.

    Args:
        canvas: The window.
        tabs: Whether the cases have shelves.
        steps: The drills of steps; the more there are, the more room their tiles need.
        views: Whether there are drills of views.
    """
    px, box = canvas.px, canvas.box
    tight = canvas.look.tight
    edge = px(32 if tight else 96)
    left = Box(edge, px(32), px(470), box.height - px(64))
    right_x = left.right + px(32 if tight else 94)
    right = Box(right_x, px(28 if tight else 56), box.width - right_x - px(32 if tight else 60), box.height - px(60 if tight else 88))
    foot = canvas.line_of("small")
    y = left.bottom - foot
    footer = Box(left.x, y, left.width, foot)
    small = Box(left.x, y - px(48) - px(56), left.width, px(56))
    needle = Box(left.x, small.y - px(16) - px(92), left.width, px(92))
    subtitle = Box(left.x, needle.y - px(24) - canvas.line_of("body"), left.width, canvas.line_of("body"))
    name_height = 2 * round(canvas.look.text_px("display") * 1.12)
    name = Box(left.x, subtitle.y - px(8) - name_height, left.width, name_height)
    heading = Box(right.x, right.y, px(160), px(48))
    search = Box(heading.right, right.y, right.width - heading.width, px(48))
    if not tight:
        search = Box(right.right - px(550), right.y, px(550), px(48))
    tab_row = Box(right.x, right.y + px(60), right.width, px(40))
    hint = Box(right.x, right.bottom - foot, right.width, foot)
    view_row = Box(right.x, hint.y - px(GAP_PX) - px(VIEW_ROW_PX), right.width, px(VIEW_ROW_PX) if views else 0)
    height = tiles_height(canvas, steps, right.width)
    tiles = Box(right.x, (view_row.y if views else hint.y) - px(GAP_PX) - height, right.width, height)
    steps_heading = Box(right.x, tiles.y - px(4 if tight else 8) - px(32), right.width, px(32))
    modes_height = px(52 if tight else 72)
    modes = Box(right.x, steps_heading.y - px(8 if tight else 16) - modes_height, right.width, modes_height)
    upper = (tab_row.bottom if tabs else heading.bottom) + px(16)
    cases = Box(right.x, upper, right.width, modes.y - px(16) - upper)
    return Places(name, subtitle, needle, small, footer, heading, search, tab_row, cases, modes, steps_heading, tiles, view_row, hint)
