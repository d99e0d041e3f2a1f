"""The needle step from the first wheal to spinal fluid, driven in the body by what is truly there."""

import math

import numpy as np
import pytest

from game.errors import ActionRefused
from game.frames import FieldCamera, Rigid
from game.imaging import CArm
from game.instruments import needle as shaft
from game.instruments.needle import Needle, TouchedBone
from game.operation.actions import Aim, AskView, Grip, LetGo, MoveHand, Pedal, Roll, StoreView, Stylet, TakeInstrument, Wait
from game.operation.events import CriticalError, Relieved, Sounded, Waited
from game.operation.information import Look, Scene, answers
from game.operation.needle.actions import Inject, PlaceNeedle, PressPlunger, TakeOut
from game.operation.needle.contact import resistance_word
from game.operation.needle.events import Dripped, DuralPuncture, HubChanged, NerveAnswered, NerveLeft, NerveTouched, PlungerPressed
from game.operation.needle.geometry import angles_of, heading_of, stand_at
from game.operation.needle.measures import views_missing
from game.operation.needle.state import NeedleStep
from game.patient import Tissue
from tests.instruments.hands import way_in
from tests.session.sessions import begun, play

SEED = 7


@pytest.fixture
def session():
    return begun("needle", SEED)


def state_of(session) -> NeedleStep:
    return session.states["needle"]


def told(session, kind):
    return [event for event in session.events if isinstance(event, kind)]


def sounds(session):
    return [event.sound for event in told(session, Sounded)]


def in_way(session, numb=True):
    """Take the needle and set it on the free way to the window; return how long that is."""
    theatre = session.theatre
    skin, direction, length_mm = way_in(theatre.patient)
    x, y = (float(v) for v in theatre.camera.to_field(skin))
    if numb:
        play(session, ((1, TakeInstrument("lidocaine")), (1, PlaceNeedle(x, y)), (1, Grip())))
        along(session, 6.0)
        play(session, ((1, LetGo()), (1, Inject(5.0))))
    play(session, ((1, TakeInstrument("blade")), (1, PlaceNeedle(x, y)), (1, Grip()), (1, LetGo())))
    play(session, ((1, TakeInstrument("tuohy")), (1, PlaceNeedle(x, y))))
    needle = theatre.needle
    sagittal, medial = angles_of(state_of(session).stand, tuple(direction))
    at = angles_of(state_of(session).stand, needle.heading)
    session.act(Aim(sagittal - at[0], medial - at[1]))
    needle.drift = 0.0
    return length_mm


def along(session, by_mm, speed_mm_s=12.0):
    """Move the gripping hand along what it holds, inwards positive."""
    theatre, state = session.theatre, state_of(session)
    heading = state.syringe_heading if theatre.hand.instrument == "lidocaine" else shaft.axis(theatre.needle)
    right, up, _ = theatre.camera.axes()
    drawn = np.array([float(np.dot(heading, right)), float(np.dot(heading, up))])
    count = max(1, round(abs(by_mm) * 120 / speed_mm_s))
    for _ in range(count):
        session.act(MoveHand(*(float(v) * by_mm / count for v in drawn)))
        session.advance(1)


def push_until(session, sound, limit_mm=120.0):
    session.act(Grip())
    known, gone = len(sounds(session)), 0.0
    while sound not in sounds(session)[known:] and gone < limit_mm:
        along(session, 0.4, 8.0)
        gone += 0.4
    session.act(LetGo())
    session.advance(12)
    assert sound in sounds(session)[known:]


def tapped(session):
    """Put the needle into the sac and let its point lie wholly inside."""
    in_way(session)
    push_until(session, "pop_dura")
    for _ in range(10):
        if inside_mm(session) >= 4.0:
            break
        session.act(Grip())
        along(session, session.theatre.needle.drag_n + 1.5, 6.0)
        session.act(LetGo())
        session.advance(12)
    return session


