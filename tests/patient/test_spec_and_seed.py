"""What author and seed decide: every field of the spec acts, seeds differ, equal seeds agree."""

import numpy as np
import pytest
from bodies import body

from game.patient import PatientSpec, build_patient
from game.patient import reference as ref
from game.patient.attenuation import mu_per_mm, tissue_table
from game.patient.draws import draw, toughness
from game.patient.tissue import Tissue


def cord_mm(patient):
    marks = patient.landmarks
    return float(np.linalg.norm(marks["T8.body"] - marks["L5.body"]))


def window_mm(patient):
    i = ref.SPACES.index("L3-4")
    return float(np.linalg.norm(patient.spine.window_upper_mm[i] - patient.spine.window_lower_mm[i]))


def lean_deg(patient):
    up = patient.spine.rotation[ref.LEVELS.index("L5")][:, 2]
    return float(np.degrees(np.arctan2(up[0], up[2])))


def turn_deg(patient, level="L3"):
    back = patient.spine.rotation[ref.LEVELS.index(level)][:, 1]
    return float(np.degrees(np.arctan2(back[0], back[1])))


def cover_mm(patient):
    return float(-patient.skin_distance_mm(patient.landmarks["L3.spinous_tip"][None])[0])


def tilt_deg(patient):
    return float(np.degrees(np.arctan2(-patient.spine.sacrum_rotation[1, 2], patient.spine.sacrum_rotation[2, 2])))


def shell_mm(patient):
    path = patient.landmarks["L3.body"] - np.arange(0.0, 30.0, 0.01)[:, None] * np.array([0.0, 1.0, 0.0])
    return 0.01 * float((patient.tissue(path) == Tissue.CORTICAL).sum())


@pytest.mark.parametrize(
    ("field", "low", "high", "measure", "least"),
    [
        ("sex", "female", "male", cord_mm, 15.0),
        ("height_cm", 150.0, 190.0, cord_mm, 40.0),
        ("weight_kg", 55.0, 100.0, cover_mm, 8.0),
        ("lordosis_deg", 30.0, 70.0, tilt_deg, 20.0),
        ("scoliosis_deg", -20.0, 20.0, lean_deg, 5.0),
        ("rotation_deg", -10.0, 10.0, turn_deg, 19.0),
        ("hip_flexion_deg", 0.0, 90.0, window_mm, 3.0),
    ],
)
def test_every_length_and_angle_of_the_spec_acts(field, low, high, measure, least):
    assert measure(body(**{field: high})) - measure(body(**{field: low})) > least


def test_age_lowers_windows_and_weakens_the_flavum():
    young, old = body(age_y=45.0), body(age_y=85.0)
    assert window_mm(old) < window_mm(young) - 1.5
    assert old.toughness[Tissue.FLAVUM] == pytest.approx((1.0 - 0.004 * 35.0) * young.toughness[Tissue.FLAVUM])
    assert old.toughness[Tissue.SKIN] == young.toughness[Tissue.SKIN]


def test_osteoporosis_thins_the_cortex_and_pales_the_bone():
    assert shell_mm(body(osteoporosis=1.0)) < 0.7 * shell_mm(body())
    normal, weak = tissue_table(60.0), tissue_table(60.0, 1.0)
    assert weak[Tissue.TRABECULAR] == pytest.approx(0.0222)
    assert weak[Tissue.CORTICAL] == normal[Tissue.CORTICAL]
    assert weak[Tissue.MUSCLE] == normal[Tissue.MUSCLE]


def test_rotation_is_greatest_at_l3_turns_processes_left_and_falls_off():
    patient = body(rotation_deg=15.0)
    assert turn_deg(patient) == pytest.approx(15.0, abs=0.1)
    assert 4.0 < turn_deg(patient, "L1") < 8.0
    assert abs(turn_deg(patient, "T9")) < 0.5
    assert patient.landmarks["L3.spinous_tip"][0] > 5.0


def test_a_positive_curve_is_convex_to_the_left_with_its_apex_at_l2():
    patient = body(scoliosis_deg=30.0)
    x = {level: patient.landmarks[f"{level}.body"][0] for level in ref.LEVELS}
    assert x["L2"] == max(x.values())
    assert x["T9"] < x["L2"] - 8.0
    tops = [patient.spine.rotation[i][:, 2] for i in range(len(ref.LEVELS))]
    lean = np.degrees(np.arctan2([up[0] for up in tops], [up[2] for up in tops]))
    assert lean.max() - lean.min() == pytest.approx(30.0, abs=4.0)


def test_stature_scales_bones_by_the_tables_rule():
    small, tall = body(height_cm=160.0), body(height_cm=185.0)
    assert tall.spine.scale / small.spine.scale == pytest.approx((185.0 / 160.0) ** 0.9)


