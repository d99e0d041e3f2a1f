"""Monitors: waves, vitals, how X-ray pictures are turned, dose, the C-arm's drawing."""

import math

import numpy as np
import pytest

from game.imaging import CArm, DoseAccount
from game.patient.physiology import Vitals
from game.view.canvas import Canvas
from game.view.layout import Box, Ledger
from game.view.monitors import waves
from game.view.monitors.carm import angles_in_words, draw_carm
from game.view.monitors.fluoroscopy import Turned, dose_rows, draw_picture, fluoroscopy_time, markers, picture_surface
from game.view.monitors.vitals import VitalsMonitor, draw_traces, draw_vitals, pressure_age
from game.view.theme import Look

pygame = pytest.importorskip("pygame")
NOW = Vitals(
    hr_bpm=72.0, sbp_mmhg=124.0, dbp_mmhg=72.0, map_mmhg=89.0, bp_age_s=170.0, spo2_percent=97.0, etco2_mmhg=39.0, rr_per_min=13.0,
    temperature_c=36.6,
)  # fmt: skip


def canvas(width: int = 640, height: int = 320) -> Canvas:
    return Canvas(pygame.Surface((width, height)), Look(1920, 1080), Ledger())


def test_the_r_wave_is_the_peak_of_a_beat():
    phase = np.linspace(0.0, 1.0, 1001)
    assert phase[np.argmax(waves.ecg(phase))] == pytest.approx(waves.PEAK_PHASE, abs=0.005)
    assert waves.ecg(phase).max() == pytest.approx(1.0, abs=0.15)


def test_the_capnogram_is_zero_on_inspiration_and_highest_at_the_end_of_expiration():
    phase = np.linspace(0.0, 1.0, 1001)
    shape = waves.capnogram(phase)
    assert not shape[phase > 0.63].any()
    assert 0.5 < phase[np.argmax(shape)] < 0.63
    assert waves.pleth(phase).min() >= 0.0


def test_the_monitor_beats_as_often_as_the_heart():
    on, monitor = canvas(), VitalsMonitor()
    draw_vitals(on, Box(0, 0, 424, 304), monitor, NOW)
    monitor.take_beats()
    start = monitor.seconds
    for step in range(1, 3601):
        monitor.advance(start + step / 60.0, NOW)
    assert monitor.take_beats() == pytest.approx(72, abs=1)
    assert monitor.take_beats() == 0


def test_a_new_monitor_shows_a_full_sweep_at_once():
    on, monitor = canvas(), VitalsMonitor(100.0)
    box = Box(0, 0, 424, 304)
    draw_vitals(on, box, monitor, NOW)
    draw_traces(on, box, monitor)
    pixels = pygame.surfarray.array3d(on.surface).astype(int)
    green = ((pixels[..., 1] > 100) & (pixels[..., 2] < pixels[..., 1] - 30)).any(axis=1)
    assert green[20:280].mean() > 0.3
    assert monitor.seconds == pytest.approx(100.0)
    assert on.ledger.too_large() == []


def test_the_age_of_a_pressure_is_said_in_minutes():
    assert [pressure_age(s) for s in (10.0, 61.0, 170.0)] == ["now", "1 min ago", "3 min ago"]


@pytest.mark.parametrize("turned", [Turned(q, f) for q in range(4) for f in (False, True)])
def test_a_place_on_the_monitor_is_found_again_on_the_picture(turned):
    for u, v in ((0.3, -0.7), (-0.2, 0.5)):
        assert turned.picture_place(*turned.shown(u, v)) == pytest.approx((u, v))


@pytest.mark.parametrize("turned", [Turned(q, f) for q in range(4) for f in (False, True)])
def test_pixels_turn_as_places_do(turned):
    pixels = np.zeros((101, 101), np.uint8)
    pixels[round(50 - 0.5 * 50), round(50 + 0.3 * 50)] = 255
    row, column = (int(v[0]) for v in np.nonzero(turned.turn(pixels)))
    x, y = turned.shown(0.3, 0.5)
    assert (column - 50) / 50 == pytest.approx(x)
    assert (50 - row) / 50 == pytest.approx(y)


def test_the_patients_right_is_on_the_left_of_an_ap_and_his_back_on_the_right_of_a_left_lateral():
    def places(orbit_deg: float, turned: Turned = Turned()) -> dict[str, tuple[float, float]]:  # noqa: B008
        return {name: (x, y) for name, x, y in markers(CArm(orbit_deg=orbit_deg), "right", turned)}

    assert places(0.0)["R"][0] < 0.0 < places(0.0)["L"][0]
    assert places(0.0)["Head"][1] > 0.0
    assert places(90.0)["Back"][0] > 0.0 > places(-90.0)["Back"][0]
    assert places(0.0, Turned(0, True))["R"][0] > 0.0
    assert places(0.0, Turned(2))["Head"][1] < 0.0


def test_the_named_side_agrees_with_the_projection():
    for orbit_deg in (0.0, 30.0, 90.0, -90.0, -60.0):
        carm = CArm(orbit_deg=orbit_deg)
        named = {name: x for name, x, _ in markers(carm, "right", Turned())}
        for name, point in (("L", (60.0, 0.0, 0.0)), ("Back", (0.0, 60.0, 0.0))):
            if name in named:
                assert math.copysign(1.0, float(carm.picture(np.array(point))[0])) == math.copysign(1.0, named[name])


def test_dose_reads_as_on_the_machine():
    assert [fluoroscopy_time(beam_s) for beam_s in (0.0, 0.26, 59.97, 78.0)] == ["0:00.0", "0:00.3", "1:00.0", "1:18.0"]
    rows = dict(dose_rows(DoseAccount(78.0, 500, 3.21, 0.408), None, "low"))
    assert rows["Air kerma"] == "3.2 mGy"
    assert rows["DAP"] == "0.41 Gy·cm²"
    assert rows["Tube"] == "no picture yet"
    assert rows["Pulses"] == "8 /s, low dose"


def test_a_picture_is_round_on_its_ground():
    on = canvas()
    draw_picture(on, Box(10, 10, 200, 200), picture_surface(np.full((64, 64), 200, np.uint8), 200, Turned()))
    assert on.surface.get_at((110, 110))[:3] == (200, 200, 200)
    assert max(on.surface.get_at((14, 14))[:3]) < 30


def test_orbit_and_tilt_are_said_as_the_scales_read():
    assert angles_in_words(CArm(orbit_deg=-7.4, tilt_deg=5.2)) == ("orbit -7°", "tilt 5° head")
    assert angles_in_words(CArm(tilt_deg=-5.2))[1] == "tilt 5° feet"
    assert angles_in_words(CArm(tilt_deg=0.2))[1] == "tilt 0°"


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_drawing_has_the_receptor_above_the_table_when_the_machine_reads_zero(side):
    def receptor(orbit_deg: float) -> np.ndarray:
        on = canvas(200, 310)
        draw_carm(on, Box(0, 0, 200, 300), CArm(orbit_deg=orbit_deg), side, 0.0, False)
        pixels = pygame.surfarray.array3d(on.surface).astype(int)
        return np.argwhere(np.abs(pixels - np.array([188, 198, 204])).sum(axis=2) < 12).mean(axis=0)

    vertical = -90.0 if side == "right" else 90.0
    upright, sideways = receptor(vertical), receptor(0.0)
    assert upright[1] < sideways[1] - 20
    assert sideways[0] > upright[0] + 20
