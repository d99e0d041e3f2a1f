"""Where every vertebra is: shapes from spec and draws, then the chain of frames that posture bends.

Shapes are settled in the neutral posture (lamina edges so that the neutral windows match their table); hip
flexion then turns each vertebra about the centre of the disc below it until the windows match their height at
that flexion. Scoliosis and axial rotation place the vertebrae last.
"""

import math
from dataclasses import dataclass

import numpy as np

from game.frames import Array, rotation_about
from game.patient import reference as ref
from game.patient.draws import Draws
from game.patient.spec import PatientSpec
from game.patient.variation import spine_changes as changes
from game.patient.variation.lumbarised import with_free_s1
from game.patient.vertebra import BOUND_CENTRE_MM, ENDPLATE_DISH_MM, SPINOUS_EDGE, SPINOUS_ROOT, VertebraShape

L3 = ref.LEVELS.index("L3")
# The lower half of a lamina leans back by this much per mm, so that flavum and dorsal fat have room: expert judgement.
LAMINA_SLOPE = np.array([0.05, 0.05, 0.05, 0.05, 0.20, 0.14, 0.14, 0.27, 0.38, 0.47, 0.52, 0.52, 0.52, 0.52])
LAMINA_BEND = 0.50  # where the lean begins, share of the height from above: expert judgement
FACET_BACK = 0.95  # how far behind the body lumbar joints lie, in depths of the canal: expert judgement, leaves foramina of 8 mm
S1_LAMINA_HEIGHT_MM = 14.0  # expert judgement
S1_LAMINA_MIDDLE_MM = -18.0  # below the first sacral endplate, expert judgement
CURVE_SPREAD_MM = 55.0  # reach of a lumbar scoliosis along the spine, expert judgement
ROTATION_SPREAD_LEVELS = 1.5  # axial rotation falls to 0.41 over two levels, expert judgement
WHOLE_MM = -1e3  # half width of a laminectomy where there is none
FACET_TAIL_MM = 6.0  # how far an inferior articular process hangs below its joint's face, expert judgement
LAMINA_CLEAR_MM = 2.5  # between that tail and the next lamina in neutral posture, expert judgement
LEAST_COVER_MM = 5.5  # skin and fat over a spinous process of the thinnest, expert judgement


@dataclass(frozen=True, slots=True)
class Discs:
    """The discs, T4-5 to L5-S1, each in its own frame (centre, rotation local to patient)."""

    centre_mm: Array
    rotation: Array
    half_width_mm: Array
    ventral_mm: Array
    dorsal_mm: Array
    height_ventral_mm: Array
    height_dorsal_mm: Array


@dataclass(frozen=True, slots=True)
class Spine:
    """Frames and shapes of T4 to L5, the first sacral vertebra's frame, discs; a free S1 is one row more.

    Attributes:
        scale: Bone scale of the person against the tables.
        shapes: One row of `VertebraShape` per level, shape (14, fields).
        rotation: Local to patient, shape (14, 3, 3).
        centre_mm: Centres of the bodies, shape (14, 3).
        hub_mm: Centres of the spheres that hold the vertebrae, shape (14, 3).
        sacrum_rotation, sacrum_centre_mm: Frame at the centre of the first sacral endplate.
        pelvis_rotation: Turn of the pelvis from its neutral pose, about the first sacral endplate.
        sacrum_neutral_mm: Neutral place of that endplate, before posture.
        window_upper_mm, window_lower_mm: Edges of the windows in the midline, shape (14, 3).
        sacrum_lamina_local_mm: Upper edge of the first sacral lamina, (y, z) in the sacrum's frame.
        neutral_disc_l45_mm: Centre of the L4-5 disc in neutral posture, to place the iliac crest.
        level_pitch_mm: Distance of the bodies of L4 and L5.
    """

    scale: float
    shapes: Array
    rotation: Array
    centre_mm: Array
    hub_mm: Array
    sacrum_rotation: Array
    sacrum_centre_mm: Array
    pelvis_rotation: Array
    sacrum_neutral_mm: Array
    window_upper_mm: Array
    window_lower_mm: Array
    sacrum_lamina_local_mm: tuple[float, float]
    neutral_disc_l45_mm: Array
    level_pitch_mm: float
    discs: Discs

    def shape(self, level: int) -> VertebraShape:
        """Return one vertebra's shape as plain numbers."""
        return VertebraShape(*(float(value) for value in self.shapes[level]))

    def to_patient(self, level: int, local_mm: tuple[float, float, float] | Array) -> Array:
        """Return a point of a vertebra's frame in the patient frame."""
        return np.asarray(self.centre_mm[level] + self.rotation[level] @ np.asarray(local_mm, dtype=np.float64))

    def from_sacrum(self, local_mm: tuple[float, float, float] | Array) -> Array:
        """Return points of the sacrum's frame, shape (..., 3), in the patient frame."""
        return self.sacrum_centre_mm + np.asarray(local_mm, dtype=np.float64) @ self.sacrum_rotation.T


