"""What members see of a bot that is told to stop."""

import asyncio

import pytest

from bot.chat.client import CaseBot
from bot.ops import lifecycle, shutdown
from bot.ops.lifecycle import StartError, serve
from bot.store.memory import MemoryStore
from tests.chat.conftest import FakeLive
from tests.waiting import LIMIT
from tests.wire.faults import Fault
from tests.wire.limits import walk
from tests.wire.payloads import Channel, User
from tests.wire.server import Wire
from tests.wire.world import text

ASK = "<@1> who was killed?"
ANSWER = "Steven Thomas"


@pytest.fixture
def channel(wire: Wire) -> Channel:
    return wire.world.guild().channels[0]


@pytest.fixture
def ana(wire: Wire) -> User:
    return wire.world.user("ana")


@pytest.fixture
def bot(live: FakeLive) -> CaseBot:
    return CaseBot(live, MemoryStore(), prefix="!", message_content=True)


async def test_what_is_in_hand_is_answered_and_nothing_new_is_begun(
    wire: Wire, channel: Channel, ana: User, bot: CaseBot
) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(serve(bot, wire.world.token, stop=stop))
    await wire.gateway.ready()
    answered = await wire.world.reply_to(wire.world.say(channel, wire.world.user("ben"), ASK))
    wire.faults.script(Fault(delay=0.5), on="POST .*", times=2)
    asked = wire.world.say(channel, ana, ASK)
    command = wire.world.slash(channel, ana, "ask", question="who was killed?")
    await wire.world.until(lambda: wire.faults.happened.total() == 2)
    stop.set()
    await wire.world.until(lambda: bot.stopping)
    late = wire.world.say(channel, wire.world.user("cleo"), ASK)
    wire.world.edit(asked, "<@1> how did the jury vote")
    sources = next(each["custom_id"] for each in walk(answered["components"]) if each.get("label") == "Sources")
    for refused in (
        wire.world.slash(channel, wire.world.user("dan"), "ask", question="who was killed?"),
        wire.world.click(answered, ana, sources),
    ):
        assert text(await wire.world.answered(refused)) == "I'm restarting. Please try again in a minute."
    await task
    assert ANSWER in text(await wire.world.reply_to(asked))
    assert ANSWER in text(await wire.world.answered(command))
    assert int(late["id"]) not in wire.world.replies
    assert await wire.gateway.close_code() == 1000


@pytest.mark.parametrize("code", [4010, 4011, 4014])
async def test_what_is_in_hand_is_answered_when_discord_lets_the_bot_in_no_more(
    wire: Wire, channel: Channel, ana: User, bot: CaseBot, code: int
) -> None:
    task = asyncio.create_task(serve(bot, wire.world.token))
    await wire.gateway.ready()
    wire.faults.script(Fault(delay=0.5), on="POST .*", times=2)
    asked = wire.world.say(channel, ana, ASK)
    command = wire.world.slash(channel, ana, "ask", question="who was killed?")
    await wire.world.until(lambda: wire.faults.happened.total() == 2)
    await wire.gateway.close(code)
    with pytest.raises(StartError, match=r"\."):
        await task
    assert ANSWER in text(await wire.world.reply_to(asked))
    assert ANSWER in text(await wire.world.answered(command))
    assert bot.is_closed()


async def test_what_does_not_end_is_not_waited_for(
    wire: Wire, channel: Channel, ana: User, bot: CaseBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "finish_handlers", lambda: shutdown.finish_handlers(0.1))
    stop = asyncio.Event()
    task = asyncio.create_task(serve(bot, wire.world.token, stop=stop))
    await wire.gateway.ready()
    wire.faults.script(Fault(delay=LIMIT))
    wire.world.say(channel, ana, ASK)
    await wire.world.until(lambda: wire.faults.happened)
    stop.set()
    async with asyncio.timeout(LIMIT / 2):
        await task
    assert bot.is_closed()
