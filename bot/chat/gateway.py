"""What discord.py cannot read of the gateway costs one event, or one connection, and never the process.

discord.py 2.7 lets whatever its parsers raise end the client. Nothing in its public interface stands between, so this
module hooks into :class:`discord.gateway.DiscordWebSocket` and into the table of parsers;
`tests/wire/test_unreadable.py` fails if either moves.
"""

import asyncio
import logging
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any, Final, TypeAlias

import aiohttp
import discord.shard
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from typing_extensions import override

SESSION_EVENTS: Final = frozenset({"READY", "RESUMED"})
"""Without these there is no session: a connection on which they cannot be read is given up."""

Parser: TypeAlias = Callable[[Any], None]

_log = logging.getLogger(__name__)


class UnreadableError(aiohttp.ClientError):
    """A connection has sent what cannot be read before its session began; discord.py waits, and begins another."""


class WebSocket(DiscordWebSocket):
    """A connection that is made anew after a frame that cannot be read: not compressed, no JSON, not as documented."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, loop: asyncio.AbstractEventLoop) -> None:
        """Start without a session; discord.py calls this."""
        super().__init__(socket, loop=loop)
        self._session: asyncio.Future[Any] = loop.create_future()
        """Done once there is one."""

    @override
    async def identify(self) -> None:
        """Begin a session."""
        self._session = self.wait_for("READY", bool)
        await super().identify()

    @override
    async def resume(self) -> None:
        """Go on with a session."""
        self._session = self.wait_for("RESUMED", bool)
        await super().resume()

    @override
    async def received_message(self, msg: Any, /) -> None:
        """Handle a frame.

        Raises:
            ReconnectWebSocket: it cannot be read, or Discord has asked for it; the session is resumed if there is one.
            UnreadableError: it cannot be read, and there is no session yet that could be resumed.
        """
        try:
            await super().received_message(msg)
        except (ReconnectWebSocket, discord.ConnectionClosed, aiohttp.ClientError, OSError):
            raise
        except Exception as error:
            _log.warning("The gateway sent what cannot be read; connecting anew.", exc_info=error)
            # With this code Discord keeps the session.
            await self.close(4000)
            if self._session.done():
                raise ReconnectWebSocket(self.shard_id) from error
            # Discord may send the same again to whoever resumes: without a pause that would go on for ever.
            raise UnreadableError from error


def install() -> None:
    """Let discord.py make its connections with :class:`WebSocket`, in the whole process."""
    discord.shard.DiscordWebSocket = WebSocket  # type: ignore[misc] # shards name the class there


def pass_over_unreadable_events(parsers: MutableMapping[str, Parser]) -> None:
    """Let an event that its parser cannot read be logged, once for each kind, and left out.

    Args:
        parsers: of a client, by the events' names; changed in place.
    """
    logged: set[str] = set()
    for event, parse in parsers.items():
        if event not in SESSION_EVENTS:
            parsers[event] = partial(_parse, event, parse, logged)


def _parse(event: str, parse: Parser, logged: set[str], data: Any) -> None:  # noqa: ANN401 (whatever Discord has sent)
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 (a parser may raise anything)
        if event not in logged:
            logged.add(event)
            what = "An event %s cannot be read and is left out; further ones are not logged."
            _log.error(what, event, exc_info=error)
