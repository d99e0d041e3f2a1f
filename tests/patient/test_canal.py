"""The canal: sac, cord, roots, veins, flavum and the layers on the way to them."""

import numpy as np
import pytest
from bodies import body, dorsal_path, runs

from game.patient import reference as ref
from game.patient.canal import ROOT_NAMES, root_index
from game.patient.draws import draw
from game.patient.spine_bones import disc_distance
from game.patient.tissue import Tissue

POSTURES = [
    {},
    {"hip_flexion_deg": 0.0},
    {"sex": "female", "height_cm": 150.0, "weight_kg": 50.0},
    {"lordosis_deg": 75.0},
    {"lordosis_deg": 20.0, "hip_flexion_deg": 100.0},
    {"scoliosis_deg": 20.0, "rotation_deg": -12.0},
]


def sac_surface(patient):
    z = np.arange(patient.canal.sac_end_mm[2] + 0.5, patient.landmarks["T8.body"][2], 2.0)
    sac = patient.canal.sac.read(z)
    turn = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    x = sac[:, :1] + sac[:, 2:3] * np.cos(turn)
    y = sac[:, 1:2] + sac[:, 3:4] * np.sin(turn)
    return np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], axis=-1).reshape(-1, 3)


@pytest.mark.parametrize("fields", POSTURES)
@pytest.mark.parametrize("seed", [1, 3])
def test_the_sac_lies_inside_the_canal_everywhere(fields, seed):
    patient = body(seed, **fields)
    surface = sac_surface(patient)
    assert patient.bone_distance_mm(surface).min() > 0.0
    assert disc_distance(patient.spine, surface).min() > 0.0


def test_the_sac_is_as_deep_and_wide_as_the_table_says():
    patient = body()
    level = ref.LEVELS.index("L3")
    z = patient.spine.to_patient(level, (0.0, 25.0, patient.spine.shape(level).lamina_top - 3.0))[2]
    sac = patient.canal.sac.read(np.array([z]))[0]
    assert 2.0 * sac[3] * sac[4] == pytest.approx(ref.SAC_AP_MM[level] * patient.spine.scale, abs=0.4)
    assert 2.0 * sac[2] == pytest.approx(ref.SAC_WIDTH_MM[level] * patient.spine.scale, abs=0.4)


def test_rootlets_lie_inside_the_sac_and_leave_its_dorsal_middle_free():
    for seed in range(4):
        patient = body(seed)
        z = np.arange(patient.canal.sac_end_mm[2] + 3.0, patient.canal.conus_mm[2], 1.0)
        places = patient.canal.rootlets.read(z)
        points = np.concatenate([places, np.broadcast_to(z[:, None, None], (*places.shape[:2], 1))], axis=-1)
        present = np.abs(points[..., 0]) < 100.0
        assert (patient.sac_distance_mm(points[present]) < -ref.DURA_MM).all()
        sac = patient.canal.sac.read(z)
        dorsal = (places[..., 1] - sac[:, 1:2]) / sac[:, 3:4]
        middle = np.abs(places[..., 0] - sac[:, :1]) < 0.35 * sac[:, 2:3]
        assert not (present & middle & (dorsal > 0.2)).any()


def test_the_cauda_thins_out_downwards():
    canal = body().canal
    marks = body().landmarks
    heights = [marks[name][2:3] for name in ("sac.L2-3", "sac.L4-5", "S1.superior_endplate")]
    count = [(np.abs(canal.rootlets.read(z)[0, :, 0]) < 100.0).sum() for z in heights]
    assert 24 <= count[0] <= 36
    assert count[0] > count[1] > count[2] > 0


def test_a_root_leaves_under_its_pedicle_on_its_side():
    patient = body()
    for side in ("left", "right"):
        gate = patient.landmarks[f"L4.foramen_{side}"]
        distance, index = patient.root_distance_mm(gate[None])
        assert distance[0] < 0.0
        assert index[0] == root_index("L4", side)
        assert patient.root_side(int(index[0])) == side
        assert patient.tissue(gate[None])[0] == Tissue.ROOT
    assert patient.landmarks["L4.foramen"][0] > 0.0
    assert len({root_index(name, side) for name in ROOT_NAMES for side in ("left", "right")}) == 2 * len(ROOT_NAMES)


def test_the_conus_ends_about_the_lower_third_of_l1():
    """Saifuddin 1998 as sampled: T12 and the disc below 16, L1 45, L1-2 22, L2 16 percent."""
    thirds = np.array([ref.CONUS_THIRD_OF_L1 + draw(seed).conus_thirds for seed in range(400)])
    at_l1, at_disc, at_l2 = (thirds > -0.5) & (thirds <= 2.5), (thirds > 2.5) & (thirds <= 3.5), (thirds > 3.5) & (thirds <= 6.5)
    assert np.mean(at_l1) == pytest.approx(0.45, abs=0.08)
    assert np.mean(at_disc) == pytest.approx(0.22, abs=0.08)
    assert np.mean(at_l2) == pytest.approx(0.16, abs=0.08)
    assert np.mean(thirds > 6.5) < 0.04


