from bot.chat.rate_limit import MAX_KEYS, SlidingWindow


class Clock:
    """A clock that stands until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_times_in_a_span_then_again() -> None:
    clock = Clock()
    pace = SlidingWindow(2, 10.0, clock)
    assert [pace.take("ana") for _ in range(3)] == [True, True, False]
    assert pace.take("ben")
    clock.now = 9.9
    assert not pace.take("ana")
    clock.now = 10.0
    assert [pace.take("ana") for _ in range(3)] == [True, True, False]


def test_what_was_refused_does_not_count() -> None:
    clock = Clock()
    pace = SlidingWindow(1, 10.0, clock)
    assert pace.take("ana")
    for clock.now in (3.0, 6.0, 9.0):
        assert not pace.free("ana")
        assert not pace.take("ana")
    clock.now = 10.0
    assert pace.free("ana")


def test_memory_is_bounded() -> None:
    pace = SlidingWindow(1, 10.0)
    for key in range(MAX_KEYS + 1):
        assert pace.take(key)
    assert pace.free(0)
    assert not pace.free(1)
