"""The body's surface, its layers and the depth to the epidural space."""

import itertools

import numpy as np
import pytest
from bodies import body, dorsal_path

from game.patient import reference as ref
from game.patient.pelvis import pelvis_distance
from game.patient.tissue import Tissue
from game.patient.trunk import LOW_MM, STEP_MM, _over_pelvis

# Points of the skin of seed 7 when the body ended at T8: every 60 mm or so up the back and flank.
FIRST_SKIN_MM = (
    (-149.652, 63.874, -240.0),
    (-51.353, 126.358, -240.0),
    (0.0, 102.831, -240.0),
    (97.337, 110.05, -240.0),
    (-162.075, 42.612, -150.0),
    (-59.872, 95.358, -150.0),
    (0.009, 98.674, -150.0),
    (108.726, 85.184, -150.0),
    (-159.395, 29.495, -60.0),
    (-59.559, 86.281, -60.0),
    (0.145, 86.549, -60.0),
    (108.19, 73.569, -60.0),
    (-156.925, 18.422, 0.0),
    (-59.822, 77.537, 0.0),
    (-0.142, 77.624, 0.0),
    (107.871, 64.865, 0.0),
    (-156.02, 15.886, 45.0),
    (-58.887, 74.544, 45.0),
    (0.782, 74.368, 45.0),
    (108.742, 61.535, 45.0),
    (-159.301, 10.709, 120.0),
    (-60.185, 65.604, 120.0),
    (-0.365, 66.61, 120.0),
    (108.275, 54.981, 120.0),
)


def depth_mm(patient, space):
    target = patient.landmarks[f"epidural.{space}"]
    return float(dorsal_path(target, patient)[0][1] - target[1])


@pytest.mark.parametrize("space", ["T12-L1", "L1-2", "L2-3", "L3-4", "L4-5", "L5-S1"])
def test_depth_to_the_epidural_space_follows_its_formula(space):
    patient = body()
    expected = ref.depth_to_epidural_mm(patient.spec.bmi, space, float(patient.draws.depth_mm))
    assert depth_mm(patient, space) == pytest.approx(expected, abs=0.3)


def test_depth_is_the_formula_in_the_mean_over_forty_people():
    depths = np.array([depth_mm(body(seed), "L3-4") for seed in range(40)])
    assert depths.mean() == pytest.approx(ref.depth_to_epidural_mm(body().spec.bmi, "L3-4"), abs=1.5)
    assert depths.std() == pytest.approx(ref.DEPTH_SD_MM, abs=1.5)


def test_weight_acts_on_the_fat_and_not_on_the_ligaments():
    light, heavy = body(weight_kg=60.0), body(weight_kg=110.0)
    extra = depth_mm(heavy, "L3-4") - depth_mm(light, "L3-4")
    assert extra == pytest.approx(ref.DEPTH_PER_BMI_MM * (heavy.spec.bmi - light.spec.bmi), abs=0.3)
    assert np.allclose(light.landmarks["epidural.L3-4"], heavy.landmarks["epidural.L3-4"])
    cover = [-patient.skin_distance_mm(patient.landmarks["L3.spinous_tip"][None])[0] for patient in (light, heavy)]
    assert cover[1] - cover[0] == pytest.approx(extra, abs=3.0)


def test_thin_and_tall_people_keep_skin_over_their_spines():
    for fields in ({"weight_kg": 46.0}, {"height_cm": 205.0, "weight_kg": 75.0}, {"sex": "female", "height_cm": 150.0, "weight_kg": 38.0}):
        for seed in range(3):
            patient = body(seed, **fields)
            tips = np.array([patient.landmarks[f"{level}.spinous_tip"] for level in ref.LEVELS])
            assert (-patient.skin_distance_mm(tips)).min() > 3.0


