from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from game.complications import CATALOGUE, Courses, Facts, HoldShock, advance_courses, apply_effects, facts_of
from game.complications.course import lingering, nerve_cause
from game.instruments.needle import Needle
from game.operation.events import Complication, Relieved
from game.operation.needle.events import DuralPuncture, HubChanged, NerveAnswered, NerveLeft, NerveTouched
from game.operation.plan import Plan
from game.patient.tissue import Tissue
from game.plain import decode, encode

NEWS = ("nerve_side", "nerve_answer", "nerve_left")


def run(courses, start_s, duration_s, **facts):
    """Advance by tenths of a second under the same facts; news of a nerve count at the first only."""
    events = []
    for step in range(round(duration_s * 10)):
        now_s = start_s + step / 10
        told = Facts(tick=round(now_s * 120), theatre_s=now_s, step="needle", **facts)
        events.extend(advance_courses(courses, told))
        facts = {name: value for name, value in facts.items() if name not in NEWS}
    return events


def begun(events):
    return [event.id for event in events if isinstance(event, Complication)]


def ended(events):
    return [(event.id, event.by) for event in events if isinstance(event, Relieved)]


def test_a_quiet_needle_has_no_complication():
    assert run(Courses(), 0.0, 60.0, depth_mm=70.0, near_sac=True, holes=1, hub="stream", csf_lost_ml=1.5) == []


def test_a_touched_root_is_told_with_its_cause_and_keeps_hurting_while_the_needle_stays():
    courses = Courses()
    events = run(courses, 0.0, 60.0, depth_mm=70.0, nerve_side="left", off_midline_mm=6.2)
    assert begun(events) == ["C4"]
    assert events[0].cause == "the point was 6 mm left of the midline and touched a left root"
    assert ended(events) == []
    assert courses.effects[-1] == HoldShock(0.35)


def test_drawing_back_lets_it_fade_within_a_minute():
    courses = Courses()
    run(courses, 0.0, 2.0, depth_mm=70.0, nerve_side="right")
    events = run(courses, 2.0, 60.0, depth_mm=67.5, nerve_answer="right", nerve_left=True)
    assert ended(events) == [("C4", "drawing back")]
    assert 10.0 < events[0].after_s < 60.0
    assert courses.live == {}


def test_waiting_does_not_help():
    courses = Courses()
    run(courses, 0.0, 2.0, depth_mm=70.0, nerve_side="right")
    assert ended(run(courses, 2.0, 120.0, depth_mm=69.0)) == []
    assert courses.effects[-1] == HoldShock(0.35)


def test_pushing_on_makes_it_worse_and_slower_to_fade():
    courses = Courses()
    run(courses, 0.0, 2.0, depth_mm=70.0, nerve_side="right")
    run(courses, 2.0, 2.0, depth_mm=73.0, nerve_answer="wrong")
    assert courses.effects[-1] == HoldShock(0.8)
    assert ended(run(courses, 4.0, 40.0, depth_mm=68.0, nerve_left=True)) == []
    assert ended(run(courses, 44.0, 20.0, depth_mm=68.0)) == [("C4", "drawing back")]


def test_touching_again_before_it_faded_hurts_again():
    courses = Courses()
    run(courses, 0.0, 2.0, depth_mm=70.0, nerve_side="right")
    run(courses, 2.0, 5.0, depth_mm=67.0, nerve_answer="right", nerve_left=True)
    assert begun(run(courses, 7.0, 1.0, depth_mm=70.0, nerve_side="right")) == []
    assert courses.live["C4"].freed_s is None
    assert ended(run(courses, 8.0, 60.0, depth_mm=70.0)) == []


def test_a_touch_that_was_left_within_one_look_fades_from_then_on():
    courses = Courses()
    run(courses, 0.0, 0.1, nerve_side="right", nerve_answer="right", nerve_left=True)
    assert ended(run(courses, 0.1, 60.0)) == [("C4", "drawing back")]


def test_a_second_touch_of_a_root_under_way_is_one_complication():
    courses = Courses()
    events = run(courses, 0.0, 2.0, depth_mm=70.0, nerve_side="right") + run(courses, 2.0, 2.0, depth_mm=70.0, nerve_side="right")
    assert begun(events) == ["C4"]


