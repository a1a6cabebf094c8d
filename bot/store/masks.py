"""Members as hashes. Whoever has the database, but not its salts, cannot tell who voted or opted out."""

import datetime as dt
import hashlib
import hmac
import secrets
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import SALTS, to_number
from bot.store.writes import insert

SALT_BYTES: Final = 32

LIFETIME: Final = dt.timedelta(days=30)
"""How long votes of one member can be told to be of one member; after that the salt is replaced, not kept."""


class Purpose(StrEnum):
    """What a salt is for."""

    VOTES = "votes"
    """Replaced every :data:`LIFETIME`: from then on nobody can find out whose the older votes are."""

    OPT_OUTS = "opt_outs"
    """Never replaced: an opt-out must be recognised for as long as it holds."""


def mask(salt: str, member: int) -> str:
    """Turn a member's id into a hash: HMAC-SHA256, 64 hexadecimal digits."""
    return hmac.new(bytes.fromhex(salt), str(member).encode(), hashlib.sha256).hexdigest()


async def make_salts(connection: AsyncConnection) -> None:
    """Draw the salts that the database has not got yet."""
    since = to_number(dt.datetime.now(dt.UTC))
    rows = [{"purpose": each.value, "secret": secrets.token_hex(SALT_BYTES), "since": since} for each in Purpose]
    await connection.execute(insert(connection, SALTS).on_conflict_do_nothing(), rows)


async def salt(connection: AsyncConnection, purpose: Purpose) -> str:
    """Read a salt; another process may have replaced it, so it is read in each transaction."""
    found: str = (await connection.execute(select(SALTS.c.secret).where(SALTS.c.purpose == purpose.value))).scalar_one()
    return found


async def rotate(connection: AsyncConnection, now: dt.datetime) -> None:
    """Replace the votes' salt if it has had its time."""
    aged = (SALTS.c.purpose == Purpose.VOTES.value) & (SALTS.c.since <= to_number(now - LIFETIME))
    fresh = {"secret": secrets.token_hex(SALT_BYTES), "since": to_number(now)}
    await connection.execute(update(SALTS).where(aged).values(fresh))
