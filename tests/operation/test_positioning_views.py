"""Levels counted and views stored while positioning, and exposures that answered a question."""

import dataclasses
import math

import pytest

from game.frames import rigid_about_z
from game.imaging import CArm
from game.operation.actions import MoveCArm, StoreView
from game.operation.information import answers, is_lateral
from game.operation.positioning.actions import NameLevel, PlaceMarker, PlacePatient
from game.operation.positioning.events import LevelNamed
from game.operation.positioning.measures import lateral_error_deg
from game.operation.positioning.rules import RULES
from game.operation.positioning.state import Positioning
from game.patient import Patient
from tests.operation.lying import begun_square, do, let_pass, look, point_at, square, theatre_with
from tests.operation.theatres import body


def axis_tilt_deg(patient: Patient, level: str = "L3") -> float:
    up = patient.landmarks[f"{level}.superior_endplate"] - patient.landmarks[f"{level}.inferior_endplate"]
    return math.degrees(math.atan2(float(up[1]), float(up[2])))


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ((), "none"),
        ((("L5", "L5"),), "one"),
        ((("L5", "L5"), ("T12", "T12")), "two_agree"),
        ((("L5", "L5"), ("T12", "L1")), "wrong"),
        ((("L5", "L4"), ("L5", "L5"), ("T12", "T12")), "two_agree"),
        ((("L3", "L4"),), "wrong"),
    ],
)
def test_the_count_is_checked_on_the_true_geometry_and_the_last_word_holds(said, count):
    theatre = theatre_with()
    state = RULES.start(theatre)
    along_mm = 15.0 + theatre.patient_pose.shift_mm[2]
    theatre.fluoroscope.carm = dataclasses.replace(theatre.fluoroscope.carm, isocentre_mm=(0.0, 0.0, along_mm))
    look(theatre, state)
    for level, truth in said:
        events = do(theatre, state, NameLevel(level, *point_at(theatre, truth)))
        assert [event.truth for event in events if isinstance(event, LevelNamed)] == [truth]
    assert RULES.measures(theatre, state)["level_count"] == count


def stored(view: str, orbit_deg: float, tilt_deg: float = 0.0) -> dict:
    theatre = theatre_with()
    state = RULES.start(theatre)
    square(theatre, state, orbit_deg, tilt_deg)
    pedicles = 0.5 * (theatre.patient.landmarks["L3.pedicle_left"] + theatre.patient.landmarks["L3.pedicle_right"])
    middle_mm = (0.0, 0.0, 0.0) if view == "ap" else (0.0, float(pedicles[1]), float(pedicles[2]))
    theatre.fluoroscope.carm = dataclasses.replace(theatre.fluoroscope.carm, isocentre_mm=middle_mm)
    look(theatre, state)
    do(theatre, state, StoreView(view))
    return RULES.measures(theatre, state)


def test_turning_the_c_arm_by_five_degrees_shifts_the_process_by_the_sine_of_its_length():
    straight, turned = stored("ap", 0.0), stored("ap", 5.0)
    patient = body()
    length_mm = float((patient.landmarks["L3.spinous_tip"] - patient.landmarks["L3.pedicle_left"])[1])
    shifts = [length_mm * math.sin(math.radians(5.0)) + sign * straight["spine_rotation_mm"] for sign in (-1.0, 1.0)]
    assert min(abs(turned["spine_rotation_mm"] - shift) for shift in shifts) < 0.5


def test_tilting_off_the_endplates_is_measured_in_degrees():
    theatre = theatre_with()
    RULES.start(theatre)
    flat_deg = axis_tilt_deg(theatre.patient)
    assert stored("ap", 0.0, flat_deg)["endplate_tilt_deg"] == pytest.approx(0.0, abs=0.3)
    assert stored("ap", 0.0, flat_deg + 6.0)["endplate_tilt_deg"] == pytest.approx(6.0, abs=0.3)


def test_a_lateral_four_degrees_off_is_four_degrees_off():
    assert stored("lateral", -90.0)["lateral_tilt_deg"] == pytest.approx(0.0, abs=1.0)
    assert stored("lateral", -94.0)["lateral_tilt_deg"] == pytest.approx(4.0, abs=1.0)


def test_the_lateral_error_is_the_angle_to_the_line_through_the_pedicles():
    theatre = theatre_with()
    state = RULES.start(theatre)
    theatre.patient_pose = rigid_about_z(7.0)
    pedicle = theatre.patient_pose.apply(theatre.patient.landmarks["L3.pedicle_left"])
    theatre.fluoroscope.carm = CArm(orbit_deg=-90.0, isocentre_mm=(0.0, float(pedicle[1]), 0.0))
    look(theatre, state)
    exposure = theatre.fluoroscope.exposures[-1]
    assert is_lateral(exposure.carm, exposure.pose)
    assert lateral_error_deg(exposure, theatre.patient, "L3") == pytest.approx(7.0, abs=1.0)


