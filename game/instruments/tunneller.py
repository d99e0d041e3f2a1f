"""A malleable rod that is pushed under the skin, and the layers of the flank that guide it, stop it, or give way.

The hand is a spring of 1 N/mm against 0.10 N s/mm, as at the needle. The point runs on along its heading, which turns
with the rod's own bend and with what the handle does; the faces of the layers turn it along themselves, and the more
it must be turned, the harder it presses on them. A face gives way when the press passes its strength. Nothing knows
how the body curves: the depth below the skin is read where the point is.
"""

import math
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S
from game.frames import Array
from game.instruments.needle import Point

Bed = Literal["camper", "deep", "muscle", "cavity", "outside"]
"""Where the point runs: between skin and Scarpa's fascia, between that and the muscle's, in the wall, in the belly, in the air."""
Face = Literal["skin", "scarpa", "fascia", "peritoneum"]

HAND_N_PER_MM = 1.0
HAND_LIMIT_N = 120.0  # two hands on a handle (expert judgement)
DAMPING_N_S_PER_MM = 0.10
EASE = 1.0 - math.exp(-HAND_N_PER_MM / (DAMPING_N_S_PER_MM * TICKS_PER_S))  # of the excess that a tick takes up
FASTEST_MM = 3.5  # a tick's way: 0.4 m/s (simulator tolerance)
STEP_MM = 1.0
TRACK_MM = 1.0
MOST_BEND_DEG = 90.0  # per 100 mm: a radius of 64 mm, tighter steel kinks (expert judgement)
MOST_LIFT_DEG, MOST_ASIDE_DEG = 25.0, 25.0  # what a handle can be turned against the wound's edge (expert judgement)
BED_N_PER_MM2 = 0.02  # fat holding a shaft, per length and deflection (expert judgement)
ASIDE_FADES_MM = 80.0  # way on which a sideways turn is used up (simulator tolerance)
SCARPA_SHARE = 0.6  # of the fat lies superficial to it (expert judgement)
YIELD = 0.4  # of the press a face takes: the flank gives with the rod (expert judgement)
TURN_MM = 20.0  # way on which a face turns a blunt point along itself (expert judgement)
FAT_TURN_MM = 25.0  # the same in the fat itself, which parts along its layers (expert judgement)
HELD_MM = 1.0 / (1.0 / TURN_MM + 1.0 / FAT_TURN_MM)
TIP_SHARE = 0.8  # of the radius by which the point's middle keeps off a face (simulator tolerance)
BASE_N: dict[Bed, float] = {"camper": 13.0, "deep": 15.0, "muscle": 25.0, "cavity": 3.0, "outside": 2.0}  # deep: expert judgement
DRAG_N_PER_MM = 0.05  # expert judgement
DIG = 0.8  # of the press is felt along the rod (expert judgement)
BACK_SHARE = 0.6  # of the drag on the way out (expert judgement)
FAST_MM_S = 150.0  # a hand so fast doubles the press: tissue is viscous (expert judgement)
FINGERS_N = 15.0  # that fingers lying on the point add to skin and Scarpa's fascia (expert judgement)
FINGERS_LEAD_PER_MM = 0.003  # turn of a point that fingers press aside: 17 degrees in 10 cm (expert judgement)
BONE_REACH_MM = 12.0
TENT_N_PER_MM, MOST_TENT_MM = 9.0, 8.0  # skin over the point: 8 mm before it gives (expert judgement)
STILL_S = 0.05


