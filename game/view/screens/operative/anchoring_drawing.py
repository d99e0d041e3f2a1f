"""What lies on the back's wound in the anchoring step: needle, catheter, threads, anchor, drops, and what hands hold. Values by eye."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pygame
from numpy.typing import NDArray

from game.operation.anchoring.incision import PRESS_REACH_MM
from game.operation.anchoring.sight import AnchoringSight, Place
from game.operation.implant import line_mm
from game.operation.prepared import crossing
from game.operation.theatre import Theatre
from game.patient import Tissue
from game.view.canvas import Canvas
from game.view.field import implants, instruments, wound_tools
from game.view.field.plane import Plane
from game.view.field.smoke import smoke_at
from game.view.field.sprite import Patch, Sprite
from game.view.field.strand import bite_patch, catheter_patch, drop_patch, knot_patch, strand_shadow, suture_patch, wire_patch
from game.view.field.well import well_patch
from game.view.field.wound import WoundLook
from game.view.layout import Box
from game.view.screens.operative import anchoring_look as look
from game.view.screens.operative.drawing import lay_instrument, sprite_scale, to_screen
from game.view.screens.operative.needle_view import cropped
from game.view.screens.operative.stage import lay_patch
from game.view.theme import Colour

LYING_MM, HELD_MM, CARRIED_MM = 1.5, 3.0, 12.0
"""How high what lies, what works and what is carried throws its shadow."""
HANG = 0.82
"""Share of a drop's time that it hangs and grows; then it falls, or runs off."""
FALL_MM, RUN_MM = 26.0, 9.0
TAIL_MM = 17.0
FOLDS = 2.6
CLAMP_FROM_END_MM = 12.0
LEAST_PER_MIN = 0.5
HUB_FROM_MM, THINNED = 3.0, 0.28
"""Where the hub begins before the shaft's end, and how much of it is left to see while a vessel bleeds under it."""
HAND_SHOWS = ("tug", "loop", "ends", "wire")
"""What is drawn where the hand pulls it."""
BLOOD: Colour = (138, 14, 16)


@dataclass
class Standing:
    """Things that lie on the field as pictures, drawn anew only when they look different.

    Attributes:
        pictures: By name: what it depends on, its picture, and where in the field it goes.
    """

    pictures: dict[str, tuple[object, pygame.Surface, tuple[int, int]]] = field(default_factory=dict)


@dataclass
class Drips:
    """Drops at the fascia and at the free end.

    Attributes:
        ooze, end: Phase of the drop there, 0 to 1.
        burning_s: When the cautery began, or None.
    """

    ooze: float = 0.0
    end: float = 0.0
    burning_s: float | None = None
    _at_s: float | None = None

    def advance(self, sight: AnchoringSight, seconds: float) -> None:
        """Let drops grow and fall at the rates of the moment."""
        passed = 0.0 if self._at_s is None else min(max(seconds - self._at_s, 0.0), 1.0)
        self._at_s = seconds
        self.ooze = (self.ooze + passed * sight.ooze_per_min / 60.0) % 1.0
        self.end = (self.end + passed * sight.drops_per_min / 60.0) % 1.0
        if sight.holding != "burn":
            self.burning_s = None
        elif self.burning_s is None:
            self.burning_s = seconds


