"""The positioning step on the screen: the patient on the table, limbs and trunk to be turned, finger, metal rod and ink."""

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pygame

from game.base import Action
from game.operation.positioning.actions import MarkSkin, Palpate, PlaceMarker, PlacePatient, WipeMark
from game.operation.positioning.sight import PositioningSight
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.field import instruments
from game.view.field.features import Dimple, Feature, box_of
from game.view.field.picture import FieldPicture
from game.view.field.plane import Plane
from game.view.field.table import table_field
from game.view.layout import Box
from game.view.screens.operative.drawing import SHADOW_PER_MM, chip, lay_instrument, plan_chip, sprite_scale, to_screen
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.marks import ink_of
from game.view.screens.operative.stage import Stage, opaque
from game.view.screens.operative.step_view import StepView
from game.view.theme import ACCENT, TEXT, WARNING

if TYPE_CHECKING:
    from game.session.session import Session

VIEW_WIDTH_MM = 760.0
VIEW_CENTRE_MM = (60.0, 96.0)
"""Wider than the camera's own picture and moved towards the legs, so that flexed hips are seen."""
RECEPTOR_MM = 140.0
SKIN_MM = 60.0
LOW_MM = 120.0
SHADE_ALPHA = 46.0
SHADE_COLOUR = (38, 18, 8)
"""Of the C-arm's shadow, by eye: half width of the receptor; height of the upper skin over the camera's plane; least
height for a shadow; its depth and, on skin, its warm colour."""
HIP_DEG_PER_MM = 0.6
ROLL_DEG_PER_MM = 0.12
SIDEWAYS_MM = 15.0
"""A drag this far to the side, and twice as far as up or down, turns nothing: it is answered in words."""
DRAG_WORDS = {"hips": "Drag up or down: up bends the hips", "roll": "Drag up or down: up turns belly down"}
FELT_WORDS = {"bone": "bone", "gap": "a gap between bones", "crest": "the crest of the pelvis", "soft": "soft tissue"}


@dataclass
class PositioningView(StepView):
    """View state of the positioning step."""

    keeps_pressing: ClassVar[bool] = True

    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on."""
        theatre = session.theatre
        return ("positioning", theatre.spec, theatre.seed, theatre.patient_pose, theatre.camera, box.width, box.height)

    def plane(self, session: "Session", box: Box) -> Plane:
        """Return how the field lies in its box: feet to the right when the right side is up, else to the left."""
        sign = 1.0 if session.theatre.camera.side_up == "right" else -1.0
        return Plane(box.width, box.height, VIEW_WIDTH_MM / box.width, (sign * VIEW_CENTRE_MM[0], VIEW_CENTRE_MM[1]))

    def paint(self, session: "Session", box: Box) -> FieldPicture:
        """Paint the patient on the table."""
        theatre = session.theatre
        return table_field(theatre.patient, theatre.patient_pose, theatre.camera, self.plane(session, box))

    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return the ink on the skin."""
        return tuple(ink_of(observation.marks, 1.0))

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return what a press on the field does with the tool in the hand."""
        x_mm, y_mm = hands.x_mm, hands.y_mm
        match hands.tool:
            case "finger":
                return [Palpate(x_mm, y_mm)]
            case "metal":
                return [PlaceMarker(x_mm, y_mm)]
            case "window" | "entry" | "incision":
                return [MarkSkin(hands.tool, x_mm, y_mm)]
            case "wipe":
                nearest = min(observation.marks, key=lambda mark: math.dist((mark.x_mm, mark.y_mm), (x_mm, y_mm)), default=None)
                return [WipeMark(nearest.kind)] if nearest is not None else []
        return []

    def release(self, observation: Observation, hands: HandState) -> list[Action]:
        """Return what letting go does: the assistants turn the patient as far as was shown."""
        wish = wished(observation, hands)
        return [] if wish is None else [PlacePatient(*wish)]

    def scolds(self, hands: HandState) -> str:
        """Say how to drag where the drag ran sideways."""
        return f"{DRAG_WORDS[hands.tool]}." if sideways(hands) else ""

    def other_hand(self, x_mm: float, y_mm: float) -> list[Action]:
        """Return the touch of its finger."""
        return [Palpate(x_mm, y_mm)]

    def hand_is_drawn(self, observation: Observation, hands: HandState) -> bool:
        """Say whether a tool of the field is in the hand."""
        return hands.tool not in ("", "level")

    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw everything that moves on the field."""
        sight = observation.sight
        if not isinstance(sight, PositioningSight):
            return
        plane, scale = stage.plane, sprite_scale(stage.plane)
        lay_carm_shadow(canvas.surface, box, plane, observation)
        for mark in observation.marks:
            if mark.kind == "metal":
                lay_instrument(canvas.surface, plane, box, instruments.metal_marker(scale), (mark.x_mm, mark.y_mm), (0.0, 1.0), 4.0, 0.77)
        if sight.felt and hands.tool == "finger":
            at = to_screen(plane, box, *sight.felt_xy_mm)
            chip(canvas, f"Feels: {FELT_WORDS.get(sight.felt, sight.felt)}", at[0], at[1] - canvas.px(46), ACCENT, "centre")
        if hands.inside:
            self._draw_hand(canvas, box, stage, session, hands)
            self._draw_wish(canvas, box, stage, observation, sight, hands)
        plan_chip(canvas, box, observation.plan, self._draw_chips(canvas, box, sight))

    def _draw_hand(self, canvas: Canvas, box: Box, stage: Stage, session: "Session", hands: HandState) -> None:
        here, plane, scale = (hands.x_mm, hands.y_mm), stage.plane, sprite_scale(stage.plane)
        match hands.tool:
            case "finger":
                if hands.working:
                    dimple = Dimple(*here, 4.0, 9.0)
                    area = box_of(dimple, plane)
                    if area is not None:
                        patch = stage.picture.patch(area, (dimple,), session.theatre.hand.lean)
                        canvas.surface.blit(opaque(patch), (box.x + area[0], box.y + area[1]))
                lay_instrument(canvas.surface, plane, box, instruments.finger(scale), here, (0.50, -0.866), 1.0 if hands.working else 14.0)
            case "metal":
                lay_instrument(canvas.surface, plane, box, instruments.metal_marker(scale), here, (0.0, 1.0), 9.0, 0.77)
            case "window" | "entry" | "incision":
                lay_instrument(canvas.surface, plane, box, instruments.pen(scale), here, (0.62, -0.785), 4.0)
            case "wipe":
                lay_instrument(canvas.surface, plane, box, instruments.gauze(scale), here, (0.98, -0.2), 5.0)

    def _draw_wish(
        self, canvas: Canvas, box: Box, stage: Stage, observation: Observation, sight: PositioningSight, hands: HandState
    ) -> None:
        """Say at the pointer what holding on would do, and draw how far it was dragged from where it took hold."""
        if hands.tool not in DRAG_WORDS:
            return
        here = to_screen(stage.plane, box, hands.x_mm, hands.y_mm)
        wish = wished(observation, hands) if hands.working else None
        if wish is None:
            words = DRAG_WORDS[hands.tool]
        elif hands.tool == "hips":
            words = f"Hips {sight.hip_flexion_deg:.0f}° → {wish[0]:.0f}°"
        else:
            words = f"Turn {abs(wish[1]):.0f}° {'belly down' if wish[1] > 0 else 'belly up'}"
        if wish is not None:
            start = to_screen(stage.plane, box, *hands.started_mm)
            canvas.curve([start, here], WARNING, 3.0)
            canvas.disc(start, canvas.px(5), WARNING)
        canvas.circle(here, canvas.px(13), WARNING if wish else ACCENT, 2.5)
        chip(canvas, words, here[0], here[1] - canvas.px(44), WARNING if wish else ACCENT, "centre")

    def _draw_chips(self, canvas: Canvas, box: Box, sight: PositioningSight) -> int:
        """Draw how hips and trunk lie; return where the row ends."""
        y, x = box.bottom - canvas.px(33), box.x + canvas.px(20)
        lean = sight.trunk_lean_deg
        trunk = "Trunk upright" if lean == 0 else f"Trunk leans {abs(lean):.0f}° {'forward' if lean > 0 else 'back'}"
        x += chip(canvas, f"Hips {sight.hip_flexion_deg:.0f}°", x, y, TEXT) + canvas.px(12)
        return x + chip(canvas, trunk, x, y, TEXT) + canvas.px(12)


