"""What each member was answered last, for a few minutes, so that "and when was that?" can be understood."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Final

from bot.answering.answerer import Reply

LIFETIME: Final = 300.0
"""Seconds after which an answer is no longer what a follow-up leans on."""

MOST: Final = 10_000
"""Conversations that are remembered; the oldest is forgotten first."""


class Conversations:
    """The last entry of each conversation, in memory only."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Start with nothing remembered; `clock` tells seconds."""
        self._clock = clock
        self._last: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()

    def last(self, who: Hashable) -> str | None:
        """Return the id of the entry that was answered last in a conversation, if that is not long ago."""
        when, entry = self._last.get(who, (0.0, None))
        return entry if entry and self._clock() - when <= LIFETIME else None

    def remember(self, who: Hashable, reply: Reply) -> None:
        """Keep what was answered; a reply without an answer ends the conversation."""
        now = self._clock()
        self._last.pop(who, None)
        if reply.latest:
            self._last[who] = (now, reply.latest)
        while self._last and (len(self._last) > MOST or now - next(iter(self._last.values()))[0] > LIFETIME):
            self._last.popitem(last=False)
