"""The knowledge that is in use: watched, checked and swapped while the bot runs."""

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
    """Holds what members are answered out of; a reload swaps it."""

    @property
    def folder(self) -> Path:
        """Where the knowledge files are."""

    @property
    def current(self) -> T:
        """What is in use now; never kept, always asked for again."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the knowledge files now; empty while :attr:`current` is what they say."""

    @property
    def reloads(self) -> int:
        """How many changes of the files came into use, since the start."""

    @property
    def refused(self) -> int:
        """How many changes did not, because the files had problems, since the start."""

    def build(self, base: KnowledgeBase, /) -> T:
        """Make of a knowledge base what readers need of it; takes seconds."""

    def use(self, value: T, state: str) -> None:
        """Serve what was built of the files elsewhere, in the state with this digest."""

    def reload(self) -> bool:
        """Read the files again; tell whether what they say is in use."""

    def report(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong where the files come from, so that they are not as they should be; empty for nothing."""


class LiveKnowledge(Generic[T]):
    """Holds what was built of the last good state of a knowledge folder.

    Readers take :attr:`current` anew for each use. A reload builds the next value beside the old
    one and swaps the reference, so that a reader sees the one or the other, never a mixture.
    """

    def __init__(self, folder: Path, build: Callable[[KnowledgeBase], T]) -> None:
        """Load the folder for the first time.

        Args:
            folder: the knowledge folder.
            build: makes what readers need of a knowledge base; must not change it.

        Raises:
            KnowledgeError: the folder has problems, and there is no good state to fall back on.
        """
        self.folder: Final = folder
        """Where the files are."""

        self.build = build
        self._seen = folder_digest(folder)
        self.current: T = build(load(folder))
        self._problems: tuple[Problem, ...] = ()
        self._elsewhere: tuple[Problem, ...] = ()
        self.reloads = 0
        self.refused = 0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the files now, or where they come from; empty while :attr:`current` is what they say."""
        return (*self._elsewhere, *self._problems)

    def report(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong where the files come from, so that they are not as they should be; empty for nothing."""
        self._elsewhere = tuple(problems)

    def reload(self) -> bool:
        """Read the folder again; on any problem keep the last good state and report.

        Where the files are as they were at the last look, nothing is done.

        Returns:
            Whether what the files say is in use.
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
        """Serve what was built of the folder elsewhere.

        Args:
            value: what readers get from now on.
            state: the folder's :func:`~bot.knowledge.folder.folder_digest` that it was built of.
        """
        self.current, self._problems, self._seen = value, (), state
        self.reloads += 1

    async def watch(self, reload: Callable[[], object] | None = None) -> None:
        """Reload after every change of the folder, until cancelled.

        An unexpected failure of one reload is logged and the watch goes on: it must outlive
        whatever an editor or a file system does to the files.

        Args:
            reload: called instead of :meth:`reload`, to keep whoever writes several files from being read half way.
        """
        async for _ in watchfiles.awatch(self.folder, recursive=True, watch_filter=_is_knowledge):
            try:
                await asyncio.to_thread(reload or self.reload)
            except Exception:  # noqa: BLE001 (whatever one reload meets, the watch must outlive it)
                _log.exception("The knowledge files could not be reloaded; the last good state stays in use.")


def _is_knowledge(_change: watchfiles.Change, path: str) -> bool:
    """Tell whether a change can matter; what the desk writes for itself does not."""
    return path.endswith(".yaml")
