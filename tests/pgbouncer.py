"""PgBouncer before a PostgreSQL, as Debian packages it."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import SecretStr

from tests.databases import Server

PGBOUNCER: Final = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
PORT: Final = 6432
"""Part of the name of a socket, and so free in every folder."""


class Pooler:
    """A pooler on a socket, that can be stopped and started again. The server's user runs it."""

    def __init__(self, server: Server, mode: str) -> None:
        """Start it in a mode: `session` or `transaction`."""
        if not Path(PGBOUNCER).is_file():
            pytest.fail("These tests run the program pgbouncer. Install Debian's package of that name.")
        behind = dict(parse_qsl(urlsplit(server.url.get_secret_value()).query))["host"]
        owner = Path(behind).stat()
        self._folder: Final = Path(tempfile.mkdtemp(prefix="casebot-pgb-"))
        (self._folder / "ini").write_text(
            f"[databases]\n* = host={behind} user=postgres\n[pgbouncer]\npool_mode = {mode}\nauth_type = any\n"
            f"listen_addr =\nlisten_port = {PORT}\nunix_socket_dir = {self._folder}\nlogfile = {self._folder}/log\n"
        )
        self._folder.chmod(0o755)
        self._user: Final = None if os.geteuid() else owner.st_uid
        if self._user is not None:
            os.chown(self._folder, owner.st_uid, owner.st_gid)
        self.url: Final = SecretStr(f"postgresql://postgres@/postgres?host={self._folder}&port={PORT}")
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        (self._folder / f".s.PGSQL.{PORT}").unlink(missing_ok=True)
        command = [PGBOUNCER, "-q", str(self._folder / "ini")]
        self._process = process = subprocess.Popen(command, user=self._user, stderr=subprocess.PIPE)  # noqa: S603 (Debian's)
        while True:
            assert process.poll() is None, process.stderr and process.stderr.read()
            with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
                client.connect(str(self._folder / f".s.PGSQL.{PORT}"))
                return
            time.sleep(0.01)

    def stop(self) -> None:
        """Kill it; all connections break."""
        if self._process:
            with self._process as process:
                process.kill()

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder)


@contextlib.contextmanager
def pooled(server: Server, mode: str) -> Iterator[SecretStr]:
    """Run PgBouncer before a server for a block, and give its URL."""
    pooler = Pooler(server, mode)
    try:
        yield pooler.url
    finally:
        pooler.close()
