"""Greetings and thanks, which ask nothing."""

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import Final

from bot.i18n.catalogue import LANGUAGES, N_, _, speaking
from bot.i18n.phrases import in_all_languages

_LONGEST: Final = 100
"""How many characters at either end of a message to search."""
_ACKNOWLEDGED: Final = N_("ok, okay, oh, ah, cool, great, nice, perfect, awesome, alright, wow, got it, i see, lol")
"""What people say before they thank."""


class Courtesy(StrEnum):
    """A kind of courtesy. Its value lists the ways to say it, which each language's catalogue translates."""

    HELLO = N_(
        "hi, hello, hey, hiya, yo, hi there, hello there, hey there, good morning, good afternoon, good evening, "
        "hi bot, hello bot, hey bot, yo bot, hi all, hello all, hey all, hi everyone, hello everyone, hey "
        "everyone, hi guys, hello guys, hey guys, hi folks, hey folks, good morning all, good morning everyone, "
        "good evening everyone, gm, gm all, gm everyone"
    )
    THANKS = N_(
        "thanks, thank you, thank you so much, thank you very much, thank you in advance, thank you all, thanks a lot, "
        "thanks in advance, thanks all, thanks everyone, thanks guys, many thanks, thx, ty, tysm, cheers, "
        "thanks bot, thank you bot, good bot"
    )


def courtesy(text: str) -> Courtesy | None:
    """Return the courtesy that a message consists of, in any of the bot's languages; None if it says anything else.

    Args:
        text: the message.
    """
    letters = "".join(sign for sign in _folded(text[:_LONGEST]) if sign.isalpha() or sign.isspace())
    said = " ".join(letters.split())
    before = _acknowledgement().match(said)
    thanked = _folded_ways().get(said[before.end() :]) if before else None
    return _folded_ways().get(said, thanked if thanked is Courtesy.THANKS else None)


def without_courtesies(text: str) -> str:
    """Return a message without the courtesies around it: ``Hi, who was killed? Thanks!`` becomes the question.

    Args:
        text: the message; if it consists only of courtesies, it is returned unchanged.
    """
    begun = _beginning().match(text[:_LONGEST])
    rest = text[begun.end() :] if begun else text
    ended = _end().search(rest[-_LONGEST:])
    if ended:
        rest = rest[: len(rest) - len(ended[0])].rstrip(" ,¡")
    return rest if any(map(str.isalnum, rest)) else text


@cache
def _ways() -> dict[str, Courtesy]:
    """Return all ways to say each courtesy, in all languages, with accents."""
    ways: dict[str, Courtesy] = {}
    for language in LANGUAGES:
        with speaking(language):
            ways |= {said.strip(): kind for kind in Courtesy for said in _(kind.value).split(",")}
    return ways


@cache
def _folded_ways() -> dict[str, Courtesy]:
    return {_folded(said): kind for said, kind in _ways().items()}


@cache
def _acknowledgement() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{'|'.join(map(re.escape, sorted(in_all_languages(_ACKNOWLEDGED))))}) )+")


@cache
def _beginning() -> re.Pattern[str]:
    return re.compile(rf"[\s¡¿]*(?:(?:{_any(*Courtesy)})(?:[\s,.!:;]+|$))+", re.IGNORECASE)


@cache
def _end() -> re.Pattern[str]:
    return re.compile(rf"(?<=[\s,.!?¡])(?:{_any(Courtesy.THANKS)})[\s.!:)]*$", re.IGNORECASE)


def _any(*kinds: Courtesy) -> str:
    """Return a regular expression for all ways to say some courtesies, with or without accents, longest first."""
    ways = {said for said, kind in _ways().items() if kind in kinds}
    return "|".join(map(re.escape, sorted(ways | set(map(_folded, ways)), key=lambda said: (-len(said), said))))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
