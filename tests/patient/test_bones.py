"""Bones measured back from the distances, against the tables."""

import numpy as np
import pytest
from bodies import body, local, outer_span, span

from game.patient import reference as ref
from game.patient.tissue import Tissue
from game.patient.vertebra import vertebra_distance

LUMBAR = ("L1", "L2", "L3", "L4", "L5")
X, _, Z = np.eye(3)
STEEP, FLAT = {"lordosis_deg": 80.0}, {"sex": "female", "lordosis_deg": 20.0}


def expected(table: tuple[float, ...], level: str, patient_scale: float) -> float:
    return table[ref.LEVELS.index(level)] * patient_scale


def axes(patient, level):
    return patient.spine.rotation[ref.LEVELS.index(level)].T


@pytest.mark.parametrize("level", ["T10", *LUMBAR])
def test_endplates_are_as_wide_as_the_table_says(level):
    patient = body()
    v = patient.spine.shape(ref.LEVELS.index(level))
    half = 0.5 * (v.height_ventral + v.height_dorsal)
    scale = patient.spine.scale
    upper, lower = local(patient, level, (0.0, -0.5, 0.5 * half - 2.8), (0.0, -0.5, 2.8 - 0.5 * half))
    across = axes(patient, level)[0]
    assert span(patient, upper, across) == pytest.approx(expected(ref.ENDPLATE_WIDTH_UPPER_MM, level, scale), rel=0.06)
    assert span(patient, lower, across) == pytest.approx(expected(ref.ENDPLATE_WIDTH_LOWER_MM, level, scale), rel=0.06)


@pytest.mark.parametrize("level", ["T8", "T12", *LUMBAR])
def test_bodies_are_as_high_in_front_and_behind_as_the_table_says(level):
    patient = body()
    v = patient.spine.shape(ref.LEVELS.index(level))
    front, back = local(patient, level, (0.0, -0.85 * v.ventral_lower, 0.0), (0.0, 0.85 * v.wall, 0.0))
    up = axes(patient, level)[2]
    slant = 0.075 * (v.height_ventral - v.height_dorsal)
    scale, reach = patient.spine.scale, 0.5 * v.height_dorsal + 3.0
    high_front, high_back = (expected(table, level, scale) for table in (ref.BODY_HEIGHT_VENTRAL_MM, ref.BODY_HEIGHT_DORSAL_MM))
    assert outer_span(patient, front, up, reach) == pytest.approx(high_front - slant, abs=1.0)
    assert outer_span(patient, back, up, reach) == pytest.approx(high_back + slant, abs=1.0)


def test_the_waist_is_narrower_than_the_endplates():
    patient = body()
    v = patient.spine.shape(ref.LEVELS.index("L3"))
    (middle,) = local(patient, "L3", (0.0, -0.5, 0.0))
    ratio = span(patient, middle, X) / (v.half_width_upper + v.half_width_lower)
    assert ratio == pytest.approx(ref.WAIST_WIDTH_RATIO, abs=0.03)


@pytest.mark.parametrize("level", ["T10", *LUMBAR])
def test_the_canal_is_as_wide_and_deep_as_the_table_says(level):
    patient = body()
    v = patient.spine.shape(ref.LEVELS.index(level))
    scale = patient.spine.scale
    (deep,) = local(patient, level, (0.0, v.wall + 0.5 * v.canal_depth, v.lamina_top - 2.0))
    (wide,) = local(patient, level, (0.0, v.wall + 5.0, v.pedicle_z))
    assert span(patient, deep, axes(patient, level)[1]) == pytest.approx(expected(ref.CANAL_DEPTH_MM, level, scale), abs=1.0)
    assert span(patient, wide, axes(patient, level)[0]) == pytest.approx(expected(ref.CANAL_WIDTH_MM, level, scale), abs=1.0)


@pytest.mark.parametrize("level", ["T9", "T12", *LUMBAR])
@pytest.mark.parametrize("side", ["left", "right"])
def test_pedicles_are_as_wide_and_high_as_the_table_says(level, side):
    patient = body()
    v = patient.spine.shape(ref.LEVELS.index(level))
    sign = 1.0 if side == "left" else -1.0
    centre = patient.landmarks[f"{level}.pedicle_{side}"]
    across = axes(patient, level).T @ np.array([sign * v.pedicle_cos, -v.pedicle_sin, 0.0])
    scale = patient.spine.scale
    assert span(patient, centre, across) == pytest.approx(expected(ref.PEDICLE_WIDTH_MM, level, scale), abs=1.0)
    assert span(patient, centre, axes(patient, level)[2]) == pytest.approx(expected(ref.PEDICLE_HEIGHT_MM, level, scale), abs=1.6)


