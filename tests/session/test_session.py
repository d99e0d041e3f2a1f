import contextlib
import dataclasses
import functools
import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import game.session.handover
import game.session.start
from game.assessment import report_json
from game.base import Action
from game.errors import ActionRefused, GameError, ImpossibleStateError
from game.operation.actions import (
    FinishStep,
    GoBack,
    Grip,
    LetGo,
    MoveHand,
    Pedal,
    PointHand,
    ReopenStep,
    SetDoseMode,
    StartStep,
    StoreView,
    Stylet,
    TakeInstrument,
    Wait,
)
from game.operation.antisepsis.actions import FreshApplicator, RemoveHair
from game.operation.events import Exposed, StepFinished, StepStarted
from game.operation.needle.actions import PlaceNeedle
from game.operation.positioning.actions import MarkSkin, NameLevel, WipeMark
from game.patient import build_patient
from game.plain import canonical
from game.session import Session, expert_handover, rewound
from game.session.digest import digest, digests, numbers
from game.session.tick import advance_one
from tests.session.acts import KINDS, odd_actions
from tests.session.sessions import NEEDLE, PLAYS, STEPS, begun, play, played, scenario


def everything(session):
    """Return all that a refusal must leave alone."""
    return digests(session), numbers(session), len(session.log), len(session.theatre.fluoroscope.exposures), session.touched


@pytest.fixture
def kept_bodies(monkeypatch):
    """Build each body once; a patient is only read."""
    kept = functools.cache(build_patient)
    monkeypatch.setattr(game.session.start, "build_patient", kept)
    monkeypatch.setattr(game.session.handover, "build_patient", kept)
    monkeypatch.setattr("game.operation.positioning.rules.build_patient", kept)


# Refusals


@pytest.mark.parametrize("step", STEPS)
def test_refusals_change_nothing_and_what_is_allowed_breaks_nothing(step, kept_bodies):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(st.lists(st.tuples(odd_actions, st.sampled_from([0, 0, 1, 5])), min_size=10, max_size=40), st.sampled_from([False, False, True]))
    def nothing_changes(actions, late):
        session = played(step) if late else begun(step)
        for action, ticks in actions:
            before = everything(session)
            with contextlib.suppress(ActionRefused):
                session.act(action)
            if session.refused:
                assert everything(session) == before
            session.advance(ticks)
        session.observe()
        canonical(digests(session))

    nothing_changes()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_kind_of_action_takes_values_of_another_kind(kind, step):
    session = begun(step)
    before = everything(session)
    for item in dataclasses.fields(kind):
        wrong = {other.name: 1.0 for other in dataclasses.fields(kind)} | {item.name: {"a": "mapping"}}
        with pytest.raises(ActionRefused):
            session.act(kind(**wrong))
    assert everything(session) == before


def test_an_action_that_nobody_knows_is_refused_in_a_sentence():
    @dataclass(frozen=True)
    class Dance(Action):
        pass

    session = begun("needle")
    before = everything(session)
    with pytest.raises(ActionRefused, match="Nobody here knows the action Dance"):
        session.act(Dance())
    assert everything(session) == before


@pytest.mark.parametrize(
    ("step", "action", "sentence"),
    [
        ("needle", SetDoseMode("turbo"), "not said right"),
        ("needle", StoreView("held"), "not said right"),
        ("needle", MarkSkin("entry", 0.0, 0.0), "does not belong to needle"),
        ("needle", FinishStep(), "has not been in the skin"),
        ("needle", Grip(), "take an instrument"),
        ("needle", Wait(0.5), "1 to 3600 seconds"),
        ("needle", StartStep("needle"), "Finish needle first"),
        ("needle", LetGo(), "holds nothing"),
        ("positioning", FinishStep(), "No picture has been taken"),
        ("positioning", PlaceNeedle(0.0, 0.0), "does not belong"),
        ("positioning", PointHand(math.nan, 0.0), "must be a number"),
        ("positioning", NameLevel("L6", 0.0, 0.0), "not said right"),
        ("positioning", MarkSkin("metal", 0.0, 0.0), "not said right"),
        ("positioning", WipeMark("pocket"), "not said right"),
        ("positioning", GoBack("closure"), "not said right"),
        ("antisepsis", RemoveHair("wax"), "not said right"),
        ("antisepsis", FreshApplicator("soap"), "not said right"),
        ("antisepsis", FinishStep(), "No antiseptic"),
    ],
)
def test_a_refusal_is_a_sentence_and_shows_until_an_action_is_done(step, action, sentence):
    session = begun(step)
    before = everything(session)
    with pytest.raises(ActionRefused, match=sentence):
        session.act(action)
    assert everything(session) == before
    assert session.observe().refused
    session.act(PointHand(1.0, 2.0))
    assert session.observe().refused == ""


