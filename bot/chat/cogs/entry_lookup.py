"""Finding entries by what a moderator types."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from discord import app_commands

from bot.answering.answerer import Answerer
from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.screens.stop import marked_question, with_mark
from bot.i18n.catalogue import N_, _
from bot.knowledge.model import Entry, KnowledgeBase

NO_SUCH_ENTRY: Final = N_("There is no such entry. Pick one from the list that appears while you type.")

Choices: TypeAlias = list[app_commands.Choice[str]]


def find_entry(base: KnowledgeBase, typed: str) -> Entry | None:
    """Find an entry by its id or its question, those that are retired too."""
    entries = {**base.retired, **base.entries}
    key = typed.strip().casefold()
    return entries.get(key) or next((entry for entry in entries.values() if entry.question.casefold() == key), None)


def entry_id(base: KnowledgeBase, typed: str) -> str:
    """Return the id of an entry that is typed by id or question; what leads to none stays as typed."""
    found = find_entry(base, typed)
    return found.id if found else typed.strip()


async def complete_active(interaction: Interaction, typed: str) -> Choices:
    """Offer the entries in the FAQ that fit what is typed, those that are stopped among them."""
    return _choices(interaction, _fitting(interaction.client.live.current, typed))


async def complete_served(interaction: Interaction, typed: str) -> Choices:
    """Offer the entries that fit what is typed and are not stopped here."""
    stopped = interaction.client.store.stops(interaction.guild_id)
    found = _fitting(interaction.client.live.current, typed)
    return _choices(interaction, [entry for entry in found if entry.id not in stopped])


async def complete_stopped(interaction: Interaction, typed: str) -> Choices:
    """Offer what is stopped here and fits what is typed, latest first; by its id, what is in the files no more."""
    base, stopped = interaction.client.live.current.base, interaction.client.store.stops(interaction.guild_id)
    latest = sorted(stopped.values(), key=lambda each: each.since, reverse=True)
    named = [(found.question if (found := find_entry(base, each.entry)) else each.entry, each.entry) for each in latest]
    key = typed.strip().casefold()
    return limits.choices(pair for pair in named if any(key in part.casefold() for part in pair))


async def complete_retired(interaction: Interaction, typed: str) -> Choices:
    """Offer the retired entries that fit what is typed."""
    return _choices(interaction, _retired(interaction.client.live.current, typed))


async def complete_any(interaction: Interaction, typed: str) -> Choices:
    """Offer all entries that fit what is typed, retired ones last."""
    answerer = interaction.client.live.current
    return _choices(interaction, [*_fitting(answerer, typed), *_retired(answerer, typed)])


def _choices(interaction: Interaction, entries: Iterable[Entry]) -> Choices:
    """Name entries, and what members are not shown with a mark."""
    stopped = interaction.client.store.stops(interaction.guild_id)
    return limits.choices(
        (with_mark(_("{question} (retired)"), entry.question), entry.id)
        if entry.retired
        else (marked_question(entry, stopped), entry.id)
        for entry in entries
    )


def _fitting(answerer: Answerer, typed: str) -> list[Entry]:
    """List entries whose id holds what is typed, then those that the matcher finds for it."""
    entries = answerer.base.entries
    key = typed.strip().casefold()
    held = [entry.id for entry in entries.values() if key and key in entry.id]
    ranked = [link.entry for link in answerer.complete(typed, limits.CHOICES)]
    return [entries[each] for each in dict.fromkeys((*held[: limits.CHOICES], *ranked))]


def _retired(answerer: Answerer, typed: str) -> list[Entry]:
    key = typed.strip().casefold()
    return [entry for entry in answerer.base.retired.values() if key in entry.id or key in entry.question.casefold()]