def bones_of_the_pelvis_mm(patient):
    """Return points on the hip bones and sacrum above the body's lower end, shape (n, 3)."""
    pelvis = patient.bones.pelvis
    grid = np.stack(np.meshgrid(np.arange(-170.0, 171.0, 5.0), np.arange(-130.0, 80.0, 5.0), np.arange(-190.0, 60.0, 5.0)), axis=-1)
    points = pelvis.origin_mm + grid.reshape(-1, 3)
    points = points[points[:, 2] > patient.trunk.ends_mm[0]]
    return points[np.abs(pelvis_distance(pelvis, points)[0]) < 2.0]


@pytest.mark.parametrize("fields", [{"weight_kg": 42.0}, {"sex": "female", "height_cm": 160.0, "weight_kg": 40.0, "hip_flexion_deg": 0.0}])
def test_thin_people_keep_skin_over_their_hips(fields):
    patient = body(1, **fields)
    points = bones_of_the_pelvis_mm(patient)
    cover = -patient.skin_distance_mm(points)
    low, high = (patient.landmarks["iliac_crest_left"][2] - drop for drop in (60.0, 0.0))
    assert cover.min() > -2.5  # points lie up to 2 mm outside their bone
    assert cover[(points[:, 2] > low) & (points[:, 2] < high)].min() > 2.5
    assert cover[(points[:, 2] > low) & (np.abs(points[:, 0]) > 80.0)].min() < 20.0  # and no bag of skin


def test_hips_that_are_covered_leave_the_skin_alone():
    radius = np.full((361, 275), 150.0)
    centre = np.array([[100.0, -15.0, 0.0]])
    assert np.array_equal(_over_pelvis(radius, centre, np.array([48.0])), radius)
    draped = _over_pelvis(radius, centre, np.array([70.0]))
    at = 270, round(-LOW_MM / STEP_MM)
    assert draped[at] == pytest.approx(170.0)
    assert draped[at[0], at[1] + 5] == pytest.approx(170.0 - 15.0**2 / 64.0)
    assert np.array_equal(draped[:200], radius[:200])


def test_the_skin_stays_where_it_is_from_the_buttocks_to_the_chest():
    patient = body(7)
    points = [patient.skin_point(arc, z, "left") for z in (-240.0, -150.0, -60.0, 0.0, 45.0, 120.0) for arc in (-180.0, -60.0, 0.0, 110.0)]
    assert np.allclose(points, FIRST_SKIN_MM, atol=2e-3)


def test_the_body_reaches_from_below_the_coccyx_to_above_t4():
    for fields in (
        {},
        {"height_cm": 205.0, "weight_kg": 95.0},
        {"sex": "female", "height_cm": 142.0, "weight_kg": 40.0, "hip_flexion_deg": 0.0},
    ):
        patient = body(5, **fields)
        low, high = patient.trunk.ends_mm
        coccyx = patient.spine.from_sacrum(np.array([0.0, -7.0, -133.0]) * patient.spine.scale)
        assert low < coccyx[2] - 5.0
        assert high > patient.landmarks["T4.superior_endplate"][2] + 15.0
        ends = np.array([patient.landmarks["T4.body"], coccyx])
        assert (patient.skin_distance_mm(ends) < -10.0).all()


