"""What several processes on one PostgreSQL agree on: changes, who leads, who runs which shard, who holds a lock.

All of it is PostgreSQL's own: NOTIFY, and advisory locks, which the server lets go when a connection dies.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final, Protocol, TypeAlias, final

from pydantic import SecretStr
from typing_extensions import override

from bot.cluster.shard_leases import PATIENCE, ShardLeases
from bot.store.announce import CHANNEL, ChangeKind
from bot.store.engine import is_server, opener, reason
from bot.store.store import StoreError

_LEADER: Final = 1
_BUCKET: Final = 2
"""First halves of the advisory locks' keys."""

BEAT: Final = 2.0
"""Seconds between two looks whether the connection still stands, and whether somebody must lead."""

TRY_EVERY: Final = 0.25
"""Seconds until a lock that another process holds is tried again."""

PAUSE: Final = 1.0
"""Seconds until a lost connection is tried again."""

_KEEP_ALIVE: Final = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
"""So that the server soon lets go what a machine held that has lost its power; by itself it waits two hours:
https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-TCP-KEEPALIVES-IDLE"""

_log = logging.getLogger(__name__)

Release: TypeAlias = Callable[[], None]
"""Lets a lock go; may be called twice."""


class Cluster(Protocol):
    """How the processes that serve one bot agree."""

    @property
    def leads(self) -> bool:
        """Whether this process does what only one may do."""

    async def lead(self) -> None:
        """Wait until this process leads."""

    async def announce(self, topic: str) -> None:
        """Tell all processes, this one included, that something changed; raises StoreError where that fails."""

    def announcements(self) -> AsyncGenerator[str, None]:
        """Give topics as they are announced, and :attr:`ChangeKind.MISSED` whenever the connection is new; never ends.

        A process that does not listen does not lead either, and knows nothing of the others' shards.
        """

    async def claim(self, count: int, shard: int) -> None:
        """Wait until no other process runs a shard; it is this one's until it ends.

        Where that cannot be known it is this one's, too: a database that is down stops no answer.

        Args:
            count: how many shards there are in all.
            shard: 0 ≤ shard < count.
        """

    async def lease_lost(self) -> str:
        """Wait until another process runs a shard of this one, as can happen while a connection is lost; say which."""

    async def lock(self, bucket: int) -> Release:
        """Wait for a lock that one of all shards may hold; within a process, first come, first served."""


@final
class SingleProcess(Cluster):
    """One process: it leads, and nobody else announces anything."""

    def __init__(self) -> None:
        """Start with all locks free."""
        self._locks: Final[defaultdict[int, asyncio.Lock]] = defaultdict(asyncio.Lock)

    @property
    @override
    def leads(self) -> bool:
        return True

    @override
    async def lead(self) -> None:
        return

    @override
    async def announce(self, topic: str) -> None:
        return

    @override
    async def announcements(self) -> AsyncGenerator[str, None]:
        yield ChangeKind.MISSED
        await asyncio.Event().wait()

    @override
    async def claim(self, count: int, shard: int) -> None:
        return

    @override
    async def lease_lost(self) -> str:
        await asyncio.Event().wait()
        return ""

    @override
    async def lock(self, bucket: int) -> Release:
        await self._locks[bucket].acquire()
        held = contextlib.ExitStack()
        held.callback(self._locks[bucket].release)
        return held.close


