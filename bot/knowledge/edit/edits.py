"""What a moderator may change, as values: nothing here reads or writes a file."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_ID: Final = 60
"""Longest id, as :data:`bot.knowledge.model.Id` says."""


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
    """Let one more wording lead to an entry."""

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
class PutBack:
    """Give an entry the lines that it had before a revision; for undo."""

    entry: str
    file: str
    """Name of the file, relative to the knowledge folder, where the entry stood."""

    expected: str | None
    """The lines that it must have now; None where it must not exist."""

    text: str | None
    """The lines that it gets; None takes it out of the file."""

    def __str__(self) -> str:
        """Say what is changed: the words of histories."""
        return f"Undo the last change of {self.entry}"


Edit = AddEntry | EditEntry | AddPhrasing | RemovePhrasing | Retire | Restore | PutBack


def slug(question: str) -> str:
    """Make an id of a question: ``Who was Zoë?`` -> ``who-was-zoe``; empty where no letter is left."""
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    while len(words) > 1 and len("-".join(words)) > MAX_ID:
        words.pop()
    return "-".join(words)[:MAX_ID]
