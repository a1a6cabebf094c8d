"""A confirmed edit, as the history and git keep it."""

import dataclasses
import json
import uuid
from collections.abc import Container
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints, TypeAdapter

MAX_AUTHOR: Final = 80
"""Characters of an author's name that are kept. Discord allows 32."""

MAX_REASON: Final = 200
"""Characters that are kept of the reason for a change."""

_JOINERS: Final = "\u200c\u200d"
"""Zero-width joiners: some scripts and many emoji need them, and they don't break lines."""


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one item of a file, as lines before and after."""

    file: str
    """The file's path, relative to the knowledge folder."""

    item: str
    """The item's name: the id of an entry, or what a group of questions is about."""

    before: str | None
    """The item's lines before; None if there was no such item."""

    after: str | None
    """The item's lines after; None if it was removed."""

    def reversed(self) -> "Change":
        """Return the inverse change."""
        return Change(self.file, self.item, self.after, self.before)


class ChangeKind(StrEnum):
    """What a change of an answer is for its readers."""

    TYPO = "typo"
    CLARIFICATION = "clarification"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Revision:
    """What was changed, by whom and when."""

    when: AwareDatetime
    author: str
    """A display name, and nothing else that identifies."""

    what: str
    """The edit in words."""

    changes: Annotated[tuple[Change, ...], Field(min_length=1)]

    number: int = 0
    """Counted from 1 in the history of a folder; 0 until the revision is there."""

    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-z-]+$")] = field(default_factory=lambda: uuid.uuid4().hex)
    """Unique. An edit's key is written into its commit; a commit by others has its own id as key."""

    kind: ChangeKind | None = None
    """What it is for readers of the answer that it changes; None if nobody said so."""

    reason: str = ""
    """Why, for readers; may be empty."""

    whole: tuple[str, ...] = ()
    """Files of the edit that have no items, such as the record of an import: they are committed as they are."""

    @property
    def entry(self) -> str:
        """The item of the first change, which is mostly the only one."""
        return self.changes[0].item

    @property
    def file(self) -> str:
        """The file of the first change."""
        return self.changes[0].file

    def numbered(self, number: int) -> "Revision":
        """Return the revision with its number in a history."""
        return dataclasses.replace(self, number=number)

    def without_text_of(self, items: Container[str]) -> "Revision":
        """Return the revision without its texts if it changed one of some items, as an entry withdrawn since."""
        hidden = next((change.item for change in self.changes if change.item in items), None)
        if hidden is None:
            return self
        what = self.what if self.what == f"Withdraw {hidden}" else f"Edit {hidden}, since withdrawn"
        changes = tuple(dataclasses.replace(change, before=None, after=None) for change in self.changes)
        return dataclasses.replace(self, what=what, changes=changes, kind=None, reason="")

    def to_json(self) -> str:
        """Return the revision as one line of JSON."""
        fields = dataclasses.asdict(self) | {"when": self.when.isoformat()}
        told = ("kind", "reason", "whole")
        return json.dumps({key: value for key, value in fields.items() if value or key not in told})

    @staticmethod
    def from_json(line: str | bytes) -> "Revision":
        """Parse what :meth:`to_json` wrote.

        Raises:
            ValueError: the line is torn, or not a revision.
        """
        return _adapter().validate_json(line, strict=True)


@cache
def _adapter() -> TypeAdapter[Revision]:
    return TypeAdapter(Revision)


def one_line(text: str) -> str:
    """Return a text as one line of a log or a commit, which nobody can mistake for two.

    Characters that break lines, control a terminal, change the writing direction or cannot be encoded become blanks.
    """
    return " ".join("".join(c if c.isprintable() or c in _JOINERS else " " for c in text).split())


def author_name(name: str) -> str:
    """Return a display name that fits in a line of a log: no control characters, not too long, never empty."""
    plain = one_line(name)[:MAX_AUTHOR].strip()
    return plain if plain.strip(_JOINERS + " ") else "a moderator"
