"""Points discord.py at the server, in this process or as a command.

``python -m tests.wire.client URL run --sync`` is ``casebot run --sync`` against it.
"""

import sys

import discord
import yarl
from discord.gateway import DiscordWebSocket

from bot.cli import main


def point_at(url: str) -> None:
    """Let everything that discord.py does from now on in this process go to the server at `url`."""
    discord.http.Route.BASE = f"{url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url}/gateway")


if __name__ == "__main__":
    point_at(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
