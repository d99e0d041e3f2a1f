import dataclasses

import numpy as np
import pytest
from phantoms import EllipseBody

from game.frames import Rigid, rigid_about_z
from game.imaging import Blades, CArm, Exposure, ReadableLandmark, Tube, readable_landmarks, settled

NEEDLE = Tube(((30.0, 105.0, -60.0), (4.0, 30.0, -19.0)), 0.9, "steel", bore_mm=0.7)


def exposure_of(body: EllipseBody, carm: CArm, mode: str = "low", seed: int = 1, tubes: tuple[Tube, ...] = ()) -> Exposure:
    return Exposure(0, carm, Rigid(), settled(carm, body, Rigid(), mode), tubes, noise_seed=seed)


def read(body: EllipseBody, carm: CArm, **more: object) -> dict[str, ReadableLandmark]:
    return {mark.name: mark for mark in readable_landmarks(exposure_of(body, carm, **more), body)}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def body() -> EllipseBody:
    return EllipseBody()


def test_ap_shows_what_an_ap_shows(body: EllipseBody) -> None:
    seen = read(body, CArm())
    for name in ("pedicle_left", "pedicle_right", "spinous_tip", "transverse_left", "superior_endplate", "inferior_endplate"):
        assert f"L3.{name}" in seen
    for name in ("posterior_wall", "foramen", "body"):
        assert f"L3.{name}" not in seen


def test_lateral_shows_what_a_lateral_shows(body: EllipseBody) -> None:
    seen = read(body, CArm(-90.0, 0.0, (0.0, 25.0, 0.0)))
    for name in ("posterior_wall", "foramen", "spinous_tip", "pedicle_left", "pedicle_right", "superior_endplate", "skin"):
        assert f"L3.{name}" in seen
    assert "L3.transverse_left" not in seen


def test_an_oblique_shows_the_pedicle_that_the_beam_looks_down_better(body: EllipseBody) -> None:
    for orbit_deg, near in ((40.0, "right"), (-40.0, "left")):
        seen = read(body, CArm(orbit_deg))
        far = "left" if near == "right" else "right"
        assert f"L3.pedicle_{near}" in seen
        hidden = seen.get(f"L3.pedicle_{far}")
        assert hidden is None or hidden.sigma_mm > seen[f"L3.pedicle_{near}"].sigma_mm


def test_the_window_the_sac_and_the_cord_are_never_seen(body: EllipseBody) -> None:
    body = EllipseBody()
    body.landmarks |= {"window.L3-4": np.zeros(3), "sac.L3-4": np.zeros(3), "conus": np.zeros(3), "disc.L3-4": np.zeros(3)}
    for orbit_deg in (0.0, -90.0, -45.0):
        assert not {"window.L3-4", "sac.L3-4", "conus", "disc.L3-4"} & set(read(body, CArm(orbit_deg)))


def test_what_is_read_lies_round_the_truth_with_the_stated_spread(body: EllipseBody) -> None:
    carm = CArm()
    truth = carm.picture(body.landmarks["L3.pedicle_left"])
    marks = [read(body, carm, seed=seed)["L3.pedicle_left"] for seed in range(300)]
    errors_mm = (np.array([(mark.u, mark.v) for mark in marks]) - truth) * carm.field_mm / 2.0
    assert errors_mm.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.15)
    assert errors_mm.std(axis=0) == pytest.approx([marks[0].sigma_mm] * 2, rel=0.15)


def test_looking_twice_at_one_picture_reads_the_same(body: EllipseBody) -> None:
    exposure = exposure_of(body, CArm(7.0, 3.0))
    assert readable_landmarks(exposure, body) == readable_landmarks(exposure, body)


def test_one_structure_in_or_out_moves_no_other(body: EllipseBody) -> None:
    with_needle, without = read(body, CArm(), tubes=(NEEDLE,)), read(body, CArm())
    assert {name: mark for name, mark in with_needle.items() if not name.startswith("needle")} == without


def test_less_dose_and_weaker_bone_read_worse(body: EllipseBody) -> None:
    normal, low = (read(body, CArm(), mode=mode)["L3.transverse_left"].sigma_mm for mode in ("normal", "low"))
    assert low > normal
    weak = EllipseBody(osteoporosis=1.0)
    assert read(weak, CArm())["L3.pedicle_left"].sigma_mm > read(body, CArm())["L3.pedicle_left"].sigma_mm


def test_a_very_thick_patient_hides_thin_bone() -> None:
    stout = EllipseBody(half_width_mm=290.0, half_depth_mm=220.0, osteoporosis=1.0)
    assert "L3.spinous_tip" not in read(stout, CArm(-90.0))


