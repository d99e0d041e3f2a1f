import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.instruments import needle as shaft
from game.patient import Tissue
from tests.instruments.hands import Slab, push_to, rest, upright

T = Tissue
SOFT = Slab((T.FAT, 200.0))
RISE_DEG = 50.0
SLANTED = (0.0, -math.sin(math.radians(RISE_DEG)), math.cos(math.radians(RISE_DEG)))


def turned(degrees):
    return (0.0, -math.sin(math.radians(RISE_DEG + degrees)), math.cos(math.radians(RISE_DEG + degrees)))


def slanted(**fields):
    needle = upright(**fields)
    needle.heading = SLANTED
    return needle


def at_depth(depth_mm, **fields):
    needle = slanted(**fields)
    while needle.depth_mm < depth_mm:
        push_to(needle, SOFT, needle.hand_mm + 0.4, speed_mm_s=40.0)
    return needle


def angle_deg(first, second):
    return math.degrees(math.acos(min(1.0, sum(a * b for a, b in zip(first, second, strict=True)))))


def off_the_line_mm(needle):
    """Return how far the point lies off the line of the first heading, towards the first opening."""
    look = shaft.opening(slanted(bevel_deg=0.0))
    return sum(a * b for a, b in zip(shaft.tip_mm(needle), look, strict=True))


# Drift


def test_a_fifteen_gauge_point_drifts_a_seventh_of_a_millimetre_a_centimetre_towards_its_opening():
    needle = at_depth(60.0, drift=0.015)
    assert off_the_line_mm(needle) / (needle.depth_mm / 10.0) == pytest.approx(0.15, rel=0.01)


def test_the_drift_follows_the_opening():
    needle = at_depth(60.0, drift=0.015, bevel_deg=180.0)
    assert off_the_line_mm(needle) / (needle.depth_mm / 10.0) == pytest.approx(-0.15, rel=0.01)


def test_half_a_turn_half_way_steers_back():
    needle = at_depth(30.0, drift=0.015)
    shaft.roll(needle, 180.0)
    while needle.depth_mm < 60.0:
        push_to(needle, SOFT, needle.hand_mm + 0.4, speed_mm_s=40.0)
    assert off_the_line_mm(needle) == pytest.approx(0.0, abs=0.05)


def test_the_opening_at_zero_looks_to_the_head_and_a_quarter_turn_to_the_side():
    looks = [shaft.opening(slanted(bevel_deg=degrees)) for degrees in (0.0, 90.0)]
    assert looks[0][2] > 0.7
    assert abs(looks[1][0]) == pytest.approx(1.0)


@given(st.floats(-180.0, 180.0), st.floats(1.0, 89.0), st.floats(-45.0, 45.0))
def test_the_opening_is_square_to_the_heading(bevel_deg, rise_deg, aside_deg):
    rise, aside = math.radians(rise_deg), math.radians(aside_deg)
    needle = upright(bevel_deg=bevel_deg)
    needle.heading = (math.sin(aside) * math.cos(rise), -math.sin(rise), math.cos(aside) * math.cos(rise))
    look = shaft.opening(needle)
    assert sum(a * b for a, b in zip(look, needle.heading, strict=True)) == pytest.approx(0.0, abs=1e-9)
    assert math.hypot(*look) == pytest.approx(1.0)


@given(st.floats(-720.0, 720.0))
def test_a_roll_keeps_the_bevel_within_half_a_turn(angle_deg):
    needle = upright(bevel_deg=30.0)
    shaft.roll(needle, angle_deg)
    assert -180.0 <= needle.bevel_deg < 180.0
    assert math.cos(math.radians(needle.bevel_deg - 30.0 - angle_deg)) == pytest.approx(1.0)


# Aim


@pytest.mark.parametrize("depth_mm", [0.0, 8.0, 19.0])
def test_a_needle_less_than_two_centimetres_deep_turns_freely(depth_mm):
    needle = at_depth(depth_mm)
    shaft.aim(needle, turned(10.0), 10.0, 0.0)
    assert angle_deg(needle.heading, SLANTED) == pytest.approx(10.0)
    assert needle.bow_deg == (0.0, 0.0)
    assert needle.cut_mm == 0.0
    assert angle_deg(shaft.axis(needle), needle.heading) == pytest.approx(0.0, abs=1e-3)


def test_the_track_of_a_freely_turned_needle_is_straight_from_the_skin():
    needle = at_depth(15.0)
    shaft.aim(needle, turned(10.0), 10.0, 0.0)
    tip = shaft.tip_mm(needle)
    assert math.hypot(*tip) == pytest.approx(needle.depth_mm)
    assert angle_deg(tuple(v / needle.depth_mm for v in tip), turned(10.0)) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("depth_mm", [30.0, 40.0, 60.0])
