"""Dates and periods as members type them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.periods import Period, read_period, words_of
from bot.i18n.catalogue import LANGUAGES, speaking
from bot.i18n.dates import format_date
from bot.knowledge.model import PartialDate

READ = {
    "2002": ["2002", '"2002', "(2002)", "2002?", "in 2002", "year 2002", "２００２", "en el año 2002"],
    "2002-01": ["January 2002", "jan. 2002", "2002 january", "2002-01", "01/2002", "1.2002", "enero de 2002", "2002/1"],
    "2002-09": ["sept 2002", "Sep 2002", "septiembre 2002"],
    "2002-01-18": [
        "18/01/2002",
        "01/18/2002",
        "18.01.2002",
        "2002-01-18",
        "2002/1/18",
        "18 January 2002",
        "January 18th, 2002",
        "on Friday, the 18th of January 2002",
        "18 de enero de 2002",
    ],
    "2002-02-01": ["1/2/2002", "01.02.2002", "1/2/2002 10:30XYZ"],
    "2002..2003": ["2002-2003", "2002–2003", "2002 - 2003", "2002/2003", "from 2002 to 2003", "entre 2002 y 2003"],
    "2002-01..2002-03": ["January to March 2002", "from Jan 2002 until 03/2002"],
}
NOT_READ = [
    "12",
    "02",
    "31/02/2002",
    "2003-2002",
    "2002 2003",
    "0000",
    "99999999999999999999",
    "10:30",
    "2002-13",
    "50",
    f"{'9' * 29}m",
]


@pytest.mark.parametrize(("text", "period"), [(text, iso) for iso, texts in READ.items() for text in texts])
def test_a_date_is_read(text: str, period: str) -> None:
    found, left = read_period(words_of(text))
    assert found
    assert (found.iso, left) == (period, [])


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_no_date_is_left_over(text: str) -> None:
    found, left = read_period(words_of(text))
    assert found is None
    assert left


@pytest.mark.parametrize(
    ("text", "left"), [("Kim 2002", ["Kim"]), ("April Jones 2002", ["April", "Jones"]), ("since 2002", ["since"])]
)
def test_words_beside_a_date_are_left_over(text: str, left: list[str]) -> None:
    found, others = read_period(words_of(text))
    assert found == Period(PartialDate(2002), PartialDate(2002))
    assert others == left


@pytest.mark.parametrize("language", LANGUAGES)
@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), precision=st.sampled_from(["day", "month", "year"]))
def test_every_date_that_the_bot_writes_is_read(language: str, day: dt.date, precision: str) -> None:
    date = PartialDate(day.year, 0 if precision == "year" else day.month, day.day if precision == "day" else 0)
    with speaking(language):
        found, left = read_period(words_of(format_date(date)))
    assert (found, left) == (Period(date, date), [])


@given(st.text(alphabet="0123456789-/.: adefjknoprtuvy\"'", max_size=60))
def test_any_text_is_read_or_left_over(text: str) -> None:
    found, left = read_period(words_of(text))
    assert found is None or Period.parse(found.iso) == found
    assert all(word in words_of(text) for word in left)