@dataclass(slots=True)
class _Sizes:
    """Working lengths of the levels while the spine is built, each shape (14,); `top` and `bottom` are the laminae's edges."""

    width_upper: Array
    width_lower: Array
    depth_upper: Array
    depth_lower: Array
    wall: Array
    height_ventral: Array
    height_dorsal: Array
    canal_width: Array
    canal_depth: Array
    lamina_half: Array
    lamina_height: Array
    reference: Array
    bend: Array
    top: Array
    bottom: Array
    disc: Array

    @property
    def height(self) -> Array:
        return np.asarray(0.5 * (self.height_ventral + self.height_dorsal))

    def lamina_y(self, z: Array) -> Array:
        """Return the y of the lamina's middle in the midline."""
        return np.asarray(self.wall + self.canal_depth + self.lamina_half + LAMINA_SLOPE * np.maximum(self.bend - z, 0.0))


def build_spine(spec: PatientSpec, draws: Draws) -> Spine:
    """Build shapes and frames of the spine of a patient."""
    scale = ref.bone_scale(spec.height_cm, spec.sex) * draws.size
    sizes = _sizes(scale, draws)
    sizes.disc = sizes.disc * changes.disc_shares(spec.variation)
    neutral = changes.lordosis_deg(spec.variation, np.array(ref.LORDOSIS_DEG) * spec.lordosis_deg / ref.LORDOSIS_TOTAL_DEG)
    pivots_upper, pivots_lower = _pivots(sizes, neutral)
    sacral_lamina = _fit_laminae(sizes, scale, spec, draws, neutral, pivots_upper, pivots_lower)
    angles = _flexed_angles(sizes, sacral_lamina, spec, draws, pivots_upper, pivots_lower)
    angles = np.where(changes.held_spaces(spec.variation), neutral, angles)
    turns = _break(sizes, spec) + changes.kyphosis_deg(spec.variation)
    neutral, angles = neutral + turns, angles + turns
    pivots_upper, pivots_lower = _pivots(sizes, neutral)
    tilt_neutral, places_neutral = _chain(neutral, pivots_upper, pivots_lower)
    shapes = _shapes(scale, sizes, spec, draws, tilt_neutral, places_neutral)
    tilt, places = _chain(angles, pivots_upper, pivots_lower)
    canal_y = np.append(sizes.wall + 0.5 * sizes.canal_depth, 0.5 * (ref.S1_DEPTH_MM + ref.S1_CANAL_DEPTH_MM) * scale)
    rotation, centre = _place(spec, tilt, places, canal_y)
    spine = Spine(
        scale=scale,
        shapes=shapes,
        rotation=rotation[:-1],
        centre_mm=centre[:-1],
        hub_mm=centre[:-1] + rotation[:-1] @ np.array(BOUND_CENTRE_MM),
        sacrum_rotation=rotation[-1],
        sacrum_centre_mm=centre[-1],
        pelvis_rotation=rotation[-1] @ rotation_about("x", tilt_neutral[-1]).T,
        sacrum_neutral_mm=np.array([0.0, *places_neutral[-1]]),
        window_upper_mm=_edges(rotation[:-1], centre[:-1], sizes.lamina_y(sizes.bottom), sizes.bottom),
        window_lower_mm=_edges(
            rotation[1:], centre[1:], np.append(sizes.lamina_y(sizes.top)[1:], sacral_lamina[0]), np.append(sizes.top[1:], sacral_lamina[1])
        ),
        sacrum_lamina_local_mm=sacral_lamina,
        neutral_disc_l45_mm=np.array([0.0, *_disc_place(tilt_neutral, places_neutral, pivots_upper, L3 + 1)]),
        level_pitch_mm=float(np.linalg.norm(places_neutral[L3 + 1] - places_neutral[L3 + 2])),
        discs=_discs(sizes, rotation, centre, scale),
    )
    return with_free_s1(spine) if spec.variation.transitional == "lumbarised-S1" else spine


