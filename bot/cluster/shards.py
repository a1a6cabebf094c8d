"""The shards that one process runs.

See https://discord.com/developers/docs/events/gateway#sharding
"""

import re
from dataclasses import dataclass
from typing import Final

_RANGE: Final = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of one process. A server belongs to shard ``(id >> 22) % count``, direct messages to shard 0."""

    count: int
    """The total of all processes; at least 1."""

    ids: range
    """The ids of this process's shards, 0 ≤ id < count; at least one."""

    @property
    def everything(self) -> bool:
        """Whether this process runs all shards."""
        return len(self.ids) == self.count


def parse_shards(count: int | None, ids: str | None) -> Shards | None:
    """Parse the shard options of the command line.

    Args:
        count: the total number of shards; None if the option is missing.
        ids: the first and the last shard of this process, such as ``0-3``, or a single one, such as ``2``; None for
            all.

    Returns:
        The shards; None if neither option is set, so that Discord decides the total and this process runs them all.

    Raises:
        ValueError: the options are invalid; the text says why and how to fix them.
    """
    if count is None:
        if ids is None:
            return None
        message = "--shard-ids needs --shard-count too: how many shards there are in all processes together."
        raise ValueError(message)
    if count < 1:
        message = f"--shard-count {count}: give at least 1."
        raise ValueError(message)
    if ids is None:
        return Shards(count, range(count))
    found = _RANGE.fullmatch(ids)
    if found is None:
        message = f"--shard-ids {ids}: give the first and the last shard, such as 0-3, or a single one, such as 2."
        raise ValueError(message)
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        message = f"--shard-ids {ids}: the first must not be after the last; did you mean {last}-{first}?"
        raise ValueError(message)
    if last >= count:
        message = f"--shard-ids {ids}: shards count from 0, so the last of {count} is {count - 1}."
        raise ValueError(message)
    return Shards(count, range(first, last + 1))
