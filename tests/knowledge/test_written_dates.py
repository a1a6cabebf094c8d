"""Dates as a text writes them; what it does not say is said to be inferred, or left open."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.model import Precision
from bot.knowledge.written_dates import is_only_a_date, written_dates

PUBLISHED = dt.date(2025, 11, 12)


def read(text: str, language: str = "en") -> list[tuple[str, str | None]]:
    return [(each.text, each.date.iso if each.date else None) for each in written_dates(text, PUBLISHED, language)]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("14 March 2026", "2026-03-14"),
        ("March 14, 2026", "2026-03-14"),
        ("14th of March 2026", "2026-03-14"),
        ("14.03.2026", "2026-03-14"),
        ("2026-03-14", "2026-03-14"),
        ("May 2024", "2024-05"),
        ("Sept. 4", "2025-09-04"),
        ("3/4/2026", None),
        ("Tuesday", None),
        ("30 February 2024", None),
    ],
)
def test_a_date_is_read_as_it_is_written(text: str, date: str | None) -> None:
    assert read(f"It opened on {text}, people say.") == [(text, date)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("18 and 19 September", (18, 19)),
        ("18-19 September", (18, 19)),
        ("18–19 September", (18, 19)),
        ("18/19 September", (18, 19)),
        ("18 to 21 September", (18, 21)),
        ("18th and 19th of September", (18, 19)),
        ("18th and the 19th of September", (18, 19)),
        ("18 and Saturday 19 September", (18, 19)),
        ("18, 19 and 20 September", (18, 19, 20)),
        ("September 18 and 19", (18, 19)),
        ("September 18-19", (18, 19)),
        ("September 18, 19 and 20", (18, 19, 20)),
        ("Sept. 18th & 19th", (18, 19)),
    ],
)
@pytest.mark.parametrize("year", ["", "2024"])
def test_each_of_several_days_in_a_month_is_a_date(text: str, days: tuple[int, ...], year: str) -> None:
    whole = f"{text}{',' if text.startswith('Sep') else ''} {year}" if year else text
    assert read(f"It opened on {whole} in the rain.") == [(whole, f"{year or 2025}-09-{day}") for day in days]


def test_several_days_in_other_languages() -> None:
    assert read("el 18 y el 19 de mayo", "es") == [("18 y el 19 de mayo", f"2025-05-{day}") for day in (18, 19)]
    assert read("vom 18. bis 19. Mai", "de") == [("18. bis 19. Mai", f"2025-05-{day}") for day in (18, 19)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("On September 18 and 19 people came.", [("September 18", "2025-09-18")]),
        ("On September 18, 19 came.", [("September 18", "2025-09-18")]),
        ("On September 18 and 19.5 of it.", [("September 18", "2025-09-18")]),
        ("September 18 and 19 October", [("September 18", "2025-09-18"), ("19 October", "2025-10-19")]),
        ("Number 12 - 19 September", [("19 September", "2025-09-19")]),
        ("There were 40 and 19 September was one.", [("19 September", "2025-09-19")]),
    ],
)
def test_a_number_beside_a_date_need_not_be_a_day(text: str, dates: list[tuple[str, str | None]]) -> None:
    assert read(text) == dates


def test_a_year_counts_where_the_text_dates_something_by_it() -> None:
    assert read("It was built in 1962 and had 2000 visitors; he may 3 times.") == [("1962", "1962")]


def test_other_languages_have_their_own_months() -> None:
    assert read("el 14 de marzo de 2026", "es-MX") == [("14 de marzo de 2026", "2026-03-14")]
    assert read("am 14. März 2026", "de") == [("14. März 2026", "2026-03-14")]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)))
def test_a_date_without_a_year_takes_the_sources_and_says_so(day: dt.date, published: dt.date) -> None:
    (whole,) = written_dates(f"on {day.day} {day:%B} {day.year}", published)
    assert (whole.date and whole.date.iso, whole.inferred) == (day.isoformat(), None)
    (short,) = written_dates(f"on {day.day} {day:%B}", published)
    if short.date:  # 29 February is no day of most years
        assert (short.date.year, short.date.month, short.date.day) == (published.year, day.month, day.day)
        assert short.precision is Precision.INFERRED
        assert ("after the source's own" in (short.inferred or "")) == (
            (day.month, day.day) > (published.month, published.day)
        )


def test_a_line_that_is_only_a_date_is_told_from_a_sentence() -> None:
    assert is_only_a_date("Tuesday, 12 November 2025, 9:30 am")
    assert not is_only_a_date("On 12 November the bridge was closed")
