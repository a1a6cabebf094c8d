"""The values that the store keeps. They are frozen and know neither Discord nor a database."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.matching.types import Outcome

TOKEN_BYTES: Final = 6
"""Random bytes of an :attr:`Asked.id`. Its 12 hexadecimal digits fit into a custom id beside an entry's id."""


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The settings of one server. The defaults apply to a server that has set up nothing."""

    prefix: str | None = None
    """What typed commands start with; None for the bot's default."""

    channels: frozenset[int] = frozenset()
    """Channels in which the bot answers when asked; empty means all."""

    auto_channels: frozenset[int] = frozenset()
    """Text channels and forums in which the bot answers unprompted, if it is sure of the answer."""

    moderator_roles: frozenset[int] = frozenset()
    """Roles whose members may moderate, in addition to members with Manage Server."""

    moderator_channel: int | None = None
    """Where the bot reports problems in the knowledge files and posts the digest."""

    language: str | None = None
    """Two-letter language of dates and of the bot's own words; None for the server's language on Discord."""

    log_questions: bool = True
    """Whether to keep the questions asked in the server for the moderators."""

    digest: bool = False
    """Whether the moderator channel gets a weekly digest."""

    paused: bool = False
    """Whether the bot is silent in the whole server."""

    paused_channels: frozenset[int] = frozenset()
    """Channels and forums in which the bot is silent."""

    welcomed: bool = False
    """Whether somebody who manages the server has been told what to know first; no setting, but kept like one."""


def new_token() -> str:
    """Return a new random id for a question or a stop: 12 hexadecimal digits."""
    return secrets.token_hex(TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Stop:
    """An entry that a moderator has stopped. Its file is unchanged."""

    entry: str
    guild: int | None
    """The server where the entry is stopped; None for everywhere."""

    since: dt.datetime
    """With time zone, UTC."""

    by: str
    """Display name of the moderator. Nothing else that identifies them is kept."""

    reason: str | None = None
    ended: dt.datetime | None = None
    """When the entry was put back into service; None while the stop is in force."""

    ended_by: str | None = None
    id: str = field(default_factory=new_token)

    @property
    def place(self) -> tuple[str, int | None]:
        """The entry and the server. Several stops of such a pair may be in force, and end together."""
        return self.entry, self.guild


def in_force(stops: Iterable[Stop], guild: int | None) -> dict[str, Stop]:
    """Return the stops in force in a server, by entry id.

    Where an entry is stopped both everywhere and in the server, the result has the stop for everywhere; of several
    stops, the latest.

    Args:
        stops: the stops of all servers, including those that have ended.
        guild: the server; None for a direct message.
    """
    here = [each for each in stops if each.guild in {None, guild} and each.ended is None]
    return {each.entry: each for each in sorted(here, key=lambda each: (each.guild is None, each.since))}


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
    """A question that was asked, with its outcome. Nothing in it says who asked."""

    text: str
    outcome: Outcome
    entry: str | None
    """Id of the first entry that was answered or suggested."""

    score: float
    """The score of that entry, 0 to 1."""

    surface: Surface
    guild: int | None
    """The server; None in a direct message."""

    at: dt.datetime
    """With time zone, UTC."""

    id: str = field(default_factory=new_token)


@dataclass(frozen=True, slots=True)
class ReplyLink:
    """The bot's messages that answer one message of a member."""

    question: int
    """Id of the member's message."""

    channel: int
    replies: tuple[int, ...]
    """Ids of the bot's messages, in order; at least one."""

    at: dt.datetime
    """With time zone, UTC."""

    entries: tuple[str, ...] = ()
    """Ids of the entries whose answers they show; empty if they show none."""


class Why(StrEnum):
    """Why a question is on the moderators' list."""

    MISSED = "missed"
    """The bot neither answered nor suggested anything."""

    NOT_TAKEN = "not_taken"
    """Nobody picked any of the suggestions."""

    NOT_HELPFUL = "not_helpful"
    """Somebody voted that the answer did not help."""

    OTHER_PICKED = "other_picked"
    """The answer was in doubt, and the member who asked picked another question below it."""


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
    """Id of the entry whose answer did not help; otherwise of the first that was answered or suggested."""

    guild: int | None
    at: dt.datetime
    picked: str | None = None
    """Id of the entry that the member who asked picked below the answer."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over a span of time."""

    by_day: Mapping[dt.date, Mapping[Outcome, int]]
    """Questions asked, by day (UTC) and outcome; days without a question are left out."""

    entries: Mapping[str, int]
    """How often each entry was the answer, the most frequent first."""

    helpful: int
    """Votes that an answer helped."""

    not_helpful: int


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the store."""

    problem: str | None
    """What is wrong, in one sentence without secrets; None if nothing is."""

    waiting: int
    """Writes that are not in the database yet."""

    lost: int
    """Writes dropped since the start because the queue was full or the database refused them."""