def test_nothing_but_steps_can_be_begun_before_a_step_is_open():
    session = Session(scenario(), 3)
    with pytest.raises(ActionRefused, match="Begin a step first"):
        session.act(PointHand(0.0, 0.0))
    with pytest.raises(ActionRefused, match="next step is positioning"):
        session.act(StartStep("needle"))
    with pytest.raises(ActionRefused, match="No step is open"):
        session.act(FinishStep())


def test_a_mode_or_step_that_does_not_exist_is_refused():
    with pytest.raises(GameError, match="no mode 'easy'"):
        Session(scenario(), 3, mode="easy")
    with pytest.raises(GameError, match="'closure' is not built"):
        Session(dataclasses.replace(scenario(), steps=("closure",)), 3)


# Hands and time


def gripping():
    session = begun("needle")
    return play(session, ((1, TakeInstrument("tuohy")), (1, PlaceNeedle(0.0, 0.0)), (1, Grip())))


@pytest.mark.parametrize(("dx_mm", "dy_mm"), [(40.001, 0.0), (30.0, -30.0), (1e300, 1e300)])
def test_a_hand_moves_at_most_forty_millimetres_in_a_tick(dx_mm, dy_mm):
    session = gripping()
    before = everything(session)
    with pytest.raises(ActionRefused, match="at most 40 mm"):
        session.act(MoveHand(dx_mm, dy_mm))
    assert everything(session) == before
    session.act(MoveHand(24.0, -32.0))


def test_a_second_act_in_the_same_tick_is_checked_against_the_first():
    session = begun("needle")
    session.act(TakeInstrument("tuohy"))
    session.act(PlaceNeedle(0.0, 0.0))
    session.act(Grip())
    with pytest.raises(ActionRefused, match="grips already"):
        session.act(Grip())
    assert session.tick == 0
    assert [tick for tick, _ in session.log] == [0, 0, 0, 0]


def test_bodies_move_only_while_time_passes():
    session = gripping()
    session.act(MoveHand(-8.0, 5.0))
    assert session.theatre.needle.depth_mm == 0.0
    assert session.theatre.needle.ghost_mm > 4.0
    session.advance(12)
    assert session.theatre.needle.depth_mm > 0.5


def test_a_wait_books_theatre_time_and_no_hand_time():
    session = begun("needle")
    tick, theatre_s = session.tick, session.theatre.theatre_s
    session.act(Wait(90.0))
    assert (session.tick, session.theatre.theatre_s) == (tick, theatre_s + 90.0)
    session.advance(12)
    assert session.theatre.physiology.steps == (session.tick + 90 * 120) // 12


@pytest.mark.parametrize("step", STEPS)
def test_striding_equals_single_ticks(step):
    strides, singles = begun(step), begun(step)
    for ticks, action in PLAYS[step]:
        strides.advance(ticks)
        for _ in range(ticks):
            singles.advance(1)
        strides.act(action)
        singles.act(action)
    strides.advance(400)
    for _ in range(400):
        singles.advance(1)
    assert digests(strides) == digests(singles)


def test_a_session_strides_only_while_nothing_moves(monkeypatch):
    lengths = []
    monkeypatch.setattr("game.session.session.advance_one", lambda session, ticks: (lengths.append(ticks), advance_one(session, ticks))[1])
    session = begun("needle")
    session.advance(25)
    assert lengths == [1, 11, 12, 1]
    lengths.clear()
    session.act(Pedal(True))
    session.advance(20)
    assert lengths == [1] * 20


def test_looking_a_thousand_times_changes_nothing():
    session = played("needle")
    before = everything(session)
    first = session.observe()
    for _ in range(1000):
        again = session.observe()
    assert everything(session) == before
    assert again == first


def test_looking_between_ticks_leaves_the_case_as_it_is_without_looking():
    watched, alone = begun("positioning"), begun("positioning")
    for ticks, action in PLAYS["positioning"]:
        for session in (watched, alone):
            session.advance(ticks)
            session.act(action)
        watched.observe()
        watched.report()
    assert digests(watched) == digests(alone)


def test_a_number_that_cannot_be_stops_the_case_and_names_tick_and_field():
    session = begun("needle")
    session.theatre.physiology.map_mmhg = math.nan
    with pytest.raises(ImpossibleStateError, match=r"tick 12: physiology\.map_mmhg"):
        session.advance(12)


# The same again


CHILD = """
import json, sys
import cv2
cv2.setNumThreads(int(sys.argv[1]))
from tests.session.sessions import played
from game.session.digest import digest, digests
found = {}
for step in ("positioning", "antisepsis", "needle"):
    session = played(step)
    session.advance(300)
    found[step] = digests(session)
print(json.dumps(found))
"""


