"""A solid that a condition puts into the body, in its own frame."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.patient.solids import Field
from game.patient.tissue import Tissue


@dataclass(frozen=True, slots=True)
class Solid:
    """One lump of tissue or plastic.

    Attributes:
        tissue: What it is made of.
        centre_mm: Origin of its frame, patient frame, shape (3,).
        rotation: Its frame to the patient's, shape (3, 3).
        radius_mm: Sphere about the origin that holds it with a millimetre to spare.
        distance: Signed distance in its frame.
    """

    tissue: Tissue
    centre_mm: Array
    rotation: Array
    radius_mm: float
    distance: Callable[[Field, Field, Field], Field]

    def distance_mm(self, points: Array) -> Array:
        """Return the distance at points (n, 3); beyond the sphere that holds it a lower bound, shape (n,)."""
        rel = points - self.centre_mm.astype(points.dtype)
        beyond = np.sqrt((rel * rel).sum(axis=1)) - self.radius_mm
        near = np.flatnonzero(beyond < 0.0)
        found = np.maximum(beyond, 0.0) + 1.0
        local = rel[near] @ self.rotation.astype(points.dtype)
        found[near] = self.distance(local[:, 0], local[:, 1], local[:, 2])
        return np.asarray(found)
