"""A server's settings as they stand in the database."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from bot.store.types import GuildSettings

_FIELDS: Final = tuple(each.name for each in dataclasses.fields(GuildSettings))


def settings_to_json(settings: GuildSettings) -> dict[str, Any]:
    """Return settings as the JSON object stored in the database."""
    values = {name: getattr(settings, name) for name in _FIELDS}
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}


def settings_from_json(values: Mapping[str, Any]) -> GuildSettings:
    """Parse stored settings, ignoring any that only another version of the bot knows."""
    known: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name in _FIELDS
    }
    return GuildSettings(**known)
