"""The ground of an open wound: how deep it is, what lies bare, what shades it, where blood stands. Values chosen by eye."""

from dataclasses import dataclass

import cv2
import numpy as np

from game.view.field.light import Lamp
from game.view.field.plane import Float32, Plane
from game.view.field.wound_look import Bleed, Spot, WoundLook, along_line, edge_mm
from game.view.field.wound_tissue import Tissue, part_of

Part = tuple[slice, slice]
LIP_MM = 0.85
OUTLINE_MM = 0.3
LEVEL_STEP_MM = 0.2
OVERHANG_RUN_MM = 4.2
MUSCLE_MM = 1.9
SLIT_GAPE = 0.16
RUNNEL_STEP_MM = 0.8
RUNNEL_STEPS = 60


@dataclass(frozen=True, slots=True)
class Ground:
    """What the wound lays bare, float32, each of the tissue's shape.

    Attributes:
        shape_mm: Distance inside the edge that the skin would have if it were cut through everywhere, negative outside.
        edge_mm: Distance inside the skin's edge, negative outside: where the cut is shallow, it gapes less.
        along: Place along the cut, 0 to 1.
        wall_mm: Depth below the skin without lumps.
        height_mm: Height over the skin's own, 0 outside the wound.
        fat: Share of fat, from below the skin's own white cut edge.
        floor: Share of fascia.
        muscle: Share of muscle, in the slits.
    """

    shape_mm: Float32
    edge_mm: Float32
    along: Float32
    wall_mm: Float32
    height_mm: Float32
    fat: Float32
    floor: Float32
    muscle: Float32


def bare_ground(tissue: Tissue) -> Ground:
    """Return the ground before any cut."""
    shape = tissue.plane.shape
    outside = (np.full(shape, -1e3, np.float32) for _ in range(2))
    return Ground(*outside, *(np.zeros(shape, np.float32) for _ in range(6)))


def outline(ground: Ground, tissue: Tissue, look: WoundLook, part: Part) -> None:
    """Bring the opening's edge in a part up to date with a look."""
    box = (part[1].start, part[0].start, part[1].stop, part[0].stop)
    plane = part_of(tissue.plane, box)
    shrink = max(int(OUTLINE_MM / plane.mm_per_px), 1)
    width, height = -(-plane.width_px // shrink), -(-plane.height_px // shrink)
    # The edge is smooth: found on fewer places, it costs a tenth. Places lie as `cv2.resize` takes them.
    x = ((np.arange(width) + 0.5) * plane.width_px / width - 0.5 - (plane.width_px - 1) / 2) * plane.mm_per_px + plane.centre_mm[0]
    y = ((plane.height_px - 1) / 2 - (np.arange(height) + 0.5) * plane.height_px / height + 0.5) * plane.mm_per_px + plane.centre_mm[1]
    found = edge_mm(look, x.astype(np.float32)[None, :], y.astype(np.float32)[:, None])
    size = (plane.width_px, plane.height_px)
    edge, ground.along[part] = (np.asarray(cv2.resize(f, size, interpolation=cv2.INTER_LINEAR), np.float32) for f in found)
    waves = np.float32(min(1.0, look.gape_mm / 7.0)) * np.clip((edge + 5.0) / 4.0, 0.0, 1.0)
    ground.shape_mm[part] = edge + tissue.wave[part] * waves


def dig(ground: Ground, tissue: Tissue, look: WoundLook, part: Part, pocket_mm: Float32 | None) -> None:
    """Bring a part of the ground up to date with a look; `pocket_mm` is the distance inside the pocket's outline."""
    columns, rows = tissue.plane.axes_mm()
    x, y = columns[:, part[1]], rows[part[0]]
    fascia, skin = look.layers.fascia_mm, look.layers.fat_mm
    reach = np.minimum(np.interp(ground.along[part], _parts(look), look.depths_mm), fascia).astype(np.float32)
    through = np.sqrt(np.clip(reach / (0.8 * skin), 0.0, 1.0))
    edge = np.asarray(ground.shape_mm[part] - (1.0 - through) * (look.gape_mm / 2 + 0.3), np.float32)
    ground.edge_mm[part] = edge
    lip = min(LIP_MM, 0.16 * look.gape_mm + 0.05)
    run = np.maximum(np.minimum(0.40 * reach, 0.27 * look.gape_mm), 2.0) if look.retracted else np.float32(0.42 * look.gape_mm)
    if pocket_mm is not None:
        run = run + (OVERHANG_RUN_MM - run) * np.clip(pocket_mm[part] / 6.0, 0.0, 1.0)
    down = 1.0 - (1.0 - np.clip((edge - lip) / run, 0.0, 1.0)) ** 2.2
    wall = np.minimum(reach, skin) * np.clip(edge / lip, 0.0, 1.0) ** 0.7 + np.maximum(reach - skin, 0.0) * down
    fat = np.clip((edge - lip * 0.9) / 0.22, 0.0, 1.0) * np.clip((reach - skin) / 0.5, 0.0, 1.0)
    left = np.clip((tissue.patchy[part] + 0.15) * 3.0, 0.0, 1.0) * (1.0 - spots(look.cleared, x, y, 2.2))
    floor = np.clip((wall - fascia + 0.75) / 0.6, 0.0, 1.0) * fat
    bare = floor * (1.0 - left)
    muscle = _slits(look, x, y) * floor
    domes = tissue.lobules[part] - 0.55 + 0.22 * tissue.tone[part]
    lumps = domes * (2.5 - 1.6 * floor) + (tissue.lobulets[part] - 0.5) * (0.5 - 0.45 * floor) + 0.4 * floor
    fibres = tissue.fibre[part] * 0.045 + tissue.patchy[part] * 0.20
    pits = spots(look.punctures, x, y, 0.35) * 0.9
    chars = spots(look.burns, x, y, 0.8) * (0.25 + 0.5 * tissue.lobulets[part])
    ground.wall_mm[part] = wall
    ground.fat[part] = fat
    ground.floor[part] = bare
    ground.muscle[part] = muscle
    relief = fat * (1.0 - bare) * lumps + bare * (fibres * (1.0 - muscle) + muscle * (0.3 * tissue.strand[part] - MUSCLE_MM))
    ground.height_mm[part] = relief - wall - np.clip(edge, 0.0, 1.0) * (pits + chars)


def _parts(look: WoundLook) -> Float32:
    points = np.asarray(look.line_mm)
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    return np.asarray(way / max(way[-1], 1e-6), np.float32)


def _slits(look: WoundLook, x: Float32, y: Float32) -> Float32:
    """Return how much muscle shows, 0 to 1: each slit gapes by a part of its length."""
    out = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32)
    for x0, y0, x1, y1 in look.slits:
        length = max(float(np.hypot(x1 - x0, y1 - y0)), 0.1)
        place, away = along_line(((x0, y0), (x1, y1)), x, y)
        half = np.clip(SLIT_GAPE * length, 0.5, 5.0) * np.clip(1.0 - (2.0 * place / length - 1.0) ** 2, 0.0, 1.0)
        out = np.maximum(out, np.clip((half - away) / 0.7 + 0.5, 0.0, 1.0) * (half > 0.0))
    return np.asarray(out, np.float32)


