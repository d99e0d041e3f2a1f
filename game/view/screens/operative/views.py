"""The standard views on the screen: the patient as he lies, and what is asked for now; the picture is on the monitor."""

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
from game.view.theme import ACCENT, GOOD, TEXT_SECOND

if TYPE_CHECKING:
    from game.session.session import Session


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
        """Draw the C-arm's shadow, and on chips the view that is asked for."""
        sight = observation.sight
        if not isinstance(sight, ViewsSight):
            return
        lay_carm_shadow(canvas.surface, box, stage.plane, observation)
        x, y = box.x + canvas.px(20), box.bottom - canvas.px(33)
        if sight.asked is None:
            chip(canvas, "All views are shown", x, y, GOOD)
            return
        x += chip(canvas, f"View {sight.shown + 1} of {len(observation.plan.views)}", x, y, TEXT_SECOND) + canvas.px(12)
        chip(canvas, task_title(sight.asked), x, y, ACCENT)
