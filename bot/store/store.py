"""The interface of every store, with or without a database."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from bot.errors import CasebotError
from bot.store.types import Asked, GuildSettings, Health, ReplyLink, Resolution, Stats, Stop, Unanswered


class StoreError(CasebotError):
    """The store cannot do it now. The text is one sentence without secrets that a moderator may see."""


class Store(Protocol):
    """The only access to what the bot remembers.

    Plain methods never block and never raise, because they are called while a member waits for an answer; their writes
    are queued. Coroutines may wait for a database, and raise :class:`StoreError` if it cannot be used.
    """

    @property
    def retention(self) -> dt.timedelta | None:
        """How long the text of a question is kept; None if nothing outlives the process."""

    def settings(self, guild: int | None) -> GuildSettings:
        """Return the settings of a server; the defaults for None (a direct message)."""

    def all_settings(self) -> Mapping[int, GuildSettings]:
        """Return the settings of every server that has set up anything, by server id."""

    async def change_settings(self, guild: int, edit: Callable[[GuildSettings], GuildSettings]) -> None:
        """Apply an edit to a server's settings as they are saved now, even if others change them at the same moment.

        The new ones apply to this process on return, and to the others soon after.

        Args:
            guild: the server.
            edit: returns the new settings for the current ones.

        Raises:
            StoreError: they can't be saved; nothing is changed.
        """

    async def reload_changed(self, topic: str) -> None:
        """Reload what another process has announced as changed.

        Args:
            topic: the announcement, see :class:`~bot.store.announce.ChangeKind`; one that does not concern the store
                is ignored.

        Raises:
            StoreError: the database cannot be used; the values read earlier stay in use.
        """

    def stops(self, guild: int | None) -> Mapping[str, Stop]:
        """Return the stops in force in a server, by entry id, including those for everywhere.

        Args:
            guild: the server; None for a direct message.
        """

    def hold(self, stop: Stop) -> None:
        """Apply a stop, or the end of one, to this process at once, and queue it to be saved.

        :meth:`save_stops` waits until it is saved and the other processes know.

        Args:
            stop: a new stop, or a copy of one from :meth:`stops` with :attr:`~bot.store.types.Stop.ended` set.
        """

    async def save_stops(self) -> None:
        """Save the stops passed to :meth:`hold`, and announce them to the other processes.

        Raises:
            StoreError: the database cannot be used. The stops stay in force here and are saved when it is back.
        """

    async def stop_history(self, guild: int, entry: str | None = None) -> Sequence[Stop]:
        """Return the stops for a server or for everywhere, including those that have ended, latest first.

        Args:
            guild: the server.
            entry: only this entry; None for all.
        """

    def record(self, asked: Asked, *members: int) -> None:
        """Record a question, unless its server or one of the members has opted out. Their ids are not stored.

        Args:
            asked: the question.
            members: who asked it and, if it is somebody else's message, who wrote it.
        """

    def picked(self, asked: str, entry: str) -> None:
        """Note what the member who asked picked: a suggestion, or another question below an answer in doubt.

        With a suggestion, the question no longer counts as unanswered; with another question, it does from now on.

        Args:
            asked: :attr:`Asked.id`.
            entry: the entry that was picked.
        """

    def vote(self, asked: str, entry: str, member: int | None, *, helpful: bool) -> None:
        """Count a member's vote on an answer. It replaces an earlier vote of the member on the same answer.

        A vote on a question that is not stored is dropped.

        Args:
            asked: :attr:`Asked.id`.
            entry: the entry that was shown.
            member: the voter, stored only as a salted hash; None for the asker, about whom nothing is stored.
            helpful: whether the answer helped.
        """

    def link(self, link: ReplyLink) -> None:
        """Remember for a day which messages answer a question. It replaces an earlier link of the same question."""

    def unlink(self, question: int) -> None:
        """Forget the link of a member's message."""

    async def find_link(self, question: int) -> ReplyLink | None:
        """Return the link of a member's message, or None if there is none or it is more than a day old."""

    async def links_showing(self, entry: str) -> Sequence[ReplyLink]:
        """Return the links of the last day whose replies show an entry.

        Args:
            entry: the entry's id.
        """

    async def unanswered(self, guild: int | None = None, limit: int | None = None) -> Sequence[Unanswered]:
        """Return the questions on the moderators' list, the latest hour first; within an hour the order is random.

        Args:
            guild: only questions asked in this server; None for all.
            limit: how many at most; None for all.
        """

    async def resolve(self, asked: Iterable[str], resolution: Resolution) -> None:
        """Take questions off the moderators' list, and remember them as one group.

        Args:
            asked: ids, see :attr:`Asked.id`; unknown ones are ignored.
            resolution: what was done about them.
        """

    async def reopen(self, guild: int, asked: str, *, edited: bool = False) -> int:
        """Put a dismissed group of questions back on the list, except those whose text has been deleted.

        Args:
            guild: the server.
            asked: the id of any of the questions.
            edited: whether to put back a group that an edit has dealt with, too.

        Returns:
            How many questions came back.
        """

    async def stats(self, since: dt.datetime, guild: int | None = None, *, until: dt.datetime | None = None) -> Stats:
        """Return counts of the questions in a span of time, and of the votes on them.

        Args:
            since: start of the span, inclusive.
            guild: only this server; None for all.
            until: end of the span, exclusive; None for now.
        """

    async def begin_digest(self, guild: int, week: dt.date) -> bool:
        """Claim a server's weekly digest, so that only one process sends it.

        Args:
            guild: the server.
            week: the last day of the week.

        Returns:
            Whether to send it: False if the digest of this week or a later one has been claimed before.
        """

    def keeps_questions_of(self, member: int) -> bool:
        """Return whether the member's questions may be stored."""

    async def set_keeps_questions_of(self, member: int, *, keep: bool) -> None:
        """Opt a member out of question logging, or back in."""

    async def forget(self, member: int) -> int:
        """Delete everything stored under a member's hash.

        Returns:
            How many votes were deleted.
        """

    async def forget_server(self, guild: int) -> None:
        """Delete the questions of a server that the bot has left, and the votes on them; its settings stay."""

    def health(self) -> Health:
        """Return the state of the store."""
