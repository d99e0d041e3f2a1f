"""The canal and what fills it: dural sac, cord, roots, epidural fat and veins, flavum, midline ligaments.

Everything here runs along the spine and is kept as tables by height. "Forward" is towards the belly. The
midline plane leans sideways with scoliosis and rotation; `across` is the distance from it.
"""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array, Side
from game.patient import reference as ref
from game.patient.curves import Column, smooth_curve
from game.patient.draws import ROOTLET_COUNT, UPPER_COUNT, Draws
from game.patient.skeleton import Spine
from game.patient.solids import Field, Index, Labels, Mask, ellipse
from game.patient.spec import PatientSpec
from game.patient.tissue import Tissue
from game.patient.vertebra import SPINOUS_EDGE, lamina_recess

STEP_MM = 0.5
SUPRASPINOUS_OVER_MM, SUPRASPINOUS_HALF_MM = 1.5, 4.0  # over the processes' tips, half width: expert judgement
FLAVUM_VEE = 0.62  # how far the two halves run forward per mm sideways, expert judgement
VEE_ROUND_MM = 3.0
FLAVUM_ATTACH = 0.4  # share of the upper lamina's height that the flavum lines, expert judgement
CYST_CHANCE = 0.08  # cavities in the interspinous ligament at 55 years, expert judgement; doubles to 80
SACRAL_TIPS_MM = ((50.0, -15.0), (49.5, -38.0), (44.0, -62.0), (35.0, -90.0))  # hind edge of the sacral crest, (y, z), expert judgement
SACRAL_STEPS_MM = (0.0, -28.0, -52.0)  # middle of S1, S2 and S3 below the first endplate, along the sacrum
SACRAL_SAC_MM = (7.8, 5.2, 5.0)  # of the sac's middle behind the wall of the first sacral body there, expert judgement
ROOT_NAMES = ("T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5", "S1", "S2", "S3")


@dataclass(frozen=True, slots=True)
class Segments:
    """Straight pieces of roots or veins: start, end, radius, and which root or vein each belongs to; shape (n, ...)."""

    start_mm: Array
    end_mm: Array
    radius_mm: Array
    owner: Index


@dataclass(frozen=True, slots=True)
class Window:
    """One interlaminar window in the midline.

    Attributes:
        flavum_mm: Centre of the flavum's dorsal face.
        epidural_mm: Centre of its ventral face: where the resistance is lost.
        sac_mm: The dura's dorsal face there.
    """

    flavum_mm: Array
    epidural_mm: Array
    sac_mm: Array


@dataclass(frozen=True, slots=True)
class Canal:
    """Tables of the canal.

    Attributes:
        line: x and slope dx/dy of the midline plane, y of the sac's centre (its reference), and y of the dorsal
            limit of the canal in the midline, half thickness along y and half width of the flavum (0 where there is
            none), half width of its midline gap, y of the canal's ventral wall, half width of the canal, y of the
            spinous processes' tips.
        sac: Centre x, y; half width; half depth along y; factor from horizontal to true distance.
        cord: Centre x, y; half width; half depth along y.
        rootlets: x and y of every rootlet, shape (rows, rootlets, 2); far away where it is absent.
        rootlet_radius_mm, rootlet_root: Radius and root index of each rootlet.
        roots: Segmental roots outside the sac.
        ventral_veins: x, y and radius of the longitudinal veins, shape (rows, 4, 3).
        dorsal_veins: Short veins in the dorsal fat.
        cysts: Centre and radii of interspinous cavities, shape (n, 6).
    """

    line: Column
    sac: Column
    cord: Column
    rootlets: Column
    rootlet_radius_mm: Array
    rootlet_root: Index
    roots: Segments
    ventral_veins: Column
    dorsal_veins: Segments
    cysts: Array
    windows: tuple[Window, ...]
    conus_mm: Array
    sac_end_mm: Array


def _top_mm(spine: Spine) -> float:
    """Return where the tables end: over the first vertebra, whose arch stands higher than its body where the chest leans far forward."""
    return float(max(spine.centre_mm[0, 2] + 22.0, spine.window_upper_mm[0, 2] + 5.0))


