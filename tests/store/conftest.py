"""A real PostgreSQL, a file of SQLite, and no database at all."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.database import Database
from bot.store.engine import connect
from bot.store.memory import MemoryStore
from bot.store.migrate import downgrade
from bot.store.opening import migrate
from bot.store.store import Store
from tests.databases import Server


@pytest.fixture
async def engine(url: SecretStr) -> AsyncIterator[AsyncEngine]:
    """A second way into the same, empty, database."""
    await migrate(url)
    engine = connect(url)
    yield engine
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()


@pytest.fixture
async def database(url: SecretStr, engine: AsyncEngine) -> AsyncIterator[Database]:  # noqa: ARG001 (clears away)
    database = Database(connect(url), pause=0.01)
    await database.start()
    yield database
    await database.close()


@pytest.fixture(params=["unsaved", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each kind of store, empty."""
    if request.param == "unsaved":
        yield MemoryStore()
        return
    server: Server | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.url if server else SecretStr(f"sqlite:///{tmp_path}/casebot.db")
    await migrate(url)
    database = Database(connect(url))
    await database.start()
    yield database
    await database.close()
    engine = connect(url)
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()
