"""What an expert's hands would have left behind, for a case that leaves earlier steps out.

A drill that begins at the anchor finds a needle and a catheter as they should lie. Every function leaves
alone what is there already, and calls on the ones before it. Depths, radii and lengths are the targets of
the steps that make them.
"""

import itertools
import math

import numpy as np

from game.errors import GameError
from game.frames import Array
from game.instruments import needle as shaft
from game.instruments.needle import Needle, Point, Span, tip_mm
from game.operation.implant import Anchor, Bite, Catheter, Pocket, Pump, PurseString, Tunnel, Wound
from game.operation.needle.geometry import as_point, unit
from game.operation.theatre import Theatre
from game.patient import Patient, Tissue
from game.patient.curves import smooth_curve

UP_MM = (2.0, 5.0, 8.0, 11.0, -2.0)
SAGITTAL_DEG, MEDIAL_DEG = (40.0, 37.0, 43.0, 34.0, 45.0, 31.0, 50.0), 12.0
INWARDS = np.array([0.0, -1.0, 0.0])
IN_SAC_MM = 5.0
CANAL_STEP_MM = 3.0
INCISION_MM = 50.0
PURSE_MM, BITE_MM = 5.0, 3.5
LOOP_MM = 32.0
TUNNEL_DEPTH_MM = 15.0
OVER_FASCIA_MM = 2.0  # a tunnel in thin fat keeps so far from the muscles
TUNNEL_STEP_MM, FLANK_SHARE = 10.0, 0.3  # the way is highest between rib and crest
POCKET_RADIUS_MM, POCKET_COVER_MM = 50.0, 15.0
BELLY_INCISION_MM = 70.0


def needle_in_sac(theatre: Theatre) -> Needle:
    """Return the needle with its point in the sac, put there where no step has done so.

    Raises:
        GameError: If bone closes every way to the planned window.
    """
    needle = theatre.needle
    if needle is not None and needle.entry_mm is not None:
        return needle
    spec = theatre.equipment.needles["tuohy"]
    for up_mm, sagittal_deg in itertools.product(UP_MM, SAGITTAL_DEG):
        needle = Needle(length_mm=spec.length_mm, od_mm=spec.outer_mm, bore_mm=spec.bore_mm, burr_n=spec.burr_force_n)
        if _goes_in(theatre, needle, up_mm, sagittal_deg):
            theatre.needle = needle
            return needle
    raise GameError(f"Bone closes every way to the window {theatre.plan.window} of this patient.")


def _goes_in(theatre: Theatre, needle: Needle, up_mm: float, sagittal_deg: float) -> bool:
    """Lay a needle through the flavum, so far above the window's middle; say whether its point comes to lie in the sac."""
    patient = theatre.patient
    target = patient.landmarks[f"sac.{theatre.plan.window}"] + np.array([0.0, 4.0, up_mm])
    skin = patient.skin_hit_mm(target + np.array([0.0, 300.0, 0.0]), INWARDS)
    if skin is None:
        return False
    run = float(skin[1] - target[1]) / math.tan(math.radians(sagittal_deg))
    away = run * math.tan(math.radians(MEDIAL_DEG)) * (1.0 if theatre.plan.side == "left" else -1.0)
    entry = patient.skin_hit_mm(target + np.array([away, 300.0, -run]), INWARDS)
    if entry is None:
        return False
    shaft.set_on_skin(needle, as_point(entry), nicked=True)
    needle.heading = unit(as_point(target - entry))
    way = np.arange(0.0, needle.length_mm - 5.0, shaft.TRACK_STEP_MM)
    track = entry + way[:, None] * np.array(shaft.travel(needle))
    inside = np.flatnonzero(patient.sac_distance_mm(track) < -IN_SAC_MM)
    if inside.size == 0 or np.isin(patient.tissue(track[: inside[0]]), shaft.BONES).any():
        return False
    needle.track_mm = [as_point(place) for place in track[: inside[0] + 1]]
    while needle.depth_mm < way[inside[0]]:
        needle.depth_mm = min(needle.depth_mm + shaft.LOOK_AHEAD_MM / 2.0, float(way[inside[0]]))
        shaft.probe(patient, needle)
    needle.opened_mm = needle.hand_mm = needle.depth_mm
    needle.still_s = 1.0
    return True


