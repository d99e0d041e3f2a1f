"""The body as a grid of tissue labels, for pictures only: the same answers as `tissue`, found coarse to fine."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.patient import canal as canals
from game.patient import trunk as trunks
from game.patient.attenuation import BACKGROUND_WATER, basis_table, mu_per_mm, tissue_table
from game.patient.bones import Bones
from game.patient.canal import Canal
from game.patient.mineral import (
    BONE,
    FULL,
    MOST_ROUGH_MM,
    Mineral,
    collected,
    patterned,
    read_tile,
    roughness,
    share_at,
    shares_in,
    shares_of_bone,
)
from game.patient.organs import DOME_FALL_MM, in_organ, lung_mask, organ_reach_mm
from game.patient.pelvis import pelvis_distance
from game.patient.ribs import RIB_SHELL_MM, bar_distance
from game.patient.solids import Floats, Index, Labels, Mask
from game.patient.spec import PatientSpec
from game.patient.spine_bones import disc_solid
from game.patient.tissue import Tissue
from game.patient.trunk import Trunk
from game.patient.variation.alterations import parts, replaced
from game.patient.vertebra import PROCESS_SHELL_MM, vertebra_distance

SPACING_MM = 1.0
LEAST_HALF_WIDTH_MM, LEAST_DEPTH_MM = 161.0, 242.0
FINE_ANGLES = 1441
CHUNK = 1 << 16
CANAL_CHUNK = 1 << 14  # few roots are near so short a stretch
COARSE = (4, 2)  # strides of the coarse looks, mm
SLACK = 1.35  # distances are first order: a block counts as clear only beyond its half diagonal times this
SPINE_REACH_MM = 110.0  # psoas and muscles of the back lie within this of the spine
EDGE_MM = 0.5 + MOST_ROUGH_MM  # a surface this far from a voxel's centre may still cross it

Distances = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the voxels are: centre of voxel (0, 0, 0) and numbers along x, y, z; 1 mm apart."""

    origin_mm: tuple[float, float, float]
    shape: tuple[int, int, int]

    def axis(self, i: int) -> Floats:
        """Return the coordinates of voxel centres along one axis, float32."""
        return (self.origin_mm[i] + SPACING_MM * np.arange(self.shape[i])).astype(np.float32)


def grid_of(trunk: Trunk) -> Grid:
    """Return the smallest grid that holds the body between its ends and is at least 320 x 240 x 420 mm."""
    bottom, top = trunk.ends_mm
    rows = (trunks.heights_mm() >= bottom - 3.0) & (trunks.heights_mm() <= top + 3.0)
    radius = trunk.table[:, rows, trunks.SURFACE].max(axis=1)
    angle = np.linspace(-np.pi, np.pi, len(radius))
    half = max(LEAST_HALF_WIDTH_MM, float((radius * np.abs(np.sin(angle))).max()) + 2.0)
    back = trunks.AXIS_Y_MM + float((radius * np.cos(angle)).max()) + 2.0
    front = min(trunks.AXIS_Y_MM + float((radius * np.cos(angle)).min()) - 2.0, back - LEAST_DEPTH_MM)
    low = (-float(np.ceil(half)), float(np.floor(front)), bottom)
    return Grid(low, (int(-2.0 * low[0]) + 1, int(np.ceil(back - low[1])) + 1, int(top - bottom) + 1))


@dataclass(frozen=True, slots=True, eq=False)
class Voxels:
    """The body on a grid: tissue labels, shape (nx, ny, nz), uint8, and the bone mineral of the same voxels."""

    labels: Labels
    mineral: Mineral


