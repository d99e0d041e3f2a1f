"""Sacrum, coccyx and hip bones as signed distances.

The sacrum has its own frame (origin at the centre of the first endplate, axes like a vertebra's) and lengths of
the standard body times the bone scale. The hip bones live in the pelvic frame: the same origin, axes along the
patient's when the posture is neutral; they turn with the sacrum. All shapes are expert judgement unless a source
stands beside them.
"""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.patient import reference as ref
from game.patient.canal import SACRAL_TIPS_MM
from game.patient.draws import Draws
from game.patient.skeleton import FACET_BACK, Spine
from game.patient.solids import Field, cone, ellipse, ellipsoid, rounded, rounded_box, smooth_union, superellipse
from game.patient.spec import PatientSpec

SACRUM_SHELL_MM, WING_SHELL_MM, FORAMEN_SHELL_MM = 1.0, 1.3, 0.4
# Outline of the sacrum by distance below its first endplate; height 98 +- 9 from an Oman Med J series.
DOWN_MM = (0.0, 12.0, 28.0, 40.0, 52.0, 64.0, 80.0, 90.0, 98.0)
HALF_WIDTH_MM = (47.5, 52.5, 50.0, 44.5, 37.0, 30.5, 26.0, 21.0, 10.0)
VENTRAL_MM = (-16.5, -12.0, -5.0, -1.0, 1.5, 1.5, -1.0, -3.5, -6.0)
DORSAL_MM = (38.5, 37.0, 34.5, 33.4, 32.0, 30.0, 27.0, 23.0, 19.0)
OBLIQUE = 0.008  # how much wider the sacrum is per mm in front of its middle: joints seen end-on at 20 degrees, expert judgement
# What is left of the discs between sacral pieces: centre (y, z) and half lengths along x, y, z.
DISC_REMNANTS_MM = ((4.5, -29.5, 13.0, 7.0, 1.3), (8.5, -51.5, 9.0, 4.5, 1.1))
CANAL_DOWN_MM = (0.0, 28.0, 52.0, 90.0)
CANAL_HALF_WIDTH_MM = (15.5, 12.0, 9.0, 6.0)
CANAL_FRONT_MM = (16.5, 16.0, 17.0, 18.0)
CANAL_DEPTH_MM = (16.0, 11.5, 9.0, 6.0)
FORAMINA_MM = ((21.5, -25.0, 5.6), (18.5, -46.0, 5.0), (16.0, -64.0, 4.2), (14.0, -81.0, 3.4))
# Coccyx: centre (y, z), half width, half depth, half height and forward lean in degrees of each piece, in the sacrum's frame.
COCCYX = (
    (4.5, -104.5, 9.5, 4.2, 4.8, 8.0),
    (2.5, -114.8, 6.6, 3.6, 4.2, 18.0),
    (-1.2, -123.4, 5.0, 3.2, 3.6, 30.0),
    (-5.6, -129.6, 3.6, 2.8, 3.0, 42.0),
)
LAMINA_BACK_MM = 0.5 * ref.S1_DEPTH_MM + ref.S1_CANAL_DEPTH_MM + 2.5  # middle of the first sacral lamina
S1_FACET_DEG = ref.FACET_DEG[-1]
SACRUM_BOX_MM = ((-58.0, -20.0, -136.0), (58.0, 55.0, 15.0))
SACRUM_NEAR_MM = 32.0  # the joint's lining reaches 15 mm beyond the sacrum, and 15 mm more must be true
SACROILIAC_GAP_MM = 2.6  # cartilage of both sides
# The hip bone below the wing, pelvic frame, tables' mm: hip joint, then bars of (start, end, radius at start, radius at end).
HIP_MM = (88.0, -28.0, -100.0)
HIP_CUP_MM, HIP_SOCKET_MM, FEMORAL_HEAD_MM = 32.0, 26.5, 23.5
HIP_OPENING = (0.77, -0.35, -0.53)
SYMPHYSIS_GAP_MM = 4.0
PUBIS_TOP_MM, PUBIS_FOOT_MM = (9.5, -84.0, -121.0), (9.0, -80.0, -143.0)
ISCHIUM_MM = (60.0, 0.0, -174.0)
LOWER_BARS = (
    ((66.0, -50.0, -110.0), PUBIS_TOP_MM, 9.5, 7.5),
    (PUBIS_TOP_MM, PUBIS_FOOT_MM, 8.5, 7.5),
    (PUBIS_FOOT_MM, ISCHIUM_MM, 6.0, 8.0),
    ((80.0, -10.0, -118.0), ISCHIUM_MM, 14.0, 13.0),
    ((76.0, 0.0, -116.0), (60.0, 20.0, -120.0), 9.0, 3.0),
)
FEMUR_BARS = (((0.0, 0.0, 0.0), (40.0, 4.0, -14.0), 15.0, 15.5), ((40.0, 4.0, -14.0), (46.0, 8.0, -26.0), 18.0, 17.0))
LOWER_TOP_MM = -50.0  # nothing of it stands within 15 mm of this height
WING_MIDDLE_MM = (82.0, -16.0)
WING_FORWARD = (0.498, -0.867)
WING_REACH_MM = 74.0
TUBERCLE_MM, TUBERCLE_OUT_MM = 20.0, 17.0  # place along the wing of its widest point and how far it stands out: crests 270 mm apart
# The wing's front edge with its two spines, and its hind edge, by depth below the top of the crest.
FRONT_AT_MM, FRONT_EDGE_MM = (-140.0, -116.0, -104.0, -92.0, -80.0, -66.0), (44.0, 54.0, 56.0, 62.0, 71.0, 74.0)
HIND_AT_MM, HIND_EDGE_MM = (-84.0, -72.0, -62.0, -52.0, -40.0), (-52.0, -66.0, -68.0, -73.0, -74.0)
# Balls that stand for the hip bones where skin must cover them: distance on the wing, number on each bar, and the least of
# soft tissue over wings and over what lies lower; both are less than people of usual weight have.
COVER_STEP_MM, COVER_BALLS, COVER_WING_MM, COVER_LOW_MM = 10.0, 5, 8.0, 1.4  # expert judgement
USUAL_CREST_MM = 43.0  # crest above the first sacral endplate; Okamoto 2020 gives 38 +- 8


