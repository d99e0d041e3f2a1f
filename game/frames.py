"""The three frames, and the rigid transform and cameras that join them.

Patient frame: LPS as in DICOM, right-handed, mm: x to the patient's left, y to the back, z to the
head; origin at the centre of the L3 body.
Theatre frame: LPS of a perfectly placed patient, fixed to the table. `Theatre.patient_pose` takes
patient points into it.
Field plane: what the surgeon's fixed camera shows, mm: x to the right of the picture, y up.
"""

import functools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Side = Literal["left", "right"]
IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Rigid:
    """A rotation followed by a shift.

    Attributes:
        rotation: Rows of a proper rotation matrix.
        shift_mm: Added after rotating.
    """

    rotation: tuple[tuple[float, float, float], ...] = IDENTITY
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def apply(self, points_mm: Array) -> Array:
        """Move points, shape (..., 3)."""
        return np.asarray(self.turn(points_mm) + np.asarray(self.shift_mm))

    def turn(self, directions: Array) -> Array:
        """Rotate directions, shape (..., 3), without shifting them."""
        return np.asarray(np.asarray(directions, dtype=np.float64) @ np.asarray(self.rotation).T)

    def inverse(self) -> "Rigid":
        """Return the transform that undoes this one."""
        back = np.asarray(self.rotation).T
        shift = -back @ np.asarray(self.shift_mm)
        return Rigid(_rows(back), (float(shift[0]), float(shift[1]), float(shift[2])))

    def after(self, first: "Rigid") -> "Rigid":
        """Return the transform that does `first` and then this one."""
        turn = np.asarray(self.rotation) @ np.asarray(first.rotation)
        shift = self.apply(np.asarray(first.shift_mm))
        return Rigid(_rows(turn), (float(shift[0]), float(shift[1]), float(shift[2])))


def _rows(matrix: Array) -> tuple[tuple[float, float, float], ...]:
    return tuple((float(row[0]), float(row[1]), float(row[2])) for row in matrix)


def rotation_about(axis: Literal["x", "y", "z"], angle_deg: float) -> Array:
    """Return the right-handed rotation matrix about one axis, shape (3, 3)."""
    angle_rad = math.radians(angle_deg)
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    if axis == "x":
        return np.array([[1.0, 0.0, 0.0], [0.0, cos, -sin], [0.0, sin, cos]])
    if axis == "y":
        return np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def rigid_about_z(angle_deg: float, shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Rigid:
    """Return a turn about the long axis of the body and a shift: how a patient lies rolled."""
    return rigid_about("z", angle_deg, shift_mm)


def rigid_about(axis: Literal["x", "y", "z"], angle_deg: float, shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Rigid:
    """Return a right-handed turn about one axis and a shift."""
    return Rigid(_rows(rotation_about(axis, angle_deg)), shift_mm)


@functools.lru_cache(maxsize=64)
def _camera_axes(side_up: Side, elevation_deg: float) -> tuple[Array, Array, Array]:
    rise_rad = math.radians(elevation_deg)
    sign = -1.0 if side_up == "right" else 1.0
    right = np.array([0.0, 0.0, sign])
    viewer = np.array([sign * math.sin(rise_rad), math.cos(rise_rad), 0.0])
    axes = right, np.cross(viewer, right), viewer
    for direction in axes:
        direction.flags.writeable = False
    return axes


@dataclass(frozen=True, slots=True)
class FieldCamera:
    """The surgeon's fixed, orthographic look at the back, from behind and from above.

    With the right side up the head is on the left of the picture and the patient's right is up;
    with the left side up the picture is the mirror image of that: head on the right.

    Attributes:
        side_up: The side of the patient that is uppermost.
        elevation_deg: How far the camera stands above the horizontal.
        centre_mm: Theatre point in the middle of the picture.
        width_mm: Field-plane width of the whole picture.
    """

    side_up: Side
    elevation_deg: float
    centre_mm: tuple[float, float, float]
    width_mm: float

    def axes(self) -> tuple[Array, Array, Array]:
        """Return the theatre directions right, up and towards the viewer, each shape (3,)."""
        return _camera_axes(self.side_up, self.elevation_deg)

    def to_field(self, points_mm: Array) -> Array:
        """Project theatre points, shape (..., 3), to field-plane mm, shape (..., 2)."""
        right, up, _ = self.axes()
        offset = np.asarray(points_mm, dtype=np.float64) - np.asarray(self.centre_mm)
        return np.stack([offset @ right, offset @ up], axis=-1)

    def ray(self, x_mm: float, y_mm: float) -> tuple[Array, Array]:
        """Return a far theatre point on the line of sight through a field point, and its direction into the scene."""
        right, up, viewer = self.axes()
        on_plane = np.asarray(self.centre_mm) + x_mm * right + y_mm * up
        return on_plane + 600.0 * viewer, -viewer
