"""The first tables: settings, questions, votes, opt-outs, salts and reply links."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "first_tables"
down_revision: Final = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "guild_settings",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("guild", name="pk_guild_settings"),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("entry", sa.Text()),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("surface", sa.String(20), nullable=False),
        sa.Column("guild", sa.BigInteger()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("picked", sa.Text()),
        sa.Column("resolution", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_at", "questions", ["at"])
    op.create_table(
        "votes",
        sa.Column("asked", sa.String(12), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("asked", "entry", "member", name="pk_votes"),
    )
    op.create_index("ix_votes_member", "votes", ["member"])
    op.create_table(
        "opt_outs",
        sa.Column("member", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("member", name="pk_opt_outs"),
    )
    op.create_table(
        "salts",
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name="pk_salts"),
    )
    op.create_table(
        "reply_links",
        sa.Column("question", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.BigInteger(), nullable=False),
        sa.Column("replies", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("question", name="pk_reply_links"),
    )
    op.create_index("ix_reply_links_at", "reply_links", ["at"])


def downgrade() -> None:
    """Drop them all."""
    for table in ("reply_links", "salts", "opt_outs", "votes", "questions", "guild_settings"):
        op.drop_table(table)
