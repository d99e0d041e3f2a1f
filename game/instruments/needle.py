"""A hollow needle held by a hand that is a spring, and the tissue that pushes back.

The hand pulls the hub through 1 N/mm; the tissue answers by the layer at the point and by drag on the
shaft; what is left moves the needle against 0.10 N s/mm (design values). Within a substep both
springs are linear, so the motion is the closed-form exponential and bone needs no smaller step.
Everything here is in the patient frame; path lengths run from the skin along the needle's own track.
"""

import itertools
import math
from dataclasses import dataclass, field

import numpy as np

from game.base import Event
from game.clock import TICKS_PER_S
from game.frames import Array
from game.instruments.tissue_forces import ACROSS_FIBRES, BONE, BURRED, LAYERS, NICKED_SKIN, Layer, diameter_scale, speed_scale
from game.patient import Patient, Tissue

Point = tuple[float, float, float]

HAND_N_PER_MM = 1.0  # design value: 11 N on the yellow ligament shows as 11 mm of lag
HAND_LIMIT_N = 50.0  # the most that a hand pushes or pulls (expert judgement)
DAMPING_N_S_PER_MM = 0.10  # design value: a hand that stops at the pop runs on about 8 mm
SUBSTEPS = 8
SUBSTEP_S = 1.0 / TICKS_PER_S / SUBSTEPS
PULL_FRICTION = 0.8  # of the drag on the way in (expert judgement)
RELAXATION = 0.25  # of the tissue's push is gone when it rests (expert judgement)
RELAXATION_TAU_S = 1.5  # expert judgement
PAUSE_S = 0.1  # a hand that pushes moves more often than this (simulator tolerance)
FREE_AIM_MM = 20.0  # shallower, skin and fat let the shaft turn about the entry (expert judgement)
TRACK_STEP_MM = 0.5
PROBE_STEP_MM = 0.1  # a third of the dura's thickness
LOOK_AHEAD_MM = 12.0
BONES = (Tissue.CORTICAL, Tissue.TRABECULAR, Tissue.SCLEROTIC, Tissue.PEEK, Tissue.TITANIUM)  # whatever stops a needle dead
BONE_FELT_N = 2.0  # expert judgement
OPENED_MM = 1e-6  # a layer is open once its face is broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctured(Event):
    """The point went through a layer that had held it."""

    tissue: Tissue
    force_n: float
    depth_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered(Event):
    """The point came to lie in another tissue for the first time on this track."""

    tissue: Tissue
    depth_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedBone(Event):
    """The point struck bone."""

    depth_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BurredTip(Event):
    """The point was pushed into bone so hard that it burred."""

    force_n: float


@dataclass
class Span:
    """One layer along the track, path lengths in mm from the skin."""

    start_mm: float
    end_mm: float
    tissue: Tissue


