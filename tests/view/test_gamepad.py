"""Gamepads: posted events of a pad reach the same actions as keys, and rumble is never the only cue."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pygame
import pytest

from game.operation import actions as act
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.view.app import App
from game.view.captions import SHOWN_ELSEWHERE, SOUND_CAPTIONS
from game.view.desk import Desk
from game.view.gamepad import CARM, HANDS, MENU, PLAYSTATION, RUMBLES, STICKS, VIEWS, XBOX, Gamepads, Layout, Pad
from game.view.keys import BINDINGS, meaning_of
from game.view.screen import Pop, Quit
from game.view.screens.operation import OperationScreen
from game.view.screens.settings import SettingsScreen
from game.view.settings import Settings
from game.view.sound import Sounds

SCENARIO = load_scenario(shipped("scenarios") / "standard.yaml")
NAMES = {name: number for number, name in enumerate(XBOX.buttons)}
REST_DEAD = 0.1


class Plain:
    """Stands for a painted field: only how it lies matters."""

    def __init__(self, plane: object) -> None:
        self.plane = plane


def app_at(step: str) -> App:
    session = Session(replace(SCENARIO, steps=(step,)), 7, "practice")
    session.act(act.StartStep(step))
    screen = OperationScreen(Desk(Settings(), Path(), False, Sounds()), session, lambda _: Quit(), Pop, at_once=True)
    screen.monitor.pulses._make = screen.monitor.kept._make = lambda press, patient: np.zeros((8, 8), np.uint8)  # type: ignore[method-assign]
    screen.on_draw = lambda surface: None  # type: ignore[method-assign]
    from game.view.screens.operative.places import places

    screen._places = places(screen._desk.canvas(pygame.Surface((1280, 720))).box, screen._desk.look((1280, 720)))
    view = screen._view()
    assert view is not None
    screen._stage = Plain(view.plane(session, screen._places.field))  # type: ignore[assignment]
    return App(screen._desk, [screen])


def frame(app: App, *events: pygame.event.Event, seconds: float = 1.0 / 60.0) -> OperationScreen:
    app.frame(events, seconds, pygame.Surface((1280, 720)), None)
    screen = app.stack[0]
    assert isinstance(screen, OperationScreen)
    return screen


def button(name: str, down: bool = True) -> pygame.event.Event:
    kind = pygame.JOYBUTTONDOWN if down else pygame.JOYBUTTONUP
    return pygame.event.Event(kind, instance_id=0, joy=0, button=NAMES[name])


def axis(number: int, value: float) -> pygame.event.Event:
    return pygame.event.Event(pygame.JOYAXISMOTION, instance_id=0, joy=0, axis=number, value=value)


def hat(x: int, y: int) -> pygame.event.Event:
    return pygame.event.Event(pygame.JOYHATMOTION, instance_id=0, joy=0, hat=0, value=(x, y))


def test_the_pedal_is_down_while_a_is_held() -> None:
    app = app_at("positioning")
    scope = frame(app, button("a")).session.theatre.fluoroscope
    assert scope.pedal
    frame(app, seconds=0.15)
    frame(app, button("a", False))
    assert not scope.pedal
    assert len(scope.exposures) >= 1


def test_a_pedal_is_let_go_when_the_window_loses_the_focus_or_the_pad_its_plug() -> None:
    for lost in (
        pygame.event.Event(pygame.WINDOWFOCUSLOST),
        pygame.event.Event(pygame.JOYDEVICEREMOVED, instance_id=0),
    ):
        app = app_at("positioning")
        scope = frame(app, button("a")).session.theatre.fluoroscope
        frame(app, lost)
        assert not scope.pedal


def test_sticks_and_triggers_move_the_c_arm_when_it_is_in_the_hands() -> None:
    app = app_at("positioning")
    scope = frame(app, button("x"), button("x", False)).session.theatre.fluoroscope
    for number, value, read in (
        (0, -1.0, lambda: scope.carm.orbit_deg),
        (1, -1.0, lambda: scope.carm.tilt_deg),
        (3, 1.0, lambda: scope.carm.isocentre_mm[2]),
        (4, -1.0, lambda: scope.carm.isocentre_mm[0]),
        (5, 1.0, lambda: scope.carm.isocentre_mm[1]),
    ):
        before = read()
        frame(app, axis(number, value), seconds=0.1)
        assert read() != before
        frame(app, axis(number, -1.0 if number == 5 else 0.0))
        still = read()
        frame(app, seconds=0.1)
        assert read() == still


def test_a_stick_pushed_up_and_an_arrow_held_up_tilt_the_same_way() -> None:
    app = app_at("positioning")
    screen = frame(app, button("x"), button("x", False))
    before = screen.session.theatre.fluoroscope.carm.tilt_deg
    frame(app, axis(1, -1.0), seconds=0.1)
    frame(app, axis(1, 0.0))
    by_stick = screen.session.theatre.fluoroscope.carm.tilt_deg
    frame(app, pygame.event.Event(pygame.KEYDOWN, key=pygame.K_UP, mod=0, unicode="", scancode=0))
    assert (by_stick - before) * (screen.session.theatre.fluoroscope.carm.tilt_deg - by_stick) > 0.0


def test_the_direction_pad_closes_the_blades_and_bumpers_the_iris() -> None:
    app = app_at("positioning")
    scope = frame(app, button("x"), button("x", False)).session.theatre.fluoroscope
    frame(app, hat(-1, 0), hat(0, 0), hat(0, -1), hat(0, 0), button("lb"), button("lb", False))
    blades = scope.carm.blades
    assert max(blades.left, blades.right, blades.top, blades.bottom, blades.iris) < 1.0
    frame(app, seconds=1.0)
    assert scope.carm.blades == blades


def test_b_asks_for_the_view_beside_and_a_click_of_the_right_stick_keeps_this_one() -> None:
    app = app_at("positioning")
    screen = frame(app, button("a"))
    scope = screen.session.theatre.fluoroscope
    frame(app, seconds=0.15)
    frame(app, button("a", False), button("r3"), button("r3", False))
    assert list(scope.stored) == ["ap"]
    screen.monitor.beside = "ap"
    exposures = len(scope.exposures)
    frame(app, button("b"), button("b", False))
    frame(app, seconds=0.1)
    assert len(scope.exposures) == exposures + 1
    scope.carm = replace(scope.carm, orbit_deg=-90.0)
    frame(app, button("r3"), button("r3", False))
    assert sorted(scope.stored) == ["ap", "lateral"]


def test_the_right_trigger_grips_the_right_stick_moves_and_the_left_one_aims() -> None:
    from game.operation.needle.actions import PlaceNeedle

    app = app_at("needle")
    session = frame(app).session
    session.act(act.TakeInstrument("tuohy"))
    session.act(PlaceNeedle(20.0, 10.0))
    screen = frame(app)
    screen.hands.x_mm, screen.hands.y_mm = 20.0, 10.0
    frame(app, axis(5, 0.6))
    assert session.theatre.hand.gripping
    x_mm = session.theatre.hand.x_mm
    frame(app, axis(3, -1.0), seconds=0.1)
    assert session.theatre.hand.x_mm < x_mm - 3.0
    frame(app, axis(3, 0.0), axis(5, 0.0))
    assert session.theatre.hand.gripping
    frame(app, axis(5, -0.6))
    assert not session.theatre.hand.gripping
    before = session.observe().sight.sagittal_deg
    frame(app, axis(1, -1.0), seconds=0.1)
    assert session.observe().sight.sagittal_deg > before + 1.0
    assert session.device == "gamepad"


def test_a_stick_near_its_middle_rests_and_half_way_is_finer_than_half() -> None:
    pads = Gamepads()

    def right(value: float) -> float:
        return float(pads.translated(axis(3, value), "hands")[-1].right[0])

    assert right(REST_DEAD) == 0.0
    assert right(1.0) == pytest.approx(1.0)
    assert 0.0 < right(0.5) < 0.25
    pads.gain = 2.0
    assert right(1.0) == pytest.approx(2.0)


def test_a_list_that_is_open_takes_the_direction_pad_and_a() -> None:
    app = app_at("positioning")
    screen = frame(app, button("y"), button("y", False))
    assert screen.talk.open
    at = screen.talk.at
    frame(app, hat(0, -1), hat(0, 0))
    assert screen.talk.at != at
    frame(app, button("a"), button("a", False))
    assert not screen.session.theatre.fluoroscope.pedal


def test_menus_are_worked_with_a_pad(desk: Desk) -> None:
    screen = SettingsScreen(desk)
    app = App(desk, [screen])
    surface = pygame.Surface((1280, 720))
    app.frame([], 0.1, surface, None)
    app.frame([button("rb"), button("rb", False), hat(1, 0), hat(0, 0)], 0.1, surface, None)
    assert desk.settings.volume == pytest.approx(0.75)
    app.frame([button("b")], 0.1, surface, None)
    assert app.stack == []


def test_a_key_that_a_button_pressed_is_let_go_though_the_context_has_changed() -> None:
    pads = Gamepads()
    (down,) = pads.translated(button("a"), "hands")
    (up,) = pads.translated(button("a", False), "menu")
    assert (down.key, up.key) == (pygame.K_f, pygame.K_f)
    assert pads.translated(button("a", False), "menu") == []


def test_every_button_is_a_key_of_the_table() -> None:
    for keys in (HANDS, CARM):
        assert all(meaning_of(code) for code, _ in keys.values())
    assert all(meaning_of(code) for code in VIEWS.values())
    assert {*HANDS, *CARM, *MENU, *VIEWS} <= {*XBOX.buttons, "lt", "rt", "up", "down", "left", "right"}
    assert {"a", "b", "x", "y", "up", "r3"} <= set(PLAYSTATION.buttons)
    assert sum(bool(binding.gamepad) for binding in BINDINGS) > 15


@pytest.mark.parametrize(
    ("name", "layout"),
    [("Xbox 360 Controller", XBOX), ("PS4 Controller", PLAYSTATION), ("Nintendo Switch Pro Controller", PLAYSTATION), ("Any Pad", XBOX)],
)
def test_a_pad_is_read_by_the_layout_of_its_kind(monkeypatch: pytest.MonkeyPatch, name: str, layout: Layout) -> None:
    monkeypatch.setattr(
        pygame.joystick, "Joystick", lambda index: SimpleNamespace(get_name=lambda: name, get_instance_id=lambda: 40 + index)
    )
    pads = Gamepads()
    assert pads.translated(pygame.event.Event(pygame.JOYDEVICEADDED, device_index=2), "hands") == []
    assert pads.pads[42].layout == layout


def test_what_rumbles_is_heard_and_written_too() -> None:
    assert all(sound in SOUND_CAPTIONS and sound not in SHOWN_ELSEWHERE for sound in RUMBLES)


class Motor:
    """Stands for SDL's joystick."""

    def __init__(self) -> None:
        self.felt: list[tuple[float, float, int]] = []

    def rumble(self, low: float, high: float, duration_ms: int) -> bool:
        self.felt.append((low, high, duration_ms))
        return True


def test_a_pop_is_felt_unless_that_is_switched_off(desk: Desk) -> None:
    motor = Motor()
    desk.gamepads.pads[0] = Pad(XBOX, motor)
    desk.play("pop_flavum")
    assert motor.felt == [RUMBLES["pop_flavum"]]
    desk.choose(replace(desk.settings, rumble=False))
    desk.play("pop_flavum")
    desk.hold_load(0.8)
    assert len(motor.felt) == 1


def test_the_load_is_felt_anew_only_when_it_changes(desk: Desk) -> None:
    motor = Motor()
    desk.gamepads.pads[0] = Pad(XBOX, motor)
    for load in (0.0, 0.30, 0.31, 0.9, 0.0, 0.0):
        desk.hold_load(load)
    assert len(motor.felt) == 3
    assert motor.felt[1][0] > motor.felt[0][0] > motor.felt[2][0] == 0.0


def test_sticks_have_an_event_of_their_own() -> None:
    assert STICKS not in (pygame.USEREVENT, pygame.KEYDOWN)
    assert pygame.USEREVENT < STICKS < pygame.NUMEVENTS
