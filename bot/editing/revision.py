"""A confirmed edit, as histories keep it."""

import dataclasses
import json
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints, TypeAdapter

MAX_AUTHOR: Final = 80
"""Longest name of an author that is kept; Discord's have at most 32 characters."""

_JOINERS: Final = "\u200c\u200d"
"""Some scripts and many emoji need them, and they break no line."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the lines of one item of a file."""

    file: str
    """Its name, relative to the knowledge folder."""

    item: str
    """What names the item there: the id of an entry, or what a group of questions is about."""

    before: str | None
    """Its lines before; None where there was no such item."""

    after: str | None
    """Its lines after; None where it is no more."""

    def reversed(self) -> "Change":
        """Give the change that takes this one back."""
        return Change(self.file, self.item, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Revision:
    """What was changed, by whom and when."""

    when: AwareDatetime
    author: str
    """A display name: nothing that identifies beyond it."""

    what: str
    """The edit in words."""

    changes: Annotated[tuple[Change, ...], Field(min_length=1)]

    number: int = 0
    """Counts from 1 in the history of one folder; 0 until it stands there."""

    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-z-]+$")] = field(default_factory=lambda: uuid.uuid4().hex)
    """Tells it from every other: that of an edit goes into its commit; that of a commit by others is the commit's."""

    @property
    def entry(self) -> str:
        """What the first change, in most cases the only one, is about."""
        return self.changes[0].item

    @property
    def file(self) -> str:
        """Where the first change was made."""
        return self.changes[0].file

    def numbered(self, number: int) -> "Revision":
        """Give it its place in a history."""
        return dataclasses.replace(self, number=number)

    def to_json(self) -> str:
        """Write it in one line."""
        return json.dumps(dataclasses.asdict(self) | {"when": self.when.isoformat()})

    @staticmethod
    def from_json(line: str | bytes) -> "Revision":
        """Read it again.

        Raises:
            ValueError: the line is torn, or something else.
        """
        return _adapter().validate_json(line, strict=True)


@cache
def _adapter() -> TypeAdapter[Revision]:
    return TypeAdapter(Revision)


def one_line(text: str) -> str:
    """Fold a text into one line of a log or a commit, which nobody can mistake for two.

    Whatever breaks a line by Unicode, controls a terminal, turns the direction of writing or can't be encoded becomes
    a blank.
    """
    return " ".join("".join(c if c.isprintable() or c in _JOINERS else " " for c in text).split())


def author_name(name: str) -> str:
    """Make a display name fit for one line of a log: no control characters, not too long, never empty."""
    plain = one_line(name)[:MAX_AUTHOR].strip()
    return plain if plain.strip(_JOINERS + " ") else "a moderator"
