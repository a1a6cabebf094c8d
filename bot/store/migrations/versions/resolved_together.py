"""Which questions were taken off the moderators' list together: a dismissal can be taken back, after a restart too."""

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
