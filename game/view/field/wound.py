"""An open wound on a painted field: lit tissue, blood and burns, repainted only where they changed. Values chosen by eye."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from game.view.field import light
from game.view.field.features import BLOOD_LEFT, PRESSED, Drawn
from game.view.field.light import Lamp, Picture
from game.view.field.noise import blur
from game.view.field.plane import Box, Float32, Plane, clip_box
from game.view.field.skin import Surface
from game.view.field.sprite import Patch
from game.view.field.wound_colour import bare_colour
from game.view.field.wound_ground import (
    Ground,
    bare_ground,
    blood_level,
    cast_shadow,
    dig,
    hollow,
    outline,
    pocket_distance,
    runnel,
    spill,
    spots,
)
from game.view.field.wound_light import Reach, Tissues, lit_tissue
from game.view.field.wound_look import (
    RIM_MM,
    Bleed,
    Layers,
    Spot,
    WoundLook,
    dug_stretch,
    inside,
    mm_box,
    outline_key,
    stretch_of,
    wound_box,
)
from game.view.field.wound_tissue import Tissue, part_of, tissue

AROUND_MM = 32.0
SHADE_MM = 5.0
"""A change of depth changes shade and hollows so far round it."""
COARSE_MM = 0.6
"""Shadow, hollows and the level of blood are found on a picture as coarse as this."""
SPILT_ML = 0.3


@dataclass
class Wound:
    """A wound on a field.

    Attributes:
        surface: The skin it lies in.
        lamps, pools: The lamps and their pools of light over the whole picture.
        tissue: Its textures.
        base_mm: Height of the skin over it without its grain, shape of the tissue.
        ground: What lies bare.
        look: As it looks now, or None before it is cut.
        shadow: Light of each lamp that reaches it.
        open: Room light that reaches it.
        colour: The bare tissue's linear colour, float32, shape of the tissue + (3,).
        level: Potential up to which blood stands, and what runs over, mL.
        runnels: Blood on its way down: each bleed's course, mm.
    """

    surface: Surface
    lamps: tuple[Lamp, Lamp]
    pools: tuple[Float32, Float32]
    tissue: Tissue
    base_mm: Float32
    ground: Ground
    colour: Float32
    look: WoundLook | None = None
    shadow: list[Float32] = field(default_factory=list)
    open: Float32 = field(default_factory=lambda: np.zeros((1, 1), np.float32))
    level: tuple[float, float] = (-1e6, 0.0)
    runnels: dict[Bleed, Float32] = field(default_factory=dict)
    _unshadowed: list[tuple[tuple[slice, slice], Float32, Plane] | None] = field(default_factory=lambda: [None, None])

    def show(self, look: WoundLook) -> list[Box]:
        """Look different; return the boxes of the picture that changed."""
        before, self.look = self.look, look
        if look == before:
            return []
        boxes = self._dug(before, look)
        boxes += self._bled(before, look, bool(boxes))
        if before is not None:
            changed = [s for name in ("wiped", "burns") for s in set(getattr(before, name)) ^ set(getattr(look, name))]
            boxes += [box for s in changed if (box := self._round(s, 1.5)) is not None]
        return boxes

    def _dug(self, before: WoundLook | None, look: WoundLook) -> list[Box]:
        whole = self._own(mm_box(stretch_of(look), self.surface.plane))
        if whole is None:
            return []
        if before is None or outline_key(before) != outline_key(look):
            box = _around(whole, None if before is None else self._own(mm_box(stretch_of(before), self.surface.plane)))
            outline(self.ground, self.tissue, look, _slices(box))
            changed = box
        else:
            stretch = dug_stretch(before, look)
            dug = None if stretch is None else self._own(mm_box(stretch, self.surface.plane))
            if dug is None:
                return []
            reach = int(SHADE_MM / self.surface.plane.mm_per_px)
            opening = _around(_shrunk(whole, int((RIM_MM - 0.8) / self.surface.plane.mm_per_px)), dug)
            box = dug
            changed = _common((dug[0] - reach, dug[1] - reach, dug[2] + reach, dug[3] + reach), opening)
        part = _slices(box)
        dig(self.ground, self.tissue, look, part, pocket_distance(look, self.tissue))
        self.colour[part] = bare_colour(self.ground, self.tissue, look, part)
        self._shade(whole)
        return [_moved(changed, self.tissue.box)]

    def _own(self, box: Box | None) -> Box | None:
        return None if box is None else clip_box(_shifted(box, self.tissue.box), self.tissue.plane.shape)

    def _shade(self, whole: Box) -> None:
        part = _slices(whole)
        small = self._small(whole)
        size = (whole[2] - whole[0], whole[3] - whole[1])
        height = _resized(self.ground.height_mm[part], small.shape[::-1])
        tall = height + _resized(self.base_mm[part], small.shape[::-1])
        self.open[part] = _resized(hollow(height, small), size)
        self._unshadowed = [(part, tall, small)] * 2

    def _shadowed(self, index: int) -> Float32:
        """Return how much of a lamp's light reaches the tissue; found when that lamp is asked for."""
        waiting = self._unshadowed[index]
        if waiting is not None:
            part, tall, small = waiting
            self.shadow[index][part] = _resized(
                cast_shadow(tall, small, self.lamps[index]), (part[1].stop - part[1].start, part[0].stop - part[0].start)
            )
            self._unshadowed[index] = None
        return self.shadow[index]

    def _small(self, whole: Box) -> Plane:
        """Return a smaller plane over a box of the tissue, on which slow things are found."""
        plane = part_of(self.tissue.plane, whole)
        width = max(round(plane.width_px * plane.mm_per_px / COARSE_MM), 4)
        height = max(round(plane.height_px * plane.mm_per_px / COARSE_MM), 4)
        return Plane(width, height, plane.width_px * plane.mm_per_px / width, plane.centre_mm)

    def _bled(self, before: WoundLook | None, look: WoundLook, dug: bool) -> list[Box]:
        if before is not None and not dug and (before.blood_ml, before.bleeds, before.ooze) == (look.blood_ml, look.bleeds, look.ooze):
            return []
        whole = self._own(mm_box(stretch_of(look), self.surface.plane))
        if whole is None:
            return []
        if before is not None and not (look.blood_ml or look.bleeds or before.blood_ml or before.bleeds):
            return [self.tissue.box] if before.ooze != look.ooze else []
        part, small = _slices(whole), self._small(whole)
        x, y = small.axes_mm()
        tall = _resized(self.ground.height_mm[part] + self.base_mm[part], small.shape[::-1])
        potential = np.asarray(look.up[0] * y + look.up[1] * tall, np.float32)
        edge = _resized(self.ground.edge_mm[part], small.shape[::-1])
        earlier, self.level = self.level, blood_level(potential, edge, small, look.blood_ml)
        way, self.runnels = self.runnels, {}
        smooth = np.asarray(cv2.GaussianBlur(potential, (0, 0), max(0.5 / small.mm_per_px, 0.5)), np.float32)
        for bleed in look.bleeds:
            self.runnels[bleed] = runnel(smooth, small, (bleed.x_mm, bleed.y_mm), self.level[0])
        if self.level[1] > SPILT_ML:
            over = np.where((edge > -1.5) & (edge <= 0.2), potential, np.inf)
            row, column = np.unravel_index(int(np.argmin(over)), over.shape)
            self.runnels.update(spill(float(x[0, column]), float(y[row, 0]), self.level[1]))
        if before is not None and before.ooze != look.ooze:
            return [self.tissue.box]
        boxes = [self._along(w) for b, w in (*way.items(), *self.runnels.items()) if not _same(way.get(b), self.runnels.get(b))]
        if earlier != self.level:
            rose = (potential < max(earlier[0], self.level[0]) + 0.3) & (edge > -0.5)
            if rose.any():
                rows, columns = np.nonzero(rose.any(axis=1))[0], np.nonzero(rose.any(axis=0))[0]
                boxes.append(self._along(np.array([[x[0, columns[0]], y[rows[0], 0]], [x[0, columns[-1]], y[rows[-1], 0]]], np.float32)))
        return [box for box in boxes if box is not None]

    def _along(self, points_mm: Float32) -> Box | None:
        low, high = points_mm.min(axis=0) - 2.5, points_mm.max(axis=0) + 2.5
        return mm_box((float(low[0]), float(low[1]), float(high[0]), float(high[1])), self.surface.plane)

    def _round(self, spot: Spot, more_mm: float) -> Box | None:
        return self.surface.plane.box_px((spot.x_mm, spot.y_mm), spot.radius_mm * 1.3 + more_mm)

    def on_skin(self, drawn: Drawn | None, box: Box) -> Drawn | None:
        """Return what lies on the skin in a box with the wound's rolled, reddened, smeared rim added."""
        part = self.part(box)
        if self.look is None or part is None:
            return drawn
        shape = (box[3] - box[1], box[2] - box[0])
        drawn = drawn or Drawn(np.zeros(shape, np.float32), np.ones((*shape, 3), np.float32), np.zeros(shape, np.float32))
        own, at = part
        away = -self.ground.edge_mm[own]
        pulled = min(self.look.gape_mm / 18.0, 1.0)
        drawn.bump_mm[at] += (0.25 + 0.75 * pulled) * np.exp(-((np.clip(away, 0.0, None) / (1.6 + 2.4 * pulled)) ** 2)) * (away < 60.0)
        _stain(drawn.ink[at], np.exp(-np.clip(away, 0.0, None) / (1.2 + 1.6 * pulled)) * 0.50, PRESSED)
        smear = np.clip(self.tissue.smear[own] + self.look.ooze * 1.2 - 0.55 - 0.5 * np.clip(away, 0.0, None), 0.0, 1.0)
        _stain(drawn.ink[at], smear * 0.7, BLOOD_LEFT)
        thick = self._run_mm(own, -1.0)
        cover = np.clip(thick / 0.25, 0.0, 1.0)
        drawn.bump_mm[at] += 0.8 * np.sqrt(thick)
        drawn.wet[at] = np.maximum(drawn.wet[at], cover)
        _stain(drawn.ink[at], cover * 0.94, BLOOD_LEFT)
        return drawn

    def over(self, lit: Picture, box: Box, index: int) -> Picture:
        """Return a lit box of the picture with the wound over the skin."""
        part = self.part(box)
        if self.look is None or part is None:
            return lit
        own, at = part
        cover = np.clip(self.ground.edge_mm[own] * self.surface.plane.px_per_mm + 0.5, 0.0, 1.0)
        if cover.max() <= 0.0:
            return lit
        rows, columns = np.nonzero(cover.max(axis=1))[0], np.nonzero(cover.max(axis=0))[0]
        within = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        own, at = _within(own, within), _within(at, within)
        share = (cover[within] * 256).astype(np.uint16)[..., None]
        lit[at] = ((lit[at] * (256 - share) + light.tone(self._linear(own, index)) * share) >> 8).astype(np.uint8)
        return lit

    def cover(self, box: Box) -> Float32 | None:
        """Return how much of each pixel of a box lies in the opening, 0 to 1, or None where none does."""
        part = self.part(box)
        if self.look is None or part is None:
            return None
        out = np.zeros((box[3] - box[1], box[2] - box[0]), np.float32)
        out[part[1]] = np.clip(self.ground.edge_mm[part[0]] * self.surface.plane.px_per_mm + 0.5, 0.0, 1.0)
        return out if out.any() else None

    def part(self, box: Box) -> tuple[tuple[slice, slice], tuple[slice, slice]] | None:
        """Return a box of the picture as slices of the tissue and of the box."""
        own = clip_box(_shifted(box, self.tissue.box), self.tissue.plane.shape)
        return None if own is None else (_slices(own), _slices(_shifted(_moved(own, self.tissue.box), (box[0], box[1], 0, 0))))

    def _run_mm(self, own: tuple[slice, slice], sign: float) -> Float32:
        """Return the thickness of running blood, mm, in the wound (sign 1) or on the skin round it (sign -1)."""
        layer = np.zeros(self.ground.edge_mm[own].shape, np.float32)
        if not self.runnels:
            return layer
        plane = self.surface.plane
        corner = np.array([self.tissue.box[0] + own[1].start, self.tissue.box[1] + own[0].start])
        columns, rows = self.tissue.plane.axes_mm()
        x, y = columns[:, own[1]], rows[own[0]]
        for bleed, way in self.runnels.items():
            if len(way) > 1:
                line = np.round((plane.to_px(way.astype(np.float64)) - corner) * 16).astype(np.int32)
                wide = (0.5 + 0.9 * bleed.flow) * plane.px_per_mm
                cv2.polylines(layer, [line], False, 0.35 + 0.5 * bleed.flow, max(round(wide), 1), cv2.LINE_AA, 4)
        soft = blur(layer, 0.28, plane.mm_per_px) * np.clip(0.75 + 0.9 * self.tissue.smear[own], 0.15, 1.6)
        for bleed in self.runnels:
            radius = 0.7 + 1.3 * bleed.flow
            away = np.hypot(x - bleed.x_mm, y - bleed.y_mm) / (radius * (1.0 + 0.25 * self.tissue.smear[own]))
            soft = np.maximum(soft, 0.75 * radius * np.sqrt(np.clip(1.0 - away * away, 0.0, None)))
        return np.asarray(soft * np.clip(sign * self.ground.edge_mm[own] / 0.3 + 0.5, 0.0, 1.0), np.float32)

    def _linear(self, own: tuple[slice, slice], index: int) -> Float32:
        look, ground, tissues = self.look, self.ground, self.tissue
        assert look is not None  # asked only for a wound that is there
        wide = _grown(own, 3, tissues.plane.shape)
        inner = (
            slice(own[0].start - wide[0].start, own[0].stop - wide[0].start),
            slice(own[1].start - wide[1].start, own[1].stop - wide[1].start),
        )
        columns, rows = tissues.plane.axes_mm()
        x, y = columns[:, wide[1]], rows[wide[0]]
        height = np.asarray(ground.height_mm[wide] + self.base_mm[wide], np.float32)
        stands = (self.level[0] - look.up[0] * y) / look.up[1] - height
        stands += 0.25 * tissues.smear[wide] * np.clip(1.0 - np.abs(stands) / 1.2, 0.0, 1.0)
        burnt = spots(look.burns, x, y, 0.9)
        part = Tissues(
            height_mm=height,
            colour=self.colour[wide],
            gloss_mm=np.asarray(tissues.gloss[wide] * (1.0 - 0.45 * ground.floor[wide]), np.float32),
            film_mm=self._film_mm(wide, spots(look.wiped, x, y, 3.0), burnt),
            standing_mm=np.asarray(np.clip(stands, 0.0, None) * (ground.edge_mm[wide] > 0.0), np.float32),
            running_mm=self._run_mm(wide, 1.0),
            burnt=burnt,
            inner=inner,
        )
        at = (
            slice(tissues.box[1] + own[0].start, tissues.box[1] + own[0].stop),
            slice(tissues.box[0] + own[1].start, tissues.box[0] + own[1].stop),
        )
        reach = Reach(self.pools[index][at], self._shadowed(index)[own], self.open[own])
        return lit_tissue(part, reach, self.lamps[index], self.surface.plane.mm_per_px)

    def _film_mm(self, at: tuple[slice, slice], wiped: Float32, burnt: Float32) -> Float32:
        """Return the thickness of blood that clings to raw tissue, mm."""
        assert self.look is not None
        clings = np.clip(self.tissue.smear[at] + 1.7 * self.look.ooze - 0.75, 0.0, 1.0) + 0.30 * self.look.ooze * self.tissue.clefts[at]
        edge = np.clip(self.ground.edge_mm[at] / 0.5, 0.0, 1.0)
        return np.asarray((0.34 * clings + 0.03 * self.look.ooze) * edge * (1.0 - 0.88 * wiped) * (1.0 - 0.8 * burnt), np.float32)


