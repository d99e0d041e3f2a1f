import itertools
from pathlib import Path

import pygame
import pytest

from game.operation.built import BUILT_STEPS
from game.scenario import scenario_files
from game.view.bests import keep_best
from game.view.desk import Desk
from game.view.launch import Launch
from game.view.library import find_cases, find_drills, matching, read_case, shelves, with_case
from game.view.screen import Push, Quit, Screen
from game.view.screens import title as title_module
from game.view.screens.help import HelpScreen
from game.view.screens.settings import SettingsScreen
from game.view.screens.title import TitleScreen
from game.view.screens.titling import cards as cards_module
from game.view.stills import Shelf
from tests.view.cases import STANDARD, grey_picture, write_case
from tests.view.hands import WINDOWS, click, draw, press, type_text

DIGIT_KEYS = range(pygame.K_1, pygame.K_9 + 1)
OPERATION = (
    *("briefing", "positioning", "antisepsis", "needle", "catheter", "anchoring"),
    *("tunnelling", "pocket", "pump", "connection", "closure", "recovery"),
)


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[Launch]:
    monkeypatch.setattr(cards_module, "still", grey_picture)
    return []


def make_title(desk: Desk, launched: list[Launch], seed: int | None = 7) -> TitleScreen:
    def open_case(launch: Launch) -> Screen:
        launched.append(launch)
        return HelpScreen(desk)

    return TitleScreen(desk, open_case, seed, Shelf(at_once=True))


def add_cases(folder: Path) -> None:
    for name, title, level in (
        ("osteoporosis", "Severe osteoporosis, a long long name", "advanced"),
        ("cachexia", "Cancer pain", "intermediate"),
        ("bloody", "Bloody tap", "complication"),
    ):
        write_case(folder / "scenarios", name, title, level)
    (folder / "scenarios" / "broken.yaml").write_text(STANDARD.replace("level: core", "levle: core"), encoding="utf-8")


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("many", [False, True])
def test_every_label_of_the_title_fits(desk: Desk, launched: list[Launch], window: tuple[int, int, bool], many: bool) -> None:
    if many:
        add_cases(desk.data_dir)
    keep_best(desk.data_dir, {"case standard": 100.0, "step needle": 61.0})
    desk.projector = window[2]
    draw(make_title(desk, launched), window[:2])
    assert desk.ledger.too_large() == []


def test_enter_puts_a_needle_in_at_once(desk: Desk, launched: list[Launch]) -> None:
    screen = make_title(desk, launched)
    draw(screen)
    assert isinstance(press(screen, pygame.K_RETURN), Push)
    assert [(launch.step, launch.mode, launch.seed, launch.scenario.id) for launch in launched] == [("needle", "guided", 7, "standard")]


@pytest.mark.parametrize("window", [(1280, 720), (1366, 768), (1920, 1080)])
def test_views_have_their_whole_titles_in_every_window(desk: Desk, launched: list[Launch], window: tuple[int, int]) -> None:
    draw(make_title(desk, launched), window)
    shown = {entry.text for entry in desk.ledger.entries if entry.fits}
    assert {case.scenario.title for case in find_drills() if case.scenario} <= shown


def test_number_keys_open_the_steps_and_with_shift_the_views(desk: Desk, launched: list[Launch]) -> None:
    screen = make_title(desk, launched)
    draw(screen)
    for key in DIGIT_KEYS:
        press(screen, key)
    assert [launch.step for launch in launched] == list(BUILT_STEPS)
    launched.clear()
    for key in DIGIT_KEYS:
        press(screen, key, pygame.KMOD_LSHIFT)
    assert [(launch.step, launch.scenario.steps) for launch in launched] == [("", ("views",))] * 5
    assert [launch.scenario.id for launch in launched] == [case.path.stem for case in find_drills()]


@pytest.mark.parametrize("window", WINDOWS)
def test_tiles_of_three_to_twelve_steps_fit_and_lie_apart(
    desk: Desk, launched: list[Launch], monkeypatch: pytest.MonkeyPatch, window: tuple[int, int, bool]
) -> None:
    monkeypatch.setattr(TitleScreen, "_playable", lambda self, step: self._case())
    desk.projector = window[2]
    screen = make_title(desk, launched)
    for count in (3, 7, 8, 12):
        monkeypatch.setattr(title_module, "BUILT_STEPS", OPERATION[:count])
        desk.ledger.clear()
        draw(screen, window[:2])
        assert desk.ledger.too_large() == []
        boxes = [widget.box for widget in screen._widgets if widget.id.startswith(("drill", "view", "mode", "case", "open"))]
        assert sum(widget.id.startswith("drill") for widget in screen._widgets) == count
        for one, other in itertools.combinations(boxes, 2):
            assert one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
        assert all(box.right <= window[0] and box.bottom <= window[1] for box in boxes)


