"""All that the recordings know of the code: how a bot and a command line are made, and what they rest on.

Where modules move or are renamed, this file follows, and no other of the recordings.
"""

import asyncio
import contextlib
import datetime as dt
import inspect
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import pytest
from pydantic import SecretStr
from typing_extensions import override

import bot.store.opening  # noqa: F401 - commands import it when the clock is not the real one any more
from bot.answering.answerer import Answerer
from bot.answering.reply import Link, Reply
from bot.answering.service import QuestionService
from bot.chat import rate_limit
from bot.chat.client import CaseBot
from bot.chat.message import limits
from bot.chat.rate_limit import SlidingWindow
from bot.cli import ask, main
from bot.cli.common import build_answerer
from bot.config import Settings, shipped_knowledge
from bot.editing import journal
from bot.editing.desk import Desk
from bot.editing.git.clone import cloned
from bot.editing.git.remote import Remote
from bot.editing.git.sync import Sync
from bot.knowledge.model import Person
from bot.knowledge.reload import LiveKnowledge
from bot.matching.types import Outcome
from bot.ops.http import serving
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.memory import MemoryStore
from bot.store.store import StoreError
from bot.store.types import Asked, Surface
from tests.chat.conftest import ONE, FakeLive, Town
from tests.editing.elsewhere import INNER, Elsewhere, elsewhere, git
from tests.places import HARBOUR, ROOT

__all__ = ["Answerer", "CaseBot", "House", "Person", "Plan", "Town", "built", "main"]

"""A small case made up for tests, in which previews take no time."""

SERVER: Final = 420_000_000_000_000_042
"""The id of the server, which has to be known before the bot is made."""

CATALOGUE: Final = ROOT / "bot" / "i18n" / "catalogues" / "es.po"
"""Every sentence that the bot has for members and moderators."""

OUTCOMES: Final = tuple(map(str, Outcome))
"""What may come of a question."""

Home: TypeAlias = Literal["folder", "locked", "work tree", "repository"]
"""Where the FAQ is: in a folder, in one that cannot be written, in a git work tree, in a repository elsewhere."""


@dataclass(frozen=True)
class Plan:
    """What kind of bot a scenario is about."""

    shipped: bool = False
    """Whether it answers from the FAQ that comes with it, and takes no edits; else from the small case."""

    home: Home = "folder"
    edits: bool = True
    """Whether the moderators of the server may edit."""

    ephemeral_disk: bool = False
    """Whether the host throws its files away."""

    message_content: bool = True
    hurried: bool = True
    """Whether members may ask as fast as they like."""

    locale: str = "en-US"
    """What Discord says of the server's language."""