@dataclass
class Needle:
    """A Tuohy needle in the hand or in the patient; plain values only.

    Attributes:
        length_mm, od_mm, bore_mm: Shaft; 15 G thin wall is 1.83 and 1.45 mm.
        drift: Sideways run towards the opening per length; direction Rand 2016, size expert judgement.
        burr_n: Force on bone that burrs the point.
        entry_mm: Skin point, patient frame; None while the point is off the skin.
        heading: Unit direction in which the point goes on, patient frame.
        bevel_deg: Where the opening looks, about the shaft; 0 is towards the head.
        stylet_in: Whether the stylet fills the bore.
        nicked: Whether the skin at the entry was nicked.
        track_mm: Points of the track every 0.5 mm from the skin, patient frame.
        depth_mm: Path length from skin to point.
        opened_mm: Path length to which the tissue has been cut open.
        hand_mm: Where the hand would have the point, as path length; the ghost.
        gripped: Whether the hand holds on.
        speed_mm_s: Of the point, positive inwards.
        still_s: Seconds since it last moved.
        rest_s: Seconds since the hand last moved, for relaxation.
        eased_mm: Part of the indentation that the tented tissue has given in to.
        tip_n, drag_n: Force on the point and on the shaft.
        spans: Layers along the track as far as they have been probed.
        bow_deg: Sideways bow of the shaft, sagittal and medial, when aimed while deep.
        hollow_mm: Path advanced through tissue without the stylet.
        cut_mm: Sideways way that the point cut through tissue.
        burred: Whether the point is burred.
    """

    length_mm: float = 114.3
    od_mm: float = 1.83
    bore_mm: float = 1.45
    drift: float = 0.015
    burr_n: float = 25.0
    entry_mm: Point | None = None
    heading: Point = (0.0, -0.6428, 0.766)
    bevel_deg: float = 0.0
    stylet_in: bool = True
    nicked: bool = False
    track_mm: list[Point] = field(default_factory=list)
    depth_mm: float = 0.0
    opened_mm: float = 0.0
    hand_mm: float = 0.0
    gripped: bool = False
    speed_mm_s: float = 0.0
    still_s: float = 0.0
    rest_s: float = 0.0
    eased_mm: float = 0.0
    tip_n: float = 0.0
    drag_n: float = 0.0
    spans: list[Span] = field(default_factory=list)
    bow_deg: tuple[float, float] = (0.0, 0.0)
    hollow_mm: float = 0.0
    cut_mm: float = 0.0
    burred: bool = False
    on_bone: bool = False

    @property
    def ghost_mm(self) -> float:
        """How far the hand is ahead of the needle: the felt resistance in mm, and in N at 1 N/mm."""
        return self.hand_mm - self.depth_mm


def tip_mm(needle: Needle) -> Point:
    """Return where the point is, patient frame.

    Raises:
        ValueError: If the needle is off the skin.
    """
    if needle.entry_mm is None:
        raise ValueError("a needle that is off the skin has no place in the patient")
    place = max(needle.depth_mm, 0.0) / TRACK_STEP_MM
    index = min(int(place), len(needle.track_mm) - 1)
    ax, ay, az = needle.track_mm[index]
    if index + 1 < len(needle.track_mm):
        bx, by, bz = needle.track_mm[index + 1]
        share = place - index
        return (ax + (bx - ax) * share, ay + (by - ay) * share, az + (bz - az) * share)
    dx, dy, dz = travel(needle)
    rest = max(needle.depth_mm, 0.0) - index * TRACK_STEP_MM
    return (ax + dx * rest, ay + dy * rest, az + dz * rest)


def axis(needle: Needle) -> Point:
    """Return the unit direction of the outer shaft, inwards: what the hand and the protractor see."""
    if needle.entry_mm is None or needle.depth_mm < 1.0:
        return needle.heading
    far = tip_mm(needle) if needle.depth_mm < FREE_AIM_MM else needle.track_mm[int(FREE_AIM_MM / TRACK_STEP_MM)]
    return _unit(tuple(b - a for a, b in zip(needle.entry_mm, far, strict=True)))


def opening(needle: Needle) -> Point:
    """Return the unit direction in which the bevel looks, square to the heading."""
    hx, hy, hz = needle.heading
    ux, uy, uz = _unit((-hx * hz, -hy * hz, 1.0 - hz * hz))
    sx, sy, sz = (hy * uz - hz * uy, hz * ux - hx * uz, hx * uy - hy * ux)
    turn_rad = math.radians(needle.bevel_deg)
    cos, sin = math.cos(turn_rad), math.sin(turn_rad)
    return (cos * ux + sin * sx, cos * uy + sin * sy, cos * uz + sin * sz)


def travel(needle: Needle) -> Point:
    """Return the unit direction in which the point really goes: the heading and the bevel's drift."""
    look = opening(needle)
    return _unit(tuple(h + needle.drift * o for h, o in zip(needle.heading, look, strict=True)))


def _unit(vector: tuple[float, ...]) -> Point:
    x, y, z = vector
    norm = math.sqrt(x * x + y * y + z * z)
    return (x / norm, y / norm, z / norm)


