"""The field of this step, the skin unrolled from the back's midline round the flank to the belly, and places on it.

x runs along the body as the camera shows it, y is the arc from the dorsal midline, mm.
"""

import math

import numpy as np

from game.frames import Array
from game.instruments.needle import Point
from game.instruments.tunneller import TIP_SHARE, Layers, Rod, layers_at, tip_mm
from game.operation.antisepsis.layout import x_of_z, z_of_x
from game.operation.implant import Wound
from game.operation.needle.geometry import as_point
from game.operation.theatre import Theatre
from game.operation.tunnelling.state import Mouth, Tunnelling
from game.patient.pelvis import crest_line
from game.patient.ribs import ribs_edge_mm

ARC_MM = (-60.0, 450.0)
REACH_MM = 15.0  # nearer than this to a wound the point comes out in it (expert judgement)
OVER_FASCIA_MM = 3.0  # where a rod begins in a wound that is open to the fascia (expert judgement)
FINGERS_MM = 20.0  # the point is felt so near to the fingers
FELT_DEEP_MM = 26.0  # and through so much tissue (expert judgement)
WHITE_MM = 5.0  # skin over a point less deep than this whitens
WINDOW_STEP_MM = 2.0


def field_of(theatre: Theatre, points_mm: Array) -> Array:
    """Return places of the field for patient points, shape (n, 3), as (n, 2)."""
    points = np.atleast_2d(np.asarray(points_mm, dtype=np.float64))
    arcs = theatre.patient.skin_arc(points, theatre.plan.side)
    x = np.array([x_of_z(theatre, float(z)) for z in points[:, 2]])
    return np.column_stack([x, arcs])


def place_of(theatre: Theatre, point_mm: Point) -> tuple[float, float]:
    """Return the place of the field of one patient point."""
    x, y = field_of(theatre, np.array([point_mm]))[0]
    return float(x), float(y)


def skin_at(theatre: Theatre, x_mm: float, y_mm: float) -> Point:
    """Return the skin at a place of the field, patient frame."""
    return as_point(theatre.patient.skin_point(y_mm, z_of_x(theatre, x_mm), theatre.plan.side))


def under(theatre: Theatre, x_mm: float, y_mm: float, depth_mm: float) -> Array:
    """Return the point so deep under a place of the field, shape (3,)."""
    skin = np.array(skin_at(theatre, x_mm, y_mm))
    return np.asarray(skin - theatre.patient.skin_normal(skin) * depth_mm)


def off_mouth_mm(theatre: Theatre, mouth: Mouth, x_mm: float, y_mm: float) -> tuple[float, tuple[float, float]]:
    """Return how far a place lies from a wound, and the wound's place nearest to it."""
    ends = field_of(theatre, np.array([mouth.start_mm, mouth.end_mm]))
    (ax, ay), (bx, by) = ends.tolist()
    length_sq = max((bx - ax) ** 2 + (by - ay) ** 2, 1e-9)
    share = min(max(((x_mm - ax) * (bx - ax) + (y_mm - ay) * (by - ay)) / length_sq, 0.0), 1.0)
    near = (ax + share * (bx - ax), ay + share * (by - ay))
    return math.dist(near, (x_mm, y_mm)), near


def nearest_mouth(theatre: Theatre, step: Tunnelling, x_mm: float, y_mm: float) -> tuple[Mouth, float, tuple[float, float]] | None:
    """Return the wound nearest to a place, how far it is, and where."""
    found = [(mouth, *off_mouth_mm(theatre, mouth, x_mm, y_mm)) for mouth in step.mouths]
    return min(found, key=lambda item: item[1], default=None)


def middle_of(theatre: Theatre, mouth: Mouth) -> tuple[float, float]:
    """Return the place of a wound's middle; the back wound's is the tunnel's mouth."""
    ends = field_of(theatre, np.array([mouth.start_mm, mouth.end_mm]))
    x, y = ends.mean(axis=0)
    return float(x), float(y)


def start_depth_mm(theatre: Theatre, mouth: Mouth, x_mm: float, y_mm: float) -> float:
    """Return how deep a rod begins in a wound: on its floor, in the midst of a layer that is too thin for it."""
    here = layers_at(theatre.patient, under(theatre, x_mm, y_mm, 5.0))
    keep_mm = TIP_SHARE * OVER_FASCIA_MM
    if mouth.depth_mm <= here.scarpa_mm:
        lowest = max(here.scarpa_mm - keep_mm, 0.5 * (here.skin_mm + here.scarpa_mm))
        return max(min(mouth.depth_mm, lowest), min(here.skin_mm + 2.5, lowest))
    middle = 0.5 * (here.scarpa_mm + here.fascia_mm)
    return max(min(mouth.depth_mm, here.fascia_mm - keep_mm), min(here.scarpa_mm + keep_mm, middle))


