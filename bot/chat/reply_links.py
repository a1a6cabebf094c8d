"""Links from questions to their replies, so that a reply follows its question, and its answer."""

import asyncio
import contextlib
import datetime as dt
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from itertools import chain, repeat
from typing import Any, Final
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord import AllowedMentions
from discord.ext import commands

from bot.chat.message.page import Page
from bot.chat.message.send import rewind, send
from bot.chat.retry import with_retries
from bot.store.store import Store, StoreError
from bot.store.types import ReplyLink

MAX_DELETED: Final = 1_000
"""The most deleted messages to remember, in case their answers are still being sent."""

_log = logging.getLogger(__name__)


class ReplyLinks:
    """Sends answers, and remembers in the store which messages answer which question.

    A question is identified by its message's id, or by its interaction's id if it came as a slash command.
    """

    def __init__(self, store: Store) -> None:
        """Create it with a store for the links."""
        self._store: Final = store
        self._gone: Final[deque[int]] = deque(maxlen=MAX_DELETED)
        self._turns: Final[WeakValueDictionary[int, asyncio.Lock]] = WeakValueDictionary()

    async def reply(
        self,
        ctx: commands.Context[Any],
        pages: Sequence[Page],
        entries: Iterable[str] = (),
        files: Sequence[discord.File] = (),
        *,
        private: bool = False,
    ) -> list[discord.Message]:
        """Send pages as the reply to a question or a command, or replace the reply that it already has.

        Args:
            ctx: the context of the question.
            pages: the pages, one message each.
            entries: ids of the entries whose answers they show.
            files: the pictures on the first page.
            private: whether only the member sees the reply; ignored for a typed question.

        Returns:
            The messages in order.
        """
        question, shown = ctx.message.id, tuple(entries)
        if ctx.interaction is not None:
            sent = await send(ctx, pages, files, private=private)
            if shown and not private:
                # A slash command is never edited or deleted, but a member may delete its whole answer, and the answer
                # may be corrected.
                self.remember(question, ctx.channel.id, [message.id for message in sent], shown)
            return sent
        # The edit of a question waits until the first answer is sent, so that it isn't answered twice.
        async with self._turns.setdefault(question, asyncio.Lock()):
            link = await self.find(question) if ctx.message.edited_at else None
            sent = await (self._replace(ctx, link, pages, files) if link else send(ctx, pages, files))
            new = self.remember(question, ctx.channel.id, [message.id for message in sent], shown)
        if question in self._gone:
            # It was deleted while the answer was being sent.
            await self.delete_reply(ctx.bot, new)
        return sent

    def remember(self, question: int, channel: int, replies: Iterable[int], entries: Iterable[str] = ()) -> ReplyLink:
        """Store which messages are the reply to a question, in place of earlier ones, and return the link.

        Args:
            question: id of the question.
            channel: id of the reply's channel.
            replies: ids of the messages.
            entries: ids of the entries whose answers they show.
        """
        link = ReplyLink(question, channel, tuple(replies), dt.datetime.now(dt.UTC), tuple(entries))
        self._store.link(link)
        return link

    async def find(self, question: int) -> ReplyLink | None:
        """Return the link to a question's reply; None if there is none or the store can't be read."""
        try:
            return await self._store.find_link(question)
        except StoreError as error:
            _log.warning("A reply can't follow its question: %s", error)
            return None

    async def question_deleted(self, bot: discord.Client, question: int) -> None:
        """Delete the reply to a deleted message, even if it is still being sent."""
        self._gone.append(question)
        if link := await self.find(question):
            await self.delete_reply(bot, link)

    async def delete_reply(self, bot: discord.Client, link: ReplyLink) -> None:
        """Delete a reply and its link, skipping messages that are gone or that the bot can't see."""
        self._store.unlink(link.question)
        await _delete(bot, link.channel, link.replies)

    async def delete(self, interaction: discord.Interaction[Any], question: int) -> None:
        """Delete the message whose control was clicked, and the other messages of the same reply.

        Args:
            interaction: the click, not answered yet.
            question: id of the question that the message replies to.
        """
        await interaction.response.defer()
        # Through the interaction, because that needs no permission in the channel.
        await interaction.delete_original_response()
        if link := await self.find(question):
            clicked = interaction.message.id if interaction.message else 0
            self._store.unlink(question)
            await _delete(interaction.client, link.channel, [each for each in link.replies if each != clicked])

    async def retract(self, bot: discord.Client, channel: int, message: int, question: int, page: Page | None) -> bool:
        """Replace one message of a reply by a page, or delete it, and delete the other messages of the reply.

        Args:
            bot: the bot.
            channel: id of the reply's channel.
            message: id of the message.
            question: id of the question that it replies to; 0 if that is unknown.
            page: the page to show instead; None to delete the message.

        Returns:
            Whether Discord allowed it.
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

    async def correct(
        self, bot: discord.Client, link: ReplyLink, pages_for: Callable[[Sequence[discord.Message]], Sequence[Page]]
    ) -> None:
        """Edit a reply's messages, and delete surplus ones. Nobody is pinged, and a reply that is gone stays gone.

        Args:
            bot: the bot.
            link: the reply.
            pages_for: returns the pages for the messages that are left, at most one for each; none to leave them alone.

        Raises:
            discord.HTTPException: Discord does not allow it.
        """
        async with self._turns.setdefault(link.question, asyncio.Lock()):
            now = await self.find(link.question)
            if now is None or (now.replies, now.entries) != (link.replies, link.entries):
                # Its question was edited or deleted in the meantime.
                return
            left = await _fetch(bot, link)
            pages = pages_for(left) if left else ()
            for message, page in zip(left, pages, strict=False):
                await _edit(bot.get_partial_messageable(link.channel).get_partial_message(message.id), page)
            if pages:
                await _delete(bot, link.channel, [message.id for message in left[len(pages) :]])

    async def _replace(
        self, ctx: commands.Context[Any], link: ReplyLink, pages: Sequence[Page], files: Sequence[discord.File]
    ) -> list[discord.Message]:
        """Edit a reply's messages, send further pages or delete surplus messages; if it is gone, send a new reply."""
        channel = ctx.bot.get_partial_messageable(link.channel)
        shared = zip(link.replies, pages, chain([files], repeat(())), strict=False)
        for message in link.replies:
            # Of a list, which is closed when it is idle.
            ctx.bot.timers.stop(message)
        try:
            edited = [await _edit(channel.get_partial_message(message), page, shown) for message, page, shown in shared]
        except discord.NotFound:
            await self.delete_reply(ctx.bot, link)
            return await send(ctx, pages, files)
        await _delete(ctx.bot, link.channel, link.replies[len(pages) :])
        more = pages[len(edited) :]
        return [*edited, *(await send(ctx, more) if more else [])]


async def _fetch(bot: discord.Client, link: ReplyLink) -> list[discord.Message]:
    """Return the messages of a reply that are still there."""
    channel = bot.get_partial_messageable(link.channel)
    found = []
    for message in link.replies:
        with contextlib.suppress(discord.NotFound):
            found.append(await with_retries(partial(channel.fetch_message, message)))
    return found


async def _edit(message: discord.PartialMessage, page: Page, files: Sequence[discord.File] = ()) -> discord.Message:
    """Show a page in a message with the pictures on it, and without those that it had."""

    def edit() -> Awaitable[discord.Message]:
        rewind(files)
        # discord.py adds the bot's allowed mentions to an edit only if it has content.
        return message.edit(view=page, attachments=files, allowed_mentions=AllowedMentions.none())

    return await with_retries(edit)


async def _delete(bot: discord.Client, channel: int, messages: Iterable[int]) -> None:
    place = bot.get_partial_messageable(channel)
    for message in messages:
        with contextlib.suppress(discord.HTTPException):
            await with_retries(place.get_partial_message(message).delete)
