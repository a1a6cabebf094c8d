"""The set-up panel: a server's settings with a control for each. Every choice is saved at once."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.modal import Modal
from bot.chat.message.page import GuardedButton, GuardedMenu, Page, notice
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right, server_of
from bot.chat.screens.settings import (
    auto_line,
    channels_line,
    digest_line,
    language_line,
    log_line,
    moderator_channel_line,
    paused_line,
    prefix_line,
    roles_line,
)
from bot.i18n.catalogue import LANGUAGES, N_, _, known, speaking
from bot.i18n.dates import language_name
from bot.moderation.server_settings import (
    MAX_PREFIX,
    SWITCHES,
    SettingsEdit,
    change_settings,
    choose_channels,
    is_prefix,
    pause_channel,
    resume_channel,
)
from bot.store.store import StoreError

_BAD_PREFIX: Final = N_(
    "Not saved. A prefix is one to five characters long, ends in a symbol such as ! or ?, "
    "and can't contain spaces or / @ # < > ` \\\\"
)
_TYPES: Final = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.forum,
)
_OWN_LANGUAGE: Final = "own"
_SAVED: Final = N_("Saved.")
_RESET: Final = N_("All settings are back to their defaults.")


class Panel(Page):
    """The settings, each followed by the control that changes it."""

    def __init__(self, interaction: Interaction, remark: str | None = None) -> None:
        """Create the panel from the current settings.

        Args:
            interaction: an interaction in the server.
            remark: the result of the last change; None for no change.
        """
        super().__init__([f"### {_('Settings')}\n{_('Changes are saved right away.')}", *([remark] if remark else [])])
        bot, guild = interaction.client, interaction.guild
        assert guild, "nobody is a manager outside a server"  # noqa: S101 (for the type checker)
        now, intent = bot.store.settings(guild.id), bot.intents.message_content
        here = "resume-here" if _channel_id(interaction) in now.paused_channels else "pause-here"
        self._add(paused_line(now, guild), SetupButton(here), SetupButton("resume" if now.paused else "pause"))
        self._add(channels_line(now, guild), ChannelMenu.build("channels", _existing(guild, now.channels)))
        auto = auto_line(now, guild, message_content=intent)
        self._add(auto, ChannelMenu.build("auto_channels", _existing(guild, now.auto_channels)))
        roles = [role for each in now.moderator_roles if (role := guild.get_role(each))]
        self._add(roles_line(now, guild), RoleMenu.build(roles))
        home = _existing(guild, [now.moderator_channel] if now.moderator_channel else [])
        self._add(moderator_channel_line(now, guild), ChannelMenu.build("moderator_channel", home))
        self._add(language_line(now, guild), LanguageMenu.build(now.language))
        prefix = prefix_line(now, default=bot.prefix, message_content=intent)
        log, digest = ("off" if on else "on" for on in (now.log_questions, now.digest))
        self._add(
            "\n".join([prefix, log_line(now), digest_line(now)]),
            SetupButton("prefix"),
            SetupButton(f"log-{log}"),
            SetupButton(f"digest-{digest}"),
            SetupButton("reset"),
        )

    def _add(self, text: str, *controls: ui.Item[Any]) -> None:
        self.put(ui.Separator(), ui.TextDisplay(text), ui.ActionRow(*controls))


async def change(interaction: Interaction, edit: SettingsEdit, done: str = _SAVED) -> None:
    """Save an edit of the settings, and show the panel again with the result.

    Args:
        interaction: a click or a form, not answered yet.
        edit: the edit.
        done: the sentence for success, marked for translation.
    """
    # A slow database might take longer than the three seconds that Discord allows.
    await interaction.response.defer()
    try:
        await change_settings(interaction.client.store, server_of(interaction), edit)
    except StoreError as error:
        remark = _("Nothing was changed: {reason}").format(reason=literal(str(error)))
    else:
        interaction.client.speak_to(interaction)  # the edit may have changed the language
        remark = _(done)
    await show_instead(interaction, [Panel(interaction, remark)])


@final
class ChannelMenu(
    GuardedMenu,
    ui.DynamicItem[ui.ChannelSelect[Any]],
    template=r"setup:(?:channels|auto_channels|moderator_channel)",
    right=Right.MANAGER,
):
    """A menu of channels for one field of the settings."""

    @classmethod
    def build(cls, name: str, chosen: Collection[discord.abc.GuildChannel]) -> Self:
        """Return the menu for a field.

        Args:
            name: the field of the settings.
            chosen: its current channels.
        """
        one = name == "moderator_channel"
        # A screen reader reads a menu without the line above it.
        placeholders = {
            "channels": _("Channels to answer in"),
            "auto_channels": _("Unprompted answers in"),
            "moderator_channel": _("Moderator channel"),
        }
        return cls(
            ui.ChannelSelect(
                custom_id=f"setup:{name}",
                channel_types=[discord.ChannelType.text] if one else list(_TYPES),
                placeholder=placeholders[name],
                min_values=0,
                max_values=1 if one else limits.OPTIONS,
                default_values=list(chosen)[: limits.OPTIONS],
            )
        )

    @override
    async def act(self, interaction: Interaction) -> None:
        ids = frozenset(channel.id for channel in self.item.values)
        await change(interaction, choose_channels(self.custom_id.removeprefix("setup:"), ids))


@final
class RoleMenu(GuardedMenu, ui.DynamicItem[ui.RoleSelect[Any]], template="setup:moderator_roles", right=Right.MANAGER):
    """A menu of the moderator roles."""

    @classmethod
    def build(cls, chosen: Collection[discord.Role]) -> Self:
        """Return the menu.

        Args:
            chosen: the current roles.
        """
        return cls(
            ui.RoleSelect(
                custom_id="setup:moderator_roles",
                placeholder=_("Moderator roles"),
                min_values=0,
                max_values=limits.OPTIONS,
                default_values=list(chosen)[: limits.OPTIONS],
            )
        )

    @override
    async def act(self, interaction: Interaction) -> None:
        ids = frozenset(role.id for role in self.item.values)
        await change(interaction, lambda now: replace(now, moderator_roles=ids))


@final
class LanguageMenu(GuardedMenu, ui.DynamicItem[ui.Select[Any]], template="setup:language", right=Right.MANAGER):
    """A menu of languages for the bot's own words."""

    @classmethod
    def build(cls, chosen: str | None) -> Self:
        """Return the menu.

        Args:
            chosen: the current language; None for the server's language on Discord.
        """
        options = [discord.SelectOption(label=_("The server's language"), value=_OWN_LANGUAGE, default=chosen is None)]
        for code in LANGUAGES:
            with speaking(code):
                options.append(discord.SelectOption(label=language_name(code), value=code, default=chosen == code))
        return cls(ui.Select(custom_id="setup:language", options=options))

    @override
    async def act(self, interaction: Interaction) -> None:
        language = known(self.item.values[0])
        await change(interaction, lambda now: replace(now, language=language))


