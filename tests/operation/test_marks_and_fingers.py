"""Marks on the skin, what fingers feel, and how far marks are off."""

import math

import numpy as np
import pytest

from game.operation import radiopaque
from game.operation.palpation import feel
from game.operation.plan import Plan
from game.operation.positioning.actions import MarkSkin, Palpate, PlaceMarker, WipeMark
from game.operation.positioning.events import Felt
from game.operation.positioning.rules import RULES
from game.operation.theatre import SkinMark
from game.patient import Patient, PatientSpec
from tests.operation.lying import do, marked, theatre_with
from tests.operation.theatres import body


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_mark_lies_on_the_skin_where_the_camera_shows_it(side):
    theatre = theatre_with(Plan(side=side))
    state = RULES.start(theatre)
    do(theatre, state, MarkSkin("window", 23.0, -12.0))
    seen = RULES.sight(theatre, state).marks[0]
    assert (seen.x_mm, seen.y_mm) == (pytest.approx(23.0, abs=0.2), pytest.approx(-12.0, abs=0.2))
    assert abs(float(theatre.patient.skin_distance_mm(np.array([theatre.marks[0].patient_mm]))[0])) < 0.5


def test_an_incision_has_two_ends_and_the_other_marks_one():
    theatre = theatre_with()
    state = RULES.start(theatre)
    do(theatre, state, *[MarkSkin(kind, x, 0.0) for kind in ("window", "incision") for x in (0.0, 10.0, 20.0)])
    kinds = [mark.kind for mark in theatre.marks]
    assert (kinds.count("window"), kinds.count("incision")) == (1, 2)
    do(theatre, state, WipeMark("incision"))
    assert [mark.kind for mark in theatre.marks].count("incision") == 1
    assert RULES.refuse(theatre, state, WipeMark("midline")) is not None


def test_the_one_metal_marker_is_moved_not_doubled():
    theatre = theatre_with()
    state = RULES.start(theatre)
    do(theatre, state, PlaceMarker(0.0, 0.0), PlaceMarker(15.0, 0.0))
    assert [mark.kind for mark in theatre.marks] == ["metal"]
    assert len(radiopaque.tubes(theatre)) == 1


def skin_behind(patient: Patient, name: str):
    point = patient.landmarks[name]
    return patient.skin_hit_mm(point + np.array([0.0, 300.0, 0.0]), np.array([0.0, -1.0, 0.0]))


def test_a_finger_finds_the_bumps_of_a_lean_back_and_the_gaps_between_them():
    lean = body(PatientSpec(weight_kg=55.0))
    heights = np.arange(float(lean.landmarks["L3.spinous_tip"][2]), float(lean.landmarks["L4.spinous_tip"][2]), -2.0)
    places = [lean.skin_hit_mm(np.array([0.0, 300.0, z]), np.array([0.0, -1.0, 0.0])) for z in heights]
    felt = [feel(lean, place, 0.0) for place in places]
    assert (felt[0], felt[-1]) == ("bone", "bone")
    assert felt.count("gap") >= 2
    assert feel(lean, skin_behind(lean, "L3.transverse_left"), 0.0) == "soft"


def test_in_a_stout_back_everything_is_soft():
    stout = body(PatientSpec(weight_kg=120.0))
    assert {feel(stout, skin_behind(stout, f"{level}.spinous_tip"), 0.0) for level in ("L2", "L3", "L4")} == {"soft"}


def test_a_hand_finds_the_crest_of_a_lean_flank_only():
    for weight_kg, found in ((55.0, "crest"), (120.0, "soft")):
        patient = body(PatientSpec(weight_kg=weight_kg))
        crest = patient.landmarks["iliac_crest_right"]
        flank = patient.skin_hit_mm(crest + np.array([-300.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
        assert feel(patient, flank, 0.0) == found


def test_a_lighter_press_never_finds_bone_that_a_harder_one_misses():
    patient = body()
    for name in ("L2.spinous_tip", "L3.spinous_tip", "L3.lamina_left", "L4.transverse_right"):
        found = [feel(patient, skin_behind(patient, name), push) in ("bone", "crest") for push in (-3.0, 0.0, 3.0)]
        assert found == sorted(found)


def test_what_a_finger_felt_is_seen_and_logged():
    theatre = theatre_with()
    state = RULES.start(theatre)
    events = do(theatre, state, Palpate(5.0, 5.0))
    sight = RULES.sight(theatre, state)
    assert [event.word for event in events if isinstance(event, Felt)] == [sight.felt]
    assert sight.felt in ("bone", "crest", "gap", "soft")
    assert sight.felt_xy_mm == (5.0, 5.0)


@pytest.mark.parametrize(
    ("dz_mm", "level"),
    [(0.0, "planned"), (7.0, "planned"), (36.0, "other"), (-36.0, "other"), (76.0, "conus"), (115.0, "conus"), (-74.0, "beyond")],
)
def test_the_window_mark_is_measured_along_the_body_and_against_the_plan(dz_mm, level):
    theatre = theatre_with()
    state = RULES.start(theatre)
    z_mm = float(theatre.patient.landmarks["window.L3-4"][2]) + dz_mm
    point = theatre.patient.skin_point(0.0, z_mm, "right")
    theatre.marks.append(SkinMark("window", (float(point[0]), float(point[1]), float(point[2]))))
    measured = RULES.measures(theatre, state)
    assert measured["window_mark_error_mm"] == pytest.approx(abs(dz_mm), abs=0.01)
    assert measured["entry_level"] == level


@pytest.mark.parametrize("side", ["right", "left"])
def test_the_entrys_mark_is_measured_by_depth_angle_and_midline(side):
    theatre = theatre_with(Plan(side=side))
    state = RULES.start(theatre)
    sac = theatre.patient.landmarks["sac.L3-4"]
    skin = theatre.patient.skin_hit_mm(np.array([sac[0], 300.0, sac[2]]), np.array([0.0, -1.0, 0.0]))
    depth_mm = float(skin[1] - sac[1])
    for angle_deg, off_mm in (
        (40.0, 0.0),
        (36.0, 0.0),
        (44.0, 0.0),
        (30.0, depth_mm * (math.sqrt(3.0) - 1.0 / math.tan(math.radians(35.0)))),
    ):
        marked(theatre, "entry", 15.0, float(sac[2]) - depth_mm / math.tan(math.radians(angle_deg)))
        measured = RULES.measures(theatre, state)
        assert measured["entry_mark_run_mm"] == pytest.approx(off_mm, abs=0.01)
        assert measured["entry_mark_aside_mm"] == pytest.approx(15.0, abs=1.0)
    marked(theatre, "entry", -15.0, -90.0)
    assert RULES.measures(theatre, state)["entry_mark_aside_mm"] == pytest.approx(-15.0, abs=1.5)


def test_the_incision_is_measured_from_the_entry_along_the_skin():
    theatre = theatre_with()
    state = RULES.start(theatre)
    marked(theatre, "entry", 15.0, -90.0)
    marked(theatre, "incision", 15.0, -65.0)
    assert RULES.measures(theatre, state)["incision_off_entry_mm"] is None
    marked(theatre, "incision", 15.0, -115.0)
    assert RULES.measures(theatre, state)["incision_off_entry_mm"] == pytest.approx(0.0, abs=0.5)
    marked(theatre, "entry", 27.0, -90.0)
    assert RULES.measures(theatre, state)["incision_off_entry_mm"] == pytest.approx(12.0, abs=0.5)
    marked(theatre, "entry", 15.0, -135.0)
    assert RULES.measures(theatre, state)["incision_off_entry_mm"] == pytest.approx(20.0, abs=0.5)
