"""Open wounds on a painted field: what lies bare, where blood stands, what is repainted."""

import functools
from dataclasses import replace

import numpy as np
import pytest

from game.patient import PatientSpec
from game.view.field.picture import FieldPicture, field_picture
from game.view.field.plane import Plane
from game.view.field.skin import Surface, skin_surface
from game.view.field.sprite import Patch
from game.view.field.terrain import Relief
from game.view.field.wound import Bleed, Layers, Spot, WoundLook, inside, sunk, wound_box
from game.view.field.wound_ground import blood_level, cast_shadow
from game.view.field.wound_look import along_line, edge_mm

PLANE = Plane(240, 140, 0.35)
LINE = tuple((float(x), 0.0) for x in np.linspace(-25.0, 25.0, 6))
OPEN = WoundLook(LINE, (14.0,) * 6, Layers(3.0, 0.0, 14.0), 20.0, True, cleared=(Spot(0.0, 0.0, 9.0),), ooze=0.0)


@functools.cache
def skin_of(seed: int) -> tuple[Relief, Surface]:
    relief = Relief(PLANE, np.zeros(PLANE.shape, np.float32), np.ones(PLANE.shape, np.float32))
    return relief, skin_surface(relief, PatientSpec(), seed)


def bare_field(seed: int = 7) -> FieldPicture:
    return field_picture(*skin_of(seed), seed)


@pytest.fixture
def field():
    picture = bare_field()
    picture.picture(False)
    return picture


def shown(picture: FieldPicture, look: WoundLook) -> np.ndarray:
    picture.set_wounds((look,))
    return picture.picture(False).astype(float)


def patch_of(pixels: np.ndarray, x_mm: float, y_mm: float, reach: int = 5) -> np.ndarray:
    column, row = (int(v) for v in np.round(PLANE.to_px(np.array([x_mm, y_mm]))))
    return pixels[row - reach : row + reach + 1, column - reach : column + reach + 1].mean(axis=(0, 1))


def test_distance_inside_the_opening_is_half_its_width_in_the_middle_and_the_way_to_its_end_beyond():
    x, y = np.array([[0.0, 0.0, -31.0]], np.float32), np.array([[0.0, 7.0, 0.0]], np.float32)
    edge, along = edge_mm(OPEN, x, y)
    np.testing.assert_allclose(edge[0, :2], [10.0, 3.0], atol=0.05)
    assert edge[0, 2] == pytest.approx(-6.0, abs=0.5)
    np.testing.assert_allclose(along[0], [0.5, 0.5, 0.0], atol=1e-6)


def test_place_along_a_bent_line_counts_the_bend():
    place, away = along_line(
        ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0)), np.array([[12.0, 4.0]], np.float32), np.array([[5.0, 1.0]], np.float32)
    )
    np.testing.assert_allclose(place[0], [15.0, 4.0], atol=1e-4)
    np.testing.assert_allclose(away[0], [2.0, 1.0], atol=1e-4)


@pytest.mark.parametrize("retracted", [False, True])
def test_a_wider_opening_holds_what_a_narrow_one_held(retracted):
    narrow, wide = replace(OPEN, gape_mm=4.0, retracted=retracted), replace(OPEN, gape_mm=20.0, retracted=retracted)
    assert inside(wide, 0.0, 8.0)
    assert not inside(narrow, 0.0, 8.0)
    assert not inside(wide, 0.0, 12.0)
    assert not inside(wide, 27.0, 0.0)


def test_layers_lie_bare_by_depth_and_show_their_colours(field):
    fascia = patch_of(shown(field, OPEN), 0.0, 0.0)
    ground = field.wounds[0].ground
    assert ground.floor.max() > 0.9
    muscle = patch_of(shown(field, replace(OPEN, slits=((-8.0, 0.0, 8.0, 0.0),))), 0.0, 0.0, 2)
    fat = patch_of(shown(field, replace(OPEN, depths_mm=(8.0,) * 6)), 0.0, 0.0)
    assert ground.floor.max() == 0.0
    assert fat[2] / fat[0] < 0.68 < 0.74 < fascia[2] / fascia[0]  # fat is yellow, fascia pale
    assert muscle[1] < 0.6 * fascia[1]  # muscle is red and dark


