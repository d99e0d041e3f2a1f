"""The spine above T8, the coccyx and the hip bones: they are there, and what was there before them has not moved."""

import itertools

import numpy as np
import pytest
from bodies import body

from game.frames import Array
from game.patient import reference as ref
from game.patient.curves import smooth_curve
from game.patient.draws import draw

UPPER = ("T4", "T5", "T6", "T7")
AS_BEFORE = {
    "T8.spinous_tip": (0.8828237686, 46.9808550507, 212.1889854326),
    "T10.transverse_left": (32.9285717881, 29.6530784751, 188.1010034158),
    "L1.body": (0.0, 1.7145900356, 76.5574175826),
    "L2.spinous_tip": (0.9204684955, 72.6149976794, 21.4928117704),
    "L4.facet_left": (19.7392148923, 41.9930831174, -54.3357951571),
    "L5.pedicle_right": (-25.5238356912, 29.4006256899, -71.8096189118),
    "window.L3-4": (0.0, 46.4057599152, -28.5152794726),
    "epidural.L2-3": (0.0, 41.533289012, 8.135231408),
    "sac.T12-L1": (0.0, 39.4329494915, 84.8089437997),
    "conus": (-0.0067803227, 31.5522118477, 73.4822406963),
    "sac_end": (0.0, 58.2644568595, -139.698504314),
    "disc.L5-S1": (0.0, 13.6947788938, -100.6563598718),
    "S1.superior_endplate": (0.0, 15.6136563859, -106.1935021043),
    "iliac_crest_left": (114.1141621311, 10.6929522985, -90.4526941654),
    "rib12_left": (112.098855461, 41.84860959, 60.6433740025),
}
"""Landmarks of the plain patient, seed 1, when the spine began at T8."""
MOVED_MM = {"T8": 0.5, "T10": 0.3, "window": 0.1, "epidural": 0.1, "sac": 0.1, "sac_end": 0.2, "conus": 0.1, "disc": 0.02, "S1": 0.03,
            "iliac_crest_left": 0.1, "rib12_left": 0.02}  # fmt: skip
"""What the tables have moved since: a higher lamina of L5 turns the sacrum, straighter ones of T9 and T10 open the windows of the old.

The crest is where an S-shaped wing has it: 10 mm more to the side, 9 mm more to the back and 2 mm lower than on the first, flat one.
"""


def clear_runs_mm(patient, path: Array, step_mm: float) -> list[float]:
    """Return the lengths of the stretches without bone between two stretches of bone along a path."""
    solid = patient.bone_distance_mm(path) < 0.0
    edges = np.flatnonzero(np.diff(solid))
    return [step_mm * float(b - a) for a, b in itertools.pairwise(edges) if not solid[a + 1]]


@pytest.mark.parametrize("name", AS_BEFORE)
def test_landmarks_from_t8_down_are_where_they_were(name):
    assert body(1).landmarks[name] == pytest.approx(AS_BEFORE[name], abs=MOVED_MM.get(name.split(".")[0], 1e-9))


def test_draws_from_t8_down_are_what_they_were():
    draws = draw(1)
    assert draws.window[-1] == pytest.approx(1.0393662173038603)
    assert draws.spinous[ref.LEVELS.index("T8")] == pytest.approx(1.048532248079923)
    assert draws.cyst_place[-1] == pytest.approx([-0.42793365, -0.43951129])
    assert draws.texture == 878502146


def test_every_table_of_the_spine_has_a_row_per_level():
    tables = [name for name, value in vars(ref).items() if isinstance(value, tuple) and name.isupper() and len(value) > 6]
    ribs = {name for name in tables if name.startswith("RIB")}
    for name in tables:
        assert len(getattr(ref, name)) == len(ref.RIB_LEVELS if name in ribs else ref.LEVELS), name


@pytest.mark.parametrize("level", UPPER)
def test_upper_vertebrae_are_smaller_than_the_ones_below_and_dorsal_to_l3(level):
    spine = body(1).spine
    i = ref.LEVELS.index(level)
    here, below = spine.shape(i), spine.shape(i + 1)
    assert here.half_width_upper < below.half_width_upper
    assert here.height_dorsal > here.height_ventral
    pitch_mm = float(np.linalg.norm(spine.centre_mm[i] - spine.centre_mm[i + 1]))
    heights_mm = 0.25 * (here.height_ventral + here.height_dorsal + below.height_ventral + below.height_dorsal)
    assert pitch_mm == pytest.approx(heights_mm + spine.scale * ref.DISC_HEIGHT_MM[i], abs=1.5)


@pytest.mark.parametrize("level", UPPER)
def test_upper_facets_are_gaps_between_two_bones(level):
    patient = body(1)
    i = ref.LEVELS.index(level)
    v = patient.spine.shape(i)
    normal = patient.spine.rotation[i] @ np.array([v.facet_down_cos, -v.facet_down_sin, 0.0])
    path = patient.landmarks[f"{level}.facet_left"] + np.arange(-5.0, 5.0, 0.05)[:, None] * normal
    assert clear_runs_mm(patient, path, 0.05) == [pytest.approx(ref.FACET_GAP_MM, abs=0.7)]


