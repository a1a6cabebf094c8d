"""The queries: links, the moderators' list, statistics and stops."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, case, func, not_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.matching.types import Outcome
from bot.store.tables import DAY, LINKS, QUESTIONS, STOPS, VOTES, to_moment, to_number
from bot.store.types import ReplyLink, Stats, Stop, Unanswered, Why

_ASKED = QUESTIONS.c


async def link(connection: AsyncConnection, question: int, since: dt.datetime) -> ReplyLink | None:
    """Return the link of a member's message, or None if there is none since the given time."""
    wanted = select(LINKS).where(LINKS.c.question == question, LINKS.c.at >= to_number(since))
    row = (await connection.execute(wanted)).one_or_none()
    return _link(row) if row else None


async def links_showing(connection: AsyncConnection, entry: str, since: dt.datetime) -> Sequence[ReplyLink]:
    """Return the links since the given time whose replies show an entry."""
    # Ids of entries consist of letters, digits and hyphens, so this is how JSON writes them.
    shows = LINKS.c.entries.cast(Text).contains(f'"{entry}"', autoescape=True)
    rows = await connection.execute(select(LINKS).where(shows, LINKS.c.at >= to_number(since)))
    return [_link(row) for row in rows]


def _link(row: Row[Any]) -> ReplyLink:
    return ReplyLink(row.question, row.channel, tuple(row.replies), to_moment(row.at), tuple(row.entries or ()))


async def unanswered(connection: AsyncConnection, guild: int | None, limit: int | None) -> Sequence[Unanswered]:
    """Return the questions on the moderators' list, the latest hour first, without those whose text has expired."""
    suggested = _ASKED.outcome == Outcome.SUGGEST.value
    # The entry that was voted on: after a pick from suggestions, it needn't be the first of them. If there are several,
    # the one that was picked came last; when others were voted on isn't stored.
    voted_on = select(func.max(VOTES.c.entry)).where(VOTES.c.asked == _ASKED.id, VOTES.c.helpful.is_(False))
    unhelpful = func.coalesce(
        voted_on.where(VOTES.c.entry == _ASKED.picked).scalar_subquery(), voted_on.scalar_subquery()
    )
    why: ColumnElement[Any] = case(
        (unhelpful.is_not(None), Why.NOT_HELPFUL.value),
        (_ASKED.outcome == Outcome.NONE.value, Why.MISSED.value),
        (and_(suggested, _ASKED.picked.is_(None)), Why.NOT_TAKEN.value),
        (and_(not_(suggested), _ASKED.picked.is_not(None)), Why.OTHER_PICKED.value),
    ).label("why")
    entry = func.coalesce(unhelpful, _ASKED.entry).label("shown")
    picked = case((not_(suggested), _ASKED.picked)).label("instead")
    wanted = (
        select(_ASKED.id, _ASKED.text, why, entry, _ASKED.guild, _ASKED.at, picked)
        .where(_ASKED.text.is_not(None), _ASKED.resolution.is_(None), why.is_not(None), _in(guild))
        .order_by(_ASKED.at.desc(), _ASKED.id.desc())
        .limit(limit)
    )
    return [
        Unanswered(row.id, row.text, Why(row.why), row.shown, row.guild, to_moment(row.at), row.instead)
        for row in await connection.execute(wanted)
    ]


async def stats(connection: AsyncConnection, since: dt.datetime, guild: int | None, until: dt.datetime | None) -> Stats:
    """Return counts of the questions in a span of time and their votes, see :meth:`bot.store.store.Store.stats`."""
    ended = true() if until is None else _ASKED.at < to_number(until)
    counted = and_(_ASKED.at >= to_number(since), ended, _in(guild))
    day = (_ASKED.at // DAY).label("day")
    by_day: defaultdict[dt.date, dict[Outcome, int]] = defaultdict(dict)
    days = select(day, _ASKED.outcome, func.count().label("times")).where(counted).group_by(day, _ASKED.outcome)
    for row in await connection.execute(days):
        by_day[to_moment(row.day * DAY).date()][Outcome(row.outcome)] = row.times
    answered = and_(counted, _ASKED.entry.is_not(None), _ASKED.outcome != Outcome.SUGGEST.value)
    entries = select(_ASKED.entry, func.count()).where(answered).group_by(_ASKED.entry).order_by(func.count().desc())
    votes = (
        select(VOTES.c.helpful, func.count())
        .join(QUESTIONS, VOTES.c.asked == _ASKED.id)
        .where(counted)
        .group_by(VOTES.c.helpful)
    )
    voted = {bool(row[0]): row[1] for row in await connection.execute(votes)}
    return Stats(
        by_day=dict(by_day),
        entries={row[0]: row[1] for row in await connection.execute(entries)},
        helpful=voted.get(True, 0),
        not_helpful=voted.get(False, 0),
    )


async def stops(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Stop]:
    """Return the stops that meet a condition, latest first."""
    rows = await connection.execute(select(STOPS).where(which).order_by(STOPS.c.since.desc(), STOPS.c.id))
    return [
        Stop(
            entry=row.entry,
            guild=row.guild,
            since=to_moment(row.since),
            by=row.by,
            reason=row.reason,
            ended=to_moment(row.ended) if row.ended is not None else None,
            ended_by=row.ended_by,
            id=row.id,
        )
        for row in rows
    ]


def _in(guild: int | None) -> ColumnElement[bool]:
    return true() if guild is None else _ASKED.guild == guild
