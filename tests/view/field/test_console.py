"""The C-arm in the hands: console, drawing, keys and pedal become actions, and every control changes something."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from game.frames import Array
from game.operation import actions as act
from game.operation.theatre import Theatre
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.view.desk import Desk
from game.view.monitors.console import BLADE_STEP, HELP, ROWS, STAFF, action_of, help_of
from game.view.monitors.fluoroscopy import MOVED
from game.view.screen import Pop, Quit
from game.view.screens.operation import OperationScreen
from game.view.screens.operative.carm_handle import FINE, KEY_BLADE
from game.view.screens.operative.laser import cross_lines
from game.view.screens.operative.monitor_panel import BUTTON_HELP, BUTTONS, NOTHING_TO_SWAP, POINT_AT_HELD
from game.view.settings import Settings
from game.view.sound import Sounds

SIZE = (1280, 720)
SCENARIO = load_scenario(shipped("scenarios") / "standard.yaml")
BUTTON_IDS = [name for row in ROWS for name, _ in row.parts if name]


def screen_at(step: str, session: Session | None = None) -> OperationScreen:
    if session is None:
        session = Session(replace(SCENARIO, steps=(step,)), 7, "practice")
        session.act(act.StartStep(step))
    screen = OperationScreen(Desk(Settings(), Path(), False, Sounds()), session, lambda _: Quit(), Pop, at_once=True)
    screen.monitor.pulses._make = screen.monitor.kept._make = lambda press, patient: np.zeros((64, 64), np.uint8)  # type: ignore[method-assign]
    return screen


@pytest.fixture(scope="module")
def painted() -> Iterator[OperationScreen]:
    """A screen whose field is painted already: that is what takes time."""
    screen = screen_at("positioning")
    screen.on_draw(pygame.Surface(SIZE))
    yield screen
    screen.on_leave()


@pytest.fixture
def screen(painted: OperationScreen) -> OperationScreen:
    fresh = screen_at("positioning")
    fresh._stages, fresh._views = painted._stages, painted._views
    draw(fresh)
    return fresh


def draw(screen: OperationScreen) -> pygame.Surface:
    surface = pygame.Surface(SIZE)
    screen.on_draw(surface)
    return surface


def key(screen: OperationScreen, code: int, mod: int = 0) -> None:
    screen.on_event(pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode="", scancode=0))


def lift(screen: OperationScreen, code: int) -> None:
    screen.on_event(pygame.event.Event(pygame.KEYUP, key=code, mod=0, unicode="", scancode=0))


def tap(screen: OperationScreen, code: int, mod: int = 0) -> None:
    key(screen, code, mod)
    lift(screen, code)
    screen.on_advance(1)


def down(screen: OperationScreen, at: tuple[float, float], button: int = 1) -> None:
    spot = round(at[0]), round(at[1])
    screen.on_event(pygame.event.Event(pygame.MOUSEMOTION, pos=spot, rel=(0, 0), buttons=(0, 0, 0)))
    screen.on_event(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=spot, button=button))


def up(screen: OperationScreen, at: tuple[float, float], button: int = 1) -> None:
    screen.on_event(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=(round(at[0]), round(at[1])), button=button))


def drag(screen: OperationScreen, at: tuple[float, float], rel: tuple[int, int], button: int = 1) -> None:
    down(screen, at, button)
    to = round(at[0] + rel[0]), round(at[1] + rel[1])
    screen.on_event(pygame.event.Event(pygame.MOUSEMOTION, pos=to, rel=rel, buttons=(1, 0, 0)))
    up(screen, to, button)
    screen.on_advance(1)


def control(screen: OperationScreen, name: str) -> tuple[int, int]:
    return next(found.box.centre for found in screen._controls if found.id == name)


def expose(screen: OperationScreen) -> None:
    key(screen, pygame.K_f)
    screen.on_advance(30)
    lift(screen, pygame.K_f)
    draw(screen)


def machine(screen: OperationScreen) -> tuple[object, ...]:
    """Return everything that a control of the console may change."""
    scope = screen.session.theatre.fluoroscope
    return scope.mode, scope.pulse_rate, scope.carm, scope.pedal, scope.owed, scope.buzzing, scope.table_mm


@pytest.mark.parametrize("name", BUTTON_IDS)
def test_every_button_of_the_console_changes_something_and_says_what(screen: OperationScreen, name: str) -> None:
    scope = screen.session.theatre.fluoroscope
    scope.mode, scope.pulse_rate, scope.buzzing = "normal", 15, name == "buzzer"
    screen.session.act(act.MoveBlades(-0.2, -0.2, -0.2))
    screen.session.act(act.SetField("mag 1"))
    if name in ("dose normal", "rate 15", "field mag 1"):
        scope.mode, scope.pulse_rate = "low", 8
        screen.session.act(act.SetField("wide"))
    draw(screen)
    before = machine(screen)
    at = control(screen, name)
    down(screen, at)
    assert (machine(screen) != before) != screen._room.open
    assert screen._room.open == (name == STAFF)
    assert help_of(name)
    assert screen._guidance(screen._glance()).text == help_of(name)
    up(screen, at)
    assert not scope.pedal
    draw(screen)
    assert screen._desk.ledger.too_large() == []


def test_every_button_has_an_action_and_every_help_a_button() -> None:
    assert {name for name in BUTTON_IDS if action_of(name) is None} == {STAFF}
    assert {name.partition(" ")[0] for name in BUTTON_IDS} == set(HELP)
    assert {name for name, _, _ in BUTTONS} <= set(BUTTON_HELP)
    assert action_of("nothing") is None


def test_the_pedal_by_mouse_is_down_while_the_button_is(screen: OperationScreen) -> None:
    at = control(screen, "pedal")
    down(screen, at)
    screen.on_advance(30)
    assert screen.session.theatre.fluoroscope.pedal
    up(screen, (at[0] + 300, at[1]))
    assert not screen.session.theatre.fluoroscope.pedal
    assert len(screen.session.theatre.fluoroscope.exposures) == 2


def test_losing_the_focus_lets_go_of_a_pedal_that_the_mouse_holds(screen: OperationScreen) -> None:
    down(screen, control(screen, "pedal"))
    screen.on_focus_lost()
    assert not screen.session.theatre.fluoroscope.pedal


def test_a_blade_closes_on_while_its_button_is_held(screen: OperationScreen) -> None:
    down(screen, control(screen, "sides -"))
    assert screen.session.theatre.fluoroscope.carm.blades.left == pytest.approx(1.0 - BLADE_STEP)
    for _ in range(60):
        screen.on_advance(2)
    assert 0.5 < screen.session.theatre.fluoroscope.carm.blades.left < 0.8
    up(screen, control(screen, "sides -"))
    held = screen.session.theatre.fluoroscope.carm.blades
    screen.on_advance(60)
    assert screen.session.theatre.fluoroscope.carm.blades == held
    assert held.top == 1.0


@pytest.mark.parametrize(
    ("code", "mod", "read"),
    [
        (pygame.K_d, 0, lambda scope: scope.mode),
        (pygame.K_r, 0, lambda scope: scope.pulse_rate),
        (pygame.K_m, 0, lambda scope: scope.carm.field_mm),
        (pygame.K_f, pygame.KMOD_SHIFT, lambda scope: len(scope.exposures)),
        (pygame.K_LEFT, pygame.KMOD_ALT, lambda scope: scope.carm.orbit_deg),
        (pygame.K_UP, pygame.KMOD_ALT, lambda scope: scope.carm.tilt_deg),
        (pygame.K_LEFT, pygame.KMOD_ALT | pygame.KMOD_SHIFT, lambda scope: scope.carm.isocentre_mm[2]),
        (pygame.K_UP, pygame.KMOD_ALT | pygame.KMOD_SHIFT, lambda scope: scope.carm.isocentre_mm[0]),
        (pygame.K_PAGEUP, 0, lambda scope: scope.carm.isocentre_mm[1]),
        (pygame.K_LEFT, pygame.KMOD_ALT | pygame.KMOD_CTRL, lambda scope: scope.carm.blades.left),
        (pygame.K_DOWN, pygame.KMOD_ALT | pygame.KMOD_CTRL, lambda scope: scope.carm.blades.bottom),
        (pygame.K_q, pygame.KMOD_ALT, lambda scope: scope.carm.blades.iris),
    ],
)
def test_every_control_of_the_c_arm_has_a_key(screen: OperationScreen, code: int, mod: int, read: object) -> None:
    scope = screen.session.theatre.fluoroscope
    before = read(scope)  # type: ignore[operator]
    tap(screen, code, mod)
    assert read(scope) != before  # type: ignore[operator]


def test_keys_of_dose_rate_and_field_go_round(screen: OperationScreen) -> None:
    scope = screen.session.theatre.fluoroscope
    seen = []
    for _ in range(4):
        seen.append((scope.mode, scope.pulse_rate, scope.carm.field_name))
        for code in (pygame.K_d, pygame.K_r, pygame.K_m):
            tap(screen, code)
    assert seen == [("low", 8, "wide"), ("normal", 15, "mag 1"), ("boost", 30, "mag 2"), ("low", 3, "wide")]


def test_with_the_c_arm_in_the_hands_plain_arrows_move_it_and_on_the_field_the_pointer(screen: OperationScreen) -> None:
    carm = screen.session.theatre.fluoroscope.carm
    tap(screen, pygame.K_UP)
    assert (screen.hands.y_mm, screen.session.theatre.fluoroscope.carm) == (1.0, carm)
    tap(screen, pygame.K_x)
    tap(screen, pygame.K_UP)
    assert screen.hands.y_mm == 1.0
    assert screen.session.theatre.fluoroscope.carm.tilt_deg == pytest.approx(carm.tilt_deg + 1.0)
    tap(screen, pygame.K_q)
    assert screen.session.theatre.fluoroscope.carm.blades.iris == pytest.approx(1.0 - KEY_BLADE)
    field = screen._places.field.centre  # type: ignore[union-attr]
    down(screen, field)
    up(screen, field)
    tap(screen, pygame.K_DOWN)
    assert screen.session.theatre.fluoroscope.carm.tilt_deg == pytest.approx(carm.tilt_deg + 1.0)


def test_an_arrow_that_is_held_turns_the_c_arm_evenly(screen: OperationScreen) -> None:
    tap(screen, pygame.K_x)
    before = screen.session.theatre.fluoroscope.carm.tilt_deg
    key(screen, pygame.K_UP)
    for _ in range(78):
        screen.on_tick(1.0 / 60.0)
        screen.on_advance(2)
    lift(screen, pygame.K_UP)
    assert screen.session.theatre.fluoroscope.carm.tilt_deg - before == pytest.approx(1.0 + 12.0, abs=1.0)


def test_dragging_beside_the_arm_moves_the_table_under_it(screen: OperationScreen) -> None:
    scope, side = screen.session.theatre.fluoroscope, screen.session.theatre.plan.side
    at = screen._carm_at.plan_place(scope.carm.isocentre_mm[2] - 700.0, 0.0, side)  # type: ignore[union-attr]
    before = scope.carm.isocentre_mm
    drag(screen, at, (-3, 0))
    assert scope.table_mm[0] == pytest.approx(3.0 / screen._carm_at.plan_px_per_mm, abs=0.1)  # type: ignore[union-attr]
    assert scope.carm.isocentre_mm[2] == pytest.approx(before[2] - scope.table_mm[0])


def arc(screen: OperationScreen) -> tuple[float, float]:
    scope, side = screen.session.theatre.fluoroscope, screen.session.theatre.plan.side
    return screen._carm_at.centre_of(scope.carm, side, scope.table_mm)  # type: ignore[union-attr]


@pytest.mark.parametrize("swept_deg", [-40.0, -15.0])
@pytest.mark.parametrize("from_deg", [-90.0, 0.0, 60.0, 170.0])
def test_the_arc_turns_by_the_angle_that_the_pointer_sweeps_about_its_middle(
    screen: OperationScreen, swept_deg: float, from_deg: float
) -> None:
    scope, (x, y), radius = screen.session.theatre.fluoroscope, arc(screen), 44.0
    before = scope.carm.orbit_deg

    def place(turn_deg: float) -> tuple[int, int]:
        turn = math.radians(turn_deg)
        return round(x + radius * math.cos(turn)), round(y + radius * math.sin(turn))

    points = [place(from_deg + swept_deg * k / 10.0) for k in range(11)]
    down(screen, points[0])
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        screen.on_event(pygame.event.Event(pygame.MOUSEMOTION, pos=(bx, by), rel=(bx - ax, by - ay), buttons=(1, 0, 0)))
        screen.on_advance(1)
    up(screen, points[-1])
    screen.on_advance(1)
    assert scope.carm.orbit_deg - before == pytest.approx(swept_deg, abs=2.0)


def test_the_ring_on_the_plan_stays_under_the_pointer_however_fast_it_is_drawn(screen: OperationScreen) -> None:
    scope, side = screen.session.theatre.fluoroscope, screen.session.theatre.plan.side
    places = screen._carm_at
    assert places is not None

    def ring() -> tuple[float, float]:
        return places.plan_place(scope.carm.isocentre_mm[2] + scope.table_mm[0], scope.carm.isocentre_mm[1] + scope.table_mm[1], side)

    x, y = ring()
    drag(screen, (x, y), (-14, 3))
    for _ in range(6):
        screen.on_advance(1)
        screen._flush_carm()
    assert ring() == pytest.approx((x - 14.0, y + 3.0), abs=1.0)


def test_travel_moves_the_table_where_that_is_chosen(screen: OperationScreen) -> None:
    tap(screen, pygame.K_y)
    tap(screen, pygame.K_LEFT, pygame.KMOD_ALT | pygame.KMOD_SHIFT)
    assert screen.session.theatre.fluoroscope.table_mm[0] == pytest.approx(2.0)
    draw(screen)
    assert "Table" in {entry.text for entry in screen._desk.ledger.entries}


def test_what_the_c_arm_can_not_do_is_refused_in_words_and_shaken(screen: OperationScreen) -> None:
    x, y = screen._carm_at.section.centre  # type: ignore[union-attr]
    at = (x, y - 50)
    drag(screen, at, (60, 0))
    before = screen.session.theatre.fluoroscope.carm
    assert before.orbit_deg == 10.0
    assert screen.carm.refused_s == 0.0
    drag(screen, at, (100, 0))
    assert screen.session.theatre.fluoroscope.carm == before
    assert screen.carm.refused_s > 0.0
    assert screen._refusal
    draw(screen)
    for _ in range(60):
        screen.on_tick(1.0 / 60.0)
    assert screen.carm.refused_s == 0.0


def test_the_console_is_folded_and_gives_its_place_to_the_traces(screen: OperationScreen) -> None:
    assert screen._places.console.height > 100  # type: ignore[union-attr]
    tap(screen, pygame.K_x, pygame.KMOD_SHIFT)
    draw(screen)
    assert screen._places.console.height == 0  # type: ignore[union-attr]
    assert screen._controls == []
    box = screen.monitor._buttons["console"]
    down(screen, box.centre)
    draw(screen)
    assert screen._places.console.height > 100  # type: ignore[union-attr]


def test_the_heart_is_heard_while_only_its_number_is_seen(screen: OperationScreen) -> None:
    beeps: list[float] = []
    screen._desk.sounds.play_pulse = lambda spo2, loudness=1.0: beeps.append(spo2)  # type: ignore[method-assign]
    for _ in range(180):
        screen.on_advance(2)
        draw(screen)
    assert 2 <= len(beeps) <= 6


def test_blades_that_are_moved_are_seen_on_the_held_picture_before_any_exposure(screen: OperationScreen) -> None:
    expose(screen)
    exposures = len(screen.session.theatre.fluoroscope.exposures)
    before = pygame.surfarray.array3d(draw(screen)).astype(int)
    box = screen.monitor.picture_box
    for _ in range(6):
        down(screen, control(screen, "sides -"))
        up(screen, control(screen, "sides -"))
    after = pygame.surfarray.array3d(draw(screen)).astype(int)
    changed = np.abs(after - before).sum(axis=2)[box.x : box.right, box.y : box.bottom] > 60
    columns = np.flatnonzero(changed[:, box.height // 2 - 20 : box.height // 2 + 20].any(axis=1)) / box.width
    assert len(screen.session.theatre.fluoroscope.exposures) == exposures
    assert columns.min() == pytest.approx(0.0, abs=0.02) or columns.min() == pytest.approx(0.15, abs=0.02)
    assert any(abs(column - 0.15) < 0.02 for column in columns)
    assert any(abs(column - 0.85) < 0.02 for column in columns)


def test_a_held_picture_is_marked_as_soon_as_the_arm_stands_elsewhere(screen: OperationScreen) -> None:
    def marked() -> list[str]:
        draw(screen)
        return [entry.text for entry in screen._desk.ledger.entries if entry.text in ("X-ray on", "Last image hold", MOVED)]

    screen.act(act.Pedal(True))
    screen.session.advance(40)
    assert marked() == ["X-ray on"]
    screen.act(act.Pedal(False))
    assert marked() == ["Last image hold"]
    screen.act(act.MoveCArm(1.0, 0.0, 0.0, 0.0, 0.0))
    assert marked() == [MOVED]
    screen.act(act.MoveCArm(-1.0, 0.0, 0.0, 0.0, 0.0))
    assert marked() == ["Last image hold"]


def test_a_new_place_is_marked_until_its_picture_is_made(screen: OperationScreen) -> None:
    screen.act(act.Spot())
    screen.session.advance(40)
    draw(screen)
    screen.act(act.MoveCArm(5.0, 0.0, 0.0, 0.0, 0.0))
    screen.act(act.Spot())
    screen.session.advance(40)
    last = len(screen.session.theatre.fluoroscope.exposures) - 1
    assert screen.monitor._moved(screen.session, last)
    draw(screen)
    assert not screen.monitor._moved(screen.session, last)


def test_the_kept_view_is_swapped_onto_the_large_monitor_until_the_next_x_rays(screen: OperationScreen) -> None:
    expose(screen)
    tap(screen, pygame.K_h)
    draw(screen)
    assert not screen.monitor.swapped
    assert screen._refusal == NOTHING_TO_SWAP
    tap(screen, pygame.K_k)
    screen.monitor.beside = "ap"
    tap(screen, pygame.K_h)
    draw(screen)
    assert screen.monitor.swapped
    assert "AP, kept" in {entry.text for entry in screen._desk.ledger.entries}
    assert screen.monitor.place_on_picture(screen.monitor.picture_box.centre) is None
    down(screen, screen.monitor.picture_box.centre)
    assert screen._menu is None
    assert screen._refusal == POINT_AT_HELD
    expose(screen)
    assert not screen.monitor.swapped
    assert screen.monitor.place_on_picture(screen.monitor.picture_box.centre) is not None


def test_the_kept_view_is_asked_back_by_a_button(screen: OperationScreen) -> None:
    expose(screen)
    tap(screen, pygame.K_k, pygame.KMOD_SHIFT)
    screen.monitor.beside = "lateral"
    draw(screen)
    exposures = len(screen.session.theatre.fluoroscope.exposures)
    down(screen, screen.monitor._buttons["recall"].centre)
    screen.on_advance(2)
    assert len(screen.session.theatre.fluoroscope.exposures) == exposures + 1


@pytest.mark.parametrize(("code", "name"), [(pygame.K_COMMA, "rotate"), (pygame.K_PERIOD, "flip")])
def test_pictures_are_turned_for_looking_by_key_and_by_sign(screen: OperationScreen, code: int, name: str) -> None:
    carm = screen.session.theatre.fluoroscope.carm
    before = screen.monitor.turned
    tap(screen, code)
    by_key = screen.monitor.turned
    down(screen, screen.monitor._buttons[name].centre)
    assert before != by_key != screen.monitor.turned
    assert screen.session.theatre.fluoroscope.carm == carm
    assert screen._guidance(screen._glance()).text == BUTTON_HELP[name]


@pytest.mark.parametrize(("orbit", "views"), [(0.0, ["lateral", "ap", "lateral"]), (-90.0, ["ap", "lateral", "ap"])])
def test_each_click_on_the_small_monitor_brings_the_other_view(screen: OperationScreen, orbit: float, views: list[str]) -> None:
    fluoroscope = screen.session.theatre.fluoroscope
    fluoroscope.carm = replace(fluoroscope.carm, orbit_deg=orbit)
    seen = []
    for _ in views:
        draw(screen)
        seen.append(screen.monitor.view_beside(screen.session))
        down(screen, screen.monitor._buttons["small"].centre)
    assert seen == views


def test_a_buzzer_that_waits_is_seen_and_acknowledged(screen: OperationScreen) -> None:
    screen.session.theatre.fluoroscope.buzzing = True
    draw(screen)
    assert "5 min of X-rays: Z" in {entry.text for entry in screen._desk.ledger.entries}
    tap(screen, pygame.K_z)
    assert not screen.session.theatre.fluoroscope.buzzing


def skin_on_the_axis(theatre: Theatre) -> Array:
    """Return where the beam's axis meets the skin, of both places the one nearer to the surgeon, theatre frame, shape (3,)."""
    carm, to_patient = theatre.fluoroscope.carm, theatre.patient_pose.inverse()
    beam = carm.axes()[2]
    ways = ((carm.source_mm, beam), (carm.source_mm + carm.source_detector_mm * beam, -beam))
    hits = [theatre.patient.skin_hit_mm(to_patient.apply(start), to_patient.turn(way)) for start, way in ways]
    return max((theatre.patient_pose.apply(hit) for hit in hits if hit is not None), key=lambda hit: hit @ theatre.camera.axes()[2])


