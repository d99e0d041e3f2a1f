"""The way down to the fascia: blade, cautery, swab, retractor, scissors."""

import math

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S
from game.operation.anchoring.events import BladeStruck, FasciaOpened, VesselCut, VesselSealed
from game.operation.anchoring.state import Anchoring, Bleeding, Place
from game.operation.bites import passes_mm
from game.operation.events import CriticalError, Sounded
from game.operation.strain import hurt
from game.operation.theatre import Theatre
from game.patient import Tissue

CELL_MM, HALF_MM = 2.0, 60.0
BLADE_NEAR_MM = 2.5
"""A blade that passes nearer strikes the shaft (simulator tolerance)."""
PASS_MM = 6.0
"""One stroke of a no. 10 blade deepens the wound by so much at most (expert judgement)."""
VESSELS_PER_CM = 0.6
VESSEL_ML_PER_MIN = (0.8, 3.5)
WALL_MM = 3.0
"""So far aside of the cut a vessel of its walls may lie: no farther than the opening shows, held open or not (simulator tolerance)."""
SEALS_S, BURN_REACH_MM, BURN_MM_PER_S = 0.5, 4.0, 6.0
"""Cautery closes a vessel in half a second, and parts fat slowly without bleeding (expert judgement)."""
WIPE_ML_PER_MM, WOUND_HOLDS_ML = 0.02, 12.0
HIDES_ML = 4.0
"""More blood than this hides the floor of the wound (expert judgement)."""
SECTORS = 12
CLEAR_FROM_MM, CLEAR_TO_MM = 2.0, 14.0
STING_SKIN, STING_DEEP = 7.0, 3.0
PRESS_REACH_MM = 9.0
SKIN_MM, LEAST_FAT_MM = 3.0, 6.0
"""Where a scar leaves no layers to find (expert judgement)."""


