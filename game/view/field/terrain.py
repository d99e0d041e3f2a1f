"""The height of what the field camera looks at, found by walking along its lines of sight."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.frames import FieldCamera
from game.view.field.noise import spread
from game.view.field.plane import Float32, Plane

Distance = Callable[[NDArray[np.float64]], NDArray[np.float64]]

START_MM = 330.0  # how far above the camera's plane the walk begins: beyond any body
REACH_MM = 760.0
GRID_MM = 4.0
LOWEST_MM = -190.0


@dataclass(frozen=True, slots=True)
class Relief:
    """What the camera sees of one surface.

    Attributes:
        plane: Where the picture lies.
        height_mm: Towards the viewer from the camera's plane, shape of the plane, float32.
        hit: Fraction of each pixel where the surface was met, shape of the plane, float32.
    """

    plane: Plane
    height_mm: Float32
    hit: Float32


def walk(distance: Distance, camera: FieldCamera, points_mm: NDArray[np.float64], start_mm: float = START_MM) -> NDArray[np.float64]:
    """Return heights over the camera's plane where lines of sight meet a surface, nan where they miss.

    Args:
        distance: Signed distance of theatre points, shape (n, 3) -> (n,), never more than the true distance.
        camera: The field camera.
        points_mm: Field-plane points, shape (n, 2).
        start_mm: Height at which the walk begins.
    """
    right, up, viewer = camera.axes()
    base = np.asarray(camera.centre_mm) + points_mm[:, :1] * right + points_mm[:, 1:] * up
    height = np.full(len(points_mm), start_mm)
    active = np.arange(len(points_mm))
    gap = np.full(len(points_mm), np.inf)
    for _ in range(48):
        step = distance(base[active] + height[active, None] * viewer)
        height[active] -= step
        gap[active] = step
        active = active[(np.abs(step) > 0.05) & (height[active] > start_mm - REACH_MM)]
        if not len(active):
            break
    return np.where(np.abs(gap) < 1.5, height, np.nan)


def approach(
    distance: Distance, camera: FieldCamera, points_mm: NDArray[np.float64], start_mm: float = START_MM
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each line of sight meets or comes nearest to a surface, and how far it passes by.

    Both change smoothly across an outline, so that a coarse walk gives a clean edge.

    Args:
        distance: As for `walk`.
        camera: The field camera.
        points_mm: Field-plane points, shape (n, 2).
        start_mm: Height at which the walk begins.

    Returns:
        Heights over the camera's plane and gaps (0 where the surface is met), mm, each shape (n,).
    """
    right, up, viewer = camera.axes()
    base = np.asarray(camera.centre_mm) + points_mm[:, :1] * right + points_mm[:, 1:] * up
    height = np.full(len(points_mm), start_mm)
    best, best_gap = height.copy(), np.full(len(points_mm), np.inf)
    active = np.arange(len(points_mm))
    for _ in range(64):
        gap = distance(base[active] + height[active, None] * viewer)
        nearer = gap < best_gap[active]
        best[active[nearer]], best_gap[active[nearer]] = height[active[nearer]], gap[nearer]
        height[active] -= np.maximum(gap, 0.4)
        active = active[(gap > 0.05) & (height[active] > start_mm - REACH_MM)]
        if not len(active):
            break
    return best, np.where(best_gap < 0.1, 0.0, best_gap)


def see(distance: Distance, camera: FieldCamera, plane: Plane, grid_mm: float = GRID_MM) -> Relief:
    """Return the relief of a smooth surface: walked on a coarse grid, then raised to the picture's size."""
    columns = math.ceil(plane.width_px * plane.mm_per_px / grid_mm) + 5
    rows = math.ceil(plane.height_px * plane.mm_per_px / grid_mm) + 5
    coarse = Plane(columns, rows, grid_mm, plane.centre_mm)
    x, y = coarse.axes_mm()
    points = np.stack(np.broadcast_arrays(x, y), axis=-1).reshape(-1, 2).astype(np.float64)
    height = walk(distance, camera, points).reshape(coarse.shape)
    met = np.isfinite(height)
    filled = np.where(met, height, LOWEST_MM).astype(np.float32)
    return Relief(plane, raise_to(filled, coarse, plane), raise_to(met.astype(np.float32), coarse, plane))


def raise_to(values: Float32, coarse: Plane, plane: Plane) -> Float32:
    """Return values on a coarse plane as a finer plane shows them, smooth in value and curvature."""
    first, last = coarse.to_px(plane.to_mm(np.array([[0.0, 0.0], [plane.width_px - 1.0, plane.height_px - 1.0]])))
    return spread(values, np.linspace(first[0], last[0], plane.width_px), np.linspace(first[1], last[1], plane.height_px))
