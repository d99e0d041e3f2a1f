"""The tunnelling step by direct calls: a good hand, a hurried one, a wrong one, and every fault with its cure."""

import copy
import math

import numpy as np
import pytest

from game.errors import ActionRefused
from game.instruments.tunneller import GaveWay, layers_at
from game.operation import lumen
from game.operation.actions import Aim, Grip, LetGo, MoveHand, OtherHand, Roll, Say, TakeInstrument, Wait
from game.operation.anchoring.actions import Clamp
from game.operation.events import CriticalError
from game.operation.implant import line_mm
from game.operation.needle.geometry import as_point
from game.operation.strain import stimuli
from game.operation.tunnelling import catheter, harm
from game.operation.tunnelling.actions import BendRod, DrawRod, DrawSheath, OpenFreeEnd, SetDown
from game.operation.tunnelling.events import CatheterSlipped, CatheterThrough, HarmAnswered, Harmed, RodThrough
from game.operation.tunnelling.ground import bone_clearance_mm, field_of, least_radius_mm, middle_of, place_of, skin_at, under
from game.operation.tunnelling.rules import RULES
from game.operation.tunnelling.state import Draw, Leg, Tunnelling
from game.plain import encode
from game.resources import shipped
from game.scenario import load_scenario
from tests.operation.anchoring_hands import tied
from tests.operation.flank_hands import STANDARD, Flank

THIN = load_scenario(shipped("scenarios") / "cancer-pain.yaml")


@pytest.fixture(scope="module")
def opened() -> Flank:
    """A flank whose belly is open and whose track is numb."""
    flank = Flank()
    flank.numb_cut()
    return flank


@pytest.fixture(scope="module")
def sheathed(opened) -> Flank:
    """The same with the sheath in the tunnel."""
    flank = copy.deepcopy(opened)
    flank.enter()
    flank.push(600.0)
    flank.act(LetGo(), OtherHand(False), DrawRod())
    return flank


@pytest.fixture
def flank(opened) -> Flank:
    return copy.deepcopy(opened)


@pytest.fixture
def tube(sheathed) -> Flank:
    return copy.deepcopy(sheathed)


# The whole step


def test_a_good_hand_makes_one_even_tunnel_and_sees_fluid_at_the_end(tube):
    length_mm = tube.theatre.implant.catheter.length_mm
    tube.draw_through(tube.theatre.implant.catheter.spare_mm + 8.0)
    tube.sheath_out()
    tube.act(OpenFreeEnd(True))
    tube.advance(40 * 120)
    tube.act(OpenFreeEnd(False))
    measures = tube.measures
    assert tube.told(RodThrough)
    assert tube.told(CatheterThrough)
    assert 1.0 < measures["plane_depth_ratio"] < 2.0
    assert measures["below_fascia_mm"] == 0.0
    assert measures["bone_clearance_mm"] > 20.0
    assert measures["tunnel_passes"] == 1.0
    assert measures["tip_felt_ratio"] > 0.95
    assert measures["track_numb_ratio"] > 0.7
    assert measures["catheter_slack"] == "both"
    assert measures["catheter_twist_deg"] == 0.0
    assert measures["flow_check"] == "flows"
    assert measures["perforation_answer"] == "none_needed"
    assert RULES.unsafe(tube.theatre, tube.step) is None
    lies = tube.theatre.implant.catheter
    assert lies.back_mm[-1] == lies.tunnel_mm[0]
    assert lies.end == "clamped"
    assert lies.length_mm == length_mm
    assert lies.implanted_mm + lies.spare_mm + lies.trimmed_mm == pytest.approx(lies.supplied_mm)
    assert tube.theatre.implant.tunnel.passes == 1


def test_a_wrong_hand_with_a_straight_rod_comes_out_through_the_skin(flank):
    flank.enter(bend_deg=0.0)
    flank.push(400.0, mm_s=150.0, fingers=False, limit_mm=119.0)
    assert flank.step.rod.bed == "outside"
    assert [event.kind for event in flank.told(Harmed)] == ["skin"]
    assert flank.sight.rod.feel == "skin"
    assert flank.theatre.sterility.breaks == 1
    assert not flank.told(CriticalError)


