import copy
import math
from dataclasses import replace

import numpy as np
import pytest

from game.base import Event
from game.instruments import catheter
from game.instruments.catheter import shape
from game.instruments.catheter.events import Buckled, CordTouched, Looped, Passed, Resistance, RootTouched, Sheared, TipLeft, WallCut
from game.instruments.catheter.rod import Obstacle, Opening, Rod, Snag
from game.plain import canonical, decode, encode
from tests.instruments.rods import BORE_MM, BRAIDED, body, held, opening, push, rest


def test_a_shallow_needle_leads_the_catheter_behind_the_cord() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 190.0)
    tip = shape.place(patient, shape.points(rod))
    assert tip.third == "dorsal"
    assert abs(tip.aside_mm) < 3.0
    assert rod.touches == 0
    assert rod.loops == 0


def test_a_steep_needle_leads_it_to_the_front() -> None:
    patient = body()
    rod = held(patient, down_deg=35.0)
    push(rod, patient, 75.0)
    assert shape.place(patient, shape.points(rod)).third == "ventral"


def test_the_turn_of_its_curve_steers_it() -> None:
    patient = body()
    aside = {}
    for turn in (-90.0, 90.0):
        rod = held(patient)
        catheter.twist(rod, turn)
        push(rod, patient, 60.0)
        aside[turn] = shape.place(patient, shape.points(rod)).aside_mm
    assert aside[90.0] > 1.0
    assert aside[-90.0] < -1.0


@pytest.mark.parametrize("speed_mm_s", [20.0, 400.0, 4800.0])
@pytest.mark.parametrize("down_deg", [5.0, 40.0, 80.0])
def test_no_push_goes_through_a_wall(speed_mm_s: float, down_deg: float) -> None:
    patient = body(9)
    rod, worst_mm, chance = held(patient, down_deg=down_deg), -9.0, np.random.default_rng(1)
    for tick in range(240):
        catheter.feed(rod, speed_mm_s / 120.0)
        catheter.advance(rod, patient, tick, chance)
        if rod.free_mm > 0.0:
            worst_mm = max(worst_mm, float(patient.sac_distance_mm(shape.points(rod)).max()))
        if rod.free_mm > 200.0:
            break
    assert worst_mm < 2.5  # before 4 N of the fingers the dura tents that far at the tip


def test_the_tip_pops_past_the_bevel_once() -> None:
    patient = body()
    rod = held(patient)
    events = push(rod, patient, 10.0, 20.0)
    pops = [event for event in events if isinstance(event, TipLeft)]
    assert len(pops) == 1
    assert 0.6 < pops[0].force_n < 1.2


def test_a_needle_that_opens_into_tissue_lets_nothing_out() -> None:
    patient = body()
    place = patient.landmarks["sac.L3-4"] + np.array([0.0, 25.0, -20.0])
    rod = catheter.start(BRAIDED, Opening(tuple(place.tolist()), (0.0, -0.17, 0.985), BORE_MM, ""))
    catheter.grip(rod)
    push(rod, patient, 5.0, most_s=6.0)
    assert rod.free_mm == 0.0
    assert catheter.word(rod) == "hard"


def test_length_makes_the_push_heavier_but_not_firm() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 30.0, 30.0)
    early_n = rod.force_n
    push(rod, patient, 180.0, 30.0)
    assert early_n + 0.3 < rod.force_n < early_n + 0.9
    assert catheter.word(rod) in ("none", "soft")


def _meets_a_scar(strength_n: float, speed_mm_s: float) -> tuple[Rod, list[Event]]:
    """Push on from a scar that has just caught the tip."""
    patient = body()
    rod = held(patient)
    rod.obstacles = []
    push(rod, patient, 60.0, 30.0)
    rod.snag = Snag(rod.tip_at_mm, "adhesion", strength_n)
    return rod, push(rod, patient, 190.0, speed_mm_s, 10.0)


def test_a_weak_scar_gives_way_to_a_slow_push() -> None:
    rod, events = _meets_a_scar(0.4, 30.0)
    assert [event.contact for event in events if isinstance(event, Passed)] == ["adhesion"]
    assert rod.loops == 0


def test_a_strong_scar_folds_the_catheter_into_a_loop_that_withdrawing_as_one_unit_undoes() -> None:
    rod, events = _meets_a_scar(6.0, 60.0)
    assert [type(event) for event in events] == [Resistance, Buckled, Looped]
    assert rod.peak_n > 1.2
    assert rod.loops == 1
    assert shape.bend_radius_mm(shape.points(rod))[0] < 8.0
    patient, start = body(), rod.opening
    assert start is not None
    for step in range(1, 80):
        place = np.asarray(start.place_mm) - 1.0 * step * np.asarray(start.heading)
        catheter.move_as_unit(rod, replace(start, place_mm=tuple(place.tolist())))
        rest(rod, patient, 0.02)
    assert rod.wall_cut == 0.0


