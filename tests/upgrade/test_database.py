"""Nothing that the bot of November 2026 remembered is lost when today's starts with its database."""

import asyncio
import contextlib
import datetime as dt
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from tests.databases import Server
from tests.settings import save_settings
from tests.upgrade import entry_points, intended_changes, november
from tests.upgrade.entry_points import GuildSettings, Resolution, Why
from tests.upgrade.november import (
    ALCALDES,
    ANA,
    AYUDA,
    BEN,
    CAPTAINS,
    CASE,
    DORA,
    FORUM,
    HARBOUR,
    HELP,
    INTERACTION,
    KEEPERS,
    MOD,
    MODERADORES,
    OLD,
    PLAZA,
    PUERTO,
    QUESTION,
    REPLIES,
    STAFF,
)

WORLD: Final = november.read("rows.json")
TABLES: Final = ("guild_settings", "digests", "questions", "votes", "opt_outs", "salts", "reply_links")
TIMED: Final = {"questions": "id", "salts": "purpose", "reply_links": "question"}
"""Tables whose rows have a time, and what tells their rows apart."""

TIMES: Final = ("at", "since")
"""Columns with a time."""

Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Remembered:
    """A database from November."""

    url: str

    async def rows(self, expected: Rows = WORLD) -> Rows:
        """Return the rows, with the columns that they had in November."""
        found = {}
        for table in TABLES:
            columns = list(expected[table][0]) if expected.get(table) else []
            if columns:
                statement = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 (names of our own)
                found[table] = [dict(zip(columns, row, strict=True)) for row in await self._read(statement)]
        return found

    async def _read(self, statement: str) -> Iterable[Iterable[Any]]:
        if self.url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
                return connection.execute(statement).fetchall()
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()


