"""Coordination of the processes that share a PostgreSQL server: announcements, a leader, shards and locks.

It relies on NOTIFY and on advisory locks, which the server releases when a connection ends.
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
"""First of the two numbers in an advisory lock's key."""

BEAT: Final = 2.0
"""Seconds between checks that the connection is alive and that there is a leader."""

TRY_EVERY: Final = 0.25
"""Seconds between attempts to take a lock that another process holds."""

PAUSE: Final = 1.0
"""Seconds until a lost connection is opened again."""

_KEEP_ALIVE: Final = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
"""Makes the server notice within half a minute that a machine has lost power, so that it releases the machine's locks.
The usual default is two hours:
https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-TCP-KEEPALIVES-IDLE"""

_log = logging.getLogger(__name__)

Release: TypeAlias = Callable[[], None]
"""Releases a lock. It may be called more than once."""


class Cluster(Protocol):
    """Coordination of the processes that run one bot."""

    @property
    def leads(self) -> bool:
        """Whether this process is the leader, which does the work that only one may do."""

    async def lead(self) -> None:
        """Wait until this process is the leader."""

    async def announce(self, topic: str) -> None:
        """Announce a change to all processes, including this one.

        Args:
            topic: what has changed, see :class:`~bot.store.announce.ChangeKind`.

        Raises:
            StoreError: the announcement failed.
        """

    def announcements(self) -> AsyncGenerator[str, None]:
        """Yield topics as they are announced, and :attr:`ChangeKind.MISSED` after each new connection; never end.

        The caller's loop also drives the election and the shards: a process that does not iterate does not lead, and
        does not know which shards the others run.
        """

    async def claim(self, count: int, shard: int) -> None:
        """Wait until no other process runs a shard, then hold it for the lifetime of this process.

        If the others cannot be asked, this process takes the shard anyway: an outage of the database must not stop the
        answers.

        Args:
            count: how many shards there are in all.
            shard: 0 ≤ shard < count.
        """

    async def lease_lost(self) -> str:
        """Wait until another process runs a shard of this one, which can happen while the connection is lost.

        Returns:
            A sentence that says which process and shards.
        """

    async def lock(self, bucket: int) -> Release:
        """Wait for a lock that one shard of all processes can hold. Within a process, it's first come, first served.

        Returns:
            A function that releases the lock.
        """


@final
class SingleProcess(Cluster):
    """The only process: it always leads, and nobody else announces anything."""

    def __init__(self) -> None:
        """Create the cluster with all locks free."""
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
    """Several processes that share a PostgreSQL server."""

    def __init__(self, url: SecretStr, *, beat: float = BEAT, pause: float = PAUSE, patience: float = PATIENCE) -> None:
        """Create the cluster without connecting yet.

        Args:
            url: the URL of the server.
            beat: seconds between checks of the connection and the leader.
            pause: seconds until a lost connection is opened again.
            patience: seconds to wait for an unresponsive server before a shard starts, or identifies, regardless of
                other processes.
        """
        self._open: Final[Callable[[], Awaitable[Any]]] = opener(url.get_secret_value())
        # Half each for connecting and for the query.
        self._open_soon: Final[Callable[[], Awaitable[Any]]] = opener(url.get_secret_value(), patience / 2)
        self._beat: Final = beat
        self._pause: Final = pause
        self._leads: Final = asyncio.Event()
        self._here: Final = SingleProcess()
        self._claims: Final = ShardLeases(patience)
        self._topics: Final[asyncio.Queue[str | None]] = asyncio.Queue()
        """Announced topics. None wakes :meth:`announcements` without a topic."""

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
        """Take the claimed shards that are free, and lead if nobody else does.

        A process without shards does not lead, because it could not do the leader's work. The query also fails if the
        connection is dead, which ends the leadership.
        """
        await self._claims.settle(connection)
        if self.leads or not self._claims.settled:
            await connection.execute("SELECT 1")
        elif await connection.fetchval(f"SELECT pg_try_advisory_lock({_LEADER}, 0)"):
            self._leads.set()
            _log.info("This process leads now.")

    async def _next(self) -> str | None:
        """Wait for a topic; return None when it is time to check the connection again."""
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
            # Poll rather than wait in the server, which might hang unnoticed: each attempt has a timeout.
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", _BUCKET, bucket):  # noqa: ASYNC110 (see above)
                await asyncio.sleep(TRY_EVERY)
        except BaseException as error:
            if not isinstance(error, Exception):
                held.close()
                raise
            # Better out of turn than not at all: Discord rejects an early identify, and discord.py retries.
            _log.warning("Not waiting for other processes: %s", reason(error))
        return held.close

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """Open a separate connection for a block. Any failure is raised as a StoreError."""
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
    """Return the cluster for a database: only a PostgreSQL server can be shared by several processes."""
    return PostgresCluster(url) if url is not None and is_server(url) else SingleProcess()
