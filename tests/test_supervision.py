"""No background task ends before the process: what fails is said once, shown, and tried again until it works."""

import ast
import asyncio
import datetime as dt
import json
import logging
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot
from bot.config import Settings
from bot.knowledge.reload import LiveKnowledge
from bot.matching.types import Outcome
from bot.ops import app
from bot.store.database import Database
from bot.store.store import StoreError
from bot.store.types import Asked, Stop, Surface
from bot.supervision import Supervisor
from tests.places import ROOT
from tests.waiting import LIMIT, until

NAME = "The digest for moderators"


class Task:
    """Fails for as long as the test wants."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
        self.tries = 0

    async def __call__(self) -> None:
        self.tries += 1
        await asyncio.sleep(0)
        if self.error:
            raise self.error
        await asyncio.Event().wait()


@pytest.fixture
def supervisor() -> Supervisor:
    return Supervisor(pause=0.001, steady=0.01)


FAILURES = [
    pytest.param(RuntimeError("what a member wrote"), "RuntimeError", id="unthought of"),
    pytest.param(OSError(28, "No space left on device"), "OSError (errno 28)", id="by the system"),
    pytest.param(asyncio.CancelledError(), "asyncio.exceptions.CancelledError", id="what it waited for was cancelled"),
]


@pytest.mark.parametrize(("error", "shown"), FAILURES)
async def test_a_failing_task_is_logged_once_shown_and_tried_until_it_works(
    supervisor: Supervisor, error: BaseException, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    task = Task(error)
    async with supervisor.running(supervisor.keep_running(NAME, task)):
        await until(lambda: task.tries > 5)
        assert supervisor.failing == {NAME: shown}
        (line,) = caplog.messages
        assert line.startswith(f"{NAME} failed and is tried again")
        assert "what a member wrote" not in line
        task.error = None
        await until(lambda: not supervisor.failing)
    assert caplog.messages[1:] == [f"{NAME} works again."]


async def test_a_task_that_just_returns_has_failed_too(supervisor: Supervisor) -> None:
    rounds = 0

    async def short() -> None:
        nonlocal rounds
        rounds += 1

    async with supervisor.running(supervisor.keep_running(NAME, short)):
        await until(lambda: rounds > 3)
    assert supervisor.failing == {NAME: "bot.supervision.EndedError"}


async def test_what_is_to_be_done_once_is_tried_until_it_is_done(supervisor: Supervisor) -> None:
    failures = [OSError(), ValueError()]

    async def work() -> None:
        if failures:
            raise failures.pop()

    async with asyncio.timeout(LIMIT):
        await supervisor.until_done(NAME, work)
    assert not failures
    assert not supervisor.failing


async def test_the_tries_become_rarer(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 12:
            raise KeyboardInterrupt

    async def work() -> None:
        raise ValueError

    monkeypatch.setattr(asyncio, "sleep", sleep)
    for run in (Supervisor().keep_running, Supervisor().until_done):
        pauses.clear()
        with pytest.raises(KeyboardInterrupt):
            await run(NAME, work)
        assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


async def test_at_the_stop_a_task_ends_at_once_and_says_nothing(
    supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    task = Task(None)
    async with supervisor.running(supervisor.keep_running(NAME, task)):
        await until(lambda: task.tries > 0)
    assert task.tries == 1
    assert not caplog.messages


async def test_one_round_of_a_loop_that_fails_is_shown_until_a_round_succeeds(supervisor: Supervisor) -> None:
    with supervisor.attempt(NAME):
        raise ValueError
    assert supervisor.failing == {NAME: "ValueError"}
    with supervisor.attempt(NAME):
        pass
    assert not supervisor.failing


NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)

TASKS = {
    "The loading of what tells languages apart": "bot.ops.app.warm_up",
    "The handling of changed knowledge files": "bot.knowledge.reload.LiveKnowledge.watch",
    "The watch of the knowledge files": "watchfiles.awatch",
    "The following of other processes' changes": "bot.cluster.follow._reload_changed",
    "The reload of the knowledge files": "bot.knowledge.reload.LiveKnowledge.reload",
    "The loading of the settings": "bot.store.database.Database._load_later",
    "The writing to the database": "bot.store.database.Database._write",
    "The writing of stopped answers": "bot.store.database.Database._write_stops",
    "The removal of deleted data from the files of the database": "bot.store.scrubber.Scrubber._scrub",
    "The deletion of expired data": "bot.store.database.Database.tidy",
}
"""The background tasks of a process, and what each calls."""


def failing_while(broken: list[Exception], real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: object, **kwargs: object) -> object:
        if broken:
            raise broken[0] if isinstance(broken[0], ZeroDivisionError) else broken.pop()
        return real(*args, **kwargs)

    return call


def attribute(path: str) -> Callable[..., Any]:
    """Return what a dotted path names."""
    module, _, name = path.rpartition(".")
    try:
        owner: Any = __import__(module, fromlist=["_"])
    except ModuleNotFoundError:
        above, _, of = module.rpartition(".")
        owner = getattr(__import__(above, fromlist=["_"]), of)
    found: Callable[..., Any] = getattr(owner, name)
    return found


@pytest.mark.parametrize("name", TASKS)
async def test_whichever_task_of_a_process_fails_readyz_shows_it_and_it_comes_back(
    name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken: list[Exception] = [ZeroDivisionError()]
    caplog.set_level(logging.INFO)
    if name == "The loading of the settings":
        # Only for a database that is down at the start.
        down: list[Exception] = [StoreError("The database is down.")]
        monkeypatch.setattr(Database, "refresh", failing_while(down, Database.refresh))
    monkeypatch.setattr(TASKS[name], failing_while(broken, attribute(TASKS[name])))
    monkeypatch.setattr(app, "Supervisor", partial(Supervisor, pause=0.01, steady=0.01))
    for constant in ("LOOK_SECONDS", "POLL_SECONDS", "COMPARE_SECONDS"):
        monkeypatch.setattr(f"bot.knowledge.watch.{constant}", 0.01)
    shown: list[str] = []

    async def serve(bot: CaseBot, *_args: object, **_kwargs: object) -> None:
        bot.store.hold(Stop("ladder", 1, NOW, "Ann"))
        await bot.store.forget_server(1)
        (url,) = re.findall(r"http://127.0.0.1:\d+/", caplog.text)
        async with aiohttp.ClientSession(url) as session:

            async def background() -> str:
                async with session.get("/readyz") as response:
                    said: str = json.loads(await response.text())["background"]
                    return said

            async with asyncio.timeout(LIMIT):
                while (said := await background()) == "ok":
                    bot.store.record(Asked("who?", Outcome.NONE, None, 0.0, Surface.SLASH, 1, NOW), 1)
                shown.append(said)
                broken.clear()
                while await background() != "ok":
                    pass

    monkeypatch.setattr(app, "serve", serve)
    settings = Settings(_env_file=None).model_copy(
        update={
            "token": SecretStr("token"),
            "knowledge": folder,
            "database_url": SecretStr(f"sqlite:///{tmp_path}/casebot.db"),
            "http_port": 0,
        }
    )
    live = LiveKnowledge(folder, partial(Answerer, lexical_only=True))
    await app.run(settings, live, None, None, sync=False)
    assert shown == [f"{name} fails (ZeroDivisionError)."]


NOT_SUPERVISED = {
    # They end with the process, or end it.
    "bot/ops/lifecycle.py: _work(bot, token, sync=sync)": "the connection to Discord, whose end is the process's",
    "bot/ops/lifecycle.py: (stop or asyncio.Event()).wait()": "waits for the stop",
    "bot/ops/lifecycle.py: bot.cluster.lease_lost()": "its end is the process's",
    "bot/ops/lifecycle.py: _sync(bot)": "Discord counts how often the commands are published, so it is done once",
    "bot/ops/shutdown.py: stop.wait()": "waits for the stop",
    # Somebody waits for them.
    "bot/store/shielding.py: method(self, *args, **kwargs)": "one operation; its caller gets the error",
    "bot/store/scrubber.py: asyncio.to_thread(self._scrub, rewrite=rewrite)": "one run of a supervised task",
    "bot/cluster/follow.py: asyncio.TaskGroup()": "its failure is that of the supervised task around it",
    "bot/cluster/follow.py: reloading": "as above",
    # It sleeps and closes sockets, neither of which fails.
    "bot/ops/serve.py: _end_slow(runner.server, patience)": "ends with the page's server, which a terminal runs",
    # They are over soon.
    "bot/chat/idle_timers.py: self._wait(close, IDLE if seconds is None else seconds)": "one remark; ignores errors",
    # A round that fails is one failed attempt; discord.py runs the next one.
    "bot/chat/cogs/corrections.py: tasks.loop(seconds=POLL_SECONDS)": "attempt",
    "bot/chat/cogs/reports.py: tasks.loop(seconds=POLL_SECONDS)": "attempt",
    "bot/chat/cogs/reports.py: tasks.loop(minutes=1)": "attempt",
    # The supervisor itself.
    "bot/supervision.py: task": "keep_running or until_done",
}
"""Where tasks are started without a supervisor, and why."""

_STARTS = {"create_task", "ensure_future", "TaskGroup", "loop", "run_coroutine_threadsafe", "Thread"}


def test_every_task_is_supervised_or_says_why_not() -> None:
    found = set()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _STARTS):
                continue
            started = ast.unparse(node.args[0] if node.args else node)
            if not started.startswith(("supervisor.", "self._supervisor.", "loading")):
                found.add(f"{path.relative_to(ROOT).as_posix()}: {started}")
    assert found == NOT_SUPERVISED.keys()
