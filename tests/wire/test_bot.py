"""The bot over a real connection: what members get while the network and Discord misbehave."""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands

from bot.chat.client import NOT_OFFERED, CaseBot
from bot.ops.lifecycle import serve
from bot.store.memory import MemoryStore
from bot.store.types import GuildSettings
from tests.chat.conftest import FakeLive
from tests.settings import save_settings
from tests.waiting import until
from tests.wire import limits
from tests.wire.faults import Fault
from tests.wire.payloads import Channel, Guild, Json, User
from tests.wire.server import Wire
from tests.wire.session import Session
from tests.wire.world import text

QUESTION = "who was killed?"
ANSWER = "Steven Thomas"
BUTTON = 2


@pytest.fixture
def guild(wire: Wire) -> Guild:
    return wire.world.guild()


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return guild.channels[0]


@pytest.fixture
def ana(wire: Wire) -> User:
    return wire.world.user("ana")


@pytest.fixture
def message_content() -> bool:
    """Whether the privileged intent is on; tests parametrize it."""
    return True


@contextlib.asynccontextmanager
async def connected(
    wire: Wire, live: FakeLive, *, message_content: bool = True, store: MemoryStore | None = None
) -> AsyncIterator[None]:
    """Run the bot as `casebot run` does, until the end of the block."""
    bot = CaseBot(live, store or MemoryStore(), prefix="!", message_content=message_content)
    serving = asyncio.create_task(serve(bot, wire.world.token))
    try:
        yield
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


@pytest.fixture
async def session(wire: Wire, guild: Guild, live: FakeLive, *, message_content: bool) -> AsyncIterator[Session]:
    """The bot's session, once it is connected."""
    assert guild.id in wire.world.guilds
    async with connected(wire, live, message_content=message_content):
        yield await wire.gateway.ready()


def ask(wire: Wire, channel: Channel) -> Json:
    """Let somebody who has not asked before ask: the bot lets nobody ask too often."""
    return wire.world.say(channel, wire.world.user("somebody"), f"<@{wire.world.me.id}> {QUESTION}")


async def check_answered_once(wire: Wire, question: Json) -> Json:
    """Return the reply; then ask something else in the same place, so that a second reply would have come before."""
    reply = await wire.world.reply_to(question)
    assert ANSWER in text(reply)
    channel = wire.world.channel(int(question["channel_id"]))
    await wire.world.reply_to(wire.world.say(channel, wire.world.user("ben"), f"<@{wire.world.me.id}>"))
    assert len(wire.world.replies[int(question["id"])]) == 1
    assert not wire.rest.refused
    return reply


def custom_id(message: Json, label: str) -> str:
    (found,) = (part["custom_id"] for part in limits.walk(message["components"]) if part.get("label") == label)
    return str(found)


@pytest.mark.parametrize("message_content", [False])
async def test_a_mention_is_answered_without_the_intent(
    wire: Wire, session: Session, channel: Channel, ana: User
) -> None:
    assert session.sent
    unread = wire.world.say(channel, ana, f"!ask {QUESTION}")
    await check_answered_once(wire, ask(wire, channel))
    assert int(unread["id"]) not in wire.world.replies


@pytest.mark.usefixtures("session")
async def test_a_command_a_reply_and_a_direct_message_are_answered(wire: Wire, channel: Channel, ana: User) -> None:
    first = await check_answered_once(wire, wire.world.say(channel, ana, f"!ask {QUESTION}"))
    await check_answered_once(wire, wire.world.say(channel, ana, QUESTION, to=first))
    await check_answered_once(wire, wire.world.say(wire.world.direct(ana), ana, QUESTION))


@pytest.mark.usefixtures("session")
async def test_slash_commands_and_buttons_are_answered(wire: Wire, channel: Channel, ana: User) -> None:
    answer = await wire.world.answered(wire.world.slash(channel, ana, "ask", question=QUESTION))
    assert ANSWER in text(answer)
    sources = await wire.world.answered(wire.world.click(answer, ana, custom_id(answer, "Sources")))
    assert "passage" in text(sources)
    timeline = wire.world.slash(channel, ana, "timeline", picture=True)
    assert text(await wire.world.answered(timeline))


@pytest.mark.usefixtures("session")
async def test_a_reply_follows_its_question(wire: Wire, channel: Channel) -> None:
    question = ask(wire, channel)
    reply = await check_answered_once(wire, question)
    wire.world.edit(question, f"<@{wire.world.me.id}> how did the jury vote")
    await wire.world.until(lambda: "10" in text(reply))
    assert not wire.rest.refused
    wire.world.delete(int(question["id"]))
    await wire.world.until(lambda: int(reply["id"]) not in wire.world.messages)


