"""A drill of standard views on the screen: shown by key and click, answered by a card, in an exam only when it is over."""

import functools
import itertools
from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from game.operation.actions import FinishStep, MoveCArm, Pedal, StartStep
from game.operation.naming import LEVELS
from game.operation.positioning.actions import NameLevel
from game.operation.views.actions import Present
from game.operation.views.judging import Correction
from game.operation.views.state import Judged, Presented
from game.operation.views.tasks import ContralateralOblique, CountTo, TrueAp, TrueLateral
from game.resources import shipped
from game.scenario import Scenario, load_scenario, load_speech
from game.session import Session
from game.session.look import observe
from game.view.desk import Desk
from game.view.field.picture import FieldPicture
from game.view.layout import Box
from game.view.screen import Pop, Push, Quit, Reset
from game.view.screens import view_feedback
from game.view.screens.operation import OperationScreen
from game.view.screens.operative.carm_handle import PART_HELP
from game.view.screens.operative.hints import _across
from game.view.screens.operative.painting import FIRST_HELP_CARM
from game.view.screens.operative.positioning_view import PositioningView
from game.view.screens.operative.pulses import Pulses
from game.view.screens.operative.registry import hint, tray_of, wanted
from game.view.screens.operative.views import ViewsView
from game.view.screens.view_feedback import ViewFeedbackScreen, in_words, looks_in_words, outlines, rows_of
from tests.view.cases import grey_picture
from tests.view.hands import WINDOWS, click, draw, press

DRILLS = ("true-ap-l3", "true-lateral-l2-3", "oblique-l3-4", "count-to-t10", "square-l2")
LINES = load_speech().lines


@functools.cache
def painted(width: int, height: int) -> FieldPicture:
    return PositioningView().paint(begun(), Box(0, 0, width, height))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """One painted field for all, and grey pictures for X-rays: what is tested here does not look at them."""
    monkeypatch.setattr(ViewsView, "paint", lambda self, session, box: painted(box.width, box.height))
    monkeypatch.setattr(Pulses, "live", lambda *_, **__: grey_picture())
    monkeypatch.setattr(view_feedback, "render", grey_picture)


@functools.cache
def _scenario(drill: str) -> Scenario:
    return load_scenario(Path(shipped("scenarios")) / "views" / f"{drill}.yaml")


def begun(drill: str = "true-ap-l3", mode: str = "practice", seed: int = 3) -> Session:
    session = Session(_scenario(drill), seed, mode)
    session.act(StartStep("views"))
    return session


def pressed(session: Session) -> Session:
    session.act(Pedal(True))
    session.advance(40)
    session.act(Pedal(False))
    session.advance(10)
    return session


def screen_of(desk: Desk, session: Session) -> OperationScreen:
    return OperationScreen(desk, session, lambda _: Quit(), Pop, at_once=True)


def card_of(desk: Desk, drill: str) -> ViewFeedbackScreen:
    session = pressed(begun(drill))
    screen = screen_of(desk, session)
    if drill == "count-to-t10":
        session.act(NameLevel("T10", 0.0, 0.2))
    session.act(Present())
    change = screen.on_advance(1)
    assert isinstance(change, Push)
    assert isinstance(change.screen, ViewFeedbackScreen)
    return change.screen


@pytest.mark.parametrize("drill", DRILLS)
def test_every_label_of_a_card_fits_in_every_window(desk: Desk, drill: str) -> None:
    card = card_of(desk, drill)
    for width, height, projector in WINDOWS:
        desk.projector = projector
        draw(card, (width, height))
        assert desk.ledger.too_large() == [], (width, height, projector)
    assert isinstance(press(card, pygame.K_RETURN), Pop)


def test_the_first_key_of_the_tray_shows_the_held_picture_and_a_card_answers(desk: Desk) -> None:
    session = begun()
    screen = screen_of(desk, session)
    draw(screen)
    press(screen, pygame.K_1)
    assert screen._refusal == "No picture has been taken for this view yet."
    pressed(session)
    press(screen, pygame.K_1)
    assert len(session.states["views"].presented) == 1
    assert isinstance(screen.on_advance(1), Push)
    assert screen.on_advance(1) is None


