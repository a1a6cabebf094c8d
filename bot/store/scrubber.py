"""What is deleted from a file of SQLite leaves its bytes, too, while the bot runs.

A DELETE leaves what it deletes in three places:

1. in the space that it frees, which ``secure_delete`` overwrites; :mod:`bot.store.engine` switches it on;
2. in the write-ahead log, until a checkpoint that nobody who reads is in the way of has truncated that;
3. in pages from which rows had been moved to others to balance the tree: some of their bytes stay behind in space that
   counts as free already, so that no DELETE reaches them. Only VACUUM writes all pages anew.

See https://www.sqlite.org/pragma.html#pragma_secure_delete and https://www.sqlite.org/pragma.html#pragma_wal_checkpoint.
"""

import asyncio
import contextlib
import logging
import sqlite3
from pathlib import Path
from typing import Final, final

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
"""Seconds until the next try; each pause is twice the one before."""

_PATIENCE: Final = 1.0
"""Seconds for which whoever reads or writes is waited for at a try. Nobody else can write meanwhile."""

_UNTIL_AGAIN: Final = 0.02
"""Seconds until a try that is to end is told so again."""

_log = logging.getLogger(__name__)


@final
class Scrubber:
    """Takes what was deleted out of a database's files: soon, and again until it has succeeded.

    A kill at any instant leaves the database whole, and what is left to do for the next start.
    """

    def __init__(self, file: Path, *, pause: float = FIRST_PAUSE) -> None:
        """Start with nothing to do and no task.

        Args:
            file: the database.
            pause: seconds until the first new try.
        """
        self._file: Final = file
        self._pause: Final = pause
        self._wanted: Final = asyncio.Event()
        self._rewrite = False
        self._task: asyncio.Task[None] | None = None
        self._thread: asyncio.Future[tuple[bool, str | None]] | None = None
        self._connection: sqlite3.Connection | None = None

    def want(self, *, rewrite: bool) -> None:
        """Say that something was deleted.

        Args:
            rewrite: whether to write all pages anew. That takes 0.1 s for a hundred thousand questions, and for a
                while as much room again as the file has.
        """
        self._rewrite |= rewrite
        self._wanted.set()

    def start(self) -> None:
        """Start the task, inside a running loop."""
        self._task = asyncio.create_task(self._run(), name="scrubber of the store")

    async def close(self) -> None:
        """Stop at once; what is left to do is done at the next start."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        while self._thread and not self._thread.done():
            # Nothing happens to what has not begun yet, or has just ended.
            with contextlib.suppress(sqlite3.ProgrammingError):
                if self._connection:
                    self._connection.interrupt()
            await asyncio.wait([self._thread], timeout=_UNTIL_AGAIN)

    async def _run(self) -> None:
        pause = self._pause
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            rewrite, self._rewrite = self._rewrite, False
            self._thread = asyncio.ensure_future(asyncio.to_thread(self._scrub, rewrite=rewrite))
            left, problem = await asyncio.shield(self._thread)
            if problem is None:
                if pause > self._pause:
                    _log.info("What was deleted is out of the files of the database now.")
                pause = self._pause
                continue
            if pause == self._pause:
                _log.warning("What was deleted is still in the files of the database: %s.", problem)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            self.want(rewrite=left)

    def _scrub(self, *, rewrite: bool) -> tuple[bool, str | None]:
        """Scrub once; tell whether the pages are still to be written anew, and what was in the way."""
        where = f"{self._file.resolve().as_uri()}?mode=rw"
        try:
            opened = sqlite3.connect(where, uri=True, timeout=_PATIENCE, isolation_level=None)
            with contextlib.closing(opened) as self._connection:
                opened.execute("PRAGMA secure_delete=ON")
                if rewrite:
                    opened.execute("VACUUM")
                    # Again and again, it would fill the log that somebody who reads keeps from being truncated.
                    rewrite = False
                (busy, *_) = opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            return rewrite, str(error)
        return rewrite, "somebody is reading them" if busy else None
