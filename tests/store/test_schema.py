"""Migrations: up, down, and the same as the tables in the code."""

import asyncio
import contextlib
import datetime as dt
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli import main
from bot.cluster.cluster import SingleProcess
from bot.config import Settings
from bot.matching.types import Outcome
from bot.store import reads
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.memory import MemoryStore
from bot.store.migrate import BehindError, downgrade, upgrade
from bot.store.opening import migrate, open_store
from bot.store.tables import LINKS, METADATA, OPT_OUTS, QUESTIONS, SALTS, VOTES, to_number
from bot.store.types import Asked, Surface
from tests.databases import Server

TOKEN = SecretStr("token")


def _differences(connection: Connection) -> object:
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)


async def test_up_and_down_and_up_again(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        assert await connection.run_sync(_differences) == []
        await connection.run_sync(downgrade)
        names = await connection.run_sync(lambda each: inspect(each).get_table_names())
        assert set(names) <= {"alembic_version"}
        await connection.run_sync(upgrade)
        await connection.run_sync(upgrade)
        assert await connection.run_sync(_differences) == []


async def test_votes_on_questions_that_were_never_kept_go(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(downgrade, "resolved_together")
        asked = {"id": "kept", "outcome": "answer", "score": 1.0, "surface": "slash", "at": 0}
        await connection.execute(QUESTIONS.insert(), [asked])
        votes = [{"asked": each, "entry": "motive", "member": "ana", "helpful": True} for each in ("kept", "not kept")]
        await connection.execute(VOTES.insert(), votes)
        await connection.run_sync(upgrade)
        assert (await connection.execute(select(VOTES.c.asked))).scalars().all() == ["kept"]


async def test_times_of_older_versions_are_rounded_to_the_hour(engine: AsyncEngine) -> None:
    exact, hour = 1_764_000_123_456_789, 1_764_000_000_000_000
    async with engine.begin() as connection:
        await connection.run_sync(downgrade, "digests_sent")
        for at, number in ((exact, 1), (hour, 2)):
            asked = {"id": f"{number}", "text": "who?", "outcome": "answer", "score": 1.0, "surface": "slash", "at": at}
            await connection.execute(QUESTIONS.insert(), [asked])
            await connection.execute(LINKS.insert(), [{"question": number, "channel": 2, "replies": [3], "at": at}])
        await connection.execute(SALTS.insert(), [{"purpose": "votes", "secret": "00", "since": exact}])
        await connection.run_sync(upgrade)
        for column in (QUESTIONS.c.at, LINKS.c.at, SALTS.c.since):
            assert set((await connection.execute(select(column))).scalars()) == {hour}
        # What else stands in the rows is as it was.
        assert (await connection.execute(select(QUESTIONS.c.id, QUESTIONS.c.text).order_by(QUESTIONS.c.id))).all() == [
            ("1", "who?"),
            ("2", "who?"),
        ]
        assert (await connection.execute(select(LINKS.c.replies))).scalars().all() == [[3], [3]]


async def test_votes_of_older_versions_count_on_and_are_nobodys(engine: AsyncEngine) -> None:
    hashes = [f"{number:064x}" for number in range(3)]
    async with engine.begin() as connection:
        await connection.run_sync(downgrade, "times_to_the_hour")
        rows = [
            {"asked": asked, "entry": "motive", "member": each, "helpful": True}
            for asked in ("private", "public")
            for each in hashes
        ]
        await connection.execute(VOTES.insert(), rows)
        await connection.run_sync(upgrade)
        after = (await connection.execute(select(VOTES.c.member))).scalars().all()
    assert len(set(after)) == len(rows)
    assert not {*after} & {*hashes}


async def test_links_of_older_versions_show_nothing_known_and_survive_the_way_back(engine: AsyncEngine) -> None:
    at = to_number(dt.datetime.now(dt.UTC))
    old = {"question": 1, "channel": 2, "replies": [3], "at": at}
    async with engine.begin() as connection:
        await connection.run_sync(downgrade, "stops")
        await connection.execute(LINKS.insert(), [old])
        await connection.run_sync(upgrade)
        assert await reads.links_showing(connection, "motive", dt.datetime.now(dt.UTC)) == []
        assert (await connection.execute(select(LINKS.c.entries))).scalars().all() == [None]
        await connection.execute(LINKS.insert(), [old | {"question": 2, "entries": ["motive"]}])
        (found,) = await reads.links_showing(connection, "motive", dt.datetime.now(dt.UTC))
        assert (found.question, found.entries) == (2, ("motive",))
        await connection.run_sync(downgrade, "stops")
        left = await connection.execute(text("SELECT question FROM reply_links ORDER BY question"))
        assert left.scalars().all() == [1, 2]
        await connection.run_sync(upgrade)
        assert await connection.run_sync(_differences) == []


async def test_no_row_of_sqlite_tells_when_it_came(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/casebot.db")
    await migrate(url)
    engine = connect(url)
    for table in (QUESTIONS, VOTES, OPT_OUTS, LINKS):
        async with engine.connect() as connection:
            with pytest.raises(OperationalError, match="no such column: rowid"):
                await connection.execute(text(f"SELECT rowid FROM {table.name}"))  # noqa: S608 (our own)
    await engine.dispose()


async def test_several_that_migrate_at_once_take_turns(engine: AsyncEngine, url: SecretStr) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await asyncio.gather(*(migrate(url) for _ in range(8)))
    async with engine.begin() as connection:
        assert await connection.run_sync(_differences) == []


async def test_several_that_start_on_a_new_file_at_once_take_turns(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/casebot.db")
    databases = [Database(connect(url)) for _ in range(8)]
    await asyncio.gather(*(database.start() for database in databases))
    assert [database.health().problem for database in databases] == [None] * 8
    await asyncio.gather(*(database.close() for database in databases))


async def test_whoever_opens_a_new_file_waits_for_the_one_who_sets_it_up(tmp_path: Path) -> None:
    file = tmp_path / "casebot.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # SQLite itself waits for this lock before it writes, but not before it opens
    database = Database(connect(SecretStr(f"sqlite:///{file}")))
    starting = asyncio.create_task(database.start())
    done, _ = await asyncio.wait([starting], timeout=0.2)
    assert not done
    other.execute("COMMIT")
    other.close()
    await starting
    assert database.health().problem is None
    await database.close()


async def test_a_file_that_somebody_else_never_lets_go_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "casebot.db"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        database = Database(connect(SecretStr(f"sqlite:///{file}"), patience=0.1))
        await database.start()
        assert "database is locked" in (database.health().problem or "")
        await database.close()


async def test_a_file_is_brought_up_to_date_by_itself(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = SecretStr(f"sqlite:///{tmp_path_factory.mktemp('data')}/new/folder/casebot.db")
    database = Database(connect(url))
    await database.start()
    assert await database.unanswered() == []
    await database.close()


async def test_a_server_that_is_behind_says_what_to_run(postgres: Server) -> None:
    database = Database(connect(postgres.url))
    with pytest.raises(BehindError, match="casebot migrate"):
        await database.start()


async def test_memory_keeps_nothing() -> None:
    await migrate(SecretStr("memory"))
    async with open_store(SecretStr("memory"), dt.timedelta(days=1), SingleProcess(), TOKEN) as store:
        assert isinstance(store, MemoryStore)


@pytest.mark.usefixtures("engine")  # clears away
def test_the_command_migrates_and_never_shows_the_url(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: SecretStr
) -> None:
    monkeypatch.setenv("DATABASE_URL", url.get_secret_value())
    assert main(["migrate"]) == 0
    assert "up to date" in capsys.readouterr().out
    for wrong in ("mysql://ana:hunter2@example.org/case", "postgres://ana:hunter2@127.0.0.1:1/case?sslmode=require"):
        monkeypatch.setenv("CASEBOT_DATABASE_URL", wrong)
        assert "hunter2" not in repr(Settings())
        assert main(["migrate"]) == 2
        assert "hunter2" not in (said := capsys.readouterr().err)
        assert "database" in said.lower()


def test_the_bot_does_not_start_on_a_server_that_is_behind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], postgres: Server
) -> None:
    monkeypatch.setenv("CASEBOT_TOKEN", "secret")
    monkeypatch.setenv("DATABASE_URL", postgres.url.get_secret_value())
    assert main(["run"]) == 2
    assert "casebot migrate" in capsys.readouterr().err


@pytest.mark.usefixtures("engine")  # clears away
async def test_what_is_recorded_while_the_bot_runs_is_there_when_it_runs_again(url: SecretStr) -> None:
    now = dt.datetime.now(dt.UTC)
    question = Asked("who?", Outcome.NONE, None, 0.1, Surface.SLASH, None, now)
    async with open_store(url, dt.timedelta(days=1), SingleProcess(), TOKEN) as store:
        store.record(question, 1)
    async with open_store(url, dt.timedelta(days=1), SingleProcess(), TOKEN) as store:
        assert [each.id for each in await store.unanswered()] == [question.id]


def test_questions_in_the_terminal_do_not_wait_for_the_database_to_be_imported() -> None:
    script = "import sys; from bot.cli import main; main(['ask', 'who?']); print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 (our own)
    assert done.stdout.splitlines()[-1] == "False"
