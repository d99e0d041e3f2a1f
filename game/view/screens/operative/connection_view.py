"""The connection step on the screen: the open pocket, and beside it a towel with ruler, scissors, connector and pump."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pygame
from numpy.typing import NDArray

from game.base import Action
from game.frames import FieldCamera
from game.instruments.connector import SHUT_N
from game.operation.actions import Grip, PointHand
from game.operation.bites import FASCIA_MM
from game.operation.connection import layout
from game.operation.connection.actions import SetSyringe, TurnOver, WriteTrimmed
from game.operation.connection.pocket import LOOP_REACH_MM
from game.operation.connection.refusals import SYRINGES, port_at
from game.operation.connection.sight import ConnectionSight
from game.operation.connection.state import Connection
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.field import implants, wound_tools
from game.view.field.back import back_field
from game.view.field.features import Feature
from game.view.field.picture import FieldPicture
from game.view.field.plane import Plane
from game.view.field.sprite import Patch, Sprite, place
from game.view.field.strand import bite_patch, catheter_patch, drop_patch, strand_shadow, suture_patch
from game.view.field.wound_look import Layers, WoundLook, edge_mm
from game.view.keys import Meaning
from game.view.layout import Box
from game.view.screens.operative.drawing import chip, lay_instrument, sprite_scale, to_screen
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.stage import Stage, lay_patch
from game.view.screens.operative.step_view import StepView
from game.view.theme import ACCENT, GOOD, TEXT, TEXT_SECOND, WARNING

if TYPE_CHECKING:
    from game.session.session import Session

BELLY_RIMS_MM = (-142.0, 22.0, -50.0, 92.0)
"""Window in the drapes round the pocket; the towel lies on the cloth beside it."""
BACK_RIMS_MM = (-54.0, 54.0, -40.0, 40.0)
CARRIED_MM, LYING_MM = 14.0, 2.0
"""How high what is held and what lies throws its shadow."""
LOAD_N = 12.0
GAPE_MM = 64.0
"""How wide the pocket is held open: the pump's edges lie under the skin."""
ROLL_STEP_DEG = 5
RULER_MM = 280
RINGS = 5
"""Most rings of a coil that are drawn."""
DIGITS = "0123456789."


