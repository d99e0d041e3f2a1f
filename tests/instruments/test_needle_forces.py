import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.instruments import needle as shaft
from game.instruments.needle import BurredTip, Entered, Punctured, TouchedBone
from game.instruments.tissue_forces import LAYERS, diameter_scale, speed_scale
from game.patient import Tissue
from tests.instruments.hands import Slab, push_to, rest, through, upright

T = Tissue
BACK = Slab((T.SKIN, 2.0), (T.FAT, 10.0), (T.FASCIA, 1.5), (T.INTERSPINOUS, 25.0), (T.FLAVUM, 3.5), (T.EPIDURAL, 60.0))
FLAVUM = Slab((T.FAT, 5.0), (T.FLAVUM, 3.5), (T.EPIDURAL, 90.0))
BONE = Slab((T.FAT, 20.0), (T.CORTICAL, 40.0))


def push_of(needle):
    return needle.tip_n + needle.drag_n


# The hand is a spring


def test_the_ghost_is_eleven_millimetres_ahead_at_eleven_newtons():
    needle = upright(nicked=True)
    firm = Slab((T.SKIN, 2.0), (T.INTERSPINOUS, 25.0), (T.FLAVUM, 3.5), (T.EPIDURAL, 60.0), toughness={T.FLAVUM: 1.2})
    while push_of(needle) < 11.0:
        push_to(needle, firm, needle.hand_mm + 0.02)
    assert shaft.tissue_at(needle, needle.opened_mm) is T.FLAVUM
    assert needle.ghost_mm == pytest.approx(11.0, abs=0.2)


def test_a_hand_that_stops_dead_at_the_flavums_pop_runs_on_about_eight_millimetres():
    needle = upright(nicked=True)
    while through(push_to(needle, BACK, needle.hand_mm + 2.0 / 120), T.FLAVUM) is None:
        pass
    popped_mm = needle.depth_mm
    events = rest(needle, BACK, 2.0)
    assert 6.0 <= needle.depth_mm - popped_mm <= 10.0
    assert shaft.tissue_at(needle, needle.depth_mm) is T.EPIDURAL
    assert not any(isinstance(event, Punctured) for event in events)


def test_the_run_on_takes_a_tenth_of_a_second_and_not_a_jump():
    needle = upright(nicked=True)
    while through(push_to(needle, BACK, needle.hand_mm + 2.0 / 120), T.FLAVUM) is None:
        pass
    left_mm = needle.ghost_mm - needle.drag_n - 0.3
    rest(needle, BACK, 0.1)
    assert needle.ghost_mm - needle.drag_n - 0.3 == pytest.approx(left_mm * math.exp(-1.0), rel=0.1)


def test_backing_off_before_the_pop_shrinks_the_ghost_and_spares_the_flavum():
    needle = upright(nicked=True)
    push_to(needle, FLAVUM, 12.0)
    ahead_mm = needle.ghost_mm
    events = push_to(needle, FLAVUM, 8.0)
    assert needle.ghost_mm < ahead_mm - 3.0
    assert through(events, T.FLAVUM) is None


def test_a_hand_pulls_and_pushes_with_fifty_newtons_at_most():
    needle = upright()
    shaft.grip(needle)
    shaft.move_hand(needle, 1000.0)
    assert needle.ghost_mm == pytest.approx(50.0)
    shaft.move_hand(needle, -3000.0)
    assert needle.ghost_mm == pytest.approx(-50.0)


# Layers


def test_the_point_meets_the_layers_in_the_order_of_the_slab():
    needle = upright(nicked=True)
    events = push_to(needle, BACK, 70.0)
    met = [(type(event), event.tissue) for event in events]
    assert met == [
        (Punctured, T.SKIN),
        (Entered, T.FAT),
        (Punctured, T.FASCIA),
        (Entered, T.INTERSPINOUS),
        (Punctured, T.FLAVUM),
        (Entered, T.EPIDURAL),
    ]
    assert [span.tissue for span in needle.spans] == [T.SKIN, T.FAT, T.FASCIA, T.INTERSPINOUS, T.FLAVUM, T.EPIDURAL]
    assert [span.start_mm for span in needle.spans] == pytest.approx([0.0, 2.0, 12.0, 13.5, 38.5, 42.0], abs=0.1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([T.FAT, T.FASCIA, T.MUSCLE, T.INTERSPINOUS, T.FLAVUM, T.EPIDURAL, T.DURA, T.CSF]), min_size=2, max_size=6))
