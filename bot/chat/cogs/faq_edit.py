"""Commands that edit the FAQ. Each turns its input into an edit and proposes it."""

import asyncio
import datetime as dt
from typing import Any, Final

from discord import app_commands

from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.edit_confirm import DraftButton, UndoButton, propose, undo_revision
from bot.chat.cogs.entry_forms import PARTS, EditButton, SpeakerMenu, add_form, open_edit_form
from bot.chat.cogs.entry_lookup import (
    complete_active,
    complete_any,
    complete_retired,
    entry_id,
    find_entry,
)
from bot.chat.cogs.faq_group import faq_group
from bot.chat.message import limits
from bot.chat.message.page import notice
from bot.chat.message.send import show_privately
from bot.chat.rights import Right, desk_of, needs
from bot.chat.screens.problems import problem_report
from bot.editing.edits import AddPhrasing, RemovePhrasing, Restore, Retire, Withdraw
from bot.i18n.catalogue import N_, ngettext
from bot.knowledge.model import WithdrawalReason
from bot.knowledge.withdrawal import passages_of_one

REASONS: Final = {
    WithdrawalReason.PRIVACY: N_("Privacy"),
    WithdrawalReason.SAFETY: N_("Safety"),
    WithdrawalReason.LEGAL: N_("Legal reason"),
    WithdrawalReason.OTHER: N_("Another reason"),
}
"""What the kinds of reasons are called."""


@app_commands.command(name="add", description=N_("Add a phrasing to an entry"), extras=needs(Right.EDITOR))
@app_commands.describe(entry=N_("The entry"), wording=N_("As a member would type it"))
@app_commands.autocomplete(entry=complete_active)
async def add_phrasing(interaction: Interaction, entry: str, wording: str) -> None:
    """Propose to add a phrasing."""
    await propose(interaction, AddPhrasing(entry_id(interaction.client.live.current.base, entry), wording))


@app_commands.command(name="remove", description=N_("Remove a phrasing from an entry"), extras=needs(Right.EDITOR))
@app_commands.describe(entry=N_("The entry"), wording=N_("As it is in the entry"))
@app_commands.autocomplete(entry=complete_active)
async def remove_phrasing(interaction: Interaction, entry: str, wording: str) -> None:
    """Propose to remove a phrasing."""
    await propose(interaction, RemovePhrasing(entry_id(interaction.client.live.current.base, entry), wording))


@remove_phrasing.autocomplete("wording")
async def _complete_wording(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Return choices of the phrasings of the entry chosen before."""
    base = interaction.client.live.current.base
    entry = base.entries.get(entry_id(base, str(interaction.namespace.entry or "")))
    key = typed.strip().casefold()
    return limits.choices((each, each) for each in (entry.phrasings if entry else ()) if key in each.casefold())


@app_commands.command(name="add", description=N_("Write a new entry"), extras=needs(Right.EDITOR))
async def add_entry(interaction: Interaction) -> None:
    """Open the form of a new entry."""
    await add_form(interaction.client).open(interaction)


@app_commands.command(name="edit", description=N_("Change an entry"), extras=needs(Right.EDITOR))
@app_commands.describe(
    entry=N_("The entry"), part=N_("What to change; by default the question, its phrasings and the answer")
)
@app_commands.autocomplete(entry=complete_any)
@app_commands.choices(part=[app_commands.Choice(name=name, value=part) for part, name in PARTS.items()])
async def edit_entry(interaction: Interaction, entry: str, part: str = "text") -> None:
    """Open the form of an entry with its current values."""
    await open_edit_form(interaction, entry, part)


@app_commands.command(
    name="retire", description=N_("Hide an entry from members; it stays in its file"), extras=needs(Right.EDITOR)
)
@app_commands.describe(entry=N_("The entry"))
@app_commands.autocomplete(entry=complete_active)
async def retire(interaction: Interaction, entry: str) -> None:
    """Propose to retire an entry."""
    base, today = interaction.client.live.current.base, dt.datetime.now(dt.UTC).date()
    await propose(interaction, Retire(entry_id(base, entry), today))


@app_commands.command(name="restore", description=N_("Show members a retired entry again"), extras=needs(Right.EDITOR))
@app_commands.describe(entry=N_("The entry"))
@app_commands.autocomplete(entry=complete_retired)
async def restore(interaction: Interaction, entry: str) -> None:
    """Propose to restore a retired entry."""
    await propose(interaction, Restore(entry_id(interaction.client.live.current.base, entry)))


@app_commands.command(
    name="withdraw", description=N_("Withdraw an entry at a person's request, for good"), extras=needs(Right.EDITOR)
)
@app_commands.describe(entry=N_("The entry"), reason=N_("Why the person asks for it; readers aren't told"))
@app_commands.autocomplete(entry=complete_any)
@app_commands.choices(reason=[app_commands.Choice(name=name, value=kind) for kind, name in REASONS.items()])
async def withdraw(interaction: Interaction, entry: str, reason: str) -> None:
    """Propose to withdraw an entry."""
    base, today = interaction.client.live.current.base, dt.datetime.now(dt.UTC).date()
    found = find_entry(base, entry)
    passages = passages_of_one(base, found) if found else ()
    await propose(interaction, Withdraw(entry_id(base, entry), today, WithdrawalReason(reason), passages))


@app_commands.command(name="undo", description=N_("Undo an edit"), extras=needs(Right.EDITOR))
@app_commands.describe(number=N_("The revision's number; see /faq history"))
async def undo(interaction: Interaction, number: app_commands.Range[int, 1]) -> None:
    """Propose to undo a revision."""
    await undo_revision(interaction, number)


@app_commands.command(name="reload", description=N_("Reload the files now"), extras=needs(Right.EDITOR))
async def reload(interaction: Interaction) -> None:
    """Reload the files, and show whether they are in use or which problems they have."""
    desk = desk_of(interaction)
    bot = interaction.client
    await interaction.response.defer(ephemeral=True, thinking=True)
    await bot.tell_of_edit()
    if await asyncio.to_thread(desk.refresh, bot.live):
        count = len(bot.live.current.base.entries)
        said = ngettext("Files reloaded: {count} entry in use.", "Files reloaded: {count} entries in use.", count)
        await show_privately(interaction, notice(said.format(count=count)))
    else:
        await show_privately(interaction, problem_report(bot.live.problems))


async def setup(bot: CaseBot) -> None:
    """Add the commands and the persistent controls below an edit; discord.py calls this."""
    bot.add_dynamic_items(DraftButton, UndoButton, EditButton, SpeakerMenu)
    phrasing = app_commands.Group(name="phrasing", description=N_("Phrasings that lead to an entry"))
    phrasing.add_command(add_phrasing)
    phrasing.add_command(remove_phrasing)
    commands: tuple[app_commands.Group | app_commands.Command[Any, ..., None], ...] = (
        add_entry,
        edit_entry,
        phrasing,
        retire,
        restore,
        withdraw,
        undo,
        reload,
    )
    for command in commands:
        faq_group(bot).add_command(command)
