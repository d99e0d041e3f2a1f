"""The operative screen: field, monitors, tray, talk, and the hands that work on them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from game.base import Action
from game.clock import TICKS_PER_S, seconds
from game.errors import ActionRefused
from game.operation import actions as act
from game.operation.antisepsis.sight import AntisepsisSight
from game.operation.events import Sounded, Spoken, StepStarted
from game.operation.needle.actions import Inject
from game.operation.needle.sight import NeedleSight
from game.operation.positioning.actions import Level, NameLevel, Palpate
from game.operation.positioning.sight import PositioningSight
from game.patient.physiology import vitals
from game.scenario import Speech, load_speech
from game.session.look import observe
from game.session.observation import Observation
from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.keys import arrow_of, digit_of, meaning_of
from game.view.layout import Box
from game.view.monitors.alarms import Alarms
from game.view.monitors.carm import draw_carm
from game.view.monitors.vitals import VitalsMonitor, draw_traces, draw_vitals, pressure_age
from game.view.screen import Change, Push
from game.view.screens.feedback import FeedbackScreen
from game.view.screens.help import HelpScreen
from game.view.screens.operative import hud
from game.view.screens.operative.antisepsis_view import AntisepsisView
from game.view.screens.operative.carm_handle import KEY_DEG_PER_S, KEY_MM_PER_S, CArmHandle
from game.view.screens.operative.cutaway import Cutaway
from game.view.screens.operative.drawing import chip, round_corners, to_field, to_screen
from game.view.screens.operative.handstate import DeviceUse, HandState, pointer_of
from game.view.screens.operative.hints import hint
from game.view.screens.operative.kept import Kept
from game.view.screens.operative.marks import mark_at
from game.view.screens.operative.monitor_panel import MonitorPanel
from game.view.screens.operative.needle_view import NeedleView
from game.view.screens.operative.places import Places, places
from game.view.screens.operative.positioning_view import DRAG_WORDS, PositioningView, sideways
from game.view.screens.operative.pulses import Pulses
from game.view.screens.operative.stage import Stage, Stages
from game.view.screens.operative.talk_panel import TalkPanel, lines_for
from game.view.screens.operative.tools import INJECT_ML, TRAYS, Option, Tool, held_tools, taking, tool_of
from game.view.screens.pause import PauseScreen
from game.view.settings import Settings
from game.view.sound import Sounds
from game.view.theme import ACCENT, BACKGROUND, TEXT_SECOND

if TYPE_CHECKING:
    from game.session.session import Session

REFUSAL_S = 5.0
MOST_HAND_MM = 36.0
AIM_DEG_PER_MM = 0.35
KEY_AIM_DEG_PER_S = 14.0
KEY_SLOW_MM_PER_S, KEY_FAST_MM_PER_S, KEY_RISE_S = 5.0, 45.0, 1.2
KEY_POINTER_MM_PER_S = 70.0
KEY_CROSS_PER_S = 0.5
KEY_HOLD_S = 0.25
"""An arrow tapped moves one small step; held for longer than this it runs on."""
NUDGE_POINTER_MM, NUDGE_HAND_MM, NUDGE_AIM_DEG, NUDGE_CROSS = 1.0, 0.5, 1.0, 0.02
NUDGE_CARM_DEG, NUDGE_CARM_MM = 1.0, 2.0
FINE = 0.1
ROLL_DEG = 10.0
WAIT_S = 60.0
HINT_TICKS = TICKS_PER_S // 2
FIRST_HELP_TICKS = 20 * TICKS_PER_S
FIRST_HELP = "F1 shows keys and mouse. Click the step line, or N, when this step is done."
CARM_HELP = "Drag turns the C-arm, right drag tilts it, the wheel lifts it; drag its table to travel."
WARP_PX = 6
FULL_LOAD_MM = 16.0
LEVELS: tuple[Level, ...] = ("T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5")
StepView = NeedleView | PositioningView | AntisepsisView


class OperationScreen:
    """One case while it is operated on."""

    def __init__(
        self,
        desk: Desk,
        session: "Session",
        finished: Callable[["Session"], Change],
        leave: Callable[[], Change],
        at_once: bool = False,
        go_back: Callable[[int, str], Change] | None = None,
    ) -> None:
        """Begin, or go on with a session.

        Args:
            desk: What screens share.
            session: The case.
            finished: What comes when the last step is done.
            leave: What leaving the case does.
            at_once: Make fields and pictures in the drawing thread: for stills and tests.
            go_back: Brings the case back to where so many actions had been done, for the bookmark or a step that is tried again;
                None where nobody goes back.
        """
        self._desk, self.session = desk, session
        self._finished, self._leave, self._go_back = finished, leave, go_back
        self.hands, self.talk, self.cutaway, self.carm = HandState(), TalkPanel(), Cutaway(at_once=at_once), CArmHandle()
        self.use = DeviceUse()
        self.monitor = MonitorPanel(Pulses(at_once), Pulses(at_once))
        self.vitals, self.alarms = VitalsMonitor(seconds(session.tick)), Alarms()
        self._stages = Stages(at_once)
        self._kept = Kept()
        self._hint: tuple[object, str] = (None, "")
        self._views: dict[str, StepView] = {"needle": NeedleView(), "positioning": PositioningView(), "antisepsis": AntisepsisView()}
        self._speech: Speech = load_speech()
        self._refusal, self._refusal_s = "", 0.0
        self._note, self._note_s = "", 0.0
        self._reviewed: list[str] = []
        self._since = session.tick
        self._over_carm = False
        self._heard = len(session.events)
        self._menu: tuple[Tool, tuple[Option, ...], Box] | None = None
        self._menu_at = 0
        self._menu_boxes: list[Box] = []
        self._tray_boxes: list[Box] = []
        self._hovered = ""
        self._places: Places | None = None
        self._stage: Stage | None = None
        self._drawn: pygame.Surface | None = None
        self._inject_s = -1.0
        self._warped: tuple[int, int] | None = None
        if not session.step and session.steps_left:
            self.act(act.StartStep(session.steps_left[0]))
        self._take_first()

    # What the session is told, and what it says

    def act(self, action: Action) -> bool:
        """Hand an action to the session; a refusal is shown as its sentence."""
        try:
            self.session.act(action)
        except ActionRefused as refused:
            self._refusal, self._refusal_s = str(refused), REFUSAL_S
            return False
        self._refusal_s = min(self._refusal_s, 0.5)
        return True

    def _glance(self) -> Observation:
        """Look round without reading the pictures: eyes at the monitor do that."""
        return observe(self.session, read_pictures=False)

    def on_advance(self, ticks: int) -> Change | None:
        """Hand over what the hands did, and let whole session ticks pass; nobody works on a field that is still dark."""
        if self._stages.busy and self._stage is None:
            return None
        self._keys_move(ticks / TICKS_PER_S)
        self._flush()
        self._count_work(ticks)
        self.session.advance(ticks)
        self._hear()
        return self._next_step()

    def _count_work(self, ticks: int) -> None:
        """Tell the session what the hands have used most."""
        if self.session.theatre.hand.gripping or self.hands.aiming or self.hands.keys or self.carm.part:
            self.use.worked(ticks)
            self.session.device = self.use.most or self.session.device

    def _next_step(self) -> Change | None:
        if self.session.step:
            return None
        feedback = self._feedback()
        if feedback is not None:
            return feedback
        if not self.session.steps_left:
            return self._finished(self.session)
        self.act(act.StartStep(self.session.steps_left[0]))
        return None

    def _feedback(self) -> Change | None:
        """Return the card of the step that was just finished; exams have none."""
        done = self.session.steps_done[-1] if self.session.steps_done else ""
        if self.session.mode == "exam" or done not in self.session.states or done in self._reviewed:
            return None
        self._reviewed.append(done)
        self.on_focus_lost()
        go_back, deeds = self._go_back, self._deeds_to(act.StartStep(done))
        again = (lambda: go_back(deeds, done)) if go_back is not None and deeds and self.session.mode == "practice" else None
        return Push(FeedbackScreen(self._desk, self._drawn, self.session.report(), done, again))

    def _bookmark(self, anew: bool) -> Change | None:
        """Remember this moment, or go back to the one that is remembered."""
        deeds = self._deeds_to(act.SetBookmark())
        if not deeds or anew or self._go_back is None:
            if self.act(act.SetBookmark()):
                self._note, self._note_s = "Bookmark set: B comes back to this moment, Shift + B moves it.", REFUSAL_S
            return None
        self.on_focus_lost()
        return self._go_back(deeds, "bookmark")

    def _deeds_to(self, action: Action) -> int:
        """Return how many actions had been done when one was done last, itself included; 0 where it never was."""
        return max((number for number, (_, done) in enumerate(self.session.log, start=1) if done == action), default=0)

    def _hear(self) -> None:
        fresh, self._heard = self.session.events[self._heard :], len(self.session.events)
        for event in fresh:
            match event:
                case Spoken():
                    line = self._speech.lines.get(event.line)
                    if line is not None:
                        self._desk.captions.said(event.speaker, line.text.format(*event.words))
                case Sounded(sound="pedal"):
                    self._desk.captions.sounded("pedal")
                case Sounded():
                    self._desk.play(event.sound, event.loudness)
                case StepStarted():
                    self.hands.tool = ""
                    self._menu = None
                    self._since = event.tick
                    self._take_first()
        alarm = self.alarms.sound_due(seconds(self.session.tick), vitals(self.session.theatre.physiology))
        if alarm:
            self._desk.play(alarm)
        self._desk.sounds.hold_pedal(self.session.theatre.fluoroscope.pedal)
        needle = self.session.theatre.needle
        load = needle.ghost_mm / FULL_LOAD_MM if needle is not None and self.session.theatre.hand.gripping else 0.0
        self._desk.sounds.hold_load(load if load > 0.03 else 0.0)

    def _take_first(self) -> None:
        """Lie the first tool of a step in the hand where that commits to nothing."""
        if self.session.step == "positioning":
            self.hands.tool = "finger"

    def _flush(self) -> None:
        """Hand gathered motion to the session: at most one of each kind before the ticks of a frame."""
        dx, dy = self.hands.moved_mm
        size = math.hypot(dx, dy)
        if size > 1e-6:
            part = min(1.0, MOST_HAND_MM / size)
            self.hands.moved_mm = (dx - dx * part, dy - dy * part)
            if self.session.theatre.hand.gripping:
                self.act(act.MoveHand(round(dx * part, 4), round(dy * part, 4)))
            else:
                self.hands.moved_mm = (0.0, 0.0)
        sagittal, medial = self.hands.aimed_deg
        if abs(sagittal) + abs(medial) > 1e-6:
            self.hands.aimed_deg = (0.0, 0.0)
            self.act(act.Aim(round(min(max(sagittal, -29.0), 29.0), 4), round(min(max(medial, -29.0), 29.0), 4)))
        moved = self.carm.take()
        if moved is not None and not self.act(moved):
            self.carm.refused_s = 0.6

    # Events

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Answer one event."""
        self._see_device(event)
        match event.type:
            case pygame.KEYDOWN:
                return self._key_down(event)
            case pygame.KEYUP:
                self._key_up(event)
            case pygame.MOUSEMOTION:
                self._moved(event)
            case pygame.MOUSEBUTTONDOWN if event.button in (1, 3):
                return self._button_down(event)
            case pygame.MOUSEBUTTONUP if event.button in (1, 3):
                self._button_up(event)
            case pygame.MOUSEWHEEL:
                self._wheel(event.y)
        return None

    def _see_device(self, event: pygame.event.Event) -> None:
        """Notice what the working hand is moved with."""
        gripping = self.session.theatre.hand.gripping
        if event.type == pygame.MOUSEBUTTONDOWN or (event.type == pygame.MOUSEMOTION and gripping):
            self.use.now = pointer_of(self._desk.settings.click_to_grab)
        elif event.type == pygame.KEYDOWN and meaning_of(event.key) in ("work", "move"):
            self.use.now = "keyboard"

    def on_focus_lost(self) -> None:
        """Let go of pedal, hands and lamp."""
        theatre = self.session.theatre
        self._end_work()
        self.hands.release()
        self.carm.part = ""
        _capture(False)
        if theatre.fluoroscope.pedal:
            self.act(act.Pedal(False))
        if theatre.hand.lean:
            self.act(act.LeanIn(False))
        if theatre.hand.other_down:
            self.act(act.OtherHand(False))

    def on_shown(self) -> None:
        """Go on."""

    def on_leave(self) -> None:
        """Let go of pedal, hands, sounds and the pointer."""
        self.on_focus_lost()
        self.monitor.pulses.close()
        self.monitor.kept.close()
        self._stages.close()
        self._desk.sounds.quiet()

    def on_tick(self, elapsed_s: float) -> Change | None:
        """Let refusals go, and have a body that was moved made ready for X-rays."""
        self._refusal_s = max(0.0, self._refusal_s - elapsed_s)
        self._note_s = max(0.0, self._note_s - elapsed_s)
        if not self.hands.fresh:
            self.hands.held_s += elapsed_s
        self.hands.fresh = False
        self.carm.refused_s = max(0.0, self.carm.refused_s - elapsed_s)
        self.monitor.pulses.prepare(self.session.theatre.patient)
        return None

    def _key_down(self, event: pygame.event.Event) -> Change | None:
        if self.talk.open and self._talk_key(event):
            return None
        if self._menu is not None and self._menu_key(event):
            return None
        match meaning_of(event.key):
            case "pause":
                self.on_focus_lost()
                title = f"{self.session.scenario.title}, {self.session.mode}, {hud.title_of(self.session.step).lower()}"
                return Push(PauseScreen(self._desk, self._drawn, title, self._leave))
            case "help":
                self.on_focus_lost()
                return Push(HelpScreen(self._desk))
            case "bookmark":
                return self._bookmark(bool(event.mod & pygame.KMOD_SHIFT))
            case "work" if not self.hands.working:
                self._work_key()
            case "other_hand" if not self.session.theatre.hand.other_down:
                self._other_hand(True)
            case "move":
                self._arrow_down(event)
            case other:
                self._command(other, event)
        return None

    def _arrow_down(self, event: pygame.event.Event) -> None:
        """Move by one small step at once, and remember the key for when it is held."""
        if event.key not in self.hands.keys:
            self.hands.keys.append(event.key)
        self.hands.held_s, self.hands.fresh = 0.0, True
        self.hands.aims_by_keys = bool(event.mod & pygame.KMOD_CTRL)
        way = arrow_of(event.key)
        if way is not None:
            self._move_by(way, TAP, event.mod)

    def _work_key(self) -> None:
        if self._desk.settings.click_to_grab and self.session.theatre.hand.gripping:
            self._end_work()
        elif self.hands.tool == "level" and self.session.step == "positioning":
            self._ask_level(self.hands.uv)
        else:
            self._begin_work()

    def _command(self, meaning: str | None, event: pygame.event.Event) -> None:
        shift = bool(event.mod & pygame.KMOD_SHIFT)
        match meaning:
            case "pedal" if not self.session.theatre.fluoroscope.pedal:
                self.act(act.Pedal(True))
            case "ask_view":
                self.act(act.AskView("lateral" if shift else "ap"))
            case "store_view":
                self.act(act.StoreView("lateral" if shift else "ap"))
            case "dose_mode":
                self.act(act.SetDoseMode("low" if self.session.theatre.fluoroscope.mode == "normal" else "normal"))
            case "stylet" if self.session.step == "needle":
                self.act(act.Stylet())
            case "inject" if self.session.step == "needle":
                self.act(Inject(INJECT_ML))
                self._inject_s = 0.0
            case "talk":
                self.talk.toggle()
            case "lean" if not self.session.theatre.hand.lean:
                self.act(act.LeanIn(True))
            case "roll_left" | "roll_right":
                self.act(act.Roll(-ROLL_DEG if meaning == "roll_left" else ROLL_DEG))
            case "next_instrument":
                self._next_tool(-1 if shift else 1)
            case "pick_instrument":
                self._pick(digit_of(event.key) or 0)
            case "wait":
                self.act(act.Wait(WAIT_S))
            case "finish_step":
                self.act(act.FinishStep())
            case "fold":
                self.cutaway.folded = not self.cutaway.folded

    def _key_up(self, event: pygame.event.Event) -> None:
        if event.key in self.hands.keys:
            self.hands.keys.remove(event.key)
        match meaning_of(event.key):
            case "work" if not self._desk.settings.click_to_grab:
                self._end_work()
            case "other_hand" if self.session.theatre.hand.other_down:
                self._other_hand(False)
            case "pedal" if self.session.theatre.fluoroscope.pedal:
                self.act(act.Pedal(False))
            case "lean" if self.session.theatre.hand.lean:
                self.act(act.LeanIn(False))
            case "inject":
                self._inject_s = -1.0

    def _talk_key(self, event: pygame.event.Event) -> bool:
        lines = lines_for(self.session.step)
        arrow = arrow_of(event.key)
        digit = digit_of(event.key)
        if arrow is not None:
            self.talk.step_by(lines, -arrow[1] if arrow[1] else arrow[0])
        elif meaning_of(event.key) == "work":
            self._say(self.talk.enter(lines))
        elif event.key == pygame.K_ESCAPE:
            self.talk.back()
        elif meaning_of(event.key) == "talk":
            self.talk.toggle()
        elif digit is not None and self.talk.choosing:
            self.talk.slot_at = min(digit - 1, len(lines[self.talk.at].slots[len(self.talk.words)].choices) - 1)
            self._say(self.talk.enter(lines))
        else:
            return False
        return True

    def _say(self, said: Action | None) -> None:
        if said is not None:
            self.act(said)

    def _menu_key(self, event: pygame.event.Event) -> bool:
        """Answer a key with the open menu; a digit that names none of its choices closes it and picks that tool instead."""
        assert self._menu is not None
        options, arrow, digit = self._menu[1], arrow_of(event.key), digit_of(event.key)
        if arrow is not None:
            self._menu_at = (self._menu_at + (-arrow[1] or arrow[0])) % len(options)
        elif meaning_of(event.key) == "work":
            self._choose(self._menu_at)
        elif digit is not None and 1 <= digit <= len(options):
            self._choose(digit - 1)
        elif digit is not None:
            self._menu = None
            return False
        elif event.key == pygame.K_ESCAPE:
            self._menu = None
        else:
            return False
        return True

    def _choose(self, index: int) -> None:
        assert self._menu is not None
        tool, options, _ = self._menu
        self._menu = None
        if self.act(options[index].action) and tool.held:
            self.hands.tool = tool.id

    # The tray

    def _pick(self, digit: int) -> None:
        found = next((tool for tool in TRAYS.get(self.session.step, ()) if tool.key == str(digit)), None)
        if found is not None:
            self._press_tool(found)

    def _next_tool(self, by: int) -> None:
        tools = held_tools(self.session.step)
        if not tools:
            return
        names = [tool.id for tool in tools]
        index = names.index(self.hands.tool) + by if self.hands.tool in names else 0
        self._press_tool(tools[index % len(tools)])

    def _press_tool(self, tool: Tool) -> None:
        """Take a tool, do what it does at once, or ask which."""
        if tool.id == "talk":
            self.talk.toggle()
        elif len(tool.options) == 1 and not tool.held:
            self.act(tool.options[0].action)
        elif tool.options:
            self._open_menu(tool, tool.options)
        elif (action := taking(tool)) is None or self.act(action):
            self.hands.tool = tool.id

    def _open_menu(self, tool: Tool, options: tuple[Option, ...], anchor: Box | None = None) -> None:
        tools = TRAYS.get(self.session.step, ())
        if anchor is None:
            anchor = self._tray_boxes[tools.index(tool)] if tool in tools and self._tray_boxes else Box(0, 0, 0, 0)
        self._menu, self._menu_at = (tool, options, anchor), 0

    def _ask_level(self, uv: tuple[float, float]) -> None:
        """Ask which level the place on the picture is."""
        tool = tool_of("positioning", "level")
        if tool is None:
            return
        if not self.session.theatre.fluoroscope.exposures:
            self.act(NameLevel(LEVELS[0], *uv))
            return
        box = self.monitor.picture_box
        options = tuple(Option(level, NameLevel(level, round(uv[0], 4), round(uv[1], 4))) for level in LEVELS)
        width = box.width // 2
        self._open_menu(tool, options, Box(box.x - width - round(24 * self._scale()), box.bottom, width, 1))

    # Hands on the field

    def _view(self) -> StepView | None:
        return self._views.get(self.session.step)

    def _begin_work(self) -> None:
        """Press: do what the step's view says, in order, until something is refused."""
        view = self._view()
        if view is None or self._stage is None:
            return
        self.hands.working = True
        self.hands.started_mm = (self.hands.x_mm, self.hands.y_mm)
        self.hands.moved_mm = (0.0, 0.0)
        for action in view.press(self.session, self._glance(), self.hands):
            if not self.act(action):
                self.hands.working = isinstance(view, PositioningView)
                break
        if self.session.theatre.hand.gripping:
            _capture(True)

    def _end_work(self) -> None:
        """Let go."""
        if not self.hands.working and not self.session.theatre.hand.gripping:
            return
        self._flush()
        view = self._view()
        if isinstance(view, PositioningView) and self.hands.working:
            for action in view.release(self._glance(), self.hands):
                self.act(action)
            if sideways(self.hands):
                self._refusal, self._refusal_s = f"{DRAG_WORDS[self.hands.tool]}.", REFUSAL_S
        self.hands.working = False
        if self.session.theatre.hand.gripping:
            self.act(act.LetGo())
        _capture(False)

    def _other_hand(self, down: bool) -> None:
        x_mm, y_mm = self.hands.x_mm, self.hands.y_mm
        if self.act(act.OtherHand(down, x_mm, y_mm)) and down and self.session.step == "positioning":
            self.act(Palpate(x_mm, y_mm))

    def _keys_move(self, elapsed_s: float) -> None:
        """Let held keys press the plunger and move hand, aim, pointer, cross or C-arm."""
        if self._inject_s >= 0.0:
            self._inject_s += elapsed_s
            if self._inject_s >= 0.5:
                self._inject_s -= 0.5
                self.act(Inject(INJECT_ML))
        arrows = [arrow for key in self.hands.keys if (arrow := arrow_of(key)) is not None]
        if arrows and self.hands.held_s > KEY_HOLD_S:
            way = (sum(a[0] for a in arrows), sum(a[1] for a in arrows))
            self._move_by(way, _held(elapsed_s, self.hands.held_s - KEY_HOLD_S), pygame.key.get_mods())

    def _move_by(self, way: tuple[int, int], step: "KeyStep", mods: int) -> None:
        """Move what the modifiers say: C-arm, aim, cross on the picture, or the hand."""
        fine = FINE if mods & pygame.KMOD_SHIFT else 1.0
        if mods & pygame.KMOD_ALT:
            self.carm.keys(way, bool(mods & pygame.KMOD_SHIFT), step.carm_deg, step.carm_mm, self.session.theatre.plan.side)
        elif mods & pygame.KMOD_CTRL:
            self.hands.aim(way[1] * step.aim_deg * fine, way[0] * step.aim_deg * fine)
        elif self.hands.tool == "level" and self.session.step == "positioning":
            u, v = (c + w * step.cross * fine for c, w in zip(self.hands.uv, way, strict=True))
            self.hands.uv = (min(max(u, -1.0), 1.0), min(max(v, -1.0), 1.0))
        elif not self.session.theatre.hand.gripping:
            self._point(self.hands.x_mm + way[0] * step.pointer_mm * fine, self.hands.y_mm + way[1] * step.pointer_mm * fine)
            self.hands.inside = True
        else:
            self._push_by(way, step.hand_mm * fine * self._desk.settings.mouse_gain)

    def _push_by(self, way: tuple[int, int], step_mm: float) -> None:
        """Move the working hand along and across what it holds."""
        view = self._view()
        drawn = view.along_axis(self.session, self._glance()) if isinstance(view, NeedleView) else None
        if drawn is None:
            self.hands.move(way[0] * step_mm, way[1] * step_mm)
            return
        length = max(math.hypot(*drawn), 0.2)
        across = (-drawn[1] / length, drawn[0] / length)
        self.hands.move(
            way[1] * step_mm * drawn[0] + way[0] * step_mm * across[0], way[1] * step_mm * drawn[1] + way[0] * step_mm * across[1]
        )

    def _point(self, x_mm: float, y_mm: float) -> None:
        if self._stage is None:
            return
        plane = self._stage.plane
        half = (plane.width_px * plane.mm_per_px / 2, plane.height_px * plane.mm_per_px / 2)
        x0, y0 = plane.centre_mm
        self.hands.x_mm = min(max(x_mm, x0 - half[0]), x0 + half[0])
        self.hands.y_mm = min(max(y_mm, y0 - half[1]), y0 + half[1])

    def _moved(self, event: pygame.event.Event) -> None:
        spots = self._places
        if spots is None or self._stage is None:
            return
        if self._warped is not None and math.dist(event.pos, self._warped) < WARP_PX:
            self._warped = None
            return
        if self.session.theatre.hand.gripping or self.hands.aiming:
            self._keep_off_the_edge(event.pos, spots.field)
        if self.carm.part:
            self.carm.drag(event.rel, self._scale(), self.session.theatre.plan.side)
            return
        self.monitor.hover(event.pos)
        self._over_carm = spots.carm.contains(event.pos)
        tools = TRAYS.get(self.session.step, ())
        self._hovered = next((tool.id for tool, box in zip(tools, self._tray_boxes, strict=False) if box.contains(event.pos)), "")
        for index, box in enumerate(self._menu_boxes if self._menu else ()):
            if box.contains(event.pos):
                self._menu_at = index
        mm = self._stage.plane.mm_per_px * self._desk.settings.mouse_gain
        if self.hands.aiming or (self.hands.working and pygame.key.get_mods() & pygame.KMOD_ALT):
            self._aim_by(event.rel[0] * mm, -event.rel[1] * mm)
        elif self.session.theatre.hand.gripping:
            self.hands.move(event.rel[0] * mm, -event.rel[1] * mm)
            self._point(self.hands.x_mm + event.rel[0] * mm, self.hands.y_mm - event.rel[1] * mm)
        else:
            self.hands.inside = spots.field.contains(event.pos) and not self.talk.open
            self._point(*to_field(self._stage.plane, spots.field, event.pos))

    def _keep_off_the_edge(self, at: tuple[int, int], field: Box) -> None:
        """Bring a pointer that is a hand back to the middle before the window's edge stops it."""
        if self._drawn is None or not pygame.display.get_init() or pygame.display.get_surface() is None:
            return
        width, height = self._drawn.get_size()
        if min(at[0], at[1], width - 1 - at[0], height - 1 - at[1]) < WARP_PX:
            self._warped = field.centre
            pygame.mouse.set_pos(field.centre)

    def _scale(self) -> float:
        return 1.0 if self._drawn is None else self._desk.look(self._drawn.get_size()).scale

    def _aim_by(self, dx_mm: float, dy_mm: float) -> None:
        """Turn the instrument as if its hub were pulled along: away from the point flattens, sideways converges."""
        sight = self._glance().sight
        away = 1.0
        if isinstance(sight, NeedleSight) and sight.on_skin:
            away = 1.0 if sight.hub_mm[0] >= sight.entry_mm[0] else -1.0
        else:
            away = 1.0 if self.session.theatre.camera.side_up == "right" else -1.0
        self.hands.aim(-away * dx_mm * AIM_DEG_PER_MM, dy_mm * AIM_DEG_PER_MM)

    def _button_down(self, event: pygame.event.Event) -> Change | None:
        at, spots = event.pos, self._places
        if spots is None:
            return None
        if self.talk.open:
            self._say(self.talk.press(at, lines_for(self.session.step)))
            return None
        if self._menu is not None:
            index = next((k for k, box in enumerate(self._menu_boxes) if box.contains(at)), None)
            if index is None:
                self._menu = None
            else:
                self._choose(index)
            return None
        if spots.field.contains(at) and self._stage is not None:
            self._field_down(event)
        elif self.carm.begin(at, event.button, spots.carm):
            return None
        else:
            self._panel_down(at, spots)
        return None

    def _field_down(self, event: pygame.event.Event) -> None:
        if self._stage is None or self._places is None:
            return
        if event.button == 3 or pygame.key.get_mods() & pygame.KMOD_ALT:
            self.hands.aiming = True
            _capture(True)
        elif self._desk.settings.click_to_grab and self.session.theatre.hand.gripping:
            self._end_work()
        else:
            self._point(*to_field(self._stage.plane, self._places.field, event.pos))
            self.hands.inside = True
            self._begin_work()

    def _panel_down(self, at: tuple[int, int], spots: Places) -> None:
        tools = TRAYS.get(self.session.step, ())
        for tool, box in zip(tools, self._tray_boxes, strict=False):
            if box.contains(at):
                self._press_tool(tool)
                return
        if spots.line.contains(at):
            self.act(act.FinishStep())
            return
        uv = self.monitor.place_on_picture(at)
        if uv is not None and self.session.step == "positioning":
            self.hands.uv = uv
            self._ask_level(uv)
            return
        answer = self.monitor.press(at, self._glance())
        if isinstance(answer, Action):
            self.act(answer)

    def _button_up(self, event: pygame.event.Event) -> None:
        self.carm.part = ""
        if event.button == 3 or self.hands.aiming:
            self.hands.aiming = False
            _capture(self.session.theatre.hand.gripping)
            return
        if not self._desk.settings.click_to_grab or not self.session.theatre.hand.gripping:
            self._end_work()

    def _wheel(self, notches: int) -> None:
        spots = self._places
        if spots is None or not notches:
            return
        if spots.carm.contains(pygame.mouse.get_pos()):
            self.carm.lift_mm += 5.0 * notches
        elif self.session.step == "needle" and self.session.theatre.hand.instrument == "lidocaine":
            if notches > 0:
                self.act(Inject(INJECT_ML))
        else:
            self.act(act.Roll(ROLL_DEG * notches))

    # Drawing

    def on_draw(self, surface: pygame.Surface) -> None:
        """Draw everything."""
        canvas = self._desk.canvas(surface)
        surface.fill(BACKGROUND)
        observation = self._glance()
        spots = places(canvas.box, canvas.look)
        self._places, self._drawn = spots, surface
        self._draw_field(canvas, spots, observation)
        self._draw_top(canvas, spots, observation)
        self._draw_right(canvas, spots, observation)
        self._draw_bottom(canvas, spots, observation)
        self._show_pointer(observation)
        if self._menu is not None:
            tool, options, anchor = self._menu
            self._menu_boxes = hud.option_boxes(canvas, anchor, options, tool.asks)
            hud.draw_options(canvas, self._menu_boxes, options, self._menu_at, tool.asks)
        if self.talk.open:
            self.talk.draw(canvas, spots.field, lines_for(self.session.step), self._speech)

    def _draw_field(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        box, view = spots.field, self._view()
        if view is None:
            canvas.panel(box, BACKGROUND, BACKGROUND)
            return
        self._stage = self._stages.get(view.key(self.session, box), lambda: view.paint(self.session, box))
        stage = self._stage
        if stage is None or stage.plane.shape != (box.height, box.width):
            canvas.panel(box, BACKGROUND, BACKGROUND)
            canvas.label("The field is being lit", box, "body", TEXT_SECOND, align="centre")
            return
        if stage.settled():
            stage.refresh(stage.picture.set_features(view.features(self.session, observation)))
            if isinstance(view, AntisepsisView):
                view.refresh(stage, observation)
        canvas.surface.blit(stage.surface(self.session.theatre.hand.lean), (box.x, box.y))
        clip = canvas.surface.get_clip()
        canvas.surface.set_clip(box.rect)
        view.draw(canvas, box, stage, self.session, observation, self.hands, seconds(observation.tick))
        if isinstance(view, NeedleView) and self.session.mode == "guided":
            self.cutaway.draw(canvas, box, self.session)
        self._name_mark(canvas, box, stage, observation)
        self._draw_ends(canvas, box, observation)
        canvas.surface.set_clip(clip)
        round_corners(canvas, box)

    def _name_mark(self, canvas: Canvas, box: Box, stage: Stage, observation: Observation) -> None:
        """Name the mark that the pointer is on."""
        hands = self.hands
        if not hands.inside or hands.working or hands.aiming or observation.gripping:
            return
        name = mark_at(observation.marks, hands.x_mm, hands.y_mm)
        if name:
            x, y = to_screen(stage.plane, box, hands.x_mm, hands.y_mm)
            chip(canvas, name, x, y + canvas.px(48), align="centre")

    def _draw_ends(self, canvas: Canvas, box: Box, observation: Observation) -> None:
        """Say where head and feet are."""
        y, away = box.y + canvas.px(35), canvas.px(20)
        left, right = ("Head", "Feet") if observation.camera.side_up == "right" else ("Feet", "Head")
        chip(canvas, f"← {left}", box.x + away, y)
        chip(canvas, f"{right} →", box.right - away, y, align="right")
        if self._stages.busy:
            chip(canvas, "The patient is being moved", box.centre[0], y, ACCENT, "centre")
        elif self._stage is not None and not self._stage.settled():
            chip(canvas, "The drape is being laid", box.centre[0], y, ACCENT, "centre")

    def _draw_top(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        top = Box(spots.title.x, spots.title.y, spots.clock.right - spots.title.x, spots.title.height)
        theatre_s, hands_s = observation.theatre_s, seconds(observation.tick)
        key = (observation.step, observation.steps_done, int(theatre_s), int(hands_s), self.session.mode)

        def draw() -> None:
            hud.draw_title(canvas, spots.title, hud.title_of(observation.step), f"{self.session.scenario.title}, {self.session.mode}")
            hud.draw_line(canvas, spots.line, self.session.scenario.steps, observation)
            hud.draw_clocks(canvas, spots.clock, theatre_s, hands_s)

        self._kept.draw(canvas, "top", key, top, draw)

    def _draw_right(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        naming = self.hands.tool == "level" or (self._menu is not None and self._menu[0].id == "level")
        cross = self.hands.uv if naming and self.session.step == "positioning" else None
        self._kept.draw(
            canvas,
            "monitor",
            self.monitor.key(self.session, observation, cross),
            spots.monitor,
            lambda: self.monitor.draw(canvas, spots, self.session, observation, cross),
        )
        warm, refused = float(bool(self.carm.part)), self.carm.refused_s > 0.0
        side = observation.plan.side
        self._kept.draw(
            canvas,
            "carm",
            (observation.carm, warm, refused),
            spots.carm,
            lambda: draw_carm(canvas, spots.carm, observation.carm, side, warm, refused),
        )
        self.vitals.advance(seconds(observation.tick), observation.vitals)
        now = observation.vitals
        shown = tuple(
            round(v) for v in (now.hr_bpm, now.spo2_percent, now.etco2_mmhg, now.rr_per_min, now.sbp_mmhg, now.dbp_mmhg, now.map_mmhg)
        )
        key = (*shown, pressure_age(now.bp_age_s))
        self._kept.draw(canvas, "vitals", key, spots.vitals, lambda: draw_vitals(canvas, spots.vitals, self.vitals, now))
        draw_traces(canvas, spots.vitals, self.vitals)
        if self.vitals.take_beats():
            self._desk.sounds.play_pulse(observation.vitals.spo2_percent, 0.35)

    def _draw_bottom(self, canvas: Canvas, spots: Places, observation: Observation) -> None:
        line = hud.Line(self._refusal, "refused") if self._refusal_s > 0.0 else self._guidance(observation)
        lines = self._desk.captions.lines
        said = tuple((caption.speaker, caption.text) for caption in lines)
        self._kept.draw(canvas, "captions", (line, said), spots.captions, lambda: hud.draw_captions(canvas, spots.captions, lines, line))
        tools = TRAYS.get(observation.step, ())
        self._tray_boxes = hud.tray_boxes(canvas, spots.tray, len(tools))
        chosen = self._chosen(observation)
        self._kept.draw(
            canvas,
            "tray",
            (observation.step, chosen, self._hovered),
            spots.tray,
            lambda: hud.draw_tray(canvas, self._tray_boxes, tools, chosen, self._hovered),
        )

    def _guidance(self, observation: Observation) -> hud.Line:
        """Return what was told last, what the pointer is on, or guided mode's sentence, thought over twice a second."""
        if self._note_s > 0.0:
            return hud.Line(self._note)
        if self._over_carm:
            return hud.Line(CARM_HELP)
        if self.session.mode != "guided":
            return hud.Line(FIRST_HELP if observation.tick - self._since < FIRST_HELP_TICKS else "")
        key = (observation.step, observation.tick // HINT_TICKS, self.hands.tool)
        if self._hint[0] != key:
            self._hint = (key, hint(self.session, observation, self._speech.lines))
        return hud.Line(self._hint[1])

    def _chosen(self, observation: Observation) -> str:
        """Return the tool that is lit: the view's own where one is in the hand, else what the theatre says is."""
        own = tool_of(observation.step, self.hands.tool)
        if observation.instrument and (own is None or own.instrument):
            return next((tool.id for tool in TRAYS.get(observation.step, ()) if tool.instrument == observation.instrument), self.hands.tool)
        return self.hands.tool

    def _show_pointer(self, observation: Observation) -> None:
        """Hide the window system's pointer where an instrument is drawn in its place."""
        if not pygame.display.get_init() or pygame.display.get_surface() is None:
            return
        busy = observation.gripping or self.hands.aiming
        over = self.hands.inside and not self.talk.open and self._menu is None and self._hand_is_drawn(observation)
        pygame.mouse.set_visible(not (busy or over))

    def _hand_is_drawn(self, observation: Observation) -> bool:
        """Say whether the field shows a hand or an instrument at the pointer."""
        match observation.sight:
            case PositioningSight():
                return self.hands.tool not in ("", "level")
            case AntisepsisSight():
                return self.hands.tool == "drape" or (observation.instrument == "applicator" and bool(observation.sight.agent))
            case NeedleSight():
                stands = observation.sight.on_skin
                return observation.instrument in ("", "blade") or (observation.instrument == "tuohy" and not stands)
        return False


@dataclass(frozen=True, slots=True)
class KeyStep:
    """How far one press of an arrow, or one frame of holding it, moves each thing that arrows move."""

    pointer_mm: float
    hand_mm: float
    aim_deg: float
    cross: float
    carm_deg: float
    carm_mm: float


TAP = KeyStep(NUDGE_POINTER_MM, NUDGE_HAND_MM, NUDGE_AIM_DEG, NUDGE_CROSS, NUDGE_CARM_DEG, NUDGE_CARM_MM)


def _held(elapsed_s: float, held_s: float) -> KeyStep:
    """Return how far a frame of holding moves; the hand is slow at first."""
    speed = KEY_SLOW_MM_PER_S + (KEY_FAST_MM_PER_S - KEY_SLOW_MM_PER_S) * min(held_s / KEY_RISE_S, 1.0) ** 2
    return KeyStep(
        pointer_mm=KEY_POINTER_MM_PER_S * elapsed_s,
        hand_mm=speed * elapsed_s,
        aim_deg=KEY_AIM_DEG_PER_S * elapsed_s,
        cross=KEY_CROSS_PER_S * elapsed_s,
        carm_deg=KEY_DEG_PER_S * elapsed_s,
        carm_mm=KEY_MM_PER_S * elapsed_s,
    )


def _capture(held: bool) -> None:
    """Hide the pointer while it is a hand; do nothing without a window.

    The button that is held keeps the motion coming; the window is not grabbed, so that pointers with absolute
    places (tablets, remote desktops) work too.
    """
    if pygame.display.get_init() and pygame.display.get_surface():
        pygame.mouse.set_visible(not held)


def render_screen(
    session: "Session", size: tuple[int, int], projector: bool = False, tool: str = "", at_mm: tuple[float, float] | None = None
) -> pygame.Surface:
    """Return the real screen of a session as it stands, drawn off-screen.

    Args:
        session: The case, with a step open.
        size: Width and height in pixels.
        projector: Larger type and lines.
        tool: Tool in the hand that the theatre does not know of, such as the finger.
        at_mm: Field place of the pointer, or None away from the field.
    """
    pygame.font.init()
    desk = Desk(Settings(), Path(), False, Sounds(), projector=projector)
    screen = OperationScreen(desk, session, _stay, _nowhere, at_once=True)
    screen.hands.tool = tool
    if at_mm is not None:
        screen.hands.x_mm, screen.hands.y_mm, screen.hands.inside = *at_mm, True
    _fill_captions(desk, screen, session)
    surface = pygame.Surface(size)
    screen.on_draw(surface)
    screen.on_draw(surface)
    screen.on_leave()
    return surface


def _fill_captions(desk: Desk, screen: OperationScreen, session: "Session") -> None:
    for heard in session.observe().heard[-1:]:
        line = screen._speech.lines.get(heard.line)
        if line is not None:
            desk.captions.said(heard.speaker, line.text.format(*heard.words))


def _stay(session: "Session") -> Change:
    raise AssertionError("a still goes nowhere")


def _nowhere() -> Change:
    raise AssertionError("a still goes nowhere")
