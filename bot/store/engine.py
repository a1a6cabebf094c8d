"""Connections to a database. Its URL is a secret, so no error and no log shows it."""

import asyncio
import getpass
import os
import re
import sqlite3
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiosqlite
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.folders import HomelessError, data_dir, expand_home
from bot.own_files import close_to_others, make_file, make_folder
from bot.store.server_url import is_server_url, lasting, parse_server_url
from bot.store.store import StoreError

PATIENCE: Final = 10.0
"""Seconds to wait for a statement, a connection or a lock."""

CONNECTIONS: Final = 3
"""The most pooled connections of a process to a PostgreSQL server, in addition to the one it listens on. PostgreSQL
allows about a hundred by default."""

_RETRY_INTERVAL: Final = 0.02
"""Seconds between attempts while another process sets up the same file."""

_ELSEWHERE: Final = "Set CASEBOT_DATABASE_URL to another place, such as sqlite:////data/casebot.db."

_LASTING: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
"""Codes of SQLite's errors that do not pass by themselves."""

_FILE: Final = re.compile(r"sqlite(\+\w+)?:///(?P<path>.+)")


def connect(url: SecretStr | None, patience: float = PATIENCE) -> AsyncEngine:
    """Return an engine for a database, without connecting yet.

    Args:
        url: of a server, see :func:`~bot.store.server_url.parse_server_url`, or ``sqlite:///path``; None for the file
            ``casebot.db`` in the platform's data folder.
        patience: seconds to wait for a statement or a lock.

    Raises:
        StoreError: the URL is none of these, or the file's folder cannot be created.
    """
    secret = url.get_secret_value() if url else ""
    if is_server_url(secret):
        return _server(secret, patience)
    path = sqlite_file(url)
    try:
        make_folder(path.parent, ours=not url)
    except OSError as error:
        message = f"There can be no database in the folder {path.parent}: {error.strerror}. {_ELSEWHERE}"
        raise StoreError(message) from None
    if path.exists() and not path.is_file():
        # SQLite would wait for the other end of a pipe.
        message = (
            f"{path} is not a file, so it cannot be the database. Move it out of the way, or set CASEBOT_DATABASE_URL."
        )
        raise StoreError(message)
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)), hide_parameters=True, connect_args={"timeout": patience}
    )

    @event.listens_for(engine.sync_engine, "do_connect")
    def keep_private(*_: object) -> None:
        # SQLite creates the -wal and -shm files with the database file's mode. A killed process may have left some.
        make_file(path)
        for beside in ("-wal", "-shm"):
            close_to_others(path.with_name(path.name + beside))

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: AsyncAdapt_aiosqlite_connection, _: object) -> None:
        connection.run_async(partial(_set_up_file, patience=patience))

    return engine


def frozen(file: Path) -> AsyncEngine:
    """Return an engine that reads a SQLite file as one that never changes, without connecting yet.

    It works where SQLite cannot write beside the file, such as on a full disk, but does not see what is only in the
    write-ahead log: https://www.sqlite.org/uri.html#uriimmutable
    """
    url = URL.create(
        "sqlite+aiosqlite",
        database=file.resolve().as_uri(),
        query={"uri": "true", "mode": "ro", "immutable": "1"},
    )
    return create_async_engine(url, hide_parameters=True)


def sqlite_file(url: SecretStr | None) -> Path:
    """Return the file of a SQLite database, which need not exist.

    Args:
        url: ``sqlite:///path``; None for the default file, see :func:`connect`.

    Raises:
        StoreError: the URL is neither, or there is no home folder.
    """
    file = _FILE.fullmatch(url.get_secret_value()) if url else None
    if url and not file:
        message = "CASEBOT_DATABASE_URL must start with postgresql:// or sqlite:/// or be the word memory."
        raise StoreError(message)
    try:
        return expand_home(Path(file["path"])) if file else _default_file()
    except HomelessError as error:
        raise StoreError(str(error)) from None


def _default_file() -> Path:
    try:
        return data_dir() / "casebot.db"
    except HomelessError:
        message = f"This user has no home folder to keep the database in. {_ELSEWHERE}"
        raise HomelessError(message) from None