def root_index(level: str, side: Side) -> int:
    """Return the index of a root: two per level, left first."""
    return 2 * ROOT_NAMES.index(level) + (side == "right")


def build_canal(spec: PatientSpec, draws: Draws, spine: Spine) -> Canal:
    """Build every table of the canal."""
    z = np.arange(spine.from_sacrum((0.0, 40.0, -95.0))[2], _top_mm(spine), STEP_MM)
    start = float(z[0])
    sac, sac_end = _sac(spine, draws, z)
    cord, conus = _cord(spine, draws, z, sac)
    line, windows = _line(draws, spine, z, sac)
    rootlets, radius, owner = _rootlets(spine, draws, z, sac, conus[2])
    return Canal(
        line=Column(start, STEP_MM, line),
        sac=Column(start, STEP_MM, sac),
        cord=Column(start, STEP_MM, cord),
        rootlets=Column(start, STEP_MM, rootlets),
        rootlet_radius_mm=radius,
        rootlet_root=owner,
        roots=_roots(spine, z, sac),
        ventral_veins=Column(start, STEP_MM, _ventral_veins(draws, z, line)),
        dorsal_veins=_dorsal_veins(draws, windows),
        cysts=_cysts(spec, draws, windows, line, z),
        windows=windows,
        conus_mm=conus,
        sac_end_mm=sac_end,
    )


def _sac(spine: Spine, draws: Draws, z: Array) -> tuple[Array, Array]:
    """Return the sac's table and its end: it hugs the upper laminae and leaves the ventral canal to fat."""
    knots, sizes = [], []
    for i in range(len(ref.LEVELS)):
        v = spine.shape(i)
        depth, width = ref.SAC_AP_MM[i] * spine.scale, ref.SAC_WIDTH_MM[i] * spine.scale
        place = v.lamina_bend + 3.0
        back = v.wall + v.canal_depth - ref.EPIDURAL_UNDER_LAMINA_MM
        knots.append(spine.to_patient(i, (0.0, back - 0.5 * depth, place)))
        sizes.append((0.5 * width, 0.5 * depth))
    wall = 0.5 * ref.S1_DEPTH_MM
    for down, ap, width, behind in zip(SACRAL_STEPS_MM, ref.SAC_AP_SACRAL_MM, ref.SAC_WIDTH_SACRAL_MM, SACRAL_SAC_MM, strict=True):
        knots.append(spine.from_sacrum(np.array([0.0, wall + behind, down - 6.0]) * spine.scale))
        sizes.append((0.5 * width * spine.scale, 0.5 * ap * spine.scale))
    order = np.argsort([k[2] for k in knots])
    heights = np.array([knots[i][2] for i in order])
    curve = smooth_curve(heights, np.array([(*knots[i][:2], *sizes[i]) for i in order]), z, len(order) - UPPER_COUNT)
    slope = np.gradient(curve[:, 1], z)
    factor = 1.0 / np.sqrt(1.0 + slope * slope)
    upper, middle, lower = (float(spine.from_sacrum(np.array([0.0, wall + 5.0, down]) * spine.scale)[2]) for down in SACRAL_STEPS_MM)
    end = middle - draws.sac_end * 0.5 * (upper - lower)
    close = np.sqrt(np.clip((z - end) / 14.0, 0.0, 1.0))
    half_width, half_depth = curve[:, 2] * close, curve[:, 3] * close / factor
    table = np.column_stack([curve[:, 0], curve[:, 1], np.maximum(half_width, 1e-3), np.maximum(half_depth, 1e-3), factor])
    at = int(np.searchsorted(z, end))
    return table, np.array([curve[at, 0], curve[at, 1], end])