def test_f1_opens_the_keys_of_the_c_arm_and_the_first_line_names_its_mouse(desk: Desk) -> None:
    screen = screen_of(desk, begun())
    draw(screen)
    assert screen._guidance(screen._glance()).text == FIRST_HELP_CARM
    change = press(screen, pygame.K_F1)
    assert isinstance(change, Push)
    draw(change.screen)
    assert "tilt to the head, to the feet" in [entry.text for entry in desk.ledger.entries]


@pytest.mark.parametrize("mode", ["guided", "practice"])
def test_a_shown_view_is_tried_again_by_key_from_its_card_and_from_the_pause(desk: Desk, mode: str) -> None:
    went: list[tuple[int, str]] = []

    def go_back(deeds: int, to: str) -> Reset:
        went.append((deeds, to))
        return Reset(screen)

    session = pressed(begun(mode=mode))
    screen = OperationScreen(desk, session, lambda _: Quit(), Pop, at_once=True, go_back=go_back)
    draw(screen)
    press(screen, pygame.K_1)
    card = screen.on_advance(1)
    assert isinstance(card, Push)
    draw(card.screen)
    assert {"Again", "Go on"} <= {entry.text for entry in desk.ledger.entries}
    assert isinstance(press(card.screen, pygame.K_a), Reset)
    pause = press(screen, pygame.K_ESCAPE)
    assert isinstance(pause, Push)
    press(pause.screen, pygame.K_a)
    assert isinstance(press(pause.screen, pygame.K_a), Reset)
    assert went == [(1, "views"), (1, "views")]


@pytest.mark.parametrize("mode", ["guided", "practice"])
def test_of_several_views_practice_tries_again_the_one_that_is_asked_for(desk: Desk, mode: str) -> None:
    scenario = _scenario("true-ap-l3")
    twice = replace(scenario, plan=replace(scenario.plan, views=scenario.plan.views * 2))
    session = Session(twice, 3, mode)
    session.act(StartStep("views"))
    pressed(session).act(Present())
    went: list[int] = []
    screen = OperationScreen(desk, session, lambda _: Quit(), Pop, at_once=True, go_back=lambda deeds, _: went.append(deeds) or Pop())
    pause = press(screen, pygame.K_ESCAPE)
    assert isinstance(pause, Push)
    press(pause.screen, pygame.K_a)
    press(pause.screen, pygame.K_a)
    assert went == [len(session.log) if mode == "practice" else 1]


def test_an_exam_shows_no_card(desk: Desk) -> None:
    session = pressed(begun(mode="exam"))
    screen = screen_of(desk, session)
    draw(screen)
    press(screen, pygame.K_1)
    assert len(session.states["views"].presented) == 1
    assert screen.on_advance(1) is None


def test_an_exam_shows_its_cards_when_it_is_over_and_then_the_report(desk: Desk) -> None:
    session = pressed(begun(mode="exam"))
    screen = screen_of(desk, session)
    draw(screen)
    for _ in session.theatre.plan.views:
        session.act(Present())
    session.act(FinishStep())
    shown = len(session.states["views"].presented)
    assert shown > 0
    for _ in range(shown):
        card = screen.on_advance(1)
        assert isinstance(card, Push)
        assert isinstance(card.screen, ViewFeedbackScreen)
        draw(card.screen)
        assert isinstance(press(card.screen, pygame.K_RETURN), Pop)
    assert isinstance(screen.on_advance(1), Quit)


def test_a_case_that_goes_on_from_a_recording_does_not_show_old_cards_again(desk: Desk) -> None:
    session = pressed(begun())
    session.act(Present())
    assert screen_of(desk, session).on_advance(1) is None


def test_a_click_on_the_picture_asks_which_level_it_is(desk: Desk) -> None:
    session = pressed(begun("count-to-t10"))
    screen = screen_of(desk, session)
    draw(screen)
    click(screen, screen.monitor.picture_box.centre)
    draw(screen)
    press(screen, pygame.K_1)
    assert [named.level for named in session.states["views"].named] == ["L5"]


