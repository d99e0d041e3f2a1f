"""The path of X-rays through round bars, exact across each pixel."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.frames import Array
from game.imaging.geometry import ProjectionGeometry
from game.imaging.sheets import Image
from game.imaging.tube import Tube
from game.patient.attenuation import mu_per_mm

NEAREST = 0.05  # fraction of the source-detector distance; nothing stands closer to the tube's housing
MARGIN_PX = 1.5
STRAIGHT_MM = 0.03  # bend that no pixel shows


@dataclass(frozen=True, slots=True, eq=False)
class _Segments:
    """The straight pieces of a tube: starts and unit directions, shape (n, 3), and lengths in mm, shape (n,)."""

    start: Array
    along: Array
    length_mm: Array


def add_tubes(image: Image, tubes: tuple[Tube, ...], geometry: ProjectionGeometry, energy_kev: float) -> None:
    """Add the attenuation of tubes to a picture in place, less that of the soft tissue in whose place they lie.

    Args:
        image: Attenuation, shape (rows, columns).
        tubes: In the frame of the geometry.
        geometry: Source and pixels.
        energy_kev: 40 to 100.
    """
    displaced = mu_per_mm("soft", energy_kev)
    for tube in tubes:
        segments = _segments(tube, geometry)
        if len(segments.length_mm):
            _add_segments(image, segments, tube, geometry, mu_per_mm(tube.material, energy_kev) - displaced)


def add_paths(image: Image, tubes: tuple[Tube, ...], geometry: ProjectionGeometry) -> None:
    """Add the path of each ray in mm through straight bars, those of one size together, to a picture in place.

    Args:
        image: Path in mm, shape (rows, columns).
        tubes: Of two points each, in the frame of the geometry.
        geometry: Source and pixels.
    """
    sizes: dict[tuple[float, float], list[Tube]] = {}
    for tube in tubes:
        sizes.setdefault((tube.radius_mm, tube.bore_mm), []).append(tube)
    for same in sizes.values():
        segments = _cut_off(np.array([tube.points_mm for tube in same]), geometry)
        if len(segments.length_mm):
            _add_segments(image, segments, same[0], geometry, 1.0)


def _segments(tube: Tube, geometry: ProjectionGeometry) -> _Segments:
    points = straightened(np.asarray(tube.points_mm, dtype=np.float64))
    return _cut_off(np.stack([points[:-1], points[1:]], axis=1), geometry)


def _cut_off(pairs: Array, geometry: ProjectionGeometry) -> _Segments:
    """Return the pieces between pairs of points, shape (n, 2, 3), without what lies beside or behind the source."""
    depth = (pairs - geometry.source) @ np.linalg.inv(geometry.pixel_matrix())[2]
    ends = np.array([_in_front(*pair, *deep) for pair, deep in zip(pairs, depth.tolist(), strict=True)]).reshape(-1, 2, 3)
    step = ends[:, 1] - ends[:, 0]
    length_mm = np.sqrt((step**2).sum(axis=1))
    kept = length_mm > 1e-9
    return _Segments(ends[kept, 0], step[kept] / length_mm[kept, None], length_mm[kept])


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


def _add_segments(image: Image, segments: _Segments, tube: Tube, geometry: ProjectionGeometry, scale: float) -> None:
    number, rows, columns = _pixels_near(segments, tube.radius_mm, geometry)
    offset = geometry.pixel_matrix() @ np.stack([columns, rows, np.ones(len(rows))])
    pixel_mm = np.sqrt((offset**2).sum(axis=0))
    ray = offset / pixel_mm
    along, length_mm = segments.along.T[:, number], segments.length_mm[number]
    away = (segments.start - geometry.source).T[:, number]
    cosine = (along * ray).sum(axis=0)
    sine = np.sqrt(np.maximum(1.0 - cosine**2, 1e-8))
    from_source, from_start = (away * ray).sum(axis=0), (away * along).sum(axis=0)
    apart = np.abs((_cross(ray, along) * away).sum(axis=0)) / sine
    place = (cosine * from_source - from_start) / sine**2
    depth = from_source + place * cosine
    footprint = geometry.pitch_mm() * np.maximum(depth, 1.0) / pixel_mm
    met = apart < tube.radius_mm + footprint / 2.0
    apart, footprint, place, length_mm, sine, cosine = (part[met] for part in (apart, footprint, place, length_mm, sine, cosine))
    path = _mean_path(apart, footprint, place, length_mm, tube.radius_mm, sine, cosine)
    if tube.bore_mm > 0.0:
        path -= _mean_path(apart, footprint, place, length_mm, tube.bore_mm, sine, cosine)
    np.add.at(image, (rows[met].astype(int), columns[met].astype(int)), (scale * path).astype(np.float32))


def _cross(first: Array, second: Array) -> Array:
    """Return the cross products of columns, each shape (3, n)."""
    (a, b, c), (d, e, f) = first, second
    return np.stack([b * f - c * e, c * d - a * f, a * e - b * d])


def _mean_path(apart: Array, footprint: Array, place: Array, length_mm: Array, radius_mm: float, sine: Array, cosine: Array) -> Array:
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


def _pixels_near(segments: _Segments, radius_mm: float, geometry: ProjectionGeometry) -> tuple[NDArray[np.intp], Array, Array]:
    """Return the pixels that each segment can touch: its number, row and column, each shape (n,)."""
    ends = np.stack([segments.start, segments.start + segments.length_mm[:, None] * segments.along], axis=1)
    places = geometry.project(ends)
    depth = (ends - geometry.source) @ np.linalg.inv(geometry.pixel_matrix())[2]
    reach = radius_mm / depth.min(axis=1) / geometry.pitch_mm() + MARGIN_PX
    limits = np.array([geometry.rows, geometry.columns])
    lows = np.clip(np.floor(places.min(axis=1) - reach[:, None]), 0, limits).astype(int)
    highs = np.clip(np.ceil(places.max(axis=1) + reach[:, None]) + 1, 0, limits).astype(int)
    corners = np.clip(np.rint((places - lows[:, None]) * 16), -(2**20), 2**20).astype(int)[..., ::-1].tolist()
    found = [
        _touched(low, high, corner, 2 * math.ceil(wide) + 1)
        for low, high, corner, wide in zip(lows, highs, corners, reach.tolist(), strict=True)
    ]
    number = np.repeat(np.arange(len(found)), [len(rows) for rows, _ in found])
    rows, columns = (np.concatenate(part).astype(np.float64) for part in zip(*found, strict=True))
    return number, rows, columns


def _touched(low: NDArray[np.intp], high: NDArray[np.intp], corners: list[list[int]], wide_px: int) -> tuple[NDArray[np.intp], ...]:
    """Return rows and columns under a thick line between corners in sixteenths of a pixel from `low`."""
    if (low >= high).any():
        return np.empty(0, np.intp), np.empty(0, np.intp)
    mask = np.zeros(high - low, dtype=np.uint8)
    cv2.line(mask, corners[0], corners[1], 1, thickness=wide_px, shift=4)
    rows, columns = np.nonzero(mask)
    return rows + low[0], columns + low[1]
