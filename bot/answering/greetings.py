"""Messages that ask nothing of the FAQ: greetings, thanks, goodbyes, assent, rebukes, and questions about the bot."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Final

from bot.i18n.catalogue import LANGUAGES, N_, _, speaking
from bot.i18n.phrases import in_all_languages

_LONGEST: Final = 100
"""How many characters at either end of a message to search."""

_AFTER_THANKS: Final = N_(
    "for the help, for your help, for helping, for the answer, for the quick answer, for the reply, for the info, "
    "for the information, for that, for this, for telling me, for letting me know, you are the best, youre the best, "
    "that helps, that helped, that helps a lot, that helped a lot, very helpful, that was helpful, again"
)
"""What people add to their thanks."""


class Courtesy(StrEnum):
    """What a message does that asks nothing of the FAQ.

    Its value lists the ways to say it, which each language's catalogue translates.
    """

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
    GOODBYE = N_(
        "bye, bye bye, goodbye, good bye, bye bot, bye all, bye everyone, good night, goodnight, gn, see you, see ya, "
        "see you later, see you soon, cya, take care, have a nice day, have a good day, have a good one"
    )
    ACKNOWLEDGMENT = N_(
        "ok, okay, k, kk, oh, ah, aha, cool, great, nice, nice one, perfect, awesome, alright, all right, wow, got it, "
        "i see, lol, lmao, haha, hahaha, yes, yeah, yep, yup, no, nope, nah, sure, fine, hmm, good, good to know, "
        "understood, fair enough, makes sense, that makes sense, never mind, nevermind, nvm, sorry, my bad, "
        "no problem, no worries, np"
    )
    REBUKE = N_(
        "shut up, stfu, fuck you, fuck off, go away, you suck, this bot sucks, useless, useless bot, stupid bot, "
        "dumb bot, bad bot, you stupid bot, you dumb bot, you are useless, youre useless, you are stupid, "
        "youre stupid, you are dumb, youre dumb, i hate you, i hate this bot, not helpful, that didnt help, "
        "that doesnt help, that did not help, that does not help, wrong answer, not what i asked, "
        "thats not what i asked, that is not what i asked, not what i meant, thats not what i meant"
    )
    ABOUT_THE_BOT = N_(
        "who are you, what are you, whats your name, what is your name, are you a bot, are you a robot, "
        "are you human, are you a human, are you real, are you a real person, are you an ai, are you ai, "
        "are you chatgpt, what can you do, what do you do, what can i ask, what can i ask you, what do you know, "
        "what can you answer, what is this bot, what does this bot do, how do you work, "
        "how does this bot work, how do i use you, can you help, can you help me, "
        "can someone help me, help me, i need help, can i ask you something, can i ask something, "
        "can i ask a question, i have a question"
    )


_BY_WEIGHT: Final = (
    Courtesy.THANKS,
    Courtesy.REBUKE,
    Courtesy.ABOUT_THE_BOT,
    Courtesy.GOODBYE,
    Courtesy.HELLO,
    Courtesy.ACKNOWLEDGMENT,
)


def courtesy(text: str) -> Courtesy | None:
    """Return what a message does that asks nothing of the FAQ, in any of the bot's languages; None if it may ask.

    A message may do several such things, as in ``ok, got it, thank you for the help``. Thanks count most, and assent
    least.

    Args:
        text: the message.
    """
    letters = "".join(sign for sign in _folded(text[:_LONGEST]) if sign.isalpha() or sign.isspace())
    words = letters.split()
    if not words or any(map(str.isalnum, text[_LONGEST:])):
        return None
    kinds = _kinds(words)
    return next((kind for kind in _BY_WEIGHT if kind in kinds), None)


def asks_nothing(text: str) -> bool:
    """Return whether a message is mere assent, or has no letters and digits at all, such as a thumbs-up."""
    return courtesy(text) is Courtesy.ACKNOWLEDGMENT or not any(map(str.isalnum, text))


def courtesy_to_return(text: str, answered: Callable[[str], bool]) -> Courtesy | None:
    """Return which courtesy a message is that gets one in return; None if the FAQ is to answer it.

    Args:
        text: the message. Without letters and digits, it's assent.
        answered: whether the FAQ answers a text. Some FAQs have answers about the bot.
    """
    said = courtesy(text) if any(map(str.isalnum, text)) else Courtesy.ACKNOWLEDGMENT
    return None if said is Courtesy.ABOUT_THE_BOT and answered(text) else said


def _kinds(words: Sequence[str]) -> set[Courtesy]:
    """Return the kinds of courtesies that a message consists of; empty if it says anything else."""
    ways, kinds, at = _folded_ways(), set[Courtesy](), 0
    while at < len(words):
        said = (" ".join(words[at:end]) for end in range(len(words), at, -1))
        # What follows thanks means nothing elsewhere: "for that" may begin a question.
        after = _after_thanks() if Courtesy.THANKS in kinds else frozenset()
        found = next((each for each in said if each in ways or each in after), None)
        if found is None:
            return set()
        if found in ways:
            kinds.add(ways[found])
        at += found.count(" ") + 1
    return kinds


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
def _folded_ways() -> Mapping[str, Courtesy]:
    return {_folded(said): kind for said, kind in _ways().items()}


@cache
def _after_thanks() -> frozenset[str]:
    return in_all_languages(_AFTER_THANKS)


@cache
def _beginning() -> re.Pattern[str]:
    return re.compile(rf"[\s¡¿]*(?:(?:{_any(Courtesy.HELLO, Courtesy.THANKS)})(?:[\s,.!:;]+|$))+", re.IGNORECASE)


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
