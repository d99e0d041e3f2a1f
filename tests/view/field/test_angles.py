"""Guided mode says the needle's angles while they can still be mended."""

from dataclasses import replace

import pytest

from game.operation.needle.sight import NeedleSight
from game.view.screens.operative.handstate import HandState
from game.view.screens.operative.needle_view import angle_words, says_angles
from game.view.theme import GOOD, WARNING

SIGHT = NeedleSight(
    on_skin=True, entry_mm=(0.0, 0.0), hub_mm=(60.0, 0.0), length_mm=90.0, outside_mm=60.0, sagittal_deg=42.2, medial_deg=12.8,
    bevel_deg=0.0, stylet_in=True, ghost_mm=0.0, word="none", hub="closed", drops_per_min=0.0, csf_lost_ml=0.0,
    bent_mm=0.0, nicked=True, numb=True, passes=1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("sagittal_deg", "medial_deg", "words", "colour"),
    [
        (42.2, 12.8, "42° to skin, 13° to midline", GOOD),
        (30.0, 20.0, "30° to skin, 20° to midline", GOOD),
        (46.0, 13.0, "46° to skin, 13° to midline", WARNING),
        (42.0, 9.0, "42° to skin, 9° to midline", WARNING),
        (42.0, -6.0, "42° to skin, 6° away from midline", WARNING),
    ],
)
def test_angles_are_said_in_words_and_good_only_where_both_are_as_taught(sagittal_deg, medial_deg, words, colour):
    assert angle_words(replace(SIGHT, sagittal_deg=sagittal_deg, medial_deg=medial_deg)) == (words, colour)


def test_angles_are_said_until_two_centimetres_deep_and_while_the_needle_is_aimed():
    assert says_angles(replace(SIGHT, outside_mm=71.0), HandState())
    assert not says_angles(SIGHT, HandState())
    assert says_angles(SIGHT, HandState(aiming=True))
    assert says_angles(SIGHT, HandState(keys=[1], aims_by_keys=True))
    assert not says_angles(SIGHT, HandState(keys=[1]))
    assert not says_angles(SIGHT, HandState(aims_by_keys=True))


def test_a_needle_in_the_air_has_angles_only_over_the_field():
    held = replace(SIGHT, on_skin=False)
    assert says_angles(held, HandState(inside=True))
    assert not says_angles(held, HandState())
