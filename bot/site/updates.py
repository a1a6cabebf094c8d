"""What has changed in the answers, as readers of the public page are told."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.editing import journal
from bot.editing.correction import said
from bot.editing.git import history
from bot.editing.git.repository import UnusableError
from bot.editing.revision import Change, ChangeKind, Revision
from bot.i18n.catalogue import _
from bot.knowledge.model import KnowledgeBase

SHOWN: Final = 100
"""Most updates that are shown, the latest ones."""

_KEY: Final = re.compile(r"(?P<key>\w+):(?:\s|$)")

_READ: Final = ("question", "answer", "kind", "attributed_to", "retired")
"""The keys of an entry that readers see; its phrasings, for instance, they don't."""


_SHOWN_KINDS: Final = frozenset({ChangeKind.CLARIFICATION, ChangeKind.CORRECTION})
_GRAVITY: Final = (None, *ChangeKind)
"""The kinds of changes, those that matter most to readers last."""


@dataclass(frozen=True, slots=True)
class Update:
    """A new answer, or a change of one.

    Who made it is not published, and of their own words only the reason that they gave for readers.
    """

    day: dt.date
    entry: str
    new: bool
    kind: ChangeKind | None = None
    """What it is for readers, if somebody said so."""

    reason: str = ""
    before: str = ""
    """The answer before, without marks; only of clarifications and corrections."""

    after: str = ""

    @property
    def explained(self) -> bool:
        """Whether readers are shown what was there before."""
        return bool(self.before and self.after)


def history_of(folder: Path) -> tuple[Revision, ...]:
    """Return the history that a bot keeps beside the files, else git's; nothing where there is neither.

    Raises:
        OSError: it cannot be read.
    """
    if kept := journal.read_history(folder):
        return kept
    try:
        return history.revisions(folder, None)[1]
    except UnusableError:
        return ()


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
                found[day, change.item] = _joined(known, _update(revision, change, new=new))
    return tuple(sorted(found.values(), key=lambda each: each.day, reverse=True)[:SHOWN])


def kind_of_change(update: Update) -> str:
    """Return what a change that readers are shown is, in the current language."""
    return _("Correction") if update.kind is ChangeKind.CORRECTION else _("Clarification")


def change_label(update: Update) -> str:
    """Return what a change is, before the question that it is about."""
    if update.new:
        return _("New:")
    if update.kind is ChangeKind.CORRECTION:
        return _("Corrected:")
    return _("Clarified:") if update.kind is ChangeKind.CLARIFICATION else _("Changed:")


def _update(revision: Revision, change: Change, *, new: bool) -> Update:
    day, kind = revision.when.date(), None if new else revision.kind
    before, after = (said(change.before), said(change.after)) if kind in _SHOWN_KINDS else ("", "")
    return Update(day, change.item, new, kind, revision.reason if kind else "", before, after)


def _joined(first: Update | None, then: Update) -> Update:
    """Return two changes of an entry on one day as one: the graver kind, from the first text to the last."""
    if first is None:
        return then
    if first.new:
        return first
    graver = max(first, then, key=lambda each: _GRAVITY.index(each.kind))
    before, after = first.before or then.before, then.after or first.after
    return replace(graver, new=then.new, before=before, after=after)


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