@pytest.mark.parametrize("level", LUMBAR)
def test_transverse_processes_reach_as_far_as_the_table_says(level):
    patient = body()
    tips = patient.landmarks[f"{level}.transverse_left"] - patient.landmarks[f"{level}.transverse_right"]
    assert np.linalg.norm(tips) == pytest.approx(expected(ref.TRANSVERSE_SPAN_MM, level, patient.spine.scale), rel=0.09)
    ends = np.array([patient.landmarks[f"{level}.transverse_{side}"] for side in ("left", "right")])
    assert np.abs(patient.bone_distance_mm(ends)).max() < 6.0


def window_gap_mm(patient, space):
    """Measure a window along the line that joins the laminae's edges in the midline."""
    i = ref.SPACES.index(space)
    upper, lower = patient.spine.window_upper_mm[i], patient.spine.window_lower_mm[i]
    unit = (lower - upper) / np.linalg.norm(lower - upper)
    path = 0.5 * (upper + lower) + np.arange(-16.0, 16.0, 0.05)[:, None] * unit
    solid = patient.bone_distance_mm(path) < 0.0
    middle = len(path) // 2
    return 0.05 * float(np.argmax(solid[middle:]) + np.argmax(solid[middle::-1]))


@pytest.mark.parametrize("space", ["T12-L1", "L1-2", "L2-3", "L3-4", "L4-5", "L5-S1"])
@pytest.mark.parametrize("hip_deg", [0.0, 45.0, 90.0])
def test_windows_are_as_high_as_the_table_says_in_every_posture(space, hip_deg):
    patient = body(hip_flexion_deg=hip_deg, age_y=50.0)
    assert window_gap_mm(patient, space) == pytest.approx(ref.window_height_mm(space, hip_deg / 90.0, 50.0), abs=1.0)


def test_more_flexion_than_the_table_knows_opens_no_further():
    most, more = body(hip_flexion_deg=90.0), body(hip_flexion_deg=110.0)
    assert np.array_equal(most.spine.window_upper_mm, more.spine.window_upper_mm)


def test_posture_moves_bones_and_changes_no_shape():
    straight, bent = body(hip_flexion_deg=0.0), body(hip_flexion_deg=90.0)
    assert np.array_equal(straight.spine.shapes, bent.spine.shapes)
    assert straight.toughness == bent.toughness
    assert np.array_equal(straight.canal.rootlet_radius_mm, bent.canal.rootlet_radius_mm)
    assert np.abs(straight.spine.centre_mm - bent.spine.centre_mm).max() > 5.0
    for i in range(len(ref.LEVELS)):
        assert np.allclose(bent.spine.rotation[i] @ bent.spine.rotation[i].T, np.eye(3))


def test_frames_are_right_handed_and_named_sides_are_where_they_belong():
    patient = body()
    marks = patient.landmarks
    for frame in (*patient.spine.rotation, patient.spine.sacrum_rotation, patient.bones.pelvis.wing_rotation):
        assert np.allclose(np.cross(frame[:, 0], frame[:, 1]), frame[:, 2])
    for name in ("L3.pedicle", "L3.transverse", "L3.facet", "L3.lamina", "iliac_crest", "rib12"):
        assert marks[f"{name}_left"][0] > 0.0 > marks[f"{name}_right"][0]
    assert marks["L3.spinous_tip"][1] > marks["L3.posterior_wall"][1] > marks["L3.body"][1]
    assert marks["T8.body"][2] > marks["L2.body"][2] > marks["L3.body"][2] > marks["L4.body"][2] > marks["S1.superior_endplate"][2]
    assert np.allclose(marks["L3.body"], 0.0)
    assert marks["sacrum.promontory"][1] < marks["S1.superior_endplate"][1]


def test_neutral_lordosis_is_what_the_author_asked_for():
    tilt = {lordosis: body(hip_flexion_deg=0.0, lordosis_deg=lordosis).spine for lordosis in (30.0, 60.0)}
    for lordosis, spine in tilt.items():
        upper, lower = spine.rotation[ref.LEVELS.index("T12")][:, 2], spine.sacrum_rotation[:, 2]
        assert np.degrees(np.arccos(upper @ lower)) == pytest.approx(lordosis, abs=0.5)


