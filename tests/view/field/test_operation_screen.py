"""The operative screen, driven by events alone: what hands do becomes actions, what happens is shown."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from game.frames import Rigid
from game.operation import actions as act
from game.operation.antisepsis.actions import FreshApplicator
from game.operation.needle.actions import PlaceNeedle, PressPlunger
from game.operation.needle.sight import NeedleSight
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.view.desk import Desk
from game.view.field import instruments
from game.view.field.sprite import place
from game.view.screen import Pop, Push, Quit
from game.view.screens.operation import OperationScreen, render_screen
from game.view.screens.operative.carm_handle import PART_HELP
from game.view.screens.operative.drawing import sprite_scale, to_screen
from game.view.screens.operative.needle_view import cropped
from game.view.screens.operative.painting import FIRST_HELP, FIRST_HELP_CARM
from game.view.screens.operative.pulses import Pulses
from game.view.screens.operative.registry import SCREENS, tray_of
from game.view.screens.operative.talk_panel import lines_for
from game.view.settings import Settings
from game.view.sound import Sounds

SIZE = (1280, 720)
SCENARIO = load_scenario(shipped("scenarios") / "standard.yaml")


def session_at(step: str, mode: str = "practice") -> Session:
    session = Session(replace(SCENARIO, steps=(step,)), 7, mode)
    session.act(act.StartStep(step))
    return session


def screen_of(session: Session, tmp_path: Path, settings: Settings | None = None) -> OperationScreen:
    desk = Desk(settings or Settings(), tmp_path, False, Sounds())
    return OperationScreen(desk, session, lambda _: Quit(), Pop, at_once=True)


def draw(screen: OperationScreen) -> pygame.Surface:
    surface = pygame.Surface(SIZE)
    screen.on_draw(surface)
    return surface


def key(screen: OperationScreen, code: int, mod: int = 0) -> object:
    return screen.on_event(pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode="", scancode=0))


def lift(screen: OperationScreen, code: int) -> None:
    screen.on_event(pygame.event.Event(pygame.KEYUP, key=code, mod=0, unicode="", scancode=0))


def mouse(screen: OperationScreen, kind: int, at: tuple[float, float], rel: tuple[int, int] = (0, 0), button: int = 1) -> None:
    spot = round(at[0]), round(at[1])
    if kind == pygame.MOUSEMOTION:
        screen.on_event(pygame.event.Event(kind, pos=spot, rel=rel, buttons=(0, 0, 0)))
    else:
        screen.on_event(pygame.event.Event(kind, pos=spot, button=button))


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, OperationScreen]]:
    """One screen a step, drawn once: painting the fields is what takes time."""
    screens = {step: screen_of(session_at(step), tmp_path_factory.mktemp(step)) for step in SCREENS}
    for screen in screens.values():
        draw(screen)
    yield screens
    for screen in screens.values():
        screen.on_leave()


@pytest.fixture
def screen(painted: dict[str, OperationScreen], request: pytest.FixtureRequest) -> OperationScreen:
    """A fresh session of a step on a field that is painted already."""
    step = request.param
    fresh = screen_of(session_at(step), Path())
    fresh._stages = painted[step]._stages
    fresh._views = painted[step]._views
    draw(fresh)
    return fresh


on = pytest.mark.parametrize


@on("screen", ["positioning"], indirect=True)
def test_the_pedal_is_down_while_its_key_is(screen):
    key(screen, pygame.K_f)
    assert screen.session.theatre.fluoroscope.pedal
    key(screen, pygame.K_f)
    screen.on_advance(20)
    lift(screen, pygame.K_f)
    assert not screen.session.theatre.fluoroscope.pedal
    assert len(screen.session.theatre.fluoroscope.exposures) >= 1


@on("screen", ["positioning"], indirect=True)
def test_losing_the_focus_lets_go_of_pedal_and_lamp(screen):
    key(screen, pygame.K_f)
    key(screen, pygame.K_l)
    assert screen.session.theatre.hand.lean
    screen.on_focus_lost()
    assert not screen.session.theatre.fluoroscope.pedal
    assert not screen.session.theatre.hand.lean


@on("screen", ["positioning"], indirect=True)
def test_a_refusal_is_shown_as_its_sentence_and_fades(screen):
    key(screen, pygame.K_n)
    assert "No picture" in screen._refusal
    draw(screen)
    assert any(entry.text == screen._refusal for entry in screen._desk.ledger.entries)
    screen.on_tick(6.0)
    draw(screen)
    assert not any(entry.text == screen._refusal for entry in screen._desk.ledger.entries)


@on("screen", ["positioning"], indirect=True)
def test_marks_are_made_by_keyboard_alone(screen):
    key(screen, pygame.K_7)
    assert screen.hands.tool == "entry"
    key(screen, pygame.K_RIGHT)
    screen.on_tick(0.1)
    screen.on_tick(0.3)
    for _ in range(30):
        screen.on_advance(2)
    lift(screen, pygame.K_RIGHT)
    assert screen.hands.x_mm == pytest.approx(36.0, abs=1.0)
    key(screen, pygame.K_RETURN)
    lift(screen, pygame.K_RETURN)
    (mark,) = screen.session.observe().marks
    assert mark.kind == "entry"
    assert mark.x_mm == pytest.approx(36.0, abs=1.0)


@on("screen", ["positioning"], indirect=True)
def test_hips_bend_as_far_as_the_drag_was_shown(screen):
    box = screen._places.field
    key(screen, pygame.K_1)
    middle = to_screen(screen._stage.plane, box, 0.0, 0.0)
    before = screen.session.theatre.spec.hip_flexion_deg
    mouse(screen, pygame.MOUSEMOTION, middle)
    mouse(screen, pygame.MOUSEBUTTONDOWN, middle)
    mouse(screen, pygame.MOUSEMOTION, (middle[0], middle[1] - 60), (0, -60))
    mouse(screen, pygame.MOUSEBUTTONUP, (middle[0], middle[1] - 60))
    asked = 60 * screen._stage.plane.mm_per_px * 0.6
    assert screen.session.theatre.spec.hip_flexion_deg == pytest.approx(before + asked, abs=4.0)


@on("screen", ["positioning"], indirect=True)
@pytest.mark.parametrize(("tool", "sentence"), [(pygame.K_1, "up bends the hips."), (pygame.K_2, "up turns belly down.")])
def test_a_sideways_drag_turns_nobody_and_is_answered(screen, tool, sentence):
    key(screen, tool)
    middle = to_screen(screen._stage.plane, screen._places.field, 0.0, 0.0)
    before, done = screen.session.theatre.spec, len(screen.session.log)
    mouse(screen, pygame.MOUSEMOTION, middle)
    mouse(screen, pygame.MOUSEBUTTONDOWN, middle)
    mouse(screen, pygame.MOUSEMOTION, (middle[0] + 80, middle[1] - 4), (80, -4))
    mouse(screen, pygame.MOUSEBUTTONUP, (middle[0] + 80, middle[1] - 4))
    assert screen._refusal == f"Drag up or down: {sentence}"
    assert screen._refusal_s > 0.0
    assert screen.session.theatre.spec == before
    assert len(screen.session.log) == done


@on("screen", ["positioning"], indirect=True)
def test_dragging_the_drawing_turns_the_c_arm_and_dragging_its_table_moves_it(screen):
    spots, carm = screen._places, screen.session.theatre.fluoroscope.carm
    upper = (spots.carm.centre[0], spots.carm.y + 60)
    mouse(screen, pygame.MOUSEBUTTONDOWN, upper)
    mouse(screen, pygame.MOUSEMOTION, (upper[0] + 20, upper[1]), (20, 0))
    mouse(screen, pygame.MOUSEBUTTONUP, upper)
    screen.on_advance(1)
    turned = screen.session.theatre.fluoroscope.carm
    assert turned.machine_orbit_deg("right") > carm.machine_orbit_deg("right") + 5.0
    at, side = screen._carm_at, screen.session.theatre.plan.side
    lower = at.plan_place(turned.isocentre_mm[2], turned.isocentre_mm[1], side)
    mouse(screen, pygame.MOUSEBUTTONDOWN, lower)
    mouse(screen, pygame.MOUSEMOTION, (lower[0] - 20, lower[1]), (-20, 0))
    mouse(screen, pygame.MOUSEBUTTONUP, lower)
    screen.on_advance(1)
    assert screen.session.theatre.fluoroscope.carm.isocentre_mm[2] > turned.isocentre_mm[2] + 15.0
    assert screen.session.theatre.fluoroscope.table_mm == (0.0, 0.0, 0.0)


@on("screen", ["positioning"], indirect=True)
def test_talk_is_said_with_its_gaps_by_keyboard(screen):
    lines = lines_for("positioning")
    key(screen, pygame.K_t)
    while lines[screen.talk.at].line != "carm_tilt":
        key(screen, pygame.K_DOWN)
    draw(screen)
    key(screen, pygame.K_RETURN)
    assert screen.talk.choosing
    key(screen, pygame.K_2)
    draw(screen)
    key(screen, pygame.K_RETURN)
    assert not screen.talk.open
    screen.on_advance(1)
    assert screen._desk.captions.lines[-1].text == "5 degrees more cranial, please."


@on("screen", ["positioning"], indirect=True)
def test_a_click_on_the_picture_names_a_level(screen, monkeypatch):
    screen.session.act(act.Pedal(True))
    screen.session.advance(20)
    screen.session.act(act.Pedal(False))
    monkeypatch.setattr(screen.monitor.pulses, "_make", lambda exposure, patient: np.zeros((64, 64), np.uint8))
    draw(screen)
    box = screen._places.picture
    mouse(screen, pygame.MOUSEBUTTONDOWN, (box.centre[0] + box.width // 4, box.centre[1]))
    mouse(screen, pygame.MOUSEBUTTONUP, (box.centre[0] + box.width // 4, box.centre[1]))
    draw(screen)
    key(screen, pygame.K_UP)
    key(screen, pygame.K_RETURN)
    ((level, u, v),) = screen.session.observe().sight.named
    assert level == "T10"
    assert (u, v) == pytest.approx((0.5, 0.0), abs=0.02)


@on("screen", ["needle"], indirect=True)
def test_pressing_sets_the_needle_down_and_moving_moves_the_hand_in_millimetres(screen):
    key(screen, pygame.K_4)
    at = to_screen(screen._stage.plane, screen._places.field, 20.0, 10.0)
    mouse(screen, pygame.MOUSEMOTION, at)
    mouse(screen, pygame.MOUSEBUTTONDOWN, at)
    needle = screen.session.theatre.needle
    assert screen.session.theatre.hand.gripping
    sight = screen.session.observe().sight
    assert sight.entry_mm == pytest.approx((20.0, 10.0), abs=1.0)
    hand = screen.session.theatre.hand
    before = hand.x_mm, hand.y_mm
    mouse(screen, pygame.MOUSEMOTION, at, (-10, 4))
    screen.on_advance(1)
    mm = screen._stage.plane.mm_per_px
    assert hand.x_mm - before[0] == pytest.approx(-10 * mm, abs=1e-3)
    assert hand.y_mm - before[1] == pytest.approx(-4 * mm, abs=1e-3)
    assert needle.ghost_mm > 0.5
    mouse(screen, pygame.MOUSEBUTTONUP, at)
    assert not hand.gripping


@on("screen", ["needle"], indirect=True)
def test_the_up_arrow_pushes_along_the_drawn_needle(screen):
    session = screen.session
    session.act(act.TakeInstrument("tuohy"))
    session.act(PlaceNeedle(20.0, 10.0))
    screen.hands.x_mm, screen.hands.y_mm = 20.0, 10.0
    key(screen, pygame.K_RETURN)
    key(screen, pygame.K_UP)
    screen.on_tick(0.1)
    screen.on_tick(0.3)
    for _ in range(20):
        screen.on_advance(2)
    assert session.theatre.needle.ghost_mm > 1.0
    lift(screen, pygame.K_UP)
    lift(screen, pygame.K_RETURN)
    assert not session.theatre.hand.gripping


@on("screen", ["needle"], indirect=True)
def test_an_arrow_tapped_moves_the_hand_by_one_small_step_and_with_shift_by_a_tenth(screen):
    session = screen.session
    session.act(act.TakeInstrument("tuohy"))
    session.act(PlaceNeedle(20.0, 10.0))
    screen.hands.x_mm, screen.hands.y_mm = 20.0, 10.0
    key(screen, pygame.K_RETURN)
    for mod, step in ((0, 0.5), (pygame.KMOD_SHIFT, 0.05)):
        before = session.theatre.needle.hand_mm
        key(screen, pygame.K_UP, mod)
        lift(screen, pygame.K_UP)
        screen.on_tick(0.4)
        screen.on_advance(1)
        screen.on_advance(1)
        assert session.theatre.needle.hand_mm - before == pytest.approx(step, abs=0.01)


@on("screen", ["needle"], indirect=True)
def test_a_right_drag_aims_and_the_wheel_rolls(screen):
    session = screen.session
    session.act(act.TakeInstrument("tuohy"))
    session.act(PlaceNeedle(20.0, 10.0))
    at = to_screen(screen._stage.plane, screen._places.field, 60.0, 10.0)
    before = session.observe().sight
    mouse(screen, pygame.MOUSEBUTTONDOWN, at, button=3)
    mouse(screen, pygame.MOUSEMOTION, at, (-40, 0), 3)
    screen.on_advance(1)
    mouse(screen, pygame.MOUSEBUTTONUP, at, button=3)
    assert session.observe().sight.sagittal_deg > before.sagittal_deg + 2.0
    screen.on_event(pygame.event.Event(pygame.MOUSEWHEEL, y=1, x=0, flipped=False))
    assert abs(session.observe().sight.bevel_deg - before.bevel_deg) % 360.0 == pytest.approx(10.0)


@on("screen", ["needle"], indirect=True)
def test_click_to_grab_holds_until_the_next_click(screen):
    screen._desk.settings = replace(screen._desk.settings, click_to_grab=True)
    key(screen, pygame.K_4)
    at = to_screen(screen._stage.plane, screen._places.field, 20.0, 10.0)
    mouse(screen, pygame.MOUSEBUTTONDOWN, at)
    mouse(screen, pygame.MOUSEBUTTONUP, at)
    assert screen.session.theatre.hand.gripping
    mouse(screen, pygame.MOUSEBUTTONDOWN, at)
    mouse(screen, pygame.MOUSEBUTTONUP, at)
    assert not screen.session.theatre.hand.gripping


@on("screen", ["needle"], indirect=True)
def test_the_drawn_needle_comes_out_of_the_skin_at_its_projected_entry(screen):
    session = screen.session
    session.act(act.TakeInstrument("tuohy"))
    session.act(PlaceNeedle(20.0, 10.0))
    session.act(act.Grip())
    for _ in range(120):
        session.act(act.MoveHand(-0.4, 0.02))
        session.advance(1)
    sight = session.observe().sight
    assert isinstance(sight, NeedleSight)
    inside = sight.length_mm - sight.outside_mm
    assert inside > 3.0
    drawn = np.subtract(sight.hub_mm, sight.entry_mm)
    squeeze = float(np.linalg.norm(drawn)) / sight.outside_mm
    axis = drawn / np.linalg.norm(drawn)
    plane = screen._stage.plane
    tip = plane.to_px(np.asarray(sight.entry_mm) - axis * inside * squeeze)
    sprite = cropped(instruments.tuohy(sprite_scale(plane), sight.length_mm, 0, True), inside)
    patch = place(sprite, (tip[0], tip[1]), (axis[0], -axis[1]), plane.px_per_mm, plane.shape, squeeze)
    rows, columns = np.nonzero(patch.layer[..., 3] > 100)
    entry = plane.to_px(np.asarray(sight.entry_mm))
    assert np.hypot(columns + patch.left - entry[0], rows + patch.top - entry[1]).min() < 2.0
    along = (columns + patch.left - entry[0]) * axis[0] - (rows + patch.top - entry[1]) * axis[1]
    assert along.min() > -2.0


@on("screen", ["needle"], indirect=True)
def test_the_plunger_key_injects_where_the_syringe_is(screen):
    session = screen.session
    key(screen, pygame.K_1)
    screen.hands.x_mm, screen.hands.y_mm = 20.0, 10.0
    key(screen, pygame.K_RETURN)
    session.act(act.MoveHand(-4.0, 0.0))
    session.advance(2)
    key(screen, pygame.K_i)
    lift(screen, pygame.K_i)
    assert session.theatre.lidocaine.given_mg == pytest.approx(5.0)


@on("screen", ["needle"], indirect=True)
def test_the_plunger_is_that_of_the_syringe_in_the_hand_by_key_tray_and_press(screen):
    session = screen.session
    for name, refusal in (("lidocaine", "not in the skin"), ("contrast", "no open hub"), ("lor", "no open hub")):
        screen._press_tool(next(tool for tool in tray_of("needle") if tool.id == name))
        for press in (
            lambda: (key(screen, pygame.K_i), lift(screen, pygame.K_i)),
            lambda: screen._press_tool(next(tool for tool in tray_of("needle") if tool.id == "plunger")),
        ):
            screen._refusal = ""
            press()
            assert refusal in screen._refusal
    view = screen._view()
    assert view.press(session, session.observe(), screen.hands) == [PressPlunger()]


@on("screen", ["antisepsis"], indirect=True)
def test_an_applicator_scrubs_where_the_pointer_goes_and_only_there_the_field_changes(screen):
    key(screen, pygame.K_4)
    key(screen, pygame.K_1)
    assert screen.hands.tool == "applicator"
    before = pygame.surfarray.array3d(draw(screen)).astype(int)
    box = screen._places.field
    at = to_screen(screen._stage.plane, box, *screen._stage.plane.centre_mm)
    mouse(screen, pygame.MOUSEMOTION, at)
    mouse(screen, pygame.MOUSEBUTTONDOWN, at)
    for step in range(60):
        mouse(screen, pygame.MOUSEMOTION, at, (6 if step % 20 < 10 else -6, 0))
        screen.on_advance(2)
    mouse(screen, pygame.MOUSEBUTTONUP, at)
    assert max(max(row) for row in screen.session.observe().sight.tint) > 0.05
    screen.hands.inside = False
    after = pygame.surfarray.array3d(draw(screen)).astype(int)
    changed = np.abs(after - before).sum(axis=2)[box.x : box.right, box.y : box.bottom - 60] > 24
    assert changed.any()
    columns = np.flatnonzero(changed.any(axis=1)) + box.x
    assert abs(float(np.median(columns)) - at[0]) < 120


@on("screen", ["antisepsis"], indirect=True)
def test_drapes_are_laid_towards_the_edge_the_pointer_is_nearest_to(screen):
    plane, box, view = screen._stage.plane, screen._places.field, screen._views["antisepsis"]
    key(screen, pygame.K_6)
    assert screen.hands.tool == "drape"
    x0, y0 = plane.centre_mm
    for offset, edge in (((0.0, 300.0), "belly"), ((0.0, -330.0), "down"), ((-190.0, 0.0), "head"), ((190.0, 0.0), "feet")):
        at = to_screen(plane, box, x0 + offset[0], y0 + offset[1])
        mouse(screen, pygame.MOUSEMOTION, at)
        assert view.edge_at(screen.session, screen.hands)[0] == edge
        mouse(screen, pygame.MOUSEBUTTONDOWN, at)
        mouse(screen, pygame.MOUSEBUTTONUP, at)
    rims = screen.session.observe().sight.drape_mm
    assert all(rim is not None for rim in rims)
    assert view.edges(screen.session.observe()) == (rims[0], rims[1], rims[2], rims[3])


@on("screen", ["antisepsis"], indirect=True)
def test_a_tool_with_choices_asks_which(screen):
    key(screen, pygame.K_1)
    draw(screen)
    spot = screen._menu_boxes[0].centre
    mouse(screen, pygame.MOUSEMOTION, spot)
    mouse(screen, pygame.MOUSEBUTTONDOWN, spot)
    mouse(screen, pygame.MOUSEBUTTONUP, spot)
    assert screen.session.observe().sight.hair == "clipped"
    assert screen._menu is None


@on("screen", ["antisepsis"], indirect=True)
def test_a_menu_says_what_it_asks_and_a_digit_that_is_no_choice_picks_that_tool(screen):
    key(screen, pygame.K_2)
    draw(screen)
    assert any(entry.text == "Scrub hands for how long?" for entry in screen._desk.ledger.entries)
    assert screen._desk.ledger.too_large() == []
    key(screen, pygame.K_6)
    assert screen._menu is None
    assert screen.hands.tool == "drape"
    key(screen, pygame.K_1)
    key(screen, pygame.K_3)
    assert screen._menu[0].id == "gloves"


@pytest.mark.parametrize("step", sorted(SCREENS))
def test_every_tool_that_asks_says_what(step):
    assert all(tool.asks for tool in tray_of(step) if len(tool.options) > 1 or tool.id == "level")


def test_no_label_is_larger_than_its_place_and_guidance_is_guided_modes_alone(painted):
    for size, scale in ((SIZE, "normal"), (SIZE, "projector"), ((1366, 768), "normal")):
        for screen in painted.values():
            screen._desk.settings = replace(screen._desk.settings, text_size=scale)
            if size == SIZE and scale == "normal":
                screen.on_draw(pygame.Surface(size))
            else:
                kept, screen._view = screen._view, lambda: None
                screen.on_draw(pygame.Surface(size))
                screen._view = kept
            assert screen._desk.ledger.too_large() == []
    assert {screen._guidance(screen._glance()).text for screen in painted.values()} <= {"", FIRST_HELP, FIRST_HELP_CARM}


def test_pause_lays_the_pause_screen_over_the_case(painted):
    assert isinstance(key(painted["needle"], pygame.K_ESCAPE), Push)


def test_a_still_is_the_screen_of_the_session_and_changes_nothing():
    session = session_at("needle", "guided")
    before = session.tick, len(session.events), session.theatre.hand.instrument
    still = render_screen(session, SIZE, at_mm=(10.0, 10.0))
    assert still.get_size() == SIZE
    assert (session.tick, len(session.events), session.theatre.hand.instrument) == before
    assert session.theatre.patient_pose == Rigid()


def test_stored_pictures_stay_ready_while_live_ones_come_and_go(monkeypatch):
    pulses = Pulses(at_once=True)
    monkeypatch.setattr(pulses, "_make", lambda exposure, patient: np.full((4, 4), exposure, np.uint8))
    for index in range(12):
        assert pulses.live(index, index, lambda: None)[0, 0] == index
        assert pulses.get(0, 0, lambda: None)[0, 0] == 0
    assert len(pulses._ready) <= 8


@on("screen", ["antisepsis"], indirect=True)
def test_the_tray_lights_the_drape_in_the_hand_though_the_applicator_was_taken_before(screen):
    screen.act(FreshApplicator("chlorhexidine"))
    assert screen._chosen(screen._glance()) == "applicator"
    key(screen, pygame.K_6)
    assert screen._chosen(screen._glance()) == "drape"


@on("screen", ["positioning"], indirect=True)
def test_the_pointer_on_the_carm_says_how_it_is_moved(screen):
    draw(screen)
    spots = screen._carm_at
    theatre = screen.session.theatre
    along = theatre.fluoroscope.carm.isocentre_mm[2]
    for spot, part in (
        (spots.section.centre, "orbit"),
        (spots.plan_place(along, 0.0, theatre.plan.side), "arm"),
        (spots.plan_place(along - 600.0, 0.0, theatre.plan.side), "table"),
    ):
        mouse(screen, pygame.MOUSEMOTION, spot)
        assert screen._guidance(screen._glance()).text == PART_HELP[part]
    mouse(screen, pygame.MOUSEMOTION, screen._places.field.centre)
    assert screen._guidance(screen._glance()).text not in PART_HELP.values()


def test_a_patient_who_stops_breathing_sets_off_the_alarm_in_sound_and_words(tmp_path):
    screen = screen_of(session_at("positioning"), tmp_path)
    played: list[str] = []
    screen._desk.sounds.play = lambda key, loudness=1.0: played.append(key)  # type: ignore[method-assign]
    for _ in range(8 * 60):
        screen.session.theatre.physiology.rr_per_min = 0.0
        screen.on_advance(2)
    assert played.count("alarm_high") == 1
    assert any("alarm, high priority" in line.text for line in screen._desk.captions.lines)


def test_the_session_is_told_what_the_hands_used_most(tmp_path):
    screen = screen_of(session_at("positioning"), tmp_path)
    draw(screen)
    assert screen.session.device == "unknown"
    key(screen, pygame.K_RIGHT)
    screen.on_advance(12)
    assert screen.session.device == "keyboard"
    lift(screen, pygame.K_RIGHT)
    screen._desk.settings = replace(screen._desk.settings, click_to_grab=True)
    box = screen._places.carm
    mouse(screen, pygame.MOUSEBUTTONDOWN, box.centre)
    screen.carm.part = "orbit"
    for _ in range(4):
        screen.on_advance(12)
    assert screen.session.device == "trackpad"
    mouse(screen, pygame.MOUSEBUTTONUP, box.centre)
    screen.on_advance(120)
    assert screen.use.ticks == {"keyboard": 12, "trackpad": 48}


def test_hands_that_only_watch_leave_the_device_as_it_was(tmp_path):
    screen = screen_of(session_at("positioning"), tmp_path)
    key(screen, pygame.K_PAUSE)
    screen.on_advance(120)
    assert (screen.use.most, screen.session.device) == ("", "unknown")


@on("screen", ["antisepsis"], indirect=True)
def test_a_drape_beyond_the_skin_is_laid_at_its_edge(screen):
    plane, box, view = screen._stage.plane, screen._places.field, screen._views["antisepsis"]
    key(screen, pygame.K_6)
    grid = screen.session.states["antisepsis"].grid
    at = to_screen(plane, box, grid.left_mm - 8.0, plane.centre_mm[1])
    mouse(screen, pygame.MOUSEMOTION, at)
    mouse(screen, pygame.MOUSEBUTTONDOWN, at)
    mouse(screen, pygame.MOUSEBUTTONUP, at)
    assert view.edges(screen.session.observe())[0] == pytest.approx(grid.left_mm)


@on("screen", ["positioning"], indirect=True)
def test_naming_a_level_leaves_the_picture_in_sight(screen, monkeypatch):
    box = screen.monitor.picture_box
    mouse(screen, pygame.MOUSEBUTTONDOWN, box.centre)
    assert screen._menu is None
    assert "no picture" in screen._refusal
    screen.session.act(act.Pedal(True))
    screen.session.advance(20)
    screen.session.act(act.Pedal(False))
    monkeypatch.setattr(screen.monitor.pulses, "_make", lambda exposure, patient: np.zeros((64, 64), np.uint8))
    mouse(screen, pygame.MOUSEBUTTONDOWN, box.centre)
    draw(screen)
    assert max(spot.right for spot in screen._menu_boxes) < box.x
    assert min(spot.x for spot in screen._menu_boxes) > screen._places.field.x


def test_what_is_written_on_the_chart_lays_it_down_and_digits_take_instruments_again():
    screen = screen_of(session_at("connection"), Path())
    screen._press_tool(next(tool for tool in tray_of("connection") if tool.id == "forceps"))
    for pressed, text in ((pygame.K_3, "3"), (pygame.K_1, "1"), (pygame.K_9, "9"), (pygame.K_RETURN, "")):
        screen.on_event(pygame.event.Event(pygame.KEYDOWN, key=pressed, mod=0, unicode=text))
    assert screen.hands.tool == "forceps"
    screen.on_event(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_2, mod=0, unicode="2"))
    assert screen.hands.tool == "scissors"
    assert screen.session.observe().sight.typed_mm == 190.0
