"""The server itself, seen by discord.py alone: shards, and the rule on how fast they may identify."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from tests.wire.processes import ANSWER, QUESTION, casebot
from tests.wire.server import Wire
from tests.wire.world import text


class Echo(discord.AutoShardedClient):
    """Says of each message which shard it came through."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            await message.reply(f"shard {message.guild.shard_id if message.guild else 'direct'}: {message.content}")


@pytest.fixture
async def echo(wire: Wire) -> AsyncIterator[Echo]:
    wire.gateway.shards, wire.gateway.window = 3, 0.05
    async with Echo(intents=discord.Intents(guilds=True, messages=True, message_content=True)) as echo:
        connected = asyncio.create_task(echo.start(wire.world.token))
        yield echo
        await echo.close()
        await connected


@pytest.mark.usefixtures("hurried", "echo")
async def test_each_shard_sees_its_servers_and_identifies_in_turn(wire: Wire) -> None:
    guilds = [wire.world.guild(f"town {number}") for number in range(5)]
    for shard in range(3):
        await wire.gateway.ready(shard)
    for number, guild in enumerate(guilds):
        reply = await wire.world.reply_to(wire.world.say(guild.channels[0], wire.world.user(), "hello"))
        assert text(reply) == f"shard {number % 3}: hello"
    direct = wire.world.say(wire.world.direct(ana := wire.world.user()), ana, "hello")
    assert text(await wire.world.reply_to(direct)) == "shard direct: hello"
    assert [(each.shard, each.count) for each in wire.gateway.identified] == [(0, 3), (1, 3), (2, 3)]
    assert not wire.gateway.violations()


@pytest.mark.usefixtures("hurried", "echo")
async def test_who_identifies_too_early_is_turned_away_and_seen(wire: Wire) -> None:
    wire.gateway.window = 0.15
    for shard in range(3):
        await wire.gateway.ready(shard)
    assert wire.gateway.violations()


async def test_another_process_is_pointed_at_it(wire: Wire, folder: Path) -> None:
    channel = wire.world.guild().channels[0]
    async with casebot(wire, folder) as process:
        await wire.gateway.ready()
        question = wire.world.say(channel, wire.world.user(), f"<@{wire.world.me.id}> {QUESTION}")
        assert ANSWER in text(await wire.world.reply_to(question))
        process.terminate()
        assert await process.wait() == 0
    assert await wire.gateway.close_code() == 1000
