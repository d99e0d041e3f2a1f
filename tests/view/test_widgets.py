import pygame
import pytest

from game.view.layout import Box
from game.view.widgets.focus import Focus
from game.view.widgets.kinds import Button, Erased, Pressed, Response, Slid, Slider, Switched, TextField, Toggle, Typed, Widget

WIDGETS: tuple[Widget, ...] = (
    Button(id="one", box=Box(0, 0, 100, 40), label="One"),
    Button(id="off", box=Box(0, 50, 100, 40), label="Off", enabled=False),
    Slider(id="slide", box=Box(0, 100, 220, 20), value=0.5, low=0.0, high=1.0, step=0.05),
    Toggle(id="mute", box=Box(0, 150, 100, 40), on=False),
    TextField(id="search", box=Box(200, 0, 100, 40), text="ab"),
)


def key(focus: Focus, code: int, mod: int = 0) -> Response | None:
    return focus.on_event(pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod), WIDGETS)


def mouse(focus: Focus, kind: int, at: tuple[int, int]) -> Response | None:
    return focus.on_event(pygame.event.Event(kind, pos=at, button=1, rel=(0, 0), buttons=(0, 0, 0)), WIDGETS)


def test_tab_visits_every_live_widget_in_order_and_comes_round() -> None:
    focus = Focus()
    seen = []
    for _ in range(5):
        key(focus, pygame.K_TAB)
        seen.append(focus.id)
    assert seen == ["one", "slide", "mute", "search", "one"]
    key(focus, pygame.K_TAB, pygame.KMOD_LSHIFT)
    assert focus.id == "search"


def test_button_answers_when_the_mouse_comes_up_on_it() -> None:
    focus = Focus()
    assert mouse(focus, pygame.MOUSEBUTTONDOWN, (10, 10)) is None
    assert mouse(focus, pygame.MOUSEBUTTONUP, (20, 20)) == Pressed("one")


def test_button_left_before_letting_go_is_not_pressed() -> None:
    focus = Focus()
    mouse(focus, pygame.MOUSEBUTTONDOWN, (10, 10))
    assert mouse(focus, pygame.MOUSEBUTTONUP, (300, 300)) is None


def test_disabled_button_answers_nobody() -> None:
    focus = Focus()
    mouse(focus, pygame.MOUSEBUTTONDOWN, (10, 60))
    assert mouse(focus, pygame.MOUSEBUTTONUP, (10, 60)) is None


@pytest.mark.parametrize("code", [pygame.K_RETURN, pygame.K_SPACE])
def test_keyboard_presses_what_has_the_focus(code: int) -> None:
    assert key(Focus(id="one"), code) == Pressed("one")
    assert key(Focus(id="mute"), code) == Switched("mute", True)


def test_slider_follows_the_mouse_and_stops_at_its_ends() -> None:
    focus = Focus()
    assert mouse(focus, pygame.MOUSEBUTTONDOWN, (110, 110)) == Slid("slide", 0.5)
    assert mouse(focus, pygame.MOUSEMOTION, (900, 400)) == Slid("slide", 1.0)
    assert mouse(focus, pygame.MOUSEMOTION, (-50, 110)) == Slid("slide", 0.0)
    mouse(focus, pygame.MOUSEBUTTONUP, (0, 0))
    assert mouse(focus, pygame.MOUSEMOTION, (110, 110)) is None


def test_arrows_nudge_a_slider_by_its_step() -> None:
    assert key(Focus(id="slide"), pygame.K_RIGHT) == Slid("slide", 0.55)
    assert key(Focus(id="slide"), pygame.K_LEFT) == Slid("slide", 0.45)


def test_arrows_go_to_what_lies_that_way() -> None:
    focus = Focus(id="one")
    key(focus, pygame.K_DOWN)
    assert focus.id == "slide"
    focus = Focus(id="one")
    key(focus, pygame.K_RIGHT)
    assert focus.id == "search"


def test_text_field_takes_letters_and_gives_them_back() -> None:
    focus = Focus(id="search")
    assert focus.on_event(pygame.event.Event(pygame.TEXTINPUT, text="ö"), WIDGETS) == Typed("search", "ö")
    assert key(focus, pygame.K_BACKSPACE) == Erased("search")


def test_letters_go_nowhere_without_a_text_field() -> None:
    assert Focus(id="one").on_event(pygame.event.Event(pygame.TEXTINPUT, text="x"), WIDGETS) is None


def test_light_under_the_mouse_comes_and_goes_within_two_tenths_of_a_second() -> None:
    focus = Focus()
    mouse(focus, pygame.MOUSEMOTION, (10, 10))
    focus.on_tick(0.2)
    assert focus.warm("one") == 1.0
    mouse(focus, pygame.MOUSEMOTION, (500, 500))
    focus.on_tick(0.2)
    assert focus.warm("one") == 0.0


def test_release_forgets_the_button_held_down() -> None:
    focus = Focus()
    mouse(focus, pygame.MOUSEBUTTONDOWN, (10, 10))
    focus.release()
    assert mouse(focus, pygame.MOUSEBUTTONUP, (10, 10)) is None