def spots(places: tuple[Spot, ...], x: Float32, y: Float32, soft_mm: float) -> Float32:
    """Return how much round places cover, 0 to 1."""
    out = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32)
    for spot in places:
        away = np.hypot(x - spot.x_mm, y - spot.y_mm)
        ragged = 0.12 * min(spot.radius_mm, 2.5) * (np.sin(x * 2.1 + spot.y_mm) + np.sin(y * 2.7 + spot.x_mm))
        out = np.maximum(out, np.clip((spot.radius_mm + ragged - away) / soft_mm + 0.5, 0.0, 1.0) * spot.strength)
    return np.asarray(out, np.float32)


def pocket_distance(look: WoundLook, tissue: Tissue) -> Float32 | None:
    """Return the distance inside the pocket's outline, negative outside, mm, or None without a pocket."""
    if len(look.pocket_mm) < 3:
        return None
    small = _quarter(tissue.plane)
    mask = np.zeros(small.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(small.to_px(np.array(look.pocket_mm))).astype(np.int32)], 255)
    away = cv2.distanceTransform(mask, cv2.DIST_L2, 3) - cv2.distanceTransform(255 - mask, cv2.DIST_L2, 3)
    return np.asarray(cv2.resize(away * small.mm_per_px, tissue.plane.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _quarter(plane: Plane) -> Plane:
    width, height = max(plane.width_px // 4, 2), max(plane.height_px // 4, 2)
    return Plane(width, height, plane.mm_per_px * plane.width_px / width, plane.centre_mm)


HEADS = ((0.0, 0.40), (-0.18, 0.62), (0.22, 0.80))
"""Heads of the surgical lamp: each turned aside by the first, the slope of its light times the second. Many heads leave soft shadows."""


def cast_shadow(height_mm: Float32, plane: Plane, lamp: Lamp) -> Float32:
    """Return how much of the lamp's light reaches each place over the edges round it, 0 to 1, on the smaller plane.

    Args:
        height_mm: On the smaller plane.
        plane: The smaller plane.
        lamp: Its key direction points to the lamp; picture axes.
    """
    out = np.zeros(plane.shape, np.float32)
    for aside, steep in HEADS:
        x, y = lamp.key[0] / lamp.key[2] * steep + aside, lamp.key[1] / lamp.key[2] * steep
        flat = max(float(np.hypot(x, y)), 1e-3)
        deepest = float(height_mm.max() - height_mm.min())
        far = min(deepest * flat, 30.0) / plane.mm_per_px
        above = np.zeros(plane.shape, np.float32)
        count = int(np.clip(far, 2, 9))
        for step in range(1, count + 1):
            reach = far * step / count
            move = np.array([[1.0, 0.0, -x / flat * reach], [0.0, 1.0, -y / flat * reach]], np.float32)
            seen = cv2.warpAffine(height_mm, move, plane.shape[::-1], flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            np.maximum(above, seen - height_mm - np.float32(reach * plane.mm_per_px / flat), out=above)
        out += 1.0 - np.clip(above / 1.6, 0.0, 1.0)
    return np.asarray(cv2.GaussianBlur(out / len(HEADS), (0, 0), max(0.7 / plane.mm_per_px, 0.6)), np.float32)


def hollow(height_mm: Float32, plane: Plane) -> Float32:
    """Return the room's light left in the wound, 0 to 1, on the smaller plane; `height_mm` is over the skin's own."""
    out = np.ones(plane.shape, np.float32)
    for sigma, weight in ((1.2, 0.080), (3.0, 0.040), (8.0, 0.022)):
        out -= weight * np.clip(cv2.GaussianBlur(height_mm, (0, 0), sigma / plane.mm_per_px) - height_mm, -1.0, 12.0)
    return np.asarray(np.clip(out, 0.40, 1.08), np.float32)


def blood_level(potential_mm: Float32, edge_mm_: Float32, plane: Plane, ml: float) -> tuple[float, float]:
    """Return the potential up to which blood fills the wound, and what runs over its lowest edge, mL.

    Args:
        potential_mm: Height against gravity, on the smaller plane.
        edge_mm_: Distance inside the skin's edge there.
        plane: The smaller plane.
        ml: Blood in the wound.
    """
    within = edge_mm_ > 0.2
    if ml <= 0.0 or not within.any():
        return -1e6, 0.0
    heights = np.sort(potential_mm[within])
    heights = np.append(heights, heights[-1] + 60.0)
    rim = potential_mm[(edge_mm_ > -1.5) & (edge_mm_ <= 0.2)]
    lowest = float(rim.min()) if len(rim) else float(heights[-1])
    cell = plane.mm_per_px**2 / 1000.0
    filled = (heights * np.arange(1, len(heights) + 1) - np.cumsum(heights)) * cell
    level = float(np.interp(ml, filled, heights))
    if level <= lowest:
        return round(level / LEVEL_STEP_MM) * LEVEL_STEP_MM, 0.0  # in steps, so that a small change elsewhere repaints no blood
    return lowest, ml - float(np.interp(lowest, heights, filled))


def runnel(potential_mm: Float32, plane: Plane, start_mm: tuple[float, float], level: float) -> Float32:
    """Return the way of blood downhill from a place to the level at which it stands, points in mm, shape (n, 2)."""
    down_y, down_x = (np.asarray(np.gradient(potential_mm, plane.mm_per_px, axis=k)) for k in (0, 1))
    place = np.array(start_mm, dtype=np.float64)
    way, course = [place.copy()], np.array([0.0, -1.0])
    for _ in range(RUNNEL_STEPS):
        column, row = np.round(plane.to_px(place)).astype(int).tolist()
        if not (0 <= column < plane.width_px and 0 <= row < plane.height_px) or potential_mm[row, column] < level:
            break
        slope = np.array([-down_x[row, column], down_y[row, column]])
        course = 0.55 * course + slope / max(float(np.hypot(*slope)), 0.15)
        course /= max(float(np.hypot(*course)), 1e-6)
        place = place + RUNNEL_STEP_MM * course
        way.append(place.copy())
    points = np.asarray(way, np.float32)
    steps = np.arange(len(points), dtype=np.float32)
    points[:, 0] += (0.28 * np.sin(0.55 * steps + points[0, 0]) + 0.12 * np.sin(1.7 * steps + points[0, 1])) * np.minimum(steps / 4.0, 1.0)
    return points


def spill(x_mm: float, y_mm: float, ml: float) -> dict[Bleed, Float32]:
    """Return the course of blood that runs over the wound's lowest edge onto the skin, mm."""
    steps = np.arange(4.0 + 10.0 * min(ml, 2.0))
    wander = 0.5 * np.sin(0.35 * steps + x_mm) + 0.25 * np.sin(0.9 * steps + y_mm)
    way = np.stack([x_mm + wander - wander[0], y_mm - 0.9 * steps], axis=-1).astype(np.float32)
    return {Bleed(x_mm, y_mm, min(0.25 + 0.4 * ml, 1.0)): way}
