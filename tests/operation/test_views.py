"""The step of standard views: what may be shown when, what is measured of it, and what each picture told."""

import dataclasses
import functools
import math
from pathlib import Path

import pytest

from game.base import Action
from game.clock import ticks
from game.errors import ActionRefused
from game.imaging import Blades, CArm
from game.operation.actions import FinishStep, MoveCArm, Pedal, Say, SetField, SetPulseRate, StartStep
from game.operation.events import Sounded
from game.operation.fluoroscopy import problem
from game.operation.positioning.actions import NameLevel
from game.operation.views.actions import Present
from game.operation.views.events import ViewPresented
from game.operation.views.judging import corrections, judge
from game.operation.views.looks import count_chain
from game.operation.views.rules import asked
from game.operation.views.state import Look, Views
from game.operation.views.tasks import ContralateralOblique, CountTo, TrueAp, TrueLateral, ViewTask
from game.resources import shipped
from game.scenario import Scenario, load_scenario
from game.session import Session

AP, LATERAL = TrueAp("true-ap", "L3"), TrueLateral("true-lateral", "L2-3")
OBLIQUE, COUNT = ContralateralOblique("contralateral-oblique", "L3-4", "left"), CountTo("count-to", "T10")


@functools.cache
def scenario(*tasks: ViewTask) -> Scenario:
    drill = load_scenario(Path(shipped("scenarios")) / "views" / "true-ap-l3.yaml")
    return dataclasses.replace(drill, plan=dataclasses.replace(drill.plan, views=tasks))


def begun(*tasks: ViewTask, seed: int = 2) -> Session:
    session = Session(scenario(*tasks), seed, "practice")
    session.act(StartStep("views"))
    return session


def do(session: Session, *actions: Action) -> None:
    for action in actions:
        session.act(action)
        session.advance(3)


def move_to(session: Session, carm: CArm) -> None:
    """Put the arm where a hand would bring it in some motions."""
    session.theatre.fluoroscope.carm = carm


def press(session: Session, seconds: float = 0.3) -> None:
    do(session, Pedal(True))
    session.advance(ticks(seconds))
    do(session, Pedal(False))
    session.advance(60)


def squared(session: Session, task: ViewTask) -> CArm:
    """The arm where its corrections come to nothing, from an AP, a lateral or an oblique near the level."""
    theatre = session.theatre
    orbit_deg = {"true-lateral": -90.0, "contralateral-oblique": -47.0}.get(task.kind, 0.0)
    point = theatre.patient_pose.apply(
        theatre.patient.landmarks[f"{task.level}.body" if isinstance(task, TrueAp) else f"window.{task.level}"]
    )
    carm = CArm(orbit_deg, 0.0, tuple(float(part) for part in point))  # type: ignore[arg-type]
    for _ in range(6):
        move_to(session, carm)
        press(session)
        exposure = theatre.fluoroscope.exposures[-1]
        for wanted in corrections(exposure, theatre.patient, task):
            right, up, _ = carm.axes()
            if wanted.part in ("orbit", "tilt"):
                name = f"{wanted.part}_deg"
                carm = dataclasses.replace(carm, **{name: getattr(carm, name) + wanted.by})
            else:
                way = up if wanted.part == "along" else right
                place = tuple(float(part) for part in carm.isocentre_mm + wanted.by * way)
                carm = dataclasses.replace(carm, isocentre_mm=place)
    return carm


def refusal(session: Session, action: Action) -> str:
    with pytest.raises(ActionRefused) as refused:
        session.act(action)
    return str(refused.value)


def measures(session: Session) -> dict[str, object]:
    return dict(session.measured("views"))


def told_of(session: Session) -> str:
    return next(event.text for event in session.events if isinstance(event, ViewPresented))


def state(session: Session) -> Views:
    found = session.states["views"]
    assert isinstance(found, Views)
    return found


def test_nothing_can_be_shown_before_a_picture_or_with_the_pedal_down() -> None:
    session = begun(AP)
    assert refusal(session, Present()) == "No picture has been taken for this view yet."
    do(session, Pedal(True))
    assert refusal(session, Present()) == "Lift the pedal first, then say which picture it is."
    assert refusal(session, FinishStep()) == "The X-ray pedal is still down."
    do(session, Pedal(False), Present())
    assert refusal(session, Present()) == "All views have been shown."
    do(session, FinishStep())
    assert session.step == ""