def _third_place(spine: Spine, thirds: float) -> Array:
    """Return the point of the spine that lies `thirds` below the upper third of L1; a disc counts as one third."""
    level = ref.LEVELS.index("L1") + math.floor((thirds + 0.5) / 4.0)
    rest = (thirds + 0.5) % 4.0
    v = spine.shape(level)
    height = 0.5 * (v.height_ventral + v.height_dorsal)
    if rest <= 3.0:
        return spine.to_patient(level, (0.0, v.wall, height * (0.5 - rest / 3.0)))
    below = spine.shape(level + 1)
    top = spine.to_patient(level + 1, (0.0, below.wall, 0.25 * (below.height_ventral + below.height_dorsal)))
    bottom = spine.to_patient(level, (0.0, v.wall, -0.5 * height))
    return np.asarray(bottom + (rest - 3.0) * (top - bottom))


def _cord(spine: Spine, draws: Draws, z: Array, sac: Array) -> tuple[Array, Array]:
    """Return the cord's table and the conus."""
    end = float(_third_place(spine, ref.CONUS_THIRD_OF_L1 + draws.conus_thirds)[2])
    heights = spine.centre_mm[: len(ref.LEVELS)][::-1, 2]
    ap = np.interp(z, heights, np.array(ref.CORD_AP_MM)[::-1]) * spine.scale
    width = np.interp(z, heights, np.array(ref.CORD_WIDTH_MM)[::-1]) * spine.scale
    share = np.clip((z - end) / ref.CORD_TAPER_MM, 0.0, 1.0)
    close = np.sqrt(np.clip((z - end) / 3.0, 0.0, 1.0))
    half_depth = 0.5 * np.maximum((ref.CORD_TIP_MM + (ap - ref.CORD_TIP_MM) * share) * close, 1e-3)
    half_width = 0.5 * np.maximum((ref.CORD_TIP_MM + (width - ref.CORD_TIP_MM) * share) * close, 1e-3)
    y = sac[:, 1] + 0.04 * sac[:, 3]
    x = sac[:, 0] + draws.cord_aside_mm * share
    at = int(np.clip(np.searchsorted(z, end), 0, len(z) - 1))
    return np.column_stack([x, y, half_width, half_depth]), np.array([x[at], y[at], end])


def _line(draws: Draws, spine: Spine, z: Array, sac: Array) -> tuple[Array, tuple[Window, ...]]:
    """Return the table `Canal.line` and the windows."""
    frames = [*spine.rotation, spine.sacrum_rotation]
    centres = np.concatenate([spine.centre_mm, spine.sacrum_centre_mm[None]])
    heights = centres[::-1, 2]
    lean = np.array([frame[0, 1] / frame[1, 1] for frame in frames])[::-1]
    slope = smooth_curve(heights, lean, z, len(heights) - UPPER_COUNT)
    knots: list[tuple[float, float]] = []
    flavum = np.zeros((len(z), 3))
    windows: list[Window] = []
    for i in range(len(spine.window_upper_mm)):
        knots += _window(draws, spine, z, sac, flavum, windows, i)
    top = spine.shape(0)
    roof = spine.to_patient(0, (0.0, top.wall + top.canal_depth + top.lamina_half_thickness, 12.0))
    knots.append((float(roof[2]), float(roof[1])))
    for down in (-30.0, -60.0, -95.0):
        point = spine.from_sacrum(np.array([0.0, 0.5 * ref.S1_DEPTH_MM + 15.0 + 0.02 * down, down]) * spine.scale)
        knots.append((float(point[2]), float(point[1])))
    knots.sort()
    dorsal = np.interp(z, [k[0] for k in knots], [k[1] for k in knots])
    steep = np.gradient(dorsal, z)
    flavum[:, 0] *= np.sqrt(1.0 + np.minimum(steep * steep, 1.0))
    walls, widths, tips = _walls(spine)
    gap = np.where(flavum[:, 0] > 0.0, flavum[:, 2], 0.0)
    table = [sac[:, 0], slope, sac[:, 1], dorsal, flavum[:, 0], flavum[:, 1], gap]
    table += [np.interp(z, walls[:, 0], walls[:, 1]), np.interp(z, widths[:, 0], widths[:, 1]), np.interp(z, tips[:, 0], tips[:, 1])]
    return np.column_stack(table), tuple(windows)


