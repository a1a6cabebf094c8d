"""Answering without being asked, in the channels and forums that a server has chosen for it."""

import logging
from typing import Final, final

import discord
from discord.ext import commands

from bot.asking import Question
from bot.client import CaseBot
from bot.matching import Outcome
from bot.pace import Pace
from bot.store.model import Surface
from bot.views.delivery import show
from bot.views.page import SMALL, notice
from bot.views.reply import reply_pages

HOURLY: Final = (12, 3600.0)
"""Answers that nobody asked for, in one channel in so many seconds."""

AGAIN_SECONDS: Final = 600.0
"""How long one entry is not shown again in one channel without being asked for."""

UNASKED: Final = f"{SMALL}Nobody asked me, but I have an answer to this."

_log = logging.getLogger(__name__)


@final
class Auto(commands.Cog):
    """Answers only where it is sure, seldom, and says that it was not asked."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot
        self._hourly = Pace(*HOURLY)
        self._entries = Pace(1, AGAIN_SECONDS)
        self._warned = Pace(1, 86_400.0)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer what a member writes in a chosen channel, or as the first message of a post in a chosen forum."""
        if message.guild is None or message.author.bot or message.webhook_id:
            return
        if message.type is not discord.MessageType.default or not self._chosen(message, message.guild.id):
            return
        if not self._bot.intents.message_content:
            if self._warned.take(message.guild.id):
                _log.warning("Server %d wants answers unasked; they need the message content intent", message.guild.id)
            return
        ctx = await self._bot.get_context(message)
        if ctx.prefix is not None or self._bot.user in message.mentions:
            return
        question = Question(_text(message), message.author.id, message.channel.id, message.guild.id, Surface.AUTO)
        answered = self._bot.asking.look_up(question)
        channel, entry = message.channel.id, answered.asked.entry
        if answered.reply.outcome is not Outcome.ANSWER or not self._hourly.free(channel):
            return
        if not self._entries.take((channel, entry)):
            return
        self._hourly.take(channel)
        self._bot.asking.keep(question, answered)
        asker, asked = message.author.id, answered.asked.id
        pages = reply_pages(answered.reply, answered.base, asker=asker, asked=asked, sign=self._bot.sign(message.guild))
        await show(ctx, [*notice(UNASKED), *pages])

    def _chosen(self, message: discord.Message, guild: int) -> bool:
        settings = self._bot.store.settings(guild)
        chosen = settings.auto_channels & settings.channels if settings.channels else settings.auto_channels
        if not isinstance(message.channel, discord.Thread):
            return message.channel.id in chosen
        # The first message of a post in a forum has the post's own id.
        return message.channel.parent_id in chosen and message.id == message.channel.id


def _text(message: discord.Message) -> str:
    title = f"{message.channel.name}\n" if isinstance(message.channel, discord.Thread) else ""
    return title + message.content


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Auto(bot))