def _break(sizes: _Sizes, spec: PatientSpec) -> Array:
    """Take from the ventral heights what wedge fractures lost; return the kyphosis that follows in the space below each level."""
    loss_mm = changes.wedge_losses(spec.variation) * sizes.height_ventral
    sizes.height_ventral = sizes.height_ventral - loss_mm
    return changes.wedge_turns_deg(loss_mm, 0.5 * (sizes.depth_upper + sizes.depth_lower))


def _sizes(scale: float, draws: Draws) -> _Sizes:
    width, depth, height = scale * draws.width, scale * draws.depth, scale * draws.height
    depth_upper, depth_lower = np.array(ref.ENDPLATE_DEPTH_UPPER_MM) * depth, np.array(ref.ENDPLATE_DEPTH_LOWER_MM) * depth
    reference = np.full(len(ref.LEVELS), 1.0 * scale)
    lamina_height = np.array(ref.LAMINA_HEIGHT_MM) * scale
    return _Sizes(
        width_upper=np.array(ref.ENDPLATE_WIDTH_UPPER_MM) * width,
        width_lower=np.array(ref.ENDPLATE_WIDTH_LOWER_MM) * width,
        depth_upper=depth_upper,
        depth_lower=depth_lower,
        wall=0.25 * (depth_upper + depth_lower),
        height_ventral=np.array(ref.BODY_HEIGHT_VENTRAL_MM) * height,
        height_dorsal=np.array(ref.BODY_HEIGHT_DORSAL_MM) * height,
        canal_width=np.array(ref.CANAL_WIDTH_MM) * scale,
        canal_depth=np.array(ref.CANAL_DEPTH_MM) * scale,
        lamina_half=0.5 * scale * np.array(ref.LAMINA_THICKNESS_MM),
        lamina_height=lamina_height,
        reference=reference,
        bend=reference - LAMINA_BEND * lamina_height,
        top=reference.copy(),
        bottom=reference - lamina_height,
        disc=np.array(ref.DISC_HEIGHT_MM) * scale,
    )


def _turn(angle_deg: Array, yz: Array) -> Array:
    """Turn (y, z) vectors, shape (..., 2), about x by angles of the same leading shape."""
    angle_rad = np.radians(angle_deg)
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    return np.stack([cos * yz[..., 0] - sin * yz[..., 1], sin * yz[..., 0] + cos * yz[..., 1]], axis=-1)


def _pivots(sizes: _Sizes, neutral_deg: Array) -> tuple[Array, Array]:
    """Return the centre of each disc in the frame of the vertebra above and of the one below, (y, z), shape (14, 2)."""
    half = 0.5 * np.stack([np.zeros_like(sizes.disc), sizes.disc], axis=-1)
    floor = np.stack([sizes.wall - 0.5 * sizes.depth_lower, -0.5 * sizes.height], axis=-1)
    roof = np.stack([sizes.wall - 0.5 * sizes.depth_upper, 0.5 * sizes.height], axis=-1)
    below = np.concatenate([roof[1:], np.zeros((1, 2))])
    return floor - _turn(0.5 * neutral_deg, half), below + _turn(-0.5 * neutral_deg, half)


