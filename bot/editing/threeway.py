"""Merges two changes of one item that were made at the same time, if they are independent of each other.

It is a three-way merge of keys, not of lines: two phrasings appended to one list don't conflict, and an answer is
never combined with an attribution that was written for another answer.
"""

from collections.abc import Iterable
from typing import Final

from bot.editing.items import Fields

_SETS: Final = frozenset({"phrasings", "topics", "related", "unless", "ask"})
"""Lists whose items are independent of each other."""

_STATEMENT: Final = frozenset({"question", "answer", "kind", "attributed_to", "inferred", "reviewed"})
"""What is said, who says it, and when it was checked against the source: these change together or not at all."""


class ClashError(Exception):
    """Two changes of an item conflict."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Keep the keys that conflict, in alphabetical order."""
        self.keys: Final = tuple(sorted(keys))
        super().__init__(", ".join(self.keys))


def merged(before: Fields, after: Fields, now: Fields) -> Fields:
    """Apply a change to an item that has changed since.

    Args:
        before: the item before the change, plain.
        after: the item after the change, plain.
        now: the item as it is now, plain.

    Returns:
        The item with this change and with the others.

    Raises:
        ClashError: both changed the same, differently.
    """
    ours, theirs = _changed(before, after), _changed(before, now)
    unlike = {key for key in ours | theirs if after.get(key) != now.get(key)}
    if ours and theirs and unlike and {"retired", "withdrawn"} & (ours | theirs):
        # Retiring, restoring or withdrawing an item concerns all of it.
        raise ClashError(unlike)
    clash = (ours & theirs & unlike) - _SETS
    if ours & _STATEMENT and theirs & _STATEMENT:
        clash |= unlike & _STATEMENT
    if clash:
        raise ClashError(clash)
    joined = {key: _joined(before, after, now, key) for key in ours & theirs & _SETS}
    result = now | {key: after.get(key) for key in ours} | joined
    return {key: value for key, value in result.items() if value}


def _changed(old: Fields, new: Fields) -> set[str]:
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def _joined(before: Fields, after: Fields, now: Fields, key: str) -> list[str]:
    """Return the list as it is now, without what the change removed, and with what it added at the end."""
    old, new, current = (list(fields.get(key) or ()) for fields in (before, after, now))
    kept = [item for item in current if item in new or item not in old]
    return kept + [item for item in new if item not in old and item not in current]