def pierced(flank: Flank) -> Flank:
    """Push an overbent rod hard until it is in the belly."""
    flank.step.strengths = type(flank.step.strengths)(fascia=20.0, scarpa=200.0)
    flank.enter(bend_deg=88.0)
    for _ in range(40):
        if flank.told(Harmed):
            return flank
        flank.push(12.0, mm_s=200.0, fingers=False, steer=False, limit_mm=119.0)
    return flank


def test_a_hurried_hand_with_an_overbent_rod_is_through_fascia_and_peritoneum(flank):
    pierced(flank)
    assert [(e.face, e.inwards) for e in flank.told(GaveWay)][:2] == [("fascia", True), ("peritoneum", True)]
    assert "pop_fascia" in flank.sounds()
    assert "give" in flank.sounds()
    assert [event.id for event in flank.told(CriticalError)] == [harm.CRITICAL]
    assert flank.told(Harmed)[0].kind in ("peritoneum", "bowel", "kidney", "pleura")
    assert flank.theatre.implant.tunnel.perforated


# Answers to a perforation


def test_the_rod_left_alone_and_the_surgeon_called_is_right_and_the_way_can_be_made_anew(flank):
    pierced(flank)
    flank.act(LetGo())
    flank.act(Say("call_surgeon"))
    assert [event.answer for event in flank.told(HarmAnswered)] == ["right"]
    assert flank.measures["perforation_answer"] == "right"
    assert flank.step.rod.entry_mm is None
    flank.enter()
    flank.push(20.0)
    assert flank.step.passes == 2


def test_a_rod_drawn_out_of_the_belly_at_once_is_wrong(flank):
    pierced(flank)
    flank.advance(90)
    for _ in range(30):
        flank.push(0.0)
        flank.drag(*[tuple(-4.0 * v for v in flank.sight.rod.way)])
    assert [event.answer for event in flank.told(HarmAnswered)] == ["wrong"]
    assert flank.measures["perforation_answer"] == "wrong"


def test_a_pleura_that_was_opened_stays_so_until_the_surgeon_drains_the_chest(flank, monkeypatch):
    monkeypatch.setattr(harm, "where", lambda theatre, step: "pleura" if step.rod.inside_mm > 30.0 else None)
    flank.enter()
    flank.push(40.0)
    assert [event.kind for event in flank.told(Harmed)] == ["pleura"]
    assert stimuli(flank.theatre).pleura_open
    flank.advance(90)
    while flank.step.rod.inside_mm > 0.0:
        flank.drag(tuple(-4.0 * v for v in flank.sight.rod.way))
    flank.act(LetGo())
    flank.enter()
    assert flank.measures["perforation_answer"] == "wrong"
    assert stimuli(flank.theatre).pleura_open, "a rod that goes in again drains nothing"
    flank.act(Say("call_surgeon"))
    assert not stimuli(flank.theatre).pleura_open


def test_skin_that_was_come_through_needs_a_new_preparation(flank):
    flank.enter(bend_deg=0.0)
    flank.push(400.0, mm_s=150.0, fingers=False, limit_mm=119.0)
    flank.act(Say("order_prep"))
    flank.advance(1)
    assert not flank.told(HarmAnswered), "the rod still sticks out"
    flank.advance(500)
    while flank.step.rod.inside_mm > 0.0:
        flank.drag(tuple(-4.0 * v for v in flank.sight.rod.way))
    flank.act(LetGo(), Say("order_prep"))
    assert flank.measures["perforation_answer"] == "right"


def test_going_in_again_as_if_nothing_had_been_is_wrong(flank):
    flank.enter(bend_deg=0.0)
    flank.push(400.0, mm_s=150.0, fingers=False, limit_mm=119.0)
    while flank.step.rod.inside_mm > 0.0:
        flank.drag(tuple(-4.0 * v for v in flank.sight.rod.way))
    flank.act(LetGo())
    flank.enter()
    assert flank.measures["perforation_answer"] == "wrong"


# The incision


