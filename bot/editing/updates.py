"""What has changed in the answers, as readers are told."""

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


SHOWN_KINDS: Final = frozenset({ChangeKind.CLARIFICATION, ChangeKind.CORRECTION})
"""The kinds of changes of which readers are told more than that there was one."""

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
    """The answer after, without marks."""

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


def recent_history(folder: Path, since: dt.datetime) -> tuple[Revision, ...]:
    """Return the part of the history that explains what readers are told about changes since a moment.

    It is what :func:`history_of` returns, but nothing if no commit in git says what it is for readers: to find that
    out takes milliseconds.

    Raises:
        OSError: the history cannot be read.
    """
    kept = journal.read_history(folder)
    try:
        found = kept or history.told_since(folder, since)
    except UnusableError:
        return ()
    return tuple(revision for revision in found if revision.when >= since)


def updates(revisions: Sequence[Revision], base: KnowledgeBase, most: int | None = SHOWN) -> tuple[Update, ...]:
    """Return the changes of the entries in service, latest first, one a day for each entry.

    An answer that says at the end of a day what it said at its beginning is left out.

    Args:
        revisions: the history, oldest first.
        base: the knowledge base as it is now.
        most: how many to return at most; None for all.
    """
    found: dict[tuple[dt.date, str], Update] = {}
    texts: dict[tuple[dt.date, str], tuple[str | None, str | None]] = {}
    for revision in revisions:
        day = revision.when.date()
        for change in revision.changes:
            if change.item in base.entries and seen(change):
                key = day, change.item
                found[key] = _joined(found.get(key), _update(revision, change, new=change.before is None))
                texts[key] = texts.get(key, (change.before,))[0], change.after
    told = (each for key, each in found.items() if differs(*texts[key]))
    return tuple(sorted(told, key=lambda each: each.day, reverse=True)[:most])


def seen(change: Change) -> bool:
    """Return whether readers see the change of an entry."""
    return change.file.startswith("faq/") and differs(change.before, change.after)


def differs(before: str | None, after: str | None) -> bool:
    """Return whether readers see that the lines of an entry, which is there now, are others than before.

    Args:
        before: the lines before; None if there was no such entry.
        after: the lines now; None if there is no such entry any more.
    """
    return after is not None and (before is None or _read(before) != _read(after))


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
    # The text before another change may be what nobody should read any more.
    before = said(change.before) if kind in SHOWN_KINDS else ""
    return Update(day, change.item, new, kind, revision.reason if kind else "", before, said(change.after))


def _joined(first: Update | None, then: Update) -> Update:
    """Return two changes of an entry on one day as one: the graver kind, from the first text to the last."""
    if first is None:
        return then
    if first.new:
        return first
    # Of two that are as grave, the later one's reason holds: it may have undone the first.
    graver = max(then, first, key=lambda each: _GRAVITY.index(each.kind))
    return replace(graver, new=then.new, before=first.before or then.before, after=then.after)


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
