"""Setting the bot up in chat: who may, what is saved, what is warned of."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import discord
import pytest
import simcord
from simcord import ChannelHandle, MemberActor

from bot.chat.message.page import notice
from bot.chat.message.send import show_privately
from bot.chat.rights import NOT_MANAGER, Right, needs
from bot.moderation.server_settings import SettingsEdit
from bot.store.store import StoreError
from bot.store.types import GuildSettings
from tests.chat.conftest import Seen, Town, shown
from tests.invisible import INVISIBLE
from tests.settings import save_settings

EVERYTHING = GuildSettings(
    prefix="?", auto_channels=frozenset({1}), moderator_roles=frozenset({2}), moderator_channel=3, log_questions=False
)


@dataclass
class Office:
    """A town whose manager has the panel open."""

    town: Town
    chief: MemberActor
    role: simcord.RoleHandle
    panel: Seen

    @property
    def kept(self) -> GuildSettings:
        return dataclasses.replace(self.town.store.settings(self.town.guild.id), welcomed=False)

    async def pick(self, field: str, *values: ChannelHandle | simcord.RoleHandle) -> Seen:
        return shown(await self.chief.select(self.panel.message, values, custom_id=f"setup:{field}"))

    async def press(self, label: str, seen: Seen | None = None) -> Seen:
        return shown(await self.chief.click((seen or self.panel).message, label=label))

    async def open(self) -> Seen:
        return shown(await self.chief.slash(self.town.channel, "setup"))

    async def dismiss(self) -> None:
        """Take Manage Server from the manager."""
        self.town.env.backend.edit_member(self.town.guild.id, self.chief.id, {"role_ids": []})
        await self.town.env.settle()


@pytest.fixture
async def office(town: Town) -> Office:
    role = town.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))
    chief = town.guild.add_member(town.env.create_user("chief"), roles=[role])
    return Office(town, chief, role, shown(await chief.slash(town.channel, "setup")))


async def test_a_server_that_has_set_up_nothing(office: Office) -> None:
    assert office.panel.private
    assert "**I answer in** all channels (default)" in office.panel.text
    assert "**I answer questions nobody addressed to me, when I'm sure, in** no channel (default)" in office.panel.text
    assert "**Moderators are** people with Manage Server only (default)" in office.panel.text
    assert "**Moderator channel:** none (default)" in office.panel.text
    assert "**Typed commands start with** `!` (default)" in office.panel.text
    assert "kept for moderators, but not who asked them (default)" in office.panel.text
    assert "**Weekly digest in the moderator channel:** off (default)" in office.panel.text
    assert "Warning" not in office.panel.text


async def test_the_command_is_not_shown_to_members(office: Office) -> None:
    assert "setup" in office.chief.available_commands(office.town.channel)
    assert "setup" not in office.town.ana.available_commands(office.town.channel)


async def test_channels(office: Office) -> None:
    other = office.town.guild.create_text_channel("other")
    seen = await office.pick("channels", office.town.channel, other)
    assert f"**I answer in** <#{office.town.channel.id}>, <#{other.id}>" in seen.text
    assert seen.text.split("\n")[2] == "Saved."
    assert office.kept.channels == {office.town.channel.id, other.id}
    seen = await office.pick("channels")
    assert "**I answer in** all channels (default)" in seen.text
    assert office.kept == GuildSettings()


async def test_channels_for_answers_unasked(office: Office) -> None:
    forum = office.town.guild.create_forum_channel("help")
    seen = await office.pick("auto_channels", forum)
    assert f"when I'm sure, in** <#{forum.id}>" in seen.text
    assert "Warning" not in seen.text
    assert office.kept.auto_channels == {forum.id}


async def test_a_channel_for_answers_unasked_in_which_the_bot_is_to_be_quiet(office: Office) -> None:
    other = office.town.guild.create_text_channel("other")
    await office.pick("channels", office.town.channel)
    seen = await office.pick("auto_channels", other, office.town.channel)
    assert f"Warning: this doesn't work in <#{other.id}> until you also choose them above." in seen.text
    assert "Warning" not in (await office.pick("channels")).text


async def test_a_role_that_does_not_see_the_commands_is_named(office: Office) -> None:
    seeing = office.town.guild.create_role("seeing", permissions=discord.Permissions(manage_messages=True))
    seen = await office.pick("moderator_roles", office.role, seeing)
    assert f"Warning: <@&{office.role.id}> can't see `/faq`, because they don't have Manage Messages." in seen.text
    assert "Warning" not in (await office.pick("moderator_roles", seeing)).text


async def test_moderator_roles(office: Office) -> None:
    seen = await office.pick("moderator_roles", office.role)
    assert f"people with Manage Server and <@&{office.role.id}>" in seen.text
    assert office.kept.moderator_roles == {office.role.id}


async def test_that_everyone_is_a_moderator_is_warned_of(office: Office) -> None:
    seen = await office.pick("moderator_roles", office.town.guild.default_role)
    (warning,) = [line for line in seen.text.splitlines() if line.startswith("Warning")]
    assert warning.startswith("Warning: that makes everyone in this server a moderator.")
    both = await office.pick("moderator_roles", office.town.guild.default_role, office.role)
    assert f"Warning: <@&{office.role.id}> can't see `/faq`" in both.text


async def test_moderator_channel(office: Office) -> None:
    everyone = office.town.guild.default_role
    me = office.town.guild.me
    assert me
    hidden = office.town.guild.create_text_channel(
        "desk",
        overwrites={
            everyone: discord.PermissionOverwrite(view_channel=False),
            me: discord.PermissionOverwrite(view_channel=True),
            office.role: discord.PermissionOverwrite(view_channel=True),
        },
    )
    seen = await office.pick("moderator_channel", hidden)
    assert f"**Moderator channel:** <#{hidden.id}>" in seen.text
    assert "Warning" not in seen.text
    assert office.kept.moderator_channel == hidden.id
    assert "**Moderator channel:** none (default)" in (await office.pick("moderator_channel")).text


async def test_a_moderator_channel_that_everyone_reads(office: Office) -> None:
    seen = await office.pick("moderator_channel", office.town.channel)
    assert "Warning: everyone can read that channel." in seen.text


@pytest.mark.parametrize("field", ["channels", "auto_channels", "moderator_channel"])
async def test_a_channel_that_the_bot_cannot_write_in(office: Office, field: str) -> None:
    mute = _without(office, "send_messages")
    seen = await office.pick(field, mute)
    assert f"Warning: I can't answer in <#{mute.id}>: I don't have the Send Messages permission there." in seen.text


async def test_channels_that_want_the_same_are_warned_of_together(office: Office) -> None:
    one, two = _without(office, "send_messages"), _without(office, "send_messages")
    blind = _without(office, "read_message_history", "send_messages")
    sound = _without(office, "attach_files")
    seen = await office.pick("channels", one, two, blind, sound)
    warnings = [line for line in seen.text.splitlines() if line.startswith("Warning")]
    both = "Send Messages and Read Message History"
    assert warnings == [
        f"Warning: I can't answer in <#{one.id}>, <#{two.id}>: I don't have the Send Messages permission there.",
        f"Warning: I can't answer in <#{blind.id}>: I don't have these permissions there: {both}.",
    ]


def _without(office: Office, *names: str) -> ChannelHandle:
    """A channel in which the bot lacks some permissions."""
    me = office.town.guild.me
    assert me
    lost = discord.PermissionOverwrite(**dict.fromkeys(names, False))
    return office.town.guild.create_text_channel("quiet", overwrites={me: lost})


async def test_many_channels_fit_one_message(office: Office) -> None:
    channels = [office.town.guild.create_text_channel(f"room-{number}") for number in range(25)]
    seen = await office.pick("channels", *channels)
    assert "15 more" in seen.text
    assert len(office.kept.channels) == 25


@pytest.mark.parametrize("message_content", [False])
async def test_what_does_not_work_without_the_message_content_intent(office: Office) -> None:
    assert "Warning: typed commands don't work" in office.panel.text
    seen = await office.pick("auto_channels", office.town.channel)
    assert "Warning: this doesn't work, because the message content intent is off." in seen.text


async def test_questions_and_digest(office: Office) -> None:
    seen = await office.press("Don't keep questions")
    assert "**Questions asked here are** not kept" in seen.text
    assert not office.kept.log_questions
    seen = await office.press("Turn on the digest", seen)
    assert "**Weekly digest in the moderator channel:** on\nWarning: it needs a moderator channel" in seen.text
    assert office.kept == GuildSettings(log_questions=False, digest=True)
    seen = await office.press("Keep questions", seen)
    seen = await office.press("Turn off the digest", seen)
    assert office.kept == GuildSettings()


async def _type_prefix(office: Office, prefix: str) -> Seen:
    form = await office.chief.click(office.panel.message, label="Change the prefix")
    return shown(await office.chief.submit_modal(form, {"prefix": prefix}))


async def test_the_prefix_holds_at_once_and_only_here(office: Office) -> None:
    seen = await _type_prefix(office, "cb?")
    assert "**Typed commands start with** `cb?`" in seen.text
    assert "### What you can ask" in (await office.town.say("cb?topics")).text
    before = len(office.town.answers())
    await office.town.ana.send(office.town.channel, "!topics")
    assert len(office.town.answers()) == before
    await office.town.ana.send_dm("!topics")
    assert office.town.answers(office.town.ana.user.dm_channel)


@pytest.mark.parametrize("prefix", ["a b", "hey", "/", "<@", "`", "@x!", "  "])
async def test_a_prefix_that_cannot_be_one(office: Office, prefix: str) -> None:
    seen = await _type_prefix(office, prefix)
    assert seen.text.startswith("Not saved. A prefix is")
    assert seen.private
    assert office.kept == GuildSettings()


@pytest.mark.parametrize("hidden", [*INVISIBLE, "\u200d", "\u200c"])
async def test_a_prefix_has_nothing_invisible_in_it(office: Office, hidden: str) -> None:
    for prefix in (f"!{hidden}!", f"a{hidden}!", f"{hidden}!!"):
        seen = await _type_prefix(office, prefix)
        # What is whitespace at the beginning is stripped, like a blank.
        stripped = prefix.strip() == "!!"
        assert seen.text.startswith("Not saved. A prefix is") is not stripped


async def test_reset_asks_first(office: Office) -> None:
    await save_settings(office.town.store, office.town.guild.id, EVERYTHING)
    seen = await office.press("Reset to defaults")
    assert seen.text == "Reset all of this server's settings to their defaults?"
    kept = await office.press("No, keep my settings", seen)
    assert "Nothing was changed." in kept.text
    assert office.kept == EVERYTHING
    seen = await office.press("Reset to defaults", kept)
    seen = await office.press("Yes, reset everything", seen)
    assert "All settings are back to their defaults." in seen.text
    assert office.kept == GuildSettings()


async def test_what_was_deleted_since_is_said_to_be_gone(office: Office) -> None:
    await save_settings(
        office.town.store,
        office.town.guild.id,
        dataclasses.replace(EVERYTHING, channels=frozenset({1, 4, office.town.channel.id})),
    )
    seen = await office.open()
    assert f"**I answer in** <#{office.town.channel.id}>, 2 that are gone" in seen.text
    assert "people with Manage Server and one that is gone" in seen.text
    assert "**Moderator channel:** one that is gone" in seen.text


async def test_two_panels_change_one_field_each(office: Office) -> None:
    second = await office.open()
    await office.press("Don't keep questions")
    seen = await office.press("Turn on the digest", second)
    assert "not kept" in seen.text
    assert office.kept == GuildSettings(log_questions=False, digest=True)


async def test_the_panel_outlives_a_restart(office: Office) -> None:
    town = office.town
    await town.restart()
    await office.press("Don't keep questions")
    await office.pick("channels", town.channel)
    await office.pick("moderator_roles", office.role)
    assert office.kept == GuildSettings(
        log_questions=False, channels=frozenset({town.channel.id}), moderator_roles=frozenset({office.role.id})
    )


async def test_who_loses_the_right_can_change_nothing_more(office: Office) -> None:
    form = await office.chief.click(office.panel.message, label="Change the prefix")
    await office.dismiss()
    for seen in (
        await office.press("Don't keep questions"),
        await office.press("Reset to defaults"),
        await office.press("Change the prefix"),
        await office.pick("channels", office.town.channel),
        await office.pick("moderator_roles", office.role),
        shown(await office.chief.submit_modal(form, {"prefix": "?"})),
    ):
        assert seen.text == NOT_MANAGER
        assert seen.private
    assert office.kept == GuildSettings()


async def test_a_command_shown_to_everybody_is_still_refused(office: Office) -> None:
    town = office.town
    (command,) = [command for command in await town.bot.tree.fetch_commands() if command.name == "setup"]
    town.guild.set_command_permissions(command, {town.guild.default_role: True})
    assert (await town.slash("setup")).text == NOT_MANAGER


async def test_nothing_is_half_saved_while_the_database_is_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(guild: int, edit: SettingsEdit) -> None:
        message = f"The database cannot keep {len({guild, edit})} things now."
        raise StoreError(message)

    monkeypatch.setattr(office.town.store, "change_settings", away)
    seen = await office.press("Don't keep questions")
    assert "Nothing was changed: The database cannot keep 2 things now." in seen.text
    assert "kept for moderators" in seen.text


@pytest.mark.parametrize("way", ["button", "menu", "form"])
async def test_discord_hears_from_us_before_a_slow_database_does(
    office: Office, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    form = await office.chief.click(office.panel.message, label="Change the prefix") if way == "form" else None
    heard = _callbacks(office.town)

    async def slow(guild: int, edit: SettingsEdit) -> None:
        assert _callbacks(office.town) == heard + 1
        await keep(guild, edit)

    keep = office.town.store.change_settings
    monkeypatch.setattr(office.town.store, "change_settings", slow)
    if form:
        seen = shown(await office.chief.submit_modal(form, {"prefix": "?"}))
    else:
        seen = await (office.press("Don't keep questions") if way == "button" else office.pick("channels"))
    assert "Saved." in seen.text
    assert seen.message.id == office.panel.message.id


def _callbacks(town: Town) -> int:
    return len([request for request in town.env.http_requests if request.path.endswith("/callback")])


async def _ask_to_moderate(interaction: discord.Interaction[discord.Client]) -> None:
    await show_privately(interaction, notice("Come in."))


@pytest.mark.parametrize(
    ("chosen", "sentence"), [(True, "Come in."), (False, "Only this server's moderators can do that.")]
)
async def test_a_moderator_role_admits(town: Town, sentence: str, *, chosen: bool) -> None:
    command: discord.app_commands.Command[Any, ..., None] = discord.app_commands.Command(
        name="desk", description="-", callback=_ask_to_moderate, extras=needs(Right.MODERATOR)
    )
    town.bot.tree.add_command(command)
    await town.bot.tree.sync()
    role = town.guild.create_role("helpers")
    helper = town.guild.add_member(town.env.create_user("helper"), roles=[role])
    roles = frozenset({role.id}) if chosen else frozenset[int]()
    await save_settings(town.store, town.guild.id, GuildSettings(moderator_roles=roles))
    assert shown(await helper.slash(town.channel, "desk")).text == sentence
    chief = town.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))
    manager = town.guild.add_member(town.env.create_user("chief"), roles=[chief])
    assert shown(await manager.slash(town.channel, "desk")).text == "Come in."


async def test_hints_name_the_servers_own_prefix(office: Office) -> None:
    town = office.town
    await save_settings(town.store, town.guild.id, EVERYTHING)
    await town.ana.send(town.channel, town.me)
    assert "`?topics` and `?help`" in town.answers()[-1].text
