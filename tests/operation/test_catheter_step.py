"""The catheter step by direct hands: good, hurried and wrong ones, their signs and their cures."""

import math
from dataclasses import replace

import numpy as np
import pytest

from game.imaging.tubes import straightened
from game.instruments import catheter as rods
from game.instruments.catheter import Sheared, TipLeft, WallCut
from game.operation import actions as act
from game.operation import contrast
from game.operation.catheter.actions import DrawWire, InjectContrast, NewCatheter
from game.operation.catheter.contact import annulus_share
from game.operation.catheter.events import Threaded
from game.operation.catheter.rules import RULES
from game.operation.events import CriticalError, Waited
from game.operation.implant import Bolus
from game.operation.needle.actions import TakeOut
from game.operation.needle.events import HubChanged, NerveAnswered, NerveTouched
from game.operation.positioning.actions import NameLevel
from game.operation.radiopaque import TIP_MATERIAL, tubes
from tests.operation.threading_hands import Surgeon

SMOOTH = 8
"""A case in which the catheter meets no root on its way up."""
ROOTY = 7
"""A case in which it meets one below the cord."""


def threaded(past_mm: float, seed: int = SMOOTH, speed_mm_s: float = 40.0) -> Surgeon:
    surgeon = Surgeon(seed)
    surgeon.open_hub()
    surgeon.thread(past_mm, speed_mm_s=speed_mm_s)
    return surgeon


def test_good_strokes_bring_the_tip_up_the_back_of_the_sac_without_force():
    surgeon = threaded(180.0)
    measured = surgeon.measured
    assert len(surgeon.told(TipLeft)) == 1
    assert [event.space for event in surgeon.told(Threaded)] == ["intrathecal"]
    assert measured["tip_off_levels"] < 1.0
    assert measured["tip_third"] == "dorsal"
    assert measured["inside_dura_mm"] == pytest.approx(180.0, abs=3.0)
    assert measured["peak_push_n"] < 1.2
    assert measured["loops_left"] == 0.0
    assert measured["pulled_alone_mm"] == 0.0
    assert measured["patency"] == "free"
    assert "pop_bevel" in surgeon.sounds()


def test_a_hand_feeds_at_most_twenty_millimetres_before_it_takes_a_new_grip():
    surgeon = Surgeon(SMOOTH)
    surgeon.open_hub()
    surgeon.stroke(60.0)
    assert surgeon.rod.in_mm == pytest.approx(20.0, abs=0.5)


def test_a_held_stroke_runs_on_after_three_clean_ones_and_its_time_is_booked():
    surgeon = threaded(60.0)
    assert surgeon.step.clean >= 3
    before_mm, waits = surgeon.rod.in_mm, len(surgeon.told(Waited))
    surgeon.do(act.Grip())
    surgeon.slide(22.0, 40.0)
    surgeon.wait(30)
    assert surgeon.step.runs_on
    surgeon.wait(240)
    assert not surgeon.step.runs_on
    assert surgeon.rod.in_mm == pytest.approx(before_mm + 60.0, abs=3.0)
    assert len(surgeon.told(Waited)) == waits + 2


def test_a_stroke_that_runs_on_stops_when_the_hand_lets_go():
    surgeon = threaded(60.0)
    surgeon.do(act.Grip())
    surgeon.slide(22.0, 40.0)
    surgeon.wait(30)
    surgeon.do(act.LetGo())
    kept_mm = surgeon.rod.in_mm
    surgeon.wait(60)
    assert surgeon.rod.in_mm == pytest.approx(kept_mm, abs=0.5)


def test_a_hurried_hand_meets_more_force_than_a_slow_one():
    assert threaded(60.0, speed_mm_s=400.0).measured["peak_push_n"] > 2.0 > threaded(60.0).measured["peak_push_n"]