def test_any_stack_is_met_in_its_order(tissues):
    stack = [T.SKIN, *(tissue for place, tissue in enumerate(tissues) if place == 0 or tissue is not tissues[place - 1])]
    needle = upright(nicked=True)
    events = push_to(needle, Slab(*[(tissue, 8.0) for tissue in stack], (T.SKIN, 90.0)), 8.0 * len(stack) + 22.0, speed_mm_s=20.0)
    met = [event.tissue for event in events if isinstance(event, Entered | Punctured)]
    assert met[: len(stack)] == stack


def test_a_layer_thinner_than_a_tick_of_free_run_is_not_jumped_over():
    needle = upright()
    shaft.grip(needle)
    shaft.move_hand(needle, 50.0)
    events = rest(needle, Slab((T.EPIDURAL, 12.0), (T.DURA, 0.35), (T.CSF, 80.0)), 0.3)
    assert [event.tissue for event in events] == [T.DURA, T.CSF]


@pytest.mark.parametrize("tissue", [T.SKIN, T.FASCIA, T.MUSCLE, T.SUPRASPINOUS, T.FLAVUM, T.DURA])
def test_a_layer_gives_way_at_its_peak_and_indents_as_its_spring_says(tissue):
    needle = upright()
    event = through(push_to(needle, Slab((tissue, 90.0)), 25.0, speed_mm_s=0.5), tissue)
    layer = LAYERS[tissue]
    assert event.force_n / layer.peak_n == pytest.approx(speed_scale(0.5 / (1.0 + layer.stiffness_n_per_mm)), rel=0.02)
    assert event.depth_mm == pytest.approx(event.force_n / layer.stiffness_n_per_mm, rel=0.01)


def test_a_nick_lowers_the_skins_peak():
    skin = Slab((T.SKIN, 2.0), (T.FAT, 90.0))
    whole, nicked = (through(push_to(upright(nicked=cut), skin, 25.0), T.SKIN) for cut in (False, True))
    assert whole.force_n > 9.0
    assert nicked.force_n < 1.8


@pytest.mark.parametrize(("od_mm", "scale"), [(1.83, 1.13), (1.47, 0.87), (1.27, 0.73), (1.65, 1.0)])
def test_a_wider_needle_meets_higher_forces(od_mm, scale):
    assert diameter_scale(od_mm) == pytest.approx(scale, abs=0.01)
    peaks_n = [through(push_to(upright(od_mm=width), FLAVUM, 30.0), T.FLAVUM).force_n for width in (od_mm, 1.65)]
    assert peaks_n[0] / peaks_n[1] == pytest.approx((od_mm / 1.65) ** 1.2, rel=0.02)


def test_a_tough_patient_raises_the_peak_in_proportion():
    tough = Slab((T.FAT, 5.0), (T.FLAVUM, 3.5), (T.EPIDURAL, 90.0), toughness={T.FLAVUM: 1.3})
    firm, plain = (through(push_to(upright(), slab, 30.0), T.FLAVUM) for slab in (tough, FLAVUM))
    assert firm.force_n / plain.force_n == pytest.approx(1.3, rel=0.01)


def test_a_faster_needle_meets_higher_forces():
    assert speed_scale(2.0) == 1.0
    assert speed_scale(20.0) == pytest.approx(10.0**0.1)
    slow, fast = (through(push_to(upright(), FLAVUM, 30.0, speed_mm_s=speed), T.FLAVUM) for speed in (0.4, 4.0))
    assert fast.force_n / slow.force_n == pytest.approx(10.0**0.1, rel=0.03)


def test_the_dura_is_tougher_with_the_bevel_across_its_fibres():
    sac = Slab((T.EPIDURAL, 5.0), (T.DURA, 0.35), (T.CSF, 90.0))
    along, across = (through(push_to(upright(bevel_deg=turned), sac, 20.0), T.DURA) for turned in (0.0, 90.0))
    assert across.force_n / along.force_n == pytest.approx(1.3, rel=0.02)


# Drag and withdrawal


def test_withdrawal_meets_friction_alone_and_less_of_it():
    needle = upright(nicked=True)
    push_to(needle, BACK, 70.0)
    shaft.let_go(needle)
    push_to(needle, BACK, needle.depth_mm - 15.0, speed_mm_s=1.0)
    assert needle.tip_n == 0.0
    damping_n = shaft.DAMPING_N_S_PER_MM * 1.0
    assert -needle.ghost_mm == pytest.approx(0.8 * needle.drag_n + damping_n, rel=0.02)


