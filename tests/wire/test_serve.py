"""Starting and stopping."""

import asyncio
import gc
from functools import partial
from unittest import mock

import aiohttp
import discord
import pytest

from bot.chat import client
from bot.chat.client import CaseBot
from bot.cluster.cluster import PostgresCluster
from bot.cluster.follow import keep_current
from bot.cluster.identify_queue import IdentifyQueue
from bot.cluster.shards import Shards
from bot.ops import lifecycle
from bot.ops.lifecycle import LeaseLostError, StartError, serve
from bot.store.memory import MemoryStore
from tests.chat.conftest import ONE, FakeLive
from tests.databases import Server
from tests.waiting import LIMIT, until
from tests.wire.faults import Fault
from tests.wire.server import Wire

TOKEN = "token"  # noqa: S105 (of a bot that is nowhere else)


@pytest.fixture
def bot(live: FakeLive) -> CaseBot:
    return CaseBot(live, MemoryStore(), prefix="!", message_content=True)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (4004, r"doesn't accept the token.*discord\.com/developers.*CASEBOT_TOKEN"),
        (4010, r"doesn't know the shards.*same --shard-count"),
        (4011, r"too many servers for so few shards.*greater --shard-count"),
        (4012, r"Update casebot"),
        (4013, r"Update casebot"),
        (4014, r"Turn on Message Content Intent.*or set CASEBOT_MESSAGE_CONTENT=false"),
    ],
)
@pytest.mark.parametrize("running", [False, True])
async def test_a_gateway_that_lets_nobody_in_says_what_to_do(
    wire: Wire, live: FakeLive, code: int, said: str, *, running: bool
) -> None:
    bot = CaseBot(live, MemoryStore(), prefix="!", message_content=True, shards=ONE)
    if running:
        serving = asyncio.create_task(serve(bot, TOKEN))
        await wire.gateway.ready()
        await wire.gateway.close(code)
    else:
        wire.gateway.refuse = code
        serving = asyncio.create_task(serve(bot, TOKEN))
    with pytest.raises(StartError, match=said) as raised:
        await serving
    assert "\n" not in str(raised.value)
    assert bot.is_closed()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, r"doesn't accept the token.*CASEBOT_TOKEN"),
        (403, r"refuses to let the bot log in \(status 403\).*wait for an hour"),
        (429, r"refuses to let the bot log in \(status 429\).*wait for an hour"),
        (503, r"can't be reached.*discordstatus"),
    ],
)
@pytest.mark.parametrize("path", ["/users/@me", "/gateway/bot"])
async def test_a_log_in_that_is_refused_says_what_to_do(
    wire: Wire, bot: CaseBot, status: int, said: str, path: str
) -> None:
    # As an edge server does it, of which discord.py knows by what is missing in the answer.
    wire.faults.script(Fault(status, bare=True), on=f"GET {path}")
    with pytest.raises(StartError, match=said) as raised:
        await serve(bot, TOKEN)
    assert "\n" not in str(raised.value)
    assert bot.is_closed()


async def test_a_bot_that_was_started_too_often_does_not_void_its_token(wire: Wire, bot: CaseBot) -> None:
    wire.gateway.starts_left = 0
    with pytest.raises(StartError, match=r"1000 starts of a shard a day, and 0 are left until \d{4}-.* UTC"):
        await serve(bot, TOKEN)
    assert not wire.gateway.identified


async def test_no_network(monkeypatch: pytest.MonkeyPatch, bot: CaseBot) -> None:
    async def at_once(_: float) -> None:
        """The library waits between its five tries."""

    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")
    monkeypatch.setattr(asyncio, "sleep", at_once)
    with pytest.raises(StartError, match="can't be reached"):
        await serve(bot, TOKEN)


async def serve_until_ready(wire: Wire, bot: CaseBot, *, sync: bool = False) -> None:
    """Run the bot, and stop it once it is connected and has published its commands."""
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(bot, TOKEN, stop=stop, sync=sync))
    await wire.gateway.ready()
    await wire.world.until(lambda: wire.world.commands or not sync)
    stop.set()
    async with asyncio.timeout(LIMIT):
        await serving


async def test_a_bot_that_is_told_to_stop_closes_cleanly(wire: Wire, bot: CaseBot) -> None:
    await serve_until_ready(wire, bot)
    assert bot.is_closed()
    assert await wire.gateway.close_code() == 1000


async def test_a_bot_that_is_connected_has_settled(wire: Wire, bot: CaseBot) -> None:
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(bot, TOKEN, stop=stop))
    await wire.gateway.ready()
    assert gc.get_freeze_count()
    stop.set()
    await serving
    assert not gc.get_freeze_count()


