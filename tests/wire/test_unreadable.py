"""What Discord sends that discord.py cannot read: the process goes on, and says in the log which event it was."""

import asyncio
import contextlib
import gc
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

import discord.shard
import pytest

from bot.chat.client import CaseBot
from bot.chat.gateway import SESSION_EVENTS, WebSocket
from bot.ops import logs
from bot.ops.lifecycle import serve
from bot.store.memory import MemoryStore
from tests.chat.conftest import FakeLive
from tests.wire import payloads
from tests.wire.payloads import Guild, Json
from tests.wire.server import Wire
from tests.wire.session import Session
from tests.wire.world import text

QUESTION = "<@1> who was killed?"
ANSWER = "Steven Thomas"
WRITTEN = "what a member wrote"

VALUES: tuple[object, ...] = (None, [], {}, WRITTEN, 999_999, -1, 1.5, True, [WRITTEN], {"id": WRITTEN}, [None])
"""What stands where something else is expected; of numbers and texts some are enumerations that grow."""


@pytest.fixture
def other(wire: Wire) -> Guild:
    """The server that what cannot be read is about; somebody asks in the first."""
    return [wire.world.guild() for _ in range(2)][1]


@pytest.fixture
def bot(live: FakeLive) -> CaseBot:
    return CaseBot(live, MemoryStore(), prefix="!", message_content=True)


@contextlib.asynccontextmanager
async def running(wire: Wire, bot: CaseBot) -> AsyncIterator[None]:
    """Run the bot as `casebot run` does for a block, and check that it has not ended before."""
    wire.gateway.window = 0.05
    serving = asyncio.create_task(serve(bot, wire.world.token))
    try:
        yield
        assert not serving.done()
    finally:
        serving.cancel()
        await asyncio.wait([serving])


@pytest.fixture
async def session(wire: Wire, other: Guild, bot: CaseBot) -> AsyncIterator[Session]:
    assert other.id in wire.world.guilds
    async with running(wire, bot):
        yield await wire.gateway.ready()


@pytest.fixture
async def raised(caplog: pytest.LogCaptureFixture) -> AsyncIterator[list[str]]:
    """What the event loop has to say of tasks whose errors nobody has caught, which is nothing."""
    caplog.set_level(logging.WARNING)
    found: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: found.append(str(context)))
    yield found
    gc.collect()
    assert not found


async def check_answered(wire: Wire) -> None:
    """Let somebody ask who has not asked before."""
    sound = next(iter(wire.world.guilds.values()))
    question = wire.world.say(sound.channels[0], wire.world.user(), QUESTION)
    assert ANSWER in text(await wire.world.reply_to(question))