@dataclass(frozen=True, slots=True)
class Pelvis:
    """Sacrum and wings.

    Attributes:
        sacrum_rotation, origin_mm: Frame of the sacrum.
        wing_rotation: Pelvic frame to patient frame.
        scale: Bone scale.
        lamina_top_mm: Upper edge of the first sacral lamina, in tables' mm (not scaled).
        crest_mm: Height of the crest above the first endplate in the pelvic frame.
        flare_mm: How much wider the wings stand than the standard.
    """

    sacrum_rotation: Array
    origin_mm: Array
    wing_rotation: Array
    scale: float
    lamina_top_mm: float
    crest_mm: float
    flare_mm: float


def build_pelvis(spec: PatientSpec, draws: Draws, spine: Spine) -> Pelvis:
    """Place the pelvis: the crest stands at the L4-5 disc plus the person's deviation."""
    rise = spine.neutral_disc_l45_mm[2] - spine.sacrum_neutral_mm[2] + draws.crest * spine.level_pitch_mm
    return Pelvis(
        sacrum_rotation=spine.sacrum_rotation,
        origin_mm=spine.sacrum_centre_mm,
        wing_rotation=spine.pelvis_rotation,
        scale=spine.scale,
        lamina_top_mm=spine.sacrum_lamina_local_mm[1] / spine.scale,
        crest_mm=float(rise),
        flare_mm=6.0 if spec.sex == "female" else 0.0,
    )


