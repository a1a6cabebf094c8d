"""Background tasks that end only with the process: each failure is logged once, shown, and followed by another try."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, final

from bot.errors import kind

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
"""Seconds before the first new try, and between tries at most; the pause doubles each time."""

STEADY: Final = 60.0
"""Seconds that a task has to run before its last failure counts as over."""

Work: TypeAlias = Callable[[], Awaitable[object]]

_log = logging.getLogger(__name__)


class EndedError(Exception):
    """A task that should run for as long as the process has returned."""


@final
class Supervisor:
    """Keeps the background tasks of a process running, and knows which of them fail."""

    def __init__(self, *, pause: float = FIRST_PAUSE, steady: float = STEADY) -> None:
        """Create a supervisor without tasks.

        Args:
            pause: see :data:`FIRST_PAUSE`.
            steady: see :data:`STEADY`.
        """
        self._pause: Final = pause
        self._steady: Final = steady
        self._failing: Final[dict[str, str]] = {}

    @property
    def failing(self) -> Mapping[str, str]:
        """The tasks that fail now, by their names, and why: the kind of the error, without anybody's words."""
        return MappingProxyType(self._failing)

    async def keep_running(self, name: str, work: Work) -> None:
        """Run a task until cancelled: whenever it fails or returns, wait and start it again.

        Args:
            name: the subject of a sentence, such as "The digest for moderators".
            work: starts the task.
        """
        loop = asyncio.get_running_loop()
        pause = self._pause
        while True:
            began = loop.time()
            steady = loop.call_later(self._steady, self.succeeded, name)
            try:
                with self.attempt(name, clears=False):
                    await work()
                    raise EndedError
            finally:
                steady.cancel()
            if loop.time() - began >= self._steady:
                pause = self._pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def until_done(self, name: str, work: Work) -> None:
        """Run a task that ends by itself, again and again until it has succeeded once.

        Args:
            name: see :meth:`keep_running`.
            work: starts the task.
        """
        pause = self._pause
        while True:
            with self.attempt(name):
                await work()
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    @contextlib.asynccontextmanager
    async def running(self, task: Awaitable[None]) -> AsyncIterator[None]:
        """Run :meth:`keep_running` or :meth:`until_done` beside a block, and cancel it at the end."""
        started = asyncio.ensure_future(task)
        try:
            yield
        finally:
            started.cancel()
            await asyncio.wait([started])

    @contextlib.contextmanager
    def attempt(self, name: str, *, clears: bool = True, instead: str = "") -> Iterator[None]:
        """Handle any failure of a block, which is one try of a task; being cancelled is none.

        Args:
            name: see :meth:`keep_running`.
            clears: whether the block's end means that the task works again.
            instead: see :meth:`failed`.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 (no error may end a task)
            self.failed(name, error, instead=instead)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Something that the task waited for was cancelled, not the task.
            self.failed(name, error, instead=instead)
        else:
            if clears:
                self.succeeded(name)

    def failed(self, name: str, error: BaseException, *, instead: str = "") -> None:
        """Note and log a failure, unless the task has already failed in the same way since it last worked.

        Args:
            name: see :meth:`keep_running`.
            error: what was raised.
            instead: a sentence that says what happens until it works again.
        """
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        why = kind(error)
        if self._failing.get(name) != why:
            after = f" {instead}" if instead else ""
            if isinstance(error, OSError):
                # The system says why, in its own words, and the place in the code adds nothing.
                _log.warning("%s failed and is tried again (%s).%s", name, error, after)
            else:
                _log.error("%s failed and is tried again.%s", name, after, exc_info=error)
        self._failing[name] = why

    def succeeded(self, name: str) -> None:
        """Note that a task works, and log it if it had failed."""
        if self._failing.pop(name, None) is not None:
            _log.info("%s works again.", name)
