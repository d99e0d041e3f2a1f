from pathlib import Path

import pygame
import pytest

from game.errors import RecordingError
from game.operation.actions import FinishStep, Pedal, StartStep
from game.operation.positioning.actions import PlacePatient
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Recorder, Session, read_recording
from game.view import case as case_module
from game.view.backstage import Backstage
from game.view.case import begin, debrief, debrief_of, make_title, opening, recording_path, watching
from game.view.desk import Desk
from game.view.launch import Launch
from game.view.playback import Playback, ReplayScreen
from game.view.screen import Reset, Screen
from game.view.screens.loading import LoadingScreen
from game.view.screens.report import ReportScreen
from game.view.screens.title import TitleScreen
from tests.view.hands import WINDOWS, draw, press

PATH = shipped("scenarios") / "standard.yaml"


@pytest.fixture
def launch(monkeypatch: pytest.MonkeyPatch) -> Launch:
    """A drill that begins from nothing, with no picture made."""
    monkeypatch.setattr(case_module, "warm", lambda session: None)
    return Launch(PATH, load_scenario(PATH), 7, "practice", "positioning")


def opened(screen: LoadingScreen) -> Screen:
    screen._work.result()
    change = screen.on_tick(0.0)
    assert isinstance(change, Reset)
    return change.screen


def test_drill_opens_its_one_step_and_is_recorded(desk: Desk, launch: Launch) -> None:
    screen = opened(opening(desk, launch))
    assert isinstance(screen, case_module.CaseScreen)
    assert screen.session.scenario.steps == ("positioning",)
    assert screen.session.step == "positioning"
    screen.on_leave()
    (path,) = (desk.data_dir / "recordings").iterdir()
    assert read_recording(path).header.seed == 7


def test_two_attempts_keep_two_recordings(tmp_path: Path, launch: Launch) -> None:
    first = recording_path(tmp_path, launch)
    first.write_text("", encoding="utf-8")
    assert recording_path(tmp_path, launch) != first
    assert first.name == "standard-positioning-practice-seed-7-1.jsonl"


def test_folder_that_can_not_be_written_plays_without_a_recording(desk: Desk, launch: Launch) -> None:
    desk.writable = False
    session = begin(desk, launch, Backstage())
    assert session.recorder is None
    assert list(desk.data_dir.iterdir()) == []


def test_full_disk_is_told_once(desk: Desk, launch: Launch) -> None:
    screen = opened(opening(desk, launch))
    assert isinstance(screen, case_module.CaseScreen)
    recorder = screen.session.recorder
    assert isinstance(recorder, Recorder)
    recorder.problem = "The disk is full: the recording ends here."
    screen.on_tick(0.1)
    assert desk.notice == recorder.problem
    desk.notice = ""
    screen.on_tick(0.1)
    assert desk.notice == ""
    screen.on_leave()


def test_case_that_is_over_leads_to_its_report_and_on_to_the_drill(desk: Desk, launch: Launch) -> None:
    session = begin(desk, launch, Backstage())
    session.act(StartStep("positioning"))
    change = debrief(desk, launch, session)
    assert isinstance(change, Reset)
    assert isinstance(change.screen, ReportScreen)
    ways = change.screen._ways
    again = ways.drill("positioning")
    assert isinstance(again, Reset)
    assert isinstance(again.screen, LoadingScreen)
    opened(again.screen).on_leave()
    title = ways.leave()
    assert isinstance(title, Reset)
    assert isinstance(title.screen, TitleScreen)
    assert ways.replay is not None


def test_debrief_has_one_picture_for_each_press_of_the_pedal(desk: Desk, launch: Launch) -> None:
    session = begin(desk, launch, Backstage())
    session.act(StartStep("positioning"))
    for _ in range(2):
        session.act(Pedal(True))
        session.advance(60)
        session.act(Pedal(False))
        session.advance(60)
    assert session.theatre.fluoroscope.dose.exposures > 4
    shown = debrief_of(session)
    session.close()
    assert len(shown.pictures) == 2
    assert shown.truth is None


def test_recording_plays_itself_to_the_same_end(desk: Desk, launch: Launch) -> None:
    from game.operation.actions import MoveCArm

    session = begin(desk, launch, Backstage())
    session.act(StartStep("positioning"))
    session.advance(30)
    session.act(MoveCArm(orbit_deg=4.0))
    session.advance(90)
    session.close()
    recorder = session.recorder
    assert recorder is not None
    playback = Playback(read_recording(recorder.path))
    assert playback.session.step == "positioning"
    ended: list[Session] = []
    screen = ReplayScreen(desk, playback, lambda done: ended.append(done) or Reset(screen), lambda: Reset(screen))
    assert not screen.act(FinishStep()) or playback.session.step == "positioning"
    while not playback.over:
        screen.on_advance(7)
    assert ended == [playback.session]
    assert playback.session.tick == session.tick
    assert playback.session.theatre.fluoroscope.carm == session.theatre.fluoroscope.carm
    screen.on_leave()


