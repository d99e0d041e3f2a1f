"""Pump, connector, anchors and tunneller as small pictures; sizes mm, from the objects themselves."""

import functools
import math

import numpy as np

from game.operation.connection.layout import CAP_PORT_MM
from game.view.field.bars import bar, disc, rim, shape, writing
from game.view.field.noise import fractal
from game.view.field.plane import Plane
from game.view.field.sprite import DARK_STEEL, GLASS, HUB_BLUE, IVORY, RUBBER, STEEL, Canvas, Sprite, canvas, plate, ring, turned
from game.view.field.trace import smoothed

PUMP_MM = 87.5
PUMP_LOOPS_MM = ((32.6, -32.6), (32.6, 32.6), (-32.6, 32.6), (-32.6, -32.6))
"""Middles of the pump's suture loops, (along, across), from its middle."""
SEPTUM_RADIUS_MM = 7.0
TITANIUM = ((96, 100, 104), (150, 154, 158), (196, 199, 202), (224, 226, 228), (204, 206, 209), (162, 165, 169), (118, 121, 126))
SILICONE = ((150, 150, 142), (204, 204, 196), (238, 238, 230), (220, 220, 212), (182, 182, 174), (136, 136, 128))
SEPTUM = ((60, 54, 50), (96, 88, 82), (138, 128, 120), (116, 106, 98), (80, 72, 66))
HANDLE = ((18, 40, 74), (42, 82, 136), (112, 154, 204), (84, 128, 182), (44, 84, 138), (18, 42, 78))


@functools.lru_cache(maxsize=4)
def pump(px_per_mm: float) -> Sprite:
    """Return the pump's face: disc with its middle at 0, septum, access port, stem towards positive places, loops, label."""
    radius = PUMP_MM / 2
    on = canvas(-radius - 8.0, radius + 16.0, radius + 8.0, px_per_mm)
    for along, across in PUMP_LOOPS_MM:
        turn = math.atan2(across, along)
        out, side = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
        middle = np.array([along, across])
        bends = ((-4.6, -4.0), (-4.4, 0.6), (-2.4, 2.6), (2.4, 2.6), (4.4, 0.6), (4.6, -4.0))
        points = [middle + s * side + c * out for s, c in bends]
        bar(on, tuple((float(p[0]), float(p[1])) for p in points), 0.95, STEEL)
    turned(on, ((radius - 3.0, 3.4), (radius + 2.0, 3.0), (radius + 3.0, 1.9), (radius + 12.0, 1.7), (radius + 13.0, 1.1)), STEEL)
    disc(on, (0.0, 0.0), radius, 0.75, TITANIUM)
    rim(on, (0.0, 0.0), radius - 1.1, 2.2, STEEL)
    rim(on, (0.0, 0.0), radius - 5.2, 0.7, DARK_STEEL, raised=False)
    _brushed(on, radius - 6.0)
    disc(on, (4.0, -1.0), 15.5, 0.25, TITANIUM)
    rim(on, (4.0, -1.0), 15.5, 1.2, STEEL)
    rim(on, (0.0, 0.0), SEPTUM_RADIUS_MM + 1.3, 2.2, STEEL)
    disc(on, (0.0, 0.0), SEPTUM_RADIUS_MM, 0.5, SEPTUM)
    rim(on, (0.0, 0.0), 2.2, 0.35, RUBBER, raised=False)
    disc(on, CAP_PORT_MM, 4.6, 0.8, TITANIUM)
    rim(on, CAP_PORT_MM, 3.7, 1.3, STEEL)
    disc(on, CAP_PORT_MM, 2.6, 0.4, SEPTUM)
    for hole in range(8):
        turn = hole * math.pi / 4
        disc(on, (CAP_PORT_MM[0] + 1.5 * math.cos(turn), CAP_PORT_MM[1] + 1.5 * math.sin(turn)), 0.32, 0.0, ((20, 22, 24), (36, 38, 40)))
    grey = (70, 74, 78)
    writing(on, "20 mL", (-21.0, -8.0), 3.0, grey, 0.75)
    writing(on, "INTRATHECAL", (-21.0, -2.6), 1.9, grey, 0.7)
    writing(on, "INFUSION", (-21.0, 0.6), 1.9, grey, 0.7)
    writing(on, "SN 040711", (-21.0, 4.6), 2.0, grey, 0.7)
    writing(on, "CAP", (CAP_PORT_MM[0] - 0.5, CAP_PORT_MM[1] + 7.2), 1.7, grey, 0.7)
    return on.sprite()


