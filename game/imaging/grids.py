"""A patient's attenuation split for speed: fine bone and gas, smooth soft tissue, and two basis materials for every energy.

Attenuation of tissue at diagnostic energies is a sum of two basis functions of energy (Alvarez and Macovski 1976),
here water and cortical bone, so two line integrals of a picture serve every tube voltage. Bone is kept at the size
of the labels' voxels as what it has beyond soft tissue; the rest is smooth and lives on a grid three times coarser.
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
from game.imaging.sheets import OTHER_AXES, Image, Sheets, path_per_mm, sum_sheets, whole
from game.imaging.texture import TILE, bowel_texture, trabecular_texture
from game.patient.attenuation import mu_per_mm, tissue_table
from game.patient.tissue import Tissue
from game.patient.variation.hardware import Bar

FIT_KEV = (44.0, 48.0, 52.0, 56.0, 60.0, 64.0)  # effective energies of 55 to 110 kVp
FIT_WEIGHT_60 = 20.0  # 60 keV is the energy of the public volume and is met almost exactly
BACKGROUND_WATER = 1.035  # water that stands where bone is in the smooth grid: muscle's share, so that its edge vanishes
COARSE_MM = {"water": 3.0, "bone": 6.0, "bowel": 4.0}  # what is left of bone in soft tissue is a hundredth of it and smooth
COARSE_PIXELS = {"water": 160, "bone": 96, "bowel": 144}
BOWEL_VENTRAL_MM = -22.0  # bowel lies in front of this, the front of the lumbar bodies
SLAB_VOXELS = 2  # voxels of bone added up along the beam before the warp; their parallax is under a fifth of a millimetre
GAP_VOXELS = 4
PARTIAL = 0.25  # share of a bony voxel that goes to each neighbour along an axis: hard labels have no partial volume, pictures need it
BONE = (Tissue.CORTICAL, Tissue.TRABECULAR, Tissue.SCLEROTIC)


@dataclass(frozen=True, slots=True, eq=False)
class BasisImages:
    """Line integrals of the two basis materials, mm of each, shape (rows, columns)."""

    water: Image
    bone: Image

    def attenuation(self, energy_kev: float) -> Image:
        """Return the dimensionless attenuation at an energy."""
        water, bone = mu_per_mm("water", energy_kev), mu_per_mm("cortical", energy_kev)
        return np.asarray(cv2.addWeighted(self.water, water, self.bone, bone, 0.0), dtype=np.float32)


@dataclass(slots=True, eq=False)
class AnatomyGrids:
    """The split attenuation of one patient, cut into sheets the first time a direction needs them.

    Attributes:
        labels, voxel_mm, origin_mm: The patient's voxels.
        shares: Water and cortical bone of each tissue, shape (number of tissues, 2).
        seed: Of the trabecular pattern.
        metal: Bars of metal in the body, and what a mm of it has beyond the tissue that the labels hold there.
        sheets: By axis.
    """

    labels: NDArray[np.uint8]
    voxel_mm: float
    origin_mm: Array
    shares: Array
    seed: int
    metal: tuple[tuple[Bar, ...], tuple[float, float]] = ((), (0.0, 0.0))
    sheets: dict[int, "_Cut"] = field(default_factory=dict)

    def basis_images(self, geometry: ProjectionGeometry, bowel: bool = False) -> BasisImages:
        """Return the basis integrals of a picture; all rays must run roughly the same way.

        Args:
            geometry: Patient frame.
            bowel: Whether to add what labels do not hold: content in gas and bubbles in bowel.
        """
        centre = geometry.pixel_matrix() @ np.array([(geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0, 1.0])
        axis = int(np.argmax(np.abs(centre)))
        forward = bool(centre[axis] > 0.0)
        cut = self._cut(axis)
        path = path_per_mm(geometry, axis)
        fine_bone, fine_gas = (sum_sheets(sheets, geometry, forward, whole(geometry)) for sheets in (cut.fine_bone, cut.fine_gas))
        water = _smooth_sum(cut.water, geometry, forward, COARSE_PIXELS["water"])
        bone = _smooth_sum(cut.bone, geometry, forward, COARSE_PIXELS["bone"])
        water -= BACKGROUND_WATER * fine_bone + fine_gas
        if bowel:
            water += _smooth_sum(cut.bowel, geometry, forward, COARSE_PIXELS["bowel"])
        bone += fine_bone
        images = BasisImages(water * path, bone * path)
        bars, (metal_water, metal_bone) = self.metal
        if bars:
            metal = hardware_path(bars, geometry)
            images = BasisImages(images.water + metal_water * metal, images.bone + metal_bone * metal)
        return images

    def _cut(self, axis: int) -> "_Cut":
        """Return the sheets square to an axis; the two axes that C-arms look along are cut together."""
        if axis not in self.sheets:
            together = (0, 1) if axis < 2 else (2,)
            parts = [self._sheets(name, together) for name in ("water", "bone", "bowel", "fine_bone", "fine_gas")]
            for one, cut in zip(together, zip(*parts, strict=True), strict=True):
                self.sheets[one] = _Cut(*cut)
        return self.sheets[axis]

    def _sheets(self, name: str, axes: tuple[int, ...]) -> list[Sheets]:
        grid, voxel_mm, origin_mm = self._smooth(name) if name in COARSE_MM else self._fine(name)
        slab = 1 if name in COARSE_MM else SLAB_VOXELS
        return [cut_sheets(grid, voxel_mm, origin_mm, axis, slab) for axis in axes]

    def _smooth(self, name: str) -> tuple[Image, float, Array]:
        is_bone, gas_share = _is(BONE), self._gas_share()
        fine_share = np.where(is_bone, self.shares[:, 1], 0.0)
        table = self.shares[:, 1] - fine_share
        if name == "water":
            table = self.shares[:, 0] + BACKGROUND_WATER * fine_share + gas_share
        factor = max(round(COARSE_MM[name] / self.voxel_mm), 1)
        grid = self._bowel(factor) if name == "bowel" else _block_mean(self.labels, table.astype(np.float32), factor)
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

    def _fine(self, name: str) -> tuple[Image, float, Array]:
        if name == "fine_gas":
            box = _box(self.labels, (Tissue.GAS,))
            return self._valued(box, self._gas_share()), self.voxel_mm, self.origin_mm + self.voxel_mm * _start(box)
        box = _box(self.labels, BONE)
        # nobody else holds the bone's values, so that softening can let them go before it needs the room
        grid = softened(_mottled(self._valued(box, np.where(_is(BONE), self.shares[:, 1], 0.0)), self.labels[box], box, self.seed))
        return grid, self.voxel_mm, self.origin_mm + self.voxel_mm * (_start(box) - 1.0)

    def _valued(self, box: tuple[slice, slice, slice], table: Array) -> Image:
        labels = np.ascontiguousarray(self.labels[box])
        return np.asarray(_looked_up(labels.reshape(len(labels), -1), table.astype(np.float32)).reshape(labels.shape))

    def _gas_share(self) -> Array:
        return np.where(_is((Tissue.GAS,)), BACKGROUND_WATER - self.shares[:, 0], 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """The parts of a body as sheets square to one axis."""

    water: Sheets
    bone: Sheets
    bowel: Sheets
    fine_bone: Sheets
    fine_gas: Sheets


def basis_table(osteoporosis: float) -> Array:
    """Return each tissue's share of water and of cortical bone, shape (number of tissues, 2); metal counts as what stands for it."""
    tissues = np.array([tissue_table(energy, osteoporosis) for energy in FIT_KEV])
    tissues[:, Tissue.TITANIUM] = tissues[:, Tissue.MUSCLE]
    return _basis_shares(tissues)


