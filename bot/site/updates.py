"""What has changed in the answers, as readers of the public page are told."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.editing.items import ItemFile
from bot.editing.revision import Change, Revision
from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import KnowledgeBase

SHOWN: Final = 100
"""Most updates that are shown, the latest ones."""

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
    before, after = (_fields(text, change) for text in (change.before, change.after))
    return after is not None and (before is None or any(before.get(key) != after.get(key) for key in _READ))


def _fields(text: str | None, change: Change) -> Mapping[str, Any] | None:
    """Return an item as parsed; None if there is none, nothing known if its lines are not valid."""
    if text is None:
        return None
    lines = text.splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    try:
        items: Iterable[Any] = ItemFile(change.file, "\n".join(["entries:", *(line[indent:] for line in lines)])).items
    except KnowledgeError:
        return {}
    return next((item for item in items if isinstance(item, dict)), {})
