"""Keeps a clone and its repository together, whatever the network does, and says what moderators must know of it."""

import logging
from typing import Final

from bot.editing import journal
from bot.editing.git.clone import Clone
from bot.editing.git.commits import trouble_of
from bot.editing.git.remote import PushRejectedError, RemoteError
from bot.editing.git.repository import UnusableError
from bot.editing.revision import Revision, one_line
from bot.knowledge.load import KnowledgeError
from bot.knowledge.yaml_file import Problem

_TRIES: Final = 3
"""How often others may be faster before the next exchange is waited for."""

_log = logging.getLogger(__name__)


class Sync:
    """Sends what was edited here and takes what was changed there.

    Blocks for a second, and for half a minute where the network is slow. May be called from any thread.
    """

    def __init__(self, clone: Clone) -> None:
        """Start without a word from the repository."""
        self.folder: Final = clone.folder
        self._clone: Final = clone
        self._trouble: str | None = None
        self._given_way: list[Revision] = []
        self.problems: tuple[Problem, ...] = ()
        """What is wrong with the repository's state; empty while that is in use."""

    def exchange(self) -> tuple[Revision, ...]:
        """Exchange what is possible now; whatever is not is kept for the next time, and logged once.

        Returns:
            The edits that gave way to a change there, as the history keeps them; :meth:`news` has them too.
        """
        superseded: list[Revision] = []
        trouble: str | None = None
        detail = ""
        try:
            trouble = self._exchange(superseded)
        except RemoteError as error:
            trouble, detail = str(error), f" ({error.detail})" if error.detail else ""
        except UnusableError as error:
            trouble, detail = str(error), f" (to fix it, {error.fix})"
        except OSError as error:
            trouble = f"its copy cannot be written ({error.strerror})"
        except KnowledgeError as error:
            self.problems = error.problems
            trouble = "its last state has problems"
        except Exception as error:  # noqa: BLE001 (the edits are safe in the folder, and members are served from it)
            trouble, detail = "of a fault that is in the log", f" ({one_line(f'{type(error).__name__}: {error}')})"
            if trouble != self._trouble:
                _log.exception("The knowledge repository could not be followed.")
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble:
                what = "The knowledge repository cannot be followed, so the last good state is used: %s%s."
                _log.warning(what, trouble, detail)
            else:
                _log.info("The knowledge repository is followed again.")
        self._given_way += superseded
        return tuple(superseded)

    def news(self) -> tuple[Revision, ...]:
        """Hand out, once, the edits that gave way to a change in the repository."""
        found, self._given_way = self._given_way, []
        return tuple(found)

    def unsent(self) -> str | None:
        """Say why edits are kept here only; None where the repository has them all."""
        try:
            pending = self._clone.pending()
        except Exception as error:  # noqa: BLE001 (whatever state the copy is in, the edits are in the files)
            return str(trouble_of(error))
        return (self._trouble or "it changes all the time") if pending else None

    def _exchange(self, superseded: list[Revision]) -> str | None:
        """Exchange until both are alike; say why not.

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
            return "others change it faster than edits can be sent"
        self.problems = ()
        return None
