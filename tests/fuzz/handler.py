"""The bot's real way from a gateway event to the body of a request, without a network between."""

import asyncio
import contextlib
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final, final
from unittest.mock import patch

import discord

from bot.answering.answerer import Answerer
from bot.answering.greetings import asks_nothing
from bot.chat import idle_timers, rate_limit
from bot.chat.client import CaseBot
from bot.cluster.shards import Shards
from bot.knowledge.reload import Live
from bot.store.memory import MemoryStore
from tests.settings import save_settings
from tests.wire import limits
from tests.wire.payloads import Channel, Json, User
from tests.wire.rest import APPLICATION
from tests.wire.signal import Signal
from tests.wire.world import World, text

_OFTEN: Final = (1 << 30, 1.0)
"""A pace that nobody is too fast for."""

_PING: Final = re.compile(r"<@[!&]?\d+>|@everyone|@here")
_TOKEN: Final = re.compile(r"<[^<>]*>")
"""Mentions, emoji and the like: a message of nothing else is no question."""

_START: Final = 0.5
"""Seconds after which whatever the bot still does at its start goes on forever."""

_PATIENCE: Final = 60.0
"""Seconds in which the bot has done with a message, or never will."""

_SHOWN: Final = 300
"""Characters of a message that had trouble."""

_REMEMBERED: Final = 100
"""Messages."""


class Trouble(Exception):  # noqa: N818 (what is looked for, not an error of the search)
    """The bot did with a message what it must never do."""


