"""The room with its scatter: figures of the model, lead and place chosen by click, words for each side of the table."""

import math

import numpy as np
import pygame
import pytest

from game.frames import Side
from game.imaging import CArm
from game.imaging.carm import TABLE_HALF_WIDTH_MM
from game.imaging.dose import DoseAccount
from game.imaging.staff import CLEAR_MM, LEAD_TRANSMISSION, SCREEN_TRANSMISSION, STAFF, ends_mm, scatter_usv_per_min, standing
from game.imaging.technique import Technique
from game.view.canvas import Canvas
from game.view.layout import Box, Ledger
from game.view.monitors.room import BAND_COLOURS, BANDS_USV_PER_MIN, Room, advice
from game.view.theme import Look

PULSE = Technique("low", 220.0, 220.0, 76.0, 50.4, 12.0, 20.0, 20.0, 1.3)
ACCOUNT = DoseAccount(staff_usv={person.name: 5.0 for person in STAFF}, hand_pulses=3, hand_kerma_ugy=12.0, skin_mgy=np.array([[2.0]]))
AP = CArm()
Window = tuple[int, int, float]
WINDOWS: tuple[Window, ...] = (
    (1280, 720, 1.0),
    (1366, 768, 1.0),
    (1920, 1080, 1.0),
    (3840, 2160, 1.0),
    (1280, 720, 1.6),
    (1920, 1080, 1.6),
)


def shown(room: Room, technique: Technique | None = PULSE, carm: CArm = AP, side: Side = "right", window: Window = WINDOWS[2]) -> list[str]:
    width, height, scale = window
    canvas = Canvas(pygame.Surface((width, height)), Look(width, height, scale, scale > 1.5), Ledger())
    room.open = True
    room.draw(canvas, Box(20, 80, round(width * 0.6), round(height * 0.72)), carm, technique, ACCOUNT, side)
    assert canvas.ledger.too_large() == []
    return [entry.text for entry in canvas.ledger.entries]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("orbit_deg", [0.0, -90.0])
def test_every_label_has_room(window, orbit_deg):
    room = Room(at_mm=(400.0, 0.0))
    words = shown(room, carm=CArm(orbit_deg=orbit_deg), window=window)
    assert {"You", "Radiographer", "Anaesthetist"} <= set(words)
    assert any(text.startswith("At the pointer") for text in words)
    assert any("Your hands in 3 pulses" in text for text in words)


@pytest.mark.parametrize("along_mm", [-200.0, 0.0, 300.0])
@pytest.mark.parametrize("tilt_deg", [-30.0, 0.0, 30.0])
@pytest.mark.parametrize("orbit_deg", [0.0, -45.0, -90.0, 135.0, 180.0])
def test_the_surgeon_stands_behind_the_back_beside_tube_and_receptor(orbit_deg, tilt_deg, along_mm):
    carm = CArm(orbit_deg, tilt_deg, (0.0, 0.0, along_mm))
    you = standing(carm)[0]
    assert you.behind_mm == STAFF[0].behind_mm > TABLE_HALF_WIDTH_MM
    for behind_mm, headwards_mm in ends_mm(carm):
        assert math.hypot(you.behind_mm - behind_mm, you.headwards_mm - headwards_mm) >= CLEAR_MM


def test_with_the_tube_under_the_table_the_surgeon_stands_at_the_wound():
    assert standing(CArm(orbit_deg=-90.0)) == STAFF


def test_before_the_first_pulse_nothing_is_claimed():
    words = shown(Room(), technique=None)
    assert any(text.startswith("No X-rays yet") for text in words)
    assert not any("µSv/min" in text for text in words)


def test_the_surgeons_figure_is_the_models_and_lead_and_screen_lower_it():
    (bare,) = scatter_usv_per_min(CArm(), PULSE, np.array([standing(AP)[0].place_mm("right")]))
    room = Room()
    assert f"{bare:.1f} µSv/min, 5.0 µSv so far" in shown(room)
    room.lead_mm = 0.25
    assert f"{bare * LEAD_TRANSMISSION[0.25]:.1f} µSv/min, {5.0 * LEAD_TRANSMISSION[0.25]:.2f} µSv so far" in shown(room)
    room.lead_mm, room.screen = 0.0, True
    assert any(f"{5.0 * SCREEN_TRANSMISSION:.2f} µSv so far" in text for text in shown(room))


def test_buttons_choose_lead_and_screen_and_close():
    room = Room()
    shown(room)
    worn = []
    for _ in range(len(LEAD_TRANSMISSION)):
        worn.append(room.lead_mm)
        assert room.press(room._buttons["lead"].centre)
    assert worn == list(LEAD_TRANSMISSION)
    assert room.lead_mm == 0.0
    room.press(room._buttons["screen"].centre)
    assert room.screen
    assert room.press(room._map.centre)
    assert not room.press((5, 5))
    room.press(room._buttons["close"].centre)
    assert not room.open
    assert not room.press(room._map.centre)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_place_on_the_map_is_found_again_and_the_head_lies_as_in_the_field(side):
    room = Room()
    shown(room, side=side)
    assert room.hover(room._spot(700.0, 300.0))
    assert room.at_mm == pytest.approx((700.0, 300.0))
    assert (room._spot(0.0, 500.0)[0] < room._spot(0.0, -500.0)[0]) == (side == "right")
    assert room._spot(500.0, 0.0)[1] > room._spot(-500.0, 0.0)[1]
    assert not room.hover((1, 1))
    assert room.at_mm is None


def test_the_map_is_hottest_where_the_beam_enters():
    room = Room()
    shown(room)
    picture = room._picture
    assert picture is not None

    def band(behind_mm: float, headwards_mm: float) -> int:
        x, y = room._spot(behind_mm, headwards_mm)
        return BAND_COLOURS.index(tuple(picture.get_at((round(x) - room._map.x, round(y) - room._map.y)))[:3])

    assert band(450.0, 0.0) > band(-450.0, 0.0) > band(-1900.0, -1100.0)
    assert tuple(sorted(BANDS_USV_PER_MIN)) == BANDS_USV_PER_MIN


def test_words_say_which_side_the_tube_is_on():
    assert "tube is on your side" in advice(CArm(orbit_deg=0.0))
    assert "receptor is on your side" in advice(CArm(orbit_deg=180.0))
    assert "both sides" in advice(CArm(orbit_deg=-90.0))