class Flank(Protocol):
    """What the rod needs of a patient."""

    def layers_mm(self, points: Array) -> tuple[Array, Array]:
        """Return depths (n,) and where skin, fat, fascia and wall end (n, 4)."""
        ...

    def skin_normal(self, point: Array) -> Array:
        """Return the outward unit normal, shape (3,)."""
        ...

    def bone_distance_mm(self, points: Array) -> Array:
        """Return distances to bone, shape (n,)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveWay(Event):
    """The point went through a face of a layer.

    Attributes:
        face: Which.
        inwards: Whether it went deeper.
        force_n: On the handle when it gave.
    """

    face: Face
    inwards: bool
    force_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MetBone(Event):
    """The point struck bone."""


@dataclass(frozen=True, slots=True)
class Strengths:
    """Press at which faces give way, N: skin over a blunt point, Scarpa's fascia, aponeurosis, peritoneum."""

    skin: float = 70.0
    scarpa: float = 42.0
    fascia: float = 75.0
    peritoneum: float = 7.0


@dataclass
class Rod:
    """A tunneller in the hand or under the skin; plain values only.

    Attributes:
        length_mm, od_mm, stiffness_n_m2: Of the rod.
        bend_deg: How far it is bent per 100 mm.
        roll_deg: Where its hollow side looks, about the shaft: 0 to the body, 90 to the left of its way seen from outside.
        lift_deg: How far the handle is turned so that the point rises; negative sinks it.
        aside_deg: How far it is turned so that the point goes left, seen from outside.
        entry_mm: Where it went in, patient frame; None while it is out.
        heading: Unit direction in which the point goes on.
        track_mm: Points of its way every millimetre, from the entry.
        point_mm: Where its point is.
        inside_mm: Length under the skin.
        hand_mm: Where the hand would have it; the ghost.
        gripped: Whether the hand holds on.
        bed: Where the point runs.
        press_n: On the face it meets: positive deeper.
        drag_n: Along the handle.
        speed_mm_s: Of the point.
        still_s: Seconds since it last moved.
        on_bone: Whether bone stops it.
        free_mm: Length up to which no bone is near.
        crossed: Lengths at which faces gave way, and the bed before each, in order.
    """

    length_mm: float = 610.0
    od_mm: float = 5.0
    stiffness_n_m2: float = 3.5
    bend_deg: float = 0.0
    roll_deg: float = 0.0
    lift_deg: float = 0.0
    aside_deg: float = 0.0
    entry_mm: Point | None = None
    heading: Point = (0.0, 0.0, 1.0)
    track_mm: list[Point] = field(default_factory=list)
    point_mm: Point = (0.0, 0.0, 0.0)
    inside_mm: float = 0.0
    hand_mm: float = 0.0
    gripped: bool = False
    bed: Bed = "deep"
    press_n: float = 0.0
    drag_n: float = 0.0
    speed_mm_s: float = 0.0
    still_s: float = 0.0
    on_bone: bool = False
    free_mm: float = 0.0
    crossed: list[tuple[float, Bed]] = field(default_factory=list)

    @property
    def ghost_mm(self) -> float:
        """How far the hand is ahead: the felt resistance in mm, and in N at 1 N/mm."""
        return self.hand_mm - self.inside_mm


@dataclass(frozen=True, slots=True)
class Layers:
    """The flank where the point is: its depth, and the depths of the faces, mm; the skin's outward normal."""

    depth_mm: float
    skin_mm: float
    scarpa_mm: float
    fascia_mm: float
    muscle_mm: float
    wall_mm: float
    outward: Array


def layers_at(flank: Flank, place: Array) -> Layers:
    """Read the layers at a place, shape (3,)."""
    depth, rows = flank.layers_mm(place[None])
    skin, fat, fascia, wall = (float(v) for v in rows[0])
    return Layers(float(depth[0]), skin, skin + SCARPA_SHARE * (fat - skin), fat, fascia, wall, flank.skin_normal(place))


def reach_mm(rod: Rod) -> float:
    """Return how far from the wound a turn of the handle is felt: a beam on a soft bed, (4 EI / k)^(1/4)."""
    return float((4.0 * rod.stiffness_n_m2 * 1e6 / BED_N_PER_MM2) ** 0.25)


