import dataclasses
import math
from functools import cache

import numpy as np
import pytest

from game.base import Action, Event
from game.clock import TICKS_PER_S
from game.frames import FieldCamera, Rigid, rigid_about_z
from game.imaging import CArm
from game.instruments.equipment import Equipment
from game.operation import core, radiopaque
from game.operation.actions import MoveCArm, Pedal, StoreView
from game.operation.information import answers, is_lateral
from game.operation.palpation import feel
from game.operation.plan import Plan
from game.operation.positioning.actions import MarkSkin, NameLevel, Palpate, PlaceMarker, PlacePatient, WipeMark
from game.operation.positioning.events import Felt, LevelNamed
from game.operation.positioning.measures import lateral_error_deg
from game.operation.positioning.rules import RULES, lean_deg, roll_deg
from game.operation.positioning.state import Positioning
from game.operation.theatre import Fluoroscope, SkinMark, Theatre
from game.patient import Patient, PatientSpec, build_patient
from game.patient.physiology import start_physiology
from game.plain import canonical, decode, encode
from game.resources import shipped
from game.scenario import load_scenario
from game.session import Session, make_trainee, run

FLOOR = {"right": np.array([1.0, 0.0, 0.0]), "left": np.array([-1.0, 0.0, 0.0])}  # the lower side is the floor's


@cache
def equipment() -> Equipment:
    return load_scenario(shipped("scenarios") / "standard.yaml").tables.equipment


@cache
def body(spec: PatientSpec = PatientSpec(), seed: int = 5) -> Patient:  # noqa: B008
    return build_patient(spec, seed)


def theatre_with(plan: Plan | None = None, seed: int = 5, spec: PatientSpec | None = None) -> Theatre:
    plan, spec = plan or Plan(), spec or PatientSpec()
    return Theatre(
        plan=plan,
        spec=spec,
        seed=seed,
        patient=body(spec, seed),
        equipment=equipment(),
        patient_pose=Rigid(),
        camera=FieldCamera(plan.side, 40.0, (0.0, 90.0, -40.0), 420.0),
        fluoroscope=Fluoroscope(CArm()),
        physiology=start_physiology(spec, seed, plan.anaesthesia),
    )


def do(theatre: Theatre, state: Positioning, *actions: Action) -> list[Event]:
    events: list[Event] = []
    for action in actions:
        assert core.refuse(theatre, action, RULES.tray) is None
        assert RULES.refuse(theatre, state, action) is None
        events += core.apply(theatre, action)
        events += RULES.apply(theatre, state, action)
    return events


def let_pass(theatre: Theatre, state: Positioning, ticks: int) -> list[Event]:
    events: list[Event] = []
    for _ in range(ticks):
        theatre.tick += 1
        events += RULES.advance(theatre, state)
        events += core.advance(theatre)
    return events


def look(theatre: Theatre, state: Positioning, pulses: int = 2) -> None:
    """Press the pedal for some pulses and wait a second."""
    do(theatre, state, Pedal(True))
    let_pass(theatre, state, 15 * pulses)
    do(theatre, state, Pedal(False))
    let_pass(theatre, state, TICKS_PER_S)


def square(theatre: Theatre, state: Positioning, orbit_deg: float = 0.0, tilt_deg: float = 0.0) -> None:
    """Lay the patient perfectly and put the C-arm where it is asked."""
    theatre.patient_pose = Rigid()
    theatre.fluoroscope.carm = CArm(orbit_deg=orbit_deg, tilt_deg=tilt_deg)


def axis_tilt_deg(patient: Patient, level: str = "L3") -> float:
    up = patient.landmarks[f"{level}.superior_endplate"] - patient.landmarks[f"{level}.inferior_endplate"]
    return math.degrees(math.atan2(float(up[1]), float(up[2])))


# How the patient lies


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_porters_leave_the_patient_rolled_straight_and_the_c_arm_not_square(seed):
    theatre = theatre_with(seed=seed)
    RULES.start(theatre)
    roll_deg = math.degrees(math.atan2(theatre.patient_pose.rotation[1][0], theatre.patient_pose.rotation[0][0]))
    carm = theatre.fluoroscope.carm
    assert 6.0 <= abs(roll_deg) <= 14.0
    assert 20.0 <= theatre.patient.spec.hip_flexion_deg <= 35.0
    assert min(abs(carm.orbit_deg), abs(carm.tilt_deg)) >= 3.0
    assert 20.0 <= abs(carm.isocentre_mm[2]) <= 45.0
    assert carm.problem("right", theatre.patient, theatre.patient_pose) is None


def test_equal_seeds_begin_alike_and_others_do_not():
    poses = []
    for seed in (5, 5, 6):
        theatre = theatre_with(seed=seed)
        RULES.start(theatre)
        poses.append(canonical((theatre.patient_pose, theatre.fluoroscope.carm)))
    assert poses[0] == poses[1]
    assert poses[0] != poses[2]


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_positive_roll_turns_the_belly_to_the_floor(side):
    theatre = theatre_with(Plan(side=side))
    state = RULES.start(theatre)
    theatre.patient_pose = Rigid()
    do(theatre, state, PlacePatient(75.0, 20.0))
    belly = theatre.patient_pose.turn(np.array([0.0, -1.0, 0.0]))
    assert float(belly @ FLOOR[side]) == pytest.approx(math.sin(math.radians(20.0)), abs=0.03)
    assert lean_deg(theatre.patient_pose, side) == 20.0


