"""A server behind PgBouncer."""

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.cli import main
from bot.store.engine import connect, opener
from bot.store.migrate import downgrade
from bot.store.pooler import require_sessions
from bot.store.server_url import UrlError
from tests.databases import Server
from tests.pgbouncer import pooled
from tests.places import HARBOUR


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[SecretStr], None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("CASEBOT_TOKEN", "none")
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(shutil.copytree(HARBOUR, tmp_path / "knowledge")))
    return lambda url: monkeypatch.setenv("CASEBOT_DATABASE_URL", url.get_secret_value())


@pytest.fixture
def emptied(postgres: Server) -> Iterator[Server]:
    """The server, without tables afterwards."""
    yield postgres

    async def empty() -> None:
        engine = connect(postgres.url)
        async with engine.begin() as connection:
            await connection.run_sync(downgrade)
        await engine.dispose()

    asyncio.run(empty())


@pytest.mark.pgbouncer
def test_in_transaction_mode_run_and_doctor_say_which_mode_is_needed(
    emptied: Server, environment: Callable[[SecretStr], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pooled(emptied, "transaction") as url:
        environment(url)
        for _ in range(3):
            assert main(["migrate"]) == 0, capsys.readouterr().err
            assert main(["unanswered"]) == 0, capsys.readouterr().err
        capsys.readouterr()
        assert main(["run"]) == 2
        assert "Use its session mode" in capsys.readouterr().err
        assert main(["doctor"]) == 1
        assert "use its session mode" in capsys.readouterr().out


@pytest.mark.pgbouncer
async def test_in_transaction_mode_no_connection_meets_the_statements_of_another(postgres: Server) -> None:
    with pooled(postgres, "transaction") as url:
        one, other = connect(url), connect(url)
        for number in range(10):
            async with one.begin() as first, other.begin() as second:
                for connection in (first, second, first) if number % 2 else (second, first):
                    found = await connection.execute(text("SELECT 1 + :number"), {"number": number})
                    assert found.scalar() == 1 + number
        await one.dispose()
        await other.dispose()


@pytest.mark.pgbouncer
async def test_in_session_mode_nothing_is_wrong(postgres: Server) -> None:
    with pooled(postgres, "session") as url:
        await require_sessions(opener(url.get_secret_value()))


async def test_a_server_without_a_pooler_is_what_it_is(postgres: Server) -> None:
    await require_sessions(opener(postgres.url.get_secret_value()))


async def test_no_statement_stays_prepared_in_a_session(postgres: Server) -> None:
    engine = connect(postgres.url)
    async with engine.connect() as connection:
        for number in range(3):
            assert (await connection.execute(text("SELECT 1 + :number"), {"number": number})).scalar() == 1 + number
        assert (await connection.execute(text("SELECT name FROM pg_prepared_statements WHERE name <> ''"))).all() == []
    await engine.dispose()
    single = await opener(postgres.url.get_secret_value())()
    assert await single.fetchval("SELECT $1::int", 1) == 1
    assert await single.fetch("SELECT name FROM pg_prepared_statements WHERE name <> ''") == []
    await single.close()


class Pooled:
    """A connection by a pooler, which has the given processes one after another."""

    def __init__(self, *processes: int) -> None:
        self._processes = iter(processes)
        self.ended = False

    def get_server_pid(self) -> int:
        return -1

    async def fetchval(self, _query: str) -> int:
        try:
            return next(self._processes)
        except StopIteration:
            raise TimeoutError from None

    def terminate(self) -> None:
        self.ended = True


def one_after_another(*connections: Pooled) -> Callable[[], Awaitable[Pooled]]:
    left = iter(connections)

    async def connect() -> Pooled:
        return next(left)

    return connect


@pytest.mark.parametrize(
    ("first", "second", "lends"),
    [
        ((1,), (1,), True),
        ((1, 2), (2,), True),
        ((1, 1, 2), (3, 2), True),
        ((1, 1, 1, 1), (2, 2, 2), False),
        ((1,), (), False),
    ],
    ids=["the same process", "another process", "another process later", "its own process", "no more processes"],
)
async def test_a_pooler_that_lends_single_transactions_is_told_by_its_processes(
    first: tuple[int, ...], second: tuple[int, ...], *, lends: bool
) -> None:
    connections = Pooled(*first), Pooled(*second)
    with pytest.raises(UrlError) if lends else contextlib.nullcontext():
        await require_sessions(one_after_another(*connections))
    assert all(connection.ended for connection in connections)


async def test_a_server_that_cannot_be_asked_is_no_pooler() -> None:
    async def connect() -> None:
        raise ConnectionRefusedError

    await require_sessions(connect)
