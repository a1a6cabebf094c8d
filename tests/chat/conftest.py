"""A virtual Discord around the real bot: one server, one channel, two members."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord import ChannelHandle, GuildHandle, InteractionResult, MemberActor, ResponseMessage

from bot.answering.answerer import Answerer
from bot.chat import rate_limit
from bot.chat.client import CaseBot
from bot.cluster.shards import Shards
from bot.config import shipped_knowledge
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.yaml_file import Problem
from bot.store.memory import MemoryStore
from bot.store.store import Store

ONE = Shards(1, range(1))
"""All shards there are; simcord says as little as Discord would in how many."""

_TYPES = {"button": 2, "select": 3, "text": 10, "gallery": 12, "separator": 14}


@dataclass
class FakeLive:
    """Holds the Answerer as the live knowledge does; tests swap it."""

    current: Answerer
    problems: tuple[Problem, ...] = ()
    folder: Path = field(default_factory=shipped_knowledge)
    reloads: int = 0
    refused: int = 0

    def build(self, base: KnowledgeBase, /) -> Answerer:
        return Answerer(base)

    def use(self, value: Answerer, state: str) -> None:
        assert state
        self.current = value

    def reload(self) -> bool:
        return not self.problems

    def report(self, problems: Sequence[Problem]) -> None:
        assert not problems, "these files come from nowhere else"


@dataclass(frozen=True)
class Seen:
    """A message as a member reads it."""

    message: discord.Message

    @property
    def text(self) -> str:
        """All text from top to bottom."""
        parts = [self.message.content, *(part["content"] for part in self._parts("text"))]
        return "\n".join(filter(None, parts))

    @property
    def buttons(self) -> list[str]:
        return [part["label"] for part in self._parts("button")]

    @property
    def disabled(self) -> list[str]:
        """The labels of the buttons that cannot be clicked."""
        return [part["label"] for part in self._parts("button") if part.get("disabled")]

    @property
    def standing_out(self) -> list[str]:
        """The labels of the buttons that are highlighted."""
        primary = discord.ButtonStyle.primary.value
        return [part["label"] for part in self._parts("button") if part["style"] == primary]

    @property
    def menus(self) -> list[dict[str, Any]]:
        return list(self._parts("select"))

    @property
    def gaps(self) -> int:
        """How many separators stand between the texts."""
        return len(list(self._parts("separator")))

    @property
    def galleries(self) -> list[dict[str, Any]]:
        return list(self._parts("gallery"))

    @property
    def options(self) -> dict[str, str]:
        """The labels of all menus with the values behind them."""
        return {option["label"]: option["value"] for menu in self.menus for option in menu["options"]}

    @property
    def private(self) -> bool:
        return self.message.flags.ephemeral

    def parts(self) -> Iterator[dict[str, Any]]:
        """Everything in the message in the order in which it is read."""
        todo: list[Any] = [component.to_dict() for component in self.message.components]
        while todo:
            part = todo.pop(0)
            yield part
            todo[:0] = part.get("components", [])

    def _parts(self, kind: str) -> Iterator[dict[str, Any]]:
        return (part for part in self.parts() if part["type"] == _TYPES[kind])


@dataclass
class Town:
    """The virtual Discord, with what tests do in it."""

    env: simcord.Env
    bot: CaseBot
    live: FakeLive
    store: Store
    guild: GuildHandle
    channel: ChannelHandle
    ana: MemberActor
    ben: MemberActor

    @property
    def me(self) -> str:
        """How members mention the bot."""
        assert self.bot.user
        return self.bot.user.mention

    def answers(self, channel: ChannelHandle | None = None) -> list[Seen]:
        """What the bot has written into a channel, oldest first."""
        assert self.bot.user
        history = (channel or self.channel).history()
        return [Seen(message) for message in history if message.author.id == self.bot.user.id]

    async def say(self, text: str, *, reply_to: discord.Message | None = None) -> Seen:
        """Let Ana write; give the bot's one message about it."""
        before = len(self.answers())
        await self.ana.send(self.channel, text, reply_to=reply_to)
        (answer,) = self.answers()[before:]
        return answer

    async def restart(self) -> None:
        """Let a new process take over: it has the files and the store, and no other memory."""
        self.bot = CaseBot(self.live, self.store, prefix="!", message_content=True, shards=ONE)
        await self.env.restart_bot(self.bot)

    async def post(self, who: MemberActor, forum: ChannelHandle, title: str, text: str) -> ChannelHandle:
        """Let a member open a post in a forum, for which simcord has no verb: what Discord sends is the same.

        The first message of a post has the post's own id:
        https://discord.com/developers/docs/topics/threads#forum-and-media-channel-threads
        """
        backend = self.env.backend
        starter = backend.prepare_message(forum.id, who.id, text)
        thread = backend.create_thread(forum.id, title, who.id, message_id=starter.id, broadcast=False)
        starter.channel_id = thread.id
        backend.announce_thread_create(thread)
        backend.commit_message(starter)
        await self.env.settle()
        return next(each for each in forum.threads if each.id == thread.id)

    async def slash(self, name: str, /, **options: str | bool) -> Seen:
        return shown(await self.ana.slash(self.channel, name, **options))


def shown(result: InteractionResult) -> Seen:
    """What a member sees after a slash command, a click or a pick."""
    assert isinstance(result.response, ResponseMessage)
    return Seen(result.response.message)


def check_choices(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Check autocomplete choices against Discord's limits, which simcord does not."""
    assert len(choices) <= 25
    for choice in choices:
        assert 1 <= len(choice["name"]) <= 100
        assert 1 <= len(choice["value"]) <= 100
    return choices


@pytest.fixture
def live(answerer: Answerer) -> FakeLive:
    return FakeLive(answerer)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests ask as fast as they like; those of the pace itself override it."""
    monkeypatch.setattr(rate_limit, "MEMBER_LIMIT", (10_000, 1.0))
    monkeypatch.setattr(rate_limit, "CHANNEL_LIMIT", (10_000, 1.0))


@pytest.fixture
def message_content() -> bool:
    """Whether the privileged intent is on; tests parametrize it."""
    return True


@pytest.fixture
def store() -> Store:
    """What the bot remembers; tests look into it."""
    return MemoryStore()


@pytest.fixture
def simcord_bot(live: FakeLive, store: Store, *, message_content: bool) -> CaseBot:
    """What simcord's own `simcord_env` fixture starts."""
    return CaseBot(live, store, prefix="!", message_content=message_content, shards=ONE)


@pytest.fixture
async def town(simcord_env: simcord.Env, simcord_bot: CaseBot, live: FakeLive, store: Store) -> Town:
    await simcord_bot.tree.sync()
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("case")
    ana, ben = (guild.add_member(simcord_env.create_user(name)) for name in ("ana", "ben"))
    return Town(simcord_env, simcord_bot, live, store, guild, channel, ana, ben)