def test_a_picture_of_the_view_before_does_not_count_for_the_next() -> None:
    session = begun(AP, LATERAL)
    press(session)
    do(session, Present())
    assert asked(session.theatre, state(session)) == LATERAL
    assert refusal(session, Present()) == "No picture has been taken for this view yet."
    assert refusal(session, FinishStep()) == "Still asked for: True lateral of L2-3. Show the best picture you have."


@pytest.mark.parametrize(("file", "seed"), [("square-l2", 9), ("square-l2", 25), ("true-ap-l3", 30)])
def test_no_drill_opens_with_the_arm_square_already(file: str, seed: int) -> None:
    drill = load_scenario(Path(shipped("scenarios")) / "views" / f"{file}.yaml")
    session = Session(drill, seed, "practice")
    session.act(StartStep("views"))
    press(session)
    found = judge(session.theatre.fluoroscope.exposures[-1], session.theatre.patient, drill.plan.views[0])
    assert found.rotation_deg is not None
    assert found.tilt_deg is not None
    assert max(abs(found.rotation_deg), abs(found.tilt_deg)) > 3.0


def test_a_finger_past_the_spine_points_at_nothing() -> None:
    session = begun(COUNT)
    press(session)
    shown, body = session.theatre.fluoroscope.exposures[-1], session.theatre.patient.landmarks["L2.body"]
    u, v = shown.carm.picture(shown.pose.apply(body))
    half_mm = shown.carm.field_mm / 2.0
    do(session, NameLevel("L2", u + 30.0 / half_mm, v), NameLevel("T10", u + 60.0 / half_mm, v))
    assert [named.truth for named in state(session).named] == ["L2", ""]
    do(session, Present())
    judged = state(session).presented[0].judged
    assert (judged.level, judged.level_right, judged.in_field) == ("", False, False)


def test_the_radiographer_does_not_count_here() -> None:
    assert refusal(begun(COUNT), Say("ask_level")) == "Here you count; the radiographer will not do it for you."


@pytest.mark.parametrize(
    ("tilt_deg", "off_mm", "parts"), [(6.0, 50.0, ["along", "tilt"]), (12.0, 15.0, ["along", "tilt"]), (12.0, 3.0, ["tilt"])]
)
def test_a_level_comes_to_the_middle_before_it_is_squared(tilt_deg: float, off_mm: float, parts: list[str]) -> None:
    session = begun(AP)
    true = squared(session, AP)
    x, y, z = true.isocentre_mm
    # Off the middle the beam leans: the tilt below leans it back, so that it stays off by about as much.
    lean_deg = math.degrees(math.atan2(off_mm, true.source_isocentre_mm))
    carm = dataclasses.replace(true, tilt_deg=true.tilt_deg - lean_deg - tilt_deg, isocentre_mm=(x, y, z - off_mm))
    move_to(session, carm)
    press(session)
    wanted = corrections(session.theatre.fluoroscope.exposures[-1], session.theatre.patient, AP)
    assert [one.part for one in wanted if one.part != "orbit"] == parts


def test_an_ap_shown_as_a_lateral_is_another_view_and_the_arm_is_sent_where_it_can_go() -> None:
    session = begun(LATERAL)
    point = session.theatre.patient_pose.apply(session.theatre.patient.landmarks["disc.L2-3"])
    for orbit_deg in (7.0, -7.0):
        move_to(session, CArm(orbit_deg, 0.0, tuple(float(part) for part in point)))
        press(session)
        wanted = corrections(session.theatre.fluoroscope.exposures[-1], session.theatre.patient, LATERAL, session.theatre.plan.side)
        assert wanted[0].part == "orbit"
        assert -130.0 < orbit_deg + wanted[0].by < -45.0
    do(session, Present())
    assert measures(session)["level_right"] == "none"
    assert told_of(session).endswith(": another view")


@pytest.mark.parametrize("task", [AP, LATERAL, OBLIQUE], ids=lambda task: task.kind)
def test_following_the_corrections_makes_a_view_true(task: ViewTask) -> None:
    session = begun(task)
    first = session.theatre.fluoroscope.carm
    press(session)
    assert corrections(session.theatre.fluoroscope.exposures[-1], session.theatre.patient, AP) != ()
    move_to(session, squared(session, task))
    press(session)
    do(session, Present())
    found = state(session).presented[0].judged
    assert found.level_right
    assert found.in_field
    assert all(abs(error) <= 3.0 for error in (found.rotation_deg, found.oblique_deg, found.tilt_deg) if error is not None)
    assert found.centring_mm is not None
    assert found.centring_mm < 10.0
    assert first != session.theatre.fluoroscope.carm


