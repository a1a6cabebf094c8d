"""An index of the questions by server and time: moderators read the list and the figures of one server."""

from typing import Final

from alembic import op

revision: Final = "questions_by_server"
down_revision: Final = "first_tables"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_questions_guild", "questions", ["guild", "at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_questions_guild", "questions")
