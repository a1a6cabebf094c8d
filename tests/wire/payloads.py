"""Discord's objects as JSON, as far as discord.py reads them.

https://discord.com/developers/docs/reference
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

JOINED: Final = "2024-01-01T00:00:00.000000+00:00"
EVERYTHING: Final = str((1 << 53) - 1)
"""All permissions."""

DEFAULT, REPLY, SLASH = 0, 19, 20
"""Types of messages."""

TEXT, DIRECT = 0, 1
"""Types of channels."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody, in any server."""

    id: int
    name: str
    bot: bool = False

    @property
    def json(self) -> Json:
        bare = {"id": str(self.id), "username": self.name, "global_name": None, "discriminator": "0", "avatar": None}
        return {**bare, "bot": self.bot, "public_flags": 0}


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel of a server, or the direct messages with somebody."""

    id: int
    name: str
    guild: int | None = None
    recipient: User | None = None

    @property
    def json(self) -> Json:
        if self.recipient:
            return {"id": str(self.id), "type": DIRECT, "last_message_id": None, "recipients": [self.recipient.json]}
        shown = {"id": str(self.id), "type": TEXT, "name": self.name, "position": 0, "guild_id": str(self.guild)}
        return {**shown, "permission_overwrites": [], "nsfw": False, "parent_id": None, "topic": None}


@dataclass(frozen=True, slots=True)
class Guild:
    """A server."""

    id: int
    name: str
    channels: tuple[Channel, ...]

    def json(self, me: User) -> Json:
        everyone = {"id": str(self.id), "name": "@everyone", "color": 0, "hoist": False, "position": 0}
        everyone |= {"permissions": EVERYTHING, "managed": False, "mentionable": False, "flags": 0}
        there = [channel.json for channel in self.channels]
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "owner_id": "9",
            "unavailable": False,
            "large": False,
            "member_count": 2,
            "members": [member() | {"user": me.json}],
            "roles": [everyone],
            "channels": there,
            "preferred_locale": "en-US",
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "system_channel_flags": 0,
            "afk_timeout": 300,
            **{name: [] for name in ("emojis", "features", "threads", "voice_states", "presences", "stickers")},
            **{name: [] for name in ("stage_instances", "guild_scheduled_events", "soundboard_sounds")},
        }


def member() -> Json:
    """What of somebody belongs to one server."""
    return {"roles": [], "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0, "nick": None, "avatar": None}


def message(  # noqa: PLR0913 (what a message consists of)
    number: int,
    channel: Channel,
    author: User,
    content: str = "",
    *,
    kind: int = DEFAULT,
    mentions: Sequence[User] = (),
    referenced: Json | None = None,
    components: Sequence[Json] = (),
    flags: int = 0,
) -> Json:
    """Return a message as events and answers carry it, but for what says in which server it is."""
    written: Json = {
        "id": str(number),
        "channel_id": str(channel.id),
        "author": author.json,
        "content": content,
        "timestamp": now(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [user.json for user in mentions],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": list(components),
        "pinned": False,
        "type": kind,
        "flags": flags,
    }
    if referenced:
        written["message_reference"] = {"message_id": referenced["id"], "channel_id": str(channel.id)}
        written["referenced_message"] = referenced
    return written


def in_guild(written: Json, guild: int | None) -> Json:
    """Add to a message what only its event carries: the server, and the author as its member."""
    return written if guild is None else written | {"guild_id": str(guild), "member": member()}


def interaction(number: int, token: str, channel: Channel, user: User, **fields: object) -> Json:
    """Return an interaction: its type and data are among the fields."""
    about: Json = {
        "id": str(number),
        "application_id": "2",
        "token": token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": channel.json | {"permissions": EVERYTHING},
        "locale": "en-US",
        "app_permissions": EVERYTHING,
        "entitlements": [],
        "authorizing_integration_owners": {},
        "attachment_size_limit": 10_485_760,
        **fields,
    }
    if channel.guild is None:
        return about | {"user": user.json, "context": 1}
    asker = member() | {"user": user.json, "permissions": EVERYTHING}
    server = {"id": str(channel.guild), "locale": "en-US", "features": []}
    return about | {"member": asker, "guild": server, "guild_id": str(channel.guild), "context": 0}


def now() -> str:
    """Return the time as Discord writes it."""
    return dt.datetime.now(dt.UTC).isoformat()
