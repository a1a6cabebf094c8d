"""Updating replies when members edit or delete their questions."""

import contextlib
import datetime as dt
from collections import deque
from typing import Final, final

import discord
from discord.ext import commands

from bot.chat.client import CaseBot
from bot.chat.cogs.ask import Ask
from bot.chat.cogs.auto_answer import AutoAnswer
from bot.chat.cogs.command import Context

FRESH: Final = dt.timedelta(minutes=5)
"""The greatest age of a message that an edit can turn into a question, and the greatest delay of an edit's event."""

MAX_EDITS: Final = 1_000
"""The most edits to remember."""


@final
class ReplySync(commands.Cog):
    """Listens to raw events, which also arrive for messages from before a restart."""

    def __init__(self, bot: CaseBot, ask: Ask, auto: AutoAnswer) -> None:
        self._bot = bot
        self._ask = ask
        self._auto = auto
        self._seen: Final[deque[tuple[int, dt.datetime, int]]] = deque(maxlen=MAX_EDITS)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer an edited message again, in place of its reply, or delete the reply if it is no longer a question.

        If the new text cannot be answered now, for instance because of a rate limit, the reply stays as it is.
        """
        message = payload.message
        if message.author.bot or not self._is_news(message):
            return
        link = await self._bot.reply_links.find(message.id)
        if link is None and message.edited_at and message.edited_at - message.created_at > FRESH:
            return
        if link:
            await _complete(message)
        answered = await self._answer(message, again=link is not None)
        failed = answered is not None and answered.command_failed
        if link and not failed and await self._bot.reply_links.find(message.id) == link:
            await self._bot.reply_links.delete_reply(self._bot, link)

    async def _answer(self, message: discord.Message, *, again: bool) -> Context | None:
        """Run a message's command or answer its question; return its context, or None if it is neither."""
        ctx: Context = await self._bot.get_context(message)
        if not ctx.valid:
            return await self._ask.answer(ctx) or await self._auto.answer(ctx, again=again)
        await self._bot.invoke(ctx)
        return ctx

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Delete the reply with its question."""
        await self._bot.reply_links.question_deleted(self._bot, payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Delete the replies with their questions."""
        for message in payload.message_ids:
            await self._bot.reply_links.question_deleted(self._bot, message)

    def _is_news(self, message: discord.Message) -> bool:
        """Return whether a member has just edited a message; link previews and pins send the same event."""
        if message.edited_at is None or discord.utils.utcnow() - message.edited_at > FRESH:
            return False
        edit = (message.id, message.edited_at, hash(message.content))
        if edit in self._seen:
            return False
        self._seen.append(edit)
        return True


async def _complete(message: discord.Message) -> None:
    """Fetch the message that another one replies to, if Discord has not sent it along."""
    reference = message.reference
    if reference and reference.message_id and reference.resolved is None:
        with contextlib.suppress(discord.HTTPException):
            reference.resolved = await message.channel.fetch_message(reference.message_id)


async def setup(bot: CaseBot) -> None:
    """Add the cog, after the cogs that answer edited messages; discord.py calls this."""
    ask, auto = bot.get_cog("Ask"), bot.get_cog("AutoAnswer")
    assert isinstance(ask, Ask)  # noqa: S101 (bot.chat.client.EXTENSIONS has both before this one)
    assert isinstance(auto, AutoAnswer)  # noqa: S101
    await bot.add_cog(ReplySync(bot, ask, auto))
