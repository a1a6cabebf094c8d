"""Salted hashes in place of members' ids.

The ids of a server's members are no secret, and the salts are in the database. With a copy of it, anybody could hash
all members and compare. The votes' hashes therefore also use a key that is not in the database.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from enum import StrEnum
from typing import Final

from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.operations import insert
from bot.store.tables import SALTS, to_number

SALT_BYTES: Final = 32

LIFETIME: Final = dt.timedelta(days=30)
"""How long the votes of a member have the same hash. Then the salt is replaced and deleted."""


class Purpose(StrEnum):
    """What a salt is for."""

    VOTES = "votes"
    """Replaced every :data:`LIFETIME`. After that, nobody can find out who cast the older votes."""

    OPT_OUTS = "opt_outs"
    """Never replaced and used without a key, because an opt-out must be recognized for as long as it lasts."""


def member_hash(salt: str, member: int, key: bytes = b"") -> str:
    """Return the HMAC-SHA256 of a member's id as 64 hexadecimal digits.

    Args:
        salt: hexadecimal digits from the database.
        member: the id.
        key: a secret that is not in the database.
    """
    return hmac.new(bytes.fromhex(salt) + key, str(member).encode(), hashlib.sha256).hexdigest()


def hash_key(token: SecretStr) -> bytes:
    """Return a key derived from the bot's token, which does not reveal the token.

    A new token gives a new key. As with a new salt, the votes before it can no longer be attributed to anybody.
    """
    return hmac.new(token.get_secret_value().encode(), b"casebot votes", hashlib.sha256).digest()


async def make_salts(connection: AsyncConnection) -> None:
    """Create the salts that the database does not have yet; nothing is written if it has them all."""
    there = set(await connection.scalars(select(SALTS.c.purpose)))
    since = to_number(dt.datetime.now(dt.UTC))
    rows = [
        {"purpose": each.value, "secret": secrets.token_hex(SALT_BYTES), "since": since}
        for each in Purpose
        if each.value not in there
    ]
    if rows:
        # Another process may be faster.
        await connection.execute(insert(connection, SALTS).on_conflict_do_nothing(), rows)


async def salt(connection: AsyncConnection, purpose: Purpose) -> str:
    """Return a salt. Another process may have replaced it, so it is read in each transaction."""
    found: str = (await connection.execute(select(SALTS.c.secret).where(SALTS.c.purpose == purpose.value))).scalar_one()
    return found


async def rotate(connection: AsyncConnection, now: dt.datetime) -> bool:
    """Replace the votes' salt if it has expired; return whether it had."""
    aged = (SALTS.c.purpose == Purpose.VOTES.value) & (SALTS.c.since <= to_number(now - LIFETIME))
    fresh = {"secret": secrets.token_hex(SALT_BYTES), "since": to_number(now)}
    return (await connection.execute(update(SALTS).where(aged).values(fresh))).rowcount > 0