def _window(draws: Draws, spine: Spine, z: Array, sac: Array, flavum: Array, windows: list[Window], i: int) -> list[tuple[float, float]]:
    """Fill one window's flavum and append the window; return the dorsal limit's knots (z, y) from this space's laminae."""
    v, row_of = spine.shape(i), min(i, len(ref.SPACES) - 1)  # the window under a free S1 is like the one above it
    half = 0.5 * ref.FLAVUM_MM[row_of] * float(draws.flavum[row_of])
    upper, lower = spine.window_upper_mm[i], spine.window_lower_mm[i]
    attach_z = v.lamina_bottom + FLAVUM_ATTACH * (v.lamina_top - v.lamina_bottom)
    inner = v.wall + v.canal_depth + float(lamina_recess(attach_z, v))
    attach = spine.to_patient(i, (0.0, inner - half, attach_z))
    arch = spine.to_patient(i, (0.0, inner + v.lamina_half_thickness, attach_z + 2.0))
    centre = 0.5 * (upper + lower)
    row = int(np.searchsorted(z, centre[2]))
    back = sac[row, 1] + sac[row, 3]
    fat = ref.EPIDURAL_MM[row_of] * float(draws.epidural[row_of])
    steep = (attach[1] - lower[1]) / max(attach[2] - lower[2], 1.0)
    thick = half * math.sqrt(1.0 + min(steep * steep, 1.0))
    middle = back + fat + thick
    inside = (z >= lower[2] - 0.5) & (z <= attach[2])
    flavum[inside, 0] = half
    flavum[inside, 1] = 0.5 * ref.WINDOW_WIDTH_MM[row_of] * spine.scale + 5.0
    flavum[inside, 2] = 0.8 if float(draws.flavum_gap[row_of]) < ref.FLAVUM_GAP_CHANCE[row_of] else 0.0
    x = centre[0]
    windows.append(Window(np.array([x, middle + thick, centre[2]]), np.array([x, back + fat, centre[2]]), np.array([x, back, centre[2]])))
    edge = min(0.5 * (middle + attach[1]), upper[1])
    lip = lower[1] - 0.35 * v.lamina_half_thickness
    return [(lower[2], lip), (centre[2], middle), (upper[2], edge), (attach[2], attach[1]), (arch[2], arch[1])]


def _walls(spine: Spine) -> tuple[Array, Array, Array]:
    """Return knots (z, value), rising: y of the canal's ventral wall, half width of the canal, y of the spinous tips."""
    walls, widths, tips = [], [], []
    for i in range(len(spine.shapes)):
        v = spine.shape(i)
        height = 0.5 * v.height_dorsal
        for end in (-height, height):
            wall = spine.to_patient(i, (0.0, v.wall, end))
            walls.append((wall[2], wall[1]))
        widths.append((spine.centre_mm[i, 2], v.canal_half_width))
        for up in (-0.8, 0.8):
            tip = spine.to_patient(i, spinous_tip(spine, i, up))
            tips.append((tip[2], tip[1]))
    s = spine.scale
    for y, down, half in ((16.5, 0.0, 15.5), (16.0, -28.0, 12.0), (17.0, -52.0, 9.0), (20.0, -90.0, 7.0)):
        wall = spine.from_sacrum(np.array([0.0, y, down]) * s)
        walls.append((wall[2], wall[1]))
        widths.append((wall[2], half * s))
    for y, down in SACRAL_TIPS_MM:
        tip = spine.from_sacrum(np.array([0.0, y, down]) * s)
        tips.append((tip[2], tip[1]))
    return _rising(walls), _rising(widths), _rising(tips)


def _rising(knots: list[tuple[float, float]]) -> Array:
    return np.array(sorted(knots))


def spinous_tip(spine: Spine, level: int, up: float) -> tuple[float, float, float]:
    """Return the tip of a spinous process in its vertebra's frame; `up` -1 to 1 runs along its hind edge."""
    v = spine.shape(level)
    rise = up * SPINOUS_EDGE * v.spinous_half_height
    y = v.spinous_y + v.spinous_length * v.spinous_cos + rise * v.spinous_sin
    z = v.spinous_z - v.spinous_length * v.spinous_sin + rise * v.spinous_cos
    return v.spinous_lean * v.spinous_length, y, z


