"""One shard's session, and the connections it has one after the other."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, final

from aiohttp import web

from tests.wire.payloads import Json

DISPATCH: Final = 0
"""The op of an event."""

BUFFER: Final = 20_000
"""Events of a session that can be replayed; one that missed more cannot be resumed."""

_GUILDS, _GUILD_MESSAGES, _DIRECT_MESSAGES, _CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
"""Intents: https://discord.com/developers/docs/events/gateway#list-of-intents"""


@final
class Connection:
    """A websocket with all that waits to be written to it, in order."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.socket: Final = socket
        self.lag = 0.0
        """Seconds that everything is under way."""

        self._request: Final = request
        self._waiting: Final[asyncio.Queue[tuple[float, str | bytes]]] = asyncio.Queue()

    def send(self, packed: str | bytes) -> None:
        """Let a frame, of text or not, wait its turn."""
        self._waiting.put_nowait((asyncio.get_running_loop().time() + self.lag, packed))

    def tell(self, op: int, data: object = None) -> None:
        """Send what is no event."""
        self.send(json.dumps({"op": op, "d": data}))

    def cut(self) -> None:
        """End the connection as a broken cable does."""
        if self._request.transport:
            self._request.transport.abort()

    async def write(self) -> None:
        """Write what waits until the connection ends."""
        loop = asyncio.get_running_loop()
        while True:
            due, packed = await self._waiting.get()
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
            try:
                await (self.socket.send_str(packed) if isinstance(packed, str) else self.socket.send_bytes(packed))
            except ConnectionError:
                return


@dataclass(eq=False)
class Session:
    """Goes on while its client is away, until that says goodbye."""

    id: str
    shard: int
    count: int
    """Of shards."""

    intents: int
    connection: Connection | None = None
    sent: int = 0
    """Number of the last event."""

    resumed: int = 0
    """How often."""

    buffer: deque[str] = field(default_factory=lambda: deque(maxlen=BUFFER))

    def send(self, event: str, data: object) -> None:
        """Send an event, or keep it until the client is back."""
        self.sent += 1
        packed = json.dumps({"op": DISPATCH, "s": self.sent, "t": event, "d": data})
        self.buffer.append(packed)
        if self.connection:
            self.connection.send(packed)

    def can_resume(self, seen: int) -> bool:
        """Return whether everything after event number `seen` is still there."""
        return 0 <= self.sent - seen <= len(self.buffer)

    def resume(self, connection: Connection, seen: int, said: object) -> None:
        """Go on with a new connection: first with all events after number `seen`, then with what it is `said`."""
        self.connection = connection
        self.resumed += 1
        for packed in list(islice(self.buffer, len(self.buffer) - (self.sent - seen), None)):
            connection.send(packed)
        self.send("RESUMED", said)

    def wants(self, event: str, guild: int | None) -> bool:
        """Return whether an event concerns this shard and is among its intents."""
        if self.shard != (0 if guild is None else (guild >> 22) % self.count):
            return False
        if event.startswith("MESSAGE"):
            return bool(self.intents & (_DIRECT_MESSAGES if guild is None else _GUILD_MESSAGES))
        return not event.startswith("GUILD") or bool(self.intents & _GUILDS)

    def view(self, data: Json, me: str) -> Json:
        """Return a message as the bot may read it: without the intent, text only of its own, mentions and direct ones.

        Args:
            data: of the event.
            me: id of the bot.
        """
        if self.intents & _CONTENT or "content" not in data or data.get("guild_id") is None:
            return data
        if data["author"]["id"] == me or any(user["id"] == me for user in data["mentions"]):
            return data
        nothing: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}
        return data | nothing
