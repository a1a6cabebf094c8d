"""The crowd of ``python -m tests.benchmarks.load`` waits for what it asks; how long is not asked here."""

import asyncio
from itertools import repeat

import discord
import pytest

from tests.benchmarks.load import crowd as crowds
from tests.benchmarks.load.crowd import Crowd
from tests.benchmarks.load.pong import Pong
from tests.wire.server import Wire


async def test_every_question_is_waited_for(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "GUILDS", 2)
    monkeypatch.setattr(crowds, "MEMBERS", 7)
    crowd = Crowd(wire, repeat("who was killed?"))
    async with Pong(intents=discord.Intents(guilds=True, guild_messages=True, message_content=True)) as pong:
        serving = asyncio.create_task(pong.start(wire.world.token))
        await wire.gateway.ready()
        seconds, waited = await crowd.hurry(100, at_once=8)
        assert len(waited) == 100
        assert 0 < max(waited) <= seconds
        asked, answered = await crowd.at_rate(200, seconds=0.2, patience=5)
        assert len(answered) == asked > 1
        await pong.close()
        await serving
    assert (crowd.waiting, crowd.odd) == (0, [])