@pytest.mark.parametrize("side", ["right", "left"])
def test_turning_back_by_what_the_lean_shows_leaves_an_upright_trunk_and_a_twisted_spine(side):
    theatre = theatre_with(Plan(side=side))
    state = RULES.start(theatre)
    do(theatre, state, PlacePatient(75.0, -RULES.sight(theatre, state).trunk_lean_deg))
    assert abs(roll_deg(theatre.patient_pose, side) + state.twist_deg) <= 4.1
    assert 4.0 <= abs(state.twist_deg) <= 8.0
    assert abs(RULES.sight(theatre, state).trunk_lean_deg) <= 5.0
    assert theatre.patient.spec.hip_flexion_deg == pytest.approx(75.0, abs=4.0)


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_spine_lies_away_from_its_place_and_across_the_tables_long_side(seed):
    theatre = theatre_with(seed=seed)
    RULES.start(theatre)
    pose = theatre.patient_pose
    along = pose.turn(np.array([0.0, 0.0, 1.0]))
    assert 0.0 < abs(pose.shift_mm[2]) <= 32.0 + 4.0 * 4.0
    assert 2.5 <= math.degrees(math.acos(float(along[2]))) <= 5.5


def test_where_patients_lie_differs_and_takes_nothing_from_other_streams():
    lain = {}
    for seed in range(1, 13):
        theatre = theatre_with(seed=seed)
        RULES.start(theatre)
        lain[seed] = theatre.patient_pose.shift_mm[2]
        untouched = Theatre.chance(theatre_with(seed=seed), "positioning")
        untouched.uniform(size=2), untouched.random(), untouched.normal(size=3)
        assert float(untouched.uniform(3.0, 8.0)) == pytest.approx(abs(theatre.fluoroscope.carm.orbit_deg))
    assert np.std(list(lain.values())) > 12.0
    assert {math.copysign(1.0, z_mm) for z_mm in lain.values()} == {-1.0, 1.0}


def test_hips_come_to_lie_at_whole_degrees_whatever_was_asked():
    theatre = theatre_with()
    state = RULES.start(theatre)
    found = [theatre.spec.hip_flexion_deg]
    for asked_deg in (0.0, 62.3, 74.9, 110.0):
        do(theatre, state, PlacePatient(asked_deg, 0.0))
        found.append(theatre.spec.hip_flexion_deg)
    assert all(angle.is_integer() and 0.0 <= angle <= 110.0 for angle in found)


def test_the_assistants_hands_are_a_degree_or_so_off():
    errors = []
    for seed in range(1, 16):
        theatre = theatre_with()
        state = RULES.start(theatre)
        theatre.streams.pop("positioning")
        theatre.seed = seed
        theatre.patient_pose = Rigid()
        RULES.apply(theatre, state, PlacePatient(30.0, 10.0))
        errors.append(math.degrees(math.asin(theatre.patient_pose.rotation[1][0])) - 10.0)
    assert max(abs(error) for error in errors) <= 1.5 + 1e-9
    assert 0.4 < float(np.std(errors)) < 1.0


def test_placing_takes_a_minute_of_theatre_time():
    theatre = theatre_with()
    state = RULES.start(theatre)
    before = theatre.theatre_s
    do(theatre, state, PlacePatient(75.0, 0.0))
    assert theatre.theatre_s - before == pytest.approx(60.0)


def test_marks_stay_where_they_are_on_the_skin_when_the_patient_bends():
    theatre = theatre_with()
    state = RULES.start(theatre)
    do(theatre, state, MarkSkin("window", 0.0, 0.0), MarkSkin("entry", 40.0, 10.0))
    before = [(float(theatre.patient.skin_arc(np.array([m.patient_mm]), "right")[0]), m.patient_mm[2]) for m in theatre.marks]
    do(theatre, state, PlacePatient(90.0, 0.0))
    for mark, (arc_mm, z_mm) in zip(theatre.marks, before, strict=True):
        point = np.array([mark.patient_mm])
        assert abs(float(theatre.patient.skin_distance_mm(point)[0])) < 1.0
        assert float(theatre.patient.skin_arc(point, "right")[0]) == pytest.approx(arc_mm, abs=1.0)
        assert mark.patient_mm[2] == pytest.approx(z_mm)


# Marks and fingers


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


# Levels


def point_at(theatre: Theatre, level: str) -> tuple[float, float]:
    exposure = theatre.fluoroscope.exposures[-1]
    u, v = exposure.carm.picture(exposure.pose.apply(theatre.patient.landmarks[f"{level}.body"]))
    return float(u), float(v)


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


# Views


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


