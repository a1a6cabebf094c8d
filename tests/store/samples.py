"""Questions and stops for a store to keep."""

import dataclasses
import datetime as dt

from bot.matching.types import Outcome
from bot.store.types import Asked, Stop, Surface

ANA, BEN = 101, 2**63 - 1
GUILD, OTHER = 7, 8
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def asked(
    text: str = "who?",
    outcome: Outcome = Outcome.NONE,
    *,
    entry: str | None = None,
    guild: int | None = GUILD,
    day: int = 0,
) -> Asked:
    now = NOON + dt.timedelta(days=day)
    return Asked(text, outcome, entry, 0.5, Surface.SLASH, guild, now)


def stopped(guild: int | None = None, entry: str = "motive", *, minutes: int = 0) -> Stop:
    return Stop(entry, guild, NOON + dt.timedelta(minutes=minutes), "mod", "a reason\0")


def ended(stop: Stop) -> Stop:
    return dataclasses.replace(stop, ended=stop.since + dt.timedelta(hours=1), ended_by="another")
