"""A patient's attenuation split for speed: fine bone and gas, smooth soft tissue, and two basis materials for every energy.

Attenuation of tissue at diagnostic energies is a sum of two basis functions of energy (Alvarez and Macovski 1976),
here water and cortical bone, so two line integrals of a picture serve every tube voltage. Bone is kept at the size
of the labels' voxels as what it has beyond soft tissue; the rest is smooth and lives on a grid three times coarser.
"""

import weakref
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.imaging.body import Body
from game.imaging.geometry import ProjectionGeometry
from game.imaging.sheets import OTHER_AXES, Image, Sheets, path_per_mm, sum_sheets, whole
from game.imaging.texture import TILE, trabecular_texture
from game.patient.attenuation import mu_per_mm, tissue_table
from game.patient.tissue import Tissue

FIT_KEV = (44.0, 48.0, 52.0, 56.0, 60.0, 64.0)  # effective energies of 55 to 110 kVp
FIT_WEIGHT_60 = 20.0  # 60 keV is the energy of the public volume and is met almost exactly
BACKGROUND_WATER = 1.035  # water that stands where bone is in the smooth grid: muscle's share, so that its edge vanishes
COARSE_MM = 3.0
COARSE_PIXELS = 224
SLAB_VOXELS = 2  # voxels of bone added up along the beam before the warp; their parallax is under a fifth of a millimetre
GAP_VOXELS = 10
BONE = (Tissue.CORTICAL, Tissue.TRABECULAR)


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
    """The split attenuation of one patient; sheets are cut the first time a direction needs them.

    Attributes:
        water, bone: Smooth remainder of the two basis materials, shape (nx, ny, nz).
        coarse_mm, coarse_origin_mm: Grid of these.
        fine_bone: Cortical bone beyond soft tissue at the labels' voxels, cropped.
        fine_gas: Missing water of gas, cropped.
        voxel_mm: Grid of these.
        fine_bone_origin_mm, fine_gas_origin_mm: Centres of their first voxels.
    """

    water: Image
    bone: Image
    coarse_mm: float
    coarse_origin_mm: Array
    fine_bone: Image
    fine_bone_origin_mm: Array
    fine_gas: Image
    fine_gas_origin_mm: Array
    voxel_mm: float
    sheets: dict[tuple[str, int], Sheets] = field(default_factory=dict)

    def basis_images(self, geometry: ProjectionGeometry) -> BasisImages:
        """Return the basis integrals of a picture; all rays must run roughly the same way."""
        centre = geometry.pixel_matrix() @ np.array([(geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0, 1.0])
        axis = int(np.argmax(np.abs(centre)))
        forward = bool(centre[axis] > 0.0)
        small = _thinned(geometry)
        water, bone = (_enlarged(self._sum(name, small, axis, forward), geometry) for name in ("water", "bone"))
        fine_bone = self._sum("fine_bone", geometry, axis, forward)
        fine_gas = self._sum("fine_gas", geometry, axis, forward)
        water -= BACKGROUND_WATER * fine_bone + fine_gas
        bone += fine_bone
        return BasisImages(water, bone)

    def _sum(self, name: str, geometry: ProjectionGeometry, axis: int, forward: bool) -> Image:
        key = (name, axis)
        if key not in self.sheets:
            self.sheets[key] = self._cut(name, axis)
        return sum_sheets(self.sheets[key], geometry, forward, whole(geometry)) * path_per_mm(geometry, axis)

    def _cut(self, name: str, axis: int) -> Sheets:
        if name in ("water", "bone"):
            return cut_sheets(getattr(self, name), self.coarse_mm, self.coarse_origin_mm, axis, slab=1)
        origin_mm = self.fine_bone_origin_mm if name == "fine_bone" else self.fine_gas_origin_mm
        return cut_sheets(getattr(self, name), self.voxel_mm, origin_mm, axis, slab=SLAB_VOXELS)


def basis_table(osteoporosis: float) -> Array:
    """Return each tissue's share of water and of cortical bone, shape (number of tissues, 2), by weighted least squares."""
    weights = np.array([FIT_WEIGHT_60 if energy == 60.0 else 1.0 for energy in FIT_KEV])
    basis = np.array([[mu_per_mm("water", energy), mu_per_mm("cortical", energy)] for energy in FIT_KEV])
    tissues = np.array([tissue_table(energy, osteoporosis) for energy in FIT_KEV])
    shares, *_ = np.linalg.lstsq(basis * weights[:, None], tissues * weights[:, None], rcond=None)
    return np.asarray(shares.T)


def build_grids(patient: Body) -> AnatomyGrids:
    """Split a patient's labels."""
    labels, voxel_mm = patient.labels, float(patient.spacing_mm)
    origin = np.asarray(patient.origin_mm, dtype=np.float64)
    shares = basis_table(patient.spec.osteoporosis).astype(np.float32)
    is_bone = np.isin(np.arange(len(shares)), BONE)
    is_gas = np.arange(len(shares)) == Tissue.GAS
    fine_share = np.where(is_bone, shares[:, 1], 0.0).astype(np.float32)
    gas_share = np.where(is_gas, BACKGROUND_WATER - shares[:, 0], 0.0).astype(np.float32)
    factor = max(round(COARSE_MM / voxel_mm), 1)
    bone_box, gas_box = _box(is_bone[labels]), _box(is_gas[labels])
    fine_bone = fine_share[labels[bone_box]]
    fine_bone *= _texture(labels[bone_box], bone_box, patient.seed)
    return AnatomyGrids(
        water=_block_mean(labels, shares[:, 0] + BACKGROUND_WATER * fine_share + gas_share, factor),
        bone=_block_mean(labels, shares[:, 1] - fine_share, factor),
        coarse_mm=voxel_mm * factor,
        coarse_origin_mm=origin + voxel_mm * (factor - 1) / 2.0,
        fine_bone=fine_bone,
        fine_bone_origin_mm=origin + voxel_mm * _start(bone_box),
        fine_gas=gas_share[labels[gas_box]],
        fine_gas_origin_mm=origin + voxel_mm * _start(gas_box),
        voxel_mm=voxel_mm,
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
    starts, ends = np.r_[filled[0], filled[breaks + 1]], np.r_[filled[breaks], filled[-1]] + 1
    return [(int(low), int(high)) for low, high in zip(starts, ends, strict=True)]


def _box(filled: NDArray[np.bool_]) -> tuple[slice, slice, slice]:
    spans = [np.flatnonzero(filled.any(axis=tuple(other for other in range(3) if other != axis))) for axis in range(3)]
    first, second, third = (slice(int(span[0]), int(span[-1]) + 1) if len(span) else slice(0, 1) for span in spans)
    return first, second, third


def _start(box: tuple[slice, slice, slice]) -> Array:
    return np.array([part.start for part in box], dtype=np.float64)


def _texture(labels: NDArray[np.uint8], box: tuple[slice, slice, slice], seed: int) -> Image:
    """Return what multiplies the bone: 1 in cortex, the trabecular pattern in spongy bone; fixed to the body, shape of the labels."""
    tile = trabecular_texture(seed)
    index = [np.arange(part.start, part.stop) % TILE for part in box]
    return np.where(labels == Tissue.TRABECULAR, tile[np.ix_(*index)], np.float32(1.0))


def _block_mean(labels: NDArray[np.uint8], table: NDArray[np.float32], factor: int) -> Image:
    """Average a table's values over blocks of voxels; a torn last block is filled up with nothing."""
    sizes = [-(-size // factor) for size in labels.shape]
    out = np.empty(sizes, dtype=np.float32)
    padded_yz = [(0, size * factor - old) for size, old in zip(sizes[1:], labels.shape[1:], strict=True)]
    for block in range(sizes[0]):
        values = table[labels[block * factor : (block + 1) * factor]].sum(axis=0)
        values = np.pad(values, padded_yz).reshape(sizes[1], factor, sizes[2], factor)
        out[block] = values.sum(axis=(1, 3)) / np.float32(factor**3)
    return out


def _thinned(geometry: ProjectionGeometry) -> ProjectionGeometry:
    """Return the same detector in fewer, larger pixels."""
    rows, columns = min(geometry.rows, COARSE_PIXELS), min(geometry.columns, COARSE_PIXELS)
    down, across = geometry.rows / rows, geometry.columns / columns
    first = geometry.origin + (down - 1.0) / 2.0 * geometry.row + (across - 1.0) / 2.0 * geometry.column
    return ProjectionGeometry(geometry.source, first, geometry.column * across, geometry.row * down, rows, columns)


def _enlarged(image: Image, geometry: ProjectionGeometry) -> Image:
    return np.asarray(cv2.resize(image, (geometry.columns, geometry.rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


_GRIDS: "weakref.WeakKeyDictionary[Body, AnatomyGrids]" = weakref.WeakKeyDictionary()


def grids_of(patient: Body) -> AnatomyGrids:
    """Return a patient's grids, split the first time."""
    grids = _GRIDS.get(patient)
    if grids is None:
        grids = build_grids(patient)
        _GRIDS[patient] = grids
    return grids


def basis_images(patient: Body, geometry: ProjectionGeometry) -> BasisImages:
    """Return the basis integrals of a patient, geometry in the patient frame."""
    return grids_of(patient).basis_images(geometry)


def project_patient(patient: Body, geometry: ProjectionGeometry, energy_kev: float = 60.0) -> Image:
    """Return the attenuation of the whole body along the rays, instruments not included.

    Args:
        patient: Who is in the beam.
        geometry: Patient frame.
        energy_kev: 40 to 100.

    Returns:
        Dimensionless, shape (rows, columns), float32.
    """
    return basis_images(patient, geometry).attenuation(energy_kev)
