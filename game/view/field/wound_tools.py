"""Instruments for wounds, along their axis from the working end; sizes mm, from the objects themselves."""

import functools
import math

import numpy as np
from numpy.typing import NDArray

from game.view.field.bars import Line, bar, disc, shape, writing
from game.view.field.sprite import DARK_STEEL, GLASS, HUB_BLUE, IVORY, ORANGE, RUBBER, STEEL, Canvas, Sprite, canvas, plate, ring, turned

GOLD = ((96, 68, 20), (170, 128, 52), (238, 204, 122), (252, 232, 168), (196, 152, 74), (122, 90, 34), (82, 58, 20))
CAUTERY_BLUE = ((14, 36, 74), (36, 84, 150), (110, 168, 220), (150, 198, 236), (70, 128, 188), (30, 76, 136), (14, 40, 82))
GREEN_SHOD = ((20, 66, 42), (46, 120, 80), (120, 190, 146), (82, 156, 112), (40, 104, 70), (20, 62, 42))
CLEAR_TINT = ((226, 236, 240), (250, 253, 254), (226, 236, 240), (190, 204, 212))
INK = (36, 44, 50)


@functools.lru_cache(maxsize=4)
def scalpel_10(px_per_mm: float) -> Sprite:
    """Return a number 3 handle with a number 10 blade, its belly's end at 0 with the edge at negative offsets."""
    on = canvas(-1.0, 140.0, 8.0, px_per_mm)
    handle = ((30.0, -2.4), (40.0, -3.4), (62.0, -3.9), (100.0, -3.2), (134.0, -3.8), (138.0, 0.0))
    mirrored = tuple((a, -c) for a, c in handle[-2::-1])
    shape(on, (*handle, *mirrored), ((222, 228, 232), (98, 105, 111)), (62, 67, 72))
    for groove in range(12):
        at = 40.0 + groove * 2.2
        plate(on, ((at, -3.0), (at + 0.9, -3.0), (at + 0.9, 3.0), (at, 3.0)), ((120, 126, 132), (72, 78, 84)), None, 0.75)
    blade = (
        (1.0, 2.6),
        (0.0, 1.2),
        (1.2, -1.4),
        (5.0, -3.6),
        (10.0, -4.4),
        (18.0, -4.5),
        (29.0, -4.2),
        (33.0, -2.6),
        (34.0, 2.4),
        (20.0, 2.8),
    )
    shape(on, blade, ((206, 214, 219), (154, 162, 169)), (86, 93, 99), step_mm=0.25)
    edge: Line = ((0.2, 0.8), (1.4, -1.3), (5.2, -3.4), (10.0, -4.1), (18.0, -4.2), (29.0, -3.9))
    bar(on, edge, 0.42, ((250, 252, 253), (255, 255, 255), (214, 222, 228)), 0.95)
    plate(on, ((19.0, -0.7), (31.0, -0.9), (31.0, 0.9), (19.0, 0.7)), ((52, 58, 64), (84, 90, 96)), (36, 40, 44))
    writing(on, "10", (26.0, 1.9), 1.6, (70, 76, 82))
    return on.sprite()


@functools.lru_cache(maxsize=4)
def cautery(px_per_mm: float) -> Sprite:
    """Return a monopolar pencil with its spatula tip at 0, two buttons and its cord."""
    on = canvas(-1.0, 190.0, 9.0, px_per_mm)
    bar(on, ((164.0, 0.0), (176.0, 0.6), (189.0, -2.0)), 1.7, RUBBER)
    plate(
        on, ((0.0, -0.8), (1.0, -1.2), (16.0, -1.2), (16.0, 1.2), (1.0, 1.2), (0.0, 0.8)), ((226, 232, 236), (104, 110, 116)), (70, 76, 82)
    )
    plate(on, ((0.0, -0.7), (2.6, -1.1), (3.6, 1.1), (0.0, 0.7)), ((92, 68, 46), (52, 38, 28)), None, 0.65)
    turned(on, ((14.0, 1.0), (18.0, 1.5), (24.0, 2.1), (30.0, 2.4)), CAUTERY_BLUE)
    turned(on, ((28.0, 3.2), (36.0, 4.6), (60.0, 5.2), (120.0, 4.9), (158.0, 4.0), (166.0, 2.2)), IVORY)
    for at in range(8):
        ring(on, 37.0 + at * 1.6, 0.6, 4.55, (150, 150, 144), 0.5)
    for start, stops in ((52.0, ((250, 214, 70), (196, 150, 20))), (68.0, ((84, 146, 214), (26, 70, 132)))):
        button = ((start, -2.2), (start + 6.0, -2.7), (start + 12.0, -2.2), (start + 12.0, 1.6), (start + 6.0, 2.0), (start, 1.6))
        shape(on, button, (stops[0], stops[1]), (60, 60, 56))
    writing(on, "CUT", (58.0, 3.5), 1.5, (90, 90, 86))
    writing(on, "COAG", (74.0, 3.5), 1.5, (90, 90, 86))
    return on.sprite()


