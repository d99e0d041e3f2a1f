"""Exact perspective sums over parallel sheets: each sheet is warped by its own homography.

A ray that runs mostly along one axis of a volume crosses its slices one by one. A slice is a plane, and the
picture of a plane through a point source is a homography, so bilinear sampling along all rays of a picture is
one perspective warp a slice; the sum times the ray's path from slice to slice is the line integral.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.imaging.geometry import ProjectionGeometry

Image = NDArray[np.float32]
OTHER_AXES = ((1, 2), (0, 2), (0, 1))


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A picture on a plane square to one axis, standing for a slab.

    Attributes:
        position_mm: Of the plane along its axis.
        first_mm: Of the centre of `values[0, 0]` along the two other axes, in their order.
        step_mm: Between samples along these axes.
        thickness_mm: Of the slab.
        values: Sampled at the plane, times the thickness.
    """

    position_mm: float
    first_mm: tuple[float, float]
    step_mm: tuple[float, float]
    thickness_mm: float
    values: Image


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A rectangle of a picture's pixels: first and past-the-last row and column."""

    row: int
    row_end: int
    column: int
    column_end: int


def whole(geometry: ProjectionGeometry) -> Window:
    """Return the rectangle of all pixels."""
    return Window(0, geometry.rows, 0, geometry.columns)


def pixel_offsets(row: Array, geometry: ProjectionGeometry) -> Array:
    """Return one component of source -> pixel for every pixel, shape (rows, columns); `row` is that row of the pixel matrix."""
    columns = row[0] * np.arange(geometry.columns)
    return np.asarray(columns[None, :] + row[1] * np.arange(geometry.rows)[:, None] + row[2])


def path_per_mm(geometry: ProjectionGeometry, axis: int) -> Image:
    """Return how far each ray goes while it advances 1 mm along an axis, shape (rows, columns)."""
    parts = [pixel_offsets(row, geometry) for row in geometry.pixel_matrix()]
    length = np.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2)
    return np.asarray(length / np.maximum(np.abs(parts[axis]), 1e-9), dtype=np.float32)


def sum_sheets(sheets: Iterable[Sheet], geometry: ProjectionGeometry, axis: int, forward: bool, window: Window) -> Image:
    """Add up the sheets as seen from the source, without the obliquity of the rays.

    Args:
        sheets: All square to the axis.
        geometry: In the sheets' frame.
        axis: 0, 1 or 2.
        forward: Whether the rays run towards greater values along the axis.
        window: The pixels wanted.

    Returns:
        Shape (rows, columns) of the whole picture, 0 outside the window. What lies behind the source or the
        detector does not count.
    """
    out = np.zeros((geometry.rows, geometry.columns), dtype=np.float32)
    reach = _Reach.of(geometry, axis, forward, window)
    for sheet in sheets:
        weight = reach.weight(sheet)
        if weight is None:
            continue
        matrix = _homography(sheet, geometry, axis)
        part = _seen(sheet, matrix, geometry, axis, window)
        if part is None:
            continue
        shifted = matrix @ np.array([[1.0, 0.0, part.column], [0.0, 1.0, part.row], [0.0, 0.0, 1.0]])
        size = (part.column_end - part.column, part.row_end - part.row)
        seen = cv2.warpPerspective(sheet.values, shifted, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        target = out[part.row : part.row_end, part.column : part.column_end]
        if isinstance(weight, float):
            cv2.scaleAdd(seen, weight, target, dst=target)
        else:
            target += seen * weight[part.row : part.row_end, part.column : part.column_end]
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _Reach:
    """How far the rays of a picture go along an axis, from the source on.

    Attributes:
        start_mm: Source along the axis.
        sign: +1 when the rays run forward along it.
        ends_mm: Distance from source to pixel along the axis, shape (rows, columns).
        nearest_mm, farthest_mm: The range of that inside the window.
    """

    start_mm: float
    sign: float
    ends_mm: Array
    nearest_mm: float
    farthest_mm: float

    @classmethod
    def of(cls, geometry: ProjectionGeometry, axis: int, forward: bool, window: Window) -> "_Reach":
        sign = 1.0 if forward else -1.0
        ends = sign * pixel_offsets(geometry.pixel_matrix()[axis], geometry)
        inside = ends[window.row : window.row_end, window.column : window.column_end]
        return cls(float(geometry.source[axis]), sign, ends, float(inside.min()), float(inside.max()))

    def weight(self, sheet: Sheet) -> float | Image | None:
        """Return the part of a slab that lies between source and pixels: one number, one a pixel, or None for nothing."""
        half = sheet.thickness_mm / 2.0
        at = self.sign * (sheet.position_mm - self.start_mm)
        if at + half <= 0.0 or at - half >= self.farthest_mm:
            return None
        beyond_source = min((at + half) / sheet.thickness_mm, 1.0)
        if at + half <= self.nearest_mm:
            return beyond_source
        before_pixel = np.clip((self.ends_mm - at + half) / sheet.thickness_mm, 0.0, 1.0)
        return np.asarray(beyond_source * before_pixel, dtype=np.float32)


def _homography(sheet: Sheet, geometry: ProjectionGeometry, axis: int) -> Array:
    """Matrix, shape (3, 3), from picture (column, row, 1) to sheet (second index, first index, 1), up to scale."""
    first, second = OTHER_AXES[axis]
    pixel = geometry.pixel_matrix()
    source = geometry.source
    ahead_mm = sheet.position_mm - float(source[axis])
    rows = [
        ((source[other] - sheet.first_mm[place]) * pixel[axis] + ahead_mm * pixel[other]) / sheet.step_mm[place]
        for place, other in ((1, second), (0, first))
    ]
    return np.stack([*rows, pixel[axis]])


def _seen(sheet: Sheet, matrix: Array, geometry: ProjectionGeometry, axis: int, window: Window) -> Window | None:
    """Return the pixels of the window on which a sheet can fall, or None."""
    high, wide = sheet.values.shape
    corners = np.array([[-1.0, wide, wide, -1.0], [-1.0, -1.0, high, high], [1.0, 1.0, 1.0, 1.0]])
    depth = _depth_of_corners(sheet, corners, geometry, axis)
    if float(depth.min()) <= 1e-6:
        return window
    picture = np.linalg.inv(matrix) @ corners
    picture = picture[:2] / picture[2]
    column, row = np.floor(picture.min(axis=1)).astype(int)
    column_end, row_end = np.ceil(picture.max(axis=1)).astype(int) + 1
    part = Window(max(row, window.row), min(row_end, window.row_end), max(column, window.column), min(column_end, window.column_end))
    return part if part.row < part.row_end and part.column < part.column_end else None


def _depth_of_corners(sheet: Sheet, corners: Array, geometry: ProjectionGeometry, axis: int) -> Array:
    """Distance of a sheet's corners from the source towards the detector, as a fraction of the detector's, shape (4,)."""
    first, second = OTHER_AXES[axis]
    points = np.empty((3, corners.shape[1]))
    points[axis] = sheet.position_mm
    points[first] = sheet.first_mm[0] + corners[1] * sheet.step_mm[0]
    points[second] = sheet.first_mm[1] + corners[0] * sheet.step_mm[1]
    normal = np.cross(geometry.column, geometry.row)
    towards = float((geometry.origin - geometry.source) @ normal)
    return np.asarray((normal @ (points - geometry.source[:, None])) / towards)