def marked(theatre: Theatre, kind: str, arc_mm: float, z_mm: float) -> None:
    """Ink the skin so far towards the upper side of the midline of the back, at a height."""
    point = theatre.patient.skin_point(arc_mm, z_mm, theatre.plan.side)
    theatre.marks.append(SkinMark(kind, (float(point[0]), float(point[1]), float(point[2]))))  # type: ignore[arg-type]


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


# Exposures that answered a question


def idle_looks(state: Positioning) -> int:
    return sum(not answers(each) for each in state.looks)


def begun_square(orbit_deg: float = 6.0) -> tuple[Theatre, Positioning]:
    theatre = theatre_with()
    state = RULES.start(theatre)
    square(theatre, state, orbit_deg)
    return theatre, state


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


def test_one_stride_of_twelve_ticks_is_twelve_ticks():
    results = []
    for jumps in ((12,), (1,) * 12):
        theatre, state = begun_square()
        look(theatre, state)
        for jump in jumps:
            theatre.tick += jump
            RULES.advance(theatre, state)
        results.append(canonical(state))
    assert results[0] == results[1]


# Refusals, endings, plain values

BAD = [
    PlacePatient(-5.0, 0.0),
    PlacePatient(140.0, 0.0),
    PlacePatient(75.0, 45.0),
    PlacePatient(math.nan, 0.0),
    PlacePatient(75.0, math.inf),
    NameLevel("L6", 0.0, 0.0),
    NameLevel("L5", 0.0, 0.0),
    MarkSkin("needle", 0.0, 0.0),
    MarkSkin("entry", 0.0, 900.0),
    MarkSkin("entry", math.nan, 0.0),
    PlaceMarker(0.0, -900.0),
    Palpate(math.inf, 0.0),
    WipeMark("entry"),
]


@pytest.mark.parametrize("action", BAD, ids=str)
def test_what_is_refused_has_a_sentence_and_changes_nothing(action):
    theatre = theatre_with()
    state = RULES.start(theatre)

    def all_of_it() -> bytes:
        chance = theatre.chance("positioning").bit_generator.state
        return canonical((state, theatre.marks, theatre.patient_pose, theatre.spec, theatre.fluoroscope, theatre.waited_ticks, str(chance)))

    before = all_of_it()
    sentence = core.refuse(theatre, action, RULES.tray) or RULES.refuse(theatre, state, action)
    assert sentence is not None
    assert sentence.endswith(".")
    assert all_of_it() == before


def test_nobody_touches_the_patient_while_the_pedal_is_down():
    theatre = theatre_with()
    state = RULES.start(theatre)
    do(theatre, state, Pedal(True))
    assert "pedal" in RULES.refuse(theatre, state, PlacePatient(75.0, 0.0))


def test_the_step_ends_only_with_a_picture_and_an_entry():
    theatre = theatre_with()
    state = RULES.start(theatre)
    assert "picture" in RULES.unsafe(theatre, state)
    look(theatre, state)
    assert "enter" in RULES.unsafe(theatre, state)
    do(theatre, state, MarkSkin("entry", 0.0, 0.0))
    assert RULES.unsafe(theatre, state) is None


def test_the_state_travels_as_plain_values():
    theatre, state = begun_square()
    look(theatre, state)
    do(theatre, state, NameLevel("L3", *point_at(theatre, "L3")), Palpate(0.0, 0.0))
    assert canonical(decode(Positioning, encode(state))) == canonical(state)


def test_looking_changes_nothing():
    theatre, state = begun_square()
    before = canonical(state)
    RULES.sight(theatre, state)
    RULES.measures(theatre, state)
    assert canonical(state) == before


# Trainees


def played(skill: str, seed: int, side: str = "right") -> tuple[dict, float]:
    scenario = load_scenario(shipped("scenarios") / "standard.yaml")
    scenario = dataclasses.replace(scenario, steps=("positioning",), plan=dataclasses.replace(scenario.plan, side=side))
    session = Session(scenario, seed, "exam", trainee=skill)
    run(session, make_trainee(skill, seed))
    return RULES.measures(session.theatre, session.states["positioning"]), session.report().overall_percent


@pytest.mark.parametrize(("seed", "side"), [(3, "right"), (4, "left")])
def test_the_expert_squares_counts_and_marks_whatever_the_seed(seed, side):
    measured, percent = played("expert", seed, side)
    assert percent >= 99.0
    assert measured["spine_rotation_mm"] <= 2.0
    assert measured["endplate_tilt_deg"] <= 3.0
    assert measured["lateral_tilt_deg"] <= 3.0
    assert 60.0 <= measured["hip_flexion_deg"] <= 90.0
    assert (measured["level_count"], measured["entry_level"], measured["views_stored"]) == ("two_agree", "planned", 2.0)
    assert measured["window_mark_error_mm"] <= 5.0
    assert measured["informative_share"] >= 0.8


def test_the_novice_bends_and_counts_less_well_than_the_expert():
    measured, percent = played("novice", 4)
    assert measured["hip_flexion_deg"] < 60.0
    assert percent < 90.0
