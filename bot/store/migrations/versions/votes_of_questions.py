"""Delete the votes on questions that are not stored, which no statistic counts."""

from typing import Final

from alembic import op

revision: Final = "votes_of_questions"
down_revision: Final = "resolved_together"


def upgrade() -> None:
    """Delete them."""
    op.execute("DELETE FROM votes WHERE NOT EXISTS (SELECT 1 FROM questions WHERE questions.id = votes.asked)")


def downgrade() -> None:
    """Do nothing: the votes did not count."""
