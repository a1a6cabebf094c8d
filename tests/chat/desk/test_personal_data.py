"""Wherever members' and moderators' words, ids, names and hashes turn up, the table of personal data says so.

Members and moderators try everything, with words that stand nowhere else. Then all rows, files, log lines, figures and
the whole memory of the bot are searched.
"""

import contextlib
import datetime as dt
import gc
import logging
import sys
import zlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass, field, is_dataclass, replace
from fnmatch import fnmatch
from functools import lru_cache, partial
from pathlib import Path
from types import FunctionType, MemberDescriptorType, ModuleType
from typing import Any, Final, cast

import discord
import pytest
import simcord
from pydantic import SecretStr
from simcord import MemberActor
from sqlalchemy import select, text

from bot.answering.answerer import Answerer
from bot.answering.service import Question
from bot.chat.client import CaseBot
from bot.chat.cogs.reports import Reports
from bot.editing.desk import Desk
from bot.knowledge.reload import LiveKnowledge
from bot.matching.cache import cached_matcher
from bot.matching.types import Lexicon, Target
from bot.ops.logs import formatter
from bot.privacy import TABLE, WORDINGS
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.member_hash import hash_key, member_hash
from bot.store.migrate import downgrade
from bot.store.opening import migrate
from bot.store.tables import DAY, METADATA, SALTS
from bot.store.types import Surface
from tests.chat.conftest import ONE, Seen, shown
from tests.chat.desk.conftest import Bureau
from tests.chat.desk.test_forms import NEW
from tests.editing.elsewhere import git
from tests.matching.test_cache import TAUGHT
from tests.matching.tools import TARGETS
from tests.settings import save_settings
from tests.waiting import until

KEY = hash_key(SecretStr("token"))

WORDS = "zqxwords"
"""Stands in all that the member writes."""

TAKEN = "zqxtaken"
"""Stands in what the member writes and moderators take into the FAQ."""

TYPED = "zqxtyped"
"""Stands in all that the moderator types."""

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture
def folder(folder: Path) -> Path:
    """A knowledge base in a git work tree."""
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", "knowledge")
    git(folder.parent, "commit", "-qm", "All of it")
    return folder


@pytest.fixture
async def store(url: SecretStr) -> AsyncIterator[Database]:
    await migrate(url)
    database = Database(connect(url), key=KEY, pause=0.01)
    await database.start()
    yield database
    await database.close()
    engine = connect(url)
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()


@pytest.fixture
def simcord_bot(
    folder: Path, desk: Desk[Answerer] | None, desk_servers: frozenset[int], store: Database, tmp_path: Path
) -> CaseBot:
    live = LiveKnowledge(folder, partial(Answerer, lexical_only=True, cache=tmp_path / "cache"))
    return CaseBot(live, store, prefix="!", message_content=True, desk=desk, desk_servers=desk_servers, shards=ONE)


@dataclass
class Scene:
    """Who has done what, and what is told by it."""

    bureau: Bureau
    ana: MemberActor
    mod: MemberActor
    written: list[discord.Message] = field(default_factory=list)
    """Ana's messages."""

    @property
    def numbers(self) -> frozenset[int]:
        """Ids that lead to Ana or to the moderator."""
        return frozenset({self.ana.id, self.mod.id, *(message.id for message in self.written)})

    async def of_ana(self, url: SecretStr) -> list[str]:
        """Texts that lead to Ana: what she writes, her name, her ids, and her hashes by all salts there are."""
        engine = connect(url)
        async with engine.connect() as connection:
            salts = (await connection.execute(select(SALTS.c.secret))).scalars().all()
        await engine.dispose()
        hashes = [member_hash(salt, self.ana.id, key) for salt in salts for key in (KEY, b"")]
        return [WORDS, self.ana.user.name, *(str(each) for each in self.numbers - {self.mod.id}), *hashes]

    async def all_texts(self, url: SecretStr) -> list[str]:
        """The same, and what leads to the moderator."""
        return [*await self.of_ana(url), TAKEN, TYPED, self.mod.user.name, str(self.mod.id)]

    async def say(self, words: str, **options: Any) -> Seen:  # noqa: ANN401 (simcord's own)
        """Let Ana write; give what stands last in the channel."""
        self.written.append(await self.ana.send(self.bureau.channel, f"{words} {WORDS}", **options))
        return Seen(self.bureau.channel.history()[-1])


