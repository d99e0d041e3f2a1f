"""The catheter's plain state, its centre line, and where it leaves the needle.

The line is a function of arc length from the needle's opening: segments of 3 mm, each with an angle in
the sagittal plane (z to y) and one in the coronal plane (z to x). Both planes share one arc length:
a segment runs along (sin c, cos c sin s, cos c cos s), so that the line has no gaps and its true
length, whatever the two bends are. What is fed appears at the tip and slides along the line.
"""

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from game.frames import Array, Side
from game.instruments import needle as needles
from game.instruments.catheter.events import Contact
from game.instruments.equipment import CatheterSpec
from game.instruments.needle import Needle, Point
from game.patient import Patient, Tissue
from game.patient import reference as ref

Space = Literal["", "intrathecal", "epidural", "subdural", "vein"]
"""What a needle opens into; "" is tissue that lets no catheter in."""

SEGMENT_MM = 3.0
EXIT_DEG = 30.0  # a Tuohy point turns the catheter towards its opening by 20 to 30 degrees (expert judgement)
PRECURVE_DEG = 16.0  # bend of the guide wire's tip (expert judgement)
PRECURVE_MM = 12.0  # over this length (expert judgement)
SET_RADIUS_MM = 200.0  # the packing's coil stays in the tube and bends tube and wire by so much (expert judgement)
SUBDURAL_MM = 0.5  # below the dura: a point that has just not gone through the arachnoid lies between the two
OPENING_INSET_MM = 1.5  # the middle of a Tuohy opening lies behind its point: half of the bevel


@dataclass(frozen=True, slots=True)
class Opening:
    """Where the catheter leaves the needle.

    Attributes:
        place_mm: Middle of the opening.
        heading: Unit direction in which the catheter leaves.
        bore_mm: Way inside the needle from the hub.
        space: What it opens into.
    """

    place_mm: Point
    heading: Point
    bore_mm: float
    space: Space


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A strand or a scar in the sac.

    Attributes:
        centre_mm, radius_mm: Its place and size.
        kind: What it is.
        strength_n: Push of the tip at which it gives way.
    """

    centre_mm: Point
    radius_mm: float
    kind: Contact
    strength_n: float


@dataclass(frozen=True, slots=True)
class Snag:
    """What holds the tip.

    Attributes:
        place_mm: Where.
        kind: What.
        strength_n: Force at which it lets go.
        root, side: The root, when it is one.
    """

    place_mm: Point
    kind: Contact
    strength_n: float
    root: str = ""
    side: Side = "left"


@dataclass
class Rod:
    """A catheter in a needle; plain values only.

    Attributes:
        outer_mm, bore_mm, supplied_mm, stiffness_n_m2, wire_n_m2, bend_radius_mm, break_n: As its maker says.
        opening: Where it leaves the needle; None while it is in no needle.
        in_mm: Length past the hub.
        hand_mm: Where the gripping hand would have it; the ghost.
        gripped: Whether the hand holds on.
        wire_mm: How far the guide wire is drawn back from the tip.
        wire_in_needle_mm: How far it was drawn while the needle stood.
        twist_deg: Where the catheter's own curve looks: 0 to the back, 90 to the patient's left.
        sagittal_rad, coronal_rad: Angles of the segments, the opening first.
        force_n: At the hand, positive when it pushes against resistance.
        peak_n: Largest push so far.
        tip_n: Force on the tip.
        contact, contact_side, touched_root: What the tip touches.
        axial_n, sideways_n: What the bent rod pushes back along the opening's heading and across it.
        pressing_n: Sum of what it presses on the walls with.
        ahead_n_per_mm: How stiffly the tip is held against going on.
        due_mm, due_s: Fed, and gone by, since the rod last gave way; `turned_rad` is its largest turn then.
        speed_mm_s: Through the hub.
        still_s: Seconds since anything moved.
        pull_mm: Length of the pull-back through the standing needle that goes on now.
        pulled_alone_mm: Longest such pull-back.
        luck: What decides about this pull-back: the heel cuts through when the chance of it passes this; None before.
        wall_cut, cut_at_mm: Damage of the wall by the heel, 0 to 1, and its place from the tip.
        sheared_mm, fragment_mm: The piece that was cut off.
        touches: Times that the tip met a root.
        loops: Loops that it lies in.
        tip_at_mm: Where the tip is, once it has left the needle.
        pressed_kind, pressed_n: What the tip presses on hardest.
        snag: What holds the tip now.
        freed_mm: Where the tip got free of a snag; it is not caught again near there.
        obstacles: Strands and scars that still stand; None until the patient was looked at.
        fed_mm, tip_from_mm: Length fed since the tip was last looked at, and where it was then.
        resisting: Whether a firm push was told already.
        buckling: Whether a fold was told already.
    """

    outer_mm: float
    bore_mm: float
    supplied_mm: float
    stiffness_n_m2: float
    wire_n_m2: float
    bend_radius_mm: float
    break_n: float
    opening: Opening | None = None
    in_mm: float = 0.0
    hand_mm: float = 0.0
    gripped: bool = False
    wire_mm: float = 0.0
    wire_in_needle_mm: float = 0.0
    twist_deg: float = 0.0
    sagittal_rad: list[float] = field(default_factory=list)
    coronal_rad: list[float] = field(default_factory=list)
    force_n: float = 0.0
    peak_n: float = 0.0
    tip_n: float = 0.0
    contact: Contact = "free"
    contact_side: Literal["", "left", "right"] = ""
    touched_root: str = ""
    axial_n: float = 0.0
    sideways_n: float = 0.0
    pressing_n: float = 0.0
    ahead_n_per_mm: float = 0.0
    due_mm: float = 0.0
    due_s: float = 0.0
    turned_rad: float = 0.0
    speed_mm_s: float = 0.0
    still_s: float = 0.0
    pull_mm: float = 0.0
    pulled_alone_mm: float = 0.0
    luck: float | None = None
    wall_cut: float = 0.0
    cut_at_mm: float = 0.0
    sheared_mm: float = 0.0
    fragment_mm: list[Point] = field(default_factory=list)
    touches: int = 0
    loops: int = 0
    tip_at_mm: Point = (0.0, 0.0, 0.0)
    pressed_kind: Contact = "free"
    pressed_n: float = 0.0
    snag: Snag | None = None
    freed_mm: Point | None = None
    obstacles: list[Obstacle] | None = None
    fed_mm: float = 0.0
    tip_from_mm: Point | None = None
    resisting: bool = False
    buckling: bool = False

    @property
    def ghost_mm(self) -> float:
        """How far the hand is ahead of the catheter: the felt resistance in mm, and in N at 1 N/mm."""
        return self.hand_mm - self.in_mm

    @property
    def free_mm(self) -> float:
        """Length past the opening."""
        return 0.0 if self.opening is None else max(self.in_mm - self.opening.bore_mm, 0.0)


def start(spec: CatheterSpec, opening: Opening | None) -> Rod:
    """Return a catheter whose tip is in the hub, its guide wire all the way in."""
    return Rod(
        outer_mm=spec.outer_mm,
        bore_mm=spec.bore_mm,
        supplied_mm=spec.supplied_mm,
        stiffness_n_m2=spec.stiffness_n_m2,
        wire_n_m2=spec.wire_n_m2,
        bend_radius_mm=spec.bend_radius_mm,
        break_n=spec.break_n,
        opening=opening,
    )


def opening_at(needle: Needle, patient: Patient) -> Opening | None:
    """Return where a catheter would leave a needle; None while that is off the skin."""
    if needle.entry_mm is None:
        return None
    tip, heading, look = np.asarray(needles.tip_mm(needle)), np.asarray(needle.heading), np.asarray(needles.opening(needle))
    place = tip - OPENING_INSET_MM * heading
    turn_rad = math.radians(EXIT_DEG)
    out = math.cos(turn_rad) * heading + math.sin(turn_rad) * look
    return Opening(as_point(place), as_point(out / np.linalg.norm(out)), needle.length_mm, _space_at(patient, place))


def _space_at(patient: Patient, place: Array) -> Space:
    distance = float(patient.sac_distance_mm(place[None])[0])
    if distance < -ref.DURA_MM - SUBDURAL_MM:
        return "intrathecal"
    if distance < -ref.DURA_MM:
        return "subdural"
    tissue = Tissue(int(patient.tissue(place[None])[0]))
    if tissue is Tissue.VEIN:
        return "vein"
    return "epidural" if tissue is Tissue.EPIDURAL else ""


def as_point(vector: Array) -> Point:
    """Return an array of shape (3,) as a plain point."""
    x, y, z = vector.tolist()
    return (x, y, z)


def lengths_mm(free_mm: float) -> Array:
    """Return the lengths of the segments that share a free length, the opening first; the last is the tip's, 1.5 to 4.5 mm."""
    if free_mm <= 0.0:
        return np.empty(0)
    count = max(int(free_mm / SEGMENT_MM + 0.5), 1)
    lengths = np.full(count, SEGMENT_MM)
    lengths[-1] = free_mm - SEGMENT_MM * (count - 1)
    return lengths


