import pygame
import pytest

from game.view.desk import Desk
from game.view.keys import Where
from game.view.screen import Pop, Push, Quit, Reset, Screen
from game.view.screens.calibration import SWEEPS, USUAL_SWEEP_PX, CalibrationScreen, gain_from
from game.view.screens.help import HelpScreen
from game.view.screens.loading import LoadingScreen
from game.view.screens.pause import PauseScreen
from game.view.screens.settings import SettingsScreen
from game.view.settings import load_settings
from game.view.widgets.kinds import Pressed
from tests.view.hands import WINDOWS, draw, press

MAKERS = {
    "help": HelpScreen,
    "settings": SettingsScreen,
    "calibration": CalibrationScreen,
    "pause": lambda desk: PauseScreen(desk, pygame.Surface((1280, 720)), "Plain case, practice, needle", Quit, Quit),
}


@pytest.mark.parametrize("name", sorted(MAKERS))
@pytest.mark.parametrize("window", WINDOWS)
def test_every_label_of_the_menus_fits(desk: Desk, name: str, window: tuple[int, int, bool]) -> None:
    desk.projector = window[2]
    draw(MAKERS[name](desk), window[:2])
    assert desk.ledger.entries
    assert desk.ledger.too_large() == []


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_escape_goes_back(desk: Desk, name: str) -> None:
    screen = MAKERS[name](desk)
    draw(screen)
    assert press(screen, pygame.K_ESCAPE) == Pop()


@pytest.mark.parametrize("window", WINDOWS)
def test_help_prints_every_key_of_the_table(desk: Desk, window: tuple[int, int, bool]) -> None:
    from game.view.keys import BINDINGS

    desk.projector = window[2]
    screen, drawn = HelpScreen(desk), set()
    draw(screen, window[:2])
    tabs = [widget.id for widget in screen._widgets if widget.id != "back"]
    for tab in tabs:
        screen._answer(Pressed(tab))
        draw(screen, window[:2])
        assert desk.ledger.too_large() == []
        drawn |= {entry.text for entry in desk.ledger.entries}
    assert {binding.does for binding in BINDINGS} <= drawn
    assert {binding.keyboard for binding in BINDINGS} <= drawn


@pytest.mark.parametrize("first", ["hands", "carm"])
def test_both_pages_of_the_help_say_how_the_c_arm_is_moved_by_mouse(desk: Desk, first: Where) -> None:
    draw(HelpScreen(desk, first), (1920, 1080))
    shown = " ".join(entry.text for entry in desk.ledger.entries)
    assert "right drag" in shown
    assert "tilt" in shown
    assert "drag the table" in shown or "drag its ring or the table" in shown


def test_settings_change_by_keyboard_alone_and_are_kept(desk: Desk) -> None:
    screen = SettingsScreen(desk)
    draw(screen)
    press(screen, pygame.K_TAB)
    press(screen, pygame.K_RIGHT)
    assert desk.settings.volume == pytest.approx(0.75)
    draw(screen)
    press(screen, pygame.K_TAB)
    press(screen, pygame.K_RETURN)
    assert desk.settings.mute
    assert desk.sounds.volume == 0.0
    assert load_settings(desk.data_dir) == desk.settings


def test_larger_text_is_larger_at_once(desk: Desk) -> None:
    screen = SettingsScreen(desk)
    draw(screen)
    for _ in range(11):
        press(screen, pygame.K_TAB)
    press(screen, pygame.K_RETURN)
    assert desk.settings.text_size == "projector"
    assert desk.look((1920, 1080)).text_px("small") == 29


def test_leaving_a_case_is_asked_twice(desk: Desk) -> None:
    left = Reset(HelpScreen(desk))
    screen = PauseScreen(desk, None, "Plain case", lambda: left)
    draw(screen)
    press(screen, pygame.K_UP)
    for _ in range(3):
        press(screen, pygame.K_TAB)
    assert press(screen, pygame.K_RETURN) is None
    draw(screen)
    assert press(screen, pygame.K_RETURN) is left


def test_trying_again_is_asked_twice_and_only_where_it_can_be(desk: Desk) -> None:
    again = Reset(HelpScreen(desk))
    screen = PauseScreen(desk, None, "Plain case", Quit, lambda: again)
    assert press(screen, pygame.K_a) is None
    draw(screen)
    assert "Again: what was done is lost" in [entry.text for entry in desk.ledger.entries]
    assert press(screen, pygame.K_a) is again
    without = PauseScreen(desk, None, "Plain case", Quit)
    draw(without)
    assert "again" not in {widget.id for widget in without._widgets}
    assert press(without, pygame.K_a) is press(without, pygame.K_a) is None


def test_pause_opens_help_and_comes_back(desk: Desk) -> None:
    screen = PauseScreen(desk, None, "Plain case", Quit)
    change = press(screen, pygame.K_F1)
    assert isinstance(change, Push)
    assert isinstance(change.screen, HelpScreen)


def sweep(screen: Screen, length_px: float) -> object:
    screen.on_event(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(10, 10), button=1))
    screen.on_event(pygame.event.Event(pygame.MOUSEMOTION, pos=(10, 10), rel=(length_px, 0), buttons=(1, 0, 0)))
    return screen.on_event(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=(10, 10), button=1))


def test_three_sweeps_set_the_mouse_gain(desk: Desk) -> None:
    screen = CalibrationScreen(desk)
    draw(screen, (1920, 1080))
    answers = [sweep(screen, USUAL_SWEEP_PX / 2) for _ in range(SWEEPS)]
    assert answers == [None, None, Pop()]
    assert desk.settings.mouse_gain == 2.0
    assert desk.settings.calibrated


def test_clicks_are_no_sweeps_and_ten_seconds_end_it(desk: Desk) -> None:
    screen = CalibrationScreen(desk)
    draw(screen, (1920, 1080))
    assert sweep(screen, 3) is None
    assert screen.on_tick(60.0) is None
    sweep(screen, 1600)
    assert screen.on_tick(60.0) == Pop()
    assert desk.settings.mouse_gain == 0.5


def test_gain_is_the_middle_sweep_within_bounds() -> None:
    assert gain_from([800.0, 10.0, 4000.0]) == 1.0
    assert gain_from([60.0]) == 4.0
    assert gain_from([90_000.0]) == 0.25


def test_loading_opens_what_was_made_and_passes_a_failure_on(desk: Desk) -> None:
    ready = HelpScreen(desk)
    screen = LoadingScreen(desk, "Plain case", lambda tell: lambda: ready)
    draw(screen)
    screen._work.result()
    assert screen.on_tick(0.1) == Reset(ready)
    failing = LoadingScreen(desk, "Plain case", lambda tell: 1 / 0)  # type: ignore[arg-type, return-value]
    with pytest.raises(ZeroDivisionError):
        failing._work.result()
    with pytest.raises(ZeroDivisionError):
        failing.on_tick(0.1)
    for each in (screen, failing):
        each.on_leave()