@pytest.fixture
async def scene(bureau: Bureau, caplog: pytest.LogCaptureFixture) -> Scene:
    """Everything has been tried."""
    caplog.set_level(logging.INFO)
    ana = bureau.guild.add_member(bureau.env.create_user("zqxasker"))
    mod = bureau.guild.add_member(bureau.env.create_user("zqxmoderator"), roles=[bureau.role])
    scene = Scene(bureau, ana, mod)
    await _ask_everywhere(scene)
    await _vote_and_choose(scene)
    await _edit(scene)
    return scene


async def _ask_everywhere(scene: Scene) -> None:
    bureau, ana = scene.bureau, scene.ana
    channel, me = bureau.channel, bureau.bot.user
    assert me
    answer = await scene.say("!ask what did the thieves steal")
    await scene.say(f"{me.mention} stolen painting")
    await scene.say("did the guard see anything", reply_to=answer.message)
    await scene.say("!ask how do i cook rice")
    scene.written.append(await ana.send_dm(f"guard statement {WORDS}"))
    await ana.slash(channel, "ask", question=f"ladder whereabouts {WORDS}")
    await ana.context_menu(channel, "Find an answer", scene.written[0])
    await ana.autocomplete(channel, "ask", "question", f"painting {WORDS}")
    for name, option in (("who", "name"), ("quotes", "speaker"), ("timeline", "year")):
        await ana.slash(channel, name, **{option: WORDS})
    await scene.say(f"!ask where is the ladder {TAKEN}")
    await scene.say("!ask guard statement 2")
    await ana.edit(scene.written[-1], f"!ask ladder whereabouts 2 {WORDS}")
    await scene.say("!ask stolen painting 3")
    await ana.delete(scene.written[-1])
    settings = bureau.bot.store.settings(bureau.guild.id)
    auto = replace(settings, auto_channels=frozenset({channel.id}), digest=True)
    await save_settings(bureau.bot.store, bureau.guild.id, auto)
    await scene.say("what is missing from the harbour museum?")
    await scene.say("this asks nothing")


async def _vote_and_choose(scene: Scene) -> None:
    bureau, ana = scene.bureau, scene.ana
    private = shown(
        await ana.slash(
            bureau.channel, "ask", question=f"what painting was stolen from the museum {WORDS}", private=True
        )
    )
    await bureau.ana.send(bureau.channel, "!ask stolen painting")
    for answer in (private, Seen(bureau.channel.history()[-1])):
        await ana.click(answer.message, label="Unhelpful")
    await ana.slash(bureau.channel, "privacy show")
    await ana.slash(bureau.channel, "privacy logging", questions="off")


async def _edit(scene: Scene) -> None:
    bureau, mod = scene.bureau, scene.mod
    # A member's wording becomes the FAQ's.
    draft = await bureau.slash("phrasing add", mod, entry="ladder", wording=f"where is the ladder {TAKEN}")
    await bureau.press(draft, "Confirm", mod)
    form = await mod.slash(bureau.channel, "faq add")
    typed = NEW | {"question": f"Who owns the {TYPED} museum?", "answer": f"The {TYPED} town does [n1]."}
    await bureau.press(shown(await mod.submit_modal(form, typed)), "Confirm", mod)
    # What waits for a click, what was refused, and a form that stays open.
    await bureau.slash("phrasing add", mod, entry="ladder", wording=f"no ladder {TYPED}")
    form = await mod.slash(bureau.channel, "faq add")
    await mod.submit_modal(form, typed | {"answer": f"No mark {TYPED}."})
    group = await bureau.slash("unanswered", mod)
    await bureau.open(group, "Write a new entry", mod)
    await bureau.press(group, "Dismiss", mod)
    await bureau.slash("try", mod, question=f"stolen {TYPED}")
    for look in ("check", "history"):
        await bureau.slash(look, mod)
    reports = bureau.bot.get_cog("Reports")
    await cast("Reports", reports).send_digests(MONDAY)  # discord.py reloads the module


