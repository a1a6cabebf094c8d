"""Dates as they are said."""

import datetime as dt

import pytest

from bot.knowledge.model import PartialDate
from bot.language.catalogue import speaking
from bot.language.dates import say_date, say_language


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
        assert say_date(date) == said


def test_languages_have_names() -> None:
    assert say_language("es") == "Spanish"
    with speaking("es"):
        assert say_language("en") == "inglés"
        assert say_language("xx") == "xx"