def threaded_catheter(theatre: Theatre) -> Catheter:
    """Return the catheter with its tip at the planned level, dorsal in the midline, the needle still in."""
    threaded = theatre.implant.catheter
    if threaded is not None and len(threaded.canal_mm) > 1:
        return threaded
    if threaded is not None:
        theatre.needle, theatre.implant.rod = None, None  # nothing came into the canal: whoever teaches has taken over
    needle = needle_in_sac(theatre)
    needle.stylet_in = False
    model, spec = next(iter(theatre.equipment.catheters.items()))
    catheter = Catheter(model, spec.supplied_mm, space="intrathecal", called_level=theatre.plan.tip_level)
    catheter.canal_mm = _way_up(theatre.patient, tip_mm(needle), float(theatre.patient.landmarks[f"{theatre.plan.tip_level}.body"][2]))
    theatre.implant.catheter = catheter
    return catheter


def _way_up(patient: Patient, opening: Point, to_z: float) -> list[Point]:
    """Return the dorsal midline of the sac from a height down to the needle's opening."""
    count = max(2, round((to_z - opening[2]) / CANAL_STEP_MM) + 1)
    z = np.linspace(to_z, opening[2], count)
    sac, cord = patient.canal.sac.read(z), patient.canal.cord.read(z)
    middle = 0.5 * (sac[:, 1] + sac[:, 3] + cord[:, 1] + cord[:, 3])
    y = np.maximum(middle, sac[:, 1] + 0.5 * sac[:, 3])
    bend = np.clip((z - opening[2]) / 20.0, 0.0, 1.0)
    smooth = bend * bend * (3.0 - 2.0 * bend)
    x = opening[0] + (sac[:, 0] - opening[0]) * smooth
    y = opening[1] + (y - opening[1]) * smooth
    return [(float(a), float(b), float(c)) for a, b, c in zip(x, y, z, strict=True)]


def anchored_catheter(theatre: Theatre) -> Catheter:
    """Return the catheter with the needle and its wire out, tied, anchored and looped in an open back wound."""
    implant = theatre.implant
    if implant.anchor is not None and implant.catheter is not None:
        return implant.catheter
    catheter = threaded_catheter(theatre)
    needle = theatre.needle
    if needle is None:  # it was tied and looped by hand, and left without an anchor
        if implant.back_wound is None:
            implant.back_wound = _back_wound(catheter.back_mm[0])
        return catheter
    assert needle.entry_mm is not None
    hole, fascia = crossing(needle, Tissue.DURA), crossing(needle, Tissue.FASCIA)
    catheter.canal_mm = [*catheter.canal_mm[:-1], hole]
    catheter.track_mm = [hole, fascia]
    catheter.back_mm = loop(fascia, theatre)
    catheter.wire_in, catheter.end = False, "clamped"
    implant.back_wound = _back_wound(needle.entry_mm)
    implant.purse_string = PurseString([_bite(fascia, k * 90.0) for k in range(4)], tension_n=3.0, ooze_share=0.0)
    model, spec = next(iter(theatre.equipment.anchors.items()))
    anchor = Anchor(model, gap_mm=3.0, off_line_deg=0.0, grip_n=spec.grip_n)
    anchor.sutures = [_bite(fascia, 60.0), _bite(fascia, 180.0), _bite(fascia, 300.0)]
    implant.anchor = anchor
    theatre.needle = None
    return catheter


def _back_wound(middle_mm: Point) -> Wound:
    """Return an open wound along the back."""
    x, y, z = middle_mm
    half = INCISION_MM / 2.0
    return Wound((x, y, z - half), (x, y, z + half), layer="fascia", retracted=True)


def crossing(needle: Needle, tissue: Tissue) -> Point:
    """Return where the needle's track goes through a layer; one that it did not reach is taken to lie at its end."""
    end_mm = needle.spans[-1].end_mm if needle.spans else 0.0
    span = next((s for s in needle.spans if s.tissue is tissue), Span(end_mm, end_mm, tissue))
    return needle.track_mm[min(round(span.end_mm / shaft.TRACK_STEP_MM), len(needle.track_mm) - 1)]


def _bite(centre: Point, angle_deg: float) -> Bite:
    """Return a bite in the fascia beside a place, square to the radius."""
    x, y, z = centre
    turn, spread = math.radians(angle_deg), math.radians(20.0)
    ends = [(x + PURSE_MM * math.cos(turn + s), y, z + PURSE_MM * math.sin(turn + s)) for s in (-spread, spread)]
    return Bite(ends[0], ends[1], BITE_MM, "fascia")


