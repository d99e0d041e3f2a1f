import copy
import dataclasses
import math

import cv2
import numpy as np
import pytest
from contrast import contrast_to_noise, distance_in_picture_mm
from numpy.typing import NDArray
from phantoms import EllipseBody

from game.frames import Rigid, rigid_about_z
from game.imaging import Blades, CArm, Exposure, Renderer, Tube, project_patient, render, settled
from game.imaging.detector import anatomy_of, grain, opening, scatter_ratio, settling
from game.imaging.landmarks import LEAST_CNR
from game.imaging.technique import technique_at
from game.patient.attenuation import mu_per_mm
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
    renderer.render(dataclasses.replace(exposure, carm=CArm(blades=BLADES)))
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


def with_kd(exposure: Exposure, kd_ngy: float, seed: int = 1) -> Exposure:
    technique = dataclasses.replace(exposure.technique, kd_ngy=kd_ngy, asked_ngy=kd_ngy)
    return dataclasses.replace(exposure, technique=technique, noise_seed=seed)


def noise_variance(renderer: Renderer, exposure: Exposure) -> float:
    """Return the variance of the log signal where it is flat, from the difference of two pulses."""
    first, second = (flat_patch(-np.log(renderer.signal(dataclasses.replace(exposure, noise_seed=seed)))) for seed in (1, 2))
    return float(np.var(first - second)) / 2.0


@pytest.mark.parametrize("field_mm", [230.0, 115.0])
def test_noise_variance_follows_the_dose_with_a_slope_of_minus_one(body: EllipseBody, field_mm: float) -> None:
    exposure, renderer = exposure_of(body, CArm(field_mm=field_mm)), Renderer(body, 256)
    doses = (5.0, 10.0, 20.0, 40.0, 80.0, 250.0)
    variances = [noise_variance(renderer, with_kd(exposure, kd_ngy)) for kd_ngy in doses]
    slope = float(np.polyfit(np.log(doses), np.log(variances), 1)[0])
    assert slope == pytest.approx(-1.0, abs=0.05)


