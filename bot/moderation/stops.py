"""Taking entries out of service at once and putting them back: where a stop holds, and who may end it.

A stop waits for nothing: it holds in this process before Discord, the database or the other processes are asked, and
it doesn't touch the files, so no edit under way delays it.
"""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.store.store import Store
from bot.store.types import Stop

SAVE_SECONDS: Final = 3.0
"""How long a moderator waits for the database before they are told that it hasn't saved the stop yet."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The stop that holds now."""

    stop: Stop
    already: bool
    """Whether it held before."""


@dataclass(frozen=True, slots=True)
class Started:
    """What came of putting an entry back."""

    ended: bool
    """Whether a stop was ended."""

    left: Stop | None
    """A stop that still holds, because the server's moderators may not end it."""


class Stops:
    """Stops and starts entries for the moderators of a server.

    Moderators of a server that may edit the FAQ do so everywhere, others in their own server: one FAQ answers in many
    servers.
    """

    def __init__(self, store: Store, may_edit: Callable[[int], bool]) -> None:
        """Begin with the stops that the store holds.

        Args:
            store: where they are kept.
            may_edit: tells of a server, by its id, whether its moderators may edit the FAQ.
        """
        self._store: Final = store
        self._may_edit: Final = may_edit

    def find(self, entry: str, guild: int) -> Stop | None:
        """Return the stop of an entry that holds in a server."""
        return self._store.stops(guild).get(entry)

    def may_end(self, stop: Stop, guild: int) -> bool:
        """Return whether the moderators of a server may end a stop."""
        return stop.guild == guild or self._may_edit(guild)

    def stop(self, entry: str, guild: int, by: str, reason: str | None = None) -> Stopped:
        """Take an entry out of service in this process; :meth:`save` keeps that and tells the other processes.

        Args:
            entry: its id.
            guild: the moderator's server.
            by: the moderator's display name.
            reason: for the other moderators, in one line.
        """
        scope = None if self._may_edit(guild) else guild
        known = self.find(entry, guild)
        if known and known.guild in {None, scope}:
            return Stopped(known, already=True)
        made = Stop(entry, scope, dt.datetime.now(dt.UTC), by, reason)
        self._store.hold(made)
        return Stopped(made, already=False)

    def start(self, entry: str, guild: int, by: str) -> Started:
        """Put an entry back into service in this process, as far as a server's moderators may.

        Args:
            entry: its id.
            guild: the moderator's server.
            by: the moderator's display name.
        """
        ended = False
        while (known := self.find(entry, guild)) and self.may_end(known, guild):
            self._store.hold(dataclasses.replace(known, ended=dt.datetime.now(dt.UTC), ended_by=by))
            ended = True
        return Started(ended, known)

    async def save(self) -> None:
        """Write what holds to the database.

        Raises:
            StoreError: the database can't be written now; the store keeps trying.
            TimeoutError: it takes longer than :data:`SAVE_SECONDS`; the store keeps trying.
        """
        async with asyncio.timeout(SAVE_SECONDS):
            await self._store.save_stops()