def test_pulled_back_alone_it_is_cut_and_that_fails_the_case():
    surgeon = threaded(100.0, ROOTY)
    surgeon.do(act.Grip())
    surgeon.slide(-30.0, 60.0)
    surgeon.do(act.LetGo())
    assert [event.id for event in surgeon.told(CriticalError)] == ["pulled-back-through-needle"]
    assert surgeon.told(WallCut)
    assert len(surgeon.told(Sheared)) == 1
    assert "cut" in surgeon.sounds()
    catheter = surgeon.theatre.implant.catheter
    piece = surgeon.theatre.implant.fragments_mm[0]
    assert rods.shape.length_mm(np.array(piece)) == pytest.approx(catheter.sheared_mm, abs=1.0)
    assert catheter.length_mm == pytest.approx(surgeon.rod.supplied_mm)
    assert [tube.material for tube in tubes(surgeon.theatre)].count(TIP_MATERIAL) == 1
    assert "cut off" in surgeon.refusal(act.Grip())
    surgeon.do(act.TakeInstrument("tuohy"))
    surgeon.do(NewCatheter(), act.TakeInstrument("catheter"))
    surgeon.thread(20.0)
    assert surgeon.theatre.implant.fragments_mm == [piece]
    assert surgeon.theatre.implant.catheter.length_mm == catheter.supplied_mm
    assert surgeon.measured["pulled_alone_mm"] > 5.0


def test_as_one_needle_and_catheter_come_back_without_a_cut():
    surgeon = threaded(60.0)
    depth_mm, in_mm, tip_mm = surgeon.theatre.needle.depth_mm, surgeon.rod.in_mm, rods.shape.tip_mm(surgeon.rod)
    surgeon.back_as_one(15.0)
    back_mm = depth_mm - surgeon.theatre.needle.depth_mm
    assert back_mm > 5.0
    assert surgeon.rod.in_mm == in_mm
    assert math.dist(tip_mm, rods.shape.tip_mm(surgeon.rod)) == pytest.approx(back_mm, abs=0.4 * back_mm)
    assert surgeon.measured["pulled_alone_mm"] == 0.0
    assert not surgeon.told(CriticalError)
    assert surgeon.theatre.implant.catheter.space == "intrathecal"


def test_a_catheter_that_comes_out_with_its_needle_is_as_worn_as_before():
    surgeon = threaded(60.0)
    surgeon.rod.wall_cut, surgeon.rod.cut_at_mm = 0.9, 40.0
    surgeon.wait(3)
    surgeon.do(act.TakeInstrument("tuohy"), TakeOut())
    rod, catheter = surgeon.theatre.implant.rod, surgeon.theatre.implant.catheter
    assert (rod.wall_cut, rod.cut_at_mm, rod.in_mm) == (0.9, 40.0, 0.0)
    assert catheter.wall_cut == 0.9


def until_touch(seed: int = ROOTY) -> Surgeon:
    surgeon = Surgeon(seed)
    surgeon.open_hub()
    for _ in range(30):
        surgeon.stroke(10.0)
        if surgeon.told(NerveTouched):
            return surgeon
    raise AssertionError("no root was met")


@pytest.mark.parametrize(("answer", "cure"), [("right", "as one"), ("wrong", "push on"), ("wrong", "pull alone"), ("late", "as one")])
def test_a_touched_root_shocks_and_is_answered(answer, cure):
    surgeon = until_touch()
    assert surgeon.theatre.strain.shock > 0.3
    surgeon.wait(90 if answer != "late" else 120 * 22)
    match cure:
        case "as one":
            surgeon.back_as_one(14.0)
        case "push on":
            surgeon.stroke(18.0)
        case "pull alone":
            surgeon.do(act.Grip())
            surgeon.slide(-14.0, 30.0)
            surgeon.do(act.LetGo())
    assert [event.answer for event in surgeon.told(NerveAnswered)][:1] == [answer]
    assert surgeon.measured["paraesthesia_answer"] == answer


def test_a_turn_of_the_curved_tip_sends_the_catheter_another_way():
    asides = {}
    for turn in (0.0, -90.0):
        surgeon = Surgeon(ROOTY)
        surgeon.open_hub()
        surgeon.stroke(5.0)
        if turn:
            surgeon.do(act.Roll(turn))
        surgeon.thread(60.0)
        asides[turn] = rods.shape.place(surgeon.theatre.patient, rods.shape.points(surgeon.rod)).aside_mm
    assert asides[-90.0] < asides[0.0] - 1.0


