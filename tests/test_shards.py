"""Which shards a process runs."""

import pytest

from bot.shards import Shards, chosen


@pytest.mark.parametrize(
    ("count", "ids", "shards"),
    [
        (None, None, None),
        (1, None, Shards(1, range(1))),
        (4, None, Shards(4, range(4))),
        (4, "0-3", Shards(4, range(4))),
        (4, "2-3", Shards(4, range(2, 4))),
        (4, "2", Shards(4, range(2, 3))),
    ],
)
def test_shards_are_what_was_chosen(count: int | None, ids: str | None, shards: Shards | None) -> None:
    assert chosen(count, ids) == shards


def test_part_of_the_shards_is_not_everything() -> None:
    assert Shards(4, range(4)).everything
    assert not Shards(4, range(2)).everything
