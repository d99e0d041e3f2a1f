"""The connection step on the screen: what is drawn is what forceps take, and the hint names what is next."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from game.operation import actions as act
from game.operation.connection import layout
from game.operation.connection.refusals import forceps_on
from game.operation.connection.state import Connection
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session
from game.view.desk import Desk
from game.view.field import implants
from game.view.field.implants import connector
from game.view.field.sprite import place
from game.view.screen import Pop, Quit
from game.view.screens.operation import OperationScreen
from game.view.screens.operative.connection_view import ConnectionView
from game.view.screens.operative.drawing import to_field
from game.view.screens.operative.hints_connection import connection_hint
from game.view.settings import Settings
from game.view.sound import Sounds
from tests.view.field.test_shots import Blank


@pytest.fixture(scope="module")
def session() -> Session:
    scenario = replace(load_scenario(shipped("scenarios") / "standard.yaml"), steps=("connection",))
    session = Session(scenario, 7, "guided")
    session.act(act.StartStep("connection"))
    session.act(act.TakeInstrument("forceps"))
    return session


def blue_of(screen: OperationScreen, surface: pygame.Surface) -> np.ndarray:
    """Return where the field shows the plug's blue, shape (n, 2), window pixels."""
    screen.on_draw(surface)
    red, _, blue = np.moveaxis(pygame.surfarray.array3d(surface).astype(int), 2, 0)
    box = screen._places.field
    shown = np.zeros(red.shape, bool)
    inside = (slice(box.x, box.right), slice(box.y + 40, box.bottom - 60))
    shown[inside] = (blue - red)[inside] > 60
    return np.argwhere(shown)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("pump_deg", [-60.0, -150.0, 30.0, 100.0])
@pytest.mark.parametrize("travel_mm", [0.0, 4.0, 9.0])
def test_forceps_take_the_plug_where_it_is_drawn(session, size, pump_deg, travel_mm, tmp_path: Path):
    step = session.states["connection"]
    step.pump_xy, step.pump_deg, step.joint.travel_mm = (40.0, 0.0), pump_deg, travel_mm
    step.tail_xy = layout.stem(step, 9.0)
    screen = OperationScreen(Desk(Settings(), tmp_path, False, Sounds()), session, lambda _: Quit(), Pop)
    screen._stages.at_once = True
    view = screen._view()
    view.paint = lambda session, box: Blank(ConnectionView().plane(session, box))  # type: ignore[method-assign,union-attr]
    blue = blue_of(screen, pygame.Surface(size))
    assert len(blue) > 60
    field = screen._places.field
    plane = ConnectionView().plane(session, field)
    for x, y in blue[:: max(1, len(blue) // 50)]:
        place = to_field(plane, field, (float(x), float(y)))
        assert forceps_on(session.theatre, step, place) == "plug"


def test_away_from_the_plug_forceps_wind_the_slack(session):
    step = session.states["connection"]
    step.joint.travel_mm = 9.0
    (x, y), (out_x, out_y) = layout.stem(step, 40.0), layout.outward(step)
    assert forceps_on(session.theatre, step, (x - 15.0 * out_y, y + 15.0 * out_x)) == "coil"


def test_once_the_end_stands_before_the_stem_the_hint_goes_on(session):
    seen = session.observe()
    cut = replace(seen.sight, plug_mm=0.0, shut=False, cuts=1, loose_mm=150.0, end_looks="square", typed_mm=170.0)
    far = replace(cut, tail=(cut.mouth_xy, (-14.0, -26.0)))
    assert math.dist(far.tail[-1], far.stem_xy) > layout.DOCKED_MM
    assert connection_hint(session, replace(seen, sight=far)) == ("conn_to_stem",)
    docked = replace(cut, tail=(cut.mouth_xy, cut.stem_xy))
    assert connection_hint(session, replace(seen, sight=replace(docked, plug_roll_deg=70.0))) == ("conn_slot",)
    assert connection_hint(session, replace(seen, sight=replace(docked, plug_roll_deg=5.0))) == ("conn_push",)


def test_the_key_of_the_plug_is_seen_to_stand_before_the_slot_or_not():
    fits, aside, away = (connector(8.0, 90, turn).layer.astype(int) for turn in (0, 40, 180))
    assert np.abs(fits - aside).max() > 40
    assert np.abs(away - aside).max() > 40


@pytest.mark.parametrize("pump_deg", [-150.0, -60.0, 0.0, 45.0, 120.0])
@pytest.mark.parametrize("head_x", [-1.0, 1.0])
def test_the_access_port_is_where_it_is_drawn(pump_deg: float, head_x: float) -> None:
    step, px_per_mm, size = Connection(head_x=head_x, pump_deg=pump_deg), 4.0, 480
    turn = math.radians(pump_deg)
    axis = (head_x * math.cos(turn), math.sin(turn))
    patch = place(implants.pump(8.0), (size / 2, size / 2), (axis[0], -axis[1]), px_per_mm, (size, size))
    assert patch is not None
    x, y = layout.cap_port(step)
    column, row = round(size / 2 + px_per_mm * x) - patch.left, round(size / 2 - px_per_mm * y) - patch.top
    grey = patch.layer[..., :3].mean(axis=-1)
    assert grey[row - 4 : row + 5, column - 4 : column + 5].mean() < 0.8 * grey[row - 40 : row + 41, column - 40 : column + 41].mean()
    assert layout.gap((x, y), layout.stem(step)) < layout.PUMP_RADIUS_MM