# Where cauda rootlets lie in the sac's section, as shares of its half axes: a crescent along the sides and the
# front, lowest roots nearest the middle; the dorsal middle stays free. Expert judgement after Wall 1990's layering.
def _crescent(order: float, twin: int) -> tuple[float, float]:
    angle_rad = math.radians(12.0 + 82.0 * order)
    reach = 0.80 - 0.24 * twin
    return reach * math.cos(angle_rad), -reach * math.sin(angle_rad) * 0.92 + 0.06


def _rootlets(spine: Spine, draws: Draws, z: Array, sac: Array, conus_z: float) -> tuple[Array, Array, Index]:
    """Return the rootlets' table, radii and root indices: two per root from L1 down, thinner below S1."""
    names = ("L1", "L2", "L3", "L4", "L5", "S1", "S2", "S3", "S4")
    table = np.full((len(z), ROOTLET_COUNT, 2), 1e4)
    radius, owner = np.zeros(ROOTLET_COUNT), np.zeros(ROOTLET_COUNT, dtype=np.intp)
    k = 0
    for order, name in enumerate(names):
        for sign in (1.0, -1.0):
            for twin in (0, 1):
                u, v = _crescent(order / (len(names) - 1), twin)
                leave = _exit_height(spine, name, z, sac)
                wander = draws.rootlet[k]
                begin = conus_z + 22.0 - 3.0 * order
                phase = 2.0 * math.pi * (z / (70.0 + 15.0 * wander[0]) + wander[1])
                free = np.clip((z - leave) / 25.0, 0.0, 1.0)
                uu = u * free + 0.88 * (1.0 - free) + 0.05 * np.sin(phase) * free
                vv = v + 0.06 * np.cos(phase) * free + 0.03 * wander[2]
                size = np.minimum(1.0, 0.90 / np.hypot(uu, vv))
                inside = (z > max(leave, float(z[0]))) & (z < begin) & (sac[:, 2] > 2.0)
                table[inside, k, 0] = (sac[:, 0] + sign * uu * size * (sac[:, 2] - 1.0))[inside]
                table[inside, k, 1] = (sac[:, 1] + vv * size * (sac[:, 3] - 1.0))[inside]
                radius[k] = np.clip((0.62 if order < 6 else 0.42) + 0.08 * wander[3], 0.3, 0.75)
                owner[k] = root_index(name if name in ROOT_NAMES else "S3", "left" if sign > 0 else "right")
                k += 1
    return table, radius, owner


def _exit_height(spine: Spine, name: str, z: Array, sac: Array) -> float:
    """Return the height at which a root leaves the sac: beside its pedicle, or the sac's end."""
    if name in ref.LEVELS:
        level = ref.LEVELS.index(name)
        v = spine.shape(level)
        return float(spine.to_patient(level, (0.0, v.wall, v.pedicle_z + 4.0))[2])
    if name == "S1":
        return float(spine.from_sacrum((0.0, 0.5 * ref.S1_DEPTH_MM, -2.0))[2])
    return float(z[int(np.argmax(sac[:, 2] > 2.0))])


def _roots(spine: Spine, z: Array, sac: Array) -> Segments:
    """Return the segmental roots: from the sac's side under the pedicle, through the foramen, into the psoas."""
    starts, ends, radii, owners = [], [], [], []
    for name in (*ref.LEVELS, "S1"):
        for sign in (1.0, -1.0):
            side: Side = "left" if sign > 0 else "right"
            points, thick = _root_path(spine, name, sign, z, sac)
            for a, b, r in zip(points[:-1], points[1:], thick, strict=True):
                starts.append(a)
                ends.append(b)
                radii.append(r)
                owners.append(root_index(name, side))
    return Segments(np.array(starts), np.array(ends), np.array(radii), np.array(owners, dtype=np.intp))


