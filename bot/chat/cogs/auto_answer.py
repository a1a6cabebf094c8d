"""Unprompted answers, in channels and forums that a server has chosen for that."""

import logging
from typing import Final, final

import discord
from discord.ext import commands

from bot.answering.greetings import courtesy
from bot.answering.reply import Reply
from bot.answering.service import Question
from bot.chat.client import CaseBot
from bot.chat.cogs.command import Context
from bot.chat.incoming import body, mentions
from bot.chat.message.errors import excuse, report
from bot.chat.rate_limit import SlidingWindow
from bot.chat.screens.feedback import Origin, answer_buttons
from bot.chat.screens.reply import answer_pages
from bot.i18n.catalogue import N_, _
from bot.knowledge.model import Kind
from bot.matching.questions import shows_a_question
from bot.store.types import Surface

HOURLY: Final = (12, 3600.0)
"""The most unprompted answers in a channel or forum, and the window in seconds."""

AGAIN_SECONDS: Final = 600.0
"""Seconds before an entry is shown unprompted again in the same channel or post."""

UNASKED: Final = N_("-# You didn't ask me, but I may be able to help.")

_log = logging.getLogger(__name__)


@final
class AutoAnswer(commands.Cog):
    """Answers unprompted, but seldom and only if the answer is sure, and says that nobody asked."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot
        self._hourly = SlidingWindow(*HOURLY)
        self._entries = SlidingWindow(1, AGAIN_SECONDS)
        self._warned = SlidingWindow(1, 86_400.0)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message in a chosen channel, or the first message of a post in a chosen forum."""
        try:
            await self.answer(await self._bot.get_context(message))
        except Exception as error:  # noqa: BLE001 (the only handler for these errors)
            # The author has not asked the bot, so an error message would only confuse them; `/setup` warns managers.
            where = "An unprompted answer"
            if excuse(error, where) is None:
                report(error, where)

    async def answer(self, ctx: Context, *, again: bool = False) -> Context | None:
        """Answer a message that is not addressed to the bot, if that is wanted here, sure and seldom enough.

        Args:
            ctx: the context of the message.
            again: whether the new answer replaces one that the message already has.

        Returns:
            `ctx`, or None if there is no answer.
        """
        message, guild = ctx.message, ctx.guild
        if guild is None or not self._wanted(ctx, guild.id) or self._bot.paused_in(guild.id, ctx.channel):
            return None
        for text in _texts(message):
            if courtesy(text):
                continue
            question = Question(text, ctx.author.id, ctx.channel.id, guild.id, Surface.AUTO)
            answered = self._bot.questions.look_up(question)
            if answered.reply.stopped:
                return None
            if _is_welcome(answered.reply):
                break
        else:
            return None
        if not (again or self._may_speak(message, answered.asked.entry)):
            return None
        self._bot.questions.record(question, answered)
        origin = Origin(ctx.author.id, message.id, answered.asked.id)
        shown = answer_pages(answered.reply, answer_buttons(answered.reply.answers, origin), _(UNASKED), origin)
        await self._bot.reply_links.reply(ctx, shown, answered.reply.entries)
        return ctx

    def _wanted(self, ctx: Context, guild: int) -> bool:
        """Return whether a message may get an unprompted answer."""
        message = ctx.message
        if message.author.bot or message.webhook_id or message.type is not discord.MessageType.default:
            return False
        if not self._chosen(message, guild):
            return False
        if not self._bot.intents.message_content:
            if self._warned.take(guild):
                _log.warning("Server %d wants unprompted answers; they need the message content intent", guild)
            return False
        # Don't interrupt people who mourn or argue. Posts in a forum are there to be answered.
        if not isinstance(message.channel, discord.Thread) and not shows_a_question(body(message)):
            return False
        return ctx.prefix is None and not mentions(message, ctx.me)

    def _chosen(self, message: discord.Message, guild: int) -> bool:
        settings = self._bot.store.settings(guild)
        chosen = settings.auto_channels & settings.channels if settings.channels else settings.auto_channels
        if not isinstance(message.channel, discord.Thread):
            return message.channel.id in chosen
        # The first message of a forum post has the same id as the post.
        return message.channel.parent_id in chosen and message.id == message.channel.id

    def _may_speak(self, message: discord.Message, entry: str | None) -> bool:
        """Count an answer, and return whether it is allowed: not too many, and not the same one again so soon."""
        channel = message.channel
        busy = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
        if not (self._hourly.free(busy) and self._entries.take((channel.id, entry))):
            return False
        return self._hourly.take(busy)


def _is_welcome(reply: Reply) -> bool:
    """Return whether a reply may be sent unprompted: it must be sure, and not about the bot or its sources."""
    return reply.sure and all(answer.kind is not Kind.NOTE for answer in reply.answers)


def _texts(message: discord.Message) -> list[str]:
    """Return the texts to look up; for a post, title and text together, and the text alone: many titles say little."""
    if not isinstance(message.channel, discord.Thread):
        return [body(message)]
    return [f"{message.channel.name}\n{body(message)}", body(message)]


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(AutoAnswer(bot))