def inside_mm(session):
    needle = session.theatre.needle
    wall = [span for span in needle.spans if span.tissue == 9 and span.start_mm < needle.depth_mm]
    return needle.depth_mm - wall[0].end_mm if wall else 0.0


# The field


def test_the_needle_lies_on_the_tray_as_the_equipment_says_with_a_roll_drawn_for_the_case(session):
    spec, needle = session.theatre.equipment.needles["tuohy"], session.theatre.needle
    assert (needle.length_mm, needle.od_mm, needle.bore_mm, needle.burr_n) == (
        spec.length_mm,
        spec.outer_mm,
        spec.bore_mm,
        spec.burr_force_n,
    )
    assert needle.drift == spec.drift_mm_per_cm / 10.0
    assert needle.entry_mm is None
    assert {begun("needle", seed).theatre.needle.bevel_deg for seed in (1, 2, 3)} != {needle.bevel_deg}


def test_the_camera_looks_at_the_skin_below_the_window(session):
    camera, theatre = session.theatre.camera, session.theatre
    window = theatre.patient.landmarks[f"window.{theatre.plan.window}"]
    assert isinstance(camera, FieldCamera)
    assert abs(theatre.patient.skin_distance_mm(np.array([camera.centre_mm]))[0]) < 2.0
    assert window[2] - 45.0 < camera.centre_mm[2] < window[2] - 25.0


@pytest.mark.parametrize(("sagittal_deg", "medial_deg"), [(40.0, 13.0), (60.0, 0.0), (85.0, -30.0), (15.0, 40.0)])
@pytest.mark.parametrize("x_mm", [-15.0, 15.0])
def test_angles_to_the_skin_and_the_midline_come_back_from_the_heading(session, sagittal_deg, medial_deg, x_mm):
    patient = session.theatre.patient
    skin = patient.skin_hit_mm(np.array([x_mm, 300.0, -30.0]), np.array([0.0, -1.0, 0.0]))
    stand = stand_at(patient, tuple(skin))
    heading = heading_of(stand, sagittal_deg, medial_deg)
    assert math.hypot(*heading) == pytest.approx(1.0)
    assert angles_of(stand, heading) == pytest.approx((sagittal_deg, medial_deg), abs=2.5)
    assert heading[2] > 0.0 or sagittal_deg + stand.slope_deg > 90.0
    assert (heading[0] * x_mm < 0.0) == (medial_deg > 0.0) or medial_deg == 0.0


# Hands


def test_a_push_along_the_drawn_needle_pushes_and_one_across_it_slides_before_contact(session):
    in_way(session, numb=False)
    needle = session.theatre.needle
    session.act(Grip())
    along(session, 1.5)
    assert needle.ghost_mm > 0.3
    entry = needle.entry_mm
    right, up, _ = session.theatre.camera.axes()
    drawn = np.array([float(np.dot(shaft.axis(needle), right)), float(np.dot(shaft.axis(needle), up))])
    across = np.array([-drawn[1], drawn[0]]) / math.hypot(*drawn)
    if needle.depth_mm < 0.5:
        ghost_mm = needle.hand_mm
        session.act(MoveHand(*(float(v) * 3.0 for v in across)))
        assert math.dist(entry, needle.entry_mm) > 2.0
        assert needle.hand_mm == pytest.approx(ghost_mm)


def test_the_same_sideways_motion_bows_a_shaft_that_is_deep(session):
    in_way(session)
    session.act(Grip())
    along(session, 50.0)
    needle = session.theatre.needle
    assert needle.depth_mm > 30.0
    entry = needle.entry_mm
    session.act(MoveHand(0.0, 6.0))
    assert needle.entry_mm == entry
    assert math.hypot(*needle.bow_deg) > 0.2
    assert needle.cut_mm > 0.0