@final
class Handler:
    """Feeds messages to a bot, in all the ways in which members write, and looks at everything it sends."""

    def __init__(self, bot: CaseBot, seed: int) -> None:
        """Take a bot that :func:`handling` has started.

        Args:
            bot: with the world around it.
            seed: of the choice among the ways.
        """
        self.ways: Final[Counter[str]] = Counter()
        """How often each way was taken."""

        self.sent = 0
        """Messages of the bot, edits included."""

        self._random: Final = Random(seed)  # noqa: S311 (repeatable, nothing secret)
        self._bot: Final = bot
        self._world: Final = World(Signal(), kept=_REMEMBERED)
        self._troubles: Final[list[str]] = []
        self._channels: dict[str, Channel] = {}
        self._somebody: User
        self._reply: Json | None = None
        self._standing: frozenset[asyncio.Task[Any]] = frozenset()
        """Tasks that go on as long as the bot does."""

    async def start(self) -> None:
        """Let the bot come to a server with two channels; in one of them it answers unasked."""
        connection = self._bot._connection  # noqa: SLF001 (where discord.py's gateway would hand events over)
        self._bot.shard_count = connection.shard_count = 1
        connection.shard_ids = [0]
        connection.guild_ready_timeout = 0.0

        def hand_over(event: str, data: Json, _guild: int | None) -> None:
            connection.parsers[event](data)

        self._world.dispatch = hand_over
        with patch.object(self._bot.http, "request", self._request):
            await self._bot.login(self._world.token)
        self._bot.http.request = self._request  # type: ignore[method-assign] # the boundary this is all about
        ready = {"user": self._world.me.json, "guilds": [], "shard": [0, 1], "session_id": "s"}
        hand_over("READY", ready | {"application": {"id": "2", "flags": 0}}, None)
        guild = self._world.guild(channels=("case", "chat"))
        asked, unasked = guild.channels
        self._somebody = self._world.user()
        self._channels = {"asked": asked, "unasked": unasked, "direct": self._world.direct(self._somebody)}
        settings = self._bot.store.settings(guild.id)
        await save_settings(self._bot.store, guild.id, replace(settings, auto_channels=frozenset({unasked.id})))
        await asyncio.wait(self._tasks(), timeout=_START)
        self._standing = frozenset(self._tasks())

    async def feed(self, message: str) -> None:
        """Let a member write a message, and wait until the bot has done with it.

        Raises:
            Trouble: the bot failed, or sent what it must not, or said nothing where it was asked; with the message.
        """
        way = self._random.choices(
            ("mention", "direct", "command", "reply", "unasked", "edit", "other command"), (40, 15, 15, 10, 10, 5, 5)
        )[0]
        self.ways[way] += 1
        sent = self.sent
        self._write(way, message)
        await self._settle()
        said = _TOKEN.sub("", message).strip()
        # A reply such as "ok" needs no answer.
        asked = way in {"mention", "direct"} or (way == "reply" and not asks_nothing(said))
        if asked and said and self.sent == sent:
            self._troubles.append("no answer")
        if self._troubles:
            found = "; ".join(self._troubles)
            self._troubles.clear()
            raise Trouble(f"{found}, after {way}: {message[:_SHOWN]!a}")  # noqa: EM102, TRY003 (one line of a report)

    def _write(self, way: str, message: str) -> None:
        world, channel, who = self._world, self._channels["asked"], self._somebody
        me = f"<@{world.me.id}>"
        match way:
            case "reply" if self._reply:
                world.say(channel, who, message, to=self._reply)
            case "mention" | "reply":
                world.say(channel, who, self._random.choice((f"{me} {message}", f"{message} {me}", f"{me}{message}")))
            case "direct":
                world.say(self._channels["direct"], who, message)
            case "command":
                world.say(channel, who, f"!ask {message}")
            case "unasked":
                world.say(self._channels["unasked"], who, message)
            case "edit":
                world.edit(world.say(channel, who, f"{me} {message[::-1]}"), f"{me} {message}")
            case _:
                name = self._random.choice(sorted(self._bot.all_commands))
                world.say(channel, who, f"!{name} {message}")

    async def _request(self, route: discord.http.Route, **body: Any) -> Any:  # noqa: ANN401 (discord.py's own)
        """Take a request where discord.py would open a connection."""
        world, name = self._world, f"{route.method} {route.path}"
        if name in {"GET /users/@me", "GET /oauth2/applications/@me"}:
            return APPLICATION if "applications" in name else world.me.json
        await asyncio.sleep(0)
        sent: Json = body.get("json") or {}
        number = int(route.url.rsplit("/", 1)[-1]) if route.path.endswith("{message_id}") else 0
        if route.method == "DELETE":
            world.messages.pop(number, None)
            return None
        self._look_at(sent)
        if route.method == "PATCH":
            return world.change(number, sent)
        assert name == "POST /channels/{channel_id}/messages", name
        self._reply = world.post(int(str(route.channel_id)), sent)
        return self._reply

    def _look_at(self, sent: Json) -> None:
        self.sent += 1
        self._troubles.extend(limits.broken(sent))
        if limits.pings(sent):
            self._troubles.append(f"may ping: {sent.get('allowed_mentions')}")
        shown = text({"content": sent.get("content"), "components": sent.get("components") or []})
        if _PING.search(shown):
            self._troubles.append("somebody's name as a mention")
        if "Sorry, something went wrong" in shown:
            self._troubles.append("an apology")

    def _tasks(self) -> list[asyncio.Task[Any]]:
        this = asyncio.current_task()
        return [task for task in asyncio.all_tasks() if task is not this and task not in self._standing]

    async def _settle(self) -> None:
        """Wait until all that an event has started is done."""
        while tasks := self._tasks():
            done, _ = await asyncio.wait(tasks, timeout=_PATIENCE)
            if not done:
                self._troubles.append(f"no end: {tasks}")
                self._standing |= frozenset(tasks)

    def failed(self, record: logging.LogRecord) -> None:
        """Take an error of the log."""
        error = record.exc_info[1] if record.exc_info else None
        self._troubles.append(f"{record.getMessage()}: {error!r}")


class _Errors(logging.Handler):
    """Hands errors over."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(logging.ERROR)
        self._handler: Final = handler

    def emit(self, record: logging.LogRecord) -> None:
        self._handler.failed(record)


@contextlib.asynccontextmanager
async def handling(live: Live[Answerer], seed: int) -> AsyncIterator[Handler]:
    """Start a bot that takes any pace and closes its lists at once, and feed it until the end of the block."""
    with _unhurried():
        async with CaseBot(live, MemoryStore(), prefix="!", message_content=True, shards=Shards(1, range(1))) as bot:
            handler = Handler(bot, seed)
            errors = _Errors(handler)
            logging.getLogger().addHandler(errors)
            try:
                await handler.start()
                yield handler
            finally:
                logging.getLogger().removeHandler(errors)


@contextlib.contextmanager
def _unhurried() -> Iterator[None]:
    with patch.multiple(rate_limit, MEMBER_LIMIT=_OFTEN, CHANNEL_LIMIT=_OFTEN), patch.object(idle_timers, "IDLE", 0.0):
        yield
