"""Edits between two clicks: tried or refused, and kept until their moderator decides."""

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeAlias

import discord

from bot.answering.answerer import Answerer
from bot.editing.desk import Draft
from bot.editing.edits import Edit
from bot.editing.revision import Revision

MAX_DRAFTS: Final = 100
"""Edits that may wait at once."""

MAX_TRIED: Final = 3
"""Edits that keep their trial. Each holds an Answerer, some 25 MB for 3,000 phrasings."""


class Form(Protocol):
    """Makes a form with what its moderator has typed, to be opened again."""

    def __call__(self, *, rebase: bool) -> discord.ui.Modal:
        """Make the form.

        Args:
            rebase: whether what was typed is put on what is there now, since the moderator has seen that.
        """


OnConfirmed: TypeAlias = Callable[[discord.Interaction[Any], Revision], Awaitable[None]]
"""Gets the interaction that confirmed, which is answered, and what the history keeps."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An edit that waits for a click."""

    owner: int
    """Id of the moderator whose edit it is; nobody else may go on with it."""

    edit: Edit
    since: dt.datetime
    draft: Draft[Answerer] | None = None
    """None if it was refused, isn't complete yet, or was tried too long ago."""

    form: Form | None = None
    """None if nothing was typed."""

    on_confirmed: OnConfirmed | None = None
    rebase: bool = False
    """Whether the moderator has seen what others have changed since the form was opened."""

    def open_form(self) -> discord.ui.Modal | None:
        """Return its form, if it has one."""
        return self.form(rebase=self.rebase) if self.form else None


class Drafts:
    """Holds the newest edits, one for each moderator and entry."""

    def __init__(self) -> None:
        """Start with nothing waiting."""
        # No cache of a library: which edit goes depends on its moderator, its entry, and whether it was tried.
        self._pending: Final[dict[str, Pending]] = {}

    def keep(self, pending: Pending) -> str:
        """Keep an edit, instead of an older one of the same moderator and entry.

        Returns:
            What its buttons carry: a random word of 16 letters and digits.
        """
        for token, other in list(self._pending.items()):
            if (other.owner, other.edit.entry) == (pending.owner, pending.edit.entry):
                self.drop(token)
        while len(self._pending) >= MAX_DRAFTS:
            self.drop(next(iter(self._pending)))
        token = secrets.token_hex(8)
        self._pending[token] = pending
        tried = [word for word, other in self._pending.items() if other.draft]
        for word in tried[:-MAX_TRIED]:
            self._pending[word] = replace(self._pending[word], draft=None)
        return token

    def find(self, token: str, owner: int) -> Pending | None:
        """Return an edit of a moderator; None if it is decided, replaced or forgotten."""
        pending = self._pending.get(token)
        return pending if pending and pending.owner == owner else None

    def drop(self, token: str) -> None:
        """Forget an edit, if it is still kept."""
        self._pending.pop(token, None)
