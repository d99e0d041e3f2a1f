"""A step that is built is known everywhere: to the session, to scripted hands and to the screen."""

from game.operation.built import ALL_STEPS
from game.operation.registry import STEPS
from game.session.trainees.trainee import HANDS
from game.view.screens.operative.registry import SCREENS


def test_rules_hands_and_screen_know_the_same_steps():
    assert tuple(STEPS) == tuple(HANDS) == tuple(SCREENS) == ALL_STEPS


def test_what_lies_in_the_hand_from_the_start_is_on_the_tray():
    assert all(screen.first_tool in ("", *(tool.id for tool in screen.tray)) for screen in SCREENS.values())


def test_instruments_of_the_tray_are_those_of_the_theatre():
    for step, screen in SCREENS.items():
        assert {tool.instrument for tool in screen.tray if tool.instrument} == set(STEPS[step].tray)
