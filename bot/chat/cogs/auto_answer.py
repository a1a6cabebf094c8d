"""Answering without being asked, in the channels and forums that a server has chosen for it."""

import logging
from typing import Final, final

import discord
from discord.ext import commands

from bot.answering.answerer import Reply
from bot.answering.service import Question
from bot.chat.client import CaseBot
from bot.chat.cogs.command import Context
from bot.chat.message.errors import excuse
from bot.chat.rate_limit import SlidingWindow
from bot.chat.screens.feedback import Origin, answer_buttons
from bot.chat.screens.reply import answer_pages
from bot.i18n.catalogue import N_, _
from bot.knowledge.model import Kind
from bot.matching.questions import shows_a_question
from bot.matching.types import Outcome
from bot.store.types import Surface

HOURLY: Final = (12, 3600.0)
"""Answers that nobody asked for, in one channel or one forum in so many seconds."""

AGAIN_SECONDS: Final = 600.0
"""How long one entry is not shown again in one channel or post without being asked for."""

UNASKED: Final = N_("-# Nobody asked me, but I have an answer to this.")

_log = logging.getLogger(__name__)


@final
class Auto(commands.Cog):
    """Answers only where it is sure, seldom, and says that it was not asked."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot
        self._hourly = SlidingWindow(*HOURLY)
        self._entries = SlidingWindow(1, AGAIN_SECONDS)
        self._warned = SlidingWindow(1, 86_400.0)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer what a member writes in a chosen channel, or as the first message of a post in a chosen forum."""
        try:
            await self.answer(await self._bot.get_context(message))
        except discord.HTTPException as error:
            # Whoever wrote it has asked nothing, and would not know what a hint is about; `/setup` warns who chose.
            if excuse(error, "An answer that nobody asked for") is None:
                raise

    async def answer(self, ctx: Context, *, again: bool = False) -> Context | None:
        """Answer a message that is not addressed to the bot, where that is wanted, sure and seldom enough.

        Args:
            ctx: of the message.
            again: whether the message has an answer already, which the new one takes the place of.

        Returns:
            `ctx`; None where there is no answer.
        """
        message, guild = ctx.message, ctx.guild
        if guild is None or not self._wanted(ctx, guild.id) or self._bot.paused_in(guild.id, ctx.channel):
            return None
        for text in _texts(message):
            question = Question(text, ctx.author.id, ctx.channel.id, guild.id, Surface.AUTO)
            answered = self._bot.asking.look_up(question)
            if answered.reply.stopped:
                return None
            if _is_welcome(answered.reply):
                break
        else:
            return None
        if not (again or self._may_speak(message, answered.asked.entry)):
            return None
        self._bot.asking.keep(question, answered)
        buttons = answer_buttons(answered.reply.answers, Origin(ctx.author.id, message.id, answered.asked.id))
        await self._bot.replies.reply(ctx, answer_pages(answered.reply, buttons, _(UNASKED)))
        return ctx

    def _wanted(self, ctx: Context, guild: int) -> bool:
        """Tell whether an answer to a message would be welcome, if there were one."""
        message = ctx.message
        if message.author.bot or message.webhook_id or message.type is not discord.MessageType.default:
            return False
        if not self._chosen(message, guild):
            return False
        if not self._bot.intents.message_content:
            if self._warned.take(guild):
                _log.warning("Server %d wants answers unasked; they need the message content intent", guild)
            return False
        # Whoever mourns or argues is not interrupted. The posts of a forum are there to be answered.
        if not isinstance(message.channel, discord.Thread) and not shows_a_question(message.content):
            return False
        return ctx.prefix is None and self._bot.user not in message.mentions

    def _chosen(self, message: discord.Message, guild: int) -> bool:
        settings = self._bot.store.settings(guild)
        chosen = settings.auto_channels & settings.channels if settings.channels else settings.auto_channels
        if not isinstance(message.channel, discord.Thread):
            return message.channel.id in chosen
        # The first message of a post in a forum has the post's own id.
        return message.channel.parent_id in chosen and message.id == message.channel.id

    def _may_speak(self, message: discord.Message, entry: str | None) -> bool:
        """Count an answer, unless there have been too many or the channel has just had the same one."""
        channel = message.channel
        busy = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
        if not (self._hourly.free(busy) and self._entries.take((channel.id, entry))):
            return False
        return self._hourly.take(busy)


def _is_welcome(reply: Reply) -> bool:
    """Tell whether an answer may be given unasked: one that is sure, and not about the bot itself or its sources."""
    if reply.outcome is not Outcome.ANSWER or reply.tied:
        return False
    return all(answer.kind is not Kind.NOTE for answer in reply.answers)


def _texts(message: discord.Message) -> list[str]:
    """Give what a message may ask: a post's title with its text, and the text alone: many a title says nothing."""
    if not isinstance(message.channel, discord.Thread):
        return [message.content]
    return [f"{message.channel.name}\n{message.content}", message.content]


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Auto(bot))
