"""Hands at a gamepad: what its sticks move; its buttons come as keys."""

import math

import pygame

from game.view.gamepad import Context
from game.view.screens.operative.carm_handle import KEY_DEG_PER_S, KEY_MM_PER_S
from game.view.screens.operative.handling import KEY_CROSS_PER_S, KEY_POINTER_MM_PER_S, Handling
from game.view.screens.operative.registry import tool_of

STICK_HAND_MM_PER_S, STICK_POINTER_MM_PER_S, STICK_AIM_DEG_PER_S = 60.0, 3.0 * KEY_POINTER_MM_PER_S, 24.0
STICK_TURN, STICK_TRAVEL = 2.0 * KEY_DEG_PER_S, 2.0 * KEY_MM_PER_S
"""Of a stick pushed to its rim: the hand at work, the pointer, the wrist; the C-arm in degrees and mm a second."""
AT_REST = ((0.0, 0.0), (0.0, 0.0), 0.0)


class AtTheGamepad(Handling):
    """What the sticks of a gamepad do becomes actions."""

    _sticks: tuple[tuple[float, float], tuple[float, float], float] = AT_REST

    @property
    def pad_context(self) -> Context:
        """What a gamepad works on: an open list, the C-arm, or the field."""
        if self.talk.open or self._menu is not None:
            return "menu"
        return "carm" if self.carm.focus else "hands"

    @property
    def pad_lateral(self) -> frozenset[str]:
        """The buttons that mean the lateral now: B asks for the view beside, a click of the right stick keeps what this one is."""
        orbit = math.radians(self.session.theatre.fluoroscope.carm.orbit_deg)
        keeps = ("r3",) if abs(math.sin(orbit)) > abs(math.cos(orbit)) else ()
        return frozenset((*keeps, *(("b",) if self.monitor.view_beside(self.session) == "lateral" else ())))

    def _stick_event(self, event: pygame.event.Event) -> None:
        self._sticks = (event.left, event.right, event.depth)
        if self._sticks != AT_REST:
            self.use.now = "gamepad"

    def _sticks_move(self, elapsed_s: float) -> None:
        """Move C-arm, or wrist, hand and pointer, for a time's worth."""
        if self._sticks == AT_REST or self.pad_context == "menu":
            return
        left, right, depth = self._sticks
        if self.carm.focus:
            side = self.session.theatre.plan.side
            self.carm.turn(left, STICK_TURN * elapsed_s, side)
            self.carm.travel(right, depth, STICK_TRAVEL * elapsed_s, side)
            return
        self.hands.aim(left[1] * STICK_AIM_DEG_PER_S * elapsed_s, left[0] * STICK_AIM_DEG_PER_S * elapsed_s)
        if right != (0.0, 0.0):
            self._hand_by(right, elapsed_s)

    def _hand_by(self, way: tuple[float, float], elapsed_s: float) -> None:
        """Move the cross on the picture, the working hand, or the pointer."""
        hands = self.hands
        if hands.tool == "level" and tool_of(self.session.step, "level"):
            u, v = (at + part * KEY_CROSS_PER_S * elapsed_s for at, part in zip(hands.uv, way, strict=True))
            hands.uv = (min(max(u, -1.0), 1.0), min(max(v, -1.0), 1.0))
            return
        gripping = self.session.theatre.hand.gripping
        mm = (STICK_HAND_MM_PER_S if gripping else STICK_POINTER_MM_PER_S) * elapsed_s
        if gripping:
            hands.move(way[0] * mm, way[1] * mm)
        self._point(hands.x_mm + way[0] * mm, hands.y_mm + way[1] * mm)
        hands.inside = True
