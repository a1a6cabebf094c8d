"""An index by time of the questions that still have their text, so that retention finds the few expired ones."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "texts_by_time"
down_revision: Final = "questions_by_server"


def upgrade() -> None:
    """Create the index."""
    kept = sa.text("text IS NOT NULL")
    op.create_index("ix_questions_text", "questions", ["at"], sqlite_where=kept, postgresql_where=kept)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_questions_text", "questions")
