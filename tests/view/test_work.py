import threading

import pytest

from game.view.work import GivenUpError, Work, finish_all, go_on


def test_work_brings_what_was_made_or_raises_what_went_wrong() -> None:
    assert Work(lambda: 6 * 7).result() == 42
    broken = Work(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        broken.result()
    assert broken.done


def test_leaving_waits_for_all_work_and_for_what_that_began() -> None:
    may_end, ended = threading.Event(), list[str]()

    def inner() -> None:
        may_end.wait(10.0)
        ended.append("inner")

    def outer() -> None:
        may_end.wait(10.0)
        Work(inner)
        ended.append("outer")

    Work(outer)
    threading.Timer(0.05, may_end.set).start()
    finish_all()
    assert sorted(ended) == ["inner", "outer"]


def test_long_work_ends_where_it_asks_once_nobody_wants_it() -> None:
    begun = threading.Event()

    def endless() -> None:
        while True:
            begun.set()
            go_on()

    work = Work(endless)
    assert begun.wait(10.0)
    finish_all()
    with pytest.raises(GivenUpError):
        work.result()


def test_the_windows_own_thread_is_never_told_to_end() -> None:
    finish_all()
    go_on()
