"""As much of Discord's REST interface as the commands ask before the bot is connected, in a thread of its own."""

import contextlib
import email.utils
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import discord
import pytest
from typing_extensions import override

from tests.recordings.clock import Clock

ALL = discord.Permissions(
    view_channel=True,
    connect=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    attach_files=True,
)
TOKEN = "good"  # noqa: S105 - opens nothing


@dataclass
class Fake:
    """What Discord says of the bot."""

    clock: Clock
    status: int = 200
    flags: discord.ApplicationFlags = field(default_factory=discord.ApplicationFlags)
    guilds: dict[str, discord.Permissions] = field(default_factory=lambda: {"Harbour": ALL})
    commands: tuple[str, ...] = ()
    starts_left: int = 900
    seconds_behind: float = 0

    def values(self) -> dict[str, Any]:
        """Return the answers by their path."""
        me = {"id": "2", "username": "casebot", "discriminator": "0", "avatar": None, "bot": True}
        limit = {"total": 1000, "remaining": self.starts_left, "reset_after": 3_600_000, "max_concurrency": 1}
        guilds = [{"name": name, "permissions": str(has.value)} for name, has in self.guilds.items()]
        return {
            "/applications/@me": {"id": "2", "flags": self.flags.value},
            "/oauth2/applications/@me": self._application(),
            "/users/@me": me,
            "/users/@me/guilds": guilds,
            "/applications/2/commands": [{"name": name} for name in self.commands],
            "/gateway/bot": {"url": "ws://127.0.0.1:1", "shards": 1, "session_start_limit": limit},
        }

    def _application(self) -> dict[str, Any]:
        """Return what discord.py reads of an application as it logs in."""
        texts = {"name": "casebot", "description": "", "verify_key": "", "icon": None, "summary": ""}
        owner = {"id": "3", "username": "owner", "discriminator": "0", "avatar": None}
        switches = {"bot_public": True, "bot_require_code_grant": False}
        return {"id": "2", "flags": self.flags.value, "owner": owner, "rpc_origins": None, **texts, **switches}


@contextlib.contextmanager
def discord_says(clock: Clock) -> Iterator[Fake]:
    """Let discord.py, in this process, ask a fake."""
    fake = Fake(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["Authorization"] == f"Bot {TOKEN}"
            body = json.dumps(fake.values().get(self.path.partition("?")[0])).encode()
            self.send_response(fake.status if known else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def date_time_string(self, timestamp: float | None = None) -> str:
            told = fake.clock.now.timestamp() - fake.seconds_behind
            return email.utils.formatdate(told, usegmt=True)

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{server.server_port}")
            yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