def _sacral_lamina(scale: float, half: float) -> tuple[float, float]:
    """Return the upper edge of the first sacral lamina when its half height is `half`, (y, z) in the sacrum's frame."""
    y = (0.5 * ref.S1_DEPTH_MM + ref.S1_CANAL_DEPTH_MM + 2.5) * scale
    return y, half + S1_LAMINA_MIDDLE_MM * scale


def _fit_laminae(
    sizes: _Sizes, scale: float, spec: PatientSpec, draws: Draws, neutral_deg: Array, upper: Array, lower: Array
) -> tuple[float, float]:
    """Set the laminae's edges so that the neutral windows match their table; return the first sacral lamina's edge.

    Each window takes what it needs from the laminae above and below it in one proportion, found by bisection;
    down to T7-8 it takes all from the lamina above, which shingles over the next.
    """
    shingled = ref.LEVELS.index("T8") + 1
    middle = sizes.reference - 0.5 * sizes.lamina_height
    wanted = _wanted(spec, draws, 0.0)
    low, high = np.full(wanted.shape, 0.05), np.full(wanted.shape, 2.5)
    edge = (0.0, 0.0)
    for _ in range(40):
        share = 0.5 * (low + high)
        sizes.bottom = middle - 0.5 * share * sizes.lamina_height
        sizes.top = np.append(sizes.reference[0], (middle[1:] + 0.5 * share[:-1] * sizes.lamina_height[1:]))
        sizes.top[:shingled] = sizes.reference[:shingled]
        edge = _sacral_lamina(scale, 0.5 * float(share[-1]) * S1_LAMINA_HEIGHT_MM * scale)
        bottoms, tops = _window_edges(sizes, edge, upper, lower)
        gap = np.linalg.norm(bottoms - _turn(neutral_deg, tops), axis=-1) * np.sign((bottoms - _turn(neutral_deg, tops))[:, 1])
        low, high = np.where(gap > wanted, share, low), np.where(gap > wanted, high, share)
    return edge


def _wanted(spec: PatientSpec, draws: Draws, flexion: float) -> Array:
    heights = [ref.window_height_mm(space, flexion, spec.age_y) for space in ref.SPACES]
    return np.array(heights) * draws.window * changes.window_shares(spec.variation)


def _window_edges(sizes: _Sizes, sacral: tuple[float, float], upper: Array, lower: Array) -> tuple[Array, Array]:
    """Return the upper and lower edge of each window from its disc's centre, each in its own vertebra's frame, (y, z)."""
    bottoms = np.stack([sizes.lamina_y(sizes.bottom), sizes.bottom], axis=-1) - upper
    tops = np.stack([sizes.lamina_y(sizes.top), sizes.top], axis=-1)
    return bottoms, np.concatenate([tops[1:], np.array([sacral])]) - lower


def _flexed_angles(sizes: _Sizes, sacral: tuple[float, float], spec: PatientSpec, draws: Draws, upper: Array, lower: Array) -> Array:
    """Return the angle of each vertebra to the one above at the posture's window heights (law of cosines about the disc)."""
    bottoms, tops = _window_edges(sizes, sacral, upper, lower)
    wanted = _wanted(spec, draws, spec.hip_flexion_deg / 90.0)
    a, c = np.linalg.norm(bottoms, axis=-1), np.linalg.norm(tops, axis=-1)
    between = np.arccos(np.clip((a * a + c * c - wanted * wanted) / (2.0 * a * c), -1.0, 1.0))
    rise = np.arctan2(bottoms[:, 1], bottoms[:, 0]) - np.arctan2(tops[:, 1], tops[:, 0])
    return np.asarray(np.degrees(rise - between))