def _rings(
    on: Canvas, joint_mm: float, length_mm: float, spread_mm: float, size_mm: float, stops: tuple[tuple[int, int, int], ...]
) -> None:
    """Lay two shanks from a joint, each with a finger ring."""
    for sign in (1.0, -1.0):
        end = joint_mm + length_mm
        away = spread_mm * sign
        bar(on, ((joint_mm, -0.6 * sign), (joint_mm + 0.3 * length_mm, 0.5 * away), (end, away)), (2.7, 2.0, 1.9), stops)
        loop = tuple(
            (end + size_mm * (1.0 - math.cos(k / 20 * 2 * math.pi)), away + sign * 0.5 + 0.78 * size_mm * math.sin(k / 20 * 2 * math.pi))
            for k in range(21)
        )
        bar(on, loop, 1.8, stops)


@functools.lru_cache(maxsize=12)
def metzenbaum(px_per_mm: float, open_deg: int = 0) -> Sprite:
    """Return fine dissecting scissors, the tips of their curved blades at 0 when closed."""
    on = canvas(-2.0, 182.0, 30.0, px_per_mm)
    _rings(on, 62.0, 84.0, 11.0 + 0.25 * open_deg, 11.5, STEEL)
    for sign in (1.0, -1.0):
        turn = math.radians(open_deg / 2 * sign)
        blade = []
        for a, c in ((0.5, 2.2), (20.0, 1.2), (45.0, 0.4), (62.0, 0.0), (74.0, -0.6)):
            x, y = a - 62.0, c + 0.35 * sign
            blade.append((62.0 + x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)))
        bar(on, tuple(blade), (0.5, 1.3, 2.1, 2.8, 2.6), STEEL if sign > 0 else DARK_STEEL, flat=0.45)
    disc(on, (62.0, 0.0), 1.7, 1.0, DARK_STEEL)
    plate(on, ((60.8, -0.2), (63.2, -0.2), (63.2, 0.2), (60.8, 0.2)), ((40, 44, 48), (40, 44, 48)))
    return on.sprite()


@functools.lru_cache(maxsize=16)
def forceps(px_per_mm: float, open_mm: int = 4) -> Sprite:
    """Return Adson forceps, their points at 0 and so far apart."""
    on = canvas(-1.0, 122.0, max(open_mm / 2, 8.0) + 4.0, px_per_mm)
    for sign in (1.0, -1.0):
        half = sign * (open_mm / 2 + 0.2)
        limb = ((0.0, half), (14.0, half + 0.9 * sign), (30.0, half + 2.6 * sign), (58.0, half * 0.6 + 4.2 * sign), (118.0, 1.3 * sign))
        bar(on, limb, (0.45, 0.8, 1.6, 4.2, 1.9), STEEL if sign < 0 else DARK_STEEL, flat=0.55)
        for groove in range(9):
            at = 48.0 + groove * 2.4
            middle = half * 0.6 + 4.2 * sign
            plate(
                on,
                ((at, middle - 2.6), (at + 0.9, middle - 2.6), (at + 0.9, middle + 2.6), (at, middle + 2.6)),
                ((92, 98, 104), (58, 64, 70)),
                None,
                0.5,
            )
        bar(on, ((0.0, half), (0.4, half - 0.5 * sign)), 0.35, STEEL)
    plate(on, ((110.0, -2.6), (120.0, -2.2), (120.0, 2.2), (110.0, 2.6)), ((212, 218, 222), (104, 110, 116)), (70, 76, 82))
    return on.sprite()