def sacrum_distance(pelvis: Pelvis, x: Field, y: Field, z: Field) -> tuple[Field, Field]:
    """Return the distance to the sacrum and its cortex there, thin in the foramina; coordinates in its frame, mm."""
    s = pelvis.scale
    side, y, z = np.abs(x) / s, y / s, z / s
    down = -z
    half_width = np.interp(down, DOWN_MM, HALF_WIDTH_MM)
    front, back = np.interp(down, DOWN_MM, VENTRAL_MM), np.interp(down, DOWN_MM, DORSAL_MM)
    outer = np.maximum(side - 20.0, 0.0)
    middle = front + 0.45 * (back - front) + 0.10 * outer
    behind = y > middle
    half_width = half_width * (1.0 + OBLIQUE * np.clip(middle - y, -30.0, 20.0))
    mass, _ = superellipse(side, np.abs(y - middle), half_width, np.where(behind, 0.55, 0.45) * (back - front), np.where(behind, 1.35, 2.4))
    dish = np.maximum(1.0 - (side / 21.0) ** 2 - (y / 13.0) ** 2, 0.0)
    ala = np.maximum(side - 25.0, 0.0) * (0.36 + 0.012 * np.clip(14.0 - y, 0.0, 30.0))
    solid = rounded(mass, np.maximum(z + ala + 1.6 * dish, -98.0 - z), 3.5)
    solid = _trim(solid, side, y, z, pelvis)
    solid = smooth_union(solid, _median_crest(side, y, z, back, pelvis.lamina_top_mm - 2.0), 3.0)
    solid = smooth_union(solid, _first_facet(side, y, z), 2.0)
    depth = np.interp(down, CANAL_DOWN_MM, CANAL_DEPTH_MM)
    canal_y, canal_half = np.interp(down, CANAL_DOWN_MM, CANAL_FRONT_MM), np.interp(down, CANAL_DOWN_MM, CANAL_HALF_WIDTH_MM)
    canal = ellipse(side, y - canal_y - 0.5 * depth, canal_half, 0.5 * depth)
    solid = np.maximum(solid, -canal)
    deep = np.clip((y - front) / (back - front), 0.0, 1.0)
    holes = np.full_like(side, -1e3)
    for hole_x, hole_z, radius in FORAMINA_MM:
        narrow = radius * (1.30 - 0.80 * deep)  # funnels that run nearly straight back above and open downwards
        holes = np.maximum(holes, narrow - np.hypot(side - hole_x - 0.10 * (y - 12.0), z - hole_z - 0.5 * (radius - narrow)))
    for centre_y, centre_z, wide, long, tall in DISC_REMNANTS_MM:
        holes = np.maximum(holes, -ellipsoid(side, y - centre_y, z - centre_z, wide, long, tall))
    shell = np.where(holes > solid - 0.6, FORAMEN_SHELL_MM, SACRUM_SHELL_MM)
    return np.minimum(np.maximum(solid, holes), _coccyx(side, y, z)) * s, shell


def _coccyx(side: Field, y: Field, z: Field) -> Field:
    """Return the distance to the coccyx, a row of pieces that curves forward, in tables' mm."""
    best = 1e3
    for centre_y, centre_z, wide, deep, tall, lean_deg in COCCYX:
        sin, cos = math.sin(math.radians(lean_deg)), math.cos(math.radians(lean_deg))
        dy, dz = y - centre_y, z - centre_z
        up, out = dz * cos + dy * sin, dy * cos - dz * sin
        narrow = wide * (1.0 + 0.03 * np.clip(up, -tall, tall))
        best = np.minimum(best, rounded_box(side - narrow, np.abs(out) - deep, np.abs(up) - tall, 2.4))
    return best


def _median_crest(side: Field, y: Field, z: Field, back: Field, top: float) -> Field:
    """Return the distance to the fused spinous processes, three knobs on a ridge, in tables' mm."""
    heights, edge = [-tip[1] for tip in SACRAL_TIPS_MM], [tip[0] for tip in SACRAL_TIPS_MM]
    hind = np.interp(-z, heights, edge) - 2.2 * (1.0 - np.cos(2.0 * np.pi * (z + 15.0) / 23.5))
    ridge = (side - 2.4 - 0.02 * z - 0.42 * np.maximum(hind - y, 0.0)) * 0.92
    return rounded_box(ridge, np.maximum(y - hind, back - 9.0 - y), np.maximum(z - top, -93.0 - z), 2.4)


