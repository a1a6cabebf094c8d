"""Round times to the hour and drop the order of rows: either would show which message asked which question."""

from typing import Final

from alembic import op

revision: Final = "times_to_the_hour"
down_revision: Final = "digests_sent"

_HOUR: Final = 3_600_000_000
_TIMES: Final = {"questions": "at", "reply_links": "at", "salts": "since"}
_ORDERED: Final = ("questions", "votes", "opt_outs", "reply_links")


def upgrade() -> None:
    """Round the times down, and let SQLite order rows by their keys alone, which are random or Discord ids."""
    for table, at in _TIMES.items():
        op.execute(f"UPDATE {table} SET {at} = {at} - {at} % {_HOUR} WHERE {at} % {_HOUR} <> 0")  # noqa: S608 (our own)
    if op.get_context().dialect.name == "sqlite":
        for table in _ORDERED:
            with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_with_rowid": False}):
                pass


def downgrade() -> None:
    """Do nothing: the exact times are gone, and nothing needs the order."""