def test_zero_opens_the_tenth_step_where_there_is_one(desk: Desk, launched: list[Launch], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TitleScreen, "_playable", lambda self, step: self._case())
    screen = make_title(desk, launched)
    draw(screen)
    press(screen, pygame.K_0)
    monkeypatch.setattr(title_module, "BUILT_STEPS", OPERATION)
    press(screen, pygame.K_0)
    assert [launch.step for launch in launched] == [OPERATION[9]]


def test_tile_says_while_what_it_begins_from_is_being_made_ready(desk: Desk, launched: list[Launch]) -> None:
    ready: set[str] = {"positioning"}
    screen = make_title(desk, launched)
    screen._ready = lambda launch: launch.step in ready
    draw(screen, (1920, 1080))
    words = [entry.text for entry in desk.ledger.entries]
    waiting = [text for text in words if text in ("being prepared", "preparing", "...")]
    assert len(waiting) == len(BUILT_STEPS) - 1
    ready.update(BUILT_STEPS)
    desk.ledger.clear()
    draw(screen, (1920, 1080))
    assert not any(entry.text in ("being prepared", "preparing", "...") for entry in desk.ledger.entries)


def test_drill_that_the_chosen_case_lacks_opens_on_one_that_has_it(desk: Desk, launched: list[Launch]) -> None:
    path = write_case(desk.data_dir / "scenarios", "short", "Short")
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("steps:")]
    path.write_text(f"{head}steps: [positioning]\n", encoding="utf-8")
    screen = make_title(desk, launched)
    draw(screen)
    screen._chosen = path
    press(screen, pygame.K_1)
    press(screen, pygame.K_3)
    assert [(launch.scenario.id, launch.step) for launch in launched] == [("short", "positioning"), ("standard", "needle")]


def test_chart_of_the_chosen_case_fills_the_row_that_is_free(desk: Desk, launched: list[Launch]) -> None:
    screen = make_title(desk, launched)
    draw(screen, (1920, 1080))
    for name in ("standard", "cancer-pain"):
        case = next(case for case in find_cases(desk.data_dir) if case.path.stem == name)
        screen._chosen = case.path
        desk.ledger.clear()
        draw(screen, (1920, 1080))
        assert case.scenario is not None
        assert set(case.scenario.chart) <= {entry.text for entry in desk.ledger.entries}
    assert desk.ledger.too_large() == []


def test_mode_is_chosen_kept_and_used(desk: Desk, launched: list[Launch]) -> None:
    screen = make_title(desk, launched)
    draw(screen)
    boxes = {widget.id: widget.box for widget in screen._widgets}
    click(screen, boxes["mode exam"].centre)
    click(screen, boxes["open"].centre)
    assert desk.settings.mode == "exam"
    assert [(launch.mode, launch.step) for launch in launched] == [("exam", "")]


def test_seed_is_new_each_time_unless_one_was_asked_for(desk: Desk, launched: list[Launch]) -> None:
    screen = make_title(desk, launched, seed=None)
    draw(screen)
    for _ in range(6):
        press(screen, pygame.K_3)
    assert len({launch.seed for launch in launched}) > 1


