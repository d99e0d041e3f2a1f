"""What lies on the tray, drawn along its axis from the working end; sizes mm, from the objects themselves."""

import functools
import math

import numpy as np

from game.view.field.sprite import (
    DARK_STEEL,
    GLASS,
    HUB_BLUE,
    IVORY,
    ORANGE,
    RUBBER,
    STEEL,
    VIOLET,
    Canvas,
    Sprite,
    canvas,
    plate,
    ring,
    soft_body,
    turned,
)

TUOHY_RADIUS_MM = 0.915  # 15 gauge, ISO 9626
HUB_LENGTH_MM = 22.0
SYRINGE_HANDLE_MM = 118.0


@functools.lru_cache(maxsize=64)
def tuohy(px_per_mm: float, length_mm: float, roll_deg: int, stylet_in: bool) -> Sprite:
    """Return a 15 gauge Tuohy needle, its tip at 0: bevel, centimetre marks, hub with wings and notch, stylet cap."""
    on = canvas(0.0, length_mm + HUB_LENGTH_MM + 14.0, 15.5, px_per_mm)
    radius = TUOHY_RADIUS_MM
    turned(on, ((0.0, 0.15), (1.2, 0.55), (3.0, radius), (length_mm + 1.0, radius)), STEEL)
    _bevel(on, roll_deg, radius)
    for mark in range(1, int(length_mm // 10) + 1):
        wide = 2.3 if mark % 5 == 0 else 1.0
        ring(on, mark * 10.0, wide, radius, (24, 28, 32))
    _wings(on, length_mm, roll_deg)
    turned(on, ((length_mm - 2.0, 1.3), (length_mm + 2.0, 2.6), (length_mm + 5.0, 3.1), (length_mm + 17.0, 3.1)), HUB_BLUE)
    turned(on, ((length_mm + 17.0, 3.9), (length_mm + 18.0, 4.1), (length_mm + 21.5, 4.1), (length_mm + 22.0, 3.8)), HUB_BLUE)
    _notch(on, length_mm, roll_deg)
    if stylet_in:
        turned(on, ((length_mm + 22.0, 2.2), (length_mm + 24.0, 2.9), (length_mm + 32.0, 2.9), (length_mm + 33.5, 2.0)), IVORY)
        for groove in range(4):
            ring(on, length_mm + 25.2 + groove * 1.8, 0.45, 2.9, (150, 150, 144), 0.6)
    else:
        turned(on, ((length_mm + 21.4, 2.0), (length_mm + 22.0, 2.0)), RUBBER)
    return on.sprite()


def _bevel(on: Canvas, roll_deg: int, radius: float) -> None:
    side = math.cos(math.radians(roll_deg))
    if side > -0.2:
        plate(on, ((0.4, -0.25), (1.6, -0.62 * side), (3.4, -0.4), (3.4, 0.15), (1.2, 0.35)), ((26, 30, 34), (66, 72, 78)))


def _wings(on: Canvas, length_mm: float, roll_deg: int) -> None:
    spread = max(abs(math.cos(math.radians(roll_deg))), 0.16)
    for sign in (-1.0, 1.0):
        reach = 13.5 * spread * sign
        root, start = 2.2 * sign, length_mm + 6.0
        tip = (
            (start, root),
            (start + 1.0, reach * 0.92),
            (start + 2.2, reach),
            (start + 5.6, reach),
            (start + 7.0, reach * 0.93),
            (start + 9.0, root),
        )
        colours = ((70, 164, 180), (34, 110, 126)) if sign < 0 else ((52, 140, 156), (20, 80, 94))
        plate(on, tip, colours, (20, 74, 86))
        ridge = ((start + 2.6, root), (start + 3.2, reach * 0.9), (start + 3.9, reach * 0.9), (start + 3.6, root))
        plate(on, ridge, ((150, 216, 226), (110, 190, 202)), None, 0.75)


def _notch(on: Canvas, length_mm: float, roll_deg: int) -> None:
    if math.cos(math.radians(roll_deg)) <= 0.0:
        return
    across = 2.6 * math.sin(math.radians(roll_deg))
    place = length_mm + 19.7
    plate(
        on,
        ((place - 1.5, across - 0.8), (place + 1.8, across - 0.8), (place + 1.8, across + 0.8), (place - 1.5, across + 0.8)),
        ((10, 34, 42), (16, 48, 58)),
    )


@functools.lru_cache(maxsize=4)
def hub_alone(px_per_mm: float) -> Sprite:
    """Return the hub with its wings, its front end at 0: the shape of the ghost."""
    on = canvas(-3.0, HUB_LENGTH_MM + 13.0, 15.5, px_per_mm)
    _wings(on, 0.0, 0)
    turned(on, ((-2.0, 1.3), (2.0, 2.6), (5.0, 3.1), (17.0, 3.1), (17.1, 4.1), (22.0, 4.1), (23.0, 2.9), (33.0, 2.9)), HUB_BLUE)
    return on.sprite()


@functools.lru_cache(maxsize=48)
def syringe(px_per_mm: float, fill_tenths: int, needle_mm: float = 40.0, colour: str = "clear") -> Sprite:
    """Return a 10 mL syringe with a fine needle, its point at 0, filled to tenths."""
    barrel, length, radius = needle_mm + 12.0, 62.0, 7.6
    plunger = barrel + 4.0 + (length - 8.0) * fill_tenths / 10.0
    on = canvas(0.0, barrel + length + 62.0, 13.0, px_per_mm)
    turned(on, ((0.0, 0.1), (1.6, 0.26), (needle_mm, 0.26)), STEEL)
    turned(on, ((needle_mm - 1.0, 1.2), (needle_mm + 2.0, 2.2), (barrel - 3.0, 2.7)), ORANGE)
    turned(on, ((barrel - 3.0, 2.1), (barrel, 2.4)), GLASS)
    end = barrel + length
    turned(on, ((plunger + 4.0, 2.9), (plunger + length - 2.0, 2.9)), GLASS, 0.85)
    turned(on, ((plunger + length - 3.0, 9.0), (plunger + length - 0.8, 9.4)), GLASS)
    tint = {"clear": (232, 240, 244), "contrast": (226, 232, 214)}[colour]
    turned(on, ((barrel + 1.0, radius - 0.8), (plunger, radius - 0.8)), (tint, (250, 253, 254), tint, (190, 204, 212)), 0.50)
    turned(on, ((plunger, radius - 0.7), (plunger + 1.0, radius - 0.7), (plunger + 4.6, radius - 0.9)), RUBBER)
    turned(on, ((barrel, 2.5), (barrel + 2.6, radius), (end, radius)), GLASS, 0.40)
    for mark in range(11):
        at = barrel + 4.0 + (length - 8.0) * mark / 10.0
        wide = 5.2 if mark % 5 == 0 else 3.0
        plate(on, ((at - 0.22, -wide), (at + 0.22, -wide), (at + 0.22, -0.4), (at - 0.22, -0.4)), ((36, 44, 50), (36, 44, 50)), None, 0.85)
    plate(
        on,
        ((end - 1.4, -11.5), (end + 0.6, -11.5), (end + 0.6, 11.5), (end - 1.4, 11.5)),
        ((236, 242, 245), (160, 174, 182)),
        (120, 136, 144),
    )
    return on.sprite()


@functools.lru_cache(maxsize=4)
def scalpel(px_per_mm: float) -> Sprite:
    """Return a scalpel with a number 11 blade, its point at 0."""
    on = canvas(0.0, 152.0, 7.0, px_per_mm)
    handle = ((36.0, -2.6), (44.0, -3.6), (140.0, -3.8), (150.0, -2.6), (150.0, 2.6), (140.0, 3.8), (44.0, 3.6), (36.0, 2.6))
    plate(on, handle, ((206, 212, 216), (92, 99, 105)), (58, 63, 68))
    for groove in range(9):
        at = 58.0 + groove * 3.2
        plate(on, ((at, -3.2), (at + 1.1, -3.2), (at + 1.1, 3.2), (at, 3.2)), ((128, 134, 140), (70, 76, 82)), None, 0.7)
    plate(on, ((0.0, 3.0), (27.0, -3.4), (38.0, -3.4), (38.0, 3.2), (26.0, 3.6)), ((214, 221, 225), (150, 158, 164)), (92, 99, 105))
    plate(on, ((0.0, 3.0), (26.0, -3.1), (26.4, -2.0)), ((250, 252, 253), (236, 240, 243)))
    plate(on, ((24.0, -0.9), (35.0, -0.9), (35.0, 0.9), (24.0, 0.9)), ((60, 66, 72), (84, 90, 96)), (40, 44, 48))
    return on.sprite()


@functools.lru_cache(maxsize=4)
def pen(px_per_mm: float) -> Sprite:
    """Return a skin marking pen, its point at 0."""
    on = canvas(0.0, 128.0, 6.0, px_per_mm)
    turned(on, ((0.0, 0.4), (3.0, 1.0), (4.5, 1.3)), ((24, 12, 44), (70, 46, 110), (24, 12, 44)))
    turned(on, ((4.5, 1.9), (12.0, 3.6), (16.0, 4.2)), IVORY)
    turned(on, ((16.0, 4.6), (118.0, 4.6), (124.0, 3.8)), VIOLET)
    turned(on, ((30.0, 4.65), (62.0, 4.65)), IVORY, 0.9)
    turned(on, ((124.0, 3.4), (126.0, 3.0)), ((24, 12, 44), (70, 46, 110), (24, 12, 44)))
    return on.sprite()


@functools.lru_cache(maxsize=24)
def applicator(px_per_mm: float, load_tenths: int, agent: str) -> Sprite:
    """Return a skin antiseptic applicator seen on its handle, the middle of its sponge at 0; the window shows what is left."""
    on = canvas(-17.0, 150.0, 27.0, px_per_mm)
    stain = {"chlorhexidine": (222, 128, 62), "iodine": (120, 62, 24), "": (226, 214, 184)}[agent]
    wet = 0.35 + 0.65 * load_tenths / 10.0
    face = tuple(int(s * wet + p * (1.0 - wet)) for s, p in zip(stain, (226, 214, 184), strict=True))
    light_face = tuple(min(int(c * 1.16) + 8, 255) for c in face)
    dark_face = tuple(int(c * 0.66) for c in face)
    block = ((-14.0, -25.0), (15.0, -25.0), (15.0, 25.0), (-14.0, 25.0))
    plate(on, block, (light_face, dark_face), dark_face)  # type: ignore[arg-type]
    plate(on, ((-8.0, -21.0), (15.0, -21.0), (15.0, 21.0), (-8.0, 21.0)), ((236, 240, 242), (176, 186, 192)), (140, 152, 160))
    turned(on, ((6.0, 8.0), (18.0, 9.5), (44.0, 10.5), (132.0, 10.5), (146.0, 7.0)), GLASS, 0.94)
    turned(on, ((46.0, 7.4), (120.0, 7.4)), ((200, 210, 216), (236, 242, 245), (190, 202, 208)), 0.9)
    turned(on, ((46.0, 7.0), (46.0 + 74.0 * load_tenths / 10.0 + 0.5, 7.0)), (dark_face, face, light_face, face, dark_face), 0.95)  # type: ignore[arg-type]
    return on.sprite()


GLOVE = (255, 240, 214)
CUFF = ((128, 128, 116), (196, 196, 182), (222, 222, 208), (206, 206, 192), (158, 158, 146), (112, 112, 102))
SLEEVE = ((20, 70, 80), (36, 116, 128), (60, 150, 162), (48, 132, 144), (30, 98, 110), (16, 60, 70))
HAND = (
    (2.0, 0.0, 22.0, 0.4, 6.3, 7.7),
    (22.0, 0.4, 30.0, 0.6, 7.9, 7.4),
    (30.0, 0.6, 47.0, 1.6, 7.4, 8.5),
    (47.0, 1.6, 57.0, 2.4, 8.9, 8.4),
    (57.0, 2.4, 96.0, 6.0, 8.4, 12.5),
    (63.0, 21.0, 78.0, 20.0, 8.8, 9.6),
    (78.0, 20.0, 112.0, 16.0, 10.0, 14.0),
    (69.0, 38.0, 84.0, 35.0, 8.4, 9.2),
    (84.0, 35.0, 118.0, 27.0, 10.0, 14.0),
    (79.0, 52.0, 92.0, 48.0, 7.4, 8.4),
    (92.0, 48.0, 122.0, 36.0, 9.0, 13.0),
    (72.0, -19.0, 92.0, -20.0, 8.0, 9.4),
    (92.0, -20.0, 134.0, -2.0, 10.0, 15.0),
    (100.0, 10.0, 140.0, 14.0, 20.0, 25.0),
    (140.0, 14.0, 176.0, 15.0, 27.0, 27.0),
)


@functools.lru_cache(maxsize=4)
def finger(px_per_mm: float) -> Sprite:
    """Return a gloved hand that points: the pad of its index finger at 0, the others folded, cuff and sleeve behind."""
    on = canvas(-9.0, 252.0, 72.0, px_per_mm)
    soft_body(on, HAND, GLOVE, 4.0)
    turned(on, ((174.0, 31.0), (186.0, 34.0), (214.0, 38.0), (250.0, 46.0)), SLEEVE, centre_mm=16.0)
    turned(on, ((164.0, 28.0), (167.0, 29.5), (176.0, 30.5), (179.0, 29.5)), CUFF, centre_mm=15.0)
    for fold in (24.0, 26.4, 49.0, 51.6, 54.0):
        ring(on, fold, 0.6, 6.2, (172, 150, 122), 0.32)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def metal_marker(px_per_mm: float) -> Sprite:
    """Return the straight metal rod that is laid on the skin under X-rays, its middle at 0."""
    on = canvas(-62.0, 62.0, 4.0, px_per_mm)
    turned(on, ((-60.0, 0.8), (-59.0, 1.5), (59.0, 1.5), (60.0, 0.8)), STEEL)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def stylet(px_per_mm: float) -> Sprite:
    """Return the stylet drawn out of its needle, its point at 0."""
    on = canvas(0.0, 132.0, 5.0, px_per_mm)
    turned(on, ((0.0, 0.2), (2.0, 0.6), (114.0, 0.6)), STEEL)
    turned(on, ((112.0, 1.2), (116.0, 2.9), (126.0, 2.9), (128.0, 2.0)), IVORY)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def clipper(px_per_mm: float) -> Sprite:
    """Return a surgical hair clipper, its comb at 0."""
    on = canvas(-2.0, 160.0, 24.0, px_per_mm)
    plate(on, ((0.0, -17.0), (10.0, -18.0), (10.0, 18.0), (0.0, 17.0)), ((216, 222, 226), (126, 134, 140)), (80, 86, 92))
    for tooth in range(-8, 9):
        plate(
            on,
            ((-1.5, tooth * 2.0 - 0.4), (6.0, tooth * 2.0 - 0.4), (6.0, tooth * 2.0 + 0.4), (-1.5, tooth * 2.0 + 0.4)),
            ((60, 66, 72), (60, 66, 72)),
        )
    turned(on, ((10.0, 17.0), (22.0, 15.0), (60.0, 14.0), (140.0, 15.5), (156.0, 11.0)), IVORY)
    turned(on, ((62.0, 6.5), (88.0, 6.5)), HUB_BLUE)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def gauze(px_per_mm: float) -> Sprite:
    """Return a folded swab, its middle at 0."""
    on = canvas(-26.0, 26.0, 26.0, px_per_mm)
    plate(on, ((-24.0, -22.0), (23.0, -24.0), (24.0, 22.0), (-22.0, 24.0)), ((246, 246, 242), (206, 208, 204)), (176, 178, 174))
    along, across = on.axes_mm()
    weave = (np.sin(along * 3.6) * np.sin(across * 3.6)).astype(np.float32)
    on.pixels[..., :3] *= (1.0 - 0.05 * np.clip(weave, 0.0, 1.0))[..., None]
    plate(on, ((-23.5, -2.0), (23.5, -3.0), (23.5, -2.2), (-23.5, -1.2)), ((188, 190, 186), (188, 190, 186)), None, 0.7)
    return on.sprite()


__all__ = [
    "DARK_STEEL",
    "HUB_LENGTH_MM",
    "TUOHY_RADIUS_MM",
    "applicator",
    "clipper",
    "finger",
    "gauze",
    "hub_alone",
    "metal_marker",
    "pen",
    "scalpel",
    "stylet",
    "syringe",
    "tuohy",
]
