"""What a bot has left in its database."""

from collections.abc import Sequence

from pydantic import SecretStr
from sqlalchemy import select

from bot.store.engine import connect
from bot.store.tables import QUESTIONS


async def kept(url: SecretStr) -> Sequence[str]:
    """Read the texts of all questions in a database."""
    engine = connect(url)
    async with engine.connect() as connection:
        found = (await connection.execute(select(QUESTIONS.c.text))).scalars().all()
    await engine.dispose()
    return [text for text in found if text]
