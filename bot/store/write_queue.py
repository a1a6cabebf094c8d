"""Writes that wait their turn, so that no answer waits for a database."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar, final

from bot.store.store import StoreError

MOST: Final = 10_000
"""Writes that may wait; beyond that the oldest goes."""

BATCH: Final = 500
"""Writes of one transaction."""

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
"""Seconds until the next try after a failure; each pause is twice the one before."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class WriteRefusedError(StoreError):
    """The database is well, but does not take what it was given."""

    def __init__(self) -> None:
        super().__init__("The database does not take what it was given.")


@final
class WriteQueue(Generic[T]):
    """A bounded queue and the one task that empties it in batches, in order, and never gives a batch up.

    A batch may be written twice, where the database had done it but could not say so: writing must be idempotent.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]], *, pause: float = FIRST_PAUSE) -> None:
        """Start with an empty queue and no task.

        Args:
            write: writes a batch in one transaction; raises StoreError where it cannot.
            pause: seconds from one transaction to the next, and until the first new try after a failure.
        """
        self.lost = 0
        self._write: Final = write
        self._pause: Final = pause
        self._queue: Final[deque[T]] = deque()
        self._batch: Sequence[T] = ()
        self._turn: Final = asyncio.Lock()
        self._wanted: Final = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many writes are not in the database yet."""
        return len(self._queue) + len(self._batch)

    def put(self, write: T) -> None:
        """Let a write wait; where too many do, the oldest is lost and counted."""
        if len(self._queue) >= MOST:
            self._queue.popleft()
            self.lost += 1
        self._queue.append(write)
        self._wanted.set()

    async def flush(self) -> None:
        """Write what waits now.

        Raises:
            StoreError: the database cannot be used; everything waits on.
        """
        async with self._turn:
            todo = self.waiting
            while todo > 0:
                if not self._batch:
                    self._batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
                todo -= len(self._batch)
                try:
                    await self._write(self._batch)
                    self._batch = ()
                except WriteRefusedError:
                    await self._write_singly()

    async def _write_singly(self) -> None:
        """Write a batch of which the database does not take all; what it refuses would hold up the rest for ever."""
        while self._batch:
            write, *rest = self._batch
            try:
                await self._write([write])
            except WriteRefusedError:
                self.lost += 1
                _log.exception("A %s cannot be written and is given up.", type(write).__name__)
            self._batch = rest

    def start(self) -> None:
        """Start the task, inside a running loop."""
        self._task = asyncio.create_task(self._run(), name="writer of the store")

    async def _run(self) -> None:
        pause = self._pause
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.flush()
            except StoreError:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                self._wanted.set()
            else:
                pause = self._pause
                # What comes meanwhile goes into one transaction: under load two a second cost less than hundreds.
                await asyncio.sleep(pause)

    async def close(self) -> None:
        """Stop the task and write what still waits, as far as the database takes it."""
        try:
            # Whoever has the turn is amid a transaction, which is not to be cut off.
            async with self._turn:
                self._stop()
            with contextlib.suppress(StoreError):
                await self.flush()
        finally:
            self._stop()
            if self.waiting:
                _log.error("Stopped with %d writes that the database did not take.", self.waiting)

    def _stop(self) -> None:
        if self._task:
            self._task.cancel()
