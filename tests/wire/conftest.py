"""A local Discord, and the bot connected to it."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket

from bot.answering.answerer import Answerer
from bot.chat import client
from bot.cluster.identify_queue import IdentifyQueue
from tests.chat.conftest import FakeLive
from tests.wire.server import Wire, running


@pytest.fixture
async def wire(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """A server of its own for each test; discord.py in this process talks to it."""
    async with running() as wire:
        monkeypatch.setattr(discord.http.Route, "BASE", f"{wire.url}/api/v10")
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(f"{wire.url}/gateway"))
        yield wire


@pytest.fixture
def live(answerer: Answerer) -> FakeLive:
    return FakeLive(answerer)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds before it is tried again, or before the next shard identifies, takes a hundredth of that."""
    sleep = asyncio.sleep

    async def shortly(seconds: float) -> None:
        await sleep(seconds / 100)

    monkeypatch.setattr(asyncio, "sleep", shortly)
    monkeypatch.setattr(client, "IdentifyQueue", partial(IdentifyQueue, every=0.06))
