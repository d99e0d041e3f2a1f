import itertools
import json
from dataclasses import replace

import numpy as np
import pygame
import pytest

from game.assessment import Report
from game.frames import Rigid, Side
from game.imaging import CArm, Exposure
from game.imaging.technique import technique_at
from game.view import debrief as debrief_module
from game.view.bests import case_key, load_bests
from game.view.debrief import Debrief, Picture, Truth, framed, sac_outlines, truth_picture
from game.view.desk import Desk
from game.view.layout import Box
from game.view.screen import Pop, Quit, Reset
from game.view.screens.help import HelpScreen
from game.view.screens.report import PAGES, ReportScreen, Ways
from game.view.screens.reporting import anatomy, pictures
from game.view.screens.reporting.story import lanes_of
from game.view.screens.reporting.words import in_minutes
from game.view.stills import Shelf
from tests.view.cases import grey_picture, make_case_report
from tests.view.hands import WINDOWS, click, draw, press


class Column:
    """A body whose sac is a round column of 7 mm radius about the z axis."""

    def sac_distance_mm(self, points_mm: np.ndarray) -> np.ndarray:
        return np.asarray(np.hypot(points_mm[:, 0], points_mm[:, 1]) - 7.0)


@pytest.fixture
def truth() -> Truth:
    track = np.linspace([0.0, 60.0, -40.0], [0.0, 0.0, 0.0], 40)
    return Truth(Column(), track, (0.0, 0.0, 0.0), "left")  # type: ignore[arg-type]


@pytest.fixture
def report() -> Report:
    return make_case_report()


def make_screen(desk: Desk, report: Report, debrief: Debrief | None = None) -> ReportScreen:
    ways = Ways(lambda step: Reset(HelpScreen(desk)), Quit, Pop)
    return ReportScreen(desk, report, debrief or Debrief(), ways, Shelf(at_once=True))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("good", [False, True])
def test_every_label_of_the_report_fits(
    desk: Desk, truth: Truth, window: tuple[int, int, bool], good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anatomy, "truth_picture", grey_picture)
    monkeypatch.setattr(pictures, "picture_of", grey_picture)
    exposure = Exposure(30_000, CArm(), Rigid(), technique_at(200.0, 200.0, "low"))
    debrief = Debrief(tuple(Picture(9_000 * number, exposure, lambda: truth.patient) for number in range(9)), truth)
    desk.projector = window[2]
    screen = make_screen(desk, make_case_report(good), debrief)
    for page, _ in PAGES:
        screen._page = page
        draw(screen, window[:2])
        assert desk.ledger.too_large() == []


def test_report_begins_at_the_weakest_step_and_shows_its_worst_measure_first(desk: Desk, report: Report) -> None:
    weakest = min(report.steps, key=lambda step: step.percent)
    draw(make_screen(desk, report), (1920, 1080))
    texts = [entry.text for entry in desk.ledger.entries]
    worst = min(weakest.measures, key=lambda measure: measure.mark)
    best = max(weakest.measures, key=lambda measure: measure.mark)
    assert texts.index(worst.label) < texts.index(best.label)


def test_critical_errors_and_complications_stand_before_the_measures(desk: Desk, report: Report) -> None:
    draw(make_screen(desk, report), (1920, 1080))
    texts = [entry.text for entry in desk.ledger.entries]
    critical = next(place for place, text in enumerate(texts) if report.critical_errors[0].text in text)
    assert critical < texts.index("yours")
    assert any(text.startswith("and 2 more") for text in texts)


def test_steps_are_chosen_by_mouse_and_by_keyboard(desk: Desk, report: Report) -> None:
    screen = make_screen(desk, report)
    draw(screen, (1920, 1080))
    click(screen, next(widget.box.centre for widget in screen._widgets if widget.id == "step antisepsis"))
    assert screen._step == "antisepsis"
    screen._focus.id = "step needle"
    press(screen, pygame.K_RETURN)
    assert screen._step == "needle"


def test_s_saves_the_report_as_json_and_text_with_the_changed_rating(desk: Desk, report: Report) -> None:
    screen = make_screen(desk, report)
    draw(screen, (1920, 1080))
    item = next(iter(report.global_rating))
    click(screen, next(widget.box.centre for widget in screen._widgets if widget.id == f"rating {item}"))
    press(screen, pygame.K_s)
    press(screen, pygame.K_s)
    saved = sorted((desk.data_dir / "reports").iterdir())
    assert [path.suffix for path in saved] == [".json", ".txt", ".json", ".txt"]
    told = json.loads(saved[0].read_text(encoding="utf-8"))
    assert told["format"] == 1
    assert told["global_rating"][item] == report.global_rating[item] % 5 + 1
    assert "Not a medical device" in saved[1].read_text(encoding="utf-8")


def test_folder_that_can_not_be_written_is_told_and_not_a_traceback(desk: Desk, report: Report) -> None:
    (desk.data_dir / "reports").write_text("in the way", encoding="utf-8")
    screen = make_screen(desk, report)
    press(screen, pygame.K_s)
    draw(screen, (1920, 1080))
    assert any(entry.text.startswith("Not saved") for entry in desk.ledger.entries)


def test_best_marks_are_kept(desk: Desk, report: Report) -> None:
    make_screen(desk, report)
    bests = load_bests(desk.data_dir)
    assert bests["case standard"] == report.overall_percent
    assert bests["step needle"] == next(step.percent for step in report.steps if step.id == "needle")


def test_practise_next_opens_the_drill_and_keys_lead_on(desk: Desk, report: Report) -> None:
    screen = make_screen(desk, report)
    draw(screen, (1920, 1080))
    change = click(screen, next(widget.box.centre for widget in screen._widgets if widget.id == "drill 0"))
    assert isinstance(change, Reset)
    screen._focus.id = "leave"
    assert press(screen, pygame.K_RETURN) == Quit()
    assert press(screen, pygame.K_ESCAPE) == Quit()
    assert press(screen, pygame.K_r) == Pop()


