"""A queue of writes, so that no answer waits for a database."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar, final

from bot.plurals import counted
from bot.store.store import StoreError
from bot.supervision import Supervisor

MAX_WAITING: Final = 10_000
"""The most writes in the queue; beyond that, the oldest is dropped."""

BATCH: Final = 500
"""The most writes in one transaction."""

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
"""Seconds until the first retry after a failure, and between retries at most; the pause doubles each time."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class WriteRefusedError(StoreError):
    """The database works but rejects the values."""

    def __init__(self) -> None:
        super().__init__("The database doesn't accept what it was given.")


@final
class WriteQueue(Generic[T]):
    """A bounded queue, and the task that writes it in order and in batches, retrying a batch until it succeeds.

    A batch may be written twice if the database carried it out but the confirmation was lost, so writes must be
    idempotent.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]], *, pause: float = FIRST_PAUSE) -> None:
        """Create an empty queue; see :meth:`start`.

        Args:
            write: writes a batch in one transaction; raises StoreError if it cannot.
            pause: seconds from one transaction to the next, and until the first retry after a failure.
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
        """Queue a write. If the queue is full, the oldest write is dropped and counted as lost."""
        if len(self._queue) >= MAX_WAITING:
            self._queue.popleft()
            self.lost += 1
        self._queue.append(write)
        self._wanted.set()

    async def flush(self) -> None:
        """Write everything that is in the queue now.

        Raises:
            StoreError: the database cannot be used; the queue is kept.
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
        """Write a rejected batch one by one, and drop what is rejected again; it would block the rest forever."""
        while self._batch:
            write, *rest = self._batch
            try:
                await self._write([write])
            except WriteRefusedError:
                self.lost += 1
                _log.exception("A %s can't be written and is dropped.", type(write).__name__)
            self._batch = rest

    def start(self, supervisor: Supervisor, name: str) -> None:
        """Start the task, inside a running loop.

        Args:
            supervisor: keeps it running.
            name: its name there.
        """
        self._task = asyncio.create_task(supervisor.keep_running(name, self._run), name=name)

    async def _run(self) -> None:
        pause = self._pause
        if self.waiting:
            # The task is started again after an unexpected error.
            self._wanted.set()
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
                # Collect the writes of this pause in one transaction: under load, two a second cost less than hundreds.
                await asyncio.sleep(pause)

    async def close(self) -> None:
        """Stop the task, and write what is left in the queue if the database can be used."""
        try:
            # A flush that has the lock is in the middle of a transaction and must not be cancelled.
            async with self._turn:
                self._stop()
            with contextlib.suppress(StoreError):
                await self.flush()
        finally:
            self._stop()
            if self.waiting:
                _log.error("Stopped with %s that the database didn't accept.", counted(self.waiting, "write"))

    def _stop(self) -> None:
        if self._task:
            self._task.cancel()
