"""The connections to Discord's gateway: malformed data, and what the log says about outages.

Malformed data costs one event or one connection, but never the process.
In discord.py 2.7, an exception in a parser ends the client, and its public interface offers no way to prevent that. So
this module hooks into :class:`discord.gateway.DiscordWebSocket` and the table of parsers;
`tests/wire/test_unreadable.py` fails if either changes.
"""

import asyncio
import logging
from collections.abc import Callable, MutableMapping
from functools import partial
from time import monotonic
from typing import Any, Final, TypeAlias, final

import aiohttp
import discord.shard
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from typing_extensions import override

SESSION_EVENTS: Final = frozenset({"READY", "RESUMED"})
"""Events that begin a session. A connection on which they are malformed is closed."""

Parser: TypeAlias = Callable[[Any], None]

_log = logging.getLogger(__name__)


class UnreadableError(aiohttp.ClientError):
    """A connection sent malformed data before its session began; discord.py waits and opens another one."""


class WebSocket(DiscordWebSocket):
    """A connection that reconnects after a malformed frame: bad compression, invalid JSON, or undocumented content."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, loop: asyncio.AbstractEventLoop) -> None:
        """Create a connection without a session; discord.py calls this."""
        super().__init__(socket, loop=loop)
        self._session: asyncio.Future[Any] = loop.create_future()
        """Done once the session has begun."""

    @override
    async def identify(self) -> None:
        """Begin a session."""
        self._session = self.wait_for("READY", bool)
        await super().identify()

    @override
    async def resume(self) -> None:
        """Resume a session."""
        self._session = self.wait_for("RESUMED", bool)
        await super().resume()

    @override
    async def received_message(self, msg: Any, /) -> None:
        """Handle a frame.

        Raises:
            ReconnectWebSocket: the frame is malformed, or asks to reconnect; the session is resumed if there is one.
            UnreadableError: the frame is malformed, and there is no session to resume.
        """
        try:
            await super().received_message(msg)
        except (ReconnectWebSocket, discord.ConnectionClosed, aiohttp.ClientError, OSError):
            raise
        except Exception as error:
            _log.warning("The gateway sent something unreadable; reconnecting.", exc_info=error)
            # Discord keeps the session after a close with this code.
            await self.close(4000)
            if self._session.done():
                raise ReconnectWebSocket(self.shard_id) from error
            # Discord may send the same frame again. The caller pauses after this error, so it isn't an endless loop.
            raise UnreadableError from error


@final
class Outages:
    """Logs when a shard loses its connection and when it is back, once each, however often discord.py tries."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Create it with all shards not connected yet.

        Args:
            clock: returns the time in seconds.
        """
        self._clock: Final = clock
        self._lost: Final[dict[int, float]] = {}

    def lost(self, shard: int) -> None:
        """Note that a connection has ended or could not be opened."""
        if shard not in self._lost:
            self._lost[shard] = self._clock()
            _log.info("Shard %d has lost its connection to Discord and is reconnecting.", shard)

    def connected(self, shard: int) -> None:
        """Note that a session has begun or was resumed."""
        since = self._lost.pop(shard, None)
        if since is None:
            _log.info("Shard %d is connected to Discord.", shard)
        else:
            _log.info("Shard %d is connected to Discord again, after %.0f s.", shard, self._clock() - since)


def install() -> None:
    """Make discord.py use :class:`WebSocket` for its connections in the whole process."""
    discord.shard.DiscordWebSocket = WebSocket  # type: ignore[misc] # shards look the class up there


def skip_unreadable_events(parsers: MutableMapping[str, Parser]) -> None:
    """Skip events whose parser fails, and log the first of each kind.

    Args:
        parsers: a client's parsers by event name; changed in place.
    """
    logged: set[str] = set()
    for event, parse in parsers.items():
        if event not in SESSION_EVENTS:
            parsers[event] = partial(_parse, event, parse, logged)


def _parse(event: str, parse: Parser, logged: set[str], data: Any) -> None:  # noqa: ANN401 (any JSON from Discord)
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 (a parser may raise anything)
        if event not in logged:
            logged.add(event)
            what = "An event %s can't be read and is skipped; further ones aren't logged."
            _log.error(what, event, exc_info=error)
