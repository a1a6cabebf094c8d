"""What the garbage collector looks through."""

import gc
import weakref

from bot.ops.gc_tuning import paused, tuned


class Circle:
    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_is_left_alone_for_as_long_as_it_is_wanted() -> None:
    before = gc.get_threshold()
    there = Circle()
    with tuned():
        assert not any(each is there for each in gc.get_objects())
        assert gc.get_threshold() > before
    assert any(each is there for each in gc.get_objects())
    assert gc.get_threshold() == before


def test_what_is_new_is_collected() -> None:
    with tuned():
        new = weakref.ref(Circle())
        gc.collect()
        assert new() is None


def test_a_start_is_not_looked_through() -> None:
    with paused():
        assert not gc.isenabled()
    assert gc.isenabled()
