"""The values that the store keeps. Frozen, and without anything of Discord or of a database in them."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.matching.types import Outcome

TOKEN_BYTES: Final = 6
"""Randomness of an :attr:`Asked.id`: 12 hexadecimal digits, for which a button's id has room beside an entry's."""


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server has set up; the defaults are those of a server that has set up nothing."""

    prefix: str | None = None
    """What typed commands start with; None for the bot's own."""

    channels: frozenset[int] = frozenset()
    """Channels in which the bot answers when asked; empty for all."""

    auto_channels: frozenset[int] = frozenset()
    """Text channels and forums in which the bot answers without being asked, where it is sure."""

    moderator_roles: frozenset[int] = frozenset()
    """Roles that may use the desk, besides whoever has Manage Server."""

    moderator_channel: int | None = None
    """Where problems of the knowledge files and the digest go."""

    language: str | None = None
    """Language of dates and of the bot's own words, as two letters; None for the one that the server has at Discord."""

    log_questions: bool = True
    """Whether questions asked in the server may be kept for the moderators."""

    digest: bool = False
    """Whether the moderator channel gets a weekly digest."""

    paused: bool = False
    """Whether the bot answers nobody in the server."""

    paused_channels: frozenset[int] = frozenset()
    """Channels and forums in which the bot answers nobody."""


def new_token() -> str:
    """Draw an id for a question asked, or for a stop: 12 hexadecimal digits."""
    return secrets.token_hex(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Stop:
    """An entry that a moderator has taken out of service; its file is as it was."""

    entry: str
    guild: int | None
    """The server in which it is not answered; None for everywhere."""

    since: dt.datetime
    """With time zone, UTC."""

    by: str
    """Display name of the moderator: nothing that identifies beyond it."""

    reason: str | None = None
    ended: dt.datetime | None = None
    """When it was put back into service; None while it is out of it."""

    ended_by: str | None = None
    id: str = field(default_factory=new_token)

    @property
    def place(self) -> tuple[str, int | None]:
        """What is stopped, and where: once at a time."""
        return self.entry, self.guild


def in_force(stops: Iterable[Stop], guild: int | None) -> dict[str, Stop]:
    """Choose the stops that hold in a server, by the entry's id; one for everywhere goes before the server's own.

    Args:
        stops: of all servers, those that have ended among them.
        guild: the server; None for a direct message.
    """
    here = [each for each in stops if each.guild in {None, guild} and each.ended is None]
    return {each.entry: each for each in sorted(here, key=lambda each: each.guild is None)}


class Surface(StrEnum):
    """How a question reached the bot."""

    SLASH = "slash"
    PREFIX = "prefix"
    MENTION = "mention"
    REPLY = "reply"
    DIRECT = "direct"
    MENU = "menu"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked and what became of it. Nothing in it says who asked."""

    text: str
    outcome: Outcome
    entry: str | None
    """Id of the entry that was answered first, or that was suggested first."""

    score: float
    """0..1, of that entry."""

    surface: Surface
    guild: int | None
    """The server; None in a direct message."""

    at: dt.datetime
    """With time zone, UTC."""

    id: str = field(default_factory=new_token)


@dataclass(frozen=True, slots=True)
class ReplyLink:
    """Which messages of the bot answer which message of a member."""

    question: int
    """Id of the member's message."""

    channel: int
    replies: tuple[int, ...]
    """Ids of the bot's messages, in order; at least one."""

    at: dt.datetime
    """With time zone, UTC."""


class Why(StrEnum):
    """Why a question is on the moderators' list."""

    MISSED = "missed"
    """Neither answered nor were there suggestions."""

    NOT_TAKEN = "not_taken"
    """Nobody took one of the suggestions."""

    NOT_HELPFUL = "not_helpful"
    """Somebody found that the answer did not help."""


class Resolution(StrEnum):
    """What a moderator did about a question on the list."""

    PHRASING = "phrasing"
    ENTRY = "entry"
    NOT_COVERED = "not_covered"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question on the moderators' list."""

    id: str
    text: str
    why: Why
    entry: str | None
    """The entry that was shown or suggested first."""

    guild: int | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of a span of time."""

    by_day: Mapping[dt.date, Mapping[Outcome, int]]
    """Questions asked, by day (UTC) and outcome; days without a question are left out."""

    entries: Mapping[str, int]
    """How often each entry was the answer, most often first."""

    helpful: int
    """Votes that an answer helped."""

    not_helpful: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the store fares."""

    problem: str | None
    """In one sentence, without secrets; None while all is well."""

    waiting: int
    """Writes that are not in the database yet."""

    lost: int
    """Writes that were given up since the start, because too many waited."""