NEEDLE_RADIUS_MM = 8.3
"""Half circle taper needle, 26 mm along its arc."""


def _arc(centre: tuple[float, float], radius: float, first_deg: float, last_deg: float) -> Line:
    steps = 24
    turns = [math.radians(first_deg + (last_deg - first_deg) * k / steps) for k in range(steps + 1)]
    return tuple((centre[0] + radius * math.cos(t), centre[1] + radius * math.sin(t)) for t in turns)


@functools.lru_cache(maxsize=4)
def curved_needle(px_per_mm: float) -> Sprite:
    """Return a half circle needle alone, its point at axis 0 and its arc over positive offsets' far side."""
    on = canvas(-3.0, 2 * NEEDLE_RADIUS_MM + 3.0, NEEDLE_RADIUS_MM + 3.0, px_per_mm)
    line = _arc((NEEDLE_RADIUS_MM, 0.0), NEEDLE_RADIUS_MM, 180.0, 360.0)
    bar(on, line, tuple(0.12 + 0.45 * min(k / 6.0, 1.0) for k in range(len(line))), STEEL)
    return on.sprite()


@functools.lru_cache(maxsize=8)
def needle_holder(px_per_mm: float, with_needle: bool = True) -> Sprite:
    """Return a needle holder, its jaws' end at 0; the needle stands across its jaws, its point at negative offsets."""
    on = canvas(-15.0, 178.0, 24.0, px_per_mm)
    _rings(on, 34.0, 116.0, 9.5, 10.5, GOLD)
    plate(on, ((112.0, -5.6), (119.0, -6.2), (119.0, 6.2), (112.0, 5.6)), ((176, 182, 186), (84, 90, 96)), (60, 66, 70))
    for sign in (1.0, -1.0):
        bar(on, ((0.4, 0.9 * sign), (12.0, 1.3 * sign), (34.0, 0.6 * sign), (56.0, -1.8 * sign)), (1.0, 1.6, 3.2, 2.4), STEEL, flat=0.4)
    plate(on, ((0.6, -0.15), (20.0, -0.2), (20.0, 0.2), (0.6, 0.15)), ((38, 42, 46), (38, 42, 46)))
    disc(on, (34.0, 0.0), 2.3, 1.0, DARK_STEEL)
    if with_needle:
        line = _arc((3.4 - NEEDLE_RADIUS_MM, 0.0), NEEDLE_RADIUS_MM, -118.0, 62.0)
        bar(on, line, tuple(0.12 + 0.42 * min(k / 7.0, 1.0) for k in range(len(line))), STEEL)
        for sign in (1.0, -1.0):
            bar(on, ((0.4, 1.5 * sign), (9.0, 1.7 * sign)), 0.75, DARK_STEEL)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def shod_clamp(px_per_mm: float, closed: bool = True) -> Sprite:
    """Return a small clamp with rubber shods on its jaws, the middle of the jaws at 0."""
    on = canvas(-16.0, 112.0, 22.0, px_per_mm)
    gap = 0.35 if closed else 3.2
    _rings(on, 24.0, 58.0, 7.5 if closed else 11.0, 8.5, STEEL)
    if closed:
        plate(on, ((62.0, -4.2), (67.0, -4.6), (67.0, 4.6), (62.0, 4.2)), ((176, 182, 186), (84, 90, 96)), (60, 66, 70))
    for sign in (1.0, -1.0):
        bar(
            on,
            ((-14.0, sign * (gap + 0.9)), (4.0, sign * (gap + 1.2)), (24.0, 0.5 * sign), (36.0, -1.4 * sign)),
            (0.9, 1.2, 2.3, 2.0),
            STEEL,
        )
        bar(on, ((-14.0, sign * (gap + 1.1)), (9.0, sign * (gap + 1.4))), (1.5, 1.7), GREEN_SHOD)
    disc(on, (24.0, 0.0), 1.7, 1.0, DARK_STEEL)
    return on.sprite()


