"""What moderators read of the figures."""

import datetime as dt

import pytest

from bot.i18n.catalogue import speaking
from bot.matching.types import Outcome
from bot.moderation.stats import Span, ending, summary, summary_lines
from bot.store.types import Stats

TODAY = dt.date(2026, 11, 24)
WEEK = ending(TODAY, 7)
NOTHING = Stats({}, {}, 0, 0)


def day(ago: int) -> dt.date:
    return TODAY - dt.timedelta(days=ago)


def test_the_figures_in_a_line_each() -> None:
    stats = Stats(
        by_day={
            day(0): {Outcome.ANSWER: 4, Outcome.NONE: 1},
            day(6): {Outcome.NOT_COVERED: 1, Outcome.SUGGEST: 2},
        },
        entries={"b": 3, "a": 3, "c": 7, "d": 1, "e": 1, "f": 1},
        helpful=3,
        not_helpful=1,
    )
    before = Stats({day(7): {Outcome.ANSWER: 1}, day(13): {Outcome.NONE: 1}}, {"a": 1}, 1, 1)
    figures = summary(stats, before, WEEK)
    assert summary_lines(figures) == [
        "8 questions asked (2 in the 7 days before)",
        "5 answered: 62% (50% before)",
        "2 only suggested: 25% (0% before)",
        "1 unanswered: 12% (50% before)",
        "75% of 4 votes found the answer helpful (50% before)",
    ]
    assert figures.top == (("c", 7), ("a", 3), ("b", 3), ("d", 1), ("e", 1))


def test_the_figures_in_spanish() -> None:
    stats = Stats({day(0): {Outcome.ANSWER: 1}}, {}, 1, 0)
    with speaking("es"):
        assert summary_lines(summary(stats, Stats({day(7): {Outcome.NONE: 2}}, {}, 0, 0), WEEK)) == [
            "1 pregunta hecha (2 en los 7 días anteriores)",
            "respondidas, 1: 100% (0% antes)",
            "solo sugeridas, 0: 0% (0% antes)",
            "sin respuesta, 0: 0% (100% antes)",
            "100% de 1 voto: la respuesta fue útil",
        ]


def test_without_a_vote_or_earlier_questions_nothing_is_said_of_them() -> None:
    assert summary_lines(summary(Stats({day(0): {Outcome.NONE: 1}}, {}, 0, 0), NOTHING, WEEK)) == [
        "1 question asked",
        "0 answered: 0%",
        "0 only suggested: 0%",
        "1 unanswered: 100%",
    ]


def test_where_nobody_asked() -> None:
    assert summary_lines(summary(NOTHING, NOTHING, WEEK)) == ["No questions have been asked."]
    before = Stats({day(8): {Outcome.NONE: 1}}, {}, 0, 0)
    assert summary_lines(summary(NOTHING, before, WEEK)) == [
        "No questions have been asked. In the 7 days before: 1 question."
    ]


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (WEEK, "18 to 24 November 2026"),
        (ending(TODAY, 30), "26 October to 24 November 2026"),
        (Span(dt.date(2026, 12, 5), dt.date(2027, 1, 3)), "5 December 2026 to 3 January 2027"),
        (ending(TODAY, 1), "24 November 2026"),
    ],
)
def test_spans_in_words(span: Span, written: str) -> None:
    assert str(span) == written


def test_a_span_and_the_one_before_touch_and_do_not_overlap() -> None:
    assert WEEK.days == WEEK.before.days == 7
    assert WEEK.before.until == WEEK.since
    assert (WEEK.since, WEEK.until) == (
        dt.datetime(2026, 11, 18, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 25, tzinfo=dt.UTC),
    )
