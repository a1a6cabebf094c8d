"""The order in which shards identify, across all processes, within Discord's rate limit.

A shard's bucket is its id modulo Discord's `max_concurrency`. One shard of each bucket may identify every five seconds:
https://discord.com/developers/docs/events/gateway#rate-limiting
"""

import asyncio
from typing import Final, final

from bot.cluster.cluster import Cluster, Release

EVERY: Final = 5.0
"""Seconds between two identifies of a bucket."""

MARGIN: Final = 0.25
"""Seconds added to that, because one identify may reach Discord faster than the one before it."""


@final
class IdentifyQueue:
    """Gives each shard its turn, and locks its bucket until the next shard may identify."""

    def __init__(self, together: Cluster, *, every: float = EVERY + MARGIN) -> None:
        """Create the queue with all buckets free.

        Args:
            together: the cluster, whose locks stand for the buckets.
            every: seconds from one identify of a bucket to the next.
        """
        self.concurrency = 1
        """The number of buckets, at least 1; set it to the `max_concurrency` that Discord returns."""

        self._together: Final = together
        self._every: Final = every
        self._unused: Final[dict[int, Release]] = {}
        self._used: Final[set[Release]] = set()

    async def take(self, shard: int) -> None:
        """Wait for a shard's turn. An earlier turn that the shard did not use is released first."""
        if release := self._unused.pop(shard, None):
            release()
        self._unused[shard] = await self._together.lock(shard % self.concurrency)

    async def use(self, shard: int) -> None:
        """Use a shard's turn, waiting for one if necessary. The caller identifies at once; the next shard waits."""
        if shard not in self._unused:
            await self.take(shard)
        release = self._unused.pop(shard)
        self._used.add(release)
        asyncio.get_running_loop().call_later(self._every, self._end, release)

    def close(self) -> None:
        """Release all buckets: this process identifies no more."""
        for release in (*self._unused.values(), *self._used):
            release()

    def _end(self, release: Release) -> None:
        release()
        self._used.discard(release)
