"""The body as a grid of tissue labels, for pictures only: the same answers as `tissue`, found coarse to fine."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.patient import canal as canals
from game.patient import trunk as trunks
from game.patient.attenuation import tissue_table
from game.patient.bones import Bones
from game.patient.canal import Canal
from game.patient.pelvis import pelvis_distance
from game.patient.ribs import RIB_SHELL_MM, bar_distance
from game.patient.solids import Floats, Index, Labels, Mask
from game.patient.spine_bones import disc_solid
from game.patient.tissue import Tissue
from game.patient.trunk import Trunk
from game.patient.variation.alterations import boxes, relabel_part
from game.patient.vertebra import PROCESS_SHELL_MM, vertebra_distance

SPACING_MM = 1.0
LEAST_HALF_WIDTH_MM, LEAST_DEPTH_MM = 161.0, 242.0
FINE_ANGLES = 1441
CHUNK = 1 << 16
COARSE = (4, 2)  # strides of the coarse looks, mm
SLACK = 1.35  # distances are first order: a block counts as clear only beyond its half diagonal times this
SPINE_REACH_MM = 110.0  # psoas and muscles of the back lie within this of the spine
TEXTURE_MM = 3
TEXTURE_SPREAD = 0.16  # how much trabecular bone varies from place to place, expert judgement

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


def build_labels(bones: Bones, canal: Canal, trunk: Trunk) -> tuple[Labels, Grid]:
    """Return the labels, shape (nx, ny, nz), uint8, and their grid."""
    grid = grid_of(trunk)
    labels = np.empty(grid.shape, dtype=np.uint8)
    _fill_trunk(labels, grid, trunk)
    _fill_gas(labels, grid, trunk)
    _fill_discs(labels, grid, bones)
    for level in range(len(bones.spine.shapes)):
        _fill_vertebra(labels, grid, bones, level)
    _fill_pelvis(labels, grid, bones)
    _fill_ribs(labels, grid, bones)
    _fill_masses(labels, grid, bones)
    _fill_canal(labels, grid, canal)
    _fill_alterations(labels, grid, bones)
    return labels, grid


def attenuation_volume(labels: Labels, osteoporosis: float, texture_seed: int) -> Floats:
    """Return the attenuation at 60 keV in 1/mm, float32, from the labels; trabecular bone is mottled by its seed."""
    volume = tissue_table(60.0, osteoporosis).astype(np.float32)[labels]
    rng = np.random.Generator(np.random.PCG64(texture_seed))
    coarse = rng.standard_normal([n // TEXTURE_MM + 3 for n in labels.shape]).astype(np.float32)
    for axis in range(3):
        coarse = 0.5 * (coarse + np.roll(coarse, 1, axis=axis))
    coarse *= TEXTURE_SPREAD / max(float(coarse.std()), 1e-6)
    spots = np.nonzero(labels == Tissue.TRABECULAR)
    volume[spots] *= 1.0 + coarse[spots[0] // TEXTURE_MM, spots[1] // TEXTURE_MM, spots[2] // TEXTURE_MM]
    return volume


def _fill_trunk(labels: Labels, grid: Grid, trunk: Trunk) -> None:
    """Label everything but bones and canal, one plane of constant x after another."""
    x, y, z = (grid.axis(i) for i in range(3))
    limits = _limits(trunk, z)
    inside = trunk.inside.read(z.astype(np.float64)).astype(np.float32)
    names = np.array([Tissue.OUTSIDE, Tissue.SKIN, Tissue.FAT, Tissue.FASCIA, Tissue.MUSCLE, Tissue.VISCERA], dtype=np.uint8)
    dy = y - trunks.AXIS_Y_MM
    spine = slice(*np.searchsorted(y, (float(inside[:, trunks.PSOAS_Y].min()) - 32.0, 1e4)))
    chest = slice(int(np.searchsorted(z, trunk.lung_floor_mm - 75.0)), None)
    least, most = limits.min(axis=2), limits.max(axis=2)
    for i, place in enumerate(x):
        radius = np.hypot(place, dy)
        column = np.rint((np.arctan2(place, dy) + np.pi) * ((FINE_ANGLES - 1) / (2.0 * np.pi))).astype(np.intp)
        layer = np.zeros((len(y), len(z)), dtype=np.uint8)
        layer += (radius <= least[:, column]).sum(axis=0, dtype=np.uint8)[:, None]
        for limit, low, high in zip(limits, least, most, strict=True):
            mixed = np.flatnonzero((radius > low[column]) & (radius <= high[column]))
            layer[mixed] += radius[mixed, None] <= limit[column[mixed]]
        plane, cavity = names[layer], layer == len(names) - 1
        side = np.abs(place - inside[:, trunks.SPINE_X])
        beside = float(side.min()) < SPINE_REACH_MM
        if beside:
            plane[spine][cavity[spine] & trunks.fat_mask(side, y[spine, None], inside)] = Tissue.FAT
        plane[:, chest][cavity[:, chest] & trunks.lung_mask(trunk, place, y[:, None], z[chest], side[chest])] = Tissue.LUNG
        if beside:
            plane[spine][cavity[spine] & trunks.muscle_mask(side, y[spine, None], inside)] = Tissue.MUSCLE
        labels[i] = plane


def _limits(trunk: Trunk, z: Floats) -> Floats:
    """Return the radii at which skin, fat, fascia, wall and cavity begin, shape (5, angles, heights), finer than the tables."""
    table = trunk.table
    depths = np.stack([np.zeros(table.shape[:2]), *(table[..., k] for k in (trunks.SKIN, trunks.FAT, trunks.FASCIA, trunks.WALL))])
    radii = table[..., trunks.SURFACE] - depths / table[..., trunks.LEAN]
    at = np.linspace(0.0, table.shape[0] - 1.0, FINE_ANGLES)
    i = np.minimum(at.astype(np.intp), table.shape[0] - 2)
    share = (at - i)[None, :, None]
    radii = radii[:, i] * (1.0 - share) + radii[:, i + 1] * share
    rows = (z.astype(np.float64) - trunks.LOW_MM) / trunks.STEP_MM
    j = rows.astype(np.intp)
    share = (rows - j)[None, None, :]
    return np.asarray(radii[..., j] * (1.0 - share) + radii[..., j + 1] * share, dtype=np.float32)


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


def _fill_gas(labels: Labels, grid: Grid, trunk: Trunk) -> None:
    for bubble in trunk.gas:
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


def _fill_vertebra(labels: Labels, grid: Grid, bones: Bones, level: int) -> None:
    spine = bones.spine
    shape = spine.shape(level)
    centre, turn = spine.centre_mm[level].astype(np.float32), spine.rotation[level].astype(np.float32)

    def solid(points: Floats) -> tuple[Floats, Floats]:
        local = (points - centre) @ turn
        distance, shell = vertebra_distance(local[:, 0], local[:, 1], local[:, 2], shape)
        return distance, shell * bones.cortex

    hub = spine.hub_mm[level]
    _fill_bone(labels, grid, hub - shape.bound_radius, hub + shape.bound_radius, solid)


def _fill_pelvis(labels: Labels, grid: Grid, bones: Bones) -> None:
    def solid(points: Floats) -> tuple[Floats, Floats]:
        distance, shell = pelvis_distance(bones.pelvis, points)
        return distance, shell * bones.cortex

    top = bones.pelvis.origin_mm[2] + max(bones.pelvis.crest_mm + 12.0, 20.0)
    _fill_bone(labels, grid, np.array([-170.0, -140.0, grid.origin_mm[2]]), np.array([170.0, 130.0, top]), solid)


def _fill_bone(labels: Labels, grid: Grid, low: Array, high: Array, solid: Distances) -> None:
    """Label a bone inside a box: blocks clear of its surface at once, the others finer and finer."""
    box = _box(grid, low, high)
    if box is None:
        return
    part = labels[box]
    corner = np.array([grid.axis(i)[box[i]][0] for i in range(3)])
    blocks = np.stack(np.meshgrid(*[np.arange(0, n, COARSE[0]) for n in part.shape], indexing="ij"), axis=-1).reshape(-1, 3)
    for stride, finer in zip(COARSE, (*COARSE[1:], 1), strict=True):
        distance, _ = _in_chunks(solid, corner + blocks + 0.5 * (stride - 1))
        reach = SLACK * 0.5 * np.sqrt(3.0) * stride
        _paint(part, blocks[distance < -reach - 1.5], stride, Tissue.TRABECULAR)
        steps = np.stack(np.meshgrid(*[np.arange(0, stride, finer)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
        blocks = (blocks[(distance >= -reach - 1.5) & (distance <= reach)][:, None] + steps).reshape(-1, 3)
        blocks = blocks[(blocks < part.shape).all(axis=1)]
    distance, shell = _in_chunks(solid, corner + blocks)
    inside = distance < 0.0
    _write(part, blocks[inside], np.where(distance[inside] > -shell[inside], Tissue.CORTICAL, Tissue.TRABECULAR).astype(np.uint8))


def _in_chunks(solid: Distances, points: Floats) -> tuple[Floats, Floats]:
    points = points.astype(np.float32)
    parts = [solid(points[i : i + CHUNK]) for i in range(0, len(points), CHUNK)]
    if not parts:
        return np.zeros(0, np.float32), np.zeros(0, np.float32)
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _paint(part: Labels, blocks: Index, stride: int, tissue: Tissue) -> None:
    steps = np.stack(np.meshgrid(*[np.arange(stride)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    cells = (blocks[:, None] + steps).reshape(-1, 3)
    cells = cells[(cells < part.shape).all(axis=1)]
    _write(part, cells, np.full(len(cells), tissue, dtype=np.uint8))


def _write(part: Labels, cells: Index, values: Labels) -> None:
    """Write bone where there is body under the skin."""
    i, j, k = cells.T
    body = part[i, j, k] > Tissue.SKIN
    part[i[body], j[body], k[body]] = values[body]


def _fill_ribs(labels: Labels, grid: Grid, bones: Bones) -> None:
    """Label the ribs bar by bar: what is deep in one bar is trabecular, whatever the next one says."""
    ribs = bones.ribs
    shell = RIB_SHELL_MM * bones.cortex
    for i in range(len(ribs.half_height_mm)):
        start, end, reach = ribs.segments.start_mm[i], ribs.segments.end_mm[i], float(ribs.half_height_mm[i])
        box = _box(grid, np.minimum(start, end) - reach, np.maximum(start, end) + reach)
        if box is None:
            continue
        part = labels[box]
        distance = bar_distance(ribs, i, _points(grid, box)).reshape(part.shape)
        body = part > Tissue.SKIN
        part[body & (distance < 0.0) & (part != Tissue.TRABECULAR)] = Tissue.CORTICAL
        part[body & (distance <= -shell)] = Tissue.TRABECULAR


def _fill_masses(labels: Labels, grid: Grid, bones: Bones) -> None:
    """Label bone that grew where there is none in a plain body; what is deep in it or in its neighbours is trabecular."""
    for mass in bones.alterations.masses:
        box = _box(grid, mass.centre_mm - mass.radius_mm, mass.centre_mm + mass.radius_mm)
        if box is None:
            continue
        part = labels[box]
        distance = mass.distance_mm(_points(grid, box)).reshape(part.shape)
        body = part > Tissue.SKIN
        part[body & (distance < 0.0) & (part != Tissue.TRABECULAR)] = Tissue.CORTICAL
        part[body & (distance <= -PROCESS_SHELL_MM * bones.cortex)] = Tissue.TRABECULAR


def _fill_alterations(labels: Labels, grid: Grid, bones: Bones) -> None:
    """Label scars, tumours, plastic and metal over what is there."""
    for index, (low, high) in enumerate(boxes(bones.alterations)):
        box = _box(grid, low, high)
        if box is not None:
            part = labels[box]
            flat = part.reshape(-1)
            relabel_part(bones.alterations, index, _points(grid, box), flat)
            labels[box] = flat.reshape(part.shape)


def _fill_canal(labels: Labels, grid: Grid, canal: Canal) -> None:
    """Label the canal, its roots and the midline ligaments where no bone or disc is; the sac goes before both."""
    todo = np.zeros(labels.shape, dtype=bool)
    _mark_midline(todo, grid, canal)
    for start, end, radius in zip(canal.roots.start_mm, canal.roots.end_mm, canal.roots.radius_mm, strict=True):
        box = _box(grid, np.minimum(start, end) - radius, np.maximum(start, end) + radius)
        if box is not None:
            todo[box] = True
    todo &= labels > Tissue.SKIN
    flat = labels.reshape(-1)
    index = np.flatnonzero(todo)
    index = index[np.argsort(index % labels.shape[2], kind="stable")]  # by height, so that few roots are near each part
    for part in np.array_split(index, len(index) // CHUNK + 1):
        cells = np.column_stack(np.unravel_index(part, labels.shape))
        found, in_sac = canals.canal_tissue(canal, cells + np.array(grid.origin_mm))
        here = flat[part]
        solid = (here == Tissue.CORTICAL) | (here == Tissue.TRABECULAR) | (here == Tissue.DISC)
        write = (found > 0) & (in_sac | ~solid)
        flat[part[write]] = found[write]


def _mark_midline(todo: Mask, grid: Grid, canal: Canal) -> None:
    """Mark the voxels where the canal's tables can answer: a wide band to the flavum, a narrow one behind it."""
    x, y, z = (grid.axis(i) for i in range(3))
    line = canal.line.read(z.astype(np.float64))
    reach = np.abs(line[:, 1]) * 45.0
    for k in range(len(z)):
        half = max(line[k, 5], line[k, 8]) + 2.0 + reach[k]
        near_x = np.abs(x - line[k, 0]) < half
        middle = line[k, 0] + line[k, 1] * (y - line[k, 2])
        wide = (y > line[k, 7] - 2.0) & (y < line[k, 3] + 4.0)
        narrow = (y > line[k, 7]) & (y < line[k, 9] + 2.0)
        todo[near_x, :, k] |= wide | (narrow & (np.abs(x[near_x][:, None] - middle) < 4.5))
