"""What breaks, how often, and what it is told by."""

import asyncio
import contextlib
import resource
import shutil
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from tests.databases import Server
from tests.pgbouncer import Pooler
from tests.wire.client import NAMELESS
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
    folder: Path
    """For files of its own."""

    pooler: Pooler | None = None
    done: dict[str, int] = field(default_factory=dict)
    """What was injected, and how often."""

    def did(self, what: str, times: int = 1) -> None:
        """Count it."""
        self.done[what] = self.done.get(what, 0) + times


Injection: TypeAlias = Callable[[Scene], Coroutine[Any, Any, None]]
"""Breaks things until it is cancelled or done, and leaves them whole."""


@dataclass(frozen=True)
class Scenario:
    """Something that goes wrong again and again while it runs."""

    name: str
    inject: Injection
    postgres: bool = False
    pooler: bool = False
    """Whether PgBouncer, in session mode, is before PostgreSQL."""

    slash: bool = False
    """Whether members ask by slash commands."""

    named: bool = False
    """Whether the bot knows Discord by a name that has to be looked up."""

    before: Sequence[str] = ()
    """A command that runs the bot."""

    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment variables; ``{folder}`` is the folder for files of its own."""


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
            scene.did("knowledge file fixed")
    finally:
        file.write_text(good, "utf-8")


LISTENED: Final = (
    *("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "INTERACTION_CREATE"),
    *("GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE"),
    *("GUILD_MEMBER_UPDATE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "CHANNEL_PINS_UPDATE"),
    *("THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC", "USER_UPDATE", "AN_EVENT_OF_NEXT_YEAR"),
)
"""Every kind of event that the bot's intents bring, and one that there is not."""

ODD: Final[Sequence[object]] = (
    None,
    [],
    {},
    "text",
    5,
    {"id": "x"},
    {"id": "5", "guild_id": "5", "channel_id": "5"},
    [None],
    {"t": 1},
)
"""What comes with them in place of what is expected."""


async def events(scene: Scene) -> None:
    """Send events that cannot be read, each kind with each odd content, one every hundredth of a second."""
    while True:
        for event in LISTENED:
            for data in ODD:
                for session in scene.wire.gateway.sessions.values():
                    session.send(event, data)
                scene.did(f"{len(LISTENED)} kinds of events that cannot be read")
                await asyncio.sleep(0.01)


async def first_answers(scene: Scene) -> None:
    """Let the first try of each first answer to a command fail, and of every third the second try too."""
    random = Random(0)  # noqa: S311 (repeatable, nothing secret)
    tries: dict[str, int] = {}

    def chance(_method: str, path: str) -> Fault | None:
        if not path.endswith("/callback"):
            return None
        left = tries.setdefault(path, random.choice((1, 1, 2)))
        tries[path] = left - 1
        return random.choice(FAILING) if left > 0 else None

    scene.wire.faults.chance = chance
    try:
        await asyncio.Event().wait()
    finally:
        scene.wire.faults.chance = None
        scene.done |= scene.wire.faults.happened


async def postgres_killed(scene: Scene) -> None:
    """Kill PostgreSQL with all of its processes, and start it again two seconds later."""
    assert scene.postgres
    await _killed(scene, "PostgreSQL", scene.postgres.kill, scene.postgres.start)


async def pooler(scene: Scene) -> None:
    """Kill PgBouncer and start it again two seconds later."""
    assert scene.pooler
    await _killed(scene, "PgBouncer", scene.pooler.stop, scene.pooler.start)


async def _killed(scene: Scene, name: str, kill: Callable[[], object], start: Callable[[], object]) -> None:
    while True:
        await asyncio.sleep(5.0)
        await asyncio.to_thread(kill)
        scene.did(f"{name} killed for 2 s")
        try:
            await asyncio.sleep(2.0)
        finally:
            await asyncio.to_thread(start)


HEALTH: Final = 18_573
"""A port that is seldom taken."""

HALVES: Final = 300


