"""The tables of the database. ``migrations`` creates them; a test checks that the two agree.

Times are microseconds since 1970 in UTC, rounded down to the hour. SQLite has no time zones, and with integers a day is
the same division in every database.

The order in which rows were inserted is not stored: compared with the order of messages in a channel, it would show who
asked which question. SQLite therefore keeps these tables without its ascending row id (WITHOUT ROWID).
"""

import datetime as dt
from typing import Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Float, Index, MetaData, String, Table, Text

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)

HOUR: Final = dt.timedelta(hours=1) // _MICROSECOND
DAY: Final = 24 * HOUR
"""An hour and a day, in the unit of the columns ``at`` and ``since``."""

METADATA: Final = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})

SETTINGS: Final = Table(
    "guild_settings",
    METADATA,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("settings", JSON, nullable=False),
)

DIGESTS: Final = Table(
    "digests",
    METADATA,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("week", Date, nullable=False),
)

QUESTIONS: Final = Table(
    "questions",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("text", Text),  # null once the retention period is over
    Column("outcome", String(20), nullable=False),
    Column("entry", Text),
    Column("score", Float, nullable=False),
    Column("surface", String(20), nullable=False),
    Column("guild", BigInteger),
    Column("at", BigInteger, nullable=False, index=True),
    Column("picked", Text),
    Column("resolution", String(20)),
    Column("resolved_with", String(12)),  # the first of the questions that were resolved together
    # With a million questions of 2,000 servers, this finds those of one server a hundred times as fast.
    Index(None, "guild", "at"),
    sqlite_with_rowid=False,
)

# Retention looks for the few old questions that still have a text, among many that have none.
_KEPT = QUESTIONS.c.text.is_not(None)
Index("ix_questions_text", QUESTIONS.c.at, sqlite_where=_KEPT, postgresql_where=_KEPT)

# Every vote belongs to a stored question. There is no foreign key, because processes of an older version that share the
# database also write votes without one.
VOTES: Final = Table(
    "votes",
    METADATA,
    Column("asked", String(12), primary_key=True),
    Column("entry", Text, primary_key=True),
    Column("member", String(64), primary_key=True, index=True),
    Column("helpful", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

OPT_OUTS: Final = Table("opt_outs", METADATA, Column("member", String(64), primary_key=True), sqlite_with_rowid=False)

SALTS: Final = Table(
    "salts",
    METADATA,
    Column("purpose", String(20), primary_key=True),
    Column("secret", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
)

LINKS: Final = Table(
    "reply_links",
    METADATA,
    Column("question", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", BigInteger, nullable=False),
    Column("replies", JSON, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("entries", JSON),  # null for a reply of an older version
    sqlite_with_rowid=False,
)

STOPS: Final = Table(
    "stops",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("entry", Text, nullable=False),
    Column("guild", BigInteger),  # null for everywhere
    Column("since", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text),
    Column("ended", BigInteger),
    Column("ended_by", Text),
)


def to_number(moment: dt.datetime) -> int:
    """Convert an aware datetime to the number stored in the tables, rounded down to the hour.

    A Discord message id contains its time to the millisecond. The exact time of a question would therefore identify
    the message that asked it, and so the member.
    """
    return to_exact_number(moment) // HOUR * HOUR


def to_exact_number(moment: dt.datetime) -> int:
    """Convert an aware datetime to a number without rounding, for times that are not those of a member's question."""
    return (moment - _EPOCH) // _MICROSECOND


def to_moment(number: int) -> dt.datetime:
    """Convert a number stored in the tables to a datetime in UTC."""
    return _EPOCH + number * _MICROSECOND
