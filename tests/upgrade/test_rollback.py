"""Whoever does not like an update goes back, and has what they had."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from tests.upgrade import entry_points, november
from tests.upgrade.november import HARBOUR
from tests.upgrade.test_database import OLDER, TABLES, Remembered, Rows, comparable


def _dump(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return sorted(connection.iterdump())


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a bot; the settings name its files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(november.knowledge(tmp_path)))
    monkeypatch.setenv("CASEBOT_DATABASE_URL", "sqlite:///casebot.db")
    return tmp_path


@pytest.mark.parametrize("revision", OLDER)
def test_a_backup_from_before_the_update_brings_the_old_tables_back(disk: Path, revision: str) -> None:
    with contextlib.closing(sqlite3.connect(disk / "casebot.db")) as connection:
        connection.executescript(november.text(f"older/{revision}.sql"))
    before = _dump(disk / "casebot.db")
    assert entry_points.main(["backup", "before.tar.gz"]) == 0
    assert _dump(disk / "casebot.db") == before, "a backup changes nothing"
    assert entry_points.main(["migrate"]) == 0
    after = _dump(disk / "casebot.db")
    assert after != before
    assert entry_points.main(["restore", "--replace", "before.tar.gz"]) == 0
    assert _dump(disk / "casebot.db") == before
    assert entry_points.main(["migrate"]) == 0
    assert len(_dump(disk / "casebot.db")) == len(after), "votes get a new salt"


async def test_an_older_version_goes_on_with_the_tables_of_a_newer_one(disk: Path) -> None:
    file = november.sqlite(disk, "stopped")
    url = f"sqlite:///{file}"
    async with entry_points.store(url):
        pass
    expected: Rows = await Remembered(url).rows()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE of_next_year (id INTEGER)")
        connection.execute("ALTER TABLE digests ADD COLUMN note TEXT")
        connection.execute("UPDATE alembic_version SET version_num = 'of_next_year'")
        connection.commit()
    async with entry_points.store(url) as store:
        assert store.settings(HARBOUR).prefix == "?"
    rows = await Remembered(url).rows()
    assert {table: len(rows[table]) for table in TABLES} == {table: len(expected[table]) for table in TABLES}
    assert comparable(rows) == comparable(expected)
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("of_next_year",)]
