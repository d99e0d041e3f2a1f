"""The standard views on the screen: the patient as he lies, and what is asked for now; the picture is on the monitor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.base import Action
from game.operation.views.sight import ViewsSight
from game.operation.views.tasks import task_title
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.field.features import Feature
from game.view.layout import Box
from game.view.screens.operative.drawing import chip
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.positioning_view import PositioningView, lay_carm_shadow
from game.view.screens.operative.stage import Stage
from game.view.theme import ACCENT, BACKGROUND, EDGE, GOOD, TEXT, TEXT_SECOND

if TYPE_CHECKING:
    from game.session.session import Session

CHART_PX, CHART_SHARE = 400, 0.42
"""Most that the chart's lines are wide, and of the field: the skin over the spine stays free (by eye)."""


@dataclass
class ViewsView(PositioningView):
    """View state of the standard views: the patient on the table as in positioning, whom nobody touches."""

    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on."""
        return ("views", *super().key(session, box)[1:])

    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return nothing: no ink comes on this skin."""
        return ()

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return nothing: the hands are at the C-arm."""
        return []

    def release(self, observation: Observation, hands: HandState) -> list[Action]:
        """Return nothing."""
        return []

    def other_hand(self, x_mm: float, y_mm: float) -> list[Action]:
        """Return nothing."""
        return []

    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw the C-arm's shadow, what the chart says, and on chips the view that is asked for."""
        sight = observation.sight
        if not isinstance(sight, ViewsSight):
            return
        lay_carm_shadow(canvas.surface, box, stage.plane, observation)
        draw_chart(canvas, box, session.scenario.chart)
        x, y = box.x + canvas.px(20), box.bottom - canvas.px(33)
        if sight.asked is None:
            chip(canvas, "All views are shown", x, y, GOOD)
            return
        x += chip(canvas, f"View {sight.shown + 1} of {len(observation.plan.views)}", x, y, TEXT_SECOND) + canvas.px(12)
        chip(canvas, task_title(sight.asked), x, y, ACCENT)


def draw_chart(canvas: Canvas, box: Box, lines: Sequence[str]) -> None:
    """Draw what the chart says under the chip in the field's upper left corner, as far as there is room: nobody read it before."""
    width, pad, gap = min(canvas.px(CHART_PX), round(CHART_SHARE * box.width)), canvas.px(12), canvas.px(6)
    heights = [canvas.paragraph_height(line, width, "small") + gap for line in lines]
    while sum(heights) > box.height - canvas.px(62 + 66) - 2 * pad:
        heights.pop()
    if not heights:
        return
    panel = Box(box.x + canvas.px(20), box.y + canvas.px(62), width + 2 * pad, sum(heights) - gap + 2 * pad)
    canvas.panel(panel, BACKGROUND, EDGE, 10)
    y = panel.y + pad
    for line, height in zip(lines, heights, strict=False):
        canvas.paragraph(line, Box(panel.x + pad, y, width, height), "small", TEXT)
        y += height
