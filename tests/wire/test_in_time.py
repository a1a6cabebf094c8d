"""Answers to interactions are tried while Discord takes them: three seconds for the first, 15 minutes for others."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import pytest

from bot.chat import retry
from bot.chat.client import CaseBot
from bot.cluster.identify_queue import IdentifyQueue
from bot.ops.lifecycle import serve
from bot.ops.shutdown import finish_handlers
from bot.store.memory import MemoryStore
from tests.chat.conftest import FakeLive
from tests.waiting import LIMIT, until
from tests.wire.faults import Chance, Fault
from tests.wire.limits import walk
from tests.wire.payloads import Channel, Json
from tests.wire.server import Wire
from tests.wire.world import Interaction, text

QUESTION = "who was killed?"
ANSWER = "Steven Thomas"

FASTER = 20
SLOW = Fault(delay=FASTER * LIMIT)
"""No answer at all, as far as the bot can tell."""

FIRST_TRIES = 3
"""Of discord.py in three seconds, where it waits for one before each further try, as after a 429 here."""


@pytest.fixture
def channel(wire: Wire) -> Channel:
    return wire.world.guild().channels[0]


@pytest.fixture
async def answer(wire: Wire, channel: Channel, live: FakeLive, hurried: None) -> AsyncIterator[Json]:
    """An answer of a bot that runs, with controls."""
    assert hurried is None
    bot = CaseBot(live, MemoryStore(), prefix="!", message_content=True)
    serving = asyncio.create_task(serve(bot, wire.world.token))
    await wire.gateway.ready()
    yield await wire.world.reply_to(wire.world.say(channel, wire.world.user(), f"<@1> {QUESTION}"))
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds pass faster, both those of the waits and those of the bounds."""
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: sleep(seconds / FASTER))
    monkeypatch.setattr(retry, "FIRST_ANSWER", retry.FIRST_ANSWER / FASTER)
    monkeypatch.setattr(IdentifyQueue.__init__, "__kwdefaults__", {"every": 0.06})


def always(fault: Fault, word: str) -> Chance:
    """Let every request to a path with this word go wrong, whatever else there is."""
    return lambda _method, path: fault if word in path else None


def where(wire: Wire, answer: Json) -> Channel:
    return wire.world.channel(int(answer["channel_id"]))


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the bot itself has logged."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]


async def given_up(caplog: pytest.LogCaptureFixture) -> None:
    """Wait until the bot has said so, and has done with everything."""
    await until(lambda: bool(lines(caplog)))
    await finish_handlers(LIMIT)


async def check_others_are_answered(wire: Wire, answer: Json) -> None:
    wire.faults.chance = None
    later = wire.world.slash(where(wire, answer), wire.world.user(), "ask", question=QUESTION)
    assert ANSWER in text(await wire.world.answered(later))


def use(wire: Wire, answer: Json, name: str) -> Interaction:
    """Let a member who has done nothing yet use the bot in one of the ways that are interactions."""
    user, channel = wire.world.user(), where(wire, answer)
    labels = {part["label"]: part["custom_id"] for part in walk(answer["components"]) if part.get("label")}
    ways = {
        "command": lambda: wire.world.slash(channel, user, "ask", question=QUESTION),
        "no hybrid": lambda: wire.world.slash(channel, user, "privacy show"),
        "gone": lambda: wire.world.slash(channel, user, "gone"),
        "button": lambda: wire.world.click(answer, user, labels["Sources"]),
        "vote": lambda: wire.world.click(answer, user, labels["Helpful"]),
    }
    return ways[name]()


@pytest.mark.parametrize("name", ["command", "no hybrid", "gone", "button", "vote"])
@pytest.mark.parametrize(
    "fault", [Fault(500), Fault(503), Fault(429, retry_after=1.0), SLOW], ids=lambda fault: fault.name
)
async def test_a_first_answer_is_given_up_with_one_line_when_discord_takes_none_any_more(
    wire: Wire, answer: Json, name: str, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    wire.faults.requests.clear()
    wire.faults.chance = always(fault, "/callback")
    used = use(wire, answer, name)
    await given_up(caplog)
    assert wire.faults.requests["POST /interactions"] <= FIRST_TRIES
    assert not wire.faults.requests["POST /webhooks"], "whoever has no first answer gets no other"
    assert not used.answer
    (line,) = lines(caplog)
    assert line.endswith("gave up, Discord didn't accept the answer in time") or name == "gone"
    await check_others_are_answered(wire, answer)


@pytest.mark.parametrize("name", ["command", "no hybrid", "button", "vote"])
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_two_failures_of_discord_cost_no_first_answer(wire: Wire, answer: Json, name: str, status: int) -> None:
    wire.faults.script(Fault(status), times=2, on="POST .*/callback")
    await wire.world.answered(use(wire, answer, name))
    assert wire.faults.happened[str(status)] == 2


@pytest.mark.parametrize("name", ["command", "no hybrid", "gone", "button", "vote"])
@pytest.mark.parametrize("fault", [Fault(503, late=True), Fault(cut=True, late=True)], ids=lambda fault: fault.name)
async def test_a_first_answer_whose_reply_is_lost_counts_as_given(
    wire: Wire, answer: Json, name: str, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    wire.faults.script(fault, on="POST .*/callback")
    used = use(wire, answer, name)
    assert text(await wire.world.answered(used))
    await finish_handlers(LIMIT)
    assert wire.faults.happened[fault.name] == 1
    assert not lines(caplog) or name == "gone"


@pytest.mark.parametrize("fault", [Fault(503), SLOW], ids=lambda fault: fault.name)
async def test_suggestions_while_typing_are_given_up_too(
    wire: Wire, answer: Json, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    wire.faults.requests.clear()
    wire.faults.chance = always(fault, "/callback")
    wire.world.type(where(wire, answer), wire.world.user(), "ask", question="who")
    await given_up(caplog)
    assert wire.faults.requests["POST /interactions"] <= FIRST_TRIES
    assert lines(caplog) == ["Suggestions while typing: gave up, Discord didn't accept the answer in time"]


@pytest.mark.parametrize("fault", [Fault(503), SLOW], ids=lambda fault: fault.name)
async def test_a_later_answer_is_given_up_when_the_interaction_ends(
    wire: Wire, answer: Json, fault: Fault, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot")
    monkeypatch.setattr(retry, "LATER_ANSWERS", 0.3)
    wire.faults.chance = always(fault, "/webhooks/")
    wire.world.slash(where(wire, answer), wire.world.user(), "timeline", picture=True)
    await given_up(caplog)
    (line,) = lines(caplog)
    assert line.startswith("Command timeline: gave up, Discord ")
    requests = wire.faults.requests["POST /webhooks"]
    await check_others_are_answered(wire, answer)
    assert wire.faults.requests["POST /webhooks"] == requests, "nothing goes on trying"
