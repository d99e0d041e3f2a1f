"""The anchoring step on the screen: the wound in the back, needle and catheter in it, and the two places that drip."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from game.base import Action
from game.instruments.tie import tension_n
from game.operation.actions import Grip, PointHand
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.anchoring.holding import pull_mm
from game.operation.anchoring.incision import BURN_REACH_MM
from game.operation.anchoring.refusals import ANCHORS, HUB_MM
from game.operation.anchoring.sight import AnchoringSight
from game.operation.anchoring.state import Anchoring
from game.operation.bites import FASCIA_MM
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.field.features import Feature
from game.view.field.picture import FieldPicture
from game.view.field.plane import Plane
from game.view.field.wound import WoundLook
from game.view.keys import Meaning
from game.view.layout import Box
from game.view.screens.operative.anchoring_drawing import Drawer, Drips, Standing
from game.view.screens.operative.anchoring_look import wound_of
from game.view.screens.operative.depth_scale import draw_depth
from game.view.screens.operative.drawing import chip, to_screen
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.marks import ink_of
from game.view.screens.operative.needle_view import NeedleView
from game.view.screens.operative.stage import Stage
from game.view.screens.operative.step_view import StepView
from game.view.theme import ACCENT, DANGER, GOOD, TEXT, WARNING

if TYPE_CHECKING:
    from game.session.session import Session

BLADE_DEG = 10.0
"""One notch sets the blade a millimetre deeper."""
WINDOW_MM = (-56.0, 56.0, -39.0, 37.0)
"""Window in the drapes where no case laid them: the incision and the free end lie in it."""
EXPECTED_MM = (52.0, 26.0)
"""How far about the needle tissue is kept ready for the cut, along the body and across."""
HUB_LOAD, PULL_N, TENSION_N, CUT_MM = 0.25, 3.0, 8.0, 18.0
"""What the hand feels of the needle; pull, tension and depth at which the tone is full."""


@dataclass
class AnchoringView(StepView):
    """View state of the anchoring step.

    Attributes:
        drips: Drops on their way at the fascia and at the free end.
        standing: Pictures of what lies there.
        look: The wound that is painted, or being painted.
    """

    waits_for: ClassVar[str] = ""
    drips: Drips = field(default_factory=Drips)
    standing: Standing = field(default_factory=Standing)
    look: WoundLook | None = None
    _of: object = None

    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on."""
        theatre = session.theatre
        look = (theatre.spec, theatre.seed, theatre.patient_pose, theatre.camera, box.width, box.height)
        return ("anchoring", *look, theatre.sterility.agent, theatre.sterility.draped)

    def plane(self, session: "Session", box: Box) -> Plane:
        """Return how the field lies in its box: its whole width."""
        return Plane(box.width, box.height, session.theatre.camera.width_mm / box.width)

    def paint(self, session: "Session", box: Box) -> FieldPicture:
        """Paint the draped back."""
        picture = NeedleView().paint(session, box)
        if not session.theatre.sterility.draped:
            picture.set_edges(WINDOW_MM)
        (x, y), (along, across) = _state(session).entry_xy, EXPECTED_MM
        picture.expected = ((x - along, y - across, x + along, y + across),)
        return picture

    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return the ink that is left on the skin."""
        return tuple(ink_of(observation.marks))

    def refresh(self, stage: Stage, session: "Session", observation: Observation) -> None:
        """Bring ink and wound up to date; a wider opening is painted beside the frame."""
        super().refresh(stage, session, observation)
        sight = observation.sight
        if not isinstance(sight, AnchoringSight):
            return
        look = wound_of(sight, _state(session).fascia_mm)
        if look is None or (look == self.look and self._of is stage):
            return
        before, self.look = (self.look if self._of is stage else None), look
        self._of = stage
        if before is not None and (before.line_mm, before.gape_mm) == (look.line_mm, look.gape_mm):
            stage.refresh(stage.picture.set_wounds((look,)))
        else:
            stage.repaint(lambda: stage.picture.set_wounds((look,)))

    # hands

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return what a press does: takes hold where the pointer is, or of a hub that has left the picture."""
        place, sight = (hands.x_mm, hands.y_mm), observation.sight
        if isinstance(sight, AnchoringSight) and observation.instrument == "hands" and sight.needle_in:
            edge = 0.5 * observation.camera.width_mm - 6.0
            if sight.hub_xy[0] > edge and place[0] > edge - HUB_MM:
                place = (round(sight.hub_xy[0], 2), round(sight.hub_xy[1], 2))
        return [PointHand(*place), Grip()]

    def along_axis(self, session: "Session", observation: Observation) -> tuple[float, float] | None:
        """Return the inward direction of needle or catheter while one is pulled."""
        sight = observation.sight
        if not isinstance(sight, AnchoringSight) or sight.holding not in ("hub", "tug"):
            return None
        return (-sight.way[0], -sight.way[1])

    def command(self, meaning: Meaning, session: "Session") -> list[Action] | None:
        """Clamp the catheter's end, or spread the retractor."""
        match meaning:
            case "store_view":
                return [Clamp()]
            case "stylet":
                return [Spread()]
        return None

    def hand_is_drawn(self, observation: Observation, hands: HandState) -> bool:
        """Say whether an instrument is drawn at the pointer."""
        return observation.instrument in ("blade", "cautery", "gauze", "scissors", "suture", "hands", "forceps", *ANCHORS)

    def load(self, session: "Session") -> float:
        """Return the resistance that is heard and felt."""
        state, hand = _state(session), session.theatre.hand
        if not hand.gripping:
            return 0.0
        match state.holding:
            case "ends":
                return min(1.0, tension_n(state.drawing_mm) / TENSION_N)
            case "tug":
                return min(1.0, pull_mm(state) / PULL_N)
            case "hub":
                return HUB_LOAD
            case "cut":
                return min(0.6, state.blade_mm / CUT_MM)
        return 0.0

    # drawing

    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw what lies on the wound and what is in the hands."""
        sight = observation.sight
        if not isinstance(sight, AnchoringSight):
            return
        self.drips.advance(sight, seconds)
        draw = Drawer(canvas, box, stage.plane, session.theatre, sight, self.drips, self.standing, seconds)
        hand = observation.hand_xy_mm if observation.gripping else (hands.x_mm, hands.y_mm)
        draw.lying(hand if observation.gripping else None)
        draw.fresh_cut(self.look)
        if session.theatre.hand.other_down:
            draw.other_hand((session.theatre.hand.other_x_mm, session.theatre.hand.other_y_mm))
        if hands.inside or observation.gripping:
            draw.in_hand(observation.instrument, hand, observation.gripping)
            draw_depth(canvas, box, session, sight, hand[0], observation.instrument)
        if session.mode == "guided":
            _ring_vessels(canvas, box, stage.plane, sight)
        self._draw_chips(canvas, box, stage.plane, session, observation, hands)

    def _draw_chips(self, canvas: Canvas, box: Box, plane: Plane, session: "Session", observation: Observation, hands: HandState) -> None:
        sight = observation.sight
        assert isinstance(sight, AnchoringSight)
        x, y = box.x + canvas.px(20), box.bottom - canvas.px(33)
        lost = observation.sight.lost_ml if isinstance(observation.sight, AnchoringSight) else 0.0
        x += chip(canvas, f"CSF lost {lost:.1f} mL", x, y, DANGER if lost > 10.0 else WARNING if lost >= 2.0 else TEXT) + canvas.px(12)
        if observation.instrument == "blade":
            x += chip(canvas, f"Blade {sight.blade_mm:.0f} mm deep", x, y, TEXT) + canvas.px(12)
        elif observation.instrument in ANCHORS:
            x += chip(canvas, f"Turned {sight.anchor_turn_deg:.0f}°, wheel turns it", x, y, TEXT) + canvas.px(12)
        if sight.fallen:
            x += chip(canvas, "The end fell off the drape", x, y, DANGER) + canvas.px(12)
        if session.mode != "guided":
            return
        for words, colour in _figures(sight):
            x += chip(canvas, words, x, y, colour) + canvas.px(12)
        if sight.holding in ("bite", "stitch"):
            at = to_screen(plane, box, hands.x_mm, hands.y_mm)
            colour = GOOD if sight.bite_mm >= FASCIA_MM else ACCENT
            chip(canvas, f"Arc {sight.bite_mm:.1f} of {FASCIA_MM:.0f} mm", at[0], at[1] - canvas.px(44), colour, "centre")


def _ring_vessels(canvas: Canvas, box: Box, plane: Plane, sight: AnchoringSight) -> None:
    """Draw round each vessel that is seen to bleed within what the cautery reaches it."""
    for x, y, _ in sight.bleeding:
        canvas.circle(to_screen(plane, box, x, y), round(BURN_REACH_MM * plane.px_per_mm), ACCENT, 1.5)


def _figures(sight: AnchoringSight) -> list[tuple[str, tuple[int, int, int]]]:
    """Return what guided mode puts in figures: both drips, and what the hand feels."""
    found = []
    if not sight.needle_in:
        found.append((f"Fascia oozes {sight.ooze_per_min:.0f}/min", TEXT if sight.ooze_per_min < 2.0 else WARNING))
        found.append((f"End drips {sight.drops_per_min:.0f}/min", TEXT))
    if sight.holding == "ends":
        found.append((f"Ends drawn {sight.drawing_mm:.0f} mm", ACCENT))
    if sight.holding == "tug":
        found.append((f"Pull {sight.force_n:.1f} N", ACCENT))
    if sight.holding == "loop":
        found.append((f"Ring {2.0 * sight.loop_radius_mm:.0f} mm across", ACCENT))
    return found


def _state(session: "Session") -> Anchoring:
    state: Anchoring = session.states["anchoring"]
    return state
