"""A bot that answers from a folder of its own, takes edits of it in one server, and has a moderator there."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord import ChannelHandle, GuildHandle, InteractionResult, MemberActor, RoleHandle

from bot.answering.answerer import Answerer
from bot.answering.corrections import noted
from bot.chat.client import CaseBot
from bot.editing.desk import Desk
from bot.knowledge.folder import knowledge_files
from bot.knowledge.reload import LiveKnowledge
from bot.store.memory import MemoryStore
from bot.store.types import GuildSettings
from tests.chat.conftest import ONE, Seen, shown
from tests.forms import filled
from tests.settings import save_settings

SERVER = 4_200


@dataclass
class Bureau:
    """The server whose moderators edit, with what they do in it."""

    env: simcord.Env
    bot: CaseBot
    folder: Path
    guild: GuildHandle
    role: RoleHandle
    channel: ChannelHandle
    staff: ChannelHandle
    """The moderator channel."""

    mod: MemberActor
    other: MemberActor
    """A second moderator."""

    ana: MemberActor
    """No moderator."""

    async def slash(self, name: str, who: MemberActor | None = None, /, **options: str | int) -> Seen:
        return shown(await (who or self.mod).slash(self.channel, f"faq {name}", **options))

    async def press(self, seen: Seen, label: str, who: MemberActor | None = None) -> Seen:
        return shown(await (who or self.mod).click(seen.message, label=label))

    async def open(self, seen: Seen, label: str, who: MemberActor | None = None) -> InteractionResult:
        """Press a button that opens a form."""
        return await (who or self.mod).click(seen.message, label=label)

    async def restart(self) -> None:
        """Start another process of the bot, with what it remembers."""
        old = self.bot
        self.bot = CaseBot(
            old.live,
            old.store,
            prefix="!",
            message_content=True,
            desk=old.desk,
            desk_servers=old.desk_servers,
            shards=ONE,
        )
        await self.env.restart_bot(self.bot)

    async def dismiss(self, member: MemberActor) -> None:
        """Take all roles away."""
        self.env.backend.edit_member(self.guild.id, member.id, {"role_ids": []})
        await self.env.settle()

    def files(self) -> Mapping[str, bytes]:
        """Every byte of the knowledge folder."""
        return {path.name: path.read_bytes() for path in knowledge_files(self.folder)}

    def phrasings(self, entry: str) -> tuple[str, ...]:
        """What members' questions are compared with now."""
        return self.bot.live.current.base.entries[entry].phrasings

    def told(self) -> list[str]:
        """What stands in the moderator channel, oldest first."""
        return [Seen(message).text for message in self.staff.history()]


def entered(form: InteractionResult) -> dict[str, Any]:
    """What stands in a form as it opens."""
    assert form.modal
    return filled(form.modal)


def changed_lines(seen: Seen) -> list[str]:
    """Return the lines that a message shows as changed: ``+ - museum owner``."""
    return [" ".join(line.split()) for line in seen.text.splitlines() if line.startswith(("+ ", "- "))]


@pytest.fixture
def desk_servers() -> frozenset[int]:
    """The servers whose moderators may edit; tests parametrize it."""
    return frozenset({SERVER})


@pytest.fixture
def folder_forgotten() -> bool:
    """Whether the host throws its files away; tests parametrize it."""
    return False


@pytest.fixture
def desk(folder: Path, *, folder_forgotten: bool) -> Desk[Answerer] | None:
    """What takes the edits; None where the folder cannot be written."""
    return Desk(folder, ephemeral_disk=folder_forgotten)


@pytest.fixture
def simcord_bot(folder: Path, desk: Desk[Answerer] | None, desk_servers: frozenset[int]) -> CaseBot:
    """What simcord's own `simcord_env` fixture starts."""
    live = LiveKnowledge(folder, partial(Answerer, lexical_only=True), partial(noted, folder))
    return CaseBot(
        live, MemoryStore(), prefix="!", message_content=True, desk=desk, desk_servers=desk_servers, shards=ONE
    )


@pytest.fixture
async def bureau(simcord_env: simcord.Env, simcord_bot: CaseBot, folder: Path) -> Bureau:
    await simcord_bot.tree.sync()
    guild = simcord_env.create_guild(id=SERVER)
    channel, staff = (guild.create_text_channel(name) for name in ("case", "staff"))
    role = guild.create_role("moderators", permissions=discord.Permissions(manage_messages=True))
    mod, other = (guild.add_member(simcord_env.create_user(name), roles=[role]) for name in ("mod", "other"))
    ana = guild.add_member(simcord_env.create_user("ana"))
    settings = GuildSettings(moderator_roles=frozenset({role.id}), moderator_channel=staff.id)
    await save_settings(simcord_bot.store, guild.id, settings)
    return Bureau(simcord_env, simcord_bot, folder, guild, role, channel, staff, mod, other, ana)
