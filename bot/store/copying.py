"""A copy of all that the bot remembers as one SQLite file, out of and into either kind of database.

The tables are the same in both, so a copy of a SQLite file can be brought into PostgreSQL, and the other way round.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.files import sync_folder
from bot.own_files import close_to_others, make_file
from bot.store.engine import connect, is_server, reason, unusable
from bot.store.migrate import current_revision, known_revisions, prepare, upgrade
from bot.store.opening import IN_MEMORY, PATIENCE_TO_MIGRATE
from bot.store.store import StoreError
from bot.store.tables import METADATA

_ROWS: Final = 1_000
"""Rows that are copied at a time."""

_BEHIND: Final = ("-wal", "-shm")

_RUNNING: Final = """
    SELECT DISTINCT application_name FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'casebot %'
"""
"""The processes that run, by the names of the connections that they listen on: :mod:`bot.cluster.shard_leases`."""

_log = logging.getLogger(__name__)


class InUseError(StoreError):
    """A process uses the database; the text says how to fix it."""


class OccupiedError(StoreError):
    """The database holds something already."""


class UnfitError(StoreError):
    """The copy cannot be used by this version; the text says why."""


def database_file(url: SecretStr | None) -> Path | None:
    """Return the file of a SQLite database; None for a server or for none.

    Raises:
        StoreError: the URL cannot be used.
    """
    if (url and url.get_secret_value() == IN_MEMORY) or is_server(url):
        return None
    return Path(connect(url).url.database or "")


async def save(url: SecretStr | None, copy: Path) -> bool:
    """Write a copy of a database, as it is at one instant. The bot may be running.

    Args:
        url: see :func:`bot.store.engine.connect`.
        copy: the file to write, which does not exist.

    Returns:
        Whether there is a database; if not, no file is written.

    Raises:
        StoreError: the database cannot be read, or is not up to date.
    """
    try:
        if is_server(url):
            await _save_server(url, copy)
            return True
        file = database_file(url)
        if file is None or not file.exists():
            return False
        await asyncio.to_thread(_save_file, file, copy)
    except Exception as error:  # noqa: BLE001 (drivers raise their own, with no common base)
        raise unusable(error, url) from None
    return True


def _save_file(file: Path, copy: Path) -> None:
    make_file(copy)
    with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True)) as source:
        # In one transaction, like SQLite's backup API, and beside writers; but without what has been deleted, of which
        # pages may still hold remains: https://www.sqlite.org/lang_vacuum.html#vacuuminto
        source.execute("VACUUM INTO ?", (str(copy),))


async def _save_server(url: SecretStr | None, copy: Path) -> None:
    make_file(copy)
    engine = connect(url, PATIENCE_TO_MIGRATE)
    target = create_engine(URL.create("sqlite", database=str(copy)), hide_parameters=True)
    try:
        async with engine.connect() as connection:
            # All tables as they are at one instant.
            await connection.execution_options(isolation_level="REPEATABLE READ")
            await connection.run_sync(prepare)
            with target.begin() as written:
                upgrade(written)
                await _copy_from(connection, written)
    finally:
        target.dispose()
        await engine.dispose()


async def _copy_from(source: AsyncConnection, target: Connection) -> None:
    for table in METADATA.sorted_tables:
        found = await source.stream(select(table))
        async for rows in found.mappings().partitions(_ROWS):
            target.execute(table.insert(), [dict(row) for row in rows])


def check(copy: Path) -> None:
    """Check that a copy is whole and that this version can use it.

    Raises:
        UnfitError: it is damaged, or of a newer version.
    """
    engine = create_engine(URL.create("sqlite", database=str(copy)), hide_parameters=True)
    try:
        with engine.connect() as connection:
            (state,) = connection.exec_driver_sql("PRAGMA quick_check").fetchone() or ("empty",)
            current = current_revision(connection)
    except Exception as error:  # noqa: BLE001 (drivers raise their own, with no common base)
        message = f"The database in it cannot be read. {reason(error)}"
        raise UnfitError(message) from None
    finally:
        engine.dispose()
    if state != "ok":
        message = "The database in it is damaged."
        raise UnfitError(message)
    if current not in known_revisions():
        message = "The database in it is of a newer version of casebot. Update casebot first."
        raise UnfitError(message)


async def examine_target(url: SecretStr | None, *, replace: bool) -> None:
    """Check that a copy can be restored into a database, without changing anything.

    Args:
        url: see :func:`bot.store.engine.connect`.
        replace: whether what it holds may be replaced.

    Raises:
        OccupiedError: it holds something that may not be replaced.
        InUseError: a process uses it.
        StoreError: it cannot be used.
    """
    file = database_file(url)
    if file and file.exists():
        if not replace:
            raise OccupiedError(str(file))
        with _held(file):
            pass
    elif is_server(url):
        await _on_server(url, partial(_refuse_to_overwrite, replace=replace))


async def restore(url: SecretStr | None, copy: Path, kept: str) -> None:
    """Replace what a database holds by a copy; after an error or a kill it holds the one or the other, whole.

    Args:
        url: see :func:`bot.store.engine.connect`.
        copy: the copy. It is brought up to date.
        kept: what is appended to the name of a SQLite file that was there before, which is kept under that name.

    Raises:
        StoreError: the database cannot be used.
    """
    if is_server(url):
        await _on_server(url, partial(_fill, copy=copy))
    elif file := database_file(url):
        await asyncio.to_thread(_put_in_place, file, copy, kept)


def _put_in_place(file: Path, copy: Path, kept: str) -> None:
    staged = file.with_name(f".{file.name}.restored")
    # What a killed restore left; a link must not lead the copy elsewhere.
    staged.unlink(missing_ok=True)
    make_file(staged)
    shutil.copyfile(copy, staged)
    with staged.open("rb") as written:
        os.fsync(written.fileno())
    close_to_others(staged)
    with contextlib.ExitStack() as stack:
        if file.exists():
            stack.enter_context(_held(file))
            # To close it releases the locks (see bot.own_files.make_file), so it stays open until the new one is there.
            before = stack.enter_context(file.open("rb"))
            aside = file.with_name(file.name + kept)
            make_file(aside)
            with aside.open("wb") as copied:
                shutil.copyfileobj(before, copied)
        for end in _BEHIND:
            if (old := file.with_name(file.name + end)).exists():
                old.replace(aside := file.with_name(file.name + kept + end))
                close_to_others(aside)
        staged.replace(file)
    sync_folder(file.parent)


@contextlib.contextmanager
def _held(file: Path) -> Iterator[None]:
    """Keep others from opening a SQLite file for a block. Its write-ahead log becomes part of it.

    Raises:
        InUseError: somebody has it open.
        StoreError: it cannot be used.
    """
    with contextlib.ExitStack() as stack:
        try:
            opened = sqlite3.connect(file, timeout=0, isolation_level=None)
            connection = stack.enter_context(contextlib.closing(opened))
            # Only one who has the file alone can leave the write-ahead log: https://www.sqlite.org/wal.html
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise unusable(error, None) from None
            message = f"{file} is in use. Stop the bot, then restore."
            raise InUseError(message) from None
        except sqlite3.DatabaseError:
            _log.debug("The database to replace is damaged", exc_info=True)
        yield


async def _on_server(url: SecretStr | None, work: "partial[None]") -> None:
    engine = connect(url, PATIENCE_TO_MIGRATE)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(work)
    except Exception as error:  # noqa: BLE001 (drivers raise their own, with no common base)
        raise unusable(error, url) from None
    finally:
        await engine.dispose()


def _refuse_to_overwrite(connection: Connection, *, replace: bool) -> None:
    if names := connection.scalars(text(_RUNNING)).all():
        message = f"The database is in use by {', '.join(names)}. Stop the bot, then restore."
        raise InUseError(message)
    there = set(connection.dialect.get_table_names(connection))
    tables = [table for table in METADATA.sorted_tables if table.name in there]
    filled = any(connection.scalar(select(func.count()).select_from(table)) for table in tables)
    if filled and not replace:
        message = "The PostgreSQL database"
        raise OccupiedError(message)


def _fill(connection: Connection, *, copy: Path) -> None:
    upgrade(connection)
    source = create_engine(URL.create("sqlite", database=str(copy)), hide_parameters=True)
    try:
        with source.connect() as found:
            upgrade(found)
            for table in METADATA.sorted_tables:
                connection.execute(table.delete())
                for rows in found.execute(select(table)).mappings().partitions(_ROWS):
                    connection.execute(table.insert(), [dict(row) for row in rows])
    finally:
        source.dispose()