def test_the_shaft_drags_by_the_length_in_each_layer():
    needle = upright(nicked=True)
    push_to(needle, BACK, 32.0)
    rest(needle, BACK, 0.5)
    expected_n = 0.03 * 2.0 + 0.010 * 10.0 + 0.06 * 1.5 + 0.07 * (needle.depth_mm - 13.5)
    assert needle.drag_n == pytest.approx(expected_n, rel=0.01)


def test_a_needle_slides_back_into_its_own_channel_without_cutting():
    needle = upright(nicked=True)
    push_to(needle, BACK, 30.0)
    push_to(needle, BACK, 8.0)
    events = push_to(needle, BACK, needle.opened_mm - 2.0 + needle.drag_n)
    assert events == []
    assert needle.tip_n == 0.0


# Relaxation


def stopped_on(layer, duration_s):
    needle = upright()
    push_to(needle, Slab((layer, 90.0)), 6.0)
    rest(needle, Slab((layer, 90.0)), duration_s)
    return needle.tip_n / (LAYERS[layer].stiffness_n_per_mm * needle.depth_mm)


def test_a_moving_hand_feels_the_whole_spring():
    assert stopped_on(T.FLAVUM, 0.0) == pytest.approx(1.0, abs=0.001)


def test_the_force_on_a_stopped_needle_relaxes_by_a_quarter_with_a_tau_of_one_and_a_half_seconds():
    assert stopped_on(T.FLAVUM, 0.1 + 1.5) == pytest.approx(1.0 - 0.25 * (1.0 - math.exp(-1.0)), abs=0.01)
    assert stopped_on(T.FLAVUM, 12.0) == pytest.approx(0.75, abs=0.005)


def test_what_has_relaxed_stays_so_when_the_hand_goes_on():
    needle, wall = upright(), Slab((T.FLAVUM, 90.0))
    push_to(needle, wall, 6.0)
    rest(needle, wall, 6.0)
    before_n, before_mm = needle.tip_n, needle.depth_mm
    push_to(needle, wall, needle.hand_mm + 0.5)
    assert needle.tip_n - before_n == pytest.approx(2.5 * (needle.depth_mm - before_mm), rel=0.02)
    assert needle.depth_mm > before_mm


def test_bone_does_not_relax():
    needle = upright()
    push_to(needle, BONE, 36.0)
    rest(needle, BONE, 0.5)
    felt_n, depth_mm = needle.tip_n, needle.depth_mm
    rest(needle, BONE, 5.0)
    assert needle.tip_n == pytest.approx(felt_n, rel=0.001)
    assert needle.depth_mm == pytest.approx(depth_mm, abs=0.001)


# Bone


def pressed_on_bone(force_n=30.0):
    needle = upright(nicked=True)
    events = push_to(needle, BONE, 20.0 + force_n, speed_mm_s=10.0)
    rest(needle, BONE, 1.0)
    return needle, events


def test_bone_stops_the_point_within_a_fifth_of_a_millimetre_at_thirty_newtons():
    needle, _ = pressed_on_bone()
    assert needle.ghost_mm == pytest.approx(30.0, abs=0.3)
    assert 20.0 < needle.depth_mm < 20.2


def test_where_bone_stops_the_point_does_not_depend_on_the_substep(monkeypatch):
    coarse = pressed_on_bone()[0].depth_mm
    monkeypatch.setattr(shaft, "SUBSTEP_S", shaft.SUBSTEP_S / 4.0)
    monkeypatch.setattr(shaft, "SUBSTEPS", 4 * shaft.SUBSTEPS)
    assert pressed_on_bone()[0].depth_mm == pytest.approx(coarse, abs=0.02)


def test_a_fast_point_neither_dives_into_bone_nor_bounces_off_it():
    needle = upright(nicked=True)
    push_to(needle, BONE, 19.0, speed_mm_s=10.0)
    shaft.move_hand(needle, 40.0)
    depths_mm = []
    for tick in range(60):
        shaft.advance(needle, BONE, tick)
        depths_mm.append(needle.depth_mm)
    assert depths_mm == sorted(depths_mm)
    assert depths_mm[-1] < 20.2


