"""Monitors: waves, vitals, how X-ray pictures are turned, dose, the C-arm's drawing."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from game.frames import Rigid, Side
from game.imaging import Blades, CArm
from game.patient import PatientSpec
from game.patient.physiology import Vitals
from game.session.observation import ConsoleSight
from game.view.canvas import Canvas
from game.view.layout import Box, Ledger
from game.view.monitors import waves
from game.view.monitors.carm import (
    HIP_MM,
    REFUSED_S,
    THIGH_MM,
    Shapes,
    angles_in_words,
    carm_places,
    draw_carm,
    on_arm,
    plan_outline,
    section_outline,
    shake_px,
    thighs,
)
from game.view.monitors.fluoroscopy import (
    Turned,
    blade_lines,
    dose_rows,
    draw_blades,
    draw_picture,
    draw_rows,
    fluoroscopy_time,
    markers,
    picture_surface,
)
from game.view.monitors.signs import sign
from game.view.monitors.vitals import VitalsMonitor, draw_strip, draw_traces, draw_vitals, pressure_age
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


@pytest.mark.parametrize("width_px", [150, 186, 300])
def test_a_regular_heart_has_r_waves_of_one_height(width_px: int):
    monitor = VitalsMonitor(100.0)
    monitor.fit(width_px, 40)
    monitor.advance(100.0, NOW)
    green = pygame.surfarray.array3d(monitor.traces[0].strip)[..., 1] > 100
    top = np.where(green.any(axis=1), green.argmax(axis=1), 40)
    beats = [columns.min() for columns in np.array_split(top[: width_px - width_px % 7], 7)]
    assert max(beats) - min(beats) <= 2


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
        return {name: (x, y) for name, x, y in markers(CArm(orbit_deg=orbit_deg), turned)}

    assert places(0.0)["R"][0] < 0.0 < places(0.0)["L"][0]
    assert places(0.0)["Head"][1] > 0.0
    assert places(90.0)["Back"][0] > 0.0 > places(-90.0)["Back"][0]
    assert places(0.0, Turned(0, True))["R"][0] > 0.0
    assert places(0.0, Turned(2))["Head"][1] < 0.0


@pytest.mark.parametrize(
    ("orbits_deg", "sides"),
    [
        ((-20.0, 0.0, 20.0), ["R", "L"]),
        ((30.0, 44.0, 46.0, 60.0), ["R Belly", "L Back"]),
        ((-30.0, -44.0, -46.0, -60.0), ["R Back", "L Belly"]),
        ((70.0, 90.0), ["Belly", "Back"]),
    ],
)
def test_letters_stay_while_the_arm_turns_about_a_view(orbits_deg, sides):
    for orbit_deg in orbits_deg:
        for tilt_deg in (-10.0, 0.0, 10.0):
            assert [name for name, _, _ in markers(CArm(orbit_deg, tilt_deg), Turned())] == [*sides, "Head"]


def test_the_named_side_agrees_with_the_projection():
    for orbit_deg in (0.0, 30.0, 90.0, -90.0, -60.0):
        carm = CArm(orbit_deg=orbit_deg)
        named = {part: x for name, x, _ in markers(carm, Turned()) for part in name.split()}
        for name, point in (("L", (60.0, 0.0, 0.0)), ("Back", (0.0, 60.0, 0.0))):
            if name in named:
                assert math.copysign(1.0, float(carm.picture(np.array(point))[0])) == math.copysign(1.0, named[name])


def console_with(**changes: object) -> ConsoleSight:
    usual = ConsoleSight("wide", Blades(), "low", 8, None, None, 0.0, 0.0, 0.0, 0.0, False, (0.0, 0.0, 0.0))
    return replace(usual, **changes)  # type: ignore[arg-type]


def test_dose_reads_as_on_the_machine():
    assert [fluoroscopy_time(beam_s) for beam_s in (0.0, 0.26, 59.97, 78.0)] == ["0:00.0", "0:00.3", "1:00.0", "1:18.0"]
    console = console_with(fluoroscopy_s=78.0, air_kerma_mgy=3.21, dap_gy_cm2=0.408, kvp=76.4, ma=2.13, kerma_rate_mgy_per_min=3.25)
    rows = {figure.name: figure.value for figure in dose_rows(console)}
    assert rows == {
        "Fluoro time": "1:18.0",
        "Air kerma": "3.21 mGy",
        "Tube": "76 kV 2.1 mA",
        "Rate": "3.2 mGy/min",
        "DAP": "0.41 Gy·cm²",
        "Pulses": "8 /s, low",
        "Field": "wide",
    }
    assert {figure.name: figure.value for figure in dose_rows(console_with())}["Tube"] == "-"


@pytest.mark.parametrize("width", [110, 150, 260])
def test_figures_that_have_no_room_beside_their_names_stand_under_them(width):
    on = canvas(300, 600)
    draw_rows(on, Box(0, 0, width, 500), dose_rows(console_with(kvp=110.0, ma=5.0, air_kerma_mgy=123.4)))
    assert on.ledger.too_large() == []
    values = [entry.text for entry in on.ledger.entries]
    assert "110 kV 5.0 mA" in values
    assert len(on.ledger.entries) == 14


def test_lines_of_the_blades_stand_where_the_next_picture_will_be_cut():
    shown = CArm(field_mm=230.0)
    assert blade_lines(shown, shown) == []
    left, rim = blade_lines(replace(shown, blades=Blades(left=0.6)), shown)
    assert {u for u, _ in left} == {-0.6}
    assert max(v for _, v in left) == pytest.approx(0.8)
    assert all(math.hypot(*place) == pytest.approx(1.0) for place in rim)
    top, rim = blade_lines(replace(shown, field_mm=115.0, blades=Blades(top=0.5, iris=0.8)), shown)
    assert {v for _, v in top} == {0.25}
    assert all(math.hypot(*place) == pytest.approx(0.4) for place in rim)
    assert len(blade_lines(shown, replace(shown, field_mm=160.0))) == 1


def test_lines_of_the_blades_are_drawn_on_the_side_that_the_picture_is_turned_to():
    def lit(turned: Turned) -> np.ndarray:
        on = canvas(200, 200)
        draw_blades(on, Box(0, 0, 200, 200), CArm(blades=Blades(left=0.5)), CArm(), turned)
        shown = pygame.surfarray.array3d(on.surface).astype(int).sum(axis=2) > 150
        x, y = np.nonzero(shown[20:180, 60:140])
        return np.array([x.mean() + 20, y.mean() + 60])

    assert lit(Turned())[0] == pytest.approx(50, abs=3)
    assert lit(Turned(0, True))[0] == pytest.approx(150, abs=3)


def test_a_picture_is_round_on_its_ground():
    on = canvas()
    draw_picture(on, Box(10, 10, 200, 200), picture_surface(np.full((64, 64), 200, np.uint8), 200, Turned()))
    assert on.surface.get_at((110, 110))[:3] == (200, 200, 200)
    assert max(on.surface.get_at((14, 14))[:3]) < 30


def test_orbit_and_tilt_are_said_as_the_scales_read():
    assert angles_in_words(CArm(orbit_deg=-7.4, tilt_deg=5.2)) == ("orbit \N{MINUS SIGN}7°", "tilt 5° head")
    assert angles_in_words(CArm(orbit_deg=-0.3))[0] == "orbit 0°"
    assert angles_in_words(CArm(tilt_deg=-5.2))[1] == "tilt 5° feet"
    assert angles_in_words(CArm(tilt_deg=0.2))[1] == "tilt 0°"


class Cylinder:
    """Stands for a patient: a trunk as wide as deep."""

    spec = PatientSpec(hip_flexion_deg=40.0)

    def skin_distance_mm(self, points: np.ndarray) -> np.ndarray:
        return np.hypot(points[:, 0], points[:, 1]) - 120.0


def shapes(side: Side = "right", pose: Rigid = Rigid()) -> Shapes:  # noqa: B008
    known = Shapes()
    known.of(Cylinder(), pose, side)  # type: ignore[arg-type]
    return known


def test_outlines_are_those_of_the_body_where_it_lies():
    shifted = Rigid(shift_mm=(0.0, 30.0, 0.0))
    section = section_outline(Cylinder(), shifted, "right", 0.0)  # type: ignore[arg-type]
    assert section[:, 0].max() == pytest.approx(150.0, abs=8.0)
    assert section[:, 0].min() == pytest.approx(-90.0, abs=8.0)
    assert section[:, 1].max() == pytest.approx(120.0, abs=8.0)
    plan = plan_outline(Cylinder(), shifted)  # type: ignore[arg-type]
    assert (plan[:, 1].min(), plan[:, 1].max()) == pytest.approx((-90.0, 150.0), abs=10.0)


@pytest.mark.parametrize("size", [(196, 320), (260, 264), (130, 210)])
def test_arm_patient_and_table_are_drawn_in_one_proportion(size):
    on = canvas(300, 340)
    box = Box(0, 0, *size)
    draw_carm(on, box, CArm(), "right", shapes())
    places = carm_places(on, box)
    pixels = pygame.surfarray.array3d(on.surface).astype(int)[:, : places.section.bottom]
    body = np.argwhere(np.abs(pixels - np.array([150, 112, 92])).sum(axis=2) < 12)
    table = np.argwhere(np.abs(pixels - np.array([79, 195, 199])).sum(axis=2) < 12)
    receptor = np.argwhere(np.abs(pixels - np.array([188, 198, 204])).sum(axis=2) < 12)
    mm = 1.0 / places.section_px_per_mm
    assert (body[:, 1].max() - body[:, 1].min() + 1) * mm == pytest.approx(240.0, abs=4 * mm + 12)
    assert (table[:, 0].max() - table[:, 0].min() + 1) * mm == pytest.approx(530.0, abs=2 * mm)
    away = np.median(receptor[:, 0]) - places.section.centre[0]
    assert away * mm == pytest.approx(450.0, abs=3 * mm)
    assert on.ledger.too_large() == []


@pytest.mark.parametrize("travels", ["arm", "table"])
@pytest.mark.parametrize("size", [(180, 188), (238, 264), (130, 210), (200, 300)])
def test_angles_are_never_written_where_the_arm_turns(size, travels, monkeypatch):
    written: list[tuple[str, Box]] = []
    label = Canvas.label
    monkeypatch.setattr(Canvas, "label", lambda self, text, box, *a, **k: (written.append((text, box)), label(self, text, box, *a, **k))[1])
    on, box = canvas(300, 340), Box(0, 0, *size)
    draw_carm(on, box, CArm(-80.0, 8.0), "right", shapes(), travels=travels)
    places = carm_places(on, box)
    assert all(spot.bottom <= places.section.y or spot.y >= places.plan.y for _, spot in written)
    assert sum("80°" in text or "8° head" in text for text, _ in written) == 2
    assert travels == "arm" or size[0] < 180 or "Table" in [text for text, _ in written]
    assert on.ledger.too_large() == []


def test_thighs_lie_as_the_hips_are_bent():
    straight, bent = (np.mean(thighs(hips_deg)[1:3], axis=0) for hips_deg in (0.0, 90.0))
    assert straight == pytest.approx((HIP_MM[0] - THIGH_MM, HIP_MM[1]))
    assert bent == pytest.approx((HIP_MM[0], HIP_MM[1] - THIGH_MM))
    assert shapes().hips_deg == 40.0


def test_a_table_that_is_moved_is_seen_to_move_and_the_arm_to_stay():
    def seen(colour: tuple[int, int, int], carm: CArm, table_mm: tuple[float, float, float]) -> float:
        on = canvas(300, 340)
        draw_carm(on, Box(0, 0, 260, 264), carm, "right", shapes(), table_mm)
        places = carm_places(on, Box(0, 0, 260, 264))
        pixels = pygame.surfarray.array3d(on.surface).astype(int)[:, places.section.y : places.section.bottom]
        return float(np.argwhere(np.abs(pixels - np.array(colour)).sum(axis=2) < 12)[:, 1].mean())

    still, lifted = ((CArm(), (0.0, 0.0, 0.0)), (CArm(isocentre_mm=(80.0, 0.0, 0.0)), (0.0, 0.0, 80.0)))
    assert seen((79, 195, 199), *lifted) < seen((79, 195, 199), *still) - 5
    assert seen((188, 198, 204), *lifted) == pytest.approx(seen((188, 198, 204), *still), abs=1.0)


def test_a_refusal_shakes_the_drawing_shortly_and_no_more_than_twice():
    on = canvas()
    course = [shake_px(on, REFUSED_S - step / 60.0) for step in range(int(REFUSED_S * 60.0))]
    assert max(course) > 2
    assert min(course) < -1
    assert not any(course[20:])
    assert sum(a > 0 >= b for a, b in pairwise(course)) <= 2


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_drawing_has_the_receptor_above_the_table_when_the_machine_reads_zero(side):
    def receptor(orbit_deg: float) -> np.ndarray:
        on = canvas(200, 310)
        draw_carm(on, Box(0, 0, 200, 300), CArm(orbit_deg=orbit_deg), side, shapes(side))
        pixels = pygame.surfarray.array3d(on.surface).astype(int)
        return np.argwhere(np.abs(pixels - np.array([188, 198, 204])).sum(axis=2) < 12).mean(axis=0)

    vertical = -90.0 if side == "right" else 90.0
    upright, sideways = receptor(vertical), receptor(0.0)
    assert upright[1] < sideways[1] - 20
    assert sideways[0] > upright[0] + 20


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_head_lies_on_the_plan_as_in_the_field_and_the_back_is_near(side):
    on = canvas(200, 310)
    places = carm_places(on, Box(0, 0, 200, 300))
    head, feet = places.plan_place(500.0, 0.0, side), places.plan_place(-500.0, 0.0, side)
    assert (head[0] < feet[0]) == (side == "right")
    assert places.plan_place(0.0, 100.0, side)[1] > places.plan_place(0.0, -100.0, side)[1]
    assert on_arm(places, places.plan_place(200.0, 40.0, side), CArm(isocentre_mm=(0.0, 40.0, 150.0)), side, (50.0, 0.0, 0.0))
    assert not on_arm(places, places.plan_place(500.0, 0.0, side), CArm(), side, (0.0, 0.0, 0.0))


def test_the_vital_signs_in_one_line_give_way_from_the_end():
    wide, narrow = canvas(640, 60), canvas(640, 60)
    draw_strip(wide, Box(0, 0, 640, 44), NOW)
    draw_strip(narrow, Box(0, 0, 300, 44), NOW)
    assert [entry.text for entry in wide.ledger.entries][::2] == ["HR", "SpO₂", "BP", "RR", "CO₂"]
    assert [entry.text for entry in narrow.ledger.entries][:2] == ["HR", "72"]
    assert len(narrow.ledger.entries) < 10
    assert wide.ledger.too_large() + narrow.ledger.too_large() == []


@pytest.mark.parametrize("name", ["rotate", "flip", "swap"])
def test_signs_are_drawn_and_differ(name):
    others = [sign(other, 28, (255, 255, 255)) for other in ("rotate", "flip", "swap") if other != name]
    mask = pygame.mask.from_surface(sign(name, 28, (255, 255, 255)))
    assert mask.count() > 60
    assert all(mask.overlap_area(pygame.mask.from_surface(other), (0, 0)) < 0.8 * mask.count() for other in others)