def test_the_open_hub_runs_and_a_catheter_in_it_all_but_stops_it():
    surgeon = Surgeon(SMOOTH)
    surgeon.open_hub()
    surgeon.wait(600)
    lost_ml = surgeon.theatre.strain.csf_lost_ml
    assert lost_ml > 0.2
    assert surgeon.theatre.implant.lost_ml["hub"] == pytest.approx(lost_ml)
    assert surgeon.measured["csf_lost_ml"] == pytest.approx(lost_ml)
    surgeon.thread(20.0)
    lost_ml = surgeon.theatre.strain.csf_lost_ml
    surgeon.wait(1200)
    assert surgeon.theatre.strain.csf_lost_ml < lost_ml + 0.1
    assert {event.cause for event in surgeon.told(HubChanged)} <= {"", "catheter"}


def test_the_ring_beside_a_catheter_lets_hardly_anything_through():
    assert 0.005 < annulus_share(1.2, 1.45) < 0.05
    assert annulus_share(1.45, 1.45) == 0.0
    assert annulus_share(0.05, 1.45) > annulus_share(0.5, 1.45) > annulus_share(1.2, 1.45)


def epidural() -> Surgeon:
    surgeon = Surgeon(SMOOTH)
    needle = surgeon.theatre.needle
    surgeon.do(act.TakeInstrument("tuohy"), act.Grip())
    for _ in range(60):
        place = rods.opening_at(needle, surgeon.theatre.patient)
        if place.space == "epidural":
            break
        surgeon.slide(-0.6, 10.0)
    surgeon.slide(-5.0, 10.0)
    surgeon.do(act.LetGo())
    surgeon.wait(12)
    return surgeon


def test_outside_the_dura_no_fluid_comes_and_the_catheter_runs_outside_it():
    surgeon = epidural()
    surgeon.do(act.TakeInstrument("catheter"), act.Stylet())
    surgeon.wait(240)
    assert surgeon.theatre.strain.csf_lost_ml == 0.0
    surgeon.thread(40.0)
    measured = surgeon.measured
    assert measured["tip_third"] == "outside"
    assert measured["inside_dura_mm"] == 0.0
    assert measured["patency"] == "none"
    assert "epidural" in {event.space for event in surgeon.told(Threaded)}


def test_contrast_shows_where_the_needle_opens():
    patterns = []
    for surgeon in (Surgeon(SMOOTH), epidural()):
        surgeon.do(act.Stylet(), act.TakeInstrument("contrast"), InjectContrast(1.0))
        patterns.append(surgeon.theatre.implant.contrast[0].pattern)
    assert patterns == ["intrathecal", "epidural"]


def iodine_mg(spread) -> float:
    strength = {"iohexol40": 40.0, "iohexol90": 90.0}
    total = 0.0
    for line, radius_mm, material in spread:
        length = float(np.sqrt((np.diff(line, axis=0) ** 2).sum(axis=1)).sum())
        total += length * math.pi * radius_mm**2 / 1000.0 * strength[material]
    return total


@pytest.mark.parametrize("pattern", ["intrathecal", "epidural", "subdural", "vein"])
def test_contrast_spreads_with_time_by_its_own_pattern(pattern):
    patient = Surgeon(SMOOTH).theatre.patient
    place = tuple(float(v) for v in patient.landmarks["sac.L2-3"])
    bolus = Bolus(1.0, 0.0, place, pattern, grain=11)
    early, later = contrast.spread(patient, bolus, 0.5), contrast.spread(patient, bolus, 6.0)
    z = [np.concatenate([line[:, 2] for line, _, _ in part]) for part in (early, later)]
    assert np.ptp(z[1]) > np.ptp(z[0])
    assert iodine_mg(early) <= 181.0
    inside = float((patient.sac_distance_mm(np.concatenate([line for line, _, _ in early])) < 0.0).mean())
    assert {"intrathecal": inside > 0.95, "epidural": inside < 0.35, "subdural": inside > 0.9, "vein": inside < 0.5}[pattern]
    if pattern == "vein":
        assert contrast.spread(patient, bolus, 20.0) == []
    if pattern == "intrathecal":
        assert iodine_mg(early) == pytest.approx(180.0, rel=0.02)


