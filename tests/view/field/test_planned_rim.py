"""The dashed rim of the field that must be prepared."""

import numpy as np

from game.view.screens.operative.antisepsis_view import even_dashes, rim_lines


def test_the_rim_of_a_disc_of_cells_is_round_and_in_millimetres():
    rows, columns = np.mgrid[0:40, 0:60]
    disc = np.hypot(columns - 30, rows - 20) < 12.0
    (line,) = rim_lines(disc, (-100.0, 50.0), 4.0)
    radius = np.hypot(line[:, 0] - (-100.0 + 30.5 * 4.0), line[:, 1] - (50.0 - 20.5 * 4.0))
    assert abs(radius.mean() - 4.0 * np.sqrt(disc.sum() / np.pi)) < 1.6
    assert np.ptp(radius) < 3.0  # steps of cells are 4 mm


def test_two_fields_have_two_rims_and_one_at_the_edge_of_the_grid_is_closed():
    cells = np.zeros((30, 50), bool)
    cells[:, :12] = cells[8:20, 25:40] = True
    lines = rim_lines(cells, (0.0, 0.0), 5.0)
    assert len(lines) == 2
    assert min(line[:, 0].min() for line in lines) < 2.5
    assert all(np.hypot(*(line[0] - line[-1])) < 5.0 for line in lines)


def test_dashes_are_even_and_as_long_as_their_gaps():
    turn = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)
    dashes = even_dashes(50.0 * np.stack([np.cos(turn), np.sin(turn)], axis=-1), 4.0)
    lengths = [float(np.hypot(*np.diff(dash, axis=0).T).sum()) for dash in dashes]
    gaps = [float(np.hypot(*(after[0] - dash[-1]))) for dash, after in zip(dashes, [*dashes[1:], dashes[0]], strict=True)]
    assert np.ptp(lengths) < 0.05
    np.testing.assert_allclose(lengths, 4.0, atol=0.2)
    np.testing.assert_allclose(gaps, 4.0, atol=0.2)
