"""The pictures of a real body: everything a surgeon needs stands out at its true place."""

import dataclasses
import itertools

import numpy as np
import pytest
from contrast import contrast_to_noise, distance_in_picture_mm
from numpy.typing import NDArray

from game.frames import Rigid, Side
from game.imaging import (
    CArm,
    Exposure,
    Renderer,
    line_integrals,
    oblique_quality,
    project_patient,
    readable_landmarks,
    settled,
    view_quality,
)
from game.imaging.technique import technique_at
from game.patient import Patient, PatientSpec, build_patient
from game.patient import reference as ref
from game.patient.cache import FOLDER_VARIABLE

SIZE = 384
LEAST = 3.0
LEVELS = ("L2", "L3", "L4")
X, Y, Z = np.eye(3)
PLATE_IN_MM = (0.6, 1.0, 1.4)  # the middle of an endplate is hollow: its line lies so far inside the rim
Points = NDArray[np.float64]


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Patient:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("patients")))
        body = build_patient(PatientSpec(), 7)
        assert body.labels.size
    return body


@dataclasses.dataclass
class Shot:
    """A squared view and its noisy signal."""

    carm: CArm
    signal: NDArray[np.float32]

    def near(self, points_mm: Points, low_mm: float, high_mm: float) -> NDArray[np.bool_]:
        away = distance_in_picture_mm(self.carm, np.atleast_2d(points_mm), SIZE)
        return np.asarray((away >= low_mm) & (away <= high_mm))

    def ratio(self, inside: NDArray[np.bool_], outside: NDArray[np.bool_]) -> float:
        return contrast_to_noise(self.signal, self.carm, inside, outside)


def shoot(patient: Patient, orbit_deg: float, isocentre_mm: tuple[float, float, float], level: str) -> Shot:
    carm = CArm(orbit_deg, 0.0, isocentre_mm)
    for _ in range(2):
        exposure = Exposure(0, carm, Rigid(), settled(carm, patient, Rigid(), "normal"), noise_seed=4)
        carm = dataclasses.replace(carm, tilt_deg=carm.tilt_deg - view_quality(exposure, patient, level).tilt_deg)
    exposure = Exposure(0, carm, Rigid(), settled(carm, patient, Rigid(), "normal"), noise_seed=4)
    return Shot(carm, Renderer(patient, SIZE).signal(exposure))


@pytest.fixture(scope="module")
def ap(patient: Patient) -> Shot:
    return shoot(patient, 0.0, (0.0, 20.0, 0.0), "L3")


@pytest.fixture(scope="module")
def high_ap(patient: Patient) -> Shot:
    return shoot(patient, 0.0, (0.0, 20.0, 70.0), "L1")


@pytest.fixture(scope="module")
def lateral(patient: Patient) -> Shot:
    return shoot(patient, -90.0, (0.0, 25.0, 0.0), "L3")


def line(start: Points, end: Points) -> Points:
    return np.asarray(start + np.linspace(0.0, 1.0, 13)[:, None] * (end - start))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("side", "inwards"), [("left", -1.0), ("right", 1.0)])
def test_ap_shows_the_rings_of_the_pedicles(patient: Patient, ap: Shot, level: str, side: str, inwards: float) -> None:
    # Pedicles converge forwards and are waisted, so the ring shows up to 3 mm nearer the midline than their centre, and narrower.
    centre = patient.landmarks[f"{level}.pedicle_{side}"]
    turn = np.linspace(0.0, 2.0 * np.pi, 33)[:, None]
    half_height_mm = 0.45 * ref.PEDICLE_HEIGHT_MM[ref.LEVELS.index(level)]
    ratios = []
    for shift_mm, half_width_mm in itertools.product((0.0, 1.0, 2.0, 3.0), (2.5, 3.0, 3.5)):
        middle = centre + inwards * shift_mm * X
        ring = middle + half_width_mm * np.cos(turn) * X + half_height_mm * np.sin(turn) * Z
        ratios.append(ap.ratio(ap.near(ring, 0.0, 0.7), ap.near(line(middle - 3.0 * Z, middle + 3.0 * Z), 0.0, 0.8)))
    assert max(ratios) > LEAST


