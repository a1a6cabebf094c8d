"""A server behind PgBouncer."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.cli import main
from bot.store.engine import connect, opener
from bot.store.migrate import downgrade
from bot.store.pooler import require_sessions
from bot.store.server_url import UrlError
from tests.databases import Server
from tests.places import HARBOUR

PGBOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
PORT = 6432
"""Part of the name of a socket, and so free in every folder."""


@contextlib.contextmanager
def pooled(server: Server, mode: str) -> Iterator[SecretStr]:
    """Run PgBouncer before a server, as the server's own user, and give its URL."""
    if not Path(PGBOUNCER).is_file():
        pytest.fail("These tests run the program pgbouncer. Install Debian's package of that name.")
    behind = dict(parse_qsl(urlsplit(server.url.get_secret_value()).query))["host"]
    owner = Path(behind).stat()
    with TemporaryDirectory(prefix="casebot-pgb-") as name:
        folder = Path(name)
        (folder / "ini").write_text(
            f"[databases]\n* = host={behind} user=postgres\n[pgbouncer]\npool_mode = {mode}\nauth_type = any\n"
            f"listen_addr =\nlisten_port = {PORT}\nunix_socket_dir = {folder}\nlogfile = {folder}/log\n"
        )
        folder.chmod(0o755)
        user = None
        if not os.geteuid():
            os.chown(folder, owner.st_uid, owner.st_gid)
            user = owner.st_uid
        command = [PGBOUNCER, "-q", str(folder / "ini")]
        with subprocess.Popen(command, user=user, stderr=subprocess.PIPE) as process:  # noqa: S603 (our own)
            try:
                _wait(process, folder / f".s.PGSQL.{PORT}")
                yield SecretStr(f"postgresql://postgres@/postgres?host={folder}&port={PORT}")
            finally:
                process.kill()


def _wait(process: "subprocess.Popen[bytes]", path: Path) -> None:
    while True:
        assert process.poll() is None, process.stderr and process.stderr.read()
        with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
            client.connect(str(path))
            return
        time.sleep(0.01)


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
        assert "Use its session mode" in capsys.readouterr().out


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