@pytest.mark.parametrize(("scenario", "strokes"), [(STANDARD, 4), (THIN, 2)])
def test_strokes_stop_on_the_fascia_and_only_another_goes_through_it(scenario, strokes):
    fresh = Flank(scenario=scenario)
    opened = []
    for _ in range(strokes + 2):
        fresh.cut(strokes=1)
        opened.append((fresh.sight.mouths[-1].layer, fresh.measures["incision_layer"], "pop_fascia" in fresh.sounds()))
    assert opened[0][:2] == ("fat", "skin")
    assert opened[strokes - 1 :] == [("fascia", "fat", False), ("muscle", "fascia", True), ("muscle", "muscle", True)]
    assert fresh.theatre.implant.belly_wound.layer == "muscle"


def test_a_tunnel_under_scarpas_fascia_is_deep_enough_where_there_is_no_centimetre_of_fat():
    thin = Flank(scenario=THIN)
    x, y = middle_of(thin.theatre, thin.step.mouths[0])
    here = layers_at(thin.theatre.patient, under(thin.theatre, x, y + 120.0, 4.0))
    assert here.fascia_mm < 10.0
    ratio = {}
    for depth_mm in (0.5 * (here.skin_mm + here.scarpa_mm), 0.5 * (here.scarpa_mm + here.fascia_mm)):
        path = [as_point(under(thin.theatre, x, y + way, depth_mm)) for way in range(60, 180)]
        thin.theatre.implant.tunnel.path_mm = path
        ratio[depth_mm < here.scarpa_mm] = thin.measures["plane_depth_ratio"]
    assert ratio[True] < 0.9
    assert 1.0 < ratio[False] < 2.0


def test_a_cut_beside_the_mark_and_too_short_is_measured_so():
    fresh = Flank()
    fresh.cut(half_mm=35.0, off_mm=(25.0, 10.0))
    assert fresh.measures["incision_off_mm"] == pytest.approx(math.hypot(25.0, 10.0), abs=2.0)
    assert fresh.measures["incision_length_mm"] == pytest.approx(70.0, abs=3.0)


def test_skin_that_is_not_numb_hurts_under_the_blade():
    fresh, numbed = Flank(), Flank()
    numbed.act(TakeInstrument("lidocaine"))
    (x, low), (_, high) = numbed.sight.mark_mm
    numbed.act(SetDown(x, low), Grip())
    numbed.drag(*[(0.0, 10.0)] * round((high - low) / 10.0))
    numbed.act(LetGo())
    numbed.theatre.waited_ticks += 120 * 150
    for flank in (fresh, numbed):
        flank.step.worst_pain = 0.0
        flank.cut(strokes=1)
    assert numbed.step.worst_pain < 0.5 * fresh.step.worst_pain
    assert numbed.theatre.lidocaine.given_mg > 20.0


def test_a_blade_that_runs_off_the_field_cuts_to_its_edge():
    fresh = Flank()
    fresh.act(TakeInstrument("blade"), SetDown(0.0, 380.0), Grip())
    fresh.drag(*[(0.0, 30.0)] * 12)
    fresh.act(LetGo())
    assert fresh.measures["incision_length_mm"] < 90.0


# What fingers feel


def test_the_point_shows_only_near_the_fingers_or_when_it_is_lifted(flank):
    flank.enter()
    flank.push(120.0)
    assert flank.sight.rod.tip_mm is not None
    x, y = place_of(flank.theatre, flank.step.rod.point_mm)
    flank.act(OtherHand(True, x + 25.0, y))
    assert flank.sight.rod.tip_mm is None
    assert flank.sight.rod.feel == ""
    flank.act(OtherHand(False))
    flank.act(Aim(15.0, 0.0))
    flank.advance(200)
    assert flank.sight.rod.tip_mm is not None, "a handle that stands still and lifts shows it"


def test_a_lost_point_pushed_on_is_counted(flank):
    flank.enter()
    flank.push(60.0)
    flank.act(OtherHand(False))
    flank.push(80.0, fingers=False)
    assert 70.0 < flank.measures["tip_lost_mm"] < 100.0
    assert flank.measures["tip_felt_ratio"] < 0.6


def test_a_shallow_point_whitens_the_skin(flank):
    flank.step.strengths = type(flank.step.strengths)(skin=900.0)
    flank.enter(bend_deg=0.0)
    flank.push(110.0, mm_s=60.0)
    assert flank.sight.rod.feel == "white"
    assert flank.sight.rod.tent_mm > 3.0
    assert flank.sight.rod.press_word == "rising"


