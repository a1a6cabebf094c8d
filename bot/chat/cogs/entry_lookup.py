"""Finding entries by what a moderator types, and autocompletion of entries."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from discord import app_commands

from bot.chat.client import CaseBot, Interaction
from bot.chat.message import limits
from bot.chat.screens.stop import marked_question, with_mark
from bot.i18n.catalogue import N_, _
from bot.knowledge.model import Entry, KnowledgeBase

NO_SUCH_ENTRY: Final = N_("There's no such entry. Pick one from the list that appears as you type.")

Choices: TypeAlias = list[app_commands.Choice[str]]


def find_entry(base: KnowledgeBase, typed: str) -> Entry | None:
    """Return the entry with an id or a question, even a retired one; None if there is none."""
    entries = {**base.retired, **base.entries}
    key = typed.strip().casefold()
    return entries.get(key) or next((entry for entry in entries.values() if entry.question.casefold() == key), None)


def entry_id(base: KnowledgeBase, typed: str) -> str:
    """Return the id of the entry with an id or a question; if there is none, what was typed."""
    found = find_entry(base, typed)
    return found.id if found else typed.strip()


async def complete_active(interaction: Interaction, typed: str) -> Choices:
    """Return choices of the entries that match what was typed, including stopped ones."""
    return _choices(interaction, _matching(interaction.client, typed))


async def complete_served(interaction: Interaction, typed: str) -> Choices:
    """Return choices of the entries that match what was typed and are not stopped here."""
    stopped = interaction.client.store.stops(interaction.guild_id)
    found = _matching(interaction.client, typed)
    return _choices(interaction, [entry for entry in found if entry.id not in stopped])


async def complete_stopped(interaction: Interaction, typed: str) -> Choices:
    """Return choices of the entries that match what was typed and are stopped here, latest first.

    An entry that is no longer in the files is shown by its id, but not if it was withdrawn.
    """
    base, stopped = interaction.client.live.current.base, interaction.client.store.stops(interaction.guild_id)
    told = [each for each in stopped.values() if each.entry not in base.withdrawn]
    latest = sorted(told, key=lambda each: each.since, reverse=True)
    named = [(found.question if (found := find_entry(base, each.entry)) else each.entry, each.entry) for each in latest]
    key = typed.strip().casefold()
    return limits.choices(pair for pair in named if any(key in part.casefold() for part in pair))


async def complete_retired(interaction: Interaction, typed: str) -> Choices:
    """Return choices of the retired entries that match what was typed."""
    return _choices(interaction, _retired(interaction.client, typed))


async def complete_any(interaction: Interaction, typed: str) -> Choices:
    """Return choices of all entries that match what was typed, retired ones last."""
    bot = interaction.client
    return _choices(interaction, [*_matching(bot, typed), *_retired(bot, typed)])


def _choices(interaction: Interaction, entries: Iterable[Entry]) -> Choices:
    """Return choices of entries, with a mark on retired and stopped ones."""
    stopped = interaction.client.store.stops(interaction.guild_id)
    return limits.choices(
        (with_mark(_("{question} (retired)"), entry.question), entry.id)
        if entry.retired
        else (marked_question(entry, stopped), entry.id)
        for entry in entries
    )


def _matching(bot: CaseBot, typed: str) -> list[Entry]:
    """Return the entries whose id contains what was typed, followed by those whose question matches."""
    entries = bot.live.current.base.entries
    key = typed.strip().casefold()
    by_id = [entry.id for entry in entries.values() if key and key in entry.id]
    by_question = [link.entry for link in bot.questions.preview_complete(typed, limits.CHOICES)]
    # A reload between the two look-ups may have added entries.
    return [entries[each] for each in dict.fromkeys((*by_id[: limits.CHOICES], *by_question)) if each in entries]


def _retired(bot: CaseBot, typed: str) -> list[Entry]:
    key = typed.strip().casefold()
    retired = bot.live.current.base.retired.values()
    return [entry for entry in retired if key in entry.id or key in entry.question.casefold()]
