import threading

import numpy as np
import pytest

from game.view.stills import Shelf, quiet, scaled
from game.view.theme import BACKGROUND
from game.view.work import Work


def test_work_gives_what_was_made_and_raises_what_went_wrong() -> None:
    work = Work(lambda: 6 * 7)
    assert work.result() == 42
    assert work.done
    with pytest.raises(ZeroDivisionError):
        Work(lambda: 1 // 0).result()


def test_shelf_makes_one_picture_at_a_time_and_each_once() -> None:
    shelf, gates, made = Shelf(), {name: threading.Event() for name in "ab"}, list[str]()

    def maker(name: str) -> np.ndarray:
        gates[name].wait(5.0)
        made.append(name)
        return np.zeros((8, 8), np.uint8)

    for _ in range(3):
        assert shelf.get("a", lambda: maker("a")) is None
        assert shelf.get("b", lambda: maker("b")) is None
    assert shelf.busy
    gates["b"].set()
    gates["a"].set()
    assert shelf._making is not None
    shelf._making[1].result()
    picture = shelf.get("a", lambda: maker("a"))
    assert picture is not None
    assert shelf._making is not None
    shelf._making[1].result()
    assert shelf.get("b", lambda: maker("b")) is not None
    assert made == ["a", "b"]
    assert not shelf.busy


def test_picture_arrives_softly_and_closing_forgets_what_was_wanted() -> None:
    shelf = Shelf()
    gate = threading.Event()

    def wait() -> np.ndarray:
        gate.wait(5.0)
        return np.zeros((8, 8), np.uint8)

    shelf.get("a", wait)
    shelf.get("b", lambda: pytest.fail("never begun"))
    shelf.close()
    gate.set()
    assert shelf._making is not None
    shelf._making[1].result()
    picture = shelf.get("a", wait)
    assert picture is not None
    assert picture.opacity == 0
    shelf.on_tick(1.0)
    assert picture.opacity == 255
    assert not shelf.busy


def test_scaled_picture_lies_inside_the_round_field() -> None:
    y, x = np.mgrid[:400, :400] - 199.5
    field = np.where(np.hypot(x, y) < 199, 200, 0).astype(np.uint8)
    for size in ((300, 100), (100, 300), (200, 200)):
        picture = scaled(field, *size)
        assert picture.shape == (size[1], size[0])
        assert picture.min() == 200


def test_quiet_picture_fades_into_the_background() -> None:
    picture = quiet(np.full((64, 64), 60, np.uint8), 200)
    assert picture.shape == (200, 200, 3)
    assert tuple(picture[100, 199]) == BACKGROUND
    assert tuple(picture[0, 0]) == BACKGROUND
    assert picture[100, 60, 2] > BACKGROUND[2] + 20
