"""The anchoring step by direct hands: good, hurried and wrong ones; what each error shows, and what cures it."""

import itertools
import math

import numpy as np
import pytest

from game.base import Action
from game.errors import ActionRefused
from game.instruments import catheter as rod_of
from game.instruments import tie
from game.operation import actions as act
from game.operation import lumen
from game.operation.anchoring import incision, purse
from game.operation.anchoring.actions import Clamp, Spread
from game.operation.anchoring.events import (
    AnchorSlipped,
    BiteMade,
    BladeStruck,
    EndFell,
    FasciaOpened,
    NeedleOut,
    TieCut,
    VesselCut,
    VesselSealed,
    WireOut,
)
from game.operation.anchoring.holding import anchor_xy
from game.operation.anchoring.rules import RULES
from game.operation.events import CriticalError
from game.operation.implant import line_mm
from tests.operation.anchoring_hands import Surgeon, good_hand, tied


@pytest.fixture(scope="module")
def good() -> Surgeon:
    return good_hand()


def test_a_good_hand_leaves_a_dry_fascia_a_dripping_catheter_and_a_tip_that_stayed(good: Surgeon) -> None:
    found = good.measured
    assert found["blade_struck"] == "needle"
    assert found["fascia_opened_mm"] == 0.0
    assert found["purse_bites"] == 4.0
    assert found["ooze_drops"] < 1.0  # type: ignore[operator]
    assert found["flow_left_ratio"] == pytest.approx(1.0)
    assert found["tip_shift_mm"] < 5.0  # type: ignore[operator]
    assert found["wire_in_needle_mm"] == 0.0
    assert found["fixing_sutures"] == 3.0
    assert found["tug_slip_mm"] == 0.0
    assert found["loop_across_mm"] == pytest.approx(32.0, rel=0.05)
    assert RULES.unsafe(good.theatre, good.step) is None


def test_the_wound_is_handed_on_in_the_patient(good: Surgeon) -> None:
    wound, string = good.theatre.implant.back_wound, good.theatre.implant.purse_string
    assert wound is not None
    assert string is not None
    assert wound.layer == "fascia"
    assert wound.retracted
    assert 40.0 < wound.length_mm < 62.0
    ends = np.array([wound.start_mm, wound.end_mm])
    assert np.abs(good.theatre.patient.skin_distance_mm(ends)).max() < 1.0
    exit_mm = good.catheter.track_mm[-1]
    assert all(2.0 < math.dist(bite.in_mm, exit_mm) < 12.0 for bite in string.bites)


def test_no_length_of_catheter_is_lost(good: Surgeon) -> None:
    catheter = good.catheter
    assert catheter.implanted_mm + catheter.trimmed_mm + catheter.spare_mm == pytest.approx(catheter.supplied_mm)


def test_what_ran_out_is_what_the_account_says(good: Surgeon) -> None:
    assert sum(good.theatre.implant.lost_ml.values()) == pytest.approx(good.theatre.strain.csf_lost_ml)
    assert good.step.lost_ml == pytest.approx(good.theatre.strain.csf_lost_ml)


# (a) the incision


def test_the_needle_shields_and_a_bare_catheter_is_cut_and_spurts() -> None:
    shielded, bare = Surgeon(), Surgeon()
    shielded.cut(5.0, 2)
    assert [event.what for event in shielded.told(BladeStruck)] == ["needle"]  # type: ignore[attr-defined]
    bare.open_wound()
    bare.needle_out()
    bare.wire_out()
    bare.do(Clamp())
    bare.wait(24)
    before = bare.step.ooze_per_min
    bare.cut(16.0, 1, y=bare.step.exit_xy[1])
    bare.wait(24)
    assert bare.measured["blade_struck"] == "catheter"
    assert [event.id for event in bare.told(CriticalError)] == ["catheter-cut-by-blade"]  # type: ignore[attr-defined]
    assert bare.step.ooze_per_min > before + 4.0


