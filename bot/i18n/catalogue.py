"""The bot's own words: English in the code, other languages in ``bot/i18n/catalogues/LANGUAGE.po``.

English everywhere are the names of the moderators' commands; the log, the terminal, and what the store, git and
the checks of files report, which can be looked up in either. Histories and commits, which all servers share, are
written in English, and translated where they are shown (:mod:`bot.i18n.messages`).

Which language is spoken is a context variable: each event of Discord is handled in a task of its own, and what
is told to a member is put together many calls below the place where the member's language is known.
"""

import contextlib
import gettext
import io
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE: Final = "en"
"""The language that stands in the code."""

LANGUAGES: Final = (SOURCE, "es")
"""Codes of the languages that the bot speaks."""

_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)


def spoken() -> str:
    """Return the language that is spoken now, one of :data:`LANGUAGES`."""
    return _spoken.get()


def speak(language: str) -> None:
    """Speak a language for the rest of this task.

    Args:
        language: its code, with or without a region (``es-ES``); one that the bot does not speak becomes English.
    """
    _spoken.set(known(language) or SOURCE)


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language while the block runs, as :func:`speak` does."""
    token = _spoken.set(known(language) or SOURCE)
    try:
        yield
    finally:
        _spoken.reset(token)


def known(language: str) -> str | None:
    """Return the code of a language that the bot speaks; None for one that it doesn't."""
    code = language.partition("-")[0]
    return code if code in LANGUAGES else None


def _(message: str) -> str:
    """Return a text in the language that is spoken now.

    Args:
        message: in English, as it stands in the code: tools find it by this call. What is to be filled in has a name,
            ``{count}``, and is filled in afterwards: ``_("{count} pages").format(count=3)``.
    """
    return _translations(_spoken.get()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return a text that depends on a number, as :func:`_` does.

    Args:
        one: for one.
        many: for any other number.
        count: the number.
    """
    return _translations(_spoken.get()).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """Return a text that means different things in different places, as :func:`_` does.

    Args:
        context: where it stands, such as ``command``.
        message: in English.
    """
    return _translations(_spoken.get()).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 (the name that gettext's tools look for)
    """Mark a text for translation where it is defined; :func:`_` says it where it is shown."""
    return message


def NP_(_context: str, message: str) -> str:  # noqa: N802 (as above)
    """Mark a text for translation where it is defined; :func:`pgettext` says it where it is shown."""
    return message


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    file = files("bot.i18n").joinpath("catalogues", f"{language}.po")
    with file.open("rb") as texts:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(texts, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
