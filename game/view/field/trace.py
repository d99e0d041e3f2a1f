"""Round things along a line: which pixels they cover, and where on the round each pixel lies."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.view.field.plane import Box, Float32, clip_box

Points = NDArray[np.float64]
WINDOW_PX = 90.0
LOOP_RADII = 9.0
TOUCH_RADII = 2.6


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line that does not cross itself.

    Attributes:
        rows: Rows of the pixels it covers, shape (k,).
        columns: Their columns.
        off: Offset of each from the line over the radius there, (columns, rows), shape (k, 2), length up to 1.
        arc_px: Place along the whole line from its start.
        cover: Antialiased coverage, 0 to 1.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    off: Float32
    arc_px: Float32
    cover: Float32


def resampled(points_px: Points, step_px: float = 1.0) -> tuple[Points, NDArray[np.float64]]:
    """Return a line with even steps, shape (m, 2), and each place's length from the start."""
    points = np.asarray(points_px, dtype=np.float64).reshape(-1, 2)
    lengths = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(0)
    keep = np.concatenate([[True], lengths > 1e-6])
    points = points[keep]
    arc = np.concatenate([[0.0], np.cumsum(lengths[lengths > 1e-6])])
    if arc[-1] <= 0.0:
        return points[:1], np.zeros(1)
    at = np.linspace(0.0, arc[-1], max(int(arc[-1] / step_px) + 1, 2))
    return np.stack([np.interp(at, arc, points[:, k]) for k in (0, 1)], axis=-1), at


def smoothed(points: Points, step: float) -> Points:
    """Return a Catmull-Rom curve through points, in about even steps, shape (m, 2)."""
    points = np.asarray(points, dtype=np.float64)
    if len(points) < 3:
        return points
    ends = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    out = []
    for k in range(len(points) - 1):
        a, b, c, d = ends[k : k + 4]
        t = np.linspace(0.0, 1.0, max(int(np.hypot(*(c - b)) / step), 1), endpoint=False)[:, None]
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*out, points[-1:]])


def box_round(points_px: Points, reach_px: float, bounds: tuple[int, int]) -> Box | None:
    """Return the pixels within a reach of a line, cut to a picture."""
    low, high = points_px.min(axis=0) - reach_px - 2, points_px.max(axis=0) + reach_px + 3
    return clip_box((int(low[0]), int(low[1]), int(high[0]), int(high[1])), bounds)


def trace(points_px: Points, radius_px: float | NDArray[np.float64], box: Box, flat_ends: bool = True) -> list[Run]:
    """Return what a round thing along a line covers in a box, later runs lying on top.

    Args:
        points_px: The line, (column, row), shape (n, 2).
        radius_px: Its radius, one or one a point.
        box: The part of the picture; rows and columns of runs count from its corner.
        flat_ends: Whether the ends are cut straight or rounded.
    """
    line, arc = resampled(points_px)
    if len(line) < 2:
        return []
    given = np.asarray(radius_px, dtype=np.float64)
    source = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(np.asarray(points_px, np.float64), axis=0).T))])
    radius = np.full(len(line), float(given)) if given.ndim == 0 else np.interp(arc, source, given)
    line = line - np.array([box[0], box[1]], dtype=np.float64)
    edges = _between_crossings(line, arc, float(radius.max()))
    runs = [_run(line, arc, radius, first, last, (box[3] - box[1], box[2] - box[0]), flat_ends) for first, last in edges]
    return [run for run in runs if run is not None]


def _between_crossings(line: Points, arc: NDArray[np.float64], radius_px: float) -> list[tuple[int, int]]:
    """Return index ranges of stretches that come nowhere near themselves."""
    step = max(int(radius_px / 2), 1)
    near, apart = TOUCH_RADII * radius_px, LOOP_RADII * radius_px
    ranges, first = [], 0
    x, y = np.ascontiguousarray(line.T)
    long_before = np.searchsorted(arc, arc - apart)
    for k in range(0, len(line), step):
        seen = slice(first, min(int(long_before[k]), k), step)
        if seen.stop > first and ((x[seen] - x[k]) ** 2 + (y[seen] - y[k]) ** 2).min() < near * near:
            cut = max(int(k - 2 * radius_px), first + 1)
            ranges.append((first, cut))
            first = cut
    ranges.append((first, len(line) - 1))
    return [(a, b) for a, b in ranges if b > a]