def test_a_shallow_cut_shows_no_fat(field):
    shown(field, replace(OPEN, depths_mm=(2.0,) * 6, gape_mm=3.0, retracted=False))
    assert field.wounds[0].ground.fat.max() == 0.0
    assert field.wounds[0].ground.wall_mm.max() == pytest.approx(2.0, abs=0.05)


def test_depth_follows_the_points_of_the_cut_and_stops_at_the_fascia(field):
    shown(field, replace(OPEN, depths_mm=(4.0, 4.0, 4.0, 30.0, 30.0, 30.0)))
    wall = field.wounds[0].ground.wall_mm
    middle, own = PLANE.shape[0] // 2, field.wounds[0].tissue.box
    row = wall[middle - own[1]]
    left, right = (int(PLANE.to_px(np.array([x, 0.0]))[0]) - own[0] for x in (-15.0, 15.0))
    assert row[left] == pytest.approx(4.0, abs=0.1)
    assert row[right] == pytest.approx(14.0, abs=0.1)


def test_the_level_of_blood_holds_the_asked_volume_and_the_rest_runs_over():
    plane = Plane(40, 40, 1.0)
    basin = np.full(plane.shape, 5.0, np.float32)
    edge = np.full(plane.shape, -1.0, np.float32)
    basin[10:30, 10:30], edge[10:30, 10:30] = 0.0, 2.0
    level, over = blood_level(basin, edge, plane, 0.8)
    assert level == pytest.approx(2.0, rel=0.02)  # 0.8 mL on 400 mm2
    assert over == 0.0
    assert blood_level(basin, edge, plane, 3.0)[1] == pytest.approx(1.0, rel=0.05)  # it holds 2 mL
    assert blood_level(basin, edge, plane, 0.0)[0] < -1e5


def test_blood_stands_low_in_the_picture_and_spreads_with_its_volume(field):
    clean = shown(field, OPEN)
    some = shown(field, replace(OPEN, blood_ml=0.5))
    more = shown(field, replace(OPEN, blood_ml=1.5))
    lost = clean[..., 1] - some[..., 1]
    rows = np.nonzero((lost > 25.0).any(axis=1))[0]
    assert len(rows)
    assert PLANE.to_mm(np.array([0.0, rows.mean()]))[1] < -2.0
    pool = patch_of(more, 0.0, -5.0, 2)
    assert pool[0] > 4.0 * pool[1]  # and is red
    assert ((clean - more)[..., 1] > 25.0).sum() > 1.3 * (lost > 25.0).sum()


def test_a_bleeder_runs_downhill_and_goes_when_it_is_sealed(field):
    dry = shown(field, OPEN).copy()
    wet = shown(field, replace(OPEN, bleeds=(Bleed(-6.0, 5.0, 0.8),))).copy()
    changed = np.abs(wet - dry).sum(axis=-1) > 40.0
    rows, columns = np.nonzero(changed)
    places = PLANE.to_mm(np.stack([columns, rows], axis=-1))
    assert abs(places[:, 0].mean() + 6.0) < 4.0
    assert places[:, 1].min() < 1.0
    np.testing.assert_array_equal(shown(field, OPEN), dry)


@pytest.mark.parametrize(
    "change",
    [
        {"burns": (Spot(4.0, 2.0, 1.3),)},
        {"blood_ml": 0.6, "ooze": 0.0},
        {"depths_mm": (14.0, 14.0, 9.0, 14.0, 14.0, 14.0)},
        {"wiped": (Spot(0.0, 0.0, 5.0),)},
        {"gape_mm": 16.0},
        {"slits": ((-4.0, 1.0, 6.0, 2.0),)},
        {"bleeds": (Bleed(3.0, 6.0, 0.5),)},
        {"ooze": 0.5},
        {"cleared": ()},
        {"punctures": (Spot(-3.0, 1.0, 0.6),)},
    ],
)
def test_repainted_boxes_give_the_picture_that_painting_anew_gives(field, change):
    start = replace(OPEN, ooze=0.2)
    shown(field, start)
    patched = shown(field, replace(start, **change))
    fresh = bare_field()
    whole = shown(fresh, replace(start, **change))
    # Soft shade reaches a little past the repainted box: an eye sees no difference of a few steps.
    assert np.abs(patched - whole).max() <= 14.0
    assert np.abs(patched - whole).mean() < 0.02


