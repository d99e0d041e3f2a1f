"""Instruments as small premultiplied pictures: turned bodies with metal gradients, flat plates, and how they are laid on a field.

A sprite lies along its axis: x grows from the working end to the handle, y is across; both mm. Pixels are
drawn from the outline itself, so that edges are antialiased without drawing large and reducing.
"""

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.view.field.light import power
from game.view.field.noise import blur, fractal
from game.view.field.plane import Box, Float32, Plane, clip_box

Colour = tuple[int, int, int]
Layer = NDArray[np.uint8]

STEEL: tuple[Colour, ...] = (
    (46, 52, 58),
    (112, 120, 127),
    (196, 204, 209),
    (250, 252, 253),
    (206, 213, 218),
    (128, 136, 142),
    (70, 77, 83),
    (98, 104, 110),
)
DARK_STEEL: tuple[Colour, ...] = ((34, 38, 42), (86, 92, 98), (164, 172, 178), (214, 220, 224), (140, 148, 154), (82, 88, 94), (48, 53, 58))
HUB_BLUE: tuple[Colour, ...] = (
    (14, 58, 70),
    (38, 118, 136),
    (120, 198, 208),
    (176, 228, 234),
    (90, 176, 190),
    (34, 104, 120),
    (16, 60, 72),
)
IVORY: tuple[Colour, ...] = ((140, 140, 134), (214, 214, 208), (250, 250, 246), (236, 236, 230), (190, 190, 184), (128, 128, 122))
GLASS: tuple[Colour, ...] = (
    (120, 138, 146),
    (206, 220, 226),
    (246, 250, 252),
    (222, 232, 236),
    (190, 204, 210),
    (150, 166, 174),
    (188, 202, 208),
)
RUBBER: tuple[Colour, ...] = ((18, 20, 22), (52, 56, 60), (92, 98, 102), (60, 64, 68), (30, 32, 35))
VIOLET: tuple[Colour, ...] = ((44, 26, 74), (96, 64, 146), (168, 140, 208), (120, 88, 170), (74, 48, 118), (40, 22, 68))
ORANGE: tuple[Colour, ...] = ((122, 52, 12), (206, 104, 34), (250, 176, 96), (232, 140, 60), (176, 82, 24), (110, 46, 10))


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A picture along an axis; two are the same only where they are one.

    Attributes:
        layer: Premultiplied red, green, blue, alpha, uint8, shape (h, w, 4).
        px_per_mm: Its scale.
        start_mm: Axis place of its left edge; the axis runs along the middle row.
    """

    layer: Layer
    px_per_mm: float
    start_mm: float


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Patch:
    """A premultiplied picture, not changed once it is made, and where its upper left corner goes."""

    layer: Layer
    left: int
    top: int


def blank(start_mm: float, end_mm: float, half_mm: float, px_per_mm: float) -> Float32:
    """Return an empty canvas, premultiplied float32 (h, w, 4), for parts between two axis places."""
    width = int((end_mm - start_mm) * px_per_mm) + 3
    return np.zeros((2 * (int(half_mm * px_per_mm) + 2) + 1, width, 4), np.float32)


@dataclass(frozen=True, slots=True)
class Canvas:
    """A sprite being drawn; parts laid later lie on top.

    Attributes:
        pixels: Premultiplied colours and alpha, 0 to 255, float32, shape (h, w, 4).
        px_per_mm: Its scale.
        start_mm: Axis place of its first column.
        middle_row: Row of the whole canvas that the axis runs along.
        first_row: Row of the whole canvas that this part begins with.
    """

    pixels: Float32
    px_per_mm: float
    start_mm: float
    middle_row: int
    first_row: int = 0

    def axes_mm(self) -> tuple[Float32, Float32]:
        """Return axis place of each column (1, w) and offset of each row (h, 1)."""
        height, width = self.pixels.shape[:2]
        along = (np.arange(width, dtype=np.float32) / self.px_per_mm + self.start_mm)[None, :]
        across = ((np.arange(height, dtype=np.float32) + self.first_row - self.middle_row) / self.px_per_mm)[:, None]
        return along, across

    def part(self, first_mm: float, last_mm: float, low_mm: float, high_mm: float) -> "Canvas":
        """Return the part of the canvas round a thing, sharing its pixels: most things are small."""
        height, width = self.pixels.shape[:2]
        left = min(max(int((first_mm - self.start_mm) * self.px_per_mm) - 2, 0), width)
        right = max(min(int((last_mm - self.start_mm) * self.px_per_mm) + 4, width), left)
        top = min(max(int(low_mm * self.px_per_mm) + self.middle_row - self.first_row - 3, 0), height)
        bottom = max(min(int(high_mm * self.px_per_mm) + self.middle_row - self.first_row + 4, height), top)
        pixels = self.pixels[top:bottom, left:right]
        return Canvas(pixels, self.px_per_mm, self.start_mm + left / self.px_per_mm, self.middle_row, self.first_row + top)

    def within(self, part: "Canvas") -> tuple[slice, slice]:
        """Return where a part of this canvas lies in it."""
        top, left = part.first_row - self.first_row, round((part.start_mm - self.start_mm) * self.px_per_mm)
        return slice(top, top + part.pixels.shape[0]), slice(left, left + part.pixels.shape[1])

    def lay(self, colour: Float32, alpha: Float32) -> None:
        """Lay colour 0 to 255 (h, w, 3) with coverage (h, w) over what is there."""
        keep = 1.0 - alpha
        for channel in range(4):  # each by itself: rows of three numbers are slow
            self.pixels[..., channel] *= keep
            self.pixels[..., channel] += np.minimum(colour[..., channel], 255.0) * alpha if channel < 3 else 255.0 * alpha

    def sprite(self) -> Sprite:
        """Return the finished sprite."""
        return Sprite(np.clip(self.pixels, 0, 255).astype(np.uint8), self.px_per_mm, self.start_mm)


def canvas(start_mm: float, end_mm: float, half_mm: float, px_per_mm: float) -> Canvas:
    """Return an empty canvas from one axis place to another, reaching to both sides of the axis."""
    pixels = blank(start_mm, end_mm, half_mm, px_per_mm)
    return Canvas(pixels, px_per_mm, start_mm, pixels.shape[0] // 2)


def turned(
    on: Canvas, profile: tuple[tuple[float, float], ...], stops: tuple[Colour, ...], opacity: float = 1.0, centre_mm: float = 0.0
) -> None:
    """Lay a body of revolution.

    Args:
        on: The canvas.
        profile: (axis place, radius) in mm, in order along the axis.
        stops: Colours from the lit side across to the dark side.
        opacity: 1 for solid, less for clear plastic.
        centre_mm: Offset of the body's axis across.
    """
    widest = max(p[1] for p in profile)
    on = on.part(profile[0][0], profile[-1][0], centre_mm - widest, centre_mm + widest)
    along, across = on.axes_mm()
    places, radii = np.array([p[0] for p in profile]), np.array([p[1] for p in profile])
    radius = np.interp(along[0], places, radii, left=-1.0, right=-1.0).astype(np.float32)[None, :]
    offset = across - np.float32(centre_mm)
    alpha = np.clip((radius - np.abs(offset)) * on.px_per_mm + 0.5, 0.0, 1.0)
    ends = np.clip((along - places[0]) * on.px_per_mm + 0.5, 0, 1) * np.clip((places[-1] - along) * on.px_per_mm + 0.5, 0, 1)
    turn = np.clip(offset / np.maximum(radius, 1e-3), -1.0, 1.0) * 0.5 + 0.5
    colour = gradient(np.asarray(turn, np.float32), stops)
    on.lay(np.asarray(colour * _shoulder(radius, on.px_per_mm)[..., None], np.float32), np.asarray(alpha * ends * opacity, np.float32))


def _shoulder(radius: Float32, px_per_mm: float) -> Float32:
    slope = np.gradient(radius[0]) * px_per_mm
    return np.asarray(np.clip(1.0 - 0.35 * np.clip(slope, -1.2, 1.2), 0.55, 1.35), np.float32)[None, :]


def gradient(place: Float32, stops: tuple[Colour, ...]) -> Float32:
    """Return colours 0 to 255 at places 0 to 1 between stops, shape of place + (3,)."""
    return np.asarray(_steps(stops)[(np.clip(place, 0.0, 1.0) * 255).astype(np.uint8)], np.float32)


@functools.lru_cache(maxsize=128)
def _steps(stops: tuple[Colour, ...]) -> Float32:
    at, table = np.linspace(0.0, 1.0, len(stops)), np.asarray(stops, np.float32)
    return np.stack([np.interp(np.linspace(0, 1, 256), at, table[:, c]) for c in range(3)], axis=-1).astype(np.float32)


def plate(
    on: Canvas,
    outline_mm: tuple[tuple[float, float], ...],
    colours: tuple[Colour, Colour],
    edge: Colour | None = None,
    opacity: float = 1.0,
) -> None:
    """Lay a flat plate with a gradient across the axis and a thin edge.

    Args:
        on: The canvas.
        outline_mm: Corners (along, across).
        colours: At the smallest and at the largest offset across.
        edge: Colour of the rim, or None.
        opacity: 1 for solid.
    """
    low, high = min(p[1] for p in outline_mm), max(p[1] for p in outline_mm)
    on = on.part(min(p[0] for p in outline_mm), max(p[0] for p in outline_mm), low, high)
    alpha = _filled(on, outline_mm)
    _, across = on.axes_mm()
    place = np.broadcast_to(np.clip((across - low) / max(high - low, 1e-6), 0, 1), alpha.shape).astype(np.float32)
    on.lay(gradient(place, colours), np.asarray(alpha * opacity, np.float32))
    if edge is not None:
        inner = cv2.erode(alpha, np.ones((3, 3), np.uint8))
        on.lay(np.broadcast_to(np.asarray(edge, np.float32), (*alpha.shape, 3)), np.asarray((alpha - inner) * opacity, np.float32))


def _filled(on: Canvas, outline_mm: tuple[tuple[float, float], ...]) -> Float32:
    height, width = on.pixels.shape[:2]
    large = np.zeros((height * 4, width * 4), np.uint8)
    middle = on.middle_row - on.first_row
    points = [((a - on.start_mm) * on.px_per_mm * 4 + 1.5, (c * on.px_per_mm + middle) * 4 + 1.5) for a, c in outline_mm]
    cv2.fillPoly(large, [np.round(np.array(points) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA), np.float32) / 255.0


ROUND_CREASE_MM = 0.22
BESIDE_MM = 12.0
"""Farther from a limb neither another that melts into it nor the shade in a fold knows of it."""
Limb = tuple[float, float, float, float, float, float]
"""One part of a soft body: start (along, across), end (along, across), radius at start and at end, mm."""


def soft_body(on: Canvas, limbs: tuple[Limb, ...], colour: Colour, melt_mm: float = 3.0) -> None:
    """Lay rounded limbs that melt into one another, such as a hand.

    Args:
        on: The canvas.
        limbs: Parts, all at the same height over the ground.
        colour: In full light.
        melt_mm: Width over which limbs melt together.
    """
    height = np.full(on.pixels.shape[:2], -1e3, np.float32)
    outside = np.full(on.pixels.shape[:2], 1e3, np.float32)
    for x0, y0, x1, y1, r0, r1 in limbs:
        reach = max(r0, r1) + BESIDE_MM
        piece = on.part(min(x0, x1) - reach, max(x0, x1) + reach, min(y0, y1) - reach, max(y0, y1) + reach)
        at = on.within(piece)
        along, across = piece.axes_mm()
        dx, dy = x1 - x0, y1 - y0
        part = np.clip(((along - x0) * dx + (across - y0) * dy) / max(dx * dx + dy * dy, 1e-6), 0.0, 1.0)
        radius = r0 + (r1 - r0) * part
        away = np.sqrt((along - x0 - part * dx) ** 2 + (across - y0 - part * dy) ** 2)
        outside[at] = np.minimum(outside[at], away - radius)
        dome = np.where(away < radius, np.sqrt(np.clip(radius * radius - away * away, 0.0, None)), radius - away)
        height[at] = _melted(height[at], np.asarray(dome, np.float32), melt_mm)
    smooth = np.asarray(cv2.GaussianBlur(height, (0, 0), max(0.5 * on.px_per_mm, 0.5)), np.float32)
    slope_y, slope_x = np.gradient(smooth + _creases(on, smooth), 1.0 / on.px_per_mm)
    length = np.sqrt(slope_x * slope_x + slope_y * slope_y + 1.0)
    key = np.clip((0.30 * slope_x + 0.56 * slope_y + 0.77) / length + 0.25, 0.0, None) / 1.25
    room = np.clip((-0.55 * slope_x - 0.30 * slope_y + 0.78) / length, 0.0, None)
    gleam = np.clip((0.16 * slope_x + 0.30 * slope_y + 0.94) / length, 0.0, 1.0)
    above = np.maximum(smooth, -6.0)
    near = blur(above, 4.0, 1.0 / on.px_per_mm) - above
    hollow = np.clip(1.04 - 0.055 * near, 0.45, 1.1)
    thin = np.exp(-np.clip(-outside, 0.0, None) / 2.2)  # at its rim the glove is seen edge on, and the skin shines through
    lit, shine = (0.62 * key + 0.24 * room + 0.10) * hollow, (30.0 * power(gleam, 60) + 20.0 * power(gleam, 14)) * hollow
    shade = np.stack([lit * (c * (1.0 - left * thin)) + shine for c, left in zip(colour, (0.02, 0.13, 0.20), strict=True)], axis=-1)
    on.lay(np.asarray(np.clip(shade, 0, 255), np.float32), np.asarray(np.clip(0.5 - outside * on.px_per_mm, 0.0, 1.0), np.float32))


def _creases(on: Canvas, height_mm: Float32) -> Float32:
    """Return the slack of a thin glove in mm: soft irregular wrinkles, none at the rim where it is stretched."""
    plane = Plane(height_mm.shape[1], height_mm.shape[0], 1.0 / on.px_per_mm)
    slack = np.clip(fractal(plane, (26.0,), (0.8,), 5) + 0.5, 0.0, 1.6)
    rough = fractal(plane, (7.0, 15.0), (0.16, 0.30), 9, stretch=0.6)
    ridges = -np.sqrt(rough * rough + ROUND_CREASE_MM * ROUND_CREASE_MM)  # rubber folds round: a sharp crease breaks the gleam into facets
    return np.asarray((ridges * slack + fractal(plane, (3.0, 16.0), (0.018, 0.20), 11)) * np.clip(height_mm / 3.0, 0.0, 1.0), np.float32)


def _melted(first: Float32, second: Float32, width: float) -> Float32:
    mix = np.clip(0.5 + 0.5 * (second - first) / width, 0.0, 1.0)
    return np.asarray(first + (second - first) * mix + width * mix * (1.0 - mix) * (np.minimum(first, second) > -50.0), np.float32)


def ring(on: Canvas, at_mm: float, width_mm: float, radius_mm: float, colour: Colour, opacity: float = 0.85) -> None:
    """Lay a printed or cut ring round a turned body; it bends a little with the body."""
    on = on.part(at_mm - width_mm, at_mm + width_mm + radius_mm, -radius_mm, radius_mm)
    along, across = on.axes_mm()
    bend = 0.22 * radius_mm * np.sqrt(np.clip(1.0 - (across / radius_mm) ** 2, 0.0, 1.0))
    near = np.clip((width_mm / 2 - np.abs(along - at_mm - bend)) * on.px_per_mm + 0.5, 0.0, 1.0)
    inside = np.clip((radius_mm - np.abs(across)) * on.px_per_mm + 0.5, 0.0, 1.0)
    on.lay(np.broadcast_to(np.asarray(colour, np.float32), (*on.pixels.shape[:2], 3)), np.asarray(near * inside * opacity, np.float32))


def place(
    sprite: Sprite,
    origin_px: tuple[float, float],
    axis: tuple[float, float],
    px_per_mm: float,
    bounds: tuple[int, int],
    squeeze: float = 1.0,
    bow_mm: float = 0.0,
    bow_span_mm: tuple[float, float] = (0.0, 1.0),
) -> Patch | None:
    """Return a sprite laid on a picture.

    Args:
        sprite: What to lay.
        origin_px: Where axis place 0 goes, (column, row).
        axis: Unit direction of growing axis place in the picture, (columns, rows).
        px_per_mm: Scale of the picture.
        bounds: Rows and columns of the picture.
        squeeze: Foreshortening along the axis.
        bow_mm: Sideways bow, one simple arc, greatest in the middle of the span.
        bow_span_mm: Axis places between which the body is bowed.
    """
    height, width = sprite.layer.shape[:2]
    ends = np.array([[sprite.start_mm, 0.0], [sprite.start_mm + width / sprite.px_per_mm, 0.0]])
    half = height / 2 / sprite.px_per_mm + abs(bow_mm) + 1.0
    along, across = np.asarray(axis), np.array([-axis[1], axis[0]])
    corners = np.array([origin_px + (e[0] * squeeze * along + s * half * across) * px_per_mm for e in ends for s in (-1, 1)])
    low, high = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int) + 1
    box = clip_box((int(low[0]), int(low[1]), int(high[0]), int(high[1])), bounds)
    if box is None or squeeze <= 1e-3:
        return None
    layer = _bowed(sprite, origin_px, axis, px_per_mm, box, squeeze, bow_mm, bow_span_mm)
    return Patch(layer, box[0], box[1])


def _bowed(
    sprite: Sprite,
    origin_px: tuple[float, float],
    axis: tuple[float, float],
    px_per_mm: float,
    box: Box,
    squeeze: float,
    bow_mm: float,
    span_mm: tuple[float, float],
) -> Layer:
    size = (box[2] - box[0], box[3] - box[1])
    scale_x, scale_y = sprite.px_per_mm / (px_per_mm * squeeze), sprite.px_per_mm / px_per_mm
    offset = (box[0] - origin_px[0], box[1] - origin_px[1])
    middle = sprite.layer.shape[0] // 2
    back = np.array(
        [
            [
                axis[0] * scale_x,
                axis[1] * scale_x,
                (axis[0] * offset[0] + axis[1] * offset[1]) * scale_x - sprite.start_mm * sprite.px_per_mm,
            ],
            [-axis[1] * scale_y, axis[0] * scale_y, (-axis[1] * offset[0] + axis[0] * offset[1]) * scale_y + middle],
        ],
        np.float32,
    )
    if abs(bow_mm) < 0.2:
        return np.asarray(cv2.warpAffine(sprite.layer, back, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP), np.uint8)
    column, row = np.meshgrid(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
    along = back[0, 0] * column + back[0, 1] * row + back[0, 2]
    across = back[1, 0] * column + back[1, 1] * row + back[1, 2]
    part = np.clip(((along / sprite.px_per_mm + sprite.start_mm) - span_mm[0]) / max(span_mm[1] - span_mm[0], 1e-3), 0.0, 1.0)
    across = across - np.float32(bow_mm * sprite.px_per_mm * 4.0) * part * (1.0 - part)
    return np.asarray(cv2.remap(sprite.layer, along, across.astype(np.float32), cv2.INTER_LINEAR), np.uint8)


SHADOW_STEP = 4


def shadow_of(patch: Patch, sigma_px: float, strength: float) -> Patch:
    """Return a soft dark copy of a patch, to be laid under it with an offset; blurred on a quarter of its size."""
    step = SHADOW_STEP if sigma_px > 2.0 else 1
    pad = step * (int(3 * sigma_px / step) + 1)
    alpha = cv2.copyMakeBorder(patch.layer[..., 3], pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    height, width = alpha.shape
    small = cv2.resize(alpha, (max(width // step, 2), max(height // step, 2)), interpolation=cv2.INTER_AREA) if step > 1 else alpha
    soft = cv2.GaussianBlur(small, (0, 0), max(sigma_px / step, 0.3))
    dark = cv2.convertScaleAbs(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR) if step > 1 else soft, alpha=strength)
    layer = np.zeros((height, width, 4), np.uint8)
    layer[..., 3] = dark
    return Patch(layer, patch.left - pad, patch.top - pad)


def outline_of(patch: Patch, colour: Colour, width_px: float, opacity: float) -> Patch:
    """Return the outline of a patch's silhouette: the ghost of what it shows."""
    pad = int(width_px) + 3
    alpha = cv2.copyMakeBorder(patch.layer[..., 3], pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    solid = np.where(alpha > 96, np.uint8(255), np.uint8(0))
    reach = max(round(width_px), 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    rim = cv2.GaussianBlur(cv2.subtract(cv2.dilate(solid, kernel), cv2.erode(solid, np.ones((3, 3), np.uint8))), (0, 0), 0.7)
    share = rim.astype(np.float32) / 255.0 * opacity + solid.astype(np.float32) / 255.0 * 0.10 * opacity
    layer = np.empty((*rim.shape, 4), np.uint8)
    for channel in range(3):
        layer[..., channel] = np.clip(share * colour[channel], 0, 255)
    layer[..., 3] = np.clip(share * 255, 0, 255)
    return Patch(layer, patch.left - pad, patch.top - pad)