@functools.lru_cache(maxsize=32)
def weitlaner(px_per_mm: float, spread_mm: int) -> Sprite:
    """Return a self-retaining retractor: hooks at 0, so far apart, arms, ratchet and rings along the axis."""
    half = spread_mm / 2
    on = canvas(-8.0, 168.0, max(half + 8.0, 30.0), px_per_mm)
    _rings(on, 74.0, 66.0, 13.0 + 0.16 * spread_mm, 10.5, STEEL)
    plate(
        on,
        ((112.0, -10.0), (117.0, -10.5 - 0.1 * spread_mm), (117.0, 10.5 + 0.1 * spread_mm), (112.0, 10.0)),
        ((186, 192, 196), (88, 94, 100)),
    )
    for tooth in range(-6, 7):
        plate(
            on,
            ((112.4, tooth * 1.4), (116.4, tooth * 1.4), (116.4, tooth * 1.4 + 0.5), (112.4, tooth * 1.4 + 0.5)),
            ((60, 66, 70),) * 2,
            None,
            0.8,
        )
    for sign in (1.0, -1.0):
        arm = (
            (4.0, half * sign),
            (14.0, (half + 0.6) * sign),
            (34.0, (0.75 * half + 2.0) * sign),
            (60.0, (0.25 * half + 1.5) * sign),
            (78.0, -0.8 * sign),
        )
        bar(on, arm, (1.6, 2.0, 2.4, 2.9, 2.8), STEEL, flat=0.35)
        bar(on, ((-5.5, half * sign), (6.5, half * sign)), 1.5, STEEL, flat=0.3)
        for hook in (-4.6, 0.5, 5.6):
            bar(
                on,
                ((hook, (half + 0.3) * sign), (hook, (half + 1.3) * sign), (hook + 0.1, (half + 2.1) * sign)),
                (0.95, 0.9, 0.6),
                DARK_STEEL,
            )
    disc(on, (72.0, 0.0), 2.8, 1.0, DARK_STEEL)
    plate(on, ((70.0, -0.3), (74.0, -0.3), (74.0, 0.3), (70.0, 0.3)), ((40, 44, 48), (40, 44, 48)))
    return on.sprite()


