"""Keeps a clone in step with its repository, whatever the network does, and reports what moderators must know."""

import logging
from collections import deque
from collections.abc import Iterable
from typing import Final

from bot.editing import journal
from bot.editing.git.clone import Clone
from bot.editing.git.commits import trouble_of
from bot.editing.git.remote import PushRejectedError, RemoteError
from bot.editing.git.repository import REPOSITORY, UnusableError
from bot.editing.revision import Revision, one_line
from bot.knowledge.load import KnowledgeError
from bot.knowledge.yaml_file import Problem

_TRIES: Final = 3
"""How often others may push first before we leave it to the next exchange."""

_log = logging.getLogger(__name__)


class Sync:
    """Sends what was edited here and fetches what was changed there.

    Blocks for a second, or for half a minute if the network is slow. Any thread may call it.
    """

    def __init__(self, clone: Clone) -> None:
        """Start without contacting the repository."""
        self.folder: Final = clone.folder
        self._clone: Final = clone
        self._trouble: str | None = None
        # Any thread may add to it while another one takes from it.
        self._superseded: Final[deque[Revision]] = deque()
        self.problems: tuple[Problem, ...] = ()
        """What is wrong with the repository's state; empty while it is in use."""

    def exchange(self) -> tuple[Revision, ...]:
        """Exchange what can be exchanged now. The rest waits for the next call, and the reason is logged once.

        Returns:
            The edits that a change there has superseded, as the history keeps them; :meth:`news` returns them too.
        """
        superseded: list[Revision] = []
        trouble: str | None = None
        detail, others = "", False
        try:
            trouble = self._exchange(superseded)
        except RemoteError as error:
            trouble, detail = str(error), f" ({error.detail})" if error.detail else ""
        except UnusableError as error:
            trouble, detail = str(error), f" (to fix it, {error.fix})"
        except OSError as error:
            trouble = f"its copy can't be written ({error.strerror})"
        except KnowledgeError as error:
            others, self.problems = error.problems != self.problems, error.problems
            # The one of the repository itself names somebody, which is nothing for the log.
            found = " | ".join(str(each) for each in error.problems if each.place.file != REPOSITORY)
            trouble, detail = "its latest version has problems", f" ({found})"
        except Exception as error:  # noqa: BLE001 (the edits are safe in the folder, and members are served from it)
            trouble, detail = "an error that the log describes", f" ({one_line(f'{type(error).__name__}: {error}')})"
            if trouble != self._trouble:
                _log.exception("The knowledge repository couldn't be synced.")
        if trouble != self._trouble or others:
            self._trouble = trouble
            if trouble:
                what = "The knowledge repository can't be synced, so the last good version stays in use: %s%s."
                _log.warning(what, trouble, detail)
            else:
                _log.info("The knowledge repository is synced again.")
        self._superseded.extend(superseded)
        return tuple(superseded)

    def news(self) -> tuple[Revision, ...]:
        """Return, once, the edits that a change in the repository has superseded."""
        return tuple(self._superseded.popleft() for _ in range(len(self._superseded)))

    def untold(self, news: Iterable[Revision]) -> None:
        """Keep what :meth:`news` has returned for the next call, because it could not be told."""
        self._superseded.extend(news)

    def unsent(self) -> str | None:
        """Return why edits are kept here only; None if the repository has them all."""
        try:
            pending = self._clone.pending()
        except Exception as error:  # noqa: BLE001 (whatever state the copy is in, the edits are in the files)
            return str(trouble_of(error))
        return (self._trouble or "it changes all the time") if pending else None

    def _exchange(self, superseded: list[Revision]) -> str | None:
        """Exchange until both are alike; return why they are not.

        Raises:
            RemoteError: the repository cannot be reached.
            UnusableError: its copy here is damaged.
            KnowledgeError: its state has problems.
            OSError: the files cannot be written.
        """
        for _ in range(_TRIES):
            refused: str | None = None
            if self._clone.pending():
                try:
                    self._clone.push()
                except PushRejectedError as error:
                    refused = str(error)
                else:
                    break
            sha = self._clone.fetch()
            with journal.locked(self.folder):
                taken = self._clone.take(sha, superseded)
            if not self._clone.pending():
                break
            if refused and not taken:
                return refused
        else:
            return "others change it faster than edits can be pushed"
        self.problems = ()
        return None
