"""The history of edits and stops as a list."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

import discord

from bot.chat.message.markdown import literal
from bot.chat.screens.edit_preview import author_words, revision_line
from bot.chat.screens.paginator import ListPage, list_pages
from bot.chat.screens.stop import stop_events
from bot.editing.revision import Revision
from bot.i18n.catalogue import N_, _
from bot.store.store import StoreError
from bot.store.types import Stop

NO_HISTORY: Final = N_("I keep no history here: I don't have write access to my FAQ folder.")


def history_pages(
    entry: str, edits: Sequence[Revision] | None, stops: Iterable[Stop], unread: StoreError | None
) -> list[ListPage]:
    """Return the pages of the confirmed edits, and of stops and their ends, newest first.

    Args:
        entry: id of the only entry to list; empty for all.
        edits: the revisions; None if there is no desk.
        stops: the stops; only those in force if the others could not be read.
        unread: why the others could not be read; None if they were.
    """
    remarks = [_(NO_HISTORY)] if edits is None else []
    if unread:
        remarks.append(
            _("I can't read which answers are stopped right now: {reason}").format(reason=literal(str(unread)))
        )
    lines = sorted([*map(_event, edits or ()), *stop_events(stops)], key=lambda event: event[0], reverse=True)
    if not lines and edits is None:
        return list_pages(remarks)
    head = _("### History of {entry}").format(entry=literal(entry)) if entry else _("### History")
    if not lines:
        remarks.append(_("Nothing has been edited in chat yet."))
    return list_pages(["\n".join([head, *remarks, *(line for _when, line in lines)])])


def _event(revision: Revision) -> tuple[dt.datetime, str]:
    when = discord.utils.format_dt(revision.when, "f")
    return revision.when, f"**{revision.number}** {when}, {author_words(revision)}: {revision_line(revision)}"
