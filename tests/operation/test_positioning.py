"""The positioning step: how the patient lies, what is refused, how it ends."""

import math

import numpy as np
import pytest

from game.frames import Rigid
from game.operation import core
from game.operation.actions import Pedal
from game.operation.plan import Plan
from game.operation.positioning.actions import MarkSkin, NameLevel, Palpate, PlaceMarker, PlacePatient, WipeMark
from game.operation.positioning.rules import RULES, lean_deg, roll_deg
from game.operation.positioning.state import Positioning
from game.operation.theatre import Theatre
from game.plain import canonical, decode, encode
from tests.operation.lying import begun_square, do, look, point_at, theatre_with

FLOOR = {"right": np.array([1.0, 0.0, 0.0]), "left": np.array([-1.0, 0.0, 0.0])}  # the lower side is the floor's


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
