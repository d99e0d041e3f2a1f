"""Variations in the needle's world: each changes the body where it should and nowhere else."""

import numpy as np
import pytest
from bodies import body, runs, span

from game.frames import Array
from game.patient import Patient
from game.patient import reference as ref
from game.patient.spec import Fracture, Fusion, Metastasis, Variation
from game.patient.tissue import Tissue
from game.patient.variation.hardware import bar_distance

BONE = (Tissue.CORTICAL, Tissue.TRABECULAR)
X, Y, Z = np.eye(3)
WHOLE_FUSION = Fusion(("L4", "L5", "S1"), ("L4-5",))


def changed(hip_flexion_deg: float = 75.0, fields: dict[str, object] | None = None, **variation: object) -> Patient:
    return body(hip_flexion_deg=hip_flexion_deg, variation=Variation(**variation), **(fields or {}))


def plain(hip_flexion_deg: float = 75.0) -> Patient:
    return body(hip_flexion_deg=hip_flexion_deg)


def at(patient: Patient, *places: Array) -> list[Tissue]:
    return [Tissue(label) for label in patient.tissue(np.array(places))]


def cloud(centre: Array, reach_mm: float, count: int = 4000) -> Array:
    return np.asarray(centre + np.random.default_rng(5).uniform(-reach_mm, reach_mm, (count, 3)))


def same_tissue(one: Patient, other: Patient, points: Array) -> bool:
    return bool(np.array_equal(one.tissue(points), other.tissue(points)))


def window_mm(patient: Patient, space: str) -> float:
    i = ref.SPACES.index(space)
    return float(np.linalg.norm(patient.spine.window_upper_mm[i] - patient.spine.window_lower_mm[i]))


def between_deg(patient: Patient, upper: str, lower: str) -> float:
    """Return the sagittal angle from one vertebra to another, positive for lordosis."""
    tilts = []
    for level in (upper, lower):
        turn = patient.spine.sacrum_rotation if level == "S1" else patient.spine.rotation[ref.LEVELS.index(level)]
        tilts.append(np.degrees(np.arctan2(-turn[1, 2], turn[2, 2])))
    return float(tilts[1] - tilts[0])


def test_a_plain_spine_is_the_body_without_a_variation() -> None:
    points = cloud(plain().landmarks["L4.body"], 70.0)
    assert same_tissue(plain(), changed(), points)
    assert plain().hardware == ()


class TestLaminectomy:
    def test_lamina_and_spinous_process_are_scar_and_the_facets_stay(self) -> None:
        whole, opened = plain(), changed(laminectomy=("L4",))
        marks = whole.landmarks
        taken = [marks["L4.spinous_base"], 0.5 * (marks["L4.spinous_base"] + marks["L4.spinous_tip"])]
        assert set(at(whole, *taken)) <= set(BONE)
        assert at(opened, *taken) == [Tissue.SCAR, Tissue.SCAR]
        assert opened.bone_distance_mm(np.array(taken)).min() > 2.0
        kept = np.array([marks["L4.pedicle_left"], marks["L4.pedicle_right"], marks["L4.body"]])
        assert (opened.bone_distance_mm(kept) < 0.0).all()
        for side in ("left", "right"):
            assert np.abs(opened.bone_distance_mm(marks[f"L4.facet_{side}"][None]))[0] < 3.0

    @pytest.mark.parametrize("space", ["L3-4", "L4-5"])
    def test_a_needle_finds_no_flavum_and_no_loss_of_resistance(self, space: str) -> None:
        sac = plain().landmarks[f"sac.{space}"]
        path = sac + np.arange(25.0, -3.0, -0.1)[:, None] * Y
        through = [label for label, _ in runs(plain().tissue(path))]
        assert through.index(Tissue.FLAVUM) < through.index(Tissue.EPIDURAL) < through.index(Tissue.DURA)
        found = [label for label, _ in runs(changed(laminectomy=("L4",)).tissue(path))]
        assert found[found.index(Tissue.DURA) - 1] == Tissue.SCAR
        assert not {Tissue.FLAVUM, Tissue.EPIDURAL, Tissue.INTERSPINOUS} & set(found)

    def test_what_is_gone_has_no_landmark_and_the_neighbours_keep_theirs(self) -> None:
        marks = changed(laminectomy=("L4",)).landmarks
        for name in ("L4.spinous_tip", "L4.spinous_base", "L4.lamina_left", "window.L3-4", "window.L4-5", "epidural.L4-5"):
            assert name in plain().landmarks
            assert name not in marks
        for name in ("L4.body", "L3.spinous_tip", "window.L2-3", "sac.L3-4", "conus"):
            assert np.array_equal(marks[name], plain().landmarks[name])

    def test_two_levels_up_in_front_and_under_the_skin_nothing_changes(self) -> None:
        opened = changed(laminectomy=("L4",))
        marks = plain().landmarks
        for centre, reach_mm in ((marks["window.L2-3"], 15.0), (marks["L4.body"], 12.0), (marks["L3.body"] - 60.0 * Y, 30.0)):
            assert same_tissue(opened, plain(), cloud(centre, reach_mm))
        tip = marks["L4.spinous_tip"]
        path = tip + np.arange(2.0, 60.0, 0.5)[:, None] * Y
        assert same_tissue(opened, plain(), path)


