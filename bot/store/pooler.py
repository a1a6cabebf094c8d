"""Whether a PostgreSQL server is behind a pooler that lends its connections for single transactions."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.store.server_url import UrlError

PATIENCE: Final = 3.0
"""Seconds to wait for each connection and answer. A pool in session mode may have no second connection to give."""

_ROUNDS: Final = 3
"""How often to look, since other clients of the pooler may come in between."""

_PROCESS: Final = "SELECT pg_backend_pid()"


async def require_sessions(connect: Callable[[], Awaitable[Any]]) -> None:
    """Check that a connection stays with one process of the server for all its transactions.

    Locks, LISTEN and settings belong to such a process. PgBouncer in transaction mode gives every transaction another,
    so shards would lose their locks to other clients, and processes would not hear one another:
    https://www.pgbouncer.org/features.html

    Args:
        connect: opens a connection of asyncpg.

    Raises:
        UrlError: it does not stay. A server that cannot be asked raises nothing.
    """
    lends = False
    # Drivers and servers raise their own errors, with no common base. Whatever uses the database next meets them again.
    with contextlib.suppress(Exception):
        lends = await _lends_transactions(connect)
    if lends:
        message = (
            "CASEBOT_DATABASE_URL leads to a pooler in transaction mode (such as PgBouncer), where the bot's "
            "processes cannot hold locks or hear one another. Use its session mode, or the server itself: at Supabase "
            "port 5432 instead of 6543, at Neon the host without -pooler."
        )
        raise UrlError(message)


async def _lends_transactions(connect: Callable[[], Awaitable[Any]]) -> bool:
    async with contextlib.AsyncExitStack() as stack:
        first = await _opened(connect, stack)
        process = await first.fetchval(_PROCESS)
        if process == first.get_server_pid():  # A pooler makes up the number that it gives to its client.
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                second = await _opened(connect, stack)
                for _ in range(_ROUNDS):
                    # While the first connection is open, it alone has its process, or else it has none of its own.
                    if await second.fetchval(_PROCESS) == process or await first.fetchval(_PROCESS) != process:
                        return True
        except TimeoutError:  # All connections of the pool are taken, so the first keeps one.
            return False
    return False


async def _opened(connect: Callable[[], Awaitable[Any]], stack: contextlib.AsyncExitStack) -> Any:  # noqa: ANN401 (asyncpg ships no types)
    connection = await connect()
    stack.callback(connection.terminate)
    return connection
