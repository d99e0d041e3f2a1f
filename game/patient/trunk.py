"""The trunk around the spine: skin surface, fat, fascia, body wall, muscles, and the room for the organs.

The surface is a radius about a straight axis along z, tabled by angle and height. Angle 0 looks to the back,
positive angles to the patient's left. All thicknesses are expert judgement unless the tables name a source.
"""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array
from game.patient import reference as ref
from game.patient.canal import SACRAL_TIPS_MM, SUPRASPINOUS_OVER_MM, Canal, spinous_tip
from game.patient.curves import Column, smooth_curve
from game.patient.draws import UPPER_COUNT, Draws
from game.patient.organs import RETRO_ROUND_MM, RETRO_SIDE_MM, Organs, build_organs, in_organ, lung_mask, retro_front_mm
from game.patient.pelvis import COCCYX, build_pelvis, covered_balls
from game.patient.skeleton import Spine
from game.patient.solids import Floats, Labels, Mask
from game.patient.spec import PatientSpec
from game.patient.tissue import Tissue

AXIS_Y_MM = -15.0
LOW_MM, HIGH_MM, STEP_MM = -348.0, 474.0, 3.0
ANGLES = 361
BELOW_COCCYX_MM, ABOVE_T4_MM = 16.0, 34.0  # body that a picture of the last bone still needs, expert judgement
GAS_SWELL = 1.1  # how far a bubble's uneven wall may pass its radius
BACK_POWER, BELLY_POWER = 2.8, 2.2
LEAST_BACK_MM, LEAST_BELLY_MM = 20.0, 60.0  # from the axis, where a curled spine leans past it; else the section has no shape
THORACIC_COVER, SACRAL_COVER = 0.8, 1.3  # cover of the spine's tips there against L3-4
DRAPE_MM, DRAPE_SOFT_MM = 32.0, 1.0  # radius of curvature of skin over the hip bones of the thin, width of its seam: expert judgement
DRAPE_REACH = (28, 30)  # angles and heights of the tables to which it reaches
WALL_FLANK_MM, WALL_BELLY_MM, WALL_CHEST_MM = 17.0, 9.0, 16.0  # Abbas 2021, Kim 2012; chest expert judgement
SURFACE, LEAN, SKIN, FAT, FASCIA, WALL = range(6)
PSOAS_X, PSOAS_Y, PSOAS_WIDE, PSOAS_DEEP, BACK_Y, SPINE_X, GUTTER, RETRO_Y = range(8)


@dataclass(frozen=True, slots=True)
class Trunk:
    """Tables of the trunk.

    Attributes:
        table: By angle, height: radius of the skin, factor from radial to true distance, then the depths below the
            skin at which skin, fat, fascia and the muscular wall end; shape (angles, heights, 6).
        arc_mm: Length along the skin from angle -180 degrees, shape (angles, heights).
        midline_arc_mm: That length at the back's furrow, shape (heights,).
        inside: By height: half distance and y of the psoas, its half width and half depth, y of the front of the
            back's muscles, x of the spine, depth of the gutters beside it in the chest, y of the front of the fat behind
            the peritoneum; shape (heights, 8).
        organs: What lies in it.
        ends_mm: z between which pictures need the body: below the coccyx, above the fourth thoracic vertebra.
    """

    table: Array
    arc_mm: Array
    midline_arc_mm: Array
    inside: Column
    organs: Organs
    ends_mm: tuple[float, float]


def heights_mm() -> Array:
    """Return the heights of the trunk's tables."""
    return np.arange(LOW_MM, HIGH_MM + 0.5 * STEP_MM, STEP_MM)