@pytest.mark.parametrize(
    ("actions", "refused", "sentence"),
    [
        ((), PlaceNeedle(0.0, 0.0), "Take an instrument"),
        ((TakeInstrument("tuohy"),), Grip(), "Set the needle's point"),
        ((TakeInstrument("blade"),), Grip(), "Set the blade"),
        ((TakeInstrument("lidocaine"),), Grip(), "Set the syringe"),
        ((TakeInstrument("lidocaine"),), Inject(2.0), "not in the skin"),
        ((TakeInstrument("tuohy"),), Inject(2.0), "Take the syringe"),
        ((TakeInstrument("tuohy"),), PlaceNeedle(900.0, 900.0), "no skin"),
        ((TakeInstrument("tuohy"),), PlaceNeedle(1e300, 0.0), "no skin"),
        ((TakeInstrument("tuohy"),), Aim(31.0, 0.0), "at most 30 degrees"),
        ((TakeInstrument("tuohy"),), Roll(181.0), "at most 180"),
        ((), Stylet(), "Take the Tuohy"),
        ((), TakeOut(), "out already"),
    ],
)
def test_what_a_hand_cannot_do_is_refused_in_a_sentence(session, actions, refused, sentence):
    for action in actions:
        session.act(action)
    with pytest.raises(ActionRefused, match=sentence):
        session.act(refused)


def test_a_needle_that_is_in_must_come_out_before_it_is_set_elsewhere(session):
    in_way(session)
    session.act(Grip())
    along(session, 20.0)
    session.act(LetGo())
    with pytest.raises(ActionRefused, match="draw it out"):
        session.act(PlaceNeedle(0.0, 0.0))
    session.act(TakeOut())
    assert session.theatre.needle.entry_mm is None
    session.act(PlaceNeedle(0.0, 0.0))
    assert session.theatre.needle.depth_mm == 0.0


# Local anaesthetic


def test_lidocaine_adds_up_over_the_case_and_takes_its_time(session):
    in_way(session)
    theatre = session.theatre
    assert theatre.lidocaine.given_mg == 50.0
    assert len(theatre.lidocaine.deposits) == 1
    assert told(session, Waited)[0].duration_s == 15.0
    assert state_of(session).wheal_mm is not None


def test_lidocaine_over_the_maximum_of_the_case_is_a_critical_error_once(session):
    in_way(session)
    for _ in range(5):
        play(session, ((1, TakeInstrument("lidocaine")), (1, PlaceNeedle(0.0, 0.0)), (1, Grip())))
        along(session, 10.0)
        session.act(LetGo())
        session.act(Inject(7.0))
    assert [event.id for event in told(session, CriticalError)] == ["lidocaine-over-maximum"]


def test_one_syringe_holds_what_the_table_says_and_is_filled_again(session):
    in_way(session)
    volume_ml = session.theatre.equipment.syringes["lidocaine"].volume_ml
    play(session, ((1, TakeInstrument("lidocaine")), (1, PlaceNeedle(0.0, 0.0)), (1, Grip())))
    along(session, 10.0)
    session.act(LetGo())
    session.act(Inject(volume_ml - 1.0))
    with pytest.raises(ActionRefused, match=r"Only 1\.0 mL"):
        session.act(Inject(2.0))
    waited = session.theatre.waited_ticks
    session.act(TakeInstrument("lidocaine"))
    assert session.theatre.lidocaine.left_ml == volume_ml
    assert session.theatre.waited_ticks > waited


def test_skin_that_was_numbed_hurts_less():
    pains = []
    for numb in (False, True):
        session = begun("needle", SEED)
        in_way(session, numb)
        session.act(Wait(180.0))
        state_of(session).worst_pain = 0.0
        push_until(session, "pop_skin")
        pains.append(state_of(session).worst_pain)
    assert pains[1] < 0.4 * pains[0]


# The way in


