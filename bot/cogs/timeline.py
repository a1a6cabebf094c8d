"""What happened when."""

from typing import final

from discord.ext import commands

from bot.client import CaseBot
from bot.cogs.command import Context, hybrid
from bot.views.delivery import show
from bot.views.timeline import timeline_pages


@final
class Timeline(commands.Cog):
    """Shows the dated events."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot

    @hybrid("timeline", "What happened when, and who says so")
    async def timeline(self, ctx: Context) -> None:
        """Show the events, oldest first."""
        await show(ctx, timeline_pages(self._bot.live.current))


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Timeline(bot))
