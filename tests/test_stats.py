"""What moderators read of the figures."""

import datetime as dt

from bot.matching import Outcome
from bot.stats import lines, summary
from bot.store.model import Stats

TODAY = dt.date(2026, 11, 24)


def day(ago: int) -> dt.date:
    return TODAY - dt.timedelta(days=ago)


def test_the_figures_in_a_line_each() -> None:
    stats = Stats(
        by_day={
            day(0): {Outcome.ANSWER: 4, Outcome.NONE: 1},
            day(6): {Outcome.NOT_COVERED: 2},
            day(7): {Outcome.SUGGEST: 2},
            day(13): {Outcome.ANSWER: 1},
            day(14): {Outcome.ANSWER: 6},
        },
        entries={"b": 3, "a": 3, "c": 7, "d": 1, "e": 1, "f": 1},
        helpful=3,
        not_helpful=1,
    )
    assert lines(summary(stats, TODAY)) == [
        "16 questions asked",
        "13 answered (81%)",
        "2 only suggested (12%)",
        "1 missed (6%)",
        "75% of 4 votes found the answer helpful",
        "7 questions this week, 3 the week before",
        "answered most: c (7)",
        "then: a (3)",
        "then: b (3)",
        "then: d (1)",
        "then: e (1)",
    ]


def test_without_a_vote_nothing_is_said_of_votes() -> None:
    said = lines(summary(Stats({day(0): {Outcome.NONE: 1}}, {}, 0, 0), TODAY))
    assert said == [
        "1 question asked",
        "0 answered (0%)",
        "0 only suggested (0%)",
        "1 missed (100%)",
        "1 question this week, 0 the week before",
    ]


def test_where_nobody_asked() -> None:
    assert lines(summary(Stats({}, {}, 0, 0), TODAY)) == ["Nobody has asked anything."]
