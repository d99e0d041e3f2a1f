"""Bone mineral by voxel: how much compact bone each holds, edges and thin shells included, with the pattern of spongy bone.

Labels are hard: a cortex of half a millimetre is a whole voxel in them or none. What X-rays see is kept beside them as
the share of each voxel that compact bone fills, found from the distance at its centre, so that a ray through a shell
meets as much bone as the shell is thick.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.patient.attenuation import basis_table
from game.patient.solids import Floats, Labels
from game.patient.spec import PatientSpec
from game.patient.tissue import Tissue
from game.streams import stream

FULL = 255  # a voxel of compact bone
BONE = (Tissue.CORTICAL, Tissue.TRABECULAR, Tissue.SCLEROTIC)
TILES = (64, 45)  # edges of the seamless tiles of struts and of clumps, voxels; together they repeat after 2.9 m
STRUTS = (1.0, 1.0, 5.0)  # correlation lengths in voxels: struts stand along the load, that is along the spine
CLUMPS = (2.6, 2.6, 3.0)
CONTRAST, CONTRAST_WEAK = 0.50, 0.60  # standard deviation of the logarithm of the local share, and what lost bone adds (expert judgement)
CORTEX_SHARE = 0.66  # of compact bone in thin cortices: those of vertebrae and flat bones are porous (expert judgement)
CORTEX_CONTRAST = 0.25  # standard deviation of that share along a cortex (expert judgement)
USUAL_AGE_Y, LOSS_PER_Y, LOSS_LIMITS = 55.0, 0.008, (0.75, 1.25)  # spongy bone goes by some 0.8 % a year (expert judgement)
AGED_Y = 120.0  # years that change the pattern as severe osteoporosis does (expert judgement)
ROUGH_MM, MOST_ROUGH_MM = 0.22, 0.6  # standard deviation of a bone's true surface from its smooth shape over some 3 mm (expert judgement)
BLOCK = 200_000  # voxels worked on at a time, so that their places need little room
STRUT_SHARE, STRUT_SHARE_WEAK = 0.45, 0.35  # of the variance: cross struts go first in weak bone (expert judgement)


@dataclass(frozen=True, slots=True, eq=False)
class Mineral:
    """The voxels that hold bone.

    Attributes:
        index: Their places in the flattened grid of labels, rising, shape (n,), int32.
        value: Share of compact bone in 255ths, shape (n,), uint8.
    """

    index: NDArray[np.int32]
    value: NDArray[np.uint8]


def shares_of_bone(osteoporosis: float) -> Array:
    """Return the share of compact bone in a voxel of each tissue, shape (number of tissues,), 0 for all that is no bone."""
    shares = np.zeros(len(Tissue))
    shares[list(BONE)] = basis_table(osteoporosis)[list(BONE), 1]
    return shares


def shares_in(spec: PatientSpec) -> tuple[float, float]:
    """Return the share of compact bone in the thin cortices and in the spongy bone of a person."""
    shares = shares_of_bone(spec.osteoporosis)
    kept = min(max(1.0 - LOSS_PER_Y * (spec.age_y - USUAL_AGE_Y), LOSS_LIMITS[0]), LOSS_LIMITS[1])
    return CORTEX_SHARE * float(shares[Tissue.CORTICAL]), kept * float(shares[Tissue.TRABECULAR])


def lost_bone(spec: PatientSpec) -> float:
    """Return how far the pattern of spongy bone is that of severe osteoporosis, 0 to 1: by the disease and by age."""
    return min(max(spec.osteoporosis + (spec.age_y - USUAL_AGE_Y) / AGED_Y, 0.0), 1.0)


def share_at(distance_mm: Floats, shell_mm: Floats, compact: float, spongy: float) -> Labels:
    """Return the bone in voxels of 1 mm from the distance at their centres, as in `Mineral.value`.

    A flat surface crosses a voxel in proportion to its distance from the centre.

    Args:
        distance_mm: To the bone's surface, negative inside, shape (n,).
        shell_mm: Thickness of its cortex there, shape (n,).
        compact: Share of bone in the cortex.
        spongy: Share of bone in what the cortex holds.
    """
    inside = np.clip(0.5 - distance_mm, 0.0, 1.0)
    core = np.clip(0.5 - (distance_mm + shell_mm), 0.0, 1.0)
    return np.asarray(FULL * (compact * (inside - core) + spongy * core) + 0.5, dtype=np.uint8)


def collected(grid: Labels) -> Mineral:
    """Return the filled voxels of a dense grid of values."""
    flat = grid.reshape(-1)
    index = np.flatnonzero(flat.view(np.bool_))
    return Mineral(index.astype(np.int32), flat[index])


def patterned(mineral: Mineral, labels: Labels, origin_mm: tuple[float, float, float], spec: PatientSpec, seed: int) -> Mineral:
    """Return mineral with the pattern of spongy bone in it, fixed to the body.

    Args:
        mineral: Without a pattern.
        labels: Tissue of every voxel, shape (nx, ny, nz).
        origin_mm: Centre of voxel (0, 0, 0), whole mm; voxels are 1 mm apart.
        spec: Says how weak the bone is.
        seed: Of the pattern.
    """
    compact, spongy = (FULL * share for share in shares_in(spec))
    lost = lost_bone(spec)
    rng = np.random.Generator(np.random.PCG64(seed))
    tiles = [_tile(rng, edge, lengths) for edge, lengths in zip(TILES, (STRUTS, CLUMPS), strict=True)]
    flat, out = labels.reshape(-1), mineral.value.copy()
    for start in range(0, len(out), BLOCK):
        index = mineral.index[start : start + BLOCK]
        tissue = flat[index]
        here = np.flatnonzero((tissue == Tissue.TRABECULAR) | (tissue == Tissue.CORTICAL))
        spongy_here = tissue[here] == Tissue.TRABECULAR
        value = mineral.value[start + here].astype(np.float32)
        core = np.where(spongy_here, np.clip((compact - value) / (compact - spongy), 0.0, 1.0), 0.0)  # the rest of the voxel is cortex
        struts, clumps = (read_tile(tile, np.unravel_index(index[here], labels.shape), origin_mm) for tile in tiles)
        value += spongy * core * _pattern(struts, clumps, lost)
        value += np.where(spongy_here, 0.0, value * np.maximum(np.float32(CORTEX_CONTRAST) * clumps, np.float32(-1.0)))
        out[start + here] = np.clip(value + 0.5, 1.0, FULL)
    return Mineral(mineral.index, out)


def places_of(mineral: Mineral, shape: tuple[int, ...]) -> tuple[NDArray[np.int16], ...]:
    """Return the voxels of bone by axis, each shape (n,): numpy's own places, but a quarter of their size."""
    places = tuple(np.empty(len(mineral.index), dtype=np.int16) for _ in shape)
    for start in range(0, len(mineral.index), BLOCK):
        block = slice(start, start + BLOCK)
        for kept, place in zip(places, np.unravel_index(mineral.index[block], shape), strict=True):
            kept[block] = place
    return places


