"""Known sequences of looks, and what each of them answers."""

import dataclasses

import pytest

from game.frames import Rigid, rigid_about_z
from game.imaging import CArm
from game.operation.information import (
    Look,
    Scene,
    answers,
    differs,
    in_words,
    informative_share,
    made_out,
    questions,
    use,
    view_of,
)

IN = Scene(CArm(), Rigid(), tip_mm=(0.0, 60.0, -50.0), heading=(0.0, -0.6, 0.8), depth_mm=30.0)


def look(view="ap", shown=("target",), error=1.0, scene=None, changed=True, kerma_ugy=1.0, first=0):
    scene = scene or Scene(CArm(), Rigid())
    return Look(first, first, 0, 0, view, scene, changed, kerma_ugy, over=True, shown=shown, error=error)


def told(*looks):
    """Judge looks in their order and return what each answered."""
    for number, each in enumerate(looks):
        each.answered = questions(each, list(looks[:number]))
    return [each.answered for each in looks]


def test_a_count_is_answered_once_for_each_end_of_it():
    assert told(look(shown=("L5",)), look(shown=("L5",)), look(shown=("L5", "T12")), look("lateral", ("T12",))) == [
        ("level",),
        (),
        ("level",),
        (),
    ]


def test_a_count_is_no_question_once_the_level_is_settled():
    assert questions(look(shown=("L5", "T12")), [], counting=False) == ()


def test_a_square_view_is_worth_another_look_only_when_it_is_clearly_truer():
    errors = (4.0, 3.9, 2.0, 1.0, 1.0, 2.0)
    assert told(*(look(error=error) for error in errors)) == [("midline",), (), ("midline",), ("midline",), (), ()]


def test_the_first_lateral_tells_the_depth_and_an_ap_before_it_does_not():
    assert told(look("ap"), look("lateral"), look("lateral")) == [("midline",), ("depth",), ()]


def test_a_patient_who_was_rolled_is_looked_at_anew():
    turned = Scene(CArm(), rigid_about_z(4.0))
    assert told(look(), look(scene=turned), look(scene=turned)) == [("midline",), ("midline",), ()]


def test_the_needle_is_news_when_its_point_has_moved_since_it_was_last_made_out_in_that_view():
    nearly = dataclasses.replace(IN, tip_mm=(0.0, 58.0, -50.0))
    deeper = dataclasses.replace(IN, tip_mm=(0.0, 50.0, -40.0))
    bent = dataclasses.replace(deeper, heading=(0.1, -0.6, 0.79))
    holed = dataclasses.replace(bent, holes=1)
    tip = ("needle_tip",)
    looks = [look("ap", tip, scene=scene) for scene in (IN, IN, nearly, deeper, bent, holed)]
    assert told(*looks) == [("tip",), (), (), ("tip",), ("tip",), ("tip",)]
    assert told(look("ap", tip, scene=IN), look("lateral", tip, scene=IN), look("lateral", tip, scene=deeper)) == [
        ("tip",),
        ("depth",),
        ("depth",),
    ]


def test_a_point_that_could_not_be_made_out_is_still_news_afterwards():
    assert told(look("lateral", (), scene=IN), look("lateral", ("needle_tip",), scene=IN)) == [(), ("depth",)]


def test_the_marker_is_news_once_in_each_view_until_it_is_moved():
    there = Scene(CArm(), Rigid(), metal_mm=(0.0, 90.0, -30.0))
    moved = dataclasses.replace(there, metal_mm=(0.0, 90.0, -27.0))
    looks = [look(view, ("metal",), scene=scene) for view, scene in (("ap", there), ("ap", there), ("lateral", there), ("ap", moved))]
    assert told(*looks) == [("marker",), (), ("marker",), ("marker",)]


def test_use_answers_for_the_first_look_at_the_same_thing_and_for_nothing_that_shows_nothing():
    looks = [look(first=0), look(first=1, changed=False), look(first=2, shown=())]
    use(looks, 1, "level")
    use(looks, 2, "midline")
    assert [answers(each) for each in looks] == [("level",), (), ()]


def test_the_share_is_of_dose_and_not_of_pictures():
    looks = [look(kerma_ugy=9.0), look(kerma_ugy=1.0), look(kerma_ugy=10.0)]
    told(*looks)
    assert informative_share(looks) == pytest.approx(9.0 / 20.0)
    assert informative_share([]) is None


def test_more_pictures_that_answer_cost_nothing():
    few, many = [look()], [look(), look("lateral"), look(shown=("target", "T12")), look("lateral", ("target", "L5"))]
    told(*few), told(*many)
    assert informative_share(few) == informative_share(many) == 1.0


def test_what_matters_is_made_out_by_name():
    names = {"L3.pedicle_left", "L3.spinous_tip", "L5.pedicle_right", "metal", "L1.spinous_tip"}
    assert made_out(names, "L3", True) == ("target", "L5", "metal")
    assert made_out(names, "L3", False) == ("L5", "metal")
    assert made_out({"L3.spinous_tip", "needle_tip"}, "L3", True) == ("needle_tip",)


@pytest.mark.parametrize(
    ("orbit_deg", "roll_deg", "view"),
    [
        (0.0, 0.0, "ap"),
        (-90.0, 0.0, "lateral"),
        (90.0, 5.0, "lateral"),
        (45.0, 0.0, "oblique"),
        (25.0, 20.0, "ap"),
        (15.0, -20.0, "oblique"),
    ],
)
def test_a_view_is_named_by_the_beam_in_the_patient(orbit_deg, roll_deg, view):
    assert view_of(CArm(orbit_deg=orbit_deg), rigid_about_z(roll_deg)) == view


def test_small_motions_are_no_change():
    base = Scene(CArm(), Rigid(), metal_mm=(0.0, 90.0, 0.0))
    assert not differs(base, dataclasses.replace(base, carm=CArm(orbit_deg=0.9, isocentre_mm=(0.0, 0.0, 4.0))))
    assert differs(base, dataclasses.replace(base, carm=CArm(orbit_deg=1.0)))
    assert differs(base, dataclasses.replace(base, carm=CArm(isocentre_mm=(0.0, 0.0, 5.0))))
    assert differs(base, dataclasses.replace(base, metal_mm=None))
    assert differs(base, dataclasses.replace(base, pose=rigid_about_z(1.0)))
    assert differs(base, dataclasses.replace(base, holes=1))


def test_words_say_the_view_and_what_it_told_or_why_nothing():
    answered = dataclasses.replace(look("lateral"), answered=("depth", "marker"))
    assert in_words(answered, "L3") == "lateral: depth, marker"
    blanks = {blank: in_words(dataclasses.replace(look(), blank=blank), "L3") for blank in ("repeat", "off_target", "unreadable")}
    assert blanks == {"repeat": "AP: nothing new", "off_target": "AP: L3 not on it", "unreadable": "AP: too noisy to read"}