def build_trunk(spec: PatientSpec, draws: Draws, spine: Spine, canal: Canal) -> Trunk:
    """Build the trunk's tables."""
    z = heights_mm()
    angle = np.linspace(-math.pi, math.pi, ANGLES)
    tips = _tips(spine)
    furrow_x = smooth_curve(tips[:, 2], tips[:, 0], z, len(tips) - UPPER_COUNT)
    bump = _bump_mm(spec)
    back = _back_line(spec, draws, canal, tips, bump, z)
    radius = _radius(spec, draws, back, angle, z, float(tips[-1 - UPPER_COUNT, 2]))
    sight = _Back(np.cos(angle)[:, None], _across(angle, back, furrow_x), z[None, :], spine)
    radius = radius + _muscles(spec, draws, sight) + _bump_profile(tips, bump, z)[None, :] * np.exp(-0.5 * (sight.x / 6.5) ** 2)
    radius = radius + _dimples(spec, sight) + _buttocks(spec, sight) + _navel(angle, z)
    radius = _over_pelvis(radius, *covered_balls(build_pelvis(spec, draws, spine)))
    around = np.gradient(radius, angle[1] - angle[0], axis=0) / radius
    up = np.gradient(radius, STEP_MM, axis=1)
    lean = 1.0 / np.sqrt(1.0 + around * around + up * up)
    skin, fat, wall = _layers(spec, spine, canal, radius, angle, z, furrow_x)
    table = np.stack([radius, lean, skin, skin + fat, skin + fat + ref.FASCIA_MM, skin + fat + ref.FASCIA_MM + wall], axis=-1)
    x, y = radius * np.sin(angle)[:, None], radius * np.cos(angle)[:, None]
    pieces = np.hypot(np.diff(x, axis=0), np.diff(y, axis=0))
    arc = np.concatenate([np.zeros((1, len(z))), np.cumsum(pieces, axis=0)])
    furrow_angle = np.arctan2(furrow_x, back - AXIS_Y_MM)
    middle = np.array([np.interp(furrow_angle[j], angle, arc[:, j]) for j in range(len(z))])
    inner = radius - table[..., WALL] / lean
    beside, ahead = (inner[ANGLES // 4] + inner[-1 - ANGLES // 4]) / 2.0, AXIS_Y_MM - inner[0]
    organs = build_organs(spec, draws, spine, beside, ahead, z)
    return Trunk(table, arc, middle, _inside(spec, spine, canal, z), organs, _ends(spine))


def _ends(spine: Spine) -> tuple[float, float]:
    """Return the heights of the body's ends, whole mm."""
    coccyx = spine.from_sacrum(np.array([(0.0, y, down) for y, down, *_ in COCCYX]) * spine.scale)
    low, high = float(coccyx[:, 2].min()) - BELOW_COCCYX_MM, float(spine.centre_mm[0, 2]) + ABOVE_T4_MM
    return math.floor(max(low, LOW_MM)), math.ceil(min(high, HIGH_MM))


def _tips(spine: Spine) -> Array:
    """Return the dorsal ends of the spinous processes and the sacral crest, z rising, shape (n, 3)."""
    points = [spine.to_patient(i, spinous_tip(spine, i, 0.0)) for i in range(len(ref.LEVELS))]
    points += [spine.from_sacrum(np.array([0.0, y, down]) * spine.scale) for y, down in SACRAL_TIPS_MM]
    points = sorted(points, key=lambda p: float(p[2]))
    kept = [points[0]]
    for point in points[1:]:
        if point[2] > kept[-1][2] + 4.0:
            kept.append(point)
    return np.array(kept)


def _cover(spec: PatientSpec, draws: Draws, canal: Canal) -> float:
    """Return the soft cover over the spinous processes at L3-4, which carries all of the weight's influence (Bahk 1998)."""
    l34 = ref.SPACES.index("L3-4")
    window = canal.windows[l34].epidural_mm
    tip = canal.line.read(window[2:3])[0, 9]
    return float(window[1] + ref.depth_to_epidural_mm(spec.bmi, "L3-4", draws.depth_mm) - tip)


def _bump_mm(spec: PatientSpec) -> float:
    """Return the height of the bump over a spinous process: clear in the thin and flexed, none in the obese."""
    fat = ref.back_fat_mm(spec.bmi, spec.sex)
    return float(np.clip(3.2 - 0.16 * (fat - 4.0), 0.0, 3.2) * (0.7 + 0.5 * min(spec.hip_flexion_deg / 90.0, 1.0)))


def _bump_profile(tips: Array, height_mm: float, z: Array) -> Array:
    """Return the bumps along the midline, shape like z."""
    lumbar = tips[:-UPPER_COUNT][tips[:-UPPER_COUNT, 2] > -150.0, 2]
    return np.asarray(height_mm * np.exp(-0.5 * ((z[..., None] - lumbar) / 8.0) ** 2).sum(axis=-1))


def _back_line(spec: PatientSpec, draws: Draws, canal: Canal, tips: Array, bump: float, z: Array) -> Array:
    """Return the y of the back's midline without bumps, so that skin to epidural depth follows its formula at each window."""
    knots, values = [], []
    for i in range(ref.SPACES.index("T12-L1"), len(ref.SPACES)):
        place = canal.windows[i].epidural_mm
        knots.append(float(place[2]))
        values.append(float(place[1]) + ref.depth_to_epidural_mm(spec.bmi, ref.SPACES[i], draws.depth_mm))
    cover = max(_cover(spec, draws, canal), ref.SKIN_BACK_MM + 2.0)
    low, high = min(knots), max(knots)
    for _, y, height in tips:
        if height > high + 20.0 or height < low - 18.0:
            knots.append(float(height))
            values.append(float(y) + cover * (THORACIC_COVER if height > high else SACRAL_COVER))
    order = np.argsort(knots)
    places = np.array(knots)[order]
    heights = np.array(values)[order] - _bump_profile(tips, bump, places)
    line = smooth_curve(places, heights, z, len(places) - UPPER_COUNT)
    bones = np.interp(z, tips[:, 2], tips[:, 1])
    return np.asarray(np.maximum(line, np.where(z > places[0] - 5.0, bones + ref.SKIN_BACK_MM + 1.0, -1e3)))


def _profile(z: Array, scale: float, knots: tuple[tuple[float, float], ...]) -> Array:
    places = np.array([k[0] for k in knots]) * scale
    return smooth_curve(places, np.array([k[1] for k in knots]), z)


def _radius(spec: PatientSpec, draws: Draws, back: Array, angle: Array, z: Array, highest_mm: float) -> Array:
    """Return the radius of the smooth trunk: flat behind, round in front, which follows the back up to `highest_mm`."""
    female = spec.sex == "female"
    hips, waist, chest = (1.14, 0.96, 0.93) if female else (1.07, 0.99, 1.01)
    scale = spec.height_cm / 170.0
    wide = _profile(z, scale, ((-250.0, hips), (-150.0, hips), (-60.0, 1.03), (25.0, waist), (140.0, chest), (260.0, chest * 0.99)))
    deep = _profile(z, scale, ((-250.0, 1.05), (-150.0, 1.04), (-50.0, 1.0), (40.0, 0.98), (150.0, 1.03), (260.0, 1.04)))
    half = 0.5 * ref.trunk_width_mm(spec.bmi) * (1.0 + 0.02 * float(draws.trunk[0])) * wide * scale**0.5
    depth = ref.trunk_depth_mm(spec.bmi) * (1.0 + 0.02 * float(draws.trunk[1])) * deep
    places = np.array([-250.0, -120.0, 0.0, 120.0, 250.0])
    centre_depth = smooth_curve(places, np.interp(np.minimum(places, highest_mm), z, back), z)
    belly = np.maximum(AXIS_Y_MM - (centre_depth - depth), LEAST_BELLY_MM)
    sin, cos = np.abs(np.sin(angle))[:, None], np.cos(angle)[:, None]
    behind = cos > 0.0
    power = np.where(behind, BACK_POWER, BELLY_POWER)
    long = np.where(behind, np.maximum(back - AXIS_Y_MM, LEAST_BACK_MM)[None, :], belly[None, :])
    return np.asarray(((sin / half[None, :]) ** power + (np.abs(cos) / long) ** power) ** (-1.0 / power))


@dataclass(frozen=True, slots=True)
class _Back:
    """How the back is seen while its relief is added: cosine of the angle, distance from the furrow, height; they broadcast."""

    cos: Array
    x: Array
    z: Array
    spine: Spine


def _across(angle: Array, back: Array, furrow_x: Array) -> Array:
    """Return the distance from the furrow, measured across the back, shape (angles, heights); far away on the belly."""
    behind = np.cos(angle) > 0.15
    tangent = np.tan(np.where(behind, angle, 0.0))[:, None]
    return np.where(behind[:, None], tangent * (back - AXIS_Y_MM)[None, :], 1e4) - furrow_x[None, :]


def _muscles(spec: PatientSpec, draws: Draws, at: _Back) -> Array:
    """Return the bulges beside the furrow: lower in the flexed and the obese, fading towards chest and sacrum."""
    flexed = 1.0 - 0.4 * min(spec.hip_flexion_deg / 90.0, 1.0)
    high = (6.5 - 0.12 * float(np.clip(spec.bmi - 20.0, 0.0, 30.0)) + 0.7 * float(draws.trunk[3])) * flexed
    sacral = at.spine.sacrum_centre_mm[2]
    along = np.clip((at.z - sacral + 35.0) / 60.0, 0.0, 1.0) * (1.0 - 0.5 * np.clip((at.z - 60.0) / 150.0, 0.0, 1.0))
    outer = np.maximum(np.abs(at.x) - 46.0, 0.0) / 26.0
    return np.asarray(high * along * (1.0 - np.exp(-((at.x / 17.0) ** 2))) * np.exp(-(outer**2)))


def _dimples(spec: PatientSpec, at: _Back) -> Array:
    """Return the dimples over the hind iliac spines."""
    height = at.spine.from_sacrum(np.array([0.0, 40.0, -26.0]) * at.spine.scale)[2]
    deep = 4.0 if spec.sex == "female" else 2.8
    spot = ((np.abs(at.x) - 43.0 * at.spine.scale) / 9.0) ** 2 + ((at.z - height) / 10.0) ** 2
    return np.asarray(-deep * np.exp(-0.5 * spot))


def _buttocks(spec: PatientSpec, at: _Back) -> Array:
    """Return the buttocks and the cleft between them."""
    low = np.clip((at.spine.sacrum_centre_mm[2] - 45.0 - at.z) / 70.0, 0.0, 1.0) ** 1.5
    outer = np.maximum(np.abs(at.x) - 60.0, 0.0) / 50.0
    return np.asarray(low * (26.0 + 0.6 * (spec.bmi - 25.0)) * (1.0 - np.exp(-((at.x / 16.0) ** 2))) * np.exp(-(outer**2)))


def _navel(angle: Array, z: Array) -> Array:
    """Return the navel, at the body of L4 (Int J Spine Surg 2024)."""
    aside = np.minimum(np.pi - np.abs(angle), 1.0)[:, None] * 110.0 / 7.0
    return np.asarray(-6.0 * np.exp(-0.5 * (aside**2 + ((z[None, :] + 42.0) / 7.0) ** 2)))


def _over_pelvis(radius: Array, centres_mm: Array, balls_mm: Array) -> Array:
    """Return the radius where the skin also drapes over balls; where it covers them it stays what it was."""
    x, y = centres_mm[:, 0], centres_mm[:, 1] - AXIS_Y_MM
    needed = np.hypot(x, y) + balls_mm
    columns = (np.arctan2(x, y) + math.pi) * ((ANGLES - 1) / (2.0 * math.pi))
    rows = (centres_mm[:, 2] - LOW_MM) / STEP_MM
    i, j = np.rint(columns).astype(np.intp) % (ANGLES - 1), np.clip(np.rint(rows).astype(np.intp), 0, radius.shape[1] - 1)
    short = np.flatnonzero(needed > radius[i, j] - DRAPE_SOFT_MM)
    if not short.size:
        return radius
    drape = np.zeros((ANGLES - 1, radius.shape[1]))
    for k in short:
        near = np.arange(i[k] - DRAPE_REACH[0], i[k] + DRAPE_REACH[0] + 1)
        low, high = max(j[k] - DRAPE_REACH[1], 0), min(j[k] + DRAPE_REACH[1] + 1, radius.shape[1])
        arc = (near - columns[k]) * (2.0 * math.pi / (ANGLES - 1)) * needed[k]
        up = (np.arange(low, high) - rows[k]) * STEP_MM
        dome = needed[k] - (arc[:, None] ** 2 + up**2) / (2.0 * DRAPE_MM)
        wrapped = near % (ANGLES - 1)
        drape[wrapped, low:high] = np.maximum(drape[wrapped, low:high], dome)
    over = np.concatenate([drape, drape[:1]]) - radius
    seam = np.clip(over + DRAPE_SOFT_MM, 0.0, 2.0 * DRAPE_SOFT_MM) ** 2 / (4.0 * DRAPE_SOFT_MM)
    return np.asarray(radius + np.where(over > DRAPE_SOFT_MM, over, seam))


def _smooth_step(low: float, high: float, at: Array) -> Array:
    t = np.clip((at - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def _layers(
    spec: PatientSpec, spine: Spine, canal: Canal, radius: Array, angle: Array, z: Array, furrow_x: Array
) -> tuple[Array, Array, Array]:
    """Return the thickness of skin, fat and muscular wall, shape (angles, heights)."""
    turn = np.degrees(np.abs(angle))[:, None]
    front = _smooth_step(60.0, 115.0, turn)
    skin = np.broadcast_to(ref.SKIN_BACK_MM + (ref.SKIN_BELLY_MM - ref.SKIN_BACK_MM) * front, radius.shape)
    low = _smooth_step(spine.sacrum_centre_mm[2] + 30.0, spine.sacrum_centre_mm[2] - 10.0, z)[None, :]
    behind = ref.back_fat_mm(spec.bmi, spec.sex) * (1.0 + 0.4 * low)
    chest = _smooth_step(60.0, 150.0, z)[None, :]
    fat = behind + (ref.belly_fat_mm(spec.bmi, spec.sex) * (1.0 - 0.45 * chest) - behind) * front
    x = radius * np.sin(angle)[:, None] - furrow_x[None, :]
    near = np.exp(-((x / 13.0) ** 2)) * (np.cos(angle)[:, None] > 0.0)
    midline = radius[ANGLES // 2][None, :] + AXIS_Y_MM
    over_tips = np.clip(midline - canal.line.read(z)[:, 9][None, :] - SUPRASPINOUS_OVER_MM - ref.SKIN_BACK_MM, 1.2, None)
    fat = fat + (over_tips - fat) * near
    wall = WALL_FLANK_MM + (WALL_BELLY_MM - WALL_FLANK_MM) * _smooth_step(140.0, 155.0, turn)
    wall = wall + (WALL_CHEST_MM - wall) * chest
    return skin, fat, wall


def _inside(spec: PatientSpec, spine: Spine, canal: Canal, z: Array) -> Column:
    """Return the table of what lies beside the spine by height."""
    centre = spine.centre_mm[::-1]
    l1, sacrum = float(spine.centre_mm[ref.LEVELS.index("L1"), 2]), float(spine.sacrum_centre_mm[2])
    share = np.clip((l1 + 15.0 - z) / (l1 + 15.0 - sacrum), 0.0, 1.6)
    line = canal.line.read(z)
    column = np.column_stack(
        [
            24.0 + 20.0 * share + 14.0 * np.maximum(share - 1.0, 0.0),
            line[:, 7] - 16.0 - 6.0 * share - 45.0 * np.maximum(share - 1.0, 0.0),
            3.0 + 17.0 * np.sqrt(np.minimum(share, 1.0)),
            4.0 + 19.0 * np.sqrt(np.minimum(share, 1.0)),
            line[:, 7] + 3.0,
            np.interp(z, centre[:, 2], centre[:, 0]),
            24.0 * np.clip((z - l1 - 5.0) / 60.0, 0.0, 1.0),
            line[:, 7] + 3.0 - retro_front_mm(spec, spine, z),
        ]
    )
    return Column(float(z[0]), STEP_MM, column)


def read(trunk: Trunk, points: Array) -> tuple[Array, Array]:
    """Return the depth below the skin (negative outside), shape (n,), and the table's rows there, shape (n, 6)."""
    dy = points[:, 1] - AXIS_Y_MM
    radius = np.hypot(points[:, 0], dy)
    columns = (np.arctan2(points[:, 0], dy) + math.pi) * ((ANGLES - 1) / (2.0 * math.pi))
    rows = (points[:, 2] - LOW_MM) / STEP_MM
    columns = np.clip(columns, 0.0, ANGLES - 1.001)
    rows = np.clip(rows, 0.0, trunk.table.shape[1] - 1.001)
    i, j = columns.astype(np.intp), rows.astype(np.intp)
    a, b = (columns - i)[:, None], (rows - j)[:, None]
    table = trunk.table
    low = table[i, j] * (1.0 - a) + table[i + 1, j] * a
    high = table[i, j + 1] * (1.0 - a) + table[i + 1, j + 1] * a
    row = low * (1.0 - b) + high * b
    return (row[:, SURFACE] - radius) * row[:, LEAN], row


def trunk_tissue(trunk: Trunk, points: Array, depth: Array, row: Array) -> Labels:
    """Return the tissue of skin, fat, fascia, muscles and cavities, shape (n,), uint8; bones and canal are not known here."""
    label = np.full(len(points), Tissue.OUTSIDE, dtype=np.uint8)
    label[depth >= 0.0] = Tissue.SKIN
    label[depth >= row[:, SKIN]] = Tissue.FAT
    label[depth >= row[:, FAT]] = Tissue.FASCIA
    label[depth >= row[:, FASCIA]] = Tissue.MUSCLE
    index = np.flatnonzero(depth >= row[:, WALL])
    if index.size:
        label[index] = cavity_tissue(trunk, points[index])
    return label


def cavity_tissue(trunk: Trunk, points: Array) -> Labels:
    """Return the tissue inside the muscular wall, shape (n,), uint8."""
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    inside = trunk.inside.read(z)
    label = np.full(len(x), Tissue.VISCERA, dtype=np.uint8)
    side = np.abs(x - inside[:, SPINE_X])
    label[fat_mask(side, y, inside)] = Tissue.FAT
    for organ in trunk.organs.solids:
        label[in_organ(organ, x, y, z, organ.fat_mm)] = Tissue.FAT
        label[in_organ(organ, x, y, z)] = Tissue.VISCERA
    label[lung_mask(trunk.organs, x, y, z, side, inside[:, BACK_Y])] = Tissue.LUNG
    label[gas_mask(trunk, points) & (label == Tissue.VISCERA)] = Tissue.GAS
    label[muscle_mask(side, y, inside)] = Tissue.MUSCLE
    return label


def _in_psoas(side: Floats, y: Floats, inside: Floats, size: float) -> Mask:
    """Return where the psoas is, squarish as its margin in AP pictures says; `size` 1 is the muscle, more lies round it."""
    across = ((side - inside[..., PSOAS_X]) / inside[..., PSOAS_WIDE]) ** 2
    deep = np.sqrt(np.sqrt(np.maximum(size * size - across * across, 0.0)))
    return np.asarray(np.abs(y - inside[..., PSOAS_Y]) < inside[..., PSOAS_DEEP] * deep)


def fat_mask(side: Floats, y: Floats, inside: Floats) -> Mask:
    """Return where fat lies: round the psoas, before the muscles of the back and behind the peritoneum.

    Arguments broadcast, `inside` along its last axis.
    """
    behind = np.where(side < 70.0, inside[..., BACK_Y] - 12.0, 1e3)
    near, far = RETRO_SIDE_MM
    falls_back = RETRO_ROUND_MM * np.clip((side - 0.6 * far) / (0.4 * far), 0.0, 1.0) ** 2
    retro = np.where((side > near) & (side < far), inside[..., RETRO_Y] + falls_back, 1e3)
    return np.asarray((y > np.minimum(behind, retro)) | _in_psoas(side, y, inside, 1.7))


def muscle_mask(side: Floats, y: Floats, inside: Floats) -> Mask:
    """Return where psoas, quadratus lumborum and the muscles of the back are; arguments broadcast as in `fat_mask`."""
    psoas = _in_psoas(side, y, inside, 1.0) & (inside[..., PSOAS_WIDE] > 3.5)
    gutter = inside[..., GUTTER] * np.clip((side - 18.0) / 30.0, 0.0, 1.5) ** 2
    front = inside[..., BACK_Y] + gutter + 26.0 * np.maximum((side - 52.0) / 30.0, 0.0) ** 2
    tapered = 9.0 * np.clip(1.5 - inside[..., GUTTER] / 8.0, 0.0, 1.0)
    half = tapered * np.sqrt(np.maximum(1.0 - ((side - 56.0) / 20.0) ** 2, 0.0))
    quadratus = np.abs(y - inside[..., BACK_Y] + 1.0) < half
    return np.asarray(psoas | (y > np.where(side < 92.0, front, 1e3)) | quadratus)


def gas_mask(trunk: Trunk, points: Array) -> Mask:
    """Return where the bowel's gas is, shape (n,)."""
    found: Mask = np.zeros(len(points), dtype=np.bool_)
    ahead = np.flatnonzero(points[:, 1] < (trunk.organs.gas[:, 1] + GAS_SWELL * trunk.organs.gas[:, 4]).max())
    if ahead.size:
        low, high = points[ahead].min(axis=0), points[ahead].max(axis=0)
        for bubble in trunk.organs.gas:
            reach = GAS_SWELL * bubble[3:]
            if (bubble[:3] + reach > low).all() and (bubble[:3] - reach < high).all():
                found[ahead] |= bubble_mask(points[ahead], bubble)
    return found


def bubble_mask(points: Floats, bubble: Array) -> Mask:
    """Return which points lie in one bubble; its wall is uneven, as bowel is."""
    rel = (points - bubble[:3]) / bubble[3:]
    uneven = np.sin(0.45 * points[:, 0]) * np.sin(0.38 * points[:, 1] + 1.0) * np.sin(0.41 * points[:, 2] + 2.0)
    return np.asarray((rel * rel).sum(axis=1) < 1.0 + 0.2 * uneven)


def _arc_row(trunk: Trunk, z_mm: float) -> tuple[Array, float, Array]:
    """Return the arc by angle, the furrow's arc and the radius by angle at one height."""
    row = float(np.clip((z_mm - LOW_MM) / STEP_MM, 0.0, trunk.table.shape[1] - 1.001))
    j, b = int(row), row - int(row)
    arc = trunk.arc_mm[:, j] * (1.0 - b) + trunk.arc_mm[:, j + 1] * b
    radius = trunk.table[:, j, SURFACE] * (1.0 - b) + trunk.table[:, j + 1, SURFACE] * b
    return arc, float(trunk.midline_arc_mm[j] * (1.0 - b) + trunk.midline_arc_mm[j + 1] * b), radius


def skin_point(trunk: Trunk, arc_mm: float, z_mm: float) -> Array:
    """Return the skin's point at a height, an arc to the left of the back's furrow (negative: to the right)."""
    arc, middle, radius = _arc_row(trunk, z_mm)
    column = float(np.interp((arc_mm + middle) % arc[-1], arc, np.arange(ANGLES)))
    angle = column * 2.0 * math.pi / (ANGLES - 1) - math.pi
    reach = float(np.interp(column, np.arange(ANGLES), radius))
    return np.array([reach * math.sin(angle), AXIS_Y_MM + reach * math.cos(angle), z_mm])


def skin_arc(trunk: Trunk, points: Array) -> Array:
    """Return the arcs to the left of the back's furrow of points, shape (n,)."""
    columns = (np.arctan2(points[:, 0], points[:, 1] - AXIS_Y_MM) + math.pi) * ((ANGLES - 1) / (2.0 * math.pi))
    columns = np.clip(columns, 0.0, ANGLES - 1.001)
    rows = np.clip((points[:, 2] - LOW_MM) / STEP_MM, 0.0, trunk.table.shape[1] - 1.001)
    i, j = columns.astype(np.intp), rows.astype(np.intp)
    a, b = columns - i, rows - j
    low = trunk.arc_mm[i, j] * (1.0 - a) + trunk.arc_mm[i + 1, j] * a
    high = trunk.arc_mm[i, j + 1] * (1.0 - a) + trunk.arc_mm[i + 1, j + 1] * a
    middle = trunk.midline_arc_mm[j] * (1.0 - b) + trunk.midline_arc_mm[j + 1] * b
    return np.asarray(low * (1.0 - b) + high * b - middle)
