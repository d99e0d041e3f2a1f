"""What the operative screen knows between events and frames, whoever works on it: hands, monitors, panels, and the session it tells."""

from typing import TYPE_CHECKING

import pygame

from game.base import Action
from game.clock import TICKS_PER_S, seconds
from game.errors import ActionRefused
from game.scenario import Speech, load_speech
from game.session.look import observe
from game.session.observation import Observation
from game.view.desk import Desk
from game.view.layout import Box
from game.view.monitors.alarms import Alarms
from game.view.monitors.carm import CArmPlaces, Shapes
from game.view.monitors.console import Control
from game.view.monitors.room import Room
from game.view.monitors.vitals import VitalsMonitor
from game.view.screens.operative.carm_handle import CArmHandle
from game.view.screens.operative.cutaway import Cutaway
from game.view.screens.operative.handstate import DeviceUse, HandState
from game.view.screens.operative.kept import Kept
from game.view.screens.operative.laser import Laser
from game.view.screens.operative.monitor_panel import MonitorPanel
from game.view.screens.operative.places import Places
from game.view.screens.operative.pulses import Pulses
from game.view.screens.operative.registry import SCREENS
from game.view.screens.operative.stage import Stage, Stages
from game.view.screens.operative.step_view import StepView
from game.view.screens.operative.talk_panel import TalkPanel
from game.view.screens.operative.tools import Option, Tool

if TYPE_CHECKING:
    from game.session.session import Session

REFUSAL_S = 5.0
LASER_TICKS = 5 * TICKS_PER_S
"""The laser cross stays so long after the C-arm was moved, where nobody is at it."""


class Situation:
    """One case on the screen, and how actions get from the hands to its session."""

    def __init__(self, desk: Desk, session: "Session", at_once: bool) -> None:
        """Begin, or go on with a session.

        Args:
            desk: What screens share.
            session: The case.
            at_once: Make fields and pictures in the drawing thread: for stills and tests.
        """
        self._desk, self.session = desk, session
        self.hands, self.talk, self.cutaway, self.carm = HandState(), TalkPanel(), Cutaway(at_once=at_once), CArmHandle()
        self.use = DeviceUse()
        self.monitor = MonitorPanel(Pulses(at_once), Pulses(at_once))
        self.vitals, self.alarms = VitalsMonitor(seconds(session.tick)), Alarms()
        self._stages = Stages(at_once)
        self._kept = Kept()
        self._hint: tuple[object, str] = (None, "")
        self._views: dict[str, StepView] = {step: screen.view() for step, screen in SCREENS.items()}
        self._speech: Speech = load_speech()
        self._refusal, self._refusal_s = "", 0.0
        self._note, self._note_s = "", 0.0
        self._since = session.tick
        self._help = ""
        self._console: dict[str, bool] = {}
        self._laser = Laser()
        self._room = Room()
        self._over_room = False
        self._carm_at: CArmPlaces | None = None
        self._controls: list[Control] = []
        self._hovered_control = ""
        self._shapes = Shapes()
        self._arm_moved: tuple[object, int] = (None, -LASER_TICKS)
        self._menu: tuple[Tool, tuple[Option, ...], Box] | None = None
        self._menu_at = 0
        self._menu_boxes: list[Box] = []
        self._tray_boxes: list[Box] = []
        self._hovered = ""
        self._places: Places | None = None
        self._stage: Stage | None = None
        self._drawn: pygame.Surface | None = None

    @property
    def console_open(self) -> bool:
        """Whether the console of the C-arm stands open: in steps that the C-arm is for, until it is folded."""
        step = self.session.step
        return self._console.get(step, step in SCREENS and SCREENS[step].console)

    def settled(self) -> bool:
        """Say whether the field is lit and all pictures are made."""
        busy = self._stages.busy or self.monitor.pulses.busy or self.monitor.kept.busy
        return not busy and self.monitor.complete and self._stage is not None and self._stage.settled()

    def _tell(self, text: str) -> None:
        """Show one sentence for some seconds where hints stand."""
        self._note, self._note_s = text, REFUSAL_S

    def _refuse(self, sentence: str) -> None:
        """Show why something is not done."""
        self._refusal, self._refusal_s = sentence, REFUSAL_S

    def act(self, action: Action) -> bool:
        """Hand an action to the session; a refusal is shown as its sentence."""
        try:
            self.session.act(action)
        except ActionRefused as refused:
            self._refuse(str(refused))
            return False
        self._refusal_s = min(self._refusal_s, 0.5)
        return True

    def _glance(self) -> Observation:
        """Look round without reading the pictures: eyes at the monitor do that."""
        return observe(self.session, read_pictures=False)

    def _view(self) -> StepView | None:
        return self._views.get(self.session.step)

    def _scale(self) -> float:
        return 1.0 if self._drawn is None else self._desk.look(self._drawn.get_size()).scale
