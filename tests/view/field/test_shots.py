"""The real screen with an expert's hands: each step moves, the needle is drawn where it is, every label has room."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from game.base import Action
from game.operation.actions import FinishStep, StartStep
from game.operation.needle.sight import NeedleSight
from game.operation.radiopaque import shaft
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.session.observation import Observation
from game.session.playing import run
from game.session.trainees.trainee import make_trainee
from game.view.desk import Desk
from game.view.field.plane import Box, Plane
from game.view.screen import Pop, Quit
from game.view.screens.operation import OperationScreen
from game.view.screens.operative import needle_view
from game.view.screens.operative.stage import Stage
from game.view.settings import Settings
from game.view.sound import Sounds

SEED = 2
SIZE = (1280, 720)
WINDOWS = ((1280, 720), (1366, 768), (1920, 1080), (3840, 2160))
LOOK_TICKS = {
    "positioning": 180,
    "antisepsis": 3000,
    "needle": 1500,
    "catheter": 700,
    "anchoring": 450,
    "tunnelling": 900,
    "connection": 1000,
}
"""Hand ticks between looks: five to twelve a step."""
CHIPS_PX = 52
MOVED_SHARE, MOVED_GREY = 0.02, 16

Picture = NDArray[np.uint8]


@dataclass
class Blank:
    """Stands for a painted field where only words matter."""

    plane: Plane
    edges: object = None
    film: object = None
    features: tuple[object, ...] = ()

    def picture(self, lean: bool) -> Picture:
        return np.zeros((*self.plane.shape, 3), np.uint8)

    def patch(self, box: Box, features: object, lean: bool) -> Picture:
        return np.zeros((box[3] - box[1], box[2] - box[0], 3), np.uint8)

    def set_features(self, features: object) -> list[Box]:
        return []

    set_edges = set_film = set_wounds = set_features

    def set_wash(self, wash: object, box: object) -> list[Box]:
        return []


@dataclass
class Seen:
    """What was noted while the expert worked.

    Attributes:
        fields: The field without its chips and its tick, by step, in order.
        tips_px: Distance of the drawn needle tip from its projection, window pixels at the largest window.
        tight: Labels without room, by step and window.
    """

    fields: dict[str, list[tuple[int, Picture]]] = field(default_factory=dict)
    tips_px: list[float] = field(default_factory=list)
    tight: dict[tuple[str, str], list[str]] = field(default_factory=dict)


class Watched:
    """An expert who is looked at before he finishes a step."""

    def __init__(self, look: "Watch") -> None:
        self.expert, self.look = make_trainee("expert", SEED), look

    def next_actions(self, observation: Observation) -> tuple[Action, ...]:
        actions = tuple(self.expert.next_actions(observation))
        if any(isinstance(action, FinishStep) for action in actions):
            self.look.note()
        return actions


class Watch:
    """Draws the session's screen now and then."""

    def __init__(self, session: Session, folder: Path) -> None:
        self.session, self.seen = session, Seen()
        session.act(StartStep(session.steps_left[0]))
        self.desk = Desk(Settings(), folder, False, Sounds())
        self.screen = OperationScreen(self.desk, session, lambda _: Quit(), Pop)
        self.screen._stages.at_once = True
        self.due = 0
        self.step = ""

    def at_look(self, session: Session) -> bool:
        if session.step and session.step != self.step:
            self.step, self.due = session.step, session.tick
        if session.step and session.tick >= self.due:
            self.due = session.tick + LOOK_TICKS[session.step]
            self.note()
        return False

    def note(self) -> None:
        hand, camera = self.session.theatre.hand, self.session.theatre.camera
        away = self.session.step == "needle" and max(abs(hand.x_mm), abs(hand.y_mm)) > camera.width_mm / 2
        self.screen.hands.x_mm, self.screen.hands.y_mm = (0.0, 0.0) if away else (hand.x_mm, hand.y_mm)
        self.screen.hands.inside = True
        surface = pygame.Surface(SIZE)
        self.screen.on_draw(surface)
        box = self.screen._places.field
        pixels = pygame.surfarray.array3d(surface).swapaxes(0, 1)
        inner = pixels[box.y + CHIPS_PX : box.bottom - CHIPS_PX, box.x : box.right]
        self.seen.fields.setdefault(self.session.step, []).append((self.session.tick, inner.copy()))
        if self.session.step == "needle":
            self._note_tip()
        if len(self.seen.fields[self.session.step]) == 3:
            self._note_labels()

    def _note_tip(self) -> None:
        sight, theatre = self.session.observe().sight, self.session.theatre
        if not isinstance(sight, NeedleSight) or not sight.on_skin or theatre.needle is None:
            return
        true = theatre.camera.to_field(theatre.patient_pose.apply(shaft(theatre.needle)[-1:]))[0]
        stand = needle_view.drawn_stand(sight)
        px_per_mm = 2 * self.screen._places.field.width / theatre.camera.width_mm
        self.seen.tips_px.append(float(np.linalg.norm(np.subtract(stand.tip_mm, true))) * px_per_mm)

    def _note_labels(self) -> None:
        view = self.screen._view()
        for text_size in ("normal", "projector"):
            for window in WINDOWS:
                desk = Desk(Settings(text_size=text_size), Path(), False, Sounds())
                screen = OperationScreen(desk, self.session, lambda _: Quit(), Pop)
                screen._stages.at_once = True
                screen.hands.inside = True
                screen._view().paint = lambda session, box: Blank(view.plane(session, box))  # type: ignore[method-assign,union-attr]
                screen.on_draw(pygame.Surface(window))
                settle(screen)
                self.seen.tight[self.session.step, f"{window[0]}x{window[1]} {text_size}"] = [str(e) for e in desk.ledger.too_large()]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One case by the expert, looked at on the way."""
    session = Session(load_scenario(shipped("scenarios") / "standard.yaml"), SEED, "practice", trainee="expert")
    watch = Watch(session, tmp_path_factory.mktemp("desk"))
    run(session, Watched(watch), until=watch.at_look)
    settle(watch.screen)
    return watch.seen


def settle(screen: OperationScreen) -> None:
    """Wait for pictures in the making; hands stay where the expert has them."""
    screen.monitor.pulses.close()
    screen.monitor.kept.close()


def moved_share(first: Picture, second: Picture) -> float:
    return float((np.abs(first.astype(int) - second.astype(int)).max(axis=2) > MOVED_GREY).mean())


@pytest.mark.parametrize("step", list(LOOK_TICKS))
def test_start_middle_and_end_of_a_step_look_different(seen, step):
    looks = seen.fields[step]
    half = (looks[0][0] + looks[-1][0]) / 2
    start, middle, end = looks[0][1], min(looks, key=lambda look: abs(look[0] - half))[1], looks[-1][1]
    shares = {"start-middle": moved_share(start, middle), "middle-end": moved_share(middle, end), "start-end": moved_share(start, end)}
    assert min(shares.values()) > MOVED_SHARE, shares


def test_the_needle_is_drawn_where_its_tip_is(seen):
    assert len(seen.tips_px) >= 3
    assert max(seen.tips_px) < 2.0


@pytest.mark.parametrize("step", list(LOOK_TICKS))
def test_every_label_has_room_in_every_window(seen, step):
    tight = {where: labels for (own, where), labels in seen.tight.items() if own == step}
    assert len(tight) == 2 * len(WINDOWS)
    assert not any(tight.values()), tight


@pytest.mark.parametrize("text_size", ["normal", "projector"])
@pytest.mark.parametrize("window", WINDOWS)
def test_every_label_of_a_drill_of_views_has_room(window, text_size):
    session = Session(load_scenario(shipped("scenarios") / "views" / "true-lateral-l2-3.yaml"), SEED, "guided")
    desk = Desk(Settings(text_size=text_size), Path(), False, Sounds())
    screen = OperationScreen(desk, session, lambda _: Quit(), Pop)
    screen._stages.at_once = True
    view = screen._view()
    view.paint = lambda session, box: Blank(view.plane(session, box))
    screen.on_draw(pygame.Surface(window))
    screen._room.open = True
    screen.on_draw(pygame.Surface(window))
    settle(screen)
    assert {"Dose", "Staff", "Close"} <= {entry.text for entry in desk.ledger.entries}
    assert [str(entry) for entry in desk.ledger.too_large()] == []


def test_a_blank_field_stands_for_a_painted_one():
    plane = Plane(40, 30, 1.0)
    stage = Stage(Blank(plane))  # type: ignore[arg-type]
    assert stage.surface(False).get_size() == (40, 30)
