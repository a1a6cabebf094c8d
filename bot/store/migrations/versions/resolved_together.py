"""A column that groups the questions resolved together, so that a dismissal can be undone even after a restart."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "resolved_together"
down_revision: Final = "texts_by_time"


def upgrade() -> None:
    """Add the column."""
    op.add_column("questions", sa.Column("resolved_with", sa.String(12)))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("questions", "resolved_with")