def test_a_blade_that_goes_too_deep_opens_the_fascia() -> None:
    surgeon = Surgeon()
    surgeon.cut(40.0, 6)
    assert surgeon.told(FasciaOpened)
    assert surgeon.measured["fascia_opened_mm"] > 30.0  # type: ignore[operator]


def test_cautery_parts_fat_to_the_fascia_without_a_vessel_and_never_through_it() -> None:
    surgeon = Surgeon()
    surgeon.cut(4.0)
    cut_before = len(surgeon.told(VesselCut))
    surgeon.burn((surgeon.step.entry_xy[0], surgeon.step.entry_xy[1]), ticks=1200)
    assert len(surgeon.told(VesselCut)) == cut_before
    assert incision.depth_at(surgeon.step, surgeon.step.entry_xy[0]) == surgeon.step.fascia_mm
    assert not surgeon.told(FasciaOpened)


def bleeding_wound() -> Surgeon:
    for seed in range(1, 30):
        surgeon = Surgeon(seed)
        surgeon.cut(4.0)
        surgeon.cut(11.0, 3)
        if surgeon.step.bleedings:
            return surgeon
    raise AssertionError("no wound bled")


def test_a_vessel_bleeds_until_it_is_pressed_or_burned_and_blood_hides_the_floor() -> None:
    surgeon = bleeding_wound()
    rate = sum(b.ml_per_min for b in surgeon.step.bleedings)
    surgeon.wait(1200)
    assert surgeon.step.bled_ml == pytest.approx(rate / 6.0, rel=0.35)
    for bleeding in surgeon.step.bleedings[1:]:
        surgeon.burn(bleeding.place)
    surgeon.do(act.OtherHand(True, *surgeon.step.bleedings[0].place))
    pressed = surgeon.step.bled_ml
    surgeon.wait(600)
    assert surgeon.step.bled_ml == pytest.approx(pressed)
    surgeon.do(act.OtherHand(False))
    surgeon.burn(surgeon.step.bleedings[0].place)
    assert len(surgeon.told(VesselSealed)) == len(surgeon.step.bleedings)
    still = surgeon.step.bled_ml
    surgeon.wait(600)
    assert surgeon.step.bled_ml == still
    surgeon.do(Spread())
    surgeon.step.blood_ml = incision.HIDES_ML + 1.0
    assert RULES.sight(surgeon.theatre, surgeon.step).fascia_mm is None


def test_booked_time_bleeds_as_well() -> None:
    surgeon = bleeding_wound()
    before = surgeon.step.bled_ml
    surgeon.do(act.Wait(120.0))
    surgeon.wait(12)
    assert surgeon.step.bled_ml - before == pytest.approx(2.0 * sum(b.ml_per_min for b in surgeon.step.bleedings), rel=0.05)


def test_a_swab_takes_blood_away() -> None:
    surgeon = bleeding_wound()
    surgeon.wait(2400)
    before = surgeon.step.blood_ml
    surgeon.take("gauze")
    surgeon.at(surgeon.step.exit_xy)
    surgeon.drag(40.0, 0.0, 20)
    assert surgeon.step.blood_ml < before


# (b) purse-string, needle, wire


def test_flat_bites_and_bites_in_an_unopened_wound_hold_only_fat() -> None:
    flat, closed = Surgeon(), Surgeon()
    flat.open_wound()
    flat.purse(bulge_mm=1.0)
    closed.cut(4.0)
    closed.purse()
    for surgeon in (flat, closed):
        assert [event.holds for event in surgeon.told(BiteMade)] == ["fat"] * 4  # type: ignore[attr-defined]
        assert surgeon.measured["purse_bites"] == 0.0


def test_a_bite_over_the_bare_catheter_pierces_it_and_one_over_the_needle_does_not() -> None:
    surgeon = Surgeon()
    surgeon.open_wound()
    surgeon.bite(surgeon.step.exit_xy, (1.0, 0.0), bulge_mm=0.5)
    assert surgeon.measured["catheter_pierced"] == 0.0
    surgeon.needle_out()
    surgeon.bite(surgeon.step.exit_xy, (1.0, 0.0), bulge_mm=0.5)
    assert surgeon.measured["catheter_pierced"] == 1.0
    assert purse.passes(surgeon.theatre, surgeon.step) < 0.5