def cells_of(x0_mm: float, x1_mm: float) -> range:
    """Return the cells of the incision that a way along the body touches."""
    low, high = sorted((x0_mm, x1_mm))
    first = max(0, int((low + HALF_MM) // CELL_MM))
    return range(first, min(59, int((high + HALF_MM) // CELL_MM)) + 1)


def length_mm(step: Anchoring) -> float:
    """Return the length that is through the skin."""
    return CELL_MM * sum(depth >= step.skin_mm for depth in step.cut)


def depth_at(step: Anchoring, x_mm: float) -> float:
    """Return how deep the wound is at a place along the body."""
    return step.cut[min(59, max(0, int((x_mm + HALF_MM) // CELL_MM)))]


def open_to_fascia(step: Anchoring, x_mm: float) -> bool:
    """Return whether the fascia lies open there and can be seen: cut down to, held open, not under blood."""
    return depth_at(step, x_mm) >= step.fascia_mm - 0.6 and step.retracted and step.blood_ml < HIDES_ML


def cut(theatre: Theatre, step: Anchoring, before: Place, after: Place) -> list[Event]:
    """Draw the blade on: every cell under it is cut deeper by a stroke, down to what the blade is held at."""
    events = strike(theatre, step, before, after)
    if step.cut_y is None:
        step.cut_y = before[1]
    if abs(after[1] - step.cut_y) > 12.0:
        return events
    for index in cells_of(before[0], after[0]):
        old = step.cut[index]
        new = min(max(old, min(step.blade_mm, old + PASS_MM)), step.fascia_mm + 12.0)
        if new <= old:
            continue
        step.cut[index] = new
        events.extend(_layer(theatre, step, index, old, new))
    return events


def _layer(theatre: Theatre, step: Anchoring, index: int, old_mm: float, new_mm: float) -> list[Event]:
    events: list[Event] = []
    here = _patient_entry(theatre)
    if old_mm < step.skin_mm <= new_mm:
        hurt(theatre, STING_SKIN, here)
    elif new_mm > step.skin_mm:
        hurt(theatre, STING_DEEP, here)
        events.extend(_vessel(theatre, step, index, new_mm - max(old_mm, step.skin_mm)))
    if old_mm <= step.fascia_mm < new_mm and index not in step.fascia_cut:
        step.fascia_cut.append(index)
        events += [FasciaOpened(tick=theatre.tick), Sounded(tick=theatre.tick, sound="pop_fascia", loudness=0.5)]
    return events


def _patient_entry(theatre: Theatre) -> tuple[float, float, float]:
    wound, needle = theatre.implant.back_wound, theatre.needle
    if needle is not None and needle.entry_mm is not None:
        return needle.entry_mm
    return wound.start_mm if wound is not None else (0.0, 80.0, 0.0)


def _vessel(theatre: Theatre, step: Anchoring, index: int, deeper_mm: float) -> list[Event]:
    """Open a vessel of the fat by chance, the likelier the more is cut."""
    chance = theatre.chance("anchoring")
    rate = VESSELS_PER_CM * CELL_MM / 10.0 * deeper_mm / max(step.fascia_mm - step.skin_mm, 1.0)
    if float(chance.random()) >= rate or step.cut_y is None:
        return []
    low, high = VESSEL_ML_PER_MIN
    place = (CELL_MM * (index + 0.5) - HALF_MM, step.cut_y + WALL_MM * float(chance.uniform(-1.0, 1.0)))
    step.bleedings.append(Bleeding(place, low + (high - low) * float(chance.random())))
    return [VesselCut(tick=theatre.tick)]


def strike(theatre: Theatre, step: Anchoring, before: Place, after: Place) -> list[Event]:
    """Meet what stands in the blade's way: the needle shields, a bare catheter is cut."""
    if passes_mm([before, after], step.entry_xy if theatre.needle is not None else step.exit_xy) > BLADE_NEAR_MM:
        return []
    if theatre.needle is not None:
        if step.struck == "needle":
            return []
        step.struck = "needle"
        return [BladeStruck(tick=theatre.tick, what="needle"), Sounded(tick=theatre.tick, sound="bone", loudness=0.6)]
    catheter = theatre.implant.catheter
    if catheter is None or step.struck == "catheter" or depth_at(step, step.exit_xy[0]) < 2.0:
        return []
    step.struck = "catheter"
    catheter.cut_wall(catheter.implanted_mm, 1.0)
    return [
        BladeStruck(tick=theatre.tick, what="catheter"),
        CriticalError(tick=theatre.tick, id="catheter-cut-by-blade"),
        Sounded(tick=theatre.tick, sound="scissors", loudness=0.5),
    ]


def burn(theatre: Theatre, step: Anchoring, place: Place) -> list[Event]:
    """Hold the cautery where it is for one tick: it seals what bleeds there, and parts fat."""
    seconds = 1.0 / TICKS_PER_S
    events: list[Event] = []
    for bleeding in step.bleedings:
        if not bleeding.sealed and math.dist(bleeding.place, place) <= BURN_REACH_MM:
            bleeding.burned_s += seconds
            if bleeding.burned_s >= SEALS_S:
                bleeding.sealed = True
                events.append(VesselSealed(tick=theatre.tick))
    if not step.burns or math.dist(step.burns[-1], place) > 2.0:
        step.burns = [*step.burns[-59:], (round(place[0], 1), round(place[1], 1))]
    if theatre.tick % 36 == 0:
        events.append(Sounded(tick=theatre.tick, sound="cautery", loudness=0.5))
    if step.cut_y is None or abs(place[1] - step.cut_y) > 8.0:
        return events
    for index in cells_of(place[0] - 1.5, place[0] + 1.5):
        if step.skin_mm <= step.cut[index] < step.fascia_mm:
            step.cut[index] = min(step.fascia_mm, step.cut[index] + BURN_MM_PER_S * seconds)
    return events


def wipe(step: Anchoring, way_mm: float) -> None:
    """Draw the swab through the wound."""
    step.blood_ml = max(0.0, step.blood_ml - WIPE_ML_PER_MM * way_mm * (1.0 + step.blood_ml))


def clear(step: Anchoring, place: Place) -> None:
    """Sweep the fat off the fascia with spread scissors where they are, round the exit."""
    away = math.dist(place, step.exit_xy)
    if not CLEAR_FROM_MM <= away <= CLEAR_TO_MM or not open_to_fascia(step, place[0]):
        return
    turn = math.atan2(place[1] - step.exit_xy[1], place[0] - step.exit_xy[0])
    sector = int((turn + math.pi) / (2.0 * math.pi) * SECTORS) % SECTORS
    if sector not in step.cleared:
        step.cleared.append(sector)


def bleed(theatre: Theatre, step: Anchoring, seconds: float) -> None:
    """Let what is cut bleed into the wound, but for what the other hand presses."""
    hand = theatre.hand
    pressed = (hand.other_x_mm, hand.other_y_mm) if hand.other_down else None
    rate = sum(b.ml_per_min for b in step.bleedings if not b.sealed and (pressed is None or math.dist(b.place, pressed) > PRESS_REACH_MM))
    volume = rate * seconds / 60.0
    step.bled_ml += volume
    theatre.strain.blood_lost_ml += volume
    step.blood_ml = min(WOUND_HOLDS_ML, step.blood_ml + volume)


def layers_here(theatre: Theatre, entry_mm: tuple[float, float, float]) -> tuple[float, float]:
    """Return skin and fascia depths under a place of the back, mm, from the patient's own layers."""
    patient = theatre.patient
    inwards = -patient.skin_normal(np.array(entry_mm))
    way = np.arange(0.5, 70.0, 0.25)
    tissue = patient.tissue(np.array(entry_mm) + way[:, None] * inwards)
    below = np.flatnonzero(tissue != Tissue.SKIN)
    fascia = np.flatnonzero(tissue == Tissue.FASCIA)
    skin_mm = float(way[below[0]]) if below.size else SKIN_MM
    return skin_mm, float(way[fascia[0]]) if fascia.size else skin_mm + LEAST_FAT_MM
