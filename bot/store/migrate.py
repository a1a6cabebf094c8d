"""Migrating a database to the tables that this version of the bot needs, and back."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from bot.store.store import StoreError

_FOLDER: Final = Path(__file__).resolve().parent / "migrations"

_MIGRATION: Final = 0x6361736562
"""Key of the advisory lock: "caseb" in ASCII. It cannot clash with locks that use PostgreSQL's two-number keys."""


class BehindError(StoreError):
    """The database has the tables of an older version; the text says how to fix it."""


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date in the connection's transaction. Other processes that do so wait.

    Tables of a newer version stay as they are: it keeps what this one needs.
    """
    _lock(connection)
    current = current_revision(connection)
    if current is not None and current not in known_revisions():
        return
    command.upgrade(_config(connection), "head")


def downgrade(connection: Connection, to: str = "base") -> None:
    """Go back to an earlier revision in the connection's transaction; the default leaves no tables."""
    command.downgrade(_config(connection), to)


def prepare(connection: Connection) -> None:
    """Check, in the connection's transaction, that the tables are those of this version.

    A SQLite file belongs to this bot alone and is migrated at once. Processes of several versions may share a
    PostgreSQL server, so there an operator decides when to run ``casebot migrate``. Nothing is written where the tables
    are up to date: a database that can only be read still says what is stopped.

    Raises:
        BehindError: the database is on a server and out of date.
    """
    scripts = ScriptDirectory.from_config(_config(connection))
    current = current_revision(connection)
    # An unknown revision comes from a newer version, which keeps what this one needs.
    if current is not None and (current not in known_revisions() or current == scripts.get_current_head()):
        return
    if connection.dialect.name == "sqlite":
        upgrade(connection)
        return
    message = "The database is not up to date. Run `casebot migrate` once, then start the bot again."
    raise BehindError(message)


def current_revision(connection: Connection) -> str | None:
    """Return the revision of the tables; None if there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> frozenset[str]:
    """Return the revisions that this version can bring up to date. Another one comes from a newer version."""
    scripts = ScriptDirectory(str(_FOLDER))
    return frozenset(script.revision for script in scripts.walk_revisions())


def _lock(connection: Connection) -> None:
    """Lock the tables against other processes until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION)))
    elif not getattr(connection.connection.driver_connection, "in_transaction", False):
        # Python's driver begins a transaction before it writes rows, but not before it creates tables.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