@final
class PostgresCluster(Cluster):
    """Several processes on one PostgreSQL."""

    def __init__(self, url: SecretStr, *, beat: float = BEAT, pause: float = PAUSE, patience: float = PATIENCE) -> None:
        """Prepare; nothing is connected yet.

        Args:
            url: of the server.
            beat: seconds between two looks at the connection and at who leads.
            pause: seconds until a lost connection is tried again.
            patience: seconds until a shard that cannot learn what other processes do runs regardless, and until one
                that cannot wait for them identifies regardless.
        """
        self._open: Final[Callable[[], Awaitable[Any]]] = opener(url.get_secret_value())
        # For two steps: to connect, and to ask.
        self._open_soon: Final[Callable[[], Awaitable[Any]]] = opener(url.get_secret_value(), patience / 2)
        self._beat: Final = beat
        self._pause: Final = pause
        self._leads: Final = asyncio.Event()
        self._here: Final = SingleProcess()
        self._claims: Final = ShardLeases(patience)
        self._topics: Final[asyncio.Queue[str | None]] = asyncio.Queue()
        """What is announced; None only wakes whoever waits for it."""

    @property
    @override
    def leads(self) -> bool:
        return self._leads.is_set()

    @override
    async def lead(self) -> None:
        await self._leads.wait()

    @override
    async def announce(self, topic: str) -> None:
        async with self._connection() as connection:
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, topic)

    @override
    async def announcements(self) -> AsyncGenerator[str, None]:
        while True:
            try:
                async with self._connection() as connection:
                    self._topics.put_nowait(ChangeKind.MISSED)
                    await connection.execute(_KEEP_ALIVE)
                    await connection.add_listener(CHANNEL, partial(_hear, self._topics))
                    await self._claims.begin(connection)
                    while True:
                        await self._stand(connection)
                        if (topic := await self._next()) is not None:
                            yield topic
            except StoreError:
                pass
            finally:
                self._leads.clear()
                self._claims.lose()
            await asyncio.sleep(self._pause)

    async def _stand(self, connection: Any) -> None:  # noqa: ANN401 (asyncpg ships no types)
        """Take claimed shards, and lead if nobody else does; fails where the connection has died, and so the lead.

        Who runs no shard does not lead: it could not do what a leader does.
        """
        await self._claims.settle(connection)
        if self.leads or not self._claims.settled:
            await connection.execute("SELECT 1")
        elif await connection.fetchval(f"SELECT pg_try_advisory_lock({_LEADER}, 0)"):
            self._leads.set()
            _log.info("This process leads now.")

    async def _next(self) -> str | None:
        """Wait for a topic; None where it is time for another look at the connection."""
        try:
            async with asyncio.timeout(min(self._beat, TRY_EVERY) if self._claims.waiting else self._beat):
                return await self._topics.get()
        except TimeoutError:
            return None

    @override
    async def claim(self, count: int, shard: int) -> None:
        self._topics.put_nowait(None)
        await self._claims.claim(count, shard)

    @override
    async def lease_lost(self) -> str:
        return await self._claims.lease_lost()

    @override
    async def lock(self, bucket: int) -> Release:
        held = contextlib.ExitStack()
        held.callback(await self._here.lock(bucket))
        try:
            connection = await self._open_soon()
            held.callback(connection.terminate)
            # Not by waiting in the server, which might hang and never say so: a try has a time limit.
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", _BUCKET, bucket):  # noqa: ASYNC110 (as said)
                await asyncio.sleep(TRY_EVERY)
        except BaseException as error:
            if not isinstance(error, Exception):
                held.close()
                raise
            # Better out of turn than not at all: Discord turns away who comes too soon, and discord.py tries again.
            _log.warning("Other processes are not waited for: %s", reason(error))
        return held.close

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """Open a connection of its own; whatever goes wrong with it is a StoreError."""
        connection = None
        try:
            connection = await self._open()
            yield connection
        except Exception as error:  # noqa: BLE001 (asyncpg's errors have no common base)
            raise StoreError(reason(error)) from None
        finally:
            if connection is not None:
                connection.terminate()


def _hear(topics: asyncio.Queue[str | None], _connection: object, _process: int, _channel: str, topic: str) -> None:
    topics.put_nowait(topic)


def open_cluster(url: SecretStr | None) -> SingleProcess | PostgresCluster:
    """Choose by the URL of the database: only a server can be shared."""
    return PostgresCluster(url) if url is not None and is_server(url) else SingleProcess()
