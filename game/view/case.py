"""From a launch to a played case to its report: what joins title, operation and debrief."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np

from game.errors import RecordingError
from game.imaging.recursion import press_before
from game.instruments.needle import tip_mm
from game.operation.actions import BackTo, GoBack
from game.operation.events import Exposed
from game.session import Recorder, Session, read_recording, rewound
from game.view.backstage import Backstage, one_step, warm
from game.view.debrief import Debrief, Picture, Truth
from game.view.desk import Desk
from game.view.launch import Launch, step_title
from game.view.playback import Playback, ReplayScreen
from game.view.screen import Change, Reset, Screen
from game.view.screens.loading import LoadingScreen
from game.view.screens.operation import OperationScreen
from game.view.screens.operative.handstate import pointer_of
from game.view.screens.report import ReportScreen, Ways
from game.view.screens.title import TitleScreen

RECORDINGS = "recordings"


class CaseScreen(OperationScreen):
    """The operative screen of a case that is being recorded."""

    _told = False

    def on_tick(self, elapsed_s: float) -> Change | None:
        """Say once when the recording can not go on."""
        recorder = self.session.recorder
        if recorder is not None and recorder.problem and not self._told:
            self._told = True
            self._desk.tell(recorder.problem)
        return super().on_tick(elapsed_s)

    def on_leave(self) -> None:
        """End the recording too, however the case is left."""
        super().on_leave()
        self.session.close()


def make_title(desk: Desk) -> TitleScreen:
    """Return the title, from which cases are opened."""
    backstage = Backstage()
    return TitleScreen(desk, lambda launch: opening(desk, launch, backstage), desk.seed, prepare=backstage.prepare, ready=backstage.ready)


def opening(desk: Desk, launch: Launch, backstage: Backstage | None = None) -> LoadingScreen:
    """Return the screen that makes a case ready and then opens it."""
    name = f"{launch.scenario.title}, {step_title(launch.step).lower()}" if launch.step else launch.scenario.title
    behind = backstage or Backstage()

    def make(tell: Callable[[str], None]) -> Callable[[], Screen]:
        session = begin(desk, launch, behind, tell)
        if not launch.step:
            warm(session)
        return lambda: case_screen(desk, launch, session)

    def failed() -> Change:
        behind.close()
        return Reset(make_title(desk))

    return LoadingScreen(desk, name, make, failed)


def case_screen(desk: Desk, launch: Launch, session: Session) -> CaseScreen:
    """Return the screen of a case, begun or gone back in."""

    def go_back(deeds: int, to: str) -> Change:
        return Reset(going_back(desk, launch, session, deeds, to))

    return CaseScreen(desk, session, lambda done: debrief(desk, launch, done), lambda: Reset(make_title(desk)), go_back=go_back)


def going_back(desk: Desk, launch: Launch, session: Session, deeds: int, to: str) -> LoadingScreen:
    """Return the screen that plays a case again up to a moment, in a recording of its own, and goes on from there.

    Args:
        desk: What screens share.
        launch: Where the case came from.
        session: It, left as it is.
        deeds: How many actions of its log had been done then.
        to: `bookmark`, or the id of the step that is tried again.
    """
    name = "Back to the bookmark" if to == "bookmark" else f"{step_title(to)}, once more"

    def make(tell: Callable[[str], None]) -> Callable[[], Screen]:
        tell("The same hands, up to that moment")
        recorder = Recorder(recording_path(desk.data_dir / RECORDINGS, launch)) if desk.writable else None
        again = rewound(session, session.log[deeds - 1][0], recorder, deeds)
        if session.mode == "practice":  # in guided mode a drill is begun anew: nothing came before it
            again.act(GoBack(cast(BackTo, to)))
        warm(again)
        return lambda: let_go(case_screen(desk, launch, again))

    return LoadingScreen(desk, name, make, lambda: Reset(make_title(desk)))


def let_go(screen: CaseScreen) -> CaseScreen:
    """Release what was held at the moment that was come back to: nobody holds it now."""
    screen.on_focus_lost()
    return screen


def begin(desk: Desk, launch: Launch, backstage: Backstage, tell: Callable[[str], None] = lambda _: None) -> Session:
    """Return the session of a launch, recorded where the data folder can be written; a drill begins from an expert's hands."""
    handover = backstage.handover(launch, tell) if launch.step else None
    backstage.close()
    scenario = one_step(launch) if launch.step else launch.scenario
    recorder = Recorder(recording_path(desk.data_dir / RECORDINGS, launch)) if desk.writable else None
    return Session(scenario, launch.seed, launch.mode, recorder, handover, device=pointer_of(desk.settings.click_to_grab))


