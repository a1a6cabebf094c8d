"""What the figures of the store say, for moderators."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Final

from bot.matching import Outcome
from bot.store.model import Stats

WEEK: Final = dt.timedelta(days=7)
TOP: Final = 5
"""Entries that are named."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a span of time."""

    asked: int
    answered: int
    """With an answer, or with the word that the source does not say."""

    suggested: int
    missed: int
    helpful: float | None
    """Share of the votes that were for an answer, 0..1; None without a vote."""

    votes: int
    top: tuple[tuple[str, int], ...]
    """The entries that were answered most, with how often."""

    this_week: int
    """Questions asked in the seven days that end with the last day."""

    last_week: int
    """In the seven days before."""

    def share(self, count: int) -> float:
        """Give a count as a share of the questions asked, 0..1; 0 where nothing was asked."""
        return count / self.asked if self.asked else 0.0


def summary(stats: Stats, today: dt.date) -> Summary:
    """Sum up the store's figures.

    Args:
        stats: of at least two weeks, for the trend to mean something.
        today: the last day, UTC.
    """
    outcomes: Counter[Outcome] = Counter()
    for counts in stats.by_day.values():
        outcomes.update(counts)
    votes = stats.helpful + stats.not_helpful
    top = sorted(stats.entries.items(), key=lambda item: (-item[1], item[0]))
    return Summary(
        asked=outcomes.total(),
        answered=outcomes[Outcome.ANSWER] + outcomes[Outcome.NOT_COVERED],
        suggested=outcomes[Outcome.SUGGEST],
        missed=outcomes[Outcome.NONE],
        helpful=stats.helpful / votes if votes else None,
        votes=votes,
        top=tuple(top[:TOP]),
        this_week=_asked(stats, today - WEEK, today),
        last_week=_asked(stats, today - 2 * WEEK, today - WEEK),
    )


def _asked(stats: Stats, after: dt.date, until: dt.date) -> int:
    return sum(sum(counts.values()) for day, counts in stats.by_day.items() if after < day <= until)


def lines(figures: Summary) -> list[str]:
    """Say the figures in a line each, as plain text."""
    if not figures.asked:
        return ["Nobody has asked anything."]
    counts = ((figures.answered, "answered"), (figures.suggested, "only suggested"), (figures.missed, "missed"))
    said = [
        f"{_questions(figures.asked)} asked",
        *(f"{count} {what} ({figures.share(count):.0%})" for count, what in counts),
    ]
    if figures.helpful is not None:
        said.append(
            f"{figures.helpful:.0%} of {figures.votes} vote{'s' * (figures.votes != 1)} found the answer helpful"
        )
    said.append(f"{_questions(figures.this_week)} this week, {figures.last_week} the week before")
    said += [f"answered most: {entry} ({count})" for entry, count in figures.top[:1]]
    said += [f"then: {entry} ({count})" for entry, count in figures.top[1:]]
    return said


def _questions(count: int) -> str:
    return f"{count} question{'' if count == 1 else 's'}"