@pytest.mark.parametrize(("level", "fields"), [*((level, {}) for level in ref.LEVELS), ("L4", STEEP), ("L5", STEEP), ("L5", FLAT)])
def test_every_vertebra_is_one_piece(level, fields):
    spine = body(2, **fields).spine
    sides = np.arange(-58.0, 58.0, 1.2), np.arange(-30.0, 78.0, 1.2), np.arange(-56.0, 44.0, 1.2)
    x, y, z = (side.astype(np.float32) for side in np.meshgrid(*sides, indexing="ij"))
    solid = vertebra_distance(x, y, z, spine.shape(ref.LEVELS.index(level)))[0] < 0.0
    assert reached_share(solid, tuple(int(np.argmin(np.abs(side))) for side in sides)) > 0.998


def reached_share(solid, start):
    """Return the share of a solid's cells that can be reached from one of them, by sweeps along the axes."""
    reached = np.zeros_like(solid)
    reached[start] = True
    count = 0
    while (now := int(reached.sum())) > count:
        count = now
        for axis in range(3):
            filled, allowed = np.moveaxis(reached, axis, 0), np.moveaxis(solid, axis, 0)
            for i in range(1, len(filled)):
                filled[i] |= filled[i - 1] & allowed[i]
            for i in range(len(filled) - 2, -1, -1):
                filled[i] |= filled[i + 1] & allowed[i]
    return count / int(solid.sum())


def test_facet_joints_are_gaps_between_two_bones():
    patient = body()
    i = ref.LEVELS.index("L3")
    v = patient.spine.shape(i)
    joint = patient.landmarks["L3.facet_left"]
    normal = patient.spine.rotation[i] @ np.array([v.facet_down_cos, -v.facet_down_sin, 0.0])
    path = joint + np.arange(-6.0, 6.0, 0.05)[:, None] * normal
    solid = patient.bone_distance_mm(path) < 0.0
    middle = len(path) // 2
    gap = 0.05 * (np.argmax(solid[middle:]) + np.argmax(solid[middle::-1]))
    assert gap == pytest.approx(ref.FACET_GAP_MM, abs=0.7)
    assert solid[20]
    assert solid[-20]


def test_processes_and_bodies_have_cortex_outside_and_spongy_bone_inside():
    patient = body()
    marks = patient.landmarks
    inner = np.array([marks["L3.body"], marks["L4.pedicle_left"], marks["S1.superior_endplate"] - [0.0, 0.0, 12.0]])
    assert (patient.tissue(inner) == Tissue.TRABECULAR).all()
    path = np.linspace(marks["L3.body"], marks["L3.body"] - [0.0, 40.0, 0.0], 400)
    labels = patient.tissue(path)
    last = np.flatnonzero(labels == Tissue.TRABECULAR)[-1]
    assert labels[last + 1] == Tissue.CORTICAL


def test_iliac_crests_and_ribs_are_bone_near_their_landmarks():
    patient = body()
    names = ("iliac_crest_left", "iliac_crest_right", "rib12_left", "rib12_right")
    points = np.array([patient.landmarks[name] for name in names])
    assert np.abs(patient.bone_distance_mm(points)).max() < 3.0
    above = points[:2] + 8.0 * Z
    assert patient.bone_distance_mm(above).min() > 3.0


def test_the_crest_line_lies_about_the_last_lumbar_disc():
    offsets = []
    for seed in range(12):
        patient = body(seed, hip_flexion_deg=0.0)
        offsets.append(patient.landmarks["iliac_crest_left"][2] - patient.landmarks["disc.L4-5"][2])
    assert abs(np.mean(offsets)) < 12.0
    assert np.std(offsets) > 4.0


def test_ribs_lie_in_the_body_wall_beyond_their_first_third():
    patient = body()
    segments = patient.bones.ribs.segments
    for owner, tip in patient.bones.ribs.tips.items():
        depth = -patient.skin_distance_mm(tip[None])[0]
        assert 5.0 < depth < 45.0, owner
    assert segments.radius_mm.min() > 1.5


def test_far_points_give_a_lower_bound_and_not_less_than_nothing():
    patient = body()
    far = np.array([[120.0, -80.0, 0.0], [0.0, 300.0, 0.0]])
    assert (patient.bone_distance_mm(far) > 5.0).all()