def loop(fascia: Point, theatre: Theatre, across_mm: float = LOOP_MM) -> list[Point]:
    """Return a flat turn of the catheter on the fascia, below its exit, that leaves towards the pump's side."""
    x, y, z = fascia
    radius, side = across_mm / 2.0, 1.0 if theatre.plan.side == "left" else -1.0
    angles = np.radians(np.linspace(90.0, 90.0 - 450.0, 46))
    lift = np.linspace(0.0, 2.0, 46)
    turn = np.column_stack([x + side * radius * np.cos(angles), np.full(46, y), z - radius + radius * np.sin(angles)])
    lie = _on_fascia(theatre.patient, np.vstack([turn, turn[-1] + np.array([side * 15.0, 0.0, -4.0])]), np.append(lift, lift[-1]))
    return [fascia, *(as_point(place) for place in lie[1:])]


def _on_fascia(patient: Patient, places: Array, lift_mm: Array) -> Array:
    """Return places moved to and fro until they lie on the fascia of the back, so much above it, shape (n, 3)."""
    for _ in range(3):
        depth, faces = patient.layers_mm(places)
        places = places + np.column_stack([np.zeros(len(places)), depth - faces[:, 1] + lift_mm, np.zeros(len(places))])
    return places


def tunnelled_catheter(theatre: Theatre) -> Catheter:
    """Return the catheter drawn through a tunnel in the fat of the flank to an open wound of the belly."""
    implant = theatre.implant
    if implant.tunnel is not None and implant.catheter is not None and implant.catheter.tunnel_mm:
        return implant.catheter
    catheter = anchored_catheter(theatre)
    patient, side, mark = theatre.patient, theatre.plan.side, theatre.plan.pocket_mark
    mouth = catheter.back_mm[-1]
    first = float(patient.skin_arc(np.array([mouth]), side)[0])
    count = round((mark.arc_mm - first) / TUNNEL_STEP_MM)
    flank = 0.5 * (patient.landmarks["L1.body"][2] + patient.landmarks[f"iliac_crest_{side}"][2])
    heights = smooth_curve(np.array([0.0, FLANK_SHARE, 1.0]), np.array([mouth[2], flank, mark.z_mm]), np.linspace(0.0, 1.0, count + 1))
    path = [mouth]
    for k in range(1, count + 1):
        skin = patient.skin_point(first + k / count * (mark.arc_mm - first), float(heights[k]), side)
        path.append(as_point(beneath(patient, skin, min(TUNNEL_DEPTH_MM, _fat_ends_mm(patient, skin) - OVER_FASCIA_MM))))
    implant.tunnel = Tunnel(path_mm=path, passes=1)
    catheter.tunnel_mm = list(path)
    implant.belly_wound = belly_wound(theatre)
    return catheter


def beneath(patient: Patient, skin_mm: Array, depth_mm: float) -> Array:
    """Return the place so deep under a point of the skin, shape (3,)."""
    return np.asarray(skin_mm - patient.skin_normal(skin_mm) * depth_mm)


def _fat_ends_mm(patient: Patient, skin_mm: Array) -> float:
    """Return how deep the fat ends under a point of the skin."""
    return float(patient.layers_mm(skin_mm[None])[1][0, 1])


def belly_wound(theatre: Theatre) -> Wound:
    """Return the incision of the abdomen at the pocket's mark, across the long axis, down to the fat."""
    patient, side, mark = theatre.patient, theatre.plan.side, theatre.plan.pocket_mark
    ends = [patient.skin_point(mark.arc_mm + sign * BELLY_INCISION_MM / 2.0, mark.z_mm, side) for sign in (-1.0, 1.0)]
    return Wound(as_point(ends[0]), as_point(ends[1]), layer="fat", retracted=True)


def pocket(theatre: Theatre) -> Pocket:
    """Return a pocket that fits the pump, below the mark."""
    if theatre.implant.pocket is None:
        patient, mark = theatre.patient, theatre.plan.pocket_mark
        skin = patient.skin_point(mark.arc_mm, mark.z_mm - POCKET_RADIUS_MM, theatre.plan.side)
        cover_mm = min(POCKET_COVER_MM, _fat_ends_mm(patient, skin))
        floor = beneath(patient, skin, cover_mm + 20.0)
        theatre.implant.pocket = Pocket(as_point(floor), POCKET_RADIUS_MM, cover_mm)
    return theatre.implant.pocket


def filled_pump(theatre: Theatre) -> Pump:
    """Return a pump that is filled and primed, on the table."""
    if theatre.implant.pump is None:
        model, spec = next(iter(theatre.equipment.pumps.items()))
        theatre.implant.pump = Pump(model, volume_ml=spec.chamber_ml, drug="morphine", concentration_mg_ml=1.0)
    return theatre.implant.pump
