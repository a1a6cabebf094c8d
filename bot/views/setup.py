"""A server's settings in plain words, with warnings about choices that cannot work."""

from collections.abc import Callable, Collection, Iterable
from typing import Final

import discord

from bot.language.catalogue import SOURCE, _, known
from bot.language.dates import say_language
from bot.store.model import GuildSettings

_NAMED: Final = 10
"""Our own: channels or roles named in one line, so that all lines fit one message; the menus show the rest."""

_NO_TYPED: Final = "typed commands do not work, because the message content intent is off. Slash commands do."
_NO_AUTO: Final = (
    "this does not work, because the message content intent is off. Whoever runs the bot can switch it on."
)
_PUBLIC: Final = "everyone can read that channel."
_NOWHERE: Final = "without a moderator channel there is nowhere to post it."


def prefix_line(settings: GuildSettings, *, default: str, message_content: bool) -> str:
    """Say what typed commands start with.

    Args:
        settings: the server's.
        default: the bot's own prefix.
        message_content: whether the bot runs with the message content intent.
    """
    shown = f"`{settings.prefix}`" if settings.prefix else f"`{default}` (default)"
    return _lines(f"**Typed commands start with** {shown}", () if message_content else (_NO_TYPED,))


def channels_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Say where the bot answers when asked."""
    shown = _list(settings.channels, guild.get_channel) or "all channels (default)"
    return _lines(f"**I answer in** {shown}", _closed(guild, settings.channels))


def auto_line(settings: GuildSettings, guild: discord.Guild, *, message_content: bool) -> str:
    """Say where the bot answers without being asked."""
    shown = _list(settings.auto_channels, guild.get_channel) or "no channel (default)"
    off = (_NO_AUTO,) if settings.auto_channels and not message_content else ()
    warnings = (*off, *_closed(guild, settings.auto_channels))
    return _lines(f"**I answer without being asked, where I am sure, in** {shown}", warnings)


def roles_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Say who is a moderator."""
    others = _list(settings.moderator_roles, guild.get_role)
    return f"**Moderators are** people with Manage Server{f' and {others}' if others else ' only (default)'}"


def moderator_channel_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Say where the bot tells the moderators what needs them."""
    if settings.moderator_channel is None:
        return "**Moderator channel:** none (default)"
    channel = guild.get_channel(settings.moderator_channel)
    public = (_PUBLIC,) if channel and channel.permissions_for(guild.default_role).view_channel else ()
    ids = [settings.moderator_channel]
    return _lines(f"**Moderator channel:** {_list(ids, guild.get_channel)}", (*public, *_closed(guild, ids)))


def language_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Say which language the bot's own words and dates are in."""
    if settings.language:
        return _("**Language of my own words:** {language}").format(language=say_language(settings.language))
    own = say_language(known(str(guild.preferred_locale)) or SOURCE)
    return _("**Language of my own words:** {language} (default)").format(language=own)


def log_line(settings: GuildSettings) -> str:
    """Say whether questions are kept."""
    kept = "kept for the moderators, without who asked (default)" if settings.log_questions else "not kept"
    return f"**Questions asked here are** {kept}"


def digest_line(settings: GuildSettings) -> str:
    """Say whether there is a weekly digest."""
    warnings = (_NOWHERE,) if settings.digest and settings.moderator_channel is None else ()
    return _lines(
        f"**Weekly digest in the moderator channel:** {'on' if settings.digest else 'off (default)'}", warnings
    )


def _lines(text: str, warnings: Iterable[str]) -> str:
    return "\n".join([text, *(f"Warning: {warning}" for warning in warnings)])


def _list(ids: Collection[int], find: Callable[[int], discord.abc.GuildChannel | discord.Role | None]) -> str:
    """Name channels or roles by mention; empty where there are none. What was deleted since is said to be gone."""
    found = sorted((each for each in map(find, ids) if each), key=lambda each: each.position)
    names = [each.mention for each in found[:_NAMED]]
    if more := len(found) - len(names):
        names.append(f"{more} more")
    if gone := len(ids) - len(found):
        names.append("one that is gone" if gone == 1 else f"{gone} that are gone")
    return ", ".join(names)


def _closed(guild: discord.Guild, ids: Collection[int]) -> list[str]:
    """Warn of channels in which the bot cannot answer."""
    closed = [each for each in ids if (channel := guild.get_channel(each)) and not _can_write(channel)]
    return [f"I cannot see or write in {_list(closed, guild.get_channel)}."] if closed else []


def _can_write(channel: discord.abc.GuildChannel) -> bool:
    mine = channel.permissions_for(channel.guild.me)
    # A forum holds threads only.
    write = mine.send_messages_in_threads if isinstance(channel, discord.ForumChannel) else mine.send_messages
    return mine.view_channel and write
