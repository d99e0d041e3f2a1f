"""The back's wound in the anchoring step as it is painted, and the lines of catheter, wire and thread on it. Values chosen by eye."""

import math
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from game.operation.anchoring.sight import AnchoringSight, Place
from game.view.field.wound import Bleed, Layers, Spot, WoundLook

Line = NDArray[np.float64]
CELL_MM, HALF_MM = 2.0, 60.0
PACE_MM, DEPTH_STEP_MM = 6.0, 0.5
"""The painted line grows by so much at once, and its depths change in such steps: a repaint costs."""
SCRATCH_MM, CUT_MM, DEEP_MM, HELD_MM = 1.0, 4.0, 8.0, 24.0
"""How wide a scratch, skin that is cut through, a wound down to the fascia, and one that is held open gape."""
SLENDER = 0.5
"""An opening is at most so wide for its length."""
BRISK_ML_PER_MIN = 3.5
SINKS = 0.55
"""The camera looks down on the back: the floor of the opening is seen so far on the way from the cut to where the needle leaves it."""
NEARLY_MM = 0.6
"""A blade so near the fascia has bared it (as the model)."""
SWEPT_FROM_EXIT_MM, SWEPT_MM, SECTORS = 7.0, 4.6, 12
BURN_MM, CHAR, HOLE_MM = 1.1, 0.45, 1.0
DAMMED, POOLS = (-0.70, 0.714), 0.55
"""Which way is up for blood, and how much of it is painted: blades and the hand dam the lower edge, so that 4 mL hide the floor."""
OOZE, DRY_OOZE = 0.28, 0.16
LOOP_AT_MM, MOST_PULL_MM = 34.0, 28.0
BOW_MM, BOW_RAD = 9.0, 2.7
RING_APART_MM, IN_HUB_MM = 1.6, 8.0
MOST_TURNS = 3.0
BITE_HALF_MM = 2.4
HUB_MM, WINGS_FROM_MM, WINGS_MM, HUB_HALF_MM = (-4.0, 19.0), 3.0, 16.0, 5.0
"""What the hub hides, along it as it is drawn and to either side, with room for what wells up there."""
CINCHED_MM = 2.4


def cells_cut(sight: AnchoringSight) -> list[int]:
    """Return the cells of the incision that the blade has touched."""
    return [index for index, depth in enumerate(sight.cut) if depth > 0.0]


def cut_ends_mm(sight: AnchoringSight) -> tuple[float, float] | None:
    """Return where the incision begins and ends along the body, or None before it; once it is held open, of what is through the skin."""
    cells = [index for index in cells_cut(sight) if not sight.retracted or sight.cut[index] >= sight.skin_mm]
    return (CELL_MM * cells[0] - HALF_MM, CELL_MM * (cells[-1] + 1) - HALF_MM) if cells else None


def wound_of(sight: AnchoringSight, fascia_mm: float) -> WoundLook | None:
    """Return the wound as it looks, or None before the first cut.

    Args:
        sight: What is seen.
        fascia_mm: Depth of the fascia here, for the painter; it shows where it is reached.
    """
    ends = cut_ends_mm(sight)
    if ends is None or sight.cut_y is None:
        return None
    if sight.retracted:
        low, high = ends[0] + 0.5 * CELL_MM, ends[1] - 0.5 * CELL_MM
        y = floor_y(sight, sight.cut_y)
    else:
        low, high = PACE_MM * math.floor(ends[0] / PACE_MM), PACE_MM * math.ceil(ends[1] / PACE_MM)
        y = round(sight.cut_y, 1)
    if high - low < CELL_MM:
        high = low + CELL_MM
    xs = np.linspace(low, high, round((high - low) / (0.5 * PACE_MM)) + 1)
    depths = np.interp(xs, CELL_MM * (np.arange(len(sight.cut)) + 0.5) - HALF_MM, sight.cut)
    if not sight.retracted:
        depths[[0, -1]] = 0.0
    depths = DEPTH_STEP_MM * np.round(depths / DEPTH_STEP_MM)
    return WoundLook(
        tuple((round(float(x), 1), y) for x in xs),
        tuple(fascia_mm if d >= fascia_mm - NEARLY_MM else float(d) for d in depths),
        Layers(sight.skin_mm, 0.0, fascia_mm),
        gape_mm=min(_gape_mm(sight, fascia_mm), SLENDER * (high - low)),
        retracted=sight.retracted,
        cleared=tuple(_sector(sight.exit_xy, k) for k in sight.cleared),
        slits=_slits(sight.fascia_cut, y),
        blood_ml=round(POOLS * sight.blood_ml, 2),
        bleeds=tuple(Bleed(round(bx, 1), round(by, 1), round(min(1.0, rate / BRISK_ML_PER_MIN), 1)) for bx, by, rate in sight.bleeding),
        ooze=OOZE if sight.blood_ml > 0.3 else DRY_OOZE,
        burns=tuple(Spot(bx, by, BURN_MM, CHAR) for bx, by in sight.burns),
        punctures=(Spot(round(sight.exit_xy[0], 1), round(sight.exit_xy[1], 1), HOLE_MM),),
        up=DAMMED,
    )


