"""Painters: places, texture, light, skin, drapes, small features."""

import numpy as np
import pytest

from game.frames import FieldCamera, Rigid
from game.patient import PatientSpec, build_patient
from game.view.field import light
from game.view.field.back import back_field, contours, half_girth_mm, points_at_arcs, unrolled_relief
from game.view.field.drape import lay_cloth, window_distance_mm
from game.view.field.features import Blood, Dimple, Ink, Nick, Ring, Wheal, box_of, draw_features, mark_ink
from game.view.field.noise import blur, fractal, spread
from game.view.field.picture import merged
from game.view.field.plane import Plane, clip_box
from game.view.field.skin import CHLORHEXIDINE_COLOUR, IODINE_COLOUR, Wash, lit_skin, skin_surface, skin_tone
from game.view.field.table import legs, table_field
from game.view.field.terrain import Relief, approach, see, walk

PLANE = Plane(160, 110, 1.9)
CAMERA = FieldCamera("right", 35.0, (0.0, 60.0, 0.0), 304.0)


def sphere(points_mm: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points_mm - np.array([0.0, 60.0, 0.0]), axis=1) - 50.0


def flat(plane: Plane = PLANE) -> Relief:
    return Relief(plane, np.zeros(plane.shape, np.float32), np.ones(plane.shape, np.float32))


@pytest.fixture(scope="module")
def patient():
    return build_patient(PatientSpec(), 7)


@pytest.fixture(scope="module")
def back(patient):
    return back_field(patient, Rigid(), CAMERA, PLANE)


def test_places_go_to_pixels_and_back_with_up_being_up():
    plane = Plane(200, 100, 0.5, (10.0, -4.0))
    points = np.array([[10.0, -4.0], [12.0, -4.0], [10.0, -1.0]])
    pixels = plane.to_px(points)
    assert pixels[0].tolist() == [99.5, 49.5]
    assert pixels[1, 0] > pixels[0, 0]
    assert pixels[2, 1] < pixels[0, 1]
    np.testing.assert_allclose(plane.to_mm(pixels), points)
    x, y = plane.axes_mm()
    np.testing.assert_allclose([x[0, 0], y[0, 0]], plane.to_mm(np.zeros(2)), rtol=1e-6)


def test_boxes_are_cut_to_the_picture_and_joined():
    assert clip_box((-5, -5, 10, 10), (8, 9)) == (0, 0, 9, 8)
    assert clip_box((20, 0, 30, 5), (8, 9)) is None
    assert merged([(0, 0, 4, 4), (2, 2, 6, 6), (20, 20, 22, 22)]) == [(0, 0, 6, 6), (20, 20, 22, 22)]
    assert PLANE.box_px((1e4, 0.0), 5.0) is None


def test_texture_lies_in_millimetres_and_follows_its_seed():
    coarse, fine = Plane(120, 80, 2.0), Plane(240, 160, 1.0)
    first = fractal(coarse, (20.0,), (1.0,), 3)
    second = fractal(fine, (20.0,), (1.0,), 3)[::2, ::2]
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.97
    assert abs(np.corrcoef(first.ravel(), fractal(coarse, (20.0,), (1.0,), 4).ravel())[0, 1]) < 0.5
    assert not fractal(coarse, (1.0,), (1.0,), 3).any()


def test_spreading_keeps_a_slope_straight_and_a_level_level():
    ramp = np.add.outer(np.arange(12.0), 3.0 * np.arange(9.0)).astype(np.float32)
    raised = spread(ramp, np.linspace(2, 6, 33), np.linspace(2, 9, 29))
    np.testing.assert_allclose(np.diff(raised, axis=1), 3.0 * 4 / 32, atol=1e-4)
    np.testing.assert_allclose(blur(np.full((60, 60), 5.0, np.float32), 9.0, 0.5), 5.0, rtol=1e-5)