def _root_path(spine: Spine, name: str, sign: float, z: Array, sac: Array) -> tuple[list[Array], tuple[float, ...]]:
    row = int(np.clip(np.searchsorted(z, _exit_height(spine, name, z, sac)), 0, len(z) - 1))
    origin = np.array([sac[row, 0] + sign * (sac[row, 2] - 0.8), sac[row, 1] - 0.1 * sac[row, 3], z[row]])
    s = spine.scale
    if name == "S1":
        hole = spine.from_sacrum(np.array([sign * 20.0, 24.0, -26.0]) * s)
        return [origin, hole, spine.from_sacrum(np.array([sign * 22.0, -4.0, -34.0]) * s)], (2.0, 2.4)
    level = ref.LEVELS.index(name)
    gate = foramen(spine, level, sign)
    v = spine.shape(level)
    out = (sign * (v.pedicle_x + v.pedicle_half_width + 9.0), v.wall - 2.0, v.pedicle_z - v.pedicle_half_height - 13.0)
    far = (sign * (v.pedicle_x + v.pedicle_half_width + 18.0), v.wall - 14.0, v.pedicle_z - v.pedicle_half_height - 32.0)
    half = 0.5 * ref.ROOT_DIAMETER_MM[level] * s
    return [origin, gate, spine.to_patient(level, out), spine.to_patient(level, far)], (0.8 * half, 1.25 * half, half)


def foramen(spine: Spine, level: int, sign: float) -> Array:
    """Return the point below a pedicle where its root passes; `sign` 1 is left."""
    v = spine.shape(level)
    half = 0.5 * ref.ROOT_DIAMETER_MM[level] * spine.scale
    return spine.to_patient(level, (sign * v.pedicle_x, v.wall + 4.5, v.pedicle_z - v.pedicle_half_height - 1.25 * half - 1.0))


def _ventral_veins(draws: Draws, z: Array, line: Array) -> Array:
    """Return the ventrolateral plexus: two winding veins on each side behind the bodies."""
    veins = np.empty((len(z), 4, 3))
    for k in range(4):
        sign, inner = (1.0 if k % 2 == 0 else -1.0), k >= 2
        phase, speed, size = (float(a) for a in draws.vein[k])
        wave = np.sin(2.0 * np.pi * (z / (34.0 + 12.0 * speed) + phase))
        share = (0.52 if inner else 0.80) + 0.07 * wave
        veins[:, k, 0] = line[:, 0] + sign * share * line[:, 8] + line[:, 1] * (line[:, 7] - line[:, 2])
        veins[:, k, 1] = line[:, 7] + 1.3 + (0.4 if inner else 1.0) + 0.5 * wave
        veins[:, k, 2] = 0.9 + 0.5 * size
    return veins


def _dorsal_veins(draws: Draws, windows: tuple[Window, ...]) -> Segments:
    """Return a few short veins in the dorsal fat, mostly beside the midline."""
    starts, ends, radii = [], [], []
    for place, across, length, tilt, size in draws.dorsal_vein:
        window = windows[ref.SPACES.index("T11-12") + min(int(place * 7), 6)]
        aside = (1.5 + 5.0 * across) * (1.0 if size > 0.5 else -1.0)
        fat = float(window.epidural_mm[1] - window.sac_mm[1])
        middle = window.sac_mm + np.array([aside, 0.45 * fat - 0.12 * aside * aside / 2.0, 3.0 * (tilt - 0.5)])
        reach = np.array([2.5 * (tilt - 0.5), 0.0, 2.0 + 3.0 * length])
        starts.append(middle - reach)
        ends.append(middle + reach)
        radii.append(0.45 + 0.35 * size)
    return Segments(np.array(starts), np.array(ends), np.array(radii), np.arange(len(radii)))


