"""The edits that a moderator can make, as values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.editing.items import holds_entries
from bot.editing.revision import Change
from bot.knowledge.ids import slug
from bot.knowledge.model import WithdrawalReason


@dataclass(frozen=True, slots=True)
class AddEntry:
    """Append a new entry to a file of ``faq/``."""

    file: str | None
    """Name of the file without ``.yaml``, which need not exist; None for the file where its first topic is at home."""

    fields: Mapping[str, object]
    """The keys of the entry. Without ``id``, the id is derived from the question."""

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        return f"Add entry {self.entry}"

    @property
    def entry(self) -> str:
        """The id of the entry."""
        return str(self.fields.get("id") or slug(str(self.fields.get("question", ""))))


@dataclass(frozen=True, slots=True)
class EditEntry:
    """Change the values of some keys of an entry."""

    entry: str
    fields: Mapping[str, object]
    """New values by key; None removes the key. The id of an entry never changes."""

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        return f"Edit {', '.join(self.fields)} of {self.entry}"


@dataclass(frozen=True, slots=True)
class AddPhrasing:
    """Add a wording that leads to an entry. It is removed from the questions that must not be answered."""

    entry: str
    phrasing: str

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        return f'Add phrasing "{self.phrasing}" to {self.entry}'


@dataclass(frozen=True, slots=True)
class RemovePhrasing:
    """Remove a wording from an entry."""

    entry: str
    phrasing: str
    """As it stands in the entry."""

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        return f'Remove phrasing "{self.phrasing}" from {self.entry}'


@dataclass(frozen=True, slots=True)
class Retire:
    """Retire an entry. It stays in its file."""

    entry: str
    day: dt.date

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        return f"Retire {self.entry}"


@dataclass(frozen=True, slots=True)
class Restore:
    """Put a retired entry back into service."""

    entry: str

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        return f"Restore {self.entry}"


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Withdraw an entry at a person's request. Only its id, the day and the kind of reason stay in its file."""

    entry: str
    day: dt.date
    reason: WithdrawalReason
    passages: tuple[str, ...] = ()
    """The passages that nothing else cites."""

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        return f"Withdraw {self.entry}"


@dataclass(frozen=True, slots=True)
class AddUnanswered:
    """Add a question to those in ``questions.yaml`` that no entry answers."""

    question: str
    about: str = "asked in chat"
    """The group it joins, which need not exist."""

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        return f'Add "{self.question}" to what must not be answered'

    @property
    def entry(self) -> str:
        """The name of the group."""
        return self.about


@dataclass(frozen=True, slots=True)
class PutBack:
    """Apply recorded changes to the files as they are now, or their inverse to undo them."""

    changes: tuple[Change, ...]
    """At least one."""

    def __str__(self) -> str:
        """Return the edit in words, for histories."""
        # The names of groups of questions are no names that moderators know, and sources only go with entries.
        entries = dict.fromkeys(change.item for change in self.changes if holds_entries(change.file))
        return f"Undo a change of {', '.join(entries) or 'the regression questions'}"

    @property
    def entry(self) -> str:
        """What the first change is about."""
        return self.changes[0].item


Edit = AddEntry | EditEntry | AddPhrasing | RemovePhrasing | Retire | Restore | Withdraw | AddUnanswered | PutBack