class TestFusion:
    def test_screws_run_through_the_pedicles_into_the_bodies(self) -> None:
        patient = changed(fusion=WHOLE_FUSION)
        for level in ("L4", "L5"):
            for side in ("left", "right"):
                pedicle = patient.landmarks[f"{level}.pedicle_{side}"]
                assert at(patient, pedicle) == [Tissue.TITANIUM]
                assert patient.bone_distance_mm(pedicle[None])[0] < -1.0
        assert at(patient, patient.landmarks["L3.pedicle_left"]) == [Tissue.TRABECULAR]

    @pytest.mark.parametrize("fields", [{}, {"sex": "female", "height_cm": 150.0}, {"height_cm": 200.0, "weight_kg": 110.0}])
    @pytest.mark.parametrize("levels", [("L2", "L3", "L4", "L5", "S1"), ("T10", "T11", "T12", "L1")])
    def test_no_metal_lies_in_the_canal_or_outside_the_body(self, levels: tuple[str, ...], fields: dict[str, object]) -> None:
        patient = changed(fields=fields, fusion=Fusion(levels))
        ends = np.array([end for bar in patient.hardware for end in (bar.start_mm, bar.end_mm)])
        assert patient.sac_distance_mm(ends).min() > 2.0
        assert patient.skin_distance_mm(ends).max() < -3.0

    def test_bars_do_not_overlap_so_that_their_paths_add(self) -> None:
        bars = changed(fusion=WHOLE_FUSION).hardware
        points = np.concatenate([cloud(0.5 * (bar.start_mm + bar.end_mm), 10.0, 400) for bar in bars])
        inside = sum((bar_distance(bar, points) < -0.05).astype(int) for bar in bars)
        assert (inside > 0).sum() > 2000
        assert (inside > 1).sum() < 0.03 * (inside > 0).sum()

    def test_fused_spaces_stay_still_and_the_others_move(self) -> None:
        straight, bent = changed(0.0, fusion=WHOLE_FUSION), changed(90.0, fusion=WHOLE_FUSION)
        for upper, lower in (("L4", "L5"), ("L5", "S1")):
            assert between_deg(straight, upper, lower) == pytest.approx(between_deg(bent, upper, lower))
        assert window_mm(bent, "L4-5") == pytest.approx(window_mm(straight, "L4-5"))
        assert window_mm(bent, "L3-4") > window_mm(straight, "L3-4") + 2.0
        assert between_deg(plain(0.0), "L4", "L5") > between_deg(plain(90.0), "L4", "L5") + 3.0

    def test_a_cage_is_plastic_in_the_disc_and_needs_no_screws(self) -> None:
        patient = changed(fusion=Fusion(cages=("L4-5",)))
        disc = patient.landmarks["disc.L4-5"]
        assert at(patient, disc, patient.landmarks["disc.L3-4"]) == [Tissue.PEEK, Tissue.DISC]
        assert patient.bone_distance_mm(disc[None])[0] < 0.0
        assert len(patient.hardware) == 3

    def test_above_the_fusion_nothing_changes(self) -> None:
        patient = changed(0.0, fusion=WHOLE_FUSION)
        assert same_tissue(patient, plain(0.0), cloud(plain(0.0).landmarks["L2.body"], 45.0))