@dataclass
class Drawer:
    """Lays what moves on one field."""

    canvas: Canvas
    box: Box
    plane: Plane
    theatre: Theatre
    sight: AnchoringSight
    drips: Drips
    standing: Standing
    seconds: float
    surface: pygame.Surface = field(init=False)
    line: look.Line = field(init=False)

    def __post_init__(self) -> None:
        """Draw on the window to begin with."""
        self.surface, self.line = self.canvas.surface, np.zeros((0, 2))

    def keep(self, name: str, key: object, draw: Callable[[], None]) -> None:
        """Lay a picture that is drawn anew only when its key has changed."""
        key = (key, self.plane, self.box)
        if name not in self.standing.pictures or self.standing.pictures[name][0] != key:
            window, box = self.surface, self.box
            self.surface, self.box = pygame.Surface((box.width, box.height), pygame.SRCALPHA), Box(0, 0, box.width, box.height)
            draw()
            drawn = self.surface.get_bounding_rect()
            self.standing.pictures[name] = (key, self.surface.subsurface(drawn).copy(), drawn.topleft)
            self.surface, self.box = window, box
        _, picture, (x, y) = self.standing.pictures[name]
        self.surface.blit(picture, (self.box.x + x, self.box.y + y), special_flags=pygame.BLEND_PREMULTIPLIED)

    def px(self, points: NDArray[np.float64] | list[Place]) -> NDArray[np.float64]:
        """Return field points as pixels of the field."""
        return self.plane.to_px(np.asarray(points, dtype=np.float64))

    def at(self, place: Place) -> tuple[float, float]:
        """Return one field point as a pixel of the field."""
        column, row = self.px([place])[0]
        return float(column), float(row)

    def lay(self, patch: Patch | None, lift_mm: float = 0.0) -> None:
        """Lay a patch, with its shadow where it is lifted."""
        if patch is None:
            return
        if lift_mm > 0.0:
            fall = lift_mm * self.plane.px_per_mm
            shadow = strand_shadow(patch, self.plane.px_per_mm, lift_mm)
            lay_patch(self.surface, shadow, (self.box.x + round(0.25 * fall), self.box.y + round(0.95 * fall)))
        lay_patch(self.surface, patch, (self.box.x, self.box.y))

    def sprite(self, sprite: Sprite, at: Place, axis: Place, high_mm: float, squeeze: float = 1.0) -> None:
        """Lay a sprite with its shadow."""
        length = max(math.hypot(*axis), 1e-6)
        lay_instrument(self.surface, self.plane, self.box, sprite, at, (axis[0] / length, axis[1] / length), high_mm, squeeze)

    def _soft(self) -> float:
        """Return the scale of hands: nothing on them is sharp, and so near they are large pictures."""
        return min(round(0.6 * self.plane.px_per_mm, 1), 6.0)

    # what lies there

    def lying(self, hand: Place | None) -> None:
        """Draw retractor, purse-string, catheter, needle, anchor and drops, from below upwards."""
        sight = self.sight
        pulls = None if hand is None or sight.holding not in HAND_SHOWS else (round(hand[0], 1), round(hand[1], 1))
        self.line = look.free_line(sight, hand)
        mark = max(0.0, at_fascia_mm(self.theatre))
        ends = look.cut_ends_mm(sight) if sight.retracted else None
        self.keep("retractor", (sight.retracted, ends, sight.cut_y), self._retractor)
        self._wells()
        self.keep("purse", (sight.bites, sight.tied, sight.exit_xy, round(sight.drawing_mm, 1), pulls), lambda: self._purse(hand))
        self.keep("catheter", (self.line.round(1).tobytes(), mark, sight.wire_in), lambda: self._catheter(mark))
        stands = sight.retracted and look.open_at(sight, sight.entry_xy[0])
        self.keep("needle", (sight.needle_in, round(sight.pulled_mm, 1), sight.hub_xy, stands, self._looks_past()), self._needle)
        placed = None if sight.anchor_mm is None else round(sight.anchor_mm, 1)
        fixed = (placed, sight.anchor_turn_deg, sight.anchor_stitches, sight.holding == "anchor", sight.tied)
        self.keep("anchor", fixed, self._anchor)
        self.keep(
            "end", (self.line[-30:].round(1).tobytes(), sight.end, sight.wire_in, round(sight.wire_mm), pulls), lambda: self._end(hand)
        )
        self._drops()

    def fresh_cut(self, painted: WoundLook | None) -> None:
        """Draw the line that the blade has just opened, until it is painted."""
        ends = look.cut_ends_mm(self.sight)
        if ends is None or self.sight.cut_y is None or self.sight.holding != "cut":
            return
        shown = (0.0, 0.0) if painted is None else (painted.line_mm[0][0] + look.PACE_MM, painted.line_mm[-1][0] - look.PACE_MM)
        for low, high in ((ends[0], min(shown[0], ends[1])), (max(shown[1], ends[0]), ends[1])) if painted else (ends,):
            if high > low:
                points = [to_screen(self.plane, self.box, x, self.sight.cut_y) for x in (low, high)]
                self.canvas.curve(points, BLOOD, 2.0)

    def _retractor(self) -> None:
        ends = look.cut_ends_mm(self.sight)
        if not self.sight.retracted or ends is None or self.sight.cut_y is None:
            return
        middle = (0.5 * (ends[0] + ends[1]) - 4.0, look.floor_y(self.sight, self.sight.cut_y))
        self.sprite(wound_tools.weitlaner(sprite_scale(self.plane), round(look.HELD_MM)), middle, (-1.0, 0.0), LYING_MM)

    def _purse(self, hand: Place | None) -> None:
        """Draw bites, the thread from one to the next, and its two ends."""
        bites = look.purse_bites(self.sight)
        if not bites:
            return
        scale, bounds = self.plane.px_per_mm, self.plane.shape
        for into, out in bites:
            self.lay(bite_patch(self.at(into), self.at(out), scale, bounds, "black"))
        for (_, out), (into, _) in pairwise(bites):
            self.lay(suture_patch(self.px([out, into]), scale, bounds), 0.3)
        if self.sight.tied:
            return
        first, last = bites[0][0], bites[-1][1]
        if hand is not None and self.sight.holding == "ends":
            apart = 0.5 * self.sight.drawing_mm + 7.0
            dx, dy = hand[0] - self.sight.exit_xy[0], hand[1] - self.sight.exit_xy[1]
            reach = max(math.hypot(dx, dy), 1e-6)
            way = (dx / reach, dy / reach) if reach > 3.0 else (1.0, 0.0)
            far = max(reach, apart)
            for start, sign in ((last, 1.0), (first, -1.0)):
                self.lay(suture_patch(self.px([start, look.beyond(self.sight.exit_xy, way, sign * far)]), scale, bounds), 1.2)
            return
        for start, way in ((first, (-0.75, -0.66)), (last, (-0.92, 0.38))):
            tail = look.curve(start, (way[1], -way[0]), look.beyond(start, way, TAIL_MM), way, 7.0)
            self.lay(suture_patch(self.px(tail), scale, bounds), 0.6)

    def _catheter(self, mark_mm: float) -> None:
        line, covered_mm = look.outside_needle(self.sight, self.line)
        patch = catheter_patch(
            self.px(line),
            self.plane.px_per_mm,
            self.plane.shape,
            marks_from_mm=mark_mm + covered_mm,
            fade_mm=(2.5, 0.0),
            wire=self.sight.wire_in,
        )
        self.lay(patch, LYING_MM)

    def _needle(self) -> None:
        """Draw the shaft from the skin, or from the fascia where the wound is open, to the hub."""
        needle, sight = self.theatre.needle, self.sight
        if needle is None or not sight.needle_in:
            return
        whole = instruments.tuohy(sprite_scale(self.plane), needle.length_mm, 0, False)
        if self._looks_past():
            whole = seen_through(whole, needle.length_mm - HUB_FROM_MM)
        across = math.dist(sight.entry_xy, sight.hub_xy)
        outside = needle.length_mm - needle.depth_mm
        squeeze = across / outside if outside > 2.0 else 0.78
        hidden = needle.depth_mm
        if sight.retracted and look.open_at(sight, sight.entry_xy[0]):
            hidden -= math.dist(sight.exit_xy, sight.entry_xy) / squeeze
        tip = look.beyond(sight.hub_xy, sight.way, -needle.length_mm * squeeze)
        height = 0.3 * outside
        self.sprite(cropped(whole, max(0.0, hidden)), tip, sight.way, min(height, 14.0), squeeze)

    def _looks_past(self) -> bool:
        """Say whether a vessel bleeds under the hub: a surgeon leans to see past it, a still camera has to see through it."""
        return self.sight.needle_in and any(look.under_hub(self.sight, (x, y)) for x, y, _ in self.sight.bleeding)

    def _wells(self) -> None:
        """Draw fresh blood where a vessel bleeds that no finger presses."""
        hand = self.theatre.hand
        for x, y, ml_per_min in self.sight.bleeding:
            if hand.other_down and math.dist((x, y), (hand.other_x_mm, hand.other_y_mm)) <= PRESS_REACH_MM:
                continue
            flow = min(1.0, ml_per_min / look.BRISK_ML_PER_MIN)
            self.lay(well_patch(self.at((x, y)), self.plane.px_per_mm, self.plane.shape, self.seconds, flow))

    def _anchor(self) -> None:
        sight = self.sight
        if sight.tied:
            knot = look.beyond(sight.exit_xy, (-sight.way[0], -sight.way[1]), look.CINCHED_MM)
            self.lay(knot_patch(self.at(knot), self.plane.px_per_mm, self.plane.shape, turn_deg=70.0), 0.6)
        if sight.anchor_mm is None or sight.holding == "anchor":
            return
        anchor = self.theatre.implant.anchor
        kind = anchor.kind if anchor is not None else "self_grip"
        self._anchor_at(kind, look.beyond(sight.exit_xy, sight.way, sight.anchor_mm), LYING_MM)
        for eye, out in look.eyelets(sight):
            self.lay(bite_patch(self.at(eye), self.at(out), self.plane.px_per_mm, self.plane.shape, "black"))
            self.lay(knot_patch(self.at(eye), self.plane.px_per_mm, self.plane.shape, tails=True), 0.4)

    def _anchor_at(self, kind: str, nose: Place, high_mm: float) -> None:
        scale = sprite_scale(self.plane)
        turn = math.radians(self.sight.anchor_turn_deg)
        x, y = self.sight.way
        axis = (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn))
        self.sprite(implants.winged_anchor(scale) if kind == "winged" else implants.bullet_anchor(scale), nose, axis, high_mm)

    def _drops(self) -> None:
        """Draw the drop that wells up beside the catheter at the fascia and runs off, and the one that falls from the free end."""
        ooze, end = (_grown(self.drips.ooze), _grown(self.drips.end))
        if self.sight.ooze_per_min >= LEAST_PER_MIN:
            x, y = self.sight.exit_xy
            self._drop((x + 0.8 + 1.6 * ooze[1], y - 1.6 - RUN_MM * ooze[1] ** 2), 0.25 + 0.75 * ooze[0] - 0.5 * ooze[1])
        if self.sight.drops_per_min >= LEAST_PER_MIN and self.sight.end == "open":
            x, y = float(self.line[-1, 0]), float(self.line[-1, 1])
            self._drop((x, y - 0.6 - FALL_MM * end[1] ** 2), 0.2 + 0.8 * end[0])

    def _drop(self, place: Place, size: float) -> None:
        self.lay(drop_patch(self.at(place), self.plane.px_per_mm, self.plane.shape, size=round(size, 1)))

    def _end(self, hand: Place | None) -> None:
        """Draw clamp and wire at the free end."""
        sight, tip = self.sight, (float(self.line[-1, 0]), float(self.line[-1, 1]))
        way = self.line[-1] - self.line[-4]
        way = way / max(float(np.hypot(*way)), 1e-6)
        if (sight.wire_in and not sight.needle_in) or sight.holding == "wire":
            self._wire(tip, (float(way[0]), float(way[1])), hand)
        if sight.end == "clamped":
            gaps = np.cumsum(np.hypot(*np.diff(self.line[::-1], axis=0).T))
            index = len(self.line) - 2 - int(np.searchsorted(gaps, CLAMP_FROM_END_MM))
            place = self.line[max(index, 1)]
            x, y = float(place[0]), float(place[1])
            clamp = wound_tools.shod_clamp(sprite_scale(self.plane), True)
            self.sprite(clamp, (x, y), (0.8 * look.end_side(sight), -0.6), LYING_MM)

    def _wire(self, tip: Place, way: Place, hand: Place | None) -> None:
        out = min(max(self.sight.wire_mm, 8.0), 60.0)
        if hand is not None and self.sight.holding == "wire":
            points = look.curve(tip, way, hand, way, min(18.0, 0.4 * math.dist(tip, hand) + 2.0))
        else:
            side = look.end_side(self.sight)
            points = look.curve(tip, way, (tip[0] + 0.4 * side * out, tip[1] - 0.16 * out), (0.9 * side, 0.4), 0.4 * out)
        self.lay(wire_patch(self.px(points), self.plane.px_per_mm, self.plane.shape), LYING_MM)

    # hands

    def other_hand(self, place: Place) -> None:
        """Draw the finger of the other hand, which pins or presses."""
        self.sprite(instruments.finger(self._soft()), place, (-0.62, 0.78), LYING_MM)

    def in_hand(self, instrument: str, hand: Place, held: bool) -> None:
        """Draw what is in the hand."""
        scale, high = sprite_scale(self.plane), HELD_MM if held else CARRIED_MM
        match instrument:
            case "blade":
                self.sprite(wound_tools.scalpel_10(scale), hand, (0.80, 0.60), high)
            case "cautery":
                self._smoke(hand)
                self.sprite(wound_tools.cautery(scale), hand, (0.74, 0.67), high)
            case "gauze":
                self.sprite(_folded(instruments.gauze(scale)), hand, (0.9, 0.44), high)
            case "scissors":
                self.sprite(wound_tools.metzenbaum(scale, 16 if held else 8), hand, (0.77, 0.64), high)
            case "suture":
                self.sprite(wound_tools.needle_holder(scale, True), hand, (0.72, 0.69), high)
            case "forceps":
                self.sprite(wound_tools.forceps(scale, 0 if held else 6), hand, (0.66, 0.75), high)
            case "hands":
                self._fingers(hand, high)
            case "self_grip" | "winged":
                nose = hand
                if held:
                    nose = look.beyond(self.sight.exit_xy, self.sight.way, math.dist(hand, self.sight.exit_xy))
                self._anchor_at(instrument, nose, high)

    def _fingers(self, hand: Place, high_mm: float) -> None:
        finger = instruments.finger(self._soft())
        self.sprite(finger, hand, (0.62, -0.78), high_mm)
        if self.sight.holding == "ends":
            x, y = self.sight.exit_xy
            self.sprite(finger, (2.0 * x - hand[0], 2.0 * y - hand[1]), (-0.62, -0.78), high_mm)

    def _smoke(self, hand: Place) -> None:
        if self.drips.burning_s is None:
            return
        age = self.seconds - self.drips.burning_s
        patch = smoke_at(self.at(hand), self.plane.px_per_mm, max(0.0, age), self.plane.shape, min(1.0, 0.4 + age))
        lay_patch(self.surface, patch, (self.box.x, self.box.y))


