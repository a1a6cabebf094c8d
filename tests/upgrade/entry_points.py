"""Today's entry points: the only module of these tests that knows where the code keeps them and what it calls them.

When code is moved or renamed, adapt this module. Leave alone what the tests expect: that is what people had in
November 2026.
"""

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any, Final, Generic, NamedTuple, TypeVar

import discord
from pydantic import SecretStr

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot
from bot.cli import main
from bot.cluster.cluster import SingleProcess
from bot.cluster.shards import Shards
from bot.config import Settings
from bot.editing.desk import Desk
from bot.editing.edits import AddPhrasing, Edit
from bot.editing.knowledge_source import open_source
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import LiveKnowledge
from bot.store.database import Database
from bot.store.memory import MemoryStore
from bot.store.migrate import BehindError
from bot.store.opening import open_store
from bot.store.store import Store
from bot.store.types import GuildSettings, Resolution, Why
from tests.upgrade.november import TOKEN

__all__ = ["BehindError", "CaseBot", "GuildSettings", "KnowledgeBase", "Resolution", "Why", "main"]

NOON: Final = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
"""When edits of the tests are made."""


def settings() -> dict[str, Any]:
    """Return the settings as every command reads them, by variable."""
    return {f"CASEBOT_{name.upper()}": value for name, value in Settings()}


@contextlib.asynccontextmanager
async def store(url: str) -> AsyncIterator[Store]:
    """Open the store with the bot's old token, and close it."""
    async with open_store(SecretStr(url), dt.timedelta(days=90), SingleProcess(), SecretStr(TOKEN)) as opened_store:
        yield opened_store


async def tidy(opened_store: Store) -> None:
    """Run the daily clean-up now."""
    assert isinstance(opened_store, Database)
    await opened_store.tidy()


class HistoryItem(NamedTuple):
    """One line of the history."""

    number: int
    author: str
    what: str


T = TypeVar("T")


class Editor(Generic[T]):
    """The knowledge folder as ``casebot run`` opens it, with a moderator who edits it."""

    def __init__(self, build: Callable[[KnowledgeBase], T], **settings: object) -> None:
        """Open the folder; relative paths start at the current directory.

        Args:
            build: builds what members are served from; see :func:`editor` and :func:`answering_editor`.
            settings: fields of the settings that differ from the defaults.
        """
        self.folder, desk = open_source(Settings(_env_file=None).model_copy(update=settings), {})
        assert desk
        self.desk: Desk[T] = desk
        self.live = LiveKnowledge(self.folder, build)

    def history(self) -> list[HistoryItem]:
        """Return the edits, newest first."""
        return [HistoryItem(each.number, each.author, each.what) for each in self.desk.history()]

    def phrasings(self, entry: str) -> tuple[str, ...]:
        """Return the wordings in the files that lead to an entry."""
        return load(self.folder).entries[entry].phrasings

    def answer(self, entry: str) -> str:
        """Return the answer of an entry in the files."""
        return load(self.folder).entries[entry].answer

    def add(self, entry: str, phrasing: str) -> None:
        """Add a phrasing."""
        self._make(AddPhrasing(entry, phrasing))

    def undo(self, number: int) -> None:
        """Undo an edit."""
        self._make(self.desk.undo(number))

    def _make(self, edit: Edit) -> None:
        self.desk.confirm(self.desk.draft(edit, self.live), self.live, "Zoe", NOON)


def editor(**settings: object) -> Editor[KnowledgeBase]:
    """Open the folder where nobody asks questions: no matcher is built."""
    return Editor(lambda base: base, **settings)


def answering_editor(**settings: object) -> Editor[Answerer]:
    """Open the folder and build what answers questions."""
    return Editor(partial(Answerer, lexical_only=True), **settings)


def bot(editor: Editor[Answerer], opened_store: Store, servers: Sequence[int]) -> CaseBot:
    """Return a bot that isn't connected yet."""
    return CaseBot(
        editor.live,
        opened_store,
        prefix="!",
        message_content=True,
        desk=editor.desk,
        desk_servers=servers,
        shards=Shards(1, range(1)),
    )


class Commands(NamedTuple):
    """What members can call today."""

    slash: list[dict[str, Any]]
    """Slash commands and message commands, as registered at Discord."""

    typed: frozenset[str]
    """Names and aliases of typed commands."""


async def commands() -> Commands:
    """Return the commands of a bot that is never connected."""
    nobody: Any = None
    async with CaseBot(nobody, MemoryStore(), prefix="!", message_content=True) as made:
        await made.load_cogs()
        tree = made.tree
        slash = [each.to_dict(tree) for each in tree.get_commands(type=discord.AppCommandType.chat_input)]
        menu = [each.to_dict(tree) for each in tree.get_commands(type=discord.AppCommandType.message)]
        return Commands([*slash, *menu], frozenset(made.all_commands))
