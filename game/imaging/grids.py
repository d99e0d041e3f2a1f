"""A patient's attenuation split for speed: fine bone and gas, smooth soft tissue, and two basis materials for every energy.

Attenuation of tissue at diagnostic energies is a sum of two basis functions of energy (Alvarez and Macovski 1976),
here water and compact bone, so two line integrals of a picture serve every tube voltage. Bone mineral is kept at the
size of the labels' voxels, less the water it displaces; the rest is smooth and lives on a grid three times coarser.
"""

import weakref
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.imaging.body import Body
from game.imaging.geometry import ProjectionGeometry
from game.imaging.hardware import MATERIAL, STANDS_FOR, hardware_path
from game.imaging.sheets import OTHER_AXES, Image, Sheets, path_per_mm, spread_over_slab, sum_sheets, whole
from game.imaging.texture import TILE, bowel_texture
from game.patient.attenuation import BACKGROUND_WATER, FIT_KEV, basis_shares, basis_table, mu_per_mm
from game.patient.mineral import BONE, FULL, Mineral, places_of
from game.patient.tissue import Tissue
from game.patient.variation.hardware import Bar

COARSE_MM = {"water": 3.0, "seen": 3.0, "bone": 6.0, "bowel": 4.0}  # what is left of bone in soft tissue is a hundredth of it and smooth
COARSE_PIXELS = {"water": 160, "bone": 96, "bowel": 144}
BOWEL_VENTRAL_MM = -22.0  # bowel lies in front of this, the front of the lumbar bodies
SLAB_VOXELS = 2  # voxels or cells added up along the beam before the warp; the parallax of bone is under a fifth of a millimetre
PIECE_SAMPLES = 300  # samples of a sheet that take as long to warp as one more piece (measured)


@dataclass(frozen=True, slots=True, eq=False)
class BasisImages:
    """Line integrals of the two basis materials and, where there is some, of metal in the body; mm, shape (rows, columns)."""

    water: Image
    bone: Image
    metal: Image | None = None

    def attenuation(self, energy_kev: float) -> Image:
        """Return the dimensionless attenuation at an energy."""
        water, bone = mu_per_mm("water", energy_kev), mu_per_mm("cortical", energy_kev)
        return np.asarray(cv2.addWeighted(self.water, water, self.bone, bone, 0.0), dtype=np.float32)


