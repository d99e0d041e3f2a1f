"""Fine structure of fat, fascia and muscle round a wound, the same for a patient at every size. Values chosen by eye."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from game.view.field.noise import blur, fractal
from game.view.field.plane import Box, Float32, Plane

FIBRE_TURN_DEG = 24.0
LOBULE_MM = 4.6
LOBULET_MM = 1.7


@dataclass(frozen=True, slots=True)
class Tissue:
    """Textures of a part of a picture, float32, each of that part's shape.

    Attributes:
        plane: The part as a plane of its own.
        box: Where it lies in the picture.
        wave: Waviness of cut edges, mm.
        lobules: Domes of fat, 0 in the clefts to about 1.
        lobulets: The same, finer.
        tone: Brightness of each lobule, about -1 to 1.
        clefts: 1 in the deep clefts between lobules.
        fibre: Fibres of the fascia, about -1 to 1.
        strand: Bundles of muscle, about -1 to 1.
        patchy: Slow changes, about -1 to 1: where muscle shines through, where fat stays on the fascia.
        smear: Where blood clings, about -1 to 1.
        gloss: Small waves of the wet film, mm.
        veins: Small vessels, 0 to 1.
    """

    plane: Plane
    box: Box
    wave: Float32
    lobules: Float32
    lobulets: Float32
    tone: Float32
    clefts: Float32
    fibre: Float32
    strand: Float32
    patchy: Float32
    smear: Float32
    gloss: Float32
    veins: Float32

    @property
    def at(self) -> tuple[slice, slice]:
        """The part as slices of the picture."""
        return slice(self.box[1], self.box[3]), slice(self.box[0], self.box[2])


def part_of(plane: Plane, box: Box) -> Plane:
    """Return a box of a plane as a plane of its own."""
    middle = plane.to_mm(np.array([(box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2]))
    return Plane(box[2] - box[0], box[3] - box[1], plane.mm_per_px, (float(middle[0]), float(middle[1])))


def tissue(plane: Plane, box: Box, seed: int) -> Tissue:
    """Return the textures of a box of a picture."""
    part = part_of(plane, box)
    big, tone = _cells(part, LOBULE_MM, seed + 301)
    small, _ = _cells(part, LOBULET_MM, seed + 302)
    return Tissue(
        plane=part,
        box=box,
        wave=fractal(part, (1.1, 3.4, 9.0, 21.0), (0.05, 0.10, 0.22, 0.35), seed + 303),
        lobules=big,
        lobulets=small,
        tone=tone,
        clefts=np.asarray(np.clip(1.0 - big * 2.6, 0.0, 1.0), np.float32),
        fibre=_fibres(part, FIBRE_TURN_DEG, ((0.30, 16.0), (0.8, 22.0), (2.4, 12.0)), (0.42, 0.40, 0.30), seed + 304),
        strand=_fibres(part, 4.0, ((0.7, 14.0), (1.9, 12.0), (4.6, 9.0)), (0.35, 0.45, 0.40), seed + 305),
        patchy=fractal(part, (2.2, 6.0, 15.0), (0.20, 0.45, 0.55), seed + 306),
        smear=fractal(part, (0.9, 2.8, 7.0, 16.0), (0.16, 0.36, 0.45, 0.40), seed + 307),
        gloss=fractal(part, (0.5, 1.1, 2.6), (0.012, 0.030, 0.055), seed + 308),
        veins=_vessels(part, seed + 309),
    )


def _cells(plane: Plane, size_mm: float, seed: int) -> tuple[Float32, Float32]:
    """Return rounded cells: height of their domes, 0 at their borders to about 1, and a number -1 to 1 for each."""
    rng = np.random.default_rng(seed)
    size = size_mm * plane.px_per_mm
    height, width = plane.shape
    if size < 2.5:
        return np.full(plane.shape, 0.5, np.float32), np.zeros(plane.shape, np.float32)
    rows, columns = np.meshgrid(np.arange(-1, height / size + 1), np.arange(-1, width / size + 1), indexing="ij")
    shift = rng.uniform(0.0, 1.0, (2, *rows.shape))
    row, column = ((rows + shift[0]) * size).astype(int), ((columns + shift[1]) * size).astype(int)
    kept = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    seeds = np.full(plane.shape, 255, np.uint8)
    seeds[row[kept], column[kept]] = 0
    _, label = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    numbers = rng.uniform(-1.0, 1.0, int(label.max()) + 1).astype(np.float32)
    values = numbers[label]
    border = np.ones(plane.shape, np.uint8)
    border[:, 1:][label[:, 1:] != label[:, :-1]] = 0
    border[1:][label[1:] != label[:-1]] = 0
    dome = cv2.distanceTransform(border, cv2.DIST_L2, 5) / (0.42 * size)
    dome = 1.0 - (1.0 - np.clip(dome, 0.0, 1.0)) ** 1.7
    # Straight borders look like cracked mud: bend them.
    bend = (fractal(plane, (size_mm * 0.45, size_mm * 1.3), (0.10 * size, 0.30 * size), seed + k) for k in (1, 2))
    column_at, row_at = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bend_x, bend_y = bend
    bent = [
        cv2.remap(v, column_at + bend_x, row_at + bend_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        for v in (dome.astype(np.float32), values)
    ]
    return np.asarray(cv2.GaussianBlur(bent[0], (0, 0), max(0.07 * size, 0.5)), np.float32), np.asarray(
        cv2.GaussianBlur(bent[1], (0, 0), max(0.10 * size, 0.7)), np.float32
    )


def _fibres(plane: Plane, turn_deg: float, grains_mm: tuple[tuple[float, float], ...], amplitudes: tuple[float, ...], seed: int) -> Float32:
    """Return streaks of several grains (width mm, length over width), turned from the picture's x axis."""
    side = int(math.hypot(plane.width_px, plane.height_px)) + 4
    square = Plane(side, side, plane.mm_per_px)
    whole = np.zeros(square.shape, np.float32)
    for index, ((width, stretch), amplitude) in enumerate(zip(grains_mm, amplitudes, strict=True)):
        whole += fractal(square, (width,), (amplitude,), seed * 7 + index, stretch)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), turn_deg, 1.0)
    turn[0, 2] += (plane.width_px - side) / 2
    turn[1, 2] += (plane.height_px - side) / 2
    wander = fractal(plane, (9.0, 24.0), (0.35 * plane.px_per_mm, 0.9 * plane.px_per_mm), seed + 5)
    turned = cv2.warpAffine(whole, turn, (plane.width_px, plane.height_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    column, row = np.meshgrid(np.arange(plane.width_px, dtype=np.float32), np.arange(plane.height_px, dtype=np.float32))
    return np.asarray(cv2.remap(turned, column, row + wander, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.float32)


def _vessels(plane: Plane, seed: int) -> Float32:
    """Return small branching vessels, about one in 4 cm2."""
    rng = np.random.default_rng(seed)
    layer = np.zeros(plane.shape, np.float32)
    extent = np.array([plane.width_px, plane.height_px]) * plane.mm_per_px
    for _ in range(int(extent[0] * extent[1] / 520.0) + 3):
        place, turn = (rng.random(2) - 0.5) * extent + np.asarray(plane.centre_mm), float(rng.uniform(0.0, 2.0 * math.pi))
        _vessel(layer, plane, rng, (float(place[0]), float(place[1])), turn, float(rng.uniform(0.10, 0.24)), 3)
    return np.asarray(np.clip(blur(layer, 0.08, plane.mm_per_px), 0.0, 1.0), np.float32)


def _vessel(
    layer: Float32, plane: Plane, rng: np.random.Generator, start: tuple[float, float], turn: float, width_mm: float, branches: int
) -> None:
    points, (x, y) = [start], start
    for _ in range(int(rng.integers(10, 26))):
        turn += float(rng.normal(0.0, 0.42))
        x, y = x + 0.8 * math.cos(turn), y + 0.8 * math.sin(turn)
        points.append((x, y))
        if branches and rng.random() < 0.09:
            _vessel(layer, plane, rng, (x, y), turn + float(rng.choice((-0.8, 0.8))), width_mm * 0.6, branches - 1)
    line = np.round(plane.to_px(np.array(points)) * 16).astype(np.int32)
    thick = width_mm * plane.px_per_mm
    cv2.polylines(layer, [line], False, min(thick, 1.0), max(round(thick), 1), cv2.LINE_AA, 4)
