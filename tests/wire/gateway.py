"""The gateway: who connects, and what can go wrong with it.

https://discord.com/developers/docs/events/gateway
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import Final, final

from aiohttp import WSCloseCode, WSMsgType, web

from tests.waiting import LIMIT
from tests.wire.payloads import Json
from tests.wire.session import Connection, Session
from tests.wire.signal import Signal
from tests.wire.world import World

HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 1, 2, 6, 7, 9, 10, 11
"""Opcodes: https://discord.com/developers/docs/topics/opcodes-and-status-codes"""

_WRONG_TOKEN: Final = 4004


@dataclass(frozen=True, slots=True)
class Identified:
    """One identify as it arrived."""

    at: float
    """Seconds of the monotonic clock."""

    shard: int
    count: int
    """Of shards."""

    allowed: bool
    """Whether it kept to the rule: one per bucket (shard modulo max_concurrency) and window."""

    twice: bool
    """Whether the shard was connected already: Discord lets it, and members get two answers."""


@final
class Gateway:
    """Accepts shards and sends them events. Its public attributes are switches that tests turn at any time."""

    def __init__(self, world: World, changed: Signal) -> None:
        """Start without sessions."""
        self.url = ""
        self.shards = 1
        """How many Discord recommends."""

        self.starts_left = 1_000
        """How many shards may still be started today."""

        self.max_concurrency = 1
        self.window = 5.0
        """Seconds between two identifies of one bucket."""

        self.heartbeat = 41.25
        """Seconds between heartbeats, as hello asks for them."""

        self.refuse: int | None = None
        """The close code for whoever identifies, if nobody may."""

        self.lag = 0.0
        """Seconds that everything to clients who connect from now on is under way."""

        self.instead: Final[dict[str, deque[object]]] = {name: deque() for name in ("HELLO", "READY", "RESUMED")}
        """What is sent with these in the place of their data, the first to the next client."""

        self.sessions: Final[dict[str, Session]] = {}
        self.identified: Final[list[Identified]] = []
        self.heartbeats = 0
        self.closed: Final[deque[int | None]] = deque(maxlen=1_000)
        """With what connections ended; None or 1006 for one that broke."""

        self._world: Final = world
        self._changed: Final = changed
        self._connections: Final[set[Connection]] = set()
        world.dispatch = self.dispatch

    async def ready(self, shard: int = 0, seconds: float = LIMIT) -> Session:
        """Wait until a shard is connected with a session, and give it.

        Raises:
            TimeoutError: it is not within so many seconds.
        """

        def connected() -> Session | None:
            there = (each for each in self.sessions.values() if each.shard == shard and each.connection)
            return next(there, None)

        return await self._changed.until(connected, seconds)

    async def resumed(self, session: Session, times: int = 1) -> None:
        """Wait until a session has been resumed so often."""
        await self._changed.until(lambda: session.resumed >= times)

    async def identifies(self, times: int) -> None:
        """Wait until clients have identified so often."""
        await self._changed.until(lambda: len(self.identified) >= times)

    async def close_code(self) -> int | None:
        """Wait until a connection has ended; give the close code of the latest."""
        await self._changed.until(lambda: self.closed)
        return self.closed[-1]

    def violations(self) -> list[Identified]:
        """List the identifies that broke the concurrency rule."""
        return [each for each in self.identified if not each.allowed]

    def cut(self) -> None:
        """Break all connections without a word."""
        for connection in self._connections:
            connection.cut()

    async def close(self, code: int) -> None:
        """End all connections with a close code."""
        for connection in list(self._connections):
            await connection.socket.close(code=code)

    def reconnect(self) -> None:
        """Ask all clients to connect again, as Discord does before it restarts a server."""
        for connection in self._connections:
            connection.tell(RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell all clients that their sessions are not valid; those that are not resumable are forgotten."""
        if not resumable:
            self.sessions.clear()
        for connection in self._connections:
            connection.tell(INVALID, resumable)

    def ask_for_heartbeat(self) -> None:
        """Ask all clients for a heartbeat now."""
        for connection in self._connections:
            connection.tell(HEARTBEAT)

    def dispatch(self, event: str, data: Json, guild: int | None) -> None:
        """Send an event to the shards that it concerns; who is away gets it when back."""
        for session in self.sessions.values():
            if session.wants(event, guild):
                session.send(event, session.view(data, str(self._world.me.id)))

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection from hello to its end."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(request, socket)
        connection.lag = self.lag
        self._connections.add(connection)
        writing = asyncio.create_task(connection.write())
        connection.tell(HELLO, self._said("HELLO", {"heartbeat_interval": int(self.heartbeat * 1000)}))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._received(connection, message.json())
        finally:
            writing.cancel()
            self._ended(connection)
        return socket

    async def stop(self) -> None:
        """End all connections."""
        await self.close(WSCloseCode.GOING_AWAY)

    def _ended(self, connection: Connection) -> None:
        self._connections.discard(connection)
        code = connection.socket.close_code
        for session in [each for each in self.sessions.values() if each.connection is connection]:
            session.connection = None
            if code in {WSCloseCode.OK, WSCloseCode.GOING_AWAY}:
                # The client is done: https://discord.com/developers/docs/events/gateway#initiating-a-disconnect
                del self.sessions[session.id]
        self.closed.append(code)
        self._changed.tell()

    async def _received(self, connection: Connection, payload: Json) -> None:
        op, data = payload["op"], payload["d"]
        if op == HEARTBEAT:
            self.heartbeats += 1
            connection.tell(ACK)
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        self._changed.tell()

    async def _identify(self, connection: Connection, data: Json) -> None:
        if self.refuse or data["token"] != self._world.token:
            await connection.socket.close(code=self.refuse or _WRONG_TOKEN)
            return
        shard, count = data.get("shard", (0, 1))
        twice = any(each.shard == shard and each.connection for each in self.sessions.values())
        seen = Identified(now := monotonic(), shard, count, allowed=self._is_turn_of(shard, now), twice=twice)
        self.identified.append(seen)
        if not seen.allowed:
            connection.tell(INVALID, data=False)
            return
        number = f"session-{len(self.identified)}"
        self.sessions[number] = session = Session(number, shard, count, data["intents"], connection)
        mine = [guild for guild in self._world.guilds.values() if session.wants("GUILD_CREATE", guild.id)]
        ready = {
            "v": 10,
            "user": self._world.me.json,
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in mine],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [shard, count],
            "application": {"id": "2", "flags": 0},
        }
        session.send("READY", self._said("READY", ready))
        for guild in mine:
            session.send("GUILD_CREATE", guild.json(self._world.me))

    def _is_turn_of(self, shard: int, now: float) -> bool:
        same = (each for each in self.identified if (each.shard - shard) % self.max_concurrency == 0 and each.allowed)
        return all(now - each.at >= self.window for each in same)

    def _resume(self, connection: Connection, data: Json) -> None:
        session, seen = self.sessions.get(data["session_id"]), data["seq"] or 0
        if session is None or not session.can_resume(seen):
            connection.tell(INVALID, data=False)
            return
        if session.connection:
            session.connection.cut()
        session.resume(connection, seen, self._said("RESUMED", {}))

    def _said(self, event: str, data: Json) -> object:
        return self.instead[event].popleft() if self.instead[event] else data
