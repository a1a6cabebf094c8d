"""Merges what somebody typed into a form with values that others may have changed since. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.editing.threeway import ClashError, merged

Values: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Keys of an entry with a text or the items of a list, either of which may be empty."""


@dataclass(frozen=True, slots=True)
class Merge:
    """The result of a merge."""

    changed: Values
    """The keys whose values change, with their new values."""

    clashing: tuple[str, ...]
    """The keys where what was typed conflicts with what somebody else has changed."""


def merge(shown: Values, typed: Values, now: Values) -> Merge:
    """Merge what was typed into what is there now, by :func:`bot.editing.threeway.merged`.

    Args:
        shown: the values that the form showed.
        typed: the same keys with the values that were submitted.
        now: the values as they are now, of these keys at least.
    """
    clashing: tuple[str, ...] = ()
    try:
        wanted = _wanted(shown, typed, now, typed)
    except ClashError as clash:
        clashing = clash.keys
        # Merge the other keys all the same. Where keys conflict, what was typed wins.
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
    """Return a field as a form holds it. What a list holds already keeps its order, as it does in the file."""
    if isinstance(now, str):
        return "" if field is None else str(field)
    items = field or ()
    return (*(item for item in now if item in items), *(item for item in items if item not in now))
