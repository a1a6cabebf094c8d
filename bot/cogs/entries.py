"""Finding entries by what a moderator types."""

from typing import TYPE_CHECKING, Final, TypeAlias

import discord
from discord import app_commands

from bot.answering import Answerer
from bot.knowledge.model import Entry, KnowledgeBase
from bot.language.catalogue import N_, _
from bot.views import limits

if TYPE_CHECKING:
    from bot.client import CaseBot

Interaction: TypeAlias = "discord.Interaction[CaseBot]"
UNKNOWN: Final = N_("There is no such entry. Pick one from the list that appears while you type.")

Choices: TypeAlias = list[app_commands.Choice[str]]


def find_entry(base: KnowledgeBase, typed: str) -> Entry | None:
    """Find an entry by its id or its question, those that are retired too."""
    entries = {**base.retired, **base.entries}
    key = typed.strip().casefold()
    return entries.get(key) or next((entry for entry in entries.values() if entry.question.casefold() == key), None)


def entry_id(base: KnowledgeBase, typed: str) -> str:
    """Give the id of an entry that is typed by id or question; what leads to none stays as it is typed."""
    found = find_entry(base, typed)
    return found.id if found else typed.strip()


async def complete_active(interaction: Interaction, typed: str) -> Choices:
    """Offer the entries in service that fit what is typed."""
    return limits.choices(_named(entry) for entry in _fitting(interaction.client.live.current, typed))


async def complete_retired(interaction: Interaction, typed: str) -> Choices:
    """Offer the retired entries that fit what is typed."""
    return limits.choices(_named(entry) for entry in _retired(interaction.client.live.current, typed))


async def complete_any(interaction: Interaction, typed: str) -> Choices:
    """Offer all entries that fit what is typed, those in service first."""
    answerer = interaction.client.live.current
    found = [*_fitting(answerer, typed), *_retired(answerer, typed)]
    return limits.choices(_named(entry) for entry in found)


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


def _named(entry: Entry) -> tuple[str, str]:
    if not entry.retired:
        return entry.question, entry.id
    name = _("{question} (retired)")
    room = limits.CHOICE - len(name.format(question=""))
    return name.format(question=limits.cut(entry.question, room)), entry.id
