"""``python -m tests.benchmarks.scale``: what a process of ``casebot run`` takes, against the local Discord.

The figures of docs/scale.md; Linux only. They hold for the machine they are taken on.
"""

import argparse
import asyncio
import os
import resource
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import asyncpg

from bot.knowledge.load import load
from bot.knowledge.model import Entry
from bot.store.opening import migrate
from tests.databases import Server
from tests.places import KNOWLEDGE
from tests.wire.limits import walk
from tests.wire.payloads import Channel, Json
from tests.wire.processes import casebot
from tests.wire.server import Wire, running
from tests.wire.world import text

CHANNELS = tuple(f"channel-{number}" for number in range(30))
"""Of each server whose memory is measured; Discord allows 500."""

PLACES = 200
"""Channels in which questions are asked in turn, so that none has too many."""

LONG = 300.0
"""Seconds that anything here may take."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measurement runs and asks."""

    knowledge: Path
    entries: Sequence[Entry]

    @property
    def phrasings(self) -> Sequence[str]:
        """All questions that have an answer."""
        return [phrasing for entry in self.entries for phrasing in entry.phrasings]

    async def answer(self, wire: Wire, channel: Channel, question: str | None = None) -> Json:
        """Let somebody ask, by default what the first entry answers, and wait for the reply."""
        user = channel.recipient or wire.world.user()
        asked = wire.world.say(channel, user, f"<@{wire.world.me.id}> {question or self.entries[0].phrasings[0]}")
        await wire.world.until(lambda: int(asked["id"]) in wire.world.replies, LONG)
        return wire.world.message(wire.world.replies[int(asked["id"])][0])


