"""Drapes and film: when they may be laid, where they stick, and what is handed on of them."""

import math

import numpy as np
import pytest

from game.clock import TICKS_PER_S
from game.operation.actions import Grip
from game.operation.antisepsis import layout
from game.operation.antisepsis.actions import (
    FreshApplicator,
    LayDrape,
    LayIncisionFilm,
    RemoveHair,
)
from game.operation.antisepsis.rules import RULES
from game.operation.events import CriticalError
from game.operation.plan import Plan
from tests.operation.skins import begun, do, drape_all, prepare_all, rims, theatre_with


def test_draping_within_a_minute_of_wetting_is_a_critical_error():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    theatre.tick += 59 * TICKS_PER_S
    assert [e.id for e in drape_all(theatre, state) if isinstance(e, CriticalError)] == ["draped-wet"]


def test_draping_dry_skin_is_none():
    theatre = theatre_with(sex="female")
    state = begun(theatre)
    do(theatre, state, RemoveHair("clip"))
    prepare_all(theatre, state)
    theatre.tick += 500 * TICKS_PER_S
    assert not [e for e in drape_all(theatre, state) if isinstance(e, CriticalError)]
    assert RULES.measures(theatre, state)["drying_s"] == pytest.approx(500.0)
    assert theatre.sterility.dry_fraction == 1.0
    assert theatre.sterility.draped


def test_a_cell_that_pools_counts_the_share_of_its_drying():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    state.skin.wet[:] = 1.0
    state.skin.dry_s[:] = 100.0
    row, column = np.argwhere(state.planned)[0]
    state.skin.wet[row, column] = 3.0
    theatre.tick += 150 * TICKS_PER_S
    drape_all(theatre, state)
    assert RULES.measures(theatre, state)["drying_s"] == pytest.approx(180.0 * 150.0 / 300.0)


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("edge", ["head", "feet", "down", "belly"])
def test_a_drape_that_stuck_moves_outward_only(side, edge):
    theatre = theatre_with(Plan(side=side))
    state = begun(theatre)
    at = rims(state, theatre, inside_mm=40.0)[edge]
    across, arcs = state.grid.centres()
    inward = math.copysign(10.0, (float(across.mean()) if edge in ("head", "feet") else float(arcs.mean())) - at)
    do(theatre, state, LayDrape(edge, at))
    assert "outward" in RULES.refuse(theatre, state, LayDrape(edge, at + inward))
    assert RULES.refuse(theatre, state, LayDrape(edge, at - inward)) is None


def test_two_drapes_leave_a_window_between_them():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, LayDrape("belly", 300.0))
    assert "window" in RULES.refuse(theatre, state, LayDrape("down", 310.0))


def test_nothing_is_scrubbed_under_drapes():
    theatre = theatre_with()
    state = begun(theatre)
    do(theatre, state, FreshApplicator("chlorhexidine"), LayDrape("belly", 500.0))
    assert "drapes" in RULES.refuse(theatre, state, Grip())
    assert "drapes" in RULES.refuse(theatre, state, FreshApplicator("iodine"))


def test_the_film_goes_over_four_drapes():
    theatre = theatre_with()
    state = begun(theatre)
    drape_all(theatre, state)
    do(theatre, state, LayIncisionFilm())
    assert RULES.sight(theatre, state).film


def test_the_rims_are_handed_on_as_places_of_the_patient_at_once():
    theatre = theatre_with()
    state = begun(theatre)
    drape_all(theatre, state)
    head, feet, down, belly = theatre.sterility.rims_mm
    assert theatre.sterility.draped
    assert (down, belly) == state.rims_mm[2:]
    assert [layout.x_of_z(theatre, z_mm) for z_mm in (head, feet)] == pytest.approx(state.rims_mm[:2])
    assert head > feet
    assert not theatre.sterility.film
    do(theatre, state, LayIncisionFilm())
    assert theatre.sterility.film