def _chain(angles_deg: Array, upper: Array, lower: Array) -> tuple[Array, Array]:
    """Return the sagittal tilt, shape (15,), and the centre (y, z), shape (15, 2), of T4 to S1 with L3 upright at the origin."""
    tilt = np.concatenate([[0.0], np.cumsum(angles_deg)])
    tilt = tilt - tilt[L3]
    steps = _turn(tilt[:-1], upper) - _turn(tilt[1:], lower)
    places = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
    return tilt, places - places[L3]


def _disc_place(tilt: Array, places: Array, upper: Array, space: int) -> Array:
    return np.asarray(places[space] + _turn(tilt[space], upper[space]))


def _place(spec: PatientSpec, tilt: Array, places: Array, canal_y: Array) -> tuple[Array, Array]:
    """Return rotations, shape (15, 3, 3), and centres, shape (15, 3), with scoliosis and axial rotation.

    Scoliosis leans the chain sideways without stretching it; rotation turns each vertebra about its canal.
    """
    reach = (places[:, 1] - places[L3 - 1, 1]) / CURVE_SPREAD_MM
    steepest = math.tan(math.radians(0.5 * spec.scoliosis_deg)) * math.exp(0.5)
    lean = np.degrees(np.arctan(-steepest * reach * np.exp(-0.5 * reach * reach)))
    steps = (np.arange(len(tilt)) - L3) / ROTATION_SPREAD_LEVELS
    twist = -spec.rotation_deg * np.exp(-0.5 * steps * steps)
    straight = np.stack([rotation_about("y", a) @ rotation_about("x", b) for a, b in zip(lean, tilt, strict=True)])
    turned = np.stack([frame @ rotation_about("z", c) for frame, c in zip(straight, twist, strict=True)])
    between = np.radians(0.5 * (lean[1:] + lean[:-1]))
    rise = np.diff(places[:, 1])
    aside, height = np.append(0.0, np.cumsum(rise * np.sin(between))), np.append(0.0, np.cumsum(rise * np.cos(between)))
    centre = np.column_stack([aside, places[:, 0], height]) + (straight - turned)[:, :, 1] * canal_y[:, None]
    return turned, centre - centre[L3]


def _edges(rotation: Array, centre: Array, y: Array, z: Array) -> Array:
    return np.asarray(centre + rotation[:, :, 1] * y[:, None] + rotation[:, :, 2] * z[:, None])


def _shapes(scale: float, sizes: _Sizes, spec: PatientSpec, draws: Draws, tilt_deg: Array, places: Array) -> Array:
    """Return the rows of `VertebraShape`."""
    thoracic = np.array([level.startswith("T") for level in ref.LEVELS])
    pedicle_half = 0.5 * scale * np.array(ref.PEDICLE_WIDTH_MM)
    pedicle_tall = 0.5 * scale * np.array(ref.PEDICLE_HEIGHT_MM)
    medial = np.radians(ref.PEDICLE_MEDIAL_DEG)
    pedicle_x = 0.5 * sizes.canal_width + pedicle_half / np.cos(medial)
    columns = VertebraShape(
        half_width_upper=0.5 * sizes.width_upper,
        half_width_lower=0.5 * sizes.width_lower,
        ventral_upper=sizes.depth_upper - sizes.wall,
        ventral_lower=sizes.depth_lower - sizes.wall,
        wall=sizes.wall,
        height_ventral=sizes.height_ventral,
        height_dorsal=sizes.height_dorsal,
        canal_half_width=0.5 * sizes.canal_width,
        canal_depth=sizes.canal_depth,
        pedicle_half_width=pedicle_half,
        pedicle_half_height=pedicle_tall,
        pedicle_sin=np.sin(medial),
        pedicle_cos=np.cos(medial),
        pedicle_x=pedicle_x,
        pedicle_z=0.5 * sizes.height_dorsal - pedicle_tall - 1.2 * scale,
        lamina_half_thickness=sizes.lamina_half,
        lamina_top=sizes.top,
        lamina_bottom=sizes.bottom,
        lamina_bend=sizes.bend,
        lamina_slope=LAMINA_SLOPE,
        lamina_reach=0.5 * sizes.canal_width + 2.0 * scale,
        lamina_drop=np.where(thoracic, 0.40, 0.55) * sizes.canal_depth + sizes.lamina_half,
        **_joint_columns(scale, sizes, spec, thoracic, tilt_deg, places),
        **_transverse_columns(scale, draws, thoracic, pedicle_x),
        **_spinous_columns(scale, sizes, spec, draws, thoracic, tilt_deg, places),
        **_changed_columns(sizes, spec, draws),
        bound_radius=np.ones(len(ref.LEVELS)),
    )
    return np.column_stack(columns._replace(bound_radius=_bounds(columns)))