def _cysts(spec: PatientSpec, draws: Draws, windows: tuple[Window, ...], line: Array, z: Array) -> Array:
    """Return the cavities of the interspinous ligaments: a needle in one feels no resistance."""
    chance = CYST_CHANCE * (1.0 + max(spec.age_y - 55.0, 0.0) / 25.0)
    rows = []
    for i, window in enumerate(windows[: len(ref.SPACES)]):
        if float(draws.cyst[i]) < chance:
            depth = line[int(np.searchsorted(z, window.flavum_mm[2])), 9] - window.flavum_mm[1]
            y, up = (float(a) for a in draws.cyst_place[i])
            rows.append((window.flavum_mm[0], window.flavum_mm[1] + depth * (0.5 + 0.2 * y), window.flavum_mm[2] + 2.0 * up, 2.2, 4.5, 3.0))
    return np.array(rows).reshape(-1, 6)


def sac_distance(canal: Canal, x: Field, y: Field, z: Field) -> Field:
    """Return the distance to the dural sac's outer face, negative inside."""
    sac = canal.sac.read(z)
    side = ellipse(x - sac[..., 0], y - sac[..., 1], sac[..., 2], sac[..., 3]) * sac[..., 4]
    return np.maximum(side, np.maximum(canal.sac_end_mm[2] - z, z - (canal.sac.start_mm + canal.sac.step_mm * (len(canal.sac.values) - 1))))


def cord_distance(canal: Canal, points: Array) -> Array:
    """Return the distance to the cord, negative inside, shape (n,); below the conus that to its tip."""
    cord, below = canal.cord.read(points[:, 2]), canal.conus_mm[2] - points[:, 2]
    side = ellipse(points[:, 0] - cord[:, 0], points[:, 1] - cord[:, 1], np.maximum(cord[:, 2], 0.3), np.maximum(cord[:, 3], 0.3))
    return np.asarray(np.where(below > 0.0, np.hypot(np.maximum(side, 0.0), below), side))


def canal_distance(canal: Canal, points: Array) -> Array:
    """Return the distance to flavum and bone round the canal, negative inside, shape (n,); first order near the wall."""
    x, y = points[:, 0], points[:, 1]
    line = canal.line.read(points[:, 2])
    midline, lean, reference, dorsal, flavum, _, _, wall, half_width, _ = (line[:, i] for i in range(10))
    across = np.abs(x - midline - lean * (y - reference))
    limit = dorsal - FLAVUM_VEE * (np.sqrt(across * across + VEE_ROUND_MM**2) - VEE_ROUND_MM) - flavum
    return np.asarray(np.maximum(np.maximum(y - limit, across - half_width), wall - y))


def segment_distances(points: Array, segments: Segments) -> Array:
    """Return the distances from points (n, 3) to the surfaces of segments, shape (n, segments)."""
    bar = segments.end_mm - segments.start_mm
    x, y, z = (points[:, i, None] - segments.start_mm[:, i] for i in range(3))
    bx, by, bz = bar.T
    t = np.clip((x * bx + y * by + z * bz) / (bar * bar).sum(-1), 0.0, 1.0)
    x, y, z = x - t * bx, y - t * by, z - t * bz
    return np.asarray(np.sqrt(x * x + y * y + z * z) - segments.radius_mm)


def near(segments: Segments, points: Array, margin_mm: float) -> Segments:
    """Return the segments whose boxes come near the box of the points."""
    low, high = points.min(axis=0) - margin_mm, points.max(axis=0) + margin_mm
    top, bottom = np.maximum(segments.start_mm, segments.end_mm), np.minimum(segments.start_mm, segments.end_mm)
    keep = (top > low).all(axis=1) & (bottom < high).all(axis=1)
    return Segments(segments.start_mm[keep], segments.end_mm[keep], segments.radius_mm[keep], segments.owner[keep])


def rootlet_distances(canal: Canal, points: Array) -> Array:
    """Return the distances from points (n, 3) to the surface of every rootlet, shape (n, rootlets)."""
    places = canal.rootlets.read(points[:, 2])
    dx, dy = points[:, None, 0] - places[..., 0], points[:, None, 1] - places[..., 1]
    return np.asarray(np.sqrt(dx * dx + dy * dy) - canal.rootlet_radius_mm.astype(points.dtype))