async def test_what_was_asked_while_the_connection_was_down_is_answered_once(
    wire: Wire, session: Session, channel: Channel
) -> None:
    for times in range(1, 4):
        await check_answered_once(wire, ask(wire, channel))
        wire.gateway.cut()
        missed = ask(wire, channel)
        await wire.gateway.resumed(session, times)
        await check_answered_once(wire, missed)
    assert len(wire.gateway.identified) == 1


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("fault", [Fault(503), Fault(429), Fault(cut=True)], ids=lambda fault: fault.name)
async def test_a_gateway_that_is_out_of_reach_for_a_while_loses_nothing(
    wire: Wire, session: Session, channel: Channel, fault: Fault
) -> None:
    wire.faults.script(fault, times=4, on="GET /gateway")
    wire.gateway.cut()
    missed = ask(wire, channel)
    await wire.gateway.resumed(session)
    await check_answered_once(wire, missed)
    assert len(wire.gateway.identified) == 1


async def test_a_request_to_reconnect_loses_nothing(wire: Wire, session: Session, channel: Channel) -> None:
    wire.gateway.reconnect()
    question = ask(wire, channel)
    await wire.gateway.resumed(session)
    await check_answered_once(wire, question)
    assert len(wire.gateway.identified) == 1


async def test_an_invalid_session_that_is_resumable_is_resumed(wire: Wire, session: Session, channel: Channel) -> None:
    wire.gateway.invalidate(resumable=True)
    await wire.gateway.resumed(session)
    await check_answered_once(wire, ask(wire, channel))
    assert len(wire.gateway.identified) == 1


@pytest.mark.usefixtures("hurried", "session")
async def test_after_an_invalid_session_the_bot_identifies_again(wire: Wire, channel: Channel) -> None:
    wire.gateway.window = 0.05
    wire.gateway.invalidate(resumable=False)
    await wire.gateway.identifies(2)
    await wire.gateway.ready()
    await check_answered_once(wire, ask(wire, channel))
    assert not wire.gateway.violations()


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("how", ["cut", "out of reach", "asked to reconnect", "session ended"])
async def test_the_log_reports_a_lost_connection_once_and_its_return(
    wire: Wire, live: FakeLive, guild: Guild, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.chat.gateway")
    assert guild.id in wire.world.guilds
    wire.gateway.window = 0.05

    def told() -> list[str]:
        return [record.getMessage() for record in caplog.records if record.name == "bot.chat.gateway"]

    async with connected(wire, live):
        await wire.gateway.ready()
        await until(lambda: len(told()) == 1)
        match how:
            case "asked to reconnect":
                wire.gateway.reconnect()
            case "session ended":
                wire.gateway.invalidate(resumable=False)
            case "out of reach":
                wire.faults.script(Fault(503), times=20, on="GET /gateway")
                wire.gateway.cut()
            case _:
                wire.gateway.cut()
        await until(lambda: len(told()) == 3)
        await check_answered_once(wire, ask(wire, guild.channels[0]))
    first, lost, back = told()
    assert first == "Shard 0 is connected to Discord."
    assert lost == "Shard 0 has lost its connection to Discord and is reconnecting."
    assert re.fullmatch(r"Shard 0 is connected to Discord again, after \d+ s\.", back)


async def test_a_slow_connection_is_answered(wire: Wire, channel: Channel, live: FakeLive) -> None:
    wire.gateway.lag = 0.1
    async with connected(wire, live):
        await wire.gateway.ready()
        await check_answered_once(wire, ask(wire, channel))


async def test_a_server_that_is_unavailable_for_a_while_keeps_its_settings_and_is_answered(
    wire: Wire, channel: Channel, guild: Guild, live: FakeLive
) -> None:
    store, chosen = MemoryStore(), GuildSettings(moderator_roles=frozenset({5}))
    await save_settings(store, guild.id, chosen)
    async with connected(wire, live, store=store):
        await wire.gateway.ready()
        for _ in range(3):
            wire.world.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild.id)
            wire.world.dispatch("GUILD_CREATE", guild.json(wire.world.me), guild.id)
            question = wire.world.say(channel, wire.world.user(), f"<@1> {QUESTION}")
            assert ANSWER in text(await wire.world.reply_to(question))
    assert store.settings(guild.id) == chosen


