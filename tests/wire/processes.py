"""The bot as an operator runs it: a process of its own, connected to the local Discord."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from tests.places import ROOT
from tests.wire.server import Wire

IN_A_CONTAINER = ("unshare", "--pid", "--fork", "--kill-child")
"""Runs a command as process 1 of a namespace of its own, from which the kernel keeps what signals do by default."""


def _may_contain() -> bool:
    command = [*IN_A_CONTAINER, "true"]
    return shutil.which(command[0]) is not None and subprocess.run(command, check=False).returncode == 0  # noqa: S603 (ours)


AS_PROCESS: Sequence[Sequence[str]] = [(), IN_A_CONTAINER] if _may_contain() else [()]
"""How to run a command as any process, and as process 1 where the tests may make one."""

QUESTION = "what did the thieves steal"
ANSWER = "A painting"
"""What the small base says to it."""


@contextlib.asynccontextmanager
async def casebot(
    wire: Wire,
    knowledge: Path,
    *arguments: str,
    database: str = "memory",
    before: Sequence[str] = (),
    **settings: str,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``casebot run`` for a block, and kill what is still running at the end.

    Args:
        wire: what it connects to.
        knowledge: its folder with the knowledge files.
        arguments: the words after ``run``.
        database: its CASEBOT_DATABASE_URL.
        before: a command that runs it, and becomes it.
        settings: further settings, by the names of environment variables.
    """
    settings["CASEBOT_DATABASE_URL"] = database
    async with _running(wire, knowledge, arguments, settings, before=before) as process:
        yield process


@contextlib.asynccontextmanager
async def watched(
    wire: Wire, knowledge: Path, as_process: Sequence[str] = (), **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``casebot run`` as :func:`casebot` does, as one of :data:`AS_PROCESS`, with its log in `stderr`."""
    async with _running(wire, knowledge, (), settings, before=as_process, stderr=PIPE) as process:
        yield process


@contextlib.asynccontextmanager
async def _running(  # noqa: PLR0913 (what a process consists of)
    wire: Wire,
    knowledge: Path,
    arguments: Sequence[str],
    settings: Mapping[str, str],
    *,
    before: Sequence[str] = (),
    stderr: int | None = None,
) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [*before, sys.executable, "-m", "tests.wire.client", wire.url, "run", *arguments]
    environment = {
        "CASEBOT_TOKEN": wire.world.token,
        "CASEBOT_DATABASE_URL": "memory",
        "CASEBOT_KNOWLEDGE": str(knowledge),
        "CASEBOT_MATCHER": "lexical",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **environment, **settings}, stderr=stderr
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def inner(process: asyncio.subprocess.Process) -> int:
    """Find the process that gets the signals: `unshare` hands none on."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return int(next(iter(children.read_text("ascii").split()), process.pid))