def set_on_skin(needle: Needle, entry_mm: Point, nicked: bool) -> None:
    """Set the point on the skin, ready to be pushed."""
    needle.entry_mm = entry_mm
    needle.nicked = nicked
    needle.track_mm = [entry_mm]
    needle.depth_mm = needle.opened_mm = needle.hand_mm = 0.0
    needle.speed_mm_s = needle.still_s = needle.rest_s = needle.eased_mm = 0.0
    needle.spans = []
    needle.bow_deg = (0.0, 0.0)
    needle.on_bone = False


def take_off(needle: Needle) -> None:
    """Lift the needle off the skin."""
    set_on_skin(needle, (0.0, 0.0, 0.0), False)
    needle.entry_mm = None
    needle.track_mm = []
    needle.gripped = False


def aim(needle: Needle, heading: Point, sagittal_deg: float, medial_deg: float) -> None:
    """Turn the needle about the skin, or bow it when it is deep.

    Up to 20 mm deep the shaft turns freely and the track with it. Deeper, the tissue holds the shaft:
    only the square of 20 / depth of the turn reaches the point, and the rest is a bow that cuts.

    Args:
        needle: Changed in place.
        heading: Unit direction asked for, patient frame.
        sagittal_deg: Turn asked for in the sagittal plane, for the bow.
        medial_deg: Turn asked for towards the midline, for the bow.
    """
    if needle.entry_mm is None or needle.depth_mm <= FREE_AIM_MM:
        needle.heading = heading
        if needle.entry_mm is not None:
            _straighten(needle)
        return
    share = FREE_AIM_MM / needle.depth_mm
    old = needle.heading
    needle.heading = _unit(tuple(o + (n - o) * share * share for o, n in zip(old, heading, strict=True)))
    turn_rad = math.acos(min(1.0, sum(a * b for a, b in zip(old, needle.heading, strict=True))))
    needle.cut_mm += turn_rad * needle.depth_mm
    needle.bow_deg = (
        max(-12.0, min(12.0, needle.bow_deg[0] + sagittal_deg * (1.0 - share))),
        max(-12.0, min(12.0, needle.bow_deg[1] + medial_deg * (1.0 - share))),
    )
    _forget_ahead(needle)


def roll(needle: Needle, angle_deg: float) -> None:
    """Turn the needle about its shaft; the way ahead is probed anew."""
    needle.bevel_deg = (needle.bevel_deg + angle_deg + 180.0) % 360.0 - 180.0
    if needle.entry_mm is not None:
        _forget_ahead(needle)


def _straighten(needle: Needle) -> None:
    """Lay the track anew from the skin along the heading; what lies there is cut afresh up to the point."""
    if needle.entry_mm is None:
        return
    dx, dy, dz = travel(needle)
    ex, ey, ez = needle.entry_mm
    count = int(max(needle.depth_mm, 0.0) / TRACK_STEP_MM)
    needle.track_mm = [(ex + dx * k * TRACK_STEP_MM, ey + dy * k * TRACK_STEP_MM, ez + dz * k * TRACK_STEP_MM) for k in range(count + 1)]
    needle.spans = []
    needle.opened_mm = min(needle.opened_mm, max(needle.depth_mm, 0.0))
    needle.bow_deg = (0.0, 0.0)


def _forget_ahead(needle: Needle) -> None:
    """Drop the probed way beyond the point, so that it is probed along the new direction; the point still lies where it lay."""
    place = max(needle.depth_mm, 0.0)
    needle.track_mm = needle.track_mm[: int(place / TRACK_STEP_MM) + 1]
    kept = [Span(s.start_mm, min(s.end_mm, place + PROBE_STEP_MM), s.tissue) for s in needle.spans if s.start_mm <= place]
    needle.spans = kept
    needle.opened_mm = min(needle.opened_mm, place)


