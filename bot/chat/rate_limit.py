"""How often is too often: at most so many times in so many seconds."""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Final, final

MEMBER_LIMIT: Final = (5, 20.0)
"""Questions of one member in so many seconds, in all channels together."""

CHANNEL_LIMIT: Final = (20, 60.0)
"""Questions of all members in one channel in so many seconds."""

MAX_KEYS: Final = 10_000
"""Keys that are remembered; the one that was used least lately is forgotten first."""


@final
class SlidingWindow:
    """Counts what happened lately for each key (a member, a channel), in memory only."""

    def __init__(self, times: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        """Allow something `times` times in any span of `seconds`; `clock` tells seconds."""
        self._times = times
        self._seconds = seconds
        self._clock = clock
        self._taken: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def free(self, key: Hashable) -> bool:
        """Tell whether :meth:`take` would be allowed now."""
        taken = self._taken.get(key)
        return taken is None or len(taken) < self._times or self._clock() - taken[0] >= self._seconds

    def take(self, key: Hashable) -> bool:
        """Count one time if it is allowed; tell whether it was. What was refused does not count."""
        if not self.free(key):
            return False
        self._taken.setdefault(key, deque(maxlen=self._times)).append(self._clock())
        self._taken.move_to_end(key)
        if len(self._taken) > MAX_KEYS:
            self._taken.popitem(last=False)
        return True