def _trim(solid: Field, side: Field, y: Field, z: Field, pelvis: Pelvis) -> Field:
    """Take away what lies above the first lamina behind the body: the opening of the sacral canal, sloping down at its sides."""
    above = z - pelvis.lamina_top_mm + 0.30 * np.maximum(side - 14.0, 0.0) + 0.20 * (y - LAMINA_BACK_MM)
    return np.maximum(solid, np.minimum(y - 17.0, 0.94 * above))


def _first_facet(side: Field, y: Field, z: Field) -> Field:
    """Return the distance to the first sacral superior articular process, in tables' mm."""
    sin, cos = math.sin(math.radians(S1_FACET_DEG)), math.cos(math.radians(S1_FACET_DEG))
    joint = 0.5 * ref.WINDOW_WIDTH_MM[-1] + 6.5, 0.5 * ref.S1_DEPTH_MM + FACET_BACK * ref.S1_CANAL_DEPTH_MM, 2.0
    dx, dy, dz = side - joint[0], y - joint[1], z - joint[2]
    normal, tangent = dx * cos - dy * sin, dx * sin + dy * cos
    knob = ellipsoid(normal - 2.6, tangent + 1.0, dz, 5.6, 7.5, 8.0)
    pillar = cone(side - 27.0, y - 20.0, z + 12.0, (joint[0] + 3.6 * cos - 27.0, joint[1] - 3.6 * sin - 20.0, 13.0), 6.0, 4.0)
    return np.maximum(smooth_union(knob, pillar, 2.0), 0.5 * ref.FACET_GAP_MM - normal)


def wing_distance(pelvis: Pelvis, x: Field, y: Field, z: Field) -> Field:
    """Return the distance to the iliac wings; coordinates in the pelvic frame, mm."""
    s = pelvis.scale
    side, y, w = (np.abs(x) - pelvis.flare_mm) / s, y / s, (z - pelvis.crest_mm) / s
    dx, dy = side - WING_MIDDLE_MM[0], y - WING_MIDDLE_MM[1]
    u = dx * WING_FORWARD[0] + dy * WING_FORWARD[1]
    out = -dx * WING_FORWARD[1] + dy * WING_FORWARD[0]
    top = crest_drop(pelvis, u)
    tubercle = np.exp(-(((u - TUBERCLE_MM) / 30.0) ** 2))
    at_crest = np.exp(-(((top - w) / 9.0) ** 2))
    thick = 2.0 + (4.4 + 1.6 * tubercle) * at_crest + 2.4 * np.exp(-(((u - 66.0) / 9.0) ** 2))
    thick = thick + 6.0 * np.clip((-42.0 - u) / 25.0, 0.0, 1.0) + 9.0 * np.clip((-98.0 - w) / 25.0, 0.0, 1.0)
    floor = np.interp(u, (-75.0, -45.0, -25.0, 0.0, 40.0, 75.0), (-66.0, -78.0, -84.0, -125.0, -140.0, -120.0))
    fore, hind = np.interp(w, FRONT_AT_MM, FRONT_EDGE_MM), np.interp(w, HIND_AT_MM, HIND_EDGE_MM)
    plate = (np.abs(out - _wing_surface(u, w)) - thick) * 0.88
    outline = np.maximum((w - top) * 0.78, (floor + _stretch_mm(pelvis) - w) * 0.7)
    outline = rounded(outline, np.maximum(u - fore, hind - u) * 0.85, 12.0)
    return rounded(plate, outline, 4.5) * s


def _wing_surface(u: Field, w: Field) -> Field:
    """Return how far the wing stands out of its plane: flared to the crest, which is S-shaped seen from above, tables' mm."""
    bend = TUBERCLE_OUT_MM * np.exp(-(((u - TUBERCLE_MM) / 30.0) ** 2)) - 6.0 * np.exp(-(((u + 46.0) / 22.0) ** 2))
    high = np.clip(1.0 + w / 95.0, 0.0, 1.0)
    return 0.30 * (w + 40.0) + bend * high * high * (3.0 - 2.0 * high)


def _stretch_mm(pelvis: Pelvis) -> float:
    """Return how much of a low crest's deviation the wings' lower parts do not share: half of it, tables' mm."""
    return 0.5 * (USUAL_CREST_MM - pelvis.crest_mm / pelvis.scale)


