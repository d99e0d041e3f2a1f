"""The sponge of antiseptic on flat skin."""

import math

import numpy as np
import pytest

from game.instruments import applicator as sponges
from game.instruments.applicator import Grid, Ground, bare_skin, fresh_sponge, prepared, scrub, wetness
from tests.operation.theatres import equipment

FLAT = Grid(left_mm=0.0, top_mm=400.0, rows=40, columns=40)


def flat_skin(dry_s: float = 1e9):
    shape = (FLAT.rows, FLAT.columns)
    ground = Ground(body=np.ones(shape, dtype=bool), distance_mm=np.zeros(shape))
    return bare_skin(np.full(shape, dry_s), np.ones(shape)), ground


def drag(skin, sponge, ground, *places, now_s=0.0, step_mm=5.0):
    """Move the sponge through places in small steps; return how often it came back dirty."""
    returns = 0
    sponge.touching = True
    for x, y in places:
        pieces = max(1, round(math.dist((sponge.x_mm, sponge.y_mm), (x, y)) / step_mm))
        dx, dy = (x - sponge.x_mm) / pieces, (y - sponge.y_mm) / pieces
        for _ in range(pieces):
            sponge.x_mm += dx
            sponge.y_mm += dy
            returns += scrub(skin, sponge, FLAT, ground, (dx, dy), now_s, 0.05)
    return returns


def sponge_at(x_mm: float, y_mm: float, agent: str = "chlorhexidine"):
    sponge = fresh_sponge(agent, equipment().applicators[agent])
    sponge.x_mm, sponge.y_mm = x_mm, y_mm
    return sponge


def test_a_sponge_of_3_by_5_cm_covers_fifteen_cells_either_way_round():
    sponge = sponge_at(205.0, 205.0)
    _, under = sponges.footprint(FLAT, sponge)
    rows, columns = under.any(axis=1).sum(), under.any(axis=0).sum()
    assert (int(under.sum()), int(rows), int(columns)) == (15, 5, 3)
    sponge.turn_deg = 90.0
    _, turned = sponges.footprint(FLAT, sponge)
    assert (int(turned.sum()), int(turned.any(axis=1).sum()), int(turned.any(axis=0).sum())) == (15, 3, 5)


def test_gliding_on_in_one_direction_earns_no_pass():
    skin, ground = flat_skin()
    sponge = sponge_at(20.0, 200.0)
    for _ in range(6):
        sponge.x_mm = 20.0
        drag(skin, sponge, ground, (380.0, 200.0))
    assert int(skin.passes.sum()) == 0
    assert float(skin.friction_s.sum()) == 0.0


def test_trembling_in_place_earns_no_pass():
    skin, ground = flat_skin()
    sponge = sponge_at(200.0, 200.0)
    drag(skin, sponge, ground, *[(200.0 + 4.0 * (-1) ** k, 200.0) for k in range(60)], step_mm=2.0)
    assert int(skin.passes.sum()) == 0


@pytest.mark.parametrize("way", [(1.0, 0.0), (0.0, 1.0), (0.7, 0.7)])
def test_four_strokes_to_and_fro_are_three_reversing_passes(way):
    skin, ground = flat_skin()
    sponge = sponge_at(200.0 - 60.0 * way[0], 200.0 - 60.0 * way[1])
    ends = [(200.0 + s * 60.0 * way[0], 200.0 + s * 60.0 * way[1]) for s in (1, -1, 1, -1)]
    drag(skin, sponge, ground, *ends[:3])
    assert int(skin.passes[20, 20]) == 2
    assert not prepared(skin)[20, 20]
    drag(skin, sponge, ground, ends[3])
    assert int(skin.passes[20, 20]) == 3
    assert prepared(skin)[20, 20]


def test_arriving_from_another_side_loses_no_pass():
    skin, ground = flat_skin()
    sponge = sponge_at(200.0, 320.0)
    drag(skin, sponge, ground, (200.0, 200.0), (240.0, 200.0), (160.0, 200.0), (240.0, 200.0), (160.0, 200.0))
    assert int(skin.passes[20, 19]) >= 3


def test_one_applicator_wets_33_by_33_cm_and_no_more():
    skin, ground = flat_skin()
    sponge = sponge_at(15.0, 385.0)
    for row in range(8):
        y = 385.0 - 48.0 * row
        drag(skin, sponge, ground, *[(15.0 if k % 2 else 385.0, y) for k in range(5)])
    assert sponge.load_ml == pytest.approx(0.0, abs=1.0)
    assert float(skin.wet.sum()) == pytest.approx(33 * 33, rel=0.04)


def test_a_dry_sponge_leaves_streaks_that_do_not_count():
    skin, ground = flat_skin()
    sponge = sponge_at(140.0, 200.0)
    sponge.load_ml = 0.05
    drag(skin, sponge, ground, *[(260.0 if k % 2 == 0 else 140.0, 200.0) for k in range(8)])
    assert not prepared(skin)[20, 20]
    assert sponge.load_ml < 0.05


def test_a_film_dries_at_a_constant_rate():
    skin, _ = flat_skin(dry_s=100.0)
    skin.wet[3, 4], skin.wetted_s[3, 4] = 1.0, 20.0
    assert wetness(skin, 70.0)[3, 4] == pytest.approx(0.5)
    assert wetness(skin, 121.0)[3, 4] == 0.0


def test_friction_is_the_time_of_the_sponge_on_the_skin():
    skin, ground = flat_skin()
    sponge = sponge_at(140.0, 205.0)
    drag(skin, sponge, ground, *[(260.0 if k % 2 == 0 else 140.0, 205.0) for k in range(20)])
    ticks = 20 * 24
    earned_s = float(skin.friction_s.sum()) / 15.0
    assert 0.8 * ticks * 0.05 < earned_s <= ticks * 0.05


def test_the_least_rubbed_area_counts():
    skin, _ = flat_skin()
    planned = np.ones((40, 40), dtype=bool)
    skin.friction_s[:] = 0.5
    assert sponges.worst_area_friction_s(skin, planned, 15.0) == pytest.approx(0.5 * 1089 / 15)
    skin.friction_s[:, :20] = 0.0
    assert sponges.worst_area_friction_s(skin, planned, 15.0) == pytest.approx(0.5 * 33 * 13 / 15)


def test_a_sponge_that_comes_back_from_outside_is_counted_once_each_time():
    skin, _ = flat_skin()
    ground = Ground(np.ones((40, 40), dtype=bool), np.tile(np.arange(40) * 10.0, (40, 1)))
    skin.passes[:, :10], skin.tint[:, :10] = 3, 1.0
    sponge = sponge_at(50.0, 200.0)
    assert drag(skin, sponge, ground, (180.0, 200.0), (60.0, 200.0)) == 0
    assert drag(skin, sponge, ground, (360.0, 200.0)) == 0
    assert drag(skin, sponge, ground, (50.0, 200.0), (80.0, 200.0)) == 1
    assert drag(skin, fresh_sponge("iodine", equipment().applicators["iodine"]), ground, (50.0, 200.0)) == 0


def test_touching_the_bed_soils_the_sponge_at_once():
    skin, ground = flat_skin()
    ground.body[:, 20:] = False
    skin.passes[:, :10], skin.tint[:, :10] = 3, 1.0
    assert drag(skin, sponge_at(180.0, 200.0), ground, (240.0, 200.0), (50.0, 200.0)) == 1
