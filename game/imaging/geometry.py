"""Where a flat detector and a point source stand, and how points fall on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.frames import Array, Rigid

Vector = Sequence[float] | NDArray[np.float64]


def _vector(name: str, value: Vector) -> Array:
    vector = np.array(value, dtype=np.float64)
    if vector.shape != (3,) or not np.isfinite(vector).all():
        raise ValueError(f"{name} is {value!r}, must be three finite numbers")
    vector.setflags(write=False)
    return vector


@dataclass(frozen=True, slots=True, eq=False)
class ProjectionGeometry:
    """A point source and a grid of pixel centres on a plane, all in one frame.

    Attributes:
        source_mm: Focal spot, shape (3,).
        detector_origin_mm: Centre of pixel (row 0, column 0), shape (3,).
        column_step_mm: From a pixel's centre to that of the next column, shape (3,).
        row_step_mm: From a pixel's centre to that of the next row, shape (3,).
        rows, columns: Size of the picture.

    Raises:
        ValueError: If a vector is not finite, the steps are parallel, the source lies in the detector's plane, or the picture is empty.
    """

    source_mm: Vector
    detector_origin_mm: Vector
    column_step_mm: Vector
    row_step_mm: Vector
    rows: int
    columns: int

    def __post_init__(self) -> None:
        """Copy the vectors as float64 and refuse what cannot make a picture."""
        for name in ("source_mm", "detector_origin_mm", "column_step_mm", "row_step_mm"):
            object.__setattr__(self, name, _vector(name, getattr(self, name)))
        if self.rows < 1 or self.columns < 1:
            raise ValueError(f"the picture has {self.rows} rows and {self.columns} columns, must be at least 1 x 1")
        normal = np.cross(self.column, self.row)
        area = float(np.linalg.norm(normal))
        if area <= 1e-9 * float(np.linalg.norm(self.column) * np.linalg.norm(self.row)) or area == 0.0:
            raise ValueError("column_step_mm and row_step_mm are parallel or zero")
        if abs(float((self.origin - self.source) @ normal)) / area < 1e-6:
            raise ValueError("the source lies in the plane of the detector")

    @property
    def source(self) -> Array:
        """The focal spot as an array, shape (3,)."""
        return np.asarray(self.source_mm)

    @property
    def origin(self) -> Array:
        """The centre of the first pixel as an array, shape (3,)."""
        return np.asarray(self.detector_origin_mm)

    @property
    def column(self) -> Array:
        """The step between columns as an array, shape (3,)."""
        return np.asarray(self.column_step_mm)

    @property
    def row(self) -> Array:
        """The step between rows as an array, shape (3,)."""
        return np.asarray(self.row_step_mm)

    def pixel_matrix(self) -> Array:
        """Return the matrix M, shape (3, 3), with source -> pixel = M @ (column, row, 1)."""
        return np.stack([self.column, self.row, self.origin - self.source], axis=-1)

    def project(self, points_mm: Array) -> Array:
        """Return the (row, column) on which points fall, shape (..., 2); nan for points level with or behind the source."""
        offset = np.asarray(points_mm, dtype=np.float64) - self.source
        inverse = np.linalg.inv(self.pixel_matrix())
        scaled = offset @ inverse.T
        depth = np.where(scaled[..., 2] > 0.0, scaled[..., 2], np.nan)
        return np.stack([scaled[..., 1] / depth, scaled[..., 0] / depth], axis=-1)

    def moved(self, change: Rigid) -> "ProjectionGeometry":
        """Return the same source and detector seen from another frame."""
        return ProjectionGeometry(
            source_mm=change.apply(self.source),
            detector_origin_mm=change.apply(self.origin),
            column_step_mm=change.turn(self.column),
            row_step_mm=change.turn(self.row),
            rows=self.rows,
            columns=self.columns,
        )

    def pitch_mm(self) -> float:
        """Return the distance between columns on the detector."""
        return math.sqrt(float(self.column @ self.column))