def test_noise_is_that_of_the_detected_photons_scatter_included(body: EllipseBody) -> None:
    exposure, renderer = exposure_of(body), Renderer(body, 256)
    per_mm2 = 31.0 * exposure.technique.kd_ngy * 0.7  # where primary and scatter together are those of the measuring field
    cell = 8
    first, second = (renderer.signal(dataclasses.replace(exposure, noise_seed=seed)) for seed in (1, 2))
    middle = np.s_[64:192, 64:192]
    level = first[middle].mean() / np.mean(first[middle]) * first / first[middle].mean()
    change = ((first - second) / np.sqrt(level))[middle] / first[middle].mean()
    means = change.reshape(128 // cell, cell, 128 // cell, cell).mean(axis=(1, 3))
    area_mm2 = (cell * exposure.carm.field_mm * exposure.carm.magnification / 256) ** 2
    assert means.var() / 2.0 == pytest.approx(1.0 / (per_mm2 * area_mm2), rel=0.2)


def test_grain_is_white_over_many_pixels_and_soft_between_neighbours() -> None:
    field = grain(77, 512, 0.5)
    blocks = field.reshape(64, 8, 64, 8).mean(axis=(1, 3))
    assert blocks.std() * 8.0 == pytest.approx(1.0, abs=0.06)
    assert field.mean() == pytest.approx(0.0, abs=0.01)
    assert np.corrcoef(field[:, 1:].ravel(), field[:, :-1].ravel())[0, 1] > 0.2
    assert abs(np.corrcoef(field.ravel(), grain(78, 512, 0.5).ravel())[0, 1]) < 0.02


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


@pytest.mark.parametrize("orbit_deg", [0.0, -90.0])
def test_scatter_dilutes_contrast(body: EllipseBody, orbit_deg: float) -> None:
    exposure = with_kd(exposure_of(body, CArm(orbit_deg)), 1e7)
    bar = Tube(((0.0, 0.0, -30.0), (0.0, 0.0, 30.0)), 4.0, "silicone_barium")
    lost_mm = 8.0 * (mu_per_mm("silicone_barium", exposure.technique.energy_kev) - mu_per_mm("soft", exposure.technique.energy_kev))
    renderer = Renderer(body, 256)
    plain, shown = (renderer.signal(dataclasses.replace(exposure, tubes=tubes))[128, 128] for tubes in ((), (bar,)))
    anatomy = renderer._anatomy_for(exposure)
    primary = math.exp(-float(anatomy.attenuation[128, 128]))
    diluted = 1.0 + float(anatomy.scatter[128, 128]) / primary
    assert anatomy.scatter[128, 128] == pytest.approx(scatter_ratio(exposure.carm, exposure.technique), rel=0.3)
    assert 1.0 - shown / plain == pytest.approx((1.0 - math.exp(-lost_mm)) / diluted, rel=0.03)


def test_a_needle_is_easy_and_a_catheter_at_the_threshold_in_an_obese_lateral() -> None:
    wide, carm = EllipseBody(half_width_mm=190.0, half_depth_mm=150.0, spacing_mm=4.0), CArm(-90.0)
    exposure = exposure_of(wide, carm, "low")
    line = ((0.0, -28.0, -30.0), (0.0, -28.0, 30.0))
    needle = (Tube(line, 0.915, "steel", bore_mm=0.725),)
    catheter = (Tube(line, 0.6, "polyurethane_barium", bore_mm=0.265),)
    away = distance_in_picture_mm(carm, np.array(line), 384)
    renderer = Renderer(wide, 384)

    def clearness(tubes: tuple[Tube, ...], earlier: int) -> float:
        """Return contrast over the noise of a millimetre, mean of presses of the pedal."""
        ratios = []
        for seed in range(0, 80, 20):
            pulses = [dataclasses.replace(exposure, tubes=tubes, noise_seed=seed + number) for number in range(earlier + 1)]
            signal = renderer.signal(pulses[-1], pulses[:-1])
            ratios.append(contrast_to_noise(signal, carm, away < 0.3, (away > 2.0) & (away < 6.0)))
        return float(np.mean(ratios))

    assert clearness(needle, 0) > 1.5 * LEAST_CNR
    assert 0.3 * LEAST_CNR < clearness(catheter, 0) < 0.7 * LEAST_CNR
    assert LEAST_CNR < clearness(catheter, 10) < 2.0 * LEAST_CNR
    assert clearness(catheter, 0) / clearness(needle, 0) == pytest.approx(0.25, abs=0.06)


def test_metal_is_black_and_wears_no_halo(body: EllipseBody) -> None:
    exposure = exposure_of(body, mode="spot")
    bar = Tube(((-90.0, 0.0, -20.0), (-45.0, 0.0, -20.0)), 0.9, "steel")
    plain, shown = (render(dataclasses.replace(exposure, tubes=tubes), body, 512).astype(int) for tubes in ((), (bar,)))
    profile = shown[275:326, 76:136].mean(axis=1)
    assert profile.min() < 30.0
    assert (profile - plain[275:326, 76:136].mean(axis=1)).max() < 14.0


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


def shadow_width_mm(body: EllipseBody, carm: CArm, size: int = 512) -> float:
    """Return the spread of a thin wire's shadow across it on the detector."""
    exposure = with_kd(exposure_of(body, carm), 1e8)
    wire = Tube(((0.0, 0.0, -30.0), (0.0, 0.0, 30.0)), 0.02, "steel")
    plain, shown = (Renderer(body, size).signal(dataclasses.replace(exposure, tubes=tubes)) for tubes in ((), (wire,)))
    profile = (plain - shown)[size // 2 - 20 : size // 2 + 20, size // 2 - 12 : size // 2 + 12].mean(axis=0, dtype=np.float64)
    place = np.arange(24) - 11.5
    return float(np.sqrt((profile * place**2).sum() / profile.sum())) * carm.field_mm * carm.magnification / size


def test_a_wire_is_blurred_by_detector_focal_spot_and_magnification() -> None:
    body = EllipseBody(spacing_mm=4.0)
    usual, near_tube = CArm(field_mm=60.0), CArm(field_mm=60.0, source_isocentre_mm=330.0)
    # Detector 0.20 mm; focal spot 0.6 x (M - 1) / sqrt(12) = 0.131 at M 1.754 and 0.352 at M 3.03; and the picture's own pixels.
    for carm, blur_mm in ((usual, math.hypot(0.20, 0.131)), (near_tube, math.hypot(0.20, 0.352))):
        pitch_mm = carm.field_mm * carm.magnification / 512
        expected = math.sqrt(blur_mm**2 + (0.4 * pitch_mm) ** 2 + pitch_mm**2 / 12.0)
        assert shadow_width_mm(body, carm) == pytest.approx(expected, rel=0.06)


def test_scatter_grows_with_the_patient_and_the_open_field() -> None:
    thin, thick = technique_at(180.0, 180.0, "low"), technique_at(320.0, 320.0, "low")
    assert scatter_ratio(CArm(), thin) < scatter_ratio(CArm(), thick)
    assert scatter_ratio(CArm(field_mm=120.0), thin) < scatter_ratio(CArm(), thin)
    quarter = CArm(blades=Blades(iris=0.5))
    assert scatter_ratio(quarter, thin) == pytest.approx(scatter_ratio(CArm(), thin) * 0.5**0.6, rel=0.01)


def test_when_the_dose_is_capped_the_picture_is_as_bright_and_noisier() -> None:
    wide = EllipseBody(half_width_mm=215.0, half_depth_mm=150.0, spacing_mm=4.0)
    capped = exposure_of(wide, CArm(-90.0), "normal")
    assert capped.technique.kd_ngy < 0.5 * capped.technique.asked_ngy
    assert settling(capped) == 1.0
    free = with_kd(capped, 40.0)
    renderer = Renderer(wide, 256)
    assert noise_variance(renderer, capped) > 2.0 * noise_variance(renderer, free)


BLADES = Blades(left=0.5, right=0.6, top=0.7, bottom=0.4)


def test_behind_the_blades_the_picture_is_black_and_their_edge_is_soft(body: EllipseBody) -> None:
    carm = CArm(blades=BLADES)
    opened = opening(carm, 512)
    edge = 256.0 + 0.6 * 256.0
    row = opened[256]
    assert row[: 256 - 128 - 6].max() == 0.0
    assert row[256] == 1.0
    assert np.interp(0.5, row[::-1][: 512 - 256], np.arange(511, 255, -1)) == pytest.approx(edge - 0.5, abs=0.6)
    # 0.6 mm of focal spot, collimator at 180 mm: the penumbra is 2.7 mm wide on the detector.
    assert int(((row > 0.0) & (row < 1.0))[256:].sum()) == pytest.approx(2.73 / (230.0 * 1.754 / 512), abs=1.1)
    picture = render(exposure_of(body, carm), body, 512)
    assert picture[256, 256 + 170 :].max() == 0
    assert picture[: 256 - 190].max() == 0
    assert picture[200, 300] > 40


def test_blades_out_of_the_beam_change_nothing(body: EllipseBody) -> None:
    np.testing.assert_array_equal(opening(CArm(), 128), opening(CArm(blades=Blades(left=0.999999)), 128)[:, ::-1])


def test_what_the_blades_cover_does_not_set_the_window() -> None:
    low, high = (EllipseBody(half_depth_mm=90.0, spacing_mm=4.0) for _ in range(2))
    low.labels[:, :, :47] = Tissue.CORTICAL
    upper = CArm(blades=Blades(left=1.0, right=1.0, top=1.0, bottom=0.05))
    plain, covered = (Renderer(one, 256)._anatomy_for(exposure_of(high, upper)) for one in (high, low))
    assert covered.low == pytest.approx(plain.low, abs=0.05)
    assert covered.high == pytest.approx(plain.high, abs=0.05)


def test_metal_does_not_take_the_window_from_the_bones() -> None:
    plain, plated = (EllipseBody(spacing_mm=4.0) for _ in range(2))
    plated.labels[30:36, 8:50, 46:60] = Tissue.CORTICAL  # 168 mm of bone stand for metal
    without, within = (Renderer(one, 256)._anatomy_for(exposure_of(plain)) for one in (plain, plated))
    assert within.attenuation.max() > without.attenuation.max() + 2.0
    assert within.high == pytest.approx(without.high, abs=0.25 * (without.high - without.low))


def test_metal_in_the_body_moves_neither_level_nor_window(body: EllipseBody) -> None:
    exposure = exposure_of(body)
    plain = Renderer(body, 256)._anatomy_for(exposure)
    attenuation, metal = plain.attenuation.copy(), np.zeros((256, 256), dtype=np.float32)
    metal[64:192, 80:90], metal[64:192, 166:176] = 5.5, 2.0
    attenuation += np.float32(0.4) * metal
    bare = anatomy_of(plain.attenuation, exposure.carm, exposure.technique, metal)
    kept, moved = (anatomy_of(attenuation, exposure.carm, exposure.technique, each) for each in (metal, None))
    beside = metal <= 0.0
    np.testing.assert_allclose(kept.attenuation[beside], bare.attenuation[beside], atol=1e-5)
    assert moved.attenuation[beside].mean() < plain.attenuation[beside].mean() - 0.08
    assert kept.high == pytest.approx(bare.high, abs=0.03)
    everywhere = anatomy_of(attenuation, exposure.carm, exposure.technique, np.ones_like(metal))
    assert np.isfinite([everywhere.low, everywhere.high, everywhere.total]).all()


def test_a_collimated_field_scatters_less(body: EllipseBody) -> None:
    whole, part = (Renderer(body, 128)._anatomy_for(exposure_of(body, CArm(blades=blades))) for blades in (Blades(), Blades(iris=0.3)))
    assert part.scatter[64, 64] < 0.7 * whole.scatter[64, 64]
