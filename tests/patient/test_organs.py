"""Organs and bowel: where they lie, how they differ, and that each has an edge in a picture."""

import numpy as np
import pytest
from bodies import body

from game.frames import Rigid
from game.imaging import CArm
from game.imaging.grids import basis_images
from game.patient.organs import in_organ
from game.patient.tissue import Tissue

SEEDS = range(12)


def organs(seed, **fields):
    return body(seed, **fields).trunk.organs


def test_the_right_kidney_lies_lower_and_both_lie_between_t11_and_l4_beside_the_spine():
    for seed in SEEDS:
        patient = body(seed)
        left, right = patient.trunk.organs.solids[2:]
        assert right.centre_mm[2] < left.centre_mm[2] - 1.0
        for kidney, sign in ((left, 1.0), (right, -1.0)):
            reach = np.sqrt(((kidney.rotation * kidney.radii_mm) ** 2).sum(axis=1))
            assert kidney.centre_mm[2] + reach[2] < patient.landmarks["T11.superior_endplate"][2]
            assert kidney.centre_mm[2] - reach[2] > patient.landmarks["L4.inferior_endplate"][2]
            assert 45.0 < sign * kidney.centre_mm[0] < 80.0
            assert sign * kidney.rotation[0, 2] < 0.0  # upper pole nearer the spine


def test_a_kidney_has_fat_round_it():
    patient = body()
    kidney = patient.trunk.organs.solids[2]
    directions = np.random.default_rng(2).standard_normal((400, 3))
    unit = directions / np.linalg.norm(directions / kidney.radii_mm, axis=1)[:, None]
    inner, outer = (kidney.centre_mm + share * unit @ kidney.rotation.T for share in (0.95, 1.06))
    assert np.mean(patient.tissue(inner) == Tissue.VISCERA) > 0.8  # the rest is cut by muscle and spleen
    assert np.mean(patient.tissue(outer) == Tissue.FAT) > 0.6
    assert in_organ(kidney, *inner.T).all()
    assert not in_organ(kidney, *outer.T).any()


def test_the_right_dome_is_higher_and_breath_differs():
    domes = np.array([organs(seed).domes_mm for seed in SEEDS])
    assert (domes[:, 1] > domes[:, 0]).all()
    assert np.ptp(domes[:, 0]) > 8.0
    for seed in SEEDS:
        levels = [body(seed).landmarks[f"{level}.body"][2] for level in ("T8", "L1")]
        assert levels[1] < organs(seed).domes_mm[0] < levels[0]


@pytest.mark.parametrize("weight_kg", [72.0, 110.0, 140.0])
def test_air_before_the_spine_fades_to_the_feet_without_a_step_however_deep_the_belly(weight_kg):
    patient = body(1, weight_kg=weight_kg)
    x, y, z = patient.landmarks["T12.body"]
    step_mm, heights = 3.0, z + np.arange(-30.0, 31.0, 2.0)
    for aside in (-40.0, -5.0, 5.0, 40.0):
        rays, depths = np.meshgrid(heights, np.arange(y - 330.0, y, step_mm), indexing="ij")
        points = np.stack([np.full(rays.size, x + aside), depths.ravel(), rays.ravel()], axis=1)
        air_mm = step_mm * (patient.tissue(points) == Tissue.LUNG).reshape(rays.shape).sum(axis=1)
        assert np.abs(np.diff(air_mm)).max() < 25.0


def test_gas_lies_inside_the_belly_and_in_front_of_the_spine():
    for seed in SEEDS:
        patient = body(seed)
        centres = patient.trunk.organs.gas[:, :3]
        assert (patient.skin_distance_mm(centres) < -15.0).all()
        assert (patient.bone_distance_mm(centres) > 3.0).all()


def test_gas_differs_from_person_to_person():
    amounts = np.array([np.prod(organs(seed).gas[:, 3:], axis=1).sum() for seed in SEEDS])
    assert amounts.std() > 0.2 * amounts.mean()
    middles = np.array([np.average(organs(seed).gas[:, 0], weights=np.prod(organs(seed).gas[:, 3:], axis=1)) for seed in SEEDS])
    assert middles.std() > 8.0


def test_weight_and_posture_change_no_draw_of_the_bowel():
    assert np.array_equal(body(3).draws.colon, body(3, weight_kg=100.0, hip_flexion_deg=0.0).draws.colon)


def edge_beside(image, carm, inside_mm, outside_mm, size=256):
    """Return how much more attenuates inside than outside, each the mean of points' surroundings."""

    def mean(points):
        places = np.rint((carm.picture(np.asarray(points)) * (1.0, -1.0) + 1.0) * (size / 2.0) - 0.5).astype(int)
        return float(np.mean([image[row - 2 : row + 3, column - 2 : column + 3].mean() for column, row in places]))

    return mean(inside_mm) - mean(outside_mm)


@pytest.fixture(scope="module")
def ap(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPINAL_TRAINER_CACHE", str(tmp_path_factory.mktemp("voxels")))
        patient = body(4, sex="male", weight_kg=80.0)
        carm = CArm(0.0, 0.0, (0.0, 0.0, 20.0))
        geometry = carm.geometry(256, 256).moved(Rigid())
        return patient, carm, basis_images(patient, geometry).attenuation(58.0)


def test_the_psoas_has_an_edge_in_the_ap(ap):
    patient, carm, image = ap
    z = patient.landmarks["disc.L3-4"][2]
    row = patient.trunk.inside.read(np.array([z]))[0]
    border = row[0] + row[2]
    for sign in (1.0, -1.0):
        steps = [
            edge_beside(image, carm, [[sign * (border - 4.0 + k), row[1], z]], [[sign * (border + 5.0 + k), row[1], z]])
            for k in range(-6, 5)
        ]
        assert max(steps) > 0.05


def test_every_patient_has_a_stomach_bubble_under_the_left_dome():
    for seed in SEEDS:
        gas, (left, _) = organs(seed).gas, organs(seed).domes_mm
        under = (gas[:, 0] > 15.0) & (gas[:, 2] < left - 15.0) & (gas[:, 2] > left - 75.0) & (gas[:, 3] > 18.0)
        assert under.any()
