import weakref

import numpy as np
import pytest
from phantoms import EllipseBody, pixels_mm

from game.frames import Rigid
from game.imaging import FIELD_SIZES_MM, Blades, CArm
from game.imaging.carm import rest_mm
from game.patient import PatientSpec, build_patient

BODY = EllipseBody()


def place(carm: CArm, *point: float) -> tuple[float, float]:
    u, v = carm.picture(np.array(point))
    return float(u), float(v)


def test_in_ap_the_patients_left_is_on_the_right_and_the_head_is_up() -> None:
    carm = CArm()
    assert place(carm, 50.0, 0.0, 0.0)[0] > 0.3
    assert place(carm, 0.0, 0.0, 50.0)[1] > 0.3
    assert carm.source_mm[1] == pytest.approx(570.0)


def test_at_orbit_90_the_detector_is_at_the_patients_left_and_the_back_on_the_right() -> None:
    carm = CArm(90.0)
    assert pixels_mm(carm.geometry(5, 5))[2, 2] == pytest.approx([430.0, 0.0, 0.0])
    assert place(carm, 0.0, 50.0, 0.0)[0] > 0.3


def test_at_orbit_minus_90_the_tube_is_at_the_patients_left_and_the_back_on_the_left() -> None:
    carm = CArm(-90.0)
    assert carm.source_mm == pytest.approx([570.0, 0.0, 0.0])
    assert place(carm, 0.0, 50.0, 0.0)[0] < -0.3


def test_positive_tilt_brings_the_detector_towards_the_head() -> None:
    centre = pixels_mm(CArm(0.0, 20.0).geometry(5, 5))[2, 2]
    assert centre[2] == pytest.approx(430.0 * np.sin(np.radians(20.0)))


def test_positive_tilt_lifts_what_is_dorsal_on_the_picture() -> None:
    assert place(CArm(0.0, 15.0), 0.0, 40.0, 0.0)[1] > 0.05


def test_axes_are_right_handed_towards_the_viewer_at_the_detector() -> None:
    right, up, beam = CArm(33.0, 12.0).axes()
    np.testing.assert_allclose(np.cross(right, up), beam, atol=1e-12)


def test_the_field_is_as_wide_as_stated_at_the_isocentre() -> None:
    carm = CArm(0.0, 0.0, (10.0, 20.0, 30.0), field_mm=200.0)
    assert place(carm, 110.0, 20.0, 30.0) == pytest.approx((1.0, 0.0))
    assert place(carm, 10.0, 20.0, 130.0) == pytest.approx((0.0, 1.0))


def test_picture_and_geometry_agree() -> None:
    carm, point = CArm(-40.0, 7.0, (1.0, 2.0, 3.0)), np.array([20.0, -30.0, 40.0])
    row, column = carm.geometry(200, 200).project(point)
    u, v = place(carm, *point)
    assert column == pytest.approx((u + 1.0) * 100.0 - 0.5)
    assert row == pytest.approx((1.0 - v) * 100.0 - 0.5)


def test_the_ray_through_a_place_meets_the_point_shown_there() -> None:
    carm, point = CArm(25.0, -9.0, (4.0, 5.0, 6.0)), np.array([-15.0, 33.0, 21.0])
    source, direction = carm.ray(*place(carm, *point))
    away = point - source
    np.testing.assert_allclose(away / np.linalg.norm(away), direction, atol=1e-9)


def test_the_machine_reads_zero_with_the_detector_above_the_table() -> None:
    assert CArm(-90.0).machine_orbit_deg("right") == 0.0
    assert CArm(90.0).machine_orbit_deg("left") == 0.0
    assert CArm(0.0).machine_orbit_deg("right") == 90.0
    assert CArm(0.0).machine_orbit_deg("left") == 90.0


@pytest.mark.parametrize("side", ["right", "left"])
def test_the_views_of_the_operation_can_be_reached(side: str) -> None:
    sign = 1.0 if side == "right" else -1.0
    for orbit, tilt in ((0.0, 0.0), (0.0, 25.0), (-45.0, 0.0), (-90.0, 0.0)):
        assert CArm(sign * orbit, tilt).problem(side, BODY) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("carm", "text"),
    [
        (CArm(30.0), "does not turn to 30 degrees; its orbit runs from -130 to 10."),
        (CArm(-140.0), "does not turn to -140 degrees; its orbit runs from -130 to 10."),
        (CArm(0.0, 35.0), "does not tilt to 35 degrees"),
        (CArm(0.0, 0.0, (0.0, 0.0, 500.0)), "reach is 450 mm"),
        (CArm(0.0, 0.0, (0.0, 149.0, 0.0), source_detector_mm=700.0), "receptor would press on the patient"),
        (CArm(0.0, 0.0, (0.0, -149.0, 0.0), source_isocentre_mm=320.0), "tube would press on the patient"),
        (CArm(10.0, 0.0, (180.0, 140.0, 0.0), source_detector_mm=870.0), "receptor would hit the table"),
        (CArm(-110.0, 0.0, (-199.0, 0.0, 0.0), source_isocentre_mm=400.0), "tube would hit the table"),
    ],
)
def test_what_the_machine_cannot_do_is_said(carm: CArm, text: str) -> None:
    assert text in (carm.problem("right", BODY) or "")


def test_its_orbit_is_told_as_the_drawing_shows_it_on_either_side() -> None:
    assert "turn to -30 degrees; its orbit runs from -10 to 130." in (CArm(-30.0).problem("left", BODY) or "")