def _changed_columns(sizes: _Sizes, spec: PatientSpec, draws: Draws) -> dict[str, Array]:
    """Return the part of `VertebraShape` that only fractures, wear, transition and laminectomy make unusual."""
    variation = spec.variation
    opened = np.isin(ref.LEVELS, variation.laminectomy)
    flare = np.zeros(len(ref.LEVELS))
    flare[-1] = changes.TRANSITIONAL_FLARE if variation.transitional == "sacralised-L5" else 0.0
    return {
        "dish": ENDPLATE_DISH_MM + 0.5 * changes.dish_losses(variation) * sizes.height,
        "spur": changes.SPUR_MM * variation.spondylosis * np.clip(1.0 + 0.35 * draws.spurs[:, 0], 0.3, 1.6),
        "spur_lean": 0.25 * np.clip(draws.spurs[:, 1], -1.5, 1.5),
        "spur_phase": 2.0 * draws.spurs[:, 2],
        "transverse_flare": flare,
        "laminectomy_half": np.where(opened, changes.laminectomy_half_mm(0.5 * sizes.canal_width), WHOLE_MM),
    }


def _joint_columns(scale: float, sizes: _Sizes, spec: PatientSpec, thoracic: Array, tilt_deg: Array, places: Array) -> dict[str, Array]:
    """Return the facets' part of `VertebraShape`; worn joints are thick and narrow."""
    worn = spec.variation.spondylosis
    thick = 1.0 + changes.WORN_FACET * worn
    below = np.radians(ref.FACET_DEG)
    above = np.append(below[0], below[:-1])
    up, down = _facets(scale, sizes, thoracic, tilt_deg, places)
    found = {f"facet_up_{axis}": up[:, k] for k, axis in enumerate("xyz")}
    found |= {f"facet_down_{axis}": down[:, k] for k, axis in enumerate("xyz")}
    half_height = 0.5 * scale * ref.FACET_HEIGHT_MM * np.where(thoracic, 0.75, 1.0) * thick
    return found | {
        "facet_up_sin": np.sin(above),
        "facet_up_cos": np.cos(above),
        "facet_down_sin": np.sin(below),
        "facet_down_cos": np.cos(below),
        "facet_half_gap": 0.5 * ref.FACET_GAP_MM * np.ones(len(ref.LEVELS)) * (1.0 - changes.WORN_JOINT_SPACE * worn),
        "facet_half_width": 0.5 * scale * ref.FACET_WIDTH_MM * np.where(thoracic, 0.75, 1.0) * thick,
        "facet_half_height": half_height,
        "facet_thick": scale * np.array(ref.FACET_THICK_MM),
        "facet_face": 2.6 * scale * np.ones(len(ref.LEVELS)),
        "facet_tail": np.clip(_above_next_lamina(scale, sizes) - LAMINA_CLEAR_MM - half_height, 0.0, FACET_TAIL_MM * scale),
    }


def _above_next_lamina(scale: float, sizes: _Sizes) -> Array:
    """Return how high each joint stands above the upper edge of the lamina below it, along the lower vertebra."""
    joint = np.append(0.5 * sizes.height[1:] + 1.0 * scale, 2.0 * scale)
    return np.asarray(joint - np.append(sizes.top[1:], (S1_LAMINA_MIDDLE_MM + 0.5 * S1_LAMINA_HEIGHT_MM) * scale))


