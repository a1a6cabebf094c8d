"""Dates as texts write them: ``14 March 2026``, ``March 14``, ``14.03.2026``, ``el 14 de marzo``."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from bot.knowledge.model import PartialDate, Precision

_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_BEFORE_YEARS: Final = (
    r"(?:in|since|from|until|till|by|of|during|early|late|en|desde|hasta|de|seit|im Jahr|Ende|Anfang)"
)
_DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.|º)?"
_AND: Final = r"(?:[-–/]|\s?&\s?|,?\s(?:and|or|to|till|until|through|y|o|al?|und|oder|bis)\s)"
_COUNTED: Final = (
    r"\s(?:people|persons|others|men|women|children|members|guests|visitors|years|days|weeks|months|hours|minutes|times"
    r"|o'clock|am|pm|a\.m|p\.m|uhr|euros?|dollars?|percent|per)\b"
)
"""Matches what follows a number that is no day: ``on March 14 and 15 people came``."""

LATER_DAYS: Final = rf"(?:,\s(?:the\s)?{_DAY}){{0,5}}{_AND}(?:the\s)?{_DAY}(?![\w%]|[:.,]\d|{_COUNTED})"
"""Matches the days that share a month with the one before them: ``, 19 and 20`` in ``September 18, 19 and 20``."""

_AROUND_DATES: Final = re.compile(
    r"\b(?:at|on|the|by|am|pm|a\.m\.|p\.m\.|um|uhr|a las|el|den|gmt|utc|bst|est|edt|et|pt|cet|cest|min(?:ute)?s?|read"
    r"|published|updated)\b|[\d:.,|·•–—()\s-]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date, as a text has it and as it is read."""

    text: str
    date: PartialDate | None
    """None where it cannot be said which day is meant: ``Tuesday``, ``3/4/2026``."""

    inferred: str | None = None
    """Why the date is taken to be this one, where the text does not say all of it."""

    @property
    def precision(self) -> Precision | None:
        """How much of the date is known; None if it is not."""
        if self.inferred or self.date is None:
            return Precision.INFERRED if self.date else None
        return Precision.DAY if self.date.day else Precision.MONTH if self.date.month else Precision.YEAR


def written_dates(text: str, published: dt.date, language: str = "en") -> Iterator[WrittenDate]:
    """Yield the dates of a text, in order.

    Args:
        text: the text.
        published: the source's date. A date without a year takes its year, and says so.
        language: the text's language, such as ``en`` or ``es-MX``, whose names of months and days are known; those in
            English always are.
    """
    months, pattern = _names(language)
    for found in pattern.finditer(text):
        given = {name: value for name, value in found.groupdict().items() if value}
        month = next((months[given[name].lower().rstrip(".")] for name in ("m1", "m2", "m3") if name in given), 0)
        if len(_locales(language)) == 1 and any(given.get(name) in {"may", "mar"} for name in ("m1", "m2", "m3")):
            continue  # English writes months with a capital: "he may 3 times"
        month = month or int(given.get("em", given.get("im", 0)))
        days = days_in(next((given[name] for name in ("d1", "d2", "ed", "id") if name in given), "0"))
        year = int(next((given[name] for name in ("y1", "y2", "y3", "ey", "iy", "y") if name in given), 0))
        said = given.get("y") or " ".join(found[0].split()).rstrip(".")
        yield from (_read(said, year, month, day, published) for day in days)


def days_in(text: str) -> list[int]:
    """Return the days of a month that a text names: ``18th and 19th``. Of a range, the days between are left out."""
    return [int(day) for day in re.findall(r"\d+", text)]


def earlier_days(before_last: str = "") -> str:
    """Return a pattern of the days that share a month with the one after them: ``18, 19 and`` in ``18, 19 and 20 May``.

    It also matches nothing.

    Args:
        before_last: a pattern of what may stand before the day after them.
    """
    return rf"(?:{_DAY}(?:,\s(?:the\s)?{_DAY}){{0,5}}{_AND}(?:(?:the|el|den)\s)?{before_last})?"


def is_only_a_date(text: str) -> bool:
    """Return whether a line holds nothing but a date in English, perhaps with the time."""
    rest, count = _names("en").pattern.subn(" ", text)
    return count > 0 and not _AROUND_DATES.sub("", rest)


def _read(text: str, year: int, month: int, day: int, published: dt.date) -> WrittenDate:
    if not year and not month:
        return WrittenDate(text, None)
    inferred = None
    if not year:
        year = published.year
        inferred = f"the year is the source's, {year}"
        if (month, day or 1) > (published.month, published.day):
            inferred += ", though the day is after the source's own"
    try:
        return WrittenDate(text, PartialDate.parse(PartialDate(year, month, day).iso), inferred)
    except ValueError:  # there is no such day
        return WrittenDate(text, None)


def _months(language: str) -> dict[str, int]:
    return {
        name.lower().rstrip("."): number
        for locale in _locales(language)
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    } | {"sept": 9}


class _Names(NamedTuple):
    """How dates are written in English and another language."""

    months: dict[str, int]
    """Names and abbreviations, in small letters and without a full stop."""

    pattern: re.Pattern[str]
    """Matches a date."""


@cache
def _names(language: str) -> _Names:
    months = _months(language)
    names = sorted(months, key=lambda name: (-len(name), name))
    # "May" and "Mar" are also words; with a day or a year beside them they are months.
    month = rf"(?:{'|'.join(map(re.escape, names))})\b\.?"
    days = sorted({name for locale in _locales(language) for name in get_day_names("wide", locale=locale).values()})
    weekday = "|".join(re.escape(day) for day in days)
    earlier = earlier_days(rf"(?:(?:{weekday}),?\s)?")
    of = r"(?:\s+(?:of|de|del))?\s+"
    pattern = re.compile(
        rf"(?<![\w.-])(?:(?P<iy>\d{{4}})-(?P<im>\d\d)-(?P<id>\d\d)(?![\w-])"
        rf"|(?P<ed>\d{{1,2}})\.\s?(?P<em>\d{{1,2}})\.\s?(?P<ey>{_YEAR})"
        rf"|(?P<d1>{earlier}\d{{1,2}})(?:st|nd|rd|th|\.|º)?{of}(?P<m1>{month})(?:(?:{of}|,\s*)(?P<y1>{_YEAR}))?"
        rf"|(?P<m2>{month})\s+(?P<d2>\d{{1,2}}(?:st|nd|rd|th)?(?:{LATER_DAYS}(?!{of}{month}))?)(?![\w:])(?:,?\s+(?P<y2>{_YEAR}))?"
        rf"|(?P<m3>{month}){of}(?P<y3>{_YEAR})"
        rf"|\d{{1,2}}/\d{{1,2}}/(?:\d\d){{1,2}}"
        rf"|(?<=\b)(?:{_BEFORE_YEARS}\s+)(?P<y>{_YEAR})(?![\d%-]|\s*(?:euros?|dollars?|people|Uhr))"
        rf"|(?:{weekday}))(?!\w)",
        re.IGNORECASE,
    )
    return _Names(months, pattern)


def _locales(language: str) -> list[Locale]:
    english = Locale("en")
    try:
        own = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return [english]
    return [english] if own.language == "en" else [english, own]
