"""The antiseptic applicator: a sponge that wets, rubs, dries out and gets dirty, on skin divided into cells.

Lengths are mm on the unrolled skin: x along the body, y the arc across it. Arrays have the shape
(rows, columns) of a `Grid`; row 0 is its top, where y is greatest.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.instruments.equipment import ApplicatorSpec

Flags: TypeAlias = NDArray[np.bool_]
Counts: TypeAlias = NDArray[np.int64]
Window: TypeAlias = tuple[slice, slice]

SPEED_MM_PER_TICK = 7.5  # 0.9 m/s: as fast as a wet sponge follows a hand (expert judgement)
WETTING_PER_TICK = 0.15  # a sweep of half a metre a second leaves four fifths of a full film (expert judgement)
STREAKING_SHARE = 0.1  # below this share of its load the sponge leaves less and less (expert judgement)
FRICTION_PER_HAND_S = 6.0  # a second of scrubbing hand stands for six of friction (simulator tolerance)
SWEEP_MM = 10.0  # the least motion over a cell, along or across the body, that is a pass: one cell (simulator tolerance)
PENDING_LIMIT_S = 3.0  # friction that a reversal may still earn; long glides earn no more (simulator tolerance)
PASSES_NEEDED = 3  # reversing passes that a cell needs (simulator tolerance)
FILM_NEEDED = 0.5  # share of a full film that colours a cell enough (simulator tolerance)
BED_MM = 1e6  # stands for the bed, which is dirt without end: further than any skin
RETURN_MM = 180.0  # coming back from unprepared skin by more than two short strokes (simulator tolerance)
FILM = {"chlorhexidine": 1.0, "iodine": 1.5}  # watery iodine dries in 3 min where alcohol takes 2 (expert judgement)


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells on the unrolled skin.

    Attributes:
        left_mm, top_mm: Outer corner of cell (0, 0).
    """

    left_mm: float
    top_mm: float
    rows: int
    columns: int
    cell_mm: float = 10.0

    def centres(self) -> tuple[Array, Array]:
        """Return x of the columns and y of the rows, shapes (columns,) and (rows,)."""
        across: Array = self.left_mm + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.cell_mm
        arcs: Array = self.top_mm - (np.arange(self.rows, dtype=np.float64) + 0.5) * self.cell_mm
        return across, arcs


@dataclass
class SkinCells:
    """What each cell of skin remembers.

    Attributes:
        dry_s: Seconds in which a full film dries there.
        pool: Films that collect there when it is wetted; 1 where nothing pools.
        wet: Films that lay there at `wetted_s`, the theatre second of the last wetting.
        tint: Greatest share of a film that ever lay there: the stain.
        passes: Reversing passes made with agent.
        sweep_x_mm, sweep_y_mm: Motion of the present pass over the cell.
        pending_s: Friction of the present pass, earned when it reverses.
        friction_s: Friction earned, in seconds of sponge contact.
    """

    dry_s: Array
    pool: Array
    wet: Array
    wetted_s: Array
    tint: Array
    passes: Counts
    sweep_x_mm: Array
    sweep_y_mm: Array
    pending_s: Array
    friction_s: Array


