"""Instruments: their outlines, how they are laid, what their state changes."""

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from game.view.field import instruments
from game.view.field.plane import Plane
from game.view.field.sprite import STEEL, Patch, Sprite, canvas, outline_of, place, plate, ring, shadow_of, turned
from game.view.layout import Box
from game.view.screens.operative.drawing import lay_instrument, sprite_scale
from game.view.screens.operative.stage import lay_patch

PX_PER_MM = 6.0


def extent(layer: np.ndarray) -> tuple[int, int]:
    columns = np.flatnonzero(layer[..., 3].max(axis=0) > 128)
    return int(columns[0]), int(columns[-1])


def bar(length_mm: float = 40.0) -> Sprite:
    on = canvas(0.0, length_mm, 4.0, PX_PER_MM)
    turned(on, ((0.0, 2.0), (length_mm, 2.0)), STEEL)
    return on.sprite()


def test_a_bar_is_as_long_and_as_thick_as_its_profile():
    sprite = bar()
    first, last = extent(sprite.layer)
    assert (last - first + 1) / PX_PER_MM == pytest.approx(40.0, abs=0.3)
    thick = (sprite.layer[..., 3].astype(float).sum(axis=0) / 255.0)[100] / PX_PER_MM
    assert thick == pytest.approx(4.0, abs=0.1)


def test_metal_is_brightest_off_its_middle_and_dark_at_its_edges():
    column = bar().layer[:, 100, :3].mean(axis=1)
    inside = np.flatnonzero(bar().layer[:, 100, 3] == 255)
    assert column[inside].max() > 230
    assert column[inside[0]] < 150 > column[inside[-1]]


def test_a_laid_bar_starts_at_its_origin_and_ends_foreshortened():
    patch = place(bar(), (50.0, 80.0), (1.0, 0.0), 3.0, (200, 300), squeeze=0.5)
    assert patch is not None
    first, last = extent(patch.layer)
    assert patch.left + first == pytest.approx(50, abs=1)
    assert patch.left + last == pytest.approx(50 + 40 * 0.5 * 3, abs=1)
    rows = np.flatnonzero(patch.layer[..., 3].max(axis=1) > 128)
    assert patch.top + rows.mean() == pytest.approx(80.0, abs=0.6)


def test_a_bar_laid_down_the_picture_runs_down():
    patch = place(bar(), (50.0, 20.0), (0.0, 1.0), 3.0, (300, 200))
    assert patch is not None
    rows = np.flatnonzero(patch.layer[..., 3].max(axis=1) > 128)
    assert patch.top + rows[0] == pytest.approx(20, abs=1)
    assert patch.top + rows[-1] == pytest.approx(140, abs=1)


def test_a_bow_moves_the_middle_and_not_the_ends():
    straight, bowed = (place(bar(), (20.0, 60.0), (1.0, 0.0), 3.0, (200, 200), 1.0, bow, (0.0, 40.0)) for bow in (0.0, 5.0))
    assert straight is not None
    assert bowed is not None

    def middle(patch: Patch, x: int) -> float:
        weights = patch.layer[:, x - patch.left, 3].astype(float)
        return patch.top + float((np.arange(len(weights)) * weights).sum() / weights.sum())

    assert middle(bowed, 80) - middle(straight, 80) == pytest.approx(15.0, abs=1.5)
    assert middle(bowed, 20) == pytest.approx(middle(straight, 20), abs=0.6)


def test_what_lies_outside_the_picture_is_nothing():
    assert place(bar(), (900.0, 80.0), (1.0, 0.0), 3.0, (200, 300)) is None
    assert place(bar(), (50.0, 80.0), (1.0, 0.0), 3.0, (200, 300), squeeze=0.0) is None


@pytest.mark.parametrize("sigma", [1.0, 8.0])
def test_a_shadow_is_soft_dark_and_wider_than_its_thing(sigma):
    patch = place(bar(), (50.0, 80.0), (1.0, 0.0), 3.0, (200, 300))
    assert patch is not None
    shadow = shadow_of(patch, sigma, 0.5)
    assert shadow.left < patch.left
    assert 20 < shadow.layer[..., 3].max() <= 128
    assert shadow.layer[..., :3].max() <= 10


def test_the_ghost_is_an_outline():
    patch = place(instruments.hub_alone(8.0), (60.0, 60.0), (1.0, 0.0), 4.0, (160, 260))
    assert patch is not None
    ghost = outline_of(patch, (79, 195, 199), 2.0, 0.9)
    solid = patch.layer[..., 3] > 200
    pad = patch.left - ghost.left
    inner = ghost.layer[pad : pad + solid.shape[0], pad : pad + solid.shape[1], 3]
    deep = np.zeros_like(solid)
    deep[4:-4, 4:-4] = solid[4:-4, 4:-4] & solid[:-8, 4:-4] & solid[8:, 4:-4] & solid[4:-4, :-8] & solid[4:-4, 8:]
    assert inner[deep].mean() < 60
    assert ghost.layer[..., 3].max() > 180


