"""A layered slab, and hands that push a needle into it or into a patient by feel."""

import math

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S, ticks
from game.frames import Array
from game.instruments import needle as shaft
from game.instruments.needle import Needle, Punctured
from game.patient import Patient, Tissue
from game.streams import stream

BONES = (Tissue.CORTICAL, Tissue.TRABECULAR)
GIVE_UP_N = 30.0


class Slab:
    """Flat layers below y = 0, in the place of a patient; the last one goes on for ever."""

    def __init__(self, *layers: tuple[Tissue, float], toughness: dict[Tissue, float] | None = None) -> None:
        self.edges_mm = np.cumsum([thickness for _, thickness in layers])[:-1]
        self.tissues = np.array([tissue for tissue, _ in layers], dtype=np.uint8)
        self.toughness = toughness or {}

    def tissue(self, points: Array) -> Array:
        depth = -np.asarray(points)[:, 1]
        return np.where(depth < 0.0, np.uint8(Tissue.OUTSIDE), self.tissues[np.searchsorted(self.edges_mm, depth, side="right")])


def upright(**fields: object) -> Needle:
    """A 16 G needle without drift, with its point on the slab and its shaft square to it."""
    needle = Needle(**{"od_mm": 1.65, "drift": 0.0, **fields})
    shaft.set_on_skin(needle, (0.0, 0.0, 0.0), bool(fields.get("nicked", False)))
    needle.heading = (0.0, -1.0, 0.0)
    return needle


def push_to(needle: Needle, patient: object, hand_mm: float, speed_mm_s: float = 2.0) -> list[Event]:
    """Move the hand at a steady speed to a path length, inwards or outwards."""
    events: list[Event] = []
    if not needle.gripped:
        shaft.grip(needle)
    step = math.copysign(speed_mm_s / TICKS_PER_S, hand_mm - needle.hand_mm)
    for tick in range(1, round((hand_mm - needle.hand_mm) / step) + 1):
        shaft.move_hand(needle, step)
        events += shaft.advance(needle, patient, tick)
    return events


def rest(needle: Needle, patient: object, duration_s: float) -> list[Event]:
    return [event for tick in range(ticks(duration_s)) for event in shaft.advance(needle, patient, tick)]


def through(events: list[Event], tissue: Tissue) -> Punctured | None:
    return next((event for event in events if isinstance(event, Punctured) and event.tissue is tissue), None)


def way_in(patient: Patient, window: str = "L3-4") -> tuple[Array, Array, float]:
    """Return skin point, direction and way to the flavum of a flat needle that meets no bone but the fat behind the sac."""
    for steepness_deg in range(38, 70, 4):
        for above_mm in (10.0, 12.0, 8.0, 14.0, 6.0):
            for medial in (0.2, 0.1, 0.3):
                target = patient.landmarks[f"sac.{window}"] + np.array([0.0, 0.0, above_mm])
                rise_rad = math.radians(steepness_deg)
                direction = np.array([medial * math.cos(rise_rad), -math.sin(rise_rad), math.cos(rise_rad)])
                direction /= math.sqrt(float(direction @ direction))
                skin = patient.skin_hit_mm(target - 300.0 * direction, direction)
                met = patient.tissue(skin + np.arange(0.0, math.dist(skin, target) + 5.0, 0.5)[:, None] * direction)
                before = met[: int(np.argmax(met == Tissue.DURA))]
                if not np.isin(before, BONES).any() and np.count_nonzero(before == Tissue.EPIDURAL) >= 8 and Tissue.FLAVUM in before:
                    return skin, direction, 0.5 * int(np.argmax(before == Tissue.FLAVUM))
    raise AssertionError(f"{window} is closed by bone")


def set_for(patient: Patient) -> tuple[Needle, float]:
    """Return a 15 G needle on the skin, aimed through the window, and how far the flavum is."""
    skin, direction, length_mm = way_in(patient)
    needle = Needle(drift=0.0, bevel_deg=90.0)
    shaft.set_on_skin(needle, (float(skin[0]), float(skin[1]), float(skin[2])), True)
    needle.heading = (float(direction[0]), float(direction[1]), float(direction[2]))
    return needle, length_mm


def pierce_by_feel(patient: Patient, heaviness: float = 1.0) -> tuple[Needle, list[Event]]:
    """Push until the dura gives and stop the hand a reaction time later; a heavier hand is faster all the way."""
    needle, length_mm = set_for(patient)
    chance = stream(patient.seed, "hand of a test")
    speed_mm_s = heaviness * 14.0 * float(chance.uniform(0.9, 1.1))
    reaction_ticks = ticks(0.3 * float(chance.uniform(0.9, 1.1)))
    shaft.grip(needle)
    events: list[Event] = []
    popped: int | None = None
    for tick in range(1, ticks(30.0)):
        if popped is None or tick - popped < reaction_ticks:
            fast = 3.0 if needle.hand_mm < length_mm - 15.0 else 1.0
            shaft.move_hand(needle, fast * speed_mm_s / TICKS_PER_S)
        new = shaft.advance(needle, patient, tick)
        events += new
        if popped is None and through(new, Tissue.DURA):
            popped = tick
        if needle.ghost_mm > GIVE_UP_N or (popped is not None and tick - popped > ticks(0.8)):
            break
    return needle, events
