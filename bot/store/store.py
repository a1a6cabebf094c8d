"""What every store can do, whether it writes to a database or not."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from bot.errors import CasebotError
from bot.store.types import Asked, GuildSettings, Health, ReplyLink, Resolution, Stats, Stop, Unanswered


class StoreError(CasebotError):
    """The store cannot do it now; the text says so to a moderator in one sentence, without secrets."""


class Store(Protocol):
    """The one door to what the bot remembers.

    Methods that are not coroutines never wait and never raise: they are called on the way of an answer, and what
    they write is written later. Coroutines may wait for a database; where it cannot be reached they raise
    :class:`StoreError`.
    """

    def settings(self, guild: int | None) -> GuildSettings:
        """Give what a server has set up; the defaults for None (a direct message)."""

    def all_settings(self) -> Mapping[int, GuildSettings]:
        """Give the settings of every server that has set up anything, by server id."""

    async def save_settings(self, guild: int, settings: GuildSettings) -> None:
        """Keep a server's settings; on return they hold, in this process and, soon, in all others."""

    async def hear(self, topic: str) -> None:
        """Read again what another process has announced to have changed.

        Args:
            topic: one of :class:`~bot.store.announce.ChangeKind`; those of others than the store are passed over.

        Raises:
            StoreError: the database cannot be used; what was read before holds.
        """

    def stops(self, guild: int | None) -> Mapping[str, Stop]:
        """Return what is out of service in a server, by the entry's id: there and everywhere.

        Args:
            guild: the server; None for a direct message.
        """

    def hold(self, stop: Stop) -> None:
        """Let a stop hold, or end, in this process at once; :meth:`save_stops` keeps it and tells the others.

        Args:
            stop: a new one, or one of :meth:`stops` that has been ended.
        """

    async def save_stops(self) -> None:
        """Keep the stops that are held, so that they outlive the process, and tell the other processes.

        Raises:
            StoreError: not yet; what is held goes on holding here, and is kept as soon as the database is back.
        """

    async def stop_history(self, guild: int, entry: str | None = None) -> Sequence[Stop]:
        """List what was stopped in a server or everywhere, and what of it has ended, latest first.

        Args:
            guild: the server.
            entry: only this entry; None for all.
        """

    def record(self, asked: Asked, member: int) -> None:
        """Keep a question, unless its server or the member has opted out. The member is not kept."""

    def picked(self, asked: str, entry: str) -> None:
        """Note that somebody took a suggestion, so that the question does not count as unanswered.

        Args:
            asked: :attr:`Asked.id`.
            entry: the entry that was picked.
        """

    def vote(self, asked: str, entry: str, member: int, *, helpful: bool) -> None:
        """Count a member's vote on an answer; a later vote of the same member on the same answer replaces it.

        A vote on a question that is not kept is not kept either.

        Args:
            asked: :attr:`Asked.id`.
            entry: the entry that was shown.
            member: who votes; kept as a salted hash only.
            helpful: whether the answer helped.
        """

    def link(self, link: ReplyLink) -> None:
        """Remember for a day which messages answer which; a link of the same question is replaced."""

    def unlink(self, question: int) -> None:
        """Forget the link of a member's message."""

    async def find_link(self, question: int) -> ReplyLink | None:
        """Find the messages that answer a member's message, if that is not more than a day ago."""

    async def unanswered(self, guild: int | None = None, limit: int | None = None) -> Sequence[Unanswered]:
        """List what awaits a moderator, latest first.

        Args:
            guild: only what was asked in this server; None for everything.
            limit: only that many; None for all.
        """

    async def resolve(self, asked: Iterable[str], resolution: Resolution) -> None:
        """Take questions off the moderators' list; it remembers that they went together.

        Args:
            asked: ids, :attr:`Asked.id`; unknown ones are passed over.
            resolution: what was done about them.
        """

    async def reopen(self, guild: int, asked: str) -> int:
        """Put back on the list what was dismissed together, as far as the words are kept.

        Args:
            guild: the server.
            asked: the id of any of the questions.

        Returns:
            How many questions came back.
        """

    async def stats(self, since: dt.datetime, guild: int | None = None, *, until: dt.datetime | None = None) -> Stats:
        """Count the questions since a moment, and the votes on them, in one server or in all.

        Args:
            since: the moment.
            guild: the server; None for all.
            until: the moment before which it ends; None for now.
        """

    async def begin_digest(self, guild: int, week: dt.date) -> bool:
        """Note that a server gets the digest of a week now; tell whether it has had neither this nor a later one.

        Args:
            guild: the server.
            week: its last day.
        """

    def keeps_questions_of(self, member: int) -> bool:
        """Tell whether the member's questions may be kept."""

    async def set_keeps_questions_of(self, member: int, *, keep: bool) -> None:
        """Opt a member out of question logging, or in again."""

    async def forget(self, member: int) -> int:
        """Delete everything that is kept under a member's hash.

        Returns:
            How many votes were deleted.
        """

    def health(self) -> Health:
        """Tell how the store fares."""
