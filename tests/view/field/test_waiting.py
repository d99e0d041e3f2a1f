"""What is made beside the frame: the old picture stands, the case waits, and one body is worked on at a time."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pygame
import pytest

from game.operation import actions as act
from game.operation.needle.actions import PlaceNeedle
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.session.look import observe
from game.view.desk import Desk
from game.view.field import implants, wound_tools
from game.view.field.wound_look import Layers, WoundLook
from game.view.layout import Box
from game.view.screens.operation import OperationScreen
from game.view.screens.operative.anchoring_view import AnchoringView
from game.view.screens.operative.pulses import Pulses
from game.view.screens.operative.registry import wanted
from game.view.screens.operative.stage import Stage, Stages, _painted
from game.view.stills import warmed
from game.view.work import Work

SCENARIO = load_scenario(shipped("scenarios") / "standard.yaml")


def picture() -> SimpleNamespace:
    pixels = np.zeros((4, 4, 3), np.uint8)
    return SimpleNamespace(plane=None, picture=lambda lean: pixels)


def done(stages: Stages) -> None:
    assert stages._coming is not None
    stages._coming[1].result()


def test_within_a_step_the_old_field_stands_until_the_new_one_is_painted() -> None:
    stages = Stages()
    assert stages.get(("positioning", 1), picture) is None
    done(stages)
    first = stages.get(("positioning", 1), picture)
    assert first is not None
    assert stages.get(("positioning", 2), picture) is first
    assert stages.busy
    done(stages)
    second = stages.get(("positioning", 2), picture)
    assert second not in (None, first)
    assert not stages.busy


def test_the_field_of_one_step_never_stands_for_another() -> None:
    stages = Stages()
    stages.get(("positioning", 1), picture)
    done(stages)
    assert stages.get(("positioning", 1), picture) is not None
    assert stages.get(("antisepsis", 1), picture) is None
    assert stages.busy
    stages.close()


def test_a_large_change_is_made_beside_the_frame_and_taken_in_when_done() -> None:
    gate = threading.Event()
    stage = Stage(picture())  # type: ignore[arg-type]

    def change() -> list[tuple[int, int, int, int]]:
        gate.wait(10.0)
        return []

    stage.repaint(change)
    assert not stage.settled()
    gate.set()
    stage.close()
    assert stage.settled()


def test_what_the_first_showing_does_without_comes_after_it_and_is_the_same() -> None:
    session = Session(replace(SCENARIO, steps=("anchoring",)), 7, "practice")
    session.act(act.StartStep("anchoring"))
    view, box, stages = AnchoringView(), Box(0, 0, 240, 166), Stages()
    stages.get(view.key(session, box), lambda: view.paint(session, box))
    done(stages)
    stage = stages.get(view.key(session, box), lambda: view.paint(session, box))
    assert stage is not None
    assert stage.picture.pictures[1] is None
    assert stage.picture.wounds == []
    stage.finish()
    assert not stage.waits
    stage.close()
    assert stage.settled()
    assert len(stage.picture.wounds) == 1
    direct = view.paint(session, box)
    np.testing.assert_array_equal(stage.picture.pictures[1], direct.picture(True))
    x, y = session.states["anchoring"].entry_xy
    look = WoundLook(((x - 20.0, y), (x + 20.0, y)), (14.0, 14.0), Layers(3.0, 0.0, 14.0), 22.0, retracted=True)
    bare = direct.picture(False).copy()
    for picture in (stage.picture, direct):
        picture.set_wounds((look,))
    np.testing.assert_array_equal(stage.picture.picture(False), direct.picture(False))
    assert (direct.picture(False) != bare).any()


def test_ruler_and_pump_are_drawn_while_the_field_is_dark(desk: Desk) -> None:
    session = Session(replace(SCENARIO, steps=("connection",)), 7, "practice")
    screen = OperationScreen(desk, session, lambda _: None, lambda: None)  # type: ignore[arg-type, return-value]
    surface = pygame.Surface((480, 270))
    screen.on_draw(surface)
    assert screen._stage is None
    drawn = (wound_tools.ruler.cache_info().misses, implants.pump.cache_info().misses)
    done(screen._stages)
    screen.on_draw(surface)
    assert screen._stage is not None
    assert (wound_tools.ruler.cache_info().misses, implants.pump.cache_info().misses) == drawn
    screen.on_leave()


def test_a_case_waits_while_its_field_is_dark(desk: Desk) -> None:
    session = Session(replace(SCENARIO, steps=("positioning",)), 7, "practice")
    screen = OperationScreen(desk, session, lambda _: None, lambda: None)  # type: ignore[arg-type, return-value]
    screen._stages.busy = True
    screen.on_advance(60)
    assert session.tick == 0
    screen._stages.busy = False
    screen.on_advance(60)
    assert session.tick == 60


def test_a_stored_picture_is_not_begun_while_it_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Pulses()
    monkeypatch.setattr(kept, "_make", lambda exposure, patient: np.zeros((4, 4), np.uint8))
    assert kept.get(0, None, lambda: None, may_begin=False) is None  # type: ignore[arg-type, return-value]
    assert not kept.busy
    assert kept.get(0, None, lambda: None) is None  # type: ignore[arg-type, return-value]
    kept.close()


def test_a_picture_that_came_while_the_next_pulse_fell_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    pulses, gate = Pulses(), threading.Event()

    def slow(press: object, patient: object) -> np.ndarray:
        gate.wait(10.0)
        return np.full((4, 4), press, np.uint8)

    monkeypatch.setattr(pulses, "_make", slow)
    for index in (1, 2, 3):
        assert pulses.live(index, index, lambda: None) is None  # type: ignore[arg-type, return-value]
    gate.set()
    assert pulses._coming is not None
    pulses._coming[1].result()
    picture = pulses.live(4, 4, lambda: None)  # type: ignore[arg-type, return-value]
    assert picture is not None
    assert (picture[0, 0], pulses.shown) == (1, 1)
    pulses._coming[1].result()
    picture = pulses.live(5, 5, lambda: None)  # type: ignore[arg-type, return-value]
    assert picture is not None
    assert (picture[0, 0], pulses.shown) == (4, 4)
    pulses.close()


def test_a_moved_body_is_made_ready_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr("game.view.screens.operative.pulses.warmed", lambda patient: made.append(patient))
    pulses, body = Pulses(), object()
    for _ in range(3):
        pulses.prepare(body)  # type: ignore[arg-type]
        pulses.close()
    assert made == [body]
    assert pulses._ready == {}


def test_a_body_is_made_ready_for_x_rays_once_its_field_is_lit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies: list[object] = []
    monkeypatch.setattr("game.view.screens.operative.pulses.warmed", bodies.append)
    session = Session(replace(SCENARIO, steps=("needle",)), 7, "practice")
    screen = OperationScreen(desk, session, lambda _: None, lambda: None)  # type: ignore[arg-type, return-value]
    surface = pygame.Surface((480, 270))
    screen.on_tick(0.1)
    screen.on_draw(surface)
    screen.monitor.pulses.close()
    assert bodies == []
    done(screen._stages)
    screen.on_draw(surface)
    assert screen._stage is not None
    screen._stage.close()
    screen.on_draw(surface)
    screen.on_leave()
    assert bodies == [session.theatre.patient]


def test_painting_a_field_and_cutting_a_body_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, most = 0, 0

    def heavy(*_: object) -> object:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        threading.Event().wait(0.02)
        under_way -= 1
        return SimpleNamespace(picture=lambda lean: None)

    monkeypatch.setattr("game.view.stills.still_of", heavy)
    works = [Work(lambda: warmed(None)), Work(lambda: _painted(heavy))]  # type: ignore[arg-type, list-item, return-value]
    for work in works:
        work.result()
    assert most == 1


def test_guided_mode_calls_bone_only_what_is_bone() -> None:
    session = Session(replace(SCENARIO, steps=("needle",)), 7, "guided")
    session.act(act.StartStep("needle"))
    session.act(act.TakeInstrument("tuohy"))
    session.act(PlaceNeedle(20.0, 10.0))
    needle = session.theatre.needle
    assert needle is not None
    needle.depth_mm = 0.8
    sight = replace(observe(session, read_pictures=False).sight, word="bone")
    seen = replace(observe(session, read_pictures=False), sight=sight)
    assert wanted(session, seen)[0] != "on_bone"
    needle.on_bone = True
    assert wanted(session, seen)[0] == "on_bone"
