"""What imaging needs of a patient; `game.patient.Patient` has it all."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.patient.mineral import Mineral
from game.patient.spec import PatientSpec
from game.patient.variation.hardware import Bar


class Distances(Protocol):
    """The body as distances: enough for dose, readable landmarks and view quality.

    Points are patient-frame mm, shape (n, 3); distances are mm, negative inside, shape (n,). A body never changes: what is
    found out about it may be kept under it.
    """

    def __hash__(self) -> int:
        """Tell bodies apart."""

    @property
    def spec(self) -> PatientSpec:
        """What the author said about the body."""

    @property
    def seed(self) -> int:
        """What drew the rest."""

    @property
    def landmarks(self) -> dict[str, Array]:
        """Named points, each shape (3,)."""

    @property
    def hardware(self) -> tuple[Bar, ...]:
        """Metal that stays in the body, patient frame."""

    def skin_distance_mm(self, points_mm: Array, /) -> Array:
        """Return the distance to the skin."""


class Body(Distances, Protocol):
    """The body with its voxels too: what pixels are made of."""

    @property
    def labels(self) -> NDArray[np.uint8]:
        """Tissue of each voxel, shape (nx, ny, nz)."""

    @property
    def mineral(self) -> Mineral:
        """Bone mineral of the voxels that hold any."""

    @property
    def spacing_mm(self) -> float:
        """Edge of a voxel."""

    @property
    def origin_mm(self) -> Array:
        """Centre of voxel (0, 0, 0), shape (3,)."""
