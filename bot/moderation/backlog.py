"""The unanswered questions of a server, in groups, and what moderators do about them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache

from bot.answering.answerer import Answerer
from bot.knowledge.reload import Live
from bot.moderation.unanswered import MAX_GROUPED, Group, Order, Placed, grouped, ordered, placed
from bot.store.store import Store
from bot.store.types import Resolution, Unanswered

MAX_SERVERS: Final = 16
"""Servers whose groups are cached; the others' are made again when somebody looks at them."""


@dataclass(frozen=True, slots=True)
class _Known:
    answerer: Answerer
    questions: Sequence[Unanswered]
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a group after an edit."""

    done: int
    """How many questions were taken off the list."""

    left: tuple[str, ...]
    """The wordings that stay on it."""


class Backlog:
    """Groups the questions of each server, again whenever these or the knowledge have changed.

    A group has no lasting identity: it is found by the id of any of its questions.
    """

    def __init__(self, live: Live[Answerer], store: Store) -> None:
        """Start with nothing cached.

        Args:
            live: gives the current Answerer.
            store: where the questions are.
        """
        self._live: Final = live
        self._store: Final = store
        self._known: Final[LRUCache[int, _Known]] = LRUCache(MAX_SERVERS)

    async def groups(self, guild: int, order: Order) -> list[Group]:
        """Return the groups of a server's latest unanswered questions; direct messages belong to no server.

        Raises:
            StoreError: the store cannot be read now.
        """
        questions, answerer = await self._store.unanswered(guild, MAX_GROUPED), self._live.current
        known = self._known.get(guild)
        if known is None or known.answerer is not answerer or known.questions != questions:
            known = _Known(answerer, questions, await asyncio.to_thread(grouped, questions, answerer.matcher))
            self._known[guild] = known
        return ordered(known.groups, order)

    async def placed(self, groups: Sequence[Group]) -> list[Placed]:
        """Return each group with the entry that it may belong to; a millisecond each."""
        return await asyncio.to_thread(placed, groups, self._live.current.matcher)

    async def find(self, guild: int, asked: str) -> Group | None:
        """Return the group of a question; None if somebody has dealt with it.

        Raises:
            StoreError: the store cannot be read now.
        """
        return next((group for group in await self.groups(guild, Order.COUNT) if asked in group.ids), None)

    async def wordings(self, guild: int, asked: str) -> tuple[str, ...]:
        """Return the wordings of a question's group if they are cached, without the time that grouping takes.

        Returns:
            All of them, the one used most first; only the question's own where the list has changed; none where
            somebody has dealt with it.

        Raises:
            StoreError: the store cannot be read now.
        """
        own = {question.id: question.text for question in await self._store.unanswered(guild, MAX_GROUPED)}
        if asked not in own:
            return ()
        known = self._known.get(guild)
        group = next((group for group in known.groups if asked in group.ids), None) if known else None
        return group.wordings if group else (own[asked],)

    async def settle(self, guild: int, asked: str, entry: str | None, resolution: Resolution) -> Settled:
        """Take the questions that an edit has dealt with off the list.

        Args:
            guild: the server.
            asked: the id of one of the questions.
            entry: what they must lead to now; one that doesn't stays. None if all of them are dealt with.
            resolution: what was done.

        Raises:
            StoreError: the store cannot be used now; all of them stay on the list.
        """
        group = await self.find(guild, asked)
        if group is None:
            return Settled(0, ())
        known = self._known[guild]
        texts = {question.id: question.text for question in known.questions}
        left = await asyncio.to_thread(_astray, known.answerer, group, entry) if entry else ()
        done = [each for each in group.ids if " ".join(texts[each].split()) not in left]
        await self._store.resolve(done, resolution)
        return Settled(len(done), left)

    async def dismiss(self, guild: int, asked: str) -> Group | None:
        """Take a group off the list; :meth:`put_back` reverses that.

        Args:
            guild: the server.
            asked: the id of one of its questions.

        Returns:
            The group; None where somebody has dealt with it.

        Raises:
            StoreError: the store cannot be written now; it stays on the list.
        """
        group = await self.find(guild, asked)
        if group:
            await self._store.resolve(group.ids, Resolution.DISMISSED)
        return group

    async def put_back(self, guild: int, asked: str) -> bool:
        """Put a dismissed group back on the list.

        Args:
            guild: the server.
            asked: the id of one of its questions.

        Returns:
            Whether anything came back; nothing does if it is on the list already, or if its words have expired.

        Raises:
            StoreError: the store cannot be written now; it stays dismissed.
        """
        return await self._store.reopen(guild, asked) > 0


def _astray(answerer: Answerer, group: Group, entry: str) -> tuple[str, ...]:
    """Return the wordings of a group that aren't answered with an entry."""
    return tuple(
        text for text in group.wordings if entry not in {answer.entry for answer in answerer.answer(text).answers}
    )