def _run(
    line: Points, arc: NDArray[np.float64], radius: NDArray[np.float64], first: int, last: int, shape: tuple[int, int], flat_ends: bool
) -> Run | None:
    found: list[tuple[NDArray[np.intp], ...]] = []
    offs, arcs, covers = [], [], []
    length = int(WINDOW_PX)
    for start in range(first, last, length):
        end = min(start + length, last)
        piece = _window(line, arc, radius, (start, end), (0, len(line) - 1), shape, flat_ends)
        if piece is not None:
            found.append(piece[:2])
            offs.append(piece[2])
            arcs.append(piece[3])
            covers.append(piece[4])
    if not found:
        return None
    rows, columns = (np.concatenate([f[k] for f in found]) for k in (0, 1))
    return Run(rows, columns, np.concatenate(offs), np.concatenate(arcs), np.concatenate(covers))


def _nearest(line: Points, part: tuple[int, int], box: Box, pad: int) -> tuple[Float32, NDArray[np.intp]]:
    """Return how far each pixel of a box is from a part of a line, and the nearest point, up to `pad` pixels outside the box."""
    low, high = part
    width, height = box[2] - box[0], box[3] - box[1]
    spots = np.round(line[low : high + 1] - np.array([box[0], box[1]])).astype(np.intp)
    seeds = np.full((height + 2 * pad, width + 2 * pad), 255, np.uint8)
    row, column = np.clip(spots[:, 1] + pad, 0, height + 2 * pad - 1), np.clip(spots[:, 0] + pad, 0, width + 2 * pad - 1)
    seeds[row, column] = 0
    away, label = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    index = np.zeros(int(label.max()) + 1, np.intp)
    index[label[row, column]] = np.arange(low, high + 1)
    inner = (slice(pad, pad + height), slice(pad, pad + width))
    return np.asarray(away[inner], np.float32), index[label[inner]]


def _window(
    line: Points,
    arc: NDArray[np.float64],
    radius: NDArray[np.float64],
    part: tuple[int, int],
    whole: tuple[int, int],
    shape: tuple[int, int],
    flat_ends: bool,
) -> tuple[NDArray[np.intp], NDArray[np.intp], Float32, Float32, Float32] | None:
    """Return pixels nearer to a part of a line than to what follows it: rows, columns, offset, arc, coverage."""
    start, end = part
    far = float(radius[start : end + 1].max())
    more = int(far) + 2
    low, high = max(start - more, whole[0]), min(end + more, whole[1])
    box = box_round(line[start : end + 1], far, shape)
    if box is None:
        return None
    away, nearest = _nearest(line, (low, high), box, more + 2)
    rows, columns = np.nonzero((away < far + 2.0) & (nearest >= start) & ((nearest < end) | (end == whole[1])))
    if not len(rows):
        return None
    at = nearest[rows, columns]
    before, after = line[np.maximum(at - 1, 0)], line[np.minimum(at + 1, len(line) - 1)]
    along = (after - before) / np.maximum(np.hypot(*(after - before).T), 1e-6)[:, None]
    offset = np.stack([columns + box[0], rows + box[1]], axis=-1) - line[at]
    on = np.sum(offset * along, axis=1)
    beyond = np.where(at == whole[0], -on, np.where(at == whole[1], on, -1.0))
    held = np.where(beyond > 0.0, 0.0, on) if not flat_ends else on
    offset = offset - held[:, None] * along
    size = np.maximum(radius[at], 0.05)
    distance = np.hypot(*offset.T)
    cover = np.clip(size - distance + 0.5, 0.0, 1.0) * np.minimum(1.0, 2.0 * size)
    if flat_ends:
        cover = cover * np.clip(0.5 - beyond, 0.0, 1.0)
    kept = cover > 0.0
    off = offset / np.maximum(np.maximum(size, distance), 0.5)[:, None]
    place = arc[at] + np.clip(on, -1.0, 1.0)
    return (
        rows[kept] + box[1],
        columns[kept] + box[0],
        off[kept].astype(np.float32),
        place[kept].astype(np.float32),
        cover[kept].astype(np.float32),
    )