_LABELS: Final = {
    "pause-here": N_("Pause in this channel"),
    "resume-here": N_("Resume in this channel"),
    "pause": N_("Pause in the whole server"),
    "resume": N_("Resume in the server"),
    "prefix": N_("Change the prefix"),
    "log-on": N_("Keep questions"),
    "log-off": N_("Don't keep questions"),
    "digest-on": N_("Turn on the digest"),
    "digest-off": N_("Turn off the digest"),
    "reset": N_("Reset to defaults"),
    "reset-yes": N_("Yes, reset everything"),
    "reset-no": N_("No, keep my settings"),
}
"""A button says what it will do instead of toggling, so that two people who click it at once want the same."""


@final
class SetupButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"setup-do:(?P<what>{'|'.join(_LABELS)})",
    right=Right.MANAGER,
):
    """A button that switches a setting, opens a form or resets the settings."""

    def __init__(self, what: str) -> None:
        self._what = what
        style = discord.ButtonStyle.danger if what == "reset-yes" else discord.ButtonStyle.secondary
        super().__init__(ui.Button(label=_(_LABELS[what]), style=style, custom_id=f"setup-do:{what}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["what"])

    @override
    async def act(self, interaction: Interaction) -> None:
        if self._what in SWITCHES:
            await change(interaction, SWITCHES[self._what], _RESET if self._what == "reset-yes" else _SAVED)
        elif self._what == "pause-here":
            await change(interaction, pause_channel(_channel_id(interaction)))
        elif self._what == "resume-here":
            await change(interaction, resume_channel(_channel_id(interaction)))
        elif self._what == "prefix":
            await interaction.response.send_modal(PrefixModal())
        elif self._what == "reset-no":
            await show_instead(interaction, [Panel(interaction, _("Nothing was changed."))])
        else:
            sure = Page([_("Reset all of this server's settings to their defaults?")])
            sure.put(ui.ActionRow(SetupButton("reset-yes"), SetupButton("reset-no")))
            await show_instead(interaction, [sure])


@final
class PrefixModal(Modal, right=Right.MANAGER):
    """A form that asks for a prefix."""

    def __init__(self) -> None:
        """Create the form in the current language."""
        super().__init__(title=_("Prefix"))
        self._typed: ui.TextInput[PrefixModal] = ui.TextInput(custom_id="prefix", max_length=MAX_PREFIX)
        label = ui.Label[PrefixModal](
            text=_("What typed commands start with"),
            description=_("Up to five characters, such as ! or ?"),
            component=self._typed,
        )
        self.add_item(label)

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Save the prefix if it is valid; discord.py calls this."""
        prefix = self._typed.value.strip()
        if not is_prefix(prefix):
            await show_privately(interaction, notice(_(_BAD_PREFIX)))
            return
        await change(interaction, lambda now: replace(now, prefix=prefix))


def _channel_id(interaction: Interaction) -> int:
    """Return the id of an interaction's channel, or of the channel that its thread or post belongs to."""
    return getattr(interaction.channel, "parent_id", None) or interaction.channel_id or 0


def _existing(guild: discord.Guild, ids: Collection[int]) -> list[discord.abc.GuildChannel]:
    """Return the channels that still exist, because Discord rejects a menu with deleted ones."""
    return [channel for each in ids if (channel := guild.get_channel(each))]