def _lay_track(needle: Needle) -> None:
    """Keep a track point for every 0.5 mm that the point has come."""
    while len(needle.track_mm) * TRACK_STEP_MM <= needle.depth_mm:
        dx, dy, dz = travel(needle)
        x, y, z = needle.track_mm[-1]
        needle.track_mm.append((x + dx * TRACK_STEP_MM, y + dy * TRACK_STEP_MM, z + dz * TRACK_STEP_MM))


def probe(patient: Patient, needle: Needle) -> None:
    """Look up the layers on the way ahead, where they are not known yet."""
    known = needle.spans[-1].end_mm if needle.spans else 0.0
    if known >= needle.depth_mm + 0.4 * LOOK_AHEAD_MM:
        return
    start = known
    count = math.ceil((needle.depth_mm + LOOK_AHEAD_MM - start) / PROBE_STEP_MM)
    along: Array = start + (np.arange(count, dtype=np.float64) + 0.5) * PROBE_STEP_MM
    tissues = patient.tissue(_track_points(needle, along))
    cuts = np.flatnonzero(np.diff(tissues)) + 1
    edges = [0, *(int(cut) for cut in cuts), count]
    for first, last in itertools.pairwise(edges):
        _add_span(needle, start + first * PROBE_STEP_MM, start + last * PROBE_STEP_MM, Tissue(int(tissues[first])))


def _track_points(needle: Needle, along_mm: Array) -> Array:
    """Return points at path lengths, shape (n, 3): on the track, then on along the travel direction."""
    track = np.asarray(needle.track_mm)
    last_mm = (len(track) - 1) * TRACK_STEP_MM
    place = np.minimum(along_mm, last_mm) / TRACK_STEP_MM
    index = np.minimum(place.astype(np.int64), len(track) - 1)
    after = np.minimum(index + 1, len(track) - 1)
    share = (place - index)[:, None]
    on = track[index] * (1.0 - share) + track[after] * share
    return np.asarray(on + np.maximum(along_mm - last_mm, 0.0)[:, None] * np.asarray(travel(needle)))


def _add_span(needle: Needle, start_mm: float, end_mm: float, tissue: Tissue) -> None:
    if needle.spans and needle.spans[-1].tissue == tissue:
        needle.spans[-1].end_mm = end_mm
    else:
        needle.spans.append(Span(start_mm, end_mm, tissue))


def tissue_at(needle: Needle, depth_mm: float) -> Tissue:
    """Return the tissue at a path length; OUTSIDE where nothing was probed."""
    for span in reversed(needle.spans):
        if span.start_mm <= depth_mm:
            return span.tissue if depth_mm < span.end_mm else Tissue.OUTSIDE
    return Tissue.OUTSIDE


def layer_of(needle: Needle, tissue: Tissue) -> Layer:
    """Return how a tissue resists this needle; a nick changes the skin."""
    if tissue is Tissue.SKIN and needle.nicked:
        return NICKED_SKIN
    return LAYERS[tissue]


def drag_n(patient: Patient, needle: Needle) -> float:
    """Return the drag on the shaft at its present depth, N."""
    scale = diameter_scale(needle.od_mm)
    total = 0.0
    for span in needle.spans:
        length = min(span.end_mm, needle.depth_mm) - span.start_mm
        if length <= 0.0:
            break
        total += layer_of(needle, span.tissue).friction_n_per_mm * length * patient.toughness.get(span.tissue, 1.0)
    bow = math.hypot(*needle.bow_deg)
    return (total + 0.15 * bow) * scale


def grip(needle: Needle) -> None:
    """Take hold of the hub where it is."""
    needle.gripped = True
    needle.hand_mm = needle.depth_mm


def let_go(needle: Needle) -> None:
    """Let go of the hub: the force relaxes and the needle stays, but for what the tissue pushes out."""
    needle.gripped = False
    needle.hand_mm = needle.depth_mm


