"""Pictures of the tray, made from the same sprites as the field, and a few signs for what is no instrument."""

import functools
import itertools
import math
from collections.abc import Callable

import numpy as np
import pygame

from game.view.field import implants, instruments, wound_tools
from game.view.field.sprite import Patch, Sprite, place
from game.view.shapes import OVER
from game.view.theme import ACCENT, TEXT, TEXT_SECOND

TILT = (0.985, -0.174)  # ten degrees up to the right, as on the target picture
WAYS = {"plunger": -1.0, "out": 1.0}
"""Tools that move what another tool is the picture of: towards its working end or its handle."""
SIGN_UNITS = 22.0
"""How wide the widest sign is, in tenths of a sign's height."""


WOUND_TOOLS: dict[str, Callable[[float], Sprite]] = {
    "forceps": lambda px_per_mm: wound_tools.forceps(px_per_mm, 4.0),
    "scissors": lambda px_per_mm: wound_tools.metzenbaum(px_per_mm, 8),
    "small_syringe": lambda px_per_mm: wound_tools.small_syringe(px_per_mm, 6),
    "needle_holder": lambda px_per_mm: wound_tools.needle_holder(px_per_mm, True),
    "pump": implants.pump,
    "scalpel": wound_tools.scalpel_10,
    "cautery": wound_tools.cautery,
    "clamp": lambda px_per_mm: wound_tools.shod_clamp(px_per_mm, True),
    "retractor": lambda px_per_mm: wound_tools.weitlaner(px_per_mm, 30),
    "bullet": implants.bullet_anchor,
    "winged": implants.winged_anchor,
}

ROUGH_PX_PER_MM = 2.0
"""How fine a picture is from which only its size is taken."""
SHORTER = {"tunneller_short": 38.0 / 61.0}
"""Pictures drawn smaller than their place: beside its longer twin a short rod looks short."""


def _sprite(name: str, px_per_mm: float) -> Sprite | None:
    match name:
        case "finger":
            return instruments.finger(px_per_mm)
        case "metal":
            return instruments.metal_marker(px_per_mm)
        case "pen":
            return instruments.pen(px_per_mm)
        case "clipper":
            return instruments.clipper(px_per_mm)
        case "applicator":
            return instruments.applicator(px_per_mm, 9, "chlorhexidine")
        case "gauze" | "wipe":
            return instruments.gauze(px_per_mm)
        case "syringe" | "plunger":
            return instruments.syringe(px_per_mm, 8)
        case "contrast":
            return wound_tools.small_syringe(px_per_mm, 8)
        case "blade":
            return instruments.scalpel(px_per_mm)
        case "tuohy" | "out":
            return instruments.tuohy(px_per_mm, 114.0, 70, True)
        case "tunneller" | "tunneller_short":
            return implants.tunneller_handle(px_per_mm)
        case "rod":
            return implants.tunneller_tip(px_per_mm)
        case "sheath":
            return implants.sheath_mouth(px_per_mm)
        case "clamp":
            return wound_tools.shod_clamp(px_per_mm, True)
        case "stylet":
            return instruments.stylet(px_per_mm)
        case _:
            return WOUND_TOOLS[name](px_per_mm) if name in WOUND_TOOLS else None