class TestTumours:
    def test_a_lytic_one_takes_the_pedicle_and_leaves_the_other(self) -> None:
        patient = changed(metastases=(Metastasis("L2", "lytic", "pedicle_left", 18.0),))
        left, right = (plain().landmarks[f"L2.pedicle_{side}"] for side in ("left", "right"))
        assert at(patient, left, right) == [Tissue.LYTIC, Tissue.TRABECULAR]
        clear, solid = patient.bone_distance_mm(np.array([left, right]))
        assert clear > 3.0
        assert solid < -2.0
        points = cloud(left, 60.0, 20000)
        away = np.linalg.norm(points - left, axis=1) > 9.0 * 1.6 * 1.4
        assert same_tissue(patient, plain(), points[away])
        assert not same_tissue(patient, plain(), points)

    def test_a_sclerotic_one_is_dense_and_as_hard_as_bone(self) -> None:
        patient = changed(metastases=(Metastasis("L3", "sclerotic", "body", 24.0),))
        points = cloud(plain().landmarks["L3.body"], 30.0, 20000)
        dense = patient.tissue(points) == Tissue.SCLEROTIC
        assert 0.5 < dense.sum() / len(points) / (np.pi / 6.0 * 24.0**3 / 60.0**3) < 1.6
        assert (plain().tissue(points)[dense] == Tissue.TRABECULAR).all()
        assert np.array_equal(patient.bone_distance_mm(points), plain().bone_distance_mm(points))

    def test_the_wall_is_drawn_from_the_seed(self) -> None:
        tumour = Variation(metastases=(Metastasis("L3", "lytic", "body", 24.0),))
        found = [body(seed, variation=tumour).bones.alterations.solids[0] for seed in (1, 1, 2)]
        points = cloud(np.zeros(3), 12.0)
        first, again, other = (solid.distance(*points.T) for solid in found)
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


def height_mm(patient: Patient, level: str, share: float) -> float:
    """Measure a body along its axis, `share` of its depth in front of (-) or behind (+) its middle."""
    i = ref.LEVELS.index(level)
    v = patient.spine.shape(i)
    place = patient.spine.to_patient(i, (0.0, share * (v.wall if share > 0.0 else v.ventral_lower), 0.0))
    return span(patient, place, patient.spine.rotation[i][:, 2])


def widest_rim_mm(patient: Patient, level: str) -> float:
    """Measure how far a body reaches from side to side at its upper rim."""
    i = ref.LEVELS.index(level)
    turn, v = patient.spine.rotation[i], patient.spine.shape(i)
    place = np.arange(-36.0, 36.0, 0.1)
    found = []
    for up in np.arange(-4.0, 2.0, 0.5):
        centre = patient.spine.to_patient(i, (0.0, 0.0, 0.5 * v.height_ventral + up))
        solid = np.flatnonzero(patient.bone_distance_mm(centre + place[:, None] * turn[:, 0]) < 0.0)
        found.append(place[solid[-1]] - place[solid[0]] if solid.size else 0.0)
    return float(max(found))


