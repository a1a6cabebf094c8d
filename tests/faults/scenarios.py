"""What breaks, how often, and what it is told by."""

import asyncio
import resource
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, Final, TypeAlias

from tests.databases import Server
from tests.wire.faults import Fault
from tests.wire.server import Wire

BURST: Final = 2.0
BETWEEN: Final = 3.0
"""Seconds in which requests fail, and seconds until they do again."""

SHARE: Final = 0.5
"""Of requests that fail in a burst."""

OUTAGE: Final = 30.0
"""Seconds for which a database is away or full."""

ROOM: Final = 8_192
"""Bytes that a file may have while the disk is full: less than any table needs."""


@dataclass
class Scene:
    """A bot that is asked, and what can be done to it."""

    wire: Wire
    process: asyncio.subprocess.Process
    knowledge: Path
    postgres: Server | None
    done: dict[str, int] = field(default_factory=dict)
    """What was injected, and how often."""

    def did(self, what: str) -> None:
        """Count it."""
        self.done[what] = self.done.get(what, 0) + 1


Injection: TypeAlias = Callable[[Scene], Coroutine[Any, Any, None]]
"""Breaks things until it is cancelled or done, and leaves them whole."""


@dataclass(frozen=True)
class Scenario:
    """Something that goes wrong again and again while it runs."""

    name: str
    inject: Injection
    postgres: bool = False


async def nothing(_: Scene) -> None:
    """Leave all as it is."""


async def gateway(scene: Scene) -> None:
    """Break the connection to the gateway every second."""
    while True:
        await asyncio.sleep(1.0)
        scene.wire.gateway.cut()
        scene.did("gateway connection cut")


def rest(*faults: Fault) -> Injection:
    """Let requests fail in bursts, each in one of some ways."""

    async def inject(scene: Scene) -> None:
        random = Random(0)  # noqa: S311 (repeatable, nothing secret)

        def chance(_method: str, _path: str) -> Fault | None:
            burst = monotonic() % (BURST + BETWEEN) < BURST
            return random.choice(faults) if burst and random.random() < SHARE else None

        scene.wire.faults.chance = chance
        try:
            await asyncio.Event().wait()
        finally:
            scene.wire.faults.chance = None
            scene.done |= scene.wire.faults.happened

    return inject


async def postgres(scene: Scene) -> None:
    """Stop PostgreSQL for half a minute."""
    assert scene.postgres
    await asyncio.sleep(5.0)
    await asyncio.to_thread(scene.postgres.stop)
    scene.did(f"PostgreSQL stopped for {OUTAGE:.0f} s")
    try:
        await asyncio.sleep(OUTAGE)
    finally:
        await asyncio.to_thread(scene.postgres.start)


async def disk(scene: Scene) -> None:
    """Let the bot's files not grow for half a minute: writing to one fails as on a full disk."""
    await asyncio.sleep(5.0)
    pid = scene.process.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (ROOM, hard))
    scene.did(f"no room on the disk for {OUTAGE:.0f} s")
    try:
        await asyncio.sleep(OUTAGE)
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


async def knowledge(scene: Scene) -> None:
    """Break a file of the FAQ and fix it."""
    file = next((scene.knowledge / "faq").glob("*.yaml"))
    good = file.read_text("utf-8")
    try:
        while True:
            await asyncio.sleep(2.0)
            file.write_text(good[: len(good) // 2] + "\n  - id: [", "utf-8")
            scene.did("knowledge file broken")
            await asyncio.sleep(2.0)
            file.write_text(good, "utf-8")
            scene.did("knowledge file mended")
    finally:
        file.write_text(good, "utf-8")


def together(*parts: Injection) -> Injection:
    """Let several things go wrong at the same time."""

    async def inject(scene: Scene) -> None:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part(scene))

    return inject


FAILING: Final = (Fault(500), Fault(502), Fault(503), Fault(503, late=True), Fault(500, late=True))
CUT: Final = (Fault(cut=True), Fault(cut=True, late=True), Fault(delay=1.0))
LIMITED: Final = (Fault(429, retry_after=0.5), Fault(429, retry_after=0.5, everywhere=True))
EVERY: Final = (*FAILING, *CUT, *LIMITED)

SCENARIOS: Final = (
    Scenario("nothing", nothing),
    Scenario("gateway dropped every second", gateway),
    Scenario("REST fails in bursts", rest(*FAILING)),
    Scenario("REST connections cut or slow in bursts", rest(*CUT)),
    Scenario("REST 429 in bursts", rest(*LIMITED)),
    Scenario("PostgreSQL away", postgres, postgres=True),
    Scenario("disk full under SQLite", disk),
    Scenario("knowledge file broken and mended", knowledge),
    Scenario("all at once, but for the disk", together(gateway, rest(*EVERY), postgres, knowledge), postgres=True),
)