@pytest.mark.parametrize("window", WINDOWS)
def test_every_level_that_can_be_named_is_offered_beside_the_picture(desk: Desk, window: tuple[int, int, bool]) -> None:
    desk.projector = window[2]
    screen = screen_of(desk, pressed(begun("count-to-t10")))
    draw(screen, window[:2])
    box = screen.monitor.picture_box
    click(screen, box.centre)
    draw(screen, window[:2])
    assert [option.label for option in screen._menu[1]] == [*reversed(LEVELS)]  # as they are counted, whatever was ordered
    spots = screen._menu_boxes
    assert all(
        one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
        for one, other in itertools.combinations(spots, 2)
    )
    assert max(spot.right for spot in spots) <= box.x
    assert min(spot.x for spot in spots) >= 0
    assert max(spot.bottom for spot in spots) <= window[1]
    assert desk.ledger.too_large() == []


def test_the_field_says_what_is_asked_for(desk: Desk) -> None:
    session = pressed(begun("square-l2"))
    screen = screen_of(desk, session)
    draw(screen)
    shown = [entry.text for entry in desk.ledger.entries]
    assert "Square L2 in the AP" in shown
    assert "View 1 of 1" in shown
    session.act(Present())
    draw(screen)
    assert "All views are shown" in [entry.text for entry in desk.ledger.entries]
    assert [tool.id for tool in tray_of("views")] == ["present", "level", "talk"]


@pytest.mark.parametrize("drill", DRILLS)
def test_the_chart_is_read_in_the_drill_in_every_window(desk: Desk, drill: str) -> None:
    screen = screen_of(desk, begun(drill))
    for width, height, projector in WINDOWS:
        desk.projector = projector
        draw(screen, (width, height))
        assert set(_scenario(drill).chart) <= {entry.text for entry in desk.ledger.entries}
        assert desk.ledger.too_large() == []


def test_a_long_chart_stays_in_the_field(desk: Desk) -> None:
    session = begun()
    session.scenario = replace(session.scenario, chart=session.scenario.chart * 12)
    draw(screen_of(desk, session))
    shown = [entry.text for entry in desk.ledger.entries].count(session.scenario.chart[0])
    assert 1 <= shown < 12


def test_guided_hints_lead_from_the_first_picture_to_this_is_it() -> None:
    session = begun(mode="guided")
    assert wanted(session, observe(session, read_pictures=False)) == ("first_picture",)
    pressed(session)
    said = wanted(session, observe(session, read_pictures=False))
    assert said[0].startswith("view_") or said[0] == "bring_level"
    assert hint(session, observe(session, read_pictures=False), LINES)
    session.act(Present())
    assert wanted(session, observe(session, read_pictures=False)) == ("go_on",)


@pytest.mark.parametrize(("orbit_deg", "named"), [(0.0, "view_lift"), (-90.0, "view_across")])
@pytest.mark.parametrize("off_mm", [-30.0, 30.0])
def test_the_hint_names_the_motion_that_brings_the_level_to_the_middle(orbit_deg: float, named: str, off_mm: float) -> None:
    session = begun(mode="guided")
    scope, body = session.theatre.fluoroscope, session.theatre.patient.landmarks["L3.body"]
    x, y, z = session.theatre.patient_pose.apply(body)
    at = (float(x) + off_mm, float(y), float(z)) if named == "view_lift" else (float(x), float(y) + off_mm, float(z))
    scope.carm = replace(scope.carm, orbit_deg=orbit_deg, tilt_deg=0.0, isocentre_mm=at)

    def beside_mm() -> float:
        exposure = pressed(session).theatre.fluoroscope.exposures[-1]
        return float(exposure.carm.picture(exposure.pose.apply(body))[0]) * exposure.carm.field_mm / 2.0

    before = beside_mm()
    name, by, way = _across(scope.exposures[-1], before, session.theatre.plan.side)
    assert name == named
    assert way in ("raise", "lower", "back", "belly")
    by_mm = float(by) * (1.0 if way in ("raise", "back") else -1.0)
    session.act(MoveCArm(lift_mm=by_mm) if name == "view_lift" else MoveCArm(across_mm=by_mm))
    assert abs(beside_mm()) < 0.6 * abs(before)


