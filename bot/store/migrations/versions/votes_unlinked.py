"""Remove the members' hashes from the votes so far, because a vote may be the asker's own and so show who asked.

The database does not say which votes those are. The only vote on a private answer, for instance, can only be the
asker's, and it is stored beside the words of the question.
"""

from typing import Final

from alembic import op

revision: Final = "votes_unlinked"
down_revision: Final = "times_to_the_hour"


def upgrade() -> None:
    """Replace every member's hash by a random text: the votes still count but belong to nobody."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("UPDATE votes SET member = gen_random_uuid()::text")
    else:
        op.execute("UPDATE votes SET member = lower(hex(randomblob(32)))")


def downgrade() -> None:
    """Do nothing: the hashes are gone."""
