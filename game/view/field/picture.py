"""A field as it looks now: the static part computed once, then only what changed."""

from dataclasses import dataclass, field

import numpy as np

from game.view.field import light, skin
from game.view.field.drape import Cloth, Edges, lay_cloth
from game.view.field.features import Feature, box_of, draw_features, overlaps
from game.view.field.film import add_light, film_light
from game.view.field.light import Lamp, Picture
from game.view.field.plane import Box, Float32, Plane, clip_box
from game.view.field.skin import Surface, Wash
from game.view.field.terrain import Relief
from game.view.field.wound import Wound, WoundLook, holds, open_wound
from game.view.field.wound_look import stretch_of as wound_stretch

RIM_PX = 3
"""A wound's rim rises across a box's edge: without so wide a margin the light would see a step there."""
Stretch = tuple[float, float, float, float]


@dataclass(eq=False)
class FieldPicture:
    """The operative field of one patient, posture, camera and size.

    Attributes:
        surface: The skin.
        relief: What the camera sees, for laying drapes.
        seed: Draws folds and waviness.
        lamps: The theatre's lamp and the raking one.
        pools: Their pools of light.
        pictures: The field under each lamp, display colours, kept up to date box by box.
        features: Small things on the skin.
        wash: Antiseptic over the whole plane, or None.
        edges: Rims of the drape window, or None without drapes.
        cloth: Laid drapes.
        sheets: What lies round the patient before any drape, or None.
        film: Light that an adhesive film sends back, or None without one.
        wounds: Open wounds.
        expected: Field-plane boxes (left, low, right, high), mm, of the wounds to come, in their order, those that are open included.
    """

    surface: Surface
    relief: Relief
    seed: int
    lamps: tuple[Lamp, Lamp]
    pools: tuple[Float32, Float32]
    pictures: list[Picture | None] = field(default_factory=lambda: [None, None])
    features: tuple[Feature, ...] = ()
    wash: Wash | None = None
    edges: Edges | None = None
    cloth: Cloth | None = None
    sheets: Cloth | None = None
    film: Picture | None = None
    wounds: list[Wound] = field(default_factory=list)
    expected: tuple[Stretch, ...] = ()
    _stale: tuple[list[Box], list[Box]] = field(default_factory=lambda: ([], []))

    @property
    def plane(self) -> Plane:
        """Where the picture lies."""
        return self.surface.plane

    def picture(self, lean: bool) -> Picture:
        """Return the field under the theatre's lamp, or under the raking one."""
        index = int(lean)
        kept = self.pictures[index]
        if kept is None:
            self._stale[index].clear()
            kept = self._composed(index, (0, 0, self.plane.width_px, self.plane.height_px))
            self.pictures[index] = kept
        stale = merged(self._stale[index])
        self._stale[index].clear()
        for box in stale:
            kept[box[1] : box[3], box[0] : box[2]] = self._composed(index, box)
        return kept

    def finish(self) -> list[Box]:
        """Make what the first showing does without: tissue for wounds to come, and the picture under the raking lamp."""
        self.open_expected(len(self.expected))
        self.picture(True)
        return []

    def set_features(self, features: tuple[Feature, ...]) -> list[Box]:
        """Put other small things on the skin; return the boxes that look different now."""
        if features == self.features:
            return []
        changed = [f for f in (*self.features, *features) if (f in self.features) != (f in features)]
        self.features = features
        boxes = [box for f in changed if (box := box_of(f, self.plane)) is not None]
        return self._repaint(merged(boxes))

    def set_wash(self, wash: Wash | None, box: Box | None) -> list[Box]:
        """Put other antiseptic on the skin; `box` says where it differs, None for everywhere."""
        self.wash = wash
        return self._repaint([box or (0, 0, self.plane.width_px, self.plane.height_px)])

    def set_edges(self, edges: Edges | None) -> list[Box]:
        """Lay, move or lift the drapes; return the boxes that look different now."""
        if edges == self.edges:
            return []
        self.edges = edges
        self.cloth = None if edges is None else lay_cloth(self.relief, edges, self.lamps[0], self.seed)
        self.film = None
        return self._repaint([(0, 0, self.plane.width_px, self.plane.height_px)])

    def set_film(self, lies: bool) -> list[Box]:
        """Stick the adhesive film over the drapes' window, or take it off; return the boxes that look different now."""
        if lies == (self.film is not None) or (lies and self.edges is None):
            return []
        edges = self.edges
        self.film = (
            None
            if edges is None or not lies
            else film_light(self.plane, self.relief.height_mm, edges, self.lamps[0], self.pools[0], self.seed)
        )
        return self._repaint([(0, 0, self.plane.width_px, self.plane.height_px)])

    def open_expected(self, count: int) -> None:
        """Have the tissue of so many wounds ready, so that a first cut does not stutter."""
        for stretch_mm in self.expected[len(self.wounds) : count]:
            self._open(stretch_mm)

    def _open(self, stretch_mm: Stretch) -> None:
        wound = open_wound(self.surface, self.seed, self.lamps, self.pools, stretch_mm)
        if wound is not None:
            self.wounds.append(wound)

    def set_wounds(self, looks: tuple[WoundLook, ...]) -> list[Box]:
        """Let the wounds look so, always in the same order; return the boxes that look different now."""
        boxes: list[Box] = []
        for index, look in enumerate(looks):
            if index == len(self.wounds):
                self._open(self.expected[index] if index < len(self.expected) else wound_stretch(look))
            if index == len(self.wounds):
                break  # outside the picture
            if not holds(self.wounds[index], look):
                wound = open_wound(self.surface, self.seed, self.lamps, self.pools, wound_stretch(look))
                assert wound is not None  # a look that the tissue does not hold lies in the picture
                self.wounds[index] = wound
            boxes += self.wounds[index].show(look)
        inside = [b for box in boxes if (b := clip_box(box, self.plane.shape)) is not None]
        for stale in self._stale:
            stale.extend(inside)  # painted when that lamp's picture is asked for: a wound changes often, and mostly one lamp is on
        return merged(inside)

    def patch(self, box: Box, features: tuple[Feature, ...], lean: bool) -> Picture:
        """Return a part of the field with passing features on it, such as the dimple under a needle."""
        return self._composed(int(lean), box, features)

    def _repaint(self, boxes: list[Box]) -> list[Box]:
        for index, kept in enumerate(self.pictures):
            if kept is None:
                continue
            for box in boxes:
                kept[box[1] : box[3], box[0] : box[2]] = self._composed(index, box)
        return boxes

    def _composed(self, index: int, box: Box, passing: tuple[Feature, ...] = ()) -> Picture:
        if not self.wounds:
            return self._painted(index, box, passing)
        left, top, right, bottom = (max(box[0] - RIM_PX, 0), max(box[1] - RIM_PX, 0), box[2] + RIM_PX, box[3] + RIM_PX)
        wide = (left, top, min(right, self.plane.width_px), min(bottom, self.plane.height_px))
        return self._painted(index, wide, passing)[box[1] - top : box[3] - top, box[0] - left : box[2] - left]

    def _painted(self, index: int, box: Box, passing: tuple[Feature, ...]) -> Picture:
        at = _slices(box)
        layers = [layer for layer in (self.sheets, self.cloth) if layer is not None]
        bare = _uncovered(box, layers)
        lit = None
        if bare is not None:
            lit = np.zeros((box[3] - box[1], box[2] - box[0], 3), np.uint8)
            lit[_slices((bare[0] - box[0], bare[1] - box[1], bare[2] - box[0], bare[3] - box[1]))] = self._bare(
                index, bare, passing, layers
            )
        for layer in layers:
            lit = _under(lit, layer, at, index)
        assert lit is not None  # without layers the skin was lit
        return lit if self.film is None else add_light(lit, self._film_left(box, at))

    def _bare(self, index: int, box: Box, passing: tuple[Feature, ...], layers: list[Cloth]) -> Picture:
        """Return skin and wounds without what lies over them."""
        at = _slices(box)
        drawn = draw_features((*self.features, *passing), self.plane, box)
        wash = None if self.wash is None else Wash(self.wash.tint[at], self.wash.wet[at], self.wash.colour)
        shadow = None
        for layer in layers:
            shadow = layer.shadow[at] if shadow is None else shadow * layer.shadow[at]
        for wound in self.wounds:
            drawn = wound.on_skin(drawn, box)
        lit = skin.lit_skin(self.surface, self.lamps[index], self.pools[index], box, drawn, wash, shadow)
        for wound in self.wounds:
            lit = wound.over(lit, box, index)
        return lit

    def _film_left(self, box: Box, at: tuple[slice, slice]) -> Picture:
        """Return the film's light where it was not cut open."""
        assert self.film is not None
        left = self.film[at]
        for wound in self.wounds:
            cover = wound.cover(box)
            left = left if cover is None else (left * (1.0 - cover)).astype(np.uint8)
        return left