@dataclass(frozen=True, slots=True, eq=False)
class _Canvas:
    """Voxels while they are filled.

    Attributes:
        grid: Of the whole body.
        labels, mineral: Dense, shape (nx, ny, nz), uint8; of the whole or of a box of it.
        origin_mm: Centre of their voxel (0, 0, 0).
        shares: Of compact bone in cortex and in spongy bone.
        rough: Tile of how far surfaces stand out, mm.
    """

    grid: Grid
    labels: Labels
    mineral: Labels
    origin_mm: tuple[float, float, float]
    shares: tuple[float, float]
    rough: Floats

    def part(self, box: tuple[slice, slice, slice]) -> "_Canvas":
        """Return the same voxels inside a box."""
        x, y, z = (first + SPACING_MM * inner.start for first, inner in zip(self.origin_mm, box, strict=True))
        return _Canvas(self.grid, self.labels[box], self.mineral[box], (x, y, z), self.shares, self.rough)


def build_voxels(spec: PatientSpec, bones: Bones, canal: Canal, trunk: Trunk, texture_seed: int) -> Voxels:
    """Build the voxels of a body on the grid of `grid_of`."""
    grid = grid_of(trunk)
    bony = shares_of_bone(spec.osteoporosis)
    canvas = _Canvas(
        grid,
        np.empty(grid.shape, dtype=np.uint8),
        np.zeros(grid.shape, dtype=np.uint8),
        grid.origin_mm,
        shares_in(spec),
        roughness(texture_seed),
    )
    labels = canvas.labels
    _fill_trunk(labels, grid, trunk)
    _fill_gas(labels, grid, trunk)
    _fill_discs(labels, grid, bones)
    for level in range(len(bones.spine.shapes)):
        _fill_vertebra(canvas, bones, level)
    _fill_pelvis(canvas, bones)
    _fill_ribs(canvas, bones)
    _fill_masses(canvas, bones)
    _fill_canal(canvas, canal)
    _fill_alterations(canvas, bones, bony)
    mineral = collected(canvas.mineral)
    del canvas  # its dense grid is as large as the labels, and the pattern needs room of its own
    return Voxels(labels, patterned(mineral, labels, grid.origin_mm, spec, texture_seed))


def attenuation_volume(voxels: Voxels, osteoporosis: float) -> Floats:
    """Return the attenuation at 60 keV in 1/mm, float32: bone mineral in what is displaced by it, by label."""
    table = tissue_table(60.0, osteoporosis)
    water, compact = mu_per_mm("water", 60.0), mu_per_mm("cortical", 60.0)
    bony = list(BONE)
    table[bony] = water * (basis_table(osteoporosis)[bony] @ np.array([1.0, BACKGROUND_WATER]))
    volume = table.astype(np.float32)[voxels.labels]
    volume.reshape(-1)[voxels.mineral.index] += np.float32((compact - BACKGROUND_WATER * water) / FULL) * voxels.mineral.value
    return volume


