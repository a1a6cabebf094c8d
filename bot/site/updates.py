"""What has changed in the answers, as readers of the public page are told."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.editing.revision import Change, Revision
from bot.knowledge.model import KnowledgeBase

SHOWN: Final = 100
"""Most updates that are shown, the latest ones."""

_KEY: Final = re.compile(r"(?P<key>\w+):(?:\s|$)")

_READ: Final = ("question", "answer", "kind", "attributed_to", "retired")
"""The keys of an entry that readers see; its phrasings, for instance, they don't."""


@dataclass(frozen=True, slots=True)
class Update:
    """A new answer, or a change of one. Neither who made it nor their own words for it are published."""

    day: dt.date
    entry: str
    new: bool


def updates(revisions: Sequence[Revision], base: KnowledgeBase) -> tuple[Update, ...]:
    """Return the changes of the entries in service, latest first, one a day for each entry.

    Args:
        revisions: the history, oldest first.
        base: the knowledge base as it is now.
    """
    found: dict[tuple[dt.date, str], Update] = {}
    for revision in revisions:
        day = revision.when.date()
        for change in revision.changes:
            if change.item in base.entries and change.file.startswith("faq/") and _seen(change):
                new = change.before is None
                known = found.get((day, change.item))
                found[day, change.item] = Update(day, change.item, new or (known is not None and known.new))
    return tuple(sorted(found.values(), key=lambda each: each.day, reverse=True)[:SHOWN])


def _seen(change: Change) -> bool:
    """Return whether readers see a change."""
    return change.after is not None and (change.before is None or _read(change.before) != _read(change.after))


def _read(item: str) -> list[str]:
    """Return the lines of an entry that readers see; all of them if it is not laid out with a line for each key."""
    indent = len(item) - len(item.lstrip(" -"))
    kept = []
    seen = True
    for line in item.splitlines():
        if key := _KEY.match(line[indent:]):
            seen = key["key"] in _READ
        if seen:
            kept.append(line.strip())
    return kept
