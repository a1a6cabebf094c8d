"""A table of the last digest of each server, so that it is sent only once even if another process takes over."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "digests_sent"
down_revision: Final = "votes_of_questions"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "digests",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("guild", name="pk_digests"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("digests")
