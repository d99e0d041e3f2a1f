import numpy as np
import pytest
from phantoms import EllipseBody

from game.imaging import CArm, render, view_quality
from game.imaging.sheet import contact_sheet, exposure_at, held, picture, standing

BODY = EllipseBody()


@pytest.mark.parametrize("view", ["ap", "lateral", "oblique"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_each_view_is_true_centred_and_within_reach(view: str, side: str) -> None:
    carm = standing(view, BODY, "L3", side)  # type: ignore[arg-type]
    seen = view_quality(exposure_at(carm, BODY), BODY, "L3")
    assert abs(seen.tilt_deg) < 0.1
    assert seen.in_field
    assert carm.problem(side, BODY) is None  # type: ignore[arg-type]


def test_the_lateral_has_the_tube_under_the_table() -> None:
    assert standing("lateral", BODY, "L3", "right").machine_orbit_deg("right") == 0.0
    assert standing("lateral", BODY, "L3", "left").machine_orbit_deg("left") == 0.0


def test_a_sheet_holds_the_three_views() -> None:
    sheet = contact_sheet(BODY, size=64)
    assert sheet.shape == (64, 3 * 64 + 4)
    np.testing.assert_array_equal(sheet[:, :64], picture("ap", BODY, size=64))


def test_a_still_has_the_grain_of_a_held_pedal_and_a_spot_picture_is_one_pulse() -> None:
    exposure = exposure_at(CArm(), BODY, noise_seed=40)
    press = held(exposure)
    assert press[-1] == exposure
    assert len({pulse.noise_seed for pulse in press}) == len(press) == 8
    standing_ap = standing("ap", BODY, "L3", "right")
    spot = render(exposure_at(standing_ap, BODY, mode="spot", noise_seed=BODY.seed), BODY, 64)
    np.testing.assert_array_equal(picture("ap", BODY, size=64, mode="spot"), spot)
    alone = render(exposure_at(standing_ap, BODY, noise_seed=BODY.seed), BODY, 64)
    assert (picture("ap", BODY, size=64) != alone).mean() > 0.1


def test_an_unknown_view_or_level_is_refused() -> None:
    with pytest.raises(ValueError, match="'axial' is not one of ap, lateral, oblique"):
        standing("axial", BODY, "L3", "right")
    with pytest.raises(ValueError, match="'C2' is not one of L2, L3, L4"):
        standing("ap", BODY, "C2", "right")