def test_views_that_were_not_stored_are_not_measured():
    theatre = theatre_with()
    measured = RULES.measures(theatre, RULES.start(theatre))
    assert [measured[name] for name in ("spine_rotation_mm", "endplate_tilt_deg", "lateral_tilt_deg")] == [None, None, None]
    assert (measured["views_stored"], measured["entry_level"], measured["window_mark_error_mm"]) == (0.0, "none", None)


def test_a_view_is_measured_as_the_patient_lay_when_it_was_taken():
    theatre = theatre_with()
    state = RULES.start(theatre)
    look(theatre, state)
    do(theatre, state, StoreView("ap"))
    before = RULES.measures(theatre, state)["endplate_tilt_deg"]
    do(theatre, state, PlacePatient(100.0, 0.0))
    assert RULES.measures(theatre, state)["endplate_tilt_deg"] == pytest.approx(before)


def test_a_lateral_kept_as_the_ap_is_no_ap():
    measured = stored("ap", -90.0)
    assert (measured["views_stored"], measured["spine_rotation_mm"]) == (0.0, None)


@pytest.mark.parametrize(
    ("view", "orbit_deg", "tilt_deg", "usable"),
    [("ap", 0.0, 0.0, 1.0), ("ap", 9.0, 0.0, 0.0), ("ap", 0.0, 15.0, 0.0), ("lateral", -90.0, 0.0, 1.0), ("lateral", -78.0, 0.0, 0.0)],
)
def test_a_stored_view_counts_only_when_it_is_nearly_true(view, orbit_deg, tilt_deg, usable):
    assert stored(view, orbit_deg, tilt_deg)["views_stored"] == usable


def test_a_stored_view_counts_only_with_the_vertebra_in_its_field():
    theatre = theatre_with()
    state = RULES.start(theatre)
    for along_mm, usable in ((0.0, 1.0), (130.0, 0.0)):
        square(theatre, state)
        theatre.fluoroscope.carm = CArm(isocentre_mm=(0.0, 0.0, along_mm))
        look(theatre, state)
        do(theatre, state, StoreView("ap"))
        assert RULES.measures(theatre, state)["views_stored"] == usable


def idle_looks(state: Positioning) -> int:
    return sum(not answers(each) for each in state.looks)


def test_the_first_look_of_each_view_answers_where_one_is():
    theatre, state = begun_square()
    look(theatre, state)
    do(theatre, state, MoveCArm(orbit_deg=-50.0), MoveCArm(orbit_deg=-46.0))
    look(theatre, state)
    assert len(state.looks) == 2
    assert idle_looks(state) == 0


def test_the_same_picture_again_is_idle_even_if_a_level_is_named_on_it():
    theatre, state = begun_square()
    look(theatre, state)
    look(theatre, state)
    assert idle_looks(state) == 1
    do(theatre, state, NameLevel("L3", *point_at(theatre, "L3")))
    assert idle_looks(state) == 1


def test_a_look_that_is_clearly_truer_is_not_idle_and_one_that_hunts_is():
    theatre, state = begun_square(6.0)
    look(theatre, state)
    do(theatre, state, MoveCArm(orbit_deg=-5.0))
    look(theatre, state)
    assert idle_looks(state) == 0
    do(theatre, state, MoveCArm(orbit_deg=4.0))
    look(theatre, state)
    assert idle_looks(state) == 1


def test_a_stored_picture_and_one_that_shows_the_moved_marker_are_not_idle():
    theatre, state = begun_square()
    look(theatre, state)
    do(theatre, state, MoveCArm(across_mm=8.0))
    look(theatre, state)
    assert idle_looks(state) == 1
    do(theatre, state, StoreView("ap"))
    let_pass(theatre, state, 12)
    assert idle_looks(state) == 0
    do(theatre, state, PlaceMarker(0.0, 0.0))
    look(theatre, state)
    assert idle_looks(state) == 0
    assert answers(state.looks[-1]) == ("marker",)


def test_a_press_is_a_look_and_each_further_two_seconds_of_it_another():
    theatre, state = begun_square()
    look(theatre, state, pulses=16)
    assert len(state.looks) == 1
    assert state.looks[0].last - state.looks[0].first == 15
    look(theatre, state, pulses=40)
    assert [each.last - each.first + 1 for each in state.looks] == [16, 16, 16, 8]
    assert [bool(answers(each)) for each in state.looks] == [True, False, False, False]


def test_without_a_picture_no_dose_answered_anything():
    theatre, state = begun_square()
    assert RULES.measures(theatre, state)["informative_share"] is None
    look(theatre, state)
    assert RULES.measures(theatre, state)["informative_share"] == 1.0
    look(theatre, state)
    assert RULES.measures(theatre, state)["informative_share"] == pytest.approx(0.5, abs=0.05)