@functools.lru_cache(maxsize=4)
def ruler(px_per_mm: float, length_mm: int = 150, from_end: bool = False) -> Sprite:
    """Return a sterile steel ruler, its zero mark at 0, or at its other end, and millimetre marks on both edges."""
    on = canvas(-6.0, length_mm + 8.0, 11.0, px_per_mm)
    plate(
        on,
        ((-5.0, -9.5), (length_mm + 6.0, -9.5), (length_mm + 6.0, 9.5), (-5.0, 9.5)),
        ((232, 236, 238), (196, 202, 206)),
        (116, 122, 128),
    )
    along, across = on.axes_mm()
    on.pixels[..., :3] *= 1.0 + 0.025 * ((along * 7.3 + 0.0 * across) % 1.0 - 0.5)[..., None]
    marks = np.arange(length_mm + 1)
    for long, of in ((5.2, marks % 10 == 0), (3.9, marks % 10 == 5), (2.6, marks % 5 > 0)):
        if long > 3.0 or px_per_mm >= 3.0:
            _comb(on, marks[of], -9.3, -9.3 + long)
            _comb(on, marks[of], 9.3 - 0.7 * long, 9.3)
    for mark in range(0, length_mm + 1, 10):
        shown = length_mm - mark if from_end else mark
        if shown:
            writing(on, str(shown // 10), (float(mark), -1.4), 3.6, INK, 0.95)
    writing(on, "cm", (length_mm - 4.5 if from_end else 4.5, 2.2), 2.4, INK, 0.8)
    return on.sprite()


def _comb(on: Canvas, marks_mm: NDArray[np.intp], low_mm: float, high_mm: float) -> None:
    """Lay thin strokes across the axis, all as long."""
    wide = 0.16 if on.px_per_mm >= 5.0 else 0.5 / on.px_per_mm
    on = on.part(float(marks_mm[0]) - wide, float(marks_mm[-1]) + wide, low_mm, high_mm)
    along, across = on.axes_mm()
    strokes = np.clip((wide - np.abs(along - marks_mm[:, None])) * on.px_per_mm + 0.5, 0.0, 1.0).max(axis=0)
    reach = np.clip((across - low_mm) * on.px_per_mm + 0.5, 0.0, 1.0) * np.clip((high_mm - across) * on.px_per_mm + 0.5, 0.0, 1.0)
    on.lay(np.asarray(INK, np.float32), np.asarray(0.9 * strokes * reach, np.float32))


def _syringe(px_per_mm: float, fill_tenths: int, radius: float, length: float, front: float, marks: int, half_plunger: bool) -> Canvas:
    """Lay a syringe's barrel, plunger, fluid and marks; its cone begins at `front`."""
    barrel = front + 8.0
    plunger = barrel + 3.0 + (length - 8.0) * fill_tenths / 10.0
    end = barrel + length
    on = canvas(0.0, end + length + 4.0, radius + 7.0, px_per_mm)
    turned(on, ((front, 2.0), (barrel, 2.3)), GLASS)
    turned(on, ((plunger + 4.0, radius * 0.40), (plunger + length - 2.0, radius * 0.40)), GLASS if not half_plunger else HUB_BLUE, 0.9)
    turned(on, ((plunger + length - 3.0, radius + 1.6), (plunger + length - 0.8, radius + 2.0)), GLASS if not half_plunger else HUB_BLUE)
    if fill_tenths:
        turned(on, ((barrel + 0.6, radius - 0.8), (plunger, radius - 0.8)), CLEAR_TINT, 0.5)
    turned(on, ((plunger, radius - 0.7), (plunger + 1.0, radius - 0.7), (plunger + 4.4, radius - 0.9)), RUBBER)
    turned(on, ((barrel, 2.5), (barrel + 2.4, radius), (end, radius)), GLASS, 0.4)
    for mark in range(marks + 1):
        at = barrel + 3.0 + (length - 8.0) * mark / marks
        wide = radius * (0.70 if mark % 5 == 0 else 0.42)
        plate(on, ((at - 0.2, -wide), (at + 0.2, -wide), (at + 0.2, -0.3), (at - 0.2, -0.3)), (INK, INK), None, 0.85)
    wing = radius + 4.0
    plate(
        on,
        ((end - 1.4, -wing), (end + 0.6, -wing), (end + 0.6, wing), (end - 1.4, wing)),
        ((236, 242, 245), (160, 174, 182)),
        (120, 136, 144),
    )
    return on


@functools.lru_cache(maxsize=16)
def lor_syringe(px_per_mm: float, fill_tenths: int) -> Sprite:
    """Return a loss-of-resistance syringe, its cone's end at 0: a smooth low-friction barrel with a blue plunger."""
    return _syringe(px_per_mm, fill_tenths, 8.2, 64.0, 0.0, 10, True).sprite()


@functools.lru_cache(maxsize=16)
def small_syringe(px_per_mm: float, fill_tenths: int) -> Sprite:
    """Return a 3 mL syringe, its cone's end at 0."""
    return _syringe(px_per_mm, fill_tenths, 4.7, 50.0, 0.0, 6, False).sprite()


@functools.lru_cache(maxsize=16)
def large_syringe(px_per_mm: float, fill_tenths: int) -> Sprite:
    """Return a 10 mL syringe without a needle, its cone's end at 0."""
    return _syringe(px_per_mm, fill_tenths, 7.6, 62.0, 0.0, 10, False).sprite()


@functools.lru_cache(maxsize=4)
def cap_needle(px_per_mm: float) -> Sprite:
    """Return the kit's 24 gauge needle for the catheter access port, its point at 0, with its hub and short tubing."""
    on = canvas(0.0, 66.0, 9.0, px_per_mm)
    turned(on, ((0.0, 0.08), (1.4, 0.28), (27.0, 0.28)), STEEL)
    turned(on, ((26.0, 0.9), (28.0, 2.2), (32.0, 2.9), (42.0, 3.1), (43.0, 3.6), (45.0, 3.6)), ORANGE)
    for sign in (1.0, -1.0):
        shape(
            on,
            ((30.0, 2.4 * sign), (31.0, 7.4 * sign), (36.0, 8.0 * sign), (40.0, 6.6 * sign), (41.0, 2.6 * sign)),
            ((238, 150, 78), (170, 84, 28)),
            (120, 56, 16),
        )
    bar(on, ((44.0, 0.0), (54.0, 0.6), (65.0, -1.5)), 1.3, GLASS, 0.6)
    return on.sprite()
