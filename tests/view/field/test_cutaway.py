"""Guided mode's cutaway: what lies in the needle's plane is in it."""

import numpy as np
import pygame

from game.operation.implant import Catheter
from game.operation.radiopaque import shaft
from game.session import Session
from game.view.canvas import Canvas
from game.view.layout import Box, Ledger
from game.view.screens.operative.cutaway import CATHETER, Cutaway
from game.view.theme import Look
from tests.session.sessions import begun

FIELD = Box(40, 30, 800, 560)


def drawn(session: Session) -> np.ndarray:
    surface = pygame.Surface((900, 640))
    Cutaway(at_once=True).draw(Canvas(surface, Look(1280, 720), Ledger()), FIELD, session)
    return pygame.surfarray.array3d(surface)


def test_the_catheter_is_seen_in_the_cutaway_and_only_there():
    session = begun("catheter")
    needle = session.theatre.needle
    assert needle is not None
    before = drawn(session)
    x, y, z = (float(v) for v in shaft(needle)[-1])
    canal_mm = [(x, y, z + 200.0 - 10.0 * k) for k in range(21)]
    session.theatre.implant.catheter = Catheter("braided", 1140.0, canal_mm=canal_mm)
    after = drawn(session)
    changed = np.argwhere((before != after).any(axis=2))
    assert (np.abs(after[tuple(changed.T)].astype(int) - np.array(CATHETER)).max(axis=1) < 8).sum() > 10
    panel = np.argwhere(before.any(axis=2))
    assert (changed.min(axis=0) >= panel.min(axis=0)).all()
    assert (changed.max(axis=0) <= panel.max(axis=0)).all()