@dataclass
class Sponge:
    """The applicator in the hand.

    Attributes:
        agent: `chlorhexidine`, `iodine`, or "" when none was opened.
        full_ml: What it held when it was opened.
        cell_ml: What a full film takes on one cell.
        load_ml: What it still holds.
        width_mm, length_mm: Of the foam: across a stroke along x, and along it.
        x_mm, y_mm: Middle of the foam.
        turn_deg: Turn of its width from the y axis.
        touching: Whether it lies on the skin.
        reach_mm: Farthest from the incisions that it touched skin that was not prepared.
        soiling: Whether it is on prepared skin now, back from dirty skin.
    """

    agent: str = ""
    full_ml: float = 1.0
    cell_ml: float = 0.0
    load_ml: float = 0.0
    width_mm: float = 50.0
    length_mm: float = 30.0
    x_mm: float = 0.0
    y_mm: float = 0.0
    turn_deg: float = 0.0
    touching: bool = False
    reach_mm: float = 0.0
    soiling: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What does not change about the cells.

    Attributes:
        body: Whether there is skin that a hand can reach; elsewhere is bed.
        distance_mm: To the nearest planned incision.
    """

    body: Flags
    distance_mm: Array


def fresh_sponge(agent: str, spec: ApplicatorSpec, turn_deg: float = 0.0, cell_mm: float = 10.0) -> Sponge:
    """Return a full applicator; one covers the square that its maker states."""
    return Sponge(
        agent=agent,
        full_ml=spec.volume_ml,
        cell_ml=spec.volume_ml * (cell_mm / spec.area_side_mm) ** 2,
        load_ml=spec.volume_ml,
        width_mm=spec.sponge_width_mm,
        length_mm=spec.sponge_length_mm,
        turn_deg=turn_deg,
    )


def bare_skin(dry_s: Array, pool: Array) -> SkinCells:
    """Return skin that nothing has touched."""

    def zeros() -> Array:
        return np.zeros_like(dry_s)

    return SkinCells(
        dry_s=dry_s.copy(),
        pool=pool.copy(),
        wet=zeros(),
        wetted_s=zeros(),
        tint=zeros(),
        passes=np.zeros(dry_s.shape, dtype=np.int64),
        sweep_x_mm=zeros(),
        sweep_y_mm=zeros(),
        pending_s=zeros(),
        friction_s=zeros(),
    )


def wetness(skin: SkinCells, now_s: float) -> Array:
    """Return the films that still lie on each cell, by evaporation at a constant rate."""
    return np.maximum(0.0, skin.wet - np.maximum(0.0, now_s - skin.wetted_s) / skin.dry_s)


def prepared(skin: SkinCells) -> Flags:
    """Return where agent was rubbed in to and fro often enough."""
    return (skin.passes >= PASSES_NEEDED) & (skin.tint >= FILM_NEEDED)


def footprint(grid: Grid, sponge: Sponge, motion_mm: tuple[float, float] = (0.0, 0.0)) -> tuple[Window, Flags] | None:
    """Return the window of cells round the sponge and which of them it covers; None when it is off the grid.

    A motion is judged half-way, so that going and coming back touch the same cells.
    """
    middle_x_mm, middle_y_mm = sponge.x_mm - 0.5 * motion_mm[0], sponge.y_mm - 0.5 * motion_mm[1]
    reach_mm = math.hypot(sponge.length_mm, sponge.width_mm) / 2.0
    first_column, last_column = _span((middle_x_mm - grid.left_mm) / grid.cell_mm, reach_mm / grid.cell_mm, grid.columns)
    first_row, last_row = _span((grid.top_mm - middle_y_mm) / grid.cell_mm, reach_mm / grid.cell_mm, grid.rows)
    if first_column >= last_column or first_row >= last_row:
        return None
    across = grid.left_mm + (np.arange(first_column, last_column) + 0.5) * grid.cell_mm - middle_x_mm
    up = grid.top_mm - (np.arange(first_row, last_row) + 0.5) * grid.cell_mm - middle_y_mm
    turn_rad = math.radians(sponge.turn_deg)
    cos, sin = math.cos(turn_rad), math.sin(turn_rad)
    wide = np.abs(up[:, None] * cos - across[None, :] * sin)
    long = np.abs(up[:, None] * sin + across[None, :] * cos)
    under = (wide <= sponge.width_mm / 2.0) & (long <= sponge.length_mm / 2.0)
    return (slice(first_row, last_row), slice(first_column, last_column)), under


def _span(middle: float, reach: float, count: int) -> tuple[int, int]:
    return max(0, math.floor(middle - reach)), min(count, math.ceil(middle + reach))


def follow(sponge: Sponge, x_mm: float, y_mm: float) -> tuple[float, float]:
    """Move the sponge one tick towards the hand; return its motion in mm."""
    dx, dy = x_mm - sponge.x_mm, y_mm - sponge.y_mm
    length = math.hypot(dx, dy)
    share = min(1.0, SPEED_MM_PER_TICK / length) if length > 0.0 else 0.0
    sponge.x_mm += dx * share
    sponge.y_mm += dy * share
    return dx * share, dy * share


def scrub(
    skin: SkinCells, sponge: Sponge, grid: Grid, ground: Ground, motion_mm: tuple[float, float], now_s: float, contact_s: float
) -> bool:
    """Rub the cells under the sponge for one tick.

    Args:
        skin: Is changed.
        sponge: Is changed.
        grid: Where the cells are.
        ground: What the cells belong to.
        motion_mm: How the sponge moved in this tick.
        now_s: Theatre second.
        contact_s: Friction seconds that this tick stands for.

    Returns:
        Whether the sponge came back on prepared skin just now, dirty from outside.
    """
    place = footprint(grid, sponge, motion_mm)
    if place is None:
        sponge.reach_mm = BED_MM if sponge.touching else sponge.reach_mm
        return False
    window, under = place
    under = under & ground.body[window]
    returned = _soil(skin, sponge, grid, ground, window, under)
    _wet(skin, sponge, window, under, now_s)
    _sweep(skin, window, under, motion_mm, contact_s)
    return returned


def _soil(skin: SkinCells, sponge: Sponge, grid: Grid, ground: Ground, window: Window, under: Flags) -> bool:
    """Pick dirt up from skin that is not prepared, and say whether it just came back to skin that is."""
    ready = prepared(_part(skin, window))
    distance_mm = ground.distance_mm[window]
    dirty = under & ~ready
    if _over_bed(sponge, grid, ground):
        sponge.reach_mm = BED_MM
    elif dirty.any():
        sponge.reach_mm = max(sponge.reach_mm, float(distance_mm[dirty].max()))
    soiling = bool((under & ready & (distance_mm < sponge.reach_mm - RETURN_MM)).any())
    returned = soiling and not sponge.soiling
    sponge.soiling = soiling
    return returned


def _over_bed(sponge: Sponge, grid: Grid, ground: Ground) -> bool:
    row = math.floor((grid.top_mm - sponge.y_mm) / grid.cell_mm)
    column = math.floor((sponge.x_mm - grid.left_mm) / grid.cell_mm)
    inside = 0 <= row < grid.rows and 0 <= column < grid.columns
    return inside and not bool(ground.body[row, column])


def _part(skin: SkinCells, window: Window) -> SkinCells:
    return SkinCells(
        skin.dry_s[window],
        skin.pool[window],
        skin.wet[window],
        skin.wetted_s[window],
        skin.tint[window],
        skin.passes[window],
        skin.sweep_x_mm[window],
        skin.sweep_y_mm[window],
        skin.pending_s[window],
        skin.friction_s[window],
    )


def _wet(skin: SkinCells, sponge: Sponge, window: Window, under: Flags, now_s: float) -> None:
    """Leave agent on the cells up to a full film, less from a sponge that runs dry."""
    part = _part(skin, window)
    fullness = min(1.0, sponge.load_ml / (STREAKING_SHARE * sponge.full_ml))
    film = FILM[sponge.agent]
    lying = wetness(part, now_s)
    added = np.where(under, np.maximum(0.0, fullness * film * part.pool - lying) * WETTING_PER_TICK, 0.0)
    used_ml = math.fsum(added.ravel().tolist()) * sponge.cell_ml / film
    added *= min(1.0, sponge.load_ml / used_ml) if used_ml > 0.0 else 0.0
    sponge.load_ml = max(0.0, sponge.load_ml - used_ml)
    wetted = added > 1e-3
    skin.wet[window] = np.where(wetted, lying + added, part.wet)
    skin.wetted_s[window] = np.where(wetted, now_s, part.wetted_s)
    skin.tint[window] = np.maximum(part.tint, np.where(wetted, np.minimum(1.0, (lying + added) / film), 0.0))


def _sweep(skin: SkinCells, window: Window, under: Flags, motion_mm: tuple[float, float], contact_s: float) -> None:
    """Count passes that reverse along x or y; a glide on in one direction, or a tremble in place, earns nothing."""
    dx, dy = motion_mm
    sweep_x, sweep_y = skin.sweep_x_mm[window], skin.sweep_y_mm[window]
    turned = under & (_reversed(sweep_x, dx) | _reversed(sweep_y, dy))
    earned = turned & (skin.tint[window] >= 0.05)
    skin.passes[window] += earned
    skin.friction_s[window] += np.where(earned, skin.pending_s[window], 0.0)
    kept_s = np.where(turned, 0.0, skin.pending_s[window])
    skin.pending_s[window] = np.where(under, np.minimum(PENDING_LIMIT_S, kept_s + contact_s), kept_s)
    skin.sweep_x_mm[window] = np.where(under, np.where(turned, 0.0, sweep_x) + dx, sweep_x)
    skin.sweep_y_mm[window] = np.where(under, np.where(turned, 0.0, sweep_y) + dy, sweep_y)


def _reversed(sweep_mm: Array, motion_mm: float) -> Flags:
    """Return where a motion turns back on a pass that was long enough."""
    back: Flags = (sweep_mm * motion_mm < 0.0) & (np.abs(sweep_mm) >= SWEEP_MM)
    return back


def wipe(skin: SkinCells, now_s: float) -> Flags:
    """Take wet agent off the skin; what was wet must be done again. Return where that was."""
    wet = wetness(skin, now_s) > 0.0
    skin.wet[wet] = 0.0
    skin.tint[wet] = 0.0
    skin.passes[wet] = 0
    skin.friction_s[wet] = 0.0
    return wet


def worst_area_friction_s(skin: SkinCells, planned: Flags, sponge_cells: float, side_cells: int = 33) -> float:
    """Return the friction of the least rubbed area that one applicator covers.

    Every 33 x 33 cm square of the grid that is at least half planned is an area; the friction of its planned
    cells, in seconds of the whole sponge, is scaled up to a full area.

    Args:
        skin: What was rubbed.
        planned: Cells that count.
        sponge_cells: Cells that a sponge covers at once.
        side_cells: Side of an area.
    """
    rubbed = _box_sums(np.where(planned, skin.friction_s, 0.0), side_cells)
    cells = _box_sums(planned.astype(np.float64), side_cells)
    full = float(min(side_cells, planned.shape[0]) * min(side_cells, planned.shape[1]))
    areas = cells >= 0.5 * min(full, float(cells.max()))
    if not cells.any():
        return 0.0
    return float((rubbed[areas] / cells[areas]).min()) * side_cells**2 / sponge_cells


def _box_sums(values: Array, side: int) -> Array:
    """Return the sum in every square of a side, or of the whole where the array is smaller."""
    rows, columns = min(side, values.shape[0]), min(side, values.shape[1])
    total = np.zeros((values.shape[0] + 1, values.shape[1] + 1))
    total[1:, 1:] = values.cumsum(axis=0).cumsum(axis=1)
    return total[rows:, columns:] - total[:-rows, columns:] - total[rows:, :-columns] + total[:-rows, :-columns]
