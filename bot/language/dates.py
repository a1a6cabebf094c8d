"""Dates and names of languages, in the language that is spoken."""

import datetime as dt

from babel import Locale
from babel.dates import format_date, format_skeleton

from bot.knowledge.model import PartialDate
from bot.language.catalogue import SOURCE, spoken


def _locale() -> Locale:
    # "17 August 2020" is read the same everywhere; "August 17, 2020" is American.
    return Locale("en", "GB") if spoken() == SOURCE else Locale.parse(spoken())


def say_date(date: dt.date | PartialDate) -> str:
    """Say a date in words, as far as it is known: ``17 August 2020``, ``August 2020``, ``2020``."""
    if isinstance(date, dt.date):
        return format_date(date, "long", _locale())
    if not date.month:
        return str(date.year)
    day = dt.date(date.year, date.month, date.day or 1)
    return say_date(day) if date.day else format_skeleton("yMMMM", day, locale=_locale())


def say_language(code: str) -> str:
    """Name a language, such as ``English`` or ``inglés``.

    Args:
        code: two letters.
    """
    return str(_locale().languages.get(code, code))
