"""The command: breaks things while members ask, and prints a table of what was lost.

``python -m tests.faults``
"""

import argparse
import asyncio
import contextlib
import shutil
import signal
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, Final

from pydantic import SecretStr

from bot.answering.answerer import Answerer
from bot.config import shipped_knowledge
from bot.knowledge.load import load
from bot.store.opening import migrate
from tests.databases import Server
from tests.faults.ledger import Ledger
from tests.faults.records import kept
from tests.faults.scenarios import SCENARIOS, Scenario, Scene
from tests.pgbouncer import Pooler
from tests.wire.client import NAME
from tests.wire.faults import Fault
from tests.wire.processes import casebot
from tests.wire.server import Wire, running

CHANNELS: Final = 200
RATE: Final = 10.0
SECONDS: Final = 45.0
START: Final = 120.0
"""Seconds for a start on a busy machine."""

PATIENCE: Final = 120.0
"""Seconds in which the last answers come: a request that always fails is tried again for half a minute."""

STOPPING: Final = "SIGTERM with questions in hand"
STOPS: Final = 5
IN_HAND: Final = 20
"""Questions at each stop."""

SLOW: Final = 1.0
"""Seconds that an answer takes then."""

SHUT_OUT: Final = "4004 while running, with questions in hand"
NOT_LET_IN: Final = 4004
"""The token is not valid: https://discord.com/developers/docs/topics/opcodes-and-status-codes"""


async def run(scenario: Scenario, answerer: Answerer, folder: Path) -> bool:
    """Run a scenario, print its row, and tell whether nothing was lost."""
    knowledge = Path(shutil.copytree(shipped_knowledge(), folder / "knowledge"))
    server = _postgres() if scenario.postgres else None
    pooler = Pooler(server, "session") if server and scenario.pooler else None
    url = server.url if server else SecretStr(f"sqlite:///{folder}/casebot.db")
    await migrate(url)
    database = (pooler.url if pooler else url).get_secret_value()
    settings = {"CASEBOT_MATCHER": "static", "CASEBOT_LOG_LEVEL": "ERROR"}
    settings |= {name: value.format(folder=folder) for name, value in scenario.settings.items()}
    async with running(kept=100_000) as wire:
        wire.gateway.window = 0.0
        if scenario.named:
            wire.url, wire.gateway.url = (each.replace("127.0.0.1", NAME) for each in (wire.url, wire.gateway.url))
        ledger = Ledger(wire, answerer, CHANNELS)
        async with casebot(wire, knowledge, database=database, before=scenario.before, **settings) as process:
            await wire.gateway.ready(seconds=START)
            scene = Scene(wire, process, knowledge, server, folder, pooler)
            injecting = asyncio.create_task(scenario.inject(scene))
            for _ in range(int(SECONDS * RATE)):
                ledger.ask(slash=scenario.slash)
                await asyncio.sleep(1 / RATE)
            injecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await injecting
            with contextlib.suppress(TimeoutError):
                await wire.world.until(lambda: not ledger.open, PATIENCE)
            with contextlib.suppress(ProcessLookupError):  # it has ended, and lost what came after
                process.send_signal(signal.SIGTERM)
            await process.wait()
    if pooler:
        pooler.close()
    return await report(scenario.name, scene.done, ledger, url, server)


