"""The catheter step on the screen: the needle stands, the catheter runs from its hub to the fingers and away over the drapes."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from game.base import Action
from game.frames import Array
from game.operation.actions import Grip, Stylet
from game.operation.catheter.actions import InjectContrast
from game.operation.catheter.sight import CatheterSight
from game.operation.catheter.state import CatheterStep
from game.operation.needle.actions import PlaceNeedle
from game.operation.needle.sight import NeedleSight
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.field import instruments, strand, wound_tools
from game.view.field.features import Blood, Feature, Nick
from game.view.field.plane import Plane
from game.view.keys import Meaning
from game.view.layout import Box
from game.view.screens.operative.drawing import SHADOW_PER_MM, chip, lay_instrument, sprite_scale
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.marks import ink_of
from game.view.screens.operative.needle_view import NeedleView, draw_resistance, drawn_stand
from game.view.screens.operative.stage import Stage, lay_patch
from game.view.theme import DANGER, TEXT, TEXT_SECOND, WARNING

if TYPE_CHECKING:
    from game.session.session import Session

PUSH_ML = 0.5
"""Contrast at one press."""
FULL_N = 3.0
"""Push at which the ring is full: fingers slip on a wet catheter at 4 N."""
GRIP_OUT_MM = 30.0
"""Where the fingers take hold, beyond the mouth of the hub; a stroke brings them to it (by eye)."""
LOOP_MM = 46.0
"""How far the catheter rises from the hub before it falls to the drapes (by eye)."""
WORKING_HAND, OTHER_HAND = (0.42, -0.91), (0.30, 0.95)
"""From fingertip to wrist: the surgeon stands below the field, the other hand comes over from above."""
DIAL_WAY = (0.55, 0.84)
"""From the hub to the ring of resistance, clear of catheter and hand."""
FALL_MM = 52.0
"""How far below the hub it lies on the drapes at the edge of the field (by eye)."""
RADIUS_MM = 0.75
"""As drawn: a little thicker than it is, to be seen across a room."""


@dataclass
class CatheterView(NeedleView):
    """View state of the catheter step; the needle is drawn as in its own step."""

    def key(self, session: "Session", box: Box) -> tuple[object, ...]:
        """Return what the painted field depends on."""
        return ("catheter", *super().key(session, box)[1:])

    def features(self, session: "Session", observation: Observation) -> tuple[Feature, ...]:
        """Return what lies on the skin now."""
        theatre, step, sight = session.theatre, session.states.get("catheter"), observation.sight
        found: list[Feature] = list(ink_of(observation.marks))
        if not isinstance(step, CatheterStep) or not isinstance(sight, CatheterSight):
            return tuple(found)
        for nick in step.needle.nicks:
            x, y = (round(float(v), 1) for v in theatre.camera.to_field(theatre.patient_pose.apply(np.asarray(nick))))
            found.extend((Blood(x + 0.5, y - 0.7, 0.10), Nick(x, y)))
        if sight.needle.hub == "blood":
            found.append(Blood(round(sight.needle.entry_mm[0], 1), round(sight.needle.entry_mm[1], 1), 0.6))
        return tuple(found)

    def press(self, session: "Session", observation: Observation, hands: HandState) -> list[Action]:
        """Return what a press on the field does: take hold at the hub, set the needle down, or press the plunger."""
        sight = observation.sight
        if not isinstance(sight, CatheterSight):
            return []
        if observation.instrument == "contrast":
            return [InjectContrast(PUSH_ML)]
        if observation.instrument == "tuohy" and not sight.needle.on_skin:
            return [PlaceNeedle(hands.x_mm, hands.y_mm), Grip()]
        return [Grip()]

    def along_axis(self, session: "Session", observation: Observation) -> tuple[float, float] | None:
        """Return the drawn inward direction of the needle, field-plane mm per mm."""
        return self._inward(session)

    def aims_away(self, session: "Session", observation: Observation) -> float:
        """Return the sign of x from the entry to the hub."""
        sight = observation.sight
        if not isinstance(sight, CatheterSight) or not sight.needle.on_skin:
            return super().aims_away(session, observation)
        return 1.0 if sight.needle.hub_mm[0] >= sight.needle.entry_mm[0] else -1.0

    def command(self, meaning: Meaning, session: "Session") -> list[Action] | None:
        """Move the stylet, or press the plunger of the contrast."""
        match meaning:
            case "stylet":
                return [Stylet()]
            case "inject":
                return [InjectContrast(PUSH_ML)]
        return None

    def wheel(self, notches: int, session: "Session") -> list[Action]:
        """Turn what the hand holds; on the contrast, press the plunger."""
        if session.theatre.hand.instrument == "contrast":
            return [InjectContrast(PUSH_ML)] if notches > 0 else []
        return super().wheel(notches, session)

    def hand_is_drawn(self, observation: Observation, hands: HandState) -> bool:
        """Say whether the field shows a hand or an instrument at the pointer."""
        sight = observation.sight
        if not isinstance(sight, CatheterSight):
            return False
        free = observation.instrument == "catheter" and sight.in_mm <= 0.0
        return (
            observation.gripping or free or observation.instrument == "" or (observation.instrument == "tuohy" and not sight.needle.on_skin)
        )

    def load(self, session: "Session") -> float:
        """Return the push at the fingers as a share of a full load."""
        rod, needle = session.theatre.implant.rod, session.theatre.needle
        if not session.theatre.hand.gripping:
            return 0.0
        if session.theatre.hand.other_down or session.theatre.hand.instrument == "tuohy":
            return super().load(session) if needle is not None else 0.0
        return max(rod.ghost_mm, 0.0) / FULL_N if rod is not None and rod.gripped else 0.0

    def draw(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, hands: HandState, seconds: float
    ) -> None:
        """Draw everything that moves on the field."""
        sight, step = observation.sight, session.states.get("catheter")
        if not isinstance(sight, CatheterSight) or not isinstance(step, CatheterStep):
            return
        if sight.needle.on_skin:
            at_needle = observation.gripping and (sight.as_one or observation.instrument == "tuohy")
            quiet = sight.needle if at_needle else replace(sight.needle, ghost_mm=0.0)
            self._draw_standing(canvas, box, stage, session, replace(observation, gripping=at_needle), quiet, seconds)
        self._draw_catheter(canvas, box, stage, session, observation, sight, hands)
        if hands.inside and not observation.gripping:
            self._draw_held(canvas, box, stage, session, observation, sight, step, hands)
        self._draw_words(canvas, box, observation, sight)

    def _draw_protractor(self, canvas: Canvas, box: Box, plane: Plane, session: "Session", sight: NeedleSight) -> None:
        """Draw the scale of angles only while the needle may still be aimed."""
        rod = session.theatre.implant.rod
        if session.theatre.hand.instrument == "tuohy" and (rod is None or rod.in_mm <= 0.0):
            super()._draw_protractor(canvas, box, plane, session, sight)

    def _draw_catheter(
        self, canvas: Canvas, box: Box, stage: Stage, session: "Session", observation: Observation, sight: CatheterSight, hands: HandState
    ) -> None:
        """Draw the catheter from the hub, or from the fingers over the field, to the edge of the drapes."""
        plane = stage.plane
        inside = sight.in_mm > 0.0 or (observation.gripping and observation.instrument == "catheter")
        if inside and sight.needle.on_skin:
            shown = drawn_stand(sight.needle, self._inward(session))
            reach = instruments.HUB_LENGTH_MM * shown.squeeze
            mouth = np.array(sight.needle.hub_mm) + np.array(shown.axis) * reach
            away, squeeze, start_mm = np.array(shown.axis), shown.squeeze, sight.in_mm + instruments.HUB_LENGTH_MM
        elif observation.instrument == "catheter" and hands.inside:
            mouth, away, squeeze, start_mm = np.array([hands.x_mm, hands.y_mm]), np.array([0.8, -0.6]), 1.0, 0.0
        else:
            return
        grip = max(GRIP_OUT_MM - sight.stroke_mm, 4.0) * squeeze
        line = outside_line(mouth, away, LOOP_MM * squeeze, plane)
        px = plane.to_px(line)
        patch = strand.catheter_patch(px, plane.px_per_mm, plane.shape, radius_mm=RADIUS_MM, marks_from_mm=start_mm, wire=True)
        if patch is not None:
            lift = 9.0 * plane.px_per_mm
            shadow = strand.strand_shadow(patch, plane.px_per_mm, 9.0)
            lay_patch(canvas.surface, shadow, (box.x + round(SHADOW_PER_MM[0] * lift), box.y + round(SHADOW_PER_MM[1] * lift)))
            lay_patch(canvas.surface, patch, (box.x, box.y))
        if observation.gripping and observation.instrument == "catheter":
            at = mouth + away * (grip - sight.ghost_mm * squeeze if not sight.as_one else 12.0)
            self._draw_finger(canvas, box, stage, at, WORKING_HAND)
            if sight.as_one:
                self._draw_finger(canvas, box, stage, np.array(sight.needle.hub_mm) + away * 3.0, OTHER_HAND)
            elif sight.ghost_mm > 0.1:
                numbers = session.mode == "guided"
                draw_resistance(
                    canvas, box, plane, replace(sight.needle, ghost_mm=sight.ghost_mm, word=sight.word), DIAL_WAY, numbers, FULL_N
                )

    def _draw_finger(self, canvas: Canvas, box: Box, stage: Stage, at: Array, axis: tuple[float, float]) -> None:
        """Draw a hand whose forefinger lies on a tube; `axis` runs from its tip to the wrist."""
        lay_instrument(canvas.surface, stage.plane, box, instruments.finger(sprite_scale(stage.plane)), _pair(at), axis, 6.0)

    def _draw_held(
        self,
        canvas: Canvas,
        box: Box,
        stage: Stage,
        session: "Session",
        observation: Observation,
        sight: CatheterSight,
        step: CatheterStep,
        hands: HandState,
    ) -> None:
        """Draw what hovers at the pointer."""
        here, plane, scale = (hands.x_mm, hands.y_mm), stage.plane, sprite_scale(stage.plane)
        match observation.instrument:
            case "contrast":
                axis = drawn_stand(sight.needle, self._inward(session)).axis if sight.needle.on_skin else (0.8, -0.6)
                sprite = wound_tools.small_syringe(round(scale, 1), round(sight.contrast_left_ml))
                lay_instrument(canvas.surface, plane, box, sprite, here, axis, 20.0)
            case "tuohy" if not sight.needle.on_skin:
                self._draw_hovering(canvas, box, stage, session, observation, sight.needle, step.needle, hands)
            case "":
                lay_instrument(canvas.surface, plane, box, instruments.finger(scale), here, (0.55, -0.83), 7.0)

    def _draw_words(self, canvas: Canvas, box: Box, observation: Observation, sight: CatheterSight) -> None:
        """Draw the chips at the foot of the field: fluid, the mark at the hub, the level that was called."""
        y, x = box.bottom - canvas.px(33), box.x + canvas.px(20)
        lost = sight.needle.csf_lost_ml
        x += chip(canvas, f"CSF lost {lost:.1f} mL", x, y, DANGER if lost > 10.0 else WARNING if lost >= 2.0 else TEXT) + canvas.px(12)
        if sight.in_mm > 0.5:
            x += chip(canvas, f"At the hub {sight.in_mm / 10.0:.1f} cm", x, y, TEXT) + canvas.px(12)
        if sight.called:
            x += chip(canvas, f"Tip called {sight.called}", x, y, TEXT) + canvas.px(12)
        if sight.frayed:
            chip(canvas, "The wall is cut", x, y, DANGER)
        plan = observation.plan
        chip(canvas, f"Order card: tip at {plan.tip_level}", box.right - canvas.px(20), y, TEXT_SECOND, "right")


def outside_line(mouth: Array, away: Array, loop_mm: float, plane: Plane) -> Array:
    """Return the catheter outside, from the mouth of the hub to beyond the side of the field, field-plane mm, shape (n, 2).

    It leaves along the hub, rises no farther than a loop, and falls to the drapes by its weight.
    """
    edge = math.copysign(0.5 * plane.width_px * plane.mm_per_px + 12.0, away[0])
    side = 1.0 if away[0] >= 0.0 else -1.0
    over = mouth + away * loop_mm + np.array([side * 18.0, 6.0])
    end = np.array([edge if abs(edge) > abs(over[0]) else over[0] + side * 40.0, mouth[1] - FALL_MM])
    knots = (mouth, mouth + away * loop_mm, np.array([over[0] + side * 12.0, end[1] + 0.25 * FALL_MM]), end)
    t = np.linspace(0.0, 1.0, 72)[:, None]
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    return np.asarray(sum(w * k for w, k in zip(weights, knots, strict=True)))


def _pair(place: Array) -> tuple[float, float]:
    return (float(place[0]), float(place[1]))
