"""A bot in a process of its own, as it is deployed."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Final, final

from tests.wire.server import Wire

_TICKS: Final = os.sysconf("SC_CLK_TCK")

_START: Final = 120.0
"""Seconds for a start on a busy machine."""


@final
class Subject:
    """A running bot, seen from outside (Linux only)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process: Final = process

    @property
    def memory(self) -> int:
        """Bytes of main memory that it takes."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024

    @property
    def cpu(self) -> float:
        """Seconds of CPU that it has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def casebot(wire: Wire, folder: Path, **settings: str) -> tuple[Sequence[str], Mapping[str, str]]:
    """Return the command and the environment of this bot.

    Args:
        wire: the server.
        folder: where its database is.
        settings: its environment, without the prefix; these take the place of those for a benchmark.
    """
    given = {
        "TOKEN": wire.world.token,
        "MESSAGE_CONTENT": "true",
        "LOG_LEVEL": "ERROR",
        "DATABASE_URL": f"sqlite:///{folder}/casebot.db",
    }
    environment = {f"CASEBOT_{name}": value for name, value in (given | settings).items()}
    return [sys.executable, "-m", "tests.wire.client", wire.url, "run"], environment


def pong(wire: Wire, *options: str) -> tuple[Sequence[str], Mapping[str, str]]:
    """Return the command and the environment of the bare one."""
    return [sys.executable, "-m", "tests.benchmarks.load.pong", wire.url, wire.world.token, *options], {}


@contextlib.asynccontextmanager
async def started(command: Sequence[str], environment: Mapping[str, str], wire: Wire) -> AsyncIterator[Subject]:
    """Run a bot from its first session to the end of the block."""
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environment})
    try:
        await wire.gateway.ready(seconds=_START)
        yield Subject(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