def move_hand(needle: Needle, along_mm: float) -> None:
    """Move the hand along the needle; nobody pushes or pulls with more than 50 N."""
    limit = HAND_LIMIT_N / HAND_N_PER_MM
    needle.hand_mm = min(max(needle.hand_mm + along_mm, needle.depth_mm - limit), needle.depth_mm + limit)
    if along_mm != 0.0:
        needle.rest_s = 0.0


def settled(needle: Needle) -> bool:
    """Return whether nothing would move in the next tick."""
    return needle.entry_mm is None or (not needle.gripped and needle.still_s > 0.05)


def advance(needle: Needle, patient: Patient, tick: int) -> list[Event]:
    """Move the needle on by one tick.

    Args:
        needle: Changed in place.
        patient: Whose tissues resist.
        tick: Of this tick, for the events.

    Returns:
        Punctures, tissues entered and bone struck, in order.
    """
    if needle.entry_mm is None or settled(needle):
        return []
    probe(patient, needle)
    before = needle.depth_mm
    needle.drag_n = drag_n(patient, needle)
    needle.rest_s += 1.0 / TICKS_PER_S
    events: list[Event] = []
    for _ in range(SUBSTEPS):
        _substep(needle, patient, tick, events)
    _lay_track(needle)
    moved = needle.depth_mm - before
    needle.speed_mm_s = moved * TICKS_PER_S
    needle.still_s = 0.0 if abs(moved) > 0.0004 else needle.still_s + 1.0 / TICKS_PER_S
    if not needle.gripped:
        needle.hand_mm = needle.depth_mm
    if moved > 0.0 and not needle.stylet_in:
        needle.hollow_mm += moved
    return events


def _substep(needle: Needle, patient: Patient, tick: int, events: list[Event]) -> None:
    front = max(needle.opened_mm, 0.0)
    tissue = tissue_at(needle, front)
    layer = layer_of(needle, tissue)
    tough = patient.toughness.get(tissue, 1.0) * diameter_scale(needle.od_mm) * speed_scale(abs(needle.speed_mm_s))
    if needle.burred:
        tough *= BURRED
    if tissue is Tissue.DURA:
        tough *= 1.0 + (ACROSS_FIBRES - 1.0) * math.sin(math.radians(needle.bevel_deg)) ** 2
    if layer.peak_n <= 0.0 and not _is_open(needle, front) and needle.depth_mm > front:
        events.append(Entered(tick=tick, tissue=tissue, depth_mm=needle.depth_mm))
        needle.opened_mm = front = min(front + OPENED_MM, _span_end(needle, front))
    push = HAND_N_PER_MM * (needle.hand_mm - needle.depth_mm) if needle.gripped else 0.0
    if layer.peak_n <= 0.0 or _is_open(needle, front):
        _cut(needle, push, layer.cut_n * tough + _grain(layer, needle.depth_mm))
        return
    _indent(needle, push, layer, max(0.0, needle.depth_mm - front))
    if tissue in BONES:
        _strike_bone(needle, tick, events)
    elif needle.tip_n >= layer.peak_n * tough:
        events.append(Punctured(tick=tick, tissue=tissue, force_n=needle.tip_n, depth_mm=needle.depth_mm))
        needle.opened_mm = min(needle.depth_mm, max(_span_end(needle, front), front + OPENED_MM))


def _is_open(needle: Needle, front_mm: float) -> bool:
    """Return whether the front lies inside a layer that the point has already broken into."""
    for span in reversed(needle.spans):
        if span.start_mm <= front_mm:
            return front_mm > span.start_mm + 1e-9
    return False


def _grain(layer: Layer, depth_mm: float) -> float:
    """Return the ripple of gritty tissue: a period of about 2 mm, the same place the same force."""
    if layer.grain_n == 0.0:
        return 0.0
    return layer.grain_n * math.sin(depth_mm * 3.1 + 1.7 * math.sin(depth_mm * 1.3))


