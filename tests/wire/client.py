"""Points discord.py at the server, in this process or as a command.

``python -m tests.wire.client URL run --sync`` is ``casebot run --sync`` against it.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Any, Final

import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.cli import main


def point_at(url: str) -> None:
    """Let everything that discord.py does from now on in this process go to the server at `url`."""
    discord.http.Route.BASE = f"{url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url}/gateway")


NAME: Final = "discord.test"
"""A name for this machine that only a process with the setting NAMELESS can look up."""

NAMELESS: Final = "WIRE_NAMELESS"
"""Environment variable: a file; while it exists, no name can be looked up."""


def look_up_names_unless(file: Path) -> None:
    """Replace what looks names up in this process: it fails while a file exists, and knows :data:`NAME`."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401 (the system's)
        if file.exists():
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return real("127.0.0.1" if host == NAME else host, *arguments, **more)

    socket.getaddrinfo = getaddrinfo


if __name__ == "__main__":
    if NAMELESS in os.environ:
        look_up_names_unless(Path(os.environ[NAMELESS]))
    point_at(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