@pytest.mark.parametrize(
    ("pinned", "speed", "least", "most"),
    [(True, 15.0, 0.0, 3.0), (True, 120.0, 3.0, 12.0), (False, 15.0, 12.0, 30.0), (False, 120.0, 28.0, 60.0)],
)
def test_the_needle_takes_the_catheter_along_the_more_the_less_it_is_held(pinned: bool, speed: float, least: float, most: float) -> None:
    surgeon = Surgeon()
    tip = surgeon.catheter.canal_mm[0]
    surgeon.needle_out(pinned, speed)
    shift = surgeon.measured["tip_shift_mm"]
    assert least < shift < most  # type: ignore[operator]
    assert math.dist(tip, surgeon.catheter.canal_mm[0]) == pytest.approx(shift, rel=0.1)  # type: ignore[arg-type]
    assert surgeon.told(NeedleOut)


@pytest.mark.parametrize("every", [2, 4])
def test_how_often_a_hand_is_read_does_not_change_what_it_does(every: int) -> None:
    fine, coarse = Surgeon(), Surgeon()
    fine.needle_out(speed_mm_s=15.0)
    coarse.needle_out(speed_mm_s=15.0, every=every)
    assert coarse.step.tip_shift_mm == pytest.approx(fine.step.tip_shift_mm, abs=0.6)


def test_a_wire_drawn_inside_the_standing_needle_harms_the_tube() -> None:
    inside, after = Surgeon(), Surgeon()
    inside.wire_out()
    after.needle_out()
    after.wire_out()
    assert [event.through_needle for event in (*inside.told(WireOut), *after.told(WireOut))] == [True, False]  # type: ignore[attr-defined]
    assert inside.catheter.wall_cut > 0.3
    assert after.catheter.wall_cut == 0.0


def test_ooze_stops_first_then_the_free_end_slows_then_it_dies() -> None:
    drips = []
    for drawn in (10.0, 30.0, 55.0, 90.0):
        surgeon = tied(drawn)
        drips.append((surgeon.step.ooze_per_min, surgeon.step.drops_per_min))
    (loose_ooze, free), (snug_ooze, snug), (_, slow), (_, dead) = drips
    assert loose_ooze > 5.0
    assert snug_ooze < 0.5
    assert snug == pytest.approx(free, rel=0.1)
    assert 0.1 * free < slow < 0.8 * free
    assert dead == 0.0


def test_a_strangled_catheter_is_cured_by_cutting_and_tying_anew() -> None:
    surgeon = tied(90.0)
    assert surgeon.measured["flow_left_ratio"] == 0.0
    surgeon.take("scissors")
    surgeon.at(surgeon.step.exit_xy)
    surgeon.do(act.LetGo())
    assert surgeon.told(TieCut)
    surgeon.tie(30.0)
    assert surgeon.measured["flow_left_ratio"] == pytest.approx(1.0)


def test_a_loose_ring_is_cured_by_one_more_bite() -> None:
    surgeon = tied(30.0, bites=3)
    before = surgeon.measured["ooze_drops"]
    surgeon.bite((surgeon.step.exit_xy[0] + 5.0, surgeon.step.exit_xy[1]), (0.0, 1.0))
    assert surgeon.measured["ooze_drops"] < 0.2 * before  # type: ignore[operator]


def test_a_ring_is_as_wide_as_its_widest_gap() -> None:
    square = [(5.0, 0.0), (0.0, 5.0), (-5.0, 0.0), (0.0, -5.0)]
    assert tie.ring(square, (0.0, 0.0)) == (4, 5.0, pytest.approx(90.0))
    assert tie.ring(square[:3], (0.0, 0.0))[2] == pytest.approx(180.0)
    assert tie.ring([(5.0, 0.0)] * 4, (0.0, 0.0)) == (4, 5.0, 360.0)
    assert tie.ring([], (0.0, 0.0)) == (0, 0.0, 360.0)


