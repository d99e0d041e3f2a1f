"""Bodies and volumes whose pictures are known."""

import functools

import numpy as np
from numpy.typing import NDArray

from game.imaging.geometry import ProjectionGeometry
from game.patient.mineral import FULL, Mineral, collected, shares_of_bone
from game.patient.spec import PatientSpec
from game.patient.tissue import Tissue

Array = NDArray[np.float64]


def pixels_mm(geometry: ProjectionGeometry) -> Array:
    """Return the pixel centres, shape (rows, columns, 3)."""
    columns = np.arange(geometry.columns)[None, :, None] * geometry.column
    return geometry.origin + columns + np.arange(geometry.rows)[:, None, None] * geometry.row


class EllipseBody:
    """An elliptic trunk of muscle with fat and skin, a bony column with pedicles and spines, and a gas bubble."""

    def __init__(
        self, half_width_mm: float = 160.0, half_depth_mm: float = 110.0, osteoporosis: float = 0.0, spacing_mm: float = 2.0
    ) -> None:
        self.spec = PatientSpec(osteoporosis=osteoporosis)
        self.seed = 3
        self.half = np.array([half_width_mm, half_depth_mm])
        self.spacing_mm = spacing_mm
        self.shape = tuple(int(2 * size / spacing_mm) for size in (half_width_mm + 10.0, half_depth_mm + 10.0, 210.0))
        self.origin_mm = -spacing_mm * (np.array(self.shape) - 1) / 2.0
        self.landmarks = {name: np.array(point) for name, point in self._landmarks().items()}

    def skin_distance_mm(self, points_mm: Array, /) -> Array:
        scaled = np.hypot(points_mm[:, 0] / self.half[0], points_mm[:, 1] / self.half[1])
        return np.asarray((scaled - 1.0) * self.half.min())

    def _landmarks(self) -> dict[str, tuple[float, float, float]]:
        points: dict[str, tuple[float, float, float]] = {}
        for level, z in (("L2", 38.0), ("L3", 0.0), ("L4", -38.0)):
            points |= {
                f"{level}.body": (0.0, 0.0, z),
                f"{level}.superior_endplate": (0.0, 0.0, z + 13.5),
                f"{level}.inferior_endplate": (0.0, 0.0, z - 13.5),
                f"{level}.posterior_wall": (0.0, 17.5, z),
                f"{level}.pedicle_left": (16.0, 22.0, z + 4.0),
                f"{level}.pedicle_right": (-16.0, 22.0, z + 4.0),
                f"{level}.spinous_base": (0.0, 42.0, z - 6.0),
                f"{level}.spinous_tip": (0.0, 70.0, z - 8.0),
                f"{level}.foramen": (0.0, 24.0, z - 12.0),
                f"{level}.transverse_left": (40.0, 30.0, z),
                f"{level}.transverse_right": (-40.0, 30.0, z),
            }
        return points

    @property
    def hardware(self) -> tuple[()]:
        return ()

    @property
    def mineral(self) -> Mineral:
        """The mineral of hard labels, without edges or pattern."""
        return collected(np.rint(FULL * shares_of_bone(self.spec.osteoporosis)).astype(np.uint8)[self.labels])

    @functools.cached_property
    def labels(self) -> NDArray[np.uint8]:
        x, y, z = (self.origin_mm[axis] + self.spacing_mm * np.arange(self.shape[axis]) for axis in range(3))
        x, y, z = np.meshgrid(x, y, z, indexing="ij")
        inside = np.hypot(x / self.half[0], y / self.half[1])
        labels = np.where(inside < 1.0, Tissue.SKIN, Tissue.OUTSIDE)
        labels = np.where(inside < 0.97, Tissue.FAT, labels)
        labels = np.where(inside < 0.85, Tissue.MUSCLE, labels)
        body = (np.hypot(x / 23.0, y / 17.5) < 1.0) & (np.abs((z + 19.0) % 38.0 - 19.0) < 13.5)
        core = (np.hypot(x / 21.0, y / 15.5) < 1.0) & (np.abs((z + 19.0) % 38.0 - 19.0) < 11.5)
        labels = np.where(body, Tissue.CORTICAL, labels)
        labels = np.where(core, Tissue.TRABECULAR, labels)
        spine = (np.abs(x) < 4.0) & (y > 40.0) & (y < 72.0) & (np.abs((z + 27.0) % 38.0 - 19.0) < 9.0)
        pedicle = (np.abs(np.abs(x) - 16.0) < 5.0) & (y > 15.0) & (y < 32.0) & (np.abs((z + 15.0) % 38.0 - 19.0) < 7.0)
        labels = np.where(spine | pedicle, Tissue.CORTICAL, labels)
        bubble = np.sqrt((x - 70.0) ** 2 + (y + 40.0) ** 2 + (z - 20.0) ** 2) < 15.0
        return np.where(bubble, Tissue.GAS, labels).astype(np.uint8)


def facing(
    rows: int = 96, columns: int = 96, pitch_mm: float = 3.0, source_y_mm: float = 570.0, detector_y_mm: float = -430.0
) -> ProjectionGeometry:
    """Return a plain view along -y with its middle pixel corner on the axis."""
    return ProjectionGeometry(
        (0.0, source_y_mm, 0.0),
        (-pitch_mm * (columns - 1) / 2, detector_y_mm, pitch_mm * (rows - 1) / 2),
        (pitch_mm, 0.0, 0.0),
        (0.0, 0.0, -pitch_mm),
        rows,
        columns,
    )