def _fill_trunk(labels: Labels, grid: Grid, trunk: Trunk) -> None:
    """Label everything but bones and canal, one plane of constant x after another."""
    x, y, z = (grid.axis(i) for i in range(3))
    limits = _limits(trunk, z)
    inside = trunk.inside.read(z.astype(np.float64)).astype(np.float32)
    names = np.array([Tissue.OUTSIDE, Tissue.SKIN, Tissue.FAT, Tissue.FASCIA, Tissue.MUSCLE, Tissue.VISCERA], dtype=np.uint8)
    dy = y - trunks.AXIS_Y_MM
    ahead = min(float(inside[:, trunks.PSOAS_Y].min()) - 32.0, float(inside[:, trunks.RETRO_Y].min()))
    spine = slice(*np.searchsorted(y, (ahead, 1e4)))
    chest = slice(int(np.searchsorted(z, min(trunk.organs.domes_mm) - 1.7 * DOME_FALL_MM)), None)
    organs = [(organ, organ_reach_mm(organ)) for organ in trunk.organs.solids]
    least, most = limits.min(axis=2), limits.max(axis=2)
    for i, place in enumerate(x):
        radius = np.hypot(place, dy)
        column = np.rint((np.arctan2(place, dy) + np.pi) * ((FINE_ANGLES - 1) / (2.0 * np.pi))).astype(np.intp)
        layer = np.zeros((len(y), len(z)), dtype=np.uint8)
        layer += (radius <= least[:, column]).sum(axis=0, dtype=np.uint8)[:, None]
        for limit, low, high in zip(limits, least, most, strict=True):
            mixed = np.flatnonzero((radius > low[column]) & (radius <= high[column]))
            layer[mixed] += radius[mixed, None] <= limit[column[mixed]]
        plane, cavity = labels[i], layer == len(names) - 1
        np.take(names, layer, out=plane, mode="clip")
        side = np.abs(place - inside[:, trunks.SPINE_X])
        beside = float(side.min()) < SPINE_REACH_MM
        if beside:
            plane[spine][cavity[spine] & trunks.fat_mask(side, y[spine, None], inside)] = Tissue.FAT
        for organ, reach in organs:
            if abs(place - organ.centre_mm[0]) < reach[0]:
                rows, columns = _around(y, organ.centre_mm[1], reach[1]), _around(z, organ.centre_mm[2], reach[2])
                part, free, spot = plane[rows, columns], cavity[rows, columns], (place, y[rows, None], z[columns])
                part[free & in_organ(organ, *spot, organ.fat_mm)] = Tissue.FAT
                part[free & in_organ(organ, *spot)] = Tissue.VISCERA
        lung = lung_mask(trunk.organs, place, y[:, None], z[chest], side[chest], inside[chest, trunks.BACK_Y])
        plane[:, chest][cavity[:, chest] & lung] = Tissue.LUNG
        if beside:
            plane[spine][cavity[spine] & trunks.muscle_mask(side, y[spine, None], inside)] = Tissue.MUSCLE


def _limits(trunk: Trunk, z: Floats) -> Floats:
    """Return the radii at which skin, fat, fascia, wall and cavity begin, shape (5, angles, heights), finer than the tables."""
    table = trunk.table
    depths = np.stack([np.zeros(table.shape[:2]), *(table[..., k] for k in (trunks.SKIN, trunks.FAT, trunks.FASCIA, trunks.WALL))])
    radii = (table[..., trunks.SURFACE] - depths / table[..., trunks.LEAN]).astype(np.float32)
    rows = (z.astype(np.float64) - trunks.LOW_MM) / trunks.STEP_MM
    j = rows.astype(np.intp)
    radii = radii[..., j] + (rows - j).astype(np.float32) * (radii[..., j + 1] - radii[..., j])
    at = np.linspace(0.0, table.shape[0] - 1.0, FINE_ANGLES)
    i = np.minimum(at.astype(np.intp), table.shape[0] - 2)
    step = np.diff(radii, axis=1)[:, i]
    step *= (at - i).astype(np.float32)[:, None]
    step += radii[:, i]
    return step


def _box(grid: Grid, low: Array, high: Array) -> tuple[slice, slice, slice] | None:
    """Return the slices of voxels between two corners, or None where none are."""
    first = np.maximum(np.ceil(low - np.array(grid.origin_mm)).astype(int), 0)
    last = np.minimum(np.floor(high - np.array(grid.origin_mm)).astype(int) + 1, grid.shape)
    if (last <= first).any():
        return None
    return slice(first[0], last[0]), slice(first[1], last[1]), slice(first[2], last[2])


