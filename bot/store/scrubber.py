"""Removing deleted data from the bytes of SQLite's files while the bot runs.

After a DELETE, the data may remain in three places:

1. in the space that the row used; ``secure_delete``, which :mod:`bot.store.engine` switches on, overwrites it;
2. in the write-ahead log, until a checkpoint truncates it, which an active reader prevents;
3. in pages from which rows were moved to balance the tree. The old bytes lie in space that already counts as free, so
   no DELETE reaches them. Only VACUUM rewrites all pages.

See https://www.sqlite.org/pragma.html#pragma_secure_delete and https://www.sqlite.org/pragma.html#pragma_wal_checkpoint.
"""

import asyncio
import contextlib
import logging
import sqlite3
from pathlib import Path
from typing import Final, final

from bot.supervision import Supervisor

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
"""Seconds until the first retry, and between retries at most; the pause doubles each time."""

TASK: Final = "The removal of deleted data from the files of the database"

_PATIENCE: Final = 1.0
"""Seconds that an attempt waits for readers and writers. Nobody else can write during that time."""

_INTERRUPT_INTERVAL: Final = 0.02
"""Seconds between interrupts of an attempt that has to end."""

_log = logging.getLogger(__name__)


@final
class Scrubber:
    """Removes deleted data from a database's files, retrying until it succeeds.

    If the process is killed, the database stays intact and the next start finishes the work.
    """

    def __init__(self, file: Path, *, pause: float = FIRST_PAUSE) -> None:
        """Create an idle scrubber; see :meth:`start`.

        Args:
            file: the database.
            pause: seconds until the first retry.
        """
        self._file: Final = file
        self._pause: Final = pause
        self._wanted: Final = asyncio.Event()
        self._rewrite = False
        self._task: asyncio.Task[None] | None = None
        self._thread: asyncio.Future[tuple[bool, str | None]] | None = None
        self._connection: sqlite3.Connection | None = None

    def request(self, *, rewrite: bool) -> None:
        """Request a run, because something was deleted.

        Args:
            rewrite: whether to VACUUM. That takes 0.1 s for a hundred thousand questions, and temporarily needs as
                much disk space again as the file.
        """
        self._rewrite |= rewrite
        self._wanted.set()

    def start(self, supervisor: Supervisor) -> None:
        """Start the task, which the supervisor keeps running, inside a running loop."""
        self._task = asyncio.create_task(supervisor.keep_running(TASK, self._run), name=TASK)

    async def close(self) -> None:
        """Stop at once; the next start does what is left."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        while self._thread and not self._thread.done():
            # An interrupt before the first statement or after the last has no effect, so it is repeated.
            with contextlib.suppress(sqlite3.ProgrammingError):
                if self._connection:
                    self._connection.interrupt()
            await asyncio.wait([self._thread], timeout=_INTERRUPT_INTERVAL)

    async def _run(self) -> None:
        pause = self._pause
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            rewrite, self._rewrite = self._rewrite, False
            self._thread = asyncio.ensure_future(asyncio.to_thread(self._scrub, rewrite=rewrite))
            try:
                left, problem = await asyncio.shield(self._thread)
            except Exception:
                # For the restarted task.
                self.request(rewrite=rewrite)
                raise
            if problem is None:
                if pause > self._pause:
                    _log.info("Deleted data is now gone from the database's files.")
                pause = self._pause
                continue
            if pause == self._pause:
                _log.warning("Deleted data is still in the database's files: %s.", problem)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            self.request(rewrite=left)

    def _scrub(self, *, rewrite: bool) -> tuple[bool, str | None]:
        """Scrub once; return whether a VACUUM is still needed, and what prevented success (None for nothing)."""
        where = f"{self._file.resolve().as_uri()}?mode=rw"
        try:
            opened = sqlite3.connect(where, uri=True, timeout=_PATIENCE, isolation_level=None)
            with contextlib.closing(opened) as self._connection:
                opened.execute("PRAGMA secure_delete=ON")
                if rewrite:
                    opened.execute("VACUUM")
                    # Not again in a retry: each VACUUM would grow the log that a reader keeps from being truncated.
                    rewrite = False
                (busy, *_) = opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            return rewrite, str(error)
        return rewrite, "somebody is reading them" if busy else None
