"""What hands on the flank's field mean, and that what they do is seen."""

import math
from dataclasses import replace

import numpy as np
import pygame
import pytest

from game.operation.actions import Aim, Grip, OtherHand, Roll, TakeInstrument, Wait
from game.operation.tunnelling.actions import DrawRod, DrawSheath, SetDown
from game.session.look import observe
from game.view.canvas import Canvas
from game.view.layout import Box, Ledger
from game.view.screens.operation import render_screen
from game.view.screens.operative import flank_profile
from game.view.screens.operative.flank_profile import draw_profile
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.hints_tunnelling import tunnelling_hint
from game.view.screens.operative.registry import SCREENS
from game.view.screens.operative.tunnelling_view import TunnellingView, coil, wave
from game.view.theme import Look
from tests.session.sessions import TUNNELLING, begun, play

OPENED = TUNNELLING[: next(k for k, (_, action) in enumerate(TUNNELLING) if action == TakeInstrument("tunneller"))]
SIZE = (1280, 720)


@pytest.fixture(scope="module")
def opened():
    return play(begun("tunnelling"), OPENED)


@pytest.fixture(scope="module")
def pushed():
    return play(begun("tunnelling"), TUNNELLING[:-4])


def at(x_mm: float, y_mm: float) -> HandState:
    return HandState(x_mm=x_mm, y_mm=y_mm, inside=True)


def pixels(session) -> np.ndarray:
    return pygame.surfarray.array3d(render_screen(session, SIZE, False)).astype(np.int16)


def test_a_press_cuts_sets_the_rod_in_and_then_pushes_it(opened):
    view = TunnellingView()
    assert view.press(opened, observe(opened), at(0.0, 320.0)) == [SetDown(0.0, 320.0), Grip()]
    session = play(begun("tunnelling"), (*OPENED, (1, TakeInstrument("tunneller"))))
    assert view.press(session, observe(session), at(0.0, 316.0)) == [SetDown(0.0, 316.0)]
    session.act(SetDown(0.0, 316.0))
    assert view.press(session, observe(session), at(10.0, 250.0)) == [Grip()]
    back = next(mouth for mouth in observe(session).sight.mouths if mouth.name == "back")
    assert view.press(session, observe(session), at(*back.start_mm)) == [SetDown(*back.start_mm)]


def test_a_right_drag_bends_by_up_and_turns_by_sideways(opened):
    assert TunnellingView().aimed(3.0, 5.0, opened, observe(opened)) == (5.0, 3.0)


@pytest.mark.parametrize("wound", ["belly", "back"])
def test_the_rod_is_drawn_at_the_place_it_was_set_on_however_often_it_is_bent(wound):
    session = play(begun("tunnelling"), (*OPENED, (1, TakeInstrument("tunneller"))))
    mouth = next(mouth for mouth in observe(session).sight.mouths if mouth.name == wound)
    place = (0.5 * (mouth.start_mm[0] + mouth.end_mm[0]), 0.5 * (mouth.start_mm[1] + mouth.end_mm[1]))
    session.act(SetDown(*place))
    begins = np.array(session.states["tunnelling"].rod.entry_mm)
    for _ in range(40):
        session.act(Aim(1.0, 0.0))
    assert math.dist(observe(session).sight.rod.mouth_mm, place) < 0.5
    assert np.allclose(session.states["tunnelling"].rod.entry_mm, begins)


@pytest.mark.parametrize(("bend_deg", "wound"), [(0.0, "belly"), (10.0, "belly"), (80.0, "back")])
def test_the_held_rod_stays_in_its_inset(bend_deg, wound):
    session = play(begun("tunnelling"), (*OPENED, (1, TakeInstrument("tunneller"))))
    sight = observe(session).sight
    session.act(SetDown(*next(mouth.end_mm for mouth in sight.mouths if mouth.name == wound)))
    session.states["tunnelling"].rod.bend_deg = bend_deg
    surface = pygame.Surface((900, 700))
    canvas, field = Canvas(surface, Look(*SIZE), Ledger()), Box(0, 100, 800, 500)
    draw_profile(canvas, field, session, sight)
    drawn = pygame.surfarray.array3d(surface).any(axis=2)
    width, height = (canvas.px(size) for size in flank_profile.SIZE_PX)
    x, y = field.right - width - canvas.px(16), field.y + canvas.px(62)
    inset = drawn[x : x + width, y : y + height].sum()
    assert inset == drawn.sum() > 0


def test_s_draws_the_rod_and_once_the_sheath_lies_the_sheath(opened, monkeypatch):
    view = TunnellingView()
    assert view.command("stylet", opened) == [DrawRod()]
    monkeypatch.setattr(opened.states["tunnelling"], "sheath_in", True)
    assert view.command("stylet", opened) == [DrawSheath()]
    assert view.command("pause", opened) is None


def test_the_wheel_rolls_the_rod(opened):
    assert TunnellingView().wheel(-2, opened) == [Roll(-20.0)]


def test_the_load_grows_with_the_lag_of_the_hand(pushed):
    step = pushed.states["tunnelling"]
    assert TunnellingView().load(pushed) == pytest.approx(step.rod.ghost_mm / 90.0)
    assert TunnellingView().load(pushed) > 0.1


def test_fingers_and_tent_are_seen_only_where_fingers_lie_on_the_point(pushed):
    bare = pixels(pushed)
    session = play(begun("tunnelling"), TUNNELLING[:-4])
    x, y = observe(session).sight.rod.tip_mm or (0.0, 0.0)
    from game.operation.tunnelling.ground import place_of

    x, y = place_of(session.theatre, session.states["tunnelling"].rod.point_mm)
    session.act(OtherHand(True, x, y))
    assert observe(session).sight.rod.feel in ("ridge", "faint", "white")
    changed = np.abs(pixels(session) - bare).max(axis=2) > 24
    assert changed.mean() > 0.003


def test_each_thing_on_the_way_has_its_hint(opened, pushed):
    assert tunnelling_hint(opened, observe(opened))[0] in ("tunnel_track", "tunnel_set", "tunnel_wait")
    assert tunnelling_hint(pushed, observe(pushed))[0] == "tunnel_fingers"
    assert tunnelling_hint(begun("tunnelling"), observe(begun("tunnelling"))) == ("tunnel_numb",)
    assert SCREENS["tunnelling"].hint is tunnelling_hint


def test_what_hurts_waits_until_the_last_injection_is_numb():
    session = begun("tunnelling")
    theatre, sight = session.theatre, session.observe().sight
    theatre.lidocaine.deposits.append((0.0, 0.0, 0.0, 20.0, theatre.theatre_s))
    seen = replace(session.observe(), sight=replace(sight, numbed=((0.0, 0.0, 0.0),)))
    assert tunnelling_hint(session, seen) == ("tunnel_wait",)
    session.act(Wait(120.0))
    assert tunnelling_hint(session, seen) == ("tunnel_cut",)


@pytest.mark.parametrize("length_mm", [20.0, 120.0, 500.0])
def test_the_free_catheter_is_drawn_as_long_as_it_is(length_mm):
    points = np.array(coil((60.0, 12.0), length_mm, -1.0))
    drawn = float(np.sqrt((np.diff(points, axis=0) ** 2).sum(axis=1)).sum())
    assert drawn == pytest.approx(length_mm, rel=0.35, abs=30.0)
    assert all(math.isfinite(v) for point in wave((0.0, 312.0), length_mm) for v in point)