@dataclass
class ConnectionView(StepView):
    """View state of the connection step.

    Attributes:
        written: What has been typed on the chart so far, cm; None while nobody writes.
    """

    written: str | None = None

    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on."""
        theatre = session.theatre
        return ("connection", theatre.spec, theatre.seed, theatre.patient_pose, theatre.camera, box.width, box.height)

    def plane(self, session: "Session", box: Box) -> Plane:
        """Return how the field lies in its box: its whole width."""
        return Plane(box.width, box.height, session.theatre.camera.width_mm / box.width)

    def paint(self, session: "Session", box: Box) -> FieldPicture:
        """Paint belly or back between drapes, with its wound."""
        theatre, plane = session.theatre, self.plane(session, box)
        picture = back_field(theatre.patient, theatre.patient_pose, theatre.camera, plane)
        belly = _is_belly(theatre.camera)
        picture.set_edges(BELLY_RIMS_MM if belly else BACK_RIMS_MM)
        picture.set_wounds((self._wound(session, belly),))
        return picture

    def lay_out(self, session: "Session", box: Box) -> None:
        """Draw ruler and pump."""
        if _is_belly(session.theatre.camera):
            _ruler(self.plane(session, box))
        implants.pump(sprite_scale(self.plane(session, box)))

    def _wound(self, session: "Session", belly: bool) -> WoundLook:
        """Return the pocket, or the back's wound with the fascia cleared round the catheter."""
        trunk = session.theatre.patient.spec
        if belly:
            x, y = layout.POCKET_AT
            line = ((x - 46.0, y - 2.0), (x, y + 1.0), (x + 46.0, y - 2.0))
            fascia = 12.0 + 0.4 * max(0.0, trunk.weight_kg / (trunk.height_cm / 100.0) ** 2 - 20.0)
            return WoundLook(line, (fascia,) * 3, Layers(2.0, 0.6 * fascia, fascia), GAPE_MM, retracted=True, ooze=0.2)
        return WoundLook(((-25.0, 0.0), (25.0, 0.0)), (14.0, 14.0), Layers(3.0, 0.0, 14.0), 22.0, retracted=True, ooze=0.15)

    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return nothing: no ink is left in this field."""
        return ()

    # hands

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return what a press does: a syringe's needle goes into a port first, all else takes hold where it is."""
        place = (hands.x_mm, hands.y_mm)
        state = _state(session)
        if observation.instrument in SYRINGES and (state.syringe is None or port_at(state, place) not in ("", state.port)):
            return [SetSyringe(round(place[0], 2), round(place[1], 2)), Grip()]
        return [PointHand(*place), Grip()]

    def along_axis(self, session: "Session", observation: Observation) -> tuple[float, float] | None:
        """Return the stem's direction while plug or plunger is held."""
        state = _state(session)
        if state.holding not in ("plug", "plunger"):
            return None
        x, y = layout.outward(state)
        return (-x, -y) if state.holding == "plug" else (x, y)

    def command(self, meaning: Meaning, session: "Session") -> list[Action] | None:
        """Return what S does here: the pump is turned over."""
        return [TurnOver()] if meaning == "stylet" else None

    def typed(self, key: int, text: str, tool: str) -> list[Action] | None:
        """Write on the chart while it is in the hand: digits, a point, backspace, Enter."""
        if tool != "chart":
            self.written = None
            return None
        if key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            written, self.written = self.written, None
            return [WriteTrimmed(round(10.0 * float(written), 1))] if written and written.strip(".") else []
        if key == pygame.K_BACKSPACE:
            self.written = (self.written or "")[:-1]
            return []
        if text and text in DIGITS and not (text == "." and "." in (self.written or "")):
            self.written = ((self.written or "") + text)[:6]
            return []
        return None

    def hand_is_drawn(self, observation: Observation, hands: HandState) -> bool:
        """Say whether an instrument is drawn at the pointer."""
        return observation.instrument in ("forceps", "scissors", "suture", *SYRINGES)

    def load(self, session: "Session") -> float:
        """Return the resistance that is heard and felt."""
        sight = session.rules.sight(session.theatre, _state(session)) if session.rules is not None else None
        return min(1.0, abs(sight.force_n) / LOAD_N) if isinstance(sight, ConnectionSight) else 0.0

    # drawing

    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw towel, pump, catheter and what is in the hand."""
        sight = observation.sight
        if not isinstance(sight, ConnectionSight):
            return
        draw = _Drawer(canvas, box, stage.plane, self._wound(session, _is_belly(session.theatre.camera)))
        if sight.site == "belly":
            draw.belly(sight, session.theatre.implant.catheter is not None)
        else:
            draw.back(sight)
        draw.hand(observation, sight, hands)
        if session.mode == "guided" and sight.seated and observation.instrument == "suture":
            draw.ring_loops(sight)
        self._draw_chips(canvas, box, session, sight, hands)

    def _draw_chips(self, canvas: Canvas, box: Box, session: "Session", sight: ConnectionSight, hands: HandState) -> None:
        x, y = box.x + canvas.px(20), box.bottom - canvas.px(33)
        written = "not written" if sight.typed_mm is None else f"{sight.typed_mm / 10.0:.1f} cm"
        if hands.tool == "chart":
            x += chip(canvas, f"Trimmed: {self.written or ''}_ cm, Enter writes", x, y, ACCENT) + canvas.px(12)
        else:
            x += chip(canvas, f"Chart, trimmed: {written}", x, y, TEXT_SECOND) + canvas.px(12)
        if sight.drops_per_min >= 1.0:
            where = "joint leaks" if sight.plug_mm > 0.0 else "end drips"
            x += chip(canvas, f"The {where}", x, y, WARNING) + canvas.px(12)
        if sight.port:
            words = "plunger springs back" if sight.suction else _in_barrel(sight)
            x += chip(canvas, words, x, y, TEXT) + canvas.px(12)
        if session.mode == "guided" and sight.holding == "stitch":
            chip(canvas, f"Arc {sight.bite_mm:.1f} of {FASCIA_MM:.0f} mm", x, y, GOOD if sight.bite_mm >= FASCIA_MM else ACCENT)
        if session.mode == "guided" and sight.holding == "plug" and sight.shut:
            chip(canvas, f"Pull {max(0.0, -sight.force_n):.1f} N: 2 N tries it, {SHUT_N:.0f} N tear it off", x, y, ACCENT)


def _in_barrel(sight: ConnectionSight) -> str:
    if sight.air_ml > 0.0:
        return f"Air {sight.air_ml:.1f} mL"
    if sight.drug_ml > 0.0:
        return f"Drug {sight.drug_ml:.1f} mL"
    return f"Clear fluid {sight.drawn_ml:.1f} mL"


class _Drawer:
    """Lays what moves on one field."""

    def __init__(self, canvas: Canvas, box: Box, plane: Plane, wound: WoundLook | None) -> None:
        self.canvas, self.box, self.plane, self.wound = canvas, box, plane, wound
        self.bounds = plane.shape

    def px(self, points: "tuple[tuple[float, float], ...] | list[tuple[float, float]]") -> NDArray[np.float64]:
        """Return field points as pixels of the field."""
        return self.plane.to_px(np.asarray(points, dtype=np.float64))

    def lay(self, sprite: Sprite, at: tuple[float, float], axis: tuple[float, float], high_mm: float) -> None:
        """Lay a sprite with its shadow."""
        lay_instrument(self.canvas.surface, self.plane, self.box, sprite, at, axis, high_mm)

    def strand(self, points: list[tuple[float, float]], lift_mm: float, **options: object) -> None:
        """Lay the catheter along points with its shadow."""
        scale = self.plane.px_per_mm
        patch = catheter_patch(self.px(points), scale, self.bounds, **options)  # type: ignore[arg-type]
        if patch is None:
            return
        lay_patch(self.canvas.surface, strand_shadow(patch, scale, lift_mm), (self.box.x, self.box.y))
        lay_patch(self.canvas.surface, patch, (self.box.x, self.box.y))

    def belly(self, sight: ConnectionSight, has_catheter: bool) -> None:
        """Draw ruler, pump, coil, tail and stitches."""
        scale = sprite_scale(self.plane)
        if sight.site == "belly":
            self.lay(_ruler(self.plane), (layout.RULER_ZERO_X - RULER_MM, layout.RULER_Y - 10.0), (1.0, 0.0), 1.0)
        pump_axis = _axis(sight)
        if sight.seated:
            self._pump_in_pocket(sight)
        else:
            self.lay(implants.pump(scale), sight.pump_xy, pump_axis, CARRIED_MM if sight.holding == "pump" else 4.0)
        for loop in sight.stitched:
            self._stitch(sight, loop)
        if has_catheter and not sight.seated:
            self._tail(sight)
        if sight.wound_mm > 0.0 and not sight.seated:
            x, y = sight.stem_xy
            self._coil(sight, (x + 26.0 * pump_axis[0], y + 26.0 * pump_axis[1]))

    def ring_loops(self, sight: ConnectionSight) -> None:
        """Draw round each loop that has no stitch yet what a needle is set at it within: some lie under the skin's edge."""
        for index, (x, y) in enumerate(sight.loops_xy):
            if index not in sight.stitched:
                self.canvas.circle(to_screen(self.plane, self.box, x, y), round(LOOP_REACH_MM * self.plane.px_per_mm), ACCENT, 1.5)

    def _pump_in_pocket(self, sight: ConnectionSight) -> None:
        """Draw the pump where the wound shows it; its edges lie under the skin."""
        column, row = self.px([sight.pump_xy])[0]
        axis = _axis(sight)
        patch = place(
            implants.pump(sprite_scale(self.plane)),
            (float(column), float(row)),
            (axis[0], -axis[1]),
            self.plane.px_per_mm,
            self.bounds,
        )
        if patch is None or self.wound is None:
            return
        height, width = patch.layer.shape[:2]
        x, y = self.plane.axes_mm()
        within = edge_mm(self.wound, x[:, patch.left : patch.left + width], y[patch.top : patch.top + height])[0]
        shown = np.clip(np.broadcast_to(within, (height, width)) * self.plane.px_per_mm + 0.5, 0.0, 1.0)
        dim = np.clip(0.45 + np.broadcast_to(within, (height, width)) / 9.0, 0.45, 1.0)
        layer = patch.layer.astype(np.float32) * shown[..., None]
        layer[..., :3] *= dim[..., None]
        lay_patch(self.canvas.surface, Patch(layer.astype(np.uint8), patch.left, patch.top), (self.box.x, self.box.y))

    def _tail(self, sight: ConnectionSight) -> None:
        """Draw the free catheter: slack hangs in a bow, the end in forceps or on its stem, with a drop where it drips."""
        line = [*sight.tail]
        if len(line) == 2:
            slack = max(0.0, sight.loose_mm - math.dist(line[0], line[1]))
            line = _bowed(line[0], line[1], slack)
        scale, axis = sprite_scale(self.plane), _axis(sight)
        if sight.plug_mm > 0.0 or layout.docked(sight.stem_xy, sight.tail[-1]):
            gap = layout.plug_gap_mm(sight.plug_mm)
            x, y = sight.stem_xy
            seat = (x + layout.COLLAR_MM * axis[0], y + layout.COLLAR_MM * axis[1])
            end = (seat[0] + (layout.SLEEVE_MM + gap) * axis[0], seat[1] + (layout.SLEEVE_MM + gap) * axis[1])
            self.strand(
                _bowed(sight.mouth_xy, end, max(0.0, sight.loose_mm - math.dist(sight.mouth_xy, end))), LYING_MM, fade_mm=(5.0, 0.0)
            )
            roll_deg = ROLL_STEP_DEG * round(sight.plug_roll_deg / ROLL_STEP_DEG)
            self.lay(implants.connector(scale, round(10.0 * gap), roll_deg), seat, (-axis[0], -axis[1]), LYING_MM)
            return
        self.strand(line, LYING_MM, marks_from_mm=0.0, fade_mm=(5.0, 0.0))
        if sight.drops_per_min >= 1.0:
            patch = drop_patch(self.px([sight.tail[-1]])[0], self.plane.px_per_mm, self.bounds, size=0.6)
            if patch is not None:
                lay_patch(self.canvas.surface, patch, (self.box.x, self.box.y))

    def _coil(self, sight: ConnectionSight, centre: tuple[float, float]) -> None:
        """Draw the rings of the coil, each a little beside the last."""
        radius = max(sight.coil_radius_mm, 3.0)
        rings = min(RINGS, sight.wound_mm / (2.0 * math.pi * radius))
        turns = np.linspace(0.0, 2.0 * math.pi * rings, max(12, round(40 * rings)))
        reach = radius + 1.2 * np.sin(2.3 * turns) + 0.8 * turns / (2.0 * math.pi)
        points = [(centre[0] + float(r * math.cos(t)), centre[1] + float(r * math.sin(t))) for r, t in zip(reach, turns, strict=True)]
        self.strand(points, LYING_MM)

    def _stitch(self, sight: ConnectionSight, loop: int) -> None:
        x, y = sight.loops_xy[loop]
        ends = self.px([(x, y), (x + 7.0, y)])
        patch = bite_patch(ends[0], ends[1], self.plane.px_per_mm, self.bounds)
        if patch is not None:
            lay_patch(self.canvas.surface, patch, (self.box.x, self.box.y))

    def back(self, sight: ConnectionSight) -> None:
        """Draw the loop on the fascia, and the tie round its beginning."""
        self.strand([*sight.tail], LYING_MM, fade_mm=(3.0, 3.0))
        x, y = sight.tail[0]
        ring = [(x + 4.0 * math.cos(t), y + 4.0 * math.sin(t)) for t in np.linspace(0.0, 2.0 * math.pi, 24)]
        patch = suture_patch(self.px(ring), self.plane.px_per_mm, self.bounds)
        if patch is not None:
            lay_patch(self.canvas.surface, patch, (self.box.x, self.box.y))

    def hand(self, observation: Observation, sight: ConnectionSight, hands: HandState) -> None:
        """Draw what is in the hand."""
        if not (hands.inside or observation.gripping):
            return
        scale, held = sprite_scale(self.plane), observation.gripping
        at = observation.hand_xy_mm if held else (hands.x_mm, hands.y_mm)
        high = LYING_MM if held else CARRIED_MM
        match observation.instrument:
            case "forceps":
                self.lay(wound_tools.forceps(scale, 1.0 if held else 8.0), at, (0.62, -0.78), high)
            case "scissors":
                turn = math.radians(sight.blades_deg)
                self.lay(wound_tools.metzenbaum(scale, 0 if held else 16), at, (math.cos(turn), -math.sin(turn)), high)
            case "suture":
                self.lay(wound_tools.needle_holder(scale, True), at, (0.70, -0.71), high)
            case "cap_10" | "cap_3":
                self._syringe(observation, sight, at, scale)
            case _:
                return

    def _syringe(self, observation: Observation, sight: ConnectionSight, at: tuple[float, float], scale: float) -> None:
        drawn = sight.drawn_ml + sight.air_ml + sight.drug_ml
        ten = observation.instrument == "cap_10"
        tenths = round(min(10.0, drawn if ten else drawn * 10.0 / 3.0))
        sprite = wound_tools.lor_syringe(scale, tenths) if ten else wound_tools.small_syringe(scale, tenths)
        place = sight.cap_xy if sight.port == "cap" else sight.pump_xy if sight.port else at
        self.lay(sprite, place, _axis(sight), LYING_MM if sight.port else CARRIED_MM)
        if sight.suction:
            x, y = to_screen(self.plane, self.box, *place)
            chip(self.canvas, "springs back", x, y - self.canvas.px(36), WARNING, "centre")