def tip_mm(rod: Rod) -> Point:
    """Return where the point is, patient frame.

    Raises:
        ValueError: If the rod is out.
    """
    if not rod.track_mm:
        raise ValueError("a rod that is out has no place in the patient")
    return rod.point_mm


def put_in(rod: Rod, flank: Flank, entry_mm: Point, heading: Point) -> None:
    """Set the point into the fat of a wound."""
    rod.entry_mm, rod.heading, rod.track_mm, rod.point_mm = entry_mm, heading, [entry_mm], entry_mm
    rod.inside_mm = rod.hand_mm = rod.speed_mm_s = rod.press_n = rod.lift_deg = rod.aside_deg = rod.free_mm = 0.0
    rod.on_bone, rod.crossed = False, []
    here = layers_at(flank, np.array(entry_mm))
    rod.bed = "camper" if here.depth_mm < here.scarpa_mm else "deep" if here.depth_mm < here.fascia_mm else "muscle"


def take_out(rod: Rod) -> None:
    """Have the rod out."""
    rod.entry_mm, rod.track_mm, rod.gripped, rod.crossed = None, [], False, []
    rod.inside_mm = rod.hand_mm = rod.speed_mm_s = rod.press_n = rod.drag_n = 0.0
    rod.on_bone = False


def grip(rod: Rod) -> None:
    """Take hold of the handle where it is."""
    rod.gripped, rod.hand_mm = True, rod.inside_mm


def let_go(rod: Rod) -> None:
    """Let go: the force relaxes, the rod stays."""
    rod.gripped, rod.hand_mm = False, rod.inside_mm


def move_hand(rod: Rod, along_mm: float) -> None:
    """Push or pull the handle; nobody does so with more than 120 N."""
    limit = HAND_LIMIT_N / HAND_N_PER_MM
    rod.hand_mm = min(max(rod.hand_mm + along_mm, rod.inside_mm - limit), rod.inside_mm + limit)


def settled(rod: Rod) -> bool:
    """Say whether nothing would move in the next tick."""
    held = -pull_n(rod) <= HAND_N_PER_MM * rod.ghost_mm <= resistance_n(rod)
    return rod.entry_mm is None or (held and rod.still_s > STILL_S)


def pull_n(rod: Rod) -> float:
    """Return what stands against a pull at the handle."""
    return BACK_SHARE * (BASE_N[rod.bed] + DRAG_N_PER_MM * rod.inside_mm)


def resistance_n(rod: Rod) -> float:
    """Return what stands against a push at the handle."""
    if rod.on_bone:
        return HAND_LIMIT_N
    return BASE_N[rod.bed] + DRAG_N_PER_MM * rod.inside_mm + DIG * abs(rod.press_n)


def advance(rod: Rod, flank: Flank, strengths: Strengths, tick: int, fingers: float | None = None) -> list[Event]:
    """Move the rod by one tick.

    Args:
        rod: Changed in place.
        flank: Whose layers it meets.
        strengths: Of the faces.
        tick: For the events.
        fingers: Where fingers that lie on the point lead it, -1 to 1, to the left positive; None without fingers.
    """
    if rod.entry_mm is None:
        return []
    events: list[Event] = []
    rod.drag_n = resistance_n(rod)
    push_n = HAND_N_PER_MM * rod.ghost_mm
    if push_n > rod.drag_n and rod.inside_mm < rod.length_mm - 1.0:
        way_mm = min((push_n - rod.drag_n) / HAND_N_PER_MM * EASE, FASTEST_MM)
        rod.speed_mm_s = way_mm * TICKS_PER_S
        while way_mm > 1e-9:
            step_mm = min(way_mm, STEP_MM)
            events.extend(_on(rod, flank, strengths, tick, step_mm, fingers))
            way_mm -= step_mm
            if rod.on_bone or rod.bed == "outside" or HAND_N_PER_MM * rod.ghost_mm <= resistance_n(rod):
                break
    elif -push_n > pull_n(rod):
        _back(rod, min((-push_n - pull_n(rod)) / HAND_N_PER_MM * EASE, FASTEST_MM))
    else:
        rod.speed_mm_s = 0.0
    rod.still_s = 0.0 if rod.speed_mm_s != 0.0 else rod.still_s + 1.0 / TICKS_PER_S
    return events


