"""The writes that may wait, and the statements they become. Each may be carried out twice without harm."""

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
    """A question was asked by a member, who is known only while this waits."""

    asked: Asked
    member: int


@dataclass(frozen=True, slots=True)
class RecordPick:
    """A suggestion was taken."""

    asked: str
    entry: str


ASKER: Final = "asker"
"""Stands for the hash of whoever voted on the answer to a question of their own. The hash would tell who asked it to
whoever has the database and the bot's token, and can so try all members of a server."""


@dataclass(frozen=True, slots=True)
class RecordVote:
    """A member voted on an answer."""

    asked: str
    entry: str
    member: int | None
    """None for whoever asked."""

    helpful: bool


@dataclass(frozen=True, slots=True)
class AddReplyLink:
    """Messages answer a message."""

    link: ReplyLink


@dataclass(frozen=True, slots=True)
class RemoveReplyLink:
    """The link of a message is to be forgotten."""

    question: int


Write: TypeAlias = RecordQuestion | RecordPick | RecordVote | AddReplyLink | RemoveReplyLink


def insert(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Begin an INSERT that can say what happens to a row that is there already."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


async def execute(connection: AsyncConnection, writes: Sequence[Write], mask: Callable[[int], str]) -> None:
    """Carry out the writes to each table in order, those of one kind that follow each other together.

    Args:
        connection: with an open transaction.
        writes: what to write.
        mask: turns a member's id into the hash that votes are kept under.
    """
    for _, run in groupby(sorted(writes, key=_table), key=type):
        rows = list(run)
        await connection.execute(_statement(connection, rows[0]), [_row(each, mask) for each in rows])


async def reopen(connection: AsyncConnection, guild: int, asked: str) -> int:
    """Put back on the moderators' list what was dismissed together with a question.

    Args:
        connection: with an open transaction.
        guild: the server that it was asked in.
        asked: the question's id.

    Returns:
        How many questions came back.
    """
    one = QUESTIONS.alias()
    done = await connection.execute(
        update(QUESTIONS)
        .where(
            QUESTIONS.c.guild == guild,
            QUESTIONS.c.resolved_with == select(one.c.resolved_with).where(one.c.id == asked).scalar_subquery(),
            QUESTIONS.c.resolution == Resolution.DISMISSED,
            QUESTIONS.c.text.is_not(None),
        )
        .values(resolution=None, resolved_with=None)
    )
    return done.rowcount


async def keep_stop(connection: AsyncConnection, stop: Stop) -> None:
    """Keep a stop, or its end, which ends every stop of the same: two moderators may have stopped it at once.

    Args:
        connection: with an open transaction.
        stop: as it is now.
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
            # The answer to a question that may not be kept can be voted on, too; that would count for nothing.
            kept = exists().where(QUESTIONS.c.id == bindparam("asked", type_=QUESTIONS.c.id.type))
            values = [bindparam(column.name, type_=column.type) for column in VOTES.columns]
            voted = insert(connection, VOTES).from_select(list(VOTES.columns), select(*values).where(kept))
            return voted.on_conflict_do_update(
                index_elements=list(VOTES.primary_key), set_={"helpful": voted.excluded.helpful}
            )
        case AddReplyLink():
            linked = insert(connection, LINKS)
            changed = {name: linked.excluded[name] for name in ("channel", "replies", "at")}
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
            }
        case RemoveReplyLink(question):
            return {"message": question}


def _storable(text: str) -> str:
    """Take out what PostgreSQL has no room for: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()
