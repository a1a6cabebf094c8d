"""The tables of the database. ``migrations`` creates them; a test holds the two against each other.

Moments are microseconds since 1970 in UTC, of whole hours: SQLite has no time zones, and a day is then the same
division on every database.

Nothing tells in which order rows came: whose question is whose could be read off from the messages that were answered
one after the other. In SQLite that takes tables without the hidden row number that counts up.
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
    Column("text", Text),  # null once it is older than the retention allows
    Column("outcome", String(20), nullable=False),
    Column("entry", Text),
    Column("score", Float, nullable=False),
    Column("surface", String(20), nullable=False),
    Column("guild", BigInteger),
    Column("at", BigInteger, nullable=False, index=True),
    Column("picked", Text),
    Column("resolution", String(20)),
    Column("resolved_with", String(12)),  # the first of the questions that were resolved together
    # Of a million questions of 2,000 servers it finds those of one in a hundredth of the time.
    Index(None, "guild", "at"),
    sqlite_with_rowid=False,
)

# Retention looks for the few of them that are old and have a text, among all that have none any more.
_KEPT = QUESTIONS.c.text.is_not(None)
Index("ix_questions_text", QUESTIONS.c.at, sqlite_where=_KEPT, postgresql_where=_KEPT)

# Each on a question that is kept. No foreign key says so: it would fail processes of an older version on this server,
# which also write others.
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
    """Turn a moment with time zone into what the tables keep, which is the hour that it lies in.

    The id of a message tells to the millisecond when it was written. Held against it, the exact time of a question
    would tell which message asked it, and so who did.
    """
    return to_exact_number(moment) // HOUR * HOUR


def to_exact_number(moment: dt.datetime) -> int:
    """Turn a moment with time zone into what the tables keep where the exact time tells of nobody's question."""
    return (moment - _EPOCH) // _MICROSECOND


def to_moment(number: int) -> dt.datetime:
    """Turn what the tables keep into a moment, in UTC."""
    return _EPOCH + number * _MICROSECOND