def crest_drop(pelvis: Pelvis, u: Field) -> Field:
    """Return how far the crest lies below its highest point (0 or less), by the place along the wing, tables' mm."""
    lead = np.abs(u + 5.0)
    behind = (USUAL_CREST_MM - _stretch_mm(pelvis)) * (lead / 68.0) ** 2.3
    return -np.where(u < -5.0, behind, 78.0 * (lead / 78.0) ** 2.2)


def crest_line(pelvis: Pelvis, sign: float) -> Array:
    """Return one crest from its hind to its front spine in the patient frame, shape (149, 3); `sign` 1 is left."""
    u = np.linspace(-WING_REACH_MM, WING_REACH_MM, 149)
    local = _on_wing(pelvis, u, crest_drop(pelvis, u)) * (sign, 1.0, 1.0)
    return np.asarray(pelvis.origin_mm + local @ pelvis.wing_rotation.T)


def crest_top(pelvis: Pelvis, sign: float) -> Array:
    """Return the highest point of one crest in the patient frame; `sign` 1 is left."""
    line = crest_line(pelvis, sign)
    return np.asarray(line[int(np.argmax(line[:, 2]))])


def _on_wing(pelvis: Pelvis, u: Array, w: Array) -> Array:
    """Return the middle of the left wing by place along it and height, pelvic frame, mm, shape (n, 3)."""
    out = _wing_surface(u, w)
    side = WING_MIDDLE_MM[0] + u * WING_FORWARD[0] - out * WING_FORWARD[1]
    y = WING_MIDDLE_MM[1] + u * WING_FORWARD[1] + out * WING_FORWARD[0]
    return np.column_stack([side * pelvis.scale + pelvis.flare_mm, y * pelvis.scale, w * pelvis.scale + pelvis.crest_mm])


def covered_balls(pelvis: Pelvis) -> tuple[Array, Array]:
    """Return balls that skin must hold: hip bones and thick soft tissue over them, patient frame.

    Returns:
        Centres, shape (n, 3), and radii with the tissue over them, shape (n,), mm.
    """
    u, down = (part.ravel() for part in np.meshgrid(np.arange(-70.0, 75.0, COVER_STEP_MM), np.arange(4.0, 140.0, COVER_STEP_MM)))
    w = crest_drop(pelvis, u) - down
    kept = (u < np.interp(w, FRONT_AT_MM, FRONT_EDGE_MM)) & (u > np.interp(w, HIND_AT_MM, HIND_EDGE_MM))
    wing = _on_wing(pelvis, u[kept], w[kept])
    wide = np.array([pelvis.flare_mm / pelvis.scale, 0.0, 0.0])
    bars = np.concatenate([np.linspace(start, end, COVER_BALLS) for start, end, *_ in LOWER_BARS])
    thick = np.concatenate([np.linspace(first, last, COVER_BALLS) for *_, first, last in LOWER_BARS])
    hip = np.array([(0.0, 0.0, 0.0), *(end for _, end, *_ in FEMUR_BARS)]) + HIP_MM
    low = np.concatenate([bars + wide * np.minimum(bars[:, :1] / HIP_MM[0], 1.0), hip + wide]) * pelvis.scale
    stout = np.concatenate([thick, [HIP_CUP_MM, *(last for *_, last in FEMUR_BARS)]]) * pelvis.scale + COVER_LOW_MM
    local = np.concatenate([wing, low])
    radii = np.concatenate([np.full(len(wing), 4.2 * pelvis.scale + COVER_WING_MM), stout])
    local = np.concatenate([local, local * (-1.0, 1.0, 1.0)])
    return pelvis.origin_mm + local @ pelvis.wing_rotation.T, np.concatenate([radii, radii])