def _basis_shares(materials: Array) -> Array:
    """Return the share of water and of cortical bone of materials, shape (n, 2), by weighted least squares.

    Args:
        materials: Their attenuation at `FIT_KEV`, shape (energies, n).
    """
    weights = np.array([FIT_WEIGHT_60 if energy == 60.0 else 1.0 for energy in FIT_KEV])
    basis = np.array([[mu_per_mm("water", energy), mu_per_mm("cortical", energy)] for energy in FIT_KEV])
    shares, *_ = np.linalg.lstsq(basis * weights[:, None], materials * weights[:, None], rcond=None)
    return np.asarray(shares.T)


def _metal_shares() -> tuple[float, float]:
    """Return water and cortical bone that a mm of metal has beyond what stands for it, within 1 % at every energy of the fit."""
    beyond = np.array([[mu_per_mm(MATERIAL, energy) - mu_per_mm(STANDS_FOR, energy)] for energy in FIT_KEV])
    water, bone = _basis_shares(beyond)[0]
    return float(water), float(bone)


def build_grids(patient: Body) -> AnatomyGrids:
    """Take over a patient's labels; nothing is cut yet."""
    return AnatomyGrids(
        labels=patient.labels,
        voxel_mm=float(patient.spacing_mm),
        origin_mm=np.asarray(patient.origin_mm, dtype=np.float64),
        shares=basis_table(patient.spec.osteoporosis),
        seed=patient.seed,
        metal=(patient.hardware, _metal_shares()),
    )