def test_fingers_find_ribs_above_and_the_crest_below(flank):
    patient, side = flank.theatre.patient, flank.theatre.plan.side
    crest = place_of(flank.theatre, tuple(patient.landmarks[f"iliac_crest_{side}"]))
    flank.act(OtherHand(True, crest[0] + 6.0, crest[1]))
    assert flank.sight.fingers == "crest"
    rib = place_of(flank.theatre, tuple(patient.landmarks[f"rib12_{side}"]))
    flank.act(OtherHand(True, *rib))
    assert flank.sight.fingers == "rib"
    flank.act(OtherHand(True, 0.0, 250.0))
    assert flank.sight.fingers == "soft"
    assert {what for _, _, what in flank.sight.bones} == {"crest", "rib"}


# Passes, two legs, the other way round


def test_drawing_back_three_centimetres_and_going_on_is_another_pass(flank):
    flank.enter()
    flank.push(80.0)
    inside_mm = flank.step.rod.inside_mm
    while flank.step.rod.inside_mm > inside_mm - 36.0:
        flank.drag(tuple(-4.0 * v for v in flank.sight.rod.way))
    flank.push(30.0)
    assert flank.measures["tunnel_passes"] == 2.0


def test_a_short_rod_reaches_through_a_stop_incision(flank):
    start, goal = flank.way()
    at = tuple(0.5 * (a + b) - (18.0 if k == 0 else 0.0) for k, (a, b) in enumerate(zip(start, goal, strict=True)))
    flank.act(TakeInstrument("blade"))
    for _ in range(3):
        flank.act(SetDown(at[0] - 12.0, at[1]), Grip())
        flank.drag(*[(4.0, 0.0)] * 6)
        flank.act(LetGo())
    assert [mouth.name for mouth in flank.sight.mouths] == ["back", "belly", "stop"]
    flank.act(TakeInstrument("tunneller_short"), SetDown(*start), BendRod(30.0), Grip())
    flank.push(300.0, steer=False)
    assert flank.step.reached == "stop"
    flank.act(LetGo(), DrawRod())
    assert not flank.step.sheath_in
    flank.act(SetDown(*at), Aim(0.0, -14.0), Grip())
    flank.push(300.0)
    assert flank.step.reached == "back"
    flank.act(LetGo(), DrawRod())
    assert flank.step.sheath_in
    assert flank.measures["tunnel_passes"] == 2.0
    path = flank.theatre.implant.tunnel.path_mm
    assert place_of(flank.theatre, path[0])[1] < 60.0 < place_of(flank.theatre, path[-1])[1]


def test_the_rod_may_come_from_the_back_as_well(flank):
    flank.enter(back=True, aim_deg=17.0)
    flank.push(600.0)
    assert flank.step.reached == "belly"


# The catheter


def test_a_coil_that_nobody_feeds_twists_and_kinks_and_the_wheel_takes_it_out(tube):
    spare_mm = tube.theatre.implant.catheter.spare_mm
    tube.draw_through(spare_mm - 20.0, held=False)
    twist = tube.sight.catheter.twist_deg
    assert abs(twist) == pytest.approx(360.0 * tube.step.draw.drawn_mm / catheter.COIL_MM, rel=0.05)
    flank = copy.deepcopy(tube)
    flank.sheath_out()
    assert [kink.cause for kink in flank.theatre.implant.catheter.kinks] == ["tunnel"]
    turn = -twist
    while abs(turn) > 1.0:
        part = max(-180.0, min(180.0, turn))
        tube.act(Roll(part))
        turn -= part
    tube.sheath_out()
    assert tube.theatre.implant.catheter.kinks == []


def test_a_kinked_catheter_drips_less(tube):
    tube.draw_through(tube.theatre.implant.catheter.spare_mm)
    tube.sheath_out()
    tube_ = tube.theatre.implant.catheter
    free = lumen.running(tube.theatre, tube_, end_open=True).end
    tube_.kinks.append(catheter.Kink(500.0, 0.3, "tunnel"))
    assert lumen.running(tube.theatre, tube_, end_open=True).end == pytest.approx(0.3 * free)


