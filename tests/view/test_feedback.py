from dataclasses import replace

import pygame
import pytest

from game.operation.actions import FinishStep, GoBack, LeanIn, SetBookmark
from game.operation.events import BookmarkSet, StepFinished, WentBack
from game.operation.registry import STEPS
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session, some_steps
from game.view.case import CaseScreen, case_screen
from game.view.desk import Desk
from game.view.launch import Launch
from game.view.screen import Pop, Push, Reset
from game.view.screens.feedback import FeedbackScreen, worst_of
from game.view.screens.loading import LoadingScreen
from tests.view.hands import WINDOWS, draw, press


@pytest.fixture(autouse=True)
def may_always_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step end at once, whatever was left undone; keep no recordings."""
    monkeypatch.setitem(STEPS, "antisepsis", replace(STEPS["antisepsis"], unsafe=lambda theatre, state: None))
    desk.writable = False


def opened(desk: Desk, mode: str, more: tuple[str, ...] = ()) -> CaseScreen:
    path = shipped("scenarios") / "standard.yaml"
    scenario = some_steps(load_scenario(path), ("antisepsis", *more))
    launch = Launch(path, scenario, 7, mode)
    return case_screen(desk, launch, Session(scenario, 7, mode, trainee="mouse"))


def wait(loading: LoadingScreen) -> CaseScreen:
    loading._work.result()
    change = loading.on_tick(0.1)
    assert isinstance(change, Reset)
    assert isinstance(change.screen, CaseScreen)
    return change.screen


def card_of(screen: CaseScreen) -> FeedbackScreen:
    assert screen.act(FinishStep())
    change = screen.on_advance(1)
    assert isinstance(change, Push)
    assert isinstance(change.screen, FeedbackScreen)
    return change.screen


@pytest.mark.parametrize("mode", ["guided", "practice"])
def test_a_finished_step_shows_what_it_was_worth_and_then_goes_on(desk: Desk, mode: str) -> None:
    screen = opened(desk, mode)
    card = card_of(screen)
    draw(card)
    assert isinstance(press(card, pygame.K_RETURN), Pop)
    screen.on_shown()
    assert isinstance(screen.on_advance(1), Reset)


def test_an_exam_goes_straight_on(desk: Desk) -> None:
    screen = opened(desk, "exam")
    assert screen.act(FinishStep())
    assert isinstance(screen.on_advance(1), Reset)


@pytest.mark.parametrize("window", WINDOWS)
def test_the_card_has_room_for_its_words_in_every_window(desk: Desk, window: tuple[int, int, bool]) -> None:
    width, height, desk.projector = window
    card = card_of(opened(desk, "practice"))
    draw(card, (width, height))
    assert desk.ledger.too_large() == []


def test_the_card_names_the_measures_that_cost_most(desk: Desk) -> None:
    card = card_of(opened(desk, "practice"))
    costs = [measure.weight * (1.0 - measure.mark) for measure in card._step.measures if measure.counted]
    shown = [measure.weight * (1.0 - measure.mark) for measure in worst_of(card._step)]
    assert shown == sorted(costs, reverse=True)[:3]


def test_what_was_never_done_has_no_unit(desk: Desk) -> None:
    card = card_of(opened(desk, "practice"))
    undone = [measure for measure in worst_of(card._step) if measure.value is None]
    assert undone
    draw(card)
    texts = [entry.text for entry in desk.ledger.entries]
    assert texts.count("never done") == len(undone)
    assert not [text for text in texts if text.startswith("not done")]


def test_practice_offers_another_try_and_guided_mode_that_of_a_drill(desk: Desk) -> None:
    for mode, more, offered in (("guided", (), True), ("guided", ("needle",), False), ("practice", ("needle",), True)):
        card = card_of(opened(desk, mode, more))
        draw(card)
        assert ("again" in {widget.id for widget in card._widgets}) is offered


def test_another_try_begins_where_the_step_began_and_is_counted(desk: Desk) -> None:
    screen = opened(desk, "practice")
    screen.on_advance(240)
    begun = screen.session.log[0][0]
    card = card_of(screen)
    assert card._again is not None
    change = card._again()
    assert isinstance(change, Reset)
    again = wait(change.screen).session
    assert (again.step, again.tick) == ("antisepsis", begun)
    assert again.report().retries == 1
    assert not [event for event in again.events if isinstance(event, StepFinished)]


def test_another_try_at_a_guided_drill_is_a_drill_anew(desk: Desk) -> None:
    screen = opened(desk, "guided")
    screen.on_advance(240)
    change = press(card_of(screen), pygame.K_a)
    assert isinstance(change, Reset)
    again = wait(change.screen).session
    assert [type(action).__name__ for _, action in again.log] == ["StartStep"]


def test_another_try_is_recorded_by_itself(desk: Desk) -> None:
    desk.writable = True
    card = card_of(opened(desk, "practice"))
    assert card._again is not None
    change = card._again()
    assert isinstance(change, Reset)
    screen = wait(change.screen)
    screen.on_leave()
    (path,) = (desk.data_dir / "recordings").iterdir()
    assert [type(action).__name__ for _, action in Session.resume(path).log] == ["StartStep", "GoBack"]


def test_b_sets_a_bookmark_and_then_comes_back_to_it(desk: Desk) -> None:
    screen = opened(desk, "practice")
    screen.on_advance(120)
    assert press(screen, pygame.K_b) is None
    kept = screen.session.tick
    screen.on_advance(120)
    change = press(screen, pygame.K_b)
    assert isinstance(change, Reset)
    again = wait(change.screen).session
    assert again.tick == kept
    assert [type(event) for event in again.events if isinstance(event, BookmarkSet | WentBack)] == [BookmarkSet, WentBack]
    assert [action for _, action in again.log][-2:] == [SetBookmark(), GoBack("bookmark")]


def test_shift_b_moves_the_bookmark(desk: Desk) -> None:
    screen = opened(desk, "practice")
    press(screen, pygame.K_b)
    screen.on_advance(120)
    assert press(screen, pygame.K_b, pygame.KMOD_SHIFT) is None
    kept = screen.session.tick
    screen.on_advance(120)
    change = press(screen, pygame.K_b)
    assert isinstance(change, Reset)
    assert wait(change.screen).session.tick == kept


def test_what_was_held_at_the_bookmark_is_let_go(desk: Desk) -> None:
    screen = opened(desk, "practice")
    screen.act(LeanIn(True))
    press(screen, pygame.K_b)
    screen.on_advance(12)
    change = press(screen, pygame.K_b)
    assert isinstance(change, Reset)
    assert not wait(change.screen).session.theatre.hand.lean


def test_an_exam_keeps_no_bookmark_and_says_so(desk: Desk) -> None:
    screen = opened(desk, "exam")
    assert press(screen, pygame.K_b) is None
    assert "Only practice" in screen._refusal