def test_a_tilted_endplate_opens_into_two_lines_and_reads_worse(body: EllipseBody) -> None:
    true, tilted = read(body, CArm()), read(body, CArm(0.0, 12.0))
    gap = [seen["L3.superior_endplate_back"].v - seen["L3.superior_endplate_front"].v for seen in (true, tilted)]
    assert abs(gap[0]) * 115.0 < 3.0
    assert gap[1] * 115.0 == pytest.approx(2 * 17.5 * np.sin(np.radians(12.0)), abs=2.5)
    assert tilted["L3.superior_endplate"].sigma_mm > 1.5 * true["L3.superior_endplate"].sigma_mm


def test_what_is_outside_the_round_field_is_not_read(body: EllipseBody) -> None:
    seen = read(body, CArm(0.0, 0.0, (0.0, 0.0, 105.0)))
    assert not any(name.startswith("L4") for name in seen)
    assert all(np.hypot(mark.u, mark.v) < 1.05 for mark in seen.values())


@pytest.mark.parametrize("turned", [False, True])
def test_the_needles_tip_is_its_deeper_end(body: EllipseBody, turned: bool) -> None:
    tube = dataclasses.replace(NEEDLE, points_mm=NEEDLE.points_mm[::-1]) if turned else NEEDLE
    seen = read(body, CArm(), tubes=(tube,))
    assert (seen["needle_tip"].u, seen["needle_tip"].v) == pytest.approx(CArm().picture(np.array([4.0, 30.0, -19.0])), abs=0.02)
    assert (seen["needle_hub_end"].u, seen["needle_hub_end"].v) == pytest.approx(CArm().picture(np.array([30.0, 105.0, -60.0])), abs=0.02)


def test_a_needle_that_leaves_the_field_is_read_to_the_rim(body: EllipseBody) -> None:
    long = Tube(((40.0, 130.0, -130.0), (4.0, 30.0, -19.0)), 0.9, "steel", bore_mm=0.7)
    seen = read(body, CArm(), tubes=(long,))
    assert np.hypot(seen["needle_hub_end"].u, seen["needle_hub_end"].v) == pytest.approx(0.97, abs=0.02)


def test_a_marker_is_read_in_its_middle_and_a_stylet_is_no_marker(body: EllipseBody) -> None:
    marker = Tube(((-20.0, 112.0, 10.0), (20.0, 112.0, 10.0)), 1.5, "steel")
    stylet = dataclasses.replace(NEEDLE, radius_mm=0.6, bore_mm=0.0)
    seen = read(body, CArm(), tubes=(marker, NEEDLE, stylet))
    assert (seen["metal"].u, seen["metal"].v) == pytest.approx(CArm().picture(np.array([0.0, 112.0, 10.0])), abs=0.02)
    assert "metal" not in read(body, CArm(), tubes=(NEEDLE, stylet))


def test_a_rolled_patient_is_read_where_he_lies(body: EllipseBody) -> None:
    carm, pose = CArm(0.0), rigid_about_z(8.0, (5.0, 0.0, -10.0))
    exposure = dataclasses.replace(exposure_of(body, carm), pose=pose)
    seen = {mark.name: mark for mark in readable_landmarks(exposure, body)}
    truth = carm.picture(pose.apply(body.landmarks["L3.spinous_tip"]))
    assert (seen["L3.spinous_tip"].u, seen["L3.spinous_tip"].v) == pytest.approx(tuple(truth), abs=0.03)


def test_the_skin_behind_a_spine_is_read_in_a_lateral(body: EllipseBody) -> None:
    carm = CArm(-90.0, 0.0, (0.0, 25.0, 0.0))
    seen = read(body, carm)["L3.skin"]
    edge = carm.picture(np.array([0.0, 110.0, -8.0]))
    assert seen.u == pytest.approx(edge[0], abs=0.04)


def test_what_the_blades_cover_is_not_read_and_the_needle_is_read_to_their_edge(body: EllipseBody) -> None:
    blades = Blades(left=0.2, right=0.9, top=0.25, bottom=0.9)
    everything, seen = read(body, CArm(), tubes=(NEEDLE,)), read(body, CArm(blades=blades), tubes=(NEEDLE,))
    assert "L3.pedicle_left" in everything
    assert "L3.pedicle_left" in seen
    assert {"L2.spinous_tip", "L2.pedicle_left"} <= set(everything)
    assert not {"L2.spinous_tip", "L2.pedicle_left"} & set(seen)
    assert all(mark.u > -0.25 and mark.v < 0.3 for mark in seen.values())
    closed = read(body, CArm(blades=Blades(right=0.15)), tubes=(NEEDLE,))
    assert closed["needle_hub_end"].u == pytest.approx(0.97 * 0.15, abs=0.02)
