"""An expert's wishes as mouse and key events: what the eyes see comes from the mirror of the recording."""

import math
from dataclasses import replace

import numpy as np
import pygame

from game.base import Action
from game.clock import ticks
from game.operation.actions import Aim, AskView, FinishStep, Grip, LetGo, MoveHand, Roll, Stylet, TakeInstrument, Wait
from game.operation.events import Sounded
from game.operation.needle.actions import Inject, PlaceNeedle, TakeOut
from game.operation.needle.sight import NeedleSight
from game.session.observation import Observation
from game.session.trainees.needle import NeedleHands
from game.session.trainees.skill import EXPERT, own_chance
from game.view.canvas import Canvas
from game.view.field.plane import Plane
from game.view.layout import Box, Ledger
from game.view.screens.operative.drawing import to_screen
from game.view.screens.operative.handling import AIM_DEG_PER_MM, NUDGE_AIM_DEG, NUDGE_HAND_MM, NUDGE_POINTER_MM, ROLL_DEG, WAIT_S
from game.view.screens.operative.hud import tray_boxes
from game.view.screens.operative.needle_view import NeedleView
from game.view.screens.operative.places import Places, places
from game.view.screens.operative.tools import INJECT_ML, NEEDLE
from game.view.theme import Look
from tests.window.desktop import SIZE_PX, Desktop
from tests.window.program import Mirror, wait_for

LOOK_S = 0.25
"""The expert pushes as far in one motion as in this time at the window; then the tissue comes to rest before the next."""
MOST_AIM_DEG = 8.0
LIT_GREY = 35.0
WATCH_S = 2.5
"""At a hub just opened or closed: longer than the first drop takes."""


class CalmHands(NeedleHands):
    """The expert who looks up less often."""

    def _since_s(self) -> float:
        return LOOK_S


class Player:
    """Reads the mirror, asks the expert, and does what it says by some kind of hands."""

    def __init__(self, desktop: Desktop, mirror: Mirror) -> None:
        pygame.font.init()
        self.desktop, self.mirror = desktop, mirror
        self.brain = CalmHands(EXPERT, own_chance(EXPERT, mirror.session.seed, "needle"))
        look = Look(*SIZE_PX)
        self.places: Places = places(Box(0, 0, *SIZE_PX), look)
        canvas = Canvas(pygame.Surface((1, 1)), look, Ledger())
        self.tray = tray_boxes(canvas, self.places.tray, len(NEEDLE))
        self.heard = 0
        self.rest_mm = np.zeros(2)

    @property
    def plane(self) -> Plane:
        return NeedleView().plane(self.mirror.session, self.places.field)

    def play(self) -> None:
        """Play the needle step to its end."""
        self.mirror.wait_deeds("StartStep", since=0)
        wait_for(self._lit, "the field to be lit")
        while self.mirror.session.step:
            actions = self.brain.next_actions(self._seen())
            if not actions:
                self._look_up()
            for action in actions:
                self._do(action)

    def _lit(self) -> bool:
        """Say whether the field shows skin in its middle, not the ground that waits for it."""
        x, y = self.places.field.centre
        return float(self.desktop.picture()[y - 20 : y + 20, x - 20 : x + 20].mean()) > LIT_GREY

    def _seen(self) -> Observation:
        """Return the mirror's observation with every sound since the last look."""
        session = self.mirror.session
        fresh, self.heard = session.events[self.heard :], len(session.events)
        sounds = tuple(event.sound for event in fresh if isinstance(event, Sounded))
        return replace(session.observe(), sounds=sounds)

    def _look_up(self) -> None:
        """Lean in for a moment: it moves nothing, and the recording says what time it is."""
        self._keys("l", "LeanIn", 1)

    def _watch(self, session_s: float) -> None:
        """Keep looking at the hub."""
        until = self.mirror.session.tick + ticks(session_s)
        while self.mirror.session.tick < until:
            self._look_up()

    def _keys(self, key: str, deed: str, times: int = 1) -> None:
        since = len(self.mirror.done)
        self.desktop.tap(key, times)
        self.mirror.wait_deeds(deed, times, since)

    def _do(self, action: Action) -> None:
        sight = self.mirror.session.observe().sight
        assert isinstance(sight, NeedleSight)
        match action:
            case TakeInstrument(instrument):
                self.take(instrument)
            case PlaceNeedle(x_mm, y_mm):
                self.place(x_mm, y_mm)
            case Grip() if not self.mirror.session.theatre.hand.gripping:
                self.grip(sight)
            case LetGo() if self.mirror.session.theatre.hand.gripping:
                self.let_go()
            case MoveHand(dx_mm, dy_mm):
                self.move(dx_mm, dy_mm, sight)
            case Aim(sagittal_deg, medial_deg):
                parts = max(1, math.ceil(max(abs(sagittal_deg), abs(medial_deg)) / MOST_AIM_DEG))
                for _ in range(parts):
                    self.aim(sagittal_deg / parts, medial_deg / parts, sight)
            case Roll(angle_deg):
                self.roll(round(angle_deg / ROLL_DEG))
            case Inject(volume_ml):
                self.inject(round(volume_ml / INJECT_ML))
            case Stylet():
                self.stylet()
                self._watch(WATCH_S)
            case AskView(view):
                self._keys("v" if view == "ap" else "shift+v", "AskView")
                self._look_up()  # the pulse comes a tick after the asking: eyes that look before it see no picture
            case Wait(duration_s):
                self._keys("w", "Wait", math.ceil(duration_s / WAIT_S))
            case TakeOut():
                self._keys("6", "TakeOut")
            case FinishStep():
                self.finish()
            case Grip() | LetGo():
                pass
            case _:
                raise AssertionError(f"no hand knows how to do {action}")

    def take(self, instrument: str) -> None:
        raise NotImplementedError

    def place(self, x_mm: float, y_mm: float) -> None:
        raise NotImplementedError

    def grip(self, sight: NeedleSight) -> None:
        raise NotImplementedError

    def let_go(self) -> None:
        raise NotImplementedError

    def move(self, dx_mm: float, dy_mm: float, sight: NeedleSight) -> None:
        raise NotImplementedError

    def aim(self, sagittal_deg: float, medial_deg: float, sight: NeedleSight) -> None:
        raise NotImplementedError

    def roll(self, notches: int) -> None:
        raise NotImplementedError

    def inject(self, pushes: int) -> None:
        raise NotImplementedError

    def stylet(self) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        raise NotImplementedError