def test_the_reach_is_counted_from_where_the_table_stood() -> None:
    carm = CArm(0.0, 0.0, (0.0, 0.0, 445.0))
    assert carm.problem("right", BODY) is None
    assert "reach is 450 mm" in (carm.problem("right", BODY, table_mm=(10.0, 0.0, 0.0)) or "")
    assert CArm(0.0, 0.0, (0.0, 0.0, 500.0)).problem("right", BODY, table_mm=(-60.0, 0.0, 0.0)) is None


def test_an_obese_patient_needs_more_room_and_a_thin_one_less() -> None:
    near, low = CArm(0.0, 0.0, (0.0, 149.0, 0.0)), CArm(-90.0, 0.0, (180.0, 0.0, 0.0))
    for carm in (near, low):
        assert carm.problem("right", EllipseBody(130.0, 90.0)) is None
    assert "press on the patient" in (near.problem("right", EllipseBody(230.0, 275.0)) or "")
    assert "press on the patient" in (low.problem("right", EllipseBody(250.0, 180.0)) or "")


def test_room_shrinks_by_as_much_as_the_arm_comes_nearer_and_is_negative_where_it_touches() -> None:
    def room_mm(across_mm: float) -> float:
        return CArm(0.0, 0.0, (0.0, across_mm, 0.0), source_detector_mm=850.0).room_mm("right", EllipseBody(200.0, 110.0))

    assert room_mm(140.0) == pytest.approx(850.0 - 570.0 - 140.0 - 110.0 - 10.0)
    assert room_mm(140.0) - room_mm(150.0) == pytest.approx(10.0)
    assert room_mm(200.0) < 0.0


def test_who_lies_beside_his_place_is_touched_there() -> None:
    carm = CArm(0.0, 0.0, (0.0, 149.0, 0.0), source_detector_mm=890.0)
    assert carm.problem("right", BODY) is None
    assert "press on the patient" in (carm.problem("right", BODY, Rigid(shift_mm=(0.0, -60.0, 0.0))) or "")


def test_a_wide_patient_lies_higher_above_the_table() -> None:
    for half_mm in (120.0, 160.0, 310.0):
        for side in ("right", "left"):
            assert rest_mm(EllipseBody(half_mm, 110.0), side) == pytest.approx(half_mm, abs=1.5)  # type: ignore[arg-type]
    patient = build_patient(PatientSpec(), 7)
    widest = patient.skin_hit_mm(np.array([400.0, -15.0, 0.0]), np.array([-1.0, 0.0, 0.0]))
    assert widest is not None
    assert rest_mm(patient, "right") >= widest[0] - 1.5


def test_a_body_that_an_arm_was_moved_round_is_let_go_with_its_last_holder() -> None:
    body = EllipseBody()
    assert CArm().problem("right", body) is None
    known = weakref.ref(body)
    del body
    assert known() is None


def test_an_arm_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        CArm(source_isocentre_mm=1000.0)
    with pytest.raises(ValueError, match="detector beyond the isocentre"):
        CArm(field_mm=0.0)


# Field and collimator


def test_field_sizes_are_the_formats_of_a_panel_and_are_read_off_the_field() -> None:
    assert [round(31.0 * size / FIELD_SIZES_MM["wide"]) for size in FIELD_SIZES_MM.values()] == [31, 22, 16]
    for steps, (name, size_mm) in enumerate(FIELD_SIZES_MM.items()):
        assert (CArm(field_mm=size_mm).field_name, CArm(field_mm=size_mm).magnification_steps) == (name, steps)
    assert CArm(field_mm=235.0).field_name == "wide"


def test_an_open_collimator_lets_the_whole_disc_through() -> None:
    assert CArm().open_share == pytest.approx(1.0)


@pytest.mark.parametrize(
    "blades",
    [Blades(left=0.3), Blades(0.5, 0.5, 0.5, 0.5), Blades(0.2, 0.9, 0.8, 0.4, 0.7), Blades(iris=0.4), Blades(0.3, 0.3, 1.0, 1.0, 0.5)],
)
def test_the_open_share_is_the_area_that_a_fine_grid_finds(blades: Blades) -> None:
    place = (np.arange(2000) + 0.5) / 1000.0 - 1.0
    u, v = np.meshgrid(place, place)
    inside = (u > -blades.left) & (u < blades.right) & (v > -blades.bottom) & (v < blades.top) & (np.hypot(u, v) < blades.iris)
    assert blades.open_share == pytest.approx(inside.sum() / (np.hypot(u, v) < 1.0).sum(), abs=1e-3)


def test_what_the_blades_show_is_what_they_leave_open() -> None:
    blades = Blades(left=0.3, right=0.8, top=0.5, bottom=0.9, iris=0.7)
    places = np.array(
        [(0.0, 0.0), (-0.29, 0.0), (-0.31, 0.0), (0.69, 0.0), (0.71, 0.0), (0.0, 0.49), (0.0, 0.51), (0.0, -0.69), (0.55, -0.55)]
    )
    assert blades.shows(places).tolist() == [True, True, False, True, False, True, False, True, False]
    assert blades.shows(places, 0.9).tolist() == [True, False, False, False, False, False, False, False, False]
    assert not blades.shows(np.array([np.nan, 0.0]))


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, float("nan")])
def test_blades_that_cross_or_leave_the_field_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        Blades(left=share)
