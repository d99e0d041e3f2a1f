import dataclasses
import math

import numpy as np
import pytest

from game.errors import ActionRefused
from game.frames import rigid_about_z
from game.imaging import Blades, Exposure, Tube, settled
from game.imaging.dose import irradiated
from game.imaging.technique import skin_distance_mm
from game.instruments import needle as shaft
from game.operation import core, fluoroscopy, hands_in_beam, radiopaque
from game.operation.actions import (
    AskView,
    Grip,
    LeanIn,
    LetGo,
    MoveBlades,
    MoveCArm,
    MoveHand,
    MoveTable,
    OtherHand,
    Pedal,
    PointHand,
    ResetBlades,
    Say,
    SetDoseMode,
    SetField,
    SetPulseRate,
    SilenceBuzzer,
    Spot,
    StoreView,
    TakeInstrument,
    Wait,
)
from game.operation.events import Exposed, HandInBeam, Sounded, Spoken, ViewStored, Waited
from game.operation.theatre import SkinMark
from game.session.digest import digests
from game.session.handover import copied, make_handover, theatre_from
from tests.session.sessions import begun, play


@pytest.fixture
def session():
    return begun("needle")


def told(session, kind):
    return [event for event in session.events if isinstance(event, kind)]


def with_picture(session, ticks=2):
    return play(session, ((0, Pedal(True)), (ticks, Pedal(False))))


# Hands


def test_a_hand_goes_where_it_is_pointed_and_moves_from_there(session):
    play(session, ((0, TakeInstrument("blade")), (0, PointHand(10.0, -4.0))))
    hand = session.theatre.hand
    assert (hand.x_mm, hand.y_mm, hand.gripping, hand.instrument) == (10.0, -4.0, False, "blade")
    session.states["needle"].blade_mm = (0.0, 100.0, 0.0)
    play(session, ((0, Grip()), (0, MoveHand(1.5, 0.5)), (1, MoveHand(1.5, 0.5)), (0, LetGo())))
    assert (hand.x_mm, hand.y_mm, hand.gripping) == (13.0, -3.0, False)


def test_the_other_hand_and_a_look_from_near_are_kept(session):
    play(session, ((0, OtherHand(True, 3.0, 4.0)), (0, LeanIn(True))))
    hand = session.theatre.hand
    assert (hand.other_down, hand.other_x_mm, hand.other_y_mm, hand.lean) == (True, 3.0, 4.0, True)
    play(session, ((0, OtherHand(False)), (0, LeanIn(False))))
    assert not hand.other_down
    assert not hand.lean


def test_only_what_lies_on_the_tray_can_be_taken_and_only_by_a_free_hand(session):
    with pytest.raises(ActionRefused, match="no applicator on this tray"):
        session.act(TakeInstrument("applicator"))
    session.act(TakeInstrument("blade"))
    session.states["needle"].blade_mm = (0.0, 100.0, 0.0)
    session.act(Grip())
    with pytest.raises(ActionRefused, match="let go first"):
        session.act(PointHand(0.0, 0.0))
    with pytest.raises(ActionRefused, match="Let go"):
        session.act(TakeInstrument(""))
    session.act(LetGo())
    session.act(TakeInstrument(""))
    assert session.theatre.hand.instrument == ""


# The C-arm


@pytest.mark.parametrize(
    ("motion", "orbit_deg", "tilt_deg", "isocentre_mm"),
    [
        (MoveCArm(orbit_deg=7.0), 7.0, 0.0, (0.0, 0.0, 0.0)),
        (MoveCArm(tilt_deg=-4.0), 0.0, -4.0, (0.0, 0.0, 0.0)),
        (MoveCArm(along_mm=20.0), 0.0, 0.0, (0.0, 0.0, 20.0)),
        (MoveCArm(across_mm=15.0), 0.0, 0.0, (0.0, 15.0, 0.0)),
        (MoveCArm(lift_mm=12.0), 0.0, 0.0, (-12.0, 0.0, 0.0)),
    ],
)
def test_each_motion_of_the_c_arm_goes_where_it_says_with_the_right_side_up(session, motion, orbit_deg, tilt_deg, isocentre_mm):
    session.theatre.fluoroscope.carm = dataclasses.replace(
        session.theatre.fluoroscope.carm, orbit_deg=0.0, tilt_deg=0.0, isocentre_mm=(0.0,) * 3
    )
    session.act(motion)
    carm = session.theatre.fluoroscope.carm
    assert (carm.orbit_deg, carm.tilt_deg, carm.isocentre_mm) == (orbit_deg, tilt_deg, isocentre_mm)


