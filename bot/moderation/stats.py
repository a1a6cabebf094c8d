"""Statistics for moderators. They are counts, so nothing in them shows who asked."""

import datetime as dt
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final

from bot.i18n.catalogue import _, ngettext
from bot.i18n.dates import format_span
from bot.matching.types import Outcome
from bot.store.store import Store
from bot.store.types import Stats

MAX_TOP: Final = 5
"""The most entries to name."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of whole days, in UTC."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        """Return the span in the current language: ``17 to 23 November 2026``."""
        return format_span(self.first, self.last)

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """The span of the same length right before this one."""
        return Span(self.first - dt.timedelta(days=self.days), self.first - dt.timedelta(days=1))

    @property
    def since(self) -> dt.datetime:
        """The start of the first day."""
        return dt.datetime.combine(self.first, dt.time(), dt.UTC)

    @property
    def until(self) -> dt.datetime:
        """The end of the last day, exclusive."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), dt.UTC)


def ending(last: dt.date, days: int) -> Span:
    """Return the span of a number of days that ends with a given day."""
    return Span(last - dt.timedelta(days=days - 1), last)


@dataclass(frozen=True, slots=True)
class UsageFigures:
    """Counts of questions and votes."""

    answered: int
    """Questions that were answered, including with the answer that the source does not say."""

    suggested: int
    missed: int
    helpful: int
    """Votes that an answer helped."""

    votes: int

    @property
    def asked(self) -> int:
        """The number of all questions."""
        return self.answered + self.suggested + self.missed

    def share(self, count: int) -> float:
        """Return a count as a fraction of the questions asked, 0 to 1; 0 if nothing was asked."""
        return count / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """The statistics of a span, compared with the span before."""

    span: Span
    now: UsageFigures
    before: UsageFigures
    by_day: Mapping[dt.date, UsageFigures]
    """Counts by day, without votes; days without a question are left out."""

    top: tuple[tuple[str, int], ...]
    """The most frequent answers, with their counts."""


async def read_summary(store: Store, guild: int, span: Span, withdrawn: Container[str] = ()) -> Summary:
    """Return the summary of a server's statistics.

    Args:
        store: the store.
        guild: the server.
        span: the span.
        withdrawn: see :func:`summary`.

    Raises:
        StoreError: the store cannot be read now.
    """
    now = await store.stats(span.since, guild, until=span.until)
    return summary(now, await store.stats(span.before.since, guild, until=span.since), span, withdrawn)


def summary(now: Stats, before: Stats, span: Span, withdrawn: Container[str] = ()) -> Summary:
    """Return the summary of the store's statistics.

    Args:
        now: the statistics of the span.
        before: the statistics of the span before.
        span: the span.
        withdrawn: ids of the entries withdrawn since, which are counted but not named.
    """
    named = [(entry, count) for entry, count in now.entries.items() if entry not in withdrawn]
    top = sorted(named, key=lambda item: (-item[1], item[0]))
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
    """Return a line of plain text for each figure, with the figure of the span before if there is one."""
    now, before, days = figures.now, figures.before, figures.span.days
    if not now.asked:
        said = [_("No questions have been asked.")]
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
        (_("{count} unanswered: {share}"), now.missed, before.missed),
    ):
        then = _before(before.share(was)) if before.asked else None
        said.append(_joined(line.format(count=count, share=f"{now.share(count):.0%}"), then))
    if votes := votes_line(now):
        said.append(_joined(votes, _before(before.helpful / before.votes) if before.votes else None))
    return said


def votes_line(figures: UsageFigures) -> str:
    """Return how many of the votes found the answer helpful; empty without votes."""
    if not figures.votes:
        return ""
    votes = ngettext(
        "{share} of {count} vote found the answer helpful",
        "{share} of {count} votes found the answer helpful",
        figures.votes,
    )
    return votes.format(share=f"{figures.helpful / figures.votes:.0%}", count=figures.votes)


def before_line(figures: Summary) -> str:
    """Return the figures of the span before in one line; empty if nothing was asked then."""
    before = figures.before
    if not before.asked:
        return ""
    said = ngettext(
        "In the {days} days before: {count} question, {answered} answered",
        "In the {days} days before: {count} questions, {answered} answered",
        before.asked,
    ).format(days=figures.span.days, count=before.asked, answered=f"{before.share(before.answered):.0%}")
    return "; ".join(filter(None, (said, votes_line(before)))) + "."


def _before(share: float) -> str:
    return _("({share} before)").format(share=f"{share:.0%}")


def _joined(*parts: str | None) -> str:
    return " ".join(filter(None, parts))