@functools.lru_cache(maxsize=4)
def seen_through(sprite: Sprite, from_mm: float) -> Sprite:
    """Return an instrument with what lies beyond an axis place thinned to a shade."""
    layer, first = sprite.layer.copy(), int(max(from_mm - sprite.start_mm, 0.0) * sprite.px_per_mm)
    layer[:, first:] = (layer[:, first:] * THINNED).astype(np.uint8)
    return Sprite(layer, sprite.px_per_mm, sprite.start_mm)


def _folded(gauze: Sprite) -> Sprite:
    """Return a swab folded small enough for a wound."""
    return Sprite(gauze.layer, gauze.px_per_mm * FOLDS, gauze.start_mm / FOLDS)


def _grown(phase: float) -> tuple[float, float]:
    """Return how far a drop has grown, and how far it has fallen or run since, both 0 to 1."""
    return min(phase / HANG, 1.0), max(phase - HANG, 0.0) / (1.0 - HANG)


def at_fascia_mm(theatre: Theatre) -> float:
    """Return which length of the catheter lies at the fascia, from its tip."""
    catheter, needle = theatre.implant.catheter, theatre.needle
    if catheter is None:
        return 0.0
    inside = line_mm(catheter.canal_mm) + line_mm(catheter.track_mm)
    if needle is not None and catheter.canal_mm:
        inside = line_mm(catheter.canal_mm) + math.dist(catheter.canal_mm[-1], crossing(needle, Tissue.FASCIA))
    return round(inside, 1)