def test_a_lift_is_away_from_the_floor_on_either_side(session):
    theatre = session.theatre
    for side, sign in (("right", -1.0), ("left", 1.0)):
        theatre.plan = dataclasses.replace(theatre.plan, side=side)
        moved = fluoroscopy.moved_carm(theatre.fluoroscope.carm, MoveCArm(lift_mm=5.0), theatre)
        assert moved.isocentre_mm[0] - theatre.fluoroscope.carm.isocentre_mm[0] == sign * 5.0


def test_the_c_arm_stops_at_its_limits_and_makes_no_leaps(session):
    with pytest.raises(ActionRefused, match="at most 60"):
        session.act(MoveCArm(orbit_deg=61.0))
    session.theatre.patient_pose = rigid_about_z(0.0)
    for motion, sentence in (
        (MoveCArm(orbit_deg=59.0), r"does not turn to 69 degrees; its orbit runs from -130 to 10\."),
        (MoveCArm(tilt_deg=-59.0), r"does not tilt to -89 degrees; the limit is 30 either way\."),
    ):
        session.act(motion)
        before = session.theatre.fluoroscope.carm
        with pytest.raises(ActionRefused, match=sentence):
            session.act(motion)
        assert session.theatre.fluoroscope.carm == before
    assert (before.orbit_deg, before.tilt_deg) == (10.0, -30.0)


def test_an_arm_against_which_the_patient_was_moved_can_be_drawn_back_and_not_pushed_on(session):
    theatre = session.theatre
    theatre.fluoroscope.carm = dataclasses.replace(theatre.fluoroscope.carm, isocentre_mm=(0.0, 140.0, 0.0), orbit_deg=0.0, tilt_deg=0.0)
    theatre.patient_pose = rigid_about_z(0.0, (0.0, -160.0, 0.0))
    assert "press on the patient" in fluoroscopy.problem(theatre, theatre.fluoroscope.carm)
    with pytest.raises(ActionRefused, match="press on the patient"):
        session.act(MoveCArm(across_mm=1.0))
    for _ in range(3):
        session.act(MoveCArm(across_mm=-1.0))
    assert theatre.fluoroscope.carm.isocentre_mm[1] == 137.0


def test_moving_the_c_arm_makes_no_picture(session):
    session.act(MoveCArm(orbit_deg=-20.0))
    session.advance(240)
    assert session.theatre.fluoroscope.exposures == []


@pytest.mark.parametrize(
    ("motion", "isocentre_mm"),
    [
        (MoveTable(along_mm=20.0), (0.0, 0.0, -20.0)),
        (MoveTable(across_mm=15.0), (0.0, -15.0, 0.0)),
        (MoveTable(lift_mm=12.0), (12.0, 0.0, 0.0)),
    ],
)
def test_the_table_moves_the_patient_under_the_c_arm(session, motion, isocentre_mm):
    fluoroscope = session.theatre.fluoroscope
    fluoroscope.carm = dataclasses.replace(fluoroscope.carm, isocentre_mm=(0.0,) * 3)
    session.act(motion)
    assert fluoroscope.carm.isocentre_mm == isocentre_mm
    assert fluoroscope.table_mm == (motion.along_mm, motion.across_mm, motion.lift_mm)


def test_the_table_has_its_own_ends_and_waits_for_working_hands(session):
    for _ in range(4):
        session.act(MoveTable(along_mm=60.0))
    with pytest.raises(ActionRefused, match="travels 250 mm"):
        session.act(MoveTable(along_mm=11.0))
    with pytest.raises(ActionRefused, match="table moves at most 60 mm"):
        session.act(MoveTable(along_mm=-60.5))
    session.act(TakeInstrument("blade"))
    session.states["needle"].blade_mm = (0.0, 100.0, 0.0)
    session.act(Grip())
    with pytest.raises(ActionRefused, match="under your hands"):
        session.act(MoveTable(along_mm=-5.0))


