"""Looking round: with the pictures read by eyes at the monitor, or only shown."""

from dataclasses import replace

import pytest

from game.session.look import observe
from tests.session.sessions import STEPS, played


@pytest.mark.parametrize("step", STEPS)
def test_a_look_that_leaves_the_pictures_unread_sees_everything_else_alike(step):
    session = played(step)
    shown = observe(session, read_pictures=False)
    assert not session.pictures
    read = session.observe()
    assert replace(shown, picture=read.picture, stored=read.stored) == read
    pairs = [(shown.picture, read.picture), *((shown.stored[view], read.stored[view]) for view in read.stored)]
    assert all(unread == (seen and replace(seen, landmarks=())) for unread, seen in pairs)
