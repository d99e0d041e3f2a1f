"""Cautery smoke: it rises from its place, climbs, and is gone when nothing burns."""

import numpy as np

from game.view.field.smoke import smoke_at

BOUNDS = (600, 400)


def test_smoke_stands_over_its_place_and_climbs_with_time():
    young, old = smoke_at((200.0, 500.0), 8.0, 0.3, BOUNDS), smoke_at((200.0, 500.0), 8.0, 2.0, BOUNDS)
    for patch in (young, old):
        rows, columns = np.nonzero(patch.layer[..., 3] > 8)
        assert 470 < rows.max() + patch.top <= 500
        assert abs(columns.mean() + patch.left - 200.0) < 30.0
    tops = [np.nonzero(p.layer[..., 3] > 8)[0].min() + p.top for p in (young, old)]
    assert tops[1] < tops[0] - 80


def test_nothing_burns_no_smoke():
    assert smoke_at((200.0, 500.0), 8.0, 1.0, BOUNDS, 0.0) is None
    assert smoke_at((200.0, 500.0), 8.0, -0.1, BOUNDS) is None
    assert smoke_at((4000.0, 500.0), 8.0, 1.0, BOUNDS) is None
    weak, strong = (int(smoke_at((200.0, 500.0), 8.0, 1.0, BOUNDS, a).layer[..., 3].sum()) for a in (0.3, 1.0))
    assert weak < 0.5 * strong
