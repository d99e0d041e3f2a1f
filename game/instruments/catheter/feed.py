"""The hand that feeds the catheter, what resists it, and what happens at the tip and at the heel of the needle.

The hand pulls the catheter through 1 N/mm as it does a needle. What resists is friction in the bore, the
lip of the bevel, drag in the canal and what the bent rod pushes back along the needle; the rest moves it.
"""

import math
from dataclasses import replace
from typing import Literal

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S
from game.instruments.catheter import shape, walls
from game.instruments.catheter.bending import WALL_FRICTION, bend
from game.instruments.catheter.events import Buckled, CordTouched, Looped, Passed, Resistance, RootTouched, Sheared, TipLeft, WallCut
from game.instruments.catheter.rod import Rod, as_point, directions, fit_segments
from game.patient import Patient

HAND_N_PER_MM = 1.0  # as for the needle: a felt newton shows as a millimetre
GRIP_N = 4.0  # two wet gloved fingers slip on a thin tube beyond this (expert judgement)
HAND_DAMPING_N_S_PER_MM = 0.002  # expert judgement
BEND_MM, BEND_S = 0.9, 1.5 / TICKS_PER_S  # fed so far, or two ticks later, the rod gives way: half the work of every tick
FASTEST_MM_S = 400.0  # twice a fast stroke
BORE_N = 0.2  # push through the needle (design value)
BEVEL_N, BEVEL_MM = 0.6, 1.0  # the lip of the bevel holds the tip until then (design value)
# Intrathecal drag is a design value, the rest expert judgement.
DRAG_N = {"intrathecal": 0.05, "epidural": 0.20, "subdural": 0.25, "vein": 0.05, "": 0.0}
DRAG_N_PER_MM = {"intrathecal": 0.003, "epidural": 0.010, "subdural": 0.012, "vein": 0.001, "": 0.0}
LONGEST_MM = 330.0  # in a canal: the spine that is modelled ends there (simulator limit)
BLOCKED_N_PER_MM = 5.0  # tissue in front of a needle that opens into no space (expert judgement)
HEEL_N_PER_MM = 0.15  # how much harder each mm pulled back over the heel goes, as its edge bites (expert judgement)
HEEL_HALF_N, HEEL_POWER = 1.5, 3.0  # sideways force that cuts in half of all cases (design value); steepness: expert judgement
HEEL_FREE_MM = 5.0  # shorter pulls leave the wall whole (manuals warn of any; criterion 0.5 cm)
DRAWN_IN_N = 0.1  # a rod never draws itself in harder (simulator tolerance)
MOST_PARTS = 3
CATCHING = ("root", "septum", "adhesion")
WEDGE_MM_S = 200.0  # a tip that strikes at this speed is wedged twice as firmly as a slow one (expert judgement)
MOST_HOLD = 2.0  # of its strength: a brisk push stretches a root this far before it gives way (expert judgement)
FREED_MM = 8.0  # a root that gave way floats aside (expert judgement)
ROOT_ALARM_N = 0.8  # design value: paraesthesia
CORD_FELT_N = 0.05  # expert judgement
STALL_FED_MM, STALL_TIP_MM = 8.0, 2.5  # fed so much and the tip came so little: it folds (simulator tolerance)
UNTANGLE_DEG = 180.0  # a turn that lets a snag of 1 N go (expert judgement)
STILL_RAD = 2e-6
STILL_S = 0.1
Word = Literal["none", "soft", "firm", "hard"]
WORDS: tuple[tuple[float, Word], ...] = ((0.25, "none"), (0.6, "soft"), (1.2, "firm"), (math.inf, "hard"))  # N (expert judgement)


def grip(rod: Rod) -> None:
    """Take hold of the catheter outside the hub."""
    rod.gripped, rod.hand_mm, rod.still_s = True, rod.in_mm, 0.0


def let_go(rod: Rod) -> None:
    """Let go: it stays where friction holds it."""
    rod.gripped, rod.hand_mm, rod.still_s = False, rod.in_mm, 0.0
    rod.force_n = rod.speed_mm_s = 0.0


def feed(rod: Rod, along_mm: float) -> None:
    """Move the hand along the catheter, positive inwards; fingers slip at 4 N."""
    limit = GRIP_N / HAND_N_PER_MM
    rod.hand_mm = min(max(rod.hand_mm + along_mm, rod.in_mm - limit, 0.0), rod.in_mm + limit, rod.supplied_mm)
    rod.still_s = 0.0