def test_a_spread_grid_takes_from_four_rows_and_columns_about_each_place():
    values = np.random.default_rng(5).standard_normal((70, 41)).astype(np.float32)
    columns, rows = np.linspace(-2.5, 42.0, 150), np.linspace(-1.5, 71.0, 333)

    def weights(places: np.ndarray, count: int) -> np.ndarray:
        away = np.abs(places[:, None] - np.arange(-4, count + 4))
        each = np.where(away < 1.0, 4.0 - 6.0 * away**2 + 3.0 * away**3, np.clip(2.0 - away, 0.0, None) ** 3) / 6.0
        inside = each[:, 4:-4].copy()
        inside[:, 0] += each[:, :4].sum(axis=1)
        inside[:, -1] += each[:, -4:].sum(axis=1)
        return inside

    whole = weights(rows, 70) @ values @ weights(columns, 41).T
    np.testing.assert_allclose(spread(values, columns, rows), whole, atol=1e-5)


def test_a_line_of_sight_meets_a_sphere_at_its_top_and_misses_beside_it():
    heights = walk(sphere, CAMERA, np.array([[0.0, 0.0], [30.0, 0.0], [80.0, 0.0]]))
    np.testing.assert_allclose(heights[:2], [50.0, 40.0], atol=0.1)
    assert np.isnan(heights[2])


def test_the_outline_of_a_sphere_is_found_between_grid_points():
    _, gaps = approach(sphere, CAMERA, np.array([[49.0, 0.0], [55.0, 0.0], [0.0, -62.0]]))
    assert gaps[0] == 0.0
    np.testing.assert_allclose(gaps[1:], [5.0, 12.0], atol=0.4)


def test_the_relief_of_a_patient_is_his_skin(patient):
    relief = see(patient.skin_distance_mm, CAMERA, PLANE)
    for x, y in ((0.0, 0.0), (60.0, 20.0), (-70.0, -30.0)):
        origin, direction = CAMERA.ray(x, y)
        hit = patient.skin_hit_mm(origin, direction)
        true_mm = float((hit - np.asarray(CAMERA.centre_mm)) @ CAMERA.axes()[2])
        column, row = (round(v) for v in PLANE.to_px(np.array([x, y])))
        assert relief.height_mm[row, column] == pytest.approx(true_mm, abs=1.5)


def test_two_patients_have_different_backs(patient, back):
    other = build_patient(PatientSpec(sex="female", weight_kg=95.0), 8)
    relief = see(other.skin_distance_mm, CAMERA, PLANE)
    mine = back.relief.height_mm - back.relief.height_mm.mean()
    theirs = relief.height_mm - relief.height_mm.mean()
    assert np.abs(mine - theirs).mean() > 1.0


def test_tone_never_falls_and_stays_in_range():
    shown = light.tone(np.linspace(-1.0, 9.0, 400, dtype=np.float32))
    assert (np.diff(shown.astype(int)) >= 0).all()
    assert shown[0] == 0
    assert shown[-1] >= 230


def test_a_slope_towards_the_lamp_is_brighter_than_one_away_from_it():
    x, _ = PLANE.axes_mm()
    lamp = light.theatre_lamp(304.0)
    towards, away = (np.broadcast_to(s * 0.3 * x, PLANE.shape).astype(np.float32) for s in (1.0, -1.0))
    lit = [light.facing(light.normals(h, PLANE.mm_per_px), lamp.key).mean() for h in (towards, away)]
    assert lit[0] > lit[1]


def test_hollows_get_less_light_than_ridges():
    x, _ = PLANE.axes_mm()
    wave = np.broadcast_to(3.0 * np.cos(x / 8.0), PLANE.shape).astype(np.float32)
    ambient = light.hollows(wave, PLANE.mm_per_px)
    assert ambient[wave > 2.5].mean() > ambient[wave < -2.5].mean()


def test_skin_tone_and_freckles_belong_to_the_patient():
    assert skin_tone(3) == skin_tone(3)
    assert len({skin_tone(seed) for seed in range(12)}) == 12
    for red, green, blue in (skin_tone(seed) for seed in range(12)):
        assert red > green > blue > 0.1