def _slices(box: Box) -> tuple[slice, slice]:
    return slice(box[1], box[3]), slice(box[0], box[2])


def _uncovered(box: Box, layers: list[Cloth]) -> Box | None:
    """Return the part of a box in which something under all cloth is seen, and what lights its rim; None where nothing is."""
    if not layers:
        return box
    seen = np.logical_and.reduce([layer.cover[_slices(box)] < 1.0 for layer in layers])
    if not seen.any():
        return None
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return (
        box[0] + max(int(columns[0]) - RIM_PX, 0),
        box[1] + max(int(rows[0]) - RIM_PX, 0),
        min(box[0] + int(columns[-1]) + 1 + RIM_PX, box[2]),
        min(box[1] + int(rows[-1]) + 1 + RIM_PX, box[3]),
    )


def _under(lit: Picture | None, layer: Cloth, at: tuple[slice, slice], index: int) -> Picture:
    """Lay cloth over what is lit; cloth that hides all of it needs nothing under it."""
    cover, cloth = layer.cover[at], _dimmed(layer.colour[at], index)
    if lit is None or cover.min() >= 1.0:
        return cloth
    if cover.max() <= 0.0:
        return lit
    share = (cover * 256).astype(np.uint16)[..., None]
    return ((lit * (256 - share) + cloth * share) >> 8).astype(np.uint8)


def _dimmed(cloth: Picture, index: int) -> Picture:
    return cloth if index == 0 else (cloth.astype(np.uint16) * 190 >> 8).astype(np.uint8)


def merged(boxes: list[Box]) -> list[Box]:
    """Return boxes with overlapping ones joined."""
    out: list[Box] = []
    for box in boxes:
        joined = box
        rest = []
        for other in out:
            if overlaps(joined, other):
                joined = (min(joined[0], other[0]), min(joined[1], other[1]), max(joined[2], other[2]), max(joined[3], other[3]))
            else:
                rest.append(other)
        out = [*rest, joined]
    return out


def field_picture(relief: Relief, surface: Surface, seed: int, aim: light.Vector = light.UPRIGHT) -> FieldPicture:
    """Return a bare field, not painted yet; the lamps are turned to a direction in which the skin faces."""
    plane = relief.plane
    width_mm = plane.width_px * plane.mm_per_px
    lamps = (light.theatre_lamp(width_mm, aim), light.raking_lamp(width_mm, aim))
    pools = (light.spot(plane, lamps[0]), light.spot(plane, lamps[1]))
    return FieldPicture(surface, relief, seed, lamps, pools)