def twist(rod: Rod, angle_deg: float) -> None:
    """Turn the catheter about itself: the curved tip looks elsewhere, and what holds it loosens."""
    rod.twist_deg = (rod.twist_deg + angle_deg + 180.0) % 360.0 - 180.0
    if rod.snag is not None:
        rod.snag = replace(rod.snag, strength_n=rod.snag.strength_n - abs(angle_deg) / UNTANGLE_DEG)
    rod.still_s = 0.0


def settled(rod: Rod) -> bool:
    """Return whether nothing would move in the next tick."""
    return rod.still_s > STILL_S


def word(rod: Rod) -> Word:
    """Return how the push feels beyond the drag that a hand expects of so much catheter."""
    return next(name for limit, name in WORDS if rod.force_n - _resistances(rod)[0] < limit)


def advance(rod: Rod, patient: Patient, tick: int, chance: np.random.Generator) -> list[Event]:
    """Move the catheter on by one tick.

    Args:
        rod: Changed in place.
        patient: Whose canal it lies in.
        tick: Of this tick, for the events.
        chance: Decides whether a pull-back over the heel cuts; drawn once until all of it is fed in again.
    """
    if rod.opening is None or settled(rod):
        return []
    if rod.obstacles is None:
        rod.obstacles = walls.obstacles(patient)
    events: list[Event] = []
    parts = min(1 + int(abs(rod.ghost_mm) / 1.5), MOST_PARTS)
    before_mm, count = rod.in_mm, len(rod.sagittal_rad)
    for _ in range(parts):
        moved_mm = _slide(rod, tick, parts, events)
        _over_heel(rod, tick, moved_mm, chance, events)
        rod.due_mm, rod.due_s = rod.due_mm + moved_mm, rod.due_s + 1.0 / TICKS_PER_S / parts
        if rod.free_mm > 0.0 and (abs(rod.due_mm) > BEND_MM or rod.due_s > BEND_S):
            rod.turned_rad = bend(rod, patient, rod.due_s, rod.due_mm)
            rod.due_mm = rod.due_s = 0.0
    rod.speed_mm_s = (rod.in_mm - before_mm) * TICKS_PER_S
    if rod.free_mm > 0.0:
        _at_tip(rod, patient, tick, events)
    else:
        rod.contact, rod.tip_n, rod.snag, rod.turned_rad = "free", 0.0, None, 0.0
    _tell(rod, tick, len(rod.sagittal_rad) != count, events)
    still = rod.turned_rad < STILL_RAD and abs(rod.in_mm - before_mm) < 1e-5
    rod.still_s = rod.still_s + 1.0 / TICKS_PER_S if still else 0.0
    return events


def _resistances(rod: Rod) -> tuple[float, float]:
    """Return dry resistance to a push and to a pull, N, without what the rod pushes back."""
    if rod.opening is None:
        return 0.0, 0.0
    space, free_mm = rod.opening.space, rod.free_mm
    drag = DRAG_N[space] + DRAG_N_PER_MM[space] * free_mm + WALL_FRICTION[space] * rod.pressing_n if free_mm > 0.0 else 0.0
    bore = BORE_N if rod.in_mm > 5.0 else 0.0
    short_mm = rod.opening.bore_mm - rod.in_mm
    lip = BEVEL_N if 0.0 <= short_mm < BEVEL_MM else 0.0
    heel = HEEL_N_PER_MM * rod.pull_mm if free_mm > 0.0 else 0.0
    return bore + drag + lip, bore + drag + heel


