"""Which digest a server has had last: it is sent once, by whichever process leads."""

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