def wished(observation: Observation, hands: HandState) -> tuple[float, float] | None:
    """Return hip flexion and roll that the drag asks for, or None when no limb is held or the drag runs sideways."""
    sight = observation.sight
    if not isinstance(sight, PositioningSight) or hands.tool not in DRAG_WORDS or sideways(hands):
        return None
    drag = np.array([hands.x_mm, hands.y_mm]) - np.asarray(hands.started_mm)
    if hands.tool == "hips":
        return float(np.clip(round(sight.hip_flexion_deg + drag[1] * HIP_DEG_PER_MM), 0, 110)), 0.0
    return sight.hip_flexion_deg, float(np.clip(round(drag[1] * ROLL_DEG_PER_MM), -30, 30))


def sideways(hands: HandState) -> bool:
    """Say whether a drag that turns the patient runs along the table instead of up or down."""
    across, up = abs(hands.x_mm - hands.started_mm[0]), abs(hands.y_mm - hands.started_mm[1])
    return hands.tool in DRAG_WORDS and across > SIDEWAYS_MM and across > 2.0 * up


def lay_carm_shadow(surface: pygame.Surface, box: Box, plane: Plane, observation: Observation) -> None:
    """Darken what the C-arm's receptor keeps from the lamp: it hangs over the flank in a lateral, and beside the table in an AP."""
    carm, camera = observation.carm, observation.camera
    _, _, beam = carm.axes()
    receptor = np.asarray(carm.isocentre_mm) + (carm.source_detector_mm - carm.source_isocentre_mm) * beam
    height = float((receptor - np.asarray(camera.centre_mm)) @ camera.axes()[2]) - SKIN_MM
    if height < LOW_MM:
        return
    x_mm, y_mm = camera.to_field(receptor)
    falls = (float(x_mm) + SHADOW_PER_MM[0] * height, float(y_mm) - SHADOW_PER_MM[1] * height)
    shade = _shade(round(RECEPTOR_MM * plane.px_per_mm), round(0.10 * height * plane.px_per_mm))
    at = to_screen(plane, box, *falls)
    clip = surface.get_clip()
    surface.set_clip(box.rect)
    surface.blit(shade, (round(at[0]) - shade.get_width() // 2, round(at[1]) - shade.get_height() // 2))
    surface.set_clip(clip)


@functools.lru_cache(maxsize=4)
def _shade(radius: int, soft: int) -> pygame.Surface:
    """Return a soft round shadow with alpha; radius and softness in pixels, softness to the nearest eight."""
    soft = max(8 * round(soft / 8), 8)
    side = 2 * (radius + 2 * soft) + 1
    place = np.arange(side, dtype=np.float32) - side // 2
    away = np.hypot(place[:, None], place[None, :])
    layer = np.zeros((side, side, 4), np.uint8)
    layer[..., :3] = SHADE_COLOUR
    layer[..., 3] = SHADE_ALPHA / (1.0 + np.exp((away - radius) / (0.45 * soft)))
    return pygame.image.frombuffer(layer.tobytes(), (side, side), "RGBA")