@pytest.mark.parametrize("level", LEVELS)
def test_ap_shows_the_spinous_processes(patient: Patient, ap: Shot, level: str) -> None:
    tip = patient.landmarks[f"{level}.spinous_tip"]
    shadow = line(tip - 4.0 * Z, tip + 6.0 * Z)
    assert ap.ratio(ap.near(shadow, 0.0, 3.0), ap.near(shadow, 6.0, 10.0)) > LEAST


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("plate", "inwards"), [("superior", -1.0), ("inferior", 1.0)])
def test_ap_shows_the_endplates(patient: Patient, ap: Shot, level: str, plate: str, inwards: float) -> None:
    centre = patient.landmarks[f"{level}.{plate}_endplate"]
    for side in (1.0, -1.0):
        ratios = []
        for inside_mm in PLATE_IN_MM:
            edge = line(centre + side * 6.0 * X, centre + side * 13.0 * X) + inwards * inside_mm * Z
            both_sides = ap.near(edge - 3.5 * Z, 0.0, 1.2) | ap.near(edge + 3.5 * Z, 0.0, 1.2)  # gas that fades across it cancels
            ratios.append(ap.ratio(ap.near(edge, 0.0, 0.8), both_sides))
        assert max(ratios) > LEAST


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("side", "out"), [("left", 1.0), ("right", -1.0)])
def test_ap_shows_facets_and_transverse_processes(patient: Patient, ap: Shot, level: str, side: str, out: float) -> None:
    facet = patient.landmarks[f"{level}.facet_{side}"]
    assert ap.ratio(ap.near(facet, 0.0, 3.0), ap.near(facet + out * 11.0 * X, 0.0, 2.5)) > LEAST
    root, tip = patient.landmarks[f"{level}.pedicle_{side}"], patient.landmarks[f"{level}.transverse_{side}"]
    bar = line(root + 0.6 * (tip - root), root + 0.9 * (tip - root))
    edges = (bar + 8.5 * Z, bar - 8.5 * Z)
    assert max(ap.ratio(ap.near(bar, 0.0, 2.0), ap.near(edge, 0.0, 1.5)) for edge in edges) > LEAST


@pytest.mark.parametrize("side", ["left", "right"])
def test_ap_shows_the_twelfth_rib_and_the_iliac_crest(patient: Patient, ap: Shot, high_ap: Shot, side: str) -> None:
    tip = patient.landmarks[f"rib12_{side}"]
    assert high_ap.ratio(high_ap.near(tip, 0.0, 1.8), high_ap.near(tip - 9.0 * Z, 0.0, 3.0)) > LEAST
    crest = patient.landmarks[f"iliac_crest_{side}"]
    assert ap.ratio(ap.near(crest - 4.0 * Z, 0.0, 2.5), ap.near(crest + 5.0 * Z, 0.0, 2.5)) > LEAST


@pytest.mark.parametrize("level", ["L2", "L3"])
def test_lateral_shows_posterior_wall_foramen_and_spinous_process(patient: Patient, lateral: Shot, level: str) -> None:
    wall = patient.landmarks[f"{level}.posterior_wall"] - 0.6 * Y
    edge = line(wall - 7.0 * Z, wall - 1.0 * Z)
    assert lateral.ratio(lateral.near(edge, 0.0, 0.9), lateral.near(edge + 4.0 * Y, 0.0, 1.5)) > LEAST
    pedicle, foramen = (
        0.5 * (patient.landmarks[f"{level}.{name}_left"] + patient.landmarks[f"{level}.{name}_right"]) for name in ("pedicle", "foramen")
    )
    opening = line(foramen - 3.0 * Z, foramen - 7.0 * Z)  # below the pedicle's lower edge
    frame = lateral.near(pedicle, 0.0, 3.0) | lateral.near(edge - 6.0 * Z, 0.0, 0.9)
    assert lateral.ratio(frame, lateral.near(opening, 0.0, 1.5)) > LEAST
    above = f"L{int(level[1]) - 1}"
    middle, next_up = (
        0.5 * (patient.landmarks[f"{name}.spinous_base"] + patient.landmarks[f"{name}.spinous_tip"]) for name in (level, above)
    )
    assert lateral.ratio(lateral.near(middle, 0.0, 4.0), lateral.near(0.5 * (middle + next_up), 0.0, 2.5)) > LEAST