def test_a_sheath_drawn_out_while_nobody_holds_the_catheter_takes_it_along(tube):
    tube.draw_through(tube.theatre.implant.catheter.spare_mm)
    before = tube.step.draw.drawn_mm
    tube.sheath_out(held=False)
    assert tube.step.draw.drawn_mm == before + catheter.DRAGGED_MM


def test_pulling_on_beyond_the_loop_tightens_stretches_and_slips(tube):
    spare_mm = tube.theatre.implant.catheter.spare_mm
    loop_mm = line_mm(tube.theatre.implant.catheter.back_mm)
    tube.theatre.implant.anchor.grip_n = 2.0
    tube.draw_through(spare_mm + loop_mm + 60.0)
    assert tube.sight.catheter.slack_mm < 1.0
    assert tube.told(CatheterSlipped)
    assert tube.theatre.implant.anchor.slip_mm > 5.0
    tube.sheath_out()
    assert tube.measures["catheter_slack"] == "tight"
    lies = tube.theatre.implant.catheter
    assert line_mm(lies.back_mm) < 0.5 * loop_mm


def test_a_jerk_pulls_harder_than_a_slow_even_hand(tube):
    quick = copy.deepcopy(tube)
    tube.draw_through(200.0, mm_s=50.0)
    quick.draw_through(200.0, mm_s=500.0)
    assert quick.step.draw.worst_n > 2.0 * tube.step.draw.worst_n


def test_an_open_end_loses_fluid_by_the_catheters_way(tube):
    tube.draw_through(tube.theatre.implant.catheter.spare_mm)
    tube.sheath_out()
    tube.act(OpenFreeEnd(True))
    tube.advance(120 * 60)
    lost_ml = tube.theatre.implant.lost_ml["catheter"]
    assert 0.05 < lost_ml < 1.0
    assert lost_ml == pytest.approx(tube.theatre.strain.csf_lost_ml)
    assert RULES.unsafe(tube.theatre, tube.step) == "The catheter's end is open: clamp it first."
    tube.act(OpenFreeEnd(False))
    tube.advance(120 * 10)
    assert tube.theatre.implant.lost_ml["catheter"] == lost_ml


def test_an_end_that_was_left_open_can_be_clamped_at_any_time_and_is_no_check(flank):
    flank.step.end_open = True
    flank.advance(120 * 40)
    assert flank.step.drops > 0
    assert flank.step.first_drop_s is None
    flank.act(OpenFreeEnd(False))
    assert flank.theatre.implant.catheter.end == "clamped"


# Geometry


def test_clearance_is_nothing_over_the_crest(flank):
    patient, side = flank.theatre.patient, flank.theatre.plan.side
    crest = patient.landmarks[f"iliac_crest_{side}"]
    along = np.array([(0.0, 0.0, 0.0), (0.0, -5.0, 0.0)])
    over, beside = crest + along - np.array([0.0, 0.0, 10.0]), crest + along + np.array([0.0, 0.0, 25.0])
    assert bone_clearance_mm(flank.theatre, over) == 0.0
    assert 20.0 < bone_clearance_mm(flank.theatre, beside) < 26.0


def test_the_radius_of_a_circle_is_found():
    turn = np.linspace(0.0, math.pi, 200)
    assert least_radius_mm(80.0 * np.column_stack([np.cos(turn), np.sin(turn)])) == pytest.approx(80.0, rel=0.05)
    assert least_radius_mm(np.column_stack([np.arange(200.0), np.zeros(200)])) == math.inf


@pytest.mark.parametrize("at_mm", [100, 103, 110])
def test_a_corner_is_as_tight_wherever_it_lies(at_mm):
    corner = np.array([(min(k, at_mm), max(k - at_mm, 0)) for k in range(250)], dtype=float)
    assert least_radius_mm(corner) == pytest.approx(20.0 / (math.pi / 2.0), rel=0.1)


def test_places_of_the_field_lie_on_the_skin_and_come_back(flank):
    place = skin_at(flank.theatre, 30.0, 200.0)
    assert abs(flank.theatre.patient.skin_distance_mm(np.array([place]))[0]) < 0.5
    assert field_of(flank.theatre, np.array([place]))[0] == pytest.approx((30.0, 200.0), abs=0.5)


