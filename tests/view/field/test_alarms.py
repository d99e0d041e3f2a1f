"""The monitor's alarms: the worst limit is heard, late enough to be true, again while it lasts."""

from dataclasses import replace

import pytest

from game.patient.physiology import Vitals
from game.view.captions import SOUND_CAPTIONS
from game.view.monitors.alarms import LATENCY_S, LIMITS, REPEAT_S, Alarms

WELL = Vitals(
    hr_bpm=72.0, sbp_mmhg=124.0, dbp_mmhg=72.0, map_mmhg=89.0, bp_age_s=170.0, spo2_percent=97.0, etco2_mmhg=39.0, rr_per_min=13.0,
    temperature_c=36.6,
)  # fmt: skip
LOW = replace(WELL, spo2_percent=92.0)


def heard(alarms: Alarms, course: list[tuple[float, Vitals]]) -> list[tuple[float, str]]:
    """Return what is heard, tenth of a second by tenth, while each state lasts up to its second."""
    found, tick = list[tuple[float, str]](), 0
    for until_s, now in course:
        while tick < until_s * 10.0:
            sound = alarms.sound_due(tick / 10.0, now)
            found += [(tick / 10.0, sound)] if sound else []
            tick += 1
    return found


@pytest.mark.parametrize(
    ("sign", "value", "sound"),
    [
        ("spo2_percent", 94.0, ""),
        ("spo2_percent", 93.9, "alarm_medium"),
        ("spo2_percent", 89.9, "alarm_high"),
        ("hr_bpm", 120.0, ""),
        ("hr_bpm", 121.0, "alarm_medium"),
        ("hr_bpm", 45.0, ""),
        ("hr_bpm", 44.0, "alarm_medium"),
        ("map_mmhg", 60.0, ""),
        ("map_mmhg", 59.0, "alarm_medium"),
        ("map_mmhg", 49.0, "alarm_high"),
        ("rr_per_min", 8.0, ""),
        ("rr_per_min", 0.0, "alarm_high"),
        ("temperature_c", 35.9, "alarm_low"),
    ],
)
def test_each_sign_has_its_limits_and_its_priority(sign, value, sound):
    found = heard(Alarms(), [(LATENCY_S + 1.0, replace(WELL, **{sign: value}))])
    assert [name for _, name in found] == ([sound] if sound else [])


def test_a_sign_that_is_out_for_a_moment_is_not_heard():
    assert heard(Alarms(), [(2.0, WELL), (2.0 + LATENCY_S - 0.5, LOW), (60.0, WELL)]) == []


def test_what_lasts_is_heard_again_every_fifteen_seconds():
    found = heard(Alarms(), [(40.0, LOW)])
    assert [when for when, _ in found] == pytest.approx([LATENCY_S, LATENCY_S + REPEAT_S, LATENCY_S + 2 * REPEAT_S])


def test_worse_is_heard_at_once_and_better_only_with_the_next_repetition():
    worse = replace(WELL, spo2_percent=85.0)
    found = heard(Alarms(), [(10.0, LOW), (18.0, worse), (32.0, LOW)])
    assert [name for _, name in found] == ["alarm_medium", "alarm_high", "alarm_medium"]
    assert [when for when, _ in found] == pytest.approx([LATENCY_S, 10.0 + LATENCY_S, 10.0 + LATENCY_S + REPEAT_S])


def test_of_several_the_worst_is_heard_alone():
    found = heard(Alarms(), [(9.0, replace(WELL, spo2_percent=92.0, hr_bpm=130.0, map_mmhg=45.0))])
    assert [name for _, name in found] == ["alarm_high"]


def test_a_low_priority_is_heard_once_and_again_after_it_was_mended():
    cool = replace(WELL, temperature_c=35.5)
    assert len(heard(Alarms(), [(100.0, cool), (110.0, WELL), (200.0, cool)])) == 2


def test_every_alarm_has_a_caption_and_the_worst_stands_first():
    priorities = [limit.sound for limit in LIMITS]
    assert set(priorities) == {key for key in SOUND_CAPTIONS if key.startswith("alarm_")}
    assert priorities == sorted(priorities, key=["alarm_high", "alarm_medium", "alarm_low"].index)