def test_one_case_needs_no_search_and_no_shelves(desk: Desk, launched: list[Launch], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(title_module, "find_cases", lambda folder: find_cases(folder)[:1])
    screen = make_title(desk, launched)
    draw(screen)
    kinds = [widget.id.partition(" ")[0] for widget in screen._widgets]
    assert "search" not in kinds
    assert "tab" not in kinds
    assert kinds.count("drill") == len(BUILT_STEPS)
    assert kinds.count("view") == 5


def test_searching_leaves_what_matches_and_escape_all(desk: Desk, launched: list[Launch]) -> None:
    add_cases(desk.data_dir)
    screen = make_title(desk, launched)
    draw(screen, (1920, 1080))
    click(screen, next(widget.box.centre for widget in screen._widgets if widget.id == "search"))
    press(screen, pygame.K_3)
    type_text(screen, "osteo q")
    draw(screen, (1920, 1080))
    assert not [widget for widget in screen._widgets if widget.id.startswith("case")]
    press(screen, pygame.K_BACKSPACE)
    draw(screen, (1920, 1080))
    assert [widget.id.endswith("osteoporosis.yaml") for widget in screen._widgets if widget.id.startswith("case")] == [True]
    press(screen, pygame.K_ESCAPE)
    draw(screen, (1920, 1080))
    assert len([widget for widget in screen._widgets if widget.id.startswith("case")]) == 6
    assert launched == []


def test_broken_case_is_listed_with_its_problems_and_can_not_be_opened(desk: Desk, launched: list[Launch]) -> None:
    add_cases(desk.data_dir)
    screen = make_title(desk, launched)
    draw(screen, (1920, 1080))
    broken = next(widget for widget in screen._widgets if widget.id.endswith("broken.yaml"))
    click(screen, broken.box.centre)
    draw(screen, (1920, 1080))
    assert click(screen, next(widget.box.centre for widget in screen._widgets if widget.id == "open")) is None
    assert launched == []
    assert any("levle" in entry.text for entry in desk.ledger.entries)
    press(screen, pygame.K_3)
    assert [launch.scenario.id for launch in launched] == ["standard"]


def test_chosen_case_opens_when_it_is_pressed_again(desk: Desk, launched: list[Launch]) -> None:
    add_cases(desk.data_dir)
    screen = make_title(desk, launched)
    draw(screen, (1920, 1080))
    place = next(widget.box.centre for widget in screen._widgets if widget.id.endswith("cachexia.yaml"))
    assert click(screen, place) is None
    assert isinstance(click(screen, place), Push)
    assert launched[0].scenario.id == "cachexia"


def test_dropped_file_joins_the_library_and_is_chosen(desk: Desk, launched: list[Launch], tmp_path: Path) -> None:
    path = write_case(tmp_path / "elsewhere", "mine", "My own case")
    screen = make_title(desk, launched)
    draw(screen)
    screen.on_event(pygame.event.Event(pygame.DROPFILE, file=str(path)))
    draw(screen)
    click(screen, next(widget.box.centre for widget in screen._widgets if widget.id == "open"))
    assert [launch.path for launch in launched] == [path]


def test_dropped_nonsense_is_listed_and_harms_nothing(desk: Desk, launched: list[Launch], tmp_path: Path) -> None:
    screen = make_title(desk, launched)
    for path in (tmp_path / "missing.yaml", tmp_path):
        screen.on_event(pygame.event.Event(pygame.DROPFILE, file=str(path)))
    draw(screen, (1920, 1080))
    assert len([widget for widget in screen._widgets if widget.id.startswith("case")]) == 5


def test_every_button_of_the_title_is_reached_by_tab(desk: Desk, launched: list[Launch]) -> None:
    add_cases(desk.data_dir)
    screen = make_title(desk, launched)
    draw(screen, (1920, 1080))
    live = [widget.id for widget in screen._widgets if widget.enabled]
    seen = []
    for _ in live:
        press(screen, pygame.K_TAB)
        seen.append(screen._focus.id)
    assert sorted(seen) == sorted(live)


def test_settings_help_and_quit_answer(desk: Desk, launched: list[Launch]) -> None:
    screen = make_title(desk, launched)
    draw(screen)
    boxes = {widget.id: widget.box.centre for widget in screen._widgets}
    settings, help_page = click(screen, boxes["settings"]), press(screen, pygame.K_F1)
    assert isinstance(settings, Push)
    assert isinstance(settings.screen, SettingsScreen)
    assert isinstance(help_page, Push)
    assert isinstance(help_page.screen, HelpScreen)
    assert click(screen, boxes["quit"]) == Quit()


def test_pages_reach_the_cases_below(desk: Desk, launched: list[Launch]) -> None:
    add_cases(desk.data_dir)
    screen = make_title(desk, launched)
    draw(screen, (1280, 720))
    first = [widget.id for widget in screen._widgets if widget.id.startswith("case")]
    for _ in range(9):
        press(screen, pygame.K_PAGEDOWN)
    desk.projector = True
    draw(screen, (1280, 720))
    last = [widget.id for widget in screen._widgets if widget.id.startswith("case")]
    assert first[0] not in last
    assert last[-1].endswith("osteoporosis.yaml")


def test_plain_case_comes_first_then_the_others_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("zebra", "standard", "anatomy"):
        write_case(tmp_path / "shipped", name, name.capitalize())
    monkeypatch.setattr("game.view.library.shipped", lambda folder: tmp_path / "shipped")
    assert [case.path.stem for case in find_cases(tmp_path)] == ["standard", "anatomy", "zebra"]


def test_own_folder_holds_what_check_finds_in_it(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    for name in ("A.YAML", "b.yml", "notes.txt"):
        (tmp_path / "scenarios" / name).write_text(STANDARD, encoding="utf-8")
    assert tuple(case.path for case in find_cases(tmp_path) if case.own) == scenario_files(tmp_path / "scenarios")


def test_shelves_hold_what_they_say(tmp_path: Path) -> None:
    add_cases(tmp_path)
    cases = find_cases(tmp_path)
    assert shelves(cases) == ("core", "intermediate", "advanced", "complication", "mine")
    assert [case.path.stem for case in matching(cases, "", "advanced")] == ["osteoporosis"]
    assert len(matching(cases, "", "mine")) == 4
    assert shelves(cases[:1]) == ()
    assert with_case(cases, read_case(cases[1].path, True))[-1].path == cases[1].path


def test_title_says_that_it_is_for_training_only(desk: Desk, launched: list[Launch]) -> None:
    draw(make_title(desk, launched))
    assert any("Not a medical device" in entry.text for entry in desk.ledger.entries)