def test_a_brisk_tip_is_caught_more_firmly_than_a_slow_one() -> None:
    patient, strength = body(), {}
    for speed_mm_s in (30.0, 300.0):
        rod = held(patient)
        push(rod, patient, 20.0, 30.0)
        ahead = np.asarray(rod.tip_at_mm) + 8.0 * np.asarray(shape.tip_heading(rod))
        rod.obstacles = [Obstacle(tuple(ahead.tolist()), 4.0, "adhesion", 1.0)]
        for tick in range(400):
            catheter.feed(rod, speed_mm_s / 120.0)
            catheter.advance(rod, patient, tick, np.random.default_rng(1))
            if rod.snag is not None:
                strength[speed_mm_s] = rod.snag.strength_n
                break
    assert 1.0 < strength[30.0] < 1.4
    assert strength[300.0] > 1.6


def test_turning_it_lets_go_of_what_holds_the_tip() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 60.0, 30.0)
    rod.snag = Snag(rod.tip_at_mm, "root", 0.5, "L4", "left")
    push(rod, patient, 61.0, 10.0, 2.0)
    assert rod.snag is not None
    catheter.twist(rod, 90.0)
    rest(rod, patient, 0.1)
    assert rod.snag is None


def test_a_run_along_the_side_meets_the_roots_of_that_side() -> None:
    patient = body()
    found = []
    for aside in (-15.0, 15.0):
        rod = held(patient, down_deg=15.0, aside_deg=aside)
        catheter.twist(rod, 180.0)
        events = [event for event in push(rod, patient, 90.0) if isinstance(event, RootTouched)]
        found.append({event.side for event in events})
    assert found == [{"right"}, {"left"}]


def test_pulled_alone_through_the_needle_it_is_cut_in_some_hands_and_never_as_one_unit() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 100.0)
    cut, sheared = 0, 0
    for seed in range(12):
        alone, chance = copy.deepcopy(rod), np.random.default_rng(seed)
        catheter.grip(alone)
        events = []
        for tick in range(90):
            catheter.feed(alone, -0.5)
            events += catheter.advance(alone, patient, tick, chance)
            if alone.free_mm < 78.0 or alone.sheared_mm:
                break
        cut += any(isinstance(event, WallCut) for event in events)
        sheared += any(isinstance(event, Sheared) for event in events)
        assert alone.pulled_alone_mm > 5.0
    assert cut >= 10
    assert 3 <= sheared <= 11
    unit = copy.deepcopy(rod)
    for step in range(1, 20):
        back = opening(patient)
        place = np.asarray(back.place_mm) - 1.0 * step * np.asarray(back.heading)
        catheter.move_as_unit(unit, Opening(tuple(place.tolist()), back.heading, BORE_MM, "intrathecal"))
        rest(unit, patient, 0.05)
    assert unit.wall_cut == 0.0
    assert unit.pulled_alone_mm == 0.0
    assert unit.in_mm == rod.in_mm


def test_a_needle_drawn_out_of_the_sac_over_it_leaves_it_through_the_hole() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 80.0)
    start = rod.opening
    assert start is not None
    needle = np.array([0.0, -0.64, 0.77])
    for step in range(1, 25):
        place = np.asarray(start.place_mm) - 0.5 * step * needle
        catheter.move_as_unit(rod, replace(start, place_mm=tuple(place.tolist())))
        rest(rod, patient, 0.03)
    distance = patient.sac_distance_mm(shape.points(rod))
    assert distance[-1] > 2.0  # the opening is outside
    assert distance[: len(distance) // 2].max() < 0.0
    assert rod.pressing_n < 1.0  # the dura does not push on what has left it


def test_short_pulls_add_up_until_it_is_fed_in_again() -> None:
    patient, chance = body(), np.random.default_rng(1)
    rod = held(patient)
    push(rod, patient, 100.0)
    rod.luck = 2.0  # the heel never cuts through
    start_mm = rod.in_mm
    for _ in range(3):
        catheter.grip(rod)
        from_mm = rod.in_mm
        for tick in range(200):
            catheter.feed(rod, -0.3)
            catheter.advance(rod, patient, tick, chance)
            if rod.in_mm < from_mm - 3.0:
                break
        catheter.let_go(rod)
    assert rod.pulled_alone_mm == pytest.approx(start_mm - rod.in_mm, abs=0.2)
    assert rod.pulled_alone_mm > 8.0
    catheter.grip(rod)
    push(rod, patient, rod.free_mm + rod.pull_mm + 0.5)
    assert rod.pull_mm == 0.0


def test_a_nudge_of_the_needle_does_not_forget_a_pull() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 100.0)
    rod.luck = 2.0
    push(rod, patient, rod.free_mm - 4.0, speed_mm_s=-30.0)
    pulled_mm = rod.pull_mm
    assert pulled_mm > 3.0
    catheter.move_as_unit(rod, rod.opening)
    assert (rod.pull_mm, rod.luck) == (pulled_mm, 2.0)
    catheter.move_as_unit(rod, None)
    assert (rod.pull_mm, rod.luck) == (0.0, None)


