"""A confirmed edit, as histories keep it."""

import dataclasses
import datetime as dt
import json
import uuid
from dataclasses import dataclass, field
from typing import Final, Self

MAX_AUTHOR: Final = 80
"""Longest name of an author that is kept; Discord's have at most 32 characters."""


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

    when: dt.datetime
    """With its time zone."""

    author: str
    """A display name: nothing that identifies beyond it."""

    what: str
    """The edit in words."""

    changes: tuple[Change, ...]
    """At least one."""

    number: int = 0
    """Counts from 1 in the history of one folder; 0 until it stands there."""

    key: str = field(default_factory=lambda: uuid.uuid4().hex)
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

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Read it again.

        Raises:
            ValueError: the line is torn, or something else.
        """
        try:
            data = json.loads(line)
            changes = tuple(Change(**change) for change in data["changes"])
            return cls(**data | {"when": dt.datetime.fromisoformat(data["when"]), "changes": changes})
        except (KeyError, TypeError) as error:
            raise ValueError(line) from error


def author_name(name: str) -> str:
    """Make a display name fit for one line of a log: no control characters, not too long, never empty."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return plain[:MAX_AUTHOR].strip() or "a moderator"