def _back(rod: Rod, way_mm: float) -> None:
    """Draw the point back along its track."""
    way_mm = max(way_mm, 0.0)
    rod.inside_mm = max(rod.inside_mm - way_mm, 0.0)
    rod.speed_mm_s, rod.on_bone, rod.press_n = -way_mm * TICKS_PER_S, False, 0.0
    while len(rod.track_mm) > 1 and (len(rod.track_mm) - 1) * TRACK_MM > rod.inside_mm:
        x, y, z = rod.track_mm.pop()
        a, b, c = rod.track_mm[-1]
        away = math.dist((x, y, z), (a, b, c))
        rod.heading = ((x - a) / away, (y - b) / away, (z - c) / away)
    x, y, z = rod.track_mm[-1]
    rest = rod.inside_mm - (len(rod.track_mm) - 1) * TRACK_MM
    rod.point_mm = (x + rod.heading[0] * rest, y + rod.heading[1] * rest, z + rod.heading[2] * rest)
    rod.free_mm = min(rod.free_mm, rod.inside_mm)
    while rod.crossed and rod.inside_mm <= rod.crossed[-1][0]:
        rod.bed = rod.crossed.pop()[1]


def _on(rod: Rod, flank: Flank, strengths: Strengths, tick: int, step_mm: float, fingers: float | None) -> list[Event]:
    """Move the point on by up to a millimetre, turn it, and let faces hold it or give way."""
    place, heading, bed = np.array(tip_mm(rod)), np.array(rod.heading), rod.bed
    here = layers_at(flank, place)
    heading = _turned(rod, heading, here.outward, step_mm, fingers or 0.0)
    if _bone_ahead(rod, flank, place + heading * rod.od_mm / 2.0):
        rod.on_bone = True
        return [MetBone(tick=tick)]
    place = place + heading * step_mm
    found = layers_at(flank, place)
    events, place, heading = _held(rod, found, strengths, tick, place, heading, step_mm, fingers)
    rod.heading = (float(heading[0]), float(heading[1]), float(heading[2]))
    if rod.bed != bed:
        rod.crossed.append((rod.inside_mm, bed))
    rod.inside_mm += step_mm
    rod.aside_deg *= math.exp(-step_mm / ASIDE_FADES_MM)
    _lay(rod, place)
    return events


def _turned(rod: Rod, heading: Array, outward: Array, step_mm: float, led: float = 0.0) -> Array:
    """Return the heading a step on: the rod's own bend, what of the handle's turn reaches the point, and fingers."""
    reach = reach_mm(rod)
    share = math.exp(-rod.inside_mm / reach) / reach
    own = math.radians(rod.bend_deg) / 100.0
    roll = math.radians(rod.roll_deg)
    inwards = own * math.cos(roll) - math.radians(rod.lift_deg) * share
    left = own * math.sin(roll) + math.radians(rod.aside_deg) * share + FINGERS_LEAD_PER_MM * led
    aside = np.cross(outward, heading)
    turned = heading + step_mm * (-inwards * outward + left * aside)
    return np.asarray(turned / math.sqrt(float(turned @ turned)))