def _slide(rod: Rod, tick: int, parts: int, events: list[Event]) -> float:
    """Move the catheter through the hub for one part of a tick; return the way, positive inwards."""
    if rod.opening is None or not rod.gripped:
        return 0.0
    push_n, pull_n = _resistances(rod)
    hand_n, back_n = HAND_N_PER_MM * rod.ghost_mm, max(rod.axial_n, -DRAWN_IN_N)
    stiffness = HAND_N_PER_MM + rod.ahead_n_per_mm
    blocked = rod.opening.space == "" and rod.in_mm >= rod.opening.bore_mm - BEVEL_MM
    end_mm = rod.opening.bore_mm + (LONGEST_MM if not blocked else -BEVEL_MM)
    if blocked or rod.in_mm > end_mm:
        back_n = BLOCKED_N_PER_MM * max(rod.in_mm - end_mm, 0.0)
        stiffness = HAND_N_PER_MM + BLOCKED_N_PER_MM
        push_n = BORE_N
    net_n = _beyond(hand_n - back_n, push_n, pull_n)
    step_s = 1.0 / TICKS_PER_S / parts
    way_mm = net_n * step_s / (HAND_DAMPING_N_S_PER_MM + stiffness * step_s)
    most_mm = FASTEST_MM_S * step_s
    way_mm = min(max(way_mm, -most_mm, -rod.in_mm), most_mm)
    inside_before = rod.in_mm < rod.opening.bore_mm
    rod.in_mm += way_mm
    rod.force_n = HAND_N_PER_MM * rod.ghost_mm
    rod.peak_n = max(rod.peak_n, rod.force_n)
    if inside_before and rod.in_mm >= rod.opening.bore_mm and not blocked:
        events.append(TipLeft(tick=tick, force_n=rod.force_n))
    fit_segments(rod)
    if rod.free_mm > 0.0 and way_mm != 0.0:
        rod.tip_at_mm = shape.tip_mm(rod)
    return way_mm


def _beyond(force_n: float, push_n: float, pull_n: float) -> float:
    """Return what is left of a force after dry friction."""
    return force_n - push_n if force_n > push_n else force_n + pull_n if force_n < -pull_n else 0.0


def _over_heel(rod: Rod, tick: int, way_mm: float, chance: np.random.Generator, events: list[Event]) -> None:
    """Count how far it is pulled back through the standing needle, in however many pulls, and let the heel cut."""
    if way_mm > 0.0 or rod.free_mm <= 0.0:
        rod.pull_mm = max(rod.pull_mm - way_mm, 0.0) if rod.free_mm > 0.0 else 0.0
        if rod.pull_mm == 0.0:
            rod.luck = None
        return
    rod.pull_mm -= way_mm
    rod.pulled_alone_mm = max(rod.pulled_alone_mm, rod.pull_mm)
    if rod.pull_mm < HEEL_FREE_MM or way_mm == 0.0:
        return
    if rod.luck is None:
        rod.luck = float(chance.random())
    sideways_n = max(-rod.force_n, 0.0) * math.sin(_turn_at_heel(rod)) + rod.sideways_n
    damage = 1.0 / (1.0 + (HEEL_HALF_N / max(sideways_n, 1e-6)) ** HEEL_POWER)
    if damage > rod.wall_cut:
        if damage > 0.1 >= rod.wall_cut:
            events.append(WallCut(tick=tick, damage=damage, at_mm=rod.free_mm))
        rod.wall_cut, rod.cut_at_mm = damage, rod.free_mm
    if damage > rod.luck:
        _shear(rod, tick, events)


def _turn_at_heel(rod: Rod) -> float:
    """Return the angle, rad, between the needle and the catheter a centimetre past its opening: what the heel holds against."""
    steps = directions(np.asarray(rod.sagittal_rad[:4]), np.asarray(rod.coronal_rad[:4]))
    if rod.opening is None or not len(steps):
        return 0.0
    cos = float(steps[-1] @ np.asarray(rod.opening.heading))
    return min(math.acos(max(-1.0, min(1.0, cos))) + math.radians(20.0), 0.5 * math.pi)


def _shear(rod: Rod, tick: int, events: list[Event]) -> None:
    """Cut the catheter off at the heel: what is past it stays in the patient."""
    rod.fragment_mm = [as_point(point) for point in shape.points(rod)]
    piece_mm = rod.free_mm
    rod.sheared_mm, rod.wall_cut = rod.sheared_mm + piece_mm, 1.0
    rod.supplied_mm -= piece_mm
    rod.in_mm = rod.hand_mm = rod.in_mm - piece_mm if rod.opening is None else rod.opening.bore_mm
    rod.sagittal_rad, rod.coronal_rad, rod.snag = [], [], None
    rod.axial_n = rod.sideways_n = rod.pressing_n = rod.ahead_n_per_mm = rod.force_n = 0.0
    rod.pull_mm, rod.luck = 0.0, None
    events.append(Sheared(tick=tick, fragment_mm=piece_mm))


