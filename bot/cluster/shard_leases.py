"""Leases on shards: only one process may run a shard, or members would get two answers.

A lease is a PostgreSQL advisory lock whose key consists of the total number of shards and the shard's id. While a total
is in use, shards of any other total are taken too, because they would serve the same servers.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any, Final, final

PATIENCE: Final = 5.0
"""Seconds to wait for the database before a shard starts without a lease: an outage must not stop the answers."""

OWNERS_FIRST: Final = 5.0
"""Seconds after a lost connection in which waiting processes leave the shards to the processes that run them."""

MAX_SHARDS: Final = 1_000_000
"""The most shards in all; a larger total would clash with the keys of other locks."""

_SHARDS: Final = 0x0CA5_E000
"""Added to the total number of shards, this is the first number of a lease's key."""

_CLAIMING: Final = 3
"""First number of the key of the lock that is held while shards are claimed."""

_OTHERS: Final = f"""
    SELECT locks.classid::bigint - {_SHARDS} AS count, locks.objid::bigint AS shard,
    coalesce(sessions.application_name, 'of another user') AS name
    FROM pg_locks AS locks LEFT JOIN pg_stat_activity AS sessions USING (pid)
    WHERE locks.locktype = 'advisory' AND locks.granted
    AND sessions.application_name IS DISTINCT FROM current_setting('application_name')
    AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND locks.objsubid = 2 AND locks.classid::bigint > {_SHARDS} AND locks.classid::bigint <= {_SHARDS + MAX_SHARDS}
"""  # noqa: S608 (numbers of our own)
"""objsubid 2 marks keys of two numbers: https://www.postgresql.org/docs/current/view-pg-locks.html"""

_TAKE: Final = "SELECT pg_advisory_lock($1, shard) FROM unnest($2::int[]) AS shard"

_END_OLD: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()
"""

_log = logging.getLogger(__name__)


def _own_name() -> str:
    """Return a unique name for this process's connection, which says where it runs; at most 63 characters."""
    return f"casebot {secrets.token_hex(4)}, process {os.getpid()} on {socket.gethostname()}"[:63]


@final
class ShardLeases:
    """The shards that this process runs, and those it waits for."""

    def __init__(self, patience: float) -> None:
        """Create it without any shards.

        Args:
            patience: see :data:`PATIENCE`.
        """
        self._name: Final = _own_name()
        self._patience: Final = patience
        self._count = 0
        self._running: Final[set[int]] = set()
        self._held: Final[set[int]] = set()
        self._waiting: Final[dict[int, asyncio.Event]] = {}
        self._taken: Mapping[int, str] = {}
        self._told: Final = asyncio.Event()
        self._away = False
        self._not_before = 0.0
        self._ousted: Final = asyncio.Event()

    @property
    def waiting(self) -> bool:
        """Whether a call of :meth:`claim` is waiting."""
        return bool(self._waiting)

    @property
    def settled(self) -> bool:
        """Whether this process runs at least one shard and waits for none."""
        return bool(self._running) and not self._waiting

    async def claim(self, count: int, shard: int) -> None:
        """Wait until no other process runs a shard, or until it is clear that the database cannot say.

        Args:
            count: how many shards there are in all.
            shard: 0 ≤ shard < count.
        """
        if shard in self._running:
            return
        self._count = count
        free = self._waiting.setdefault(shard, asyncio.Event())
        try:
            await self._told_of(shard, free)
            if free.is_set() or shard in self._taken:
                await free.wait()
            else:
                _log.warning(
                    "It can't be known right now whether another process runs shard %d; this one runs it.", shard
                )
        finally:
            self._waiting.pop(shard, None)
        self._running.add(shard)

    async def _told_of(self, shard: int, free: asyncio.Event) -> None:
        """Wait until the database says whether a shard is free, up to the timeout and at most once per outage."""
        try:
            async with asyncio.timeout(self._patience):
                while not (free.is_set() or shard in self._taken or self._away):
                    self._told.clear()
                    await self._told.wait()
        except TimeoutError:
            self._away = True

    async def lease_lost(self) -> str:
        """Wait until another process runs a shard of this one, and return a sentence that says which."""
        await self._ousted.wait()
        return _said(self._taken)

    async def begin(self, connection: Any) -> None:  # noqa: ANN401 (asyncpg ships no types)
        """Set up a new connection, and end the previous one in case the server has not noticed that it is dead."""
        await connection.execute("SELECT set_config('application_name', $1, false)", self._name)
        await connection.execute(_END_OLD)

    async def settle(self, connection: Any) -> None:  # noqa: ANN401 (as above)
        """Take the claimed shards that are free. The caller repeats this for as long as the connection lasts."""
        self._away = False
        owners_first = asyncio.get_running_loop().time() < self._not_before
        missing = (self._running if owners_first else self._running | self._waiting.keys()) - self._held
        if missing:
            taken = await self._take(connection, missing)
            self._tell(taken)
            self._held.update(missing - taken.keys())
            for shard in self._held & self._waiting.keys():
                self._waiting[shard].set()
            if taken.keys() & self._running:
                self._ousted.set()
        self._told.set()

    async def _take(self, connection: Any, missing: Collection[int]) -> Mapping[int, str]:  # noqa: ANN401 (as above)
        """Lock the free ones among some shards; return the others, each with a sentence that names its process."""
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1, 0)", _CLAIMING)
            others: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
            for other in await connection.fetch(_OTHERS):
                others[other["name"], other["count"]].append(other["shard"])
            taken = {
                shard: f"Another process ({name}) runs shards {_spans(theirs)} of {count}."
                for (name, count), theirs in others.items()
                for shard in missing
                if count != self._count or shard in theirs
            }
            await connection.execute(_TAKE, _SHARDS + self._count, [shard for shard in missing if shard not in taken])
        return taken

    def _tell(self, taken: Mapping[int, str]) -> None:
        if taken.keys() - self._taken.keys():
            _log.warning("%s This one waits for %s until they're released.", _said(taken), _spans(taken))
        elif self._taken and not taken:
            _log.info("Shards %s were released.", _spans(self._taken))
        self._taken = taken

    def lose(self) -> None:
        """Handle a lost connection: running shards keep running, and shards known to be taken are still waited for."""
        self._held.clear()
        if self._taken:
            self._not_before = asyncio.get_running_loop().time() + OWNERS_FIRST


def _said(taken: Mapping[int, str]) -> str:
    return " ".join(sorted(set(taken.values())))


def _spans(numbers: Iterable[int]) -> str:
    """Format numbers as ranges: ``0-3, 7``."""
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(sorted(numbers)), lambda each: each[1] - each[0])
    ]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
