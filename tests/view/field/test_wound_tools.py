"""Instruments for wounds and implants as sprites: sizes from the objects, working end at 0, parts that move."""

import numpy as np
import pytest

from game.view.field import implants, wound_tools
from game.view.field.sprite import Sprite

SCALE = 4.0
SPRITES = {
    "scalpel": (wound_tools.scalpel_10(SCALE), (0.0, 138.0)),
    "cautery": (wound_tools.cautery(SCALE), (0.0, 190.0)),
    "metzenbaum": (wound_tools.metzenbaum(SCALE, 0), (0.0, 172.0)),
    "forceps": (wound_tools.forceps(SCALE, 4), (0.0, 120.0)),
    "needle holder": (wound_tools.needle_holder(SCALE, False), (-1.0, 173.0)),
    "clamp": (wound_tools.shod_clamp(SCALE), (-16.0, 101.0)),
    "weitlaner": (wound_tools.weitlaner(SCALE, 20), (-7.0, 163.0)),
    "ruler": (wound_tools.ruler(SCALE), (-5.0, 156.0)),
    "needle": (wound_tools.curved_needle(SCALE), (0.0, 17.2)),
    "access needle": (wound_tools.cap_needle(SCALE), (0.0, 66.0)),
    "anchor": (implants.bullet_anchor(SCALE), (0.0, 20.5)),
    "winged anchor": (implants.winged_anchor(SCALE), (0.0, 22.0)),
    "pin": (implants.pin(SCALE), (-9.0, 9.0)),
    "tip": (implants.tunneller_tip(SCALE), (0.0, 15.0)),
    "handle": (implants.tunneller_handle(SCALE), (-5.0, 115.0)),
}


def along(sprite: Sprite) -> tuple[float, float]:
    columns = np.nonzero((sprite.layer[..., 3] > 90).any(axis=0))[0]
    return columns[0] / sprite.px_per_mm + sprite.start_mm, columns[-1] / sprite.px_per_mm + sprite.start_mm


def solid_at(sprite: Sprite, along_mm: float, across_mm: float) -> bool:
    row = round(across_mm * sprite.px_per_mm) + sprite.layer.shape[0] // 2
    column = round((along_mm - sprite.start_mm) * sprite.px_per_mm)
    return bool(sprite.layer[row, column, 3] > 128)


@pytest.mark.parametrize("name", SPRITES)
def test_things_reach_from_their_working_end_to_their_length_and_are_not_cut_off(name):
    sprite, (first, last) = SPRITES[name]
    assert along(sprite) == pytest.approx((first, last), abs=1.6)
    assert sprite.layer[0, :, 3].max() == 0
    assert sprite.layer[-1, :, 3].max() == 0


@pytest.mark.parametrize("name", SPRITES)
def test_colours_are_premultiplied(name):
    layer = SPRITES[name][0].layer.astype(int)
    assert (layer[..., :3].max(axis=-1) <= layer[..., 3] + 1).all()


def test_the_pump_has_its_diameter_and_its_parts_where_they_are_named():
    pump = implants.pump(SCALE)
    rows = np.nonzero(pump.layer[:, round((0.0 - pump.start_mm) * SCALE), 3] > 128)[0]
    assert (rows[-1] - rows[0] + 1) / SCALE == pytest.approx(87.5, abs=0.6)
    for place in implants.PUMP_LOOPS_MM:
        assert not solid_at(pump, *(1.01 * p for p in place))  # a stitch goes through
        assert solid_at(pump, *(1.057 * p for p in place))
    assert solid_at(pump, 50.0, 0.0)
    assert not solid_at(pump, -50.0, 0.0)
    septum = pump.layer[pump.layer.shape[0] // 2, round((4.5 - pump.start_mm) * SCALE), :3].mean()
    face = pump.layer[pump.layer.shape[0] // 2, round((-34.0 - pump.start_mm) * SCALE), :3].mean()
    assert septum < 0.75 * face


def test_jaws_arms_and_connectors_open_by_what_was_asked():
    assert solid_at(wound_tools.weitlaner(SCALE, 20), 0.0, 10.0)
    assert not solid_at(wound_tools.weitlaner(SCALE, 40), 0.0, 10.0)
    assert solid_at(wound_tools.weitlaner(SCALE, 40), 0.0, -20.0)
    closed, opened = (np.nonzero(wound_tools.metzenbaum(SCALE, d).layer[:, round(7.0 * SCALE), 3] > 128)[0] for d in (0, 16))
    assert np.ptp(opened) > 2 * np.ptp(closed)
    assert along(implants.connector(SCALE, 40))[0] == pytest.approx(along(implants.connector(SCALE, 0))[0] - 4.0, abs=0.3)
    assert solid_at(wound_tools.forceps(SCALE, 8), 1.0, 4.2)
    assert not solid_at(wound_tools.forceps(SCALE, 8), 1.0, 0.0)


def test_the_holder_shows_its_needle_only_when_it_holds_one():
    empty, armed = (wound_tools.needle_holder(SCALE, n).layer[..., 3].astype(int).sum() for n in (False, True))
    assert armed > empty


@pytest.mark.parametrize("draw", [wound_tools.lor_syringe, wound_tools.small_syringe, wound_tools.large_syringe])
def test_a_fuller_syringe_is_longer(draw):
    assert along(draw(SCALE, 9))[1] > along(draw(SCALE, 1))[1] + 20.0
