"""Exact perspective sums over parallel sheets: each sheet is warped by its own homography.

A ray that runs mostly along one axis of a volume crosses its slices one by one. A slice is a plane, and the
picture of a plane through a point source is a homography, so bilinear sampling along all rays of a picture is
one perspective warp a slice; the sum times the ray's path from slice to slice is the line integral.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.imaging.geometry import ProjectionGeometry

Image = NDArray[np.float32]
OTHER_AXES = ((1, 2), (0, 2), (0, 1))
LEAST_PARALLAX_PX = 0.25  # half a slab's parallax that bilinear sampling hides by itself
LINE_SAMPLES = 64


@dataclass(frozen=True, slots=True, eq=False)
class Sheets:
    """Pictures on planes square to one axis, each standing for a slab.

    Attributes:
        axis: 0, 1 or 2.
        position_mm: Of each plane along the axis, shape (n,).
        first_mm: Of the centre of each `values[0, 0]` along the two other axes in their order, shape (n, 2).
        step_mm: Between samples along these axes.
        thickness_mm: Of the slabs.
        values: n pictures.
        lean: Along which direction the layers of a slab were added up: mm along the two other axes for each mm along the axis.
    """

    axis: int
    position_mm: Array
    first_mm: Array
    step_mm: tuple[float, float]
    thickness_mm: float
    values: list[Image]
    lean: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
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
    along, first, second = (
        pixel_offsets(geometry.pixel_matrix()[other], geometry).astype(np.float32) for other in (axis, *OTHER_AXES[axis])
    )
    length = cv2.magnitude(cv2.magnitude(first, second), along)
    return np.asarray(length / np.maximum(np.abs(along), np.float32(1e-6)), dtype=np.float32)


def sum_sheets(sheets: Sheets, geometry: ProjectionGeometry, forward: bool, window: Window) -> Image:
    """Add up value x thickness of the sheets as seen from the source, without the obliquity of the rays.

    Args:
        sheets: In the frame of the geometry.
        geometry: Source and pixels.
        forward: Whether the rays run towards greater values along the sheets' axis.
        window: The pixels wanted.

    Returns:
        Shape (rows, columns) of the whole picture, 0 outside the window. What lies behind the source or the
        detector does not count.
    """
    out = np.zeros((geometry.rows, geometry.columns), dtype=np.float32)
    if not sheets.values:
        return out
    matrices = _homographies(sheets, geometry)
    parts = _windows(sheets, matrices, geometry, window)
    lengths, uncut = _lengths(sheets, geometry, forward, parts)
    used = np.flatnonzero((parts[:, 0] < parts[:, 1]) & (parts[:, 2] < parts[:, 3]) & (lengths > 0.0))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for index, (row, row_end, column, column_end) in zip(used.tolist(), parts[used].tolist(), strict=True):
        seen = cv2.warpPerspective(sheets.values[index], matrices[index], (column_end - column, row_end - row), flags=flags)
        target = out[row:row_end, column:column_end]
        if uncut[index]:
            cv2.scaleAdd(seen, lengths[index], target, dst=target)
        else:
            part = Window(row, row_end, column, column_end)
            target += seen * _cut_short(float(sheets.position_mm[index]), sheets, geometry, forward, part) * np.float32(lengths[index])
    return out


def spread_over_slab(image: Image, sheets: Sheets, geometry: ProjectionGeometry) -> Image:
    """Average a sum of sheets over what its rays cross sideways within one slab, as if each slab were as thick as it stands for.

    A thin sheet seen at an angle casts a sharp edge for each slab, a comb of edges one slab's parallax apart; an average over
    just that length leaves none of it. The parallax is taken on the middle ray, where the middle sheet lies.

    Args:
        image: Of `sum_sheets`, shape (rows, columns).
        sheets: That were summed.
        geometry: Of the picture.
    """
    if not sheets.values:
        return image
    kernel = _line_kernel(_parallax(sheets, geometry))
    return image if kernel.size == 1 else np.asarray(cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REPLICATE), dtype=np.float32)


def _parallax(sheets: Sheets, geometry: ProjectionGeometry) -> Array:
    """Return columns and rows by which the near and the far face of a slab lie apart in the picture, shape (2,)."""
    pixel = geometry.pixel_matrix()
    middle = np.array([(geometry.columns - 1) / 2.0, (geometry.rows - 1) / 2.0, 1.0])
    ray = pixel @ middle
    per_mm = ray / ray[sheets.axis]
    offset = per_mm * (float(np.median(sheets.position_mm)) - geometry.source[sheets.axis])
    aside = np.zeros(3)
    for other, lean in zip(OTHER_AXES[sheets.axis], sheets.lean, strict=True):
        aside[other] = sheets.thickness_mm * (per_mm[other] - lean)
    place = np.linalg.solve(pixel, offset + aside)
    return np.asarray(place[:2] / place[2] - middle[:2])


def _line_kernel(parallax: Array) -> Image:
    """Return a line of even weights, of sum 1, as long as a parallax and about the middle; one pixel if that is all it covers."""
    reach = math.ceil(float(np.abs(parallax).max()) / 2.0 - LEAST_PARALLAX_PX)
    if reach < 1:
        return np.ones((1, 1), dtype=np.float32)
    kernel = np.zeros((2 * reach + 3, 2 * reach + 3), dtype=np.float32)
    along = (np.arange(LINE_SAMPLES) + 0.5) / LINE_SAMPLES - 0.5
    column, row = (reach + 1.0 + along * part for part in parallax)
    left, top = np.floor(column).astype(int), np.floor(row).astype(int)
    for down in (0, 1):
        for right in (0, 1):
            weight = np.abs(1 - down - (row - top)) * np.abs(1 - right - (column - left))
            np.add.at(kernel, (top + down, left + right), weight / LINE_SAMPLES)
    return kernel


def _lengths(sheets: Sheets, geometry: ProjectionGeometry, forward: bool, parts: NDArray[np.int64]) -> tuple[Array, NDArray[np.bool_]]:
    """Return the millimetres of each slab past the source, 0 where no pixel of its part lies beyond, and whether all pixels do."""
    sign = 1.0 if forward else -1.0
    per_column, per_row, first = sign * geometry.pixel_matrix()[sheets.axis]
    across, down = per_column * (parts[:, 2:] - (0, 1)), per_row * (parts[:, :2] - (0, 1))
    nearest, farthest = first + across.min(axis=1) + down.min(axis=1), first + across.max(axis=1) + down.max(axis=1)
    far_face = sign * (sheets.position_mm - geometry.source[sheets.axis]) + sheets.thickness_mm / 2.0
    lengths = np.clip(far_face, 0.0, sheets.thickness_mm) * (far_face - sheets.thickness_mm < farthest)
    return lengths, far_face <= nearest


def _cut_short(position_mm: float, sheets: Sheets, geometry: ProjectionGeometry, forward: bool, part: Window) -> Image:
    """Return the share of a slab that lies before each pixel of a part of the picture, where the detector cuts through it."""
    sign = 1.0 if forward else -1.0
    per_column, per_row, first = sign * geometry.pixel_matrix()[sheets.axis]
    columns, rows = np.arange(part.column, part.column_end), np.arange(part.row, part.row_end)[:, None]
    near_face = sign * (position_mm - geometry.source[sheets.axis]) - sheets.thickness_mm / 2.0
    share = (first + per_column * columns + per_row * rows - near_face) / sheets.thickness_mm
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float32)


def _homographies(sheets: Sheets, geometry: ProjectionGeometry) -> Array:
    """Matrices, shape (n, 3, 3), from picture (column, row, 1) to sheet (second index, first index, 1), up to scale."""
    pixel, source = geometry.pixel_matrix(), geometry.source
    along = pixel[sheets.axis]
    ahead = sheets.position_mm - source[sheets.axis]
    out = np.empty((len(sheets.values), 3, 3))
    for place, other in enumerate(OTHER_AXES[sheets.axis]):
        across = source[other] - sheets.first_mm[:, place]
        out[:, 1 - place] = (across[:, None] * along + ahead[:, None] * pixel[other]) / sheets.step_mm[place]
    out[:, 2] = along
    return out


def _windows(sheets: Sheets, matrices: Array, geometry: ProjectionGeometry, window: Window) -> NDArray[np.int64]:
    """Pixels on which each sheet can fall: row, row_end, column, column_end, shape (n, 4); moves the matrices to their windows' origins."""
    shapes = np.array([values.shape for values in sheets.values], dtype=np.float64)
    low, (high, wide) = np.full(len(shapes), -1.0), shapes.T
    corners = np.stack([np.stack([low, wide, wide, low], -1), np.stack([low, low, high, high], -1), np.ones((len(shapes), 4))], axis=1)
    picture = np.linalg.solve(matrices + _singular(matrices), corners)
    with np.errstate(divide="ignore", invalid="ignore"):
        place = picture[:, :2] / picture[:, 2:]
    inside = _depths(sheets, corners, geometry).min(axis=1) > 1e-6
    limits = np.array([[window.column, window.column_end], [window.row, window.row_end]])
    start = np.where(inside[:, None], np.floor(place.min(axis=2)), limits[:, 0]).clip(limits[:, 0], limits[:, 1]).astype(np.int64)
    end = np.where(inside[:, None], np.ceil(place.max(axis=2)) + 1.0, limits[:, 1]).clip(limits[:, 0], limits[:, 1]).astype(np.int64)
    matrices[:, :, 2] += np.einsum("nij,nj->ni", matrices[:, :, :2], start.astype(np.float64))
    return np.stack([start[:, 1], end[:, 1], start[:, 0], end[:, 0]], axis=1)


def _singular(matrices: Array) -> Array:
    """Return a tiny turn for a sheet that holds the source itself, whose homography has no inverse, shape (n, 3, 3)."""
    flat = np.abs(np.linalg.det(matrices)) < 1e-12
    return np.asarray(flat[:, None, None] * 1e-6 * np.eye(3))


def _depths(sheets: Sheets, corners: Array, geometry: ProjectionGeometry) -> Array:
    """Distance of the sheets' corners from the source towards the detector, as a fraction of the detector's, shape (n, 4)."""
    first, second = OTHER_AXES[sheets.axis]
    normal = np.cross(geometry.column, geometry.row)
    normal = normal / float((geometry.origin - geometry.source) @ normal)
    depth = normal[sheets.axis] * (sheets.position_mm - geometry.source[sheets.axis])[:, None]
    for place, other in ((0, first), (1, second)):
        points = sheets.first_mm[:, place, None] + corners[:, 1 - place] * sheets.step_mm[place]
        depth = depth + normal[other] * (points - geometry.source[other])
    return np.asarray(depth)