def floor_y(sight: AnchoringSight, cut_y: float) -> float:
    """Return the height on the field of the middle of a wound that is held open, mm."""
    return round(cut_y + SINKS * (sight.exit_xy[1] - cut_y), 1)


def under_hub(sight: AnchoringSight, place: Place) -> bool:
    """Return whether the needle's hub or its wings hide a place."""
    x, y = place[0] - sight.hub_xy[0], place[1] - sight.hub_xy[1]
    along, across = x * sight.way[0] + y * sight.way[1], abs(x * sight.way[1] - y * sight.way[0])
    return HUB_MM[0] <= along <= HUB_MM[1] and across <= (WINGS_MM if along > WINGS_FROM_MM else HUB_HALF_MM)


def _gape_mm(sight: AnchoringSight, fascia_mm: float) -> float:
    deepest = max(sight.cut)
    if sight.retracted:
        return HELD_MM
    if deepest < sight.skin_mm:
        return SCRATCH_MM
    return DEEP_MM if deepest > 0.7 * fascia_mm else CUT_MM


def _sector(exit_xy: Place, sector: int) -> Spot:
    turn = (sector + 0.5) * 2.0 * math.pi / SECTORS - math.pi
    x, y = exit_xy[0] + SWEPT_FROM_EXIT_MM * math.cos(turn), exit_xy[1] + SWEPT_FROM_EXIT_MM * math.sin(turn)
    return Spot(round(x, 1), round(y, 1), SWEPT_MM)


def _slits(cells: tuple[int, ...], y_mm: float) -> tuple[tuple[float, float, float, float], ...]:
    """Return one slit for each run of neighbouring cells."""
    found = []
    for _, run in groupby(enumerate(sorted(cells)), lambda pair: pair[1] - pair[0]):
        members = [cell for _, cell in run]
        found.append((CELL_MM * members[0] - HALF_MM, y_mm, CELL_MM * (members[-1] + 1) - HALF_MM, y_mm))
    return tuple(found)


