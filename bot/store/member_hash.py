"""Members as hashes.

The ids of a server's members can be listed, and the salts stand in the database that they mask: whoever has a copy of
it could hash all members and compare. The votes' hashes therefore take a key as well that is not in the database.
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
"""How long votes of one member can be told to be of one member; after that the salt is replaced, not kept."""


class Purpose(StrEnum):
    """What a salt is for."""

    VOTES = "votes"
    """Replaced every :data:`LIFETIME`: from then on nobody can find out whose the older votes are."""

    OPT_OUTS = "opt_outs"
    """Never replaced, and without a key: an opt-out must be recognised for as long as it holds."""


def member_hash(salt: str, member: int, key: bytes = b"") -> str:
    """Turn a member's id into a hash: HMAC-SHA256, 64 hexadecimal digits.

    Args:
        salt: hexadecimal digits, out of the database.
        member: the id.
        key: what is not in the database.
    """
    return hmac.new(bytes.fromhex(salt) + key, str(member).encode(), hashlib.sha256).hexdigest()


def hash_key(token: SecretStr) -> bytes:
    """Make a key of the bot's token, which says nothing of the token.

    A new token is a new key: as with a new salt, the votes before it belong to nobody from then on.
    """
    return hmac.new(token.get_secret_value().encode(), b"casebot votes", hashlib.sha256).digest()


async def make_salts(connection: AsyncConnection) -> None:
    """Draw the salts that the database has not got yet."""
    since = to_number(dt.datetime.now(dt.UTC))
    rows = [{"purpose": each.value, "secret": secrets.token_hex(SALT_BYTES), "since": since} for each in Purpose]
    await connection.execute(insert(connection, SALTS).on_conflict_do_nothing(), rows)


async def salt(connection: AsyncConnection, purpose: Purpose) -> str:
    """Read a salt; another process may have replaced it, so it is read in each transaction."""
    found: str = (await connection.execute(select(SALTS.c.secret).where(SALTS.c.purpose == purpose.value))).scalar_one()
    return found


async def rotate(connection: AsyncConnection, now: dt.datetime) -> bool:
    """Replace the votes' salt if it has expired; tell whether it had."""
    aged = (SALTS.c.purpose == Purpose.VOTES.value) & (SALTS.c.since <= to_number(now - LIFETIME))
    fresh = {"secret": secrets.token_hex(SALT_BYTES), "since": to_number(now)}
    return (await connection.execute(update(SALTS).where(aged).values(fresh))).rowcount > 0