def test_blades_move_in_pairs_stop_at_their_ends_and_open_again(session):
    fluoroscope = session.theatre.fluoroscope
    with pytest.raises(ActionRefused, match="open already"):
        session.act(MoveBlades(across=0.1))
    session.act(MoveBlades(across=-0.2, along=-0.3, iris=-0.1))
    assert fluoroscope.carm.blades == Blades(0.8, 0.8, 0.7, 0.7, 0.9)
    session.act(MoveBlades(across=-7.0))
    assert fluoroscope.carm.blades.left == fluoroscope.carm.blades.right == 0.15
    with pytest.raises(ActionRefused, match="at its stop"):
        session.act(MoveBlades(across=-0.1))
    session.act(ResetBlades())
    assert fluoroscope.carm.blades == Blades()


def test_the_field_of_the_console_is_the_field_of_the_picture(session):
    session.act(SetField("mag 1"))
    with_picture(session)
    assert session.theatre.fluoroscope.exposures[0].carm.field_mm == 160.0


def test_the_settings_of_the_c_arm_are_handed_over(session):
    settings = (SetField("mag 1"), SetPulseRate(3), SetDoseMode("normal"), MoveBlades(iris=-0.25), MoveTable(along_mm=40.0))
    play(session, ((0, action) for action in settings))
    before = session.theatre.fluoroscope
    before.buzzing, before.dose.hand_pulses = True, 7
    after = theatre_from(copied(make_handover(session)), session.theatre.equipment).fluoroscope
    names = ("carm", "mode", "pulse_rate", "table_mm", "buzzing", "dose")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]


def test_what_the_console_shows(session):
    assert session.observe().console.kvp is None
    for action in (
        SetField("mag 2"),
        SetPulseRate(15),
        SetDoseMode("boost"),
        MoveBlades(across=-0.25),
        MoveTable(lift_mm=5.0),
        Pedal(True),
    ):
        session.act(action)
    session.advance(240)
    console, account = session.observe().console, session.theatre.fluoroscope.dose
    assert (console.field, console.blades.left, console.mode, console.pulses_per_s) == ("mag 2", 0.75, "boost", 15)
    assert (console.table_mm, console.buzzing) == ((0.0, 0.0, 5.0), False)
    assert (console.fluoroscopy_s, console.dap_gy_cm2) == (account.fluoroscopy_s, account.dap_gy_cm2)
    assert console.fluoroscopy_s == pytest.approx(2.0)
    assert 55.0 <= console.kvp <= 110.0
    assert console.ma > 0.0
    # The technique still settles, so the rate now is not quite the mean rate.
    assert console.kerma_rate_mgy_per_min == pytest.approx(30.0 * console.air_kerma_mgy, rel=0.35)
    session.act(Pedal(False))
    assert session.observe().console.kerma_rate_mgy_per_min == 0.0


# Pictures


def test_a_pedal_can_only_change(session):
    with pytest.raises(ActionRefused, match="up already"):
        session.act(Pedal(False))
    session.act(Pedal(True))
    with pytest.raises(ActionRefused, match="down already"):
        session.act(Pedal(True))


def test_a_pulse_is_an_exposure_an_event_a_sound_and_a_dose(session):
    with_picture(session)
    fluoroscope = session.theatre.fluoroscope
    assert [(event.exposure, event.held) for event in told(session, Exposed)] == [(0, True)]
    assert [event.sound for event in told(session, Sounded)].count("pedal") == 1
    assert fluoroscope.exposures[0].tick == told(session, Exposed)[0].tick
    assert fluoroscope.dose.exposures == 1
    assert fluoroscope.dose.fluoroscopy_s == pytest.approx(1.0 / 8.0)
    assert fluoroscope.dose.air_kerma_mgy > 0.0


def test_the_normal_dose_costs_more_than_the_low_one():
    kerma = []
    for mode in ("low", "normal"):
        session = begun("needle")
        session.act(SetDoseMode(mode))
        with_picture(session, 121)
        kerma.append(session.theatre.fluoroscope.dose.air_kerma_mgy)
    assert kerma[1] > 1.5 * kerma[0]


