"""The same mouse moves the hand along the same path however many pictures a second the machine draws."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from game.clock import TICKS_PER_S
from game.operation import actions as act
from game.operation.antisepsis.actions import FreshApplicator
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.view.desk import Desk
from game.view.field.plane import Plane
from game.view.screen import Pop, Quit
from game.view.screens.operation import OperationScreen
from game.view.screens.operative.places import places
from game.view.settings import Settings
from game.view.sound import Sounds

MOUSE_PER_S = 240
"""Motions a second that the mouse reports; every rate of frames divides it."""
STROKE_MOTIONS = 12
SECONDS = 1.0
PX = 3


class Bare:
    """Stands for a painted field: only how it lies matters."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane


def mouse_x_px(motion: int) -> int:
    """To and fro ten times a second: summed over a frame of 20 a second it is rest."""
    return PX if (motion + STROKE_MOTIONS // 2) // STROKE_MOTIONS % 2 == 0 else -PX


def path_mm(frames_per_s: int) -> NDArray[np.float64]:
    """Scrub for a second; return where the hand was at each tick."""
    session = Session(replace(load_scenario(shipped("scenarios") / "standard.yaml"), steps=("antisepsis",)), 7, "practice")
    screen = OperationScreen(Desk(Settings(), Path(), False, Sounds()), session, lambda _: Quit(), Pop, at_once=True)
    canvas = screen._desk.canvas(pygame.Surface((1280, 720)))
    screen._places = places(canvas.box, canvas.look)
    screen._stage = Bare(screen._views["antisepsis"].plane(session, screen._places.field))  # type: ignore[assignment]
    for action in (FreshApplicator("chlorhexidine"), act.PointHand(0.0, 60.0), act.Grip()):
        session.act(action)
    stayed: list[float] = []
    advance = session.advance

    def watched(ticks: int) -> None:
        for _ in range(ticks):
            advance(1)
            stayed.append(session.theatre.hand.x_mm)

    session.advance = watched  # type: ignore[method-assign]
    middle = screen._places.field.centre
    for motion in range(round(SECONDS * MOUSE_PER_S)):
        screen.on_event(pygame.event.Event(pygame.MOUSEMOTION, pos=middle, rel=(mouse_x_px(motion), 0), buttons=(1, 0, 0)))
        if (motion + 1) % (MOUSE_PER_S // frames_per_s) == 0:
            screen.on_advance(TICKS_PER_S // frames_per_s)
    mm = screen._stage.plane.mm_per_px  # type: ignore[union-attr]
    return np.array(stayed) / mm


@pytest.fixture(scope="module")
def smooth_px() -> NDArray[np.float64]:
    return path_mm(120)


@pytest.mark.parametrize("frames_per_s", [20, 30, 60])
def test_a_hand_that_scrubs_goes_as_far_at_any_frame_rate(frames_per_s: int, smooth_px: NDArray[np.float64]) -> None:
    path_px = path_mm(frames_per_s)
    whole = PX * MOUSE_PER_S * SECONDS
    assert np.abs(np.diff(smooth_px, prepend=0.0)).sum() == pytest.approx(whole, rel=0.01)
    assert np.abs(np.diff(path_px, prepend=0.0)).sum() == pytest.approx(whole, rel=0.01)
    assert path_px.max() == pytest.approx(smooth_px.max(), abs=0.01)
    assert path_px.min() == pytest.approx(smooth_px.min(), abs=0.01)
    late = TICKS_PER_S // frames_per_s
    assert np.abs(path_px - smooth_px).max() <= late * 2 * PX