@functools.lru_cache(maxsize=128)
def icon(name: str, width_px: int, height_px: int) -> pygame.Surface:
    """Return a tray picture with alpha."""
    sprite = _sprite(name, ROUGH_PX_PER_MM)
    if sprite is None:
        return _sign(name, width_px, height_px)
    length, across = sprite.layer.shape[1] / sprite.px_per_mm, _reach(sprite)
    scale = min(width_px * 0.96 / (length * TILT[0] + across * abs(TILT[1])), height_px * 0.98 / (across * TILT[0] + length * abs(TILT[1])))
    scale *= SHORTER.get(name, 1.0)
    sharp = _sprite(name, max(scale * 2.0, 0.5)) or sprite
    middle = sharp.start_mm + sharp.layer.shape[1] / sharp.px_per_mm / 2.0
    origin = (width_px / 2 - TILT[0] * middle * scale, height_px / 2 - TILT[1] * middle * scale)
    patch = place(sharp, origin, TILT, scale, (height_px, width_px))
    layer = np.zeros((height_px, width_px, 4), np.uint8)
    if patch is not None:
        _merge(layer, patch)
    picture = pygame.image.frombuffer(layer.tobytes(), (width_px, height_px), "RGBA")
    if name in WAYS:
        picture.blit(_arrow(width_px, height_px, WAYS[name]), (0, 0))
    return picture


def _arrow(width_px: int, height_px: int, way: float) -> pygame.Surface:
    """Return an arrow beside an instrument: along its axis to the handle (1) or to the working end (-1)."""
    large = pygame.Surface((width_px * OVER, height_px * OVER), pygame.SRCALPHA)
    unit = height_px * OVER / 10.0
    along = pygame.Vector2(TILT) * way
    middle = pygame.Vector2(large.get_width() * 0.52, large.get_height() * 0.80)
    tip, across = middle + along * 2.6 * unit, pygame.Vector2(-along.y, along.x)
    _line(large, ACCENT, [middle - along * 2.6 * unit, tip], 0.7 * unit)
    for side in (-1.0, 1.0):
        _line(large, ACCENT, [tip, tip - along * 1.5 * unit + across * side * 1.3 * unit], 0.7 * unit)
    return pygame.transform.smoothscale(large, (width_px, height_px))


def _reach(sprite: Sprite) -> float:
    """Return how wide across its axis a sprite is drawn, mm."""
    rows = np.flatnonzero(sprite.layer[..., 3].max(axis=1) > 16)
    middle = sprite.layer.shape[0] // 2
    return float(2 * max(middle - rows[0], rows[-1] - middle) / sprite.px_per_mm)


def _merge(layer: np.ndarray, patch: Patch) -> None:
    """Turn a premultiplied patch into plain alpha on an empty layer."""
    height, width = patch.layer.shape[:2]
    at = (slice(patch.top, patch.top + height), slice(patch.left, patch.left + width))
    alpha = patch.layer[..., 3:].astype(np.float32)
    plain = np.where(alpha > 0, patch.layer[..., :3] * 255.0 / np.maximum(alpha, 1.0), 0.0)
    layer[at] = np.concatenate([np.clip(plain, 0, 255), alpha], axis=-1).astype(np.uint8)


def _sign(name: str, width_px: int, height_px: int) -> pygame.Surface:
    large = pygame.Surface((width_px * OVER, height_px * OVER), pygame.SRCALPHA)
    unit = min(height_px / 10.0, width_px / SIGN_UNITS) * OVER
    centre = pygame.Vector2(large.get_width() / 2, large.get_height() / 2)
    _SIGNS.get(name, _talk)(large, centre, unit)
    return pygame.transform.smoothscale(large, (width_px, height_px))


def _line(on: pygame.Surface, colour: tuple[int, int, int], points: list[pygame.Vector2], width: float) -> None:
    for start, end in itertools.pairwise(points):
        pygame.draw.line(on, colour, start, end, max(1, round(width)))
    for point in points:
        pygame.draw.circle(on, colour, point, width / 2)


