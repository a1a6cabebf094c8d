"""Votes that may be those of whoever asked say nothing of who that was.

Of the votes so far nobody knows which are of that kind: the only one on a private answer, for one, can be of nobody
else, and stands beside the words of the question.
"""

from typing import Final

from alembic import op

revision: Final = "votes_unlinked"
down_revision: Final = "times_to_the_hour"


def upgrade() -> None:
    """Put a random text in the place of every member's hash: the votes count on, and belong to nobody."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("UPDATE votes SET member = gen_random_uuid()::text")
    else:
        op.execute("UPDATE votes SET member = lower(hex(randomblob(32)))")


def downgrade() -> None:
    """Leave the votes as they are: nobody knows any more whose they are."""
