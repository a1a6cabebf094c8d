"""What several processes on one PostgreSQL agree on: changes, who leads, whose turn it is to identify.

All of it is PostgreSQL's own: NOTIFY, and advisory locks, which the server lets go when a connection dies.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final, Protocol, final

from pydantic import SecretStr
from typing_extensions import override

from bot.store.engine import is_server, opener, reason
from bot.store.store import StoreError

MISSED: Final = ""
"""The topic after a connection was made: whatever was announced before it is not known."""

CHANNEL: Final = "casebot"
_LEADER: Final = 1
_GATE: Final = 2
"""First halves of the advisory locks' keys."""

IDENTIFY_EVERY: Final = 5.0
"""Seconds between two identifies of a bucket: https://discord.com/developers/docs/events/gateway#rate-limiting"""

PAUSE: Final = 1.0
"""Seconds until a lost connection is tried again."""

_log = logging.getLogger(__name__)


class Together(Protocol):
    """How the processes that serve one bot agree."""

    @property
    def leads(self) -> bool:
        """Whether this process does what only one may do."""

    async def announce(self, topic: str) -> None:
        """Tell all processes, this one included, that something changed; raises StoreError where that fails."""

    def announcements(self) -> AsyncIterator[str]:
        """Give topics as they are announced, and :data:`MISSED` whenever the connection is new; never ends."""

    def gate(self, shard: int, max_concurrency: int) -> contextlib.AbstractAsyncContextManager[None]:
        """Wait until this shard may identify; the next of its bucket may some seconds after."""


@final
class Alone(Together):
    """One process: it leads, and nobody else announces anything."""

    @property
    @override
    def leads(self) -> bool:
        return True

    @override
    async def announce(self, topic: str) -> None:
        return

    @override
    async def announcements(self) -> AsyncIterator[str]:
        yield MISSED
        await asyncio.Event().wait()

    @override
    @contextlib.asynccontextmanager
    async def gate(self, shard: int, max_concurrency: int) -> AsyncIterator[None]:
        yield  # discord.py spaces the shards of one process itself


@final
class OnServer(Together):
    """Several processes on one PostgreSQL."""

    def __init__(self, url: SecretStr, *, every: float = IDENTIFY_EVERY, pause: float = PAUSE) -> None:
        """Prepare; nothing is connected yet.

        Args:
            url: of the server.
            every: seconds between two identifies of a bucket.
            pause: seconds until a lost connection is tried again.
        """
        self._open: Final[Callable[[], Awaitable[Any]]] = opener(url.get_secret_value())
        self._every: Final = every
        self._pause: Final = pause
        self._leads = False

    @property
    @override
    def leads(self) -> bool:
        return self._leads

    async def stand(self) -> None:
        """Lead as soon as nobody else does, until cancelled; another takes over when this connection dies."""
        while True:
            with contextlib.suppress(StoreError):
                async with self._connection() as (connection, closed):
                    # Waits for as long as another process leads, hence without a time limit.
                    await connection.execute(f"SELECT pg_advisory_lock({_LEADER}, 0)", timeout=float("inf"))
                    self._leads = True
                    try:
                        await closed.wait()
                    finally:
                        self._leads = False
            await asyncio.sleep(self._pause)

    @override
    async def announce(self, topic: str) -> None:
        async with self._connection() as (connection, _):
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, topic)

    @override
    async def announcements(self) -> AsyncIterator[str]:
        while True:
            with contextlib.suppress(StoreError):
                async with self._connection() as (connection, closed):
                    topics: asyncio.Queue[str] = asyncio.Queue()
                    topics.put_nowait(MISSED)
                    await connection.add_listener(CHANNEL, partial(_hear, topics))
                    while (topic := await _next(topics, closed)) is not None:
                        yield topic
            await asyncio.sleep(self._pause)

    @override
    @contextlib.asynccontextmanager
    async def gate(self, shard: int, max_concurrency: int) -> AsyncIterator[None]:
        lock = await self._turn(shard % max_concurrency)
        try:
            yield
            await asyncio.sleep(self._every)
        finally:
            if lock is not None:
                lock.terminate()

    async def _turn(self, bucket: int) -> Any:  # noqa: ANN401 (asyncpg ships no types)
        """Wait for a bucket's lock, held by the connection that is returned; None where there is no server."""
        connection = None
        try:
            connection = await self._open()
            await connection.execute("SELECT pg_advisory_lock($1, $2)", _GATE, bucket, timeout=float("inf"))
        except BaseException as error:
            if connection is not None:
                connection.terminate()
            if not isinstance(error, Exception):
                raise
            # Discord turns away who comes too soon, and discord.py tries again: better than not to try.
            _log.warning("Identifying out of turn: %s", reason(error))
            return None
        return connection

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[Any, asyncio.Event]]:
        """Open a connection of its own, with an event that is set when it has died."""
        closed = asyncio.Event()
        connection = None
        try:
            connection = await self._open()
            connection.add_termination_listener(lambda _: closed.set())
            yield connection, closed
        except Exception as error:  # noqa: BLE001 (asyncpg's errors have no common base)
            raise StoreError(reason(error)) from None
        finally:
            if connection is not None:
                connection.terminate()


def _hear(topics: asyncio.Queue[str], _connection: object, _process: int, _channel: str, topic: str) -> None:
    topics.put_nowait(topic)


async def _next(topics: asyncio.Queue[str], closed: asyncio.Event) -> str | None:
    """Wait for a topic; None once the connection has died."""
    waits = (asyncio.ensure_future(topics.get()), asyncio.ensure_future(closed.wait()))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        return waits[0].result() if waits[0].done() else None
    finally:
        for each in waits:
            each.cancel()


def together(url: SecretStr | None) -> Alone | OnServer:
    """Choose by the URL of the database: only a server can be shared."""
    return OnServer(url) if url is not None and is_server(url) else Alone()
