"""`/faq show`, `try`, `check` and `history`: the FAQ for moderators, including those who may not edit it."""

import asyncio
import datetime as dt
from collections.abc import Iterable
from typing import Any

from discord import app_commands

from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.entry_forms import EditButton
from bot.chat.cogs.entry_lookup import NO_SUCH_ENTRY, complete_any, entry_id, find_entry
from bot.chat.cogs.faq_group import faq_group
from bot.chat.message.page import notice
from bot.chat.message.send import show_privately
from bot.chat.rights import Right, needs, refusal, server_of
from bot.chat.screens.check import check_pages
from bot.chat.screens.entry import StoredButton, entry_pages, stored_pages, try_pages
from bot.chat.screens.history import history_pages
from bot.chat.screens.paginator import ListPage, StaffListKind, open_list_privately, register_lists
from bot.chat.screens.stop import switch, withdrawn_line
from bot.editing.desk import stored
from bot.i18n.catalogue import N_, _
from bot.knowledge.ids import slug
from bot.knowledge.model import KnowledgeBase
from bot.store.store import StoreError
from bot.store.types import Stop


@app_commands.command(
    name="show", description=N_("An entry as it is in its file, and as members see it"), extras=needs(Right.MODERATOR)
)
@app_commands.describe(entry=N_("The entry"))
@app_commands.autocomplete(entry=complete_any)
async def show_entry(interaction: Interaction, entry: str) -> None:
    """Show an entry as members see it, with a button that shows its lines in the file."""
    bot, here = interaction.client, server_of(interaction)
    found = find_entry(bot.live.current.base, entry)
    if found is None:
        gone = bot.live.current.base.withdrawn.get(entry.strip())
        await show_privately(interaction, notice(withdrawn_line(gone) if gone else _(NO_SUCH_ENTRY)))
        return
    lines = await asyncio.to_thread(stored, bot.live.folder, found.id)
    stop = bot.store.stops(here).get(found.id)
    reply = bot.questions.preview_entry(found.id)
    edit = [] if refusal(interaction, Right.EDITOR) else [EditButton(found.id)]
    await show_privately(interaction, entry_pages(found, lines, reply, stop, [*edit, *switch(bot, found.id, here)]))


@app_commands.command(name="try", description=N_("What a question leads to, and why"), extras=needs(Right.MODERATOR))
@app_commands.describe(
    question=N_("As a member would ask it"), details=N_("Show the answer as members see it, and each step")
)
async def try_(interaction: Interaction, question: str, details: bool = False) -> None:  # noqa: FBT001, FBT002 - options have names
    """Answer a question for a moderator and explain the decision, without recording it."""
    base = interaction.client.live.current.base
    reply = interaction.client.questions.preview(question)
    stops = interaction.client.store.stops(interaction.guild_id)
    await show_privately(interaction, try_pages(question, reply, stops, base, details=details))


@app_commands.command(
    name="check",
    description=N_("What's wrong with the files, and what could be better"),
    extras=needs(Right.MODERATOR),
)
async def check(interaction: Interaction) -> None:
    """Show problems, the regression set and hints."""
    # If they are not cached, the hints take seconds.
    await interaction.response.defer(ephemeral=True, thinking=True)
    await open_list_privately(interaction, "check")


@app_commands.command(name="history", description=N_("Who changed what, and when"), extras=needs(Right.MODERATOR))
@app_commands.describe(entry=N_("Only changes to this entry"))
@app_commands.autocomplete(entry=complete_any)
async def history(interaction: Interaction, entry: str | None = None) -> None:
    """Show the confirmed edits."""
    # An entry that is no longer in the files still has a history.
    what = entry_id(interaction.client.live.current.base, entry) if entry else ""
    if what != slug(what):
        await show_privately(interaction, notice(_(NO_SUCH_ENTRY)))
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    await open_list_privately(interaction, "history", what)


async def _stored_pages(bot: CaseBot, entry: str, _guild: int) -> list[ListPage]:
    """Return the pages of an entry's lines in its file."""
    return stored_pages(entry, await asyncio.to_thread(stored, bot.live.folder, entry))


async def _check_pages(bot: CaseBot, _what: str, guild: int) -> list[ListPage]:
    """Return the pages of the results of `casebot check`, and of the stops in a server."""
    answerer, problems = bot.live.current, bot.live.problems
    figures = await asyncio.to_thread(bot.check_cache.figures, answerer)
    today = dt.datetime.now(dt.UTC).date()
    hints = () if problems else await asyncio.to_thread(bot.check_cache.hints, answerer, bot.live.folder, today)
    stops = _tellable(bot.store.stops(guild).values(), answerer.base)
    return check_pages(answerer.base, problems, stops, figures, hints)


async def _history_pages(bot: CaseBot, entry: str, guild: int) -> list[ListPage]:
    """Return the pages of the edits of an entry, or of all, and of the stops in a server."""
    withdrawn = bot.live.current.base.withdrawn
    edits = await asyncio.to_thread(bot.desk.history, entry or None, withdrawn) if bot.desk else None
    unread = None
    try:
        stops = await bot.store.stop_history(guild, entry or None)
    except StoreError as error:
        stops, unread = list(bot.store.stops(guild).values()), error
    return history_pages(entry, edits, _tellable(stops, bot.live.current.base), unread)


def _tellable(stops: Iterable[Stop], base: KnowledgeBase) -> list[Stop]:
    """Return the stops of entries that were not withdrawn: why an entry was stopped may tell what it said."""
    return [stop for stop in stops if stop.entry not in base.withdrawn]


async def setup(bot: CaseBot) -> None:
    """Add the commands; discord.py calls this."""
    register_lists(
        check=StaffListKind(_check_pages, command="faq check"),
        history=StaffListKind(_history_pages, command="faq history"),
        stored=StaffListKind(_stored_pages, command="faq show"),
    )
    bot.add_dynamic_items(StoredButton)
    commands: tuple[app_commands.Command[Any, ..., None], ...] = (show_entry, try_, check, history)
    for command in commands:
        faq_group(bot).add_command(command)