def _talk(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    box = pygame.Rect(0, 0, 8.6 * unit, 6.2 * unit)
    box.center = (round(centre.x), round(centre.y - 0.8 * unit))
    pygame.draw.rect(on, ACCENT, box, border_radius=round(2.0 * unit))
    tail = [
        (centre.x - 1.8 * unit, centre.y + 2.0 * unit),
        (centre.x + 0.6 * unit, centre.y + 2.0 * unit),
        (centre.x - 2.4 * unit, centre.y + 4.4 * unit),
    ]
    pygame.draw.polygon(on, ACCENT, tail)


def _hips(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    skin = (186, 142, 120)
    hip = centre + pygame.Vector2(-0.4 * unit, -1.4 * unit)
    _line(on, skin, [centre + pygame.Vector2(-7.5 * unit, -1.4 * unit), hip], 3.0 * unit)
    _line(on, skin, [hip, hip + pygame.Vector2(4.6 * unit, 2.4 * unit), hip + pygame.Vector2(1.0 * unit, 5.0 * unit)], 2.0 * unit)
    pygame.draw.circle(on, skin, centre + pygame.Vector2(-9.4 * unit, -1.6 * unit), 1.5 * unit)
    _line(
        on,
        ACCENT,
        [
            hip + pygame.Vector2(3.4 * unit, -1.6 * unit),
            hip + pygame.Vector2(6.4 * unit, -0.4 * unit),
            hip + pygame.Vector2(7.4 * unit, 2.4 * unit),
        ],
        0.6 * unit,
    )


def _roll(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    body = pygame.Rect(0, 0, 5.0 * unit, 7.0 * unit)
    body.center = (round(centre.x), round(centre.y))
    pygame.draw.ellipse(on, (186, 142, 120), body)
    for sign in (-1, 1):
        arc = [centre + pygame.Vector2(sign * 4.6 * unit, 0).rotate(sign * angle) for angle in range(-50, 51, 5)]
        _line(on, ACCENT, arc, 0.6 * unit)
    tip = centre + pygame.Vector2(4.6 * unit, 0).rotate(50)
    pygame.draw.polygon(
        on,
        ACCENT,
        [
            tip + pygame.Vector2(-1.3 * unit, 0),
            tip + pygame.Vector2(1.1 * unit, -0.4 * unit),
            tip + pygame.Vector2(-0.4 * unit, 1.6 * unit),
        ],
    )


def _level(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    for step in (-1, 0, 1):
        body = pygame.Rect(0, 0, 4.4 * unit, 2.4 * unit)
        body.center = (round(centre.x), round(centre.y + step * 3.1 * unit))
        pygame.draw.rect(on, ACCENT if step == 0 else TEXT_SECOND, body, border_radius=round(0.6 * unit))
        wing = pygame.Rect(0, 0, 8.0 * unit, 0.8 * unit)
        wing.center = body.center
        pygame.draw.rect(on, ACCENT if step == 0 else TEXT_SECOND, wing, border_radius=round(0.4 * unit))


def _present(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    """Draw a round picture with a tick in it."""
    pygame.draw.circle(on, TEXT_SECOND, centre, 4.6 * unit, width=max(1, round(0.7 * unit)))
    _line(on, ACCENT, [centre + pygame.Vector2(x * unit, y * unit) for x, y in ((-2.2, 0.2), (-0.6, 1.9), (2.4, -1.9))], 1.0 * unit)


def _hands(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    palm = pygame.Rect(0, 0, 4.2 * unit, 4.0 * unit)
    palm.center = (round(centre.x), round(centre.y + 2.2 * unit))
    pygame.draw.rect(on, (206, 160, 136), palm, border_radius=round(1.2 * unit))
    for step, height in ((-1.6, 3.6), (-0.55, 4.5), (0.55, 4.4), (1.6, 3.4)):
        _line(
            on,
            (206, 160, 136),
            [centre + pygame.Vector2(step * unit, 1.4 * unit), centre + pygame.Vector2(step * 1.15 * unit, (1.2 - height) * unit)],
            1.0 * unit,
        )
    _line(
        on, (206, 160, 136), [centre + pygame.Vector2(2.0 * unit, 3.0 * unit), centre + pygame.Vector2(3.6 * unit, 0.6 * unit)], 1.1 * unit
    )
    for x, y in ((-4.8, -1.0), (4.8, -2.4), (-4.2, 2.2), (5.4, 1.6)):
        pygame.draw.circle(on, ACCENT, centre + pygame.Vector2(x * unit, y * unit), 0.65 * unit)


def _gloves(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    white = (214, 218, 208)
    palm = pygame.Rect(0, 0, 4.4 * unit, 4.4 * unit)
    palm.center = (round(centre.x), round(centre.y + 1.0 * unit))
    pygame.draw.rect(on, white, palm, border_radius=round(1.2 * unit))
    cuff = pygame.Rect(0, 0, 5.0 * unit, 1.8 * unit)
    cuff.center = (round(centre.x), round(centre.y + 3.9 * unit))
    pygame.draw.rect(on, (184, 190, 180), cuff, border_radius=round(0.7 * unit))
    for step, height in ((-1.6, 3.4), (-0.55, 4.1), (0.55, 4.0), (1.6, 3.2)):
        _line(
            on,
            white,
            [centre + pygame.Vector2(step * unit, 0.4 * unit), centre + pygame.Vector2(step * 1.15 * unit, (0.4 - height) * unit)],
            1.05 * unit,
        )
    _line(on, white, [centre + pygame.Vector2(2.0 * unit, 1.8 * unit), centre + pygame.Vector2(3.8 * unit, -0.6 * unit)], 1.2 * unit)


def _drape(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    sheet = pygame.Rect(0, 0, 11.0 * unit, 8.0 * unit)
    sheet.center = (round(centre.x), round(centre.y))
    pygame.draw.rect(on, (28, 116, 126), sheet, border_radius=round(0.6 * unit))
    window = sheet.inflate(-5.6 * unit, -4.0 * unit)
    pygame.draw.rect(on, (198, 152, 124), window)
    pygame.draw.rect(on, (70, 168, 176), window, width=max(1, round(0.4 * unit)))
    for step in (-4.2, -3.4, 3.4, 4.2):
        _line(
            on,
            (20, 92, 102),
            [centre + pygame.Vector2(step * unit, -3.4 * unit), centre + pygame.Vector2(step * 0.94 * unit, 3.4 * unit)],
            0.22 * unit,
        )


def _film(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    sheet = [centre + pygame.Vector2(x * unit, y * unit) for x, y in ((-5.0, -3.6), (5.0, -3.6), (5.0, 2.0), (2.6, 3.8), (-5.0, 3.8))]
    pygame.draw.polygon(on, (206, 162, 108), sheet)
    pygame.draw.polygon(on, (236, 208, 168), [centre + pygame.Vector2(x * unit, y * unit) for x, y in ((5.0, 2.0), (2.6, 3.8), (2.8, 1.8))])
    _line(
        on,
        (246, 226, 196),
        [centre + pygame.Vector2(-3.8 * unit, 1.6 * unit), centre + pygame.Vector2(0.4 * unit, -2.6 * unit)],
        0.5 * unit,
    )


def _cover(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    arc = [centre + pygame.Vector2(3.8 * unit, 0).rotate(angle) for angle in range(-90, 91, 6)]
    _line(on, (118, 132, 141), arc, 1.1 * unit)
    bag = pygame.Rect(0, 0, 5.4 * unit, 3.4 * unit)
    bag.center = (round(centre.x - 0.4 * unit), round(centre.y - 3.0 * unit))
    pygame.draw.rect(on, (176, 212, 222), bag, border_radius=round(1.2 * unit))
    _line(
        on,
        TEXT,
        [pygame.Vector2(bag.left + unit, bag.top + 0.9 * unit), pygame.Vector2(bag.left + 3.2 * unit, bag.top + 0.9 * unit)],
        0.4 * unit,
    )
    tube = pygame.Rect(0, 0, 3.0 * unit, 2.4 * unit)
    tube.center = (round(centre.x), round(centre.y + 3.6 * unit))
    pygame.draw.rect(on, (90, 102, 110), tube, border_radius=round(0.6 * unit))


def _catheter(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    """Draw a coil of pale tube whose dark tip lies free."""
    tube, shade = (222, 226, 220), (120, 128, 132)
    turns = [
        centre + pygame.Vector2((3.2 + 0.12 * k) * math.cos(0.36 * k), (2.3 + 0.09 * k) * math.sin(0.36 * k)) * unit for k in range(42)
    ]
    end = [turns[-1], centre + pygame.Vector2(9.0, -3.2) * unit]
    for colour, width in ((shade, 1.15), (tube, 0.75)):
        _line(on, colour, [*turns, *end[1:]], width * unit)
    _line(on, (40, 46, 52), [end[1] + (end[0] - end[1]) * 0.35, end[1]], 0.8 * unit)


def _fresh(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    """Draw a coiled catheter in its opened pouch."""
    pouch = pygame.Rect(0, 0, 15.0 * unit, 8.8 * unit)
    pouch.center = (round(centre.x), round(centre.y))
    pygame.draw.rect(on, (92, 120, 132), pouch, border_radius=round(0.8 * unit))
    pygame.draw.rect(on, (150, 180, 190), pouch, max(1, round(0.35 * unit)), border_radius=round(0.8 * unit))
    for size in (3.4, 2.7):
        box = pygame.Rect(0, 0, 2.0 * size * unit, 1.7 * size * unit)
        box.center = pouch.center
        pygame.draw.ellipse(on, (228, 232, 226), box, max(1, round(0.5 * unit)))


def _chart(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    """Draw a clipboard with lines, one of them written on."""
    board = pygame.Rect(0, 0, 6.4 * unit, 8.6 * unit)
    board.center = (round(centre.x), round(centre.y))
    pygame.draw.rect(on, (214, 218, 208), board, border_radius=round(0.6 * unit))
    clip = pygame.Rect(0, 0, 2.8 * unit, 1.2 * unit)
    clip.midtop = (board.centerx, board.top - round(0.4 * unit))
    pygame.draw.rect(on, (98, 110, 118), clip, border_radius=round(0.4 * unit))
    for row, colour in enumerate(((150, 160, 164), ACCENT, (150, 160, 164), (150, 160, 164))):
        y = board.top + (2.4 + 1.5 * row) * unit
        _line(on, colour, [pygame.Vector2(board.left + unit, y), pygame.Vector2(board.right - unit * (1.0 + row % 2), y)], 0.5 * unit)


def _wound(on: pygame.Surface, centre: pygame.Vector2, unit: float) -> None:
    """Draw two open wounds and a way between them."""
    for x in (-5.2, 5.2):
        wound = pygame.Rect(0, 0, 6.0 * unit, 3.2 * unit)
        wound.center = (round(centre.x + x * unit), round(centre.y))
        pygame.draw.ellipse(on, (222, 182, 150), wound.inflate(1.2 * unit, 1.2 * unit))
        pygame.draw.ellipse(on, (176, 52, 50), wound)
    _line(on, ACCENT, [centre + pygame.Vector2(-1.6 * unit, -3.6 * unit), centre + pygame.Vector2(1.6 * unit, -3.6 * unit)], 0.6 * unit)
    tip = centre + pygame.Vector2(2.4 * unit, -3.6 * unit)
    pygame.draw.polygon(on, ACCENT, [tip, tip + pygame.Vector2(-1.4 * unit, -1.0 * unit), tip + pygame.Vector2(-1.4 * unit, 1.0 * unit)])


_SIGNS = {
    "talk": _talk, "hips": _hips, "roll": _roll, "level": _level, "hands": _hands, "gloves": _gloves, "drape": _drape, "film": _film,
    "cover": _cover, "present": _present, "catheter": _catheter, "fresh": _fresh, "chart": _chart,
    "wound": _wound,
}  # fmt: skip