def open_wound(
    surface: Surface, seed: int, lamps: tuple[Lamp, Lamp], pools: tuple[Float32, Float32], stretch_mm: tuple[float, ...]
) -> Wound | None:
    """Return a wound that is not cut yet, with the tissue round a stretch (left, low, right, high); None outside the picture."""
    left, low, right, high = stretch_mm
    box = mm_box((left - AROUND_MM, low - AROUND_MM, right + AROUND_MM, high + AROUND_MM), surface.plane)
    if box is None:
        return None
    textures = tissue(surface.plane, box, seed)
    base = blur(surface.film_mm, 5.0, surface.plane.mm_per_px)[textures.at]
    shape = textures.plane.shape
    ones = [np.ones(shape, np.float32) for _ in range(3)]
    ground, colour = bare_ground(textures), np.zeros((*shape, 3), np.float32)
    return Wound(surface, lamps, pools, textures, np.ascontiguousarray(base), ground, colour, shadow=ones[:2], open=ones[2])


def sunk(wound: Wound, patch: Patch, under_mm: float = 3.0) -> Patch | None:
    """Return what lies in a wound, such as a pump in its pocket, hidden and shaded by the edges over it.

    Args:
        wound: The wound.
        patch: The thing, laid on the whole picture.
        under_mm: How far the cut edge hangs over it.
    """
    height, width = patch.layer.shape[:2]
    box = clip_box((patch.left, patch.top, patch.left + width, patch.top + height), wound.surface.plane.shape)
    part = None if box is None or wound.look is None else wound.part(box)
    if box is None or part is None:
        return None
    own, at = part
    edge = wound.ground.edge_mm[own] - np.float32(under_mm)
    seen = np.clip(edge / 0.35 + 0.5, 0.0, 1.0)
    shade = (0.55 + 0.45 * wound.shadow[0][own]) * (1.0 - 0.55 * np.exp(-np.clip(edge, 0.0, None) / 2.6))
    corner = (box[0] + at[1].start, box[1] + at[0].start)
    rows, columns = edge.shape
    top, left = corner[1] - patch.top, corner[0] - patch.left
    layer = patch.layer[top : top + rows, left : left + columns].astype(np.float32)
    layer[..., :3] *= (seen * shade)[..., None]
    layer[..., 3] *= seen
    return Patch(layer.astype(np.uint8), *corner)


