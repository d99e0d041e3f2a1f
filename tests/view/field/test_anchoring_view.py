"""The anchoring step on the screen: what is painted is what is seen, marks stand still, and what keys and presses mean."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from game.operation import actions as act
from game.operation.anchoring import incision
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.anchoring.rules import RULES
from game.operation.anchoring.sight import AnchoringSight
from game.operation.anchoring.state import Bleeding
from game.resources import shipped
from game.scenario import load_scenario, load_speech
from game.session import Session
from game.session.look import observe
from game.view.canvas import Canvas
from game.view.desk import Desk
from game.view.field.wound import inside
from game.view.layout import Box, Ledger
from game.view.screen import Pop, Quit
from game.view.screens.operation import OperationScreen
from game.view.screens.operative import anchoring_look as look
from game.view.screens.operative import depth_scale
from game.view.screens.operative.anchoring_drawing import Drips, at_fascia_mm
from game.view.screens.operative.anchoring_view import AnchoringView
from game.view.screens.operative.drawing import to_screen
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.registry import hint
from game.view.settings import Settings
from game.view.sound import Sounds
from game.view.theme import ACCENT, Look
from tests.operation.anchoring_hands import Surgeon, good_hand
from tests.view.field.test_shots import Blank

LINES = load_speech().lines


@pytest.fixture(scope="module")
def done() -> Surgeon:
    return good_hand()


@pytest.fixture
def session() -> Session:
    scenario = replace(load_scenario(shipped("scenarios") / "standard.yaml"), steps=("anchoring",))
    session = Session(scenario, 7, "guided")
    session.act(act.StartStep("anchoring"))
    return session


def sight_of(surgeon: Surgeon) -> AnchoringSight:
    sight = RULES.sight(surgeon.theatre, surgeon.step)
    assert isinstance(sight, AnchoringSight)
    return sight


def painted(surgeon: Surgeon) -> look.WoundLook:
    wound = look.wound_of(sight_of(surgeon), surgeon.step.fascia_mm)
    assert wound is not None
    return wound


def test_nothing_is_painted_before_the_first_cut():
    surgeon = Surgeon()
    assert look.wound_of(sight_of(surgeon), surgeon.step.fascia_mm) is None


def test_the_painted_wound_is_as_long_and_as_deep_as_the_cut_and_opens_with_its_depth():
    surgeon = Surgeon()
    surgeon.cut(2.0)
    scratch = painted(surgeon)
    surgeon.cut(6.0)
    cut = painted(surgeon)
    surgeon.do(Spread())
    held = painted(surgeon)
    assert scratch.gape_mm < cut.gape_mm < held.gape_mm
    assert max(scratch.depths_mm) == pytest.approx(2.0)
    assert max(cut.depths_mm) == pytest.approx(6.0)
    assert (cut.retracted, held.retracted) == (False, True)
    low, high = look.cut_ends_mm(sight_of(surgeon)) or (0.0, 0.0)
    assert held.length_mm == pytest.approx(high - low, abs=2.1)
    assert min(held.depths_mm) >= surgeon.step.skin_mm - 0.5


def test_bare_fascia_is_painted_where_the_trainee_reached_it_and_not_elsewhere(done):
    reached = painted(done)
    assert reached.depths_mm.count(done.step.fascia_mm) >= len(reached.depths_mm) - 4
    shallow = Surgeon()
    shallow.cut(8.0, 2)
    above = painted(shallow)
    assert shallow.step.fascia_mm not in above.depths_mm


def test_neighbouring_cells_of_cut_fascia_are_one_slit():
    sight = replace(sight_of(Surgeon()), cut=(8.0,) * 60, cut_y=0.0, fascia_cut=(30, 31, 32, 40))
    wound = look.wound_of(sight, 14.0)
    assert wound is not None
    assert wound.slits == ((0.0, 0.0, 6.0, 0.0), (20.0, 0.0, 22.0, 0.0))


def test_blood_is_painted_as_much_as_there_is():
    surgeon = Surgeon()
    surgeon.cut(6.0, 2)
    surgeon.step.blood_ml = 1.4
    assert painted(surgeon).blood_ml == pytest.approx(look.POOLS * 1.4)


def test_the_catheter_runs_from_the_fascia_to_its_free_end(done):
    line = look.free_line(sight_of(done), None)
    assert math.dist(line[0], done.step.exit_xy) < 1e-9
    assert math.dist(line[-1], done.step.end_xy) < 1e-6


def test_inside_the_needle_no_catheter_is_drawn_so_that_the_shaft_ends_at_the_skin(done):
    sight = sight_of(Surgeon())
    line, covered_mm = look.outside_needle(sight, look.free_line(sight, None))
    along = (np.asarray(line) - np.asarray(sight.hub_xy)) @ np.asarray(sight.way)
    assert along[0] > 0.0
    assert covered_mm > math.dist(sight.exit_xy, sight.entry_xy)
    assert math.dist(line[-1], sight.end_xy) < 1e-6
    bare, none_mm = look.outside_needle(sight_of(done), look.free_line(sight_of(done), None))
    assert none_mm == 0.0
    assert math.dist(bare[0], done.step.exit_xy) < 1e-9


def test_the_loop_is_drawn_as_wide_as_it_was_laid(done):
    sight = sight_of(done)
    bare = look.free_line(replace(sight, looped_mm=0.0), None)
    line = look.free_line(replace(sight, looped_mm=2.0 * math.pi * 16.0, loop_radius_mm=16.0), None)
    ring = [p for p in line if math.dist(p, sight.exit_xy) >= look.LOOP_AT_MM - 1e-6]
    across = np.array([-sight.way[1], sight.way[0]])
    reach = max(float((np.asarray(p) - np.asarray(sight.exit_xy)) @ across) for p in ring)
    assert reach == pytest.approx(2.0 * 16.0, abs=2.0)
    assert len(line) > len(bare)


def test_a_pull_draws_the_catheter_straight_to_the_hand(done):
    sight = replace(sight_of(done), holding="tug")
    hand = look.beyond(sight.exit_xy, sight.way, 20.0)
    line = look.free_line(sight, hand)
    assert min(math.dist(p, hand) for p in line) < 1e-6


@pytest.mark.parametrize("pinned", [True, False])
def test_marks_at_the_fascia_move_by_what_the_tip_moves(pinned):
    surgeon = Surgeon()
    surgeon.open_wound()
    before = at_fascia_mm(surgeon.theatre)
    surgeon.needle_out(pinned=pinned)
    shift = surgeon.step.tip_shift_mm
    assert (shift < 4.0) == pinned
    assert before - at_fascia_mm(surgeon.theatre) == pytest.approx(shift, abs=1.0)


def test_a_tied_purse_string_gathers_round_the_catheter(done):
    sight = sight_of(done)

    def width(seen: AnchoringSight) -> float:
        return max(math.dist(into, seen.exit_xy) for into, _ in look.purse_bites(seen))

    assert len(look.purse_bites(sight)) == 4
    assert width(sight) < 0.7 * width(replace(sight, tied=False, drawing_mm=0.0))


def test_drops_grow_at_the_rate_that_is_seen():
    sight = replace(sight_of(Surgeon()), ooze_per_min=30.0, drops_per_min=6.0)
    drips = Drips()
    for tick in range(61):
        drips.advance(sight, tick / 60.0)
    assert drips.ooze == pytest.approx(0.5, abs=1e-6)
    assert drips.end == pytest.approx(0.1, abs=1e-6)


def test_k_clamps_and_s_spreads(session):
    view = AnchoringView()
    assert view.command("store_view", session) == [Clamp()]
    assert view.command("stylet", session) == [Spread()]
    assert view.command("finish_step", session) is None


def test_a_hub_that_has_left_the_picture_is_taken_at_its_edge(session):
    view, sight = AnchoringView(), observe(session, read_pictures=False)
    seen = replace(sight, instrument="hands", sight=replace(sight.sight, hub_xy=(101.0, -33.0)))
    point, grip = view.press(session, seen, HandState(tool="hands", x_mm=62.0, y_mm=-20.0))
    assert (point, grip) == (act.PointHand(101.0, -33.0), act.Grip())
    far, _ = view.press(session, seen, HandState(tool="hands", x_mm=-20.0, y_mm=0.0))
    assert far == act.PointHand(-20.0, 0.0)


def test_hints_begin_with_the_cut_and_tell_of_blood(session):
    told = observe(session, read_pictures=False)
    assert "Blade 10" in hint(session, told, LINES)
    bloody = replace(told, sight=replace(told.sight, blood_ml=2.0))
    assert "gauze" in hint(session, bloody, LINES)
    fallen = replace(told, sight=replace(told.sight, fallen=True))
    assert "Clamp it" in hint(session, fallen, LINES)


@pytest.fixture
def screen(session, tmp_path: Path) -> OperationScreen:
    screen = OperationScreen(Desk(Settings(), tmp_path, False, Sounds()), session, lambda _: Quit(), Pop)
    screen._stages.at_once = True
    screen._view().paint = lambda session, box: Blank(AnchoringView().plane(session, box))  # type: ignore[method-assign,union-attr]
    return screen


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_a_vessel_shows_where_the_cautery_has_to_be_held_even_under_the_hub(screen, session, size):
    state, surface = session.states["anchoring"], pygame.Surface(size)
    sight = session.observe().sight
    wing = look.beyond(look.beyond(sight.hub_xy, sight.way, 7.0), (sight.way[1], -sight.way[0]), 6.0)
    for place in (wing, (-20.0, -4.0)):
        state.bleedings = [Bleeding(place, 2.0)]
        screen.on_draw(surface)
        x, y = to_screen(AnchoringView().plane(session, screen._places.field), screen._places.field, *place)
        red, green, blue, _ = surface.get_at((round(x), round(y)))
        assert red > 130
        assert max(green, blue) < 0.6 * red
        seen = session.observe().sight
        assert math.dist(seen.bleeding[0][:2], place) < 0.1


@pytest.mark.parametrize("aside_mm", [-9.0, 0.0, 9.0])
def test_cut_vessels_lie_in_the_opening_as_it_is_painted(aside_mm):
    surgeon = Surgeon()
    surgeon.cut(15.0, 3, y=surgeon.step.entry_xy[1] + aside_mm)
    depth = 0.75 * surgeon.step.fascia_mm
    surgeon.step.cut = [min(d, depth) for d in surgeon.step.cut]
    surgeon.step.cut_y = surgeon.step.entry_xy[1] + aside_mm
    for held in (False, True):
        surgeon.step.retracted = held
        ends = look.cut_ends_mm(sight_of(surgeon))
        assert ends is not None
        for side in (-1.0, 1.0):
            x, y = 0.5 * (ends[0] + ends[1]), surgeon.step.cut_y + side * incision.WALL_MM
            assert inside(painted(surgeon), x, y)


def scale_rows(session: Session, instrument: str, x_mm: float, colour: tuple[int, int, int]) -> int:
    """Return in how many rows the depth scale shows a colour in its middle."""
    surface = pygame.Surface((900, 700))
    canvas, field = Canvas(surface, Look(1280, 720), Ledger()), Box(0, 0, 900, 700)
    depth_scale.draw_depth(canvas, field, session, session.observe().sight, x_mm, instrument)
    return int((pygame.surfarray.array3d(surface) == np.array(colour)).all(axis=2).any(axis=0).sum())


def test_the_depth_scale_shows_the_wound_under_the_hand_and_the_blade(session):
    state = session.states["anchoring"]
    state.cut[30:35], state.blade_mm = [5.0, 5.0, 10.0, 10.0, 10.0], 12.0
    shallow, deep = (scale_rows(session, "scissors", x_mm, depth_scale.WOUND) for x_mm in (1.0, 7.0))
    assert deep == pytest.approx(2.0 * shallow, abs=3)
    assert scale_rows(session, "scissors", -20.0, depth_scale.WOUND) == 0
    assert scale_rows(session, "blade", -20.0, ACCENT) > 0
    assert scale_rows(session, "hands", 7.0, depth_scale.WOUND) == 0
    assert scale_rows(session, "blade", 7.0, depth_scale.FASCIA) > 0


def test_outside_guided_mode_the_scale_keeps_the_fascia_until_it_is_bare(session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(session, "mode", "practice")
    assert scale_rows(session, "blade", 7.0, depth_scale.FASCIA) == 0
    state = session.states["anchoring"]
    state.cut[30:35] = [state.fascia_mm] * 5
    assert scale_rows(session, "blade", 7.0, depth_scale.FASCIA) > 0


def test_a_finger_that_pins_is_drawn_and_shift_k_still_keeps_a_picture(screen, session):
    surface = pygame.Surface((1280, 720))
    screen.on_draw(surface)
    bare = pygame.surfarray.array3d(surface)
    session.act(act.OtherHand(True, *session.observe().sight.exit_xy))
    screen.on_draw(surface)
    box: Box = screen._places.field
    part = (slice(box.x, box.right), slice(box.y, box.bottom))
    assert np.mean(np.any(bare[part] != pygame.surfarray.array3d(surface)[part], axis=2)) > 0.03
    kept = []
    screen.act = lambda action: kept.append(action) or True  # type: ignore[method-assign]
    for mod in (0, pygame.KMOD_SHIFT):
        screen._command("store_view", pygame.event.Event(pygame.KEYDOWN, key=pygame.K_k, mod=mod))
    assert kept == [Clamp(), act.StoreView("lateral")]