@dataclass
class House:
    """What a bot rests on, and the bot."""

    plan: Plan
    folder: Path
    live: Any
    desk: Any
    elsewhere: Elsewhere | None
    store: MemoryStore = field(default_factory=MemoryStore)
    bot: CaseBot = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> CaseBot:
        """Make the bot, or another process of it."""
        self.bot = CaseBot(
            self.live,
            self.store,
            prefix="!",
            message_content=self.plan.message_content,
            desk=self.desk,
            desk_servers={SERVER} if self.plan.edits else (),
            shards=ONE,
        )
        return self.bot

    def stop(self) -> None:
        """Let the bot take no more questions, as at the end of its process."""
        self.bot.stopping = True

    @contextlib.contextmanager
    def database_away(self) -> Iterator[None]:
        """Let everything fail that waits for the database."""

        async def away(*_: object, **__: object) -> None:
            message = "The database cannot be used now (disk I/O error)."
            raise StoreError(message)

        names = [name for name, _method in inspect.getmembers(self.store, inspect.iscoroutinefunction)]
        with pytest.MonkeyPatch.context() as patch:
            for name in names:
                patch.setattr(self.store, name, away)
            yield

    @contextlib.contextmanager
    def database_slow(self) -> Iterator[None]:
        """Let nothing come of the database, and let forms wait for it no longer than they must."""

        async def never(*_: object) -> None:
            await asyncio.Event().wait()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.store, "unanswered", never)
            patch.setattr(limits, "BEFORE_FORM", 0)
            yield

    async def waiting(self) -> str:
        """Return the id of the newest unanswered question."""
        return (await self.store.unanswered(SERVER))[0].id

    async def put_back(self, asked: str) -> None:
        """Put a question that was dismissed back on the list, as another process would."""
        await self.store.reopen(SERVER, asked)

    @contextlib.contextmanager
    def disk_full(self) -> Iterator[None]:
        """Let no file of the FAQ be written."""

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal, "write", full)
            yield

    @contextlib.contextmanager
    def broken(self) -> Iterator[None]:
        """Let everything fail that needs an answer."""
        sound, self.live.current = self.live.current, _Broken(self.live.current)
        try:
            yield
        finally:
            self.live.current = sound

    def knows(self, answerer: Answerer) -> None:
        """Let the bot answer from something else."""
        self.live.current = answerer

    def edit_by_hand(self, old: str, new: str, file: str = "faq/theft.yaml") -> None:
        """Change a file as an editor does."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def commits(self, message: str) -> None:
        """Commit all that somebody has changed in the work tree of the folder."""
        git(self.folder, "add", ".")
        git(self.folder, "commit", "-q", "--allow-empty-message", "-m", message)

    def rewrites(self, old: str, new: str) -> None:
        """Make one commit of the whole history of the repository elsewhere, in which a text is another."""
        assert self.elsewhere
        work = self.elsewhere.work
        path = work / INNER / "faq" / "theft.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        git(work, "checkout", "-q", "--orphan", "again")
        git(work, "commit", "-qam", "Another beginning")
        git(work, "push", "-qf", "origin", "again:main")

    def serving(self) -> contextlib.AbstractAsyncContextManager[int]:
        """Answer requests for metrics and health; gives the port."""
        return serving("127.0.0.1", 0, self.bot.metrics, self.bot.snapshot)


class _Broken(Answerer):
    """Knows the same entries, and fails at every question."""

    def __init__(self, sound: Answerer) -> None:
        vars(self)["base"] = sound.base

    @override
    def answer(self, question: str, previous: str | None = None) -> Reply:
        raise RuntimeError

    @override
    def entry(self, entry_id: str) -> Reply:
        raise RuntimeError

    @override
    def complete(self, typed: str, limit: int = 25) -> list[Link]:
        raise RuntimeError


@contextlib.contextmanager
def built(plan: Plan, shipped: Answerer, scratch: Path, clock: Callable[[], float]) -> Iterator[House]:
    """Make a bot and what it's based on.

    Args:
        plan: says which.
        shipped: answers from the FAQ that comes with the bot.
        scratch: an empty folder.
        clock: tells how much time passes.
    """
    with pytest.MonkeyPatch.context() as patch:
        for timed in (SlidingWindow, QuestionService):
            patch.setattr(timed.__init__, "__defaults__", (clock,))
        if plan.hurried:
            patch.setattr(rate_limit, "MEMBER_LIMIT", (10_000, 1.0))
            patch.setattr(rate_limit, "CHANNEL_LIMIT", (10_000, 1.0))
        if plan.shipped:
            live = FakeLive(shipped)
            yield House(plan, live.folder, live, None, None)
        else:
            yield _small(plan, scratch)


def _small(plan: Plan, scratch: Path) -> House:
    there, clone = None, None
    if plan.home == "repository":
        there = elsewhere(scratch)
        clone = cloned(Remote(str(there.bare)), INNER, there.home)
        folder = clone.folder
    else:
        folder = Path(shutil.copytree(HARBOUR, scratch / "knowledge"))
    if plan.home == "work tree":
        for words in (("init", "-q"), ("add", "knowledge"), ("commit", "-qm", "All of it")):
            git(scratch, *words)
    desk: Desk[Answerer] | None = None
    if plan.home != "locked":
        desk = Desk(folder, Sync(clone) if clone else None, ephemeral_disk=plan.ephemeral_disk)
    return House(plan, folder, LiveKnowledge(folder, partial(Answerer, lexical_only=True)), desk, there)


def controls(bot: CaseBot) -> dict[str, Sequence[str]]:
    """Return the patterns of all ids of controls that the running bot answers to, with the words that each may hold."""
    # discord.py has no public list of them.
    patterns = bot._connection._view_store._dynamic_items  # noqa: SLF001
    return {pattern.pattern: [*_words(pattern.pattern)] for pattern in patterns}


def _words(pattern: str) -> Iterator[str]:
    """Yield what stands in a pattern as one of several words or letters: the verbs of its buttons."""
    for group in re.findall(r"\((?:\?P<\w+>|\?:)([\w-]+(?:\|[\w-]+)+)\)", pattern):
        yield from group.split("|")
    for letters in re.findall(r"\(\?P<\w+>\[([a-z]{1,9})\]\)", pattern):
        yield from letters


@contextlib.contextmanager
def at_hand(shipped: Answerer) -> Iterator[None]:
    """Let commands that answer from the shipped FAQ have what the tests have learnt of it, which takes seconds."""

    def build(settings: Settings) -> Answerer:
        return shipped if settings.knowledge == shipped_knowledge() else build_answerer(settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ask, "build_answerer", build)
        yield


def remembered(url: str, questions: Sequence[tuple[str, str, dt.datetime]]) -> None:
    """Put questions into a database, as a bot has heard them: text, outcome, and when."""

    async def remember() -> None:
        store = Database(connect(SecretStr(url)))
        await store.start()
        for text, outcome, at in questions:
            store.record(Asked(text, Outcome(outcome), None, 0.1, Surface.SLASH, 1, at), 7)
        await store.close()

    asyncio.run(remember())