def test_every_layer_is_heard_in_its_order_and_fluid_comes_through_one_hole(session):
    tapped(session)
    pops = [sound for sound in sounds(session) if sound.startswith("pop_")]
    assert pops[-4:] == ["pop_skin", "pop_fascia", "pop_flavum", "pop_dura"]
    assert [(event.hole, event.outwards) for event in told(session, DuralPuncture)] == [(1, False)]
    session.act(Stylet())
    session.advance(1200)
    assert told(session, HubChanged)[-1].kind in ("drops", "stream")
    assert len(told(session, Dripped)) > 3
    assert session.theatre.strain.csf_lost_ml > 0.1
    measures = session.measured("needle")
    assert measures["dural_punctures"] == 1.0
    assert 0.0 < measures["canal_depth_ratio"] < 1.0
    assert measures["csf_flow"] == "brisk"
    assert measures["hollow_advance_mm"] == 0.0
    session.act(Stylet())
    lost_ml = session.theatre.strain.csf_lost_ml
    session.advance(1200)
    assert session.theatre.strain.csf_lost_ml == lost_ml


def test_an_open_hub_loses_three_to_ten_millilitres_a_minute_and_over_ten_is_critical(session):
    tapped(session)
    session.act(Stylet())
    session.advance(120)
    before_ml = session.theatre.strain.csf_lost_ml
    session.advance(7200)
    assert 3.0 <= session.theatre.strain.csf_lost_ml - before_ml <= 10.0
    session.act(Wait(300.0))
    session.advance(24)
    assert session.theatre.strain.csf_lost_ml > 10.0
    assert [event.id for event in told(session, CriticalError)] == ["csf-over-10-ml"]


def test_pushing_on_goes_out_through_the_front_and_is_told(session):
    tapped(session)
    session.act(Grip())
    along(session, 45.0)
    assert [event.outwards for event in told(session, DuralPuncture)] == [False, True]
    assert session.measured("needle")["dural_punctures"] == 2.0


def test_a_disc_or_vessel_behind_the_front_of_the_sac_fails_the_case_once(session, monkeypatch):
    tapped(session)
    patient, seen = session.theatre.patient, session.theatre.patient.tissue
    front_y = patient.landmarks["sac.L3-4"][1] - 8.0

    def with_a_vessel(points):
        met = seen(points)
        met[(met == Tissue.EPIDURAL) & (points[:, 1] < front_y)] = Tissue.VEIN
        return met

    monkeypatch.setattr(patient, "tissue", with_a_vessel)
    session.act(Grip())
    along(session, 45.0)
    assert [event.id for event in told(session, CriticalError)].count("through-ventral-dura") == 1


def test_a_hollow_needle_in_the_canal_is_a_critical_error_and_its_bore_is_plugged(session):
    in_way(session)
    push_until(session, "pop_fascia")
    session.act(Stylet())
    push_until(session, "pop_flavum")
    session.act(Grip())
    along(session, 30.0)
    assert [event.id for event in told(session, CriticalError)] == ["hollow-into-canal"]
    assert state_of(session).plug
    session.act(Stylet())
    assert not state_of(session).plug
    assert session.measured("needle")["hollow_advance_mm"] > 20.0


def test_bone_is_heard_hurts_and_ends_the_way(session):
    in_way(session)
    session.act(Aim(-14.0, 0.0))
    session.act(Grip())
    for _ in range(110):
        if not told(session, TouchedBone):
            along(session, 1.0)
    assert "bone" in sounds(session)
    depth_mm = session.theatre.needle.depth_mm
    along(session, 6.0)
    assert session.theatre.needle.depth_mm < depth_mm + 0.2
    assert state_of(session).worst_pain > 1.0


def test_drawing_back_a_centimetre_and_going_on_is_another_pass(session):
    in_way(session)
    session.act(Grip())
    along(session, 45.0)
    assert state_of(session).passes == 1
    along(session, -28.0)
    along(session, 25.0)
    assert state_of(session).passes == 2
    session.act(LetGo())
    session.act(TakeOut())
    elsewhere = session.theatre.camera.to_field(np.array([0.0, 100.0, -40.0]))
    session.act(PlaceNeedle(float(elsewhere[0]), float(elsewhere[1])))
    session.act(Grip())
    along(session, 40.0)
    assert state_of(session).passes == 3