def opener(secret: str, patience: float = PATIENCE) -> Callable[[], Awaitable[Any]]:
    """Return a function that opens single asyncpg connections to a PostgreSQL server.

    Args:
        secret: the URL of the server, see :func:`connect`.
        patience: seconds to wait for a statement or a lock; for a connection, at most :data:`PATIENCE`.

    Raises:
        StoreError: asyncpg is not installed, or the URL cannot be read. The function raises a UrlError if the server
            will never accept the URL.
    """
    try:
        import asyncpg  # noqa: PLC0415 (an extra: most bots keep a file)
    except ImportError:
        message = "PostgreSQL needs one more package. Run: pip install 'casebot[postgres]'"
        raise StoreError(message) from None
    url = parse_server_url(secret)
    if not (url.names_user or os.environ.get("PGUSER")):
        try:
            getpass.getuser()  # as asyncpg would for every connection
        except (KeyError, OSError):
            message = "CASEBOT_DATABASE_URL names no user, and this one has no name. Write postgresql://user:…@host/…"
            raise StoreError(message) from None
    options = {**url.options, "timeout": min(patience, PATIENCE, url.options.get("timeout", PATIENCE))}

    async def connect() -> Any:  # noqa: ANN401 (asyncpg ships no types)
        try:
            # No prepared statements, which a pooler would look for in another session.
            return await asyncpg.connect(url.dsn, command_timeout=patience, statement_cache_size=0, **options)
        except Exception as error:
            if wrong := lasting(error, url):
                raise wrong from None
            raise

    return connect


def is_server(url: SecretStr | None) -> bool:
    """Return whether a URL names a PostgreSQL server, which several processes can share."""
    return url is not None and is_server_url(url.get_secret_value())


def _server(secret: str, patience: float) -> AsyncEngine:
    # The engine never sees the URL, so it cannot show it.
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=opener(secret, patience),
        # As there: statements without a name, which are prepared again at every use.
        connect_args={"prepared_statement_cache_size": 0, "prepared_statement_name_func": str},
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=PATIENCE,
    )


async def _set_up_file(connection: aiosqlite.Connection, patience: float) -> None:
    await _pragma(connection, "foreign_keys=ON")
    # Overwrite deleted data with zeros; :mod:`bot.store.scrubber` does the rest.
    await _pragma(connection, "secure_delete=ON")
    until = time.monotonic() + patience
    while True:
        try:
            # With a write-ahead log, readers and the writer do not block each other: https://www.sqlite.org/wal.html
            await _pragma(connection, "journal_mode=WAL")
        except sqlite3.OperationalError as error:
            # SQLite's own timeout does not apply while another process writes to a new file.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            await asyncio.sleep(_RETRY_INTERVAL)
        else:
            return


async def _pragma(connection: aiosqlite.Connection, setting: str) -> None:
    """Execute a PRAGMA and close its cursor.

    An open cursor would hold a transaction open until it is garbage collected. The connection would read stale data,
    its writes would fail, and the write-ahead log could not be truncated.
    """
    async with connection.execute(f"PRAGMA {setting}"):
        pass


def reason(error: Exception) -> str:
    """Return one sentence that says why the database failed, without its URL or the values to be written.

    Messages of drivers and servers may quote rows and addresses. Only those of SQLite and the operating system are safe
    to show; otherwise the sentence names the error's class.
    """
    if isinstance(error, StoreError):
        return str(error)
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        detail = str(cause)
    elif isinstance(cause, OSError) and cause.errno and cause.strerror:
        # asyncio names the address where the system would name the reason.
        detail = os.strerror(cause.errno) if cause.strerror.startswith("Connect call failed") else cause.strerror
    else:
        detail = type(cause).__name__
    now = "" if getattr(cause, "sqlite_errorcode", None) in _LASTING else " now"
    return f"The database cannot be used{now} ({detail})."


def unusable(error: Exception, url: SecretStr | None) -> StoreError:
    """Return the error of a command that needs the database: why it failed, see :func:`reason`, and what to check.

    Args:
        error: what was raised.
        url: see :func:`connect`.
    """
    if isinstance(error, StoreError):
        return error
    check = (
        "that its server runs, and CASEBOT_DATABASE_URL"
        if is_server(url)
        else "the file and its disk, or restore a backup"
    )
    return StoreError(f"{reason(error)} Check {check}.")


def is_refusal(error: Exception) -> bool:
    """Return whether the database works but rejects these values, so that a retry cannot succeed."""
    if isinstance(error, DBAPIError):
        cause: Any = error.orig
        # Classes 22 and 23, data exception and constraint violation:
        # https://www.postgresql.org/docs/current/errcodes-appendix.html; asyncpg's own checks are ValueErrors.
        return (
            isinstance(error, DataError | IntegrityError)
            or str(getattr(cause, "sqlstate", None) or "")[:2] in {"22", "23"}
            or isinstance(cause.__cause__, ValueError)
        )
    return isinstance(error, StatementError | OverflowError)
