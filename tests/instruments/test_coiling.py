"""Rings laid by a hand on a screen: whole pixels, a hundred and twenty looks a second."""

import math

import pytest

from game.instruments.coiling import Coiling, begin_anew, wind


def circled(radius_mm: float, speed_mm_s: float, mm_per_px: float, turns: float = 2.0) -> Coiling:
    """Return what a true circle winds whose place is read off in whole pixels."""
    coil, at = Coiling(), (0, 0)
    for look in range(1, int(turns * 2.0 * math.pi * radius_mm / speed_mm_s * 120.0) + 1):
        angle = speed_mm_s * look / 120.0 / radius_mm
        now = round(radius_mm * (math.cos(angle) - 1.0) / mm_per_px), round(radius_mm * math.sin(angle) / mm_per_px)
        wind(coil, (now[0] - at[0]) * mm_per_px, (now[1] - at[1]) * mm_per_px, 1e4)
        at = now
    return coil


@pytest.mark.parametrize("mm_per_px", [0.11, 0.25])
@pytest.mark.parametrize("speed_mm_s", [10.0, 45.0, 120.0])
@pytest.mark.parametrize("radius_mm", [8.0, 20.0])
def test_a_ring_has_its_radius_whatever_the_speed_and_the_screen(radius_mm: float, speed_mm_s: float, mm_per_px: float) -> None:
    coil = circled(radius_mm, speed_mm_s, mm_per_px)
    assert coil.radius_mm == pytest.approx(radius_mm, abs=0.3)
    assert coil.tightest_mm > 0.8 * radius_mm
    assert coil.turned_rad == pytest.approx(4.0 * math.pi, abs=0.6)
    assert coil.wound_mm > 0.85 * 4.0 * math.pi * radius_mm


@pytest.mark.parametrize("before_deg", [60.0, 90.0, 115.0, 140.0])
def test_a_tight_quarter_is_found_wherever_in_the_ring_it_begins(before_deg: float) -> None:
    coil, heading = Coiling(), 0.0
    for turn_deg, radius_mm in ((before_deg, 20.0), (105.0, 6.0), (120.0, 20.0)):
        for _ in range(round(math.radians(turn_deg) * radius_mm / 0.5)):
            heading += 0.5 / radius_mm
            wind(coil, 0.5 * math.cos(heading), 0.5 * math.sin(heading), 1e4)
    assert coil.tightest_mm == pytest.approx(6.0, abs=1.2)


@pytest.mark.parametrize("before_deg", [20.0, 85.0, 150.0])
def test_a_tight_turn_is_as_tight_after_a_turn_the_other_way(before_deg: float) -> None:
    coil, heading = Coiling(), 0.0
    for turn_deg, radius_mm in ((-before_deg, 20.0), (130.0, 4.0), (-before_deg, 20.0)):
        for _ in range(round(math.radians(abs(turn_deg)) * radius_mm / 0.5)):
            heading += math.copysign(0.5 / radius_mm, turn_deg)
            wind(coil, 0.5 * math.cos(heading), 0.5 * math.sin(heading), 1e4)
    assert coil.tightest_mm == pytest.approx(4.0, abs=1.0)


@pytest.mark.parametrize(("motion_mm", "radius_mm"), [(10.0, 6.0), (6.0, 6.0), (10.0, 20.0)])
def test_long_motions_wind_as_short_ones(motion_mm: float, radius_mm: float) -> None:
    coil, turn = Coiling(), 2.0 * math.asin(motion_mm / 2.0 / radius_mm)
    for k in range(1, 13):
        wind(coil, motion_mm * math.cos(k * turn), motion_mm * math.sin(k * turn), 1e4)
    assert coil.radius_mm == pytest.approx(radius_mm, rel=0.01)
    assert coil.tightest_mm == pytest.approx(radius_mm, rel=0.01)
    assert coil.wound_mm > 0.8 * 12.0 * turn * radius_mm


def test_a_hand_that_lifts_begins_anew() -> None:
    coil = circled(20.0, 45.0, 0.11, turns=1.0)
    turned_rad = coil.turned_rad
    begin_anew(coil)
    wind(coil, -3.0, 0.0, 1e4)
    assert coil.turned_rad == turned_rad
