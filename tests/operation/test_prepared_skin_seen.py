"""What eyes make out on skin that is being prepared, from the table and leaning in."""

import copy

import numpy as np

from game.clock import TICKS_PER_S
from game.instruments.applicator import prepared
from game.operation.actions import LeanIn
from game.operation.antisepsis.look import stain
from game.operation.antisepsis.rules import RULES
from game.plain import canonical
from tests.operation.skins import begun, do, prepare_all, theatre_with


def test_islands_on_the_far_side_and_thin_films_hide_from_the_table_and_show_leaning_in():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    row, column = np.argwhere(state.planned & (state.far > 0.9))[40]
    state.skin.tint[row, column] = 0.0
    state.skin.wet[:] = 0.3
    table = RULES.sight(theatre, state)
    do(theatre, state, LeanIn(True))
    near = RULES.sight(theatre, state)
    assert table.tint[row][column] > 0.6
    assert near.tint[row][column] == 0.0
    assert max(max(line) for line in table.gloss) == 0.0
    assert near.gloss[row][column] > 0.2


def test_looking_changes_nothing_and_a_second_look_is_the_same_object():
    theatre = theatre_with()
    state = begun(theatre)
    before = canonical(state)
    first = RULES.sight(theatre, state)
    second = RULES.sight(theatre, state)
    assert first.tint is second.tint
    assert first.planned is second.planned
    assert canonical(state) == before


def test_a_look_does_not_depend_on_earlier_looks():
    theatre = theatre_with()
    state = begun(theatre)
    prepare_all(theatre, state)
    twin = copy.deepcopy(state)
    RULES.sight(theatre, state)
    theatre.tick += 3 * TICKS_PER_S
    assert RULES.sight(theatre, state) == RULES.sight(theatre, twin)


def test_stain_is_deep_only_where_the_skin_is_prepared():
    theatre = theatre_with()
    state = begun(theatre)
    passes, film = np.meshgrid(np.arange(5), np.linspace(0.0, 1.0, 21), indexing="ij")
    state.skin.passes[:5, :21], state.skin.tint[:5, :21] = passes, film
    depth, ready = stain(state.skin)[:5, :21], prepared(state.skin)[:5, :21]

    assert ready.any()
    assert not ready.all()
    assert depth[ready].min() > 0.9
    assert depth[~ready].max() < 0.85
    assert np.all(np.diff(depth, axis=0) >= 0.0)
    assert np.all(np.diff(depth, axis=1) >= 0.0)