def test_antiseptic_takes_blue_more_than_red_and_wet_skin_gleams():
    surface = skin_surface(flat(), PatientSpec(), 5)
    lamp = light.theatre_lamp(304.0)
    pool = light.spot(PLANE, lamp)
    full, none = np.ones(PLANE.shape, np.float32), np.zeros(PLANE.shape, np.float32)
    bare = lit_skin(surface, lamp, pool).astype(float).mean(axis=(0, 1))
    stained = lit_skin(surface, lamp, pool, wash=Wash(full, none, CHLORHEXIDINE_COLOUR)).astype(float).mean(axis=(0, 1))
    iodine = lit_skin(surface, lamp, pool, wash=Wash(full, none, IODINE_COLOUR)).astype(float).mean(axis=(0, 1))
    wet = lit_skin(surface, lamp, pool, wash=Wash(full, full, CHLORHEXIDINE_COLOUR)).astype(float).mean(axis=(0, 1))
    assert (bare - stained)[2] > 25.0 > 6.0 > (bare - stained)[0]
    assert iodine.sum() < stained.sum() < wet.sum()


def test_a_part_of_the_field_is_lit_as_the_whole_is(back):
    whole = back.picture(False)
    box = (30, 20, 90, 70)
    np.testing.assert_array_equal(back.patch(box, (), False), whole[20:70, 30:90])


def test_a_draped_field_is_lit_where_it_is_bare_and_in_parts_as_a_whole(patient, back):
    draped = back_field(patient, Rigid(), CAMERA, PLANE)
    draped.set_edges((-50.0, 40.0, -30.0, 35.0))
    whole, cloth = draped.picture(False), draped.cloth
    assert cloth is not None
    hidden, open_ = cloth.cover >= 1.0, (cloth.cover <= 0.0) & (cloth.shadow > 0.999)
    assert hidden.any()
    assert open_.any()
    np.testing.assert_array_equal(whole[hidden], cloth.colour[hidden])
    np.testing.assert_allclose(whole[open_], back.picture(False)[open_], atol=1)
    for left, top, right, bottom in ((0, 0, 9, 9), (20, 20, 60, 60), (75, 40, 140, 100)):
        np.testing.assert_array_equal(draped.patch((left, top, right, bottom), (), False), whole[top:bottom, left:right])


def test_raking_light_shows_more_relief_than_the_lamp_overhead(back):
    grey = [back.picture(lean).astype(float).mean(axis=2)[30:80, 40:120] for lean in (False, True)]
    contrast = [np.abs(np.diff(g, axis=1)).mean() / g.mean() for g in grey]
    assert contrast[1] > contrast[0]


def test_drapes_cover_everything_but_the_window():
    cloth = lay_cloth(flat(), (-80.0, 80.0, -50.0, None), light.theatre_lamp(304.0), 3)
    row, column = PLANE.height_px // 2, PLANE.width_px // 2
    assert cloth.cover[row, column] == 0.0
    assert cloth.cover[row, 2] == cloth.cover[row, -3] == cloth.cover[-3, column] == 1.0
    assert cloth.cover[2, column] == 0.0
    assert cloth.shadow[row, column] > 0.99
    assert window_distance_mm(PLANE, (None, None, None, None), 3).max() < -500.0


def test_only_the_box_of_a_feature_changes_and_taking_it_away_restores_the_skin(patient):
    field = back_field(patient, Rigid(), CAMERA, PLANE)
    before = field.picture(False).copy()
    wheal = Wheal(20.0, 10.0)
    ((left, top, right, bottom),) = field.set_features((wheal,))
    changed = (field.picture(False) != before).any(axis=2)
    assert changed[top:bottom, left:right].any()
    changed[top:bottom, left:right] = False
    assert not changed.any()
    assert field.set_features((wheal,)) == []
    field.set_features(())
    np.testing.assert_array_equal(field.picture(False), before)


@pytest.mark.parametrize("feature", [Ring(0.0, 0.0, 5.0), Ink(((-4.0, 0.0, 4.0, 0.0),)), Nick(0.0, 0.0), Blood(0.0, 0.0, 0.8)])
def test_ink_and_blood_darken_the_skin(feature):
    plane = Plane(80, 80, 0.4)
    drawn = draw_features((feature,), plane, (0, 0, 80, 80))
    assert drawn is not None
    assert drawn.ink.min() < 0.5
    assert drawn.ink[0, 0].min() > 0.98
    assert (drawn.wet.max() > 0.9) == isinstance(feature, Blood)