def test_pictures_and_physics_have_the_same_points():
    surgeon = threaded(120.0)
    shown = [tube for tube in tubes(surgeon.theatre) if tube.bore_mm > 0.0 and tube.material.startswith("polyurethane")]
    points = np.concatenate([np.asarray(tube.points_mm) for tube in shown])
    line = surgeon.theatre.patient_pose.apply(rods.shape.points(surgeon.rod))
    carm = surgeon.theatre.fluoroscope.carm
    for point in straightened(line):
        picture, true = carm.picture(points), carm.picture(point[None])[0]
        assert float(np.sqrt(((picture - true) ** 2).sum(axis=1)).min()) * carm.field_mm / 2.0 < 0.5


def test_needle_and_catheter_out_together_leave_none_in_the_patient():
    surgeon = threaded(30.0)
    surgeon.back_as_one(25.0)
    surgeon.do(TakeOut())
    assert surgeon.theatre.needle.entry_mm is None
    assert surgeon.theatre.implant.catheter.canal_mm == []
    assert "not in" in surgeon.refusal(act.Grip())
    assert surgeon.measured["tip_third"] is None


def test_refusals_say_why():
    surgeon = Surgeon(SMOOTH)
    surgeon.do(act.TakeInstrument("catheter"))
    assert "stylet" in surgeon.refusal(act.Grip())
    assert surgeon.refusal(DrawWire(5.0))
    assert surgeon.refusal(NameLevel("L3", 0.0, 0.0))
    surgeon.do(act.Stylet())
    surgeon.thread(20.0)
    assert "no room" in surgeon.refusal(act.Stylet())
    assert surgeon.refusal(act.Roll(200.0))
    assert "come out" in surgeon.refusal(NewCatheter())
    surgeon.do(act.TakeInstrument("tuohy"))
    assert "as one" in surgeon.refusal(act.Grip())
    surgeon.do(act.TakeInstrument("contrast"))
    assert "fills" in surgeon.refusal(InjectContrast(1.0))


def test_a_wire_drawn_inside_the_needle_spoils_the_flow():
    surgeon = threaded(180.0)
    surgeon.do(DrawWire(50.0))
    assert surgeon.measured["patency"] != "free"


def test_the_level_is_called_on_a_picture():
    surgeon = threaded(180.0)
    surgeon.do(act.MoveCArm(along_mm=60.0), act.MoveCArm(along_mm=60.0), act.MoveCArm(along_mm=30.0), act.Spot())
    surgeon.wait(60)
    place = rods.shape.place(surgeon.theatre.patient, rods.shape.points(surgeon.rod))
    carm = surgeon.theatre.fluoroscope.carm
    u, v = carm.picture(surgeon.theatre.patient_pose.apply(np.array([rods.shape.tip_mm(surgeon.rod)])))[0]
    surgeon.do(NameLevel("L3", float(u), float(v)))
    assert surgeon.measured["called_level"] == "wrong"
    surgeon.do(NameLevel(place.level, float(u), float(v)))
    assert surgeon.measured["called_level"] == "right"
    assert surgeon.measured["views_missing"] == 2.0
    assert surgeon.step.looks[-1].answered


def test_who_pushed_hard_where_the_needle_opens_into_tissue_may_hand_the_case_over():
    surgeon = Surgeon(SMOOTH)
    surgeon.open_hub()
    surgeon.thread(-30.0)
    opening = surgeon.rod.opening
    surgeon.rod.opening = replace(opening, space="")
    assert "No catheter" in (RULES.unsafe(surgeon.theatre, surgeon.step) or "")
    for _ in range(4):
        surgeon.stroke(19.0)
    assert surgeon.rod.free_mm == 0.0
    assert RULES.unsafe(surgeon.theatre, surgeon.step) is None
