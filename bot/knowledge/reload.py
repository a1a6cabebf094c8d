"""The knowledge in use: its files are watched, checked and reloaded while the bot runs."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from bot.knowledge.folder import folder_digest
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.watch import changes
from bot.knowledge.yaml_file import Problem
from bot.supervision import Supervisor

RELOAD: Final = "The reload of the knowledge files"
LAST_GOOD: Final = "The last good version stays in use."
"""What a supervisor says of a reload that fails."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


def _as_it_is(value: T) -> T:
    return value


class Live(Protocol[T]):
    """A value built from the knowledge base, which a reload replaces."""

    @property
    def folder(self) -> Path:
        """The knowledge folder."""

    @property
    def current(self) -> T:
        """The value in use now. Read it again for each use; don't keep it."""

    @property
    def problems(self) -> Sequence[Problem]:
        """The problems in the knowledge files now; empty if :attr:`current` was built from them."""

    @property
    def reloads(self) -> int:
        """Number of changes to the files that have come into use since the start."""

    @property
    def refused(self) -> int:
        """Number of changes that were invalid and not used, since the start."""

    def build(self, base: KnowledgeBase, /) -> T:
        """Build the value for a knowledge base, which takes seconds."""

    def use(self, value: T, state: str) -> None:
        """Use a value that was built elsewhere, from files with this digest."""

    def reload(self) -> bool:
        """Read the files again; return whether their content is in use."""

    def report(self, problems: Sequence[Problem]) -> None:
        """Set the problems at the files' origin, which keep the folder from being up to date; empty for none."""


class LiveKnowledge(Generic[T]):
    """Holds the value built from the last valid state of a knowledge folder.

    Readers get :attr:`current` again for each use. A reload builds the next value and then swaps the reference, so a
    reader sees either the old value or the new one, never a mixture.
    """

    def __init__(
        self, folder: Path, build: Callable[[KnowledgeBase], T], complete: Callable[[T], T] | None = None
    ) -> None:
        """Load the folder for the first time.

        Args:
            folder: the knowledge folder.
            build: builds the value for a knowledge base, which it must not change.
            complete: returns a value with what is known beside the files, such as their history; the same value if
                it has that. It is asked whenever a value is put into use, and when nothing has changed in the files.

        Raises:
            KnowledgeError: the folder has problems.
        """
        self.folder: Final = folder
        """The knowledge folder."""

        self.build = build
        self._complete: Final[Callable[[T], T]] = complete or _as_it_is
        self._seen = folder_digest(folder)
        self.current: T = self._complete(build(load(folder)))
        self._problems: tuple[Problem, ...] = ()
        self._elsewhere: tuple[Problem, ...] = ()
        self.reloads = 0
        self.refused = 0
        self._swapping: Final = threading.Lock()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems in the files now, or at their origin; empty if :attr:`current` was built from them."""
        return (*self._elsewhere, *self._problems)

    def report(self, problems: Sequence[Problem]) -> None:
        """Set the problems at the files' origin, which keep the folder from being up to date; empty for none."""
        self._elsewhere = tuple(problems)

    def reload(self) -> bool:
        """Read the folder again if it has changed; if it has problems, log them and keep the last valid state.

        Returns:
            Whether the files' content is in use.
        """
        current, state = self.current, folder_digest(self.folder)
        if state == self._seen:
            completed = self._complete(current)
            with self._swapping:
                # Another thread may have put a newer one into use since, which nothing would bring back.
                if self.current is current:
                    self.current = completed
            return not self._problems
        try:
            value = self.build(load(self.folder))
        except KnowledgeError as error:
            self._problems, self._seen = error.problems, state
            self.refused += 1
            found = " | ".join(map(str, error.problems))
            _log.error("The knowledge files have problems, so the last good version stays in use: %s", found)
            return False
        self.use(value, state)
        _log.info("The knowledge files have changed and are in use.")
        return True

    def use(self, value: T, state: str) -> None:
        """Use a value that was built elsewhere.

        Args:
            value: what readers get from now on.
            state: the :func:`~bot.knowledge.folder.folder_digest` of the folder that it was built from.
        """
        completed = self._complete(value)
        with self._swapping:
            self.current, self._problems, self._seen = completed, (), state
            self.reloads += 1

    async def watch(self, supervisor: Supervisor, reload: Callable[[], object] | None = None) -> None:
        """Reload after every change of the folder, until cancelled.

        Neither a failure of a reload nor anything that an editor or a file system does to the files ends the watch.

        Args:
            supervisor: is told about failures.
            reload: called instead of :meth:`reload`; it can wait until all files of an edit are written.
        """
        async with contextlib.aclosing(changes(self.folder, supervisor)) as changed:
            async for _ in changed:
                with supervisor.attempt(RELOAD, instead=LAST_GOOD):
                    await asyncio.to_thread(reload or self.reload)