@dataclass(slots=True, eq=False)
class AnatomyGrids:
    """The split attenuation of one patient, cut into sheets the first time a direction needs them.

    Attributes:
        labels, voxel_mm, origin_mm: The patient's voxels.
        mineral: The bone in them.
        shares: Water and compact bone of each tissue, shape (number of tissues, 2).
        seed: Of the bowel's pattern.
        metal: Bars of metal in the body, and what a mm of it has beyond the tissue that the labels hold there.
        sheets: By axis.
        leaning: Sheets of bone by axis and by voxels that their slabs lean along the other horizontal axis for each voxel.
    """

    labels: NDArray[np.uint8]
    mineral: Mineral
    voxel_mm: float
    origin_mm: Array
    shares: Array
    seed: int
    metal: tuple[tuple[Bar, ...], tuple[float, float]] = ((), (0.0, 0.0))
    sheets: dict[int, "_Cut"] = field(default_factory=dict)
    leaning: dict[tuple[int, int], Sheets] = field(default_factory=dict)

    def basis_images(self, geometry: ProjectionGeometry, bowel: bool = False) -> BasisImages:
        """Return the basis integrals of a picture; all rays must run roughly the same way.

        Args:
            geometry: Patient frame.
            bowel: Whether it is to be seen, with what labels do not hold: content in gas, bubbles in bowel, a soft edge of the skin.
        """
        centre = geometry.pixel_matrix() @ np.array([(geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0, 1.0])
        axis = int(np.argmax(np.abs(centre)))
        forward = bool(centre[axis] > 0.0)
        cut = self._cut(axis)
        path = path_per_mm(geometry, axis)
        fine_bone, fine_gas = (
            spread_over_slab(sum_sheets(sheets, geometry, forward, whole(geometry)), sheets, geometry)
            for sheets in (self._bone(axis, centre), cut.fine_gas)
        )
        water = _smooth_sum(cut.seen if bowel else cut.water, geometry, forward, COARSE_PIXELS["water"])
        bone = _smooth_sum(cut.bone, geometry, forward, COARSE_PIXELS["bone"])
        water -= BACKGROUND_WATER * fine_bone + fine_gas
        if bowel:
            water += _smooth_sum(cut.bowel, geometry, forward, COARSE_PIXELS["bowel"])
        bone += fine_bone
        images = BasisImages(water * path, bone * path)
        bars, (metal_water, metal_bone) = self.metal
        if bars:
            metal = hardware_path(bars, geometry)
            images = BasisImages(images.water + metal_water * metal, images.bone + metal_bone * metal, metal)
        return images

    def _cut(self, axis: int) -> "_Cut":
        """Return the sheets square to an axis; the two axes that C-arms look along are cut together."""
        if axis not in self.sheets:
            together = (0, 1) if axis < 2 else (2,)
            parts = [self._sheets(name, together) for name in ("water", "seen", "bone", "bowel", "fine_gas")]
            for one, cut in zip(together, zip(*parts, strict=True), strict=True):
                self.sheets[one] = _Cut(*cut)
        return self.sheets[axis]

    def _bone(self, axis: int, ray: Array) -> Sheets:
        """Return the sheets of bone for rays about one direction: their slabs lean with it, so that oblique views stay sharp."""
        lean = 0 if axis == 2 else round(float(ray[1 - axis] / ray[axis]))
        if (axis, lean) not in self.leaning:
            self.leaning[axis, lean] = mineral_sheets(self.mineral, self.labels.shape, self.voxel_mm, self.origin_mm, axis, lean)
        return self.leaning[axis, lean]

    def _sheets(self, name: str, axes: tuple[int, ...]) -> list[Sheets]:
        if name == "fine_gas":
            return self._gas(axes)
        grid, voxel_mm, origin_mm = self._smooth(name)
        return [cut_sheets(grid, voxel_mm, origin_mm, axis) for axis in axes]

    def _smooth(self, name: str) -> tuple[Image, float, Array]:
        is_bone, gas_share = _is(BONE), self._gas_share()
        fine_share = np.where(is_bone, self.shares[:, 1], 0.0)
        table = self.shares[:, 1] - fine_share
        if name in ("water", "seen"):
            table = self.shares[:, 0] + BACKGROUND_WATER * fine_share + gas_share
        factor = max(round(COARSE_MM[name] / self.voxel_mm), 1)
        grid = self._bowel(factor) if name == "bowel" else _block_mean(self.labels, table.astype(np.float32), factor)
        if name == "seen":
            _soften_skin(grid)
        return grid, self.voxel_mm * factor, self.origin_mm + self.voxel_mm * (factor - 1) / 2.0

    def _bowel(self, factor: int) -> Image:
        """Return water that content adds to gas, less what bubbles take from bowel, on the smooth grid."""
        content, bubbles = bowel_texture(self.seed)
        gas = _block_mean(self.labels, self._gas_share().astype(np.float32), factor)
        bowel = _block_mean(self.labels, np.where(_is((Tissue.VISCERA,)), self.shares[:, 0], 0.0).astype(np.float32), factor)
        depth_mm = self.origin_mm[1] + self.voxel_mm * factor * np.arange(bowel.shape[1])
        bowel *= (depth_mm < BOWEL_VENTRAL_MM)[None, :, None]
        first = np.rint(self.origin_mm / (self.voxel_mm * factor)).astype(int)
        place = np.ix_(*((start + np.arange(size)) % TILE for start, size in zip(first, gas.shape, strict=True)))
        return np.asarray(gas * content[place] - bowel * bubbles[place], dtype=np.float32)

    def _gas(self, axes: tuple[int, ...]) -> list[Sheets]:
        """Return the sheets of gas, looked up slab by slab: its box is large and nearly empty."""
        box, share = _box(self.labels, (Tissue.GAS,)), self._gas_share().astype(np.float32)
        origin_mm = self.origin_mm + self.voxel_mm * _start(box)
        return [cut_sheets(self.labels[box], self.voxel_mm, origin_mm, axis, SLAB_VOXELS, share) for axis in axes]

    def _gas_share(self) -> Array:
        return np.where(_is((Tissue.GAS,)), BACKGROUND_WATER - self.shares[:, 0], 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """The parts of a body as sheets square to one axis; `seen` is the water of pictures, with a softer skin."""

    water: Sheets
    seen: Sheets
    bone: Sheets
    bowel: Sheets
    fine_gas: Sheets


def _metal_shares() -> tuple[float, float]:
    """Return water and cortical bone that a mm of metal has beyond what stands for it, within 1 % at every energy of the fit."""
    beyond = np.array([[mu_per_mm(MATERIAL, energy) - mu_per_mm(STANDS_FOR, energy)] for energy in FIT_KEV])
    water, bone = basis_shares(beyond)[0]
    return float(water), float(bone)


def build_grids(patient: Body) -> AnatomyGrids:
    """Take over a patient's labels; nothing is cut yet."""
    return AnatomyGrids(
        labels=patient.labels,
        mineral=patient.mineral,
        voxel_mm=float(patient.spacing_mm),
        origin_mm=np.asarray(patient.origin_mm, dtype=np.float64),
        shares=basis_table(patient.spec.osteoporosis),
        seed=patient.seed,
        metal=(patient.hardware, _metal_shares()),
    )


def cut_sheets(
    values: NDArray[Any], voxel_mm: float, origin_mm: Array, axis: int, slab: int = 1, table: NDArray[np.float32] | None = None
) -> Sheets:
    """Cut a grid into sheets square to an axis, each trimmed and split round what is empty.

    Args:
        values: Shape (nx, ny, nz).
        voxel_mm: Edge of a voxel.
        origin_mm: Centre of voxel (0, 0, 0).
        axis: Of the cut.
        slab: Voxels along the axis that are averaged into one sheet.
        table: What each label stands for, where `values` are labels.
    """
    first, second = OTHER_AXES[axis]
    moved = np.moveaxis(values, axis, 0)
    positions, corners, pieces = [], [], []
    for start in range(0, len(moved), slab):
        layers = moved[start : start + slab]
        sheet = (layers if table is None else table[layers]).sum(axis=0) / np.float32(slab)
        for row, row_end, column, column_end in pieces_of(sheet != 0.0):
            positions.append(origin_mm[axis] + voxel_mm * (start + (slab - 1) / 2.0))
            corners.append((origin_mm[first] + voxel_mm * row, origin_mm[second] + voxel_mm * column))
            pieces.append(np.array(sheet[row:row_end, column:column_end], dtype=np.float32))
    return Sheets(axis, np.array(positions), np.array(corners).reshape(-1, 2), (voxel_mm, voxel_mm), voxel_mm * slab, pieces)


def mineral_sheets(mineral: Mineral, shape: tuple[int, ...], voxel_mm: float, origin_mm: Array, axis: int, lean: int = 0) -> Sheets:
    """Cut bone mineral into sheets square to an axis, as `cut_sheets` does, without ever filling a grid with it.

    Args:
        mineral: By voxel.
        shape: Of the grid of voxels.
        voxel_mm: Edge of a voxel.
        origin_mm: Centre of voxel (0, 0, 0).
        axis: Of the cut, 0 or 1 where slabs lean.
        lean: Voxels along the other horizontal axis, for each along the axis, by which the layers of a slab are moved when they are
            added up.
    """
    first, second = OTHER_AXES[axis]
    places = places_of(mineral, shape)
    slabs = places[axis] // SLAB_VOXELS
    places[first][:] -= np.int16(lean) * (places[axis] % SLAB_VOXELS)
    aside_mm = voxel_mm * lean * (SLAB_VOXELS - 1) / 2.0
    order = np.argsort(slabs, kind="stable")
    rows, columns, values = places[first][order], places[second][order], mineral.value[order]
    starts = np.searchsorted(slabs[order], np.arange(-(-shape[axis] // SLAB_VOXELS) + 1))
    positions, corners, pieces = [], [], []
    for number, (start, end) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        if start == end:
            continue
        row, column = rows[start:end].astype(np.intp), columns[start:end].astype(np.intp)
        top, left = int(row.min()), int(column.min())
        high, wide = int(row.max()) + 1 - top, int(column.max()) + 1 - left
        sheet = np.bincount((row - top) * wide + column - left, values[start:end], high * wide).reshape(high, wide) / (FULL * SLAB_VOXELS)
        for low, row_end, near, column_end in pieces_of(sheet > 0.0):
            positions.append(origin_mm[axis] + voxel_mm * (number * SLAB_VOXELS + (SLAB_VOXELS - 1) / 2.0))
            corners.append((origin_mm[first] + voxel_mm * (top + low) + aside_mm, origin_mm[second] + voxel_mm * (left + near)))
            pieces.append(np.array(sheet[low:row_end, near:column_end], dtype=np.float32))
    return Sheets(
        axis=axis,
        position_mm=np.array(positions),
        first_mm=np.array(corners).reshape(-1, 2),
        step_mm=(voxel_mm, voxel_mm),
        thickness_mm=voxel_mm * SLAB_VOXELS,
        values=pieces,
        lean=(float(lean), 0.0),
    )


def pieces_of(filled: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Return rectangles (row, row_end, column, column_end) that together hold all that is filled and little that is empty.

    A rectangle is halved where its trimmed halves are smaller by more than a piece costs. A cut through what is filled
    changes no sum: bilinear samples beside it fade into each half.
    """
    todo, done = [(0, filled.shape[0], 0, filled.shape[1])], []
    while todo:
        row, row_end, column, column_end = todo.pop()
        part = filled[row:row_end, column:column_end]
        rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
        if not len(rows):
            continue
        row, row_end, column, column_end = row + rows[0], row + rows[-1] + 1, column + columns[0], column + columns[-1] + 1
        part = filled[row:row_end, column:column_end]
        (across, at_row), (down, at_column) = _best_cut(part), _best_cut(part.T)
        if min(across, down) + PIECE_SAMPLES >= part.size:
            done.append((int(row), int(row_end), int(column), int(column_end)))
        elif across <= down:
            todo += [(row + at_row, row_end, column, column_end), (row, row + at_row, column, column_end)]
        else:
            todo += [(row, row_end, column + at_column, column_end), (row, row_end, column, column + at_column)]
    return done


def _best_cut(filled: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the area of the two trimmed parts above and below the best cut between rows, and the row below it."""
    if filled.size < 2 * PIECE_SAMPLES or len(filled) < 2:
        return filled.size, 0
    many, wide = filled.shape
    full = filled.any(axis=1)
    low, high = np.where(full, filled.argmax(axis=1), wide), np.where(full, wide - filled[:, ::-1].argmax(axis=1), 0)
    row = np.arange(many)
    last = np.maximum.accumulate(np.where(full, row, -1))[:-1]
    next_full = np.minimum.accumulate(np.where(full, row, many)[::-1])[::-1][1:]
    above = (last + 1) * (np.maximum.accumulate(high) - np.minimum.accumulate(low))[:-1]
    below = (many - next_full) * (np.maximum.accumulate(high[::-1]) - np.minimum.accumulate(low[::-1]))[::-1][1:]
    best = int((above + below).argmin())
    return int(above[best] + below[best]), best + 1


def _is(tissues: tuple[Tissue, ...]) -> NDArray[np.bool_]:
    """Return for every label whether it is one of some tissues, shape (number of tissues,)."""
    return np.isin(np.arange(len(Tissue)), tissues)


def _box(labels: NDArray[np.uint8], tissues: tuple[Tissue, ...]) -> tuple[slice, slice, slice]:
    """Return the slices that hold all voxels of some tissues; one voxel when there is none."""
    wanted = _is(tissues).astype(np.uint8)
    found = [_looked_up(plane, wanted).view(np.bool_) for plane in labels]
    rows = np.stack([plane.any(axis=1) for plane in found])
    flat = np.stack([plane.any(axis=0) for plane in found])
    spans = [np.flatnonzero(filled) for filled in (rows.any(axis=1), rows.any(axis=0), flat.any(axis=0))]
    first, second, third = (slice(int(span[0]), int(span[-1]) + 1) if len(span) else slice(0, 1) for span in spans)
    return first, second, third


def _start(box: tuple[slice, slice, slice]) -> Array:
    return np.array([part.start for part in box], dtype=np.float64)


def _looked_up(labels: NDArray[np.uint8], table: NDArray[Any]) -> NDArray[Any]:
    """Return a table's value for each label of a plane, in the table's type."""
    padded = np.zeros(256, dtype=table.dtype)
    padded[: len(table)] = table
    return np.asarray(cv2.LUT(np.ascontiguousarray(labels), padded))


def _block_mean(labels: NDArray[np.uint8], table: NDArray[np.float32], factor: int) -> Image:
    """Average a table's values over blocks of voxels; a torn last block is filled up with nothing."""
    sizes = [-(-size // factor) for size in labels.shape]
    out = np.empty(sizes, dtype=np.float32)
    (down, across), (rows, columns) = (sizes[1] * factor, sizes[2] * factor), labels.shape[1:]
    for block in range(sizes[0]):
        total = np.zeros((down, across), dtype=np.float32)
        for plane in labels[block * factor : (block + 1) * factor]:
            cv2.accumulate(_looked_up(plane, table), total[:rows, :columns])
        out[block] = cv2.resize(total, (sizes[2], sizes[1]), interpolation=cv2.INTER_AREA) / np.float32(factor)
    return out


def _soften_skin(grid: Image) -> None:
    """Blur cells about the skin across each plane of constant x: their steps would rib a flat back seen from the side."""
    edge, inside = np.ones((5, 5), dtype=np.uint8), np.ones((3, 3), dtype=np.uint8)
    tent = np.array([0.25, 0.5, 0.25], dtype=np.float32)
    for plane in grid:
        near = (cv2.erode(plane, edge, borderType=cv2.BORDER_REPLICATE) <= 0.0) & (cv2.dilate(plane, inside) > 0.0)
        plane[near] = cv2.sepFilter2D(plane, -1, tent, tent, borderType=cv2.BORDER_REPLICATE)[near]


def _smooth_sum(sheets: Sheets, geometry: ProjectionGeometry, forward: bool, pixels: int) -> Image:
    """Sum sheets of smooth values on fewer, larger pixels and enlarge the picture."""
    rows, columns = min(geometry.rows, pixels), min(geometry.columns, pixels)
    down, across = geometry.rows / rows, geometry.columns / columns
    first = geometry.origin + (down - 1.0) / 2.0 * geometry.row + (across - 1.0) / 2.0 * geometry.column
    small = ProjectionGeometry(geometry.source, first, geometry.column * across, geometry.row * down, rows, columns)
    image = spread_over_slab(sum_sheets(sheets, small, forward, whole(small)), sheets, small)
    return np.asarray(cv2.resize(image, (geometry.columns, geometry.rows), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


_GRIDS: "weakref.WeakKeyDictionary[Body, AnatomyGrids]" = weakref.WeakKeyDictionary()


def grids_of(patient: Body) -> AnatomyGrids:
    """Return a patient's grids, split the first time."""
    grids = _GRIDS.get(patient)
    if grids is None:
        grids = build_grids(patient)
        _GRIDS[patient] = grids
    return grids


def basis_images(patient: Body, geometry: ProjectionGeometry) -> BasisImages:
    """Return the basis integrals of a patient with what bowel holds, geometry in the patient frame."""
    return grids_of(patient).basis_images(geometry, bowel=True)


def project_patient(patient: Body, geometry: ProjectionGeometry, energy_kev: float = 60.0) -> Image:
    """Return the attenuation of the whole body along the rays, instruments not included.

    Args:
        patient: Who is in the beam.
        geometry: Patient frame.
        energy_kev: 40 to 100.

    Returns:
        Dimensionless, shape (rows, columns), float32.
    """
    return grids_of(patient).basis_images(geometry).attenuation(energy_kev)
