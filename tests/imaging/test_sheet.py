import numpy as np
import pytest
from phantoms import EllipseBody

from game.imaging import view_quality
from game.imaging.sheet import contact_sheet, exposure_at, picture, standing

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


def test_an_unknown_view_or_level_is_refused() -> None:
    with pytest.raises(ValueError, match="'axial' is not one of ap, lateral, oblique"):
        standing("axial", BODY, "L3", "right")
    with pytest.raises(ValueError, match="'C2' is not one of L2, L3, L4"):
        standing("ap", BODY, "C2", "right")