def test_in_guided_mode_the_hint_stays_while_the_pointer_is_on_the_c_arm(desk: Desk) -> None:
    screen = screen_of(desk, pressed(begun(mode="guided")))
    draw(screen)
    assert screen._carm_at is not None
    told = screen._guidance(screen._glance()).text
    screen.on_event(pygame.event.Event(pygame.MOUSEMOTION, pos=screen._carm_at.section.centre, rel=(0, 0), buttons=(0, 0, 0)))
    assert screen._guidance(screen._glance()).text == told != ""
    for width, height, projector in WINDOWS:
        desk.projector = projector
        draw(screen, (width, height))
        assert {told, PART_HELP["orbit"]} <= {entry.text for entry in desk.ledger.entries}
        assert desk.ledger.too_large() == []


def test_guided_counting_asks_for_the_name_and_then_for_this_is_it() -> None:
    session = pressed(begun("count-to-t10", "guided"))
    assert wanted(session, observe(session, read_pictures=False)) == ("count_up", "T10")
    session.act(NameLevel("T10", 0.0, 0.0))
    assert wanted(session, observe(session, read_pictures=False)) == ("this_is_it",)


@pytest.mark.parametrize(
    ("correction", "words"),
    [
        (Correction("orbit", 6.4), "Swing 6° to the patient's left"),
        (Correction("orbit", -6.4), "Swing 6° to the patient's right"),
        (Correction("tilt", 4.0), "Tilt 4° more to the head"),
        (Correction("along", -12.0), "Travel 12 mm to the feet"),
        (Correction("across", 15.0), "It lies 15 mm to the right of the middle"),
    ],
)
def test_corrections_are_said_as_to_a_radiographer(correction: Correction, words: str) -> None:
    assert in_words(correction) == words


def test_only_what_is_off_gets_advice() -> None:
    judged = Judged("L3", True, True, rotation_deg=-5.0, rotation_mm=-4.4, tilt_deg=1.0, centring_mm=4.0)
    rows = rows_of(TrueAp("true-ap", "L3"), Presented(0, 0, judged, 20.0), (Correction("orbit", 5.0),))
    assert [(row.value, row.good, row.advice) for row in rows] == [
        ("L3", True, ""),
        ("5°, 4 mm", False, "Swing 5° to the patient's left"),
        ("1°", True, ""),
        ("4 mm", True, ""),
    ]


def test_another_view_and_a_finger_past_the_spine_are_said_to_be_that() -> None:
    ap = Judged("L2-3", False, True, rotation_deg=89.0, tilt_deg=1.0, centring_mm=4.0)
    rows = rows_of(TrueLateral("true-lateral", "L2-3"), Presented(0, 0, ap, 20.0), (Correction("orbit", -89.0),))
    assert [(row.value, row.good, row.advice) for row in rows] == [("another view", False, "Swing 89° to the patient's right")]
    rows = rows_of(CountTo("count-to", "T10"), Presented(0, 0, Judged("", False, False), 20.0), ())
    assert [(row.value, row.good) for row in rows] == [("none", False)]


def test_a_card_says_what_each_exposure_told(desk: Desk) -> None:
    assert looks_in_words(()) == ""
    assert looks_in_words(("found",)) == "1 exposure: found it"
    assert looks_in_words(("found", "same", "truer")) == "3 exposures: found it, the same again, truer"
    assert looks_in_words(("nothing",) * 12).startswith("12 exposures: ... nothing new, ")
    card = card_of(desk, "true-ap-l3")
    draw(card)
    assert "1 exposure: found it" in [entry.text for entry in desk.ledger.entries]


@pytest.mark.parametrize(
    ("task", "lines"),
    [
        (TrueAp("true-ap", "L3"), 4 + 2 + 3),
        (TrueLateral("true-lateral", "L2-3"), 8 + 4),
        (ContralateralOblique("contralateral-oblique", "L3-4", "left"), 4 + 2),
        (CountTo("count-to", "T10"), 0),
    ],
)
def test_the_lines_over_a_picture_are_those_of_its_view(task: object, lines: int) -> None:
    session = pressed(begun())
    drawn = outlines(task, session.theatre.fluoroscope.exposures[-1], session.theatre.patient)  # type: ignore[arg-type]
    assert len(drawn) == lines
