"""Variations on pictures: each shows where its landmark is projected, and the rest of the picture is as it was."""

import numpy as np
import pytest
from contrast import distance_in_picture_mm
from numpy.typing import NDArray

from game.frames import Rigid
from game.imaging import CArm, Exposure, line_integrals, project_patient, readable_landmarks, settled, view_quality
from game.imaging.grids import build_grids, grids_of
from game.imaging.hardware import hardware_path
from game.patient import Patient, PatientSpec, build_patient
from game.patient import reference as ref
from game.patient.attenuation import mu_per_mm
from game.patient.cache import FOLDER_VARIABLE
from game.patient.spec import Fracture, Fusion, Metastasis, Variation
from game.patient.variation.hardware import Bar

SIZE = 256
X, Y, Z = np.eye(3)
# What moves no bone of the others stands in one body, so that it can be laid over the plain one.
STILL = Variation(
    fractures=(Fracture("L2", "biconcave", 0.4),),
    laminectomy=("L3",),
    fusion=Fusion(("L4", "L5"), ("L4-5",)),
    rib12="absent-left",
    metastases=(Metastasis("L1", "lytic", "pedicle_left", 20.0), Metastasis("T11", "sclerotic", "body", 24.0)),
)
MOVING = Variation(spondylosis=1.0, transitional="sacralised-L5", fractures=(Fracture("L1", "wedge", 0.4),))
Points = NDArray[np.float64]
Picture = NDArray[np.float32]


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("patients")))
        yield


def made(variation: Variation) -> Patient:
    return build_patient(PatientSpec(hip_flexion_deg=0.0, variation=variation), 7)


@pytest.fixture(scope="module")
def plain() -> Patient:
    return made(Variation())


@pytest.fixture(scope="module")
def still() -> Patient:
    return made(STILL)


@pytest.fixture(scope="module")
def moving() -> Patient:
    return made(MOVING)


def shot(patient: Patient, orbit_deg: float, z_mm: float) -> tuple[CArm, Picture]:
    carm = CArm(orbit_deg, 0.0, (0.0, 20.0, z_mm))
    return carm, project_patient(patient, carm.geometry(SIZE, SIZE))


def mean(carm: CArm, picture: Picture, points: Points, reach_mm: float) -> float:
    return float(picture[distance_in_picture_mm(carm, np.atleast_2d(points), SIZE) <= reach_mm].mean())


@pytest.mark.parametrize(
    ("name", "orbit_deg", "z_mm", "least", "most"),
    [
        ("L3.spinous_tip", 0.0, 0.0, -2.0, -0.15),  # laminectomy
        ("L1.pedicle_left", 0.0, 70.0, -2.0, -0.10),  # winking owl
        ("rib12_left", 0.0, 60.0, -2.0, -0.06),
        ("T11.body", 0.0, 120.0, 0.10, 1.0),  # sclerotic
        ("T11.body", 90.0, 120.0, 0.10, 1.0),
        ("L4.pedicle_left", 0.0, -40.0, 1.0, 9.0),  # screw seen along its axis
        ("L4.pedicle_right", 90.0, -40.0, 0.8, 9.0),  # both screws from the side
        ("L2.superior_endplate", 0.0, 40.0, -1.5, -0.05),  # fish vertebra
    ],
)
def test_what_changed_shows_at_its_place(
    plain: Patient, still: Patient, name: str, orbit_deg: float, z_mm: float, least: float, most: float
) -> None:
    carm, before = shot(plain, orbit_deg, z_mm)
    _, after = shot(still, orbit_deg, z_mm)
    assert least < mean(carm, after - before, plain.landmarks[name], 1.5) < most


@pytest.mark.parametrize("name", ["L1.pedicle_right", "L2.pedicle_left", "L3.pedicle_right", "L2.transverse_left", "T12.body"])
def test_what_did_not_change_looks_as_before(plain: Patient, still: Patient, name: str) -> None:
    carm, before = shot(plain, 0.0, float(plain.landmarks[name][2]))
    _, after = shot(still, 0.0, float(plain.landmarks[name][2]))
    assert abs(mean(carm, after - before, plain.landmarks[name], 3.0)) < 0.02


@pytest.mark.parametrize(("orbit_deg", "tilt_deg"), [(0.0, 0.0), (-90.0, 6.0), (37.0, -14.0)])
def test_projection_with_metal_is_within_a_percent_of_the_dense_volume(still: Patient, orbit_deg: float, tilt_deg: float) -> None:
    geometry = CArm(orbit_deg, tilt_deg, (5.0, 15.0, -30.0)).geometry(SIZE, SIZE)
    image = project_patient(still, geometry)
    dense = line_integrals(still.volume, still.spacing_mm, still.origin_mm, geometry)
    assert np.sqrt(((image - dense) ** 2).mean()) <= 0.01 * dense.max()
    assert image.mean() == pytest.approx(dense.mean(), rel=0.005)