def _cut(needle: Needle, push_n: float, cut_n: float) -> None:
    """Slide in the opened channel, or cut on at its end."""
    at_front = needle.depth_mm >= needle.opened_mm - 1e-9
    needle.tip_n = min(max(push_n - needle.drag_n, 0.0), cut_n) if at_front else 0.0
    resist = needle.drag_n + (cut_n if at_front else 0.0)
    net = _beyond(push_n, resist, needle.drag_n * PULL_FRICTION)
    _follow_hand(needle, net, HAND_N_PER_MM)
    end = _span_end(needle, needle.opened_mm)
    if needle.depth_mm > end and at_front:
        needle.opened_mm = end
    else:
        needle.opened_mm = max(needle.opened_mm, min(needle.depth_mm, end))


def _span_end(needle: Needle, front_mm: float) -> float:
    for span in needle.spans:
        if span.start_mm <= front_mm < span.end_mm:
            return span.end_mm
    return front_mm


def _indent(needle: Needle, push_n: float, layer: Layer, indent_mm: float) -> None:
    """Tent the layer at the front: its spring answers, less what has relaxed."""
    if needle.depth_mm < needle.opened_mm - 1e-9:
        needle.tip_n = 0.0
        net = _beyond(push_n, needle.drag_n, needle.drag_n * PULL_FRICTION)
        _follow_hand(needle, net, HAND_N_PER_MM)
        return
    _give_in(needle, layer, indent_mm)
    spring = layer.stiffness_n_per_mm
    needle.tip_n = spring * (indent_mm - RELAXATION * needle.eased_mm)
    net = _beyond(push_n - needle.tip_n, needle.drag_n, needle.drag_n * PULL_FRICTION)
    _follow_hand(needle, net, HAND_N_PER_MM + spring)
    if needle.depth_mm < 0.0:
        needle.depth_mm = 0.0
    needle.tip_n = spring * max(0.0, needle.depth_mm - needle.opened_mm - RELAXATION * needle.eased_mm)


def _give_in(needle: Needle, layer: Layer, indent_mm: float) -> None:
    """Let tented tissue relax while the hand rests: what has given in stays so until the tent is smaller. Bone does not."""
    if layer is BONE:
        needle.eased_mm = 0.0
    elif needle.rest_s > PAUSE_S:
        needle.eased_mm += (indent_mm - needle.eased_mm) * -math.expm1(-SUBSTEP_S / RELAXATION_TAU_S)
    needle.eased_mm = min(needle.eased_mm, indent_mm)


def _beyond(force_n: float, resist_in_n: float, resist_out_n: float) -> float:
    """Return what is left of a force after dry friction: 0 inside the band where the needle sticks."""
    if force_n > resist_in_n:
        return force_n - resist_in_n
    if force_n < -resist_out_n:
        return force_n + resist_out_n
    return 0.0


def _follow_hand(needle: Needle, net_n: float, stiffness_n_per_mm: float) -> None:
    """Move by the closed form of c ds/dt = net - k (s - s0) over one substep."""
    if net_n == 0.0:
        return
    stiffness = stiffness_n_per_mm if needle.gripped else max(stiffness_n_per_mm - HAND_N_PER_MM, 1e-6)
    needle.depth_mm += net_n / stiffness * -math.expm1(-stiffness * SUBSTEP_S / DAMPING_N_S_PER_MM)
    needle.depth_mm = max(0.0, min(needle.depth_mm, needle.length_mm))


def _strike_bone(needle: Needle, tick: int, events: list[Event]) -> None:
    """Say once that bone was struck, and once that it burred the point."""
    if needle.on_bone and needle.depth_mm < needle.opened_mm - 0.5:
        needle.on_bone = False
    if needle.tip_n > BONE_FELT_N and not needle.on_bone:
        needle.on_bone = True
        events.append(TouchedBone(tick=tick, depth_mm=needle.depth_mm))
    if needle.tip_n > needle.burr_n and not needle.burred:
        needle.burred = True
        events.append(BurredTip(tick=tick, force_n=needle.tip_n))
