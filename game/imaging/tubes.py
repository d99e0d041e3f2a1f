"""The path of X-rays through round bars, exact across each pixel."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from game.frames import Array
from game.imaging.geometry import ProjectionGeometry
from game.imaging.sheets import Image
from game.imaging.tube import Tube
from game.patient.attenuation import mu_per_mm

NEAREST = 0.05  # fraction of the source-detector distance; nothing stands closer to the tube's housing
MARGIN_PX = 2.0
STRAIGHT_MM = 0.03  # bend that no pixel shows


@dataclass(frozen=True, slots=True, eq=False)
class _Segment:
    """A straight piece of a tube: its ends, its unit direction, its length in mm."""

    start: Array
    along: Array
    length_mm: float


def add_tubes(image: Image, tubes: tuple[Tube, ...], geometry: ProjectionGeometry, energy_kev: float) -> None:
    """Add the attenuation of tubes to a picture in place.

    Args:
        image: Attenuation, shape (rows, columns).
        tubes: In the frame of the geometry.
        geometry: Source and pixels.
        energy_kev: 40 to 100.
    """
    for tube in tubes:
        mu = mu_per_mm(tube.material, energy_kev)
        for segment in _segments(tube, geometry):
            _add_segment(image, segment, tube, geometry, mu)


def _segments(tube: Tube, geometry: ProjectionGeometry) -> list[_Segment]:
    points = straightened(np.asarray(tube.points_mm, dtype=np.float64))
    depth = (points - geometry.source) @ np.linalg.inv(geometry.pixel_matrix())[2]
    pieces = []
    for index in range(len(points) - 1):
        start, end = _in_front(points[index], points[index + 1], float(depth[index]), float(depth[index + 1]))
        length_mm = math.sqrt(float((end - start) @ (end - start)))
        if length_mm > 1e-9:
            pieces.append(_Segment(start, (end - start) / length_mm, length_mm))
    return pieces


def straightened(points: Array) -> Array:
    """Return the fewest of the points, shape (n, 3), whose line passes within `STRAIGHT_MM` of all (Douglas and Peucker 1973)."""
    kept, todo = {0, len(points) - 1}, [(0, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        away = _distance_to_line(points[first + 1 : last], points[first], points[last])
        worst = int(np.argmax(away))
        if float(away[worst]) > STRAIGHT_MM:
            split = first + 1 + worst
            kept.add(split)
            todo.extend([(first, split), (split, last)])
    return points[sorted(kept)]


def _distance_to_line(points: Array, start: Array, end: Array) -> Array:
    along = end - start
    length = float(along @ along)
    share = np.clip((points - start) @ along / length, 0.0, 1.0) if length > 0.0 else np.zeros(len(points))
    return np.asarray(np.sqrt(((points - start - share[:, None] * along) ** 2).sum(axis=1)))


def _in_front(start: Array, end: Array, depth_start: float, depth_end: float) -> tuple[Array, Array]:
    """Cut off what lies beside or behind the source."""
    if min(depth_start, depth_end) >= NEAREST:
        return start, end
    if max(depth_start, depth_end) < NEAREST:
        return start, start
    cut = start + (NEAREST - depth_start) / (depth_end - depth_start) * (end - start)
    return (cut, end) if depth_start < NEAREST else (start, cut)


def _add_segment(image: Image, segment: _Segment, tube: Tube, geometry: ProjectionGeometry, scale: float) -> None:
    rows, columns = _pixels_near(segment, tube.radius_mm, geometry)
    if not len(rows):
        return
    offset = geometry.pixel_matrix() @ np.stack([columns, rows, np.ones(len(rows))])
    pixel_mm = np.sqrt((offset**2).sum(axis=0))
    ray = offset / pixel_mm
    away = segment.start - geometry.source
    cosine = segment.along @ ray
    sine = np.sqrt(np.maximum(1.0 - cosine**2, 1e-8))
    normal = np.cross(ray.T, segment.along)
    apart = np.abs(normal @ away) / sine
    place = (cosine * (away @ ray) - float(segment.along @ away)) / sine**2
    depth = ((away + place[:, None] * segment.along) * ray.T).sum(axis=1)
    footprint = geometry.pitch_mm() * np.maximum(depth, 1.0) / pixel_mm
    path = _mean_path(apart, footprint, place, segment.length_mm, tube.radius_mm, sine, cosine)
    if tube.bore_mm > 0.0:
        path -= _mean_path(apart, footprint, place, segment.length_mm, tube.bore_mm, sine, cosine)
    image[rows.astype(int), columns.astype(int)] += (scale * path).astype(np.float32)


def _mean_path(apart: Array, footprint: Array, place: Array, length_mm: float, radius_mm: float, sine: Array, cosine: Array) -> Array:
    """Mean path through a solid round bar of finite length over the width of a pixel, each shape (n,).

    Across the bar the mean chord is a difference of areas of circular segments; along it the part of the chord's
    shadow on the axis that lies between the ends counts.
    """
    chord = (_area(apart + footprint / 2.0, radius_mm) - _area(apart - footprint / 2.0, radius_mm)) / footprint / sine
    half = (chord * np.abs(cosine) + footprint * np.maximum(sine, 0.1)) / 2.0
    inside = np.minimum(place + half, length_mm) - np.maximum(place - half, 0.0)
    return np.asarray(chord * np.clip(inside, 0.0, None) / (2.0 * half))


def _area(offset: Array, radius_mm: float) -> Array:
    """Area of a disc up to a line at an offset from its centre, less half the disc."""
    x = np.clip(offset / radius_mm, -1.0, 1.0)
    return np.asarray(radius_mm**2 * (x * np.sqrt(1.0 - x**2) + np.arcsin(x)))


def _pixels_near(segment: _Segment, radius_mm: float, geometry: ProjectionGeometry) -> tuple[Array, Array]:
    """Return the rows and columns of the pixels that the segment can touch, each shape (n,)."""
    ends = np.stack([segment.start, segment.start + segment.length_mm * segment.along])
    place = geometry.project(ends)
    depth = (ends - geometry.source) @ np.linalg.inv(geometry.pixel_matrix())[2]
    reach = radius_mm / float(depth.min()) / geometry.pitch_mm() + MARGIN_PX
    limits = np.array([geometry.rows, geometry.columns])
    low = np.clip(np.floor(place.min(axis=0) - reach), 0, limits).astype(int)
    high = np.clip(np.ceil(place.max(axis=0) + reach) + 1, 0, limits).astype(int)
    if (low >= high).any():
        return np.empty(0), np.empty(0)
    mask = np.zeros(high - low, dtype=np.uint8)
    start, end = (tuple(int(value) for value in np.clip(np.rint((point - low) * 16), -(2**20), 2**20)[::-1]) for point in place)
    cv2.line(mask, start, end, 1, thickness=2 * math.ceil(reach) + 1, shift=4)
    rows, columns = np.nonzero(mask)
    return (rows + low[0]).astype(np.float64), (columns + low[1]).astype(np.float64)
