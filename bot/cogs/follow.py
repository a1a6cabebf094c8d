"""What members do to a question after they have asked it: edit it, or delete it."""

import datetime as dt
from typing import Final, final

import discord
from discord.ext import commands

from bot.client import CaseBot
from bot.cogs.ask import Ask

FRESH: Final = dt.timedelta(minutes=5)
"""How old a message may be that an edit turns into a question."""


@final
class Follow(commands.Cog):
    """Listens to raw events: they come for messages from before a restart too."""

    def __init__(self, bot: CaseBot, ask: Ask) -> None:
        self._bot = bot
        self._ask = ask

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer an edited message anew, in the place of its reply; what is no question any more loses its reply."""
        message, before = payload.message, payload.cached_message
        # Discord sends the same event for a link preview or a pin.
        if message.edited_at is None or message.author.bot or (before and before.content == message.content):
            return
        link = await self._bot.replies.find(message.id)
        if link is None and message.edited_at - message.created_at > FRESH:
            return
        await self._bot.process_commands(message)
        await self._ask.on_message(message)
        if link and await self._bot.replies.find(message.id) == link:
            await self._bot.replies.take_away(self._bot, link)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Delete the reply with its question."""
        await self._bot.replies.question_deleted(self._bot, payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Delete the replies with their questions."""
        for message in payload.message_ids:
            await self._bot.replies.question_deleted(self._bot, message)


async def setup(bot: CaseBot) -> None:
    """Add the cog, after the one that it hands edited messages to; discord.py calls this."""
    ask = bot.get_cog("Ask")
    assert isinstance(ask, Ask)  # noqa: S101 - bot.client.EXTENSIONS has it before this one
    await bot.add_cog(Follow(bot, ask))