def _points(grid: Grid, box: tuple[slice, slice, slice]) -> Floats:
    """Return the centres of a box's voxels, shape (n, 3), float32."""
    axes = [grid.axis(i)[box[i]] for i in range(3)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


def _around(axis: Floats, middle: float, reach: float) -> slice:
    """Return the places on an axis that lie within reach of one."""
    low, high = np.searchsorted(axis, (middle - reach, middle + reach))
    return slice(int(low), int(high))


def _fill_gas(labels: Labels, grid: Grid, trunk: Trunk) -> None:
    for bubble in trunk.organs.gas:
        reach = trunks.GAS_SWELL * bubble[3:]
        box = _box(grid, bubble[:3] - reach, bubble[:3] + reach)
        if box is not None:
            part = labels[box]
            part[trunks.bubble_mask(_points(grid, box), bubble).reshape(part.shape) & (part == Tissue.VISCERA)] = Tissue.GAS


def _fill_discs(labels: Labels, grid: Grid, bones: Bones) -> None:
    discs = bones.spine.discs
    for i in range(len(discs.centre_mm)):
        reach = float(discs.half_width_mm[i]) + 4.0
        box = _box(grid, discs.centre_mm[i] - reach, discs.centre_mm[i] + reach)
        if box is None:
            continue
        points = _points(grid, box) - discs.centre_mm[i].astype(np.float32)
        near = np.flatnonzero(np.abs(points @ discs.rotation[i][:, 2].astype(np.float32)) < 13.0)
        local = points[near] @ discs.rotation[i].astype(np.float32)
        hit = np.zeros(len(points), dtype=bool)
        hit[near] = disc_solid(local[:, 0], local[:, 1], local[:, 2], discs, i) < 0.0
        part = labels[box]
        part[hit.reshape(part.shape)] = Tissue.DISC


def _fill_vertebra(canvas: _Canvas, bones: Bones, level: int) -> None:
    spine = bones.spine
    shape = spine.shape(level)
    centre, turn = spine.centre_mm[level].astype(np.float32), spine.rotation[level].astype(np.float32)

    def solid(points: Floats) -> tuple[Floats, Floats]:
        local = (points - centre) @ turn
        distance, shell = vertebra_distance(local[:, 0], local[:, 1], local[:, 2], shape)
        return distance, shell * bones.cortex

    hub = spine.hub_mm[level]
    _fill_bone(canvas, hub - shape.bound_radius, hub + shape.bound_radius, solid)


def _fill_pelvis(canvas: _Canvas, bones: Bones) -> None:
    def solid(points: Floats) -> tuple[Floats, Floats]:
        distance, shell = pelvis_distance(bones.pelvis, points)
        return distance, shell * bones.cortex

    top = bones.pelvis.origin_mm[2] + max(bones.pelvis.crest_mm + 12.0, 20.0)
    _fill_bone(canvas, np.array([-170.0, -140.0, canvas.grid.origin_mm[2]]), np.array([170.0, 130.0, top]), solid)


def _fill_bone(canvas: _Canvas, low: Array, high: Array, solid: Distances) -> None:
    """Write a bone inside a box: blocks clear of its surface at once, the others finer and finer."""
    grid = canvas.grid
    box = _box(grid, low, high)
    if box is None:
        return
    part = canvas.part(box)
    size = part.labels.shape
    corner = np.array([grid.axis(i)[box[i]][0] for i in range(3)])
    blocks = _lattice(size, COARSE[0])
    for stride, finer in zip(COARSE, (*COARSE[1:], 1), strict=True):
        distance = _in_chunks(solid, corner + blocks + 0.5 * (stride - 1))
        reach = SLACK * 0.5 * np.sqrt(3.0) * stride
        _paint(part, blocks[distance < -reach - 1.5], stride)
        steps = _lattice((stride,) * 3, finer)
        blocks = (blocks[(distance >= -reach - 1.5) & (distance <= reach)][:, None] + steps).reshape(-1, 3)
        blocks = _within(blocks, size)
    for start in range(0, len(blocks), CHUNK):
        cells = blocks[start : start + CHUNK]
        distance, shell = solid((corner + cells).astype(np.float32))
        near = distance < EDGE_MM
        _write(part, cells[near], distance[near], shell[near])


def _lattice(size: tuple[int, ...], step: int) -> Index:
    """Return every `step`-th cell along each axis of a box, shape (n, 3)."""
    axes = [np.arange(0, n, step, dtype=np.int32) for n in size]
    return np.asarray(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3), dtype=np.int32)


def _within(cells: Index, size: tuple[int, ...]) -> Index:
    """Return the cells that lie inside a box of some size."""
    return cells[(cells[:, 0] < size[0]) & (cells[:, 1] < size[1]) & (cells[:, 2] < size[2])]