def test_damaged_recording_is_told_on_the_title(desk: Desk, launch: Launch, tmp_path: Path) -> None:
    path = tmp_path / "damaged.jsonl"
    path.write_text("no recording", encoding="utf-8")
    screen = watching(desk, path)
    with pytest.raises(RecordingError):
        screen._work.result()
    change = screen.on_tick(0.0)
    assert isinstance(change, Reset)
    assert isinstance(change.screen, TitleScreen)
    assert desk.notice


def test_watching_opens_a_recording(desk: Desk, launch: Launch) -> None:
    session = begin(desk, launch, Backstage())
    session.act(StartStep("positioning"))
    session.close()
    assert session.recorder is not None
    screen = opened(watching(desk, session.recorder.path))
    assert isinstance(screen, ReplayScreen)
    screen.on_leave()


def watched(desk: Desk, launch: Launch) -> tuple[ReplayScreen, Reset]:
    session = begin(desk, launch, Backstage())
    session.act(StartStep("positioning"))
    session.advance(600)
    session.act(Pedal(True))
    session.close()
    assert session.recorder is not None
    playback = Playback(read_recording(session.recorder.path))
    left = Reset(make_title(desk))
    return ReplayScreen(desk, playback, lambda done: Reset(make_title(desk)), lambda: left), left


def test_replay_says_that_it_is_one_in_every_window(desk: Desk, launch: Launch) -> None:
    screen, _ = watched(desk, launch)
    for width, height, desk.projector in WINDOWS:
        draw(screen, (width, height))
        assert "Replay 1x" in {entry.text for entry in desk.ledger.entries}
        assert desk.ledger.too_large() == []
        field = screen._places.field
        canvas = desk.canvas_again(pygame.Surface((width, height)))
        assert canvas.width_of("Replay, held   + - speed   P goes on   Esc leaves", "small") + canvas.px(80) < field.width
    screen.on_leave()


def test_replay_plays_faster_and_is_held_at_a_key(desk: Desk, launch: Launch) -> None:
    screen, _ = watched(desk, launch)
    passed = []
    for key in (pygame.K_a, pygame.K_EQUALS, pygame.K_KP_PLUS, pygame.K_PLUS, pygame.K_MINUS, pygame.K_p, pygame.K_p):
        press(screen, key)
        before = screen.session.tick
        screen.on_advance(5)
        passed.append(screen.session.tick - before)
    assert passed == [5, 20, 80, 80, 20, 0, 20]
    screen.on_leave()


def test_replay_is_left_at_once(desk: Desk, launch: Launch) -> None:
    screen, left = watched(desk, launch)
    assert press(screen, pygame.K_ESCAPE) is left
    screen.on_leave()


def test_watching_a_torn_recording_says_so(desk: Desk, launch: Launch) -> None:
    session = begin(desk, launch, Backstage())
    session.act(StartStep("positioning"))
    session.close()
    assert session.recorder is not None
    path = session.recorder.path
    path.write_bytes(path.read_bytes()[:-4])
    screen = opened(watching(desk, path))
    assert isinstance(screen, ReplayScreen)
    assert desk.notice == "The last line was torn and is left out."
    screen.on_leave()


def test_pictures_of_the_debrief_are_of_the_patient_as_he_lay_then(desk: Desk, launch: Launch) -> None:
    session = begin(desk, launch, Backstage())
    session.act(StartStep("positioning"))
    for hips_deg in (60.0, 75.0):
        session.act(Pedal(True))
        session.advance(30)
        session.act(Pedal(False))
        session.advance(30)
        session.act(PlacePatient(hips_deg, 0.0))
    shown = debrief_of(session)
    session.close()
    then_deg = list(dict.fromkeys(session.theatre.fluoroscope.postures_deg))
    assert len(then_deg) == 2
    assert [picture.patient().spec.hip_flexion_deg for picture in shown.pictures] == then_deg


def test_title_makes_the_needle_ready_while_it_is_looked_at(desk: Desk, launch: Launch, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[Launch] = []
    monkeypatch.setattr(Backstage, "prepare", lambda self, launch: prepared.append(launch))
    monkeypatch.setattr("game.view.screens.titling.cards.still", lambda *_: __import__("numpy").zeros((64, 64), "uint8"))
    desk.seed = 7
    title = make_title(desk)
    title._shelf.at_once = True
    from tests.view.hands import draw

    draw(title)
    title.on_tick(0.1)
    title.on_tick(0.1)
    assert [(item.step, item.seed, item.mode) for item in prepared] == [("needle", 7, "guided")]
