"""The operative screen: field, monitors, tray, talk, and the hands that work on them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from game.base import Action
from game.clock import TICKS_PER_S, seconds
from game.operation import actions as act
from game.operation.events import Sounded, Spoken, StepStarted
from game.operation.views.actions import Present
from game.operation.views.state import Views
from game.patient.physiology import vitals
from game.view import gamepad
from game.view.desk import Desk
from game.view.keys import meaning_of
from game.view.screen import Change, Push
from game.view.screens.feedback import FeedbackScreen
from game.view.screens.help import HelpScreen
from game.view.screens.operative import hud
from game.view.screens.operative.handling import capture
from game.view.screens.operative.pad_input import AT_REST, AtTheGamepad
from game.view.screens.operative.painting import Painting
from game.view.screens.operative.registry import SCREENS
from game.view.screens.pause import PauseScreen
from game.view.screens.view_feedback import view_feedback
from game.view.settings import Settings
from game.view.sound import Sounds

if TYPE_CHECKING:
    from game.session.session import Session


class OperationScreen(AtTheGamepad, Painting):
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
        super().__init__(desk, session, at_once)
        self._finished, self._leave, self._go_back = finished, leave, go_back
        self._reviewed: list[str] = []
        self._heard = len(session.events)
        self._views_told, self._views_read = _views_shown(session), 0
        if not session.step and session.steps_left:
            self.act(act.StartStep(session.steps_left[0]))
        self._take_first()

    def on_advance(self, ticks: int) -> Change | None:
        """Hand over what the hands did, and let whole session ticks pass; nobody works on a field that is still dark."""
        if self._stages.busy and self._stage is None:
            return None
        self._keys_move(ticks / TICKS_PER_S)
        self._sticks_move(ticks / TICKS_PER_S)
        self._flush()
        self._count_work(ticks)
        self._work_through(ticks)
        self._hear()
        return self._next_step()

    def _count_work(self, ticks: int) -> None:
        """Tell the session what the hands have used most."""
        if self.session.theatre.hand.gripping or self.hands.aiming or self.hands.keys or self.carm.part or self._sticks != AT_REST:
            self.use.worked(ticks)
            self.session.device = self.use.most or self.session.device

    def _next_step(self) -> Change | None:
        if self.session.step:
            return self._view_shown()
        feedback = self._feedback() or self._views_of_the_exam()
        if feedback is not None:
            return feedback
        if not self.session.steps_left:
            return self._finished(self.session)
        self.act(act.StartStep(self.session.steps_left[0]))
        return None

    def _view_shown(self) -> Change | None:
        """Return the card of a standard view that was just shown; an exam shows them when it is over."""
        shown = _views_shown(self.session)
        if shown <= self._views_told:
            return None
        self._views_told = shown
        if self.session.mode == "exam":
            return None
        self.on_focus_lost()
        again = self._again(self.session.step, shown - 1)
        return Push(view_feedback(self._desk, self._drawn, self.session, self.session.step, again=again))

    def _feedback(self) -> Change | None:
        """Return the card of the step that was just finished; exams have none."""
        done = self.session.steps_done[-1] if self.session.steps_done else ""
        if self.session.mode == "exam" or done not in self.session.states or done in self._reviewed:
            return None
        self._reviewed.append(done)
        self.on_focus_lost()
        return Push(FeedbackScreen(self._desk, self._drawn, self.session.report(), done, self._again(done)))

    def _views_of_the_exam(self) -> Change | None:
        """Return the next card of the views that an exam asked for: while it ran there were none."""
        done = self.session.steps_done[-1] if self.session.steps_done else ""
        shown = len(getattr(self.session.states.get(done), "presented", ()))
        if self.session.mode != "exam" or self._views_read >= shown:
            return None
        self.on_focus_lost()
        self._views_read += 1
        return Push(view_feedback(self._desk, self._drawn, self.session, done, self._views_read - 1))

    def _again(self, step: str, views: int = 0) -> Callable[[], Change] | None:
        """Return what begins a step again, or None where that can not be.

        Practice goes back to any step, and among views to where so many were shown; guided mode begins a drill anew.
        """
        go_back, session = self._go_back, self.session
        deeds = self._deeds_to(act.StartStep(step))
        if go_back is None or not deeds or session.mode == "exam" or (session.mode == "guided" and len(session.scenario.steps) > 1):
            return None
        if views > 0 and session.mode == "practice":
            deeds = [number for number, (_, done) in enumerate(session.log, start=1) if isinstance(done, Present)][views - 1]
        return lambda: go_back(deeds, step)

    def _bookmark(self, anew: bool) -> Change | None:
        """Remember this moment, or go back to the one that is remembered."""
        deeds = self._deeds_to(act.SetBookmark())
        if not deeds or anew or self._go_back is None:
            if self.act(act.SetBookmark()):
                self._tell("Bookmark set: B comes back to this moment, Shift + B moves it.")
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
                case Sounded(sound="pedal") if self.session.theatre.fluoroscope.pedal:
                    self._desk.captions.sounded("pedal")  # its tone is held as long as the pedal is
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
        view = self._view()
        load = 0.0 if view is None else view.load(self.session)
        self._desk.hold_load(load if load > 0.03 else 0.0)

    def _take_first(self) -> None:
        """Lie the first tool of a step in the hand where that commits to nothing."""
        if self.session.step in SCREENS and SCREENS[self.session.step].first_tool:
            self.hands.tool = SCREENS[self.session.step].first_tool

    def on_event(self, event: pygame.event.Event) -> Change | None:
        """Answer one event."""
        self._see_device(event)
        match event.type:
            case pygame.KEYDOWN:
                return None if self._panel_key(event) else self._program_key(event)
            case pygame.KEYUP:
                self._key_up(event)
            case pygame.MOUSEMOTION:
                self._moved(event)
            case pygame.MOUSEBUTTONDOWN if event.button in (1, 3):
                self._button_down(event)
            case pygame.MOUSEBUTTONUP if event.button in (1, 3):
                self._button_up(event)
            case pygame.MOUSEWHEEL:
                self._wheel(event.y)
            case gamepad.STICKS:
                self._stick_event(event)
        return None

    def _program_key(self, event: pygame.event.Event) -> Change | None:
        """Answer the keys that leave the case for another screen; the others are the hands'."""
        match meaning_of(event.key):
            case "pause":
                self.on_focus_lost()
                title = f"{self.session.scenario.title}, {self.session.mode}, {hud.title_of(self.session.step).lower()}"
                shown = min(_views_shown(self.session), len(self.session.theatre.plan.views) - 1)
                return Push(PauseScreen(self._desk, self._drawn, title, self._leave, self._again(self.session.step, shown)))
            case "help":
                self.on_focus_lost()
                return Push(HelpScreen(self._desk, "carm" if self.carm.focus or self.session.step == "views" else "hands"))
            case "bookmark":
                return self._bookmark(bool(event.mod & pygame.KMOD_SHIFT))
        self._key_down(event)
        return None

    def on_focus_lost(self) -> None:
        """Let go of pedal, hands and lamp."""
        theatre = self.session.theatre
        self._end_work()
        self.hands.release()
        self._sticks = AT_REST
        self._carm_up()
        capture(False)
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
        """Let refusals go."""
        self._refusal_s = max(0.0, self._refusal_s - elapsed_s)
        self._note_s = max(0.0, self._note_s - elapsed_s)
        if not self.hands.fresh:
            self.hands.held_s += elapsed_s
        self.hands.fresh = False
        self.carm.refused_s = max(0.0, self.carm.refused_s - elapsed_s)
        return None


def _views_shown(session: "Session") -> int:
    """Return how many standard views were shown in the open step."""
    state = session.states.get(session.step)
    return len(state.presented) if isinstance(state, Views) else 0


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