def test_the_same_seed_gives_the_same_body_and_another_does_not():
    first, again, other = build_patient(PatientSpec(), 5), build_patient(PatientSpec(), 5), build_patient(PatientSpec(), 6)
    points = np.random.default_rng(1).uniform((-80.0, -60.0, -120.0), (80.0, 90.0, 150.0), (4000, 3))
    assert np.array_equal(first.tissue(points), again.tissue(points))
    assert np.mean(first.tissue(points) != other.tissue(points)) > 0.01
    for name, point in first.landmarks.items():
        assert np.array_equal(point, again.landmarks[name])


def test_seeds_differ_in_depth_windows_veins_conus_and_toughness():
    people = [body(seed) for seed in range(8)]
    for measure in (window_mm, cover_mm, lambda p: p.landmarks["conus"][2], lambda p: p.canal.dorsal_veins.start_mm[0, 0]):
        values = [float(measure(person)) for person in people]
        assert len({round(value, 3) for value in values}) == len(people)
    assert len({person.toughness[Tissue.FLAVUM] for person in people}) == len(people)


def test_toughness_is_lognormal_about_one():
    logs = np.log([toughness(draw(seed), 40.0)[Tissue.DURA] for seed in range(400)])
    assert logs.mean() == pytest.approx(0.0, abs=0.03)
    assert logs.std() == pytest.approx(0.2, abs=0.03)


def test_draws_hear_nothing_of_the_spec():
    a, b = body(7, weight_kg=60.0, sex="female", hip_flexion_deg=0.0), body(7, weight_kg=100.0, age_y=80.0)
    assert a.draws.depth_mm == b.draws.depth_mm
    assert a.toughness[Tissue.SKIN] == b.toughness[Tissue.SKIN]


def test_landmarks_are_all_there_and_finite():
    marks = body().landmarks
    suffixes = ("body", "superior_endplate", "inferior_endplate", "posterior_wall", "pedicle_left", "pedicle_right", "spinous_tip")
    suffixes += ("spinous_base", "foramen", "lamina_left", "lamina_right", "transverse_left", "transverse_right")
    suffixes += ("facet_left", "facet_right")
    names = [f"{level}.{suffix}" for level in ref.LEVELS for suffix in suffixes]
    names += [f"{kind}.{space}" for kind in ("window", "sac", "disc") for space in ref.SPACES]
    names += ["S1.superior_endplate", "sacrum.promontory", "iliac_crest_left", "iliac_crest_right", "conus", "sac_end"]
    for name in names:
        assert marks[name].shape == (3,), name
        assert np.isfinite(marks[name]).all(), name


def test_a_rib_that_is_not_there_has_no_landmark():
    seed = next(seed for seed in range(300) if draw(seed).rib12_mm[0] == 0.0)
    assert "rib12_left" not in body(seed).landmarks
    absent = np.mean([draw(seed).rib12_mm[1] == 0.0 for seed in range(600)])
    assert absent == pytest.approx(ref.RIB12_ABSENT, abs=0.03)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed is -1, must be 0 or more"):
        build_patient(PatientSpec(), -1)


@pytest.mark.parametrize(
    "fields",
    [
        {"height_cm": 130.0, "weight_kg": 35.0, "sex": "female", "age_y": 95.0},
        {"height_cm": 210.0, "weight_kg": 180.0},
        {"height_cm": 150.0, "weight_kg": 180.0},
        {"lordosis_deg": 85.0, "scoliosis_deg": 40.0, "rotation_deg": 30.0, "hip_flexion_deg": 0.0},
        {"lordosis_deg": 10.0, "scoliosis_deg": -40.0, "rotation_deg": -30.0, "hip_flexion_deg": 110.0},
    ],
)
def test_bodies_at_the_ends_of_the_ranges_can_be_built_and_asked(fields):
    patient = body(2, **fields)
    for point in patient.landmarks.values():
        assert np.isfinite(point).all()
    points = np.random.default_rng(2).uniform((-150.0, -150.0, -150.0), (150.0, 120.0, 200.0), (500, 3))
    assert (patient.tissue(points) < len(Tissue)).all()
    for distances in (patient.bone_distance_mm(points), patient.skin_distance_mm(points), patient.root_distance_mm(points)[0]):
        assert np.isfinite(distances).all()


def test_attenuation_is_the_table_and_falls_with_energy():
    assert mu_per_mm("steel", 60.0) == pytest.approx(1.01)
    assert mu_per_mm(Tissue.CORTICAL, 60.0) == pytest.approx(0.0605)
    assert mu_per_mm("water", 70.0) == pytest.approx(0.0193)
    between = mu_per_mm("muscle", 65.0)
    assert mu_per_mm("muscle", 70.0) < between < mu_per_mm("muscle", 60.0)
    assert mu_per_mm(Tissue.OUTSIDE, 60.0) == 0.0
    assert tissue_table(60.0)[Tissue.OUTSIDE] == 0.0


def test_attenuation_outside_the_table_is_refused():
    with pytest.raises(ValueError, match=r"energy_kev is 30\.0, must be 40\.0 to 100\.0"):
        mu_per_mm("water", 30.0)
    with pytest.raises(KeyError, match="butter"):
        mu_per_mm("butter", 60.0)