def check_log(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines of warnings and errors; they hold nothing that was sent but the names of events."""
    forms: list[Literal["console", "json"]] = ["console", "json"]
    for form in forms:
        shown = logs.formatter(form)
        assert WRITTEN not in "\n".join(map(shown.format, caplog.records))
    return [record.getMessage() for record in caplog.records]


def spoilt(sound: Json) -> Iterator[Json]:
    """Yield an event's data with every part of it gone, and with each of the other values in its place."""
    yield {}
    for key in sound:
        yield {name: value for name, value in sound.items() if name != key}
        yield from (sound | {key: value} for value in VALUES)


def about(event: str, other: Guild) -> list[Any]:
    """Return data that does not fit an event: nothing that is expected, or an id and nothing else."""
    ids = {"id": "5", "guild_id": str(other.id), "channel_id": str(other.channels[0].id), "user_id": "6"}
    kinds = [ids | {name: {} for name in ("user", "member", "role", "emoji", "data", "channel")}, ids | {"type": 999}]
    return [*VALUES, ids, *kinds, {"t": event}]


@pytest.mark.usefixtures("raised")
async def test_whatever_the_data_of_an_event_a_question_is_answered_after_it(
    wire: Wire, session: Session, other: Guild, bot: CaseBot, caplog: pytest.LogCaptureFixture
) -> None:
    events = sorted(bot._connection.parsers.keys() - SESSION_EVENTS)  # noqa: SLF001 (all that discord.py can read)
    assert len(events) > 60
    for event in events:
        for data in about(event, other):
            session.send(event, data)
    session.send("AN_EVENT_OF_NEXT_YEAR", {"id": WRITTEN})
    await check_answered(wire)
    said = [line for line in check_log(caplog) if "can't be read and is skipped" in line]
    assert len(said) == len(set(said)) > 40
    assert f"An event {'MESSAGE_CREATE'} can't be read and is skipped; further ones aren't logged." in said
    assert len(wire.gateway.identified) == 1
    assert session.resumed == 0


@pytest.mark.usefixtures("raised")
async def test_whatever_is_missing_or_odd_in_what_was_written_a_question_is_answered_after_it(
    wire: Wire, session: Session, other: Guild, caplog: pytest.LogCaptureFixture
) -> None:
    channel, ana = other.channels[0], wire.world.user("ana")
    written = payloads.in_guild(payloads.message(5, channel, ana, WRITTEN), other.id)
    for data in spoilt(written):
        for event in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            session.send(event, data)
    for data in spoilt({"id": "5", "channel_id": str(channel.id), "guild_id": str(other.id), "ids": ["5"]}):
        for event in ("MESSAGE_DELETE", "MESSAGE_DELETE_BULK"):
            session.send(event, data)
    await check_answered(wire)
    check_log(caplog)


@pytest.mark.usefixtures("raised")
async def test_whatever_is_missing_or_odd_in_a_server_a_question_is_answered_after_it(
    wire: Wire, session: Session, other: Guild, caplog: pytest.LogCaptureFixture
) -> None:
    whole = other.json(wire.world.me)
    for data in spoilt(whole):
        for event in ("GUILD_CREATE", "GUILD_UPDATE"):
            # Without an id it would be about no server, and with another it would not be about this one.
            session.send(event, data)
    for data in spoilt(other.channels[0].json):
        for event in ("CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE"):
            session.send(event, data)
    await check_answered(wire)
    check_log(caplog)


@pytest.mark.usefixtures("raised")
async def test_whatever_is_missing_or_odd_in_a_command_or_a_click_a_question_is_answered_after_it(
    wire: Wire, session: Session, other: Guild, caplog: pytest.LogCaptureFixture
) -> None:
    channel, ana = other.channels[0], wire.world.user("ana")
    options = [{"name": "question", "type": 3, "value": WRITTEN}]
    command = {"id": "7", "name": "ask", "type": 1, "options": options}
    for kind, whole in (
        (2, command),
        (4, command | {"options": [options[0] | {"focused": True}]}),
        (3, {"custom_id": "vote:up:5", "component_type": 2}),
        (5, {"custom_id": "form", "components": []}),
    ):
        event = payloads.interaction(5, "no-such-token", channel, ana, type=kind, data=whole)
        for data in spoilt(event):
            session.send("INTERACTION_CREATE", data)
        for data in spoilt(whole):
            session.send("INTERACTION_CREATE", event | {"data": data})
    await check_answered(wire)
    command_of_ben = wire.world.slash(channel, wire.world.user("ben"), "ask", question="who was killed?")
    answer = await wire.world.answered(command_of_ben)
    assert ANSWER in text(answer)
    check_log(caplog)


DEEP = "[" * 100_000
FLUSHED = b"\x00\x00\xff\xff"
"""Ends what is compressed: https://discord.com/developers/docs/events/gateway#zlibstream"""


@pytest.mark.usefixtures("raised")
@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        "5",
        "[]",
        f'"{WRITTEN}"',
        DEEP,
        '{"op": 10, "d": null}',
        '{"op": 10, "d": {"heartbeat_interval": "soon"}}',
        '{"op": 0, "t": ["MESSAGE_CREATE"], "d": {}}',
        '{"op": 0, "t": "READY", "s": 3, "d": null}',
        '{"op": 0, "t": "RESUMED", "s": 3, "d": null}',
        FLUSHED,
        WRITTEN.encode() + FLUSHED,
        "🦀".encode("utf-16") + FLUSHED,
    ],
    ids=lambda frame: repr(frame[:40]),
)
async def test_after_a_frame_that_is_no_event_the_session_is_resumed_and_nothing_is_missed(
    wire: Wire, session: Session, frame: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert session.connection
    session.connection.send(frame)
    await check_answered(wire)
    assert session.resumed == 1
    assert len(wire.gateway.identified) == 1
    assert "The gateway sent something unreadable; reconnecting." in check_log(caplog)


@pytest.mark.parametrize(
    "frame",
    ['{"op": 0}', '{"op": 99, "d": {}}', "{}", '{"op": null}', b"", b"\x00", WRITTEN.encode()],
    ids=lambda frame: repr(frame[:40]),
)
async def test_a_frame_that_says_nothing_or_is_not_at_its_end_is_passed_over(
    wire: Wire, session: Session, frame: str | bytes
) -> None:
    assert session.connection
    session.connection.send(frame)
    await check_answered(wire)
    assert session.resumed == 0


@pytest.mark.usefixtures("hurried")
async def test_a_frame_that_comes_again_to_whoever_resumes_ends_the_session_and_another_begins(
    wire: Wire, session: Session
) -> None:
    session.sent += 1
    session.buffer.append("{")
    assert session.connection
    session.connection.send("{")
    await wire.gateway.identifies(2)
    await wire.gateway.ready()
    await check_answered(wire)


@pytest.mark.usefixtures("hurried", "other")
@pytest.mark.parametrize("event", ["HELLO", "READY"])
@pytest.mark.parametrize("data", [None, [], {}, {"session_id": WRITTEN}, {"heartbeat_interval": WRITTEN}], ids=repr)
async def test_a_session_that_does_not_come_about_is_tried_again(
    wire: Wire, bot: CaseBot, event: str, data: object, caplog: pytest.LogCaptureFixture
) -> None:
    wire.gateway.instead[event].extend([data, data])
    async with running(wire, bot):
        await wire.world.until(lambda: not wire.gateway.instead[event])
        await wire.gateway.identifies(3 if event == "READY" else 1)
        await check_answered(wire)
    assert not wire.gateway.violations()
    check_log(caplog)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("data", [None, [], WRITTEN], ids=repr)
async def test_a_session_that_cannot_be_resumed_readably_is_given_up_for_another(
    wire: Wire, session: Session, data: object
) -> None:
    wire.gateway.instead["RESUMED"].extend([data, data])
    wire.gateway.cut()
    await wire.gateway.identifies(2)
    assert session.resumed == 1
    await check_answered(wire)


def test_discord_py_still_looks_where_the_bot_stands_between(bot: CaseBot) -> None:
    assert discord.shard.DiscordWebSocket is WebSocket
    assert {"MESSAGE_CREATE", "INTERACTION_CREATE"} <= bot._connection.parsers.keys()  # noqa: SLF001 (as above)
    bot._connection.parsers["MESSAGE_CREATE"](json.loads("{}"))  # noqa: SLF001 (as above)