def test_the_cord_has_its_own_entry():
    assert begun(run(Courses(), 0.0, 1.0, depth_mm=70.0, nerve_side="both")) == ["C5"]


@pytest.mark.parametrize(
    ("side", "off", "words"), [("left", 1.0, "too far forwards"), ("right", -7.0, "7 mm right of the midline"), ("both", 0.0, "cord")]
)
def test_the_cause_of_a_touched_nerve_is_where_the_point_was(side, off, words):
    assert words in nerve_cause(side, off)


@pytest.mark.parametrize("hub", ["blood", "pink"])
def test_blood_at_the_hub_is_told_once_and_ends_when_it_clears(hub):
    courses = Courses()
    events = run(courses, 0.0, 30.0, depth_mm=66.0, hub=hub)
    assert begun(events) == ["C8"]
    assert ended(events) == []
    assert ended(run(courses, 30.0, 1.0, depth_mm=68.0, hub="drops")) == [("C8", "clearing")]


def test_blood_ends_by_taking_the_needle_elsewhere_and_not_by_the_stylet():
    courses = Courses()
    run(courses, 0.0, 5.0, depth_mm=66.0, hub="blood")
    assert ended(run(courses, 5.0, 60.0, depth_mm=66.0, hub="closed")) == []
    assert ended(run(courses, 65.0, 1.0)) == [("C8", "re-siting")]


@pytest.mark.parametrize("cause", ["plug", "flap", "not_in", "low_pressure"])
def test_a_dry_tap_is_told_after_five_seconds_with_its_true_cause(cause):
    courses = Courses()
    assert run(courses, 0.0, 4.9, depth_mm=68.0, near_sac=True, hub="dry", hub_cause=cause) == []
    events = run(courses, 4.9, 2.0, depth_mm=68.0, near_sac=True, hub="dry", hub_cause=cause)
    assert begun(events) == ["C6"]
    relieved = run(courses, 7.0, 1.0, depth_mm=68.0, near_sac=True, hub="drops")
    assert [event.id for event in relieved] == ["C6"]


def test_a_hub_opened_in_muscle_is_no_dry_tap():
    assert run(Courses(), 0.0, 30.0, depth_mm=40.0, hub="dry", hub_cause="not_in") == []


def test_the_stylet_in_a_dry_needle_is_not_the_cure():
    courses = Courses()
    run(courses, 0.0, 6.0, depth_mm=68.0, near_sac=True, hub="dry", hub_cause="flap")
    assert run(courses, 6.0, 30.0, depth_mm=68.0, near_sac=True, hub="closed") == []
    assert "C6" in courses.live


def test_a_second_hole_is_told_once():
    courses = Courses()
    events = run(courses, 0.0, 1.0, depth_mm=68.0, holes=1) + run(courses, 1.0, 5.0, depth_mm=72.0, holes=3)
    assert begun(events) == ["C3"]


def test_spinal_fluid_is_told_past_2_and_past_10_ml():
    courses = Courses()
    assert begun(run(courses, 0.0, 1.0, csf_lost_ml=2.0)) == []
    assert begun(run(courses, 1.0, 1.0, csf_lost_ml=2.1)) == ["CSF"]
    assert begun(run(courses, 2.0, 1.0, csf_lost_ml=10.1)) == ["CSF10"]
    assert begun(run(courses, 3.0, 1.0, csf_lost_ml=30.0)) == []


def test_lost_fluid_is_told_by_the_way_that_took_most_of_it():
    (event,) = run(Courses(), 0.0, 0.1, csf_lost_ml=3.0, csf_way="fascia")
    assert event.cause == "it ran into the back wound until more than 2 mL were lost"


