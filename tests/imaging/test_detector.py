import copy
import dataclasses

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from phantoms import EllipseBody

from game.frames import Rigid, rigid_about_z
from game.imaging import CArm, Exposure, Renderer, Tube, project_patient, render, settled
from game.imaging.detector import grain, scatter_ratio
from game.imaging.technique import technique_at
from game.patient.tissue import Tissue

NEEDLE = Tube(((30.0, 105.0, -60.0), (4.0, 30.0, -19.0)), 0.9, "steel", bore_mm=0.7)


@pytest.fixture(scope="module")
def body() -> EllipseBody:
    return EllipseBody()


def exposure_of(body: EllipseBody, carm: CArm | None = None, mode: str = "normal", seed: int = 1) -> Exposure:
    carm = carm or CArm()
    return Exposure(0, carm, Rigid(), settled(carm, body, Rigid(), mode), noise_seed=seed)


def flat_patch(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    return signal[100:156, 60:90]


def test_a_picture_is_grey_round_and_black_outside(body: EllipseBody) -> None:
    picture = render(exposure_of(body), body, 256)
    assert picture.shape == (256, 256)
    assert picture.dtype == np.uint8
    assert picture[0, 0] == picture[0, 255] == picture[255, 0] == picture[255, 255] == 0
    assert picture[128, 60] > 60


def test_the_same_recipe_gives_the_same_picture_whatever_came_before(body: EllipseBody) -> None:
    exposure = dataclasses.replace(exposure_of(body), tubes=(NEEDLE,))
    renderer = Renderer(body, 256)
    renderer.render(exposure_of(body, CArm(-90.0)))
    renderer.render(dataclasses.replace(exposure, tubes=(), noise_seed=9))
    np.testing.assert_array_equal(renderer.render(exposure), render(exposure, body, 256))


def test_one_and_two_threads_give_the_same_picture(body: EllipseBody) -> None:
    exposure = dataclasses.replace(exposure_of(body, CArm(-40.0, 6.0)), tubes=(NEEDLE,))
    before = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        one = render(exposure, body, 200)
        cv2.setNumThreads(2)
        two = render(exposure, body, 200)
    finally:
        cv2.setNumThreads(before)
    np.testing.assert_array_equal(one, two)


def test_another_noise_seed_gives_other_grain(body: EllipseBody) -> None:
    one, two = (render(exposure_of(body, seed=seed), body, 128) for seed in (1, 2))
    assert (one != two).mean() > 0.3


def test_noise_variance_is_inverse_to_dose(body: EllipseBody) -> None:
    exposure = exposure_of(body)
    renderer = Renderer(body, 256)

    def variance(kd_ngy: float) -> float:
        technique = dataclasses.replace(exposure.technique, kd_ngy=kd_ngy)
        pulses = [dataclasses.replace(exposure, technique=technique, noise_seed=seed) for seed in (1, 2)]
        first, second = (flat_patch(renderer.signal(pulse)) for pulse in pulses)
        return float(np.var(first - second)) / 2.0

    assert variance(40.0) / variance(160.0) == pytest.approx(4.0, rel=0.12)
    assert variance(20.0) / variance(40.0) == pytest.approx(2.0, rel=0.12)


def test_grain_has_unit_spread_and_no_mean() -> None:
    field = grain(77, 512)
    assert field.std() == pytest.approx(1.0, abs=0.01)
    assert field.mean() == pytest.approx(0.0, abs=0.01)
    assert abs(np.corrcoef(field.ravel(), grain(78, 512).ravel())[0, 1]) < 0.02


@pytest.mark.parametrize("energy_kev", [46.0, 60.0])
def test_more_tissue_never_brightens(body: EllipseBody, energy_kev: float) -> None:
    stout = copy.copy(body)
    stout.labels = body.labels.copy()
    stout.labels[20:60, 30:50, 60:140] = np.maximum(stout.labels[20:60, 30:50, 60:140], Tissue.FAT)
    stout.labels[:, :14] = Tissue.FAT
    geometry = CArm(10.0, 5.0).geometry(96, 96)
    lean, more = (project_patient(one, geometry, energy_kev) for one in (body, stout))
    assert (more >= lean - 1e-4).all()
    assert more.mean() > lean.mean() + 0.1


def test_metal_is_darker_than_its_surroundings_and_bone_than_muscle(body: EllipseBody) -> None:
    exposure = exposure_of(body)
    plain, needle = render(exposure, body, 256).astype(int), render(dataclasses.replace(exposure, tubes=(NEEDLE,)), body, 256).astype(int)
    u, v = exposure.carm.picture(np.array([17.0, 67.5, -39.5]))
    row, column = round((1 - v) * 128 - 0.5), round((u + 1) * 128 - 0.5)
    assert needle[row, column] < plain[row, column] - 40
    assert plain[128, 128] < plain[128, 70] - 30


def test_contrast_medium_shows_like_the_dense_fluid_it_is(body: EllipseBody) -> None:
    exposure = exposure_of(body)
    column = Tube(((40.0, 0.0, -20.0), (40.0, 0.0, 20.0)), 2.0, "iohexol180")
    filled = render(dataclasses.replace(exposure, contrast=(column,)), body, 256).astype(int)
    plain = render(exposure, body, 256).astype(int)
    assert (filled - plain)[110:146, 170:176].mean() < -15


def test_a_picture_before_the_brightness_settles_is_darker(body: EllipseBody) -> None:
    exposure = exposure_of(body)
    thickness_mm = exposure.technique.thickness_mm
    dim = dataclasses.replace(exposure, technique=technique_at(thickness_mm, thickness_mm - 60.0, "normal"))
    assert render(dim, body, 128)[64, 20:60].mean() < render(exposure, body, 128)[64, 20:60].mean() - 15


def test_a_turned_patient_and_a_turned_arm_show_the_same(body: EllipseBody) -> None:
    turned = rigid_about_z(20.0)
    carm = CArm(20.0)
    straight = exposure_of(body)
    other = dataclasses.replace(straight, carm=carm, pose=turned)
    one, two = (Renderer(body, 128).signal(exposure) for exposure in (straight, other))
    np.testing.assert_allclose(one, two, rtol=0.02)


def test_scatter_grows_with_the_patient_and_the_field() -> None:
    thin, thick = technique_at(180.0, 180.0, "low"), technique_at(320.0, 320.0, "low")
    assert scatter_ratio(CArm(), thin) < scatter_ratio(CArm(), thick)
    assert scatter_ratio(CArm(field_mm=120.0), thin) < scatter_ratio(CArm(), thin)