def _at_tip(rod: Rod, patient: Patient, tick: int, events: list[Event]) -> None:
    """Let the tip be caught and let it go; say what it touches."""
    if rod.snag is not None:
        _hold(rod, tick, events)
    elif rod.speed_mm_s > 0.0 and rod.pressed_kind in CATCHING and _may_catch(rod):
        rod.snag = walls.snag_at(rod, patient, np.asarray(shape.way(rod.sagittal_rad[-1], rod.coronal_rad[-1])))
        _caught(rod, tick, events)
    if rod.snag is None:
        _touch(rod, tick, events)


def _caught(rod: Rod, tick: int, events: list[Event]) -> None:
    if rod.snag is None:
        return
    rod.snag = replace(rod.snag, strength_n=rod.snag.strength_n * (1.0 + rod.speed_mm_s / WEDGE_MM_S))
    rod.contact, rod.contact_side, rod.touched_root = rod.snag.kind, "", ""
    if rod.snag.kind == "root":
        rod.touches += 1
        rod.contact_side, rod.touched_root = rod.snag.side, rod.snag.root
        events.append(RootTouched(tick=tick, side=rod.snag.side, root=rod.snag.root, force_n=0.1 + rod.speed_mm_s / FASTEST_MM_S))


def _may_catch(rod: Rod) -> bool:
    return rod.freed_mm is None or math.dist(rod.freed_mm, rod.tip_at_mm) > FREED_MM


def _hold(rod: Rod, tick: int, events: list[Event]) -> None:
    """Stretch what holds the tip; let go past its strength."""
    if rod.snag is None:
        return
    stretch_n = walls.HOLD_N_PER_MM * math.dist(rod.snag.place_mm, rod.tip_at_mm)
    before_n, rod.tip_n = rod.tip_n, min(stretch_n, MOST_HOLD * max(rod.snag.strength_n, 0.0))
    if rod.tip_n > ROOT_ALARM_N > before_n and rod.snag.kind == "root":
        events.append(RootTouched(tick=tick, side=rod.snag.side, root=rod.snag.root, force_n=rod.tip_n))
    if stretch_n > rod.snag.strength_n:
        if rod.speed_mm_s >= 0.0:
            events.append(Passed(tick=tick, contact=rod.snag.kind, force_n=rod.tip_n))
            rod.obstacles = [o for o in rod.obstacles or () if math.dist(o.centre_mm, rod.snag.place_mm) > o.radius_mm + rod.outer_mm]
        rod.snag, rod.freed_mm = None, rod.tip_at_mm


def _touch(rod: Rod, tick: int, events: list[Event]) -> None:
    """Say what the tip presses on."""
    before = rod.contact
    rod.contact, rod.tip_n = rod.pressed_kind, rod.pressed_n
    rod.contact_side, rod.touched_root = "", ""
    if rod.contact == "cord" and rod.tip_n > CORD_FELT_N and before != "cord":
        events.append(CordTouched(tick=tick, force_n=rod.tip_n))


def _tell(rod: Rod, tick: int, grew: bool, events: list[Event]) -> None:
    """Say what the push ran into: resistance, a fold, a loop."""
    firm = word(rod) in ("firm", "hard") and rod.gripped and not 0.0 < rod.free_mm < BEVEL_MM  # the pop has its own word
    if firm and not rod.resisting:
        events.append(Resistance(tick=tick, contact=rod.contact, force_n=rod.force_n))
    rod.resisting = firm
    if rod.free_mm <= 0.0:
        rod.loops, rod.fed_mm, rod.tip_from_mm = 0, 0.0, None
        return
    _watch_tip(rod, tick, events)
    if grew:
        loops = shape.loops(shape.points(rod))
        if loops > rod.loops:
            events.append(Looped(tick=tick, count=loops))
        rod.loops = loops


def _watch_tip(rod: Rod, tick: int, events: list[Event]) -> None:
    """Compare what was fed with how far the tip came."""
    tip = rod.tip_at_mm
    if rod.tip_from_mm is None or rod.speed_mm_s < -1.0:
        rod.fed_mm, rod.tip_from_mm = 0.0, tip
        return
    rod.fed_mm += max(rod.speed_mm_s, 0.0) / TICKS_PER_S
    if rod.fed_mm < STALL_FED_MM:
        return
    stalled = math.dist(tip, rod.tip_from_mm) < STALL_TIP_MM
    if stalled and not rod.buckling:
        events.append(Buckled(tick=tick, force_n=rod.force_n))
    rod.buckling, rod.fed_mm, rod.tip_from_mm = stalled, 0.0, tip
