"""The bot as an operator runs it: a process of its own, connected to the local Discord."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.places import ROOT
from tests.wire.server import Wire

QUESTION = "what did the thieves steal"
ANSWER = "A painting"
"""What the small base says to it."""


@contextlib.asynccontextmanager
async def casebot(
    wire: Wire, knowledge: Path, *arguments: str, database: str = "memory", **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``casebot run`` meanwhile; whatever is still running at the end is killed.

    Args:
        wire: what it connects to.
        knowledge: its folder with the knowledge files.
        arguments: the words after ``run``.
        database: its CASEBOT_DATABASE_URL.
        settings: further settings, by the names of environment variables.
    """
    command = [sys.executable, "-m", "tests.wire.client", wire.url, "run", *arguments]
    environment = {
        "CASEBOT_TOKEN": wire.world.token,
        "CASEBOT_DATABASE_URL": database,
        "CASEBOT_KNOWLEDGE": str(knowledge),
        "CASEBOT_MATCHER": "lexical",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environment, **settings})
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