@pytest.mark.parametrize(("orbit", "tilt"), [(0.0, 0.0), (-90.0, 0.0), (-20.0, 12.0)])
def test_the_laser_cross_falls_where_the_beam_meets_the_skin(screen: OperationScreen, orbit: float, tilt: float) -> None:
    theatre = screen.session.theatre
    carm = theatre.fluoroscope.carm
    theatre.fluoroscope.carm = replace(carm, orbit_deg=orbit, tilt_deg=tilt)
    x, y = theatre.camera.to_field(skin_on_the_axis(theatre))
    arms = cross_lines(theatre)
    assert len(arms) == 4
    for near in (arms[0][-1], arms[1][0], arms[2][-1], arms[3][0]):
        assert near == pytest.approx((x, y), abs=12.0)
    middle = np.mean([arms[0][-1], arms[1][0]], axis=0)
    assert middle == pytest.approx((x, y), abs=1.0)
    assert theatre.fluoroscope.dose.exposures == 0


def test_a_laser_that_passes_the_patient_marks_nothing(screen: OperationScreen) -> None:
    theatre = screen.session.theatre
    theatre.fluoroscope.carm = replace(theatre.fluoroscope.carm, orbit_deg=-90.0, tilt_deg=0.0, isocentre_mm=(0.0, 250.0, 0.0))
    assert cross_lines(theatre) == ()


