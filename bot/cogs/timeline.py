"""What happened when."""

from typing import final

from discord.ext import commands

from bot.client import CaseBot
from bot.cogs.command import Context, hybrid
from bot.views.paginator import open_list


@final
class Timeline(commands.Cog):
    """Shows the dated events."""

    @hybrid("timeline", "What happened when, and who says so")
    async def timeline(self, ctx: Context) -> None:
        """Show the events, oldest first."""
        await open_list(ctx, "timeline")


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Timeline())
