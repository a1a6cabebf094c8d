"""Keeps the bot's replies in step with members' messages: edited with the question, and gone with it."""

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

RECENT: Final = 1_000
"""Deleted messages that are remembered, for answers that are on their way."""

_log = logging.getLogger(__name__)


class Replies:
    """Sends answers, and remembers in the store which messages answer which.

    A question is known by the id of its message, or of its interaction where it came by a slash command.
    """

    def __init__(self, store: Store) -> None:
        """Start with no message deleted; links are in `store`."""
        self._store: Final = store
        self._gone: Final[deque[int]] = deque(maxlen=RECENT)
        self._turns: Final[WeakValueDictionary[int, asyncio.Lock]] = WeakValueDictionary()

    async def reply(self, ctx: commands.Context[Any], pages: Sequence[Page], *, private: bool = False) -> None:
        """Send pages as the reply to a question, or put them in the place of the reply it already has.

        Args:
            ctx: of the question.
            pages: one message each.
            private: whether only the member sees it; has no effect on what was typed.
        """
        question = ctx.message.id
        if ctx.interaction is not None:
            sent = await send(ctx, pages, private=private)
            if len(sent) > 1 and not private:
                # Nothing happens to a slash command later, but whoever deletes its answer means all of it.
                self.remember(question, ctx.channel.id, [message.id for message in sent])
            return
        # A question that is edited at once must not be answered twice: the edit waits for the first answer.
        async with self._turns.setdefault(question, asyncio.Lock()):
            link = await self.find(question) if ctx.message.edited_at else None
            sent = await (self._replace(ctx, link, pages) if link else send(ctx, pages))
            new = self.remember(question, ctx.channel.id, [message.id for message in sent])
        if question in self._gone:
            # Deleted while the answer was on its way.
            await self.take_away(ctx.bot, new)

    def remember(self, question: int, channel: int, replies: Iterable[int]) -> ReplyLink:
        """Keep which messages are the reply to a question; they take the place of those known before."""
        link = ReplyLink(question, channel, tuple(replies), dt.datetime.now(dt.UTC))
        self._store.link(link)
        return link

    async def find(self, question: int) -> ReplyLink | None:
        """Find the reply to a question; None too where the store cannot tell."""
        try:
            return await self._store.find_link(question)
        except StoreError as error:
            _log.warning("A reply cannot follow its question: %s", error)
            return None

    async def question_deleted(self, bot: discord.Client, question: int) -> None:
        """Take the reply to a message away, also if it is only being sent now."""
        self._gone.append(question)
        if link := await self.find(question):
            await self.take_away(bot, link)

    async def take_away(self, bot: discord.Client, link: ReplyLink) -> None:
        """Delete a reply and forget it; what is gone already, or out of sight, is passed over."""
        self._store.unlink(link.question)
        await _delete(bot, link.channel, link.replies)

    async def retract(self, bot: discord.Client, channel: int, message: int, question: int, page: Page | None) -> bool:
        """Put a page in the place of a reply of which one message is known, or nothing; the other messages of it go.

        Args:
            bot: whose reply it is.
            channel: where it is.
            message: the known message.
            question: what it replies to, as far as that is known.
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
        """Edit a reply page by page and see to what is left over; if it is gone, send a new one."""
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