# Refusals


@pytest.mark.parametrize(
    ("before", "action", "why"),
    [
        ((), SetDown(0.0, 300.0), "Take an instrument"),
        (("tunneller",), SetDown(0.0, 150.0), "there is none at that place"),
        (("tunneller",), SetDown(9999.0, 150.0), "no skin"),
        (("blade",), Grip(), "Set the blade"),
        (("catheter",), SetDown(40.0, 14.0), "no sheath"),
        (("blade",), BendRod(10.0), "Take the tunneller"),
        (("tunneller",), BendRod(170.0), "at most 90"),
        ((), DrawRod(), "not out at another wound"),
        ((), DrawSheath(), "no sheath"),
        ((), OpenFreeEnd(True), "does not lie in the tunnel"),
        (("lidocaine",), Roll(10.0), "nothing in the hand to roll"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(flank, before, action, why):
    for instrument in before or ("",):
        flank.act(TakeInstrument(instrument))
    state = encode(flank.step)
    with pytest.raises(ActionRefused, match=why):
        flank.act(action)
    assert encode(flank.step) == state


def test_the_rod_cannot_be_bent_or_set_elsewhere_while_it_is_in(flank):
    flank.enter()
    flank.push(50.0)
    with pytest.raises(ActionRefused, match="draw it out"):
        flank.act(BendRod(5.0))
    flank.act(LetGo())
    with pytest.raises(ActionRefused, match="draw it out"):
        flank.act(SetDown(0.0, 312.0))
    assert RULES.unsafe(flank.theatre, flank.step) == "The rod is still in the flank: hold left and drag back until it is out."


def test_a_hand_across_the_rod_leads_the_point_to_that_side(flank):
    flank.enter()
    flank.push(20.0, steer=False)
    ends = []
    for side in (1.0, -1.0):
        led = copy.deepcopy(flank)
        wx, wy = led.sight.rod.way
        led.advance(1)
        led.act(MoveHand(-wy * 30.0 * side, wx * 30.0 * side))
        led.advance(1)
        led.push(80.0, steer=False)
        ends.append(np.array(place_of(led.theatre, led.step.rod.point_mm)) @ np.array([-wy, wx]))
    assert ends[0] - ends[1] > 4.0


def test_a_second_way_to_the_stop_incision_takes_the_place_of_the_first():
    def leg(start, end, x_mm):
        return Leg(start, end, [(x_mm, 0.0, 0.0), (x_mm, 1.0, 0.0)])

    step = Tunnelling()
    step.legs = [leg("back", "stop", 1.0), leg("belly", "stop", 2.0)]
    assert catheter.whole_path(step) == [(1.0, 0.0, 0.0), (1.0, 1.0, 0.0), (2.0, 1.0, 0.0), (2.0, 0.0, 0.0)]
    step.legs.append(leg("back", "belly", 3.0))
    assert catheter.whole_path(step) == [(3.0, 0.0, 0.0), (3.0, 1.0, 0.0)]
    step.legs = [leg("back", "stop", 1.0)]
    assert catheter.whole_path(step) == []


def test_a_leg_bored_again_leaves_one_way():
    flank = Flank()
    flank.cut()
    step = flank.step
    for x_mm in (1.0, 2.0):
        step.began, step.reached = "back", "stop"
        step.rod.entry_mm, step.rod.point_mm, step.rod.track_mm = (x_mm, 0.0, 0.0), (x_mm, 0.0, 9.0), [(x_mm, 0.0, 0.0)]
        flank.act(DrawRod())
    assert [leg.path_mm[0] for leg in step.legs] == [(2.0, 0.0, 0.0)]


def test_a_track_that_nobody_tied_oozes_on_and_ten_millilitres_fail_the_case(flank):
    tied = copy.deepcopy(flank)
    flank.theatre.implant.purse_string.ooze_share = 1.0
    for hands in (flank, tied):
        hands.theatre.strain.csf_lost_ml = 9.9
        hands.advance(120 * 10)
    assert flank.theatre.implant.lost_ml["fascia"] > 0.1
    assert [event.id for event in flank.told(CriticalError)] == ["csf-over-10-ml"]
    assert tied.theatre.implant.lost_ml.get("fascia", 0.0) == 0.0
    assert not tied.told(CriticalError)


def test_an_end_that_was_opened_for_half_a_second_was_not_looked_at(tube):
    tube.draw_through(tube.theatre.implant.catheter.spare_mm)
    tube.sheath_out()
    tube.theatre.implant.catheter.kinks.append(catheter.Kink(500.0, 0.001, "tunnel"))
    tube.act(OpenFreeEnd(True))
    tube.advance(60)
    tube.act(OpenFreeEnd(False))
    assert tube.measures["flow_check"] == "not_checked"
    tube.act(OpenFreeEnd(True))
    tube.advance(120 * 30)
    assert tube.measures["flow_check"] == "dry"


def test_a_catheter_drawn_through_its_anchor_brings_the_tip_down_and_cannot_be_tied_on_anew(tube):
    lies = tube.theatre.implant.catheter
    canal_mm, whole_mm = line_mm(lies.canal_mm), lies.length_mm
    tube.theatre.implant.anchor.grip_n = 2.0
    tube.draw_through(lies.spare_mm + line_mm(lies.back_mm) + 60.0)
    slipped = sum(event.slip_mm for event in tube.told(CatheterSlipped))
    assert slipped > 5.0
    assert line_mm(lies.canal_mm) == pytest.approx(canal_mm - slipped, abs=0.5)
    assert lies.length_mm == whole_mm
    with pytest.raises(ActionRefused, match="tied to the sheath already"):
        tube.act(SetDown(*middle_of(tube.theatre, tube.step.mouths[0])))


@pytest.mark.parametrize("beyond_mm", [-60.0, 0.0, 40.0])
def test_what_hangs_out_at_the_belly_is_what_is_left_of_the_catheter(tube, beyond_mm):
    tube.draw_through(tube.theatre.implant.catheter.spare_mm + beyond_mm)
    tube.sheath_out()
    draw, lies = tube.step.draw, tube.theatre.implant.catheter
    assert lies.free_mm == pytest.approx(draw.drawn_mm - draw.tunnel_mm, abs=3.0)
    assert lies.on_back_mm == pytest.approx(max(catheter.outside_mm(draw) - catheter.LOOSE_MM, 0.0))
    assert (lies.on_back_mm > 20.0) == (beyond_mm < 0.0)


def test_a_catheter_that_was_left_without_an_anchor_is_tunnelled_and_slides_early():
    surgeon = tied(30.0)
    surgeon.do(Clamp())
    theatre = surgeon.theatre
    lies, canal_mm = theatre.implant.catheter, line_mm(theatre.implant.catheter.canal_mm)
    step = RULES.start(theatre)
    assert theatre.implant.anchor is None
    assert step.mouths[0].name == "back"
    draw = Draw(free_mm=300.0, loop_mm=60.0, straight_mm=50.0, tunnel_mm=400.0, drawn_mm=340.0, hand_mm=370.0)
    step.draw, step.sheath_in, theatre.hand.gripping = draw, True, True
    told = [event for _ in range(120) for event in catheter.advance(theatre, step) if isinstance(event, CatheterSlipped)]
    assert told
    assert line_mm(lies.canal_mm) == pytest.approx(canal_mm - sum(event.slip_mm for event in told), abs=0.1)


def test_an_empty_sheath_comes_out_and_the_way_is_made_anew(tube):
    whole = tube.theatre.implant.tunnel.path_mm
    tube.step.draw = None
    tube.act(TakeInstrument(""))
    tube.act(DrawSheath())
    assert (tube.step.sheath_in, tube.step.through, tube.step.legs) == (False, False, [])
    assert tube.theatre.implant.tunnel.path_mm == []
    assert whole
    tube.act(TakeInstrument("tunneller"))
    tube.act(SetDown(*middle_of(tube.theatre, tube.step.mouths[0])))


def test_time_that_is_booked_runs_from_an_open_end(tube):
    tube.draw_through(tube.theatre.implant.catheter.spare_mm)
    tube.sheath_out()
    tube.act(OpenFreeEnd(True), Wait(120.0), OpenFreeEnd(False))
    assert tube.theatre.implant.lost_ml["catheter"] > 0.2