def main() -> None:
    """Print the figures one by one as they are measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scale", description=__doc__)
    parser.add_argument("--guilds", type=int, default=2_000, metavar="N", help="servers (default: %(default)s)")
    parser.add_argument("--shards", type=int, default=16, metavar="N", help="shards (default: %(default)s)")
    parser.add_argument("--questions", type=int, default=1_000, metavar="N", help="default: %(default)s")
    parser.add_argument("--knowledge", type=Path, default=KNOWLEDGE, metavar="DIR", help="default: the shipped folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CACHE_HOME"] = str(Path(name) / "cache")
        knowledge = Path(name) / "knowledge"
        shutil.copytree(options.knowledge, knowledge, ignore=shutil.ignore_patterns(".*"))
        bench = Bench(knowledge, list(load(knowledge).entries.values()))
        asyncio.run(_measure(bench, options))


async def _measure(bench: Bench, options: argparse.Namespace) -> None:
    for kept in ("with nothing kept of an earlier one", "as before", "as before"):
        await start(bench, kept)
    alone = await memory(bench, 1, 1)
    _say("memory with 1 shard and 1 server", f"{alone:.1f} MB")
    many = await memory(bench, 1, options.shards)
    _say("memory of one more shard", f"{(many - alone) / (options.shards - 1):.2f} MB")
    full = await memory(bench, options.guilds, 1)
    _say(f"memory of 1,000 servers of {len(CHANNELS)} channels", f"{1000 * (full - alone) / options.guilds:.1f} MB")
    await ignored(bench, 10 * options.questions)
    await database(bench, options.questions)


async def start(bench: Bench, kept: str) -> None:
    """Start a process, and say when it was connected and when it had answered."""
    async with running() as wire:
        channel = wire.world.guild().channels[0]
        since = time.monotonic()
        async with casebot(wire, bench.knowledge, CASEBOT_MATCHER="static") as process:
            await _connected(wire, 1)
            ready, used = time.monotonic() - since, _processor(process)
            await bench.answer(wire, channel)
            answered = time.monotonic() - since
            await _end(process)
    _say(f"start {kept}", f"connected after {ready:.2f} s ({used:.2f} s of processor), answered after {answered:.2f} s")


async def memory(bench: Bench, guilds: int, shards: int) -> float:
    """Start a process that knows so many servers; give its resident memory in MB once it has answered."""
    async with running() as wire:
        wire.gateway.max_concurrency = shards
        channels = [wire.world.guild(channels=CHANNELS).channels[0] for _ in range(guilds)]
        count = ("--shard-count", str(shards))
        async with casebot(wire, bench.knowledge, *count, CASEBOT_MATCHER="static") as process:
            await _connected(wire, shards)
            # In the last server that the bot is told about: it knows all the others then.
            await bench.answer(wire, channels[-1])
            megabytes = _resident(process)
            await _end(process)
    return megabytes


async def ignored(bench: Bench, messages: int) -> None:
    """Let members talk among themselves, which a bot that may read messages must hear."""
    async with running() as wire:
        channel, other = wire.world.guild(channels=("case", "talk")).channels
        settings = {"CASEBOT_MATCHER": "static", "CASEBOT_MESSAGE_CONTENT": "true"}
        async with casebot(wire, bench.knowledge, **settings) as process:
            await _connected(wire, 1)
            await bench.answer(wire, channel)
            used, members = _processor(process), [wire.world.user() for _ in range(PLACES)]
            for number in range(messages):
                wire.world.say(other, members[number % PLACES], "so what did you have for lunch today, anything good?")
            await bench.answer(wire, channel)
            _say(
                "processor of a message that is no question", f"{1000 * (_processor(process) - used) / messages:.2f} ms"
            )
            await _end(process)


async def database(bench: Bench, questions: int) -> None:
    """Say what questions and an edit make a PostgreSQL of its own do."""
    folder = tempfile.mkdtemp(prefix="casebot-")
    server = Server(Path(folder))
    await migrate(server.url)
    url = server.url.get_secret_value()
    connection = await asyncpg.connect(url)
    try:
        async with running() as wire:
            await _questions(bench, wire, connection, url, questions)
        async with running() as wire:
            await _edit(bench, wire, url)
    finally:
        await connection.close()
        server.close()
        shutil.rmtree(folder)


async def _questions(
    bench: Bench,
    wire: Wire,
    connection: Any,  # noqa: ANN401 (asyncpg ships no types)
    url: str,
    questions: int,
) -> None:
    channels = [wire.world.guild().channels[0] for _ in range(PLACES)]
    async with casebot(wire, bench.knowledge, database=url, CASEBOT_MATCHER="static") as process:
        await _connected(wire, 1)
        await bench.answer(wire, channels[0])
        before, size = await _written(connection), await _size(connection)
        used, since = _processor(process), time.monotonic()
        for number, question in enumerate(islice(cycle(bench.phrasings), questions)):
            channel = channels[number % PLACES] if number % 2 else wire.world.direct(wire.world.user())
            await bench.answer(wire, channel, question)
        took, processor = time.monotonic() - since, _processor(process) - used
        sessions = await _sessions(connection)
        await _end(process)
    # What a session has done is counted for certain once it has ended.
    while await _sessions(connection):  # noqa: ASYNC110 (nobody tells when)
        await asyncio.sleep(0.1)
    after = await _written(connection)
    kept = (await _size(connection) - size) / questions
    rows, transactions, log = ((now - then) / questions for now, then in zip(after, before, strict=True))
    _say("questions one after the other", f"{questions / took:.0f} a second")
    _say("processor of a question", f"{1000 * processor / questions:.2f} ms")
    _say("written of a question", f"{rows:.2f} rows, {transactions:.2f} transactions, {log:.0f} bytes of log")
    _say("kept of a question", f"{kept:.0f} bytes, indexes included")
    _say("connections of a process", f"{sessions}")


async def _edit(bench: Bench, wire: Wire, url: str) -> None:
    """Make an edit through one process, and ask another until it serves it."""
    wire.gateway.max_concurrency = 2
    here, there = (wire.world.guild().channels[0] for _ in range(2))
    both = {"CASEBOT_DESK_SERVERS": f"{here.guild},{there.guild}", "CASEBOT_MATCHER": "static"}
    first, second = (("--shard-count", "2", "--shard-ids", shard) for shard in "01")
    async with (
        casebot(wire, bench.knowledge, *first, database=url, **both),
        casebot(wire, bench.knowledge, *second, database=url, **both),
    ):
        await _connected(wire, 2)
        before = text(await bench.answer(wire, there))
        moderator = wire.world.user()
        retire = wire.world.slash(here, moderator, "faq retire", entry=bench.entries[0].id)
        await wire.world.until(lambda: retire.message and "Confirm" in str(wire.world.message(retire.message)), LONG)
        draft = await wire.world.answered(retire)
        (confirm,) = (part["custom_id"] for part in walk(draft["components"]) if part.get("label") == "Confirm")
        since = time.monotonic()
        wire.world.click(draft, moderator, confirm)
        while text(await bench.answer(wire, there)) == before:
            pass
        _say("an edit is served by another process after", f"{time.monotonic() - since:.2f} s")


async def _connected(wire: Wire, shards: int) -> None:
    await wire.world.until(lambda: len(wire.gateway.sessions) == shards, LONG)


async def _end(process: Process) -> None:
    process.terminate()
    await process.wait()


async def _written(connection: Any) -> tuple[int, int, int]:  # noqa: ANN401 (asyncpg ships no types)
    """Return rows written, transactions and bytes of the write-ahead log so far."""
    await connection.execute("SELECT pg_stat_force_next_flush()")
    row = await connection.fetchrow(
        "SELECT tup_inserted + tup_updated + tup_deleted, xact_commit, (pg_current_wal_lsn() - '0/0')::bigint "
        "FROM pg_stat_database WHERE datname = current_database()"
    )
    return row[0], row[1], row[2]


async def _size(connection: Any) -> int:  # noqa: ANN401 (as above)
    size: int = await connection.fetchval("SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables")
    return size


async def _sessions(connection: Any) -> int:  # noqa: ANN401 (as above)
    """Count the connections of others."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    count: int = await connection.fetchval(others)
    return count


def _processor(process: Process) -> float:
    """Return the seconds of the processor that a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(process: Process) -> float:
    """Return the megabytes of main memory that a process takes."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _say(what: str, figure: str) -> None:
    sys.stdout.write(f"| {what} | {figure} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
