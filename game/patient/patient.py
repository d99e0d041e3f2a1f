"""A patient that instruments and pictures can ask: what is here, how far is it, where is this landmark."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from game.frames import Array, Side
from game.patient import canal as canals
from game.patient import trunk as trunks
from game.patient.bones import Bones, bone_distance, cortex_factor, grown_bone_distance
from game.patient.cache import keep_voxels, load_voxels
from game.patient.draws import draw, toughness
from game.patient.landmarks import landmarks
from game.patient.mineral import Mineral
from game.patient.pelvis import build_pelvis
from game.patient.ribs import build_ribs
from game.patient.skeleton import build_spine
from game.patient.spec import PatientSpec
from game.patient.spine_bones import disc_distance
from game.patient.tissue import Tissue
from game.patient.variation.alterations import build_alterations, relabel
from game.patient.variation.hardware import Bar
from game.patient.voxels import SPACING_MM, Grid, Voxels, attenuation_volume, build_voxels, grid_of


class Patient:
    """One body: built once from a spec and a seed, then only read. All points are in the patient frame, mm.

    Attributes:
        spec: What the author said.
        seed: What decided the rest.
        draws: What the seed decided.
        spine, canal, trunk, bones: The parts, for pictures and tests; instruments ask the methods.
        landmarks: Named points, each shape (3,).
        toughness: Multiplier of needle forces by tissue.
    """

    def __init__(self, spec: PatientSpec, seed: int) -> None:
        """Build tables and frames; voxels are made when first asked for."""
        self.spec = spec
        self.seed = seed
        self.draws = draw(seed)
        self.spine = build_spine(spec, self.draws)
        self.canal = canals.build_canal(spec, self.draws, self.spine)
        self.trunk = trunks.build_trunk(spec, self.draws, self.spine, self.canal)
        pelvis = build_pelvis(spec, self.draws, self.spine)
        ribs = build_ribs(spec, self.draws, self.spine, self.trunk)
        self.bones = Bones(self.spine, pelvis, ribs, cortex_factor(spec.osteoporosis), build_alterations(spec, self.spine, seed))
        self.toughness: dict[Tissue, float] = toughness(self.draws, spec.age_y)

    @cached_property
    def landmarks(self) -> dict[str, Array]:
        """Named points, each shape (3,)."""
        return landmarks(self.bones, self.canal, self.spec.variation)

    @property
    def hardware(self) -> tuple[Bar, ...]:
        """Metal in the body, for pictures that need its edges sharp; labels and distances have it too."""
        return self.bones.alterations.bars

    @cached_property
    def _grid(self) -> Grid:
        return grid_of(self.trunk)

    @cached_property
    def voxels(self) -> Voxels:
        """Labels and bone mineral, for pictures; from the disk where this patient was seen before."""
        kept = load_voxels(self.spec, self.seed, self._grid.shape)
        if kept is not None:
            return Voxels(*kept)
        voxels = build_voxels(self.spec, self.bones, self.canal, self.trunk, self.draws.texture)
        keep_voxels(self.spec, self.seed, voxels.labels, voxels.mineral)
        return voxels

    @property
    def labels(self) -> NDArray[np.uint8]:
        """Tissue of every voxel, shape (nx, ny, nz)."""
        return self.voxels.labels

    @property
    def mineral(self) -> Mineral:
        """Bone mineral of the voxels that hold any."""
        return self.voxels.mineral

    @cached_property
    def volume(self) -> NDArray[np.float32]:
        """Attenuation at 60 keV in 1/mm, made from the voxels, shape (nx, ny, nz), 0 outside the body."""
        return attenuation_volume(self.voxels, self.spec.osteoporosis)

    @property
    def spacing_mm(self) -> float:
        """Distance of voxel centres along each axis."""
        return SPACING_MM

    @property
    def origin_mm(self) -> Array:
        """Centre of voxel (0, 0, 0), shape (3,)."""
        return np.array(self._grid.origin_mm)

    def tissue(self, points: Array) -> NDArray[np.uint8]:
        """Return the tissue at points (n, 3) from signed distances, shape (n,)."""
        depth, row = trunks.read(self.trunk, points)
        label = trunks.trunk_tissue(self.trunk, points, depth, row)
        deep = np.flatnonzero(depth >= row[:, trunks.SKIN] + 1.0)
        if deep.size == 0:
            return label
        inner = points[deep]
        found, in_sac = canals.canal_tissue(self.canal, inner)
        part = np.where(found > 0, found, label[deep])
        part[(disc_distance(self.spine, inner) < 0.0) & ~in_sac] = Tissue.DISC
        bone, shell = grown_bone_distance(self.bones, inner, reach_mm=0.1)
        solid = (bone < 0.0) & ~in_sac
        part[solid] = np.where(bone[solid] > -shell[solid], Tissue.CORTICAL, Tissue.TRABECULAR)
        relabel(self.bones.alterations, inner, part)
        label[deep] = part
        return label

    def bone_distance_mm(self, points: Array) -> Array:
        """Return the distance to the nearest bone, negative inside; a lower bound where bone is farther than 15 mm."""
        return bone_distance(self.bones, points)[0]

    def skin_distance_mm(self, points: Array) -> Array:
        """Return the distance to the skin, negative inside the body; first order away from the surface."""
        return -trunks.read(self.trunk, points)[0]

    def layers_mm(self, points: Array) -> tuple[Array, Array]:
        """Return how deep points lie below the skin, shape (n,), and where skin, fat, fascia and wall end there, shape (n, 4)."""
        depth, row = trunks.read(self.trunk, points)
        return depth, row[:, trunks.SKIN : trunks.WALL + 1]

    def sac_distance_mm(self, points: Array) -> Array:
        """Return the distance to the outer face of the dural sac, negative inside."""
        return np.asarray(canals.sac_distance(self.canal, points[:, 0], points[:, 1], points[:, 2]))

    def cord_distance_mm(self, points: Array) -> Array:
        """Return the distance to the cord, negative inside; below the conus that to its tip."""
        return canals.cord_distance(self.canal, points)

    def canal_distance_mm(self, points: Array) -> Array:
        """Return the distance to the flavum and the bone round the canal, negative inside it; first order near the wall."""
        return canals.canal_distance(self.canal, points)

    def vein_distance_mm(self, points: Array) -> Array:
        """Return the distance to the nearest epidural vein."""
        return canals.vein_distance(self.canal, points)

    def root_distance_mm(self, points: Array) -> tuple[Array, NDArray[np.intp]]:
        """Return the distance to the nearest nerve root and that root's index, each shape (n,)."""
        inner = canals.rootlet_distances(self.canal, points)
        outer = canals.segment_distances(points, self.canal.roots)
        both = np.concatenate([inner, outer], axis=1)
        owners = np.concatenate([self.canal.rootlet_root, self.canal.roots.owner])
        best = both.argmin(axis=1)
        return np.asarray(both[np.arange(len(points)), best]), owners[best]

    def rootlet_distance_mm(self, points: Array) -> tuple[Array, NDArray[np.intp]]:
        """Return the distance to the nearest rootlet inside the sac and its root's index, each shape (n,)."""
        inner = canals.rootlet_distances(self.canal, points)
        best = inner.argmin(axis=1)
        return np.asarray(inner[np.arange(len(points)), best]), self.canal.rootlet_root[best]

    def root_side(self, index: int) -> Side:
        """Return the side of the body that a root serves."""
        return "left" if index % 2 == 0 else "right"

    def skin_hit_mm(self, origin: Array, direction: Array) -> Array | None:
        """Return where a ray first meets the skin from outside, or None when it misses.

        Args:
            origin: Shape (3,).
            direction: Shape (3,), any length but zero.
        """
        unit = np.asarray(direction, dtype=np.float64) / np.linalg.norm(direction)
        reach = np.arange(0.0, 1500.0, 4.0)
        path = np.asarray(origin, dtype=np.float64) + reach[:, None] * unit
        within = (path[:, 2] > trunks.LOW_MM) & (path[:, 2] < trunks.HIGH_MM)
        inside = (self.skin_distance_mm(path) < 0.0) & within
        if not inside.any():
            return None
        first = int(inside.argmax())
        if first == 0:
            return np.asarray(path[0])
        return self._bisect(path[first - 1], path[first])

    def _bisect(self, outside: Array, inside: Array) -> Array:
        for _ in range(4):
            path = outside + np.linspace(0.0, 1.0, 17)[:, None] * (inside - outside)
            first = int((self.skin_distance_mm(path) < 0.0).argmax())
            outside, inside = path[max(first - 1, 0)], path[first]
        return np.asarray(0.5 * (outside + inside))

    def skin_normal(self, point: Array) -> Array:
        """Return the outward unit normal of the skin near a point, shape (3,)."""
        step = 1.5 * np.eye(3)
        rise = self.skin_distance_mm(np.concatenate([point + step, point - step]))
        normal = rise[:3] - rise[3:]
        return np.asarray(normal / np.linalg.norm(normal))

    def skin_point(self, arc_mm: float, z_mm: float, side: Side) -> Array:
        """Return the point of the skin at a height, `arc_mm` along the skin from the back's midline round one flank.

        A negative arc runs towards the other side.
        """
        return np.asarray(trunks.skin_point(self.trunk, arc_mm if side == "left" else -arc_mm, z_mm))

    def skin_arc(self, points: Array, side: Side) -> Array:
        """Return the arc of points near the skin, shape (n,): the inverse of `skin_point`."""
        arc = trunks.skin_arc(self.trunk, points)
        return arc if side == "left" else -arc


def build_patient(spec: PatientSpec, seed: int) -> Patient:
    """Build a patient; cheap, since voxels wait until they are asked for.

    Raises:
        ValueError: If the seed is negative.
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}, must be 0 or more")
    return Patient(spec, seed)