def faces(rod: Rod, here: Layers) -> tuple[tuple[Face, float] | None, tuple[Face, float] | None]:
    """Return the faces over and under the point's bed and the depths at which they hold its middle; None where there is none."""
    keep = TIP_SHARE * rod.od_mm / 2.0
    match rod.bed:
        case "camper":
            middle = 0.5 * (here.skin_mm + here.scarpa_mm)
            return ("skin", min(here.skin_mm + keep, middle)), ("scarpa", max(here.scarpa_mm - keep, middle))
        case "deep":
            middle = 0.5 * (here.scarpa_mm + here.fascia_mm)
            return ("scarpa", min(here.scarpa_mm + keep, middle)), ("fascia", max(here.fascia_mm - keep, middle))
        case "muscle":
            middle = 0.5 * (here.muscle_mm + here.wall_mm)
            return ("fascia", min(here.muscle_mm + keep, middle)), ("peritoneum", max(here.wall_mm - keep, middle))
    return None, None


BEYOND: dict[tuple[Bed, bool], Bed] = {
    ("camper", False): "outside",
    ("camper", True): "deep",
    ("deep", False): "camper",
    ("deep", True): "muscle",
    ("muscle", False): "deep",
    ("muscle", True): "cavity",
}


def _held(
    rod: Rod, here: Layers, strengths: Strengths, tick: int, place: Array, heading: Array, step_mm: float, fingers: float | None
) -> tuple[list[Event], Array, Array]:
    """Let a face hold the point and turn it along itself, or give way."""
    over, under = faces(rod, here)
    inwards = under is not None and here.depth_mm > under[1]
    met = under if inwards else over if over is not None and here.depth_mm < over[1] else None
    slope = -float(heading @ here.outward)
    if met is None or (slope > 0.0) != inwards:
        rod.press_n = 0.0
        turned = along_layers(heading, here.outward, step_mm / FAT_TURN_MM) if rod.bed in ("camper", "deep") else heading
        return [], place, turned
    face, at_mm = met
    dent_mm = abs(here.depth_mm - at_mm)
    press = face_n_per_mm(rod) * dent_mm
    rod.press_n = press if inwards else -press
    strength = float(getattr(strengths, face)) + (FINGERS_N if fingers is not None and not inwards and face in ("skin", "scarpa") else 0.0)
    if press * (1.0 + rod.speed_mm_s / FAST_MM_S) > strength:
        event = GaveWay(tick=tick, face=face, inwards=inwards, force_n=resistance_n(rod))
        rod.bed, rod.press_n = BEYOND[rod.bed, inwards], 0.0
        through_mm = rod.od_mm / 2.0 * (1.0 if inwards else -1.0)
        return [event], place - here.outward * through_mm, heading
    place = place + here.outward * (here.depth_mm - at_mm) * step_mm / HELD_MM
    return [], place, along_layers(heading, here.outward, step_mm / HELD_MM)


def face_n_per_mm(rod: Rod) -> float:
    """Return how hard a face is pressed for each millimetre that the point dents it: by the rod's own stiffness."""
    return YIELD * rod.stiffness_n_m2 * 1e6 / (reach_mm(rod) * TURN_MM * HELD_MM)


def along_layers(heading: Array, outward: Array, share: float) -> Array:
    """Return a heading from which a share of its slope to the layers is taken."""
    along = heading - outward * float(heading @ outward) * min(share, 1.0)
    return np.asarray(along / math.sqrt(float(along @ along)))


def _bone_ahead(rod: Rod, flank: Flank, place: Array) -> bool:
    """Say whether the point stands on bone; where none is near, nobody looks again for a while."""
    if rod.inside_mm < rod.free_mm:
        return False
    away_mm = float(flank.bone_distance_mm(place[None])[0])
    rod.free_mm = rod.inside_mm + max(0.0, min(away_mm, BONE_REACH_MM) - rod.od_mm)
    return away_mm <= 0.5


def _lay(rod: Rod, place: Array) -> None:
    """Put the point there, and keep its way every millimetre."""
    rod.point_mm = (float(place[0]), float(place[1]), float(place[2]))
    if rod.inside_mm - (len(rod.track_mm) - 1) * TRACK_MM >= TRACK_MM:
        rod.track_mm.append(rod.point_mm)
