"""What the operative screen asks of a step: how its field is painted, and what hands on it mean."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from game.base import Action
from game.operation.actions import Grip, Roll
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.field.features import Feature
from game.view.field.picture import FieldPicture
from game.view.field.plane import Plane
from game.view.keys import Meaning
from game.view.layout import Box
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.stage import Stage

if TYPE_CHECKING:
    from game.session.session import Session

ROLL_DEG = 10.0
"""One notch of the wheel, or one press of a key."""


class StepView(ABC):
    """One step on the screen; what a step does not override is as here.

    Attributes:
        unrolled: Whether the field is the skin unrolled.
        keeps_pressing: Whether a press that was refused goes on as a drag.
        waits_for: What is said while the field is repainted beside the frame, or "".
    """

    unrolled: ClassVar[bool] = False
    keeps_pressing: ClassVar[bool] = False
    waits_for: ClassVar[str] = "The drape is being laid"

    @abstractmethod
    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on, the step's id first."""

    @abstractmethod
    def plane(self, session: "Session", box: Box) -> Plane:
        """Return how the field lies in its box."""

    @abstractmethod
    def paint(self, session: "Session", box: Box) -> FieldPicture:
        """Paint the field; a thread may do it, and nothing but the key may matter."""

    @abstractmethod
    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return what lies on the painted field now."""

    @abstractmethod
    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw everything that moves on the field."""

    def lay_out(self, session: "Session", box: Box) -> None:  # noqa: B027 - most steps have little to lay out
        """While the field is dark, make pictures that its first frame would wait for; asked in each frame."""

    def refresh(self, stage: Stage, session: "Session", observation: Observation) -> None:
        """Bring the painted field up to date before it is shown."""
        stage.refresh(stage.picture.set_features(self.features(session, observation)))

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return what a press on the field does, in order, until something is refused."""
        return [Grip()]

    def release(self, observation: Observation, hands: HandState) -> list[Action]:
        """Return what letting go does, beside letting go of what the hand grips."""
        return []

    def scolds(self, hands: HandState) -> str:
        """Return why the drag that just ended was of no use, or ""."""
        return ""

    def along_axis(self, session: "Session", observation: Observation) -> tuple[float, float] | None:
        """Return the drawn direction in which arrows push what the hand holds, field-plane mm per mm, or None."""
        return None

    def aims_away(self, session: "Session", observation: Observation) -> float:
        """Return the sign of x that leads away from the contact point of what a right drag turns."""
        return 1.0 if session.theatre.camera.side_up == "right" else -1.0

    def aimed(self, dx_mm: float, dy_mm: float, session: "Session", observation: Observation) -> tuple[float, float]:
        """Return the mm that a right drag counts for the two angles of an aim: as if a hub were pulled along."""
        return -self.aims_away(session, observation) * dx_mm, dy_mm

    def command(self, meaning: Meaning, session: "Session") -> list[Action] | None:
        """Return what a key does here alone, or None where it is none of this step's."""
        return None

    def typed(self, key: int, text: str, tool: str) -> list[Action] | None:
        """Return what a key that types does while a tool is in the hand, or None where nothing is written."""
        return None

    def wheel(self, notches: int, session: "Session") -> list[Action]:
        """Return what the wheel does over the field."""
        return [Roll(ROLL_DEG * notches)]

    def other_hand(self, x_mm: float, y_mm: float) -> list[Action]:
        """Return what the other hand does where it is put down, beside lying there."""
        return []

    def hand_is_drawn(self, observation: Observation, hands: HandState) -> bool:
        """Say whether the field shows a hand or an instrument at the pointer."""
        return False

    def load(self, session: "Session") -> float:
        """Return the resistance that is heard and felt, 0 to 1."""
        return 0.0