def recording_path(folder: Path, launch: Launch) -> Path:
    """Return a path that no recording has yet."""
    stem = "-".join(part for part in (launch.scenario.id, launch.step, launch.mode, f"seed-{launch.seed}") if part)
    return next(path for number in itertools.count(1) if not (path := folder / f"{stem}-{number}.jsonl").exists())


def debrief(desk: Desk, launch: Launch, session: Session) -> Change:
    """Return the change to the report of a case that is over."""
    session.close()
    return Reset(report_screen(desk, launch, session))


def report_screen(desk: Desk, launch: Launch, session: Session) -> ReportScreen:
    """Return the report, with the ways to the next drill, the recording and the title."""
    recorder = session.recorder
    replay = (lambda: Reset(watching(desk, recorder.path, launch))) if recorder is not None and not recorder.problem else None
    ways = Ways(lambda step: Reset(opening(desk, replace(launch, step=step))), lambda: Reset(make_title(desk)), replay)
    return ReportScreen(desk, session.report(), debrief_of(session), ways)


def watching(desk: Desk, path: Path, launch: Launch | None = None) -> LoadingScreen:
    """Return the screen that makes a recording ready and then plays it."""

    def make(tell: Callable[[str], None]) -> Callable[[], Screen]:
        tell("The recording is read")
        recording = read_recording(path)
        playback = Playback(recording)
        warm(playback.session)
        again = launch or launch_of(playback, path)

        def show() -> Screen:
            if recording.note:
                desk.tell(recording.note)
            return ReplayScreen(desk, playback, lambda done: Reset(report_screen(desk, again, done)), lambda: Reset(make_title(desk)))

        return show

    return LoadingScreen(desk, f"Recording {path.name}", make, lambda: Reset(make_title(desk)))


def launch_of(playback: Playback, path: Path) -> Launch:
    """Return the launch that a recording came from, as far as it tells."""
    session = playback.session
    mode = session.mode
    if mode not in ("guided", "practice", "exam"):
        raise RecordingError(f"{path}: there is no mode '{mode}'.")
    return Launch(path, session.scenario, session.seed, mode)  # type: ignore[arg-type]


def debrief_of(session: Session) -> Debrief:
    """Return the pictures of a session, the last of each press of the pedal, and where its needle came to lie."""
    pulses = [event for event in session.events if isinstance(event, Exposed)]
    lasts = [pulse for pulse, later in itertools.zip_longest(pulses, pulses[1:]) if later is None or later.held]
    exposures = session.theatre.fluoroscope.exposures
    pictures = tuple(
        Picture(pulse.tick, exposures[pulse.exposure], partial(session.patient_at, pulse.exposure), press_before(exposures, pulse.exposure))
        for pulse in lasts
    )
    return Debrief(pictures, truth_of(session))


def truth_of(session: Session) -> Truth | None:
    """Return the true anatomy round the window that was meant, and the needle's track in it."""
    needle, patient = session.theatre.needle, session.theatre.patient
    middle = patient.landmarks[f"sac.{session.theatre.plan.window}"]
    catheter = session.theatre.implant.catheter
    line = np.asarray(catheter.canal_mm if catheter is not None else [], dtype=np.float64).reshape(-1, 3)
    if (needle is None or needle.entry_mm is None) and not len(line):
        return None
    standing = needle is not None and needle.entry_mm is not None
    track = np.array([*needle.track_mm, tip_mm(needle)], dtype=np.float64) if needle is not None and standing else np.zeros((0, 3))
    return Truth(patient, track, (float(middle[0]), float(middle[1]), float(middle[2])), session.theatre.plan.side, line)
