"""Things drawn along a line: where they lie, what crosses over what, marks, ends."""

import numpy as np
import pytest

from game.view.field.strand import bite_patch, catheter_patch, drop_patch, knot_patch, rod_patch, suture_patch, wire_patch
from game.view.field.trace import smoothed, trace

BOUNDS = (200, 300)
STRAIGHT = np.array([[20.0, 100.0], [280.0, 100.0]])


def whole(patch) -> np.ndarray:
    layer = np.zeros((*BOUNDS, 4))
    height, width = patch.layer.shape[:2]
    layer[patch.top : patch.top + height, patch.left : patch.left + width] = patch.layer
    return layer


def test_a_tube_covers_its_width_along_its_line_and_nothing_else():
    alpha = whole(rod_patch(STRAIGHT, 8.0, BOUNDS, radius_mm=1.0))[..., 3] / 255.0
    np.testing.assert_allclose(alpha[:, 150].sum(), 16.0, atol=0.6)
    assert alpha[100, 25:275].min() > 0.99
    assert alpha[:, :15].max() == 0.0
    assert alpha[:85].max() == 0.0


def test_offsets_and_lengths_are_those_of_the_line():
    run = trace(STRAIGHT, 6.0, (0, 0, 300, 200))[0]
    at = (run.rows == 97) & (run.columns == 120)
    np.testing.assert_allclose(run.off[at][0], [0.0, -0.5], atol=0.05)
    np.testing.assert_allclose(run.arc_px[at], [100.0], atol=1.0)


def test_where_a_loop_crosses_itself_the_later_part_lies_on_top():
    turn = np.linspace(0.0, 2.0 * np.pi, 60)
    loop = np.stack([150.0 + 50.0 * np.sin(turn), 100.0 - 50.0 * np.cos(turn) + 50.0], axis=-1)
    points = np.concatenate([[[30.0, 100.0]], [[150.0, 100.0]], loop[1:-1], [[150.0, 30.0]]])
    runs = trace(points, 5.0, (0, 0, 300, 200))
    assert len(runs) >= 2
    hit = [((run.rows == 100) & (run.columns == 150)).any() for run in runs]
    assert sum(hit) >= 2
    assert len(trace(STRAIGHT, 5.0, (0, 0, 300, 200))) == 1


def test_the_strand_on_top_shades_the_one_below():
    points = np.array([[150.0, 20.0], [150.0, 180.0], [60.0, 190.0], [40.0, 100.0], [270.0, 100.0]])
    layer = whole(suture_patch(points, 20.0, BOUNDS, colour="blue", radius_mm=0.4))
    below, above = layer[112, 150, :3].sum(), layer[50, 150, :3].sum()
    assert below < 0.85 * above


def test_centimetre_marks_count_from_the_length_at_the_first_point():
    scale = 5.0
    dark = whole(catheter_patch(STRAIGHT, scale, BOUNDS, marks_from_mm=2.0))[96:104, :, 0].mean(axis=0)
    plain = whole(catheter_patch(STRAIGHT, scale, BOUNDS))[96:104, :, 0].mean(axis=0)
    printed = np.nonzero(plain - dark > 40.0)[0]
    first = printed[printed < printed[0] + 10].mean()
    assert first == pytest.approx(20.0 + 8.0 * scale, abs=1.0)  # 8 mm on lies the mark of the first centimetre
    fifth = printed[np.abs(printed - (20.0 + 48.0 * scale)) < 8]
    assert len(fifth) > 1.5 * len(printed[printed < printed[0] + 10])


def test_the_wire_shows_in_the_catheter():
    empty, filled = (whole(catheter_patch(STRAIGHT, 10.0, BOUNDS, wire=w))[100, 150, :3].sum() for w in (False, True))
    assert filled < 0.8 * empty


def test_ends_sink_into_tissue_only_where_asked():
    alpha = whole(catheter_patch(STRAIGHT, 5.0, BOUNDS, fade_mm=(6.0, 0.0)))[100, :, 3]
    assert alpha[24] < 0.4 * alpha[150]
    assert alpha[276] > 0.9 * alpha[150]


@pytest.mark.parametrize("draw", [catheter_patch, suture_patch, wire_patch, rod_patch])
def test_nothing_is_drawn_for_a_point_or_outside_the_picture(draw):
    assert draw(STRAIGHT[:1], 5.0, BOUNDS) is None
    assert draw(STRAIGHT + 5000.0, 5.0, BOUNDS) is None
    assert whole(draw(STRAIGHT + np.array([200.0, 0.0]), 5.0, BOUNDS))[100, 299, 3] > 0  # one that runs out is cut


def test_a_curve_passes_through_its_points():
    points = np.array([[0.0, 0.0], [30.0, 20.0], [60.0, -10.0], [90.0, 0.0]])
    curve = smoothed(points, 1.0)
    for point in points:
        assert np.hypot(*(curve - point).T).min() < 0.8


def test_small_things_lie_where_they_were_put():
    bite = whole(bite_patch((100.0, 80.0), (140.0, 80.0), 8.0, BOUNDS))[..., 3]
    assert bite[80, 100] > 180
    assert bite[80, 140] > 180
    assert bite[80, 120] < 60
    knot = whole(knot_patch((150.0, 100.0), 8.0, BOUNDS))[..., 3]
    rows, columns = np.nonzero(knot > 100)
    assert np.hypot(columns.mean() - 150.0, rows.mean() - 100.0) < 4.0
    assert drop_patch((150.0, 100.0), 8.0, BOUNDS, size=0.2).layer.size < drop_patch((150.0, 100.0), 8.0, BOUNDS, size=1.0).layer.size
    red = whole(drop_patch((150.0, 100.0), 8.0, BOUNDS, kind="blood"))[118, 150]
    assert red[0] > 4 * red[1]