class TestFractures:
    def test_a_wedge_is_lower_in_front_by_what_it_lost_and_not_behind(self) -> None:
        broken = changed(0.0, fractures=(Fracture("L1", "wedge", 0.4),))
        assert height_mm(broken, "L1", -0.75) / height_mm(plain(0.0), "L1", -0.75) == pytest.approx(0.65, abs=0.04)  # 0.60 on the rim
        assert height_mm(broken, "L1", 0.85) == pytest.approx(height_mm(plain(0.0), "L1", 0.85), abs=1.6)
        assert height_mm(broken, "L2", -0.75) == pytest.approx(height_mm(plain(0.0), "L2", -0.75), abs=0.2)

    def test_kyphosis_follows_a_wedge(self) -> None:
        broken = changed(0.0, fractures=(Fracture("L1", "wedge", 0.4),))
        v = plain().spine.shape(ref.LEVELS.index("L1"))
        turn = np.degrees(np.arctan2(0.4 * v.height_ventral, v.wall + v.ventral_upper))
        assert between_deg(plain(0.0), "T12", "L2") - between_deg(broken, "T12", "L2") == pytest.approx(turn, abs=1.5)
        assert np.array_equal(broken.spine.rotation[ref.LEVELS.index("L4")], plain(0.0).spine.rotation[ref.LEVELS.index("L4")])

    def test_a_biconcave_one_is_lower_in_its_middle_alone(self) -> None:
        broken = changed(0.0, fractures=(Fracture("L2", "biconcave", 0.4),))
        i = ref.LEVELS.index("L2")
        tall = {}
        for name, patient in (("whole", plain(0.0)), ("broken", broken)):
            path = patient.spine.centre_mm[i] + np.arange(-16.0, 16.0, 0.05)[:, None] * patient.spine.rotation[i][:, 2]
            tall[name] = 0.05 * float((patient.bone_distance_mm(path) < 0.0).sum())
        assert (tall["whole"] - tall["broken"]) / tall["whole"] == pytest.approx(0.4, abs=0.07)
        for share in (-0.8, 0.95):
            assert height_mm(broken, "L2", share) == pytest.approx(height_mm(plain(0.0), "L2", share), abs=1.2)
        assert same_tissue(broken, plain(0.0), cloud(plain(0.0).landmarks["L4.body"], 40.0))


class TestCurvesAndWear:
    def test_kyphosis_is_added_to_the_chest_and_answered_above_l3(self) -> None:
        bent = changed(0.0, kyphosis_deg=25.0)
        assert between_deg(plain(0.0), "T4", "T12") - between_deg(bent, "T4", "T12") == pytest.approx(25.0, abs=0.5)
        assert between_deg(bent, "T12", "L3") > between_deg(plain(0.0), "T12", "L3") + 10.0
        assert between_deg(bent, "L3", "S1") == pytest.approx(between_deg(plain(0.0), "L3", "S1"))

    def test_worn_rims_grow_beaks_forwards_and_sideways_and_none_into_the_canal(self) -> None:
        worn = changed(0.0, spondylosis=1.0)
        for level in ("L2", "L3", "L4"):
            i = ref.LEVELS.index(level)
            assert widest_rim_mm(worn, level) > widest_rim_mm(plain(0.0), level) + 2.0, level
            v = worn.spine.shape(i)
            canal = np.array([worn.spine.to_patient(i, (0.0, v.wall + 2.0, z)) for z in np.arange(-14.0, 14.0, 1.0)])
            assert (worn.bone_distance_mm(canal) > 0.0).all()

    def test_worn_discs_are_thin_and_worn_windows_low(self) -> None:
        worn = changed(0.0, spondylosis=1.0)
        assert window_mm(worn, "L3-4") / window_mm(plain(0.0), "L3-4") == pytest.approx(0.8, abs=0.01)
        ends = [np.linalg.norm(p.landmarks["L4.inferior_endplate"] - p.landmarks["L5.superior_endplate"]) for p in (plain(0.0), worn)]
        assert ends[1] / ends[0] == pytest.approx(0.63, abs=0.05)

    @pytest.mark.parametrize("space", ["L2-3", "L3-4", "L4-5"])
    def test_narrow_windows_are_as_low_as_asked(self, space: str) -> None:
        for hip_deg in (0.0, 90.0):
            ratio = window_mm(changed(hip_deg, window_factor=0.7), space) / window_mm(plain(hip_deg), space)
            assert ratio == pytest.approx(0.7, abs=0.02)


