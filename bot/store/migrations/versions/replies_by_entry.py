"""A column of the entries that a reply shows, so that a reply of the last day can say that its answer was corrected."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "replies_by_entry"
down_revision: Final = "stops"


def upgrade() -> None:
    """Add the column; what the replies so far show isn't known."""
    op.add_column("reply_links", sa.Column("entries", sa.JSON()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("reply_links", "entries")