def _in_chunks(solid: Distances, points: Floats) -> Floats:
    """Return the distances of points from a bone, shape (n,)."""
    points = points.astype(np.float32)
    parts = [solid(points[i : i + CHUNK])[0] for i in range(0, len(points), CHUNK)]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _paint(part: _Canvas, blocks: Index, stride: int) -> None:
    """Write blocks that are all spongy bone."""
    steps = _lattice((stride,) * 3, 1)
    cells = (blocks[:, None] + steps).reshape(-1, 3)
    cells = _within(cells, part.labels.shape)
    i, j, k = cells[part.labels[tuple(cells.T)] > Tissue.SKIN].T
    part.labels[i, j, k] = Tissue.TRABECULAR
    part.mineral[i, j, k] = np.maximum(part.mineral[i, j, k], round(FULL * part.shares[1]))


def _write(part: _Canvas, cells: Index, distance: Floats, shell: Floats) -> None:
    """Write bone where there is body under the skin: labels by centre, mineral by share.

    Where two bones overlap, what is deep in one of them is spongy, whatever the other says.
    """
    deep = distance <= -shell
    before = part.labels[tuple(cells.T)]
    kept = (before > Tissue.SKIN) & (deep | (before != Tissue.TRABECULAR))
    (i, j, k), distance, shell, deep = cells[kept].T, distance[kept], shell[kept], deep[kept]
    here = np.where(deep, 0, part.mineral[i, j, k])
    rough = read_tile(part.rough, (i, j, k), part.origin_mm)
    part.mineral[i, j, k] = np.maximum(here, share_at(distance - rough, shell, *part.shares))
    label = np.where(deep, Tissue.TRABECULAR, Tissue.CORTICAL)
    part.labels[i, j, k] = np.where(distance < 0.0, label, part.labels[i, j, k])


def _fill_ribs(canvas: _Canvas, bones: Bones) -> None:
    """Write each rib from the distance to the nearest of its bars, so that there is no cortex where they meet."""
    ribs = bones.ribs
    bars = ribs.segments
    reach = ribs.half_height_mm[:, None] + EDGE_MM
    low, high = np.minimum(bars.start_mm, bars.end_mm) - reach, np.maximum(bars.start_mm, bars.end_mm) + reach
    shell = np.float32(RIB_SHELL_MM * bones.cortex)
    for owner in np.unique(bars.owner):
        mine = np.flatnonzero(bars.owner == owner)
        box = _box(canvas.grid, low[mine].min(axis=0), high[mine].max(axis=0))
        if box is None:
            continue
        part = canvas.part(box)
        nearest = np.full(part.labels.shape, np.float32(9.0))
        for i in mine:
            inner = _box(canvas.grid, low[i], high[i])
            if inner is not None:
                here = nearest[tuple(slice(s.start - b.start, s.stop - b.start) for s, b in zip(inner, box, strict=True))]
                np.minimum(here, bar_distance(ribs, int(i), _points(canvas.grid, inner)).reshape(here.shape), out=here)
        cells = np.argwhere(nearest < EDGE_MM)
        distance = nearest[tuple(cells.T)]
        _write(part, cells, distance, np.full_like(distance, shell))


def _fill_masses(canvas: _Canvas, bones: Bones) -> None:
    """Write bone that grew where there is none in a plain body."""
    shell = np.float32(PROCESS_SHELL_MM * bones.cortex)
    for mass in bones.alterations.masses:
        box = _box(canvas.grid, mass.centre_mm - mass.radius_mm, mass.centre_mm + mass.radius_mm)
        if box is None:
            continue
        part = canvas.part(box)
        distance = mass.distance_mm(_points(canvas.grid, box)).reshape(part.labels.shape)
        cells = np.argwhere(distance < EDGE_MM)
        near = distance[tuple(cells.T)]
        _write(part, cells, near, np.full_like(near, shell))