def test_the_laser_is_on_at_the_c_arm_and_for_a_while_after_it_was_moved(screen: OperationScreen) -> None:
    assert screen._laser_is_on(screen._glance())
    tap(screen, pygame.K_x, pygame.KMOD_SHIFT)
    assert not screen._laser_is_on(screen._glance())
    tap(screen, pygame.K_UP, pygame.KMOD_ALT)
    assert screen._laser_is_on(screen._glance())
    screen.on_advance(120 * 6)
    assert not screen._laser_is_on(screen._glance())


def test_with_shift_a_drag_is_finer(screen: OperationScreen, monkeypatch: pytest.MonkeyPatch) -> None:
    at = screen._carm_at.section.centre  # type: ignore[union-attr]
    turned = []
    for mods in (0, pygame.KMOD_SHIFT):
        monkeypatch.setattr(pygame.key, "get_mods", lambda mods=mods: mods)
        before = screen.session.theatre.fluoroscope.carm.orbit_deg
        drag(screen, at, (-20, 0))
        turned.append(before - screen.session.theatre.fluoroscope.carm.orbit_deg)
    assert turned[1] == pytest.approx(FINE * turned[0])


def test_a_spot_picture_and_a_view_brought_back_are_heard(screen: OperationScreen) -> None:
    played: list[str] = []
    screen._desk.sounds.play = lambda key, loudness=1.0: played.append(key)  # type: ignore[method-assign]
    expose(screen)
    assert "pedal" not in played
    tap(screen, pygame.K_f, pygame.KMOD_SHIFT)
    assert played.count("pedal") == 1


def test_both_kept_views_are_made_while_there_is_time() -> None:
    screen = screen_at("positioning")
    session = screen.session
    expose(screen)
    expose(screen)
    session.theatre.fluoroscope.stored.update(ap=0, lateral=1)
    screen.monitor.pulses.at_once = screen.monitor.kept.at_once = False
    made: list[int] = []
    screen.monitor.kept._make = lambda press, patient: made.append(press[-1].tick) or np.zeros((64, 64), np.uint8)  # type: ignore[func-returns-value,method-assign]
    for _ in range(6):
        screen.monitor.key(session, session.observe(), None, False)
        for room in (screen.monitor.pulses, screen.monitor.kept):
            if room._coming is not None:
                room._coming[1].result()
    exposures = session.theatre.fluoroscope.exposures
    assert sorted(made) == sorted(exposures[index].tick for index in (0, 1))
    assert screen.monitor.complete
