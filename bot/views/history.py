"""The confirmed edits as a list."""

import asyncio
from typing import TYPE_CHECKING, Final

import discord

from bot.knowledge.edit.revision import Revision
from bot.language.catalogue import N_, _
from bot.views.draft import author_words, revision_line
from bot.views.markdown import literal
from bot.views.paginator import Leaf, leaf_pages

if TYPE_CHECKING:
    from bot.client import CaseBot

NO_HISTORY: Final = N_("I keep no history here: I may not write the folder with my FAQ.")


async def history_leaves(bot: "CaseBot", entry: str) -> list[Leaf]:
    """List the edits made at the desk, newest first.

    Args:
        bot: whose desk.
        entry: only those of this entry; empty for all.
    """
    if bot.desk is None:
        return leaf_pages([_(NO_HISTORY)])
    found = await asyncio.to_thread(bot.desk.history, entry or None)
    head = _("### History of {entry}").format(entry=literal(entry)) if entry else _("### History")
    if not found:
        return leaf_pages([f"{head}\n{_('Nothing has been edited at the desk yet.')}"])
    return leaf_pages(["\n".join([head, *map(_line, found)])])


def _line(revision: Revision) -> str:
    when = discord.utils.format_dt(revision.when, "f")
    return f"**{revision.number}** {when}, {author_words(revision)}: {revision_line(revision)}"
