"""Opening and closing the store that the settings choose."""

import asyncio
import contextlib
import datetime as dt
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from pydantic import SecretStr

from bot.files import marked
from bot.store import pooler, reads
from bot.store.database import Database
from bot.store.engine import connect, is_server, opener, unusable
from bot.store.member_hash import hash_key
from bot.store.memory import MemoryStore
from bot.store.migrate import prepare, upgrade
from bot.store.pooler import require_sessions
from bot.store.store import Store, StoreError
from bot.store.types import Unanswered
from bot.supervision import Supervisor

IN_MEMORY: Final = "memory"
"""The word in place of a URL with which nothing outlives the process."""

TIDY_EVERY: Final = dt.timedelta(hours=1)
"""Time between deletions of expired data, and so how late it may be deleted."""

PATIENCE_TO_MIGRATE: Final = 600.0
"""Seconds for one step of a migration, or to wait for another process that migrates; a large table takes a while."""

RETENTION_TASK: Final = "The deletion of expired data"

_log = logging.getLogger(__name__)


class Leader(Protocol):
    """Elects one of several processes for work that only one may do, as :class:`bot.cluster.cluster.Cluster` does."""

    async def lead(self) -> None:
        """Wait until this process is the leader."""


@contextlib.asynccontextmanager
async def open_store(
    url: SecretStr | None,
    retention: dt.timedelta,
    leader: Leader,
    token: SecretStr,
    supervisor: Supervisor | None = None,
) -> AsyncIterator[Store]:
    """Open the store for a block, deleting expired data every hour, and close it at the end.

    Args:
        url: the database, see :func:`bot.store.engine.connect`, or :data:`IN_MEMORY`.
        retention: how long the text of a question is kept.
        leader: tells when this process is the leader; only the leader deletes expired data.
        token: the bot's token, from which the key of the votes' hashes is derived.
        supervisor: keeps the store's tasks running; None for one of its own.

    Raises:
        StoreError: the URL cannot be used, leads to a pooler in transaction mode, or the tables are out of date.
    """
    if url and url.get_secret_value() == IN_MEMORY:
        yield MemoryStore()
        return
    supervisor = supervisor or Supervisor()
    database = Database(connect(url), retention=retention, key=hash_key(token), supervisor=supervisor)
    try:
        if url and is_server(url):
            await require_sessions(opener(url.get_secret_value(), pooler.PATIENCE))
        await database.start()
    except BaseException:
        # There may be open connections already, but nothing to write.
        await database.close(last_flush=0)
        raise
    try:
        async with supervisor.running(supervisor.keep_running(RETENTION_TASK, partial(_keep_tidy, database, leader))):
            yield database
    finally:
        await database.close()


@contextlib.contextmanager
def noticed(url: SecretStr | None) -> Iterator[None]:
    """Let other processes notice for a block that a bot uses a SQLite file, and log a warning if another one does.

    Processes that share a PostgreSQL server know of one another anyway: :mod:`bot.cluster`.

    Raises:
        StoreError: the URL cannot be used.
    """
    with contextlib.ExitStack() as stack:
        if not (is_server(url) or (url and url.get_secret_value() == IN_MEMORY)):
            file = Path(connect(url).url.database or "")
            # Where there can be no lock, there is nothing to say.
            with contextlib.suppress(OSError):
                if not stack.enter_context(marked(file.with_name(f"{file.name}.lock"))):
                    _log.warning(
                        "Another bot is running with %s. Until one of the two is stopped, every question is answered "
                        "twice, and neither learns of settings and stopped answers that the other was told about.",
                        file,
                    )
        yield


async def _keep_tidy(database: Database, leader: Leader) -> None:
    while True:
        await leader.lead()
        try:
            await database.tidy()
        except StoreError:
            # The store's health shows an outage.
            if database.health().problem is None:
                raise
        await asyncio.sleep(TIDY_EVERY.total_seconds())


async def read_unanswered(url: SecretStr | None) -> Sequence[Unanswered]:
    """Return the questions on the moderators' list. The bot may be running; nothing is deleted.

    Args:
        url: see :func:`open_store`.

    Raises:
        StoreError: the database cannot be used.
    """
    if url and url.get_secret_value() == IN_MEMORY:
        return ()
    engine = connect(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(prepare)
            return await reads.unanswered(connection, None, None)
    except Exception as error:  # noqa: BLE001 (drivers raise their own, with no common base)
        _log.debug("The database failed", exc_info=True)
        raise unusable(error, url) from None
    finally:
        await engine.dispose()


async def migrate(url: SecretStr | None) -> None:
    """Bring the tables of the database up to date.

    Raises:
        StoreError: the database cannot be used.
    """
    if url and url.get_secret_value() == IN_MEMORY:
        return
    engine = connect(url, PATIENCE_TO_MIGRATE)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    except Exception as error:  # noqa: BLE001 (drivers raise their own, with no common base)
        _log.debug("The database failed", exc_info=True)
        raise unusable(error, url) from None
    finally:
        await engine.dispose()


async def examine(url: SecretStr | None) -> str:
    """Check that the store can be used, without changing anything, and return one sentence about it.

    Raises:
        StoreError: the store cannot be used; the text says why.
    """
    if url and url.get_secret_value() == IN_MEMORY:
        return "nothing outlasts the process (memory)"
    engine = connect(url)
    if not is_server(url):
        return _examine_file(Path(engine.url.database or ""))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(prepare)
        if url:
            await require_sessions(opener(url.get_secret_value(), pooler.PATIENCE))
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 (drivers raise their own, with no common base)
        raise unusable(error, url) from None
    finally:
        await engine.dispose()
    return "PostgreSQL answers and its tables are up to date"


def _examine_file(file: Path) -> str:
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        message = f"{file} cannot be written. Give the bot's user write access to it and its folder."
        raise StoreError(message)
    if not file.exists():
        return f"{file} will be made at the start"
    try:
        # Read only, so that not even the tables are migrated.
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise unusable(error, None) from None
    return f"{file} can be used"
