"""Stopping entries at once and putting them back: where a stop applies, and who may end it.

A stop waits for nothing. It applies in this process before Discord, the database or other processes are involved, and
it doesn't change the files, so no edit in progress delays it.
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
    """The result of stopping an entry."""

    stop: Stop
    """The stop in force."""

    before: Stop | None = None
    """The stop that was in force before: the same, unless another reason was given; None if there was none."""


@dataclass(frozen=True, slots=True)
class Started:
    """The result of putting an entry back into service."""

    ended: bool
    """Whether a stop was ended."""

    left: Stop | None
    """A stop that is still in force because the server's moderators may not end it."""


class Stops:
    """Stops and starts entries for the moderators of a server.

    One FAQ serves many servers. Where moderators may edit the FAQ, their stops apply everywhere; otherwise, only in
    their own server.
    """

    def __init__(self, store: Store, may_edit: Callable[[int], bool]) -> None:
        """Create it with the stops in the store.

        Args:
            store: keeps the stops.
            may_edit: returns whether the moderators of a server, given by its id, may edit the FAQ.
        """
        self._store: Final = store
        self._may_edit: Final = may_edit

    def find(self, entry: str, guild: int) -> Stop | None:
        """Return the stop of an entry that is in force in a server; None if there is none."""
        return self._store.stops(guild).get(entry)

    def may_end(self, stop: Stop, guild: int) -> bool:
        """Return whether the moderators of a server may end a stop."""
        return stop.guild == guild or self._may_edit(guild)

    def stop(self, entry: str, guild: int, by: str, reason: str | None = None) -> Stopped:
        """Stop an entry in this process; :meth:`save` writes that and tells the other processes.

        Args:
            entry: the entry's id.
            guild: the moderator's server.
            by: the moderator's display name.
            reason: one line for the other moderators. If the entry is stopped already, it takes the place of the
                earlier one, which stays in the history.
        """
        scope = None if self._may_edit(guild) else guild
        known = self.find(entry, guild)
        before = known if known and known.guild in {None, scope} else None
        if before and (not reason or reason == before.reason or before.guild != scope):
            return Stopped(before, before)
        made = Stop(entry, scope, dt.datetime.now(dt.UTC), by, reason)
        self._store.hold(made)
        return Stopped(made, before)

    def start(self, entry: str, guild: int, by: str) -> Started:
        """Put an entry back into service in this process, as far as the server's moderators may.

        Args:
            entry: the entry's id.
            guild: the moderator's server.
            by: the moderator's display name.
        """
        ended = False
        while (known := self.find(entry, guild)) and self.may_end(known, guild):
            self._store.hold(dataclasses.replace(known, ended=dt.datetime.now(dt.UTC), ended_by=by))
            ended = True
        return Started(ended, known)

    async def save(self) -> None:
        """Write the stops, and their ends, to the database.

        Raises:
            StoreError: the database can't be written now; the store keeps trying.
            TimeoutError: it takes longer than :data:`SAVE_SECONDS`; the store keeps trying.
        """
        async with asyncio.timeout(SAVE_SECONDS):
            await self._store.save_stops()