def _fill_alterations(canvas: _Canvas, bones: Bones, bony: Array) -> None:
    """Write scars, tumours, plastic and metal over what is there."""
    values = np.rint(FULL * bony).astype(np.uint8)
    for part in parts(bones.alterations):
        box = _box(canvas.grid, part.low_mm, part.high_mm)
        if box is None:
            continue
        labels, mineral = canvas.labels[box], canvas.mineral[box]
        inside = (part.distance_mm(_points(canvas.grid, box)) < 0.0).reshape(labels.shape)
        written = inside & replaced(labels, part.tissue)
        labels[written] = part.tissue
        mineral[written] = values[part.tissue]
        if part.tissue in (Tissue.LYTIC, Tissue.PEEK, Tissue.TITANIUM):  # nor is there an edge of bone that it replaced
            mineral[inside & ~np.isin(labels, BONE)] = 0


def _fill_canal(canvas: _Canvas, canal: Canal) -> None:
    """Label the canal, its roots and the midline ligaments where no bone or disc is; the sac goes before both."""
    labels, mineral, origin = canvas.labels, canvas.mineral, np.array(canvas.grid.origin_mm)
    todo, first = _canal_band(canvas.grid, canal)
    places = np.flatnonzero(todo)
    for few in np.array_split(places, len(places) // CANAL_CHUNK + 1):
        height, across, deep = np.unravel_index(few, todo.shape)  # by height, so that few roots are near each part
        part = np.column_stack([across + first[0], deep + first[1], height])
        part = part[labels[tuple(part.T)] > Tissue.SKIN]
        found, in_sac = canals.canal_tissue(canal, part + origin)
        at = tuple(part.T)
        here = labels[at]
        bone = (here == Tissue.CORTICAL) | (here == Tissue.TRABECULAR)
        write = (found > 0) & (in_sac | ~(bone | (here == Tissue.DISC)))
        labels[at] = np.where(write, found, here)
        mineral[at] = np.where(write & bone, 0, mineral[at])


def _canal_band(grid: Grid, canal: Canal) -> tuple[Mask, tuple[int, int]]:
    """Mark the voxels where canal and roots can be: a wide band to the flavum, a narrow one behind it, boxes round the roots.

    Returns:
        Marks by z, x, y and the indices of the first x and y.
    """
    x, y, z = (grid.axis(i) for i in range(3))
    line = canal.line.read(z.astype(np.float64))
    half = np.maximum(line[:, 5], line[:, 8]) + 2.0 + np.abs(line[:, 1]) * 45.0
    roots = canal.roots
    low, high = (
        np.minimum(roots.start_mm, roots.end_mm) - roots.radius_mm[:, None],
        np.maximum(roots.start_mm, roots.end_mm) + roots.radius_mm[:, None],
    )
    left, front = min(low[:, 0].min(), (line[:, 0] - half).min()), min(low[:, 1].min(), line[:, 7].min() - 2.0)
    right, back = max(high[:, 0].max(), (line[:, 0] + half).max()), max(high[:, 1].max(), line[:, 9].max() + 2.0)
    i, j = slice(*np.searchsorted(x, (left, right))), slice(*np.searchsorted(y, (front, back)))
    x, y = x[i], y[j]
    todo = np.zeros((len(z), len(x), len(y)), dtype=np.bool_)
    for k in range(len(z)):
        near = slice(*np.searchsorted(x, (line[k, 0] - half[k], line[k, 0] + half[k])))
        middle = line[k, 0] + line[k, 1] * (y - line[k, 2])
        wide = (y > line[k, 7] - 2.0) & (y < line[k, 3] + 4.0)
        narrow = (y > line[k, 7]) & (y < line[k, 9] + 2.0)
        todo[k, near] = wide | (narrow & (np.abs(x[near][:, None] - middle) < 4.5))
    for start, end in zip(low, high, strict=True):
        box = _box(grid, start, end)
        if box is not None:
            todo[box[2], box[0].start - i.start : box[0].stop - i.start, box[1].start - j.start : box[1].stop - j.start] = True
    return todo, (i.start, j.start)