def test_trunk_is_as_deep_and_wide_as_its_formula():
    patient = body()
    front = patient.skin_hit_mm(np.array([0.0, -500.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    back = patient.skin_hit_mm(np.array([0.0, 500.0, 0.0]), np.array([0.0, -1.0, 0.0]))
    left = patient.skin_hit_mm(np.array([500.0, -15.0, 0.0]), np.array([-1.0, 0.0, 0.0]))
    assert back[1] - front[1] == pytest.approx(ref.trunk_depth_mm(patient.spec.bmi), rel=0.06)
    assert 2.0 * left[0] == pytest.approx(ref.trunk_width_mm(patient.spec.bmi), rel=0.06)


def test_the_skin_is_where_its_distance_is_nothing():
    patient = body()
    places = itertools.product((-90.0, 0.0, 60.0, 250.0), (-120.0, 0.0, 90.0), ("left", "right"))
    points = np.array([patient.skin_point(arc, z, side) for arc, z, side in places])
    assert np.abs(patient.skin_distance_mm(points)).max() < 0.05
    for point in points:
        normal = patient.skin_normal(point)
        assert np.linalg.norm(normal) == pytest.approx(1.0)
        probe = np.array([point + 2.0 * normal, point - 2.0 * normal])
        assert patient.skin_distance_mm(probe) == pytest.approx([2.0, -2.0], abs=0.2)


@pytest.mark.parametrize("side", ["left", "right"])
def test_arcs_along_the_skin_are_read_back(side):
    patient = body(scoliosis_deg=15.0)
    for arc in (-60.0, 0.0, 35.0, 200.0, 380.0):
        point = patient.skin_point(arc, -30.0, side)
        assert patient.skin_arc(point[None], side)[0] == pytest.approx(arc, abs=0.2)
    assert patient.skin_point(100.0, -30.0, side)[0] * (1.0 if side == "left" else -1.0) > 40.0


def test_arc_is_a_length():
    patient = body()
    points = np.array([patient.skin_point(arc, -30.0, "left") for arc in np.arange(0.0, 301.0, 2.0)])
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).sum() == pytest.approx(300.0, rel=0.01)


def test_a_ray_that_misses_the_body_hits_nothing():
    patient = body()
    assert patient.skin_hit_mm(np.array([500.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])) is None
    assert patient.skin_hit_mm(np.array([0.0, 500.0, 0.0]), np.array([0.0, 1.0, 0.0])) is None


def test_the_back_has_a_furrow_between_two_bulges():
    patient = body(hip_flexion_deg=0.0)
    z = 0.5 * (patient.landmarks["L2.spinous_tip"][2] + patient.landmarks["L3.spinous_tip"][2])
    heights = []
    for x in (-32.0, 0.0, 32.0):
        heights.append(patient.skin_hit_mm(np.array([x, 300.0, z]), np.array([0.0, -1.0, 0.0]))[1])
    assert min(heights[0], heights[2]) > heights[1] + 1.0


def test_spinous_processes_raise_bumps_in_thin_flexed_people():
    patient = body(weight_kg=52.0, hip_flexion_deg=90.0)
    tip = patient.landmarks["L3.spinous_tip"]
    middle = 0.5 * (tip + patient.landmarks["L4.spinous_tip"])
    path = [patient.skin_hit_mm(np.array([x, 300.0, tip[2]]), np.array([0.0, -1.0, 0.0]))[1] for x in (tip[0], tip[0] + 16.0)]
    assert path[0] > path[1]
    assert -patient.skin_distance_mm(tip[None])[0] < -patient.skin_distance_mm(middle[None])[0] + 4.0


def test_dimples_lie_beside_the_sacrum():
    patient = body(sex="female")
    height = patient.spine.from_sacrum(np.array([0.0, 40.0, -26.0]) * patient.spine.scale)[2]
    back = [
        patient.skin_hit_mm(np.array([x, 300.0, z]), np.array([0.0, -1.0, 0.0]))[1]
        for x, z in ((41.0, height), (41.0, height + 25.0), (41.0, height - 25.0), (20.0, height))
    ]
    assert back[0] < 0.5 * (back[1] + back[2]) - 1.0
    assert back[0] < back[3]


def test_cavities_hold_viscera_lungs_and_muscles():
    patient = body()
    marks = patient.landmarks
    psoas = marks["L4.body"] + [40.0, 5.0, 0.0]
    belly, lung, outside = np.array([0.0, -70.0, 20.0]), marks["T8.body"] + [75.0, -20.0, 10.0], np.array([0.0, 400.0, 0.0])
    assert patient.tissue(np.array([psoas, lung, outside])).tolist() == [Tissue.MUSCLE, Tissue.LUNG, Tissue.OUTSIDE]
    assert patient.tissue(belly[None])[0] in (Tissue.VISCERA, Tissue.GAS)


def test_tissue_is_continuous_under_a_tiny_shift():
    patient = body()
    rng = np.random.default_rng(5)
    points = rng.uniform((-60.0, -20.0, -80.0), (60.0, 90.0, 80.0), (3000, 3))
    moved = patient.tissue(points + 1e-7)
    assert np.mean(moved == patient.tissue(points)) > 0.999