def _transverse_columns(scale: float, draws: Draws, thoracic: Array, pedicle_x: Array) -> dict[str, Array]:
    """Return the transverse processes' part of `VertebraShape`."""
    span = 0.5 * scale * np.array(ref.TRANSVERSE_SPAN_MM)
    return {
        "transverse_left": np.maximum(span * draws.transverse[:, 0], pedicle_x + 5.0),
        "transverse_right": np.maximum(span * draws.transverse[:, 1], pedicle_x + 5.0),
        "transverse_back": scale * np.where(thoracic, 13.0, 8.0),
        "transverse_rise": scale * np.where(thoracic, 5.0, 4.0),
    }


def _spinous_columns(
    scale: float, sizes: _Sizes, spec: PatientSpec, draws: Draws, thoracic: Array, tilt_deg: Array, places: Array
) -> dict[str, Array]:
    """Return the spinous process's part of `VertebraShape`; in the lumbar spine its height must fit the lamina it springs from."""
    down = np.radians(ref.SPINOUS_DOWN_DEG)
    length = _spinous_length(scale, sizes, spec, draws, np.cos(down))
    y, z = sizes.wall + sizes.canal_depth + sizes.lamina_half, 0.5 * (sizes.top + sizes.bottom)
    half_height = 0.5 * scale * np.array(ref.SPINOUS_HEIGHT_MM)
    sink = LAMINA_SLOPE * np.maximum(sizes.bend - sizes.bottom, 0.0) * np.tan(down)
    fitting = np.clip((0.5 * (sizes.top - sizes.bottom) - sink - 0.8) / (SPINOUS_ROOT + 0.07), 0.5 * half_height, half_height)
    half_height = np.where(thoracic, half_height, fitting)
    tips = np.stack([y + length * np.cos(down), z - length * np.sin(down)], axis=-1)
    return {
        "spinous_y": y,
        "spinous_z": z,
        "spinous_length": length,
        "spinous_half_height": half_height * _kissing(tips, half_height, tilt_deg, places),
        "spinous_half_thickness": 0.5 * scale * np.array(ref.SPINOUS_THICKNESS_MM),
        "spinous_sin": np.sin(down),
        "spinous_cos": np.cos(down),
        "spinous_lean": np.tan(np.radians(draws.spinous_lean_deg)),
    }


def _facets(scale: float, sizes: _Sizes, thoracic: Array, tilt_deg: Array, places: Array) -> tuple[Array, Array]:
    """Return the joint above and the joint below each vertebra in its frame, shape (14, 3); x is half their distance."""
    width = np.array(ref.WINDOW_WIDTH_MM) * scale
    above_width = np.append(width[0], width[:-1])
    back = sizes.wall + np.where(thoracic, 1.0, FACET_BACK) * sizes.canal_depth
    up = np.column_stack([0.5 * above_width + 6.5 * scale, back, 0.5 * sizes.height + 1.0 * scale])
    sacral = np.array([0.5 * width[-1] + 6.5 * scale, (0.5 * ref.S1_DEPTH_MM + FACET_BACK * ref.S1_CANAL_DEPTH_MM) * scale, 2.0 * scale])
    below = np.concatenate([up[1:], sacral[None]])
    world = places[1:] + _turn(tilt_deg[1:], below[:, 1:])
    local = _turn(-tilt_deg[:-1], world - places[:-1])
    return up, np.column_stack([below[:, 0], local])


def _spinous_length(scale: float, sizes: _Sizes, spec: PatientSpec, draws: Draws, cos_down: Array) -> Array:
    """Return the spinous processes' lengths, shortened where a thin back would not cover them."""
    length = scale * np.array(ref.SPINOUS_LENGTH_MM) * draws.spinous
    depth = np.array([ref.depth_to_epidural_mm(spec.bmi, space, draws.depth_mm) for space in ref.SPACES])
    gap = np.array(ref.EPIDURAL_MM) - ref.EPIDURAL_UNDER_LAMINA_MM
    most = (depth - LEAST_COVER_MM + gap - sizes.lamina_half) / cos_down
    return np.clip(length, None, np.maximum(most, 12.0))


