"""A confirmed edit, as histories keep it."""

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from typing import Final, Self

MAX_AUTHOR: Final = 80
"""Longest name of an author that is kept; Discord's have at most 32 characters."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What was changed, by whom and when, with the entry's lines before and after."""

    number: int
    """Counts from 1."""

    when: dt.datetime
    """With its time zone."""

    author: str
    """A display name: nothing that identifies beyond it."""

    what: str
    """The edit in words."""

    entry: str
    file: str
    before: str | None
    """The entry's lines before; None where there was no such entry."""

    after: str | None
    """The entry's lines after; None where it is no more."""

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
            return cls(**data | {"when": dt.datetime.fromisoformat(data["when"])})
        except (KeyError, TypeError) as error:
            raise ValueError(line) from error


def author_name(name: str) -> str:
    """Make a display name fit for one line of a log: no control characters, not too long, never empty."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return plain[:MAX_AUTHOR].strip() or "a moderator"
