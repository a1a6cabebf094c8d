"""The confirmed edits, and what was stopped, as a list."""

import asyncio
import datetime as dt
from typing import Final

import discord

from bot.chat.client import CaseBot
from bot.chat.message.markdown import literal
from bot.chat.screens.edit_preview import author_words, revision_line
from bot.chat.screens.paginator import ListPage, leaf_pages
from bot.chat.screens.stop import stop_events
from bot.editing.revision import Revision
from bot.i18n.catalogue import N_, _
from bot.store.store import StoreError

NO_HISTORY: Final = N_("I keep no history here: I may not write the folder with my FAQ.")


async def history_pages(bot: CaseBot, entry: str, guild: int) -> list[ListPage]:
    """List the edits made at the desk, and what was stopped and served again, newest first.

    Args:
        bot: whose desk.
        entry: only those of this entry; empty for all.
        guild: the server whose own stops are listed, too.
    """
    edits = await asyncio.to_thread(bot.desk.history, entry or None) if bot.desk else ()
    remarks = [] if bot.desk else [_(NO_HISTORY)]
    try:
        stops = await bot.store.stop_history(guild, entry or None)
    except StoreError as error:
        stops = list(bot.store.stops(guild).values())
        remarks.append(_("What was stopped before cannot be read now: {reason}").format(reason=literal(str(error))))
    lines = sorted([*map(_event, edits), *stop_events(stops)], key=lambda event: event[0], reverse=True)
    if not lines and not bot.desk:
        return leaf_pages(remarks)
    head = _("### History of {entry}").format(entry=literal(entry)) if entry else _("### History")
    if not lines:
        remarks.append(_("Nothing has been edited at the desk yet."))
    return leaf_pages(["\n".join([head, *remarks, *(line for _when, line in lines)])])


def _event(revision: Revision) -> tuple[dt.datetime, str]:
    when = discord.utils.format_dt(revision.when, "f")
    return revision.when, f"**{revision.number}** {when}, {author_words(revision)}: {revision_line(revision)}"
