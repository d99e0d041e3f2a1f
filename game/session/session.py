"""A session: one case, one trainee, one clock, one log."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from game.assessment import Report
from game.base import Action, Event
from game.complications import Courses
from game.errors import ActionRefused, GameError
from game.operation import actions as act
from game.operation import core
from game.operation.events import BookmarkSet, StepFinished, StepStarted, WentBack
from game.operation.motion import Motion, moved
from game.operation.registry import ACTIONS, STEPS, THEATRE_ACTIONS
from game.operation.steps import Measure, StepRules
from game.operation.theatre import Theatre
from game.patient import Patient, build_patient
from game.plain import encode
from game.scenario import Scenario, scenario_to_plain
from game.session.debrief import build_report
from game.session.digest import DIGEST_TICKS, History, digests, numbers
from game.session.handover import Handover, copied, make_handover, theatre_from
from game.session.look import observe
from game.session.observation import Observation, PictureSight
from game.session.recorder import UNKNOWN, Recorder, error_text
from game.session.start import new_theatre
from game.session.tick import advance_one, stride
from game.session.trainees.skill import SKILLS

MODES = ("guided", "practice", "exam")
KEPT_BODIES = 2
"""Bodies kept for pictures of other postures than the present one: each is about 75 MB once it was X-rayed (simulator tolerance)."""


class Session:
    """Runs a scenario: actions go down, events and observations come up.

    Attributes:
        theatre: The shared state; read-only outside the session.
        began_s: Theatre second at which the session began; a drill's is the expert's.
        states: Step states by id, for the steps begun; `motions` how the hands moved in each.
        step: Id of the open step, or "".
        device: What the hands used most so far; the view that watches them may say so at any time, results do not depend on it.
        events: Everything that happened, in order; `history` is its running fingerprint.
        log: Every action done, with its tick; `origin` is the handover that the session began from.
        courses: What is going wrong; `followed` counts the events that were looked at for it.
        refused: The last refusal's sentence; empty after an action that was done.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        mode: str = "practice",
        recorder: Recorder | None = None,
        handover: Handover | None = None,
        trainee: str = "you",
        device: str = "",
    ) -> None:
        """Begin at the scenario's first step, or where a handover leaves off.

        Args:
            scenario: The case.
            seed: Of patient and chance.
            mode: guided, practice or exam.
            recorder: Writes everything down.
            handover: What an earlier step left.
            trainee: Whose hands these are.
            device: What they use; by default a script where the trainee is one, else not known.

        Raises:
            GameError: If the mode does not exist or a step of the scenario is not built.
        """
        if mode not in MODES:
            raise GameError(f"There is no mode '{mode}'; there are {', '.join(MODES)}.")
        missing = [step for step in scenario.steps if step not in STEPS]
        if missing:
            raise GameError(f"The step '{missing[0]}' is not built.")
        self.scenario, self.seed, self.mode, self.trainee = scenario, seed, mode, trainee
        self.device = device or ("script" if trainee in SKILLS else UNKNOWN)
        self.origin = copied(handover) if handover is not None else None
        handover = copied(handover) if handover is not None else None
        self.theatre: Theatre = theatre_from(handover, scenario.tables.equipment) if handover else new_theatre(scenario, seed)
        self.began_s = self.theatre.theatre_s
        self.states: dict[str, Any] = {}
        self.motions: dict[str, Motion] = {}
        self.step = ""
        self.steps_done: list[str] = list(handover.steps_done) if handover else []
        self.started_s: dict[str, float] = {}
        self.durations_s: dict[str, float] = {}
        self.events: list[Event] = []
        self.history = History()
        self.log: list[tuple[int, Action]] = []
        self.refused = ""
        self.touched = False
        self.courses = handover.courses if handover else Courses()
        self.followed = 0
        self.handovers: dict[str, Handover] = {}
        self.pictures: dict[int, PictureSight] = {}
        self._measured: dict[str, dict[str, Measure]] = {}
        self._bodies: dict[float, Patient] = {}
        self.recorder = recorder
        if recorder is not None:
            recorder.header(seed, mode, trainee, self.device, scenario_to_plain(scenario), encode(handover))

    @classmethod
    def resume(cls, recording: Path | str, tick: int | None = None, recorder: Recorder | None = None) -> "Session":
        """Replay a recording to a tick, or to its end, and go on live from there.

        Raises:
            RecordingError: If the recording cannot be used.
        """
        from game.session.replay import resume  # replay builds sessions, so it can only be reached from here at run time

        return resume(recording, tick, recorder)

    @property
    def tick(self) -> int:
        """Session tick."""
        return self.theatre.tick

    @property
    def rules(self) -> StepRules | None:
        """Rules of the open step."""
        return STEPS[self.step] if self.step else None

    @property
    def steps_left(self) -> tuple[str, ...]:
        """Steps of the scenario that are neither done nor open, in order."""
        return tuple(step for step in self.scenario.steps if step not in self.steps_done and step != self.step)

    def act(self, action: Action) -> None:
        """Check, log and apply an action at this tick.

        Raises:
            ActionRefused: If the rules do not allow it; nothing changed.
        """
        sentence = self._refusal(action)
        if sentence is not None:
            self.refused = sentence
            raise ActionRefused(sentence)
        self.refused = ""
        if self.recorder is not None:
            self.recorder.action(self.tick, action)
        self.log.append((self.tick, action))
        with self._errors_recorded():
            self._apply(action)
        self.touched = True

    @contextlib.contextmanager
    def _errors_recorded(self) -> Iterator[None]:
        """Write an exception with its tick before it goes on."""
        try:
            yield
        except Exception as error:
            if self.recorder is not None:
                self.recorder.error(self.tick, error_text(error))
            raise

    def _refusal(self, action: Action) -> str | None:
        if type(action).__name__ not in ACTIONS:
            return f"Nobody here knows the action {type(action).__name__}."
        wrong = core.wrong_value(action)
        if wrong is not None:
            return wrong
        match action:
            case act.StartStep(step):
                return self._refuse_start(step)
            case act.FinishStep():
                return "No step is open." if self.rules is None else self.rules.unsafe(self.theatre, self.states[self.step])
            case act.ReopenStep(step):
                return self._refuse_reopen(step)
            case act.SetBookmark() | act.GoBack():
                return None if self.mode == "practice" else "Only practice lets you come back to a moment."
        if self.rules is None:
            return "Begin a step first."
        if type(action) not in self.rules.actions and type(action) not in THEATRE_ACTIONS:
            return f"That does not belong to {self.rules.title.lower()}."
        return core.refuse(self.theatre, action, self.rules.tray) or self.rules.refuse(self.theatre, self.states[self.step], action)

    def _refuse_start(self, step: str) -> str | None:
        if self.step:
            return f"Finish {STEPS[self.step].title.lower()} first."
        if step in self.steps_done:
            return f"{STEPS[step].title} is done; it can be reopened."
        if not self.steps_left or step != self.steps_left[0]:
            return f"The next step is {STEPS[self.steps_left[0]].title.lower()}." if self.steps_left else "All steps are done."
        return None

    def _refuse_reopen(self, step: str) -> str | None:
        if self.step:
            return f"Finish {STEPS[self.step].title.lower()} first."
        if not self.steps_done or step != self.steps_done[-1] or step not in self.states:
            return "Only the step that was finished last can be reopened."
        return None

    def _apply(self, action: Action) -> None:
        match action:
            case act.StartStep(step):
                self._open(step)
            case act.FinishStep():
                self._finish()
            case act.ReopenStep(step):
                self.steps_done.remove(step)
                self.step = step
                self.started_s[step] = self.theatre.theatre_s
                self.events.append(StepStarted(tick=self.tick, step=step))
            case act.SetBookmark():
                self.events.append(BookmarkSet(tick=self.tick))
            case act.GoBack(to):
                self.events.append(WentBack(tick=self.tick, to=to))
            case _:
                rules, state = STEPS[self.step], self.states[self.step]
                self.events.extend(core.apply(self.theatre, action))
                if isinstance(action, act.MoveHand):
                    moved(self.motions[self.step], action.dx_mm, action.dy_mm)
                self.events.extend(rules.apply(self.theatre, state, action))

    def _open(self, step: str) -> None:
        self.handovers[step] = make_handover(self)
        self.step = step
        self.theatre.hand.instrument = ""
        self.states[step] = STEPS[step].start(self.theatre)
        self.motions[step] = Motion()
        self.started_s[step] = self.theatre.theatre_s
        self.events.append(StepStarted(tick=self.tick, step=step))

    def measured(self, step: str) -> dict[str, Measure]:
        """Return a step's measures: as they stood when it was finished, or as they stand now."""
        if step in self._measured and step != self.step:
            return self._measured[step]
        return STEPS[step].measures(self.theatre, self.states[step])

    def _finish(self) -> None:
        step = self.step
        self._measured[step] = STEPS[step].measures(self.theatre, self.states[step])
        self.durations_s[step] = self.durations_s.get(step, 0.0) + self.theatre.theatre_s - self.started_s[step]
        self.steps_done.append(step)
        self.step = ""
        self.theatre.fluoroscope.pedal = False
        self.theatre.hand.gripping = False
        self.events.append(StepFinished(tick=self.tick, step=step))

    def advance(self, ticks: int) -> None:
        """Let session time pass.

        Raises:
            ImpossibleStateError: If a tick leaves a value that cannot be.
        """
        end = self.tick + ticks
        while self.tick < end:
            with self._errors_recorded():
                step = min(stride(self), end - self.tick)
                self.events.extend(advance_one(self, step))
            self.touched = False
            if self.recorder is not None and self.tick % DIGEST_TICKS == 0:
                self.recorder.digest(self.tick, digests(self), numbers(self))

    def patient_at(self, exposure: int) -> Patient:
        """Return the patient as he lay when a picture was taken; of other postures than his present one the last two stay built."""
        posture_deg = self.theatre.fluoroscope.postures_deg[exposure]
        if posture_deg == self.theatre.spec.hip_flexion_deg:
            return self.theatre.patient
        body = self._bodies.pop(posture_deg, None)
        if body is None:
            body = build_patient(replace(self.theatre.spec, hip_flexion_deg=posture_deg), self.theatre.seed)
        self._bodies[posture_deg] = body
        for oldest in list(self._bodies)[:-KEPT_BODIES]:
            del self._bodies[oldest]
        return body

    def observe(self) -> Observation:
        """Look round as the trainee can; draws nothing and changes nothing."""
        return observe(self)

    def report(self) -> Report:
        """Return the report of what was done so far."""
        return build_report(self)

    def handover(self) -> Handover:
        """Return all that a later step needs, between two steps."""
        return make_handover(self)

    def close(self) -> None:
        """End the recording."""
        if self.recorder is not None:
            self.recorder.close(self.tick, self.device)