def canal_tissue(canal: Canal, points: Array) -> tuple[Labels, Mask]:
    """Return the tissue of the canal and the midline ligaments; bone and discs are not known here.

    Args:
        canal: What to look in.
        points: Shape (n, 3).

    Returns:
        Tissue labels, shape (n,), uint8, OUTSIDE where none of this room's tissues is; and whether the point lies
        inside the dural sac.
    """
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    line = canal.line.read(z)
    midline, lean, reference, dorsal, flavum, reach, gap, wall, half_width, tip = (line[:, i] for i in range(10))
    across = np.abs(x - midline - lean * (y - reference))
    limit = dorsal - FLAVUM_VEE * (np.sqrt(across * across + VEE_ROUND_MM**2) - VEE_ROUND_MM)
    label = np.zeros(len(x), dtype=np.uint8)
    behind = y > limit
    thick = 0.5 * ref.INTERSPINOUS_MM
    outer = tip + SUPRASPINOUS_OVER_MM
    rope = (across < SUPRASPINOUS_HALF_MM) & (y >= outer - ref.SUPRASPINOUS_MM) & (y < outer)
    label[behind & (across < thick) & (y < outer - ref.SUPRASPINOUS_MM)] = Tissue.INTERSPINOUS
    label[rope & (z > canal.windows[-1].sac_mm[2] - 6.0)] = Tissue.SUPRASPINOUS
    for cyst in canal.cysts:
        rel = (points - cyst[:3].astype(points.dtype)) / cyst[3:].astype(points.dtype)
        label[(label == Tissue.INTERSPINOUS) & ((rel * rel).sum(axis=1) < 1.0)] = Tissue.FAT
    epidural = ~behind & (across < half_width) & (y > wall - 1.0)
    label[epidural] = Tissue.EPIDURAL
    label[(np.abs(y - limit) < flavum) & (across < reach) & (across >= gap)] = Tissue.FLAVUM
    _fill_veins(canal, points, label)
    _fill_roots(canal, points, label)
    inside = _fill_sac(canal, points, label)
    return label, inside


def _fill_veins(canal: Canal, points: Array, label: Labels) -> None:
    index = np.flatnonzero(label == Tissue.EPIDURAL)
    if index.size:
        label[index[vein_distance(canal, points[index]) < 0.0]] = Tissue.VEIN


def vein_distance(canal: Canal, points: Array) -> Array:
    """Return the distance to the nearest epidural vein, shape (n,)."""
    veins = canal.ventral_veins.read(points[:, 2])
    dx, dy = points[:, None, 0] - veins[..., 0], points[:, None, 1] - veins[..., 1]
    best = (np.sqrt(dx * dx + dy * dy) - veins[..., 2]).min(axis=1)
    return np.asarray(np.minimum(best, segment_distances(points, canal.dorsal_veins).min(axis=1)))


def _fill_roots(canal: Canal, points: Array, label: Labels) -> None:
    segments = near(canal.roots, points, float(canal.roots.radius_mm.max()))
    if segments.owner.size:
        label[segment_distances(points, segments).min(axis=1) < 0.0] = Tissue.ROOT


def _fill_sac(canal: Canal, points: Array, label: Labels) -> Mask:
    distance = sac_distance(canal, points[:, 0], points[:, 1], points[:, 2])
    inside = distance < 0.0
    label[inside] = Tissue.DURA
    index = np.flatnonzero(distance < -ref.DURA_MM)
    label[index] = Tissue.CSF
    if index.size:
        inner = points[index]
        cord = canal.cord.read(inner[:, 2])
        solid = ellipse(inner[:, 0] - cord[:, 0], inner[:, 1] - cord[:, 1], cord[:, 2], cord[:, 3]) < 0.0
        root = rootlet_distances(canal, inner).min(axis=1) < 0.0
        label[index[root]] = Tissue.ROOT
        label[index[solid & (inner[:, 2] > canal.conus_mm[2])]] = Tissue.CORD
    return np.asarray(inside)