def cut_sheets(values: Image, voxel_mm: float, origin_mm: Array, axis: int, slab: int) -> Sheets:
    """Cut a grid into sheets square to an axis, each trimmed and split round what is empty.

    Args:
        values: Shape (nx, ny, nz).
        voxel_mm: Edge of a voxel.
        origin_mm: Centre of voxel (0, 0, 0).
        axis: Of the cut.
        slab: Voxels along the axis that are averaged into one sheet.
    """
    first, second = OTHER_AXES[axis]
    moved = np.moveaxis(values, axis, 0)
    positions, corners, pieces = [], [], []
    for start in range(0, len(moved), slab):
        sheet = moved[start : start + slab].sum(axis=0) / np.float32(slab)
        for row, row_end, column, column_end in pieces_of(sheet != 0.0):
            positions.append(origin_mm[axis] + voxel_mm * (start + (slab - 1) / 2.0))
            corners.append((origin_mm[first] + voxel_mm * row, origin_mm[second] + voxel_mm * column))
            pieces.append(np.array(sheet[row:row_end, column:column_end], dtype=np.float32))
    return Sheets(axis, np.array(positions), np.array(corners).reshape(-1, 2), (voxel_mm, voxel_mm), voxel_mm * slab, pieces)


def pieces_of(filled: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Return rectangles (row, row_end, column, column_end) that hold all that is filled, split at wide empty gaps."""
    todo, done = [(0, filled.shape[0], 0, filled.shape[1])], []
    while todo:
        row, row_end, column, column_end = todo.pop()
        part = filled[row:row_end, column:column_end]
        rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
        if not len(rows):
            continue
        row_gaps, column_gaps = _cuts(rows), _cuts(columns)
        if len(row_gaps) > 1:
            todo.extend((row + low, row + high, column, column_end) for low, high in reversed(row_gaps))
        elif len(column_gaps) > 1:
            todo.extend((row, row_end, column + low, column + high) for low, high in reversed(column_gaps))
        else:
            done.append((row + row_gaps[0][0], row + row_gaps[0][1], column + column_gaps[0][0], column + column_gaps[0][1]))
    return done


def _cuts(filled: NDArray[np.intp]) -> list[tuple[int, int]]:
    breaks = np.flatnonzero(np.diff(filled) > GAP_VOXELS)
    starts, ends = [int(filled[0]), *filled[breaks + 1].tolist()], [*filled[breaks].tolist(), int(filled[-1])]
    return [(low, high + 1) for low, high in zip(starts, ends, strict=True)]


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


def _mottled(values: Image, labels: NDArray[np.uint8], box: tuple[slice, slice, slice], seed: int) -> Image:
    """Multiply spongy bone by its pattern, which is fixed to the body, in place."""
    tile = trabecular_texture(seed)
    for x, (plane, tissues) in enumerate(zip(values, labels, strict=True)):
        y, z = np.nonzero(tissues == Tissue.TRABECULAR)
        plane[y, z] *= tile[(x + box[0].start) % TILE, (y + box[1].start) % TILE, (z + box[2].start) % TILE]
    return values


def softened(values: Image) -> Image:
    """Return a grid, one voxel larger on every side, in which each voxel shares with its neighbours; the sum stays."""
    kernel = np.array([PARTIAL, 1.0 - 2.0 * PARTIAL, PARTIAL], dtype=np.float32)
    wide = np.pad(values, 1)
    del values
    for index in range(1, len(wide) - 1):
        wide[index] = cv2.sepFilter2D(wide[index], -1, kernel, kernel, borderType=cv2.BORDER_CONSTANT)
    alone = np.ones(1, np.float32)
    for row in range(wide.shape[1]):
        wide[:, row] = cv2.sepFilter2D(np.ascontiguousarray(wide[:, row]), -1, alone, kernel, borderType=cv2.BORDER_CONSTANT)
    return wide


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


def _smooth_sum(sheets: Sheets, geometry: ProjectionGeometry, forward: bool, pixels: int) -> Image:
    """Sum sheets of smooth values on fewer, larger pixels and enlarge the picture."""
    rows, columns = min(geometry.rows, pixels), min(geometry.columns, pixels)
    down, across = geometry.rows / rows, geometry.columns / columns
    first = geometry.origin + (down - 1.0) / 2.0 * geometry.row + (across - 1.0) / 2.0 * geometry.column
    small = ProjectionGeometry(geometry.source, first, geometry.column * across, geometry.row * down, rows, columns)
    image = sum_sheets(sheets, small, forward, whole(small))
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