def _axis(sight: ConnectionSight) -> tuple[float, float]:
    """Return the unit direction of the pump's stem."""
    turn = math.radians(sight.pump_deg)
    return (sight.head_x * math.cos(turn), math.sin(turn))


def _bowed(start: tuple[float, float], end: tuple[float, float], slack_mm: float) -> list[tuple[float, float]]:
    """Return a hanging bow between two places that is longer by some slack (a parabola: 8/3 sag^2 / span)."""
    span = max(math.dist(start, end), 1.0)
    sag = min(math.sqrt(3.0 / 8.0 * slack_mm * span), 60.0)
    across = (-(end[1] - start[1]) / span, (end[0] - start[0]) / span)
    down = -1.0 if across[1] > 0.0 else 1.0
    shares = np.linspace(0.0, 1.0, 33)
    return [
        (
            start[0] + s * (end[0] - start[0]) + down * across[0] * 4.0 * sag * s * (1.0 - s),
            start[1] + s * (end[1] - start[1]) + down * across[1] * 4.0 * sag * s * (1.0 - s),
        )
        for s in shares.tolist()
    ]


def _ruler(plane: Plane) -> Sprite:
    return wound_tools.ruler(sprite_scale(plane), RULER_MM, True)


def _is_belly(camera: FieldCamera) -> bool:
    return camera.width_mm == layout.WIDTH_MM


def _state(session: "Session") -> Connection:
    state: Connection = session.states["connection"]
    return state
