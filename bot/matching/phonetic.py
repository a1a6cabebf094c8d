"""How a word sounds, roughly: for names that are spelt by ear ("jonson", "filadelfia")."""

import re
from typing import Final

_SPELLINGS: Final = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"kh|ck|q"), "k"),
    (re.compile(r"sch|tch|sh|ch"), "x"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"g(?=[eiy])|dg"), "j"),
    (re.compile(r"gh|(?<=[a-z])h"), ""),
    (re.compile(r"^wr"), "r"),
    (re.compile(r"^kn"), "n"),
    (re.compile(r"c"), "k"),
    (re.compile(r"z"), "s"),
    (re.compile(r"(?<=.)[aeiouwy]+"), ""),
    (re.compile(r"^[aeiouy]+"), "a"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def sound(word: str) -> str:
    """Return the key that words of like sound share: consonants with one spelling each, vowels only if they begin it."""
    for spelling, key in _SPELLINGS:
        word = spelling.sub(key, word)
    return word
