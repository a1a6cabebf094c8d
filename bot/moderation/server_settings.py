"""Changes to a server's settings.

Two people may change settings at once, so an edit changes one field of the current settings, never all of them.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from bot.escaping import visible
from bot.store.store import Store
from bot.store.types import GuildSettings

SettingsEdit: TypeAlias = Callable[[GuildSettings], GuildSettings]
"""Returns the new settings for the current ones."""

MAX_PREFIX: Final = 5
"""The longest prefix, in characters, as for the bot's default prefix."""

_PREFIX: Final = re.compile(r"[^\s\w/@#<>`\\]{1,5}|\w{1,4}[^\s\w/@#<>`\\]")
"""Excludes characters that mean something to Discord or its markdown, and words, which would make talk a command."""

SWITCHES: Final[dict[str, SettingsEdit]] = {
    "pause": lambda now: replace(now, paused=True),
    "resume": lambda now: replace(now, paused=False),
    "log-on": lambda now: replace(now, log_questions=True),
    "log-off": lambda now: replace(now, log_questions=False),
    "digest-on": lambda now: replace(now, digest=True),
    "digest-off": lambda now: replace(now, digest=False),
    "reset-yes": lambda now: GuildSettings(welcomed=now.welcomed),
}
"""Edits by the names of their buttons."""


def pause_channel(channel: int) -> SettingsEdit:
    """Return the edit that pauses the bot in a channel."""
    return lambda now: replace(now, paused_channels=now.paused_channels | {channel})


def resume_channel(channel: int) -> SettingsEdit:
    """Return the edit that ends the pause in a channel."""
    return lambda now: replace(now, paused_channels=now.paused_channels - {channel})


def choose_channels(field: str, ids: frozenset[int]) -> SettingsEdit:
    """Return the edit that sets a field to some channels.

    Args:
        field: `channels`, `auto_channels`, or `moderator_channel`, which takes at most one.
        ids: the ids of the channels.

    Raises:
        KeyError: there is no such field.
    """
    edits: dict[str, SettingsEdit] = {
        "channels": lambda now: replace(now, channels=ids),
        "auto_channels": lambda now: replace(now, auto_channels=ids),
        "moderator_channel": lambda now: replace(now, moderator_channel=next(iter(ids), None)),
    }
    return edits[field]


def is_prefix(text: str) -> bool:
    """Return whether typed commands may start with a text, which must not have invisible characters in it."""
    return _PREFIX.fullmatch(text) is not None and text.isprintable() and visible(text) == text


async def mark_welcomed(store: Store, guild: int) -> None:
    """Remember that somebody who manages a server has been told what to know first.

    Raises:
        StoreError: the store can't be written now.
    """
    await change_settings(store, guild, lambda now: replace(now, welcomed=True))


async def change_settings(store: Store, guild: int, edit: SettingsEdit) -> None:
    """Apply an edit to a server's current settings, and save them.

    Raises:
        StoreError: the store can't be written now; nothing is changed.
    """
    await store.change_settings(guild, edit)