def test_a_rod_s_path_is_its_thickness_and_ends_at_its_edge() -> None:
    rod = Bar(np.array([-60.0, 20.0, 0.0]), np.array([60.0, 20.0, 0.0]), 2.75)
    carm = CArm(0.0, 0.0, (0.0, 20.0, 0.0))
    geometry = carm.geometry(1024, 1024)
    path = hardware_path((rod,), geometry)
    assert path.max() == pytest.approx(5.5, rel=0.01)
    above = distance_in_picture_mm(carm, np.array([[0.0, 20.0, z] for z in np.arange(2.75 + 0.4, 12.0, 0.1)]), 1024) < 0.15
    within = distance_in_picture_mm(carm, np.array([[0.0, 20.0, 2.75 - 0.4]]), 1024) < 0.15
    assert path[above].max() == 0.0
    assert path[within].min() > 1.0


@pytest.mark.parametrize("energy_kev", [46.0, 60.0])
def test_metal_adds_its_attenuation_less_what_it_displaces(still: Patient, energy_kev: float) -> None:
    geometry = CArm(0.0, 0.0, (0.0, 20.0, -40.0)).geometry(SIZE, SIZE)
    grids = build_grids(still)
    with_metal = grids.basis_images(geometry).attenuation(energy_kev)
    grids.metal = ((), (0.0, 0.0))
    gain = with_metal - grids.basis_images(geometry).attenuation(energy_kev)
    metal = hardware_path(still.hardware, geometry)
    deep = metal > 4.0
    assert deep.sum() > 300
    beyond = mu_per_mm("titanium", energy_kev) - mu_per_mm("muscle", energy_kev)
    assert np.allclose(gain[deep], beyond * metal[deep], rtol=0.01)


def test_a_wedge_leaves_disc_where_the_front_of_the_body_was(plain: Patient, moving: Patient) -> None:
    below_corner = []
    for patient in (plain, moving):
        level = ref.LEVELS.index("L1")
        v = patient.spine.shape(level)
        carm, picture = shot(patient, 90.0, float(patient.landmarks["L1.body"][2]))
        corner, middle = (patient.spine.to_patient(level, (0.0, -0.75 * v.ventral_upper, z)) for z in (11.7, 0.0))
        below_corner.append(mean(carm, picture, corner, 1.0) - mean(carm, picture, middle, 1.0))
    assert below_corner[1] < below_corner[0] - 0.03


@pytest.mark.parametrize(("side", "sign"), [("left", 1.0), ("right", -1.0)])
def test_a_sacralised_l5_has_bone_between_its_process_and_the_wing(plain: Patient, moving: Patient, side: str, sign: float) -> None:
    gaps_mm = []
    for patient in (plain, moving):
        carm = CArm(0.0, 0.0, (0.0, 20.0, float(patient.landmarks["L5.body"][2])))
        picture = grids_of(patient).basis_images(carm.geometry(SIZE, SIZE)).bone  # gas of the bowel lies over the wing in the whole picture
        ala = patient.spine.from_sacrum(np.array([sign * 35.0, 12.0, 0.0]))
        middle = 0.5 * (patient.landmarks[f"L5.transverse_{side}"] + ala) - 6.0 * sign * X
        gaps_mm.append(mean(carm, picture, middle, 2.0))
    assert gaps_mm[1] > gaps_mm[0] + 2.0


def test_beaks_stand_out_beside_the_discs(plain: Patient, moving: Patient) -> None:
    found = []
    for patient in (plain, moving):
        level = ref.LEVELS.index("L3")
        v = patient.spine.shape(level)
        carm, picture = shot(patient, 0.0, 0.0)
        beside = patient.spine.to_patient(level, (v.half_width_lower + 2.0, 0.0, -0.5 * v.height_ventral + 1.0))
        found.append(mean(carm, picture, beside, 1.0) - mean(carm, picture, beside + 14.0 * X, 2.0))
    assert found[1] > found[0] + 0.03


def test_eyes_read_no_pedicle_that_a_tumour_ate_and_no_process_that_was_taken(plain: Patient, still: Patient) -> None:
    names = []
    for patient in (plain, still):
        found: set[str] = set()
        for z_mm in (70.0, 0.0):
            carm = CArm(0.0, 0.0, (0.0, 20.0, z_mm))
            exposure = Exposure(0, carm, Rigid(), settled(carm, patient, Rigid(), "normal"))
            found |= {mark.name for mark in readable_landmarks(exposure, patient)}
        names.append(found)
    gone = {"L1.pedicle_left", "L3.spinous_tip"}
    assert gone <= names[0]
    assert not gone & names[1]
    assert {"L1.pedicle_right", "L3.pedicle_left", "L3.pedicle_right", "L2.spinous_tip"} <= names[1]


def test_a_view_of_a_vertebra_without_its_process_is_judged_by_where_it_would_stand(plain: Patient, still: Patient) -> None:
    carm = CArm(8.0, 0.0, (0.0, 20.0, 0.0))
    turns = [view_quality(Exposure(0, carm, Rigid(), settled(carm, body, Rigid(), "low")), body, "L3") for body in (plain, still)]
    assert turns[0].rotation_deg == turns[1].rotation_deg
    assert turns[1].rotation_mm == pytest.approx(turns[0].rotation_mm, abs=4.0)
