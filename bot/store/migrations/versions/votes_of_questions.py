"""Votes go with their questions; those on questions that are not kept counted for nothing, and go now."""

from typing import Final

from alembic import op

revision: Final = "votes_of_questions"
down_revision: Final = "resolved_together"


def upgrade() -> None:
    """Delete them."""
    op.execute("DELETE FROM votes WHERE NOT EXISTS (SELECT 1 FROM questions WHERE questions.id = votes.asked)")


def downgrade() -> None:
    """Leave the tables as they are; nobody misses those votes."""
