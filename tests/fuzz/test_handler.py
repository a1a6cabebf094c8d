"""The short form of ``python -m tests.fuzz``."""

import asyncio
import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.chat import reply_links
from tests.benchmarks.synthetic import phrasings
from tests.chat.conftest import FakeLive
from tests.fuzz.handler import Handler, Trouble, handling
from tests.fuzz.messages import LENGTH, Messages


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all messages: hypothesis knows no coroutines."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def handler(runner: asyncio.Runner, answerer: Answerer) -> Iterator[Handler]:
    stack = contextlib.AsyncExitStack()
    yield runner.run(stack.enter_async_context(handling(FakeLive(answerer), seed=1)))
    runner.run(stack.aclose())


def test_messages_of_all_kinds_do_no_harm(runner: asyncio.Runner, handler: Handler, answerer: Answerer) -> None:
    said = [text for texts in phrasings(answerer.base) for text in texts]
    messages = Messages(said, seed=1)
    for _ in range(300):
        runner.run(handler.feed(messages.next()))
    assert handler.sent
    assert len(handler.ways) == 7


@settings(max_examples=100)
@given(text=st.text(max_size=LENGTH))
def test_any_text_does_no_harm(runner: asyncio.Runner, handler: Handler, text: str) -> None:
    runner.run(handler.feed(text))


def test_harm_is_seen(runner: asyncio.Runner, handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    async def ask(times: int) -> None:
        for _ in range(times):
            await handler.feed("who was killed?")

    monkeypatch.setattr(reply_links, "send", fail)
    with pytest.raises(Trouble, match="ZeroDivisionError"):
        runner.run(ask(50))
