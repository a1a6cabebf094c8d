"""Two changes of one item that were made at once: both of them, where they are independent of each other.

A three-way merge of keys, not of lines: two phrasings at the end of one list do not get in each other's way,
and an answer is never joined with an attribution that was written for another answer.
"""

from collections.abc import Iterable
from typing import Final

from bot.editing.items import Fields

_SETS: Final = frozenset({"phrasings", "topics", "related", "unless", "ask"})
"""Lists whose items are independent of one another."""

_STATEMENT: Final = frozenset({"question", "answer", "kind", "attributed_to", "inferred", "reviewed"})
"""What is said, who stands behind it and who has held it against the source: one thing, changed as a whole."""


class ClashError(Exception):
    """Two changes of an item exclude each other."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Keep the keys that both mean, in alphabetical order."""
        self.keys: Final = tuple(sorted(keys))
        super().__init__(", ".join(self.keys))


def merged(before: Fields, after: Fields, now: Fields) -> Fields:
    """Make a change in another state of its item.

    Args:
        before: the item as the change found it, plain.
        after: the item as the change left it, plain.
        now: the item as it is, plain.

    Returns:
        The item with this change and with those that made it what it is now.

    Raises:
        ClashError: both have changed the same, and not alike.
    """
    ours, theirs = _changed(before, after), _changed(before, now)
    unlike = {key for key in ours | theirs if after.get(key) != now.get(key)}
    if ours and theirs and unlike and "retired" in ours | theirs:
        # Whether an item is in service is about all of it.
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
    """Take out of a list what the change took out, and put what it put in at the end."""
    old, new, current = (list(fields.get(key) or ()) for fields in (before, after, now))
    kept = [item for item in current if item in new or item not in old]
    return kept + [item for item in new if item not in old and item not in current]