def test_what_is_measured_is_how_far_the_arm_was_turned_from_true() -> None:
    session = begun(AP)
    carm = squared(session, AP)
    exact = judge(session.theatre.fluoroscope.exposures[-1], session.theatre.patient, AP)
    move_to(session, dataclasses.replace(carm, orbit_deg=carm.orbit_deg - 7.0))
    press(session)
    turned = judge(session.theatre.fluoroscope.exposures[-1], session.theatre.patient, AP)
    assert turned.rotation_deg == pytest.approx(exact.rotation_deg - 7.0, abs=0.3)
    assert turned.tilt_deg == pytest.approx(exact.tilt_deg, abs=1.2)


def test_a_lateral_shown_as_an_ap_is_ninety_degrees_off() -> None:
    session = begun(AP)
    move_to(session, squared(session, TrueLateral("true-lateral", "L3-4")))
    press(session)
    do(session, Present())
    assert measures(session)["view_rotation_deg"] == pytest.approx(90.0, abs=8.0)


def test_the_wrong_vertebra_in_the_middle_is_the_wrong_level_however_square() -> None:
    session = begun(AP)
    carm = squared(session, AP)
    x, y, z = carm.isocentre_mm
    move_to(session, dataclasses.replace(carm, isocentre_mm=(x, y, z - 38.0)))
    press(session)
    do(session, Present())
    assert measures(session)["level_right"] == "none"
    assert state(session).presented[0].judged.level == "L4"


def test_a_view_outside_the_field_or_behind_the_blades_has_no_angles() -> None:
    session = begun(AP)
    carm = squared(session, AP)
    move_to(session, dataclasses.replace(carm, blades=Blades(left=0.15, right=0.15)))
    press(session)
    do(session, Present())
    assert measures(session)["view_rotation_deg"] is None
    assert measures(session)["level_right"] == "all"
    assert [event.text for event in session.events if isinstance(event, ViewPresented)] == ["True AP of L3: not in the field"]


def test_one_level_of_two_is_some() -> None:
    session = begun(AP, TrueAp("true-ap", "L4"))
    move_to(session, squared(session, AP))
    for _ in range(2):
        press(session)
        do(session, Present())
    assert measures(session)["level_right"] == "some"


def test_what_was_never_shown_is_not_measured() -> None:
    assert set(measures(begun(AP, COUNT)).values()) == {None}


def test_pointing_at_the_level_is_judged_by_the_truth_under_the_finger() -> None:
    session = begun(COUNT)
    theatre = session.theatre
    for level, right in (("T9", "none"), ("T10", "all")):
        session = begun(COUNT)
        theatre = session.theatre
        point = theatre.patient_pose.apply(theatre.patient.landmarks["T10.body"])
        move_to(session, CArm(0.0, 0.0, (0.0, 0.0, float(point[2]))))
        press(session)
        assert refusal(session, Present()) == "Point at T10 on this picture and name it first."
        place = theatre.fluoroscope.carm.picture(theatre.patient_pose.apply(theatre.patient.landmarks[f"{level}.body"]))
        do(session, NameLevel("T11", 0.0, -0.3))
        assert refusal(session, Present()) == "Point at T10 on this picture and name it first."
        do(session, NameLevel("T10", float(place[0]), float(place[1])), Present())
        assert measures(session)["level_right"] == right
        assert measures(session)["count_chain"] == "unfounded"
        assert measures(session)["view_rotation_deg"] is None


def test_a_level_named_on_an_older_picture_must_be_pointed_at_again() -> None:
    session = begun(COUNT)
    press(session)
    do(session, NameLevel("T10", 0.0, 0.0), MoveCArm(along_mm=40.0))
    press(session)
    assert refusal(session, Present()) == "Point at T10 on this picture and name it first."


def look(*levels: str, sacrum: bool = False, task: int = 0) -> Look:
    return Look(task, 0, 0, 0, CArm(), levels, sacrum, False, None, "counted")


def test_a_count_is_whole_from_the_sacrum_only_without_a_gap() -> None:
    order = ("T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5")
    low, middle, high = look("L3", "L4", "L5", sacrum=True), look("T12", "L1", "L2", "L3"), look("T10", "T11", "T12")

    def chain(*looks: Look, task: int = 0) -> str:
        return count_chain(Views(0, 0, 0, looks=list(looks)), task, "T10", order)

    assert chain(low, middle, high) == "whole"
    assert chain(high, low, middle) == "whole"
    assert chain(low, high) == "gap"
    assert chain(look("L3", "L4", "L5"), middle, high) == "unfounded"
    assert chain(low, middle, dataclasses.replace(high, task=1)) == "gap"


