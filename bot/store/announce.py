"""Changes that other processes must hear of, announced with the transaction that makes them."""

from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection


class ChangeKind(StrEnum):
    """What is announced."""

    MISSED = ""
    """Comes with a new connection: whatever was announced before it is not known."""

    KNOWLEDGE = "knowledge"
    """An edit: the files have changed, here or where they come from."""

    SETTINGS = "settings"
    """Followed by a blank and the id of the server that has set something up."""

    STOPS = "stops"
    """A moderator has taken an entry out of service, or put one back."""

    OPT_OUTS = "opt-outs"
    """Somebody has chosen whether their questions may be kept."""


CHANNEL: Final = "casebot"
"""Of PostgreSQL's NOTIFY."""


async def announce_with(connection: AsyncConnection, topic: str) -> None:
    """Announce a change to all processes at the moment when the transaction that makes it is committed.

    Args:
        connection: with the transaction; where it is no server's, there is nobody to tell.
        topic: what others read again.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_notify(CHANNEL, topic)))