def test_measure_under_the_mouse_tells_its_whole_source(desk: Desk, report: Report) -> None:
    screen = make_screen(desk, report)
    draw(screen, (1920, 1080))
    screen.on_event(pygame.event.Event(pygame.MOUSEMOTION, pos=(800, 480), rel=(0, 0), buttons=(0, 0, 0)))
    draw(screen, (1920, 1080))
    step = min(report.steps, key=lambda step: step.percent)
    whole = {f"{measure.label}: {measure.source}" for measure in step.measures}
    assert screen._pointed in whole


def test_drill_without_a_needle_shows_its_last_pictures_large(desk: Desk, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def taken(_: Picture, size_px: int) -> np.ndarray:
        sizes.append(size_px)
        return grey_picture(None, size_px)

    monkeypatch.setattr(pictures, "picture_of", taken)
    exposure = Exposure(30_000, CArm(orbit_deg=-90.0), Rigid(), technique_at(200.0, 200.0, "low"))
    last = tuple(Picture(1200 * number, exposure, lambda: None) for number in range(1, 5))  # type: ignore[arg-type, return-value]
    draw(make_screen(desk, report, Debrief(last)), (1920, 1080))
    texts = [entry.text for entry in desk.ledger.entries]
    assert "Your last pictures" in texts
    assert "No needle was placed." not in texts
    assert texts.count("Back") == texts.count("Belly") == 2
    assert sum(size > 200 for size in sizes) == 2


@pytest.mark.parametrize(
    ("seconds_s", "words"), [(29.4, "29 s"), (119.0, "119 s"), (120.0, "2 min 0 s"), (599.7, "10 min"), (4980.0, "83 min")]
)
def test_short_times_are_told_in_seconds(seconds_s: float, words: str) -> None:
    assert in_minutes(seconds_s) == words


def test_sac_is_outlined_where_it_is(truth: Truth) -> None:
    for orbit_deg, axis in ((0.0, 0), (90.0, 1)):
        (outline,) = sac_outlines(truth, orbit_deg)
        assert np.abs(outline[:, axis]).max() == pytest.approx(7.0, abs=0.4)
        assert np.abs(outline[:, 1 - axis]).max() == 0.0


def test_needle_is_drawn_from_skin_to_point_over_the_true_anatomy(truth: Truth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debrief_module, "settled", lambda *_: None)
    monkeypatch.setattr(debrief_module, "render", lambda *_: np.full((200, 200), 100, np.uint8))
    image = truth_picture(truth, 90.0, 200, 3).astype(int)
    needle = (image[..., 2] - image[..., 0]) > 80
    columns = np.nonzero(needle.any(axis=0))[0]
    assert columns.max() - columns.min() > 60
    point = framed(truth, 90.0).picture(np.zeros(3))
    assert abs(image[round(99.5 - 100 * point[1]), round(99.5 + 100 * point[0])] - np.array([242, 184, 75])).max() < 12


@pytest.mark.parametrize("entry_mm", [(0.0, 60.0, -40.0), (90.0, 70.0, 20.0), (-40.0, 90.0, -160.0)])
def test_needle_that_missed_is_seen_whole_beside_the_window_that_was_meant(truth: Truth, entry_mm: tuple[float, float, float]) -> None:
    track = np.linspace(entry_mm, np.asarray(entry_mm) * (1.0, 0.4, 1.0), 9)
    for _, orbit_deg in truth.views:
        carm = framed(replace(truth, track_mm=track), orbit_deg)
        seen = carm.picture(np.concatenate([track, [truth.middle_mm]]))
        assert np.hypot(seen[:, 0], seen[:, 1]).max() < 0.85 + 1e-9
        assert np.abs(carm.picture(np.asarray(truth.middle_mm))).max() < 1e-9
        assert carm.field_mm >= 150.0


@pytest.mark.parametrize(("side", "names"), [("left", ["Belly", "Back"]), ("right", ["Back", "Belly"])])
def test_needle_pictures_are_turned_and_lettered_as_in_the_theatre(
    desk: Desk, report: Report, truth: Truth, side: Side, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anatomy, "truth_picture", grey_picture)
    draw(make_screen(desk, report, Debrief((), replace(truth, side=side))), (1920, 1080))
    texts = [entry.text for entry in desk.ledger.entries if entry.text in ("R", "L", "Belly", "Back")]
    assert texts[:4] == ["R", "L", *names]


def test_labels_on_the_timeline_never_touch() -> None:
    line = Box(0, 0, 600, 0)
    placed = lanes_of([(300 + 10 * number, 90) for number in range(30)], line, 18, 4)
    assert max(at for at, _, _ in placed) <= 600
    assert all(later[0] - earlier[0] >= 18 for earlier, later in itertools.pairwise(placed))
    for lane in range(4):
        spans = sorted((x, x + 90) for _, x, number in placed if number == lane)
        assert all(first[1] < second[0] for first, second in itertools.pairwise(spans))
    assert any(number is None for _, _, number in placed)


@pytest.mark.parametrize(("step", "kept"), [("views", True), ("needle", False)])
def test_a_drill_of_views_keeps_its_mark_and_a_single_step_of_a_case_only_that_of_the_step(
    desk: Desk, report: Report, step: str, kept: bool
) -> None:
    alone = replace(report, scenario="views-true-ap-l3", steps=(replace(report.steps[0], id=step),))
    make_screen(desk, alone)
    assert (case_key("views-true-ap-l3") in load_bests(desk.data_dir)) == kept