async def rows(url: SecretStr) -> list[tuple[str, object]]:
    """Read all there is in the database, each with its ``table.column``."""
    engine = connect(url)
    found = []
    async with engine.connect() as connection:
        for table in METADATA.tables.values():
            for row in (await connection.execute(select(table))).mappings():
                found += [(f"{table.name}.{name}", value) for name, value in row.items()]
    await engine.dispose()
    return found


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Read all that the bot has written below a folder, each as the table names it; commits are taken out of git."""
    for path in folder.rglob("*"):
        if path.is_file():
            name, content = path.relative_to(folder).as_posix(), path.read_bytes()
            if name.startswith(".git/objects/"):
                with contextlib.suppress(zlib.error):
                    content = zlib.decompress(content)
            yield "git" if name.startswith(".git/") else name, content


def holding(content: bytes, texts: Collection[str]) -> bool:
    """Return whether any text, or number, is in some bytes, as text or as SQLite writes an id."""
    numbers = (int(each).to_bytes(8, "big") for each in texts if each.isdecimal())
    return any(each in content for each in (*(text.encode() for text in texts), *numbers))


def held(bot: CaseBot) -> Iterator[tuple[frozenset[str], object]]:
    """Go through all that the bot holds in memory, each with what of it holds that, as the table names it.

    These are the attributes of objects that are no mere values, and functions that remember results, on the way there.
    What belongs to the virtual Discord, and to tasks, which end, is passed over.
    """
    todo: deque[tuple[frozenset[str], object]] = deque([(frozenset(), bot)])
    for module in [each for name, each in sys.modules.items() if name.startswith("bot.")]:
        todo += [(frozenset({f"{module.__name__}.{name}"}), value) for name, value in vars(module).items()]
    seen: set[int] = set()
    while todo:
        owners, thing = todo.popleft()
        kind = type(thing)
        if kind in {str, bytes, int}:
            yield owners, thing
            continue
        foreign = kind.__module__.partition(".")[0] in {"simcord", "_asyncio", "asyncio", "_contextvars"}
        if foreign or id(thing) in seen or isinstance(thing, ModuleType | type | FunctionType):
            continue
        seen.add(id(thing))
        # One that was made for an instance has no name, and is that instance's.
        if kind is _Cached and (name := getattr(thing, "__qualname__", None)):
            owners |= {f"{thing.__module__}.{name}"}
        ours = kind.__module__.startswith(("bot.", "discord.")) and not is_dataclass(kind)
        for name, each in _attributes(thing):
            todo.append((owners | {f"{kind.__module__}.{kind.__qualname__}.{name}"} if ours else owners, each))
        todo += [(owners, each) for each in gc.get_referents(thing)]


_Cached: Final = type(lru_cache(len))


def _attributes(thing: object) -> list[tuple[str, object]]:
    """List the attributes of an object, without running anything of its own."""
    found: list[tuple[str, object]] = []
    with contextlib.suppress(AttributeError):
        found += object.__getattribute__(thing, "__dict__").items()
    for cls in type(thing).__mro__:
        for name, slot in vars(cls).items():
            if isinstance(slot, MemberDescriptorType):
                with contextlib.suppress(AttributeError):
                    found.append((name, slot.__get__(thing)))
    return found


def telling(texts: Collection[str], numbers: Collection[int]) -> Callable[[object], bool]:
    """Make what tells whether a value leads to somebody."""
    return lambda value: (
        (isinstance(value, str) and any(each in value for each in texts))
        or (isinstance(value, bytes) and holding(value, texts))
        or (type(value) is int and value in numbers)
    )


async def test_every_row_that_leads_to_somebody_is_in_the_table(scene: Scene, url: SecretStr) -> None:
    values = await rows(url)
    assert {value for column, value in values if column == "questions.surface"} == {each.value for each in Surface}
    assert len([value for column, value in values if column == "votes.member"]) == 2
    assert any(WORDS in told for told in scene.bureau.told()), "the digest"
    leads = telling(await scene.all_texts(url), scene.numbers)
    found = {column for column, value in values if leads(value) or leads(str(value))}
    assert found <= {column for kept in TABLE for column in kept.columns}
    assert {"questions.text", "votes.member", "opt_outs.member", "reply_links.question"} <= found


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_every_file_that_leads_to_somebody_is_in_the_table(scene: Scene, url: SecretStr, tmp_path: Path) -> None:
    # The harbour's FAQ is too small to learn from.
    wording = Target("ladder", (f"where is the ladder {TAKEN}",))
    cached_matcher(tmp_path / "cache", [*TARGETS, wording], Lexicon(), TAUGHT)
    texts = await scene.all_texts(url)
    found = {name for name, content in files(tmp_path) if holding(content, texts)}
    named = {pattern for kept in TABLE for pattern in kept.files}
    assert not {
        name
        for name in found
        if not name.startswith("casebot.db") and not any(fnmatch(name, pattern) for pattern in named)
    }
    texts = await scene.of_ana(url)
    assert all(name.startswith("casebot.db") for name, content in files(tmp_path) if holding(content, texts))
    # Nor is anything named that is not so.
    assert not {pattern for pattern in named if not any(fnmatch(name, pattern) for name in found)}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_all_memory_that_leads_to_somebody_is_in_the_table(scene: Scene, url: SecretStr) -> None:
    named = {owner for kept in TABLE for owner in kept.memory}
    # What moderators have made their own may be in all that is made of the knowledge; nothing else of members may.
    of_members = named - WORDINGS.memory.keys()
    for leads, known in (
        (telling(await scene.of_ana(url), scene.numbers), of_members),
        (telling([TAKEN, TYPED, scene.mod.user.name], ()), named),
    ):
        found = {owners for owners, thing in held(scene.bureau.bot) if leads(thing)}
        assert found
        assert not {owners for owners in found if not owners & known}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_neither_log_nor_figures_lead_to_anybody(
    scene: Scene, url: SecretStr, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(question: Question) -> None:
        raise RuntimeError(type(question).__name__)

    monkeypatch.setattr(scene.bureau.bot.questions, "ask", fail)
    await scene.say("!ask what went wrong")
    simcord.assert_error(scene.bureau.env, RuntimeError)
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    logged = "\n".join(map(formatter("console").format, records))
    assert "RuntimeError" in logged
    figures = scene.bureau.bot.metrics.text().decode()
    for each in await scene.all_texts(url):
        assert each not in logged
        assert each not in figures


async def test_whoever_withdraws_everything_is_gone_from_rows_and_files_and_memory_while_the_bot_runs(
    scene: Scene, store: Database, url: SecretStr, tmp_path: Path
) -> None:
    before = await scene.of_ana(url)
    ana, channel = scene.ana, scene.bureau.channel
    await ana.slash(channel, "privacy forget-me")
    await ana.slash(channel, "privacy logging", questions="on")
    for message in scene.written:
        if message.guild is not None and message.id in {each.id for each in channel.history()}:
            await ana.delete(message)
    # Half a year later.
    engine = connect(url)
    async with engine.begin() as connection:
        for table in ("questions", "reply_links"):
            await connection.execute(text(f"UPDATE {table} SET at = at - {200 * DAY}"))  # noqa: S608 (our own)
        await connection.execute(text("UPDATE salts SET since = 0 WHERE purpose = 'votes'"))
    await engine.dispose()
    await store.flush()
    await store.tidy()
    leads = telling(before, ())
    assert not {column for column, value in await rows(url) if leads(str(value))}
    await until(
        lambda: (
            not [
                name for name, content in files(tmp_path) if name.startswith("casebot.db") and holding(content, before)
            ]
        )
    )
    # What moderators have made their own stays, and tells nothing of who used it first.
    assert not {name for name, content in files(tmp_path) if holding(content, before)}
    assert {name for name, content in files(tmp_path) if holding(content, [TAKEN])} >= {
        "knowledge/faq/theft.yaml",
        "git",
    }