def test_what_lingers_never_grows_after_drawing_back():
    courses = Courses()
    run(courses, 0.0, 2.0, depth_mm=70.0, nerve_side="right")
    run(courses, 2.0, 0.1, depth_mm=67.0, nerve_left=True)
    course = courses.live["C4"]
    levels = [lingering(course, 2.0 + second) for second in range(70)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 0.0


def test_every_entry_can_be_taught():
    for key, entry in CATALOGUE.items():
        assert entry.id == key
        assert entry.signs
        assert entry.rescue
        assert entry.name
        assert entry.incidence


def test_a_rescue_reads_as_orders_with_its_time():
    assert CATALOGUE["C5"].rescue_in_words() == "within 10 s: draw the needle out; stop; examine; imaging within six hours"
    assert CATALOGUE["C3"].rescue_in_words().startswith("purse-string round every hole; ")


def test_courses_survive_a_handover():
    courses = Courses()
    run(courses, 0.0, 2.0, depth_mm=70.0, nerve_side="right", csf_lost_ml=3.0)
    assert decode(Courses, encode(courses)) == courses


class OnePlace:
    """A patient who is fluid everywhere and whose midline is at x = 2."""

    landmarks: ClassVar = {"sac.L3-4": np.array([2.0, 40.0, 0.0])}

    def tissue(self, points):
        return np.full(len(points), Tissue.CSF, dtype=np.uint8)


def theatre_with(needle):
    return SimpleNamespace(
        tick=1200,
        theatre_s=10.0,
        plan=Plan(),
        patient=OnePlace(),
        needle=needle,
        strain=SimpleNamespace(csf_lost_ml=1.0, shock=0.9, shock_s=4.0, pleura_open=False),
        implant=SimpleNamespace(lost_ml={"hub": 0.3, "fascia": 0.7}),
    )


def test_facts_are_taken_from_the_events_and_the_needle():
    courses = Courses()
    needle = Needle(entry_mm=(7.0, 60.0, 0.0), track_mm=[(7.0, 60.0, 0.0)], stylet_in=False)
    events = [
        NerveTouched(tick=1190, side="right"),
        NerveAnswered(tick=1195, answer="wrong"),
        NerveLeft(tick=1196),
        NerveTouched(tick=1199, side="left"),
        DuralPuncture(tick=1199, hole=2, outwards=False),
        HubChanged(tick=1199, kind="dry", cause="flap"),
    ]
    facts = facts_of(theatre_with(needle), "needle", events, courses)
    assert (facts.nerve_side, facts.holes, facts.hub, facts.hub_cause) == ("left", 2, "dry", "flap")
    assert facts.off_midline_mm == pytest.approx(5.0)
    assert facts.near_sac
    assert facts.csf_way == "fascia"
    assert (facts.nerve_answer, facts.nerve_left) == ("wrong", False)
    later = facts_of(theatre_with(needle), "needle", [NerveLeft(tick=1200)], courses)
    assert (later.nerve_answer, later.nerve_left) == ("", True)
    assert (later.nerve_side, later.holes, later.hub) == ("", 2, "dry")
    needle.stylet_in = True
    assert facts_of(theatre_with(needle), "needle", [], courses).hub == "closed"
    assert facts_of(theatre_with(None), "needle", [], courses).depth_mm is None


def test_a_held_shock_acts_once_and_never_lowers_what_is_there():
    courses = Courses(effects=[HoldShock(0.35)])
    theatre = theatre_with(None)
    apply_effects(theatre, courses)
    assert theatre.strain.shock == pytest.approx(0.35)
    assert theatre.strain.shock_s == 10.0
    assert courses.effects == []
    fresh = theatre_with(None)
    fresh.strain.shock_s = 10.0
    apply_effects(fresh, Courses(effects=[HoldShock(0.35)]))
    assert fresh.strain.shock == pytest.approx(0.9)


def test_a_tunneller_in_bowel_kidney_or_pleura_is_told_once_each() -> None:
    courses = Courses()
    told = [
        event.id
        for tick, kind in enumerate(("peritoneum", "bowel", "skin", "kidney", "pleura", "pleura"))
        for event in advance_courses(courses, Facts(tick=tick, theatre_s=0.0, step="tunnelling", harmed=kind, pleura_open=True))
    ]
    assert told == ["C29", "C29K", "C29P"]


def test_an_opened_pleura_goes_on_until_the_chest_is_drained() -> None:
    courses = Courses()
    assert begun(run(courses, 0.0, 0.1, harmed="pleura", pleura_open=True)) == ["C29P"]
    assert run(courses, 1.0, 60.0, pleura_open=True) == []
    assert ended(run(courses, 61.0, 0.2)) == [("C29P", "a drain")]