def test_four_bites_on_one_side_leave_the_other_open() -> None:
    surgeon = Surgeon()
    surgeon.open_wound()
    for _ in range(4):
        surgeon.bite((surgeon.step.exit_xy[0] + 5.0, surgeon.step.exit_xy[1]), (0.0, 1.0))
    surgeon.needle_out()
    surgeon.wire_out()
    before = surgeon.measured["ooze_drops"]
    surgeon.tie(30.0)
    assert surgeon.measured["purse_bites"] == 4.0
    assert surgeon.measured["ooze_drops"] > 0.6 * before  # type: ignore[operator]


def test_a_knot_is_cut_before_the_thread_is_drawn_anew() -> None:
    surgeon = tied(90.0)
    with pytest.raises(ActionRefused, match="The thread is knotted: cut it"):
        surgeon.tie(30.0)
    surgeon.take("scissors")
    surgeon.at(surgeon.step.exit_xy)
    surgeon.do(act.LetGo())
    surgeon.tie(30.0)
    assert surgeon.measured["flow_left_ratio"] == pytest.approx(1.0)


def test_a_string_tied_round_the_needle_is_loose_on_the_catheter() -> None:
    surgeon = Surgeon()
    surgeon.open_wound()
    surgeon.purse()
    surgeon.tie(26.0)
    assert surgeon.theatre.implant.purse_string.tension_n == pytest.approx(2.4)  # type: ignore[union-attr]
    surgeon.needle_out()
    assert surgeon.theatre.implant.purse_string.tension_n == pytest.approx(0.4)  # type: ignore[union-attr]
    assert surgeon.measured["ooze_drops"] > 10.0  # type: ignore[operator]


def test_a_shut_clamp_holds_the_wire() -> None:
    surgeon = Surgeon()
    surgeon.needle_out()
    surgeon.do(Clamp())
    with pytest.raises(ActionRefused, match="The clamp holds the wire"):
        surgeon.wire_out()


def test_an_open_end_drips_and_in_the_end_falls_off_the_drape() -> None:
    surgeon = tied(30.0)
    breaks = surgeon.theatre.sterility.breaks
    surgeon.do(act.Wait(200.0))
    surgeon.wait(24)
    assert surgeon.told(EndFell)
    assert surgeon.theatre.sterility.breaks == breaks + 1
    assert surgeon.measured["end_closed"] == "fell"
    lost = surgeon.step.lost_ml
    surgeon.do(Clamp())
    surgeon.wait(1200)
    assert surgeon.step.lost_ml - lost < 0.05


# (c) anchor and loop


def test_stitches_in_fat_do_not_hold_and_the_catheter_slides_with_its_tip() -> None:
    surgeon = tied(30.0)
    surgeon.do(Clamp())
    surgeon.anchor(gap_mm=12.0, turn_deg=40.0)
    surgeon.fix(bulge_mm=1.0)
    found = surgeon.measured
    assert (found["fixing_sutures"], found["anchor_line_deg"]) == (0.0, pytest.approx(40.0))
    assert found["anchor_gap_mm"] == pytest.approx(12.0, abs=0.5)
    tip = surgeon.step.tip_shift_mm
    surgeon.tug(5.0)
    assert surgeon.told(AnchorSlipped)
    assert surgeon.measured["tug_slip_mm"] > 1.0  # type: ignore[operator]
    assert surgeon.step.tip_shift_mm > tip + 1.0


def test_each_pull_starts_anew_whatever_slid_before() -> None:
    surgeon = tied(30.0)
    surgeon.do(Clamp())
    surgeon.anchor()
    surgeon.fix(bulge_mm=1.0)
    slid = [0.0]
    for _ in range(3):
        surgeon.tug(5.0)
        slid.append(surgeon.step.slip_mm)
    steps = [after - before for before, after in itertools.pairwise(slid)]
    assert steps[0] > 1.0
    assert steps[1:] == pytest.approx([steps[0]] * 2, rel=0.1)