def test_only_what_changed_is_repainted_and_nothing_outside_the_boxes(field):
    shown(field, OPEN)
    before = field.picture(False).copy()
    boxes = field.set_wounds((replace(OPEN, burns=(Spot(4.0, 2.0, 1.3),)),))
    after = field.picture(False)
    mask = np.zeros(PLANE.shape, bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    assert mask.mean() < 0.1
    assert (before != after).any()
    np.testing.assert_array_equal(before[~mask], after[~mask])
    assert field.set_wounds((replace(OPEN, burns=(Spot(4.0, 2.0, 1.3),)),)) == []


def test_a_pocket_reaching_under_the_edge_has_a_steep_wall(field):
    ring = tuple((32.0 * np.cos(a), 24.0 * np.sin(a)) for a in np.linspace(0.0, 2.0 * np.pi, 24)[:-1])
    shown(field, replace(OPEN, gape_mm=30.0))
    sloped = (field.wounds[0].ground.wall_mm > 12.0).sum()
    shown(field, replace(OPEN, gape_mm=30.0, pocket_mm=ring))
    assert (field.wounds[0].ground.wall_mm > 12.0).sum() > 1.08 * sloped


def test_shadow_falls_away_from_the_lamp_and_open_ground_has_none(field):
    plane = Plane(60, 60, 0.5)
    step = np.zeros(plane.shape, np.float32)
    step[20:40, 10:50] = -8.0
    light = cast_shadow(step, plane, field.lamps[0])
    assert light[5, 30] > 0.95
    assert light[22, 30] < 0.7 < light[37, 30]  # the lamp stands above the picture's middle


def test_wounds_outside_the_picture_change_nothing(field):
    far = replace(OPEN, line_mm=tuple((x + 500.0, y) for x, y in LINE))
    before = field.picture(False).copy()
    assert wound_box(far, PLANE) is None
    assert field.set_wounds((far,)) == []
    np.testing.assert_array_equal(field.picture(False), before)


def test_two_patients_have_different_tissue():
    first, second = (shown(bare_field(seed), OPEN) for seed in (1, 2))
    assert np.abs(patch_of(first, 0.0, 0.0, 12) - patch_of(second, 0.0, 0.0, 12)).sum() > 0.5


def test_the_adhesive_film_is_cut_with_the_skin(field):
    shown(field, OPEN)
    field.set_edges((-38.0, 38.0, -22.0, 22.0))
    bare = field.picture(False).copy()
    field.set_film(True)
    filmed = field.picture(False)
    column, row = (int(v) for v in np.round(PLANE.to_px(np.array([0.0, 0.0]))))
    np.testing.assert_array_equal(filmed[row, column - 40 : column + 40], bare[row, column - 40 : column + 40])
    assert filmed[row + 42, column].sum() > bare[row + 42, column].sum()


def test_what_lies_in_the_pocket_is_hidden_under_its_edges(field):
    shown(field, replace(OPEN, gape_mm=30.0))
    plate = Patch(np.full((120, 200, 4), 255, np.uint8), 20, 10)
    seen = sunk(field.wounds[0], plate)
    assert seen is not None
    alpha = np.zeros(PLANE.shape)
    alpha[seen.top : seen.top + seen.layer.shape[0], seen.left : seen.left + seen.layer.shape[1]] = seen.layer[..., 3]
    for x_mm, y_mm, shown_there in ((0.0, 0.0, True), (0.0, 10.5, True), (0.0, 13.5, False), (0.0, 17.0, False), (-27.0, 0.0, False)):
        column, row = (int(v) for v in np.round(PLANE.to_px(np.array([x_mm, y_mm]))))
        assert (alpha[row, column] > 128) == shown_there
    near, middle = (seen.layer[int(PLANE.to_px(np.array([0.0, y]))[1]) - seen.top, 100, 0] for y in (11.0, -2.0))
    assert near < 0.7 * middle
    assert sunk(field.wounds[0], Patch(plate.layer, 5000, 5000)) is None