def test_laying_over_covers_where_opaque_and_keeps_where_clear():
    surface = pygame.Surface((20, 20))
    surface.fill((100, 100, 100))
    layer = np.zeros((6, 6, 4), np.uint8)
    layer[:3] = (10, 20, 30, 255)
    lay_patch(surface, Patch(layer, 7, 1), (10, -2))
    assert tuple(surface.get_at((18, 0)))[:3] == (10, 20, 30)
    assert tuple(surface.get_at((18, 4)))[:3] == (100, 100, 100)
    lay_patch(surface, Patch(layer, 50, 50))
    lay_patch(surface, None)


def test_rings_and_plates_are_laid_on_top():
    on = canvas(0.0, 40.0, 6.0, PX_PER_MM)
    turned(on, ((0.0, 3.0), (40.0, 3.0)), STEEL)
    ring(on, 20.0, 2.0, 3.0, (10, 10, 10), 1.0)
    plate(on, ((30.0, -5.0), (36.0, -5.0), (36.0, 5.0), (30.0, 5.0)), ((200, 0, 0), (200, 0, 0)), (0, 0, 0))
    layer = on.sprite().layer
    middle = layer.shape[0] // 2
    assert layer[middle, round(20.6 * PX_PER_MM), :3].max() < 60
    assert layer[middle, round(33 * PX_PER_MM), 0] > 150


def test_the_needle_has_its_point_at_zero_and_a_centimetre_mark_each_ten_millimetres():
    sprite = instruments.tuohy(8.0, 114.0, 0, True)
    first, _ = extent(sprite.layer)
    assert first / 8.0 < 0.6
    row = sprite.layer[sprite.layer.shape[0] // 2 - 2, :, :3].mean(axis=1)
    assert all(row[round(mark * 80 + 1)] < 80 for mark in range(1, 11))
    assert all(row[round(mark * 80 + 40)] > 140 for mark in range(1, 11))


def test_rolling_the_needle_turns_its_wings_and_the_stylet_shows_its_cap():
    def width(sprite: Sprite) -> int:
        return int((sprite.layer[..., 3].max(axis=1) > 128).sum())

    assert width(instruments.tuohy(8.0, 114.0, 90, True)) < 0.6 * width(instruments.tuohy(8.0, 114.0, 0, True))
    assert extent(instruments.tuohy(8.0, 114.0, 0, False).layer)[1] < extent(instruments.tuohy(8.0, 114.0, 0, True).layer)[1] - 60


def test_an_emptier_syringe_has_its_plunger_farther_in():
    full, empty = (extent(instruments.syringe(6.0, tenths).layer)[1] for tenths in (10, 1))
    assert empty < full - 250


def test_the_window_of_the_applicator_shows_what_is_left():
    def orange(tenths: int) -> int:
        layer = instruments.applicator(4.0, tenths, "chlorhexidine").layer[:, 4 * 70 :].astype(int)
        return int(((layer[..., 0] - layer[..., 2] > 60) & (layer[..., 3] > 128)).sum())

    assert orange(10) > 2 * orange(3) > 0


@pytest.mark.parametrize(
    "make",
    [
        instruments.scalpel,
        instruments.pen,
        instruments.finger,
        instruments.metal_marker,
        instruments.stylet,
        instruments.clipper,
        instruments.gauze,
    ],
)
def test_every_instrument_is_drawn_inside_its_canvas(make):
    layer = make(3.0).layer
    assert layer[..., 3].max() == 255
    assert layer[0, :, 3].max() == layer[-1, :, 3].max() == 0
    assert (layer[..., :3] <= layer[..., 3:]).all()


def test_an_instrument_that_moves_is_drawn_anew_and_one_that_lies_still_as_before() -> None:
    plane, box = Plane(200, 120, 0.5), Box(10, 5, 200, 120)

    def shown(at: tuple[float, float]) -> NDArray[np.uint8]:
        surface = pygame.Surface((220, 130))
        lay_instrument(surface, plane, box, instruments.pen(sprite_scale(plane)), at, (0.6, -0.8), 4.0)
        return np.array(pygame.surfarray.array3d(surface))

    first, again, moved = shown((0.0, 0.0)), shown((0.0, 0.0)), shown((20.0, 0.0))
    assert first.any()
    assert (first == again).all()
    assert (first[10:170] == moved[50:210]).mean() > 0.99