@pytest.mark.usefixtures("session")
async def test_the_bot_answers_heartbeats(wire: Wire) -> None:
    before = wire.gateway.heartbeats
    wire.gateway.ask_for_heartbeat()
    await wire.world.until(lambda: wire.gateway.heartbeats > before)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, retry_after=0.05),
        Fault(429, retry_after=0.05, everywhere=True),
        Fault(500),
        Fault(502),
        Fault(503),
        Fault(cut=True),
        Fault(500, late=True),
        Fault(503, late=True),
        Fault(cut=True, late=True),
        Fault(delay=0.1),
    ],
    ids=lambda fault: fault.name,
)
@pytest.mark.usefixtures("hurried", "session")
async def test_an_answer_arrives_in_spite_of(
    wire: Wire, channel: Channel, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    wire.faults.script(fault, times=2)
    await check_answered_once(wire, ask(wire, channel))
    wire.faults.script(fault, times=2, on="POST /interactions/.*")
    interaction = wire.world.slash(channel, wire.world.user(), "ask", question=QUESTION)
    answer = await wire.world.answered(interaction)
    assert ANSWER in text(answer)
    wire.faults.script(fault, on="POST /interactions/.*")
    sources = wire.world.click(answer, wire.world.user(), custom_id(answer, "Sources"))
    assert "passage" in text(await wire.world.answered(sources))
    assert wire.faults.happened[fault.name] >= 4
    assert not caplog.records


@pytest.mark.parametrize(
    "fault", [Fault(503), Fault(cut=True), Fault(cut=True, late=True)], ids=lambda fault: fault.name
)
@pytest.mark.usefixtures("hurried", "session")
async def test_an_edited_reply_and_one_to_be_deleted_in_spite_of(wire: Wire, channel: Channel, fault: Fault) -> None:
    question = ask(wire, channel)
    reply = await check_answered_once(wire, question)
    wire.faults.script(fault, on="PATCH .*")
    wire.faults.script(fault, on="DELETE .*")
    wire.world.edit(question, f"<@{wire.world.me.id}> how did the jury vote")
    await wire.world.until(lambda: "10" in text(reply))
    wire.world.delete(int(question["id"]))
    await wire.world.until(lambda: int(reply["id"]) not in wire.world.messages)
    assert wire.faults.happened[fault.name] == 2


@pytest.mark.usefixtures("session")
async def test_a_choice_that_discord_does_not_offer_is_turned_away(
    wire: Wire, live: FakeLive, channel: Channel, ana: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    known = CaseBot(live, MemoryStore(), prefix="!", message_content=True)
    await known.load_cogs()
    commands = [each for each in known.tree.walk_commands() if isinstance(each, app_commands.Command)]
    chosen = [(command, option) for command in commands for option in command.parameters if option.choices]
    assert len(chosen) >= 3
    for command, option in chosen:
        forged = 31 if option.type is discord.AppCommandOptionType.integer else "what a member wrote"
        told = wire.world.slash(channel, ana, command.qualified_name, **{option.display_name: forged})
        assert text(await wire.world.answered(told)) == NOT_OFFERED
        assert told.answer
        assert told.answer["data"]["flags"] == discord.MessageFlags(ephemeral=True).value
    assert not caplog.records


@pytest.mark.usefixtures("session")
async def test_rate_limits_are_kept_not_run_into(wire: Wire, channel: Channel) -> None:
    wire.limits.limit, wire.limits.window = 2, 0.1
    questions = [ask(wire, channel) for _ in range(6)]
    for question in questions:
        assert ANSWER in text(await wire.world.reply_to(question))
    assert wire.limits.refused == 0


@pytest.mark.usefixtures("hurried")
async def test_every_shard_answers_for_its_servers(wire: Wire, live: FakeLive) -> None:
    wire.gateway.shards, wire.gateway.window = 3, 0.05
    guilds = [wire.world.guild(f"town {number}") for number in range(6)]
    async with connected(wire, live):
        sessions = [await wire.gateway.ready(shard) for shard in range(3)]
        for guild in guilds:
            await check_answered_once(wire, ask(wire, guild.channels[0]))
        wire.gateway.cut()
        missed = [ask(wire, guild.channels[0]) for guild in guilds]
        for question in missed:
            await check_answered_once(wire, question)
    assert [session.resumed for session in sessions] == [1, 1, 1]
    assert [(each.shard, each.count) for each in wire.gateway.identified] == [(0, 3), (1, 3), (2, 3)]
    assert not wire.gateway.violations()