def test_the_buzzer_sounds_every_five_minutes_of_fluoroscopy(session):
    session.theatre.fluoroscope.dose.fluoroscopy_s = 299.8
    with_picture(session, 61)
    assert [event.sound for event in told(session, Sounded)].count("buzzer") == 1


@pytest.mark.parametrize("rate", [3, 8, 15, 30])
def test_a_held_pedal_gives_as_many_pulses_as_it_says_and_a_second_of_time(session, rate):
    session.act(SetPulseRate(rate))
    session.act(Pedal(True))
    session.advance(120)
    assert len(told(session, Exposed)) == rate
    assert session.theatre.fluoroscope.dose.fluoroscopy_s == pytest.approx(1.0)


@pytest.mark.parametrize("rate", [3, 8, 15, 30])
def test_the_buzzer_sounds_each_second_until_it_is_acknowledged_at_every_rate(session, rate):
    session.theatre.fluoroscope.dose.fluoroscopy_s = 299.6
    session.act(SetPulseRate(rate))
    with pytest.raises(ActionRefused, match="silent"):
        session.act(SilenceBuzzer())
    session.act(Pedal(True))
    session.advance(360)
    assert [event.sound for event in told(session, Sounded)].count("buzzer") == 3
    assert session.observe().console.buzzing
    session.act(SilenceBuzzer())
    session.advance(360)
    assert [event.sound for event in told(session, Sounded)].count("buzzer") == 3


def test_a_spot_is_one_picture_without_the_pedal_and_is_announced(session):
    session.act(Pedal(True))
    with pytest.raises(ActionRefused, match="pedal go first"):
        session.act(Spot())
    session.act(Pedal(False))
    session.act(Spot())
    session.advance(240)
    fluoroscope = session.theatre.fluoroscope
    assert [exposure.technique.mode for exposure in fluoroscope.exposures] == ["spot"]
    assert [(event.speaker, event.line) for event in told(session, Spoken)] == [("radiographer", "spot_taken")]
    assert fluoroscope.dose.fluoroscopy_s == 0.0
    with_picture(session)
    assert fluoroscope.exposures[-1].technique.mode == "low"


def test_a_stored_view_comes_back_with_the_field_and_blades_of_now(session):
    with_picture(session)
    session.act(StoreView("ap"))
    session.act(SetField("mag 1"))
    session.act(MoveBlades(across=-0.4))
    session.act(AskView("ap"))
    carm = session.theatre.fluoroscope.carm
    assert (carm.field_mm, carm.blades.right) == (160.0, 0.6)


def test_a_stored_view_that_the_patient_now_lies_in_the_way_of_is_not_brought_back(session):
    theatre = session.theatre
    theatre.fluoroscope.carm = dataclasses.replace(theatre.fluoroscope.carm, isocentre_mm=(0.0, 140.0, 0.0), orbit_deg=0.0, tilt_deg=0.0)
    with_picture(session)
    session.act(StoreView("ap"))
    theatre.patient_pose = rigid_about_z(0.0, (0.0, -160.0, 0.0))
    with pytest.raises(ActionRefused, match=r"AP view cannot be reached .* press on the patient"):
        session.act(AskView("ap"))


def test_noise_is_drawn_with_the_pulse_and_never_by_looking(session):
    with_picture(session, 40)
    seeds = [exposure.noise_seed for exposure in session.theatre.fluoroscope.exposures]
    before = digests(session)["streams"]
    session.observe()
    assert len(set(seeds)) == len(seeds) == 3
    assert digests(session)["streams"] == before


def test_a_view_is_stored_from_a_picture_and_brought_back_nearly(session):
    with pytest.raises(ActionRefused, match="no picture to store"):
        session.act(StoreView("ap"))
    with pytest.raises(ActionRefused, match="No lateral view is stored"):
        session.act(AskView("lateral"))
    with_picture(session)
    session.act(StoreView("ap"))
    stored = session.theatre.fluoroscope.carm
    assert [(event.view, event.exposure) for event in told(session, ViewStored)] == [("ap", 0)]
    session.act(MoveCArm(orbit_deg=-30.0))
    waited_s = session.theatre.theatre_s
    session.act(AskView("ap"))
    session.advance(3)
    brought = session.theatre.fluoroscope.carm
    assert session.theatre.theatre_s - waited_s == pytest.approx(core.ASKED_VIEW_S + 3 / 120)
    assert 0.0 < abs(brought.orbit_deg - stored.orbit_deg) < 4.0
    assert math.dist(brought.isocentre_mm, stored.isocentre_mm) < 10.0
    assert brought.isocentre_mm[0] == stored.isocentre_mm[0]
    assert len(session.theatre.fluoroscope.exposures) == 2
    session.advance(120)
    assert len(session.theatre.fluoroscope.exposures) == 2


