"""What somebody has typed into a form, put on values that others may have changed meanwhile. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.editing.threeway import ClashError, merged

Values: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Keys of an entry with text, or with the items of a list; either may be empty."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of typed values."""

    changed: Values
    """The keys that get other values than they have now."""

    clashing: tuple[str, ...]
    """The keys that somebody else has changed, where that and what was typed exclude each other."""


def merge(shown: Values, typed: Values, now: Values) -> Merge:
    """Merge what was typed into what is there now, by :func:`bot.editing.threeway.merged`.

    Args:
        shown: the values that were there to be changed.
        typed: the same keys, as they were left.
        now: the values that are there now; at least these keys.
    """
    clashing: tuple[str, ...] = ()
    try:
        wanted = _wanted(shown, typed, now, typed)
    except ClashError as clash:
        clashing = clash.keys
        # The rest is joined all the same; where it clashes, what was typed stands.
        wanted = _wanted(shown, typed, now, typed.keys() - clashing)
        wanted |= {key: typed[key] for key in clashing if typed[key] != shown[key]}
    return Merge({key: value for key, value in wanted.items() if value != now[key]}, clashing)


def _wanted(shown: Values, typed: Values, now: Values, keys: Iterable[str]) -> dict[str, str | tuple[str, ...]]:
    before, after, there = ({key: _field(values[key]) for key in keys if values[key]} for values in (shown, typed, now))
    result = merged(before, after, there)
    return {key: _value(result.get(key), now[key]) for key in keys}


def _field(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _value(field: str | list[str] | None, now: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Write a field as a form has it; what a list holds already stays in its order, as it does in the file."""
    if isinstance(now, str):
        return "" if field is None else str(field)
    items = field or ()
    return (*(item for item in now if item in items), *(item for item in items if item not in now))
