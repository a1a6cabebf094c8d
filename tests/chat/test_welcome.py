"""The first hour in a server: who added the bot is told once what to know, privately and without a ping."""

from dataclasses import dataclass

import discord
import pytest
import simcord
from simcord import ChannelHandle, GuildHandle, MemberActor
from simcord.backend.serializers import guild_create_payload

from tests.chat.conftest import Seen, Town, shown

READY = "I have all the permissions I need."


@dataclass
class Newcomer:
    """A server that the bot is just joining, and the member who adds it."""

    town: Town
    guild: GuildHandle
    chief: MemberActor
    hall: ChannelHandle

    async def join(self, *, logged: bool = True, lacks: tuple[str, ...] = ()) -> None:
        """Let Discord say that the bot has joined.

        Args:
            logged: whether the audit log says who has added the bot.
            lacks: the permissions that no role gives.
        """
        backend, me = self.town.env.backend, self.town.bot.user
        assert me
        await self.town.env.settle()
        guild = backend.guilds[self.guild.id]
        for role in guild.roles.values():
            permissions = discord.Permissions(role.permissions)
            permissions.update(**dict.fromkeys(lacks, False))
            role.permissions = permissions.value
        if logged:
            added = discord.AuditLogAction.bot_add.value
            backend.record_audit_log(guild.id, added, target_id=self.town.ben.id, user_id=self.town.ben.id)
            backend.record_audit_log(guild.id, added, target_id=me.id, user_id=self.chief.id)
        backend.emit("GUILD_DELETE", {"id": str(guild.id)})
        # Only of a server that comes back does Discord say that it is not unavailable.
        joined = {key: value for key, value in guild_create_payload(backend, guild).items() if key != "unavailable"}
        backend.emit("GUILD_CREATE", joined)
        await self.town.env.settle()

    def told(self) -> list[Seen]:
        """What the member who adds it finds among their direct messages."""
        return self.town.answers(self.chief.user.dm_channel)

    async def set_up(self) -> list[Seen]:
        """Open `/setup`; give what appears below the panel."""
        result = await self.chief.slash(self.hall, "setup")
        assert "### Settings" in shown(result).text
        return [Seen(each.message) for each in result.followups]


@pytest.fixture
def newcomer(town: Town) -> Newcomer:
    guild = town.env.create_guild("Club *One*")
    role = guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))
    chief = guild.add_member(town.env.create_user("chief"), roles=[role])
    return Newcomer(town, guild, chief, guild.create_text_channel("hall"))


async def test_who_added_the_bot_is_told_once_what_to_try_and_where_help_is(newcomer: Newcomer) -> None:
    await newcomer.join()
    (told,) = newcomer.told()
    first = next(iter(newcomer.town.live.current.base.entries.values())).question
    assert told.text == (
        f"### I've joined Club \\*One\\*\n{READY}\nTry this in a channel: `/ask` {first}\n"
        "`/help` shows members what I can do. `/setup` sets me up for the server."
    )
    assert not told.message.mentions
    assert not await newcomer.set_up(), "not again in the set-up"
    await newcomer.join()
    assert len(newcomer.told()) == 1, "not again when it is added again"


async def test_nobody_else_is_told_and_no_channel_is_written_to(newcomer: Newcomer) -> None:
    await newcomer.join()
    assert not newcomer.town.answers(newcomer.hall)
    assert not newcomer.town.answers(newcomer.town.ben.user.dm_channel)


async def test_missing_permissions_are_named(newcomer: Newcomer) -> None:
    await newcomer.join(lacks=("attach_files",))
    assert (
        "I don't have the Attach Files permission. You can give it to my role in Server Settings > Roles."
        in newcomer.told()[0].text
    )


@pytest.mark.parametrize("message_content", [False])
async def test_a_missing_intent_is_named(newcomer: Newcomer) -> None:
    await newcomer.join()
    assert "The message content intent is off, so I only see messages that mention me." in newcomer.told()[0].text


@pytest.mark.parametrize("why", ["no right to read the log", "not in the log", "the log fails", "closed messages"])
async def test_otherwise_the_first_manager_who_opens_the_set_up_is_told_once(newcomer: Newcomer, why: str) -> None:
    if why == "closed messages":
        newcomer.town.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    elif why == "the log fails":
        newcomer.town.env.inject_error("GET", "/guilds/*/audit-logs", status=500, times=None)
    await newcomer.join(
        logged=why != "not in the log",
        lacks=("view_audit_log", "read_message_history") if why == "no right to read the log" else (),
    )
    assert not newcomer.told()
    (told,) = await newcomer.set_up()
    assert told.private
    assert told.text.startswith("### I've joined Club \\*One\\*\n")
    assert ("I don't have the Read Message History permission." in told.text) is (why == "no right to read the log")
    assert not await newcomer.set_up()


async def test_it_is_told_in_the_servers_language(newcomer: Newcomer) -> None:
    newcomer.town.env.backend.guilds[newcomer.guild.id].preferred_locale = "es-ES"
    await newcomer.join()
    assert newcomer.told()[0].text.startswith("### Ya estoy en Club \\*One\\*\nTengo todos los permisos")


async def test_a_bot_that_adds_bots_is_not_written_to(newcomer: Newcomer, simcord_env: simcord.Env) -> None:
    robot = newcomer.guild.add_member(simcord_env.create_user("robot", bot=True))
    newcomer.chief, chief = robot, newcomer.chief
    await newcomer.join()
    newcomer.chief = chief
    assert len(await newcomer.set_up()) == 1


async def test_reset_settings_are_not_the_first_hour_again(newcomer: Newcomer) -> None:
    await newcomer.join()
    result = await newcomer.chief.slash(newcomer.hall, "setup")
    asked = await newcomer.chief.click(shown(result).message, label="Reset to defaults")
    await newcomer.chief.click(shown(asked).message, label="Yes, reset everything")
    assert not await newcomer.set_up()
