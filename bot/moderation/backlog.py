"""The grouped unanswered questions of a server, and what moderators do about them."""

import asyncio
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache

from bot.answering.answerer import Answerer
from bot.knowledge.reload import Live
from bot.moderation.unanswered import (
    MAX_GROUPED,
    Group,
    GroupWithNearest,
    Order,
    group_questions,
    sort_groups,
    with_nearest,
    without_withdrawn,
)
from bot.store.store import Store
from bot.store.types import Resolution, Unanswered

MAX_SERVERS: Final = 16
"""The most servers whose groups to cache; other servers' groups are computed when somebody opens the list."""


@dataclass(frozen=True, slots=True)
class _Known:
    answerer: weakref.ref[Answerer]
    """Weak, or each server would keep in memory the one in use when its list was last opened, 25 MB and more."""

    questions: Sequence[Unanswered]
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True)
class Settled:
    """The result of an edit for a group of questions."""

    done: int
    """How many questions were taken off the list."""

    left: tuple[str, ...]
    """The wordings that stay on the list."""

    asked: str = ""
    """The id of one of the questions that were taken off; empty for none."""


class Backlog:
    """Groups the questions of each server, and does so again when the questions or the knowledge have changed.

    A group has no lasting identity. It is found by the id of any of its questions.
    """

    def __init__(self, live: Live[Answerer], store: Store) -> None:
        """Create it with an empty cache.

        Args:
            live: has the current Answerer.
            store: has the questions.
        """
        self._live: Final = live
        self._store: Final = store
        self._known: Final[LRUCache[int, _Known]] = LRUCache(MAX_SERVERS)

    async def groups(self, guild: int, order: Order) -> list[Group]:
        """Return the groups of a server's latest unanswered questions, without direct messages.

        Raises:
            StoreError: the store cannot be read now.
        """
        questions, answerer = await self._questions(guild), self._live.current
        known = self._known.get(guild)
        if known is None or known.answerer() is not answerer or known.questions != questions:
            grouped = await asyncio.to_thread(group_questions, questions, answerer.matcher)
            known = self._known[guild] = _Known(weakref.ref(answerer), questions, grouped)
        return sort_groups(known.groups, order)

    async def _questions(self, guild: int) -> Sequence[Unanswered]:
        found = await self._store.unanswered(guild, MAX_GROUPED)
        return without_withdrawn(found, self._live.current.base.withdrawn)

    def forget(self, guild: int) -> None:
        """Drop what is cached of a server that the bot has left."""
        self._known.pop(guild, None)

    async def with_nearest(self, groups: Sequence[Group]) -> list[GroupWithNearest]:
        """Return each group with the nearest entry, which takes a millisecond each."""
        return await asyncio.to_thread(with_nearest, groups, self._live.current.matcher)

    async def find(self, guild: int, asked: str) -> Group | None:
        """Return the group of a question; None if it is no longer on the list.

        Raises:
            StoreError: the store cannot be read now.
        """
        return next((group for group in await self.groups(guild, Order.COUNT) if asked in group.ids), None)

    async def wordings(self, guild: int, asked: str) -> tuple[str, ...]:
        """Return the wordings of a question's group from the cache, without spending the time to group questions.

        Returns:
            All wordings, the most frequent first; only the question's own if the group is not cached; none if the
            question is no longer on the list.

        Raises:
            StoreError: the store cannot be read now.
        """
        own = {question.id: question.text for question in await self._questions(guild)}
        if asked not in own:
            return ()
        known = self._known.get(guild)
        group = next((group for group in known.groups if asked in group.ids), None) if known else None
        return group.wordings if group else (own[asked],)

    async def settle(self, guild: int, asked: str, entry: str | None, resolution: Resolution) -> Settled:
        """Take the questions of a group that an edit has dealt with off the list.

        Args:
            guild: the server.
            asked: the id of one of the questions.
            entry: the entry that must answer them now; questions that it does not answer stay on the list. None to take
                off all.
            resolution: what was done.

        Raises:
            StoreError: the store cannot be used now; all questions stay on the list.
        """
        group = await self.find(guild, asked)
        if group is None:
            return Settled(0, ())
        known = self._known[guild]
        texts = {question.id: question.text for question in known.questions}
        left = await asyncio.to_thread(_astray, self._live.current, group, entry) if entry else ()
        done = [each for each in group.ids if " ".join(texts[each].split()) not in left]
        await self._store.resolve(done, resolution)
        return Settled(len(done), left, next(iter(done), ""))

    async def dismiss(self, guild: int, asked: str) -> Group | None:
        """Take a group off the list; :meth:`put_back` undoes that.

        Args:
            guild: the server.
            asked: the id of one of its questions.

        Returns:
            The group; None if it is no longer on the list.

        Raises:
            StoreError: the store cannot be written now; the group stays on the list.
        """
        group = await self.find(guild, asked)
        if group:
            await self._store.resolve(group.ids, Resolution.DISMISSED)
        return group

    async def put_back(self, guild: int, asked: str, *, edited: bool = False) -> bool:
        """Put a dismissed group back on the list.

        Args:
            guild: the server.
            asked: the id of one of its questions.
            edited: whether to put back a group that an edit has dealt with, too.

        Returns:
            Whether any question came back; none does if the group is on the list already or its texts have expired.

        Raises:
            StoreError: the store cannot be written now; the group stays dismissed.
        """
        return await self._store.reopen(guild, asked, edited=edited) > 0


def _astray(answerer: Answerer, group: Group, entry: str) -> tuple[str, ...]:
    """Return the wordings of a group that an entry doesn't answer."""
    return tuple(
        text for text in group.wordings if entry not in {answer.entry for answer in answerer.answer(text).answers}
    )