async def half_open(scene: Scene) -> None:
    """Hold hundreds of requests to the health port open that never end, with few descriptors left for the bot."""
    resource.prlimit(scene.process.pid, resource.RLIMIT_NOFILE, (256, 256))
    async with contextlib.AsyncExitStack() as stack:
        while True:
            for _ in range(HALVES):
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", HEALTH)
                    stack.callback(writer.close)
                    writer.write(b"GET /healthz HTTP/1.1\r\nHost: ")
                    scene.did("half a request to the health port")
            scene.did("health said to be good" if await _healthy() else "health not said to be good")
            await asyncio.sleep(5.0)


async def _healthy() -> bool:
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(10.0):
            reader, writer = await asyncio.open_connection("127.0.0.1", HEALTH)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            said = await reader.read()
            writer.close()
            return said.startswith(b"HTTP/1.1 200")
    return False


async def renamed(scene: Scene) -> None:
    """Put another folder in the place of the knowledge folder, as a deployment does."""
    while True:
        await asyncio.sleep(3.0)
        new, old = scene.folder / "new", scene.folder / "old"
        await asyncio.to_thread(shutil.copytree, scene.knowledge, new)
        (new / "case.yaml").write_text((new / "case.yaml").read_text("utf-8") + "# another\n", "utf-8")
        scene.knowledge.rename(old)
        new.rename(scene.knowledge)
        await asyncio.to_thread(shutil.rmtree, old)
        scene.did("knowledge folder replaced")


async def clock(scene: Scene) -> None:
    """Set the bot's clock back by an hour, and right again."""
    file = scene.folder / "clock"
    while True:
        await asyncio.sleep(5.0)
        file.write_text("-3600")
        scene.did("clock set back by an hour")
        await asyncio.sleep(5.0)
        file.write_text("+0")
        scene.did("clock set right")


async def nameless(scene: Scene) -> None:
    """Let no name be looked up for five seconds, in which all connections break."""
    file = scene.folder / "nameless"
    random = Random(0)  # noqa: S311 (repeatable, nothing secret)

    def chance(_method: str, _path: str) -> Fault | None:
        return random.choice((Fault(cut=True), None)) if file.exists() else None

    scene.wire.faults.chance = chance
    try:
        while True:
            await asyncio.sleep(5.0)
            file.touch()
            scene.wire.gateway.cut()
            scene.did("no name looked up for 5 s")
            await asyncio.sleep(5.0)
            file.unlink()
    finally:
        file.unlink(missing_ok=True)
        scene.wire.faults.chance = None
        scene.done |= scene.wire.faults.happened


async def unavailable(scene: Scene) -> None:
    """Tell the bot that its server is not there, as Discord does in an outage, and that it is back."""
    guild = next(iter(scene.wire.world.guilds.values()))
    while True:
        await asyncio.sleep(2.0)
        scene.wire.world.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild.id)
        scene.did("server unavailable for 1 s")
        await asyncio.sleep(1.0)
        scene.wire.world.dispatch("GUILD_CREATE", guild.json(scene.wire.world.me), guild.id)


NO_WATCHES: Final = ("unshare", "-r", "sh", "-c", 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"', "sh")
"""Runs a command that may watch no folder."""

FAKETIME: Final = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
"""Debian's package faketime."""

CLOCK: Final = MappingProxyType({
    "LD_PRELOAD": FAKETIME,
    "FAKETIME_TIMESTAMP_FILE": "{folder}/clock",
    "FAKETIME_NO_CACHE": "1",
    "DONT_FAKE_MONOTONIC": "1",
})  # fmt: skip


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
    Scenario("knowledge file broken and fixed", knowledge),
    Scenario("events that cannot be read", events),
    Scenario("5xx on first answers", first_answers, slash=True),
    Scenario("PgBouncer in session mode killed", pooler, postgres=True, pooler=True),
    Scenario("PostgreSQL killed", postgres_killed, postgres=True),
    Scenario("half-open connections to the health port", half_open, settings={"CASEBOT_HTTP_PORT": str(HEALTH)}),
    Scenario("no inotify", knowledge, before=NO_WATCHES),
    Scenario("knowledge folder replaced by rename", renamed),
    Scenario("clock set back", clock, settings=CLOCK),
    Scenario("DNS fails", nameless, named=True, settings={NAMELESS: "{folder}/nameless"}),
    Scenario("server unavailable", unavailable),
    Scenario("all at once, but for the disk", together(gateway, rest(*EVERY), postgres, knowledge), postgres=True),
)