def _brushed(on: Canvas, radius_mm: float) -> None:
    """Grain the face as if turned on a lathe, with the fan of light that a turned face shows."""
    along, across = on.axes_mm()
    away = np.hypot(along, across)
    turn = np.arctan2(across, along)
    face = np.clip((radius_mm - away) * on.px_per_mm + 0.5, 0.0, 1.0)
    fan = 0.5 * np.cos(2.0 * (turn + 1.25)) + 0.22 * np.cos(4.0 * (turn + 0.4))
    grooves = np.sin(away * 9.0) * 0.35 + fractal(Plane(1024, 1, 0.1), (0.2, 0.7), (0.5, 0.5), 3)[0][(away * 10).astype(int) % 1024] * 0.4
    on.pixels[..., :3] *= (1.0 + face * (0.10 * fan + 0.022 * grooves))[..., None]


@functools.lru_cache(maxsize=4)
def bullet_anchor(px_per_mm: float) -> Sprite:
    """Return a self-gripping anchor, its nose at 0, with two eyelets; the catheter runs along its axis."""
    on = canvas(-1.0, 22.0, 9.0, px_per_mm)
    for sign in (1.0, -1.0):
        shape(
            on,
            ((6.0, 1.6 * sign), (7.6, 5.4 * sign), (10.4, 6.6 * sign), (13.2, 5.4 * sign), (14.8, 1.6 * sign)),
            ((236, 236, 228), (170, 170, 162)),
            (120, 120, 112),
        )
        disc(on, (10.4, 4.3 * sign), 1.15, 0.0, ((70, 44, 38), (96, 62, 54)))
        rim(on, (10.4, 4.3 * sign), 1.3, 0.6, SILICONE)
    turned(on, ((0.0, 0.9), (1.2, 1.5), (4.0, 2.3), (8.0, 2.8), (15.0, 2.8), (19.0, 2.2), (20.5, 1.3)), SILICONE)
    for groove in (6.4, 8.6, 12.2, 14.4):
        ring(on, groove, 0.5, 2.7, (130, 130, 122), 0.6)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def winged_anchor(px_per_mm: float) -> Sprite:
    """Return a split anchor with two wings, its nose at 0; the catheter lies in its groove."""
    on = canvas(-1.0, 24.0, 11.0, px_per_mm)
    wing = ((3.0, 1.2), (4.4, 6.8), (8.0, 9.0), (14.0, 9.0), (17.6, 6.8), (19.0, 1.2))
    for sign in (1.0, -1.0):
        shape(on, tuple((a, c * sign) for a, c in wing), ((232, 232, 224), (178, 178, 170)), (126, 126, 118))
        for at in (7.4, 14.6):
            disc(on, (at, 6.3 * sign), 0.95, 0.0, ((70, 44, 38), (96, 62, 54)))
            rim(on, (at, 6.3 * sign), 1.1, 0.5, SILICONE)
    turned(on, ((0.0, 1.2), (1.4, 1.7), (20.0, 1.7), (22.0, 1.2)), SILICONE)
    plate(on, ((0.4, -0.28), (21.6, -0.28), (21.6, 0.28), (0.4, 0.28)), ((112, 108, 100), (150, 146, 138)), None, 0.8)
    return on.sprite()


