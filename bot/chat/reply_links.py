"""Which messages answer which, so that a reply is edited with its question, and deleted with it."""

import asyncio
import contextlib
import datetime as dt
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Final
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord import AllowedMentions
from discord.ext import commands

from bot.chat.message.page import Page
from bot.chat.message.send import send
from bot.chat.retry import with_retries
from bot.store.store import Store, StoreError
from bot.store.types import ReplyLink

MAX_DELETED: Final = 1_000
"""Deleted messages that are remembered, for answers that are being sent."""

_log = logging.getLogger(__name__)


class ReplyLinks:
    """Sends answers, and remembers in the store which messages answer which.

    A question is known by the id of its message, or of its interaction where it came by a slash command.
    """

    def __init__(self, store: Store) -> None:
        """Start with no message deleted; links are in `store`."""
        self._store: Final = store
        self._gone: Final[deque[int]] = deque(maxlen=MAX_DELETED)
        self._turns: Final[WeakValueDictionary[int, asyncio.Lock]] = WeakValueDictionary()

    async def reply(self, ctx: commands.Context[Any], pages: Sequence[Page], *, private: bool = False) -> None:
        """Send pages as the reply to a question, or replace the reply that it already has.

        Args:
            ctx: of the question.
            pages: one message each.
            private: whether only the member sees it; has no effect on what was typed.
        """
        question = ctx.message.id
        if ctx.interaction is not None:
            sent = await send(ctx, pages, private=private)
            if len(sent) > 1 and not private:
                # Nothing happens to a slash command later, but a member who deletes its answer means all of it.
                self.remember(question, ctx.channel.id, [message.id for message in sent])
            return
        # A question that is edited at once must not be answered twice: the edit waits for the first answer.
        async with self._turns.setdefault(question, asyncio.Lock()):
            link = await self.find(question) if ctx.message.edited_at else None
            sent = await (self._replace(ctx, link, pages) if link else send(ctx, pages))
            new = self.remember(question, ctx.channel.id, [message.id for message in sent])
        if question in self._gone:
            # Deleted while the answer was being sent.
            await self.take_away(ctx.bot, new)

    def remember(self, question: int, channel: int, replies: Iterable[int]) -> ReplyLink:
        """Record which messages are the reply to a question, instead of those known before."""
        link = ReplyLink(question, channel, tuple(replies), dt.datetime.now(dt.UTC))
        self._store.link(link)
        return link

    async def find(self, question: int) -> ReplyLink | None:
        """Return the reply to a question; None also if the store can't be read."""
        try:
            return await self._store.find_link(question)
        except StoreError as error:
            _log.warning("A reply cannot follow its question: %s", error)
            return None

    async def question_deleted(self, bot: discord.Client, question: int) -> None:
        """Delete the reply to a message, even one that is just being sent."""
        self._gone.append(question)
        if link := await self.find(question):
            await self.take_away(bot, link)

    async def take_away(self, bot: discord.Client, link: ReplyLink) -> None:
        """Delete a reply and its link; messages that are gone, or that the bot can't see, are skipped."""
        self._store.unlink(link.question)
        await _delete(bot, link.channel, link.replies)

    async def delete(self, interaction: discord.Interaction[Any], question: int) -> None:
        """Delete a reply whose control was clicked: that message, and the others of the reply.

        Args:
            interaction: the click, not answered yet.
            question: what the message replies to.
        """
        await interaction.response.defer()
        # Through the interaction, for which the bot needs no permission in the channel.
        await interaction.delete_original_response()
        if link := await self.find(question):
            await self.take_away(interaction.client, link)

    async def retract(self, bot: discord.Client, channel: int, message: int, question: int, page: Page | None) -> bool:
        """Replace a reply, of which one message is known, by a page or by nothing; its other messages are deleted.

        Args:
            bot: whose reply it is.
            channel: where it is.
            message: the known message.
            question: what it replies to; 0 if that isn't known.
            page: what takes its place; None to delete it.

        Returns:
            Whether Discord let the bot do so.
        """
        known = bot.get_partial_messageable(channel).get_partial_message(message)
        try:
            await (_edit(known, page) if page else with_retries(known.delete))
        except discord.NotFound:
            pass
        except (discord.HTTPException, aiohttp.ClientError, OSError):
            return False
        link = await self.find(question)
        if link and message in link.replies:
            await _delete(bot, channel, [each for each in link.replies if each != message])
        return True

    async def _replace(
        self, ctx: commands.Context[Any], link: ReplyLink, pages: Sequence[Page]
    ) -> list[discord.Message]:
        """Edit a reply page by page, and delete or send what differs in number; if it is gone, send a new one."""
        channel = ctx.bot.get_partial_messageable(link.channel)
        shared = zip(link.replies, pages, strict=False)
        try:
            edited = [await _edit(channel.get_partial_message(message), page) for message, page in shared]
        except discord.NotFound:
            await self.take_away(ctx.bot, link)
            return await send(ctx, pages)
        await _delete(ctx.bot, link.channel, link.replies[len(pages) :])
        more = pages[len(edited) :]
        return [*edited, *(await send(ctx, more) if more else [])]


async def _edit(message: discord.PartialMessage, page: Page) -> discord.Message:
    # discord.py adds the bot's allowed mentions to an edit only if that has content.
    return await with_retries(lambda: message.edit(view=page, allowed_mentions=AllowedMentions.none()))


async def _delete(bot: discord.Client, channel: int, messages: Iterable[int]) -> None:
    place = bot.get_partial_messageable(channel)
    for message in messages:
        with contextlib.suppress(discord.HTTPException):
            await with_retries(place.get_partial_message(message).delete)