def test_only_a_pull_on_the_anchor_as_it_is_now_tries_it() -> None:
    surgeon = tied(30.0)
    surgeon.do(Clamp())
    surgeon.tug(1.2)
    assert surgeon.measured["tug_slip_mm"] is None
    surgeon.anchor()
    surgeon.tug(1.2)
    surgeon.fix()
    assert surgeon.measured["tug_slip_mm"] is None
    surgeon.tug(1.2)
    assert surgeon.measured["tug_slip_mm"] == 0.0


@pytest.mark.parametrize(("radius_mm", "turns"), [(16.0, 0.3), (150.0, 0.9)])
def test_an_arc_is_no_loop_and_a_loop_is_no_longer_than_the_catheter(radius_mm: float, turns: float) -> None:
    surgeon = tied(30.0)
    surgeon.anchor()
    lay = line_mm(surgeon.catheter.back_mm)
    surgeon.loop(radius_mm, turns)
    catheter = surgeon.catheter
    assert catheter.spare_mm >= 0.0
    assert catheter.implanted_mm + catheter.spare_mm == pytest.approx(catheter.length_mm)
    if turns < 0.75:
        assert surgeon.measured["loop_across_mm"] is None
        assert line_mm(catheter.back_mm) == lay


def test_a_wire_that_curled_in_the_needle_leaves_hardly_any_flow() -> None:
    surgeon = Surgeon()
    spec = next(iter(surgeon.theatre.equipment.catheters.values()))
    surgeon.theatre.implant.rod = rod_of.start(spec, None)
    surgeon.theatre.implant.rod.wire_in_needle_mm = 40.0
    surgeon.open_wound()
    surgeon.purse()
    surgeon.needle_out()
    surgeon.wire_out()
    assert surgeon.measured["flow_left_ratio"] == pytest.approx(0.02)


def test_a_stitched_anchor_moves_only_when_its_stitches_are_cut() -> None:
    surgeon = tied(30.0)
    surgeon.anchor(gap_mm=12.0)
    surgeon.fix()
    fixed_n = surgeon.theatre.implant.anchor.grip_n  # type: ignore[union-attr]
    with pytest.raises(ActionRefused, match="stitches hold the anchor"):
        surgeon.anchor(gap_mm=3.0)
    surgeon.take("scissors")
    surgeon.at(anchor_xy(surgeon.step))
    surgeon.do(act.LetGo())
    assert surgeon.measured["fixing_sutures"] == 0.0
    assert surgeon.theatre.implant.anchor.grip_n < fixed_n  # type: ignore[union-attr]
    surgeon.anchor(gap_mm=3.0)
    assert surgeon.measured["anchor_gap_mm"] == pytest.approx(3.0, abs=0.5)


def test_a_thread_through_the_catheter_comes_out_with_the_string_and_leaves_a_hole() -> None:
    surgeon = Surgeon()
    surgeon.open_wound()
    surgeon.purse()
    surgeon.needle_out()
    surgeon.bite(surgeon.step.exit_xy, (1.0, 0.0), bulge_mm=3.6)
    surgeon.tie(30.0)
    assert [kink.cause for kink in surgeon.catheter.kinks] == ["stitch"]
    surgeon.take("scissors")
    surgeon.at(surgeon.step.exit_xy)
    surgeon.do(act.LetGo())
    assert surgeon.catheter.kinks == []
    assert surgeon.measured["purse_bites"] == 0.0
    assert lumen.leaks(surgeon.catheter)


def test_a_fixed_anchor_holds_the_pull_that_moves_a_winged_one() -> None:
    slips = {}
    for kind, stitches in (("self_grip", 3), ("winged", 2)):
        surgeon = tied(30.0)
        surgeon.anchor(kind=kind)
        surgeon.fix(stitches)
        surgeon.tug(6.0)
        slips[kind] = surgeon.step.slip_mm
    assert slips["self_grip"] == 0.0
    assert slips["winged"] > 0.5