# Roots


def on_root(session):
    """Set the point beside a root of the sac, as if it had just come there."""
    tapped(session)
    session.act(Grip())
    state = state_of(session)
    for _ in range(60):
        if told(session, NerveTouched):
            return state
        along(session, 0.5)
    return state


def test_a_touched_root_is_told_on_its_side_and_answered_by_drawing_back(session):
    state = on_root(session)
    if not told(session, NerveTouched):
        pytest.fail("this way meets no root; choose another seed")
    assert told(session, NerveTouched)[0].side in ("left", "right")
    assert session.theatre.strain.shock > 0.4
    assert session.measured("needle")["paraesthesia_answer"] == "late"
    session.advance(70)
    along(session, -20.0)
    session.advance(60)
    assert state.answers[:1] == ["right"]
    assert [event.answer for event in told(session, NerveAnswered)] == state.answers
    assert told(session, NerveLeft)
    session.advance(70 * 120)
    assert [event.id for event in told(session, Relieved)] == ["C4"]
    assert session.measured("needle")["paraesthesia_answer"] in ("right", "wrong")
    assert "advanced-after-paraesthesia" not in [event.id for event in told(session, CriticalError)]


def test_pushing_on_after_a_touched_root_is_a_critical_error(session):
    on_root(session)
    if not told(session, NerveTouched):
        pytest.fail("this way meets no root; choose another seed")
    session.advance(70)
    along(session, 8.0)
    assert "advanced-after-paraesthesia" in [event.id for event in told(session, CriticalError)]
    assert session.measured("needle")["paraesthesia_answer"] == "wrong"
    assert "wrong" in [event.answer for event in told(session, NerveAnswered)]
    assert session.courses.live["C4"].worse


def test_taking_the_needle_out_answers_a_touched_root_and_frees_it(session):
    state = on_root(session)
    session.act(LetGo())
    session.act(TakeOut())
    session.advance(12)
    assert state.answers == ["right"]
    assert session.measured("needle")["paraesthesia_answer"] == "right"
    session.advance(70 * 120)
    assert [event.id for event in told(session, Relieved)] == ["C4"]


# Rescues and turns


def test_turning_the_open_needle_is_counted(session):
    tapped(session)
    session.act(Stylet())
    session.act(Roll(90.0))
    session.act(Roll(-30.0))
    assert state_of(session).turned_deg == 120.0


# Pictures


def looked(session, view, depth_mm, holes=0, to_dura_mm=10.0, shown=("needle_tip",)):
    sac = session.theatre.patient.landmarks["sac.L3-4"]
    tip_mm = (float(sac[0]), float(sac[1]) + to_dura_mm, float(sac[2]))
    scene = Scene(CArm(), Rigid(), tip_mm=tip_mm, heading=(0.0, -0.6, 0.8), depth_mm=depth_mm, holes=holes)
    return Look(0, 0, 0, 0, view, scene, True, 10.0, True, shown)


def test_four_views_are_needed_and_each_is_missed_by_itself(session):
    patient = session.theatre.patient
    assert views_missing(patient, [], 80.0) == 4
    whole = [looked(session, *way) for way in (("ap", 40.0), ("lateral", 60.0), ("ap", 80.0, 1), ("lateral", 79.0, 1))]
    assert views_missing(patient, whole, 80.0) == 0
    for left_out in range(4):
        assert views_missing(patient, whole[:left_out] + whole[left_out + 1 :], 80.0) == 1
    early = [looked(session, "ap", 10.0), looked(session, "lateral", 60.0, to_dura_mm=40.0), *whole[2:]]
    assert views_missing(patient, early, 80.0) == 2
    assert views_missing(patient, whole, 95.0) == 2  # the needle moved after its last pictures


