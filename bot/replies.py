"""Keeps the bot's replies in step with members' messages: edited with the question, and gone with it."""

import contextlib
import datetime as dt
import logging
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import discord
from discord.ext import commands

from bot.store.model import ReplyLink
from bot.store.store import Store, StoreError
from bot.views.delivery import send
from bot.views.page import Page

RECENT: Final = 1_000
"""Deleted messages that are remembered, for answers that are on their way."""

_log = logging.getLogger(__name__)


class Replies:
    """Sends answers, and remembers in the store which messages answer which."""

    def __init__(self, store: Store) -> None:
        """Start with no message deleted; links are in `store`."""
        self._store: Final = store
        self._gone: Final[deque[int]] = deque(maxlen=RECENT)

    async def reply(self, ctx: commands.Context[Any], pages: Sequence[Page], *, private: bool = False) -> None:
        """Send pages as the reply to a question, or put them in the place of the reply it already has.

        Args:
            ctx: of the question.
            pages: one message each.
            private: whether only the member sees it; has no effect on what was typed.
        """
        if ctx.interaction is not None:
            await send(ctx, pages, private=private)
            return
        link = await self.find(ctx.message.id) if ctx.message.edited_at else None
        sent = await (self._replace(ctx, link, pages) if link else send(ctx, pages))
        ids = tuple(message.id for message in sent)
        new = ReplyLink(ctx.message.id, ctx.channel.id, ids, dt.datetime.now(dt.UTC))
        self._store.link(new)
        if ctx.message.id in self._gone:
            # Deleted while the answer was on its way.
            await self.take_away(ctx.bot, new)

    async def find(self, question: int) -> ReplyLink | None:
        """Find the reply to a message; None too where the store cannot tell."""
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
        channel = bot.get_partial_messageable(link.channel)
        for message in link.replies:
            with contextlib.suppress(discord.HTTPException):
                await channel.get_partial_message(message).delete()

    async def _replace(
        self, ctx: commands.Context[Any], link: ReplyLink, pages: Sequence[Page]
    ) -> list[discord.Message]:
        """Edit a reply page by page, if it has as many pages and is still there; else send a new one."""
        channel = ctx.bot.get_partial_messageable(link.channel)
        if len(link.replies) == len(pages):
            with contextlib.suppress(discord.NotFound):
                return [
                    await channel.get_partial_message(message).edit(view=page)
                    for message, page in zip(link.replies, pages, strict=True)
                ]
        await self.take_away(ctx.bot, link)
        return await send(ctx, pages)