class TestCountingTraps:
    @pytest.mark.parametrize(
        ("rib12", "left", "right"), [("absent", 0, 0), ("absent-left", 0, 1), ("absent-right", 1, 0), ("present", 1, 1)]
    )
    def test_a_missing_rib_has_no_bone_and_no_landmark(self, rib12: str, left: int, right: int) -> None:
        marks, patient = plain().landmarks, changed(rib12=rib12)
        for side, there in (("left", left), ("right", right)):
            assert (f"rib12_{side}" in patient.landmarks) == bool(there)
            bone = patient.bone_distance_mm(marks[f"rib12_{side}"][None] + (0.0, 0.0, 0.5))[0]
            assert (bone < 4.0) == bool(there)
        assert same_tissue(patient, plain(), cloud(marks["L3.body"], 50.0))

    def test_a_sacralised_l5_is_one_with_the_wings_and_does_not_move(self) -> None:
        straight, bent = changed(0.0, transitional="sacralised-L5"), changed(90.0, transitional="sacralised-L5")
        assert between_deg(straight, "L5", "S1") == pytest.approx(between_deg(bent, "L5", "S1"))
        assert between_deg(straight, "L4", "L5") > between_deg(bent, "L4", "L5") + 2.0
        for side, sign in (("left", 1.0), ("right", -1.0)):
            start = straight.landmarks[f"L5.transverse_{side}"]
            start = 0.5 * (start + straight.landmarks[f"L5.pedicle_{side}"]) - 4.0 * Z
            end = straight.spine.from_sacrum(np.array([sign * 35.0, 12.0, -17.0]) * straight.spine.scale)
            path = np.linspace(start, end, 60)
            assert (straight.bone_distance_mm(path) < 0.0).all()
            assert (plain(0.0).bone_distance_mm(path) < 0.0).mean() < 0.8
        assert between_deg(straight, "T12", "S1") == pytest.approx(between_deg(plain(0.0), "T12", "S1"), abs=0.5)

    def test_a_lumbarised_s1_is_a_vertebra_with_disc_and_window_below_it(self) -> None:
        free = changed(transitional="lumbarised-S1")
        marks = free.landmarks
        assert at(free, marks["S1.body"], marks["S1.pedicle_left"], marks["disc.S1-2"]) == [
            Tissue.TRABECULAR,
            Tissue.TRABECULAR,
            Tissue.DISC,
        ]
        path = marks["sac.S1-2"] + np.arange(20.0, -3.0, -0.1)[:, None] * Y
        found = [label for label, _ in runs(free.tissue(path))]
        assert found.index(Tissue.FLAVUM) < found.index(Tissue.EPIDURAL) < found.index(Tissue.DURA)
        assert marks["S1.body"][2] > marks["S2.superior_endplate"][2] > marks["sac_end"][2]
        for side in ("left", "right"):
            assert free.bone_distance_mm(marks[f"S1.transverse_{side}"][None] - 16.0 * Z)[0] > 0.0

    def test_a_lumbarised_s1_changes_nothing_from_l5_up(self) -> None:
        free = changed(transitional="lumbarised-S1")
        for name, point in plain().landmarks.items():
            if name.split(".")[0] in ref.LEVELS:
                assert np.array_equal(free.landmarks[name], point), name
        assert np.allclose(free.landmarks["S1.superior_endplate"] - plain().landmarks["S1.superior_endplate"], 0.0, atol=1.0)
        assert free.landmarks["iliac_crest_left"][2] < plain().landmarks["iliac_crest_left"][2] - 20.0


def test_every_solid_lies_inside_the_sphere_that_is_said_to_hold_it() -> None:
    patient = changed(
        laminectomy=("L3",),
        fusion=Fusion(cages=("L4-5",)),
        transitional="sacralised-L5",
        metastases=(Metastasis("T10", "lytic", "body", 20.0), Metastasis("L1", "sclerotic", "pedicle_right", 16.0)),
    )
    solids = (*patient.bones.alterations.solids, *patient.bones.alterations.masses)
    assert len(solids) == 6
    for solid in solids:
        way = np.random.default_rng(3).standard_normal((4000, 3))
        on_sphere = solid.radius_mm * way / np.linalg.norm(way, axis=1)[:, None]
        assert solid.distance(*on_sphere.T).min() > 0.9
        assert solid.distance_mm(solid.centre_mm + 1.001 * on_sphere @ solid.rotation.T).min() >= 1.0


