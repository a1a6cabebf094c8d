"""Bringing a database to the tables that this version of the bot needs, and back."""

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
"""Key of the advisory lock: the word "caseb". PostgreSQL keeps such keys apart from those of two numbers."""


class BehindError(StoreError):
    """The database has the tables of an older version; the text says how to mend it."""


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date, in the connection's transaction; one process at a time, the others wait."""
    _lock(connection)
    command.upgrade(_config(connection), "head")


def downgrade(connection: Connection, to: str = "base") -> None:
    """Go back to an earlier revision, by default to no tables at all, in the connection's transaction."""
    command.downgrade(_config(connection), to)


def prepare(connection: Connection) -> None:
    """Make sure that the tables are those of this version, in the connection's transaction.

    A file of SQLite belongs to this bot alone and is brought up to date at once. A server may be shared by
    processes of several versions: there ``casebot migrate`` says when.

    Raises:
        BehindError: the database is a server's, and behind.
    """
    if connection.dialect.name == "sqlite":
        upgrade(connection)
        return
    scripts = ScriptDirectory.from_config(_config(connection))
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    # A revision that is not known is a newer version's, which has kept what this one needs.
    if current is None or (current in known and current != scripts.get_current_head()):
        message = "The database is not up to date. Run `casebot migrate` once, then start the bot again."
        raise BehindError(message)


def _lock(connection: Connection) -> None:
    """Keep other processes from the tables until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION)))
    elif not getattr(connection.connection.driver_connection, "in_transaction", False):
        # Python's driver begins a transaction before it writes rows, not before it creates tables.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
