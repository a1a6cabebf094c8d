"""What was deleted is in no byte of any file of SQLite any more, while the bot runs."""

import asyncio
import contextlib
import datetime as dt
import hmac
import re
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.matching.types import Outcome
from bot.store.database import RETENTION, STATS_RETENTION, Database
from bot.store.engine import connect
from bot.store.member_hash import hash_key, make_salts, rotate
from bot.store.memory import LINK_LIFETIME
from bot.store.scrubber import Scrubber
from bot.store.tables import to_number
from bot.store.types import ReplyLink
from bot.supervision import Supervisor
from tests.places import ROOT
from tests.store.samples import ANA, BEN, GUILD, NOON, OTHER, asked
from tests.store.test_faults import written
from tests.waiting import LIMIT, until

TODAY = (dt.datetime.now(dt.UTC) - NOON).days
MANY = 1_500
"""Rows of a table: enough for SQLite to balance its tree again and again, which leaves copies of rows behind."""


def holds(folder: Path, *wanted: str | int) -> set[str | int]:
    """Look for texts and numbers in all bytes of all files: the database, its logs, and whatever else there is."""
    content = b"\0".join(file.read_bytes() for file in folder.iterdir())
    return {
        each
        for each in wanted
        if str(each).encode() in content or (isinstance(each, int) and each.to_bytes(8, "big") in content)
    }


def marked(folder: Path) -> set[str]:
    """Find the texts of :func:`words` in all bytes of all files."""
    pattern = re.compile("(?:old|new)-[0-9]{5}-ä".encode())
    return {found.decode() for file in folder.iterdir() for found in pattern.findall(file.read_bytes())}


def words(kind: str, number: int) -> str:
    """Make the words of a question, of all lengths that SQLite stores in different ways, with a letter not in ASCII."""
    return f"{kind}-{number:05}-ä {'what is it ' * (number % 40)}"