def base_angles(opening: Opening) -> tuple[float, float]:
    """Return the angles in the two planes at which the catheter leaves the needle."""
    x, y, z = opening.heading
    return math.atan2(y, z), math.asin(max(-1.0, min(1.0, x)))


def directions(sagittal: Array, coronal: Array) -> Array:
    """Return the unit directions of segments from their angles in the two planes, shape (n, 3)."""
    ways = np.empty((len(sagittal), 3))
    cos = np.cos(coronal)
    ways[:, 0] = np.sin(coronal)
    ways[:, 1] = cos * np.sin(sagittal)
    ways[:, 2] = cos * np.cos(sagittal)
    return ways


def line(rod: Rod) -> Array:
    """Return the centre line from the opening to the tip, shape (n + 1, 3); one point while nothing is past the opening.

    Raises:
        ValueError: If it is in no needle.
    """
    if rod.opening is None:
        raise ValueError("a catheter that has left no needle has no line in the patient")
    steps = directions(np.asarray(rod.sagittal_rad), np.asarray(rod.coronal_rad)) * lengths_mm(rod.free_mm)[:, None]
    start_mm = np.asarray(rod.opening.place_mm)
    return np.concatenate([start_mm[None], start_mm + np.cumsum(steps, axis=0)])


def fit_segments(rod: Rod) -> None:
    """Add or drop segments at the tip so that they fit the free length; a new one goes straight on."""
    count = len(lengths_mm(rod.free_mm))
    del rod.sagittal_rad[count:], rod.coronal_rad[count:]
    while len(rod.sagittal_rad) < count and rod.opening is not None:
        angles = (rod.sagittal_rad[-1], rod.coronal_rad[-1]) if rod.sagittal_rad else base_angles(rod.opening)
        rod.sagittal_rad.append(angles[0])
        rod.coronal_rad.append(angles[1])


def bending_n_mm2(rod: Rod, from_tip_mm: Array) -> Array:
    """Return the bending stiffness at places along the catheter, shape (n,); the wire stiffens what it still fills."""
    wired = from_tip_mm >= rod.wire_mm
    return np.asarray((rod.stiffness_n_m2 + rod.wire_n_m2 * wired) * 1e6)
