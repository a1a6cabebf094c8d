"""The least that a bot with discord.py can do: ``python -m tests.benchmarks.load.pong URL TOKEN [--laid-out]``."""

import sys

import discord
from discord import ui

from tests.wire.client import point_at


class LaidOut(ui.LayoutView):
    """A reply of the make of casebot's: as much text, a menu and as many buttons, but always the same."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        options = [
            discord.SelectOption(label="Who was at the harbour?", value=f"entry-{number}") for number in range(3)
        ]
        buttons = [ui.Button["LaidOut"](label="Helpful", custom_id=f"vote:0123456789ab:{n}") for n in range(4)]
        self.add_item(
            ui.Container(
                ui.TextDisplay("pong " * 40),
                ui.Separator(),
                ui.TextDisplay("pong " * 40),
                ui.ActionRow(ui.Select(custom_id="entries", placeholder="Related questions", options=options)),
                ui.ActionRow(*buttons),
            )
        )
        # Nobody clicks: discord.py need not remember it.
        self.stop()


class Pong(discord.AutoShardedClient):
    """Replies to every message that mentions it."""

    laid_out = False

    async def on_message(self, message: discord.Message) -> None:
        """Say so."""
        if self.user in message.mentions:
            await (message.reply(view=LaidOut()) if self.laid_out else message.reply("pong"))


if __name__ == "__main__":
    point_at(sys.argv[1])
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
    bot = Pong(intents=intents, allowed_mentions=discord.AllowedMentions.none())
    bot.laid_out = "--laid-out" in sys.argv
    bot.run(sys.argv[2], log_handler=None)
