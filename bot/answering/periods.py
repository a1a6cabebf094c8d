"""Dates and periods as members type them: ``2002``, ``January 2002``, ``18/01/2002``, ``from 2002 to 2003``."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Self

from babel import dates
from dateutil import parser
from typing_extensions import override

from bot.i18n.catalogue import LANGUAGES, N_, _
from bot.i18n.dates import format_date
from bot.i18n.phrases import in_all_languages, unaccented
from bot.knowledge.model import PartialDate

_SMALL: Final = N_("in, on, of, the, from, by, with, about, between, during, year")
"""Words that may stand around a date or a name and say no more than that."""

_TO: Final = N_("to, and, until, till, through")
"""Words between the first and the last date of a period."""

_MARKS: Final = ",.;:?!()[]{}<>*_`\"'“”„‟«»‘’"  # noqa: RUF001 (the quotation marks that people type)
_DASH: Final = re.compile(r"(?<=\d{4}) ?[-–—/] ?(?=\d{4}(?!\d))| [-–—] ")  # noqa: RUF001 (the dashes that people type)
"""Matches a dash between two years, or with blanks around it."""

_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
_MONTH_AND_YEAR: Final = re.compile(r"(\d{1,2})[-/.](\d{4})")

_LONGEST: Final = 40
"""The most characters of a date: ``Wednesday, the 18th of September 2002`` and its like."""

# dateutil fills in what a text does not give. What two fillings have in common was given.
_FILLINGS: Final = (dt.datetime(2001, 3, 3), dt.datetime(2004, 4, 4))  # noqa: DTZ001 (dateutil's, without a time zone)


@dataclass(frozen=True, slots=True)
class Period:
    """The time from one date to another, both included; either may be a year or a month."""

    first: PartialDate
    last: PartialDate

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse :attr:`iso`; return None for any other text."""
        first, _dots, last = text.partition("..")
        try:
            return cls(PartialDate.parse(first), PartialDate.parse(last or first))
        except ValueError:
            return None

    @property
    def iso(self) -> str:
        """The period in digits: ``2002-01``, ``2002..2003``."""
        return self.first.iso if self.first == self.last else f"{self.first.iso}..{self.last.iso}"

    def may_contain(self, date: PartialDate) -> bool:
        """Return whether a date is in the period, or may be, as far as it is known."""
        return _begin(date) <= _end(self.last) and _begin(self.first) <= _end(date)

    @override
    def __str__(self) -> str:
        """Return the period in words, in the current language."""
        first, last = format_date(self.first), format_date(self.last)
        return first if first == last else _("{first} to {last}").format(first=first, last=last)


def words_of(text: str) -> list[str]:
    """Return the words of a text that may contain dates and names, without punctuation around them."""
    plain = _DASH.sub(" - ", " ".join(unicodedata.normalize("NFKC", text).split()))
    return [word for each in plain.split() if (word := each.strip(_MARKS))]


def read_period(words: Sequence[str]) -> tuple[Period | None, list[str]]:
    """Find the one date or period in some words.

    Args:
        words: words from :func:`words_of`.

    Returns:
        The period, or None; and the words that are not understood, including those of a date that cannot be read.
    """
    if not any(map(_has_digit, words)):
        return None, _without_small(words)
    first = next(i for i, word in enumerate(words) if _is_datelike(word) and _leads_to_digits(words[i:]))
    last = first
    while last < len(words) and (_is_datelike(words[last]) or _is_joint(words[last])):
        last += 1
    found = _period(words[first:last])
    if found is None:
        return None, _without_small(words)
    return found, _without_small([*words[:first], *words[last:]])


def _period(words: Sequence[str]) -> Period | None:
    """Return the period that some words name, of which each is part of a date or joins two."""
    parts: list[list[str]] = [[]]
    for word in words:
        if _key(word) in _to():
            parts.append([])
        elif _key(word) not in _small():
            parts[-1].append(word)
    parts = [part for part in parts if part]
    if len(parts) not in {1, 2}:
        return None
    last = _date(parts[-1])
    first = _date(parts[0]) or (last and _date([*parts[0], str(last.year)]))
    return Period(first, last) if first and last and _begin(first) <= _end(last) else None


def _date(words: Sequence[str]) -> PartialDate | None:
    """Return the date that some words name; it has at least a year."""
    text = unaccented(" ".join(words))
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part or 0) for part in found.groups())
        return _checked(year, month, day)
    if found := _MONTH_AND_YEAR.fullmatch(text):
        return _checked(int(found[2]), int(found[1]), 0)
    if len(text) > _LONGEST or (text.isdecimal() and len(text) != len("2002")):
        return None
    try:
        # A time zone says nothing of the day. Of one that it doesn't know, dateutil warns, in the member's own words.
        one, other = (parser.parse(text, _parserinfo(), default=filling, ignoretz=True) for filling in _FILLINGS)
    except (parser.ParserError, ArithmeticError):
        return None
    year, month, day = (
        getattr(one, part) if getattr(one, part) == getattr(other, part) else 0 for part in ("year", "month", "day")
    )
    return _checked(year, month, day) if year and (month or not day) else None


def _checked(year: int, month: int, day: int) -> PartialDate | None:
    date = PartialDate(year, month, day)
    try:
        return PartialDate.parse(date.iso)
    except ValueError:
        return None


def _named(get: Callable[..., Mapping[int, str]], numbers: Iterable[int]) -> list[tuple[str, ...]]:
    """Return the names that Babel has for each month or weekday in all languages, long and short."""
    named = [get(width, "format", language) for language in LANGUAGES for width in ("wide", "abbreviated")]
    return [tuple({unaccented(names[number]).casefold().rstrip(".") for names in named}) for number in numbers]


class _ParserInfo(parser.parserinfo):  # type: ignore[misc] # dateutil has no types
    """The names of months and weekdays in all languages."""

    MONTHS = _named(dates.get_month_names, range(1, 13))
    WEEKDAYS = _named(dates.get_day_names, range(7))


@cache
def _parserinfo() -> parser.parserinfo:
    # The bot itself writes the day first. A day above 12 is recognized wherever it stands.
    return _ParserInfo(dayfirst=True)


@cache
def _small() -> frozenset[str]:
    return in_all_languages(_SMALL)


@cache
def _to() -> frozenset[str]:
    return in_all_languages(_TO) | {"-"}


def _key(word: str) -> str:
    return unaccented(word).casefold()


def _has_digit(word: str) -> bool:
    return any(map(str.isdecimal, word))


def _is_datelike(word: str) -> bool:
    info = _parserinfo()
    return _has_digit(word) or info.month(_key(word)) is not None or info.weekday(_key(word)) is not None


def _is_joint(word: str) -> bool:
    return _key(word) in _small() or _key(word) in _to()


def _leads_to_digits(words: Sequence[str]) -> bool:
    """Return whether a digit follows before any word that belongs to no date: April in "April 2002", not a name."""
    for word in words:
        if _has_digit(word):
            return True
        if not (_is_datelike(word) or _is_joint(word)):
            return False
    return False


def _without_small(words: Iterable[str]) -> list[str]:
    return [word for word in words if not _is_joint(word)]


def _begin(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 1, date.day or 1


def _end(date: PartialDate) -> tuple[int, int, int]:
    return date.year, date.month or 12, date.day or 31