@functools.lru_cache(maxsize=16)
def connector(px_per_mm: float, gap_tenths: int = 0, roll_deg: int = 0) -> Sprite:
    """Return the sutureless connector: the catheter's sleeve at negative places, the pump's collar at 0, tenths of a mm apart.

    Args:
        px_per_mm: Scale of the sprite.
        gap_tenths: Between plug and collar, 0.1 mm.
        roll_deg: How far the plug's key is turned from the collar's slot; turned away it is out of sight.
    """
    gap = gap_tenths / 10.0
    on = canvas(-27.0 - gap, 22.0, 6.0, px_per_mm)
    turned(on, ((-1.5 - gap, 1.0), (4.0 - gap, 0.9)), STEEL)
    turned(on, ((0.0, 3.0), (0.8, 3.6), (9.0, 3.6), (12.0, 2.6), (20.0, 2.2)), STEEL)
    plate(on, ((2.0, -0.7), (6.0, -0.7), (6.0, 0.7), (2.0, 0.7)), ((40, 46, 52), (84, 90, 96)), (30, 34, 38))
    turned(
        on, ((-25.0 - gap, 1.0), (-20.0 - gap, 1.6), (-14.0 - gap, 2.4), (-10.0 - gap, 3.1), (-1.0 - gap, 3.3), (0.0 - gap, 3.0)), HUB_BLUE
    )
    for groove in range(4):
        ring(on, -9.0 + groove * 1.7 - gap, 0.5, 3.2, (20, 74, 88), 0.6)
    facing, aside = math.cos(math.radians(roll_deg)), 3.2 * math.sin(math.radians(roll_deg))
    if facing > 0.1:
        low, high = aside - 0.6 * facing, aside + 0.6 * facing
        plate(on, ((-4.4 - gap, low), (-0.6 - gap, low), (-0.6 - gap, high), (-4.4 - gap, high)), ((18, 62, 74), (34, 96, 110)), None, 0.9)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def pin(px_per_mm: float) -> Sprite:
    """Return the titanium pin that joins two pieces of catheter, its middle at 0."""
    on = canvas(-10.0, 10.0, 4.0, px_per_mm)
    turned(on, ((-9.0, 0.3), (-8.4, 0.45), (8.4, 0.45), (9.0, 0.3)), STEEL)
    for sign in (1.0, -1.0):
        turned(on, tuple(sorted(((5.0 * sign, 0.65), (6.6 * sign, 0.5)))), STEEL)
    turned(on, ((-1.2, 1.1), (-0.8, 1.5), (0.8, 1.5), (1.2, 1.1)), TITANIUM)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def tunneller_handle(px_per_mm: float) -> Sprite:
    """Return the tunneller's handle; its rod leaves at 0 towards negative places."""
    on = canvas(-6.0, 118.0, 17.0, px_per_mm)
    turned(on, ((-5.0, 1.6), (4.0, 1.6)), STEEL)
    turned(on, ((0.0, 2.6), (5.0, 4.4), (12.0, 5.0)), DARK_STEEL)
    outline = smoothed(
        np.array(((10.0, 4.6), (17.0, 9.6), (27.0, 10.6), (45.0, 8.5), (66.0, 9.0), (90.0, 11.4), (108.0, 10.6), (115.0, 6.0))), 0.6
    )
    turned(on, tuple((float(a), float(r)) for a, r in outline), HANDLE)
    for groove in range(7):
        ring(on, 44.0 + groove * 4.0, 1.1, 8.4, (14, 32, 60), 0.55)
    writing(on, "60 cm", (98.0, 0.0), 4.0, (206, 220, 236), 0.8)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def tunneller_tip(px_per_mm: float) -> Sprite:
    """Return the tunneller's bullet tip, its point at 0; the rod goes on at 14 mm."""
    on = canvas(-1.0, 16.0, 4.0, px_per_mm)
    turned(on, ((0.0, 0.25), (0.8, 0.9), (3.0, 1.8), (6.0, 2.3), (9.0, 2.3), (10.5, 1.7), (15.0, 1.6)), STEEL)
    ring(on, 9.6, 0.5, 2.2, (60, 66, 72), 0.6)
    return on.sprite()


@functools.lru_cache(maxsize=4)
def sheath_mouth(px_per_mm: float) -> Sprite:
    """Return the flared hub of the tunneller's sheath, its tube leaving at 0 towards negative places."""
    on = canvas(-5.0, 16.0, 7.0, px_per_mm)
    turned(on, ((-4.0, 2.1), (2.0, 2.1), (4.0, 3.0), (12.0, 4.6), (13.0, 5.2), (14.5, 5.2)), GLASS, 0.72)
    ring(on, 13.6, 0.8, 5.0, (120, 138, 146), 0.7)
    turned(on, ((13.6, 3.6), (14.6, 3.6)), IVORY, 0.5)
    return on.sprite()
