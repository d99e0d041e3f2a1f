"""How deep blade, wound and bite are, drawn as a cut across the wound under the hand: a still picture shows no depth."""

from typing import TYPE_CHECKING

from game.operation.anchoring.incision import HALF_MM, depth_at
from game.operation.anchoring.sight import AnchoringSight
from game.operation.anchoring.state import Anchoring
from game.view.canvas import Canvas
from game.view.layout import Box
from game.view.theme import ACCENT, BACKGROUND, TEXT_SECOND, WARNING, Colour

if TYPE_CHECKING:
    from game.session.session import Session

SIZE_PX = (156, 188)
SHOWN_MM, TICK_MM = 34.0, 10
WOUND_PX = 16
SKIN: Colour = (206, 152, 124)
FAT: Colour = (196, 172, 112)
FASCIA: Colour = (214, 214, 206)
MUSCLE: Colour = (132, 74, 66)
WOUND: Colour = (104, 20, 20)
TOOLS = ("blade", "cautery", "scissors", "suture")


def draw_depth(canvas: Canvas, box: Box, session: "Session", sight: AnchoringSight, x_mm: float, instrument: str) -> None:
    """Draw the inset in the field's upper right corner while a tool is in the hand whose depth matters.

    Args:
        canvas: What is drawn on.
        box: The field.
        session: Whose wound it is; guided mode shows the fascia before it is bare.
        sight: What is seen.
        x_mm: Place of the hand along the body, field-plane mm.
        instrument: In the hand.
    """
    step = session.states["anchoring"]
    if instrument not in TOOLS or not isinstance(step, Anchoring) or abs(x_mm) >= HALF_MM:
        return
    width, height = canvas.px(SIZE_PX[0]), canvas.px(SIZE_PX[1])
    spot = Box(box.right - width - canvas.px(16), box.y + canvas.px(62), width, height)
    canvas.panel(spot, BACKGROUND)
    area = Box(spot.x + canvas.px(14), spot.y + canvas.px(16), width - canvas.px(58), height - canvas.px(48))
    wound_mm = depth_at(step, x_mm)
    fascia_mm = step.fascia_mm if session.mode == "guided" else sight.fascia_mm
    _draw_layers(canvas, area, sight.skin_mm, fascia_mm, wound_mm)
    middle = area.x + area.width / 2
    if instrument == "blade":
        _mark(canvas, area, depth_px(area, sight.blade_mm), f"{sight.blade_mm:.0f}", ACCENT)
    elif sight.holding in ("bite", "stitch"):
        tip = depth_px(area, wound_mm + sight.bite_mm)
        canvas.curve([(middle, depth_px(area, wound_mm)), (middle, tip)], WARNING, 3.0)
        _mark(canvas, area, tip, f"{wound_mm + sight.bite_mm:.0f}", WARNING)
    elif wound_mm > 0.0:
        _mark(canvas, area, depth_px(area, wound_mm), f"{wound_mm:.0f}", TEXT_SECOND)
    words = Box(spot.x, spot.bottom - canvas.px(30), width, canvas.px(24))
    canvas.label(f"{wound_mm:.0f} mm deep here", words, "small", TEXT_SECOND, align="centre")


def depth_px(area: Box, depth_mm: float) -> float:
    """Return the row of a depth."""
    return area.y + min(depth_mm, SHOWN_MM) / SHOWN_MM * area.height


def _draw_layers(canvas: Canvas, area: Box, skin_mm: float, fascia_mm: float | None, wound_mm: float) -> None:
    def fill(top_mm: float, bottom_mm: float, colour: Colour, inset_px: int = 0) -> None:
        top, bottom = depth_px(area, top_mm), depth_px(area, bottom_mm)
        canvas.surface.fill(colour, (area.x + inset_px, round(top), area.width - 2 * inset_px, max(1, round(bottom - top))))

    fill(0.0, SHOWN_MM, FAT)
    fill(0.0, skin_mm, SKIN)
    if fascia_mm is not None:
        fill(fascia_mm, SHOWN_MM, MUSCLE)
        fill(fascia_mm, fascia_mm + 1.0, FASCIA)
    if wound_mm > 0.0:
        fill(0.0, wound_mm, WOUND, max(0, (area.width - canvas.px(WOUND_PX)) // 2))
    for depth_mm in range(0, int(SHOWN_MM), TICK_MM):
        y = depth_px(area, depth_mm)
        canvas.curve([(area.right - canvas.px(6), y), (area.right, y)], BACKGROUND, 1.5)


def _mark(canvas: Canvas, area: Box, y: float, words: str, colour: Colour) -> None:
    """Draw a depth as a line across, with its millimetres beside it."""
    canvas.curve([(area.x, y), (area.right, y)], colour, 2.0)
    line = canvas.line_of("small")
    canvas.label(words, Box(area.right + canvas.px(6), round(y - line / 2), canvas.px(32), line), "small", colour)