def drawn_way(theatre: Theatre, rod: Rod) -> tuple[float, float] | None:
    """Return the unit direction on the field in which the rod's point runs, or None while it is out."""
    if rod.entry_mm is None:
        return None
    tip = np.array(tip_mm(rod))
    a, b = field_of(theatre, np.stack([tip, tip + 4.0 * np.array(rod.heading)]))
    away = float(np.hypot(*(b - a)))
    return None if away < 1e-6 else (float((b - a)[0]) / away, float((b - a)[1]) / away)


def rod_way(theatre: Theatre, rod: Rod) -> tuple[float, float] | None:
    """Return the unit direction on the field of the rod where it goes in, or None while it is out."""
    if rod.entry_mm is None:
        return None
    far = rod.track_mm[min(20, len(rod.track_mm) - 1)]
    if len(rod.track_mm) < 5:
        return drawn_way(theatre, rod)
    a, b = field_of(theatre, np.array([rod.entry_mm, far]))
    away = float(np.hypot(*(b - a)))
    return (float((b - a)[0]) / away, float((b - a)[1]) / away)


def tip_depth_mm(theatre: Theatre, rod: Rod) -> float:
    """Return how deep the point lies under the skin."""
    return -float(theatre.patient.skin_distance_mm(np.array([tip_mm(rod)]))[0])


def tip_felt(theatre: Theatre, step: Tunnelling) -> bool:
    """Say whether the fingers of the other hand lie on the point and can feel it."""
    hand, rod = theatre.hand, step.rod
    if not hand.other_down or rod.entry_mm is None:
        return False
    near = math.dist(place_of(theatre, tip_mm(rod)), (hand.other_x_mm, hand.other_y_mm)) <= FINGERS_MM
    return near and rod.bed in ("camper", "deep", "outside") and tip_depth_mm(theatre, rod) <= FELT_DEEP_MM


def led_by(theatre: Theatre, step: Tunnelling) -> float | None:
    """Return where fingers on the point lead it, -1 to 1, to the left of its way positive; None without fingers on it."""
    way = drawn_way(theatre, step.rod)
    if way is None or not tip_felt(theatre, step):
        return None
    x, y = place_of(theatre, tip_mm(step.rod))
    aside = way[0] * (theatre.hand.other_y_mm - y) - way[1] * (theatre.hand.other_x_mm - x)
    return min(max(aside / FINGERS_MM, -1.0), 1.0)


def bone_clearance_mm(theatre: Theatre, path_mm: Array) -> float:
    """Return the least way along the skin from a path to the lowest ribs and to the crest; 0 over bone.

    Both are taken as edges on the unrolled skin: ribs lie above theirs, the wing below its own.
    """
    patient, side = theatre.patient, theatre.plan.side
    ribs = ribs_edge_mm(patient.bones.ribs, side)
    crest = crest_line(patient.bones.pelvis, 1.0 if side == "left" else -1.0)
    way = np.column_stack([patient.skin_arc(path_mm, side), path_mm[:, 2]])
    least = math.inf
    for bone, sign in ((ribs, 1.0), (crest, -1.0)):
        edge = np.column_stack([patient.skin_arc(bone, side), bone[:, 2]])
        apart = way[:, None, :] - edge[None]
        near = np.sqrt((apart**2).sum(axis=-1))
        beyond = (np.abs(apart[..., 0]) < 6.0) & (sign * apart[..., 1] > 0.0)
        least = min(least, 0.0 if beyond.any() else float(near.min()))
    return least


def least_radius_mm(path_mm: Array, window_mm: float = 40.0) -> float:
    """Return the tightest radius of a path's course along the skin, each taken over a window of its length.

    Windows overlap, so that a corner reads the same wherever it lies.

    Args:
        path_mm: Places on the unrolled skin every millimetre or so, shape (n, 2).
        window_mm: Length over which a bend is taken.
    """
    pieces = np.sqrt((np.diff(path_mm, axis=0) ** 2).sum(axis=1))
    along = np.concatenate([[0.0], np.cumsum(pieces)])
    if along[-1] < 2.0 * window_mm:
        return math.inf
    at = np.arange(0.0, along[-1], WINDOW_STEP_MM)
    points = np.column_stack([np.interp(at, along, path_mm[:, k]) for k in range(2)])
    half = round(window_mm / 2.0 / WINDOW_STEP_MM)
    way = points[half:] - points[:-half]
    turn = np.arctan2(way[:, 1], way[:, 0])
    bends = np.abs((turn[half:] - turn[:-half] + math.pi) % (2.0 * math.pi) - math.pi)
    sharpest = float(bends.max(initial=0.0))
    return math.inf if sharpest < 1e-6 else window_mm / 2.0 / sharpest


def layers_under(theatre: Theatre, wound: Wound) -> Layers:
    """Return the layers under the middle of a wound."""
    middle = 0.5 * (np.array(wound.start_mm) + np.array(wound.end_mm))
    return layers_at(theatre.patient, middle - 6.0 * theatre.patient.skin_normal(middle))