def test_a_deep_needle_bows_and_cuts_instead_of_turning(depth_mm):
    needle = at_depth(depth_mm)
    deep_mm, tip = needle.depth_mm, shaft.tip_mm(needle)
    shaft.aim(needle, turned(10.0), 10.0, 0.0)
    got_deg = angle_deg(needle.heading, SLANTED)
    assert got_deg == pytest.approx(10.0 * (20.0 / deep_mm) ** 2, rel=0.02)
    assert needle.bow_deg[0] == pytest.approx(10.0 * (1.0 - 20.0 / deep_mm))
    assert needle.cut_mm == pytest.approx(math.radians(got_deg) * deep_mm, rel=0.01)
    assert math.dist(shaft.tip_mm(needle), tip) < 0.05  # the track is kept every half millimetre


def test_a_bowed_shaft_drags_more():
    straight, bowed = at_depth(50.0), at_depth(50.0)
    shaft.aim(bowed, turned(10.0), 10.0, 0.0)
    added_n = shaft.drag_n(SOFT, bowed) - shaft.drag_n(SOFT, straight)
    assert added_n == pytest.approx(0.15 * math.hypot(*bowed.bow_deg))


def test_no_shaft_bows_without_end():
    needle = at_depth(60.0)
    for _ in range(20):
        shaft.aim(needle, turned(30.0), 30.0, -30.0)
    assert needle.bow_deg == (12.0, -12.0)


def test_drawing_back_to_two_centimetres_lets_the_shaft_spring_straight_and_turn():
    needle = at_depth(50.0)
    shaft.aim(needle, turned(10.0), 10.0, 0.0)
    while needle.depth_mm > 19.0:
        push_to(needle, SOFT, needle.hand_mm - 1.0, speed_mm_s=40.0)
    shaft.aim(needle, turned(-5.0), -5.0, 0.0)
    assert angle_deg(needle.heading, turned(-5.0)) == pytest.approx(0.0, abs=1e-3)
    assert needle.bow_deg == (0.0, 0.0)


class Beyond:
    """One tissue beyond a plane through a given distance along a direction, fat before it."""

    def __init__(self, direction, distance_mm, tissue):
        self.toughness = {}
        self.direction, self.distance_mm, self.beyond = direction, distance_mm, tissue

    def tissue(self, points):
        return [self.beyond if sum(a * b for a, b in zip(p, self.direction, strict=True)) > self.distance_mm else T.FAT for p in points]


@pytest.mark.parametrize("depth_mm", [0.0, 10.0])
def test_a_turned_needle_meets_what_lies_on_its_new_way(depth_mm):
    head = Beyond((0.0, 0.0, 1.0), 11.5, T.CORTICAL)
    ahead, away = slanted(), slanted()
    for needle, turn_deg in ((ahead, 0.0), (away, 35.0)):
        push_to(needle, head, depth_mm + 1.0, speed_mm_s=20.0)
        shaft.aim(needle, turned(turn_deg), turn_deg, 0.0)
        push_to(needle, head, 45.0, speed_mm_s=20.0)
        rest(needle, head, 0.5)
    assert ahead.on_bone
    assert ahead.depth_mm == pytest.approx(11.5 / math.cos(math.radians(RISE_DEG)), abs=0.3)
    assert not away.on_bone
    assert away.depth_mm > 40.0


def test_a_rolled_needle_meets_what_lies_on_its_new_way():
    side = Beyond(shaft.opening(slanted()), 1.5, T.FASCIA)
    straight, rolled = slanted(drift=0.1), slanted(drift=0.1)
    for needle, turn_deg in ((straight, 0.0), (rolled, 180.0)):
        push_to(needle, side, 11.0, speed_mm_s=20.0)
        shaft.roll(needle, turn_deg)
        push_to(needle, side, 40.0, speed_mm_s=20.0)
    assert [span.tissue for span in straight.spans] == [T.FAT, T.FASCIA]
    assert [span.tissue for span in rolled.spans] == [T.FAT]


# Where the needle is


def test_a_needle_off_the_skin_has_no_place():
    needle = upright()
    shaft.take_off(needle)
    with pytest.raises(ValueError, match="off the skin"):
        shaft.tip_mm(needle)
    assert not needle.gripped
    assert shaft.advance(needle, SOFT, 1) == []


@settings(max_examples=30, deadline=None)
@given(st.floats(1.0, 80.0), st.floats(-60.0, 60.0), st.floats(0.0, 0.1))
def test_the_tip_moves_along_its_track_without_a_jump(hand_mm, rolled_deg, drift):
    needle = slanted(drift=drift)
    shaft.grip(needle)
    last, depth_mm = shaft.tip_mm(needle), 0.0
    for tick in range(int(hand_mm)):
        shaft.move_hand(needle, 1.0)
        if tick == 20:
            shaft.roll(needle, rolled_deg)
        shaft.advance(needle, SOFT, tick)
        tip = shaft.tip_mm(needle)
        assert math.dist(tip, last) <= abs(needle.depth_mm - depth_mm) + 0.05  # the track is kept every half millimetre
        last, depth_mm = tip, needle.depth_mm


def test_doubling_a_straight_way_doubles_where_the_tip_is():
    near, far = at_depth(20.0), at_depth(40.0)
    scale = far.depth_mm / near.depth_mm
    assert shaft.tip_mm(far) == pytest.approx(tuple(scale * v for v in shaft.tip_mm(near)), abs=1e-6)
