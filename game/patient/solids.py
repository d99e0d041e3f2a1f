"""Signed distances of simple solids, for coordinates in any dtype: negative inside, first order near the surface."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Index = NDArray[np.intp]
Field = Any
"""A coordinate, a length or a distance: an array, or a number that broadcasts against one."""

TINY = 1e-12  # keeps the centre of an ellipsoid as deep as its radius


def smooth_union(a: Field, b: Field, blend_mm: float) -> Field:
    """Join two solids with a fillet about `blend_mm` wide (polynomial smooth minimum)."""
    h = np.maximum(blend_mm - np.abs(a - b), 0.0)
    return np.minimum(a, b) - h * h * (0.25 / blend_mm)


def ellipsoid(x: Field, y: Field, z: Field, radius_x: Field, radius_y: Field, radius_z: Field) -> Field:
    """Return the distance to an ellipsoid about the origin along the axes."""
    ux, uy, uz = x / radius_x, y / radius_y, z / radius_z
    k = np.sqrt(ux * ux + uy * uy + uz * uz + TINY)
    ux, uy, uz = ux / radius_x, uy / radius_y, uz / radius_z
    return k * (k - 1.0) / np.sqrt(ux * ux + uy * uy + uz * uz + TINY / radius_x**2)


def ellipse(x: Field, y: Field, radius_x: Field, radius_y: Field) -> Field:
    """Return the distance to an ellipse about the origin in a plane."""
    ux, uy = x / radius_x, y / radius_y
    k = np.sqrt(ux * ux + uy * uy + TINY)
    ux, uy = ux / radius_x, uy / radius_y
    return k * (k - 1.0) / np.sqrt(ux * ux + uy * uy + TINY / radius_x**2)


def along(x: Field, y: Field, z: Field, bar: tuple[Field, Field, Field]) -> Field:
    """Return how far along a bar from the origin to `bar` the nearest point lies, 0 to 1."""
    bx, by, bz = bar
    return np.clip((x * bx + y * by + z * bz) / (bx * bx + by * by + bz * bz), 0.0, 1.0)


def cone(x: Field, y: Field, z: Field, bar: tuple[Field, Field, Field], radius_start: Field, radius_end: Field) -> Field:
    """Return the distance to a bar with round ends from the origin to `bar`, its radius going from start to end."""
    t = along(x, y, z, bar)
    dx, dy, dz = x - t * bar[0], y - t * bar[1], z - t * bar[2]
    return np.sqrt(dx * dx + dy * dy + dz * dz) - (radius_start + t * (radius_end - radius_start))


def rounded(a: Field, b: Field, radius: Field) -> Field:
    """Return the intersection of two solids that meet at right angles, its edge rounded by `radius`."""
    a, b = a + radius, b + radius
    outside_a, outside_b = np.maximum(a, 0.0), np.maximum(b, 0.0)
    return np.sqrt(outside_a * outside_a + outside_b * outside_b) + np.minimum(np.maximum(a, b), 0.0) - radius


def rounded_box(a: Field, b: Field, c: Field, radius: Field) -> Field:
    """Return the intersection of three solids that meet at right angles, edges and corners rounded by `radius`."""
    a, b, c = a + radius, b + radius, c + radius
    outside_a, outside_b, outside_c = np.maximum(a, 0.0), np.maximum(b, 0.0), np.maximum(c, 0.0)
    out = np.sqrt(outside_a * outside_a + outside_b * outside_b + outside_c * outside_c)
    return out + np.minimum(np.maximum(np.maximum(a, b), c), 0.0) - radius


def superellipse(u: Field, v: Field, radius_u: Field, radius_v: Field, power: Field) -> tuple[Field, Field]:
    """Return the distance to a superellipse and its level k (1 on the rim), for u, v >= 0."""
    u, v = np.maximum(u / radius_u, 1e-4), np.maximum(v / radius_v, 1e-4)
    pu, pv = u ** (power - 1.0), v ** (power - 1.0)
    total = pu * u + pv * v
    k = total ** (1.0 / power)
    gu, gv = pu / radius_u, pv / radius_v
    return (k - 1.0) * total / (k * np.sqrt(gu * gu + gv * gv)), k
