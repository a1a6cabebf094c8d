"""The message to the person who added the bot to a server."""

import discord

from bot.chat.message.markdown import literal
from bot.chat.message.page import Page, pages
from bot.chat.permissions import NEEDED
from bot.i18n.catalogue import _, ngettext
from bot.i18n.commands import SLASH, command
from bot.i18n.lists import enumerate_names
from bot.knowledge.model import KnowledgeBase


def welcome_pages(base: KnowledgeBase, guild: discord.Guild, *, message_content: bool) -> list[Page]:
    """Return the pages that say what the bot lacks in a new server, what to try first, and where help is.

    Args:
        base: the knowledge base that the server's questions are answered from.
        guild: the server.
        message_content: whether the bot has the message content intent.
    """
    title = _("I've joined {server}").format(server=literal(guild.name))
    help_ = _("`{help}` shows members what I can do. `{setup}` sets me up for the server.").format(
        help=command(SLASH, "help"), setup=command(SLASH, "setup")
    )
    sections = [f"### {title}", _lacking(guild.me.guild_permissions)]
    if not message_content:
        sections.append(
            _(
                "The message content intent is off, so I only see messages that mention me. Slash commands work. My "
                "operator can turn the intent on."
            )
        )
    # There may be no question, because all entries may be stopped.
    if first := next(iter(base.entries.values()), None):
        try_ = _("Try this in a channel: `{command}` {question}")
        sections.append(try_.format(command=command(SLASH, "ask"), question=literal(first.question)))
    return pages(["\n".join([*sections, help_])])


def _lacking(mine: discord.Permissions) -> str:
    missing = [_(needed.name) for needed in NEEDED if not getattr(mine, needed.flag)]
    if not missing:
        return _("I have all the permissions I need.")
    lack = ngettext(
        "I don't have the {names} permission. You can give it to my role in Server Settings > Roles.",
        "I don't have these permissions: {names}. You can give them to my role in Server Settings > Roles.",
        len(missing),
    )
    return lack.format(names=enumerate_names(missing))
