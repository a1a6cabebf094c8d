"""Announcements of changes to the other processes, sent with the transaction that makes the change."""

from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection


class ChangeKind(StrEnum):
    """What has changed."""

    MISSED = ""
    """Anything: a new connection has missed the announcements before it."""

    KNOWLEDGE = "knowledge"
    """The knowledge files, here or in the repository they come from."""

    SETTINGS = "settings"
    """The settings of a server, whose id follows after a space."""

    STOPS = "stops"
    """A moderator has stopped an entry, or put one back."""

    OPT_OUTS = "opt-outs"
    """Somebody has chosen whether their questions may be kept."""


CHANNEL: Final = "casebot"
"""Name of the channel for PostgreSQL's NOTIFY."""


async def announce_with(connection: AsyncConnection, topic: str) -> None:
    """Announce a change to all processes when the transaction commits. SQLite has no other processes to tell.

    Args:
        connection: with the open transaction that makes the change.
        topic: what has changed, see :class:`ChangeKind`.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_notify(CHANNEL, topic)))