def test_the_needle_its_stylet_and_the_marker_are_radio_opaque(session):
    theatre = session.theatre
    assert radiopaque.tubes(theatre) == ()
    theatre.marks.append(SkinMark("metal", (0.0, 100.0, -30.0)))
    shaft.set_on_skin(theatre.needle, (5.0, 98.0, -40.0), True)
    marker, hollow, stylet = radiopaque.tubes(theatre)
    assert all(isinstance(tube, Tube) and tube.material == "steel" for tube in (marker, hollow, stylet))
    assert marker.points_mm[1][0] - marker.points_mm[0][0] == radiopaque.MARKER_LENGTH_MM
    assert hollow.radius_mm == theatre.needle.od_mm / 2.0
    assert hollow.bore_mm == theatre.needle.bore_mm / 2.0
    theatre.needle.stylet_in = False
    assert len(radiopaque.tubes(theatre)) == 2


def test_the_shaft_runs_from_the_hub_to_the_point_and_is_as_long_as_the_needle(session):
    needle = session.theatre.needle
    needle.drift, needle.heading = 0.0, (0.0, -0.6, 0.8)
    shaft.set_on_skin(needle, (0.0, 100.0, -40.0), True)
    points = radiopaque.shaft(needle)
    assert math.dist(points[0], points[-1]) == pytest.approx(needle.length_mm)
    np.testing.assert_allclose(points[0], radiopaque.hub_mm(needle))
    np.testing.assert_allclose(points[-1], shaft.tip_mm(needle))
    shaft.take_off(needle)
    assert radiopaque.shaft(needle).shape == (0, 3)
    with pytest.raises(ValueError, match="off the skin"):
        radiopaque.hub_mm(needle)


# Hands in the beam


def turned(session, orbit_deg, isocentre_mm=(0.0, 0.0, 0.0)):
    fluoroscope = session.theatre.fluoroscope
    fluoroscope.carm = dataclasses.replace(fluoroscope.carm, orbit_deg=orbit_deg, tilt_deg=0.0, isocentre_mm=isocentre_mm)
    return fluoroscope.carm


def with_hand_in_the_beam(session):
    """Put the other hand down where the beam's axis enters the back."""
    theatre = session.theatre
    carm, to_patient = theatre.fluoroscope.carm, theatre.patient_pose.inverse()
    spot = theatre.patient.skin_hit_mm(to_patient.apply(carm.source_mm), to_patient.turn(carm.axes()[2]))
    x_mm, y_mm = theatre.camera.to_field(theatre.patient_pose.apply(spot))
    session.act(OtherHand(True, float(x_mm), float(y_mm)))


def test_pulses_that_meet_a_hand_are_counted_and_told_once_a_time(session):
    turned(session, 0.0)
    with_hand_in_the_beam(session)
    with_picture(session, 31)
    met = told(session, HandInBeam)
    fluoroscope = session.theatre.fluoroscope
    assert [(event.exposure, event.hand, event.seen_by) for event in met] == [(k, "other", "radiographer") for k in range(3)]
    assert fluoroscope.dose.hand_pulses == 3
    assert [event.line for event in told(session, Spoken)] == ["hand_in_beam"]
    # The hand lies on the tube's side, nearer to it than skin at the usual distance: entrance kerma by the inverse square.
    exposure = fluoroscope.exposures[0]
    points = hands_in_beam.hands_mm(session.theatre)["other"]
    nearest_mm = min(math.dist(p, exposure.carm.source_mm) for p in points[irradiated(exposure.carm, points)])
    nominal_mm = skin_distance_mm(1000.0, exposure.technique.setpoint_mm)
    assert met[0].kerma_ugy == pytest.approx(exposure.technique.entrance_ugy * (nominal_mm / nearest_mm) ** 2, rel=0.01)
    assert fluoroscope.dose.hand_kerma_ugy == pytest.approx(sum(event.kerma_ugy for event in met))
    session.act(OtherHand(False))
    with_picture(session, 31)
    assert len(told(session, HandInBeam)) == 3
    with_hand_in_the_beam(session)
    with_picture(session, 2)
    assert [event.line for event in told(session, Spoken)] == ["hand_in_beam"] * 2