def test_a_cut_piece_keeps_the_sum_of_lengths() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 120.0)
    for tick in range(2000):
        catheter.feed(rod, -0.5)
        catheter.advance(rod, patient, tick, np.random.default_rng(3))
        if rod.sheared_mm:
            break
    assert rod.supplied_mm + rod.sheared_mm == pytest.approx(1140.0)
    assert shape.length_mm(np.asarray(rod.fragment_mm)) == pytest.approx(rod.sheared_mm, abs=1e-6)
    assert rod.free_mm == pytest.approx(0.0, abs=1e-9)


def test_a_cord_in_the_way_is_felt() -> None:
    patient = body()
    place = patient.landmarks["conus"] + np.array([0.0, 0.0, -5.0])
    rod = catheter.start(BRAIDED, Opening(tuple(place.tolist()), (0.0, 0.0, 1.0), BORE_MM, "intrathecal"))
    catheter.grip(rod)
    assert any(isinstance(event, CordTouched) for event in push(rod, patient, 60.0))


def test_outside_the_sac_it_stays_between_sac_and_flavum_and_goes_harder() -> None:
    patient = body()
    window = next(w for w in patient.canal.windows if abs(w.sac_mm[2]) < 15.0)
    place = 0.5 * (window.epidural_mm + window.sac_mm)
    rod = catheter.start(BRAIDED, Opening(tuple(place.tolist()), (0.0, -0.17, 0.985), BORE_MM, "epidural"))
    catheter.grip(rod)
    push(rod, patient, 90.0, 40.0)
    distance = patient.sac_distance_mm(shape.points(rod))
    inside = held(patient)
    push(inside, patient, 90.0, 40.0)
    assert distance.min() > -2.0  # the sac gives way a little
    assert patient.canal_distance_mm(shape.points(rod)).max() < 0.5
    assert rod.force_n > inside.force_n + 0.3
    assert shape.inside_mm(patient, shape.points(rod), "epidural") == 0.0


def test_a_let_go_catheter_stays_and_comes_to_rest() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 80.0)
    catheter.let_go(rod)
    rest(rod, patient, 6.0)
    before = encode(rod)
    rest(rod, patient, 0.5)
    assert catheter.settled(rod)
    assert encode(rod) == before


def test_its_state_is_plain_and_goes_on_from_a_copy_as_from_itself() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 90.0, 120.0)
    again = decode(Rod, encode(rod))
    push(rod, patient, 140.0, 120.0)
    push(again, patient, 140.0, 120.0)
    assert canonical(encode(again)) == canonical(encode(rod))


def test_fingers_slip_at_four_newtons() -> None:
    rod = held(body())
    catheter.feed(rod, 40.0)
    assert rod.ghost_mm == pytest.approx(4.0)


@pytest.mark.parametrize("case", [0, 2, 6, 10])
def test_no_wild_hand_loses_a_number_or_leaps_a_wall(case: int) -> None:
    hand, patient = np.random.default_rng(case), body(3)
    rod = held(patient, down_deg=float(hand.uniform(5.0, 70.0)), aside_deg=float(hand.uniform(-40.0, 40.0)))
    rod.in_mm, worst_mm = 110.0, -9.0
    catheter.grip(rod)
    for tick in range(240):
        catheter.feed(rod, float(hand.choice([-2.0, 0.2, 1.5, 4.0, 40.0])))
        if hand.random() < 0.05:
            catheter.twist(rod, float(hand.uniform(-90.0, 90.0)))
        catheter.advance(rod, patient, tick, hand)
        assert all(math.isfinite(value) for value in (rod.force_n, rod.in_mm, rod.tip_n, *rod.sagittal_rad, *rod.coronal_rad))
        if rod.free_mm > 3.0:
            worst_mm = max(worst_mm, float(patient.sac_distance_mm(shape.points(rod)).max()))
        if rod.free_mm > 220.0:
            break
    assert worst_mm < 2.5


def test_it_goes_no_farther_than_the_spine_that_is_there() -> None:
    patient = body()
    rod = held(patient)
    push(rod, patient, 300.0, 240.0)
    push(rod, patient, 400.0, 240.0, most_s=1.0)
    assert rod.free_mm < 335.0
    assert catheter.word(rod) == "hard"