class MousePlayer(Player):
    """Points, presses, drags, turns the wheel; keys only where the grammar has no button."""

    def _press(self, x_mm: float, y_mm: float) -> None:
        at = to_screen(self.plane, self.places.field, x_mm, y_mm)
        since = len(self.mirror.done)
        self.desktop.do(f"mousemove {round(at[0])} {round(at[1])}", "mousedown 1")
        self.mirror.wait_deeds("Grip", since=since)

    def _tray(self, tool: str, deed: str) -> None:
        box = next(box for box, known in zip(self.tray, NEEDLE, strict=True) if known.id == tool)
        since = len(self.mirror.done)
        self.desktop.click(box.centre)
        self.mirror.wait_deeds(deed, since=since)

    def take(self, instrument: str) -> None:
        self._tray(instrument, "TakeInstrument")

    def place(self, x_mm: float, y_mm: float) -> None:
        self._press(x_mm, y_mm)
        if self.mirror.session.theatre.hand.instrument == "tuohy":
            self.let_go()

    def grip(self, sight: NeedleSight) -> None:
        self._press(*sight.entry_mm)

    def let_go(self) -> None:
        since = len(self.mirror.done)
        self.desktop.do("mouseup 1")
        self.mirror.wait_deeds("LetGo", since=since)

    def move(self, dx_mm: float, dy_mm: float, sight: NeedleSight) -> None:
        self.rest_mm += (dx_mm, dy_mm)
        px = np.round(self.rest_mm / self.plane.mm_per_px).astype(int)
        self.rest_mm -= px * self.plane.mm_per_px
        if px.any():
            since = len(self.mirror.done)
            self.desktop.do(f"mousemove_relative -- {px[0]} {-px[1]}")
            self.mirror.wait_deeds("MoveHand", since=since)
            self._look_up()  # a motion comes in many small ones; what is seen then has all of them

    def aim(self, sagittal_deg: float, medial_deg: float, sight: NeedleSight) -> None:
        away = 1.0 if sight.hub_mm[0] >= sight.entry_mm[0] else -1.0
        per_px = AIM_DEG_PER_MM * self.plane.mm_per_px
        right, up = round(-away * sagittal_deg / per_px), round(medial_deg / per_px)
        if right or up:
            at = to_screen(self.plane, self.places.field, *sight.entry_mm)
            since = len(self.mirror.done)
            self.desktop.do(f"mousemove {round(at[0])} {round(at[1])}", "mousedown 3", f"mousemove_relative -- {right} {-up}", "mouseup 3")
            self.mirror.wait_deeds("Aim", since=since)

    def roll(self, notches: int) -> None:
        if notches:
            since = len(self.mirror.done)
            self.desktop.do(*[f"click {4 if notches > 0 else 5}"] * abs(notches))
            self.mirror.wait_deeds("Roll", abs(notches), since)

    def inject(self, pushes: int) -> None:
        since = len(self.mirror.done)
        self.desktop.do(*["click 4"] * pushes)
        self.mirror.wait_deeds("Inject", pushes, since)

    def stylet(self) -> None:
        self._tray("stylet", "Stylet")

    def finish(self) -> None:
        since = len(self.mirror.done)
        self.desktop.click(self.places.line.centre)
        self.mirror.wait_deeds("FinishStep", since=since)


