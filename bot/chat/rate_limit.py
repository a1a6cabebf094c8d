"""Rate limits over sliding windows."""

from collections import deque
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Final, final

from cachetools import LRUCache

MEMBER_LIMIT: Final = (5, 20.0)
"""The most questions of one member, in all channels together, and the window in seconds."""

CHANNEL_LIMIT: Final = (20, 60.0)
"""The most questions of all members in one channel, and the window in seconds."""

MAX_KEYS: Final = 10_000
"""The most keys to remember; the least recently used one is forgotten first."""


@final
class SlidingWindow:
    """Counts recent events by key (a member, a channel), in memory only."""

    def __init__(self, times: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        """Create a limit without events.

        Args:
            times: how many events are allowed in any window.
            seconds: the length of the window.
            clock: returns the time in seconds.
        """
        self._times = times
        self._seconds = seconds
        self._clock = clock
        self._taken: LRUCache[Hashable, deque[float]] = LRUCache(MAX_KEYS)

    def free(self, key: Hashable) -> bool:
        """Return whether :meth:`take` would be allowed now."""
        taken = self._taken.get(key)
        return taken is None or len(taken) < self._times or self._clock() - taken[0] >= self._seconds

    def take(self, key: Hashable) -> bool:
        """Count an event if it is allowed, and return whether it was. Refused events don't count."""
        if not self.free(key):
            return False
        self._taken.setdefault(key, deque(maxlen=self._times)).append(self._clock())
        return True
