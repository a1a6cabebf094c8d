"""The whole of ``casebot run`` as a process of its own, from its start to its end, and several of them together."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.store.database import Database
from bot.store.engine import connect
from bot.store.migrate import downgrade
from bot.store.opening import migrate
from tests.databases import Server
from tests.editing.elsewhere import INNER, elsewhere
from tests.waiting import LIMIT
from tests.wire.faults import Fault
from tests.wire.limits import walk
from tests.wire.payloads import Channel, Json
from tests.wire.processes import ANSWER, AS_PROCESS, QUESTION, casebot, inner, watched
from tests.wire.server import Wire
from tests.wire.world import text

MISS = "zebra crossing regulations"


@pytest.fixture
def channel(wire: Wire) -> Channel:
    return wire.world.guild().channels[0]


@pytest.fixture
async def tables(url: SecretStr) -> AsyncIterator[str]:
    """The address of a database with empty tables, as a setting."""
    await migrate(url)
    yield url.get_secret_value()
    engine = connect(url)
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()


def ask(wire: Wire, channel: Channel, question: str = QUESTION) -> Json:
    """Let somebody ask who has not asked before: the bot lets nobody ask too often."""
    return wire.world.say(channel, wire.world.user(), f"<@{wire.world.me.id}> {question}")


def button(message: Json, label: str) -> str:
    (found,) = (part["custom_id"] for part in walk(message["components"]) if part.get("label") == label)
    return str(found)


async def test_what_is_asked_in_one_run_is_known_in_the_next(
    wire: Wire, channel: Channel, folder: Path, tables: str
) -> None:
    async with casebot(wire, folder, database=tables) as process:
        await wire.gateway.ready()
        question = ask(wire, channel)
        answer = await wire.world.reply_to(question)
        assert ANSWER in text(answer)
        await wire.world.answered(wire.world.click(answer, wire.world.user(), button(answer, "Helpful")))
        await wire.world.reply_to(ask(wire, channel, MISS))
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert await wire.gateway.close_code() == 1000
    database = Database(connect(SecretStr(tables)))
    await database.start()
    assert [each.text for each in await database.unanswered()] == [MISS]
    await database.close()
    async with casebot(wire, folder, database=tables) as process:
        await wire.gateway.ready()
        wire.world.delete(int(question["id"]))
        await wire.world.until(lambda: int(answer["id"]) not in wire.world.messages)
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


async def test_a_second_bot_on_one_file_says_that_there_is_another(wire: Wire, folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'casebot.db'}"
    async with casebot(wire, folder, database=url):
        await wire.gateway.ready()
        async with watched(wire, folder, CASEBOT_DATABASE_URL=url) as second:
            assert second.stderr
            async with asyncio.timeout(LIMIT):
                while b"Another bot is running" not in await second.stderr.readline():
                    assert second.returncode is None


@pytest.mark.parametrize("before", AS_PROCESS, ids=lambda before: "process 1" if before else "any process")
async def test_a_second_signal_ends_it_on_the_spot(
    wire: Wire, channel: Channel, folder: Path, before: Sequence[str]
) -> None:
    async with watched(wire, folder, before) as process:
        await wire.gateway.ready()
        wire.faults.script(Fault(delay=LIMIT))
        ask(wire, channel)
        await wire.world.until(lambda: wire.faults.happened)
        os.kill(inner(process), signal.SIGTERM)
        while "restarting" not in text(await answered(wire, channel)):
            pass
        os.kill(inner(process), signal.SIGTERM)
        assert await process.wait() == (128 + signal.SIGTERM if before else -signal.SIGTERM)


@pytest.mark.parametrize(("code", "said"), [(4004, "CASEBOT_TOKEN"), (4014, "Message Content Intent")])
async def test_a_bot_that_discord_does_not_let_in_ends_with_a_sentence_and_status_2(
    wire: Wire, folder: Path, code: int, said: str
) -> None:
    wire.gateway.refuse = code
    async with watched(wire, folder, CASEBOT_LOG_LEVEL="ERROR") as process:
        _, shown = await process.communicate()
    assert process.returncode == 2
    assert said in " ".join(shown.decode().split())
    assert "Traceback" not in shown.decode()


async def answered(wire: Wire, channel: Channel) -> Json:
    command = wire.world.slash(channel, wire.world.user(), "ask", question=QUESTION)
    return await wire.world.answered(command)


async def test_it_starts_again_after_it_was_killed_amid_its_work(wire: Wire, folder: Path, tmp_path: Path) -> None:
    wire.gateway.window = 0
    file = tmp_path / "casebot.db"
    channels = [wire.world.guild().channels[0] for _ in range(10)]
    async with casebot(wire, folder, database=f"sqlite:///{file}") as process:
        await wire.gateway.ready()
        asked = [ask(wire, channel) for channel in channels]
        await wire.world.reply_to(asked[0])
        process.kill()
        assert await process.wait() == -signal.SIGKILL
    await wire.gateway.close_code()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    async with casebot(wire, folder, database=f"sqlite:///{file}"):
        await wire.gateway.ready()
        assert ANSWER in text(await wire.world.reply_to(ask(wire, channels[0])))


@pytest.fixture
async def shared(postgres: Server) -> AsyncIterator[str]:
    """The address of the PostgreSQL that several processes share, with empty tables."""
    await migrate(postgres.url)
    yield postgres.url.get_secret_value()
    engine = connect(postgres.url)
    async with engine.begin() as connection:
        await connection.run_sync(downgrade)
    await engine.dispose()


async def retire(wire: Wire, channel: Channel, entry: str) -> None:
    """Let a moderator take an entry out of service."""
    moderator = wire.world.user("mo")
    draft = await wire.world.answered(wire.world.slash(channel, moderator, "faq retire", entry=entry))
    wire.world.click(draft, moderator, button(draft, "Confirm"))


async def test_two_processes_serve_one_bot(wire: Wire, folder: Path, shared: str) -> None:
    """Shards identify in turn, an edit made through one is served by the other, and the lead passes on."""
    wire.gateway.max_concurrency = 2
    guilds = [wire.world.guild() for _ in range(4)]
    here, there = guilds[0].channels[0], guilds[2].channels[0]
    desk = {"CASEBOT_DESK_SERVERS": ",".join(str(guild.id) for guild in guilds)}
    low, high = (("--shard-count", "4", "--shard-ids", ids, "--sync") for ids in ("0-1", "2-3"))
    async with casebot(wire, folder, *low, database=shared, **desk) as first:
        await wire.world.until(lambda: wire.world.commands)
        async with casebot(wire, folder, *high, database=shared, **desk) as second:
            for shard in range(4):
                await wire.gateway.ready(shard)
            assert [each.shard for each in wire.gateway.identified] == [0, 1, 2, 3]
            assert not wire.gateway.violations()

            assert ANSWER in text(await answered(wire, there))
            await retire(wire, here, "what-was-taken")
            async with asyncio.timeout(LIMIT):
                while ANSWER in text(await answered(wire, there)):
                    pass

            wire.world.commands = []
            first.kill()
            await wire.world.until(lambda: wire.world.commands)
            assert ANSWER not in text(await answered(wire, there))
            second.terminate()
            assert await second.wait() == 0


async def test_no_shard_runs_twice_and_the_next_process_waits_for_it(wire: Wire, folder: Path, shared: str) -> None:
    wire.gateway.max_concurrency, wire.gateway.window = 3, 0
    last = [wire.world.guild() for _ in range(3)][2].channels[0]
    old, new = (("--shard-count", "3", "--shard-ids", ids) for ids in ("2", "1-2"))
    async with casebot(wire, folder, *old, database=shared) as first:
        await wire.gateway.ready(2)
        async with casebot(wire, folder, *new, database=shared):
            await wire.gateway.ready(1)
            assert ANSWER in text(await wire.world.reply_to(ask(wire, last)))
            first.terminate()
            assert await first.wait() == 0
            await wire.gateway.identifies(3)
            await wire.gateway.ready(2)
            assert ANSWER in text(await wire.world.reply_to(ask(wire, last)))
    assert [each.shard for each in wire.gateway.identified] == [2, 1, 2]
    assert not any(each.twice for each in wire.gateway.identified)


async def test_an_edit_reaches_another_machine_by_the_repository(wire: Wire, tmp_path: Path, shared: str) -> None:
    wire.gateway.max_concurrency = 2
    here, there = (wire.world.guild().channels[0] for _ in range(2))
    home = {
        "CASEBOT_KNOWLEDGE_GIT": str(elsewhere(tmp_path).bare),
        "CASEBOT_KNOWLEDGE_GIT_FOLDER": INNER,
        "CASEBOT_DESK_SERVERS": str(here.guild),
    }
    low, high = (("--shard-count", "2", "--shard-ids", ids) for ids in "01")
    async with (
        casebot(wire, tmp_path, *low, database=shared, XDG_DATA_HOME=str(tmp_path / "one"), **home),
        casebot(wire, tmp_path, *high, database=shared, XDG_DATA_HOME=str(tmp_path / "two"), **home),
    ):
        await wire.gateway.ready(0)
        await wire.gateway.ready(1)
        assert ANSWER in text(await answered(wire, there))
        await retire(wire, here, "what-was-taken")
        async with asyncio.timeout(LIMIT):
            while ANSWER in text(await answered(wire, there)):
                pass