def test_everything_at_once_is_still_a_body() -> None:
    patient = changed(
        kyphosis_deg=15.0,
        spondylosis=0.8,
        window_factor=0.7,
        fractures=(Fracture("T11", "wedge", 0.5), Fracture("L2", "biconcave", 0.5)),
        laminectomy=("L4", "L5"),
        fusion=Fusion(("L3", "L4", "L5", "S1"), ("L4-5", "L5-S1")),
        transitional="lumbarised-S1",
        rib12="absent",
        metastases=(Metastasis("T10", "lytic", "body", 20.0), Metastasis("L1", "sclerotic", "pedicle_right", 16.0)),
    )
    for point in patient.landmarks.values():
        assert np.isfinite(point).all()
    points = cloud(patient.landmarks["L3.body"], 180.0)
    assert (patient.tissue(points) < len(Tissue)).all()
    assert np.isfinite(patient.bone_distance_mm(points)).all()


def drawn_variation(rng: np.random.Generator) -> Variation:
    """Return a variation with a little of everything, any size that a scenario may ask for."""
    levels = [str(level) for level in rng.permutation(ref.LEVELS)]
    first = int(rng.integers(0, 11))
    return Variation(
        kyphosis_deg=rng.uniform(0.0, 30.0),
        spondylosis=rng.uniform(0.0, 1.0),
        window_factor=rng.uniform(0.5, 1.0),
        fractures=(Fracture(levels[0], "wedge", rng.uniform(0.1, 0.7)), Fracture(levels[1], "biconcave", rng.uniform(0.1, 0.7))),
        laminectomy=tuple(levels[2:4]),
        fusion=Fusion((*ref.LEVELS, "S1")[first : first + 4], (ref.SPACES[int(rng.integers(len(ref.SPACES)))],)),
        transitional=rng.choice(["none", "sacralised-L5", "lumbarised-S1"]),
        rib12=rng.choice(["drawn", "present", "absent", "absent-left", "absent-right"]),
        metastases=(
            Metastasis(levels[4], "lytic", "body", rng.uniform(6.0, 40.0)),
            Metastasis(levels[5], "sclerotic", "pedicle_left", 20.0),
        ),
    )


@pytest.mark.parametrize("seed", range(8))
def test_any_variation_of_any_body_can_be_asked(seed: int) -> None:
    rng = np.random.default_rng(seed)
    height_cm = rng.uniform(130.0, 210.0)
    patient = body(
        seed,
        sex=("female", "male")[seed % 2],
        age_y=rng.uniform(18.0, 95.0),
        height_cm=height_cm,
        weight_kg=float(np.clip(rng.uniform(14.0, 50.0) * (height_cm / 100.0) ** 2, 35.0, 180.0)),
        lordosis_deg=rng.uniform(10.0, 85.0),
        scoliosis_deg=rng.uniform(-40.0, 40.0),
        rotation_deg=rng.uniform(-30.0, 30.0),
        hip_flexion_deg=rng.uniform(0.0, 110.0),
        variation=drawn_variation(rng),
    )
    assert all(np.isfinite(point).all() for point in patient.landmarks.values())
    points = cloud(patient.landmarks["L1.body"], 160.0, 1500)
    assert (patient.tissue(points) < len(Tissue)).all()
    assert np.isfinite(patient.bone_distance_mm(points)).all()
    ends = np.array([end for bar in patient.hardware for end in (bar.start_mm, bar.end_mm)])
    assert patient.sac_distance_mm(ends).min() > 1.0


@pytest.mark.parametrize(("height_cm", "weight_kg"), [(180.0, 45.4), (175.0, 153.0)])
def test_the_wasted_and_the_obese_have_every_layer_down_to_the_fluid(height_cm: float, weight_kg: float) -> None:
    patient = body(height_cm=height_cm, weight_kg=weight_kg)
    sac = patient.landmarks["sac.L3-4"]
    hit = patient.skin_hit_mm(sac + 300.0 * Y, -Y)
    assert hit is not None
    path = hit - np.arange(0.0, hit[1] - sac[1] + 3.0, 0.1)[:, None] * Y
    found = [label for label, _ in runs(patient.tissue(path))]
    order = [found.index(layer) for layer in (Tissue.SKIN, Tissue.FAT, Tissue.FLAVUM, Tissue.EPIDURAL, Tissue.DURA, Tissue.CSF)]
    assert order == sorted(order)
