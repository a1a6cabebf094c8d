"""Nobody else on the machine reads what the bot keeps."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.answering.answerer import Answerer
from bot.editing.desk import Desk
from bot.knowledge.load import load
from bot.own_files import close_to_others, make_file
from bot.store.database import Database
from bot.store.engine import connect
from bot.store.opening import examine
from tests.places import HARBOUR
from tests.store.samples import ANA, asked


@pytest.fixture(autouse=True)
def _open_by_default(tmp_path: Path) -> Iterator[None]:
    """Let new files be as open as on most machines, and the test's own folder, too."""
    before = os.umask(0o022)
    tmp_path.chmod(0o755)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Return the modes of a folder and of all in it."""
    found = (folder, *folder.rglob("*"))
    return {path.relative_to(folder.parent).as_posix(): f"{stat.S_IMODE(path.stat().st_mode):o}" for path in found}


async def remembering(url: SecretStr | None) -> Database:
    """Start a store that has written something, which is not in the file itself yet."""
    database = Database(connect(url))
    await database.start()
    database.record(asked(), ANA)
    await database.flush()
    return database


async def test_a_new_database_and_the_new_folders_it_is_in_are_for_the_bot_alone(tmp_path: Path) -> None:
    database = await remembering(SecretStr(f"sqlite:///{tmp_path}/new/folder/casebot.db"))
    assert modes(tmp_path / "new") == {
        "new": "700",
        "new/folder": "700",
        "new/folder/casebot.db": "600",
        "new/folder/casebot.db-wal": "600",
        "new/folder/casebot.db-shm": "600",
    }
    await database.close()


async def test_a_database_of_an_older_version_is_closed_to_others_and_the_folder_of_somebody_else_stays(
    tmp_path: Path,
) -> None:
    file = tmp_path / "casebot.db"
    before = await remembering(SecretStr(f"sqlite:///{file}"))
    for name in ("casebot.db", "casebot.db-wal", "casebot.db-shm"):
        (tmp_path / name).chmod(0o644)
    # The one before was killed, as far as the next can see: its log is still there.
    database = await remembering(SecretStr(f"sqlite:///{file}"))
    assert modes(tmp_path) == {
        tmp_path.name: "755",
        f"{tmp_path.name}/casebot.db": "600",
        f"{tmp_path.name}/casebot.db-wal": "600",
        f"{tmp_path.name}/casebot.db-shm": "600",
    }
    await database.close()
    await before.close()


async def test_the_bots_own_data_folder_of_an_older_version_is_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "casebot").mkdir()
    assert modes(tmp_path / "casebot")["casebot"] == "755"
    database = await remembering(None)
    assert modes(tmp_path / "casebot")["casebot"] == "700"
    assert modes(tmp_path)[tmp_path.name] == "755"
    await database.close()


async def test_a_look_at_where_the_database_would_be_makes_none(tmp_path: Path) -> None:
    await examine(SecretStr(f"sqlite:///{tmp_path}/casebot.db"))
    assert modes(tmp_path).keys() == {tmp_path.name}


def look_from_outside(file: Path) -> None:
    """Read a database as a timer's backup does, or anybody: the last to leave it removes its log."""
    look = "import sqlite3; base = sqlite3.connect('casebot.db'); base.execute('SELECT * FROM written'); base.close()"
    subprocess.run([sys.executable, "-c", look], cwd=file.parent, check=True)  # noqa: S603 (our own)


def copied(file: Path, folder: Path) -> Path:
    """Copy a database as it is on the disk, with its log."""
    folder.mkdir()
    for path in file.parent.glob(f"{file.name}*"):
        shutil.copy(path, folder)
    return folder / file.name


async def test_a_second_connection_leaves_the_first_its_locks_so_that_nobody_removes_the_log_that_it_writes(
    tmp_path: Path,
) -> None:
    file = tmp_path / "casebot.db"
    engine = connect(SecretStr(f"sqlite:///{file}"))
    async with engine.connect() as one:
        await one.execute(text("CREATE TABLE written (number)"))
        await one.commit()
        async with engine.connect() as other:
            await other.execute(text("SELECT * FROM written"))
        await asyncio.to_thread(look_from_outside, file)
        await one.execute(text("INSERT INTO written VALUES (1)"))
        await one.commit()
        left_by_a_kill = copied(file, tmp_path / "killed")
    await engine.dispose()
    with contextlib.closing(sqlite3.connect(left_by_a_kill)) as left:
        assert left.execute("SELECT * FROM written").fetchall() == [(1,)]


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_the_file_that_a_link_names_is_made_for_the_bot_alone(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to("named.db")
    make_file(tmp_path / "link.db")
    assert modes(tmp_path)[f"{tmp_path.name}/named.db"] == "600"


async def test_what_belongs_to_somebody_else_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "casebot.db"
    file.touch()
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    engine = connect(SecretStr(f"sqlite:///{file}"))
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    await engine.dispose()
    assert modes(tmp_path)[f"{tmp_path.name}/casebot.db"] == "644"


def test_the_papers_of_the_desk_are_for_the_bot_alone_and_the_knowledge_stays_open(folder: Path) -> None:
    before = modes(folder)
    Desk(folder)
    assert modes(folder)["knowledge/.desk"] == "700"
    (folder / ".desk").chmod(0o755)
    Desk(folder)
    after = modes(folder)
    assert after["knowledge/.desk"] == "700"
    assert {name: after[name] for name in before} == before


def test_what_the_matcher_has_learnt_is_for_the_bot_alone(tmp_path: Path) -> None:
    cache = tmp_path / "cache" / "matcher"
    Answerer(load(HARBOUR), cache=cache, lexical_only=True)
    assert set(modes(tmp_path / "cache").values()) == {"700", "600"}


def test_what_is_not_there_or_cannot_be_made_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    close_to_others(tmp_path / "nowhere")
    make_file(tmp_path / "nowhere" / "casebot.db")
    assert not list(tmp_path.iterdir())