def test_a_sacrum_behind_the_blades_founds_no_count() -> None:
    session = begun(COUNT)
    theatre = session.theatre
    x, y, z = (float(part) for part in theatre.patient_pose.apply(theatre.patient.landmarks["S1.superior_endplate"]))
    for blades, seen in ((Blades(), True), (Blades(bottom=0.15), False)):
        move_to(session, CArm(0.0, 0.0, (x, y, z + 40.0), blades=blades))
        press(session)
        assert state(session).looks[-1].sacrum == seen


def test_each_press_tells_something_or_nothing() -> None:
    session = begun(AP)
    carm = squared(session, AP)
    state(session).looks.clear()
    for orbit_deg in (9.0, 9.0, 5.0, 5.2, -6.0, 0.0):
        move_to(session, dataclasses.replace(carm, orbit_deg=carm.orbit_deg + orbit_deg - 0.01))
        press(session)
    # The same place again, and a turn too small to be one, tell nothing; a third truer, past it, and true do.
    assert [look.told for look in state(session).looks] == ["found", "same", "truer", "same", "crossed", "truer"]
    assert measures(session)["idle_looks"] == 2.0


def test_one_fault_after_the_other_is_cured_by_pictures_that_tell_something() -> None:
    session = begun(AP)
    carm = squared(session, AP)
    state(session).looks.clear()
    for orbit_deg, tilt_deg in ((12.0, 12.0), (12.0, 0.0), (0.0, 0.0)):
        move_to(session, dataclasses.replace(carm, orbit_deg=carm.orbit_deg + orbit_deg, tilt_deg=carm.tilt_deg + tilt_deg))
        press(session)
    assert [look.told for look in state(session).looks] == ["found", "truer", "truer"]


def test_a_picture_after_all_are_shown_costs_no_mark() -> None:
    session = begun(AP)
    move_to(session, squared(session, AP))
    press(session)
    before = measures(session)["idle_looks"]
    do(session, Present())
    press(session)
    press(session)
    assert measures(session)["idle_looks"] == before


def test_an_ap_on_the_way_to_a_lateral_is_judged_as_an_ap() -> None:
    session = begun(LATERAL)
    carm = squared(session, TrueAp("true-ap", "L2"))
    state(session).looks.clear()
    for turned_deg in (-12.0, 0.0, -90.0):
        move_to(session, dataclasses.replace(carm, orbit_deg=carm.orbit_deg + turned_deg))
        press(session)
    assert [look.told for look in state(session).looks] == ["found", "truer", "found"]


def test_one_long_press_is_one_look_at_any_pulse_rate() -> None:
    session = begun(AP)
    for rate in (3, 8, 15, 30):
        before = len(state(session).looks)
        do(session, SetPulseRate(rate))
        press(session, 2.0)
        assert len(state(session).looks) == before + 1


def test_magnifying_is_another_picture() -> None:
    session = begun(AP)
    press(session)
    do(session, SetField("mag 1"))
    press(session)
    assert state(session).looks[-1].told != "same"


def test_showing_a_view_is_heard_and_stands_on_the_timeline_with_its_picture() -> None:
    session = begun(AP)
    press(session)
    do(session, Present(), FinishStep())
    assert any(isinstance(event, Sounded) and event.sound == "click" for event in session.events)
    entry = next(entry for entry in session.report().timeline if entry.kind == "moment")
    assert entry.text.startswith("True AP of L3: ")
    assert entry.exposure == state(session).presented[0].exposure
    assert session.measured("views")["count_chain"] is None


def test_what_no_view_asks_for_leaves_the_mark() -> None:
    session = begun(COUNT)
    press(session)
    do(session, NameLevel("T10", 0.0, 0.0), Present(), FinishStep())
    counted = {measure.id for measure in session.report().steps[0].measures if measure.counted}
    assert counted == {"level_right", "count_chain", "idle_looks"}


@pytest.mark.parametrize("seed", range(1, 5))
def test_the_trunk_lies_off_and_the_arm_stands_off_but_a_square_view_is_in_reach(seed: int) -> None:
    session = begun(AP, seed=seed)
    assert problem(session.theatre, session.theatre.fluoroscope.carm) is None
    press(session)
    start = judge(session.theatre.fluoroscope.exposures[-1], session.theatre.patient, AP)
    assert not start.in_field or max(abs(start.rotation_deg or 0.0), abs(start.tilt_deg or 0.0)) > 1.0
    assert problem(session.theatre, squared(session, AP)) is None
