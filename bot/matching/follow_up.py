"""A question that leans on the answer before it: ``and when was that?``, ``by whom``, ``what about her?``."""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from bot.matching.parts import ASKING, BARE, PUNCTUATION, VERB_FIRST, asked_of
from bot.matching.text import normalise

MOST_LETTERS: Final = 80
"""A follow-up is short; what is longer stands by itself."""
MOST_OF_A_NAME: Final = 4
"""Words of a follow-up that only names something: ``and the arrest?``"""

_JOINED: Final = re.compile(r"(?:(?:and|but|ok|okay|so|then|also|yeah|hmm|wait|oh)\W+)+", re.IGNORECASE)
_ABOUT: Final = re.compile(r"(?:what|how)\s+about\s+", re.IGNORECASE)
_ASKS: Final = re.compile(
    rf"(?:(?:in|by|for|with|since|on|at|from|to|of|says)\s+)?(?:{ASKING}|{VERB_FIRST}|whos|whats|whens|wheres|hows|y)\b",
    re.IGNORECASE,
)
_LEANS: Final = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|their|that|this|those|these|ones?|else)\b|\b(?:there|then)$", re.IGNORECASE
)
_WHY: Final = re.compile(r"how come|what for|y", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a member asks, without what joins it to the answer before, and two ways to say it in full.

    `leans`: it shows that it goes on from there. Otherwise it may stand by itself.
    """

    asked: str
    completed: tuple[str, str]
    leans: bool = True


def follow_up(text: str, previous: str, names: Container[str]) -> FollowUp | None:
    """Complete a question that leans on the one before; None where `text` is long or asks nothing.

    Args:
        text: what a member asks now.
        previous: the question that was answered before.
        names: the words of the names of people; one that is asked for now takes the place of those before, so that
            ``and erin?`` after ``Who is Jessica?`` is ``Who is erin``.
    """
    if len(text) > MOST_LETTERS:
        return None
    joined = _JOINED.match(text)
    asked = text[joined.end() :] if joined else text
    about = _ABOUT.match(asked)
    asked = (asked[about.end() :] if about else asked).strip(PUNCTUATION)
    before = previous.strip(PUNCTUATION)
    if _WHY.fullmatch(asked):
        asked = "why"
    if BARE.fullmatch(asked):
        return FollowUp(asked, (f"{before} {asked}", asked_of(asked, before)))
    if _ASKS.match(asked):
        return FollowUp(asked, (f"{before} {asked}",) * 2, leans=bool(joined or _LEANS.search(asked)))
    if not asked or len(asked.split()) > MOST_OF_A_NAME or not (joined or about or "?" in text):
        return None
    kept = (word for word in before.split() if normalise(word) not in names)
    return FollowUp(asked, (f"{before} {asked}", f"{' '.join(kept)} {asked}"))