def test_a_tight_loop_kinks_and_laid_anew_it_does_not() -> None:
    surgeon = tied(30.0)
    surgeon.anchor()
    surgeon.loop(radius_mm=3.0, turns=2.0)
    assert surgeon.measured["flow_left_ratio"] < 0.2  # type: ignore[operator]
    surgeon.loop(radius_mm=16.0)
    found = surgeon.measured
    assert found["flow_left_ratio"] == pytest.approx(1.0)
    assert found["bend_radius_mm"] > 10.0  # type: ignore[operator]


# refusals and laws


@pytest.mark.parametrize(
    ("tool", "place", "action", "sentence"),
    [
        ("", (0.0, 0.0), Clamp(), "The catheter's end is in the needle still."),
        ("", (0.0, 0.0), Spread(), "There is no wound yet that a retractor could hold."),
        ("", (0.0, 0.0), act.Roll(10.0), "There is nothing in the hand to turn."),
        ("suture", (0.0, 0.0), act.Grip(), "There is only skin: open the wound first."),
        ("scissors", (0.0, 0.0), act.Grip(), "Scissors work in the wound."),
        ("forceps", (20.0, 0.0), act.Grip(), "The needle stands over the catheter still."),
        ("self_grip", (20.0, 0.0), act.Grip(), "An anchor goes on when the needle is off."),
        ("blade", (90.0, 0.0), act.Grip(), "That is too far from the needle."),
    ],
)
def test_what_cannot_be_done_is_said(tool: str, place: tuple[float, float], action: Action, sentence: str) -> None:
    surgeon = Surgeon()
    surgeon.do(act.TakeInstrument(tool), act.PointHand(*place))
    assert surgeon.refusal(action) == sentence


def test_the_step_ends_only_when_needle_wire_end_and_vessels_are_safe() -> None:
    surgeon = Surgeon()
    assert RULES.unsafe(surgeon.theatre, surgeon.step) == "The needle is in still."
    surgeon.needle_out()
    assert RULES.unsafe(surgeon.theatre, surgeon.step) == "The guide wire is in the catheter still."
    surgeon.wire_out()
    assert RULES.unsafe(surgeon.theatre, surgeon.step) == "The catheter's end is open."
    surgeon.do(Clamp())
    assert RULES.unsafe(surgeon.theatre, surgeon.step) is None


def test_a_tie_of_two_to_four_newtons_closes_the_fascia_and_spares_the_bore() -> None:
    for tension in (2.0, 3.0, 4.0):
        assert tie.ooze_share(tension, 4, 5.0, 90.0) == 0.0
        assert tie.bore_share(tension) == 1.0
    assert tie.ooze_share(3.0, 2, 5.0, 180.0) == 0.4
    assert tie.ooze_share(3.0, 4, 14.0, 90.0) == pytest.approx(0.6)
    assert tie.ooze_share(3.0, 4, 5.0, 360.0) == 0.7
    assert tie.bore_share(8.0) == 0.0


def test_a_bite_of_fat_sounds_unlike_one_that_holds() -> None:
    surgeon = Surgeon()
    surgeon.open_wound()
    before = len(surgeon.sounds())
    surgeon.purse(bites=2, bulge_mm=1.5)
    surgeon.purse(bites=2)
    assert [sound for sound in surgeon.sounds()[before:] if sound in ("tears", "stitch")] == ["tears", "tears", "stitch", "stitch"]


def test_the_drawn_ends_of_the_thread_can_be_taken() -> None:
    surgeon = Surgeon()
    surgeon.open_wound()
    surgeon.purse()
    surgeon.needle_out()
    surgeon.take("hands")
    x, y = surgeon.step.exit_xy
    surgeon.at((x - 13.0, y + 14.0))
    assert surgeon.step.holding == "ends"