def _pattern(struts: Floats, clumps: Floats, lost: float) -> Floats:
    """Return how much more bone than usual stands at places, as a share of the usual, shape (n,): few strong struts where much is lost."""
    share = STRUT_SHARE + STRUT_SHARE_WEAK * lost
    spread = CONTRAST + CONTRAST_WEAK * lost
    total = np.float32(share**0.5) * struts + np.float32((1.0 - share) ** 0.5) * clumps
    return np.asarray(np.exp(np.float32(spread) * total - np.float32(0.5 * spread * spread)) - np.float32(1.0))


def read_tile(tile: Floats, places: tuple[NDArray[np.intp], ...], origin_mm: tuple[float, float, float]) -> Floats:
    """Return the values of a tile, laid out over the patient's frame, at voxels, shape (n,)."""
    at = tuple((place + int(first)) % len(tile) for place, first in zip(places, origin_mm, strict=True))
    return np.asarray(tile[at])


def roughness(seed: int) -> Floats:
    """Return a seamless tile of how far the surfaces of bones stand out from their smooth shapes, mm, never over `MOST_ROUGH_MM`."""
    tile = np.float32(ROUGH_MM) * _tile(stream(seed, "bone-surface"), TILES[1], (1.3, 1.3, 1.3))
    return np.asarray(np.clip(tile, -MOST_ROUGH_MM, MOST_ROUGH_MM))


def _tile(rng: np.random.Generator, edge: int, lengths: tuple[float, float, float]) -> Floats:
    """Return seamless noise of unit spread, blurred on the torus by a length along each axis, shape (edge, edge, edge)."""
    frequency = np.fft.fftfreq(edge) * 2.0 * np.pi
    x, y, z = (np.exp(-0.5 * (length * frequency) ** 2) for length in lengths)
    spectrum = np.fft.fftn(rng.standard_normal((edge, edge, edge))) * x[:, None, None] * y[:, None] * z
    smooth = np.fft.ifftn(spectrum).real
    return np.asarray((smooth - smooth.mean()) / smooth.std(), dtype=np.float32)