def test_a_view_on_which_the_point_cannot_be_made_out_is_missing(session):
    whole = [looked(session, *way) for way in (("ap", 40.0), ("lateral", 60.0), ("ap", 80.0, 1), ("lateral", 79.0, 1))]
    whole[1] = looked(session, "lateral", 60.0, shown=("target",))
    assert views_missing(session.theatre.patient, whole, 80.0) == 1


def test_a_second_picture_of_the_same_answers_nothing_until_something_moves(session):
    play(session, ((0, Pedal(True)), (2, Pedal(False)), (200, Pedal(True)), (2, Pedal(False))))
    session.advance(1)
    assert [bool(answers(look)) for look in state_of(session).looks] == [True, False]
    assert [look.blank for look in state_of(session).looks] == ["", "repeat"]
    assert session.measured("needle")["informative_share"] == pytest.approx(0.5, abs=0.1)
    session.act(StoreView("ap"))
    in_way(session)
    session.act(Grip())
    along(session, 30.0)
    session.act(LetGo())
    session.act(AskView("ap"))
    session.advance(60)
    assert answers(state_of(session).looks[-1]) == ("tip",)


def test_one_long_press_is_one_picture_for_every_two_seconds(session):
    play(session, ((0, Pedal(True)), (5 * 120, Pedal(False))))
    session.advance(10)
    assert len(state_of(session).looks) == 3


def test_nothing_done_is_nothing_measured(session):
    measures = session.measured("needle")
    assert {name: value for name, value in measures.items() if value is not None} == {}


@pytest.mark.parametrize(
    ("lag_mm", "on_bone", "word"),
    [(0.2, False, "none"), (2.0, False, "soft"), (5.0, False, "firm"), (22.0, False, "hard"), (22.0, True, "bone"), (1.0, True, "soft")],
)
def test_only_bone_reads_as_bone_however_tough_a_ligament_is(lag_mm, on_bone, word):
    assert resistance_word(Needle(hand_mm=40.0 + lag_mm, depth_mm=40.0, on_bone=on_bone)) == word


# The loss-of-resistance syringe


def test_the_plunger_needs_its_syringe_and_an_open_hub(session):
    in_way(session)
    with pytest.raises(ActionRefused, match="Take the loss-of-resistance syringe first"):
        session.act(PressPlunger())
    session.act(TakeInstrument("lor"))
    with pytest.raises(ActionRefused, match="no open hub"):
        session.act(PressPlunger())


def test_saline_goes_slowly_into_muscle_not_into_the_ligament_and_at_once_beyond_it(session):
    in_way(session)
    needle, patient = session.theatre.needle, session.theatre.patient
    session.act(TakeInstrument("tuohy"))
    session.act(Stylet())
    session.act(TakeInstrument("lor"))
    ways = {Tissue.MUSCLE: "gives slowly", Tissue.FLAVUM: "holds", Tissue.EPIDURAL: "gives way", Tissue.CSF: "gives way"}
    for tissue, word in ways.items():
        needle.depth_mm = 0.0
        while Tissue(int(patient.tissue(np.array([shaft.tip_mm(needle)]))[0])) != tissue:
            needle.depth_mm += 0.2
            assert needle.depth_mm < needle.length_mm
            shaft._lay_track(needle)
        session.act(PressPlunger())
        assert session.observe().sight.plunger == word
    assert [event.force_n for event in told(session, PlungerPressed)] == [4.0, 11.0, 0.8, 0.8]
    session.act(PressPlunger())
    assert len(told(session, PlungerPressed)) == 4  # the thumb is still on it
    assert sum(event.duration_s for event in told(session, Waited) if event.reason == "loss-of-resistance syringe") == 32.0
    needle.depth_mm -= 1.0
    assert session.observe().sight.plunger == ""
