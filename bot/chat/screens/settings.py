"""A server's settings in plain words, with warnings about settings that cannot work."""

from collections.abc import Callable, Collection, Iterable
from typing import Final

import discord

from bot.chat.message.errors import cannot_answer
from bot.chat.permissions import missing_permissions, place_of
from bot.i18n.catalogue import N_, SOURCE, _, known, ngettext
from bot.i18n.dates import language_name
from bot.store.types import GuildSettings

_MAX_NAMED: Final = 10
"""Our own limit: channels or roles named in one line, so that all lines fit into one message; the menus show all."""

_NO_TYPED: Final = N_("typed commands don't work, because the message content intent is off. Slash commands do.")
_NO_AUTO: Final = N_("this doesn't work, because the message content intent is off. My operator can turn it on.")
_OUTSIDE: Final = N_("this doesn't work in {channels} until you also choose them above.")
_PUBLIC: Final = N_("everyone can read that channel.")
_ALL_MODERATE: Final = N_(
    "that makes everyone in this server a moderator. Anyone can stop answers, and read the unanswered questions."
)
_HIDDEN: Final = N_(
    "{roles} can't see `/faq`, because they don't have Manage Messages. You can change that in Server Settings > "
    "Integrations."
)
_NOWHERE: Final = N_("it needs a moderator channel to be posted in.")


def paused_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Return the line that says where the moderators have paused the bot."""
    if settings.paused:
        return _("**Paused in the whole server:** I don't answer anyone here, except through this command and `/faq`.")
    if settings.paused_channels:
        shown = _list(settings.paused_channels, guild.get_channel)
        return _("**Paused in** {channels}").format(channels=shown)
    return _("**Paused:** nowhere (default)")


def prefix_line(settings: GuildSettings, *, default: str, message_content: bool) -> str:
    """Return the line that says what typed commands start with.

    Args:
        settings: the server's settings.
        default: the bot's default prefix.
        message_content: whether the bot has the message content intent.
    """
    line = (
        _("**Typed commands start with** {prefix}")
        if settings.prefix
        else _("**Typed commands start with** {prefix} (default)")
    )
    shown = line.format(prefix=f"`{settings.prefix or default}`")
    return _lines(shown, () if message_content else (_(_NO_TYPED),))


def channels_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Return the line that says where the bot answers when asked."""
    shown = _list(settings.channels, guild.get_channel) or _("all channels (default)")
    line = _("**I answer in** {channels}").format(channels=shown)
    return _lines(line, _closed(guild, settings.channels))


def auto_line(settings: GuildSettings, guild: discord.Guild, *, message_content: bool) -> str:
    """Return the line that says where the bot answers unprompted."""
    shown = _list(settings.auto_channels, guild.get_channel) or _("no channel (default)")
    off = (_(_NO_AUTO),) if settings.auto_channels and not message_content else ()
    outside = settings.auto_channels - settings.channels if settings.channels else ()
    quiet = (_(_OUTSIDE).format(channels=_list(outside, guild.get_channel)),) if outside else ()
    warnings = (*off, *quiet, *_closed(guild, settings.auto_channels))
    line = _("**I answer questions nobody addressed to me, when I'm sure, in** {channels}").format(channels=shown)
    return _lines(line, warnings)


def roles_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Return the line that says who is a moderator, with a warning about roles that don't see the commands."""
    others = _list(settings.moderator_roles, guild.get_role)
    if not others:
        return _("**Moderators are** people with Manage Server only (default)")
    everyone = guild.default_role.id
    named = settings.moderator_roles - {everyone}
    blind = [each for each in named if (role := guild.get_role(each)) and not _sees_commands(role)]
    warnings = [_(_ALL_MODERATE)] if everyone in settings.moderator_roles else []
    warnings += [_(_HIDDEN).format(roles=_list(blind, guild.get_role))] if blind else []
    return _lines(_("**Moderators are** people with Manage Server and {roles}").format(roles=others), warnings)


def moderator_channel_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Return the line that names the moderator channel."""
    if settings.moderator_channel is None:
        return _("**Moderator channel:** none (default)")
    channel = guild.get_channel(settings.moderator_channel)
    public = (_(_PUBLIC),) if channel and channel.permissions_for(guild.default_role).view_channel else ()
    ids = [settings.moderator_channel]
    line = _("**Moderator channel:** {channel}").format(channel=_list(ids, guild.get_channel))
    return _lines(line, (*public, *_closed(guild, ids)))


def language_line(settings: GuildSettings, guild: discord.Guild) -> str:
    """Return the line that names the language of the bot's own words and dates."""
    if settings.language:
        return _("**My language:** {language}").format(language=language_name(settings.language))
    own = language_name(known(str(guild.preferred_locale)) or SOURCE)
    return _("**My language:** {language} (same as the server; answers stay in the FAQ's language)").format(
        language=own
    )


def log_line(settings: GuildSettings) -> str:
    """Return the line that says whether questions are kept."""
    if settings.log_questions:
        return _("**Questions asked here are** kept for moderators, but not who asked them (default)")
    return _("**Questions asked here are** not kept")


def digest_line(settings: GuildSettings) -> str:
    """Return the line that says whether there is a weekly digest."""
    warnings = (_(_NOWHERE),) if settings.digest and settings.moderator_channel is None else ()
    on = _("**Weekly digest in the moderator channel:** on")
    return _lines(on if settings.digest else _("**Weekly digest in the moderator channel:** off (default)"), warnings)


def _lines(text: str, warnings: Iterable[str]) -> str:
    return "\n".join([text, *(_("Warning: {what}").format(what=warning) for warning in warnings)])


def _sees_commands(role: discord.Role) -> bool:
    """Return whether Discord shows `/faq` to a role by default; the server can change that."""
    together = role.permissions | role.guild.default_role.permissions
    return together.manage_messages or together.administrator


def _list(ids: Collection[int], find: Callable[[int], discord.abc.GuildChannel | discord.Role | None]) -> str:
    """Return a list of mentions of channels or roles, with a count of those that are deleted; may be empty."""
    found = sorted((each for each in map(find, ids) if each), key=lambda each: each.position)
    names = [each.mention for each in found[:_MAX_NAMED]]
    if more := len(found) - len(names):
        names.append(_("{count} more").format(count=more))
    if gone := len(ids) - len(found):
        names.append(ngettext("one that is gone", "{count} that are gone", gone).format(count=gone))
    return ", ".join(names)


def _closed(guild: discord.Guild, ids: Collection[int]) -> list[str]:
    """Return warnings about channels where the bot can't answer, one for all channels with the same cause."""
    closed: dict[tuple[str, ...], list[int]] = {}
    for each in sorted(ids):
        if (channel := guild.get_channel(each)) and (missing := _missing(channel)):
            closed.setdefault(missing, []).append(each)
    return [cannot_answer(_list(those, guild.get_channel), missing) for missing, those in closed.items()]


def _missing(channel: discord.abc.GuildChannel) -> tuple[str, ...]:
    mine = channel.permissions_for(channel.guild.me)
    return tuple(missing_permissions(mine, place_of(channel), pictures=False))