class Careless(sqlite3.Connection):
    """A library that was built to leave what it deletes; many are built not to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (sqlite3's own)
        super().__init__(*args, **kwargs)
        super().execute("PRAGMA secure_delete=OFF")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    engine = connect(SecretStr(f"sqlite:///{tmp_path}/casebot.db"))

    @event.listens_for(engine.sync_engine, "do_connect")
    def carelessly(_dialect: object, _record: object, _args: object, options: dict[str, Any]) -> None:
        options["factory"] = Careless

    database = Database(engine, pause=0.01)
    await database.start()
    yield database
    await database.close()


def member_hashes(folder: Path, table: str) -> list[str]:
    """Read the hashes that stand in a table."""
    with contextlib.closing(sqlite3.connect(folder / "casebot.db")) as connection:
        return [row[0] for row in connection.execute(f"SELECT member FROM {table}")]  # noqa: S608 (our own)


def salts(folder: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "casebot.db")) as connection:
        return [row[0] for row in connection.execute("SELECT secret FROM salts WHERE purpose = 'votes'")]


async def test_texts_that_have_expired_are_in_no_file_and_the_others_are(database: Database, tmp_path: Path) -> None:
    ages = {"old": RETENTION.days + 2, "new": 1}
    for number in range(MANY):
        for kind, days in ages.items():
            database.record(asked(words(kind, number), day=TODAY - days), ANA)
    await written(database)
    assert len(marked(tmp_path)) == 2 * MANY
    await database.tidy()
    await until(lambda: marked(tmp_path) == {f"new-{number:05}-ä" for number in range(MANY)})


async def test_questions_that_have_expired_take_the_hashes_of_their_votes_along(
    database: Database, tmp_path: Path
) -> None:
    for number in range(MANY):
        question = asked(outcome=Outcome.ANSWER, entry="motive", day=TODAY - STATS_RETENTION.days - 2 + number % 2 * 9)
        database.record(question, ANA)
        database.vote(question.id, "motive", number, helpful=True)
    await written(database)
    before = set(member_hashes(tmp_path, "votes"))
    await database.tidy()
    gone = before - set(member_hashes(tmp_path, "votes"))
    assert (len(before), len(gone)) == (MANY, MANY // 2)
    await until(lambda: not holds(tmp_path, *gone))
    assert len(holds(tmp_path, *(before - gone))) == MANY // 2


async def test_whoever_wants_to_be_forgotten_is_in_no_file(database: Database, tmp_path: Path) -> None:
    for number in range(MANY):
        question = asked(outcome=Outcome.ANSWER, entry="motive", day=TODAY)
        database.record(question, BEN)
        database.vote(question.id, "motive", ANA if number % 9 == 0 else BEN - number, helpful=False)
    await written(database)
    before = set(member_hashes(tmp_path, "votes"))
    assert await database.forget(ANA) == -(-MANY // 9)
    (hers,) = before - set(member_hashes(tmp_path, "votes"))
    await until(lambda: not holds(tmp_path, hers))


async def test_what_was_asked_in_a_server_that_was_left_is_in_no_file(database: Database, tmp_path: Path) -> None:
    for number in range(MANY):
        for kind, guild in (("old", OTHER), ("new", GUILD)):
            database.record(asked(words(kind, number), guild=guild, day=TODAY), ANA)
    await database.forget_server(OTHER)
    await until(lambda: marked(tmp_path) == {f"new-{number:05}-ä" for number in range(MANY)})


async def test_who_opts_in_again_is_in_no_file(database: Database, tmp_path: Path) -> None:
    for member in range(40):
        await database.set_keeps_questions_of(member, keep=False)
    before = set(member_hashes(tmp_path, "opt_outs"))
    for member in range(20):
        await database.set_keeps_questions_of(member, keep=True)
    gone = before - set(member_hashes(tmp_path, "opt_outs"))
    assert len(gone) == 20
    await until(lambda: not holds(tmp_path, *gone))


async def test_the_link_of_a_question_that_its_asker_deletes_is_in_no_file(database: Database, tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    gone, stays = (ReplyLink(BEN - number, BEN - number - 1, (BEN - number - 2,), now) for number in (3_000, 4_000))
    for link in (gone, stays):
        database.link(link)
    await written(database)
    ids = (gone.question, gone.channel, *gone.replies)
    assert holds(tmp_path, *ids, stays.question) == {*ids, stays.question}
    database.unlink(gone.question)
    await until(lambda: not holds(tmp_path, *ids))
    assert holds(tmp_path, stays.question)


async def test_links_that_have_expired_are_in_no_file(database: Database, tmp_path: Path) -> None:
    old = dt.datetime.now(dt.UTC) - LINK_LIFETIME - dt.timedelta(hours=1)
    first, more = 1_234_567_890_123_456_789, 2_345_678_901_234_567_890
    for number in range(MANY):
        database.link(ReplyLink(first + number, 5, (more + number,), old))
    await written(database)
    ids = (first, first + 7, first + MANY - 1, more, more + MANY - 1)
    assert holds(tmp_path, *ids) == {*ids}
    await database.tidy()
    await until(lambda: not holds(tmp_path, *ids))


@pytest.mark.parametrize(("days", "replaced"), [(29, False), (31, True)])
async def test_the_salt_of_the_votes_is_replaced_after_the_30_days_that_members_are_told(
    database: Database, tmp_path: Path, days: int, *, replaced: bool
) -> None:
    (before,) = salts(tmp_path)
    since = to_number(dt.datetime.now(dt.UTC) - dt.timedelta(days=days))
    with contextlib.closing(sqlite3.connect(tmp_path / "casebot.db")) as connection, connection:
        connection.execute("UPDATE salts SET since = ?", [since])
    await database.tidy()
    assert (salts(tmp_path) != [before]) is replaced
    assert "after 30 days nobody can tell it's yours" in (ROOT / "docs" / "privacy.md").read_text("utf-8")


async def test_a_salt_that_was_replaced_is_in_no_file(database: Database, tmp_path: Path) -> None:
    (before,) = salts(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "casebot.db")) as connection, connection:
        connection.execute("UPDATE salts SET since = 0")
    await database.tidy()
    assert salts(tmp_path) != [before]
    await until(lambda: not holds(tmp_path, before))


async def test_whoever_reads_delays_it_and_does_not_prevent_it(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database.record(asked(words("old", 7), day=TODAY - RETENTION.days - 2), ANA)
    await written(database)
    with contextlib.closing(sqlite3.connect(tmp_path / "casebot.db", isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM questions").fetchone()
        await database.tidy()
        await until(lambda: "somebody is reading them" in caplog.text)
        assert marked(tmp_path) == {"old-00007-ä"}
        # Writes succeed during the wait, and the warning is logged only once.
        database.record(asked(words("new", 8), day=TODAY), ANA)
        await written(database)
        other.execute("COMMIT")
    await until(lambda: marked(tmp_path) == {"new-00008-ä"})
    assert caplog.text.count("somebody is reading them") == 1


async def test_a_disk_without_room_for_it_delays_it(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = ["database or disk is full"] * 2
    open_file = sqlite3.connect

    class Full(sqlite3.Connection):
        """One that has no room to rewrite all pages."""

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 (sqlite3's own)
            if sql == "VACUUM" and refused:
                raise sqlite3.OperationalError(refused.pop())
            return super().execute(sql, parameters)

    database.record(asked(words("old", 7), day=TODAY - RETENTION.days - 2), ANA)
    await written(database)
    monkeypatch.setattr(
        "bot.store.scrubber.sqlite3.connect", lambda *args, **kwargs: open_file(*args, factory=Full, **kwargs)
    )
    await database.tidy()
    await until(lambda: not marked(tmp_path) and not refused)
    assert caplog.text.count("Deleted data is still in the database's files") == 1


async def test_what_is_deleted_during_a_tidying_is_removed_at_its_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrites: list[str] = []
    open_file = sqlite3.connect

    class Told(sqlite3.Connection):
        """One that tells when all pages are rewritten."""

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 (sqlite3's own)
            rewrites.extend([sql] if sql == "VACUUM" else [])
            return super().execute(sql, parameters)

    monkeypatch.setattr(
        "bot.store.scrubber.sqlite3.connect", lambda *args, **kwargs: open_file(*args, factory=Told, **kwargs)
    )
    await database.tidy()
    await until(lambda: len(rewrites) == 1)

    async def unlinked(self: Database, _now: dt.datetime) -> bool:
        self.unlink(7)
        await self.flush()
        return False

    monkeypatch.setattr(Database, "_rotate", unlinked)
    await database.tidy()
    await until(lambda: len(rewrites) == 2)


async def test_what_a_killed_process_and_older_versions_left_goes_at_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "casebot.db"
    before = Database(connect(SecretStr(f"sqlite:///{file}")))
    await before.start()
    await before.close()
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as older:
        older.execute("PRAGMA secure_delete=OFF")
        rows = [(f"{number:012}", words("old", number)) for number in range(MANY)]
        older.execute("BEGIN")
        insert = "INSERT INTO questions (id, text, outcome, score, surface, at) VALUES (?, ?, '', 0, '', 0)"
        older.executemany(insert, rows)
        older.execute("COMMIT")
        older.execute("UPDATE questions SET text = NULL")
        assert marked(tmp_path)
        database = Database(connect(SecretStr(f"sqlite:///{file}")))
        await database.start()
        await database.tidy()
        await until(lambda: not marked(tmp_path))
        await database.close()


async def test_an_end_does_not_wait_for_it(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rewrite of a large file takes longer than a process has to end, and may be cut off at any instant."""
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    open_file = sqlite3.connect

    class Slow(sqlite3.Connection):
        """One whose file is so large that rewriting it takes forever."""

        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 (sqlite3's own)
            if sql != "VACUUM":
                return super().execute(sql, parameters)
            loop.call_soon_threadsafe(begun.set)
            forever = "WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more) SELECT count(*) FROM more"
            return super().execute(forever)

    monkeypatch.setattr(
        "bot.store.scrubber.sqlite3.connect", lambda *args, **kwargs: open_file(*args, factory=Slow, **kwargs)
    )
    await database.tidy()
    async with asyncio.timeout(LIMIT):
        await begun.wait()
    database.record(question := asked(day=TODAY), ANA)
    await database.close()
    monkeypatch.undo()
    with contextlib.closing(sqlite3.connect(tmp_path / "casebot.db")) as connection:
        assert connection.execute("SELECT id FROM questions").fetchall() == [(question.id,)]


def delete(file: Path, secret: str) -> None:
    """Write a text into a file and delete it, as a library without secure_delete does."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            "PRAGMA secure_delete=OFF; PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS t (text)"
        )
        connection.execute("INSERT INTO t VALUES (?)", [secret])
        connection.commit()
        connection.execute("DELETE FROM t")
        connection.commit()
    assert secret.encode() in file.read_bytes()


def gone(secret: str, file: Path) -> bool:
    return secret.encode() not in file.read_bytes()


async def test_each_request_is_met_and_none_takes_back_the_rewrite_of_another(tmp_path: Path) -> None:
    file, supervisor = tmp_path / "some.db", Supervisor()
    scrubber = Scrubber(file)
    for secret in ("what somebody asked " * 50, "what somebody else asked " * 50):
        delete(file, secret)
        scrubber.request(rewrite=True)
        scrubber.request(rewrite=False)
        if secret.startswith("what somebody asked"):
            scrubber.start(supervisor)
        await until(partial(gone, secret, file))
    assert not supervisor.failing, "it has not ended in between"
    await scrubber.close()


async def test_whether_the_salt_was_replaced_is_told_so_that_the_old_one_goes_from_the_files(
    engine: AsyncEngine,
) -> None:
    now = dt.datetime.now(dt.UTC)
    async with engine.begin() as connection:
        await make_salts(connection)
        assert [await rotate(connection, now + days * dt.timedelta(days=1)) for days in (0, 31, 32)] == [
            False,
            True,
            False,
        ]


def test_the_key_of_the_votes_is_the_same_in_every_version() -> None:
    # Another one would leave the votes of the last month to nobody who wants to be forgotten.
    key = hmac.digest(b"token", b"casebot votes", "sha256")
    assert hash_key(SecretStr("token")) == key