def test_the_conus_is_placed_where_its_draw_says():
    for seed in range(5):
        patient = body(seed)
        thirds = ref.CONUS_THIRD_OF_L1 + draw(seed).conus_thirds
        above, below = ("L1", "L2") if thirds > -0.5 else ("T11", "L1")
        height = patient.landmarks["conus"][2]
        assert patient.landmarks[f"{below}.inferior_endplate"][2] - 1.0 < height < patient.landmarks[f"{above}.superior_endplate"][2] + 1.0
        tip = patient.landmarks["conus"] + [0.0, 0.0, 6.0]
        assert patient.tissue(tip[None])[0] in (Tissue.CORD, Tissue.ROOT)
        assert patient.tissue((patient.landmarks["conus"] - [0.0, 0.0, 3.0])[None])[0] != Tissue.CORD


def test_layers_come_in_order_through_the_midline_window():
    patient = body(2)
    target = patient.landmarks["sac.L3-4"]
    order = [Tissue(value) for value, _ in runs(patient.tissue(dorsal_path(target, patient, 0.05, beyond_mm=3.0)))]
    expected = [
        Tissue.SKIN,
        Tissue.FAT,
        Tissue.SUPRASPINOUS,
        Tissue.INTERSPINOUS,
        Tissue.FLAVUM,
        Tissue.EPIDURAL,
        Tissue.DURA,
        Tissue.CSF,
    ]
    assert [tissue for tissue in order if tissue not in (Tissue.OUTSIDE, Tissue.FASCIA, Tissue.MUSCLE)] == expected


def test_thin_layers_have_their_thickness():
    patient = body(2)
    path = dorsal_path(patient.landmarks["sac.L3-4"], patient, 0.02, beyond_mm=3.0)
    thick = {Tissue(value): 0.02 * count for value, count in runs(patient.tissue(path))}
    assert thick[Tissue.DURA] == pytest.approx(ref.DURA_MM, abs=0.12)
    assert thick[Tissue.SKIN] == pytest.approx(ref.SKIN_BACK_MM, abs=0.3)
    space = ref.SPACES.index("L3-4")
    across = thick[Tissue.FLAVUM]
    wanted = ref.FLAVUM_MM[space] * float(draw(2).flavum[space])
    assert wanted - 0.05 < across < 1.25 * wanted
    assert thick[Tissue.EPIDURAL] == pytest.approx(ref.EPIDURAL_MM[space] * float(draw(2).epidural[space]), abs=0.1)


def test_dorsal_fat_is_a_saw_tooth_thin_under_the_lamina():
    patient = body()
    level = ref.LEVELS.index("L3")
    v = patient.spine.shape(level)
    for height in (v.lamina_top - 2.0, 0.5 * (v.lamina_top + v.lamina_bottom)):
        under = patient.spine.to_patient(level, (0.0, v.wall + 0.6 * v.canal_depth, height))
        path = under + np.arange(0.0, 14.0, 0.05)[:, None] * np.array([0.0, 1.0, 0.0])
        assert 0.05 * float((patient.tissue(path) == Tissue.EPIDURAL).sum()) <= 1.2
    window = patient.landmarks
    assert window["epidural.L3-4"][1] - window["sac.L3-4"][1] > 4.0


def test_a_path_through_the_lamina_meets_bone_before_the_canal():
    patient = body()
    labels = patient.tissue(dorsal_path(patient.landmarks["L4.lamina_left"] - [0.0, 12.0, 0.0], patient))
    order = [Tissue(value) for value, _ in runs(labels)]
    assert Tissue.MUSCLE in order
    assert Tissue.FASCIA in order
    assert order.index(Tissue.MUSCLE) < order.index(Tissue.CORTICAL)
    assert Tissue.EPIDURAL not in order[: order.index(Tissue.CORTICAL)]


def test_veins_lie_in_the_epidural_fat():
    patient = body()
    z = np.arange(-60.0, 40.0, 2.0)
    veins = patient.canal.ventral_veins.read(z)
    points = np.stack([veins[:, 0, 0], veins[:, 0, 1], z], axis=-1)
    assert (patient.vein_distance_mm(points) < 0.0).all()
    assert np.mean(patient.tissue(points) == Tissue.VEIN) > 0.7
    assert np.array_equal(patient.vein_distance_mm(points) < 0.0, np.ones(len(z), dtype=bool))


def test_some_flava_have_a_gap_in_the_midline_and_most_do_not():
    share = np.mean([draw(seed).flavum_gap[ref.SPACES.index("L1-2")] < 0.20 for seed in range(300)])
    assert share == pytest.approx(0.20, abs=0.06)
    seed = next(s for s in range(200) if draw(s).flavum_gap[ref.SPACES.index("L3-4")] < ref.FLAVUM_GAP_CHANCE[ref.SPACES.index("L3-4")])
    labels = body(seed).tissue(dorsal_path(body(seed).landmarks["sac.L3-4"], body(seed), 0.05))
    assert Tissue.FLAVUM not in labels


def test_the_flavum_stretches_with_the_window():
    heights = {}
    for hip_deg in (0.0, 90.0):
        patient = body(2, hip_flexion_deg=hip_deg)
        y, z = np.meshgrid(np.arange(-12.0, 12.0, 0.5), np.arange(-20.0, 25.0, 0.25))
        plane = patient.landmarks["window.L3-4"] + np.stack([0.0 * y, y, z], axis=-1)
        labels = patient.tissue(plane.reshape(-1, 3)).reshape(y.shape)
        heights[hip_deg] = 0.25 * float((labels == Tissue.FLAVUM).any(axis=1).sum())
    assert heights[90.0] > heights[0.0] + 2.0