def comparable(rows: Rows) -> Rows:
    """Sort rows, and drop the columns that may change on purpose: members of votes, and times (see :func:`moved`)."""
    plain: dict[str, list[dict[str, Any]]] = {}
    for table, found in rows.items():
        left_out = {"member"} if table == "votes" else set(TIMES)
        plain[table] = [{name: _plain(row[name]) for name in row if name not in left_out} for row in found]
        plain[table].sort(key=lambda row: [str(value) for value in row.values()])
    return plain


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever a driver gives)
    """Return a value as it is with every driver."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return str(value) if isinstance(value, dt.date) else value


def moved(rows: Rows, ago: dt.timedelta = dt.timedelta()) -> list[dict[str, Any]]:
    """Return the rows whose time has changed by more than it may.

    Args:
        rows: by table.
        ago: by how much the times were moved to the present.
    """
    found = []
    for table, key in TIMED.items():
        was = {row[key]: _time(row) for row in WORLD[table]}
        off = [row for row in rows[table] if abs(_time(row) - ago - was[row[key]]) >= intended_changes.TIMES]
        found += off
    return found


def _time(row: Mapping[str, Any]) -> dt.timedelta:
    return dt.timedelta(microseconds=next(row[name] for name in TIMES if name in row))


@pytest.fixture(params=["stopped", "killed", "postgresql"])
def remembered(request: pytest.FixtureRequest, tmp_path: Path) -> Remembered:
    """Database of a bot that was stopped or killed; on PostgreSQL, after ``casebot migrate``."""
    if request.param != "postgresql":
        return Remembered(f"sqlite:///{november.sqlite(tmp_path, request.param)}")
    url: str = request.getfixturevalue("restored")
    assert _migrated(url) == 0
    return Remembered(url)


@pytest.fixture
def restored(postgres: Server) -> str:
    """Restore what pg_dump wrote, into a database of its own."""
    server = postgres.url.get_secret_value()

    async def restore() -> str:
        outside = await asyncpg.connect(server)
        await outside.execute("DROP DATABASE IF EXISTS november WITH (FORCE)")
        # Without waiting for the disk: https://www.postgresql.org/docs/current/sql-createdatabase.html
        await outside.execute("CREATE DATABASE november STRATEGY wal_log")
        await outside.close()
        url = server.replace("/postgres?", "/november?")
        inside = await asyncpg.connect(url)
        await inside.execute(";".join([november.text("postgresql.sql"), *november.TO_NOW]))
        await inside.close()
        return url

    return asyncio.run(restore())


def _migrated(url: str) -> int:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("CASEBOT_DATABASE_URL", url)
        return entry_points.main(["migrate"])


async def test_no_row_is_lost(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        await entry_points.tidy(store)
    rows = await remembered.rows()
    assert comparable(rows) == comparable({table: WORLD[table] for table in TABLES})
    assert moved(rows, november.SINCE) == []


async def test_every_setting_of_every_server_holds(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        assert store.all_settings() == {
            HARBOUR: GuildSettings(
                prefix="?",
                channels=frozenset({CASE, HELP}),
                auto_channels=frozenset({HELP, FORUM}),
                moderator_roles=frozenset({KEEPERS, CAPTAINS}),
                moderator_channel=STAFF,
                language="en",
                log_questions=True,
                digest=True,
            ),
            PUERTO: GuildSettings(
                prefix="¡",
                channels=frozenset({PLAZA}),
                auto_channels=frozenset({PLAZA, AYUDA}),
                moderator_roles=frozenset({ALCALDES}),
                moderator_channel=MODERADORES,
                language="es",
                log_questions=False,
                digest=True,
            ),
            # Of a version that knew less, and something that this one does not.
            OLD: GuildSettings(prefix="%", channels=frozenset({CASE})),
        }


async def test_the_moderators_list_is_as_long_as_it_was(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        listed = [(each.id, each.text, each.why) for each in await store.unanswered(HARBOUR)]
        assert listed[1:] == [
            ("a00000000010", "was the paintin insured??", Why.MISSED),
            ("a00000000009", "was the painting insured", Why.MISSED),
            ("a00000000006", "who owns the museum anyway", Why.NOT_HELPFUL),
            ("a00000000001", "which canvas did the thieves grab?", Why.NOT_HELPFUL),
        ]
        assert listed[0][1].startswith('Robert\'); DROP TABLE questions;-- \\n "x" 𝕏 é ß 你好 שלום')
        elsewhere = [each for each in await store.unanswered() if each.guild != HARBOUR]
        assert [(each.guild, each.why, each.entry) for each in elsewhere] == [
            (PUERTO, Why.NOT_TAKEN, "what-was-taken"),
            (None, Why.MISSED, None),
        ]
        assert elsewhere[0].text == "¿quién robó el cuadro?"
        assert elsewhere[1].text.startswith("my grandma 👵🏽 asks\nwhether “the canvas”")


async def test_a_dismissal_can_still_be_undone(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        assert await store.reopen(HARBOUR, "a00000000012") == 2
        assert {"a00000000011", "a00000000012"} <= {each.id for each in await store.unanswered(HARBOUR)}
        assert await store.reopen(HARBOUR, "a00000000015") == 0, "resolved by an edit"


async def test_the_figures_are_what_they_were(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        stats = await store.stats(dt.datetime.now(dt.UTC) - dt.timedelta(days=180), HARBOUR)
    asked = [(outcome, times) for day in stats.by_day.values() for outcome, times in day.items()]
    assert {str(outcome): sum(n for other, n in asked if other is outcome) for outcome, _ in asked} == {
        "answer": 5,
        "not_covered": 1,
        "suggest": 2,
        "none": 8,
    }
    assert stats.entries == {"what-was-taken": 3, "who-saw-it": 1, "museum-owner": 1, "ladder": 1}
    assert (stats.helpful, stats.not_helpful) == (4, 2)


async def test_votes_count_and_belong_to_their_members_or_to_nobody(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        found = {member: await store.forget(member) for member in (ANA, BEN, DORA, MOD)}
        stats = await store.stats(dt.datetime.now(dt.UTC) - dt.timedelta(days=180))
    whose = {"their members'": {ANA: 3, BEN: 3, DORA: 1, MOD: 0}, "nobody's": dict.fromkeys(found, 0)}
    assert found in [whose[each] for each in intended_changes.VOTES]
    assert stats.helpful + stats.not_helpful == len(WORLD["votes"]) - sum(found.values())


async def test_who_has_opted_out_is_not_recorded(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        assert [store.keeps_questions_of(member) for member in (ANA, BEN, MOD, DORA)] == [True, True, True, False]


async def test_replies_still_follow_their_questions(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        typed, slash = await store.find_link(QUESTION), await store.find_link(INTERACTION)
    assert typed
    assert slash
    assert (typed.channel, typed.replies) == (CASE, REPLIES[:3])
    assert (slash.channel, slash.replies) == (FORUM, REPLIES[3:])


async def test_no_digest_is_sent_twice(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        assert not await store.begin_digest(HARBOUR, dt.date(2026, 11, 22))
        assert not await store.begin_digest(PUERTO, dt.date(2026, 11, 15))
        assert await store.begin_digest(PUERTO, dt.date(2026, 11, 22))


async def test_new_changes_are_kept_beside_the_old(remembered: Remembered) -> None:
    async with entry_points.store(remembered.url) as store:
        await store.resolve(["a00000000009", "a00000000010"], Resolution.DISMISSED)
        store.picked("a00000000008", "what-was-taken")
        await save_settings(store, OLD, GuildSettings(language="es"))
    async with entry_points.store(remembered.url) as store:
        assert await store.reopen(HARBOUR, "a00000000009") == 2
        assert await store.unanswered(PUERTO) == []
        assert store.settings(OLD) == GuildSettings(language="es")


async def test_postgresql_says_to_migrate_or_is_up_to_date(restored: str) -> None:
    with contextlib.suppress(entry_points.BehindError):
        async with entry_points.store(restored) as store:
            assert store.settings(HARBOUR).prefix == "?"
    assert await asyncio.to_thread(_migrated, restored) == 0
    async with entry_points.store(restored) as store:
        assert store.settings(HARBOUR).prefix == "?"


def test_half_of_the_rows_of_the_killed_bot_are_in_the_log_only(tmp_path: Path) -> None:
    file = november.unpack("sqlite", tmp_path) / "killed" / "casebot.db"
    alone = file.rename(tmp_path / "alone.db")
    with contextlib.closing(sqlite3.connect(alone)) as connection:
        (written,) = connection.execute("SELECT count(*) FROM questions").fetchone()
    assert written == 10 < len(WORLD["questions"])


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_the_command_lists_unanswered_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    monkeypatch.chdir(november.unpack("sqlite", tmp_path))
    monkeypatch.setenv("CASEBOT_DATABASE_URL", f"sqlite:///{how}/casebot.db")
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(november.knowledge(tmp_path)))
    monkeypatch.setenv("CASEBOT_MATCHER", "lexical")
    assert entry_points.main(["unanswered", "--format", "json"]) == 0
    said = capsys.readouterr().out
    for asked in ("was the painting insured", "¿quién robó el cuadro?", "which canvas did the thieves grab?"):
        assert asked in said


OLDER: Final = WORLD["revisions"][:-1]
"""Revisions of older versions, oldest first."""


def _older(folder: Path, revision: str) -> Path:
    """Create the database of an older version, with the rows of November."""
    file = folder / "older.db"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.executescript(november.text(f"older/{revision}.sql"))
    return file


def _rows_of(revision: str) -> Rows:
    """Return the rows and columns that an older version had."""
    rows = {table: WORLD[table] for table in TABLES}
    if revision in OLDER:
        del rows["digests"]
    if revision in OLDER[: OLDER.index("resolved_together")]:
        rows["questions"] = [{name: row[name] for name in row if name != "resolved_with"} for row in rows["questions"]]
    return rows


@pytest.mark.parametrize("revision", OLDER)
async def test_the_database_of_every_older_version_is_migrated(tmp_path: Path, revision: str) -> None:
    url = f"sqlite:///{_older(tmp_path, revision)}"
    async with entry_points.store(url):
        rows = await Remembered(url).rows(_rows_of(revision))
    assert comparable(rows) == comparable(_rows_of(revision))
    assert moved(rows) == []


async def test_a_migration_that_is_killed_loses_nothing_and_can_be_run_again(tmp_path: Path) -> None:
    disk = november.unpack("sqlite", tmp_path)
    files = {OLDER[0]: _older(tmp_path, OLDER[0])}
    files |= {how: disk / how / "casebot.db" for how in ("stopped", "killed")}
    command = [sys.executable, "-m", "tests.upgrade.killed", *map(str, files.values())]
    run = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    kills = [int(times) for times in re.findall(r"killed (\d+) times", run.stdout)]
    assert len(kills) == len(files)
    assert kills[0] > 10
    assert min(kills) > 1
    for revision, file in files.items():
        rows = await Remembered(f"sqlite:///{file}").rows(_rows_of(revision))
        assert comparable(rows) == comparable(_rows_of(revision))
        assert moved(rows) == []
