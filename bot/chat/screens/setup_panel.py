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
from bot.chat.message.page import Guarded, GuardedMenu, Page, notice
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
    "Nothing was changed: a prefix has one to five characters, ends in a sign such as ! or ?, "
    "and has no blanks and none of / @ # < > ` \\\\ in it."
)
_TYPES: Final = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.forum,
)
_OWN_LANGUAGE: Final = "own"
_SAVED: Final = N_("Saved.")
_RESET: Final = N_("All settings are back to default.")


class Panel(Page):
    """The settings, each followed by the control that changes it."""

    def __init__(self, interaction: Interaction, remark: str | None = None) -> None:
        """Build the panel from the settings of now.

        Args:
            interaction: a step in a server.
            remark: what became of the last change.
        """
        super().__init__([f"### {_('Set-up')}\n{_('Every change is saved at once.')}", *([remark] if remark else [])])
        bot, guild = interaction.client, interaction.guild
        assert guild, "nobody is a manager outside a server"  # noqa: S101 - for the type checker
        now, intent = bot.store.settings(guild.id), bot.intents.message_content
        here = "resume-here" if _place(interaction) in now.paused_channels else "pause-here"
        self._add(paused_line(now, guild), SetupButton(here), SetupButton("resume" if now.paused else "pause"))
        self._add(channels_line(now, guild), ChannelMenu.build("channels", _living(guild, now.channels)))
        auto = auto_line(now, guild, message_content=intent)
        self._add(auto, ChannelMenu.build("auto_channels", _living(guild, now.auto_channels)))
        roles = [role for each in now.moderator_roles if (role := guild.get_role(each))]
        self._add(roles_line(now, guild), RoleMenu.build(roles))
        home = _living(guild, [now.moderator_channel] if now.moderator_channel else [])
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
    """Pass an edit on, and show the panel again with what came of it.

    Args:
        interaction: a click, a pick or a form.
        edit: changes the settings.
        done: what to say when it is saved; marked for translation.
    """
    # A slow database would miss the three seconds that Discord gives for an answer.
    await interaction.response.defer()
    try:
        await change_settings(interaction.client.store, server_of(interaction), edit)
    except StoreError as error:
        remark = _("Nothing was changed: {reason}").format(reason=literal(str(error)))
    else:
        interaction.client.speak_to(interaction)  # the language may be what has changed
        remark = _(done)
    await show_instead(interaction, [Panel(interaction, remark)])


@final
class ChannelMenu(
    GuardedMenu,
    ui.DynamicItem[ui.ChannelSelect[Any]],
    template=r"setup:(?:channels|auto_channels|moderator_channel)",
    right=Right.MANAGER,
):
    """Channels for one field."""

    @classmethod
    def build(cls, name: str, chosen: Collection[discord.abc.GuildChannel]) -> Self:
        """Make the menu of a field.

        Args:
            name: the field of the settings.
            chosen: what it holds now.
        """
        one = name == "moderator_channel"
        return cls(
            ui.ChannelSelect(
                custom_id=f"setup:{name}",
                channel_types=[discord.ChannelType.text] if one else list(_TYPES),
                placeholder=_("Choose a channel") if one else _("Choose channels"),
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
    """The moderators' roles."""

    @classmethod
    def build(cls, chosen: Collection[discord.Role]) -> Self:
        """Make the menu.

        Args:
            chosen: the roles of now.
        """
        return cls(
            ui.RoleSelect(
                custom_id="setup:moderator_roles",
                placeholder=_("Choose roles"),
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
    """The language of the bot's own words."""

    @classmethod
    def build(cls, chosen: str | None) -> Self:
        """Make the menu.

        Args:
            chosen: the language of now; None for the server's own.
        """
        options = [discord.SelectOption(label=_("As set at Discord"), value=_OWN_LANGUAGE, default=chosen is None)]
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
    "log-off": N_("Do not keep questions"),
    "digest-on": N_("Switch the digest on"),
    "digest-off": N_("Switch the digest off"),
    "reset": N_("Reset to default"),
    "reset-yes": N_("Yes, reset everything"),
    "reset-no": N_("No, keep my settings"),
}
"""A button says what it will do, not what to turn round: two people who click it mean the same."""


@final
class SetupButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"setup-do:(?P<what>{'|'.join(_LABELS)})",
    right=Right.MANAGER,
):
    """A setting that is switched, a form that is opened, or the way to the defaults."""

    def __init__(self, what: str) -> None:
        self._what = what
        style = discord.ButtonStyle.danger if what == "reset-yes" else discord.ButtonStyle.secondary
        super().__init__(ui.Button(label=_(_LABELS[what]), style=style, custom_id=f"setup-do:{what}"))

    @override
    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["what"])

    @override
    async def act(self, interaction: Interaction) -> None:
        if self._what in SWITCHES:
            await change(interaction, SWITCHES[self._what], _RESET if self._what == "reset-yes" else _SAVED)
        elif self._what == "pause-here":
            await change(interaction, pause_channel(_place(interaction)))
        elif self._what == "resume-here":
            await change(interaction, resume_channel(_place(interaction)))
        elif self._what == "prefix":
            await interaction.response.send_modal(PrefixModal())
        elif self._what == "reset-no":
            await show_instead(interaction, [Panel(interaction, _("Nothing was changed."))])
        else:
            sure = Page([_("Reset all settings of this server to default?")])
            sure.put(ui.ActionRow(SetupButton("reset-yes"), SetupButton("reset-no")))
            await show_instead(interaction, [sure])


@final
class PrefixModal(Modal, right=Right.MANAGER):
    """Asks for a prefix."""

    def __init__(self) -> None:
        """Ask in the language that is spoken."""
        super().__init__(title=_("Prefix"))
        self._typed: ui.TextInput[PrefixModal] = ui.TextInput(custom_id="prefix", max_length=MAX_PREFIX)
        label = ui.Label[PrefixModal](
            text=_("What typed commands start with"),
            description=_("One to five characters, such as ! or ?"),
            component=self._typed,
        )
        self.add_item(label)

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Save the prefix if it can be one."""
        prefix = self._typed.value.strip()
        if not is_prefix(prefix):
            await show_privately(interaction, notice(_(_BAD_PREFIX)))
            return
        await change(interaction, lambda now: replace(now, prefix=prefix))


def _place(interaction: Interaction) -> int:
    """Return the channel of a step, or the one that its thread or post belongs to."""
    return getattr(interaction.channel, "parent_id", None) or interaction.channel_id or 0


def _living(guild: discord.Guild, ids: Collection[int]) -> list[discord.abc.GuildChannel]:
    """Find channels; those that are gone are left out, since Discord refuses a menu that names them."""
    return [channel for each in ids if (channel := guild.get_channel(each))]
