"""The knowledge in use: its files are watched, checked and reloaded while the bot runs."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

import watchfiles

from bot.knowledge.folder import folder_digest
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.yaml_file import Problem

T = TypeVar("T")

_log = logging.getLogger(__name__)


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

    def __init__(self, folder: Path, build: Callable[[KnowledgeBase], T]) -> None:
        """Load the folder for the first time.

        Args:
            folder: the knowledge folder.
            build: builds the value for a knowledge base, which it must not change.

        Raises:
            KnowledgeError: the folder has problems.
        """
        self.folder: Final = folder
        """The knowledge folder."""

        self.build = build
        self._seen = folder_digest(folder)
        self.current: T = build(load(folder))
        self._problems: tuple[Problem, ...] = ()
        self._elsewhere: tuple[Problem, ...] = ()
        self.reloads = 0
        self.refused = 0

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
        state = folder_digest(self.folder)
        if state == self._seen:
            return not self._problems
        try:
            value = self.build(load(self.folder))
        except KnowledgeError as error:
            self._problems, self._seen = error.problems, state
            self.refused += 1
            found = " | ".join(map(str, error.problems))
            _log.error("The knowledge files have problems, so the last good state stays in use: %s", found)
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
        self.current, self._problems, self._seen = value, (), state
        self.reloads += 1

    async def watch(self, reload: Callable[[], object] | None = None) -> None:
        """Reload after every change of the folder, until cancelled.

        An unexpected failure of a reload is logged and the watch continues, whatever an editor or a file system does to
        the files.

        Args:
            reload: called instead of :meth:`reload`; it can wait until all files of an edit are written.
        """
        async for _ in watchfiles.awatch(self.folder, recursive=True, watch_filter=_is_knowledge):
            try:
                await asyncio.to_thread(reload or self.reload)
            except Exception:  # noqa: BLE001 (a failed reload must not end the watch)
                _log.exception("The knowledge files could not be reloaded; the last good state stays in use.")


def _is_knowledge(_change: watchfiles.Change, path: str) -> bool:
    """Return whether a change concerns a YAML file; the desk's own files do not count."""
    return path.endswith(".yaml")
