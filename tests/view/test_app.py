import threading
from pathlib import Path

import pygame
import pytest

from game.errors import GameError
from game.view import app as app_module
from game.view.app import App, check_pygame, open_desk
from game.view.desk import Desk
from game.view.overlay import read_only
from game.view.pace import LONGEST_FRAME_S, Pace
from game.view.screen import Change, Pop, Push, Quit, Reset, apply_change
from game.view.work import Work


class Recorded:
    """A screen that remembers what it was told."""

    def __init__(self, answer: Change | None = None) -> None:
        self.told: list[object] = []
        self.answer = answer

    def on_event(self, event: pygame.event.Event) -> Change | None:
        self.told.append(event.type)
        return self.answer

    def on_tick(self, elapsed_s: float) -> Change | None:
        return None

    def on_draw(self, surface: pygame.Surface) -> None:
        self.told.append("draw")

    def on_advance(self, ticks: int) -> Change | None:
        self.told.append(ticks)
        return None

    def on_focus_lost(self) -> None:
        self.told.append("focus lost")

    def on_shown(self) -> None:
        self.told.append("shown")

    def on_leave(self) -> None:
        self.told.append("leave")


def test_push_and_pop_tell_the_screens() -> None:
    first, second = Recorded(), Recorded()
    stack = apply_change([first], Push(second))
    assert second.told == ["shown"]
    assert apply_change(stack, Pop()) == [first]
    assert second.told == ["shown", "leave"]
    assert first.told == ["shown"]


def test_reset_leaves_every_screen_and_quit_the_program() -> None:
    first, second, third = Recorded(), Recorded(), Recorded()
    assert apply_change([first, second], Reset(third)) == [third]
    assert (first.told, second.told, third.told) == (["leave"], ["leave"], ["shown"])
    assert apply_change([third], Quit()) == []
    assert apply_change([third], None) == [third]


def test_real_time_becomes_whole_ticks_and_none_is_lost() -> None:
    pace = Pace()
    assert sum(pace.ticks_due(1.0 / 70.0 + 1e-9) for _ in range(700)) == 1200


def test_time_scale_multiplies_ticks_and_a_slow_frame_is_capped() -> None:
    assert Pace(8.0).ticks_due(0.1) == 96
    assert Pace().ticks_due(30.0) == round(LONGEST_FRAME_S * 120)
    assert Pace().ticks_due(-1.0) == 0


def event(kind: int, **values: object) -> pygame.event.Event:
    return pygame.event.Event(kind, values)


def test_frame_gives_events_then_ticks_then_draws(desk: Desk) -> None:
    screen = Recorded()
    App(desk, [screen]).frame([event(pygame.KEYDOWN, key=pygame.K_a, mod=0)], 0.1, pygame.Surface((1280, 720)), None)
    assert screen.told == [pygame.KEYDOWN, 12, "draw"]


def test_lost_focus_releases_the_hands(desk: Desk) -> None:
    screen = Recorded()
    App(desk, [screen]).frame([event(pygame.WINDOWFOCUSLOST)], 0.0, pygame.Surface((1280, 720)), None)
    assert "focus lost" in screen.told


def test_closing_the_window_leaves_all_screens(desk: Desk) -> None:
    first, second = Recorded(), Recorded()
    app = App(desk, [first, second])
    app.frame([event(pygame.QUIT)], 0.1, pygame.Surface((1280, 720)), None)
    assert app.stack == []
    assert first.told == second.told == ["leave"]


def test_key_mutes_everywhere_and_the_screen_does_not_see_it(desk: Desk) -> None:
    screen = Recorded()
    App(desk, [screen]).frame([event(pygame.KEYDOWN, key=pygame.K_F8, mod=0)], 0.0, pygame.Surface((1280, 720)), None)
    assert desk.settings.mute
    assert pygame.KEYDOWN not in screen.told


def test_projector_shows_keys_and_a_halo_round_the_pointer(desk: Desk) -> None:
    desk.projector = True
    surface = pygame.Surface((1280, 720))
    app = App(desk, [Recorded()])
    app.frame([event(pygame.KEYDOWN, key=pygame.K_f, mod=0)], 0.01, surface, (640, 360))
    assert surface.get_bounding_rect().width
    assert any(entry.text == "f" for entry in desk.ledger.entries)
    assert pygame.mask.from_threshold(surface, (79, 195, 199), (60, 60, 60)).count() > 50


def test_banner_stands_for_some_seconds(desk: Desk) -> None:
    app = App(desk, [Recorded()])
    app.overlay.tell(read_only(desk.data_dir))
    app.frame([], 0.01, pygame.Surface((1280, 720)), None)
    assert any(entry.text == read_only(desk.data_dir) for entry in desk.ledger.entries)
    app.frame([], 60.0, pygame.Surface((1280, 720)), None)
    desk.ledger.clear()
    app.frame([], 0.01, pygame.Surface((1280, 720)), None)
    assert not desk.ledger.entries


def test_banner_names_the_folder_and_stays_inside_a_small_window(desk: Desk) -> None:
    folder = Path("/", *(["somewhere-deep"] * 20))
    assert str(folder) in read_only(folder)
    app = App(desk, [Recorded()])
    app.overlay.tell(read_only(folder))
    app.frame([], 0.01, pygame.Surface((1280, 720)), None)
    (shown,) = desk.ledger.entries
    assert shown.text.startswith("Nothing will be kept")
    assert desk.ledger.too_large() == []


def test_program_shuts_its_window_and_then_waits_for_what_is_being_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shut, ended = threading.Event(), list[bool]()

    def first(desk: Desk) -> Recorded:
        Work(lambda: ended.append(shut.wait(10.0)))
        return Recorded()

    monkeypatch.setattr(app_module, "_loop", lambda app, surface: None)
    monkeypatch.setattr(app_module.pygame, "quit", shut.set)
    app_module.run_app(first, data_dir=tmp_path)
    assert ended == [True]


def test_older_pygame_is_refused_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    check_pygame()
    monkeypatch.setattr(app_module.pygame, "IS_CE", 0)
    with pytest.raises(GameError, match="pip install pygame-ce"):
        check_pygame()


def test_no_display_is_one_sentence_that_names_the_ways_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise pygame.error("No available video device")

    monkeypatch.setattr(pygame.display, "set_mode", refuse)
    with pytest.raises(GameError, match=r"'simulate'.*'shot'"):
        app_module.open_window((1280, 720))


def test_system_without_windows_is_told_and_not_opened_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER")
    monkeypatch.setattr(pygame.display, "get_driver", lambda: "offscreen")
    with pytest.raises(GameError, match="no window system"):
        app_module.open_window((1280, 720))


def test_desk_opens_in_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    assert not open_desk(blocked / "data").writable


@pytest.mark.parametrize(
    ("desktop", "window"),
    [((1366, 768), (1366, 720)), ((1600, 900), (1600, 852)), ((2560, 1440), (1600, 900)), ((1024, 768), (1280, 720))],
)
def test_the_window_fits_the_desktop(monkeypatch: pytest.MonkeyPatch, desktop: tuple[int, int], window: tuple[int, int]) -> None:
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [desktop])
    monkeypatch.setattr(pygame.display, "set_mode", lambda size, _: pygame.Surface(size))
    assert app_module.open_window(None).get_size() == window
