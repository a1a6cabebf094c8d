"""Dates and names of languages in the language that is spoken."""

import datetime as dt
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton

from bot.i18n.catalogue import SOURCE, _, ngettext, spoken
from bot.knowledge.model import PartialDate


def _locale() -> Locale:
    return _locale_of(spoken())


@cache
def _locale_of(language: str) -> Locale:
    # "17 August 2020" is read the same everywhere; "August 17, 2020" is American.
    return Locale("en", "GB") if language == SOURCE else Locale.parse(language)


@lru_cache(1_000)  # mostly the sources' and the reviews', the same with every answer
def _long(date: dt.date, language: str) -> str:
    return format_date(date, "long", _locale_of(language))


def say_date(date: dt.date | PartialDate) -> str:
    """Return a date in words, as far as it is known: ``17 August 2020``, ``August 2020``, ``2020``."""
    if isinstance(date, dt.date):
        return _long(date, spoken())
    if not date.month:
        return str(date.year)
    day = dt.date(date.year, date.month, date.day or 1)
    return say_date(day) if date.day else format_skeleton("yMMMM", day, locale=_locale())


def say_day(date: dt.date) -> str:
    """Return a day without its year: ``17 August``."""
    return format_skeleton("MMMMd", date, locale=_locale())


def say_day_shortly(date: dt.date) -> str:
    """Return a day without its year, where there is little room: ``17 Aug``."""
    return format_skeleton("MMMd", date, locale=_locale())


def say_span(first: dt.date, last: dt.date) -> str:
    """Return a span in words: ``17 to 23 November 2026``, or one day alone; what both days share is named once."""
    if first == last:
        return say_date(last)
    if first.year != last.year:
        begin = say_date(first)
    else:
        begin = say_day(first) if first.month != last.month else str(first.day)
    return _("{first} to {last}").format(first=begin, last=say_date(last))


def say_language(code: str) -> str:
    """Name a language, such as ``English`` or ``inglés``.

    Args:
        code: two letters.
    """
    return str(_locale().languages.get(code, code))


def say_length(length: dt.timedelta) -> str:
    """Say how long something lasts: ``90 days``, or where it is shorter than a day, ``5 minutes``."""
    if length.days:
        return ngettext("{count} day", "{count} days", length.days).format(count=length.days)
    minutes = length // dt.timedelta(minutes=1)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
