"""What a moderator may change, as values: nothing here reads or writes a file."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.editing.revision import Change
from bot.knowledge.ids import slug


@dataclass(frozen=True, slots=True)
class AddEntry:
    """Put a new entry at the end of a file of ``faq/``."""

    file: str | None
    """Name of the file without ``.yaml``; it is made if there is none. None: where its first topic is at home."""

    fields: Mapping[str, object]
    """The keys of the entry; without ``id``, one is made of the question."""

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f"Add entry {self.entry}"

    @property
    def entry(self) -> str:
        """Id of the entry."""
        return str(self.fields.get("id") or slug(str(self.fields.get("question", ""))))


@dataclass(frozen=True, slots=True)
class EditEntry:
    """Give some keys of an entry other values."""

    entry: str
    fields: Mapping[str, object]
    """Key -> its new value; None takes the key out. The id of an entry never changes."""

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f"Edit {', '.join(self.fields)} of {self.entry}"


@dataclass(frozen=True, slots=True)
class AddPhrasing:
    """Let one more wording lead to an entry; it stops being one that must not be answered."""

    entry: str
    phrasing: str

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f'Add phrasing "{self.phrasing}" to {self.entry}'


@dataclass(frozen=True, slots=True)
class RemovePhrasing:
    """Take a wording away from an entry."""

    entry: str
    phrasing: str
    """As it stands in the entry."""

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f'Remove phrasing "{self.phrasing}" from {self.entry}'


@dataclass(frozen=True, slots=True)
class Retire:
    """Take an entry out of service; its file keeps it."""

    entry: str
    day: dt.date

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f"Retire {self.entry}"


@dataclass(frozen=True, slots=True)
class Restore:
    """Put a retired entry back into service."""

    entry: str

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f"Restore {self.entry}"


@dataclass(frozen=True, slots=True)
class AddUnanswered:
    """Keep a question, in ``questions.yaml``, as one that no entry answers."""

    question: str
    about: str = "asked in chat"
    """The group that it joins; made if there is none."""

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f'Add "{self.question}" to what must not be answered'

    @property
    def entry(self) -> str:
        """What names the group."""
        return self.about


@dataclass(frozen=True, slots=True)
class PutBack:
    """Make changes again in another state of the files, or take them back; for undo."""

    changes: tuple[Change, ...]
    """Those to make; at least one."""

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f"Undo a change of {', '.join(dict.fromkeys(change.item for change in self.changes))}"

    @property
    def entry(self) -> str:
        """What the first change is about."""
        return self.changes[0].item


Edit = AddEntry | EditEntry | AddPhrasing | RemovePhrasing | Retire | Restore | AddUnanswered | PutBack
