"""What an operator, or a supervisor, sees who stops a bot that is not there yet: it ends, also as process 1."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from bot.cli.run import READING
from bot.ops.shutdown import HANGUP, SIGNALS
from tests.places import HARBOUR
from tests.waiting import LIMIT
from tests.wire.faults import Fault
from tests.wire.processes import AS_PROCESS, inner, watched
from tests.wire.server import Wire

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"

GIVEN_UP: Final = "Asked to stop: startup cancelled."


async def line(process: Process, said: str) -> str:
    """Wait for a line of the log."""
    assert process.stderr
    async with asyncio.timeout(LIMIT):
        async for each in process.stderr:
            if said in (found := each.decode()):
                return found
    message = f"it has ended without saying {said!r}"
    raise AssertionError(message)


@contextlib.asynccontextmanager
async def silent() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """Open a port at which nobody ever says a word; gives it, and what tells that somebody is there."""
    there, left = asyncio.Event(), asyncio.Event()

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there.set()
        await left.wait()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], there
        left.set()


class Stages:
    """The ways of a start that take long, each up to the moment."""

    def __init__(self, wire: Wire, folder: Path, before: Sequence[str]) -> None:
        self._wire = wire
        self._folder = folder
        self._before = before

    def _base(self) -> Path:
        """Copy the small base to where a process may edit it."""
        return Path(shutil.copytree(HARBOUR, self._folder / "knowledge"))

    @contextlib.asynccontextmanager
    async def build(self) -> AsyncIterator[Process]:
        """The matcher is learnt: nothing is in the cache."""
        settings = {"CASEBOT_MATCHER": "static", "XDG_CACHE_HOME": str(self._folder / "cache")}
        # A copy: a process keeps the history of edits in its folder.
        shutil.copytree(KNOWLEDGE, self._folder / "shipped", ignore=shutil.ignore_patterns(".*"))
        async with watched(self._wire, self._folder / "shipped", self._before, **settings) as process:
            await line(process, READING)
            yield process

    @contextlib.asynccontextmanager
    async def clone(self) -> AsyncIterator[Process]:
        """The repository's server does not answer."""
        async with silent() as (port, there):
            settings = {"CASEBOT_KNOWLEDGE_GIT": f"http://127.0.0.1:{port}/faq", "XDG_DATA_HOME": str(self._folder)}
            async with watched(self._wire, self._base(), self._before, **settings) as process:
                await there.wait()
                yield process

    @contextlib.asynccontextmanager
    async def store(self) -> AsyncIterator[Process]:
        """The database's server does not answer."""
        async with silent() as (port, there):
            url = f"postgresql://casebot@127.0.0.1:{port}/casebot?sslmode=disable"
            settings = {"CASEBOT_DATABASE_URL": url}
            async with watched(self._wire, self._base(), self._before, **settings) as process:
                await there.wait()
                yield process

    @contextlib.asynccontextmanager
    async def log_in(self) -> AsyncIterator[Process]:
        """Discord does not answer."""
        self._wire.faults.script(Fault(delay=LIMIT), on="GET /users/@me")
        async with watched(self._wire, self._base(), self._before) as process:
            await self._wire.world.until(lambda: self._wire.faults.happened)
            yield process


@pytest.fixture(params=AS_PROCESS, ids=lambda before: "process 1" if before else "any process")
def stages(wire: Wire, tmp_path: Path, request: pytest.FixtureRequest) -> Stages:
    return Stages(wire, tmp_path, request.param)


@pytest.mark.parametrize("number", [*SIGNALS, *HANGUP], ids=lambda number: number.name)
@pytest.mark.parametrize("stage", ["build", "clone", "store", "log_in"])
async def test_a_signal_ends_a_start_with_status_0(stages: Stages, stage: str, number: signal.Signals) -> None:
    async with getattr(stages, stage)() as process:
        os.kill(inner(process), number)
        said = await line(process, "Asked to stop: ")
        assert stage == "log_in" or GIVEN_UP in said
        async with asyncio.timeout(LIMIT):
            assert await process.wait() == 0
        assert "Traceback" not in (await process.stderr.read()).decode()