def open_at(sight: AnchoringSight, x_mm: float) -> bool:
    """Return whether the skin is open at a place along the body."""
    index = int((x_mm + HALF_MM) // CELL_MM)
    return 0 <= index < len(sight.cut) and sight.cut[index] >= sight.skin_mm


def beyond(place: Place, way: Place, reach_mm: float) -> Place:
    """Return the place so far along a direction."""
    return (place[0] + reach_mm * way[0], place[1] + reach_mm * way[1])


def curve(start: Place, out: Place, end: Place, last: Place, pull_mm: float, steps: int = 40) -> Line:
    """Return a soft line (a cubic Bezier) that leaves one place and comes to another in given directions, shape (steps, 2)."""
    t = np.linspace(0.0, 1.0, steps)[:, None]
    a, d = np.array(start), np.array(end)
    b, c = a + pull_mm * np.array(out), d - pull_mm * np.array(last)
    return np.asarray((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)


def free_line(sight: AnchoringSight, hand_xy: Place | None) -> Line:
    """Return the catheter from the fascia to its free end, shape (n, 2): straight while it is pulled, in rings where it is looped."""
    straight = 60.0 if sight.needle_in else 26.0
    if sight.needle_in:
        straight = math.dist(sight.exit_xy, sight.hub_xy) + 14.0
    if hand_xy is not None and sight.holding == "tug":
        held = beyond(sight.exit_xy, sight.way, max(math.dist(hand_xy, sight.exit_xy), 8.0))
        parts = [np.array([sight.exit_xy, held])]
        start, heading = held, sight.way
    elif sight.looped_mm > 0.0 and sight.loop_radius_mm > 0.0:
        ring = _rings(sight, beyond(sight.exit_xy, sight.way, LOOP_AT_MM))
        parts = [np.array([sight.exit_xy, beyond(sight.exit_xy, sight.way, LOOP_AT_MM - 2.0)]), ring]
        last = ring[-1] - ring[-2]
        length = max(float(np.hypot(*last)), 1e-6)
        start, heading = (float(ring[-1, 0]), float(ring[-1, 1])), (float(last[0]) / length, float(last[1]) / length)
    else:
        start, heading = beyond(sight.exit_xy, sight.way, straight), sight.way
        parts = [np.array([sight.exit_xy, start])]
    end = hand_xy if hand_xy is not None and sight.holding == "loop" else sight.end_xy
    if sight.fallen:
        end = (sight.end_xy[0] + 4.0 * end_side(sight), sight.end_xy[1] - 30.0)
    side = end_side(sight)
    if (end[0] - start[0]) * heading[0] + (end[1] - start[1]) * heading[1] < 0.0:
        bow, start, heading = _turned_back(start, heading)
        parts.append(bow)
    pull = min(MOST_PULL_MM, max(6.0, 0.6 * math.dist(start, end)))
    return np.concatenate([*parts, curve(start, heading, end, (0.3 * side, -0.95) if sight.fallen else (0.6 * side, -0.8), pull)[1:]])


def outside_needle(sight: AnchoringSight, line: Line) -> tuple[Line, float]:
    """Return what of the catheter's line, shape (n, 2), is seen, and how much of its beginning is not, mm: the needle covers it."""
    if not sight.needle_in:
        return line, 0.0
    covered = math.dist(sight.exit_xy, sight.hub_xy) + IN_HUB_MM
    runs = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    start = [[np.interp(covered, runs, line[:, k]) for k in (0, 1)]]
    return np.concatenate([start, line[runs > covered]]), covered


def _turned_back(start: Place, heading: Place) -> tuple[Line, Place, Place]:
    """Return a wide bow, right about, with which the catheter turns back to an end that lies behind, and where it leads to."""
    across = (heading[1], -heading[0])
    turns = np.linspace(0.0, BOW_RAD, 24)[1:, None]
    bow = np.array(start) + BOW_MM * (np.sin(turns) * np.array(heading) + (1.0 - np.cos(turns)) * np.array(across))
    c, s = math.cos(BOW_RAD), math.sin(BOW_RAD)
    return bow, (float(bow[-1, 0]), float(bow[-1, 1])), (c * heading[0] + s * across[0], c * heading[1] + s * across[1])


def end_side(sight: AnchoringSight) -> float:
    """Return on which side of the fascia's hole the free end lies: 1 right, -1 left."""
    return 1.0 if sight.end_xy[0] >= sight.exit_xy[0] else -1.0


def _rings(sight: AnchoringSight, start: Place) -> Line:
    """Return the loop, left about from where the catheter runs, each ring a little wider than the last."""
    radius = max(sight.loop_radius_mm, 2.0)
    turns = min(sight.looped_mm / (2.0 * math.pi * radius), MOST_TURNS)
    across = (-sight.way[1], sight.way[0])
    t = np.linspace(0.0, 2.0 * math.pi * turns, max(12, round(48 * turns)))
    grown = radius + RING_APART_MM * t / (2.0 * math.pi)
    middle = np.array(beyond(start, across, radius))
    return np.asarray(middle + grown[:, None] * (np.sin(t)[:, None] * np.array(sight.way) - np.cos(t)[:, None] * np.array(across)))


def purse_bites(sight: AnchoringSight) -> list[tuple[Place, Place]]:
    """Return where each bite of the purse-string goes in and comes out, gathered towards the exit once it is drawn tight."""
    gather = CINCHED_MM if sight.tied else 0.0
    drawn = min(1.0, sight.drawing_mm / 24.0) if sight.holding == "ends" else 0.0
    found = []
    for x, y in sorted(sight.bites, key=lambda p: math.atan2(p[1] - sight.exit_xy[1], p[0] - sight.exit_xy[0])):
        away = max(math.dist((x, y), sight.exit_xy), 0.5)
        ux, uy = (x - sight.exit_xy[0]) / away, (y - sight.exit_xy[1]) / away
        near = min(away, gather) if sight.tied else away - drawn * max(0.0, away - CINCHED_MM)
        half = BITE_HALF_MM * (0.4 + 0.6 * near / away)
        middle = beyond(sight.exit_xy, (ux, uy), near)
        found.append((beyond(middle, (uy, -ux), half), beyond(middle, (-uy, ux), half)))
    return found


def eyelets(sight: AnchoringSight) -> list[tuple[Place, Place]]:
    """Return the stitches of the anchor, as many as it has: on one side, on the other, then at its tail."""
    turn = math.radians(sight.anchor_turn_deg)
    along = (
        sight.way[0] * math.cos(turn) - sight.way[1] * math.sin(turn),
        sight.way[0] * math.sin(turn) + sight.way[1] * math.cos(turn),
    )
    across = (-along[1], along[0])
    places = [(0.0, -1.0), (0.0, 1.0), (5.0, 1.0), (5.0, -1.0)]
    found = []
    for far, side in places[: min(sight.anchor_stitches, len(places))]:
        eye = beyond(beyond(sight.anchor_xy, along, far), across, 4.4 * side)
        found.append((eye, beyond(eye, across, 5.0 * side)))
    return found
