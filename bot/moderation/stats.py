"""What the figures of the store say, for moderators. They are counts: nothing in them tells who asked."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.i18n.catalogue import _, ngettext
from bot.i18n.dates import say_span
from bot.matching.types import Outcome
from bot.store.store import Store
from bot.store.types import Stats

MAX_TOP: Final = 5
"""Entries that are named."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, in UTC."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        """Write it in the language that is spoken: ``17 to 23 November 2026``."""
        return say_span(self.first, self.last)

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
    """Return the span of some days that ends with a day."""
    return Span(last - dt.timedelta(days=days - 1), last)


@dataclass(frozen=True, slots=True)
class UsageFigures:
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
        """Return a count as a share of the questions asked, 0..1; 0 if nothing was asked."""
        return count / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a span beside those of the one before."""

    span: Span
    now: UsageFigures
    before: UsageFigures
    by_day: Mapping[dt.date, UsageFigures]
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
        top=tuple(top[:MAX_TOP]),
    )


def _figures(stats: Stats) -> UsageFigures:
    outcomes: Counter[Outcome] = Counter()
    for counts in stats.by_day.values():
        outcomes.update(counts)
    return UsageFigures(
        answered=outcomes[Outcome.ANSWER] + outcomes[Outcome.NOT_COVERED],
        suggested=outcomes[Outcome.SUGGEST],
        missed=outcomes[Outcome.NONE],
        helpful=stats.helpful,
        votes=stats.helpful + stats.not_helpful,
    )


def summary_lines(figures: Summary) -> list[str]:
    """Return a line of plain text for each figure, with that of the span before if there is one."""
    now, before, days = figures.now, figures.before, figures.span.days
    if not now.asked:
        said = [_("Nobody has asked anything.")]
        if before.asked:
            earlier = ngettext(
                "In the {days} days before: {count} question.",
                "In the {days} days before: {count} questions.",
                before.asked,
            )
            said.append(earlier.format(days=days, count=before.asked))
        return [" ".join(said)]
    asked = ngettext("{count} question asked", "{count} questions asked", now.asked).format(count=now.asked)
    then = _("({count} in the {days} days before)").format(count=before.asked, days=days) if before.asked else None
    said = [_joined(asked, then)]
    for line, count, was in (
        (_("{count} answered: {share}"), now.answered, before.answered),
        (_("{count} only suggested: {share}"), now.suggested, before.suggested),
        (_("{count} missed: {share}"), now.missed, before.missed),
    ):
        then = _before(before.share(was)) if before.asked else None
        said.append(_joined(line.format(count=count, share=f"{now.share(count):.0%}"), then))
    if now.votes:
        votes = ngettext(
            "{share} of {count} vote found the answer helpful",
            "{share} of {count} votes found the answer helpful",
            now.votes,
        ).format(share=f"{now.helpful / now.votes:.0%}", count=now.votes)
        said.append(_joined(votes, _before(before.helpful / before.votes) if before.votes else None))
    return said


def _before(share: float) -> str:
    return _("({share} before)").format(share=f"{share:.0%}")


def _joined(*parts: str | None) -> str:
    return " ".join(filter(None, parts))
