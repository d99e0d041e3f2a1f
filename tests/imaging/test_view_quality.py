import dataclasses

import pytest
from phantoms import EllipseBody

from game.frames import Rigid, rigid_about_z
from game.imaging import CArm, Exposure, ViewQuality, view_quality
from game.imaging.technique import technique_at

BODY = EllipseBody()


def quality(carm: CArm, pose: Rigid | None = None, level: str = "L3") -> ViewQuality:
    return view_quality(Exposure(0, carm, pose or Rigid(), technique_at(220.0, 220.0, "low")), BODY, level)


def test_a_true_ap_and_a_true_lateral_have_no_rotation_and_no_tilt() -> None:
    for orbit_deg in (0.0, -90.0, 90.0):
        seen = quality(CArm(orbit_deg))
        assert seen.rotation_mm == pytest.approx(0.0, abs=1e-6)
        assert seen.tilt_deg == pytest.approx(0.0, abs=1e-6)
        assert seen.centring_mm == pytest.approx(0.0, abs=1e-6)
        assert seen.in_field


def test_turning_the_arm_moves_the_spinous_process_to_the_right() -> None:
    # The tip stands 48 mm behind the pedicles: 48 x sin 5 degrees.
    assert quality(CArm(5.0)).rotation_mm == pytest.approx(4.18, abs=0.05)
    assert quality(CArm(-5.0)).rotation_mm == pytest.approx(-4.18, abs=0.05)


def test_rolling_the_patient_undoes_turning_the_arm() -> None:
    assert quality(CArm(6.0), rigid_about_z(6.0)).rotation_mm == pytest.approx(0.0, abs=1e-6)


def test_a_lateral_is_rotated_when_the_pedicles_part() -> None:
    assert quality(CArm(-85.0)).rotation_mm == pytest.approx(32.0 * 0.0872, abs=0.05)


def test_tilt_is_the_angle_between_beam_and_endplates_with_its_sign() -> None:
    assert quality(CArm(0.0, 7.0)).tilt_deg == pytest.approx(7.0)
    assert quality(CArm(-90.0, -4.0)).tilt_deg == pytest.approx(-4.0)


def test_the_beam_diverges_so_a_vertebra_off_centre_is_tilted() -> None:
    assert quality(CArm(), level="L2").tilt_deg == pytest.approx(3.8, abs=0.1)


def test_centring_is_millimetres_at_the_isocentre() -> None:
    seen = quality(CArm(0.0, 0.0, (30.0, 0.0, 40.0)))
    assert seen.centring_mm == pytest.approx(50.0)
    assert seen.in_field
    assert not quality(CArm(0.0, 0.0, (0.0, 0.0, 120.0))).in_field


def test_quality_does_not_depend_on_the_tubes_or_noise() -> None:
    exposure = Exposure(0, CArm(3.0), Rigid(), technique_at(220.0, 220.0, "low"))
    assert view_quality(exposure, BODY, "L3") == view_quality(dataclasses.replace(exposure, noise_seed=5), BODY, "L3")


def test_an_unknown_level_is_an_error() -> None:
    with pytest.raises(KeyError, match="C7"):
        quality(CArm(), level="C7")