def test_a_hand_behind_the_patient_gets_a_fraction(session):
    kerma = {}
    for orbit_deg in (0.0, 180.0):
        carm = turned(session, orbit_deg)
        tip = np.array([0.0, 200.0, 0.0])
        technique = settled(turned(session, 0.0), session.theatre.patient, session.theatre.patient_pose, "low")
        exposure = Exposure(0, carm, session.theatre.patient_pose, technique)
        kerma[orbit_deg] = hands_in_beam._kerma_ugy(session.theatre, exposure, tip)
    assert kerma[180.0] < 0.02 * kerma[0.0]


def test_blades_and_distance_keep_a_hand_out_of_the_beam(session):
    turned(session, 0.0)
    with_hand_in_the_beam(session)
    session.act(MoveCArm(along_mm=60.0))
    with_picture(session)
    assert len(told(session, HandInBeam)) == 1
    session.act(MoveBlades(along=-0.7))
    with_picture(session)
    assert len(told(session, HandInBeam)) == 1
    session.act(ResetBlades())
    session.act(MoveCArm(along_mm=60.0))
    session.act(MoveCArm(along_mm=60.0))
    with_picture(session)
    assert len(told(session, HandInBeam)) == 1


def test_a_hand_that_holds_a_needle_is_at_its_hub(session):
    theatre, needle = session.theatre, session.theatre.needle
    needle.drift, needle.heading = 0.0, (0.0, -0.6, 0.8)
    shaft.set_on_skin(needle, (0.0, 80.0, -40.0), True)
    session.act(TakeInstrument("tuohy"))
    assert hands_in_beam.hands_mm(theatre) == {}
    theatre.hand.gripping = True
    tip = hands_in_beam.hands_mm(theatre)["working"][0]
    np.testing.assert_allclose(tip, theatre.patient_pose.apply(np.array(radiopaque.hub_mm(needle))))


# Talk and time


def test_a_wait_is_logged_with_its_reason(session):
    session.act(Wait(45.0))
    assert [(event.duration_s, event.reason) for event in told(session, Waited)] == [(45.0, "waiting")]
    assert session.theatre.waited_ticks == 45 * 120


@pytest.mark.parametrize("duration_s", [0.0, 0.999, 3600.5, -5.0])
def test_a_wait_lasts_a_second_to_an_hour(session, duration_s):
    with pytest.raises(ActionRefused, match="1 to 3600"):
        session.act(Wait(duration_s))


def test_what_is_said_is_heard_at_once_and_answered_later(session):
    session.act(Say("ask_lidocaine"))
    assert [(event.speaker, event.line) for event in told(session, Spoken)] == [("surgeon", "ask_lidocaine")]
    with pytest.raises(ActionRefused, match="not answered yet"):
        session.act(Say("ask_lidocaine"))
    session.advance(400)
    assert len(told(session, Spoken)) >= 2
    assert told(session, Spoken)[1].speaker != "surgeon"


def test_after_a_spot_picture_the_pedal_still_gives_the_mode_that_is_set(session):
    fluoroscope = session.theatre.fluoroscope
    assert fluoroscopy.pedal_technique(fluoroscope) is None
    session.act(Pedal(True))
    session.advance(240)
    session.act(Pedal(False))
    session.advance(5)
    held = fluoroscopy.pedal_technique(fluoroscope)
    assert held == fluoroscope.technique
    session.act(Spot())
    session.advance(5)
    assert fluoroscope.technique.entrance_ugy > 5.0 * held.entrance_ugy
    assert fluoroscopy.pedal_technique(fluoroscope).entrance_ugy == pytest.approx(held.entrance_ugy, rel=0.05)