def test_projection_is_within_a_percent_of_the_dense_volume_from_anywhere(patient: Patient) -> None:
    rng = np.random.default_rng(11)
    volume = patient.volume
    for _ in range(6):
        isocentre_mm = (5.0, 15.0, float(rng.uniform(-130.0, 230.0)))
        geometry = CArm(float(rng.uniform(-100, 100)), float(rng.uniform(-25, 25)), isocentre_mm).geometry(160, 160)
        image = project_patient(patient, geometry)
        dense = line_integrals(volume, patient.spacing_mm, patient.origin_mm, geometry)
        assert np.sqrt(((image - dense) ** 2).mean()) <= 0.008 * dense.max()
        assert image.mean() == pytest.approx(dense.mean(), rel=0.005)


def test_eyes_read_what_the_picture_shows(patient: Patient) -> None:
    def read(orbit_deg: float, across_mm: float) -> set[str]:
        carm = CArm(orbit_deg, 0.0, (across_mm, 22.0, 0.0))
        exposure = Exposure(0, carm, Rigid(), settled(carm, patient, Rigid(), "low"))
        return {mark.name for mark in readable_landmarks(exposure, patient)}

    front, side = read(0.0, 0.0), read(-90.0, 0.0)
    for name in ("pedicle_left", "pedicle_right", "spinous_tip", "superior_endplate", "facet_left", "transverse_right"):
        assert f"L3.{name}" in front
    assert "iliac_crest_left" in read(0.0, 30.0)
    assert "iliac_crest_right" in read(0.0, -30.0)
    for name in ("posterior_wall", "foramen", "spinous_tip", "spinous_base", "inferior_endplate", "skin"):
        assert f"L3.{name}" in side


def test_where_there_is_no_bone_nothing_stands_out(ap: Shot) -> None:
    empty = np.array([-58.0, 30.0, 6.0])  # beside the bowel of this body
    assert abs(ap.ratio(ap.near(empty, 0.0, 2.5), ap.near(empty, 5.0, 8.0))) < LEAST
    assert abs(ap.ratio(ap.near(line(empty, empty + 12.0 * Z), 0.0, 0.8), ap.near(line(empty, empty + 12.0 * Z), 2.0, 5.0))) < LEAST


@pytest.mark.parametrize("level", ["L2", "L3", "L4", "L5"])
@pytest.mark.parametrize(("side", "outwards"), [("left", 1.0), ("right", -1.0)])
def test_a_lamina_runs_at_43_degrees_from_the_spinous_root_to_the_pars_inside_the_bone(
    patient: Patient, level: str, side: str, outwards: float
) -> None:
    root, pars, surface = (patient.landmarks[f"{level}.{name}"] for name in ("spinous_base", f"pars_{side}", f"lamina_{side}"))
    up = patient.landmarks[f"{level}.superior_endplate"] - patient.landmarks[f"{level}.inferior_endplate"]
    left = patient.landmarks[f"{level}.pedicle_left"] - patient.landmarks[f"{level}.pedicle_right"]
    back = np.cross(up, left)
    aside, forwards = outwards * (pars - root) @ left / np.linalg.norm(left), -(pars - root) @ back / np.linalg.norm(back)
    assert np.degrees(np.arctan2(forwards, aside)) == pytest.approx(43.0, abs=4.0)
    assert np.linalg.norm(surface - pars) == pytest.approx(6.0, abs=1.0)
    assert patient.bone_distance_mm(root + np.linspace(0.0, 1.0, 20)[:, None] * (pars - root)).max() < -1.0


@pytest.mark.parametrize("window", ["L2-3", "L3-4", "L4-5"])
@pytest.mark.parametrize(("needle_side", "towards"), [("right", 1.0), ("left", -1.0)])
def test_an_ap_is_47_degrees_short_of_a_contralateral_oblique(patient: Patient, window: str, needle_side: Side, towards: float) -> None:
    for orbit_deg, past_deg in ((0.0, -47.0), (47.0 * towards, 0.0)):
        exposure = Exposure(0, CArm(orbit_deg), Rigid(), technique_at(200.0, 200.0, "low"))
        assert oblique_quality(exposure, patient, window, needle_side).angle_deg == pytest.approx(past_deg, abs=5.0)