def test_two_processes_with_other_hashes_and_threads_agree_to_the_last_bit():
    found = []
    for hash_seed, threads in (("1", "1"), ("4711", "2")):
        child = subprocess.run(
            [sys.executable, "-c", CHILD, threads],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": threads, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(json.loads(child.stdout))
    assert found[0] == found[1]
    assert len({section for sections in found[0].values() for section in sections.values()}) > 12


@pytest.mark.parametrize("step", STEPS)
def test_another_seed_gives_another_case(step):
    first, second = played(step, seed=3), begun(step, seed=4)
    for ticks, action in PLAYS[step]:
        second.advance(ticks)
        if second._refusal(action) is None:
            second.act(action)
    assert digests(first)["patient"] != digests(second)["patient"]
    assert digest(first) != digest(second)


def test_every_part_of_the_state_is_in_the_digests():
    session = played("needle")
    before = digests(session)
    session.theatre.needle.depth_mm += 1e-9
    session.states["needle"].drop_ml += 1e-9
    session.theatre.chance("needle").random()
    session.theatre.physiology.hr_bpm += 1e-9
    session.courses.holes += 1
    session.durations_s["needle"] = 1.0
    session.motions["needle"].path_mm += 1e-9
    session.events.pop()
    after = digests(session)
    assert sorted(before) == ["courses", "events", "log", "motions", "patient", "step.needle", "streams", "theatre"]
    assert all(after[name] != before[name] for name in before)


# Steps and handovers


def ready_to_finish(session, actions=NEEDLE):
    """Put the needle in, so that its step can end."""
    play(session, actions)
    session.advance(60)
    return session


def test_a_step_cannot_be_finished_while_the_hub_is_open_or_the_hand_holds_on():
    session = ready_to_finish(begun("needle"))
    session.act(Stylet())
    with pytest.raises(ActionRefused, match="hub is open"):
        session.act(FinishStep())
    session.act(Stylet())
    session.act(Grip())
    with pytest.raises(ActionRefused, match="Let go"):
        session.act(FinishStep())
    session.act(LetGo())
    session.act(FinishStep())
    assert session.step == ""
    assert session.steps_done == ["needle"]
    assert isinstance(session.events[-1], StepFinished)


def test_the_step_finished_last_can_be_reopened_and_its_time_goes_on():
    session = ready_to_finish(begun("needle"))
    session.act(FinishStep())
    spent_s = session.durations_s["needle"]
    session.advance(1200)
    with pytest.raises(ActionRefused, match="finished last"):
        session.act(ReopenStep("antisepsis"))
    session.act(ReopenStep("needle"))
    assert isinstance(session.events[-1], StepStarted)
    assert session.steps_done == []
    session.advance(240)
    session.act(FinishStep())
    assert session.durations_s["needle"] == pytest.approx(spent_s + 2.0)
    assert session.report().steps[0].duration_s == pytest.approx(spent_s + 2.0)


def test_a_reopened_step_is_judged_by_what_was_done_in_the_end():
    session = ready_to_finish(begun("needle"))
    session.act(FinishStep())
    first = session.measured("needle")["hollow_advance_mm"]
    session.act(ReopenStep("needle"))
    session.theatre.needle.hollow_mm += 4.0
    assert session.measured("needle")["hollow_advance_mm"] == first + 4.0
    session.act(FinishStep())
    assert session.measured("needle")["hollow_advance_mm"] == first + 4.0


@pytest.fixture(scope="module")
def handed():
    """What an expert hands over after the first step."""
    handover = expert_handover(scenario("positioning", "antisepsis", "needle"), 5, "antisepsis")
    assert handover is not None
    return handover


def test_a_session_goes_on_from_a_handover_as_the_first_one_did():
    other_order = dataclasses.replace(scenario(), steps=("needle", "antisepsis"))
    whole = ready_to_finish(Session(other_order, 5), ((0, StartStep("needle")), *NEEDLE))
    whole.act(FinishStep())
    whole.advance(7)
    later = Session(other_order, 5, handover=whole.handover())
    assert (later.tick, later.steps_left) == (whole.tick, ("antisepsis",))
    for session in (whole, later):
        play(session, ((0, StartStep("antisepsis")), *PLAYS["antisepsis"]))
        session.advance(600)
    first, second = digests(whole), digests(later)
    assert [second[name] for name in ("step.antisepsis", "patient", "courses", "streams")] == [
        first[name] for name in ("step.antisepsis", "patient", "courses", "streams")
    ]
    assert later.theatre.needle == whole.theatre.needle
    assert later.theatre.needle.depth_mm > 10.0


def test_two_sessions_from_one_handover_do_not_disturb_each_other(handed):
    before = canonical(handed)
    first = Session(scenario("antisepsis"), 5, handover=handed)
    play(first, ((0, StartStep("antisepsis")), *PLAYS["antisepsis"]))
    first.advance(600)
    assert canonical(handed) == before
    assert canonical(first.origin) == before
    second = Session(scenario("antisepsis"), 5, handover=handed)
    play(second, ((0, StartStep("antisepsis")), *PLAYS["antisepsis"]))
    second.advance(600)
    assert digests(first) == digests(second)


def test_a_later_step_begins_with_what_the_earlier_ones_left(handed):
    session = Session(scenario("antisepsis"), 5, handover=handed)
    session.act(StartStep("antisepsis"))
    theatre = session.theatre
    assert session.steps_done == ["positioning"]
    assert {mark.kind for mark in theatre.marks} >= {"entry"}
    assert set(theatre.fluoroscope.stored) == {"ap", "lateral"}
    assert theatre.spec.hip_flexion_deg > 60.0
    assert theatre.fluoroscope.dose.exposures > 2
    assert session.tick == handed.tick
    assert set(session.observe().stored) == {"ap", "lateral"}


def test_a_session_played_back_to_a_tick_is_as_it_was_then():
    session = begun("needle")
    moments = {}
    for ticks, action in NEEDLE:
        session.advance(ticks)
        session.act(action)
        moments[session.tick] = digests(session)
    for tick in list(moments)[5::40]:
        assert digests(rewound(session, tick)) == moments[tick]


def test_the_expert_leaves_what_a_drill_begins_from():
    with pytest.raises(GameError, match="no step 'closure'"):
        expert_handover(scenario(), 5, "closure")
    assert expert_handover(scenario(), 5, "positioning") is None


# X-ray pulses


def pulses(session):
    return [event for event in session.events if isinstance(event, Exposed)]


def test_the_first_pulse_comes_with_the_press_and_the_rest_eight_times_a_second():
    session = begun("positioning")
    session.act(Pedal(True))
    session.advance(121)
    session.act(Pedal(False))
    session.advance(60)
    found = pulses(session)
    assert [event.tick for event in found] == [1 + 15 * k for k in range(9)]
    assert [event.held for event in found] == [True] + [False] * 8


def test_a_tap_on_the_pedal_makes_one_picture():
    session = begun("positioning")
    session.act(Pedal(True))
    session.advance(2)
    session.act(Pedal(False))
    session.advance(30)
    assert len(pulses(session)) == 1


def test_no_pulse_is_lost_however_time_passes():
    counts = []
    for chunk in (1, 5, 12, 120):
        session = begun("positioning")
        session.act(Pedal(True))
        for _ in range(360 // chunk):
            session.advance(chunk)
        counts.append([event.tick for event in pulses(session)])
    assert counts.count(counts[0]) == 4
    assert session.theatre.fluoroscope.dose.fluoroscopy_s == pytest.approx(3.0)


# The report


REPORT_KEYS = {
    "format",
    "scenario",
    "seed",
    "mode",
    "trainee",
    "overall_percent",
    "passed",
    "critical_errors",
    "steps",
    "complications",
    "global_rating",
    "dose",
    "duration_s",
    "digest",
}


def test_the_report_of_a_short_session_has_every_key_of_format_1():
    session = played("needle", mode="exam")
    value = json.loads(report_json(session.report()))
    assert set(value) >= REPORT_KEYS
    assert (value["format"], value["scenario"], value["seed"], value["mode"]) == (1, "standard", 3, "exam")
    assert [step["id"] for step in value["steps"]] == ["needle"]
    assert set(value["steps"][0]) >= {"id", "percent", "duration_s", "measures"}
    for measure in value["steps"][0]["measures"]:
        assert set(measure) >= {"id", "value", "unit", "grade", "target", "acceptable", "source"}
        assert measure["grade"] in ("target", "acceptable", "poor", "fail", "not_measured")
    assert set(value["dose"]) == {
        "fluoroscopy_s",
        "exposures",
        "air_kerma_mgy",
        "dap_gy_cm2",
        "skin_peak_mgy",
        "staff_usv",
        "hand_pulses",
        "hand_ugy",
        "answered_share",
    }
    assert value["digest"] == digest(session)
    assert value["duration_s"] == pytest.approx(session.theatre.theatre_s)
    assert isinstance(value["passed"], bool)


def test_a_report_can_be_asked_for_at_any_time_and_changes_nothing():
    session = Session(scenario(), 3, mode="exam")
    before = everything(session)
    empty = session.report()
    assert tuple(step.id for step in empty.steps) == scenario().steps
    assert everything(session) == before
    assert not empty.passed
