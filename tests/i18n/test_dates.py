"""Dates as they are said."""

import datetime as dt

import pytest

from bot.i18n.catalogue import speaking
from bot.i18n.dates import format_date, format_day, format_short_day, format_span, language_code, language_name
from bot.knowledge.model import PartialDate


@pytest.mark.parametrize(
    ("language", "date", "said"),
    [
        ("en", dt.date(2020, 8, 7), "7 August 2020"),
        ("en", PartialDate(2002, 1, 18), "18 January 2002"),
        ("en", PartialDate(2020, 8), "August 2020"),
        ("en", PartialDate(2003), "2003"),
        ("es", dt.date(2020, 8, 7), "7 de agosto de 2020"),
        ("es", PartialDate(2020, 8), "agosto de 2020"),
        ("es", PartialDate(2003), "2003"),
    ],
)
def test_as_far_as_it_is_known(language: str, date: dt.date | PartialDate, said: str) -> None:
    with speaking(language):
        assert format_date(date) == said


@pytest.mark.parametrize(
    ("first", "last", "english", "spanish"),
    [
        (dt.date(2026, 11, 17), dt.date(2026, 11, 17), "17 November 2026", "17 de noviembre de 2026"),
        (dt.date(2026, 11, 17), dt.date(2026, 11, 23), "17 to 23 November 2026", "del 17 al 23 de noviembre de 2026"),
        (
            dt.date(2026, 10, 30),
            dt.date(2026, 11, 5),
            "30 October to 5 November 2026",
            "del 30 de octubre al 5 de noviembre de 2026",
        ),
        (
            dt.date(2026, 12, 5),
            dt.date(2027, 1, 3),
            "5 December 2026 to 3 January 2027",
            "del 5 de diciembre de 2026 al 3 de enero de 2027",
        ),
    ],
)
def test_a_span_says_once_what_both_ends_share(first: dt.date, last: dt.date, english: str, spanish: str) -> None:
    assert format_span(first, last) == english
    with speaking("es"):
        assert format_span(first, last) == spanish


def test_days_without_their_year() -> None:
    assert (format_day(dt.date(2026, 8, 7)), format_short_day(dt.date(2026, 8, 7))) == ("7 August", "7 Aug")
    with speaking("es"):
        assert (format_day(dt.date(2026, 8, 7)), format_short_day(dt.date(2026, 8, 7))) == ("7 de agosto", "7 ago")


def test_languages_have_names() -> None:
    assert language_name("es") == "Spanish"
    with speaking("es"):
        assert language_name("en") == "inglés"
        assert language_name("xx") == "xx"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("es", "es"),
        ("EN", "en"),
        ("es-MX", "es"),
        ("English", "en"),
        ("english", "en"),
        ("British English", "en"),
        ("inglés", "en"),
        ("español", "es"),
        ("Espanol", "es"),
        ("Spanish", "es"),
        ("Deutsch", "de"),
        ("中文", "zh"),
        ("Filipino", None),
        ("Klingonish", None),
        ("", None),
    ],
)
def test_a_language_is_known_by_its_code_and_by_its_names(typed: str, code: str | None) -> None:
    assert language_code(typed) == code
