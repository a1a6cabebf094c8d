"""The least that a bot with discord.py can do: ``python -m tests.benchmarks.load.pong URL TOKEN``."""

import sys

import discord

from tests.wire.client import point_at


class Pong(discord.AutoShardedClient):
    """Replies to every message that mentions it."""

    async def on_message(self, message: discord.Message) -> None:
        """Say so."""
        if self.user in message.mentions:
            await message.reply("pong")


if __name__ == "__main__":
    point_at(sys.argv[1])
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
    Pong(intents=intents, allowed_mentions=discord.AllowedMentions.none()).run(sys.argv[2], log_handler=None)