async def test_a_bot_can_be_stopped_while_it_logs_in(wire: Wire, bot: CaseBot) -> None:
    wire.faults.script(Fault(delay=2 * LIMIT), on="GET /users/@me")
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(bot, TOKEN, stop=stop))
    await wire.world.until(lambda: wire.faults.happened)
    stop.set()
    async with asyncio.timeout(LIMIT):
        await serving
    assert bot.is_closed()


@pytest.mark.parametrize("sync", [False, True])
async def test_commands_are_synced_only_when_told(wire: Wire, bot: CaseBot, *, sync: bool) -> None:
    await serve_until_ready(wire, bot, sync=sync)
    names = {command["name"] for command in wire.world.commands}
    questions = {"ask", "Find an answer", "who", "quotes", "topics", "sources", "timeline", "changes", "about", "help"}
    assert names == (questions | {"faq", "privacy", "setup", "Stop this answer"} if sync else set())


async def test_of_several_processes_the_one_that_leads_syncs(wire: Wire, live: FakeLive, postgres: Server) -> None:
    leader, follower = (PostgresCluster(postgres.url, beat=0.01, pause=0.01) for _ in range(2))
    bot = CaseBot(live, MemoryStore(), prefix="!", message_content=True, shards=Shards(2, range(1)), cluster=follower)
    stop = asyncio.Event()
    leading = asyncio.create_task(keep_current(leader, MemoryStore(), bool))
    await leader.claim(2, 1)
    await leader.lead()
    following = asyncio.create_task(keep_current(follower, MemoryStore(), bool))
    serving = asyncio.create_task(serve(bot, TOKEN, stop=stop, sync=True))
    await wire.gateway.ready()
    assert not wire.world.commands
    leading.cancel()
    await wire.world.until(lambda: wire.world.commands)
    stop.set()
    await serving
    following.cancel()
    await asyncio.wait([leading, following])


async def test_whoever_has_lost_a_shard_to_another_process_leaves_it_and_says_so(
    wire: Wire, live: FakeLive, postgres: Server
) -> None:
    this, other = (PostgresCluster(postgres.url, beat=0.01, pause=0.01) for _ in range(2))
    bot = CaseBot(live, MemoryStore(), prefix="!", message_content=True, shards=ONE, cluster=this)
    listening = asyncio.create_task(keep_current(this, MemoryStore(), bool))
    serving = asyncio.create_task(serve(bot, TOKEN))
    await wire.gateway.ready()
    listening.cancel()
    await asyncio.wait([listening])
    taking = asyncio.create_task(keep_current(other, MemoryStore(), bool))
    await other.claim(1, 0)
    listening = asyncio.create_task(keep_current(this, MemoryStore(), bool))
    async with asyncio.timeout(LIMIT):
        with pytest.raises(LeaseLostError, match=r"runs shards 0 of 1\. This one has left them to it"):
            await serving
    assert await wire.gateway.close_code() == 1000
    for task in (listening, taking):
        task.cancel()
    await asyncio.wait([listening, taking])


async def test_a_process_is_ready_when_all_its_shards_are(wire: Wire, live: FakeLive) -> None:
    bot = CaseBot(live, MemoryStore(), prefix="!", message_content=True, shards=Shards(2, range(2)))
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(bot, TOKEN, stop=stop))
    await wire.gateway.ready(0)
    await until(lambda: bool(bot.shards))
    assert [shard.connected for shard in bot.snapshot().shards] == [True, False]
    assert not bot.snapshot().ready
    stop.set()
    await serving


async def test_shards_identify_in_turn_also_when_their_sessions_have_ended(
    wire: Wire, live: FakeLive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "IdentifyQueue", partial(IdentifyQueue, every=0.5))
    wire.gateway.window = 0.1
    bot = CaseBot(live, MemoryStore(), prefix="!", message_content=True, shards=Shards(3, range(3)))
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(bot, TOKEN, stop=stop))
    await wire.gateway.identifies(3)
    await wire.gateway.ready(2)
    wire.gateway.invalidate(resumable=False)
    await wire.gateway.identifies(6)
    assert not wire.gateway.violations()
    stop.set()
    await serving


async def test_an_unexpected_end_is_not_hidden(bot: CaseBot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ended(*, reconnect: bool) -> None:
        assert reconnect
        raise discord.ConnectionClosed(mock.create_autospec(aiohttp.ClientWebSocketResponse), shard_id=0, code=4999)

    monkeypatch.setattr(discord.AutoShardedClient, "connect", mock.Mock(side_effect=ended))
    monkeypatch.setattr(lifecycle, "_log_in", mock.AsyncMock())
    with pytest.raises(discord.ConnectionClosed):
        await serve(bot, TOKEN)
    assert bot.is_closed()
