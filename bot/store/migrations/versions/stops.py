"""A table of the entries that moderators have taken out of service: who did so, when, and until when."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "stops"
down_revision: Final = "votes_unlinked"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "stops",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("guild", sa.BigInteger()),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("ended_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_stops"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("stops")