@pytest.mark.parametrize("stage", ["build", "clone", "store", "log_in"])
async def test_two_signals_at_once_end_it_too(stages: Stages, stage: str) -> None:
    async with getattr(stages, stage)() as process:
        bot = inner(process)
        os.kill(bot, signal.SIGTERM)
        os.kill(bot, signal.SIGINT)
        async with asyncio.timeout(LIMIT):
            ended = await process.wait()
        assert ended in {0, *(sign for number in SIGNALS for sign in (-number, 128 + number))}


STARTING: Final = """
import signal, sys, threading, time
from bot.ops import shutdown

shutdown.LIMIT, shutdown.THREADS = 0.2, 0.1
with shutdown.start_stopped_by_signal():
    try:
        {work}
        print(*(callable(signal.getsignal(each)) for each in shutdown.SIGNALS), flush=True)
        time.sleep(60)
    except SystemExit:
        print(*(callable(signal.getsignal(each)) for each in shutdown.SIGNALS), flush=True)
        {then}
"""

RUNNING: Final = """
import asyncio, signal, time
from bot.ops import shutdown

shutdown.LIMIT, shutdown.THREADS = 0.2, 0.1

async def main():
    with shutdown.stopped_by_signal() as stop:
        {work}
        await asyncio.sleep(0)
        print(*(callable(signal.getsignal(each)) for each in shutdown.SIGNALS), flush=True)
        await stop.wait()
        print(*(callable(signal.getsignal(each)) for each in shutdown.SIGNALS), flush=True)
        {then}

asyncio.run(main())
"""


@pytest.mark.parametrize("before", AS_PROCESS, ids=lambda before: "process 1" if before else "any process")
@pytest.mark.parametrize(
    ("program", "work", "then", "status"),
    [
        pytest.param(STARTING, "pass", "raise", 0, id="a start ends"),
        pytest.param(STARTING, "pass", "time.sleep(60)", 1, id="a start that does not end is ended"),
        pytest.param(
            STARTING,
            "threading.Thread(target=time.sleep, args=(60,)).start()",
            "raise",
            0,
            id="a thread",
        ),
        pytest.param(RUNNING, "pass", "pass", 0, id="a run ends"),
        pytest.param(RUNNING, "pass", "time.sleep(60)", 1, id="a run that does not end is ended"),
        pytest.param(
            RUNNING, "_ = asyncio.create_task(asyncio.to_thread(time.sleep, 60))", "pass", 0, id="a run with a thread"
        ),
    ],
)
async def test_nothing_is_left_to_what_signals_do_by_default(
    before: Sequence[str], program: str, work: str, then: str, status: int
) -> None:
    code = program.format(work=work, then=then)
    process = await asyncio.create_subprocess_exec(*before, sys.executable, "-c", code, stdout=PIPE, stderr=PIPE)
    assert process.stdout
    async with asyncio.timeout(LIMIT):
        assert (await process.stdout.readline()).split() == [b"True", b"True"]
        os.kill(inner(process), signal.SIGTERM)
        assert (await process.stdout.readline()).split() == [b"True", b"True"]
        _, said = await process.communicate()
    assert process.returncode == status
    assert said.startswith(b"Timeout (") == (status == 1)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize("program", [STARTING, RUNNING], ids=["start", "run"])
@pytest.mark.parametrize("ignored", [False, True], ids=["", "under nohup"])
async def test_a_closed_terminal_ends_it_in_order_even_if_it_is_told_twice(program: str, *, ignored: bool) -> None:
    code = program.format(work="pass", then="input(); raise SystemExit").replace("0.2, 0.1", "60, 60")
    code = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_{'IGN' if ignored else 'DFL'})\n{code}"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert process.stdout
    async with asyncio.timeout(LIMIT):
        await process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        if ignored:
            # If that had stopped it, this would be the second signal, which ends it on the spot.
            await asyncio.sleep(0.5)
            process.send_signal(signal.SIGTERM)
        await process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        await process.communicate(b"\n")
    assert process.returncode == 0