class KeyPlayer(Player):
    """Never touches the mouse.

    Attributes:
        at_mm: Where the pointer is that the arrows move.
    """

    def __init__(self, desktop: Desktop, mirror: Mirror) -> None:
        super().__init__(desktop, mirror)
        self.at_mm = np.zeros(2)

    def _taps(self, amount: float, step: float, ahead: str, back: str, held: str = "") -> float:
        """Tap coarse and then fine steps towards an amount; return what was done."""
        sign, size = (1.0, amount) if amount >= 0.0 else (-1.0, -amount)
        key = ahead if amount >= 0.0 else back
        fine = round(size / (0.1 * step))
        self.desktop.tap(f"{held}{key}", fine // 10)
        self.desktop.tap(f"shift+{held}{key}", fine % 10)
        return sign * fine * 0.1 * step

    def take(self, instrument: str) -> None:
        self._keys(next(tool.key for tool in NEEDLE if tool.instrument == instrument), "TakeInstrument")

    def place(self, x_mm: float, y_mm: float) -> None:
        for axis, (goal, ahead, back) in enumerate(((x_mm, "Right", "Left"), (y_mm, "Up", "Down"))):
            self.at_mm[axis] += self._taps(goal - self.at_mm[axis], NUDGE_POINTER_MM, ahead, back)
        self._hold()
        if self.mirror.session.theatre.hand.instrument == "tuohy":
            self.let_go()

    def grip(self, sight: NeedleSight) -> None:
        self._hold()

    def _hold(self) -> None:
        since = len(self.mirror.done)
        self.desktop.do("keydown Return")
        self.mirror.wait_deeds("Grip", since=since)

    def let_go(self) -> None:
        since = len(self.mirror.done)
        self.desktop.do("keyup Return")
        self.mirror.wait_deeds("LetGo", since=since)

    def move(self, dx_mm: float, dy_mm: float, sight: NeedleSight) -> None:
        """Push by as much as the motion has along what is held."""
        along = float(np.sign(np.dot((dx_mm, dy_mm), self.brain.drawn)) * math.hypot(dx_mm, dy_mm) / np.linalg.norm(self.brain.drawn))
        self.rest_mm[0] += along
        taps = round(self.rest_mm[0] / NUDGE_HAND_MM)
        self.rest_mm[0] -= taps * NUDGE_HAND_MM
        if taps:
            since = len(self.mirror.done)
            self.desktop.tap("Up" if taps > 0 else "Down", abs(taps))
            self.mirror.wait_deeds("MoveHand", since=since)
            self._look_up()

    def aim(self, sagittal_deg: float, medial_deg: float, sight: NeedleSight) -> None:
        since = len(self.mirror.done)
        flatter = self._taps(sagittal_deg, NUDGE_AIM_DEG, "Up", "Down", "ctrl+")
        inwards = self._taps(medial_deg, NUDGE_AIM_DEG, "Right", "Left", "ctrl+")
        if flatter or inwards:
            self.mirror.wait_deeds("Aim", since=since)
            self._look_up()

    def roll(self, notches: int) -> None:
        if notches:
            self._keys("e" if notches > 0 else "q", "Roll", abs(notches))

    def inject(self, pushes: int) -> None:
        self._keys("i", "Inject", pushes)

    def stylet(self) -> None:
        self._keys("s", "Stylet")

    def finish(self) -> None:
        self._keys("n", "FinishStep")
