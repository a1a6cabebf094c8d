"""Dates, durations and names of languages in the current language."""

import datetime as dt
import re
from functools import cache, lru_cache
from typing import Final

from babel import Locale, dates, localedata

from bot.i18n.catalogue import LANGUAGES, SOURCE, _, ngettext, spoken
from bot.i18n.phrases import folded
from bot.knowledge.model import PartialDate

_LETTERS: Final = 2
_CODE: Final = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")


def _locale() -> Locale:
    return _locale_of(spoken())


@cache
def _locale_of(language: str) -> Locale:
    # "17 August 2020" is understood everywhere; "August 17, 2020" is American.
    return Locale("en", "GB") if language == SOURCE else Locale.parse(language)


@lru_cache(1_000)  # mostly the dates of sources and reviews, which every answer shows
def _long(date: dt.date, language: str) -> str:
    return dates.format_date(date, "long", _locale_of(language))


def format_date(date: dt.date | PartialDate) -> str:
    """Return a date in words, as precisely as it is known: ``17 August 2020``, ``August 2020``, ``2020``."""
    if isinstance(date, dt.date):
        return _long(date, spoken())
    if not date.month:
        return str(date.year)
    day = dt.date(date.year, date.month, date.day or 1)
    return format_date(day) if date.day else dates.format_skeleton("yMMMM", day, locale=_locale())


def format_day(date: dt.date) -> str:
    """Return a day without its year: ``17 August``."""
    return dates.format_skeleton("MMMMd", date, locale=_locale())


def format_short_day(date: dt.date) -> str:
    """Return a day without its year, abbreviated: ``17 Aug``."""
    return dates.format_skeleton("MMMd", date, locale=_locale())


def format_span(first: dt.date, last: dt.date) -> str:
    """Return a span in words: ``17 to 23 November 2026``, or a single day. A shared month or year is named once."""
    if first == last:
        return format_date(last)
    if first.year != last.year:
        begin = format_date(first)
    else:
        begin = format_day(first) if first.month != last.month else str(first.day)
    return _("{first} to {last}").format(first=begin, last=format_date(last))


def language_name(code: str) -> str:
    """Return the name of a language in the current one, such as ``English`` or ``inglés``.

    Args:
        code: its code of two letters.
    """
    return str(_locale().languages.get(code, code))


def language_code(text: str) -> str | None:
    """Return the code of two letters of a language; None if there is none.

    Args:
        text: the code, with or without a region (``es-MX``), or the language's name in itself, in English or in a
            language that the bot speaks; accents may be left out.
    """
    if found := _CODE.fullmatch(text):
        return found[1].lower()
    return _codes().get(_plain(text))


@cache
def _codes() -> dict[str, str]:
    """Return the code of each language by its names, which takes a second."""
    named = [each for spoken in LANGUAGES for each in Locale(spoken).languages.items()]
    codes = (code for code in localedata.locale_identifiers() if len(code) == _LETTERS)
    own = [(code, Locale(code).languages.get(code, code)) for code in codes]
    # "American English" is English. Of two languages with one name, the one that calls itself so counts.
    return {_plain(name): code[:_LETTERS] for code, name in (*named, *own) if len(code.split("_")[0]) == _LETTERS}


def _plain(name: str) -> str:
    """Return the letters and digits of a name, without accents and case."""
    return folded(name).replace(" ", "")


def format_duration(length: dt.timedelta) -> str:
    """Return a duration in words: ``90 days``, or ``5 minutes`` if it is shorter than a day."""
    if length.days:
        return ngettext("{count} day", "{count} days", length.days).format(count=length.days)
    minutes = length // dt.timedelta(minutes=1)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