def _kissing(tips: Array, half_height: Array, tilt_deg: Array, places: Array) -> Array:
    """Return factors that keep neighbouring lumbar spinous processes 2 mm apart in neutral posture."""
    placed = places[:-1] + _turn(tilt_deg[:-1], tips)
    pitch = np.linalg.norm(np.diff(placed, axis=0), axis=-1)
    need = SPINOUS_EDGE * (half_height[:-1] + half_height[1:])
    room = np.clip((pitch - 2.0) / need, 0.3, 1.0)
    room[: ref.LEVELS.index("T11")] = 1.0
    return np.asarray(np.minimum(np.append(1.0, room), np.append(room, 1.0)))


def _bounds(v: VertebraShape) -> Array:
    """Return radii of spheres about `BOUND_CENTRE_MM` that hold each vertebra."""
    y, z = BOUND_CENTRE_MM[1], BOUND_CENTRE_MM[2]
    tip_y, tip_z = v.spinous_y + v.spinous_length * v.spinous_cos, v.spinous_z - v.spinous_length * v.spinous_sin
    spinous = np.hypot(tip_y - y, tip_z - z) + SPINOUS_EDGE * v.spinous_half_height
    transverse = np.hypot(np.maximum(v.transverse_left, v.transverse_right), v.wall + 9.0 + v.transverse_back - y) + 8.0
    facet = np.hypot(v.facet_down_x, v.facet_down_z - z) + 14.0
    body = np.sqrt(v.half_width_lower**2 * 0.4 + (v.ventral_lower + y) ** 2 + (0.5 * v.height_ventral + 4.0) ** 2) + 2.0 + 1.5 * v.spur
    return np.asarray(np.maximum(np.maximum(spinous, transverse), np.maximum(facet, body)))


def _discs(sizes: _Sizes, rotation: Array, centre: Array, scale: float) -> Discs:
    """Place each disc between the endplates that it joins; it bulges 1 mm (expert judgement)."""
    n = len(ref.SPACES)
    upper_roof = np.append(sizes.width_upper[1:], ref.S1_WIDTH_MM * scale), np.append(sizes.depth_upper[1:], ref.S1_DEPTH_MM * scale)
    half_height = np.append(0.5 * sizes.height[1:], 0.0)
    roof_y = np.append((sizes.wall - 0.5 * sizes.depth_upper)[1:], 0.0)
    floor = _edges(rotation[:n], centre[:n], sizes.wall - 0.5 * sizes.depth_lower, -0.5 * sizes.height)
    roof = _edges(rotation[1:], centre[1:], roof_y, half_height)
    depth = 0.5 * (sizes.depth_lower + upper_roof[1])
    frames = np.stack([_between(rotation[i], rotation[i + 1]) for i in range(n)])
    height = np.linalg.norm(floor - roof, axis=-1)
    lean = np.einsum("ni,ni->n", rotation[:n, :, 1], rotation[1:, :, 2]) * 0.5 * depth
    wedge = 0.5 * (sizes.height_ventral - sizes.height_dorsal)
    wedge = 0.5 * (wedge + np.append(wedge[1:], 0.0))
    return Discs(
        centre_mm=0.5 * (floor + roof),
        rotation=frames,
        half_width_mm=0.25 * (sizes.width_lower + upper_roof[0]) + 1.0,
        ventral_mm=0.5 * depth + 1.0,
        dorsal_mm=0.5 * depth + 0.5,
        height_ventral_mm=np.maximum(height - lean - wedge, 2.0),
        height_dorsal_mm=np.maximum(height + lean + wedge, 2.0),
    )


def _between(first: Array, second: Array) -> Array:
    """Return the rotation half way between two that differ little."""
    z = first[:, 2] + second[:, 2]
    z = z / np.linalg.norm(z)
    y = first[:, 1] + second[:, 1]
    y = y - z * (y @ z)
    y = y / np.linalg.norm(y)
    return np.column_stack([np.cross(y, z), y, z])