def test_each_rib_reaches_the_wall_from_its_own_vertebra():
    patient = body(1)
    ribs = patient.bones.ribs
    for rib, level in enumerate(ref.RIB_LEVELS):
        for owner, side in ((2 * rib, "left"), (2 * rib + 1, "right")):
            first = ribs.segments.start_mm[ribs.segments.owner == owner][0]
            assert np.linalg.norm(first - patient.landmarks[f"{level}.pedicle_{side}"]) < 30.0
            assert abs(ribs.tips[owner][0]) > 70.0


def test_the_coccyx_goes_on_from_the_sacrum_and_curves_forward():
    patient = body(1)
    spine = patient.spine
    down = np.arange(-97.0, -140.0, -0.1)
    middle = np.interp(-down, (98.0, 104.5, 114.8, 123.4, 129.6), (5.0, 4.5, 2.5, -1.2, -5.6))
    solid = patient.bone_distance_mm(spine.from_sacrum(np.column_stack([0.0 * down, middle, down]) * spine.scale)) < 0.0
    assert 130.0 < -down[np.flatnonzero(solid)[-1]] < 136.0
    assert 0.7 < solid[:360].mean() < 0.97  # pieces with joints between them


@pytest.mark.parametrize("fields", [{}, {"sex": "female", "height_cm": 158.0}, {"lordosis_deg": 75.0}, {"hip_flexion_deg": 0.0}])
def test_hip_bones_meet_the_sacrum_and_each_other_in_joints(fields):
    patient = body(1, **fields)
    pelvis, s = patient.bones.pelvis, patient.spine.scale
    side = np.arange(-95.0, 95.0, 0.05)
    across = patient.spine.from_sacrum(np.column_stack([side, np.full_like(side, 18.0), np.full_like(side, -35.5)]) * s)
    joints = [run for run in clear_runs_mm(patient, across, 0.05 * s) if run < 8.0]
    assert len(joints) == 2
    assert joints == pytest.approx([4.0 * s] * 2, abs=1.5)
    front = np.arange(-14.0, 14.0, 0.05)
    pubis = np.column_stack([front, np.full_like(front, -82.0), np.full_like(front, -132.0)])
    gaps = clear_runs_mm(patient, pelvis.origin_mm + pubis @ pelvis.wing_rotation.T * s, 0.05 * s)
    assert len(gaps) == 1
    assert 3.0 < gaps[0] < 8.0


def test_the_femoral_head_stands_free_in_its_socket():
    patient = body(1)
    pelvis, s = patient.bones.pelvis, patient.spine.scale
    inward = np.arange(0.0, 45.0, 0.05)[:, None] * np.array([-0.77, 0.35, 0.53])
    path = pelvis.origin_mm + (np.array([88.0, -28.0, -100.0]) + inward) @ pelvis.wing_rotation.T * s
    assert clear_runs_mm(patient, path, 0.05 * s) == [pytest.approx(3.0 * s, abs=0.4)]


def test_a_spline_with_a_base_hears_nothing_of_the_knots_above_it():
    knots, values = np.array([0.0, 1.0, 2.5, 4.0, 5.0]), np.array([0.0, 2.0, 1.0, 3.0, 9.0])
    at = np.linspace(-1.0, 6.0, 281)
    base, grown = smooth_curve(knots[:3], values[:3], at), smooth_curve(knots, values, at, 3)
    assert np.array_equal(grown[at <= 2.5], base[at <= 2.5])
    assert np.interp(knots, at, grown) == pytest.approx(values, abs=1e-6)
    slopes = np.diff(grown[(at > 0.0) & (at < 5.0)]) / (at[1] - at[0])
    assert np.abs(np.diff(slopes)).max() < 0.25


@pytest.mark.parametrize(
    "fields",
    [
        {"hip_flexion_deg": 90.0},
        {"hip_flexion_deg": 110.0, "height_cm": 135.0, "weight_kg": 40.0, "sex": "female", "lordosis_deg": 85.0},
        {"hip_flexion_deg": 110.0, "height_cm": 205.0, "lordosis_deg": 85.0},
        {"hip_flexion_deg": 0.0, "height_cm": 200.0, "lordosis_deg": 15.0, "weight_kg": 150.0},
    ],
)
def test_even_the_most_curled_spine_lies_under_the_skin(fields):
    patient = body(2, **fields)
    tips = np.array([patient.landmarks[f"{level}.{part}"] for level in ref.LEVELS for part in ("spinous_tip", "body")])
    assert patient.skin_distance_mm(tips).max() < -3.0
    assert np.isfinite(patient.trunk.table).all()
