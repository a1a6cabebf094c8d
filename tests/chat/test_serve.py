"""Starting and stopping, against a local server that speaks as much of Discord as this takes."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket

from bot.client import CaseBot, StartError, serve
from bot.store.unsaved import Unsaved
from tests.chat.conftest import ONE, Desk

APPLICATION = {
    "id": "2",
    "name": "casebot",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "owner": {"id": "3", "username": "owner", "discriminator": "0", "avatar": None},
}
ME = {"id": "1", "username": "casebot", "discriminator": "0", "avatar": None, "bot": True}


def respond(value: object, status: int = 200) -> web.Response:
    """Discord names no charset, and discord.py reads JSON only without one."""
    return web.Response(body=json.dumps(value).encode(), status=status, content_type="application/json")


@dataclass
class FakeDiscord:
    """Answers the few requests of a start, and records what it saw."""

    url: str = ""
    token_is_good: bool = True
    close_code: int | None = None
    """With what the gateway refuses the bot, if it does."""

    ready: asyncio.Event = field(default_factory=asyncio.Event)
    closed_with: int | None = None
    synced: list[Any] = field(default_factory=list)

    async def me(self, _: web.Request) -> web.Response:
        if self.token_is_good:
            return respond(ME)
        return respond({"message": "401: Unauthorized", "code": 0}, status=401)

    async def application(self, _: web.Request) -> web.Response:
        return respond(APPLICATION)

    async def bot_gateway(self, _: web.Request) -> web.Response:
        limits = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return respond({"url": self.url, "shards": 1, "session_start_limit": limits})

    async def commands(self, request: web.Request) -> web.Response:
        self.synced = await request.json()
        return respond([])

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 45_000}})
        async for message in socket:
            if message.json()["op"] == 2:
                if self.close_code:
                    await socket.close(code=self.close_code)
                    break
                ready = {
                    "v": 10,
                    "user": ME,
                    "guilds": [],
                    "shard": [0, 1],
                    "session_id": "s",
                    "resume_gateway_url": self.url,
                }
                application = {"application": {"id": "2", "flags": 0}}
                await socket.send_json({"op": 0, "s": 1, "t": "READY", "d": ready | application})
                self.ready.set()
        self.closed_with = socket.close_code
        return socket


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    fake = FakeDiscord()
    app = web.Application()
    app.router.add_get("/users/@me", fake.me)
    app.router.add_get("/oauth2/applications/@me", fake.application)
    app.router.add_get("/gateway/bot", fake.bot_gateway)
    app.router.add_put("/applications/2/commands", fake.commands)
    app.router.add_get("/", fake.gateway)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}"
    monkeypatch.setattr(discord.http.Route, "BASE", fake.url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(fake.url))
    yield fake
    await runner.cleanup()


@pytest.fixture
def bot(desk: Desk) -> CaseBot:
    return CaseBot(desk, Unsaved(), prefix="!", message_content=True)


async def test_a_wrong_token_says_where_to_get_one(fake: FakeDiscord, bot: CaseBot) -> None:
    fake.token_is_good = False
    with pytest.raises(StartError, match=r"does not accept the token.*discord\.com/developers.*CASEBOT_TOKEN"):
        await serve(bot, "wrong")
    assert bot.is_closed()


async def test_an_intent_that_is_off_at_discord_says_how_to_mend_it(fake: FakeDiscord, bot: CaseBot) -> None:
    fake.close_code = 4014
    with pytest.raises(StartError, match=r"Switch on Message Content Intent.*or set CASEBOT_MESSAGE_CONTENT=false"):
        await serve(bot, "token")
    assert bot.is_closed()


async def test_too_few_shards_say_how_to_mend_it(fake: FakeDiscord, desk: Desk) -> None:
    fake.close_code = 4011
    bot = CaseBot(desk, Unsaved(), prefix="!", message_content=True, shards=ONE)
    with pytest.raises(StartError, match=r"too many servers for so few shards.*greater --shard-count"):
        await serve(bot, "token")
    assert bot.is_closed()


async def test_no_network(monkeypatch: pytest.MonkeyPatch, bot: CaseBot) -> None:
    async def at_once(_: float) -> None:
        """The library waits between its five tries."""

    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")
    monkeypatch.setattr("discord.http.asyncio.sleep", at_once)
    with pytest.raises(StartError, match="cannot be reached"):
        await serve(bot, "token")


async def serve_until(number: signal.Signals, fake: FakeDiscord, bot: CaseBot, *, sync: bool = False) -> None:
    """Run the bot, and send the signal once it is connected."""

    async def stop() -> None:
        await fake.ready.wait()
        os.kill(os.getpid(), number)

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(stop())
        group.create_task(serve(bot, "token", sync=sync))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_closes_cleanly(fake: FakeDiscord, bot: CaseBot, number: signal.Signals) -> None:
    await serve_until(number, fake, bot)
    assert bot.is_closed()
    assert fake.closed_with == 1000
    assert not asyncio.get_running_loop().remove_signal_handler(number)


@pytest.mark.parametrize("sync", [False, True])
async def test_commands_are_synced_only_when_told(fake: FakeDiscord, bot: CaseBot, *, sync: bool) -> None:
    await serve_until(signal.SIGTERM, fake, bot, sync=sync)
    names = {command["name"] for command in fake.synced}
    questions = {"ask", "Find an answer", "who", "quotes", "topics", "sources", "timeline", "about", "help"}
    assert names == (questions | {"privacy", "setup"} if sync else set())


async def test_an_unexpected_end_is_not_hidden(fake: FakeDiscord, bot: CaseBot) -> None:
    fake.close_code = 4013
    with pytest.raises(discord.ConnectionClosed):
        await serve(bot, "token")
    assert bot.is_closed()