def test_the_whole_way_in_does_not_depend_on_the_substep(monkeypatch):
    def depths():
        needle = upright(nicked=True)
        found = []
        for hand_mm in (10.0, 25.0, 50.0, 58.0):
            push_to(needle, BACK, hand_mm, speed_mm_s=8.0)
            rest(needle, BACK, 0.5)
            found.append(needle.depth_mm)
        return found

    coarse = depths()
    monkeypatch.setattr(shaft, "SUBSTEP_S", shaft.SUBSTEP_S / 4.0)
    monkeypatch.setattr(shaft, "SUBSTEPS", 4 * shaft.SUBSTEPS)
    assert depths() == pytest.approx(coarse, abs=0.05)


def test_bone_is_told_once_and_again_after_the_point_has_left_it():
    needle, events = pressed_on_bone(10.0)
    assert [type(event) for event in events if isinstance(event, TouchedBone)] == [TouchedBone]
    push_to(needle, BONE, 15.0, speed_mm_s=10.0)
    again = push_to(needle, BONE, 30.0, speed_mm_s=10.0)
    assert sum(isinstance(event, TouchedBone) for event in again) == 1


def test_more_than_twenty_five_newtons_on_bone_burr_the_point_once():
    gentle, events = pressed_on_bone(20.0)
    assert not gentle.burred
    assert not any(isinstance(event, BurredTip) for event in events)
    hard, events = pressed_on_bone(35.0)
    assert hard.burred
    assert sum(isinstance(event, BurredTip) for event in events) == 1


# A needle that nobody holds


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 80.0), st.floats(2.0, 60.0), st.sampled_from([BACK, FLAVUM, BONE, Slab((T.DURA, 1.0), (T.CSF, 99.0))]))
def test_a_released_needle_never_moves_inwards(hand_mm, speed_mm_s, slab):
    needle = upright()
    push_to(needle, slab, hand_mm, speed_mm_s)
    shaft.let_go(needle)
    depth_mm = needle.depth_mm
    for tick in range(240):
        shaft.advance(needle, slab, tick)
        assert needle.depth_mm <= depth_mm + 1e-12
        depth_mm = needle.depth_mm
    assert shaft.settled(needle)


def test_letting_go_of_a_tented_layer_lets_it_push_the_point_out():
    needle = upright()
    push_to(needle, FLAVUM, 12.0)
    before_mm = needle.depth_mm
    shaft.let_go(needle)
    rest(needle, FLAVUM, 2.0)
    assert 5.0 < needle.depth_mm < before_mm - 1.0


hand_steps = st.lists(st.tuples(st.sampled_from(["move", "grip", "drop", "roll", "rest"]), st.floats(-40.0, 40.0)), max_size=30)


@settings(max_examples=60, deadline=None)
@given(hand_steps, st.sampled_from([BACK, BONE, Slab((T.CSF, 400.0))]))
def test_no_handling_pushes_the_point_further_than_the_needle_is_long_or_makes_a_force_that_is_no_number(steps, slab):
    needle = upright()
    for tick, (what, size) in enumerate(steps):
        match what:
            case "move" if needle.gripped:
                shaft.move_hand(needle, size)
            case "grip":
                shaft.grip(needle)
            case "drop":
                shaft.let_go(needle)
            case "roll":
                shaft.roll(needle, size * 4.0)
        shaft.advance(needle, slab, tick)
        assert 0.0 <= needle.depth_mm <= needle.length_mm
        assert 0.0 <= needle.tip_n < 60.0 * 1.2
        assert math.isfinite(needle.drag_n)
        assert abs(needle.ghost_mm) <= 50.0 + 1e-9


def test_a_needle_pushed_without_end_stops_at_its_hub():
    needle, water = upright(length_mm=90.0), Slab((T.CSF, 400.0))
    push_to(needle, water, 200.0, speed_mm_s=40.0)
    assert needle.depth_mm == 90.0


def test_only_a_hollow_needles_way_is_counted():
    needle = upright(nicked=True)
    push_to(needle, BACK, 20.0)
    assert needle.hollow_mm == 0.0
    needle.stylet_in = False
    before_mm = needle.depth_mm
    push_to(needle, BACK, 28.0)
    assert needle.hollow_mm == pytest.approx(needle.depth_mm - before_mm)


def test_the_same_hand_gives_the_same_needle():
    first, second = upright(nicked=True), upright(nicked=True)
    events = [push_to(needle, BACK, 60.0, speed_mm_s=5.0) for needle in (first, second)]
    assert events[0] == events[1]
    assert replace(first) == second
