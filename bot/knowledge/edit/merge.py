"""What somebody has typed over values that others may have changed meanwhile: a merge of three. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Values: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Keys of an entry with text, or with the items of a list."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of typed values."""

    changed: Values
    """The keys that get other values than they have now."""

    clashing: tuple[str, ...]
    """The texts that somebody else has changed too, and otherwise."""


def merge(shown: Values, typed: Values, now: Values) -> Merge:
    """Merge what was typed into what is there now.

    A list takes what was added and loses what was taken out, whatever others have done to it; a text can only be
    replaced as a whole, so that two different changes of it clash.

    Args:
        shown: the values that were there to be changed.
        typed: the same keys, as they were left.
        now: the values that are there now; at least these keys.
    """
    changed: dict[str, str | tuple[str, ...]] = {}
    clashing = []
    for key, value in typed.items():
        old, current = shown[key], now[key]
        if isinstance(value, str):
            if value in {old, current}:
                continue
            if current != old:
                clashing.append(key)
            changed[key] = value
        else:
            kept = [item for item in current if item in value or item not in old]
            added = [item for item in value if item not in old and item not in current]
            if (*kept, *added) != current:
                changed[key] = (*kept, *added)
    return Merge(changed, tuple(clashing))
