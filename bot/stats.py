"""What the figures of the store say, for moderators. They are counts: nothing in them tells who asked."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.matching import Outcome
from bot.store.model import Stats
from bot.store.store import Store

TOP: Final = 5
"""Entries that are named."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, in UTC."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        """Write it: ``17 to 23 November 2026``."""
        first, last = self.first, self.last
        parts = ["%d", "%B", "%Y"] if first.year != last.year else ["%d", "%B"] if first.month != last.month else ["%d"]
        begin = f"{first:{' '.join(parts)}} to " if first != last else ""
        return f"{begin.removeprefix('0')}{last.day} {last:%B %Y}"

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """As many days, right before."""
        return Span(self.first - dt.timedelta(days=self.days), self.first - dt.timedelta(days=1))

    @property
    def since(self) -> dt.datetime:
        """The moment at which the first day begins."""
        return dt.datetime.combine(self.first, dt.time(), dt.UTC)

    @property
    def until(self) -> dt.datetime:
        """The moment at which the last day has ended."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), dt.UTC)


def ending(last: dt.date, days: int) -> Span:
    """Give the span of some days that ends with a day."""
    return Span(last - dt.timedelta(days=days - 1), last)


@dataclass(frozen=True, slots=True)
class Figures:
    """Questions and votes of a span."""

    answered: int
    """With an answer, or with the word that the source does not say."""

    suggested: int
    missed: int
    helpful: int
    """Votes for an answer."""

    votes: int

    @property
    def asked(self) -> int:
        """All questions."""
        return self.answered + self.suggested + self.missed

    def share(self, count: int) -> float:
        """Give a count as a share of the questions asked, 0..1; 0 where nothing was asked."""
        return count / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a span beside those of the one before."""

    span: Span
    now: Figures
    before: Figures
    by_day: Mapping[dt.date, Figures]
    """Without votes; days without a question are left out."""

    top: tuple[tuple[str, int], ...]
    """The entries that were answered most, with how often."""


async def read_summary(store: Store, guild: int, span: Span) -> Summary:
    """Sum up the figures of a server.

    Raises:
        StoreError: the store cannot be read now.
    """
    now = await store.stats(span.since, guild, until=span.until)
    return summary(now, await store.stats(span.before.since, guild, until=span.since), span)


def summary(now: Stats, before: Stats, span: Span) -> Summary:
    """Sum up the store's figures.

    Args:
        now: of the span.
        before: of the span before.
        span: the days that are summed up.
    """
    top = sorted(now.entries.items(), key=lambda item: (-item[1], item[0]))
    return Summary(
        span=span,
        now=_figures(now),
        before=_figures(before),
        by_day={day: _figures(Stats({day: counts}, {}, 0, 0)) for day, counts in sorted(now.by_day.items())},
        top=tuple(top[:TOP]),
    )


def _figures(stats: Stats) -> Figures:
    outcomes: Counter[Outcome] = Counter()
    for counts in stats.by_day.values():
        outcomes.update(counts)
    return Figures(
        answered=outcomes[Outcome.ANSWER] + outcomes[Outcome.NOT_COVERED],
        suggested=outcomes[Outcome.SUGGEST],
        missed=outcomes[Outcome.NONE],
        helpful=stats.helpful,
        votes=stats.helpful + stats.not_helpful,
    )


def lines(figures: Summary) -> list[str]:
    """Say the figures in a line each, as plain text, each with that of the span before if there is one."""
    now, before = figures.now, figures.before
    if not now.asked:
        earlier = f" In the {figures.span.days} days before: {_questions(before.asked)}." if before.asked else ""
        return [f"Nobody has asked anything.{earlier}"]
    then = f" ({before.asked} in the {figures.span.days} days before)" if before.asked else ""
    said = [f"{_questions(now.asked)} asked{then}"]
    for name, count, was in (
        ("answered", now.answered, before.answered),
        ("only suggested", now.suggested, before.suggested),
        ("missed", now.missed, before.missed),
    ):
        then = f" ({before.share(was):.0%} before)" if before.asked else ""
        said.append(f"{count} {name}: {now.share(count):.0%}{then}")
    if now.votes:
        then = f" ({before.helpful / before.votes:.0%} before)" if before.votes else ""
        votes = "vote" if now.votes == 1 else "votes"
        said.append(f"{now.helpful / now.votes:.0%} of {now.votes} {votes} found the answer helpful{then}")
    return said


def _questions(count: int) -> str:
    return f"{count} question{'' if count == 1 else 's'}"
