"""Words by which members pick a suggestion they were just shown: ``2``, ``the second one``, ``yes`` to the only one."""

import re
from functools import cache
from typing import Final

from bot.i18n.catalogue import N_
from bot.i18n.phrases import folded, in_all_languages

_BEFORE: Final = N_("number, no, option, choice, question, the, i meant, i mean")
"""What may stand before a number."""

_ORDINALS: Final = (
    N_("first, first one, one, 1st, 1st one"),
    N_("second, second one, two, 2nd, 2nd one"),
    N_("third, third one, three, 3rd, 3rd one"),
)

_ASSENT: Final = N_(
    "yes, yes please, yes that, yes that one, yes thats it, yes that is it, yes it is, yes i do, yes i did, yeah, "
    "yep, yup, ya, y, sure, ok, okay, correct, right, exactly, thats it, that is it, thats the one, that one, please"
)
"""What picks the only suggestion."""

_APOSTROPHES: Final = {ord("'"): None, ord("\u2019"): None}

_MOST_DIGITS: Final = 9
"""The most digits of a number; longer ones pick nothing."""

_SUM: Final = re.compile(r"\(?\d[\d\s.,()]*[+*=^][\d\s.,()+*=^/-]*\??")
"""A sum as it's typed. "10-2" and "8/17/2020" are none: they may be a vote and a date."""

_SIGNS: Final = ("+", "-", "\u2212")
"""Plus and minus, the latter as a hyphen too."""


def _bare_number(text: str) -> int | None:
    """Return the number that a message consists of, written in digits; None if it says anything else."""
    said = _number_alone(text)
    return int(said[:_MOST_DIGITS]) if said.isdecimal() else None


def numbers_alone(text: str) -> bool:
    """Return whether a message is a number or a sum and nothing else, which asks nothing of a FAQ: "12", "2+2 = ?"."""
    return _bare_number(text) is not None or _SUM.fullmatch(text.strip()) is not None


def picked_number(text: str, count: int) -> int | None:
    """Return the number of the suggestion that a message picks, counted from 1; None if it picks none.

    "+1" picks nothing but assents, and "-1" dissents.

    Args:
        text: the message.
        count: how many suggestions there are.
    """
    if count == 1 and assents(text):
        return 1
    if text.lstrip().startswith(_SIGNS):
        return None
    number = _bare_number(text)
    if number is None:
        number = _numbers().get(_number_alone(text))
    return number if number and number <= count else None


def assents(text: str) -> bool:
    """Return whether a message says yes, in any of the languages."""
    return folded(text.translate(_APOSTROPHES)) in _assent()


def _number_alone(text: str) -> str:
    """Return the words of a message without those that may stand before a number."""
    said = folded(text)
    for before in _before():
        said = said.removeprefix(f"{before} ")
    return said


@cache
def _before() -> tuple[str, ...]:
    """Return what may stand before a number, longest first."""
    return tuple(sorted(in_all_languages(_BEFORE), key=lambda said: (-len(said), said)))


@cache
def _assent() -> frozenset[str]:
    return in_all_languages(_ASSENT)


@cache
def _numbers() -> dict[str, int]:
    return {said: number for number, list_ in enumerate(_ORDINALS, start=1) for said in in_all_languages(list_)}