def test_a_dimple_goes_in_and_a_wheal_comes_out():
    plane = Plane(80, 80, 0.4)
    inward = draw_features((Dimple(0.0, 0.0, 3.0, 4.0),), plane, (0, 0, 80, 80))
    outward = draw_features((Wheal(0.0, 0.0),), plane, (0, 0, 80, 80))
    assert inward is not None
    assert outward is not None
    assert inward.bump_mm.min() < -2.0
    assert outward.bump_mm.max() > 1.0
    assert draw_features((Dimple(500.0, 0.0, 3.0, 4.0),), plane, (0, 0, 80, 80)) is None


def test_every_kind_of_ink_is_drawn_round_its_mark():
    for kind in ("window", "entry", "incision", "midline", "pocket", "level"):
        ink = mark_ink(kind, 12.0, -8.0)
        assert ink is not None
        box = box_of(ink, PLANE)
        assert box is not None
        column, row = PLANE.to_px(np.array([12.0, -8.0]))
        assert box[0] <= column <= box[2]
        assert box[1] <= row <= box[3]
    assert mark_ink("metal", 0.0, 0.0) is None


def test_blood_runs_down_the_picture():
    little, much = box_of(Blood(0.0, 0.0, 0.2), PLANE), box_of(Blood(0.0, 0.0, 1.0), PLANE)
    assert little is not None
    assert much is not None
    assert much[3] > little[3]
    assert much[1] == little[1]


def test_arcs_run_from_the_back_over_the_upper_flank(patient):
    ring = contours(patient.skin_distance_mm, np.array([0.0]))
    up = np.array([-1.0, 0.0, 0.0])
    points = points_at_arcs(ring, np.array([0.0, 120.0, -120.0]), up)[:, 0]
    assert abs(points[0, 0]) < 2.0
    assert points[1, 0] < -60.0
    assert points[2, 0] > 60.0
    np.testing.assert_allclose(patient.skin_distance_mm(points), 0.0, atol=1.0)
    assert patient.skin_arc(points[1:2], "right")[0] == pytest.approx(120.0, abs=6.0)
    assert 300.0 < half_girth_mm(patient, 0.0) < 600.0


def test_the_unrolled_skin_is_highest_over_the_upper_flank_towards_the_back(patient):
    plane = Plane(60, 90, 8.0, (0.0, 180.0))
    height = unrolled_relief(patient, CAMERA, plane).height_mm
    arc = float(plane.axes_mm()[1][np.argmax(height[:, 30]), 0])
    assert 20.0 < arc < 260.0


def test_unrolled_back_and_belly_face_the_lamp_alike_and_the_furrow_stays_a_hollow(patient):
    plane = Plane(60, 140, 4.0, (0.0, 180.0))
    height, arc = unrolled_relief(patient, CAMERA, plane).height_mm[:, 20:40].mean(axis=1), plane.axes_mm()[1][:, 0]
    slope = np.gradient(height, arc)
    back, belly = (float(slope[(arc > low) & (arc < high)].mean()) for low, high in ((30.0, 130.0), (270.0, 370.0)))
    assert abs(back - belly) < 0.2  # slopes that differ by 0.6 made the belly paler than the back
    assert height[np.argmin(np.abs(arc))] < height[np.argmin(np.abs(arc - 40.0))] - 0.5


def test_bent_hips_bring_the_knees_to_the_belly():
    straight, bent = (legs(build_patient(PatientSpec(hip_flexion_deg=hip), 7), Rigid()).joints_mm for hip in (10.0, 90.0))
    assert straight[0, 1, 2] < bent[0, 1, 2] - 250.0
    assert bent[0, 1, 1] < straight[0, 1, 1] - 250.0


def test_the_table_shows_skin_in_the_middle_and_cloth_at_the_rim(patient):
    plane = Plane(152, 105, 5.0, (60.0, 96.0))
    field = table_field(patient, Rigid(), FieldCamera("right", 40.0, (0.0, 90.0, -40.0), 420.0), plane)
    assert field.sheets is not None
    column, row = (round(v) for v in plane.to_px(np.array([0.0, 0.0])))
    assert field.sheets.cover[row, column] == 0.0
    assert field.sheets.cover[-2].min() == 1.0
    picture = field.picture(False)
    assert picture[row, column, 0] > picture[row, column, 2]
