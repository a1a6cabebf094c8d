"""Servers, channels, members, messages and interactions: what Discord knows, without any network."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Any, Final, TypeVar, final

from tests.waiting import LIMIT
from tests.wire import payloads
from tests.wire.payloads import Channel, Guild, Json, User
from tests.wire.signal import Signal

_EPOCH: Final = 1_420_070_400_000
"""Milliseconds; https://discord.com/developers/docs/reference#snowflakes"""

_MESSAGE, _LATER, _UPDATE = 4, 5, 7
"""Answers to an interaction: a message, a message that is still to come, a change of the message clicked on."""

_LOADING: Final = 1 << 7
"""Flag of a message that is still to come."""

_FIRST_GUILD: Final = 720_720
"""A multiple of all numbers of shards up to 16: https://discord.com/developers/docs/events/gateway#sharding"""

KEPT: Final = 5_000
"""Messages, interactions and nonces that are remembered, each; the oldest go first."""

T = TypeVar("T")


class Kind(Enum):
    """What may be unknown, with the code that says so."""

    CHANNEL = 10003
    MESSAGE = 10008
    INTERACTION = 10062


class UnknownError(Exception):
    """There is no such thing; the text and the code are Discord's."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(f"Unknown {kind.name.capitalize()}")
        self.code: Final = kind.value


@dataclass
class Interaction:
    """A command, a click or a pick, with what the bot did about it."""

    token: str
    json: Json
    channel: Channel
    answer: Json | None = None
    """The body of the first answer."""

    message: int | None = None
    """The message that the first answer made, or that was clicked on."""


@final
class World:
    """All that the server knows. Tests and load write into it as members; the bot does so through REST."""

    def __init__(self, changed: Signal, *, kept: int = KEPT) -> None:
        """Start with the bot and nobody else.

        Args:
            changed: told about every change.
            kept: see :data:`KEPT`.
        """
        self.dispatch: Callable[[str, Json, int | None], None] = lambda _event, _data, _guild: None
        """Sends an event (name, data, server) to whom it concerns."""

        self.me: Final = User(1, "casebot", bot=True)
        self.token: Final = "token"  # noqa: S105 (of a bot that is nowhere else)
        self.guilds: Final[dict[int, Guild]] = {}
        self.channels: Final[dict[int, Channel]] = {}
        self.users: Final[dict[int, User]] = {}
        self.messages: Final[OrderedDict[int, Json]] = OrderedDict()
        self.replies: Final[OrderedDict[int, list[int]]] = OrderedDict()
        """Which messages of the bot refer to which message."""

        self.interactions: Final[OrderedDict[str, Interaction]] = OrderedDict()
        self.commands: list[Json] = []
        """What the bot has published."""

        self.heard: list[Callable[[Json], None]] = []
        """Called with every new message of the bot."""

        self._nonces: Final[OrderedDict[tuple[int, str], int]] = OrderedDict()
        self._direct: Final[dict[int, Channel]] = {}
        self._changed: Final = changed
        self._kept: Final = kept
        self._numbers: Final = count(1)

    def number(self) -> int:
        """Return a new id, which tells when it was made."""
        return (int(time.time() * 1000) - _EPOCH) << 22 | next(self._numbers) % (1 << 22)

    # What a test sets up

    def guild(self, name: str = "town", channels: Sequence[str] = ("case",)) -> Guild:
        """Add a server; the first belongs to shard 0, the second to shard 1, and so on, round and round."""
        number = (_FIRST_GUILD + len(self.guilds)) << 22
        guild = Guild(number, name, tuple(Channel(self.number(), each, number) for each in channels))
        self.guilds[number] = guild
        self.channels.update((channel.id, channel) for channel in guild.channels)
        self.dispatch("GUILD_CREATE", guild.json(self.me), number)
        return guild

    def user(self, name: str = "ana") -> User:
        """Let somebody be known to Discord; a member of every server."""
        user = User(self.number(), name)
        self.users[user.id] = user
        return user

    def direct(self, user: User) -> Channel:
        """Return the direct messages of the bot with somebody."""
        if user.id not in self._direct:
            self._direct[user.id] = channel = Channel(self.number(), user.name, recipient=user)
            self.channels[channel.id] = channel
        return self._direct[user.id]

    # What members do

    def say(self, channel: Channel, author: User, content: str, *, to: Json | None = None) -> Json:
        """Let a member write, in reply `to` a message if given; a mention of the bot is one."""
        mentions = [self.me] if f"<@{self.me.id}>" in content or (to and to["author"] == self.me.json) else []
        kind = payloads.REPLY if to else payloads.DEFAULT
        written = payloads.message(self.number(), channel, author, content, kind=kind, mentions=mentions, referenced=to)
        self._keep(written)
        self.dispatch("MESSAGE_CREATE", payloads.in_guild(written, channel.guild), channel.guild)
        return written

    def edit(self, written: Json, content: str) -> None:
        """Let whoever wrote a message change it."""
        channel = self.channels[int(written["channel_id"])]
        written.update(content=content, edited_timestamp=payloads.now())
        self.dispatch("MESSAGE_UPDATE", payloads.in_guild(written, channel.guild), channel.guild)

    def slash(self, channel: Channel, user: User, name: str, **options: str | int) -> Interaction:
        """Let a member use a slash command with these options; one of a group as `faq retire`."""
        given = [_option(key, value) for key, value in options.items()]
        name, *below = name.split()
        for each in reversed(below):
            given = [{"name": each, "type": 1 if each == below[-1] else 2, "options": given}]
        data = {"id": "7", "name": name, "type": 1, "options": given}
        return self._interact(channel, user, type=2, data=data)

    def type(self, channel: Channel, user: User, name: str, **option: str) -> Interaction:
        """Let a member type in an option of a slash command, of which the bot suggests what fits."""
        given = [_option(key, value) | {"focused": True} for key, value in option.items()]
        return self._interact(channel, user, type=4, data={"id": "7", "name": name, "type": 1, "options": given})

    def click(self, written: Json, user: User, custom_id: str, values: Sequence[str] | None = None) -> Interaction:
        """Let a member click a button of a message, or pick from its menu."""
        data: Json = {"custom_id": custom_id, "component_type": 2}
        if values is not None:
            data |= {"component_type": 3, "values": list(values)}
        channel = self.channels[int(written["channel_id"])]
        done = self._interact(channel, user, type=3, data=data, message=written)
        done.message = int(written["id"])
        return done

    def _interact(self, channel: Channel, user: User, **fields: object) -> Interaction:
        number = self.number()
        token = f"interaction-{number}"
        event = payloads.interaction(number, token, channel, user, **fields)
        done = Interaction(token, event, channel)
        _put(self.interactions, token, done, self._kept)
        self.dispatch("INTERACTION_CREATE", event, channel.guild)
        return done

    # What the bot does

    def post(self, channel: int, body: Json, *, interaction: Interaction | None = None) -> Json:
        """Let the bot write.

        Raises:
            UnknownError: there is no such channel.
        """
        place = self.channel(channel)
        nonce = (channel, str(body["nonce"])) if body.get("enforce_nonce") else None
        if nonce and nonce in self._nonces:
            return self.message(self._nonces[nonce])
        reference = int((body.get("message_reference") or {}).get("message_id", 0))
        written = payloads.message(
            self.number(),
            place,
            self.me,
            body.get("content") or "",
            kind=payloads.SLASH if interaction else payloads.REPLY if reference else payloads.DEFAULT,
            referenced=self.messages.get(reference),
            components=_numbered(body.get("components") or ()),
            flags=body.get("flags", 0),
        )
        self._keep(written)
        if nonce:
            _put(self._nonces, nonce, int(written["id"]), self._kept)
        if reference:
            if reference not in self.replies:
                _put(self.replies, reference, [], self._kept)
            self.replies[reference].append(int(written["id"]))
        for hear in self.heard:
            hear(written)
        self._changed.tell()
        return written

    def change(self, number: int, body: Json) -> Json:
        """Let the bot edit a message.

        Raises:
            UnknownError: it is gone.
        """
        written = self.message(number)
        if "components" in body:
            written["components"] = _numbered(body["components"] or ())
        written["content"] = body.get("content", written["content"])
        written["flags"] = (written["flags"] | body.get("flags", 0)) & ~_LOADING
        written["edited_timestamp"] = payloads.now()
        self._changed.tell()
        return written

    def delete(self, number: int) -> None:
        """Delete a message, whoever does it.

        Raises:
            UnknownError: it is gone.
        """
        written = self.message(number)
        del self.messages[number]
        channel = self.channels[int(written["channel_id"])]
        about = {"id": written["id"], "channel_id": written["channel_id"]}
        if channel.guild:
            about["guild_id"] = str(channel.guild)
        self.dispatch("MESSAGE_DELETE", about, channel.guild)
        self._changed.tell()

    def answer(self, interaction: Interaction, body: Json) -> Json | None:
        """Take the bot's first answer to an interaction; give the message that it makes or changes."""
        data = body.get("data") or {}
        written: Json | None = None
        if body["type"] in {_MESSAGE, _LATER}:
            data = data | {"flags": data.get("flags", 0) | (_LOADING if body["type"] == _LATER else 0)}
            written = self.post(interaction.channel.id, data, interaction=interaction)
            interaction.message = int(written["id"])
        elif body["type"] == _UPDATE and interaction.message:
            written = self.change(interaction.message, data)
        interaction.answer = body
        self._changed.tell()
        return written

    def follow_up(self, interaction: Interaction, body: Json) -> Json:
        """Take a later answer to an interaction: the message that was still to come, or one more."""
        first = self.messages.get(interaction.message or 0)
        if first is None or not first["flags"] & _LOADING:
            return self.post(interaction.channel.id, body, interaction=interaction)
        first["flags"] = body.get("flags", 0)
        return self.change(int(first["id"]), body)

    def message(self, number: int) -> Json:
        """Find a message.

        Raises:
            UnknownError: there is none, or no more.
        """
        if number not in self.messages:
            raise UnknownError(Kind.MESSAGE)
        return self.messages[number]

    def channel(self, number: int) -> Channel:
        """Find a channel.

        Raises:
            UnknownError: there is none.
        """
        if number not in self.channels:
            raise UnknownError(Kind.CHANNEL)
        return self.channels[number]

    def interaction(self, token: str) -> Interaction:
        """Find an interaction.

        Raises:
            UnknownError: there is none, or no more.
        """
        if token not in self.interactions:
            raise UnknownError(Kind.INTERACTION)
        return self.interactions[token]

    def publish(self, commands: Sequence[Json]) -> None:
        """Take the bot's list of application commands."""
        self.commands = list(commands)
        self._changed.tell()

    # What tests look at

    async def until(self, condition: Callable[[], object], seconds: float = LIMIT) -> None:
        """Wait for anything that can be seen here or at the gateway.

        Raises:
            TimeoutError: it did not come within so many seconds.
        """
        await self._changed.until(condition, seconds)

    async def reply_to(self, written: Json) -> Json:
        """Wait for the bot's reply to a message, and give the first."""
        numbers = await self._changed.until(lambda: self.replies.get(int(written["id"])))
        return self.message(numbers[0])

    async def answered(self, interaction: Interaction) -> Json:
        """Wait for the bot's first answer to an interaction, and give the message that it made or changed."""
        return await self._changed.until(lambda: self.shown(interaction))

    def shown(self, interaction: Interaction) -> Json | None:
        """Return the message that the bot's first answer to an interaction made or changed, unless it is to come."""
        written = self.messages.get(interaction.message or 0) if interaction.answer else None
        return written if written and not written["flags"] & _LOADING else None

    def _keep(self, written: Json) -> None:
        _put(self.messages, int(written["id"]), written, self._kept)


def text(written: Json) -> str:
    """Return all text of a message from top to bottom."""
    return "\n".join(filter(None, [written["content"], *_texts(written["components"])]))


def _option(name: str, value: str | int) -> Json:
    kinds = {str: 3, int: 4, bool: 5}
    return {"name": name, "type": kinds[type(value)], "value": value}


def _texts(components: Sequence[Json]) -> Iterator[str]:
    for part in components:
        if "content" in part:
            yield part["content"]
        yield from _texts(part.get("components", ()))


def _numbered(components: Sequence[Json]) -> list[Json]:
    """Give each component an id, as Discord does where the sender gave none."""
    numbers = count(1)

    def number(part: Json) -> Json:
        given = {**part, "id": part.get("id") or next(numbers)}
        return given | {"components": [number(each) for each in part["components"]]} if "components" in part else given

    return [number(part) for part in components]


def _put(kept: OrderedDict[Any, T], key: object, value: T, most: int) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)
