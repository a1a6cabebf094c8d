"""Rate limits: at most so many times in any span of so many seconds."""

from collections import deque
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Final, final

from cachetools import LRUCache

MEMBER_LIMIT: Final = (5, 20.0)
"""Questions of one member in so many seconds, in all channels together."""

CHANNEL_LIMIT: Final = (20, 60.0)
"""Questions of all members in one channel in so many seconds."""

MAX_KEYS: Final = 10_000
"""Keys that are remembered; the one used least recently is forgotten first."""


@final
class SlidingWindow:
    """Counts recent events by key (a member, a channel), in memory only."""

    def __init__(self, times: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        """Allow something `times` times in any span of `seconds`; `clock` tells seconds."""
        self._times = times
        self._seconds = seconds
        self._clock = clock
        self._taken: LRUCache[Hashable, deque[float]] = LRUCache(MAX_KEYS)

    def free(self, key: Hashable) -> bool:
        """Return whether :meth:`take` would be allowed now."""
        taken = self._taken.get(key)
        return taken is None or len(taken) < self._times or self._clock() - taken[0] >= self._seconds

    def take(self, key: Hashable) -> bool:
        """Count one time if it is allowed, and return whether it was. What is refused doesn't count."""
        if not self.free(key):
            return False
        self._taken.setdefault(key, deque(maxlen=self._times)).append(self._clock())
        return True