async def shut_out(answerer: Answerer, folder: Path) -> bool:
    """Take the token away with questions in hand, give it back, start the bot again, and so on."""
    url = SecretStr(f"sqlite:///{folder}/casebot.db")
    settings = {"CASEBOT_MATCHER": "static", "CASEBOT_LOG_LEVEL": "ERROR"}
    done = Counter[str]()
    async with running(kept=100_000) as wire:
        wire.gateway.window = 0.0
        ledger = Ledger(wire, answerer, CHANNELS)
        for _ in range(STOPS):
            async with casebot(wire, shipped_knowledge(), database=url.get_secret_value(), **settings) as process:
                await wire.gateway.ready(seconds=START)
                seen = wire.faults.requests["POST /channels"]
                wire.faults.chance = lambda _method, _path: Fault(delay=SLOW)
                for _ in range(IN_HAND):
                    ledger.ask()
                await wire.world.until(partial(_has_seen, wire, seen + IN_HAND))
                wire.gateway.refuse = NOT_LET_IN
                await wire.gateway.close(NOT_LET_IN)
                done[f"4004, ended with status {await process.wait()}"] += 1
                wire.faults.chance = wire.gateway.refuse = None
    return await report(SHUT_OUT, done, ledger, url, None)


async def stops(answerer: Answerer, folder: Path) -> bool:
    """Stop the bot with questions in hand, start it again, and so on."""
    url = SecretStr(f"sqlite:///{folder}/casebot.db")
    settings = {"CASEBOT_MATCHER": "static", "CASEBOT_LOG_LEVEL": "ERROR"}
    async with running(kept=100_000) as wire:
        wire.gateway.window = 0.0
        ledger = Ledger(wire, answerer, CHANNELS)
        for _ in range(STOPS):
            async with casebot(wire, shipped_knowledge(), database=url.get_secret_value(), **settings) as process:
                await wire.gateway.ready(seconds=START)
                seen = wire.faults.requests["POST /channels"]
                wire.faults.chance = lambda _method, _path: Fault(delay=SLOW)
                for _ in range(IN_HAND):
                    ledger.ask()
                # All of them have reached the bot, and no answer has.
                await wire.world.until(partial(_has_seen, wire, seen + IN_HAND))
                process.send_signal(signal.SIGTERM)
                await process.wait()
                wire.faults.chance = None
    return await report(STOPPING, {"SIGTERM": STOPS}, ledger, url, None)


def _has_seen(wire: Wire, posts: int) -> bool:
    return wire.faults.requests["POST /channels"] >= posts


def _postgres() -> Server:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Server(Path(mkdtemp(prefix="casebot-")))


async def report(name: str, done: dict[str, int], ledger: Ledger, url: SecretStr, server: Server | None) -> bool:
    """Print a row of the table, and what was lost in full."""
    lost, beside = ledger.lost(), ledger.beside()
    unrecorded = ledger.unrecorded(await kept(url))
    if server:
        server.close()
    injected = ", ".join(f"{what}: {times}" for what, times in sorted(done.items())) or "none"
    cells = name, injected, len(ledger.asked), len(lost), len(beside), len(unrecorded)
    print(f"| {' | '.join(map(str, cells))} |", flush=True)  # noqa: T201 (the report)
    for what, found in (("lost", lost), ("beside", beside), ("unrecorded", unrecorded)):
        for each in found[:10]:
            print(f"  {what}: {each}"[:300], file=sys.stderr, flush=True)  # noqa: T201 (as above)
    return not (lost or beside or unrecorded)


def main() -> int:
    """Run the scenarios that are asked for; exit status 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="WORD", help="scenarios with it in their name; default: all")
    options = parser.parse_args()
    answerer = Answerer(load(shipped_knowledge()))
    print("| What broke | How often | Questions | No or wrong answer | Messages beside it | Records missing |")  # noqa: T201
    print("| --- | --- | ---: | ---: | ---: | ---: |")  # noqa: T201
    whole = True
    runs: dict[str, Callable[[Path], Coroutine[Any, Any, bool]]] = {
        scenario.name: partial(run, scenario, answerer) for scenario in SCENARIOS
    }
    runs[STOPPING] = partial(stops, answerer)
    runs[SHUT_OUT] = partial(shut_out, answerer)
    for name, start in runs.items():
        if not options.only or any(word in name for word in options.only):
            with TemporaryDirectory() as folder:
                whole &= asyncio.run(start(Path(folder)))
    return int(not whole)


if __name__ == "__main__":
    sys.exit(main())
