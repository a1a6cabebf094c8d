"""The bot's own texts: English in the code, other languages in ``bot/i18n/catalogues/LANGUAGE.po``.

Some texts are always English: the names of the moderators' commands, the log, the terminal, and the problems that the
store, git and the checks of files report. Histories and commits, which all servers share, are written in English and
translated when they are shown (:mod:`bot.i18n.messages`).

The current language is a context variable. Each Discord event is handled in its own task, and texts for members are
built many calls below the place where their language is known.
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
"""The language of the texts in the code."""

LANGUAGES: Final = (SOURCE, "es")
"""The languages that the bot speaks."""

_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)


def spoken() -> str:
    """Return the current language, one of :data:`LANGUAGES`."""
    return _spoken.get()


def speak(language: str) -> None:
    """Set the current language for the rest of this task.

    Args:
        language: its code, with or without a region (``es-ES``); English is used if the bot does not speak it.
    """
    _spoken.set(known(language) or SOURCE)


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Set the current language for a block; see :func:`speak`."""
    token = _spoken.set(known(language) or SOURCE)
    try:
        yield
    finally:
        _spoken.reset(token)


def known(language: str) -> str | None:
    """Return a language's code without its region; None if the bot does not speak the language."""
    code = language.partition("-")[0]
    return code if code in LANGUAGES else None


def _(message: str) -> str:
    """Return a text in the current language.

    Args:
        message: the English text, as a literal, so that tools can extract it. Values have named placeholders and are
            filled in afterwards: ``_("{count} pages").format(count=3)``.
    """
    return _translations(_spoken.get()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return a text that depends on a number, in the current language.

    Args:
        one: the English text for one.
        many: the English text for any other number.
        count: the number.
    """
    return _translations(_spoken.get()).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """Return a text whose translation depends on its context, in the current language.

    Args:
        context: the context, such as ``command``.
        message: the English text.
    """
    return _translations(_spoken.get()).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 (the name that gettext's tools look for)
    """Mark a text for translation where it is defined; :func:`_` translates it where it is shown."""
    return message


def NP_(_context: str, message: str) -> str:  # noqa: N802 (as above)
    """Mark a text for translation where it is defined; :func:`pgettext` translates it where it is shown."""
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
