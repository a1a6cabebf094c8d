"""The writes that the queue takes, and their SQL statements. All of them are idempotent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, TypeAlias

from sqlalchemy import Table, bindparam, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import LINKS, QUESTIONS, STOPS, VOTES, to_exact_number, to_number
from bot.store.types import Asked, ReplyLink, Resolution, Stop


@dataclass(frozen=True, slots=True)
class RecordQuestion:
    """A question was asked. The members' ids are needed only until the write is carried out."""

    asked: Asked
    members: tuple[int, ...]
    """Who asked it and, if it is somebody else's message, who wrote it."""


@dataclass(frozen=True, slots=True)
class RecordPick:
    """A suggestion was picked, or another question below an answer in doubt."""

    asked: str
    entry: str


ASKER: Final = "asker"
"""Stored instead of a hash when members vote on the answer to their own question. Anybody who has the database and the
bot's token can hash all members of a server, so a hash would show who asked the question."""


@dataclass(frozen=True, slots=True)
class RecordVote:
    """A member voted on an answer."""

    asked: str
    entry: str
    member: int | None
    """None for the member who asked."""

    helpful: bool


@dataclass(frozen=True, slots=True)
class AddReplyLink:
    """The bot's messages answer a member's message."""

    link: ReplyLink


@dataclass(frozen=True, slots=True)
class RemoveReplyLink:
    """The link of a member's message is no longer needed."""

    question: int


Write: TypeAlias = RecordQuestion | RecordPick | RecordVote | AddReplyLink | RemoveReplyLink


def insert(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT statement of the connection's dialect, which has the ON CONFLICT methods."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


async def execute(connection: AsyncConnection, writes: Sequence[Write], mask: Callable[[int], str]) -> None:
    """Carry out the writes, table by table and in order; consecutive writes of one kind share a statement.

    Args:
        connection: with an open transaction.
        writes: what to write.
        mask: returns the hash to store in place of a member's id.
    """
    for _, run in groupby(sorted(writes, key=_table), key=type):
        rows = list(run)
        await connection.execute(_statement(connection, rows[0]), [_row(each, mask) for each in rows])


async def reopen(connection: AsyncConnection, guild: int, asked: str, *, edited: bool) -> int:
    """Put a question, and those dealt with together with it, back on the moderators' list.

    Args:
        connection: with an open transaction.
        guild: the server that it was asked in.
        asked: the question's id.
        edited: whether to put back what an edit has dealt with, too, and not only what was dismissed.

    Returns:
        How many questions came back.
    """
    one = QUESTIONS.alias()
    done = await connection.execute(
        update(QUESTIONS)
        .where(
            QUESTIONS.c.guild == guild,
            QUESTIONS.c.resolved_with == select(one.c.resolved_with).where(one.c.id == asked).scalar_subquery(),
            QUESTIONS.c.resolution.is_not(None) if edited else QUESTIONS.c.resolution == Resolution.DISMISSED,
            QUESTIONS.c.text.is_not(None),
        )
        .values(resolution=None, resolved_with=None)
    )
    return done.rowcount


async def keep_stop(connection: AsyncConnection, stop: Stop) -> None:
    """Save a stop, or its end.

    An end applies to every stop of the same entry and server, because two moderators may have stopped it at once.

    Args:
        connection: with an open transaction.
        stop: the stop in its present state.
    """
    ends = {
        "ended": to_exact_number(stop.ended) if stop.ended else None,
        "ended_by": _storable(stop.ended_by) if stop.ended_by else None,
    }
    kept = insert(connection, STOPS).values(
        id=stop.id,
        entry=stop.entry,
        guild=stop.guild,
        since=to_exact_number(stop.since),
        by=_storable(stop.by),
        reason=_storable(stop.reason) if stop.reason else None,
        **ends,
    )
    await connection.execute(kept.on_conflict_do_nothing())
    if stop.ended:
        same = (STOPS.c.entry == stop.entry) & STOPS.c.guild.is_not_distinct_from(stop.guild) & STOPS.c.ended.is_(None)
        await connection.execute(update(STOPS).where(same).values(ends))


def _table(write: Write) -> str:
    match write:
        case RecordQuestion() | RecordPick():
            return QUESTIONS.name
        case RecordVote():
            return VOTES.name
        case AddReplyLink() | RemoveReplyLink():
            return LINKS.name


def _statement(connection: AsyncConnection, write: Write) -> Any:  # noqa: ANN401 (insert, update or delete)
    match write:
        case RecordQuestion():
            return insert(connection, QUESTIONS).on_conflict_do_nothing()
        case RecordPick():
            return update(QUESTIONS).where(QUESTIONS.c.id == bindparam("asked")).values(picked=bindparam("taken"))
        case RecordVote():
            # Members can also vote on the answer to a question that may not be stored. Such votes are dropped.
            kept = exists().where(QUESTIONS.c.id == bindparam("asked", type_=QUESTIONS.c.id.type))
            values = [bindparam(column.name, type_=column.type) for column in VOTES.columns]
            voted = insert(connection, VOTES).from_select(list(VOTES.columns), select(*values).where(kept))
            return voted.on_conflict_do_update(
                index_elements=list(VOTES.primary_key), set_={"helpful": voted.excluded.helpful}
            )
        case AddReplyLink():
            linked = insert(connection, LINKS)
            changed = {name: linked.excluded[name] for name in ("channel", "replies", "at", "entries")}
            return linked.on_conflict_do_update(index_elements=list(LINKS.primary_key), set_=changed)
        case RemoveReplyLink():
            return delete(LINKS).where(LINKS.c.question == bindparam("message"))


def _row(write: Write, mask: Callable[[int], str]) -> dict[str, Any]:
    match write:
        case RecordQuestion(asked):
            return {
                "id": asked.id,
                "text": _storable(asked.text),
                "outcome": asked.outcome.value,
                "entry": asked.entry,
                "score": asked.score,
                "surface": asked.surface.value,
                "guild": asked.guild,
                "at": to_number(asked.at),
            }
        case RecordPick(asked, entry):
            return {"asked": asked, "taken": entry}
        case RecordVote(asked, entry, member, helpful):
            voter = ASKER if member is None else mask(member)
            return {"asked": asked, "entry": entry, "member": voter, "helpful": helpful}
        case AddReplyLink(link):
            return {
                "question": link.question,
                "channel": link.channel,
                "replies": list(link.replies),
                "at": to_number(link.at),
                "entries": list(link.entries),
            }
        case RemoveReplyLink(question):
            return {"message": question}


def _storable(text: str) -> str:
    """Remove what PostgreSQL cannot store: NUL characters and lone surrogates."""
    return text.replace("\0", "").encode(errors="replace").decode()
