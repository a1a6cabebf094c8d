"""An index of the questions by server and time, for the list and the statistics of one server."""

from typing import Final

from alembic import op

revision: Final = "questions_by_server"
down_revision: Final = "first_tables"


def upgrade() -> None:
    """Create the index."""
    op.create_index("ix_questions_guild", "questions", ["guild", "at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_questions_guild", "questions")
