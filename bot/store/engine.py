"""Reaching a database by its URL, which is a secret: no error and no log shows it."""

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
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiosqlite
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.folders import HomelessError, data_dir
from bot.store.store import StoreError

PATIENCE: Final = 10.0
"""Seconds until a statement, a connection or a lock that does not come is given up."""

CONNECTIONS: Final = 3
"""Connections to a server that a process keeps at most, besides the one it listens on: servers allow some hundred."""

_UNTIL_AGAIN: Final = 0.02
"""Seconds until a file that somebody else is setting up is tried again."""

_ELSEWHERE: Final = "Set CASEBOT_DATABASE_URL to another place, such as sqlite:////data/casebot.db."

_SERVER: Final = re.compile(r"postgres(ql)?(\+\w+)?://")
_FILE: Final = re.compile(r"sqlite(\+\w+)?:///(?P<path>.+)")


def connect(url: SecretStr | None, patience: float = PATIENCE) -> AsyncEngine:
    """Prepare the connections to a database; none is opened yet.

    Args:
        url: ``postgres://…`` or ``postgresql://…`` with the parameters of libpq, or ``sqlite:///path``; None for
            the file ``casebot.db`` in the platform's folder for the data of programs.
        patience: seconds until a statement or a lock that does not come is given up.

    Raises:
        StoreError: the URL is none of these, or there can be no file.
    """
    secret = url.get_secret_value() if url else ""
    if _SERVER.match(secret):
        return _server(secret, patience)
    file = _FILE.fullmatch(secret)
    if url and not file:
        message = "CASEBOT_DATABASE_URL must start with postgresql:// or sqlite:/// or be the word memory."
        raise StoreError(message)
    path = Path(file["path"]) if file else _default_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"There can be no database in the folder {path.parent}: {error.strerror}. {_ELSEWHERE}"
        raise StoreError(message) from None
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)), hide_parameters=True, connect_args={"timeout": patience}
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: AsyncAdapt_aiosqlite_connection, _: object) -> None:
        connection.run_async(partial(_set_up_file, patience=patience))

    return engine


def _default_file() -> Path:
    try:
        return data_dir() / "casebot.db"
    except HomelessError:
        message = f"This user has no home folder to keep the database in. {_ELSEWHERE}"
        raise StoreError(message) from None


def opener(secret: str, patience: float = PATIENCE) -> Callable[[], Awaitable[Any]]:
    """Prepare to open single connections to a PostgreSQL, with asyncpg.

    Args:
        secret: the URL of a server, see :func:`connect`.
        patience: seconds until a statement or a lock that does not come is given up; a connection after
            :data:`PATIENCE` at the latest.

    Raises:
        StoreError: asyncpg is not installed.
    """
    try:
        import asyncpg  # noqa: PLC0415 (an extra: most bots keep a file)
    except ImportError:
        message = "PostgreSQL needs one package more: pip install 'casebot[postgres]'"
        raise StoreError(message) from None
    parts = urlsplit(_SERVER.sub("postgresql://", secret))
    if not (parts.username or "user" in dict(parse_qsl(parts.query)) or os.environ.get("PGUSER")):
        try:
            getpass.getuser()  # asyncpg would, for every connection
        except (KeyError, OSError):
            message = "CASEBOT_DATABASE_URL names no user, and this one has no name. Write postgresql://user:…@host/…"
            raise StoreError(message) from None
    # asyncpg reads the parameters of libpq itself, sslmode among them; this one it would send to the server.
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "channel_binding"]
    dsn = urlunsplit(parts._replace(query=urlencode(query)))
    return partial(asyncpg.connect, dsn, timeout=min(patience, PATIENCE), command_timeout=patience)


def is_server(url: SecretStr | None) -> bool:
    """Tell whether a URL is that of a PostgreSQL, which several processes can share."""
    return url is not None and _SERVER.match(url.get_secret_value()) is not None


def _server(secret: str, patience: float) -> AsyncEngine:
    # The engine itself never sees the URL.
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=opener(secret, patience),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=PATIENCE,
    )


async def _set_up_file(connection: aiosqlite.Connection, patience: float) -> None:
    await connection.execute("PRAGMA foreign_keys=ON")
    until = time.monotonic() + patience
    while True:
        try:
            # With a write-ahead log readers and the writer do not wait for each other: https://www.sqlite.org/wal.html
            await connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            # For whoever writes to a new file at that moment SQLite itself does not wait.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            await asyncio.sleep(_UNTIL_AGAIN)
        else:
            return


def reason(error: Exception) -> str:
    """Say in one sentence why the database fails, without its URL and without what was to be written.

    Drivers and servers quote rows and addresses in their messages; only those of SQLite and of the system do not.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        detail = str(cause)
    elif isinstance(cause, OSError) and cause.strerror and not cause.strerror.startswith("Connect call failed"):
        detail = cause.strerror
    else:
        detail = type(cause).__name__
    return f"The database cannot be used now ({detail})."


def is_refusal(error: Exception) -> bool:
    """Tell whether the database is well and takes only these values not, so that to try again is of no use."""
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
