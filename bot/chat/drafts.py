"""Edits that wait for their moderator's decision, and what was typed in forms that nobody has seen a page about."""

import contextlib
import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeAlias

import discord
from cachetools import LRUCache

from bot.answering.answerer import Answerer
from bot.editing.desk import Draft
from bot.editing.edits import Edit
from bot.editing.revision import Revision

MAX_DRAFTS: Final = 100
"""The most edits that wait at once."""

MAX_UNSENT: Final = 100
"""The most forms whose input is kept because Discord hasn't accepted the page about it."""

MAX_TRIED: Final = 3
"""The most edits with a trial. Each has an Answerer, about 25 MB for 3,000 phrasings."""


class Opens(Protocol):
    """A form that has not been opened yet."""

    async def open(self, interaction: discord.Interaction[Any], /) -> None:
        """Open the form.

        Args:
            interaction: a command or a click, not answered yet.
        """


class Form(Protocol):
    """Creates a form with the moderator's input, to open it again."""

    def __call__(self, *, rebase: bool) -> Opens:
        """Create the form.

        Args:
            rebase: whether to apply the input to the current values, because the moderator has seen them.
        """


OnConfirmed: TypeAlias = Callable[[discord.Interaction[Any], Revision], Awaitable[None]]
"""Called after a confirmation with its interaction, which is already answered, and the revision in the history."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An edit that waits for a click."""

    owner: int
    """Id of the moderator whose edit it is. Only they can confirm it."""

    edit: Edit
    since: dt.datetime
    draft: Draft[Answerer] | None = None
    """The tried edit; None if it was refused, is incomplete, or newer trials have displaced it."""

    form: Form | None = None
    """None if the edit came without a form."""

    on_confirmed: OnConfirmed | None = None
    rebase: bool = False
    """Whether the moderator has seen what others have changed since they opened the form."""

    def filled_form(self) -> Opens | None:
        """Return the form with the moderator's input; None if the edit came without a form."""
        return self.form(rebase=self.rebase) if self.form else None


class Drafts:
    """The newest waiting edits, one for each moderator and entry."""

    def __init__(self) -> None:
        """Create it without edits."""
        # Not a library's cache, because eviction depends on the moderator, the entry and whether the edit was tried.
        self._pending: Final[dict[str, Pending]] = {}
        self._made: Final[dict[str, int]] = {}
        self._unsent: Final[LRUCache[tuple[int, str], Callable[[], discord.ui.Modal]]] = LRUCache(MAX_UNSENT)

    def keep(self, pending: Pending) -> str:
        """Store an edit, in place of an older one of the same moderator and entry.

        Returns:
            The token for the custom ids of its buttons: 16 random hexadecimal digits.
        """
        for token, other in list(self._pending.items()):
            if _same_matter(other, pending):
                self.drop(token)
        while len(self._pending) >= MAX_DRAFTS:
            self.drop(next(iter(self._pending)))
        token = secrets.token_hex(8)
        self._pending[token] = pending
        tried = [word for word, other in self._pending.items() if other.draft]
        for word in tried[:-MAX_TRIED]:
            self._pending[word] = replace(self._pending[word], draft=None)
        return token

    @contextlib.contextmanager
    def reachable(self, pending: Pending, token: str | None = None) -> Iterator[None]:
        """Leave an edit to the buttons of the pages before, if a block fails to show the next page.

        Args:
            pending: the edit.
            token: that of the last page, if it is taken already.
        """
        before = {token} if token else set()
        before |= {word for word, other in self._pending.items() if _same_matter(other, pending)}
        try:
            yield
        except Exception:
            self._pending.update(dict.fromkeys(before, pending))
            raise

    @contextlib.contextmanager
    def unsent(self, owner: int, form: str, filled: Callable[[], discord.ui.Modal]) -> Iterator[None]:
        """Keep what was typed in a form until its moderator opens it again, if a block fails to show the next page.

        Args:
            owner: id of the moderator.
            form: the form's key, as in :meth:`typed_before`.
            filled: creates the form with what was typed.
        """
        try:
            yield
        except Exception:
            self._unsent[owner, form] = filled
            raise
        self._unsent.pop((owner, form), None)

    @contextlib.contextmanager
    def typed_before(self, owner: int, form: str) -> Iterator[discord.ui.Modal | None]:
        """Yield a moderator's form with what :meth:`unsent` has kept of it, if any, to a block that opens it.

        Once it's open, the moderator decides what becomes of it, so that the next one opens as always.
        """
        filled = self._unsent.get((owner, form))
        yield filled() if filled else None
        self._unsent.pop((owner, form), None)

    def find(self, token: str, owner: int) -> Pending | None:
        """Return an edit of a moderator; None if it is decided, replaced or dropped."""
        pending = self._pending.get(token)
        return pending if pending and pending.owner == owner else None

    def take(self, token: str, owner: int) -> Pending | None:
        """Remove an edit of a moderator that is about to be made, and return it; None if it isn't there or not tried.

        Call :meth:`made` or :meth:`not_made` afterwards.
        """
        pending = self.find(token, owner)
        if pending is None or pending.draft is None:
            return None
        self.drop(token)
        if len(self._made) >= MAX_DRAFTS:
            self.not_made(next(iter(self._made)))
        self._made[token] = 0
        return pending

    def made(self, token: str, number: int) -> None:
        """Remember which revision an edit has become, for clicks on a message that still has its buttons."""
        self._made[token] = number

    def not_made(self, token: str) -> None:
        """Forget an edit that was about to be made."""
        self._made.pop(token, None)

    def revision_of(self, token: str) -> int | None:
        """Return the number of the revision that an edit has become; 0 while it is being made, None if it isn't."""
        return self._made.get(token)

    def drop(self, token: str) -> None:
        """Remove an edit, if it is there."""
        self._pending.pop(token, None)


def _same_matter(one: Pending, other: Pending) -> bool:
    """Return whether two edits are the same moderator's of the same entry, so that the newer replaces the older."""
    return (one.owner, one.edit.entry) == (other.owner, other.edit.entry)
