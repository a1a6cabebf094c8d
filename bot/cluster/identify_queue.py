"""When a shard may identify: Discord allows so many a time, of all processes together.

Shards whose ids leave the same remainder when divided by Discord's `max_concurrency` are one bucket, of which one may
identify every five seconds: https://discord.com/developers/docs/events/gateway#rate-limiting
"""

import asyncio
from typing import Final, final

from bot.cluster.cluster import Cluster, Release

EVERY: Final = 5.0
MARGIN: Final = 0.25
"""Seconds by which one identify may travel faster than the one before it."""


@final
class IdentifyQueue:
    """Gives each shard its turn, and keeps its bucket closed until the next may identify."""

    def __init__(self, together: Cluster, *, every: float = EVERY + MARGIN) -> None:
        """Start with no turn taken.

        Args:
            together: whose locks the buckets are.
            every: seconds from one identify of a bucket to the next.
        """
        self.concurrency = 1
        """How many buckets there are, 1 or more; to be set to what Discord says."""

        self._together: Final = together
        self._every: Final = every
        self._unused: Final[dict[int, Release]] = {}
        self._used: Final[set[Release]] = set()

    async def take(self, shard: int) -> None:
        """Wait for the turn of a shard; if it has one that it did not use, that goes to the others first."""
        if release := self._unused.pop(shard, None):
            release()
        self._unused[shard] = await self._together.lock(shard % self.concurrency)

    async def use(self, shard: int) -> None:
        """Use the turn, or wait for one: on return the shard identifies at once, and the next has to wait."""
        if shard not in self._unused:
            await self.take(shard)
        release = self._unused.pop(shard)
        self._used.add(release)
        asyncio.get_running_loop().call_later(self._every, self._end, release)

    def close(self) -> None:
        """Give back all turns: this process identifies no more."""
        for release in (*self._unused.values(), *self._used):
            release()

    def _end(self, release: Release) -> None:
        release()
        self._used.discard(release)
