"""How a picture lies on the field plane."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.floating[Any]]
"""Maps of the painters: float32 by use, wider to the type checker, which widens arithmetic with plain numbers."""
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Plane:
    """A picture of a part of the field plane.

    Attributes:
        width_px, height_px: Size of the picture.
        mm_per_px: Field-plane mm that a pixel covers.
        centre_mm: Field-plane place (x right, y up) of the middle of the picture.
    """

    width_px: int
    height_px: int
    mm_per_px: float
    centre_mm: tuple[float, float] = (0.0, 0.0)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height_px, self.width_px

    @property
    def px_per_mm(self) -> float:
        """Pixels that one field-plane mm covers."""
        return 1.0 / self.mm_per_px

    def to_px(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return pixel places (column, row), 0 at the middle of the first pixel, of field points, shape (..., 2)."""
        offset = np.asarray(points_mm, dtype=np.float64) - np.asarray(self.centre_mm)
        column = offset[..., 0] * self.px_per_mm + (self.width_px - 1) / 2
        row = -offset[..., 1] * self.px_per_mm + (self.height_px - 1) / 2
        return np.stack([column, row], axis=-1)

    def to_mm(self, points_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the field points of pixel places (column, row), shape (..., 2)."""
        points = np.asarray(points_px, dtype=np.float64)
        x = (points[..., 0] - (self.width_px - 1) / 2) * self.mm_per_px + self.centre_mm[0]
        y = ((self.height_px - 1) / 2 - points[..., 1]) * self.mm_per_px + self.centre_mm[1]
        return np.stack([x, y], axis=-1)

    def axes_mm(self) -> tuple[Float32, Float32]:
        """Return x of each column, shape (1, width), and y of each row, shape (height, 1), float32."""
        x = (np.arange(self.width_px) - (self.width_px - 1) / 2) * self.mm_per_px + self.centre_mm[0]
        y = ((self.height_px - 1) / 2 - np.arange(self.height_px)) * self.mm_per_px + self.centre_mm[1]
        return x.astype(np.float32)[None, :], y.astype(np.float32)[:, None]

    def box_px(self, centre_mm: tuple[float, float], reach_mm: float) -> Box | None:
        """Return (left, top, right, bottom) of a square about a field point, cut to the picture; None outside it."""
        column, row = self.to_px(np.asarray(centre_mm))
        reach = reach_mm * self.px_per_mm
        return clip_box((int(column - reach), int(row - reach), int(column + reach) + 2, int(row + reach) + 2), self.shape)


def clip_box(box: Box, shape: tuple[int, int]) -> Box | None:
    """Return the part of a box that lies in a picture of a shape, or None."""
    left, top, right, bottom = max(box[0], 0), max(box[1], 0), min(box[2], shape[1]), min(box[3], shape[0])
    return (left, top, right, bottom) if right > left and bottom > top else None