def pelvis_distance(pelvis: Pelvis, points: Array) -> tuple[Array, Array]:
    """Return the distance to sacrum and wings and the cortex there, each shape (n,).

    Args:
        pelvis: Where and what it is.
        points: Patient frame, shape (n, 3).

    Returns:
        Distance, a lower bound beyond the sphere that holds the pelvis, and cortex in mm.
    """
    rel = points - pelvis.origin_mm.astype(points.dtype)
    local = rel @ pelvis.sacrum_rotation.astype(points.dtype)
    wing = rel @ pelvis.wing_rotation.astype(points.dtype)
    wings = wing_distance(pelvis, wing[:, 0], wing[:, 1], wing[:, 2])
    wings = _with_lower_parts(pelvis, wings, wing)
    sacrum = _beyond_sacrum(pelvis, local)
    shell = np.full_like(sacrum, SACRUM_SHELL_MM)
    near = np.flatnonzero(sacrum < SACRUM_NEAR_MM * pelvis.scale)
    if near.size:
        here = local[near]
        sacrum[near], shell[near] = sacrum_distance(pelvis, here[:, 0], here[:, 1], here[:, 2])
        wings[near] = smooth_union(wings[near], _joint_face(pelvis, here, sacrum[near]), 7.0)
        wings[near] = np.maximum(wings[near], SACROILIAC_GAP_MM * pelvis.scale - sacrum[near])
    return np.minimum(sacrum, wings), np.where(sacrum < wings, shell, WING_SHELL_MM)


def _beyond_sacrum(pelvis: Pelvis, local: Array) -> Field:
    """Return a lower bound of the distance to the sacrum: that to a box that holds it."""
    low, high = (np.array(corner, dtype=local.dtype) * local.dtype.type(pelvis.scale) for corner in SACRUM_BOX_MM)
    return np.maximum(low - local, local - high).max(axis=1)


def _joint_face(pelvis: Pelvis, local: Array, sacrum: Field) -> Field:
    """Return the distance to the part of the hip bone that lines the sacrum's side and ends in the hind iliac spine."""
    s = pelvis.scale
    side, y, z = np.abs(local[:, 0]) / s, local[:, 1] / s, local[:, 2] / s
    layer = np.abs(sacrum / s - 8.5) - 6.5 + 0.45 * np.clip(49.0 - side, 0.0, 12.0)
    ear = ellipse(y - 26.0, z + 33.0 + 0.25 * (y - 20.0), 22.0, 27.0)
    return rounded(layer, np.maximum(ear, 37.0 - side + 0.25 * (y - 20.0)), 5.5) * s


def _with_lower_parts(pelvis: Pelvis, wings: Field, local: Array) -> Field:
    """Join the hip joints, pubis and ischium to the wings, and stand the femoral heads in their sockets."""
    s, flare = pelvis.scale, pelvis.flare_mm / pelvis.scale
    low = np.flatnonzero(local[:, 2] < LOWER_TOP_MM * s)
    if low.size == 0:
        return wings
    side, y, z = np.abs(local[low, 0]) / s, local[low, 1] / s, local[low, 2] / s
    out, back, up = side - HIP_MM[0] - flare, y - HIP_MM[1], z - HIP_MM[2]
    away = np.sqrt(out * out + back * back + up * up)
    opening = out * HIP_OPENING[0] + back * HIP_OPENING[1] + up * HIP_OPENING[2]
    bone = smooth_union(wings[low] / s, np.maximum(away - HIP_CUP_MM, opening - 8.0), 8.0)
    for start, end, first, last in LOWER_BARS:
        (x0, y0, z0), (x1, y1, z1) = ((x + flare * min(x / HIP_MM[0], 1.0), *rest) for x, *rest in (start, end))
        bone = smooth_union(bone, cone(side - x0, y - y0, z - z0, (x1 - x0, y1 - y0, z1 - z0), first, last), 5.0)
    bone = np.maximum(bone, HIP_SOCKET_MM - away)
    bone = np.maximum(bone, 0.5 * SYMPHYSIS_GAP_MM - side)
    femur = away - FEMORAL_HEAD_MM
    for (x0, y0, z0), (x1, y1, z1), first, last in FEMUR_BARS:
        femur = smooth_union(femur, cone(out - x0, back - y0, up - z0, (x1 - x0, y1 - y0, z1 - z0), first, last), 4.0)
    joined = wings.copy()
    joined[low] = np.minimum(bone, femur) * s
    return joined
