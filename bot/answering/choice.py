"""Numbers by which members pick one of the suggestions they were just shown: ``2``, ``#2``, ``the second one``."""

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

_MOST_DIGITS: Final = 9
"""The most digits of a number; longer ones pick nothing."""

_SUM: Final = re.compile(r"\(?\d[\d\s.,()]*[+*=^][\d\s.,()+*=^/-]*\??")
"""A sum as it's typed. "10-2" and "8/17/2020" are none: they may be a vote and a date."""

_SIGNS: Final = ("+", "-", "\u2212")
"""Plus and minus, the latter as a hyphen too."""


def bare_number(text: str) -> int | None:
    """Return the number that a message consists of, written in digits; None if it says anything else."""
    said = _number_alone(text)
    return int(said[:_MOST_DIGITS]) if said.isdecimal() else None


def numbers_alone(text: str) -> bool:
    """Return whether a message is a number or a sum and nothing else, which asks nothing of a FAQ: "12", "2+2 = ?"."""
    return bare_number(text) is not None or _SUM.fullmatch(text.strip()) is not None


def picked_number(text: str) -> int | None:
    """Return the number by which a message may pick a suggestion, counted from 1; None if it says anything else.

    "+1" picks nothing but assents, and "-1" dissents.
    """
    if text.lstrip().startswith(_SIGNS):
        return None
    number = bare_number(text)
    return number if number is not None else _numbers().get(_number_alone(text))


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
def _numbers() -> dict[str, int]:
    return {said: number for number, list_ in enumerate(_ORDINALS, start=1) for said in in_all_languages(list_)}