def holds(wound: Wound, look: WoundLook) -> bool:
    """Say whether a wound's tissue reaches round a look, as far as the picture does."""
    box = wound_box(look, wound.surface.plane)
    have = wound.tissue.box
    return box is None or (box[0] >= have[0] and box[1] >= have[1] and box[2] <= have[2] and box[3] <= have[3])


def _stain(ink: Float32, cover: Float32, left: tuple[float, float, float]) -> None:
    for channel in range(3):
        ink[..., channel] *= 1.0 - cover * np.float32(1.0 - left[channel])


def _same(first: Float32 | None, second: Float32 | None) -> bool:
    return first is not None and second is not None and np.array_equal(first, second)


def _slices(box: Box) -> tuple[slice, slice]:
    return slice(box[1], box[3]), slice(box[0], box[2])


def _shifted(box: Box, origin: Box) -> Box:
    return box[0] - origin[0], box[1] - origin[1], box[2] - origin[0], box[3] - origin[1]


def _moved(box: Box, origin: Box) -> Box:
    return box[0] + origin[0], box[1] + origin[1], box[2] + origin[0], box[3] + origin[1]


def _around(first: Box, second: Box | None) -> Box:
    if second is None:
        return first
    return min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3])


def _common(first: Box, second: Box) -> Box:
    return max(first[0], second[0]), max(first[1], second[1]), min(first[2], second[2]), min(first[3], second[3])


def _shrunk(box: Box, by: int) -> Box:
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def _resized(values: Float32, size: tuple[int, int]) -> Float32:
    smaller = size[0] < values.shape[1]
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR), np.float32)


def _within(at: tuple[slice, slice], part: tuple[slice, slice]) -> tuple[slice, slice]:
    rows, columns = (slice(a.start + p.start, a.start + p.stop) for a, p in zip(at, part, strict=True))
    return rows, columns


def _grown(at: tuple[slice, slice], by: int, shape: tuple[int, int]) -> tuple[slice, slice]:
    rows, columns = (slice(max(a.start - by, 0), min(a.stop + by, n)) for a, n in zip(at, shape, strict=True))
    return rows, columns


__all__ = ["Bleed", "Layers", "Spot", "Wound", "WoundLook", "holds", "inside", "open_wound", "sunk", "wound_box"]
